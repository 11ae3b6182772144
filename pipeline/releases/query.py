"""Ad-hoc SQL on one release: read-only, and nothing outside that release can be reached.

Belongs here: the locked-down session, what a query may contain, and writing its answer as text or bytes. Does not
belong here: queries of the pipeline itself (sql/, pipeline/queries.py). Light imports only: a cold `pipeline query`
answers in half a second.

Three walls, each of which a test tries to climb. (1) One statement that only selects: DuckDB counts
`with x as (copy ... to 'file')` as a SELECT, and writes, so the parsed query is searched for every node and table
function that is not on a short list. (2) The session may open the release's files and no other file, folder, network
address, extension or Python variable, and its settings are locked. (3) Published files are not writable.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import math
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import duckdb

from pipeline.errors import QueryError
from pipeline.releases.catalog import Release
from pipeline.sqltext import identifier, literal

if TYPE_CHECKING:
    import polars as pl

TABLE_ROWS = 1000
"""Rows the readable format draws; its last line says how many there are."""

_NODES = {"SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"}
_TABLE_FUNCTIONS = {"range", "generate_series", "unnest", "repeat", "json_each", "json_tree"}
_SCHEMA = "information_schema"
_SHOWN = {"", '"tables"', "__show_tables_expanded"}
_SYSTEM_VIEWS = ("duckdb_", "pg_", "pragma_", "sqlite_")
_SESSION_FUNCTIONS = {"current_setting", "write_log", "getvariable", "getenv", "sleep_ms"}
_CONFIG: dict[str, Any] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "allow_persistent_secrets": False,
    "python_enable_replacements": False,
    "temp_directory": "",
}


def answer(release: Release, sql: str, form: str = "table") -> bytes:
    """The answer to one SELECT on the tables of `release`, as UTF-8 text or as a parquet file.

    `table` is drawn to be read and ends with its row count; `csv` has a header, empty cells for nulls, dates as
    YYYY-MM-DD; `json` is a list of objects, with null for what JSON has no word for (NaN, infinity); `parquet` is a
    file. Raises QueryError, for any other form too.
    """
    writers = {"table": _table, "csv": _csv, "json": _json, "parquet": _parquet}
    if form not in writers:
        raise QueryError(f"query: no format {form!r}; there are {', '.join(writers)}")
    with _refusing():
        return writers[form](_bound(release, sql))


def frame(release: Release, sql: str) -> pl.DataFrame:
    """The answer to one SELECT on the tables of `release`, as a polars frame. Raises QueryError."""
    with _refusing():
        return _frame(_bound(release, sql))


def _bound(release: Release, sql: str) -> duckdb.DuckDBPyRelation:
    """The query as the engine understands it, not computed yet."""
    con = duckdb.connect(":memory:", config=_CONFIG)
    _lock(con, release, _refuse_all_but_select(con, sql, release))
    return con.sql(sql)


@contextlib.contextmanager
def _refusing() -> Iterator[None]:
    """Turns what the engine says into one line of ours."""
    try:
        yield
    except (duckdb.Error, UnicodeError, RecursionError, OverflowError) as error:
        raise QueryError(f"query: {_one_line(error)}") from None
    except Exception as error:
        # polars has its own errors for types it does not hold; it is not imported here just to name them.
        if type(error).__module__.startswith("polars"):
            raise QueryError(f"query: {_one_line(error)}; cast the column in the query") from None
        raise


def _lock(con: duckdb.DuckDBPyConnection, release: Release, tables: Collection[str]) -> None:
    """Show the session those tables of the release as views, and let it open nothing else from then on. A view costs
    the opening of its file, so a query gets only those that it names."""
    con.execute("set TimeZone = 'UTC'")
    paths = {name: path for name, path in release.tables.items() if name in tables}
    for name, path in paths.items():
        if path.is_symlink():
            raise QueryError(f"{path}: is a link, not a file of the release; the release is damaged")
        scan = f"read_parquet({literal(str(path))}, hive_partitioning = false)"
        con.execute(f"create view {identifier(name)} as select * from {scan}")
    con.execute(f"set allowed_paths = [{', '.join(literal(str(path)) for path in paths.values())}]")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")


def _refuse_all_but_select(con: duckdb.DuckDBPyConnection, sql: str, release: Release) -> set[str]:
    """The tables of the release that the query is about; all of them where it asks what there is. The query is parsed
    here and not bound: nothing of it runs."""
    sql.encode()  # a shell may hand over bytes that are no text; the engine's own word for that is a TypeError
    statements = con.extract_statements(sql)
    if len(statements) != 1:
        raise QueryError(f"query: give one SELECT statement; got {len(statements)}")
    # fetchall: a half-read result would make the next call on the connection fail.
    tree = json.loads(con.execute("select json_serialize_sql($sql)", {"sql": sql}).fetchall()[0][0])
    if tree["error"]:
        kind = statements[0].type.name
        raise QueryError(f"query: only SELECT can be asked, not {kind} (a PIVOT needs its values: IN (...))")
    nodes = list(_nodes(tree["statements"]))
    tables = {name.lower() for name in release.tables}
    ctes = {str(entry["key"]).lower() for node in nodes for entry in _ctes(node)}
    for node in nodes:
        _refuse_node(node, tables, ctes)
    named = {str(node["table_name"]).lower() for node in nodes if "table_name" in node}
    if any(node.get("type") == "SHOW_REF" or str(node.get("schema_name")).lower() == _SCHEMA for node in nodes):
        return {*release.tables}
    return {name for name in release.tables if name.lower() in named}


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    """Every object of the parsed query, without recursion so that no query is too deep for it."""
    waiting = [tree]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            yield item
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)


def _ctes(node: dict[str, Any]) -> list[dict[str, Any]]:
    ctes = node.get("cte_map")
    return ctes["map"] if isinstance(ctes, dict) else []


def _refuse_node(node: dict[str, Any], tables: set[str], ctes: set[str]) -> None:
    kind = str(node.get("type", ""))
    if kind.endswith("_NODE") and kind not in _NODES:
        raise QueryError(f"query: only SELECT can be asked; a {kind.removesuffix('_NODE')} inside it is not allowed")
    if kind == "TABLE_FUNCTION" and (called := _called(node["function"])) not in _TABLE_FUNCTIONS:
        raise QueryError(f"query: {called}() is not allowed; a query reads the tables of its release only")
    if (called := _called(node)) in _SESSION_FUNCTIONS:
        raise QueryError(f"query: {called}() is not allowed; a query reads the tables of its release only")
    if kind == "SHOW_REF" and node["table_name"].lower() not in _SHOWN | tables:
        raise QueryError(f"query: SHOW {node['table_name']} is not allowed; SHOW TABLES, DESCRIBE and SUMMARIZE are")
    if kind == "BASE_TABLE" and not _is_known(node, tables, ctes):
        raise QueryError(f"query: the release has no table {node['table_name']!r}; it has {', '.join(sorted(tables))}")


def _called(node: dict[str, Any]) -> str:
    return str(node.get("function_name", "")).lower()


def _is_known(node: dict[str, Any], tables: set[str], ctes: set[str]) -> bool:
    place, name = (node["catalog_name"], node["schema_name"]), node["table_name"].lower()
    if place == ("", ""):
        # A CTE called like a system view would let that view in wherever the CTE is out of scope.
        return name in tables or (name in ctes and not name.startswith(_SYSTEM_VIEWS))
    if place[0] == "" and place[1].lower() == _SCHEMA:
        return True
    return place in {("", "main"), ("memory", "main")} and name in tables


def _refuse_twins(columns: list[str]) -> None:
    twins = sorted({name for name in columns if columns.count(name) > 1})
    if twins:
        raise QueryError(f"query: more than one column is called {', '.join(twins)}; name each with AS")


def _table(relation: duckdb.DuckDBPyRelation) -> bytes:
    drawn = io.StringIO()
    with contextlib.redirect_stdout(drawn):
        relation.show(max_rows=TABLE_ROWS)
    return drawn.getvalue().encode()


def _csv(relation: duckdb.DuckDBPyRelation) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(relation.columns)
    writer.writerows(relation.fetchall())
    return text.getvalue().encode()


def _json(relation: duckdb.DuckDBPyRelation) -> bytes:
    columns = relation.columns
    _refuse_twins(columns)
    rows = [{name: _plain(v) for name, v in zip(columns, row, strict=True)} for row in relation.fetchall()]
    return (json.dumps(rows, ensure_ascii=False, allow_nan=False) + "\n").encode()


def _parquet(relation: duckdb.DuckDBPyRelation) -> bytes:
    buffer = io.BytesIO()
    _frame(relation).write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _frame(relation: duckdb.DuckDBPyRelation) -> pl.DataFrame:
    _refuse_twins(relation.columns)
    result: pl.DataFrame = relation.pl()
    return result


def _plain(value: Any) -> Any:
    """A value JSON can hold: exact where it can be, text for days and the like, null for NaN and infinity."""
    if isinstance(value, Decimal):
        value = int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if value is None or isinstance(value, bool | int):
        return value
    return value.hex() if isinstance(value, bytes) else str(value)


def _one_line(error: Exception) -> str:
    """The first paragraph of an engine's message, without its drawing of the query."""
    return " ".join(str(error).split("\nLINE ")[0].split())[:500]
