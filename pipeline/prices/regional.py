"""What a region's prices are beside North America's, and as draws.

Belongs here: summing up price_region_pairs. Does not belong here: which machines are alike
(sql/prices/price_region_pairs.sql), or price paths (paths.py).

A region's level is the geometric mean over matched accelerators of its price to North America's: the matched-model idea
of the index, across places instead of months. Draws and interval are Rubin's Bayesian bootstrap over them, as the index
has it.

Where the rows do not support a level of its own, a region has North America's, and every row made with it says so.
"""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.tables import TABLES
from pipeline.tables.words import REPORT_REGIONS

BASE = "North America"
FEWEST_PAIRS, FEWEST_PROVIDERS = 3, 2
"""Below these a region's level would be one provider's, or an accelerator's."""
RESAMPLES = 4000

Floats = NDArray[np.float64]


def price_region_levels(price_region_pairs: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Table `price_region_levels`: one row a region of the report."""
    rows = []
    for region in REPORT_REGIONS:
        pairs = price_region_pairs.filter(macro_region=region)
        own = region == BASE or is_supported(pairs)
        logs = region_logs(pairs, np.random.default_rng([seed, 41]), RESAMPLES) if own else np.zeros(1)
        low, high = (float(np.exp(q)) for q in np.quantile(logs, [0.05, 0.95]))
        rows.append(
            {
                "macro_region": region,
                "price_region": region if own else BASE,
                "ratio": float(np.exp(pairs["ratio"].log().mean())) if own and pairs.height else 1.0,  # type: ignore[arg-type]
                "ratio_p05": low,
                "ratio_p95": high,
                "n_pairs": pairs.height,
                "n_providers": pairs["provider"].n_unique(),
                "oldest_observed_on": pairs["oldest_observed_on"].min(),
                "newest_observed_on": pairs["newest_observed_on"].max(),
            }
        )
    return TABLES["price_region_levels"].frame(rows)


def is_supported(pairs: pl.DataFrame) -> bool:
    """Whether the pairs of one region carry a level of its own."""
    return pairs.height >= FEWEST_PAIRS and pairs["provider"].n_unique() >= FEWEST_PROVIDERS


def region_logs(pairs: pl.DataFrame, random: np.random.Generator, draws: int) -> Floats:
    """Draws of a region's log price level over North America's; all 0 where there are no pairs."""
    if pairs.is_empty():
        return np.zeros(draws)
    logs = pairs["ratio"].log().to_numpy()
    weights = random.exponential(size=(draws, len(logs)))
    found: Floats = weights @ logs / weights.sum(axis=1)
    return found
