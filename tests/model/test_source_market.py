"""The source report from its claims to parquet: the numbers that the issue works by hand, read back from the files."""

from __future__ import annotations

from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline import contracts
from pipeline.batches import draw_batches
from pipeline.evidence import make_constraints, read_assumptions
from pipeline.model import draw
from pipeline.queries import run, table_queries
from pipeline.settings import ROOT, Settings
from pipeline.tables import TABLES
from tests.source_claims import CLOUD, FINE_TUNING, MARKET, frames, report, segment_rows, source_claims

QUERIES = (
    "market_forecast",
    "member_moments",
    "prior_ranges",
    "member_forecast",
    "segment_forecast",
    "region_forecast",
    "segment_region_forecast",
)
SETTINGS = Settings()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every table from the claims to the forecasts, as parquet, each after its contract was checked."""
    place: Path = tmp_path_factory.mktemp("source")
    tables = frames([report()], segment_rows(), source_claims())
    tables["assumptions"] = read_assumptions(ROOT / "data" / "raw")
    tables["constraints"] = make_constraints(**tables)
    inputs = {name: tables[name] for name in ("reports", "segments", "constraints", "assumptions")}
    draws = draw(**inputs, settings=SETTINGS)
    tables |= {
        "share_draws": draws.share_draws,
        "draw_quality": draws.draw_quality,
        "total_draws": draws.total_draws,
        "prior_draws": draws.prior_draws,
        "model_rejects": draws.model_rejects,
        "cross_moments": TABLES["cross_moments"].frame([]),
    }
    for name, frame in tables.items():
        contracts.validate(name, frame).write_parquet(place / f"{name}.parquet")
    batches = draw_batches(tables["reports"], tables["segments"], SETTINGS)
    for name in QUERIES:
        made = run(table_queries()[name], _paths(place), SETTINGS.hashed(), batches=batches)
        contracts.validate(name, made).write_parquet(place / f"{name}.parquet")
    return place


def _paths(place: Path) -> dict[str, Path]:
    return {p.stem: p for p in place.glob("*.parquet")}


@pytest.fixture(scope="module")
def ask(folder: Path) -> duckdb.DuckDBPyConnection:
    con = duckdb.connect()
    for name, path in _paths(folder).items():
        con.execute(f"create view {name} as select * from read_parquet('{path}')")
    return con


def one(ask: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    rows = ask.sql(query).fetchall()
    assert len(rows) == 1
    return rows[0]


def test_market_is_geometric_between_the_two_stated_sizes(ask: duckdb.DuckDBPyConnection) -> None:
    sizes = dict(ask.sql("select year, value_usd_bn_mean from market_forecast").fetchall())
    assert list(sizes) == list(range(2025, 2035))
    assert sizes[2025] == 12.0
    assert sizes[2034] == 86.24
    for year, size in sizes.items():
        assert size == pytest.approx(12.0 * (86.24 / 12.0) ** ((year - 2025) / 9), rel=1e-12)


def test_only_stated_sizes_are_graded_reported(ask: duckdb.DuckDBPyConnection) -> None:
    grades = ask.sql("select evidence_grade, list(year order by year) from market_forecast group by 1").fetchall()
    assert dict(grades) == {"reported": [2025, 2034], "bounded": list(range(2026, 2034))}


def test_members_add_up_to_the_market(ask: duckdb.DuckDBPyConnection) -> None:
    worst, groups = one(
        ask,
        """
        select max(abs(added / value_usd_bn_mean - 1)), count(*) from (
            select dimension, year, sum(value_usd_bn_mean) as added from member_forecast group by all
        ) join market_forecast using (year)
        """,
    )
    assert groups == 5 * 10
    assert worst < 1e-9


def test_north_america_is_the_stated_56_percent_of_12(ask: duckdb.DuckDBPyConnection) -> None:
    value, grade, p05, p95 = one(
        ask,
        "select value_usd_bn_mean, evidence_grade, share_p05, share_p95 from region_forecast "
        "where region = 'North America' and year = 2025",
    )
    assert round(value, 2) == 6.72
    assert grade == "reported"
    # Beta(1, 4) cut to 0.55..0.57 is near uniform there: 5 and 95 percent lie a twentieth of the width inside.
    assert p05 == pytest.approx(0.551, abs=1e-4)
    assert p95 == pytest.approx(0.569, abs=1e-4)


def test_every_draw_keeps_north_america_between_55_and_57_percent(ask: duckdb.DuckDBPyConnection) -> None:
    low, high, draws = one(
        ask,
        "select min(base_shares[1]), max(base_shares[1]), count(*) from share_draws where dimension = 'Geography'",
    )
    assert 0.55 <= low < 0.5501
    assert 0.5699 < high <= 0.57
    assert draws == 8192


@pytest.mark.parametrize(
    ("member", "chance"),
    [("Asia Pacific", "p_fastest"), (FINE_TUNING, "p_fastest"), ("North America", "p_largest"), (CLOUD, "p_largest")],
)
def test_claimed_leaders_lead_in_every_draw(ask: duckdb.DuckDBPyConnection, member: str, chance: str) -> None:
    year = 2034 if chance == "p_fastest" else 2025
    found = one(ask, f"select {chance} from member_forecast where member = '{member}' and year = {year}")
    assert found == (1.0,)


def test_growth_rank_is_null_in_the_base_year_only(ask: duckdb.DuckDBPyConnection) -> None:
    years = ask.sql("select distinct year from member_forecast where p_fastest is null or cagr_pct_p50 is null")
    assert years.fetchall() == [(2025,)]


def test_cloud_leads_on_premises_by_the_margin_in_every_draw(ask: duckdb.DuckDBPyConnection) -> None:
    (least,) = one(
        ask, "select min(base_shares[2] / base_shares[1]) from share_draws where dimension = 'Infrastructure Type'"
    )
    assert 1.5 <= least < 1.51


def test_dimensions_without_claims_are_prior_with_equal_means(ask: duckdb.DuckDBPyConnection) -> None:
    rows = ask.sql(
        "select dimension, evidence_grade, min(share_mean), max(share_mean), count(distinct position) "
        "from segment_forecast where dimension in ('Framework and Tooling', 'End-User') group by all"
    ).fetchall()
    assert {(d, g) for d, g, *_ in rows} == {("Framework and Tooling", "prior"), ("End-User", "prior")}
    for _, _, least, most, members in rows:
        # Standard deviation of one share is below 0.4 in any year; 8,192 independent draws would err by 0.4 / 90.5.
        assert least > 1 / members - 4 * 0.4 / 90.5
        assert most < 1 / members + 4 * 0.4 / 90.5


def test_grades_follow_what_the_claims_narrow(ask: duckdb.DuckDBPyConnection) -> None:
    grades = {
        (dimension, later): set(found)
        for dimension, later, found in ask.sql(
            "select dimension, year > 2025, list(distinct evidence_grade) from member_forecast group by all"
        ).fetchall()
    }
    assert grades["Infrastructure Type", False] == grades["Infrastructure Type", True] == {"bounded"}
    assert grades["Training Scale", False] == {"prior"}
    assert grades["Training Scale", True] == {"bounded"}
    assert grades["Geography", False] == {"reported", "bounded"}
    assert grades["Geography", True] == {"bounded"}


def test_cells_keep_both_margins(ask: duckdb.DuckDBPyConnection) -> None:
    for kind, members in (("segment", 17), ("region", 5 * 4)):
        worst, groups = one(
            ask,
            f"""
            select max(abs(added / value_usd_bn_mean - 1)), count(*) from (
                select dimension, {kind}, year, sum(value_usd_bn_mean) as added
                from segment_region_forecast group by all
            ) as x join {kind}_forecast as f on x.{kind} = f.{kind} and x.year = f.year
            """,
        )
        assert groups == members * 10
        assert worst < 1e-9


def test_a_cell_is_graded_by_its_weaker_margin(ask: duckdb.DuckDBPyConnection) -> None:
    rows = ask.sql(
        "select distinct dimension, year > 2025, evidence_grade from segment_region_forecast "
        "where region = 'North America'"
    ).fetchall()
    assert {(d, later): g for d, later, g in rows} == {
        ("Infrastructure Type", False): "bounded",
        ("Infrastructure Type", True): "bounded",
        ("Training Scale", False): "prior",
        ("Training Scale", True): "bounded",
        **{(d, later): "prior" for d in ("Framework and Tooling", "End-User") for later in (False, True)},
    }


def test_every_row_is_there(ask: duckdb.DuckDBPyConnection) -> None:
    counts = {name: one(ask, f"select count(*) from {name}")[0] for name in QUERIES}
    assert counts == {
        "market_forecast": 10,
        "member_moments": 22 * 10,
        "prior_ranges": 2 * 10,
        "member_forecast": 22 * 10,
        "segment_forecast": 17 * 10,
        "region_forecast": 5 * 10,
        "segment_region_forecast": 17 * 5 * 10,
    }


def test_draws_are_counted_and_explained(ask: duckdb.DuckDBPyConnection) -> None:
    quality = {
        d: (m, kept) for d, m, kept in ask.sql("select dimension, method, kept_share from draw_quality").fetchall()
    }
    assert quality["Geography"] == ("interval + fastest", 1.0)
    assert quality["Training Scale"] == ("fastest", 1.0)
    assert quality["End-User"] == quality["Framework and Tooling"] == ("prior", 1.0)
    # Four exponentials, the first the largest: 4 x integral of e^-x (1 - e^-x)^2 (1 - e^(-x / 1.5)) is
    # 4 (1/3 - (3/5 - 3/4 + 3/11)) = 0.8424, the chance that it also leads a given other by half as much again.
    method, kept = quality["Infrastructure Type"]
    assert method == "largest + rejection"
    assert kept == pytest.approx(0.8424, abs=0.015)


@pytest.mark.parametrize("query", QUERIES)
def test_bytes_are_the_same_at_any_number_of_threads(folder: Path, tmp_path: Path, query: str) -> None:
    written = set()
    for threads in (1, 2, 4):
        path = tmp_path / f"{threads}.parquet"
        run(table_queries()[query], _paths(folder), SETTINGS.hashed(), threads=threads).write_parquet(path)
        written.add(path.read_bytes())
    assert len(written) == 1


def test_a_market_alone_is_the_market_among_others(folder: Path) -> None:
    others = ("a-market", "z-market")
    tables = frames(
        [report(), *(report(m) for m in others)],
        [*segment_rows(), *(row for m in others for row in segment_rows(m))],
        source_claims(),
    )
    tables["assumptions"] = read_assumptions(ROOT / "data" / "raw")
    constraints = make_constraints(**tables)
    together = draw(tables["reports"], tables["segments"], constraints, tables["assumptions"], SETTINGS).share_draws
    assert together["market"].unique().sort().to_list() == ["a-market", MARKET, "z-market"]
    alone = pl.read_parquet(folder / "share_draws.parquet")
    assert together.filter(market=MARKET).equals(alone)
