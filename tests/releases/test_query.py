from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import QueryError
from pipeline.releases.catalog import Release
from pipeline.releases.query import _CONFIG, _lock, answer, frame


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of two tables, in a folder whose name DuckDB could take for a partition or a pattern."""
    path = tmp_path_factory.mktemp("env=prod") / "it's [1]" / "release=2026-01-01-0123456789ab"
    path.mkdir(parents=True)
    sizes = {"market": ["a", "a", "b"], "year": [2025, 2026, 2025], "value_usd_bn_mean": [1.5, 3.0, None]}
    pl.DataFrame(sizes).write_parquet(path / "market_forecast.parquet")
    pl.DataFrame({"report_id": ["a"]}).write_parquet(path / "reports.parquet")
    (path / "manifest.json").write_text("{}")
    return Release("2026-01-01-0123456789ab", path)


def ask(release: Release, sql: str) -> list[tuple[object, ...]]:
    return frame(release, sql).rows()


ALLOWED = {
    "select count(*) from market_forecast": [(3,)],
    "from reports": [("a",)],
    "table reports;": [("a",)],
    "values (1), (2)": [(1,), (2,)],
    "-- why\nselect 1 -- because": [(1,)],
    "with m as (select market from market_forecast where year = 2026) select * from m": [("a",)],
    "select sum(year) over (order by year, market) from main.market_forecast limit 1": [(2025,)],
    "from market_forecast pivot (max(year) for market in ('a', 'b')) select a, b where a = 2026": [(2026, None)],
    "select market from market_forecast union select 'c' order by all": [("a",), ("b",), ("c",)],
    "with recursive n(i) as (select 1 union all select i + 1 from n where i < 3) select max(i) from n": [(3,)],
    "select unnest([1, 2]) as i": [(1,), (2,)],
    "select sum(r.range) from range(4) as r": [(6,)],
    "show tables": [("market_forecast",), ("reports",)],
    "select column_name from (describe reports)": [("report_id",)],
    "select count(*) from (summarize market_forecast)": [(3,)],
    "select table_name from information_schema.tables order by 1": [("market_forecast",), ("reports",)],
    "select count(*) from Market_Forecast": [(3,)],
    "select count(*) from memory.main.reports": [(1,)],
    "select count(*) from INFORMATION_SCHEMA.Tables": [(2,)],
    "select (select max(report_id) from Reports) from market_forecast limit 1": [("a",)],
    "select count(*) from (from market_forecast semi join reports on market = report_id)": [(2,)],
    "with reports as (from main.reports) select count(*) from reports": [(1,)],
}


@pytest.mark.parametrize("sql", ALLOWED)
def test_what_an_analyst_asks_is_answered(release: Release, sql: str) -> None:
    assert ask(release, sql) == ALLOWED[sql]


HOSTILE = [
    "select * from read_csv('/etc/passwd')",
    "select * from read_text('/etc/passwd')",
    "select * from read_blob('/proc/self/environ')",
    "select * from glob('/etc/*')",
    "select * from sniff_csv('/etc/passwd')",
    "select * from '/etc/passwd'",
    "describe '/etc/passwd'",
    "from 'https://example.org/a.parquet'",
    "from read_parquet('s3://bucket/a.parquet')",
    "select (select count(*) from read_csv('/etc/passwd'))",
    "select 1 where exists (with x as (from read_text('/etc/passwd')) from x)",
    "from query('select 1')",
    "from query_table('reports')",
    "from json_execute_serialized_sql(json_serialize_sql('select 1'))",
    "from arrow_scan(1, 2, 3)",
    "from pandas_scan(1)",
    "from parquet_metadata('x')",
    "copy reports to 'out.csv'",
    "copy reports from '/etc/passwd'",
    "attach 'other.db'",
    "attach ':memory:' as m",
    "detach memory",
    "install httpfs",
    "load httpfs",
    "export database 'out'",
    "import database 'out'",
    "select getenv('HOME')",
    "select current_setting('home_directory')",
    "select system.main.current_setting('threads')",
    "select getvariable('x')",
    "select write_log('x')",
    "from duckdb_settings()",
    "from duckdb_secrets()",
    "from duckdb_tables",
    "from pg_catalog.pg_settings",
    "from system.main.duckdb_tables",
    "select * from (with pg_settings as (select 1) from pg_settings) as x, pg_settings",
    "with duckdb_tables as (select 1) from main.duckdb_tables",
    "show all tables; select 1",
    "show variables",
    "show databases",
    "set threads = 1",
    "set lock_configuration = false",
    "set variable x = 1",
    "reset allowed_paths",
    "pragma database_list",
    "call pragma_version()",
    "use memory",
    "checkpoint",
    "begin",
    "prepare p as select 1",
    "explain select 1",
    "explain analyze create table t (a int)",
    "create table t (a int)",
    "create view v as select 1",
    "create macro m() as 1",
    "create secret (type s3)",
    "insert into reports values ('x')",
    "delete from reports",
    "update reports set report_id = 'x'",
    "drop view reports",
    "alter view reports rename to r",
    "comment on view reports is 'x'",
    "vacuum",
    "with x as (insert into reports values ('x') returning *) from x",
    "with x as (delete from reports returning *) from x",
    "select 1; select 2",
    "select 1; drop view reports",
    "",
    ";",
    "-- nothing",
    "selec 1",
    "select nope from reports",
    "from nope",
    "from local",
    "select 'a'::int",
    "select error('x')",
    "select \x00",
    "select '\ud800'",
    "select " + "(" * 5000 + "1" + ")" * 5000,
    "select " + "1+" * 5000 + "1",
]


@pytest.mark.parametrize("sql", HOSTILE, ids=lambda sql: repr(sql[:60]))
def test_anything_else_is_refused_in_one_line(release: Release, sql: str) -> None:
    local = pl.DataFrame({"a": [1]})  # a Python variable that DuckDB would find by its name
    with pytest.raises(QueryError) as refused:
        ask(release, sql)
    assert local.height == 1
    assert "\n" not in str(refused.value)
    assert str(refused.value).startswith("query: ")
    assert refused.value.exit_code == 2


@pytest.mark.parametrize("form", ["csv", "parquet"])
@pytest.mark.parametrize("options", ["", ", use_tmp_file false"])
def test_no_query_writes_over_the_release_it_may_read(release: Release, form: str, options: str) -> None:
    """DuckDB parses a COPY inside WITH as part of a SELECT, and its list of allowed paths allows writing."""
    target = release.tables["reports"]
    before = target.read_bytes()
    name = str(target).replace("'", "''")
    copy = f"copy market_forecast to '{name}' (format {form}{options})"
    for sql in (copy, f"with x as ({copy}) select 1", f"explain analyze {copy}", f"from (with x as ({copy}) from x)"):
        with pytest.raises(QueryError, match=r"only SELECT|syntax error"):
            ask(release, sql)
    assert target.read_bytes() == before
    assert {p.name for p in release.path.iterdir()} == {"market_forecast.parquet", "reports.parquet", "manifest.json"}


def test_the_session_alone_keeps_other_files_shut(release: Release, tmp_path: Path) -> None:
    """The second wall, without the first: nothing but the release's own files opens."""
    link = tmp_path / "link.parquet"
    link.symlink_to("/etc/passwd")
    con = duckdb.connect(config=_CONFIG)
    _lock(con, release, release.tables)
    for sql in (
        "from read_text('/etc/passwd')",
        f"from read_text('{link}')",
        f"from read_text('{release.path.parent}/manifest.json')".replace("it's", "it''s"),
        f"copy (select 1) to '{tmp_path}/out.csv'",
        f"attach '{tmp_path}/x.db'",
        "set enable_external_access = true",
        "set allowed_directories = ['/']",
        "load httpfs",
    ):
        with pytest.raises(Exception, match=r"disabled|locked"):
            con.execute(sql)


