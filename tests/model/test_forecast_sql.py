"""The queries of sql/forecast on frames small enough to work out by hand."""

from __future__ import annotations

from math import log
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline import contracts
from pipeline.queries import run, table_queries
from pipeline.tables import TABLES
from tests.source_claims import report, segment_rows

LN2 = log(2)
SIZES = {"base_year": 2025, "base_value_usd_bn": 10.0, "forecast_year": 2027, "forecast_value_usd_bn": 40.0}


def tiny(folder: Path, rows: dict[str, list[dict[str, Any]]], *queries: str) -> dict[str, pl.DataFrame]:
    """The tables that the queries make, run in the given order over the rows."""
    paths = {}
    empty = ("reports", "segments", "constraints", "share_draws", "total_draws", "prior_draws", "model_rejects")
    for name in (*empty, "cross_moments"):
        paths[name] = folder / f"{name}.parquet"
        TABLES[name].frame(rows.get(name, [])).write_parquet(paths[name])
    made = {}
    for name in queries:
        made[name] = run(table_queries()[name], paths, {"cross_draws": 2})
        contracts.validate(name, made[name]) if not made[name].is_empty() else None
        paths[name] = folder / f"{name}.parquet"
        made[name].write_parquet(paths[name])
    return made


def draws(
    market: str,
    dimension: str,
    kind: str,
    rows: list[tuple[list[float], list[float]]],
    scenario: str = "as_reported",
) -> list[dict[str, Any]]:
    return [
        {
            "market": market, "scenario": scenario, "dimension": dimension, "dimension_kind": kind,
            "draw": i, "base_shares": shares, "growths": growths,
        }
        for i, (shares, growths) in enumerate(rows)
    ]  # fmt: skip


