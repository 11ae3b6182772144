"""The shapes that spreadsheets and BI tools take: the flat table, the star schema, the long form, exports; recipes."""

from __future__ import annotations

import csv
import datetime as dt
import io
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import openpyxl
import polars as pl
import pytest
from typer.testing import CliRunner

from pipeline import queries
from pipeline.cli import app
from pipeline.errors import StoreError
from pipeline.releases.catalog import Release, find
from pipeline.releases.export import export
from pipeline.settings import ROOT
from pipeline.store import Store
from pipeline.tables import PUBLISHED, TABLES
from tests import tiny
from tests.releases.conftest import World, sample
from tests.releases.test_publishing import with_other_columns

EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "\nx", "plain", "<script>", "a\x01b", 'quo"te,comma\nline']


@pytest.fixture
def release(world: World, tmp_path: Path) -> Release:
    """The market worked by hand, published, with texts that spreadsheets would run."""
    frames = tiny.tables()
    store = Store(tmp_path / "aside", "0" * 64)
    tiny.hand_over(frames, store)
    query = queries.table_queries()["forecast_wide"]
    wide = queries.run(query, {n: store.existing(n) for n in query.inputs}, {})
    evil = pl.concat(
        [frames["claims"].head(1).with_columns(claim_id=pl.lit(f"c{i}"), quote=pl.lit(t)) for i, t in enumerate(EVIL)]
    )
    world.publish(**{n: f for n, f in frames.items() if n in PUBLISHED} | {"forecast_wide": wide, "claims": evil})
    return find(world.settings)


def ask(release: Release, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(release.path.parent / "market.duckdb"), read_only=True) as con:
        return con.execute(sql).fetchall()


def test_the_flat_table_has_every_member_and_year_once(release: Release) -> None:
    # 2 types and 2 regions over 3 years; North is 0.7 of 40 in 2027.
    assert ask(release, "select count(*) from forecast_wide") == [(12,)]
    sql = "select value_usd_bn_mean, market_value_usd_bn_mean, market_name from forecast_wide "
    sql += "where member = 'North' and year = 2027"
    assert ask(release, sql) == [(pytest.approx(28.0), 40.0, "Tiny")]
    assert tuple(read_columns(release, "forecast_wide")) == TABLES["forecast_wide"].column_names


def read_columns(release: Release, table: str) -> list[str]:
    return [str(r[0]) for r in ask(release, f"describe {table}")]


def test_the_star_joins_without_losing_or_doubling_a_row(release: Release) -> None:
    joined = """
        select m.dimension, y.year, round(sum(f.value_usd_bn_mean), 9)
        from fact_forecast as f
        inner join dim_market as k using (market)
        inner join dim_member as m using (member_key)
        inner join dim_year as y using (year)
        where f.scenario = 'as_reported' and y.year = 2027
        group by all order by all
    """
    assert ask(release, joined) == [("Geography", 2027, 40.0), ("Type", 2027, 40.0)]
    assert ask(release, "select count(*), count(distinct member_key) from dim_member") == [(4, 4)]
    assert ask(release, "select year, year_start from dim_year order by 1")[0] == (2025, dt.date(2025, 1, 1))
    key = "select count(*) - count(distinct (market, scenario, member_key, year)) from fact_forecast"
    assert ask(release, key) == [(0,)]


DIMENSIONS = {"dim_market": "market", "dim_member": "member_key", "dim_year": "year"}


def broken_keys(processed: Path) -> list[str]:
    """Dimensions with a key that is null or not unique, or without a row that the fact names."""
    broken = []
    with duckdb.connect(str(processed / "market.duckdb"), read_only=True) as con:
        for table, key in DIMENSIONS.items():
            twins = f"select count(*) - count(distinct {key}) from {table}"
            orphans = f"select count(*) from fact_forecast anti join {table} using ({key})"
            if con.execute(twins).fetchall() != [(0,)] or con.execute(orphans).fetchall() != [(0,)]:
                broken.append(table)
    return broken


