"""Price paths: what an accelerator-hour may cost in the years of a forecast, as draws.

Belongs here: turning levels, the index and assumptions into joint draws. Does not belong here: what spending buys at
these prices (sql/forecast/compute_forecast.sql).

One hour of one H100, whose dense BF16 rate is the unit of accelerator-hours. Three paths, each a scenario and none of
them the right one: `flat` keeps the last level; `index` is a random walk in the log with the drift and the spread of
the matched index (drift itself uncertain by its standard error: Box and Jenkins, Time Series Analysis, 1970, ch. 4);
`trend` lets hardware get cheaper at its long-run pace. The level of a draw is loguniform between the medians of
specialised providers and of hyperscalers, times the share of list prices that is paid. Years before the last price have
the last price: no path goes backwards.

Those medians are of prices for the United States or everywhere. In another region the hyperscalers' end of the range is
moved to their prices there; the specialised end stays, as their lists hold everywhere. So a draw that lies a share u of
the way (in logs) to the hyperscalers moves by u of the region's log level.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.errors import AssumptionError
from pipeline.evidence.assumptions import COST_SHARE, DOUBLING_YEARS, LIST_PRICE_PAID
from pipeline.prices.regional import region_logs
from pipeline.tables import TABLES

ACCELERATOR, BOARD = "H100", "SXM"
HORIZON_YEARS = 40
"""Paths end here; later years have the last year's price."""
PATHS = ("flat", "index", "trend")
_FEWEST_STEPS = 6

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class PriceDraws:
    """Tables `price_path_draws` and `price_region_draws`, whose draws of one number belong together."""

    price_path_draws: pl.DataFrame
    price_region_draws: pl.DataFrame


def draw_prices(
    price_class_ratio: pl.DataFrame,
    price_index: pl.DataFrame,
    price_region_pairs: pl.DataFrame,
    price_region_levels: pl.DataFrame,
    assumptions: pl.DataFrame,
    *,
    draws: int,
    seed: int,
) -> PriceDraws:
    """One row a path and draw, prices by years ahead of the newest price; and one a region and draw, its factor.

    Both are empty where there is no H100 level at both kinds of provider. The path `index` is left out where the index
    has fewer than six steps to learn from. Raises AssumptionError when an assumption is missing.
    """
    level = price_class_ratio.filter(accelerator=ACCELERATOR, board=BOARD).to_dicts()
    if not level:
        return PriceDraws(TABLES["price_path_draws"].frame([]), TABLES["price_region_draws"].frame([]))
    random = np.random.default_rng([seed, 40])
    low, high = (
        math.log(level[0][f"{side}_usd_per_accelerator_hour_median"]) for side in ("specialised", "hyperscaler")
    )
    towards_hyperscalers = random.uniform(size=draws)
    paid, share = (_draw(assumptions, name, random, draws) for name in (LIST_PRICE_PAID, COST_SHARE))
    now = np.exp(low + towards_hyperscalers * (high - low)) * paid
    halving = _draw(assumptions, DOUBLING_YEARS, random, draws)
    ahead = np.arange(HORIZON_YEARS + 1)
    logs = {"flat": np.zeros((draws, len(ahead))), "trend": -math.log(2) * ahead / halving[:, None]}
    walk = _walk(price_index, random, draws)
    if walk is not None:
        logs["index"] = walk
    year = level[0]["newest_observed_on"].year
    paths = [_rows(path, now[:, None] * np.exp(logs[path]), share, year) for path in PATHS if path in logs]
    regions = _region_draws(price_region_pairs, price_region_levels, towards_hyperscalers, seed)
    return PriceDraws(pl.concat(paths), regions)


def _region_draws(pairs: pl.DataFrame, levels: pl.DataFrame, towards_hyperscalers: Floats, seed: int) -> pl.DataFrame:
    draws = len(towards_hyperscalers)
    parts = []
    for region, price_region in levels.select("macro_region", "price_region").iter_rows():
        own = pairs.filter(macro_region=region) if price_region == region else pairs.head(0)
        logs = region_logs(own, np.random.default_rng([seed, 41]), draws)
        parts.append(
            pl.DataFrame(
                {
                    "macro_region": region,
                    "draw": np.arange(draws),
                    "price_region": price_region,
                    "price_factor": np.round(np.exp(towards_hyperscalers * logs), 9),
                },
                schema=TABLES["price_region_draws"].schema,
            )
        )
    return pl.concat(parts) if parts else TABLES["price_region_draws"].frame([])


def _rows(path: str, prices: Floats, share: Floats, year: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "price_path": path,
            "draw": np.arange(len(prices)),
            "compute_share": share,
            "price_year": year,
            # Exponentials may differ in the last digit between processors; published numbers may not.
            "prices_usd_per_accelerator_hour": pl.Series(np.round(prices, 9)).arr.to_list(),
        },
        schema=TABLES["price_path_draws"].schema,
    )


def _walk(price_index: pl.DataFrame, random: np.random.Generator, draws: int) -> Floats | None:
    """Log prices of a random walk by year ahead, or None without enough steps."""
    cell = price_index.filter(provider_class="all", accelerator=ACCELERATOR, purchase_model="on_demand").sort("month")
    last = cell.filter(pl.col("chain_start") == pl.col("chain_start").max())
    steps = last.select(
        pl.col("index_jevons").log().diff().alias("change"),
        (pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month()).diff().alias("months"),
    ).drop_nulls()
    if steps.height < _FEWEST_STEPS:
        return None
    change, months = (steps[c].to_numpy().astype(float) for c in ("change", "months"))
    drift = change.sum() / months.sum()
    spread = math.sqrt(((change - drift * months) ** 2 / months).sum() / (len(change) - 1))
    drifts = drift + spread / math.sqrt(months.sum()) * random.standard_normal(draws)
    shocks = spread * math.sqrt(12) * random.standard_normal((draws, HORIZON_YEARS))
    ahead = np.arange(HORIZON_YEARS + 1)
    wander = np.concatenate([np.zeros((draws, 1)), np.cumsum(shocks, axis=1)], axis=1)
    walk: Floats = 12 * drifts[:, None] * ahead + wander
    return walk


def _draw(assumptions: pl.DataFrame, name: str, random: np.random.Generator, draws: int) -> Floats:
    """Draws of one assumption by its own distribution."""
    found: list[dict[str, Any]] = assumptions.filter(pl.col("name") == name).to_dicts()
    if not found:
        raise AssumptionError(f"assumptions: lacks {name}, which the price paths need")
    low, high = found[0]["low"], found[0]["high"]
    if found[0]["distribution"] == "fixed":
        return np.full(draws, found[0]["value"])
    if found[0]["distribution"] == "loguniform":
        return np.exp(random.uniform(math.log(low), math.log(high), size=draws))
    return random.uniform(low, high, size=draws)
