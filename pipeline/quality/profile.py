"""What is in the tables about to be published, in a few numbers each: what the release gate looks at.

Belongs here: counting rows, keys, least and most, falling quantiles, by streaming over the parquet files, so that
memory does not grow with the tables. Does not belong here: what the numbers must be like (gate.py), or how tables
reconcile (sql/quality/).
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import polars as pl

from pipeline.schema import Table
from pipeline.settings import Settings
from pipeline.tables import TABLES

_QUANTILE = re.compile(r"^(.*)_p(\d\d)$")
TABLE_COLUMNS = {"table": pl.String, "rows": pl.Int64, "least_rows": pl.Int64, "repeated_keys": pl.Int64}
NUMBER_COLUMNS = {
    "table": pl.String, "column": pl.String, "least": pl.Float64, "minimum": pl.Float64, "most": pl.Float64,
    "maximum": pl.Float64,
}  # fmt: skip
PAIR_COLUMNS = {"table": pl.String, "lower": pl.String, "upper": pl.String, "falling_rows": pl.Int64}


def profile(
    tables: Mapping[str, Path], previous: Mapping[str, Path], settings: Settings
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Three frames: one row a table (rows, fewest allowed, repeated keys), one row a bounded column (least and most
    value, null where it has none, with the registry's bounds), one row a pair of neighbouring quantiles of the same
    quantity (rows in which the upper is below the lower).

    `tables` and `previous` give parquet files by table; `previous` is empty for the first release.
    """
    by_table: list[tuple[object, ...]] = []
    by_column: list[tuple[object, ...]] = []
    by_pair: list[tuple[object, ...]] = []
    for name, path in tables.items():
        table, rows = TABLES[name], pl.scan_parquet(path, glob=False, hive_partitioning=False)
        bounded = [c for c in table.columns if c.minimum is not None or c.maximum is not None]
        pairs = list(_quantile_pairs(table.column_names))
        found = rows.select(
            pl.len().alias("rows"),
            *(pl.col(c.name).min().cast(pl.Float64).alias(f"least {c.name}") for c in bounded),
            *(pl.col(c.name).max().cast(pl.Float64).alias(f"most {c.name}") for c in bounded),
            *((pl.col(upper) < pl.col(lower)).sum().alias(f"{lower} {upper}") for lower, upper in pairs),
        )
        keys = rows.select(table.key).unique().select(pl.len())
        counted, distinct = pl.collect_all([found, keys], engine="streaming")
        numbers = counted.row(0, named=True)
        least_rows = _least_rows(table, previous.get(name), settings)
        by_table.append((name, numbers["rows"], least_rows, numbers["rows"] - distinct.item()))
        by_column += [
            (name, c.name, numbers[f"least {c.name}"], c.minimum, numbers[f"most {c.name}"], c.maximum) for c in bounded
        ]
        by_pair += [(name, lower, upper, numbers[f"{lower} {upper}"]) for lower, upper in pairs]
    return (
        pl.DataFrame(by_table, TABLE_COLUMNS, orient="row"),
        pl.DataFrame(by_column, NUMBER_COLUMNS, orient="row"),
        pl.DataFrame(by_pair, PAIR_COLUMNS, orient="row"),
    )


def _least_rows(table: Table, before: Path | None, settings: Settings) -> int:
    floor = 0 if table.may_be_empty else 1
    if before is None or table.stage == "release":  # fewer refused rows are no loss
        return floor
    rows: int = pl.scan_parquet(before, glob=False, hive_partitioning=False).select(pl.len()).collect().item()
    return max(floor, math.ceil(rows * settings.release_min_row_ratio))


def _quantile_pairs(columns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Neighbouring quantile columns of the same quantity, lower first; the registry declares them in rising order."""
    for lower, upper in itertools.pairwise(columns):
        a, b = _QUANTILE.match(lower), _QUANTILE.match(upper)
        if a and b and a.group(1) == b.group(1):
            yield lower, upper
