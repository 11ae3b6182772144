"""Every kind of promise in the registry is checked, and a frame that breaks it is refused by name."""

from __future__ import annotations

import polars as pl
import pytest

from pipeline.contracts import failures, validate
from pipeline.errors import ContractError
from pipeline.tables import TABLES
from tests import tiny

GOOD = tiny.tables()["region_forecast"]


def with_value(column: str, value: object) -> pl.DataFrame:
    return GOOD.with_columns(pl.lit(value, dtype=GOOD.schema[column]).alias(column))


@pytest.mark.parametrize(
    ("frame", "column", "rule"),
    [
        (with_value("share_mean", float("nan")), "share_mean", "not_nullable"),
        (with_value("value_usd_bn_mean", float("inf")), "value_usd_bn_mean", "finite"),
        (with_value("cagr_pct_mean", float("-inf")), "cagr_pct_mean", "finite"),
        (with_value("share_p05", -0.1), "share_p05", "greater_than_or_equal_to(0.0)"),
        (with_value("share_p95", 1.6), "share_p95", "less_than_or_equal_to(1.0)"),
        (with_value("year", 20255), "year", "less_than_or_equal_to(2200)"),
        (with_value("region", None), "region", "not_nullable"),
        (with_value("evidence_grade", "certain"), "evidence_grade", "isin"),
        (pl.concat([GOOD, GOOD]), "", "multiple_fields_uniqueness"),
        (GOOD.drop("p_largest"), "", "column_in_dataframe"),
        (GOOD.with_columns(extra=pl.lit(1)), "", "column_in_schema"),
        (GOOD.with_columns(pl.col("year").cast(pl.Int32)), "year", "dtype"),
        (GOOD.select(reversed(GOOD.columns)), "", "column_ordered"),
    ],
)
def test_broken_promise_is_found(frame: pl.DataFrame, column: str, rule: str) -> None:
    broken = failures("region_forecast", frame)
    assert any(rule in r for r in broken["rule"]), broken
    if column:
        assert column in broken["column"].to_list()
    with pytest.raises(ContractError, match="region_forecast: breaks its contract"):
        validate("region_forecast", frame)


def test_an_empty_table_is_refused() -> None:
    with pytest.raises(ContractError, match="market_forecast: breaks its contract: table: not_empty"):
        validate("market_forecast", TABLES["market_forecast"].frame([]))


def test_good_frames_pass() -> None:
    for name, frame in tiny.tables().items():
        assert failures(name, frame).is_empty(), name


def test_infinite_numbers_inside_a_list_are_found() -> None:
    row = {
        "market": "m",
        "scenario": "as_reported",
        "dimension": "d",
        "dimension_kind": "segment",
        "draw": 0,
        "base_shares": [1.0, float("inf")],
        "growths": [0.0, 0.0],
    }
    broken = failures("share_draws", TABLES["share_draws"].frame([row]))
    assert broken["column"].to_list() == ["base_shares"]
