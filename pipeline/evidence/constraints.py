"""From what is claimed to what every draw must obey.

Belongs here: which kinds of claim bind shares and growth, and how wide a printed figure is. Does not belong here:
whether the constraints can hold together, or how draws are made to obey them (pipeline/model).

How wide a printed figure is: a figure (comparator "=") or a range ("between") may be anything that rounds to it, half
its last printed digit either way; a hedge such as "around" multiplies that by the assumption hedge_widening. "Over" and
"under" are limits rather than rounded figures and are taken as printed. A member's value becomes a share of the total
that the report states for the year; a member's growth rate becomes a yearly factor over the market's, counted like the
market's own from the base year to the last year of its period (else the forecast year).
"""

from __future__ import annotations

import polars as pl

from pipeline.errors import ContractError
from pipeline.evidence.assumptions import HEDGE_WIDENING, SUBSTANTIAL_MARGIN, assumption
from pipeline.evidence.cross import cross_intervals, margin_demands
from pipeline.evidence.peers import widened_shares
from pipeline.evidence.sizes import reported_total
from pipeline.tables import TABLES
from pipeline.tables.words import ACCEPTED, AS_REPORTED, MEMBERS_JOINED_BY

BINDING = {
    "share": "share_between",
    "member_value": "share_between",
    "largest": "largest",
    "margin_over": "margin_over",
    "ordered": "margin_over",
    "fastest": "fastest",
    "member_cagr": "pace_between",
    "growth_above_market": "pace_between",
    "growth_below_market": "pace_between",
}
"""Metric of a claim to the kind of constraint it makes."""
_FIGURES = {"share": ("pct", "a share"), "member_value": ("usd_bn", "a size"), "member_cagr": ("pct", "a growth rate")}


