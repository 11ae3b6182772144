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
from pipeline.evidence.peers import peer_growths, peer_levels
from pipeline.model.conditions import Floats
from pipeline.model.sampling import Spread
from pipeline.tables.words import AS_REPORTED

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
class MarketTotal:
    """What a scenario does to one market's total; None where it leaves the report's."""

    levels: tuple[float, ...] | None = None
    growths: tuple[float, ...] | None = None
    prices: PricePath | None = None

    @property
    def active(self) -> tuple[int, ...]:
        """The coordinates that make a difference: level, growth, change of price, elasticity, cost share."""
        prices = () if self.prices is None else (self.prices.change, self.prices.elasticity, self.prices.cost_share)
        ranges = [self.levels is not None, self.growths is not None, *(s.low < s.high for s in prices)]
        return tuple(i for i, moves in enumerate(ranges) if moves)

    @property
    def middles(self) -> list[float]:
        """The middle of every coordinate."""
        prices = () if self.prices is None else (self.prices.change, self.prices.elasticity, self.prices.cost_share)
        return [0.5, 0.5, *([s.middle for s in prices] or [0.5] * 3)]

    def factors(self, points: Floats) -> tuple[Floats, Floats]:
        """Base factors and yearly factors, from points of draws x COORDINATES."""
        yearly = _between(points[:, 1], self.growths)
        if self.prices is not None:
            yearly = yearly * self.prices.yearly_factors(points[:, 2:])
        return _between(points[:, 0], self.levels), yearly


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

    def of(self, market: str) -> MarketTotal:
        """What it does to one market."""
        return MarketTotal(self.levels.get(market), self.growths.get(market), self.prices)


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


def totals_by_scenario(
    reports: pl.DataFrame,
    assumptions: pl.DataFrame,
    scenarios: pl.DataFrame | None,
    peer_estimates: pl.DataFrame | None,
) -> dict[str, Total]:
    """The totals of every scenario but as_reported, by name."""
    levels = growths = None
    if peer_estimates is not None:
        levels, growths = peer_levels(reports, peer_estimates), peer_growths(reports, peer_estimates)
    rows = [] if scenarios is None else scenarios.filter(pl.col("scenario") != AS_REPORTED).sort("scenario").to_dicts()
    return {row["scenario"]: total_of(row, assumptions, levels, growths) for row in rows}


def total_frame(total: Total, market: str, points: Floats) -> pl.DataFrame:
    """Rows of `total_draws` of one market, from points of draws x COORDINATES."""
    base, yearly = total.of(market).factors(points)
    return pl.DataFrame({"draw": np.arange(len(points)), "base_factor": base, "yearly_factor": yearly}).with_columns(
        market=pl.lit(market), scenario=pl.lit(total.scenario)
    )


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
