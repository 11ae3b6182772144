from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipeline import contracts
from pipeline.errors import AssumptionError
from pipeline.evidence import make_constraints, read_assumptions, read_peer_estimates, read_scenarios
from pipeline.evidence.assumptions import assumption
from pipeline.evidence.peers import peer_growths, peer_levels
from pipeline.model import draw
from pipeline.model.totals import total_frame, total_of
from pipeline.settings import ROOT, Settings
from pipeline.tables import TABLES
from tests.evidence.test_assumptions import ENTRIES, raw_with
from tests.source_claims import MARKET, assumption_rows, frames, report, segment_rows, share, source_claims

RAW = ROOT / "data" / "raw"
ENTRY = {"about": "x", "total": "reported", "shares": "reported", "price_path": None, "changes": {}}


def peer(vendor: str, relation: str = "same", **more: Any) -> dict[str, Any]:
    row = {
        "market": MARKET, "relation": relation, "scope": "s", "vendor": vendor, "vendor_group": None,
        "market_name": vendor, "base_year": 2025, "base_value_usd_bn": None, "cagr_implied_pct": None,
        "segments_seen": "no", "source_domain": "d", "source_kind": "own", "source_row": 1,
    }  # fmt: skip
    return row | more


def peers(*rows: dict[str, Any]) -> pl.DataFrame:
    return TABLES["peer_estimates"].frame(list(rows))


def reports() -> pl.DataFrame:
    # Doubles in one year, so its growth factor is 2.
    return TABLES["reports"].frame([report(forecast_year=2026, forecast_value_usd_bn=24.0)])


def test_the_projects_own_scenarios() -> None:
    table = contracts.validate("scenarios", read_scenarios(RAW))
    assert table["scenario"].to_list() == ["as_reported", "compute_deflation", "compute_inflation", "peer_informed"]
    assert table.row(0, named=True)["total"] == "reported"


def test_a_users_own_scenario_changes_assumptions_without_code(tmp_path: Path) -> None:
    changes = {"growth_spread": {"value": 0.06, "low": 0.06, "high": 0.06}}
    raw = raw_with(tmp_path, ENTRIES | {"scenarios": {"wild": ENTRY | {"changes": changes}}})
    table = contracts.validate("assumptions", read_assumptions(raw))
    assert assumption(table, "growth_spread")["value"] == 0.05
    assert assumption(table, "growth_spread", "wild")["value"] == 0.06
    assert assumption(table, "hedge_widening", "wild")["value"] == 2.0
    tables = frames([report()], segment_rows(dimensions={"Type": ("A", "B")}), [])
    made = draw(
        tables["reports"], tables["segments"], make_constraints(**tables), table, Settings(draws=1024),
        scenarios=read_scenarios(raw),
    )  # fmt: skip
    spread = {s: np.array(d.explode("growths")["growths"]).std() for (s,), d in made.share_draws.group_by("scenario")}
    assert spread["as_reported"] == pytest.approx(0.05, rel=0.03)
    assert spread["wild"] == pytest.approx(0.06, rel=0.03)


@pytest.mark.parametrize(
    ("scenarios", "said"),
    [
        ({"as_reported": ENTRY}, r"scenarios\.as_reported: a name is lower-case letters"),
        ({"Wild One": ENTRY}, r"scenarios\.Wild One: a name is lower-case letters"),
        ({"w": {"about": "x"}}, r"scenarios\.w: must have exactly the keys"),
        ({"w": ENTRY | {"about": " "}}, r"scenarios\.w\.about: must be text"),
        ({"w": ENTRY | {"total": "guess"}}, r"scenarios\.w\.total: must be one of reported, peers; got 'guess'"),
        ({"w": ENTRY | {"price_path": "none"}}, r"scenarios\.w\.price_path: must name an assumption"),
        ({"w": ENTRY | {"changes": {"new": {"value": 1}}}}, r"scenarios\.w\.changes: must map names"),
        ({"w": ENTRY | {"changes": {"growth_spread": 1}}}, r"changes\.growth_spread: must be a mapping"),
        ({"w": ENTRY | {"changes": {"growth_spread": {"value": 9}}}}, r"changes\.growth_spread: value 9 is outside"),
        ([1], "scenarios must be a mapping"),
    ],
)
def test_a_wrong_scenario_is_named(tmp_path: Path, scenarios: Any, said: str) -> None:
    raw = raw_with(tmp_path, ENTRIES | {"scenarios": scenarios})
    with pytest.raises(AssumptionError, match=said):
        read_assumptions(raw)


def test_sources_of_one_group_count_once_and_the_reports_own_vendor_not_at_all() -> None:
    table = peers(
        peer("One", base_value_usd_bn=6.0, cagr_implied_pct=100.0, vendor_group="G"),
        peer("Two", base_value_usd_bn=18.0, cagr_implied_pct=300.0, vendor_group="G"),
        peer("Far", "near", base_value_usd_bn=99.0, cagr_implied_pct=0.0),
        peer("Old", base_value_usd_bn=99.0, base_year=2024),
        peer("TrendX Insights", base_value_usd_bn=1.0, cagr_implied_pct=1.0),
        peer("Other", "adjacent", cagr_implied_pct=900.0),
    )
    # Medians of the group: 12 of 12 in size, 200 percent in growth, which is 1.5 times the report's factor of 2.
    assert peer_levels(reports(), table)["factor"].to_list() == [1.0]
    assert peer_growths(reports(), table)["factor"].to_list() == pytest.approx([0.5, 1.5])


