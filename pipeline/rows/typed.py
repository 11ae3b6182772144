"""Rows of text -> rows of the registry's types, by what the registry says of each column.

Belongs here: rules and casts that follow from a column's entry. Does not belong here: rules that need another column
or table (prices/normalise.py, for one).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.rows.rejects import Reject, Rule
from pipeline.schema import Column

_DAY = r"^\d{4}-\d{2}-\d{2}$"


def text_rules(columns: Sequence[Column]) -> list[Rule]:
    """Rules on a frame of text: required values are there, numbers are finite numbers, days are days."""
    rules: list[Rule] = []
    for c in columns:
        value = pl.col(c.name)
        if not c.nullable:
            rules.append(Rule(Reject.MISSING_VALUE, value.is_null(), pl.lit(f"{c.name} is blank")))
        if c.kind in ("float64", "int64"):
            bad = value.is_not_null() & cast(c).is_null()
            rules.append(Rule(Reject.NOT_A_NUMBER, bad, _found(c, "must be a plain number such as 2.5")))
        if c.kind == "float64":
            rules.append(Rule(Reject.NOT_FINITE, ~cast(c).is_finite(), _found(c, "must be finite")))
        if c.kind == "date":
            bad = value.is_not_null() & (~value.str.contains(_DAY) | cast(c).is_null())
            rules.append(Rule(Reject.NOT_A_DATE, bad, _found(c, "must be a day such as 2026-08-22")))
    return rules


def value_rules(columns: Sequence[Column]) -> list[Rule]:
    """Rules on a typed frame: allowed values and bounds."""
    rules: list[Rule] = []
    for c in columns:
        value = pl.col(c.name)
        if c.allowed:
            bad = value.is_not_null() & ~value.is_in(list(c.allowed))
            rules.append(Rule(Reject.UNKNOWN_VALUE, bad, _found(c, f"must be one of {', '.join(c.allowed)}")))
        if c.minimum is not None:
            rules.append(Rule(Reject.OUT_OF_RANGE, value < c.minimum, _found(c, f"must be at least {c.minimum:g}")))
        if c.maximum is not None:
            rules.append(Rule(Reject.OUT_OF_RANGE, value > c.maximum, _found(c, f"must be at most {c.maximum:g}")))
    return rules


def cast(column: Column) -> pl.Expr:
    """The text column as its registered type; null where it does not convert. Raises KeyError for other kinds."""
    value = pl.col(column.name)
    casts = {
        "string": value,
        "float64": value.cast(pl.Float64, strict=False),
        "int64": value.cast(pl.Int64, strict=False),
        "date": value.str.to_date("%Y-%m-%d", strict=False) if column.kind == "date" else value,
    }
    return casts[column.kind]


def _found(column: Column, wanted: str) -> pl.Expr:
    return pl.format(f"{column.name} is {{}}; it {wanted}", pl.col(column.name).cast(pl.String))