def test_a_link_in_place_of_a_table_is_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret.parquet"
    pl.DataFrame({"a": [1]}).write_parquet(secret)
    folder = tmp_path / "release=2026-01-01-0123456789ab"
    folder.mkdir()
    (folder / "reports.parquet").symlink_to(secret)
    with pytest.raises(QueryError, match="link"):
        ask(Release("2026-01-01-0123456789ab", folder), "from reports")


@given(st.text())
@settings(max_examples=60, deadline=None)
def test_any_text_is_answered_or_refused(release: Release, sql: str) -> None:
    try:
        answer(release, sql, "json")
    except QueryError as error:
        assert "\n" not in str(error)  # noqa: PT017  either outcome is right


TYPES = (
    "select 1::bigint as i, 0.5::double as f, null::int as n, date '2026-01-31' as d, true as b, 'a,\"b' as s, "
    "12.50::decimal(5, 2) as m, 3::hugeint as h, [1, 2] as l, {'k': 'nan'::double} as t"
)


def test_csv_and_json_carry_values_as_they_are(release: Release) -> None:
    assert answer(release, TYPES, "csv").decode() == (
        'i,f,n,d,b,s,m,h,l,t\n1,0.5,,2026-01-31,True,"a,""b",12.50,3,"[1, 2]",{\'k\': nan}\n'
    )
    assert json.loads(answer(release, TYPES, "json")) == [
        {
            "i": 1, "f": 0.5, "n": None, "d": "2026-01-31", "b": True, "s": 'a,"b', "m": 12.5, "h": 3, "l": [1, 2],
            "t": {"k": None},
        }
    ]  # fmt: skip


