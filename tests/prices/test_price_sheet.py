"""An analyst's own sheet: mapped by its sidecar, in CSV and in Excel."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from conftest import put

from pipeline.errors import RawDataError
from pipeline.prices import PriceTables, read_prices
from pipeline.prices.draft import PriceFlag
from pipeline.raw import sidecar_path
from pipeline.rows.rejects import Reject

HEADER = ["GPU", "Cards", "Rate", "Site", "Day", "Money", "Terms"]
MAPPING: dict[str, Any] = {
    "columns": {
        "accelerator": "GPU", "accelerator_count": "Cards", "price_per_hour": "Rate", "region": "Site",
        "observed_on": "Day", "currency": "Money", "purchase_model": "Terms",
    },
    "constants": {"provider": "AWS"},
    "values": {"accelerator": {"Hopper": "H100"}},
    "rates": {"EUR": {"usd": 1.25, "as_of": dt.date(2026, 8, 1), "source": "a bank"}},
}  # fmt: skip
ROWS: list[list[object]] = [
    ["Hopper", 8, 40, "us-east-1", dt.date(2026, 8, 1), "USD", "on_demand"],
    ["NVIDIA H100 SXM", 4, 16, "us-east-1", dt.date(2026, 8, 1), "EUR", "on_demand"],
]


def as_csv(rows: list[list[object]]) -> bytes:
    return "\n".join(",".join(str(c) for c in row) for row in [HEADER, *rows]).encode()


def as_excel(rows: list[list[object]]) -> bytes:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in [HEADER, *rows]:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.fixture
def sheet(make_raw: Callable[..., Path]) -> Callable[..., PriceTables]:
    def make(data: bytes, name: str = "mine.csv", mapping: Mapping[str, Any] = MAPPING) -> PriceTables:
        raw = make_raw({})
        put(raw, f"prices/sheets/{name}", data)
        place = sidecar_path(raw / f"prices/sheets/{name}")
        place.write_text(yaml.safe_dump(yaml.safe_load(place.read_text()) | {"mapping": dict(mapping)}))
        return read_prices(raw)

    return make


@pytest.mark.parametrize(("name", "write"), [("mine.csv", as_csv), ("mine.xlsx", as_excel)])
def test_a_mapped_sheet_becomes_observations_in_dollars(
    sheet: Callable[..., PriceTables], name: str, write: Callable[[list[list[object]]], bytes]
) -> None:
    found = sheet(write(ROWS), name).price_observations.filter(source_file=f"prices/sheets/{name}").sort("source_row")
    columns = ("accelerator", "accelerator_count", "price_usd_per_hour", "price_usd_per_accelerator_hour", "flags")
    assert found.select(columns).rows() == [
        ("H100", 8.0, 40.0, 5.0, ""),
        ("H100", 4.0, 20.0, 5.0, PriceFlag.CONVERTED_CURRENCY),  # 16 EUR at 1.25
    ]
    assert found["observed_on"].to_list() == [dt.date(2026, 8, 1)] * 2
    assert found["source_tier"].to_list() == ["curated"] * 2


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        (5, "CNY", Reject.UNKNOWN_CURRENCY),
        (4, "yesterday", Reject.NOT_A_DATE),
        (0, "", Reject.MISSING_VALUE),
        (6, "", Reject.MISSING_VALUE),
        (6, "hire purchase", Reject.UNKNOWN_VALUE),
        (0, "Blackbird", Reject.UNKNOWN_ACCELERATOR),
        (2, "ask", Reject.NOT_A_NUMBER),
        (3, "mars-1", Reject.UNKNOWN_REGION),
    ],
)
def test_a_bad_row_is_refused_and_spoils_no_other(
    sheet: Callable[..., PriceTables], column: int, value: str, reason: Reject
) -> None:
    bad = list(ROWS[1])
    bad[column] = value
    tables = sheet(as_csv([ROWS[0], bad]))
    assert tables.price_rejects.select("source_row", "reason").rows() == [(2, reason)]
    assert tables.price_observations.filter(source_file="prices/sheets/mine.csv").height == 1


@pytest.mark.parametrize(
    ("low", "high", "refused"),
    [
        ("4.99", "4.99", True),
        ("6", "7", True),
        ("5.98", "5.98", False),
        ("", "", False),
        ("-", "6", False),
        ("6", "", True),
        ("", "5", True),
    ],
)
def test_a_price_outside_the_bounds_that_stand_beside_it_is_refused(
    sheet: Callable[..., PriceTables], low: str, high: str, refused: bool
) -> None:
    columns = {"accelerator": "GPU", "price_per_hour": "Mid", "lowest_price_per_hour": "Least",
               "highest_price_per_hour": "Most"}  # fmt: skip
    constants = {"provider": "AWS", "purchase_model": "on_demand", "accelerator_count": "1"}
    found = sheet(
        f"GPU,Mid,Least,Most\nH100,5.98,{low},{high}\n".encode(), mapping={"columns": columns, "constants": constants}
    )
    assert found.price_rejects["reason"].to_list() == ([Reject.PRICE_OUTSIDE_BOUNDS] if refused else [])


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"columns": {}}, "does not say where accelerator is"),
        ({"columns": MAPPING["columns"] | {"colour": "x"}}, "unknown field 'colour'"),
        ({"rates": {"EUR": {"usd": 0, "as_of": 1, "source": 1}}}, "rate of EUR without usd"),
        ({"surprise": {}}, "needs a `mapping`"),
        ({"columns": MAPPING["columns"] | {"region": "Nowhere"}}, "Nowhere"),
    ],
)
@pytest.mark.parametrize(("name", "write"), [("mine.csv", as_csv), ("mine.xlsx", as_excel)])
def test_a_wrong_mapping_is_an_error_naming_file_and_field(
    sheet: Callable[..., PriceTables], change: dict[str, Any], says: str, name: str, write: Callable[..., bytes]
) -> None:
    with pytest.raises(RawDataError, match=f"sheets/{name}.*{says}"):
        sheet(write(ROWS), name, MAPPING | change)


@pytest.mark.parametrize(
    ("data", "name", "mapping", "says"),
    [
        (as_csv(ROWS), "mine.csv", {}, "needs a `mapping`"),
        (as_excel([]), "mine.xlsx", MAPPING, "has a header and no rows"),
        (b"PK not a workbook", "mine.xlsx", MAPPING, "cannot be read as Excel"),
    ],
)
def test_a_sheet_without_mapping_or_rows_and_a_broken_workbook_are_errors(
    sheet: Callable[..., PriceTables], data: bytes, name: str, mapping: dict[str, Any], says: str
) -> None:
    with pytest.raises(RawDataError, match=says):
        sheet(data, name, mapping)
