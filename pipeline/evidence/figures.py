"""Claims and other sources' figures on one footing: the table `evidence`.

Belongs here: stacking both kinds of figure. Does not belong here: what the figures
do to a forecast (constraints.py, the scenarios).
"""

from __future__ import annotations

import polars as pl

from pipeline.tables import TABLES
from pipeline.tables.words import ACCEPTED

PEER_FILE = "evidence/peer_estimates.csv"
_RANKS = ("largest", "fastest", "margin_over", "ordered")
# metric, column with the value, unit, column with the year, member
_PEER_FIGURES = (
    ("market_value", "base_value_usd_bn", "usd_bn", "base_year", None),
    ("market_value", "estimate_value_usd_bn", "usd_bn", "estimate_year", None),
    ("market_value", "forecast_value_usd_bn", "usd_bn", "forecast_year", None),
    ("market_cagr", "cagr_pct", "pct", "base_year", None),
    ("share", "north_america_share_pct", "pct", "north_america_share_year", "North America"),
)


def make_evidence(reports: pl.DataFrame, claims: pl.DataFrame, peer_estimates: pl.DataFrame) -> pl.DataFrame:
    """Table `evidence`: the figures and ranks that accepted reports claim, and the peers' figures beside them.

    `peer_estimates` is data/raw/evidence/peer_estimates.csv in its own row order, with a column `market` that names the
    market its rows are compared with. A peer row that is the report itself (relation same, the report's own vendor) is
    left out: its claims are already there, with their place in the text.
    """
    frames = [_claimed(reports, claims), *_peers(reports, peer_estimates)]
    columns = [pl.col(name).cast(kind) for name, kind in TABLES["evidence"].schema.items()]
    return pl.concat(frames, how="diagonal_relaxed").select(columns).sort(TABLES["evidence"].key)


def _claimed(reports: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    accepted = reports.filter(pl.col("status") == ACCEPTED).select("report_id", "market", "vendor")
    figure = pl.col("value_low").is_not_null() | pl.col("value_high").is_not_null()
    return (
        claims.filter(figure | pl.col("metric").is_in(list(_RANKS)))
        .join(accepted, on="report_id")
        .with_columns(
            evidence_id=pl.concat_str("report_id", "claim_id", separator="."),
            relation=pl.lit("same"),
            source=pl.coalesce("vendor", "report_id"),
            year=pl.col("year_from"),
            place=pl.concat_str(pl.col("report_id"), pl.lit(", section "), pl.col("section")),
        )
    )


def _peers(reports: pl.DataFrame, peer_estimates: pl.DataFrame) -> list[pl.DataFrame]:
    own = reports.select("market", "vendor", relation=pl.lit("same"))
    rows = peer_estimates.with_row_index("row", offset=1).join(own, on=["market", "vendor", "relation"], how="anti")
    rows = rows.with_columns(place=pl.concat_str(pl.lit(f"{PEER_FILE}, row "), pl.col("row")))
    return [
        rows.filter(pl.col(column).is_not_null()).select(
            "market",
            "relation",
            "place",
            evidence_id=pl.concat_str(pl.lit("peer"), pl.col("row"), pl.lit(column), separator="."),
            source=pl.concat_str(pl.coalesce("vendor", pl.lit("unattributed")), pl.lit(": "), pl.col("market_name")),
            metric=pl.lit(metric),
            member=pl.lit(member, dtype=pl.String),
            comparator=pl.lit("="),
            value_low=pl.col(column),
            value_high=pl.col(column),
            unit=pl.lit(unit),
            year=pl.col(year),
        )
        for metric, column, unit, year, member in _PEER_FIGURES
    ]
