"""Runs the queries of sql/: one file makes one table, over parquet, in an in-memory DuckDB.

Belongs here: finding a query, its inputs and parameters, running it in batches of markets, checking its output types
against the registry. Does not belong here: any SQL that computes something (that is a file in sql/).
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import duckdb
import polars as pl
import sqlglot
from sqlglot import exp

from pipeline.batches import Batch
from pipeline.errors import ContractError, StoreError
from pipeline.settings import SQL
from pipeline.sqltext import identifier, literal
from pipeline.tables import TABLES


@dataclass(frozen=True)
class Query:
    """One .sql file: the table or rule it makes, what it reads, the $parameters it takes."""

    name: str
    path: Path
    text: str
    inputs: tuple[str, ...]
    params: tuple[str, ...]
    split_by: tuple[str, ...]
    """Columns along which the work may be cut: rows of different values of them never meet in it."""

    @property
    def header(self) -> str:
        """The comment at the top: what, one row per, inputs."""
        lines = [line.removeprefix("--").strip() for line in self.text.splitlines() if line.startswith("--")]
        return " ".join(lines)


@cache
def parse(path: Path) -> Query:
    """Read one .sql file and find the tables and parameters it uses, by parsing it (sqlglot, DuckDB dialect)."""
    text = path.read_text(encoding="utf-8")
    tree = sqlglot.parse_one(text, dialect="duckdb")
    ctes = {cte.alias_or_name for cte in tree.find_all(exp.CTE)}
    inputs = {table.name for table in tree.find_all(exp.Table) if table.name and table.name not in ctes}
    params = {str(p.this.name if isinstance(p.this, exp.Expression) else p.this) for p in tree.find_all(exp.Parameter)}
    params |= {str(p.this) for p in tree.find_all(exp.Placeholder) if p.this}
    said = re.search(r"^-- Split by: *(.+?)\.?$", text, flags=re.M)
    split_by = tuple(said.group(1).split(", ")) if said else ()
    return Query(path.stem, path, text, tuple(sorted(inputs)), tuple(sorted(params)), split_by)


@cache
def table_queries() -> dict[str, Query]:
    """Every query that makes a table, by table name, over all folders of sql/."""
    return {p.stem: parse(p) for p in sorted(SQL.glob("*/*.sql")) if p.stem in TABLES}


@cache
def quality_rules() -> dict[str, Query]:
    """Every reconciliation rule of sql/quality/, by name; its result is the rows that break it."""
    return {p.stem: parse(p) for p in sorted((SQL / "quality").glob("*.sql"))}


def connect(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A connection of its own, with its own temporary views, to this process's in-memory DuckDB.

    Results are the same bytes at any number of threads; tests prove it.
    """
    return _database(threads, os.getpid()).cursor()


@cache
def _database(threads: int | None, _process: int) -> duckdb.DuckDBPyConnection:
    """One DuckDB a process and number of threads: to start one takes as long as most queries.

    Of the files it reads it keeps only the footers, which batches read again and again; their data would fill the
    memory. Joins are done in the order they are written, each built on its right side: the planner cannot guess how
    many rows an unnested list gives, and would build on the draws and walk a handful of rows past them, on one core.
    """
    config: dict[str, str | bool | int | float | list[str]] = {"enable_external_file_cache": False}
    if threads is not None:
        config["threads"] = threads
    con = duckdb.connect(":memory:", config=config)
    con.execute("set parquet_metadata_cache = true")
    con.execute("set disabled_optimizers = 'join_order,build_side_probe_side'")
    return con


def run(
    query: Query,
    inputs: Mapping[str, Path],
    params: Mapping[str, object],
    *,
    batches: Sequence[Batch] = (),
    threads: int | None = None,
) -> pl.DataFrame:
    """The result of one query over parquet files, as a whole; see `run_parts`."""
    return pl.concat(list(run_parts(query, inputs, params, batches=batches, threads=threads)))


def run_parts(
    query: Query,
    inputs: Mapping[str, Path],
    params: Mapping[str, object],
    *,
    batches: Sequence[Batch] = (),
    threads: int | None = None,
) -> Iterator[pl.DataFrame]:
    """Run one query over parquet files, one frame a batch, in the order of the batches; one frame when there are none.

    `inputs` gives the parquet of every table the query reads. A batch sees only its rows of every input that has its
    columns, so memory stays flat in the number of markets. Output types must be the registry's, column by column
    (ContractError).
    """
    missing = [name for name in query.inputs if name not in inputs]
    if missing:
        raise StoreError(f"{query.path.name}: needs {', '.join(missing)}; materialise them first")
    used = {name: params[name] for name in query.params}
    with connect(threads) as con:
        for batch in batches or [{}]:
            _register(con, query, inputs, batch)
            result = con.sql(query.text, params=used).pl()
            if query.name in TABLES:
                _check_types(query, result)
            yield result


def _register(con: duckdb.DuckDBPyConnection, query: Query, inputs: Mapping[str, Path], batch: Batch) -> None:
    for name in query.inputs:
        # Without this a folder named like `env=prod` above the file would become a column.
        scan = f"read_parquet({literal(str(inputs[name]))}, hive_partitioning = false)"
        known = TABLES[name].column_names if name in TABLES else ()
        kept = [
            f"{identifier(column)} between {literal(first)} and {literal(last)}"
            for column, (first, last) in batch.items()
            if column in known
        ]
        where = f" where {' and '.join(kept)}" if kept else ""
        con.execute(f"create or replace temp view {identifier(name)} as select * from {scan}{where}")


def _check_types(query: Query, frame: pl.DataFrame) -> None:
    want = TABLES[query.name].schema
    got = dict(frame.schema)
    if list(got) != list(want):
        raise ContractError(f"{query.path.name}: columns are {list(got)}, the registry says {list(want)}")
    wrong = [f"{name} is {got[name]}, the registry says {want[name]}" for name in want if got[name] != want[name]]
    if wrong:
        raise ContractError(f"{query.path.name}: {'; '.join(wrong)}; cast it in the SQL")
