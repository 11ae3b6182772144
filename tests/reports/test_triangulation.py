"""The report beside its peers, and its claims beside each other, on the shipped data and on small cases."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipeline.contracts import validate
from pipeline.evidence.figures import read_peer_estimates
from pipeline.queries import run, table_queries
from pipeline.reports import read_reports
from pipeline.settings import ROOT
from pipeline.tables import TABLES
from tests.reports.helpers import PAGE
from tests.reports.test_folder import report

RAW = ROOT / "data" / "raw"


def make(table: str, folder: Path, frames: dict[str, pl.DataFrame]) -> pl.DataFrame:
    for name, frame in frames.items():
        frame.write_parquet(folder / f"{name}.parquet")
    query = table_queries()[table]
    return validate(table, run(query, {name: folder / f"{name}.parquet" for name in query.inputs}, {}))


def tables(folder: Path) -> dict[str, pl.DataFrame]:
    found = read_reports(folder)
    return {"reports": found.reports, "claims": found.claims, "segments": found.segments}


@pytest.fixture(scope="module")
def shipped(tmp_path_factory) -> pl.DataFrame:
    frames = tables(RAW / "reports") | {"peer_estimates": read_peer_estimates(RAW)}
    return make("triangulation", tmp_path_factory.mktemp("tri"), frames)


def test_its_north_america_share_lies_above_all_others(shipped):
    """56 percent against 34 to 48.2 (peer_estimates.csv), whether sister sites count once or not."""
    shares = shipped.filter(pl.col("metric") == "north_america_share_pct")
    own = shares.filter("is_report").row(0, named=True)
    others = shares.filter(~pl.col("is_report"))
    assert (own["value"], own["position_from_top"], own["below_share"]) == (56.0, 1, 1.0)
    assert (others["value_low"].min(), others["value_high"].max()) == (34.0, 48.2)


def test_its_growth_is_in_the_middle(shipped):
    own = shipped.filter(pl.col("is_report") & (pl.col("metric") == "cagr_pct")).row(0, named=True)
    assert own["value"] == 24.5
    assert own["position_from_top"] == pytest.approx((own["sources"] + 1) / 2, abs=1)
    assert own["below_share"] == pytest.approx(0.5, abs=0.1)


def test_sister_sites_count_once_and_sizes_only_in_their_own_scope(shipped):
    growth = shipped.filter(pl.col("metric") == "cagr_pct")
    assert growth["source"].is_unique().all()
    group = growth.filter(pl.col("source") == "Dataintelo group").row(0, named=True)
    assert (group["relation"], group["value"]) == ("same", 26.8)
    assert group["estimates"] > 5
    sizes = shipped.filter((pl.col("metric") == "base_value_usd_bn") & pl.col("position_from_top").is_not_null())
    assert set(sizes["relation"]) == {"same"}


def test_estimates_of_nobody_known_are_shown_but_not_ranked(shipped):
    unknown = shipped.filter(pl.col("source").str.starts_with("unattributed"))
    assert unknown.height > 0
    assert unknown["position_from_top"].null_count() == unknown.height


def checks(folder: Path, page: str) -> dict[str, str]:
    report(folder / "reports", "a", page)
    made = make("report_claim_checks", folder, tables(folder / "reports"))
    return {row["check_id"].partition(":")[0]: row["verdict"] for row in made.iter_rows(named=True)}


def test_the_shipped_claims_hold_together(tmp_path):
    made = make("report_claim_checks", tmp_path, tables(RAW / "reports"))
    found = {row["check_id"].partition(":")[0]: row for row in made.iter_rows(named=True)}
    assert {name: row["verdict"] for name, row in found.items()} == {
        "capital_against_market": "untestable",
        "compute_cut_against_cost_cut": "consistent",
        "growth_against_end_points": "consistent",
        "largest_against_count": "consistent",
        "run_cost_against_run_budget": "consistent",
        "shares_within": "consistent",
    }
    assert "1 - 1 / 10 = 0.9; 1 - 1 / 100 = 0.99" in found["compute_cut_against_cost_cut"]["how"]
    assert "24.50 from 2025, 27.96 from 2026" in found["growth_against_end_points"]["observed"]


@pytest.mark.parametrize(
    ("old", "new", "check", "verdict"),
    [
        ("7.2%", "7.2%", "growth_against_end_points", "consistent"),
        ("7.2%", "9.9%", "growth_against_end_points", "inconsistent"),
        (" and is projected to reach USD 8.00 Bn by 2034", "", "growth_against_end_points", "untestable"),
        ("35 percent", "35 percent", "largest_against_count", "consistent"),
        ("35 percent", "15 percent", "largest_against_count", "inconsistent"),  # the largest of five has 20 at least
    ],
)
def test_a_changed_figure_changes_the_verdict(tmp_path, old, new, check, verdict):
    assert checks(tmp_path, PAGE.replace(old, new))[check] == verdict


def test_shares_across_dimensions_say_how_much_they_must_overlap(tmp_path):
    page = PAGE.replace("by a wide margin", "with 80 percent of revenue, by a wide margin")
    report(tmp_path / "reports", "a", page)
    made = make("report_claim_checks", tmp_path, tables(tmp_path / "reports"))
    row = made.filter(pl.col("check_id").str.starts_with("shares_across")).row(0, named=True)
    assert row["observed"] == "by 15 to 35 percent"  # 35 + 80 - 100 to min(35, 80)


def test_reductions_that_cannot_both_be_true(tmp_path):
    cut = (
        "Low-rank methods reduce the compute needed by 2 to 5 times. "
        "Low-rank methods cut the cost of tuning by over 90%."
    )
    assert checks(tmp_path, f"{PAGE}\n{cut}\n")["compute_cut_against_cost_cut"] == "inconsistent"


def test_all_checks_are_published_together(tmp_path):
    schema = TABLES["report_claim_checks"].schema
    row = dict.fromkeys(schema, "x") | {"verdict": "consistent"}
    frames = {
        "price_claim_checks": pl.DataFrame([row | {"check_id": "p"}], schema=schema),
        "report_claim_checks": pl.DataFrame([row | {"check_id": "r"}], schema=schema),
    }
    assert make("claim_checks", tmp_path, frames)["check_id"].to_list() == ["p", "r"]
