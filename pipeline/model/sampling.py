"""Points of the unit cube to shares and growths: the prior, and what can be imposed on it without rejection.

Belongs here: inverse distribution functions and symmetric swaps. Does not belong here: where points come from, or the
test and rejection of what these two cannot impose (draws.py).

Two exact methods. One stated share: the member goes first in the stick-breaking order (share of the first ~ Beta(a,
(K-1) a), each next member takes a Beta fraction of what is left) and its Beta is truncated to the interval. Largest
(and fastest): members that nothing else tells apart are exchangeable, so given that the wanted member leads, the others
are distributed as if the leader and the wanted member had changed places. Both hold the joint law of all other members
exactly; any further condition is imposed by rejecting whole draws, which keeps it exact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import betaincc, betainccinv, ndtri

from pipeline.model.conditions import Condition, Dimension, Floats

_HALF_CELL = 2.0**-31
"""Half the grid width of 30-bit Sobol points: moves them off 0, where the normal has no finite quantile."""


@dataclass(frozen=True)
class Spread:
    """An assumption that draws take over its range: inverse distribution function of a fixed, uniform or loguniform."""

    distribution: str
    value: float
    low: float
    high: float

    def at(self, points: Floats) -> Floats:
        """Values at points of the unit interval."""
        if self.distribution == "fixed":
            return np.full_like(points, self.value)
        if self.distribution == "uniform":
            return self.low + points * (self.high - self.low)
        loguniform: Floats = self.low * (self.high / self.low) ** points
        return loguniform


@dataclass(frozen=True)
class Plan:
    """How a dimension's conditions are imposed: the member pinned to an interval, and the swaps."""

    pinned: int | None = None
    low: float = 0.0
    high: float = 1.0
    largest: int | None = None
    fastest: int | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the exact methods in use."""
        used = (("interval", self.pinned), ("swap largest", self.largest), ("swap fastest", self.fastest))
        return tuple(name for name, member in used if member is not None)


def columns(size: int) -> int:
    """Coordinates one draw of a dimension takes: K - 1 shares, the spread of growth, K growths."""
    return 2 * size


def plan(dimension: Dimension, concentration: float) -> Plan:
    """The exact methods that apply: the least likely stated interval is pinned; one leader each in size and growth."""
    base = [c for c in dimension.conditions if c.on_base_shares]
    pinned, low, high = _least_likely(base, dimension.size, concentration)
    largest = {c.member for c in base if c.kind == "largest"} - {pinned}
    fastest = {c.member for c in dimension.conditions if c.kind == "fastest"}
    return Plan(
        pinned,
        low,
        high,
        largest.pop() if len(largest) == 1 else None,
        fastest.pop() if len(fastest) == 1 else None,
    )


def transform(points: Floats, size: int, how: Plan, concentration: float, spread: Spread) -> tuple[Floats, Floats]:
    """Base shares and yearly log growths, each draws x members, from points of draws x columns(size)."""
    inside = points + _HALF_CELL
    shares = _shares(inside[:, : size - 1], how, concentration, size)
    growths = ndtri(inside[:, size:]) * spread.at(inside[:, size - 1])[:, None]
    if how.largest is not None:
        _swap_leader(shares, how.largest, [m for m in range(size) if m != how.pinned])
    if how.fastest is not None:
        _swap_leader(growths, how.fastest, list(range(size)))
    return shares, growths


def _least_likely(base: list[Condition], size: int, concentration: float) -> tuple[int | None, float, float]:
    intervals: dict[int, tuple[float, float]] = {}
    for c in base:
        if c.kind == "share_between":
            low, high = intervals.get(c.member, (0.0, 1.0))
            intervals[c.member] = (max(low, c.low), min(high, c.high))
    if not intervals or size == 1:
        return None, 0.0, 1.0

    def chance(member: int) -> float:
        low, high = intervals[member]
        above = betaincc(concentration, (size - 1) * concentration, [low, high])
        return float(above[0] - above[1])

    member = min(sorted(intervals), key=chance)
    return (member, *intervals[member])


def _shares(points: Floats, how: Plan, concentration: float, size: int) -> Floats:
    order = list(range(size))
    if how.pinned is not None:
        order.remove(how.pinned)
        order.insert(0, how.pinned)
    shares = np.empty((len(points), size))
    left = np.ones(len(points))
    for step, member in enumerate(order[:-1]):
        rest = (size - 1 - step) * concentration
        low, high = (how.low, how.high) if member == how.pinned else (0.0, 1.0)
        fraction = _truncated_beta(points[:, step], concentration, rest, low, high)
        shares[:, member] = left * fraction
        left = left - shares[:, member]
    shares[:, order[-1]] = left
    return shares


def _truncated_beta(points: Floats, a: float, b: float, low: float, high: float) -> Floats:
    """Beta(a, b) restricted to low..high, at points of the unit interval; by upper tails, precise for large shares."""
    above_low, above_high = betaincc(a, b, low), betaincc(a, b, high)
    above = above_low - points * (above_low - above_high)
    fraction = -np.expm1(np.log(above) / b) if a == 1 else betainccinv(a, b, above)
    clipped: Floats = np.clip(fraction, low, high)
    return clipped


def _swap_leader(values: Floats, wanted: int, among: list[int]) -> None:
    """In place: where another of the exchangeable members `among` leads, it and the wanted one change places."""
    rows = np.arange(len(values))
    leader = np.asarray(among)[values[:, among].argmax(axis=1)]
    held = values[rows, wanted].copy()
    values[rows, wanted] = values[rows, leader]
    values[rows, leader] = held