def make_constraints(
    reports: pl.DataFrame,
    claims: pl.DataFrame,
    segments: pl.DataFrame,
    assumptions: pl.DataFrame,
    *,
    scenarios: pl.DataFrame | None = None,
    peer_estimates: pl.DataFrame | None = None,
    cross_figures: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Table `constraints`: one row a claim that binds the members of a dimension, accepted reports only; and for every
    figure on a segment in a region one row for the segment and one for the region, which are at least as large.

    Shares are fractions. A claim without a year is about the base year. A claim on a dimension that the report does not
    divide into members binds nothing and makes no row. A scenario that changes assumptions or takes shares from peers
    has all of its own rows for every market whose constraints it changes, and none for the others.
    Raises ContractError, naming report and claim, when a claim is one that the reader should have refused: a share
    outside 0 to 100 percent, a size or rate that cannot be, a member that its dimension does not list, a margin over
    nobody.
    """
    bound = _binding(reports, claims, segments)
    _refuse(
        bound, ~pl.col("members").list.contains(pl.col("member")), "is about a member that its dimension does not list"
    )
    others = bound.filter(pl.col("other_member").is_not_null()).with_columns(
        strangers=pl.col("other_member").str.split(MEMBERS_JOINED_BY).list.set_difference("members").list.len(),
        itself=pl.col("other_member").str.split(MEMBERS_JOINED_BY).list.contains(pl.col("member")),
    )
    broken = (pl.col("strangers") > 0) | pl.col("itself")
    _refuse(
        others.filter(pl.col("kind") != "margin_over"), broken, "is about further members its dimension does not list"
    )

    def under(scenario: str) -> pl.DataFrame:
        found = _under(bound, assumptions, scenario)
        if cross_figures is None or cross_figures.is_empty():
            return found
        intervals = cross_intervals(reports, segments, cross_figures, assumptions, scenario)
        demands = margin_demands(intervals, found, segments).with_columns(scenario=pl.lit(scenario))
        return pl.concat([found, demands], how="diagonal_relaxed").select(found.columns)

    base = under(AS_REPORTED)
    found = [base]
    for scenario in [] if scenarios is None else scenarios.filter(pl.col("scenario") != AS_REPORTED).to_dicts():
        own = under(scenario["scenario"])
        if scenario["shares"] == "peers" and peer_estimates is not None:
            own = widened_shares(own, reports, peer_estimates)
        same = own.columns[2:]
        differs = own.join(base, on=["market", *same], how="anti", nulls_equal=True)["market"].unique()
        found.append(own.filter(pl.col("market").is_in(differs.implode())))
    return pl.concat(found).sort(TABLES["constraints"].key)


def _under(bound: pl.DataFrame, assumptions: pl.DataFrame, scenario: str) -> pl.DataFrame:
    """The constraints as a scenario's assumptions make them."""
    kinds = [
        _figures(bound, assumptions, scenario),
        _against_market(bound),
        _margins(bound, assumptions, scenario),
        _ranks(bound),
    ]
    columns = [pl.col(name).cast(kind) for name, kind in TABLES["constraints"].schema.items()]
    return pl.concat(kinds, how="diagonal_relaxed").with_columns(scenario=pl.lit(scenario)).select(columns)


def _binding(reports: pl.DataFrame, claims: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """Claims of accepted reports on a member of a listed dimension, with the dimension's kind and members, the year
    they bind, and the report's total in that year."""
    accepted = reports.filter(pl.col("status") == ACCEPTED).select(
        *("report_id", "market", "base_year", "base_value_usd_bn", "estimate_year", "estimate_value_usd_bn"),
        *("forecast_year", "forecast_value_usd_bn"),
    )
    dimensions = segments.group_by("report_id", "dimension", "dimension_kind").agg(pl.col("member").alias("members"))
    growth = pl.col("metric").is_in(["member_cagr", "growth_above_market", "growth_below_market"])
    at_a_time = pl.col("metric").is_in(["share", "member_value"])
    return (
        claims.filter(pl.col("metric").is_in(list(BINDING)) & pl.col("member").is_not_null())
        .join(accepted, on="report_id")
        .join(dimensions, on=["report_id", "dimension"])
        .with_columns(
            kind=pl.col("metric").replace_strict(BINDING),
            constraint_id=pl.col("claim_id"),
            year=pl.when(growth)
            .then(pl.coalesce("year_to", "forecast_year"))
            .when(at_a_time)
            .then(pl.coalesce("year_to", "year_from", "base_year"))
            .otherwise(pl.coalesce("year_from", "year_to", "base_year")),
        )
        .with_columns(total=reported_total(pl.col("year")), years=pl.col("year") - pl.col("base_year"))
    )


def _figures(bound: pl.DataFrame, assumptions: pl.DataFrame, scenario: str) -> pl.DataFrame:
    """Shares, sizes and growth rates: as wide as they are printed, then turned into what they bind."""
    figures = bound.filter(pl.col("metric").is_in(list(_FIGURES))).with_columns(
        printed_low=pl.coalesce("value_low", "value_high"), printed_high=pl.coalesce("value_high", "value_low")
    )
    _check_figures(figures)
    widening = float(assumption(assumptions, HEDGE_WIDENING, scenario)["value"])
    hedged = pl.col("hedge").is_not_null()
    # Whole units where the reader could not count the digits: the widest honest reading.
    half_digit = 0.5 * pl.lit(10.0).pow(-pl.col("decimals").fill_null(0).cast(pl.Float64))
    rounded = pl.col("comparator").is_in(["=", "between"])
    half = pl.when(rounded).then(half_digit * pl.when(hedged).then(widening).otherwise(1.0)).otherwise(0.0)
    wide = figures.with_columns(
        low=pl.when(pl.col("comparator") != "<=").then(pl.col("printed_low") - half),
        high=pl.when(pl.col("comparator") != ">=").then(pl.col("printed_high") + half),
        assumption=pl.when(rounded & hedged).then(pl.lit(HEDGE_WIDENING)),
    )
    share, size = pl.col("metric") == "share", pl.col("metric") == "member_value"
    # Factors rather than divisors: polars divides a single row by way of the reciprocal and several rows directly, and
    # the last bit of a market's bounds must not depend on how many other markets there are.
    per = 1.0 / pl.when(share).then(100.0).otherwise(pl.col("total"))
    market = 1.0 / (pl.col("total") / pl.col("base_value_usd_bn")).pow(1.0 / pl.col("years"))
    ends = {
        end: pl.when(share | size)
        .then((pl.col(end) * per).fill_null(edge).clip(0.0, 1.0))
        .otherwise((1 + pl.col(end) / 100).clip(0.0) * market)
        for end, edge in (("low", 0.0), ("high", 1.0))
    }
    stated = pl.when((share | size) & (pl.col("comparator") == "=")).then(pl.col("printed_low") * per)
    return wide.with_columns(**ends, stated_share=stated.clip(0.0, 1.0))


def _check_figures(figures: pl.DataFrame) -> None:
    ordered = pl.col("printed_low") <= pl.col("printed_high")
    possible = {
        "share": (pl.col("printed_low") >= 0) & (pl.col("printed_high") <= 100),
        "member_value": (pl.col("printed_low") >= 0) & pl.col("total").is_not_null(),
        "member_cagr": (pl.col("printed_low") > -100) & (pl.col("years") > 0),
    }
    said = {
        "share": "states a share that is not 0 to 100 percent",
        "member_value": "states a size that is not 0 or more USD billion, in a year whose total is known",
        "member_cagr": "states a growth rate that is not above -100 percent, to a year after the base year",
    }
    for metric, (unit, _) in _FIGURES.items():
        fine = (pl.col("unit") == unit) & possible[metric] & ordered & pl.col("printed_high").is_finite()
        _refuse(figures.filter(pl.col("metric") == metric), ~fine.fill_null(False), said[metric])


def _against_market(bound: pl.DataFrame) -> pl.DataFrame:
    """Growth above or below the market's: a factor of 1 as the bound."""
    above = pl.col("metric") == "growth_above_market"
    rows = bound.filter(above | (pl.col("metric") == "growth_below_market"))
    _refuse(rows, ~(pl.col("years") > 0).fill_null(False), "compares growth to a year that is not after the base year")
    return rows.with_columns(low=pl.when(above).then(1.0), high=pl.when(~above).then(1.0))


def _margins(bound: pl.DataFrame, assumptions: pl.DataFrame, scenario: str) -> pl.DataFrame:
    margins = bound.filter(pl.col("kind") == "margin_over")
    other = pl.col("members").list.contains(pl.col("other_member")) & (pl.col("other_member") != pl.col("member"))
    _refuse(margins, ~other.fill_null(False), "states a margin over no other member of its dimension")
    ratio = float(assumption(assumptions, SUBSTANTIAL_MARGIN, scenario)["value"])
    said = pl.col("metric") == "margin_over"
    return margins.with_columns(
        low=pl.when(said).then(ratio).otherwise(1.0), assumption=pl.when(said).then(pl.lit(SUBSTANTIAL_MARGIN))
    )


def _ranks(bound: pl.DataFrame) -> pl.DataFrame:
    growth = pl.col("kind") == "fastest"
    return bound.filter(pl.col("kind").is_in(["largest", "fastest"])).with_columns(
        year=pl.when(~growth).then(pl.col("year"))
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
