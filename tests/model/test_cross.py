"""Cross tables fitted to stated cells, worked by hand, and the way of a figure from its file to the published cell."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipeline import contracts
from pipeline.errors import ContradictionError, RawDataError
from pipeline.evidence import make_constraints, read_cross_figures
from pipeline.evidence.cross import CROSS_FILE
from pipeline.explain.formulas import formulas
from pipeline.model import draw
from pipeline.model.cross import cross_moments, fit
from pipeline.queries import run, table_queries
from pipeline.settings import Settings
from pipeline.tables import TABLES
from tests.evidence.test_scenarios import ENTRY, peer, peers
from tests.source_claims import MARKET, frames, report, segment_rows, share

SETTINGS = Settings(draws=1024, cross_draws=256)
DIMENSIONS = {"Type": ("A", "B", "C"), "Geography": ("North", "South")}
SCENARIOS = [{"scenario": "as_reported"} | ENTRY, {"scenario": "peers", **ENTRY, "total": "peers"}]
CHAIN = (
    *("market_forecast", "member_moments", "prior_ranges", "member_forecast", "segment_forecast"),
    *("region_forecast", "cross_moments", "segment_region_forecast"),
)


def figure(segment: str, region: str, value: float, **more: Any) -> dict[str, Any]:
    row = {
        "market": MARKET, "figure_id": f"{segment}.{region}", "dimension": "Type", "segment": segment, "region": region,
        "year": 2034, "metric": "share_of_market_pct", "value": value, "source": "s", "source_row": 1,
        "quote": f"{segment} in {region}",
    }  # fmt: skip
    return row | more


def test_a_stated_cell_of_a_two_by_two_settles_the_others() -> None:
    found = fit(np.array([0.6, 0.4]), np.array([0.7, 0.3]), np.ones((2, 2)), {(0, 0): np.array(0.5)})
    assert np.allclose(found, [[0.5, 0.1], [0.2, 0.2]], atol=1e-12)


def test_without_a_stated_cell_it_is_the_product() -> None:
    found = fit(np.array([0.6, 0.4]), np.array([0.7, 0.3]), np.ones((2, 2)))
    assert np.allclose(found, [[0.42, 0.18], [0.28, 0.12]], atol=1e-12)


def test_a_stated_cell_of_a_three_by_two_leaves_the_rest_independent() -> None:
    """Row sums 0.5, 0.3, 0.2; columns 0.6, 0.4; the first cell 0.4. Beside it 0.1 is left; of the columns 0.2 and 0.3
    are left for the rows of 0.3 and 0.2: 0.3 x 0.2 / 0.5 = 0.12 and so on."""
    found = fit(np.array([0.5, 0.3, 0.2]), np.array([0.6, 0.4]), np.ones((3, 2)), {(0, 0): np.array(0.4)})
    assert np.allclose(found, [[0.4, 0.1], [0.12, 0.18], [0.08, 0.12]], atol=1e-12)


def test_how_segments_and_regions_go_together_is_kept() -> None:
    """Odds ratio 4 at equal margins: cells x with x^2 = 4 (1/2 - x)^2, so 1/3 and 1/6."""
    found = fit(np.array([0.5, 0.5]), np.array([0.5, 0.5]), np.array([[4.0, 1.0], [1.0, 1.0]]))
    assert np.allclose(found, [[1 / 3, 1 / 6], [1 / 6, 1 / 3]], atol=1e-12)


def test_many_tables_at_once_have_their_margins_within_1e_9() -> None:
    rng = np.random.default_rng(1)
    rows, columns = rng.dirichlet(np.ones(4), 500), rng.dirichlet(np.ones(5), 500)
    cell = 0.5 * np.minimum(rows[:, 1], columns[:, 2])
    # Inside what margins allow: with both above a half, half of the smaller may be too little.
    cell = np.maximum(cell, rows[:, 1] + columns[:, 2] - 0.9)
    found = fit(rows, columns, np.ones((4, 5)), {(1, 2): cell})
    assert np.abs(found.sum(axis=2) / rows - 1).max() < 1e-9
    assert np.abs(found.sum(axis=1) / columns - 1).max() < 1e-9
    assert np.array_equal(found[:, 1, 2], cell)
    assert (found >= 0).all()


def test_what_cannot_be_fitted_is_an_error() -> None:
    with pytest.raises(ContradictionError, match="no table has these margins"):
        fit(np.array([0.6, 0.4]), np.array([0.7, 0.3]), np.ones((2, 2)), {(0, 0): np.array(0.2)})


def published(
    folder: Path, figures: list[dict[str, Any]], claims: list[dict[str, Any]]
) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
    """All tables to the published cross table, and what was refused."""
    tables = frames([report()], segment_rows(dimensions=DIMENSIONS), claims)
    cross = contracts.validate("cross_figures", TABLES["cross_figures"].frame(figures))
    known = {
        "scenarios": TABLES["scenarios"].frame(SCENARIOS),
        "peer_estimates": peers(peer("O", base_value_usd_bn=36.0)),
    }
    constraints = make_constraints(**tables, **known, cross_figures=cross)
    made = draw(tables["reports"], tables["segments"], constraints, tables["assumptions"], SETTINGS, **known)
    tables |= {"constraints": constraints, "cross_figures": cross}
    tables |= {n: getattr(made, n) for n in ("share_draws", "total_draws", "prior_draws", "model_rejects")}
    if not made.model_rejects.is_empty():
        return tables, made.model_rejects
    for name in CHAIN:
        paths = {}
        for known, frame in tables.items():
            paths[known] = folder / f"{known}.parquet"
            frame.write_parquet(paths[known])
        if name == "cross_moments":
            inputs = ("reports", "segments", "cross_figures", "assumptions", "share_draws", "total_draws")
            given = {n: tables[n] for n in (*inputs, "market_forecast", "member_forecast")}
            tables[name] = cross_moments(**given, settings=SETTINGS)
        else:
            tables[name] = run(table_queries()[name], paths, SETTINGS.hashed())
        contracts.validate(name, tables[name])
    return tables, made.model_rejects


def test_a_stated_cell_is_published_and_its_margins_hold(tmp_path: Path) -> None:
    tables, _ = published(tmp_path, [figure("A", "North", 30.0)], [share("Type", "A", 50.0, year_to=2034)])
    both_scenarios = tables["segment_region_forecast"]
    cells = both_scenarios.filter(scenario="as_reported")
    stated = cells.filter(segment="A", region="North", year=2034).row(0, named=True)
    # 30 percent of 86.24, half a point either way: evenly, so 5 percent lie a twentieth above the lower end.
    assert stated["evidence_grade"] == "reported"
    assert stated["value_usd_bn_p05"] == pytest.approx(0.2955 * 86.24, rel=1e-3)
    assert stated["value_usd_bn_p95"] == pytest.approx(0.3045 * 86.24, rel=1e-3)
    assert stated["value_usd_bn_mean"] == pytest.approx(0.3 * 86.24, rel=2e-3)
    assert set(cells.filter(year=2034)["evidence_grade"]) == {"reported", "bounded"}
    for kind, table in (("segment", "segment_forecast"), ("region", "region_forecast")):
        sums = both_scenarios.group_by("scenario", kind, "year").agg(pl.col("value_usd_bn_mean").sum())
        both = sums.join(tables[table], on=["scenario", kind, "year"])
        assert both.height == 2 * 10 * len(DIMENSIONS["Type" if kind == "segment" else "Geography"])
        assert ((both["value_usd_bn_mean"] / both["value_usd_bn_mean_right"] - 1).abs() < 1e-9).all()
    # Both margins are at least as large as the cell, in every draw: the figure binds them, with its words.
    bound = tables["constraints"].filter(claim_id="A.North", scenario="as_reported")
    assert bound.select("member", "low", "high", "year", "quote").rows() == [
        # At least 49.5 percent is A, of which at most 30.5 in North: at least 19 percent is elsewhere.
        ("North", pytest.approx(0.295), pytest.approx(0.81), 2034, "A in North"),
        ("A", pytest.approx(0.295), None, 2034, "A in North"),
    ]
    # The other years keep how the two go together, and are no more than an assumption where the region is.
    later = cells.filter(segment="A", region="North", year=2030).row(0, named=True)
    north = tables["region_forecast"].filter(scenario="as_reported", region="North", year=2030)["value_usd_bn_mean"][0]
    total = tables["market_forecast"].filter(scenario="as_reported", year=2030)["value_usd_bn_mean"][0]
    a = tables["segment_forecast"].filter(scenario="as_reported", segment="A", year=2030)["value_usd_bn_mean"][0]
    assert later["evidence_grade"] == "bounded"
    assert later["value_usd_bn_mean"] != pytest.approx(a * north / total, rel=1e-3)


@pytest.mark.parametrize(
    ("stated", "kind", "member"),
    [
        ({("A", "North"): 20.0, ("A", "South"): 10.0}, "segment", "A"),
        ({("A", "North"): 20.0, ("B", "North"): 10.0, ("C", "North"): 15.0}, "region", "North"),
        ({("A", "North"): 20.0, ("A", "South"): 10.0, ("B", "North"): 10.0, ("B", "South"): 25.0}, "segment", "B"),
    ],
)
def test_cells_stated_for_all_of_a_member_add_up_to_it(
    tmp_path: Path, stated: dict[tuple[str, str], float], kind: str, member: str
) -> None:
    tables, refused = published(tmp_path, [figure(*cell, value) for cell, value in stated.items()], [])
    assert refused.is_empty()
    last = tables["segment_region_forecast"].filter(scenario="as_reported", year=2034)
    for (segment, region), value in stated.items():
        cell = last.filter(segment=segment, region=region).row(0, named=True)
        # Half a point either way, and a little where the draws' own margins leave less.
        assert cell["value_usd_bn_mean"] == pytest.approx(value / 100 * 86.24, abs=0.005 * 86.24)
    whole = tables[f"{kind}_forecast"].filter(pl.col(kind) == member, scenario="as_reported", year=2034)
    named = [value for cell, value in stated.items() if member in cell]
    assert last.filter(pl.col(kind) == member)["value_usd_bn_mean"].sum() == pytest.approx(
        whole["value_usd_bn_mean"][0], rel=1e-9
    )
    # As wide as its cells are together: half a point each.
    low, high = ((sum(named) + way * 0.5 * len(named)) / 100 * 86.24 for way in (-1, 1))
    assert low - 1e-9 <= whole["value_usd_bn_p05"][0] <= whole["value_usd_bn_p95"][0] <= high + 1e-9


def test_without_a_figure_nothing_is_fitted(tmp_path: Path) -> None:
    tables, _ = published(tmp_path, [], [])
    assert tables["cross_moments"].is_empty()
    assert set(tables["segment_region_forecast"]["evidence_grade"]) == {"prior"}


def test_a_stated_size_is_a_share_of_its_years_total(tmp_path: Path) -> None:
    one = figure("B", "South", 20.0, metric="value_usd_bn", decimals=1)
    tables, _ = published(tmp_path, [one], [])
    cell = (
        tables["segment_region_forecast"]
        .filter(scenario="as_reported", segment="B", region="South", year=2034)
        .row(0, named=True)
    )
    assert 19.95 - 1e-9 <= cell["value_usd_bn_p05"] <= cell["value_usd_bn_p95"] <= 20.05 + 1e-9

    class Tables:
        def rows(self, table: str, **wanted: object) -> list[dict[str, Any]]:
            return tables[table].filter(**wanted).to_dicts()

    assert any("20 (value_usd_bn; s)" in line for line in formulas("segment_region_forecast", cell, Tables()))


@pytest.mark.parametrize(
    ("figures", "claims", "named"),
    [
        # The cell alone is more than the whole segment, or than the whole region.
        ([figure("A", "North", 60.0)], [share("Type", "A", 40.0, year_to=2034)], ["A.North", "share.A"]),
        ([figure("A", "North", 60.0)], [share("Geography", "North", 40.0, year_to=2034)], ["A.North", "share.North"]),
        # Two cells of a segment together are.
        (
            [figure("A", "North", 30.0), figure("A", "South", 30.0)],
            [share("Type", "A", 50.0, year_to=2034)],
            ["A.North; A.South", "share.A"],
        ),
        # All of A's cells are stated, and are less than A: 20.5 + 10.5 percent at most, not 49.5.
        (
            [figure("A", "North", 20.0), figure("A", "South", 10.0)],
            [share("Type", "A", 50.0, year_to=2034)],
            ["A.North; A.South", "share.A"],
        ),
        # All cells of North are, and North is claimed to be more.
        (
            [figure(segment, "North", 20.0) for segment in "ABC"],
            [share("Geography", "North", 70.0, year_to=2034)],
            ["A.North; B.North; C.North", "share.North"],
        ),
        # A is 80 percent and North 80: at least 59 percent of the market is A in North, not 10.
        (
            [figure("A", "North", 10.0)],
            [share("Type", "A", 80.0, year_to=2034), share("Geography", "North", 80.0, year_to=2034)],
            ["A.North"],
        ),
    ],
)
def test_a_cell_above_its_margin_is_refused_by_name(
    tmp_path: Path, figures: list[dict[str, Any]], claims: list[dict[str, Any]], named: list[str]
) -> None:
    _, refused = published(tmp_path, figures, claims)
    reject = refused.row(0, named=True)
    assert reject["reason"] == "contradiction"
    for name in named:
        assert f'{name} ("' in reject["detail"]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("m,x,Type,A,North,2030,share_of_market_pct,30,0,,s,q", None),
        (
            f"{MARKET},x,Type,Z,North,2030,share_of_market_pct,30,0,,s,q",
            "row 1: ai-training-market lists no segment 'Z'",
        ),
        (
            f"{MARKET},x,Type,A,Moon,2030,share_of_market_pct,30,0,,s,q",
            "row 1: ai-training-market lists no region 'Moon'",
        ),
        (f"{MARKET},x,Type,A,North,2030,percent,30,0,,s,q", "row 1: metric"),
        (f"{MARKET},x,Type,A,North,2030,value_usd_bn,-1,0,,s,q", "row 1: value"),
    ],
)
def test_the_file_of_figures_is_read_or_refused_with_its_place(tmp_path: Path, row: str, said: str | None) -> None:
    from pipeline.raw import sha256

    segments = TABLES["segments"].frame(segment_rows(dimensions=DIMENSIONS))
    assert read_cross_figures(tmp_path, segments).is_empty()
    header = "market,figure_id,dimension,segment,region,year,metric,value,decimals,hedge,source,quote"
    (tmp_path / "evidence").mkdir()
    data = f"{header}\n{row}\n".encode()
    (tmp_path / CROSS_FILE).write_bytes(data)
    (tmp_path / f"{CROSS_FILE}.meta.yaml").write_text(
        "title: t\nproducer: p\nsource: s\npublished: null\naccessed: 2026-11-22\nlicence: l\n"
        f"sha256: {sha256(data)}\nnotes: n\n"
    )
    if said is None:
        assert read_cross_figures(tmp_path, segments)["segment"].to_list() == ["A"]
    else:
        with pytest.raises(RawDataError, match=said):
            read_cross_figures(tmp_path, segments)


def test_a_figure_of_a_year_the_market_has_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RawDataError, match="row 1: 30 in 2040 is no part of ai-training-market"):
        published(tmp_path, [figure("A", "North", 30.0, year=2040)], [])