def test_a_total_lies_evenly_over_its_sources_the_report_among_them() -> None:
    growths = pl.DataFrame({"market": [MARKET, MARKET], "factor": [0.5, 1.5]})
    row = {"scenario": "p", "total": "peers", "price_path": None}
    total = total_of(row, TABLES["assumptions"].frame(assumption_rows()), growths.clear(), growths)
    points = np.tile([[0.0], [0.25], [0.75], [1.0]], (1, 5))
    found = total_frame(total, MARKET, points)
    assert found["yearly_factor"].to_list() == [0.5, 0.75, 1.25, 1.5]
    assert found["base_factor"].to_list() == [1.0] * 4
    assert total_frame(total, "unheard of", points)["yearly_factor"].to_list() == [1.0] * 4


@pytest.mark.parametrize(
    ("change", "elasticity", "factor"),
    [(-0.5, 2.0, 2.0), (-0.5, 1.0, 1.0), (-0.5, 0.0, 0.5), (1.0, 2.0, 0.5), (1.0, 0.0, 2.0)],
)
def test_prices_move_spending_by_what_the_elasticity_leaves(change: float, elasticity: float, factor: float) -> None:
    """Half the price: at elasticity 2 four times the quantity, twice the spending; at 1 as much; at 0 half."""
    fixed = {"distribution": "fixed", "unit": "1", "why": "t", "moves": "t", "scenario": "as_reported"}
    values = {"path": change, "compute_price_elasticity": elasticity, "compute_share_of_spend": 1.0}
    rows = [fixed | {"name": n, "value": v, "low": v, "high": v} for n, v in values.items()]
    row = {"scenario": "p", "total": "reported", "price_path": "path"}
    total = total_of(row, TABLES["assumptions"].frame(rows), None, None)
    assert total_frame(total, MARKET, np.full((1, 5), 0.3))["yearly_factor"].to_list() == pytest.approx([factor])


def test_prices_cannot_fall_below_nothing() -> None:
    values = {"path": -1.0, "compute_price_elasticity": 1.0, "compute_share_of_spend": 1.0}
    rows = [assumption_rows()[0] | {"name": n, "value": v, "low": v, "high": v} for n, v in values.items()]
    with pytest.raises(AssumptionError, match="path: prices cannot fall"):
        total_of(
            {"scenario": "p", "total": "reported", "price_path": "path"}, TABLES["assumptions"].frame(rows), None, None
        )


def test_peers_take_the_sole_authority_from_the_stated_share() -> None:
    tables = frames([report()], segment_rows(), source_claims())
    made = make_constraints(**tables, scenarios=read_scenarios(RAW), peer_estimates=read_peer_estimates(RAW))
    contracts.validate("constraints", made)
    assert made["scenario"].unique().sort().to_list() == ["as_reported", "peer_informed"]
    stated = made.filter(kind="share_between").sort("scenario")
    # "Around 56 percent", doubled: 55 to 57. The lowest of the peers states 34, half a point either way.
    assert stated["low"].to_list() == pytest.approx([0.55, 0.335])
    assert stated["high"].to_list() == pytest.approx([0.57, 0.57])
    assert stated["stated_share"].to_list() == [pytest.approx(0.56), None]
    assert made.filter(kind="fastest", scenario="peer_informed").height == 2


def test_a_market_that_no_peer_speaks_of_has_no_such_scenario() -> None:
    tables = frames([report("x")], segment_rows("x", {"Type": ("A", "B")}), [share("Type", "A", 40.0, market="x")])
    scenarios = read_scenarios(RAW).filter(pl.col("scenario").is_in(["as_reported", "peer_informed"]))
    made = make_constraints(**tables, scenarios=scenarios, peer_estimates=read_peer_estimates(RAW))
    found = draw(
        tables["reports"], tables["segments"], made, read_assumptions(RAW), Settings(draws=64),
        scenarios=scenarios, peer_estimates=read_peer_estimates(RAW),
    )  # fmt: skip
    assert found.total_draws.is_empty()
    assert found.share_draws["scenario"].unique().to_list() == ["as_reported"]


def test_what_a_scenario_does_not_change_it_does_not_draw_again() -> None:
    tables = frames([report()], segment_rows(), source_claims())
    scenarios, known = read_scenarios(RAW), read_peer_estimates(RAW)
    assumptions = read_assumptions(RAW)
    made = make_constraints(**(tables | {"assumptions": assumptions}), scenarios=scenarios, peer_estimates=known)
    found = draw(
        tables["reports"], tables["segments"], made, assumptions, Settings(draws=256),
        scenarios=scenarios, peer_estimates=known,
    )  # fmt: skip
    for name in ("share_draws", "total_draws", "prior_draws", "draw_quality"):
        contracts.validate(name, getattr(found, name))
    own = found.share_draws.filter(pl.col("scenario") != "as_reported")
    assert own.select("scenario", "dimension").unique().rows() == [("peer_informed", "Geography")]
    moved = found.total_draws.group_by("scenario").agg(pl.col("base_factor").max(), pl.col("yearly_factor").min())
    assert sorted(moved["scenario"]) == ["compute_deflation", "compute_inflation", "peer_informed"]
    assert set(moved.filter(pl.col("scenario") != "peer_informed")["base_factor"]) == {1.0}
