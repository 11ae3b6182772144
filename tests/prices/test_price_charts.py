"""The price charts show what they say, from tables small enough to see it."""

from __future__ import annotations

import datetime as dt

import polars as pl
import pytest

from pipeline.charts import chart, png
from pipeline.tables import TABLES

DAY = dt.date(2026, 8, 1)
SERIES = [
    {"series_id": str(i), "provider": p, "provider_class": "specialised", "accelerator": "H100", "purchase_model": m,
     "last_seen": d, "latest_price_usd_per_accelerator_hour": 2.0 + i}
    for i, (p, m, d) in enumerate(
        [("a", "on_demand", DAY), ("a", "on_demand", DAY), ("b", "spot", DAY), ("c", "on_demand", dt.date(2026, 1, 1))]
    )
]  # fmt: skip
INDEX = [
    {"provider_class": c, "accelerator": "H100", "purchase_model": "on_demand", "month": dt.date(2026, m, 1),
     "chain_start": dt.date(2026, 1, 1), "index_jevons": 100.0 - m}
    for c in ("hyperscaler", "specialised") for m in (1, 2)
] + [
    {"provider_class": "specialised", "accelerator": "H100", "purchase_model": "on_demand",
     "month": dt.date(2025, 3, 1), "chain_start": dt.date(2025, 3, 1), "index_jevons": 100.0}
]  # fmt: skip
LEVELS = [
    {"accelerator": a, "provider_class": "hyperscaler", "macro_region": "North America", "purchase_model": m,
     "price_usd_per_accelerator_hour_median": 3.0, "is_stale": a == "V100-16GB"}
    for a, m in (
        ("H100", "on_demand"), ("H100", "spot"), ("B200", "spot"), ("V100-16GB", "on_demand"), ("V100-16GB", "spot")
    )
]  # fmt: skip


@pytest.mark.parametrize(
    ("table", "rows", "shown"),
    [("price_series", SERIES, 2), ("price_index", INDEX, 5), ("price_levels", LEVELS, 2)],
)
def test_a_chart_shows_its_rows_and_is_a_picture(table: str, rows: list[dict[str, object]], shown: int) -> None:
    picture = chart(table, TABLES[table].frame(rows))
    assert picture is not None
    drawn = picture.to_dict()
    data = next(iter(drawn["datasets"].values())) if "datasets" in drawn else drawn["layer"][0]["data"]["values"]
    assert len(data) == shown
    assert png(picture).startswith(b"\x89PNG")


@pytest.mark.parametrize("table", ["price_series", "price_index", "price_levels"])
def test_a_table_without_anything_to_show_has_no_chart(table: str) -> None:
    rows = {"price_series": SERIES, "price_index": INDEX, "price_levels": LEVELS}[table]
    other = TABLES[table].frame(rows).with_columns(pl.lit("spot").alias("purchase_model"))
    assert chart(table, other) is None
    assert chart(table, other.head(0)) is None