def test_the_keys_of_the_star_hold_and_a_broken_one_is_seen(release: Release, world: World) -> None:
    assert broken_keys(release.path.parent) == []
    frames = {n: pl.read_parquet(p) for n, p in release.tables.items()}
    lost = frames["reports"].with_columns(pl.lit("other").alias("market"))
    short = frames["market_forecast"].filter(pl.col("year") != 2027)
    world.change_inputs("a,b\n3,4\n")
    world.publish(**frames | {"reports": lost, "market_forecast": short})
    assert broken_keys(release.path.parent) == ["dim_market", "dim_year"]


def test_the_long_form_has_one_number_a_row(release: Release) -> None:
    # 12 rows of 3 measures and 4 statistics, less the growth of 4 members in the base year, which has none.
    assert ask(release, "select count(*) from forecast_tidy") == [(12 * 12 - 4 * 4,)]
    sql = "select value from forecast_tidy where member = 'A' and year = 2026 "
    sql += "and measure = 'value_usd_bn' and statistic = 'p95'"
    assert ask(release, sql) == [(pytest.approx(12.0),)]  # 0.6 of 20


def test_the_views_work_under_another_name(release: Release) -> None:
    with duckdb.connect() as con:
        con.execute(f"attach '{release.path.parent}/market.duckdb' as other (read_only)")
        assert con.execute("select count(*) from other.fact_forecast").fetchall() == [(12,)]


def test_a_release_of_older_columns_can_still_be_shown(world: World) -> None:
    """As after a rollback to a release made by other code: its tables stand, the star that lacks a column goes."""
    from pipeline.releases.identity import identify
    from pipeline.releases.publishing import publish
    from tests.releases.fabricate import fabricate

    identity = identify(world.settings)
    publish(world.settings, identity, fabricate(world.settings, identity, {"reports": pl.DataFrame({"a": [1]})}))
    with duckdb.connect(str(world.settings.processed / "market.duckdb"), read_only=True) as con:
        assert con.execute("select a from reports").fetchall() == [(1,)]
        assert con.execute("select count(*) from duckdb_views() where view_name = 'dim_market'").fetchall() == [(0,)]


def test_every_published_type_is_one_that_bi_tools_keep(release: Release) -> None:
    views = ("forecast_wide", "fact_forecast", "forecast_tidy", "dim_market", "dim_member", "dim_year", *PUBLISHED)
    types = {row[1] for view in views for row in ask(release, f"describe {view}")}
    assert types <= {"VARCHAR", "BIGINT", "DOUBLE", "DATE", "BOOLEAN"}


# --------------------------------------------------------------------------------------------------------- export