def test_parquet_reads_back_with_its_types(release: Release) -> None:
    data = answer(release, "select *, 1.5 as x, sum(year) over () as s from market_forecast", "parquet")
    back = pl.read_parquet(io.BytesIO(data))
    assert back["x"].to_list() == [1.5, 1.5, 1.5]
    assert [int(v) for v in back["s"]] == [6076, 6076, 6076]


def test_a_table_says_how_many_rows_there_are_when_it_shows_fewer(release: Release) -> None:
    text = answer(release, "select range as i from range(5000)").decode()
    assert " ".join(text.split()).endswith("5000 rows (1000 shown)")
    assert "report_id" in answer(release, "from reports").decode()


def test_two_columns_of_one_name_are_not_merged_into_one(release: Release) -> None:
    for form in ("json", "parquet"):
        with pytest.raises(QueryError, match="called a"):
            answer(release, "select 1 as a, 2 as a", form)
    assert answer(release, "select 1 as a, 2 as a", "csv") == b"a,a\n1,2\n"


def test_a_type_that_parquet_has_no_word_for_is_refused_in_one_line(release: Release) -> None:
    with pytest.raises(QueryError, match="cast"):
        answer(release, "select interval 1 day as i", "parquet")
    with pytest.raises(QueryError, match="no format"):
        answer(release, "select 1", "xml")


def test_a_cold_query_loads_nothing_heavy_and_leaves_nothing_behind(release: Release, tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from pipeline.releases.catalog import Release;"
        "from pipeline.releases.query import answer;"
        "r = Release('x', Path(sys.argv[1]));"
        "sys.stdout.buffer.write(answer(r, 'select count(*) as n from market_forecast', 'csv'));"
        "sys.exit(any(m in sys.modules for m in ('polars', 'pandas', 'numpy', 'yaml', 'sqlglot', 'pandera')))"
    )
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}
    said = subprocess.run(
        [sys.executable, "-c", code, str(release.path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        env=env,
        check=False,
    )
    assert (said.returncode, said.stdout, said.stderr) == (0, "n\n3\n", "")
    assert list(tmp_path.iterdir()) == []
