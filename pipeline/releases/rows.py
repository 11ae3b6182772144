"""How one version of a table differs from another, row by row.

Belongs here: matching rows by key and saying what was added, removed and changed. Does not belong here: which tables
are compared, or what else makes two releases differ (compare.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import polars as pl

_WAS, _IS = "was:", "is:"
_IN_BEFORE, _IN_AFTER = "before?", "after?"


@dataclass(frozen=True)
class ColumnChange:
    """One column's changed cells in rows that both versions have."""

    column: str
    cells: int
    largest: float | None
    """Largest change over cells that are numbers, or None: the one furthest from 0, with its sign. Of an amount
    relative, (after - before) / |before|, where that is not from 0."""
    points: bool
    """Whether it is in percentage points instead, as for a share: relative to one near 0 it would mean nothing."""
    at: str
    """Key of that row, or of the first changed row."""
    before: object
    after: object

    @property
    def size(self) -> float:
        """How far the largest is, for setting columns in order: twice as much counts as 100 points."""
        return abs(self.largest or 0.0) / (100 if self.points else 1)


@dataclass(frozen=True)
class RowChanges:
    """What became of a table's rows. A table that is absent on one side has no rows there (None)."""

    table: str
    rows_before: int | None
    rows_after: int | None
    added: int = 0
    removed: int = 0
    changed: int = 0
    columns: tuple[ColumnChange, ...] = ()
    notes: tuple[str, ...] = ()
    """Columns or keys that came or went, and why rows could not be matched."""

    @property
    def any(self) -> bool:
        """Whether the two versions differ in anything."""
        return bool(self.added or self.removed or self.changed or self.notes or None in self._rows)

    @property
    def _rows(self) -> tuple[int | None, int | None]:
        return self.rows_before, self.rows_after


def compare_rows(
    table: str,
    before: pl.DataFrame,
    after: pl.DataFrame,
    key: Sequence[str],
    points: Mapping[str, float] = MappingProxyType({}),
) -> RowChanges:
    """Match the rows of two versions by `key` and compare the columns that both have with the same type. `points` names
    those that change by points, with how many one of their units is.

    Columns that came, went or changed type are notes, as is a key that does not tell rows apart (then nothing is
    matched). Null equals null; 0.0 equals -0.0.
    """
    notes = _column_notes(before, after)
    lost = [k for k in key if k not in before.columns or before.schema[k] != after.schema.get(k)]
    if lost:
        return RowChanges(
            table, before.height, after.height, notes=(*notes, f"the key changed ({', '.join(lost)}): rows not matched")
        )
    for side, frame in (("before", before), ("after", after)):
        if frame.select(pl.struct(key).is_duplicated().any()).item():
            said = f"the key {', '.join(key)} does not tell rows apart {side}: rows not matched"
            return RowChanges(table, before.height, after.height, notes=(*notes, said))
    both = _matched(before, after, key)
    values = [c for c in after.columns if c not in key and f"{_WAS}{c}" in both.columns]
    differs = {c: ~pl.col(f"{_WAS}{c}").eq_missing(pl.col(f"{_IS}{c}")) for c in values}
    shared = both.filter(pl.col(_IN_BEFORE) & pl.col(_IN_AFTER))
    changed = shared.filter(pl.any_horizontal(differs.values())) if values else shared.clear()
    return RowChanges(
        table,
        before.height,
        after.height,
        added=both[_IN_BEFORE].null_count(),
        removed=both[_IN_AFTER].null_count(),
        changed=changed.height,
        columns=tuple(
            _column(cells, c, key, points.get(c)) for c in values if (cells := changed.filter(differs[c])).height
        ),
        notes=notes,
    )


def _matched(before: pl.DataFrame, after: pl.DataFrame, key: Sequence[str]) -> pl.DataFrame:
    same = [c for c in after.columns if c not in key and before.schema.get(c) == after.schema[c]]
    left = before.select(*key, *(pl.col(c).alias(f"{_WAS}{c}") for c in same), pl.lit(value=True).alias(_IN_BEFORE))
    right = after.select(*key, *(pl.col(c).alias(f"{_IS}{c}") for c in same), pl.lit(value=True).alias(_IN_AFTER))
    return left.join(right, on=list(key), how="full", coalesce=True, nulls_equal=True).sort(key)


def _column(changed: pl.DataFrame, column: str, key: Sequence[str], points: float | None) -> ColumnChange:
    was, now = f"{_WAS}{column}", f"{_IS}{column}"
    row, largest = changed.row(0, named=True), None
    if changed.schema[was].is_numeric():
        by = (pl.col(now) - pl.col(was)) * points if points else (pl.col(now) - pl.col(was)) / pl.col(was).abs()
        moved = changed.with_columns(by.alias("by")).filter(pl.col("by").is_finite())
        if moved.height:
            row = moved.sort(pl.col("by").abs(), descending=True, maintain_order=True).row(0, named=True)
            largest = float(row["by"])
    at = ", ".join(str(row[k]) for k in key)
    return ColumnChange(column, changed.height, largest, points is not None, at, row[was], row[now])


def _column_notes(before: pl.DataFrame, after: pl.DataFrame) -> tuple[str, ...]:
    came = [c for c in after.columns if c not in before.columns]
    went = [c for c in before.columns if c not in after.columns]
    other = [c for c in after.columns if c in before.columns and before.schema[c] != after.schema[c]]
    said = (("new columns", came), ("columns gone", went), ("columns of another type", other))
    return tuple(f"{what}: {', '.join(names)}" for what, names in said if names)
