"""The committed price data: complete, unchanged against the facts it carries over, and saying what the facts say."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from catalogues import SHARED

from pipeline.contracts import validate
from pipeline.prices import PriceTables, read_prices
from pipeline.settings import ROOT

RAW = ROOT / "data" / "raw"
FACTS = SHARED / "facts"
needs_facts = pytest.mark.skipif(not FACTS.is_dir(), reason="the facts that the raw files carry over are not here")
ON_DEMAND = {"provider": "AWS", "accelerator": "H100", "instance_type": "p5.48xlarge", "purchase_model": "on_demand"}


@pytest.fixture(scope="module")
def tables() -> PriceTables:
    return read_prices(RAW)


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_every_row_is_accounted_for(tables: PriceTables) -> None:
    counts = {r["source_file"]: r for r in tables.price_file_counts.to_dicts()}
    row = counts["prices/observations.csv"]
    assert row["rows_read"] == 2871
    assert row["rows_kept"] + row["rows_rejected"] + row["rows_merged"] == 2871
    assert row["rows_kept"] == tables.price_observations.height
    assert counts["prices/non_hourly.csv"]["rows_kept"] == 18


def test_every_table_keeps_its_contract(tables: PriceTables) -> None:
    for name, frame in vars(tables).items():
        validate(name, frame)


def test_the_one_contradiction_in_the_rows_is_refused(tables: PriceTables) -> None:
    # One aggregator page of 2026-07-01 gives the same Crusoe offer at 2.00 and at 2.30.
    assert tables.price_rejects["reason"].to_list() == ["conflicting_price"] * 2
    assert all("Crusoe A100-80GB on 2026-07-01" in d for d in tables.price_rejects["detail"])


def test_lambda_catalogue_rows_hold_everywhere(tables: PriceTables) -> None:
    rows = tables.price_observations.filter(provider="Lambda Labs", source_tier="catalog")
    assert rows["macro_region"].unique().to_list() == ["global"]


def test_aws_p5_on_demand_steps_from_12_29_to_6_88_in_june_2025(tables: PriceTables) -> None:
    rows = tables.price_observations.filter(region="us-east-1", **ON_DEMAND).sort("observed_on")
    before = rows.filter(pl.col("observed_on") < dt.date(2025, 6, 5))["price_usd_per_accelerator_hour"]
    after = rows.filter(pl.col("observed_on") >= dt.date(2025, 6, 5))["price_usd_per_accelerator_hour"]
    assert before.to_list() == pytest.approx([12.29] * before.len(), abs=0.005)
    assert after.to_list() == pytest.approx([6.88] * after.len(), abs=0.005)
    assert before.len() > 0
    assert after.len() > 0


def test_v100_at_aws_costs_the_same_in_2017_and_2026(tables: PriceTables) -> None:
    rows = tables.price_observations.filter(
        provider="AWS", instance_type="p3.2xlarge", region="us-east-1", purchase_model="on_demand"
    ).sort("observed_on")
    assert rows["price_usd_per_accelerator_hour"].unique().to_list() == [3.06]
    assert (rows["observed_on"][0].year, rows["observed_on"][-1].year) == (2017, 2026)


def test_each_of_the_ten_companies_is_there_once(tables: PriceTables) -> None:
    named = tables.providers["top_company"].drop_nulls()
    assert (named.len(), named.n_unique()) == (10, 10)


def test_no_product_without_a_public_price_has_one(tables: PriceTables) -> None:
    products = tables.non_hourly_prices
    assert products.filter(pl.col("kind").is_in(["not_public", "free_software"]))["price_usd"].null_count() == 3
    assert products.filter(pl.col("price_usd") == 0).is_empty()


def test_levels_of_the_real_rows_keep_their_contract(tables: PriceTables, run_sql: Callable[..., pl.DataFrame]) -> None:
    frames = {"price_observations": tables.price_observations, "accelerators": tables.accelerators}
    levels = validate("price_levels", run_sql("prices/price_levels.sql", frames, stale_days=180))
    assert run_sql("quality/price_levels_ordered.sql", {"price_levels": levels}).is_empty()
    # The rows' newest day is 2026-08-22, so a level last seen before 2026-02-23 is stale.
    stale = levels.filter("is_stale")["last_observed"].max()
    fresh = levels.filter(~pl.col("is_stale"))["last_observed"].min()
    assert stale is not None
    assert stale < dt.date(2026, 2, 23) <= fresh


@needs_facts
def test_observations_carry_every_fact_over_in_order() -> None:
    same = (
        *("provider", "accelerator", "accelerator_count", "accelerator_variant", "instance_type", "region"),
        *("purchase_model", "price_basis", "price_usd_per_hour", "price_usd_per_accelerator_hour"),
        *("observed_on", "date_basis", "source_tier"),
    )
    ours, facts = rows_of(RAW / "prices/observations.csv"), rows_of(FACTS / "price_observations.csv")
    assert len(ours) == 2871
    for mine, fact in zip(ours, facts, strict=True):
        assert {c: mine[c] for c in same} == {c: fact[c] for c in same}
        assert mine["source"].split(" (")[0] == fact["source"].split(" (")[0]


@needs_facts
def test_accelerators_carry_every_fact_over() -> None:
    ours = {r["accelerator"]: r for r in rows_of(RAW / "reference/accelerators.csv")}
    facts = rows_of(FACTS / "accelerators.csv")
    assert set(ours) == {f["accelerator"] for f in facts} | {"V100"}
    for fact in facts:
        assert {k: ours[fact["accelerator"]][k] for k in fact if k != "note"} == {
            k: fact[k] for k in fact if k != "note"
        }


@needs_facts
def test_peer_estimates_carry_every_fact_over_in_order() -> None:
    names = {
        "vendor": "vendor",
        "market_name": "market_name",
        **{c: c for c in ("base_year", "base_value_usd_bn", "estimate_year", "estimate_value_usd_bn")},
        **{
            c: c
            for c in (
                "forecast_year",
                "forecast_value_usd_bn",
                "north_america_share_pct",
                "source_domain",
                "source_kind",
            )
        },
        "cagr_pct": "stated_cagr_pct",
        "cagr_period": "stated_period",
        "cagr_implied_pct": "implied_cagr_base_to_forecast_pct",
        "north_america_share_year": "na_share_year",
    }
    ours, facts = rows_of(RAW / "evidence/peer_estimates.csv"), rows_of(FACTS / "peer_estimates.csv")
    for mine, fact in zip(ours, facts, strict=True):
        assert {c: mine[c] for c in names} == {c: fact[f] for c, f in names.items()}
        scope = "" if mine["scope"] == "AI training" else f" ({mine['scope']})"
        assert mine["relation"] + scope == fact["relation_to_ai_training"]


@needs_facts
def test_non_hourly_prices_carry_every_fact_over_in_order() -> None:
    ours, facts = rows_of(RAW / "prices/non_hourly.csv"), rows_of(FACTS / "non_hourly_prices.csv")
    for mine, fact in zip(ours, facts, strict=True):
        assert (mine["product"], mine["source"]) == (fact["product"], fact["source"])
        assert mine["price_usd"] == (fact["price_usd"] if mine["kind"] != "free_software" else "")
