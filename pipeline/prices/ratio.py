"""Hyperscaler against specialised prices: the ratio of medians and how far it is to be trusted.

Belongs here: summing up price_class_pairs. Does not belong here: which prices are alike (sql/prices/).

The interval is the percentile bootstrap over providers (Efron, Bootstrap Methods: Another Look at the Jackknife, Annals
of Statistics 7, 1979): with three and seven of them it is wide, and that is the point of showing it.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.tables import TABLES

RESAMPLES = 4000
FEWEST_PROVIDERS = 3


def price_class_ratio(price_class_pairs: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Table `price_class_ratio` from `price_class_pairs`: one row an accelerator and board."""
    cells = price_class_pairs.partition_by("accelerator", "board", as_dict=True)
    return TABLES["price_class_ratio"].frame(
        [
            {"accelerator": accelerator, "board": board} | _row(cell, seed)
            for (accelerator, board), cell in cells.items()
        ]
    )


def _row(pairs: pl.DataFrame, seed: int) -> dict[str, object]:
    dear, cheap = (_prices(pairs, side) for side in ("hyperscaler", "specialised"))
    days = pl.concat([pairs["hyperscaler_observed_on"], pairs["specialised_observed_on"]])
    low, high = _interval(dear, cheap, seed)
    return {
        "hyperscaler_usd_per_accelerator_hour_median": float(np.median(dear)),
        "specialised_usd_per_accelerator_hour_median": float(np.median(cheap)),
        "ratio": float(np.median(dear) / np.median(cheap)),
        "ratio_p05": low,
        "ratio_p95": high,
        "specialised_cheaper_share": pairs.select((pl.col("ratio") > 1).mean()).item(),
        "n_hyperscalers": len(dear),
        "n_specialised": len(cheap),
        "oldest_observed_on": days.min(),
        "newest_observed_on": days.max(),
    }


def _prices(pairs: pl.DataFrame, side: str) -> NDArray[np.float64]:
    return pairs.unique(side).sort(side)[f"{side}_usd_per_accelerator_hour"].to_numpy()


def _interval(dear: NDArray[np.float64], cheap: NDArray[np.float64], seed: int) -> tuple[float | None, float | None]:
    if min(len(dear), len(cheap)) < FEWEST_PROVIDERS:
        return None, None
    random = np.random.default_rng(seed)
    medians = [np.median(random.choice(p, size=(RESAMPLES, len(p))), axis=1) for p in (dear, cheap)]
    low, high = np.quantile(medians[0] / medians[1], [0.05, 0.95])
    return float(low), float(high)
