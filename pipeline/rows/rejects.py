"""Refusing rows: the fixed codes of why, and the one function that parts good rows from bad.

Belongs here: codes, and applying rules. Does not belong here: the rules (typed.py for what the registry says of a
column, prices/normalise.py for what only prices know).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from pipeline.tables import TABLES

DETAIL_MAX = 200


class Reject(StrEnum):
    """Why a row was refused. The value is the code in price_rejects.reason."""

    NOT_UTF8 = "not_utf8"
    MALFORMED_ROW = "malformed_row"
    MISSING_VALUE = "missing_value"
    NOT_A_NUMBER = "not_a_number"
    NOT_A_DATE = "not_a_date"
    NOT_FINITE = "not_finite"
    OUT_OF_RANGE = "out_of_range"
    UNKNOWN_VALUE = "unknown_value"
    UNKNOWN_ACCELERATOR = "unknown_accelerator"
    PRICE_NOT_POSITIVE = "price_not_positive"
    PRICE_IMPLAUSIBLE = "price_implausible"
    COUNT_IMPLAUSIBLE = "count_implausible"
    PRICE_INCONSISTENT = "price_inconsistent"
    DATE_AFTER_ACCESS = "date_after_access"
    BEFORE_AVAILABLE = "before_available"
    CONFLICTING_PRICE = "conflicting_price"
    OUTRANKED_PRICE = "outranked_price"
    DUPLICATE_KEY = "duplicate_key"
    UNKNOWN_PROVIDER = "unknown_provider"
    UNKNOWN_REGION = "unknown_region"
    UNKNOWN_CURRENCY = "unknown_currency"
    SPOT_ABOVE_ON_DEMAND = "spot_above_on_demand"
    PLACEHOLDER_PRICE = "placeholder_price"
    REGION_OUTLIER = "region_outlier"
    UNIT_SWITCH = "unit_switch"
    COMPUTED_PRICE = "computed_price"
    COMMITMENT_AS_SPOT = "commitment_as_spot"
    COMMITMENT_AT_LIST_PRICE = "commitment_at_list_price"
    SPOT_AS_ON_DEMAND = "spot_as_on_demand"
    PRICE_OUTSIDE_BOUNDS = "price_outside_bounds"
    OTHER_METER = "other_meter"


@dataclass(frozen=True)
class Rule:
    """One reason to refuse a row: `broken` is true on rows to refuse (null is not), `detail` says what was found."""

    code: Reject
    broken: pl.Expr
    detail: pl.Expr


REJECTS_SCHEMA = TABLES["price_rejects"].schema


def refuse(
    frame: pl.DataFrame, rules: Sequence[Rule], table: str, source_file: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part `frame` (which has source_row) into the rows no rule breaks and price_rejects rows; the first rule wins."""
    if not rules:
        return frame, reject_rows([], table, source_file)
    cases = [(rule, pl.when(rule.broken)) for rule in rules]
    judged = frame.with_columns(
        pl.coalesce(*(when.then(pl.lit(rule.code.value)) for rule, when in cases)).alias("reason"),
        pl.coalesce(*(when.then(rule.detail) for rule, when in cases)).alias("detail"),
    )
    refused = judged.filter(pl.col("reason").is_not_null()).select("source_row", "reason", "detail")
    kept = judged.filter(pl.col("reason").is_null()).drop("reason", "detail")
    return kept, reject_rows(list(refused.iter_rows()), table, source_file)


def once(rejects: pl.DataFrame) -> pl.DataFrame:
    """One row for each reason a file's row is refused for: its two prices may be refused for the same."""
    return rejects.unique(["table_name", "source_file", "source_row", "reason"], keep="first", maintain_order=True)


def reject_rows(rows: Sequence[tuple[int, str, str]], table: str, source_file: str) -> pl.DataFrame:
    """price_rejects rows from (source_row, reason, detail). Details are cut to DETAIL_MAX printable characters."""
    return pl.DataFrame(
        [(table, source_file, row, str(reason), printable(detail)) for row, reason, detail in rows],
        schema=REJECTS_SCHEMA,
        orient="row",
    )


def printable(text: str) -> str:
    """One line of at most DETAIL_MAX characters, control characters shown as escapes."""
    line = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text[: DETAIL_MAX + 1])
    return line if len(line) <= DETAIL_MAX else line[: DETAIL_MAX - 1] + "…"