def test_a_workbook_holds_every_table_and_no_formula(release: Release, tmp_path: Path) -> None:
    [place] = export(release, "xlsx", tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(place)
    assert set(book.sheetnames) == {"dictionary", *PUBLISHED}
    for name in PUBLISHED:
        assert tuple(c.value for c in next(book[name].iter_rows())) == TABLES[name].column_names
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert "f" not in kinds
    column = TABLES["claims"].column_names.index("quote")
    quotes = [row[column].value for row in book["claims"].iter_rows(min_row=2)]
    assert quotes == [t.replace("\x01", "\ufffd") for t in EVIL]
    column = TABLES["market_forecast"].column_names.index("value_usd_bn_mean")
    sizes = [row[column].value for row in book["market_forecast"].iter_rows(min_row=2)]
    assert sizes == [10, 20, 40]
    meanings = {(r[0], r[2]): r[4] for r in book["dictionary"].iter_rows(min_row=2, values_only=True)}
    assert meanings["market_forecast", "value_usd_bn_mean"] == "billion US dollars"


def test_csv_texts_that_look_like_formulas_are_defused_and_numbers_are_not(release: Release, tmp_path: Path) -> None:
    written = export(release, "csv", tmp_path / "out")
    assert {p.stem for p in written} == {"dictionary", *PUBLISHED}
    data = (tmp_path / "out" / "claims.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [r["quote"] for r in rows] == [f"'{t}" if t[0] in "=+-@\t\r\n" else t for t in EVIL]
    growth = list(csv.DictReader((tmp_path / "out" / "region_forecast.csv").open(encoding="utf-8-sig")))
    assert {r["cagr_pct_mean"] for r in growth} == {"", "100.0"}


def test_what_does_not_fit_a_sheet_is_an_error_and_not_cut(release: Release, tmp_path: Path, world: World) -> None:
    frames = tiny.tables()
    world.change_inputs("a,b\n3,4\n")
    world.publish(claims=frames["claims"].with_columns(pl.lit("x" * 40_000).alias("quote")))
    with pytest.raises(StoreError, match="claims, row 2: a text in quote does not fit"):
        export(find(world.settings), "xlsx", tmp_path / "out.xlsx")
    assert not (tmp_path / "out.xlsx").exists()
    with pytest.raises(StoreError, match=r"cannot be written: Is a directory; choose another place with --out$"):
        export(release, "xlsx", tmp_path)
    with pytest.raises(StoreError, match="no format 'ods'"):
        export(release, "ods", tmp_path / "x")


def test_the_command_says_what_it_wrote(release: Release, tmp_path: Path) -> None:
    out = tmp_path / "book.xlsx"
    done = CliRunner().invoke(
        app, ["export", "--format", "xlsx", "--out", str(out), "--processed", str(release.path.parent)]
    )
    assert (done.exit_code, done.stdout) == (0, f"{out}\n")
    again = tmp_path / "again.xlsx"
    export(release, "xlsx", again)
    assert openpyxl.load_workbook(again)["reports"]["B2"].value == "tiny"


# -------------------------------------------------------------------------------------------------------- recipes


def recipes() -> list[tuple[str, str, str]]:
    """The code blocks of the README and the docs that read a release: where, in which language, the text."""
    found = []
    for page in ("README.md", "docs/bi.md"):
        for kind, text in re.findall(r"^```(python|sh)\n(.*?)^```", (ROOT / page).read_text(), re.M | re.S):
            if kind == "python" or re.search(r"^duckdb |pipeline (query|export) ", text, re.M):
                found.append((page, kind, text))
    return found


def test_every_recipe_runs_as_printed(release: Release, tmp_path: Path) -> None:
    """In a folder of its own with a published release, one after the other as a reader would."""
    here = tmp_path / "checkout"
    (here / "data").mkdir(parents=True)
    (here / "data" / "processed").symlink_to(release.path.parent)
    (here / ".venv").symlink_to(Path(sys.prefix))
    tools = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PIPELINE_")} | {"PATH": tools}
    asked = environment | {"PIPELINE_PROCESSED": str(here / "data" / "processed")}
    for page, kind, text in recipes():
        command = [sys.executable, "-c", text] if kind == "python" else ["bash", "-euc", text]
        done = subprocess.run(command, cwd=here, env=asked, capture_output=True, text=True, check=False)
        assert done.returncode == 0, f"{page}: {text}{done.stderr}"
    assert openpyxl.load_workbook(here / "market.xlsx")["region_forecast"]["A2"].value == "tiny"


def test_the_recipes_are_those_that_are_promised() -> None:
    told = "\n".join(text for *_, text in recipes())
    for word in ("duckdb -readonly", "duckdb.connect", "polars", "pandas", "pyarrow", "openpyxl", "release=*"):
        assert word in told, word


def test_one_glob_reads_releases_of_different_columns(world: World) -> None:
    """With DuckDB and polars, as docs/bi.md says."""
    made = [world.publish(reports=sample("reports", 1)).release_id]
    with_other_columns(find(world.settings), "reports", "currency", "money")
    world.change_inputs("a,b\n3,4\n")
    made.append(world.publish(reports=sample("reports", 2)).release_id)
    pattern = f"{world.settings.processed}/release=*/reports.parquet"
    with duckdb.connect() as con:
        scan = f"read_parquet('{pattern}', hive_partitioning = true, union_by_name = true)"
        asked = con.execute(f"select release, count(*), count(money) from {scan} group by all").fetchall()
    assert {row[0]: row[1:] for row in asked} == {made[0]: (1, 1), made[1]: (2, 0)}
    every = pl.scan_parquet(pattern, hive_partitioning=True, missing_columns="insert", extra_columns="ignore")
    assert dict(every.group_by("release").len().collect().rows()) == {made[0]: 1, made[1]: 2}
