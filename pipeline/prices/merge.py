"""One observation per offer and day: twins are merged and counted, contradictions are refused.

Belongs here: comparing rows of the same offer and day. Does not belong here: what makes two rows the same offer
(normalise.py), or comparing days (sql/quality/).
"""

from __future__ import annotations

import polars as pl

from pipeline.rows.rejects import REJECTS_SCHEMA, Reject
from pipeline.settings import PriceLimits
from pipeline.tables.words import SOURCE_TIERS

_PRICE = "price_usd_per_accelerator_hour"


def merge(observations: pl.DataFrame, limits: PriceLimits) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Kept observations (one per observation_id), rejects, and the merged rows.

    Of rows that state the same price, the one from the best source tier stays, then the first by source, file and row.
    Where prices differ, a better tier outranks a worse one; within one tier nothing can decide, so none is kept.
    """
    ranked = observations.with_columns(
        pl.col("source_tier")
        .replace_strict(list(SOURCE_TIERS), range(len(SOURCE_TIERS)), return_dtype=pl.Int64)
        .alias("rank")
    ).sort("observation_id", "rank", "source", "source_file", "source_row")
    best, best_rank = (pl.col(c).first().over("observation_id") for c in (_PRICE, "rank"))
    # In two steps: a window within a window is worked out once for each of its groups, of which a year has 250,000.
    judged = ranked.with_columns(
        pl.col("observation_id").is_first_distinct().alias("first"),
        ((pl.col(_PRICE) / best - 1).abs() <= limits.same_price_tolerance).alias("agrees"),
        (pl.col("rank") == best_rank).alias("peer"),
    ).with_columns((pl.col("peer") & ~pl.col("agrees")).any().over("observation_id").alias("disputed"))
    kept = judged.filter(pl.col("first") & ~pl.col("disputed")).select(observations.columns)
    merged = judged.filter(~pl.col("first") & pl.col("agrees") & ~pl.col("disputed")).select(observations.columns)
    return kept, _refused(judged), merged


def _refused(judged: pl.DataFrame) -> pl.DataFrame:
    price = pl.col(_PRICE)
    offer = pl.format(
        "{} {} on {}: {} USD per accelerator-hour here, {} to {} over all rows of the offer and day",
        "provider",
        "accelerator",
        pl.col("observed_on").cast(pl.String),
        price,
        price.min().over("observation_id"),
        price.max().over("observation_id"),
    )
    reason = (
        pl.when("disputed").then(pl.lit(Reject.CONFLICTING_PRICE.value)).otherwise(pl.lit(Reject.OUTRANKED_PRICE.value))
    )
    return (
        judged.filter(pl.col("disputed") | ~pl.col("agrees"))
        .select(
            pl.lit("price_observations").alias("table_name"),
            "source_file",
            "source_row",
            reason.alias("reason"),
            offer.alias("detail"),
        )
        .cast(pl.Schema(REJECTS_SCHEMA))
    )
