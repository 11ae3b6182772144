"""SkyPilot catalogues: every quirk of the format, small and by hand; then whole published files where present."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from catalogues import DAY, HEADER, SHARED, machine, read, sidecar, sky
from conftest import put
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contracts import validate
from pipeline.errors import RawDataError
from pipeline.prices import PriceTables, read_prices
from pipeline.prices.draft import PriceFlag
from pipeline.prices.readers import skypilot
from pipeline.rows.csvtext import read_ragged_rows
from pipeline.rows.rejects import Reject
from pipeline.settings import Settings

PUBLISHED = SHARED / "price-catalogs" / "skypilot"
Rows = list[tuple[object, ...]]


def got(frame: pl.DataFrame, *columns: str) -> Rows:
    return frame.sort("source_row", "purchase_model").select(columns).rows()


def test_a_machine_gives_its_list_price_and_its_spot_price() -> None:
    frame = read(machine(price="40", spot="10"))
    assert got(frame, "purchase_model", "price_usd_per_hour", "price_usd_per_accelerator_hour", "source_row") == [
        ("on_demand", 40.0, 5.0, 1),
        ("spot", 10.0, 1.25, 1),
    ]
    row = frame.row(0, named=True)
    assert (row["provider"], row["accelerator"], row["accelerator_count"]) == ("AWS", "H100", 8.0)
    assert (row["observed_on"], row["price_basis"], row["source_tier"]) == (DAY, "instance", "catalog")


def test_spot_blank_zero_and_equal_to_on_demand_are_three_facts() -> None:
    frame = read(machine(spot=""), machine(spot="0.00"), machine(spot="40"))
    assert got(frame, "source_row", "purchase_model", "flags") == [
        (1, "on_demand", ""),
        (2, "on_demand", PriceFlag.SPOT_PRICE_ZERO),
        (3, "on_demand", ""),
        (3, "spot", PriceFlag.SPOT_EQUALS_ON_DEMAND),
    ]


def test_counts_come_as_floats_and_fractions() -> None:
    frame = read(machine("A10G", "0.5", "1"), machine(count="8.0"))
    assert frame["accelerator_count"].to_list() == [0.5, 8.0]
    assert frame["price_usd_per_accelerator_hour"].to_list() == [2.0, 5.0]


def test_machines_without_accelerators_and_untracked_ones_are_counted_apart() -> None:
    draft = skypilot.read(sky(machine(""), machine("T4"), machine("GH200"), machine()), "aws.csv", sidecar())
    assert (draft.read, draft.frame.height, draft.out_of_scope, draft.refused) == (4, 1, 3, [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (machine("H100-ULTRA"), Reject.UNKNOWN_ACCELERATOR),
        (machine(price=""), Reject.MISSING_VALUE),
        (machine(count=""), Reject.MISSING_VALUE),
        (machine(price="call us"), Reject.NOT_A_NUMBER),
        (machine(count="x"), Reject.NOT_A_NUMBER),
        (machine(price="inf"), Reject.NOT_FINITE),
        (machine(count="0"), Reject.COUNT_IMPLAUSIBLE),
        (machine(spot="41"), Reject.SPOT_ABOVE_ON_DEMAND),
        (machine() + ",too,many", Reject.MALFORMED_ROW),
    ],
)
def test_a_bad_row_is_refused_by_number_and_spoils_no_other(row: str, reason: Reject) -> None:
    draft = skypilot.read(sky(machine(), row, machine()), "aws.csv", sidecar())
    assert [(number, code) for number, code, _ in draft.refused] == [(2, reason)]
    assert draft.frame["source_row"].to_list() == [1, 3]


def test_gpu_info_is_data_and_its_memory_counts_only_where_it_can_be_true() -> None:
    info = "{{'Gpus': [{{'Name': 'A100', 'MemoryInfo': {{'SizeInMiB': {0}}}}}], 'TotalGpuMemoryInMiB': 1}}"
    rows = [
        machine("A100", info=i) for i in (info.format(81920), info.format(40960), info.format(0), info.format(999999))
    ]
    rows += [machine("A100", info="A100"), machine("A100", info="{'Gpus': __import__('os')}")]
    assert read(*rows)["accelerator"].to_list() == ["A100-80GB", *["A100-40GB"] * 5]


def test_slices_are_counted_in_chips() -> None:
    frame = read(
        machine("tpu-v5p-8", "1", "16.8", machine=""), machine("tpu-v5litepod-8", "1", "9.6", machine=""), cloud="gcp"
    )
    assert got(
        frame, "instance_type", "accelerator", "accelerator_count", "price_usd_per_accelerator_hour", "flags"
    ) == [
        ("tpu-v5p-8", "TPU-v5p", 4.0, pytest.approx(4.2), PriceFlag.COUNT_FROM_SLICE_NAME),
        ("tpu-v5litepod-8", "TPU-v5e", 8.0, pytest.approx(1.2), PriceFlag.COUNT_FROM_SLICE_NAME),
    ]


def test_googles_accelerator_gets_its_machine_and_without_one_stays_a_component() -> None:
    host = machine("", "", "10", "3", machine="a3-highgpu-8g", zone="us-central1-a")
    frame = read(
        host,
        machine(price="70", spot="20", machine="", zone="us-central1-a"),
        machine(price="70", spot="20", machine="", zone="us-central1-b"),
        machine("V100", "1", "2.48", machine=""),
        cloud="gcp",
    )
    columns = ("source_row", "purchase_model", "instance_type", "price_usd_per_hour", "price_basis")
    assert got(frame, *columns) == [
        (2, "on_demand", "a3-highgpu-8g", 80.0, "instance"),
        (2, "spot", "a3-highgpu-8g", 23.0, "instance"),
        (3, "on_demand", None, 70.0, "gpu_component_only"),
        (3, "spot", None, 20.0, "gpu_component_only"),
        (4, "on_demand", None, 2.48, "gpu_component_only"),
    ]
    draft = skypilot.read(sky(host, machine(machine="", zone="us-central1-a")), "gcp.csv", sidecar())
    assert (draft.folded, draft.out_of_scope) == ([1], 0)


def test_a_machine_without_spot_price_gives_no_spot_price_and_a_bundled_one_adds_nothing() -> None:
    one = machine(price="70", spot="20", machine="", zone="z")
    assert read(machine("", "", "10", "", machine="a3-highgpu-8g", zone="z"), one, cloud="gcp")[
        "purchase_model"
    ].to_list() == ["on_demand"]
    bundled = read(machine("", "", "0.0", "0.0", machine="a3-highgpu-8g", zone="z"), one, cloud="gcp")
    assert sorted(bundled["price_usd_per_hour"]) == [20.0, 70.0]


def test_a_component_whose_spot_price_is_above_its_list_price_is_refused_before_the_machine_hides_it() -> None:
    host = machine("", "", "10", "1", machine="a2-ultragpu-8g", zone="z")
    draft = skypilot.read(
        sky(host, machine("A100-80GB", price="16", spot="17", machine="", zone="z")), "gcp.csv", sidecar()
    )
    assert [code for _, code, _ in draft.refused] == [Reject.SPOT_ABOVE_ON_DEMAND]


@pytest.mark.parametrize(
    ("prices", "commitments"),
    [
        ({"us-east1": "2.93", "me-west1": "3.23", "asia-east1": "1.71", "europe-west4": "1.61"}, [3, 4]),
        ({"us-east1": "2.93", "me-west1": "3.23", "asia-east1": "1.94"}, []),  # 0.66 of the next
        ({"us-east1": "2.93", "asia-east1": "1.71"}, []),  # one above: nothing says which is wrong
        ({"us-east1": "2.93", "me-west1": "3.23", "asia-east1": "9.9"}, []),  # a dear mistake spoils no other
    ],
)
def test_googles_prices_below_a_gap_are_commitments_however_dear_the_machine(
    prices: dict[str, str], commitments: list[int]
) -> None:
    """With a machine at 0.90 the gap from 1.71 to 2.93 would be one from 2.61 to 3.83, as regions really differ."""
    rows = [machine("A100", "1", p, "1.2", machine="", region=r, zone=r) for r, p in prices.items()]
    hosts = [machine("", "", "0.9", "0.3", machine="a2-highgpu-1g", region=r, zone=r) for r in prices]
    draft = skypilot.read(sky(*rows, *hosts), "gcp.csv", sidecar())
    assert [(row, code) for row, code, _ in draft.refused] == [(row, Reject.REGION_OUTLIER) for row in commitments]
    listed, spot = (draft.frame.filter(purchase_model=m)["source_row"].to_list() for m in ("on_demand", "spot"))
    assert listed == [n for n in range(1, len(prices) + 1) if n not in commitments]
    assert spot == list(range(1, len(prices) + 1))


def test_the_lowest_spot_price_of_a_regions_zones_stands_and_says_so() -> None:
    draft = skypilot.read(
        sky(machine(spot="12", zone="a"), machine(spot="11", zone="b"), machine(spot="13", zone="c")),
        "aws.csv",
        sidecar(),
    )
    spot = draft.frame.filter(purchase_model="spot")
    assert got(spot, "source_row", "price_usd_per_hour", "flags") == [(2, 11.0, PriceFlag.LOWEST_OF_SEVERAL)]
    assert sorted(draft.folded) == [1, 3]


def test_lambdas_one_price_in_every_region_is_a_price_everywhere() -> None:
    everywhere = [machine(machine=m, region=r) for m in ("a", "b") for r in ("us-east-1", "us-west-1")]
    assert set(read(*everywhere, cloud="lambda")["flags"]) == {PriceFlag.REGION_CROSS_JOIN}
    assert set(read(*everywhere[:3], cloud="lambda")["flags"]) == {""}
    assert set(
        read(*everywhere[:3], machine(machine="b", region="us-west-1", price="41"), cloud="lambda")["flags"]
    ) == {""}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "line 1 must be a CSV header"),
        (HEADER.encode(), "has a header and no rows"),
        (b"\xef\xbb\xbf" + HEADER.encode() + b"\n", "has a header and no rows"),
        (sky(machine(), header=HEADER.replace("Price,Region", "Cost,Region")), "lacks Price"),
        (sky(machine(), header=HEADER + ",Region"), "'Region' more than once"),
    ],
)
def test_a_file_that_is_no_catalogue_is_an_error_naming_it(data: bytes, says: str) -> None:
    with pytest.raises(RawDataError, match=f"aws.csv: .*{says}"):
        skypilot.read(data, "aws.csv", sidecar())


def test_an_unknown_cloud_is_an_error() -> None:
    with pytest.raises(RawDataError, match=r"runpod.csv: unknown cloud 'runpod'"):
        skypilot.read(sky(machine()), "x/runpod.csv", sidecar())


def test_column_order_bom_crlf_and_the_last_newline_do_not_matter() -> None:
    plain = skypilot.read(sky(machine(spot="3")), "aws.csv", sidecar())
    header = "Region,SpotPrice,Price,AcceleratorCount,AcceleratorName,InstanceType,Generation"
    turned = b"\xef\xbb\xbf" + header.encode() + b"\r\n" + b"us-east-1,3,40,8,H100,m8,V1,V2"
    assert skypilot.read(turned, "aws.csv", sidecar()).frame.equals(plain.frame)


def test_a_quoted_blank_and_spaces_are_blank() -> None:
    draft = skypilot.read(
        sky('"m8"," H100 ","8",1,1,"40","us-east-1",""," ",""', '"m8","",8,1,1,40,us-east-1,,,'), "aws.csv", sidecar()
    )
    assert got(draft.frame, "accelerator", "purchase_model") == [("H100", "on_demand")]
    assert draft.out_of_scope == 1


def test_a_stray_quote_or_byte_spoils_its_own_line_only() -> None:
    data = (
        sky(machine(), 'm8,"H100,8,1,1,40,us-east-1,,,', machine())
        + b"m8,\xff,8,1,1,40,us-east-1,,,\n"
        + machine().encode()
    )
    draft = skypilot.read(data, "aws.csv", sidecar())
    assert [(row, code) for row, code, _ in draft.refused] == [(2, Reject.MALFORMED_ROW), (4, Reject.NOT_UTF8)]
    assert draft.frame["source_row"].to_list() == [1, 3, 5]


@given(st.binary(max_size=300))
@settings(max_examples=150)
def test_any_bytes_after_the_header_are_rows_or_refusals(junk: bytes) -> None:
    data = sky(machine()) + junk
    rows = read_ragged_rows(data, "f.csv", ("InstanceType", "Price"))
    assert rows.read == rows.frame.height + len(rows.refused)


@given(st.binary(max_size=300))
@settings(max_examples=60)
def test_any_bytes_after_the_header_are_accounted_for(junk: bytes) -> None:
    data = sky(machine()) + junk
    draft = skypilot.read(data, "aws.csv", sidecar())
    touched = {*draft.frame["source_row"].to_list(), *(r for r, _, _ in draft.refused), *draft.folded}
    assert len(touched) + draft.out_of_scope == draft.read


def whole(make_raw: Callable[..., Path], files: dict[str, bytes], day: dt.date = DAY) -> PriceTables:
    raw = make_raw({})
    for file, data in files.items():
        put(raw, file, data, accessed=day)
    tables = read_prices(raw)
    parts = pl.sum_horizontal("rows_kept", "rows_rejected", "rows_merged", "rows_out_of_scope")
    assert tables.price_file_counts.filter(pl.col("rows_read") != parts).is_empty()
    return tables


def codes(tables: PriceTables) -> list[tuple[int, str]]:
    found = tables.price_rejects.filter(pl.col("source_file").str.contains("skypilot"))
    return found.sort("source_row").select("source_row", "reason").rows()


def test_an_unknown_region_in_a_foreign_file_is_a_refused_row_not_an_error(make_raw: Callable[..., Path]) -> None:
    data = sky(machine(), machine(region="mars-1"))
    tables = whole(make_raw, {f"prices/skypilot/{DAY}/aws.csv": data})
    assert codes(tables) == [(2, Reject.UNKNOWN_REGION)]
    unlisted = {f"prices/skypilot/{DAY}/nebius.csv": sky(machine())}
    assert (1, Reject.UNKNOWN_PROVIDER) in codes(whole(make_raw, unlisted))


def test_prices_of_chinese_regions_are_of_no_stated_currency(make_raw: Callable[..., Path]) -> None:
    from conftest import REFERENCE

    regions = REFERENCE["reference/regions.csv"] + "cn-north-1,Asia Pacific,CN\n"
    data = sky(machine(), machine(region="cn-north-1", price="110"))
    files = {f"prices/skypilot/{DAY}/aws.csv": data, "reference/regions.csv": regions.encode()}
    assert codes(whole(make_raw, files)) == [(2, Reject.UNKNOWN_CURRENCY)]


def test_one_price_for_slices_of_two_sizes_is_a_placeholder(make_raw: Callable[..., Path]) -> None:
    from conftest import REFERENCE

    more = REFERENCE["reference/accelerators.csv"] + "TPU-v6e,Google,TPU,918,,,32,,2024-12,\n"
    clouds = REFERENCE["reference/providers.csv"] + "Google Cloud,hyperscaler,hyperscaler,,,\n"
    rows = [machine(f"tpu-v6e-{n}", "1", p, machine="") for n, p in (("32", "700.0"), ("64", "700.0"), ("8", "21.6"))]
    files = {f"prices/skypilot/{DAY}/gcp.csv": sky(*rows), "reference/accelerators.csv": more.encode()}
    tables = whole(make_raw, files | {"reference/providers.csv": clouds.encode()})
    assert codes(tables) == [(1, Reject.PLACEHOLDER_PRICE), (2, Reject.PLACEHOLDER_PRICE)]


def test_a_commitment_filed_as_list_price_is_refused_and_a_dear_region_is_not(make_raw: Callable[..., Path]) -> None:
    prices = {"us-east-1": "40", "eastus": "68", "global": "19"}  # real regions differ up to 1.7 times
    data = sky(*(machine(price=p, region=r) for r, p in prices.items()))
    assert codes(whole(make_raw, {f"prices/skypilot/{DAY}/aws.csv": data})) == [(3, Reject.REGION_OUTLIER)]


def test_a_source_that_turns_from_instance_to_accelerator_prices_is_refused_from_the_side_of_fewer_days(
    make_raw: Callable[..., Path],
) -> None:
    days = [dt.date(2026, 7, d) for d in (1, 2, 3, 4)]
    for wrong, prices in (
        ([3], ["40", "40", "40", "5"]),
        ([0], ["320", "40", "40", "40"]),
        ([], ["40", "41", "36", "20"]),
    ):
        raw = make_raw({})
        for day, price in zip(days, prices, strict=True):
            put(raw, f"prices/skypilot/{day}/aws.csv", sky(machine(price=price)), accessed=day)
        refused = read_prices(raw).price_rejects
        assert refused.select("source_file", "reason").rows() == [
            (f"prices/skypilot/{days[i]}/aws.csv", Reject.UNIT_SWITCH) for i in wrong
        ]


def test_country_lists_are_read_in_any_order(make_raw: Callable[..., Path]) -> None:
    from conftest import REFERENCE

    regions = REFERENCE["reference/regions.csv"] + "US,North America,US\nCA,North America,CA\nDE,Europe,DE\n"
    rows = [{"region": r, "instance_type": r} for r in ("US / CA", "DE / US", "CA;US")]
    tables = read_prices(make_raw(*rows, files={"reference/regions.csv": regions.encode()}))
    assert dict(tables.price_observations.select("region", "macro_region").iter_rows()) == {
        "US / CA": "North America", "DE / US": "multi", "CA;US": "North America",
    }  # fmt: skip
    assert tables.regions.filter(region="DE / US")["country"].to_list() == ["DE;US"]
    with pytest.raises(RawDataError, match="unknown region 'US / XX'"):
        read_prices(make_raw({"region": "US / XX"}, files={"reference/regions.csv": regions.encode()}))


present = pytest.mark.skipif(not PUBLISHED.exists(), reason="the published catalogues are not beside this checkout")


@pytest.fixture(scope="module")
def published() -> Callable[[str], bytes]:
    def load(name: str) -> bytes:
        path = PUBLISHED / name
        return gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()

    return load


@present
def test_whole_published_catalogues_are_read_and_every_row_is_accounted_for(
    tmp_path: Path, published: Callable[[str], bytes]
) -> None:
    raw, day = tmp_path / "raw", dt.date(2026, 4, 2)
    for file in sorted(Settings().raw.rglob("*.csv")):
        name = file.relative_to(Settings().raw).as_posix()
        if name.startswith("reference/") or name == "prices/non_hourly.csv":
            put(raw, name, file.read_bytes())
    for cloud, name in (("azure", "azure.csv.gz"), ("gcp", "gcp.csv.gz"), ("lambda", "lambda.csv")):
        put(raw, f"prices/skypilot/{day}/{cloud}.csv", published(f"{day}/{name}"), accessed=day)
    tables = read_prices(raw)
    validate("price_observations", tables.price_observations)
    validate("price_file_counts", tables.price_file_counts)
    validate("price_rejects", tables.price_rejects)
    counts = {r[0].rsplit("/", 1)[1]: r[1:] for r in tables.price_file_counts.iter_rows()}
    assert {k: v[0] for k, v in counts.items()} | {"non_hourly.csv": 18} == {
        "azure.csv": 60436, "gcp.csv": 30510, "lambda.csv": 272, "non_hourly.csv": 18,
    }  # fmt: skip
    assert all(v[0] == sum(v[1:]) for v in counts.values())
    kept = tables.price_observations
    azure = kept.filter(instance_type="Standard_ND96isr_H100_v5", region="eastus", purchase_model="on_demand")
    assert azure["price_usd_per_hour"].to_list() == [98.32]
    labs = kept.filter(instance_type="gpu_8x_h100_sxm5")
    assert labs.select("macro_region", "price_usd_per_accelerator_hour").rows() == [("global", 3.44)]
    # Google's H100 list price is 11.06 in us-central1; this file has a commitment there, which is refused.
    h100 = kept.filter(instance_type="a3-highgpu-8g", purchase_model="on_demand")
    assert "us-central1" not in h100["region"].to_list()
    assert h100["price_usd_per_accelerator_hour"].min() > 10
    # So with the A100: 3.67 with its machine in us-central1, and commitments in Europe and Asia; the one of 80 GB costs
    # 5.52 in us-east5, and three of five regions have a commitment.
    a100 = kept.filter(pl.col("instance_type").is_in(["a2-highgpu-1g", "a2-ultragpu-1g"]), purchase_model="on_demand")
    cheapest = a100.group_by("accelerator").agg(pl.col("price_usd_per_accelerator_hour").min()).sort("accelerator")
    assert cheapest["price_usd_per_accelerator_hour"].to_list() == pytest.approx([3.67, 5.52], abs=0.005)
    assert kept.filter(
        accelerator="TPU-v5p", instance_type="tpu-v5p-8", region="us-central1", purchase_model="on_demand"
    )["price_usd_per_accelerator_hour"].to_list() == [4.2]
    assert not kept.filter(pl.col("price_usd_per_hour") == 700.0).height


@present
def test_the_header_only_file_that_was_published_is_refused(published: Callable[[str], bytes]) -> None:
    with pytest.raises(RawDataError, match="has a header and no rows"):
        skypilot.read(published("2026-05-07/lambda-header-only.csv"), "lambda.csv", sidecar())
