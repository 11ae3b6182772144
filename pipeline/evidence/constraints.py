"""From what is claimed to what every draw must obey.

Belongs here: which kinds of claim bind shares and growth, and how wide a printed figure is. Does not belong here:
whether the constraints can hold together, or how draws are made to obey them (pipeline/model).

How wide a printed share is: a figure (comparator "=") or a range ("between") may be anything that rounds to it, half
its last printed digit either way; a hedge such as "around" multiplies that by the assumption hedge_widening. "Over" and
"under" are limits rather than rounded figures and are taken as printed.
"""

from __future__ import annotations

import polars as pl

from pipeline.errors import ContractError
from pipeline.evidence.assumptions import HEDGE_WIDENING, SUBSTANTIAL_MARGIN, assumption
from pipeline.tables import TABLES
from pipeline.tables.words import ACCEPTED

BINDING = {"share": "share_between", "largest": "largest", "margin_over": "margin_over", "fastest": "fastest"}
"""Metric of a claim to the kind of constraint it makes."""


def make_constraints(
    reports: pl.DataFrame, claims: pl.DataFrame, segments: pl.DataFrame, assumptions: pl.DataFrame
) -> pl.DataFrame:
    """Table `constraints`: one row a claim that binds the members of a dimension, accepted reports only.

    Shares are fractions. A claim without a year is about the base year. A claim on a dimension that the report does not
    divide into members binds nothing and makes no row.
    Raises ContractError, naming report and claim, when a claim is one that the reader should have refused: a share
    outside 0 to 100 percent, a member that its dimension does not list, a margin over nobody.
    """
    bound = _binding(reports, claims, segments)
    _refuse(
        bound, ~pl.col("members").list.contains(pl.col("member")), "is about a member that its dimension does not list"
    )
    kinds = [_shares(bound, assumptions), _margins(bound, assumptions), _ranks(bound)]
    columns = [pl.col(name).cast(kind) for name, kind in TABLES["constraints"].schema.items()]
    return pl.concat(kinds, how="diagonal_relaxed").select(columns).sort(TABLES["constraints"].key)


def _binding(reports: pl.DataFrame, claims: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """Claims of accepted reports on a member of a listed dimension, with the dimension's kind and members."""
    accepted = reports.filter(pl.col("status") == ACCEPTED).select("report_id", "market", "base_year")
    dimensions = segments.group_by("report_id", "dimension", "dimension_kind").agg(pl.col("member").alias("members"))
    return (
        claims.filter(pl.col("metric").is_in(list(BINDING)) & pl.col("member").is_not_null())
        .join(accepted, on="report_id")
        .join(dimensions, on=["report_id", "dimension"])
        .with_columns(
            kind=pl.col("metric").replace_strict(BINDING),
            constraint_id=pl.col("claim_id"),
            year=pl.coalesce("year_from", "base_year"),
        )
    )


def _shares(bound: pl.DataFrame, assumptions: pl.DataFrame) -> pl.DataFrame:
    shares = bound.filter(pl.col("kind") == "share_between").with_columns(
        printed_low=pl.coalesce("value_low", "value_high"), printed_high=pl.coalesce("value_high", "value_low")
    )
    possible = (pl.col("unit") == "pct") & (pl.col("printed_low") >= 0) & (pl.col("printed_high") <= 100)
    ordered = pl.col("printed_low") <= pl.col("printed_high")
    _refuse(shares, ~(possible & ordered).fill_null(False), "states a share that is not 0 to 100 percent")
    widening = float(assumption(assumptions, HEDGE_WIDENING)["value"])
    hedged = pl.col("hedge").is_not_null()
    # Whole percents where the reader could not count the digits: the widest honest reading.
    half_digit = 0.5 * pl.lit(10.0).pow(-pl.col("decimals").fill_null(0).cast(pl.Float64))
    wide = half_digit * pl.when(hedged).then(widening).otherwise(1.0)
    rounded = pl.col("comparator").is_in(["=", "between"])
    half = pl.when(rounded).then(wide).otherwise(0.0)
    low = pl.when(pl.col("comparator") == "<=").then(0.0).otherwise(pl.col("printed_low") - half)
    high = pl.when(pl.col("comparator") == ">=").then(100.0).otherwise(pl.col("printed_high") + half)
    return shares.with_columns(
        low=low.clip(0.0, 100.0) / 100,
        high=high.clip(0.0, 100.0) / 100,
        stated_share=pl.when(pl.col("comparator") == "=").then(pl.col("printed_low") / 100),
        assumption=pl.when(rounded & hedged).then(pl.lit(HEDGE_WIDENING)),
    )


def _margins(bound: pl.DataFrame, assumptions: pl.DataFrame) -> pl.DataFrame:
    margins = bound.filter(pl.col("kind") == "margin_over")
    other = pl.col("members").list.contains(pl.col("other_member")) & (pl.col("other_member") != pl.col("member"))
    _refuse(margins, ~other.fill_null(False), "states a margin over no other member of its dimension")
    ratio = float(assumption(assumptions, SUBSTANTIAL_MARGIN)["value"])
    return margins.with_columns(low=pl.lit(ratio), assumption=pl.lit(SUBSTANTIAL_MARGIN))


def _ranks(bound: pl.DataFrame) -> pl.DataFrame:
    growth = pl.col("kind") == "fastest"
    return bound.filter(pl.col("kind").is_in(["largest", "fastest"])).with_columns(
        year=pl.when(~growth).then(pl.col("year")), other_member=pl.lit(None, dtype=pl.String)
    )


def _refuse(claims: pl.DataFrame, broken: pl.Expr, what: str) -> None:
    bad = claims.filter(broken)
    if not bad.is_empty():
        row = bad.sort("report_id", "claim_id").row(0, named=True)
        values = [f"{v:g}" for v in (row["value_low"], row["value_high"]) if v is not None]
        said = f" ({' to '.join(dict.fromkeys(values))} {row['unit'] or ''})".replace(" )", ")") if values else ""
        raise ContractError(
            f"claims: report {row['report_id']}, claim {row['claim_id']}: {what}: {row['member']}{said}; "
            "the reader must reject or mend such a report"
        )
