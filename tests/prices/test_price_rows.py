"""Every way one price row can be wrong, and what becomes of its neighbours."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from catalogues import BY_TRAP
from conftest import GOOD, HEADER, REFERENCE, csv_bytes, put
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts import validate
from pipeline.errors import RawDataError
from pipeline.prices import PriceTables, read_prices
from pipeline.prices.normalise import normalise
from pipeline.prices.readers.observations import read
from pipeline.prices.reference import read_reference
from pipeline.raw import Sidecar
from pipeline.rows.csvtext import read_text_rows
from pipeline.rows.rejects import DETAIL_MAX, Reject, printable
from pipeline.settings import PriceLimits

BAD: list[tuple[Reject, dict[str, str]]] = [
    (Reject.MISSING_VALUE, {"price_usd_per_accelerator_hour": ""}),
    (Reject.MISSING_VALUE, {"provider": ""}),
    (Reject.MISSING_VALUE, {"observed_on": "  "}),
    (Reject.NOT_A_NUMBER, {"price_usd_per_accelerator_hour": "6,88"}),
    (Reject.NOT_A_NUMBER, {"price_usd_per_hour": "$55.04"}),
    (Reject.NOT_A_NUMBER, {"accelerator_count": "eight"}),
    (Reject.NOT_FINITE, {"price_usd_per_accelerator_hour": "inf"}),
    (Reject.NOT_FINITE, {"price_usd_per_accelerator_hour": "nan"}),
    (Reject.NOT_FINITE, {"price_usd_per_hour": "-Infinity"}),
    (Reject.NOT_FINITE, {"price_usd_per_accelerator_hour": "1e400"}),
    (Reject.NOT_FINITE, {"accelerator_count": "NaN"}),
    (Reject.NOT_A_DATE, {"observed_on": "2025-13-01"}),
    (Reject.NOT_A_DATE, {"observed_on": "05/06/2025"}),
    (Reject.NOT_A_DATE, {"observed_on": "2025-6-5"}),
    (Reject.NOT_A_DATE, {"observed_on": "2025-02-29"}),
    (Reject.PRICE_NOT_POSITIVE, {"price_usd_per_accelerator_hour": "0"}),
    (Reject.PRICE_NOT_POSITIVE, {"price_usd_per_accelerator_hour": "-6.88", "price_usd_per_hour": "-55.04"}),
    (Reject.PRICE_NOT_POSITIVE, {"price_usd_per_hour": "0.00"}),
    (Reject.PRICE_IMPLAUSIBLE, {"price_usd_per_accelerator_hour": "700.0", "price_usd_per_hour": ""}),
    (Reject.PRICE_IMPLAUSIBLE, {"price_usd_per_accelerator_hour": "55.04", "price_usd_per_hour": ""}),
    (Reject.PRICE_IMPLAUSIBLE, {"price_usd_per_accelerator_hour": "0.0019", "price_usd_per_hour": ""}),
    (Reject.COMPUTED_PRICE, {"price_usd_per_accelerator_hour": "1.6502756219109136", "price_usd_per_hour": ""}),
    (Reject.COMPUTED_PRICE, {"price_usd_per_accelerator_hour": "6.8812345", "price_usd_per_hour": "55.049876543"}),
    (Reject.COUNT_IMPLAUSIBLE, {"accelerator_count": "0"}),
    (Reject.COUNT_IMPLAUSIBLE, {"accelerator_count": "-8"}),
    (Reject.COUNT_IMPLAUSIBLE, {"accelerator_count": "1e9", "price_usd_per_hour": ""}),
    (Reject.PRICE_INCONSISTENT, {"price_usd_per_hour": "6.88"}),
    (Reject.DATE_AFTER_ACCESS, {"observed_on": "2026-11-23"}),
    (Reject.BEFORE_AVAILABLE, {"observed_on": "2022-09-30"}),
    (Reject.UNKNOWN_ACCELERATOR, {"accelerator": "H1000"}),
    (Reject.UNKNOWN_VALUE, {"purchase_model": "reserved_5y"}),
    (Reject.UNKNOWN_VALUE, {"price_basis": "per_rack"}),
    (Reject.UNKNOWN_VALUE, {"date_basis": "guess"}),
    (Reject.UNKNOWN_VALUE, {"source_tier": "rumour"}),
    (Reject.UNKNOWN_VALUE, {"accelerator_variant": "OAM9"}),
    (Reject.UNKNOWN_VALUE, {"flags": "hand_maintained;no_such_flag"}),
]


@pytest.mark.parametrize(("reason", "change"), BAD, ids=[f"{r}-{next(iter(c.values()))}" for r, c in BAD])
def test_a_bad_row_is_refused_by_reason_and_its_neighbours_stay(
    make_raw: Callable[..., Path], reason: Reject, change: dict[str, str]
) -> None:
    tables = read_prices(make_raw({}, change, {"observed_on": "2025-06-06"}))
    assert tables.price_observations["source_row"].sort().to_list() == [1, 3]
    rejects = tables.price_rejects.rows(named=True)
    assert [(r["source_file"], r["source_row"], r["reason"]) for r in rejects] == [
        ("prices/observations.csv", 2, reason)
    ]
    assert rejects[0]["detail"]
    _accounted(tables)


LINES: list[tuple[Reject, bytes]] = [
    (Reject.MALFORMED_ROW, b"AWS,H100"),
    (Reject.MALFORMED_ROW, b'AWS,"H100,SXM' + b"," * 14),
    (Reject.MALFORMED_ROW, b"a,b\x00" + b"," * 14),
    (Reject.MALFORMED_ROW, b"x" * 70_000),
    (Reject.NOT_UTF8, b"AWS,\xff\xfe" + b"," * 14),
]


@pytest.mark.parametrize(("reason", "line"), LINES, ids=["short", "open-quote", "control", "huge", "not-utf8"])
def test_a_line_that_is_no_row_spoils_no_other_line(make_raw: Callable[..., Path], reason: Reject, line: bytes) -> None:
    good = csv_bytes([GOOD, GOOD | {"observed_on": "2025-06-06"}]).splitlines()
    raw = make_raw(files={"prices/observations.csv": b"\n".join([good[0], good[1], line, good[2]])})
    tables = read_prices(raw)
    assert tables.price_observations["source_row"].sort().to_list() == [1, 3]
    assert tables.price_rejects.select("source_row", "reason").rows() == [(2, reason)]
    _accounted(tables)


def test_every_reason_has_a_bad_row_here_or_in_its_own_test() -> None:
    elsewhere = {Reject.CONFLICTING_PRICE, Reject.OUTRANKED_PRICE, Reject.DUPLICATE_KEY, Reject.OUT_OF_RANGE}
    elsewhere |= set(BY_TRAP.values())
    assert {r for r, _ in BAD} | {r for r, _ in LINES} | elsewhere == set(Reject)


@pytest.mark.parametrize(
    ("change", "value"), [({"provider": "AWSS"}, "provider 'AWSS'"), ({"region": "us-easy-1"}, "region 'us-easy-1'")]
)
def test_an_unknown_provider_or_region_is_an_error_with_file_row_and_value(
    make_raw: Callable[..., Path], change: dict[str, str], value: str
) -> None:
    raw = make_raw({}, change)
    with pytest.raises(RawDataError, match=r"prices/observations.csv: row 2 \(line 3\): unknown " + value):
        read_prices(raw)


def test_an_unknown_region_on_a_row_refused_anyway_is_no_error(make_raw: Callable[..., Path]) -> None:
    tables = read_prices(make_raw({}, {"region": "junk", "price_usd_per_hour": "junk"}))
    assert tables.price_rejects["reason"].to_list() == [Reject.NOT_A_NUMBER]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "line 1 must be a CSV header"),
        (b"\xff\xfe\x00", "line 1 must be a CSV header"),
        (",".join(HEADER).encode(), "has a header and no rows"),
        (",".join(HEADER).encode() + b"\n\n  \n", "has a header and no rows"),
        (",".join(HEADER[1:]).encode() + b"\nx", "lacks provider"),
        (",".join([*HEADER, "surprise"]).encode() + b"\nx", "unknown column 'surprise'"),
        (",".join([*HEADER, "region"]).encode() + b"\nx", "has region more than once"),
    ],
)
def test_a_file_that_is_no_table_is_an_error_naming_it(make_raw: Callable[..., Path], data: bytes, says: str) -> None:
    raw = make_raw(files={"prices/observations.csv": data})
    with pytest.raises(RawDataError, match="observations.csv: .*" + says):
        read_prices(raw)


def test_bom_crlf_column_order_and_a_missing_last_newline_do_not_matter(make_raw: Callable[..., Path]) -> None:
    plain = read_prices(make_raw({}, {"observed_on": "2025-06-06"}))
    turned = csv_bytes([GOOD, GOOD | {"observed_on": "2025-06-06"}], HEADER[::-1])
    data = b"\xef\xbb\xbf" + turned.replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    other = read_prices(make_raw(files={"prices/observations.csv": data}))
    assert other.price_observations.equals(plain.price_observations)


def test_a_changed_file_a_missing_file_and_a_file_without_reader_are_errors(make_raw: Callable[..., Path]) -> None:
    raw = make_raw({})
    put(raw, "prices/mystery.csv", b"a,b\n1,2\n")
    with pytest.raises(RawDataError, match=r"mystery\.csv: no reader claims this file"):
        read_prices(raw)
    raw = make_raw({})
    (raw / "prices/mystery.csv").unlink()
    (raw / "prices/mystery.csv.meta.yaml").unlink()
    with (raw / "prices/observations.csv").open("ab") as file:
        file.write(b"\n")
    with pytest.raises(RawDataError, match=r"observations\.csv: sha256 is .* but its sidecar says"):
        read_prices(raw)
    (raw / "prices/observations.csv").unlink()
    with pytest.raises(RawDataError, match="holds no price file"):
        read_prices(raw)


def test_details_are_one_short_printable_line() -> None:
    assert printable("a\nb\x07") == "a\\nb\\x07"
    assert len(printable("x" * 1000)) == DETAIL_MAX


@given(st.binary(max_size=400))
@settings(max_examples=150)
def test_any_bytes_after_the_header_are_rows_or_refusals(junk: bytes) -> None:
    data = csv_bytes([GOOD]) + junk
    rows = read_text_rows(data, "f.csv", HEADER)
    assert rows.read == rows.frame.height + len(rows.refused)
    assert rows.read == 1 + sum(1 for line in junk.split(b"\n") if line.strip())


_CELL = st.one_of(
    st.sampled_from(
        ["", "0", "-1", "inf", "nan", "1e308", "2025-06-05", "9999-12-31", "0000-01-01", "H100", "on_demand"]
    ),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)


_REFERRING = {"provider", "region"}
"""What must be known in our own file: else the file is an error, and its other cells are not looked at."""


@pytest.fixture(scope="module")
def some_raw(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    """A raw folder whose observations alone change: what is put into it is put into one and the same folder."""
    raw = tmp_path_factory.mktemp("raw")
    for file, text in REFERENCE.items():
        put(raw, file, text.encode())

    def make(*rows: dict[str, str]) -> Path:
        put(raw, "prices/observations.csv", csv_bytes([GOOD | row for row in rows]))
        return raw

    return make


@given(_CELL, st.sampled_from(sorted(_REFERRING)))
@settings(max_examples=10)
def test_any_provider_and_region_is_known_or_a_clear_error(
    some_raw: Callable[..., Path], cell: str, column: str
) -> None:
    raw, said = some_raw({column: cell}), ""
    try:
        _accounted(read_prices(raw))
    except RawDataError as error:
        said = str(error)
    assert not said or f"unknown {column}" in said


_CHANGES = st.dictionaries(st.sampled_from(sorted({*HEADER} - _REFERRING)), _CELL, min_size=1, max_size=4)


@given(st.lists(_CHANGES, min_size=1, max_size=16))
@settings(max_examples=25)
def test_any_cells_give_observations_or_rejects(some_raw: Callable[..., Path], changes: list[dict[str, str]]) -> None:
    tables = read_prices(some_raw(*changes))
    _accounted(tables)
    if not tables.price_observations.is_empty():
        validate("price_observations", tables.price_observations)
    validate("price_rejects", tables.price_rejects)


def test_the_bounds_are_the_limits_given(make_raw: Callable[..., Path]) -> None:
    raw = make_raw({"price_usd_per_hour": ""}, {"observed_on": "2025-06-06", "price_usd_per_hour": ""})
    strict = PriceLimits(max_usd_per_accelerator_hour=6.87)
    assert read_prices(raw, strict).price_rejects["reason"].to_list() == [Reject.PRICE_IMPLAUSIBLE] * 2
    assert read_prices(raw, PriceLimits(max_usd_per_accelerator_hour=6.88)).price_rejects.is_empty()


def test_junk_of_a_megabyte_is_read_in_seconds(make_raw: Callable[..., Path]) -> None:
    reference = read_reference(make_raw({}))
    sidecar = Sidecar("t", "p", "s", None, dt.date(2026, 1, 1), "l", "0")
    draft = read(csv_bytes([GOOD]) + b'",' * 500_000 + b"\n" + b"\n,x" * 20_000, "f.csv", sidecar)
    kept, rejects = normalise(draft.frame, "f.csv", sidecar, reference, PriceLimits())
    assert (kept.height, rejects.height, draft.read) == (1, 0, 20_002)
    assert len(draft.refused) == 20_001


def _accounted(tables: PriceTables) -> None:
    counts = tables.price_file_counts
    total = pl.sum_horizontal("rows_kept", "rows_rejected", "rows_merged", "rows_out_of_scope")
    assert counts.filter(pl.col("rows_read") != total).is_empty()


def test_what_floats_leave_and_what_we_compute_ourselves_is_no_made_up_price(make_raw: Callable[..., Path]) -> None:
    sums = {"price_usd_per_hour": "27.200000000000003", "price_usd_per_accelerator_hour": "3.4"}
    month = {  # 40,000 USD a month over 730 hours
        "price_usd_per_hour": "54.79452054794521", "price_usd_per_accelerator_hour": "6.849315068493151",
        "flags": "monthly_price_over_730h", "observed_on": "2025-06-07",
    }  # fmt: skip
    assert read_prices(make_raw(sums, month)).price_observations.height == 2


@pytest.mark.parametrize(("price", "refused"), [("6.88", True), ("6.875", True), ("6.5", False)])
@pytest.mark.parametrize("model", ["reserved_1y", "reserved_3y", "savings_plan_1y", "capacity_block"])
def test_a_commitment_at_the_list_price_is_none(
    make_raw: Callable[..., Path], model: str, price: str, refused: bool
) -> None:
    mine = {"purchase_model": model, "price_usd_per_accelerator_hour": price, "price_usd_per_hour": ""}
    elsewhere = mine | {"region": "eastus"}  # no list price of that place to hold it against
    tables = read_prices(make_raw({}, mine, elsewhere))
    found = tables.price_rejects.select("source_row", "reason").rows()
    expected = refused and model != "capacity_block"
    assert found == ([(2, Reject.COMMITMENT_AT_LIST_PRICE)] if expected else [])
    assert tables.price_observations.height == (2 if expected else 3)


@pytest.mark.parametrize(("price", "day", "refused"), [
    ("4.4", "2025-06-08", True), ("4.4", "2025-05-05", True), ("4.4", "2025-08-05", False),
    ("4.3", "2025-06-08", False),
])  # fmt: skip
def test_a_spot_price_that_is_a_commitments_is_none(
    make_raw: Callable[..., Path], price: str, day: str, refused: bool
) -> None:
    commitment = {"purchase_model": "reserved_1y", "price_usd_per_accelerator_hour": "4.4", "price_usd_per_hour": ""}
    spot = {
        "purchase_model": "spot", "price_usd_per_accelerator_hour": price, "price_usd_per_hour": "", "observed_on": day,
    }  # fmt: skip
    tables = read_prices(make_raw({}, commitment, spot))
    assert tables.price_rejects["reason"].to_list() == ([Reject.COMMITMENT_AS_SPOT] if refused else [])


SPOT = {"purchase_model": "spot", "price_usd_per_accelerator_hour": "2.5", "price_usd_per_hour": ""}
PAGE = {
    "price_usd_per_accelerator_hour": "2.5", "price_usd_per_hour": "", "observed_on": "2025-06-08",
    "instance_type": "", "accelerator_count": "", "region": "", "source_tier": "page_scrape",
}  # fmt: skip


@pytest.mark.parametrize(
    ("page", "spot", "refused"),
    [
        ({}, {}, True),
        ({"accelerator_variant": ""}, {}, True),
        ({"instance_type": "p5.48xlarge", "region": "us-east-1"}, {}, True),
        ({"observed_on": "2025-07-06"}, {}, True),  # 31 days later
        ({"observed_on": "2025-07-07"}, {}, False),
        ({"price_usd_per_accelerator_hour": "2.6"}, {}, False),
        ({"instance_type": "p5.4xlarge"}, {}, False),  # another machine: its own price
        ({"accelerator_variant": "PCIe"}, {}, False),
        ({"provider": "Microsoft Azure"}, {}, False),
        ({"price_usd_per_accelerator_hour": "4.2"}, {"price_usd_per_accelerator_hour": "4.2"}, False),  # 0.61 of 6.88
        ({"price_usd_per_accelerator_hour": "4.1"}, {"price_usd_per_accelerator_hour": "4.1"}, True),  # 0.596 of it
    ],
)
def test_a_from_price_is_the_spot_price_of_the_same_accelerator(
    make_raw: Callable[..., Path], page: dict[str, str], spot: dict[str, str], refused: bool
) -> None:
    """Nebius printed "from 1.25" for the H100: its spot price, beside a list price of 2.95. Here 2.50 beside 6.88."""
    tables = read_prices(make_raw({}, SPOT | spot, PAGE | page))
    found = tables.price_rejects.select("source_row", "reason").rows()
    assert found == ([(3, Reject.SPOT_AS_ON_DEMAND)] if refused else [])


def test_on_a_market_equal_prices_are_chance(make_raw: Callable[..., Path]) -> None:
    hosts = {"provider": "RunPod", "instance_type": "community cloud"}
    tables = read_prices(make_raw(hosts, SPOT | hosts, PAGE | {"provider": "RunPod"}))
    assert tables.price_rejects.is_empty()


@pytest.mark.parametrize(
    ("machine", "refused"),
    [
        ("ND96isrH100v5 Low Priority", True),
        ("ND96isr_H100_v5 Windows", True),
        ("NC24 Cloud Services", True),
        ("Standard_NC24rs_v3_NU", True),
        ("ND96isfl_H100_v5", True),
        ("ND96isrH100v5", False),
        ("Standard_NC40ads_H100_v5", False),
    ],
)
def test_azure_meters_of_something_else_are_no_list_price(
    make_raw: Callable[..., Path], machine: str, refused: bool
) -> None:
    mine = {"provider": "Microsoft Azure", "region": "eastus", "instance_type": machine}
    tables = read_prices(make_raw(mine))
    assert tables.price_rejects["reason"].to_list() == ([Reject.OTHER_METER] if refused else [])
    assert read_prices(make_raw(mine | {"provider": "AWS"})).price_rejects.is_empty()
