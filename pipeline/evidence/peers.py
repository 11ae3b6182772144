"""What other public sources say about a market's size, growth and regions, for the scenarios that listen to them.

Belongs here: choosing and summarising peer estimates. Does not belong here: reading them (figures.py), or drawing.

A peer widens a range and never binds it. Sources of one vendor group count once, by their median, and the report's own
vendor not at all (it is the market's own figure already). Levels are compared only where the scope is the same; growth
rates also where it is near (markets that move together need not be equally large); regional shares also where it is
adjacent (they say where the buyers are, and spread most over sources).
"""

from __future__ import annotations

import polars as pl

from pipeline.tables.words import ACCEPTED

LEVEL_RELATIONS = ("same",)
GROWTH_RELATIONS = ("same", "near")
SHARE_RELATIONS = ("same", "near", "adjacent")
SHARE_REGION = "North America"
_HALF_POINT = 0.005


def peer_levels(reports: pl.DataFrame, peers: pl.DataFrame) -> pl.DataFrame:
    """Base-year sizes over the report's own, one row a vendor group: market, factor. Same scope and base year only."""
    return (
        _independent(reports, peers, LEVEL_RELATIONS)
        .filter((pl.col("base_year") == pl.col("report_base_year")) & (pl.col("base_value_usd_bn") > 0))
        .group_by("market", "source")
        .agg(factor=(pl.col("base_value_usd_bn") / pl.col("report_base_value")).median())
        .select("market", "factor")
        .sort("market", "factor")
    )


def peer_growths(reports: pl.DataFrame, peers: pl.DataFrame) -> pl.DataFrame:
    """Yearly growth factors over the report's own, one row a vendor group: market, factor.

    A peer's growth is what its two end points imply, else what it states.
    """
    rate = pl.coalesce("cagr_implied_pct", "cagr_pct")
    return (
        _independent(reports, peers, GROWTH_RELATIONS)
        .filter(rate.is_not_null() & (rate > -100))
        .group_by("market", "source")
        .agg(factor=((1 + rate / 100) / pl.col("report_growth")).median())
        .select("market", "factor")
        .sort("market", "factor")
    )


def widened_shares(constraints: pl.DataFrame, reports: pl.DataFrame, peers: pl.DataFrame) -> pl.DataFrame:
    """Constraints in which stated shares of a region reach as far as the peers' shares of it do, each half a percent
    point either way; a share so widened is no longer `stated_share`."""
    reach = (
        _independent(reports, peers, SHARE_RELATIONS)
        .filter(pl.col("north_america_share_pct").is_not_null())
        .group_by("market")
        .agg(
            peer_low=(pl.col("north_america_share_pct") / 100 - _HALF_POINT).min(),
            peer_high=(pl.col("north_america_share_pct") / 100 + _HALF_POINT).max(),
        )
        .with_columns(member=pl.lit(SHARE_REGION))
    )
    joined = constraints.join(reach, on=["market", "member"], how="left", maintain_order="left")
    widens = (
        (pl.col("kind") == "share_between")
        & (pl.col("dimension_kind") == "region")
        & pl.col("other_member").is_null()
        & pl.col("stated_share").is_not_null()
        & pl.col("peer_low").is_not_null()
    )
    return joined.with_columns(
        low=pl.when(widens).then(pl.min_horizontal("low", "peer_low")).otherwise("low"),
        high=pl.when(widens).then(pl.max_horizontal("high", "peer_high")).otherwise("high"),
        stated_share=pl.when(~widens).then("stated_share"),
    ).select(constraints.columns)


def _independent(reports: pl.DataFrame, peers: pl.DataFrame, relations: tuple[str, ...]) -> pl.DataFrame:
    """Peers of accepted markets within the relations, without the report's own vendor, beside the report's figures."""
    years = pl.col("forecast_year") - pl.col("base_year")
    growth = (pl.col("forecast_value_usd_bn") / pl.col("base_value_usd_bn")).pow(1.0 / years)
    own = reports.filter(pl.col("status") == ACCEPTED).select(
        "market",
        report_vendor="vendor",
        report_base_year="base_year",
        report_base_value="base_value_usd_bn",
        report_growth=growth,
    )
    return (
        peers.join(own, on="market")
        .filter(pl.col("relation").is_in(relations) & pl.col("vendor").ne_missing(pl.col("report_vendor")))
        .with_columns(source=pl.coalesce("vendor_group", "vendor"))
    )
