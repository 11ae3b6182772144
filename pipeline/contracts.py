"""Contracts: the registry's promises about a table, checked by pandera on every row.

Belongs here: turning a registry entry into a pandera schema and a frame into a list of what breaks it. Does not belong
here: promises between tables (sql/quality/) or about a whole release (pipeline/quality/).

Pandera checks values on eager frames only, lets empty frames pass, and lets infinity pass a lower bound; so frames are
eager, and emptiness and finiteness are checks of ours.
"""

from __future__ import annotations

from functools import cache

import pandera.polars as pa
import polars as pl
from pandera.errors import SchemaErrors

from pipeline.errors import ContractError
from pipeline.schema import POLARS, Column
from pipeline.tables import TABLES


@cache
def schema(table: str) -> pa.DataFrameSchema:
    """The pandera schema of a table: columns in order, types, nulls, allowed values, bounds, finiteness, unique key."""
    entry = TABLES[table]
    columns = {c.name: pa.Column(POLARS[c.kind], checks=_checks(c), nullable=c.nullable) for c in entry.columns}
    return pa.DataFrameSchema(columns, unique=list(entry.key), strict=True, ordered=True, name=table)


def failures(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """What in `frame` breaks the table's contract: one row a broken check, with the column, the rule, a sample value
    and how many rows break it; no rows when the contract holds."""
    problems: list[dict[str, object]] = []
    if frame.is_empty() and not TABLES[table].may_be_empty:
        problems.append({"column": "", "rule": "not_empty", "value": "", "rows": 0})
    try:
        schema(table).validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        problems += [
            {"column": str(c or ""), "rule": str(rule), "value": str(value), "rows": int(rows)}
            for c, rule, value, rows in cases.group_by("column", "check", maintain_order=True)
            .agg(pl.col("failure_case").first(), pl.len())
            .iter_rows()
        ]
    return pl.DataFrame(problems, schema={"column": pl.String, "rule": pl.String, "value": pl.String, "rows": pl.Int64})


def validate(table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame itself, once its contract holds. Raises ContractError naming the table and the first broken rules."""
    refuse(table, failures(table, frame))
    return frame


def refuse(table: str, broken: pl.DataFrame) -> None:
    """Raises ContractError when `broken` (what `failures` returned) holds anything."""
    if not broken.is_empty():
        said = [
            f"{r['column'] or 'table'}: {r['rule']} ({r['rows']} rows, such as {r['value']})" for r in broken.to_dicts()
        ]
        raise ContractError(f"{table}: breaks its contract: {'; '.join(said[:5])}")


def _checks(column: Column) -> list[pa.Check]:
    checks: list[pa.Check] = []
    if column.allowed:
        checks.append(pa.Check.isin(list(column.allowed)))
    if column.minimum is not None:
        checks.append(pa.Check.ge(column.minimum))
    if column.maximum is not None:
        checks.append(pa.Check.le(column.maximum))
    if column.kind == "float64":
        checks.append(pa.Check(_finite, name="finite"))
    if column.kind == "float64[]":
        checks.append(pa.Check(_finite_list, name="finite"))
    return checks


def _finite(data: pa.PolarsData) -> pl.LazyFrame:
    return data.lazyframe.select(pl.col(data.key).is_finite().fill_null(True))


def _finite_list(data: pa.PolarsData) -> pl.LazyFrame:
    return data.lazyframe.select(pl.col(data.key).list.eval(pl.element().is_finite()).list.all())