# Two draws of a market that doubles every year. In draw 0 A's weight doubles each year while B's stays: shares 1/2,
# 2/3, 4/5. In draw 1 nothing moves: shares 1/4 and 3/4.
TYPES = draws("m", "Type", "segment", [([0.5, 0.5], [LN2, 0.0]), ([0.25, 0.75], [0.0, 0.0])])
REGIONS = draws("m", "Geography", "region", [([0.6, 0.4], [0.0, 0.0]), ([0.8, 0.2], [0.0, 0.0])])
ROWS = {
    "reports": [report("m", **SIZES)],
    "segments": segment_rows("m", {"Type": ("A", "B"), "Geography": ("North", "South")}),
    "share_draws": [*REGIONS, *TYPES],
    # The prior of two members: one has a tenth to nine tenths, evenly; nothing grows apart.
    "prior_draws": [
        {
            "scenario": "as_reported", "members": 2, "draw": 0, "base_shares": [0.1, 0.9], "growths": [0.0, 0.0],
        },
    ],
}  # fmt: skip
CHAIN = (
    "market_forecast",
    "member_moments",
    "prior_ranges",
    "member_forecast",
    "segment_forecast",
    "region_forecast",
    "segment_region_forecast",
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    return tiny(tmp_path_factory.mktemp("tiny"), ROWS, *CHAIN)


def test_the_market_doubles_every_year(made: dict[str, pl.DataFrame]) -> None:
    table = made["market_forecast"]
    assert table["year"].to_list() == [2025, 2026, 2027]
    for statistic in ("mean", "p05", "p25", "p50", "p75", "p95"):
        assert table[f"value_usd_bn_{statistic}"].to_list() == pytest.approx([10.0, 20.0, 40.0], rel=1e-15)


def test_a_stated_estimate_is_met_and_bends_the_path(tmp_path: Path) -> None:
    rows = {"reports": [report("m", **SIZES | {"forecast_year": 2028}, estimate_year=2026, estimate_value_usd_bn=10.0)]}
    table = tiny(tmp_path, rows, "market_forecast")["market_forecast"]
    # Flat to 2026, then four times as much in two years: 20 in between.
    assert table["value_usd_bn_mean"].to_list() == pytest.approx([10.0, 10.0, 20.0, 40.0], rel=1e-15)
    assert table["evidence_grade"].to_list() == ["reported", "reported", "bounded", "reported"]


def test_only_accepted_markets_that_the_model_took_are_forecast(tmp_path: Path) -> None:
    refused = {
        "market": "c", "table_name": "share_draws", "source_file": "reports/c", "source_row": 0,
        "reason": "contradiction", "detail": "x",
    }  # fmt: skip
    rows = {
        "reports": [report("a", **SIZES), report("b", **SIZES, status="rejected"), report("c", **SIZES)],
        "model_rejects": [refused],
    }
    assert tiny(tmp_path, rows, "market_forecast")["market_forecast"]["market"].unique().to_list() == ["a"]


def test_shares_and_values_of_two_draws(made: dict[str, pl.DataFrame]) -> None:
    table = made["member_forecast"].filter(member="A")
    assert table["share_mean"].to_list() == pytest.approx([3 / 8, 11 / 24, 21 / 40], abs=1e-15)
    # Between two draws quantiles are on the line: p05 is a twentieth of the way up.
    assert table["share_p05"].to_list() == pytest.approx([0.2625, 0.25 + 5 / 240, 0.2775], abs=1e-15)
    assert table["share_p75"].to_list() == pytest.approx([0.4375, 0.25 + 5 / 16, 0.6625], abs=1e-15)
    assert table["value_usd_bn_mean"].to_list() == pytest.approx([3.75, 55 / 6, 21.0], rel=1e-14)
    assert table["value_usd_bn_p50"].to_list() == pytest.approx([3.75, 55 / 6, 21.0], rel=1e-14)


def test_growth_is_counted_from_the_base_year(made: dict[str, pl.DataFrame]) -> None:
    table = made["member_forecast"].filter(member="A")
    # Draw 0: value 5 -> 40/3 -> 32, so 166.67 percent in one year, sqrt(32/5) - 1 a year over two. Draw 1: 100 percent.
    first, second = 100 * (8 / 3 - 1), 100 * ((32 / 5) ** 0.5 - 1)
    assert table["cagr_pct_mean"].to_list() == [None, *map(pytest.approx, ((first + 100) / 2, (second + 100) / 2))]
    assert table["cagr_pct_p95"].to_list() == [
        None,
        pytest.approx(100 + 0.95 * (first - 100)),
        pytest.approx(100 + 0.95 * (second - 100)),
    ]


def test_who_leads_is_counted_over_the_draws(made: dict[str, pl.DataFrame]) -> None:
    # In draw 0 both are largest in 2025 and A alone later and in growth; in draw 1 B is largest and both grow alike.
    table = made["member_forecast"].filter(dimension="Type")
    chances = {(r["member"], r["year"]): (r["p_largest"], r["p_fastest"]) for r in table.to_dicts()}
    assert chances == {
        ("A", 2025): (0.5, None), ("A", 2026): (0.5, 1.0), ("A", 2027): (0.5, 1.0),
        ("B", 2025): (1.0, None), ("B", 2026): (0.5, 0.5), ("B", 2027): (0.5, 0.5),
    }  # fmt: skip


def test_the_published_tables_are_the_two_kinds_of_member(made: dict[str, pl.DataFrame]) -> None:
    for kind, table in (("segment", "segment_forecast"), ("region", "region_forecast")):
        whole = made["member_forecast"].filter(dimension_kind=kind).rename({"member": kind}).drop("dimension_kind")
        assert made[table].equals(whole.sort("market", "scenario", "dimension", kind, "year"))


def test_a_cell_is_the_product_draw_by_draw(made: dict[str, pl.DataFrame]) -> None:
    table = made["segment_region_forecast"]
    cell = table.filter(segment="A", region="North")
    # Mean share of A: 3/8, 11/24, 21/40; of the north 0.7 in every year. Draw by draw in 2025: 0.3 and 0.2 of 10.
    assert cell["value_usd_bn_mean"].to_list() == pytest.approx([2.625, 14 * 11 / 24, 14.7], rel=1e-14)
    assert cell["value_usd_bn_p95"].to_list()[0] == pytest.approx(2 + 0.95, rel=1e-14)
    assert table.height == 2 * 2 * 3


def constraint(kind: str, dimension: str, member: str, **more: Any) -> dict[str, Any]:
    return {
        "market": "m", "scenario": "as_reported", "quote": "x", "constraint_id": f"{kind}.{member}",
        "dimension": dimension, "dimension_kind": "segment",
        "member": member, "kind": kind, "claim_id": "c",
    } | more  # fmt: skip


@pytest.mark.parametrize(
    ("constraints", "type_a", "type_b", "cell"),
    [
        ([], ["prior"] * 3, ["prior"] * 3, ["prior"] * 3),
        (
            [constraint("fastest", "Type", "A")],
            ["prior", "bounded", "bounded"],
            ["prior", "bounded", "bounded"],
            ["prior"] * 3,
        ),
        ([constraint("largest", "Type", "B", year=2025)], ["bounded"] * 3, ["bounded"] * 3, ["prior"] * 3),
        (
            [
                constraint("share_between", "Type", "A", low=0.2, high=0.5, stated_share=0.3, year=2025),
                constraint("largest", "Geography", "North", year=2025),
            ],
            ["reported", "bounded", "bounded"],
            ["bounded"] * 3,
            ["bounded"] * 3,
        ),
        # A share stated for the last year narrows the first one too, since both hang on the same draw.
        (
            [constraint("share_between", "Type", "A", low=0.2, high=0.9, stated_share=0.5, year=2027)],
            ["bounded", "bounded", "reported"],
            ["bounded"] * 3,
            ["prior"] * 3,
        ),
        # A bound is no figure: nothing is reported.
        (
            [constraint("share_between", "Type", "A", low=0.2, high=1.0, year=2025)],
            ["bounded"] * 3,
            ["bounded"] * 3,
            ["prior"] * 3,
        ),
    ],
)
def test_grades_year_by_year(
    tmp_path: Path, constraints: list[dict[str, Any]], type_a: list[str], type_b: list[str], cell: list[str]
) -> None:
    tables = tiny(tmp_path, ROWS | {"constraints": constraints}, *CHAIN)
    members = tables["member_forecast"]
    assert members.filter(member="A")["evidence_grade"].to_list() == type_a
    assert members.filter(member="B")["evidence_grade"].to_list() == type_b
    cells = tables["segment_region_forecast"]
    assert cells.filter(segment="A", region="North")["evidence_grade"].to_list() == cell


def test_batches_give_what_one_pass_gives(tmp_path: Path, made: dict[str, pl.DataFrame]) -> None:
    markets = ("m", "n", "o")
    rows = {
        "reports": [report(m, **SIZES) for m in markets],
        "segments": [s | {"report_id": m} for m in markets for s in ROWS["segments"]],
        "share_draws": [d | {"market": m} for m in markets for d in ROWS["share_draws"]],
        "prior_draws": ROWS["prior_draws"],
    }
    whole = tiny(tmp_path, rows, *CHAIN)
    paths = {p.stem: p for p in tmp_path.glob("*.parquet")}
    for name in CHAIN:
        if name == "prior_ranges":  # is of no market
            continue
        assert run(
            table_queries()[name], paths, {"cross_draws": 2}, batches=[{"market": ("m", "n")}, {"market": ("o", "o")}]
        ).equals(whole[name])
        assert whole[name].filter(market="m").equals(made[name])


# Two draws of a scenario: half the reported size growing 1.5 times as fast, or just as reported.
MOVED = [
    {"market": "m", "scenario": "peers", "draw": 0, "base_factor": 0.5, "yearly_factor": 1.5},
    {"market": "m", "scenario": "peers", "draw": 1, "base_factor": 1.0, "yearly_factor": 1.0},
]


@pytest.fixture(scope="module")
def moved(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    own = draws("m", "Geography", "region", [([0.2, 0.8], [0.0, 0.0]), ([0.4, 0.6], [0.0, 0.0])], "peers")
    rows = ROWS | {
        "total_draws": MOVED,
        "share_draws": [*ROWS["share_draws"], *own],
        "constraints": [
            constraint("share_between", "Geography", "North", low=0.5, high=0.9, stated_share=0.7, year=2025),
            constraint("share_between", "Geography", "North", low=0.1, high=0.9, year=2025, scenario="peers"),
        ],
    }
    return tiny(tmp_path_factory.mktemp("moved"), rows, *CHAIN)


def test_a_moved_total_is_the_reported_one_times_its_factors(moved: dict[str, pl.DataFrame]) -> None:
    table = moved["market_forecast"].filter(scenario="peers")
    # Factors 0.5, 0.75, 1.125 and 1, 1, 1 on 10, 20, 40.
    assert table["value_usd_bn_mean"].to_list() == pytest.approx([7.5, 17.5, 42.5], rel=1e-12)
    assert table["value_usd_bn_p05"].to_list() == pytest.approx([5.25, 15.25, 40.25], rel=1e-12)
    assert table["evidence_grade"].to_list() == ["bounded"] * 3
    assert moved["market_forecast"].filter(scenario="as_reported")["value_usd_bn_p05"].to_list() == [10.0, 20.0, 40.0]


def test_members_of_a_moved_total_go_with_it_draw_by_draw(moved: dict[str, pl.DataFrame]) -> None:
    a = moved["member_forecast"].filter(scenario="peers", member="A")
    # Shares of A as reported: 1/2, 2/3, 4/5 in draw 0 and 1/4 in draw 1.
    assert a["value_usd_bn_mean"].to_list() == pytest.approx(
        [(2.5 + 2.5) / 2, (15 * 2 / 3 + 5) / 2, (45 * 0.8 + 10) / 2], rel=1e-12
    )
    # Growth to 2026: from 2.5 to 10 in draw 0, from 2.5 to 5 in draw 1.
    assert a["cagr_pct_mean"].to_list()[1] == pytest.approx((300 + 100) / 2)
    assert a["share_mean"].to_list() == pytest.approx([3 / 8, 11 / 24, 21 / 40])
    added = moved["member_forecast"].group_by("scenario", "dimension", "year").agg(pl.col("value_usd_bn_mean").sum())
    whole = added.join(moved["market_forecast"], on=["scenario", "year"])
    assert ((whole["value_usd_bn_mean"] / whole["value_usd_bn_mean_right"] - 1).abs() < 1e-9).all()


def test_a_scenario_takes_its_own_shares_where_it_has_them(moved: dict[str, pl.DataFrame]) -> None:
    north = moved["region_forecast"].filter(region="North", year=2025).sort("scenario")
    assert north["share_mean"].to_list() == pytest.approx([0.7, 0.3])
    assert north["evidence_grade"].to_list() == ["reported", "bounded"]
    assert north["value_usd_bn_mean"].to_list() == pytest.approx([7.0, (5 * 0.2 + 10 * 0.4) / 2])


def test_cells_of_a_moved_total_keep_both_margins(moved: dict[str, pl.DataFrame]) -> None:
    cells = moved["segment_region_forecast"].filter(scenario="peers")
    for name in ("segment", "region"):
        added = cells.group_by(name, "year").agg(pl.col("value_usd_bn_mean").sum())
        whole = added.join(moved[f"{name}_forecast"].filter(scenario="peers"), on=[name, "year"])
        assert whole.height == 6
        assert ((whole["value_usd_bn_mean"] / whole["value_usd_bn_mean_right"] - 1).abs() < 1e-12).all()
    cell = cells.filter(segment="A", region="North", year=2025)
    # Draw by draw: 5 x 1/2 x 0.2 and 10 x 1/4 x 0.4.
    assert cell["value_usd_bn_p05"].item() == pytest.approx(0.5 + 0.05 * 0.5)


def test_narrowing_is_measured_against_the_prior(made: dict[str, pl.DataFrame]) -> None:
    # The prior of a share runs from 0.1 to 0.9, linearly between two draws: 0.72 wide from p05 to p95.
    north = made["member_forecast"].filter(member="North", year=2025).row(0, named=True)
    # Draws 0.6 and 0.8: 0.18 wide.
    assert north["narrowing"] == pytest.approx(1 - 0.18 / 0.72)
    a = made["member_forecast"].filter(member="A").sort("year")
    assert a["narrowing"].to_list() == pytest.approx([1 - w * 0.9 / 0.72 for w in (1 / 4, 5 / 12, 11 / 20)])
