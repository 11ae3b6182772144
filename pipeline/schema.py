"""The words the table registry is written in: columns, tables, units.

Belongs here: what a column or table can say about itself, and what follows from it (types, units). Does not belong
here: any table (pipeline/tables.py), any check that runs (pipeline/contracts.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

import polars as pl

Kind = Literal["string", "int64", "float64", "date", "bool", "float64[]"]
Stage = Literal["reports", "prices", "evidence", "model", "forecast", "release"]

POLARS: dict[Kind, pl.DataType] = {
    "string": pl.String(),
    "int64": pl.Int64(),
    "float64": pl.Float64(),
    "date": pl.Date(),
    "bool": pl.Boolean(),
    "float64[]": pl.List(pl.Float64()),
}

# A quantity carries its unit in its name; statistics of it (mean, p05, ...) come after the unit. Longest first.
_UNITS: tuple[tuple[str, str], ...] = (
    ("_usd_per_accelerator_hour", "US dollars per accelerator-hour"),
    ("_usd_per_pflop_hour", "US dollars per hour of one dense BF16 PFLOP/s"),
    ("_usd_per_hour", "US dollars per hour"),
    ("_usd_bn", "billion US dollars"),
    ("_usd", "US dollars"),
    ("_pct", "percent"),
    ("_share", "fraction of the whole (0 to 1)"),
    ("_order", "fraction of the variance"),
    ("_hours", "hours"),
    ("_tflops", "TFLOP/s, dense BF16"),
    ("_exaflop", "exaFLOP"),
    ("_gb", "gigabytes"),
    ("_w", "watts"),
    ("_year", "calendar year"),
)
_STATISTIC = re.compile(r"_(mean|median|min|max|sd|q1|q3|p\d\d|low|high)$")


@dataclass(frozen=True)
class Column:
    """One column: its type, meaning, and the values it may hold. The unit follows from the name."""

    name: str
    kind: Kind
    description: str
    nullable: bool = False
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    @property
    def unit(self) -> str | None:
        """The unit that the name's suffix stands for, or None for names that are no quantity with a unit."""
        stem = _STATISTIC.sub("", self.name)
        return next((unit for suffix, unit in _UNITS if f"_{stem}".endswith(suffix)), None)

    @property
    def points(self) -> float | None:
        """How many percentage points one of it is, for percentages and parts of a whole, whose differences are told in
        points; None for amounts, whose differences are told as a ratio."""
        if self.unit == "percent":
            return 1.0
        is_part = (self.unit or "").startswith("fraction") or (self.minimum, self.maximum) == (0, 1)
        return 100.0 if is_part else None


@dataclass(frozen=True)
class Table:
    """One table: its grain, key, columns, and whether a release publishes it."""

    name: str
    stage: Stage
    grain: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    published: bool = True
    may_be_empty: bool = False
    """Only where inputs may rightly lead to no row (a report without members); rules in sql/quality guard loss."""
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_name", {c.name: c for c in self.columns})

    @property
    def column_names(self) -> tuple[str, ...]:
        """Column names in their published order."""
        return tuple(self._by_name)

    @property
    def schema(self) -> dict[str, pl.DataType]:
        """Column name to polars type, in order."""
        return {c.name: POLARS[c.kind] for c in self.columns}

    def column(self, name: str) -> Column:
        """The column of that name. Raises KeyError."""
        return self._by_name[name]

    def frame(self, rows: list[dict[str, object]]) -> pl.DataFrame:
        """Rows as a frame of exactly this table's columns and types, sorted by key. Absent columns are null."""
        return pl.DataFrame(rows, schema=self.schema, orient="row").sort(self.key)


def text(name: str, description: str, *, nullable: bool = False, allowed: tuple[str, ...] = ()) -> Column:
    """A string column."""
    return Column(name, "string", description, nullable, allowed)


def number(
    name: str, description: str, *, nullable: bool = False, at_least: float | None = None, at_most: float | None = None
) -> Column:
    """A float64 column; never NaN or infinite."""
    return Column(name, "float64", description, nullable, (), at_least, at_most)


def whole(
    name: str, description: str, *, nullable: bool = False, at_least: float | None = None, at_most: float | None = None
) -> Column:
    """An int64 column."""
    return Column(name, "int64", description, nullable, (), at_least, at_most)


def day(name: str, description: str, *, nullable: bool = False) -> Column:
    """A date column."""
    return Column(name, "date", description, nullable)


def flag(name: str, description: str) -> Column:
    """A bool column."""
    return Column(name, "bool", description)


def calendar_year(name: str, description: str, *, nullable: bool = False) -> Column:
    """A year, 1900 to 2200."""
    return whole(name, description, nullable=nullable, at_least=1900, at_most=2200)


def quantiles(
    stem: str, what: str, *, nullable: bool = False, at_least: float | None = 0.0, at_most: float | None = None
) -> tuple[Column, ...]:
    """Mean and five quantiles over the draws of one quantity, named `<stem>_mean`, `<stem>_p05` ... `<stem>_p95`."""
    says = {"mean": "mean over the draws (means add up; quantiles do not)"}
    says |= {f"p{p:02d}": f"{p} percent of the draws lie at or below it" for p in (5, 25, 50, 75, 95)}
    return tuple(
        number(f"{stem}_{s}", f"{what}: {d}.", nullable=nullable, at_least=at_least, at_most=at_most)
        for s, d in says.items()
    )
