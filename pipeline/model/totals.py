"""Draws of a market's total in the scenarios that move it, as factors over the report's own total.

Belongs here: what a scenario's peers and price path do to the total. Does not belong here: the report's own total
(sql/forecast/market_forecast.sql), or shares.

Peers: the factor in the base year and the yearly factor are each drawn evenly over the independent sources (the
report's own 1 among them), linearly between neighbours, so a market no peer speaks of keeps its total. Prices: spending
is price times quantity, and quantity goes with price to the power of minus the elasticity, so where a yearly change of
price away from the report's own path meets the share of spending that is compute, spending moves by (1 + change) ^
(cost share x (1 - elasticity)) a year. With an elasticity above 1 cheaper compute makes the market larger, below 1
smaller, at 1 it leaves it as it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from pipeline.errors import AssumptionError
from pipeline.evidence.assumptions import COST_SHARE, ELASTICITY, assumption
from pipeline.model.conditions import Floats
from pipeline.model.sampling import Spread

COORDINATES = 5
"""Coordinates a draw of the total takes: level, growth, change of price, elasticity, cost share."""


@dataclass(frozen=True)
class PricePath:
    """Distributions of the yearly change of price (a fraction), its elasticity, and the cost share."""

    change: Spread
    elasticity: Spread
    cost_share: Spread

    def yearly_factors(self, points: Floats) -> Floats:
        """Yearly factors on spending, from points of draws x 3."""
        change, elasticity, share = (
            spread.at(points[:, i]) for i, spread in enumerate((self.change, self.elasticity, self.cost_share))
        )
        factors: Floats = (1 + change) ** (share * (1 - elasticity))
        return factors


@dataclass(frozen=True)
class Total:
    """What a scenario does to totals: independent sources' factors by market, and a price path."""

    scenario: str
    levels: dict[str, tuple[float, ...]]
    growths: dict[str, tuple[float, ...]]
    prices: PricePath | None

    def moves(self, market: str) -> bool:
        """Whether it changes anything about a market's total."""
        return self.prices is not None or market in self.levels or market in self.growths


def total_of(
    scenario: dict[str, Any], assumptions: pl.DataFrame, levels: pl.DataFrame | None, growths: pl.DataFrame | None
) -> Total:
    """The total of a row of `scenarios`. Raises AssumptionError when an assumption it needs is missing."""
    peers = scenario["total"] == "peers"
    name = scenario["scenario"]
    prices = None
    if scenario["price_path"] is not None:
        rows = [assumption(assumptions, n, name) for n in (scenario["price_path"], ELASTICITY, COST_SHARE)]
        if rows[0]["low"] <= -1:
            raise AssumptionError(f"assumptions: {rows[0]['name']}: prices cannot fall by all of their level a year")
        prices = PricePath(*(Spread(r["distribution"], r["value"], r["low"], r["high"]) for r in rows))
    return Total(name, _by_market(levels) if peers else {}, _by_market(growths) if peers else {}, prices)


def total_frame(total: Total, market: str, points: Floats) -> pl.DataFrame:
    """Rows of `total_draws` of one market, from points of draws x COORDINATES."""
    yearly = _between(points[:, 1], total.growths.get(market))
    if total.prices is not None:
        yearly = yearly * total.prices.yearly_factors(points[:, 2:])
    return pl.DataFrame(
        {
            "draw": np.arange(len(points)),
            "base_factor": _between(points[:, 0], total.levels.get(market)),
            "yearly_factor": yearly,
        }
    ).with_columns(market=pl.lit(market), scenario=pl.lit(total.scenario))


def _by_market(factors: pl.DataFrame | None) -> dict[str, tuple[float, ...]]:
    """Sorted factors by market, the report's own among them."""
    if factors is None:
        return {}
    return {str(m): tuple(sorted([1.0, *f])) for m, f in factors.group_by("market").agg("factor").iter_rows()}


def _between(points: Floats, factors: tuple[float, ...] | None) -> Floats:
    """Evenly over the factors, linearly between neighbours; 1 where there are none."""
    if factors is None:
        return np.ones(len(points))
    found: Floats = np.interp(points, np.linspace(0, 1, len(factors)), factors)
    return found
