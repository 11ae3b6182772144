"""Points of the unit cube to shares and growths: the prior, and what can be imposed on it without blind rejection.

Belongs here: inverse distribution functions, pins, symmetric swaps, and the weight that a pinned point carries. Does
not belong here: where points come from, the test of the other conditions, or what is done with weights
(conditioning.py).

Three methods, each exact.
Pinned shares: the members whose share in the base year is claimed to lie in an interval go first, each taking a Beta
fraction of what is left (the first ~ Beta(a, (K-1) a)), truncated to the interval. The chance that an untruncated Beta
would have hit is the point's weight; one pin alone has the same weight at every point, so needs none.
Pinned later shares: claims on the share in a year t, or on the growth rate to it, leave a narrow interval for the share
q of a member in year t. q is taken uniformly from it, and the growth g that leads there is solved for; the weight is
the prior density of g over the density that uniform q give it. With Q the sum of all pinned q and R the summed weights
of all other members, g = (log q - log share + log R - log(1 - Q)) / t, and d(g)/d(q) has determinant
1 / (t^m (1 - Q) prod q).
Largest: members that nothing else tells apart are exchangeable, so given that the wanted member leads, the others are
distributed as if the leader and the wanted member had changed places.
Fastest: of k independent growths the largest lies at the (1/k)-th power of a uniform, and the others are independent
below it: no draw changes places, so draws move with their points. (The same for shares, by exponential variables, does
worse than changing places: every share then depends on all points.)
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import reduce

import numpy as np
from scipy.special import betaincc, betainccinv, betaincinv, ndtri

from pipeline.model.conditions import Condition, Dimension, Floats

_HALF_CELL = 2.0**-31
"""Half the grid width of 30-bit Sobol points: moves them off 0, where the normal has no finite quantile."""
_NARROW = 1.5
"""A later share is pinned when the ends of its interval are within this ratio; wider ones are cheap to reject."""


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

    @property
    def middle(self) -> float:
        """The point of the unit interval at which the central value lies."""
        if self.distribution == "fixed" or self.low == self.high:
            return 0.5
        if self.distribution == "uniform":
            return (self.value - self.low) / (self.high - self.low)
        return math.log(self.value / self.low) / math.log(self.high / self.low)

    @property
    def ranged(self) -> Spread:
        """The same assumption over its range even where it is held fixed; evenly in logarithms where it is above 0."""
        if self.distribution != "fixed" or self.low == self.high:
            return self
        return replace(self, distribution="loguniform" if self.low > 0 else "uniform")


@dataclass(frozen=True)
class Prior:
    """The assumptions behind the draws: exponent of the Dirichlet, standard deviation of yearly log growth.

    The exponent may be an array, one a point (sensitivity.py); so may the ends of pins and the spread's value.
    """

    concentration: float | Floats
    spread: Spread


@dataclass(frozen=True)
class Pin:
    """An interval for one member: of its share, or (`ratio`) of its share over its share in the base year; and the
    places of the conditions that set it among the dimension's."""

    member: int
    low: float | Floats
    high: float | Floats
    ratio: bool = False
    conditions: tuple[int, ...] = ()


@dataclass(frozen=True)
class Plan:
    """How a dimension's conditions are imposed: pinned members in order, later pins, and leaders."""

    pins: tuple[Pin, ...] = ()
    later: tuple[Pin, ...] = ()
    ahead: int = 0
    largest: Condition | None = None
    fastest: Condition | None = None

    @property
    def methods(self) -> tuple[str, ...]:
        """Names of the methods in use."""
        used = (
            ("interval", self.pins),
            ("later interval", self.later),
            ("largest", self.largest),
            ("fastest", self.fastest),
        )
        return tuple(name for name, in_use in used if in_use)

    @property
    def weighted(self) -> bool:
        """Whether points carry different weights."""
        return len(self.pins) > 1 or bool(self.later)


def columns(size: int) -> int:
    """Coordinates one draw of a dimension takes: K - 1 shares, the spread of growth, K growths."""
    return 2 * size


def roles(how: Plan, size: int) -> list[tuple[str, int]]:
    """What each coordinate of `transform` sets: the spread, a pin (with its place among pins and later pins), or what
    is left free."""
    later = {p.member: len(how.pins) + i for i, p in enumerate(how.later)}
    shares = [("pin", i) if i < len(how.pins) else ("free", 0) for i in range(size - 1)]
    return [*shares, ("spread", 0), *(("pin", later[m]) if m in later else ("free", 0) for m in range(size))]


def plan(dimension: Dimension, prior: Prior) -> Plan:
    """The exact methods that apply to a dimension's conditions."""
    if dimension.size == 1:
        return Plan()
    base = [c for c in dimension.conditions if c.on_base_shares]
    pins = _pins(dimension)
    pins.sort(key=lambda p: (_chance(p, dimension.size, prior.concentration), p.member))
    ahead, later = _later(dimension)
    pinned, pinned_later = {p.member for p in pins[: dimension.size - 1]}, {p.member for p in later}
    largest = [c for c in base if c.kind == "largest" and c.member not in pinned]
    fastest = [c for c in dimension.conditions if c.kind == "fastest" and c.member not in pinned_later]
    return Plan(
        tuple(pins[: dimension.size - 1]),
        tuple(later),
        ahead,
        max(largest, key=lambda c: len(dimension.rivals(c)), default=None),
        max(fastest, key=lambda c: len(dimension.rivals(c)), default=None),
    )


def transform(points: Floats, dimension: Dimension, how: Plan, prior: Prior) -> tuple[Floats, Floats, Floats | None]:
    """Base shares and yearly log growths, each draws x members, from points of draws x columns(size); and the weight of
    each point (0 or above), None where all weigh the same."""
    size = dimension.size
    inside = points + _HALF_CELL
    shares, weight = _shares(inside[:, : size - 1], how, prior.concentration, size)
    spread = prior.spread.at(inside[:, size - 1])
    growths = _scores(inside[:, size:], dimension, how) * spread[:, None]
    if how.largest is not None:
        _swap_leader(shares, how.largest, dimension, {p.member for p in how.pins})
    if how.later:
        weight = weight * _pin_later(inside[:, size:], shares, growths, spread, how)
    return shares, growths, weight if how.weighted else None


def rebound(how: Plan, dimension: Dimension) -> Plan:
    """The same plan with the ends that the dimension's conditions have now; they may be arrays, one value a point."""
    pins, later = (tuple(_bounded(p.member, p.conditions, dimension) for p in group) for group in (how.pins, how.later))
    return replace(how, pins=pins, later=later)


def _bounded(member: int, places: tuple[int, ...], dimension: Dimension) -> Pin:
    """The pin that conditions on one member make together."""
    found = [dimension.conditions[i] for i in places]
    ratio = found[0].kind == "pace_between"
    power = found[0].ahead if ratio else 1
    low, high = reduce(np.maximum, [c.low for c in found]), reduce(np.minimum, [c.high for c in found])
    return Pin(member, low**power, high**power, ratio, places)


def _scores(points: Floats, dimension: Dimension, how: Plan) -> Floats:
    """Normal scores of the members' growths, led by the fastest where one is claimed."""
    if how.fastest is None:
        scores: Floats = ndtri(points)
        return scores
    pinned = {p.member for p in how.later}
    leader, rivals = how.fastest.member, [m for m in dimension.rivals(how.fastest) if m not in pinned]
    ranks = points.copy()
    ranks[:, leader] **= 1 / (1 + len(rivals))
    ranks[:, rivals] *= ranks[:, [leader]]
    led: Floats = ndtri(ranks)
    return led


def _pins(dimension: Dimension) -> list[Pin]:
    places: dict[int, tuple[int, ...]] = {}
    for i, c in enumerate(dimension.conditions):
        if c.on_base_shares and c.kind == "share_between" and not c.others:
            places[c.member] = (*places.get(c.member, ()), i)
    return [_bounded(member, found, dimension) for member, found in places.items()]


def _later(dimension: Dimension) -> tuple[int, list[Pin]]:
    """The later year with most narrow claims on single members, and their pins; one member at least stays free."""
    by_year: dict[int, dict[int, Pin]] = {}
    for i, c in enumerate(dimension.conditions):
        if c.ahead > 0 and not c.others and c.kind in ("share_between", "pace_between") and c.low > 0:
            pin = _bounded(c.member, (i,), dimension)
            known = by_year.setdefault(c.ahead, {}).get(c.member)
            if pin.high < _NARROW * pin.low and (known is None or pin.high / pin.low < known.high / known.low):
                by_year[c.ahead][c.member] = pin
    ahead = max(sorted(by_year), key=lambda year: len(by_year[year]), default=0)
    pins = sorted(by_year.get(ahead, {}).values(), key=lambda p: p.high / p.low)
    return ahead, pins[: dimension.size - 1]


def _chance(pin: Pin, size: int, concentration: float | Floats) -> float:
    above = betaincc(concentration, (size - 1) * concentration, [pin.low, pin.high])
    return float(above[0] - above[1])


def _shares(points: Floats, how: Plan, concentration: float | Floats, size: int) -> tuple[Floats, Floats]:
    pins, free = how.pins, [m for m in range(size) if m not in {p.member for p in how.pins}]
    shares = np.empty((len(points), size))
    left, weight = np.ones(len(points)), np.ones(len(points))
    for step, pin in enumerate(pins):
        rest = (size - 1 - step) * concentration
        low, high = (np.minimum(end / left, 1.0) if step else end for end in (pin.low, pin.high))
        fraction, chance = _truncated_beta(points[:, step], concentration, rest, low, high)
        if np.any(pin.low > 0) or np.any(pin.high < 1):
            weight = weight * chance
        shares[:, pin.member] = np.minimum(np.clip(left * fraction, pin.low, pin.high), left)
        left = left - shares[:, pin.member]
    _divide(shares, left, free, iter(points[:, len(pins) :].T), concentration)
    return shares, weight


def _divide(
    shares: Floats, whole: Floats, members: list[int], points: Iterator[Floats], concentration: float | Floats
) -> None:
    """In place: the shares of members that have `whole` between them, halved and halved again (a Dirichlet by sums of
    its parts): every share depends on few points, which evenly spread points reward. One of an odd number goes alone.
    """
    if len(members) == 1:
        shares[:, members[0]] = whole
        return
    first = 1 if len(members) % 2 else len(members) // 2
    part = whole * _beta(next(points), first, len(members) - first, concentration)
    _divide(shares, part, members[:first], points, concentration)
    _divide(shares, whole - part, members[first:], points, concentration)


def _beta(points: Floats, first: int, second: int, concentration: float | Floats) -> Floats:
    """Quantiles of Beta(first x concentration, second x concentration)."""
    plain = bool(np.all(concentration == 1))
    found: Floats
    if plain and first == 1:
        found = -np.expm1(np.log1p(-points) / second)
    elif plain and first == second == 2:
        found = 0.5 - np.sin(np.arcsin(1 - 2 * points) / 3)  # the root in 0..1 of 3x^2 - 2x^3
    else:
        found = betaincinv(first * concentration, second * concentration, points)
    return found


def _truncated_beta(
    points: Floats, a: float | Floats, b: float | Floats, low: Floats | float, high: Floats | float
) -> tuple[Floats, Floats]:
    """Beta(a, b) restricted to low..high, at points of the unit interval, and the chance of low..high; by upper tails,
    precise for large shares."""
    above_low, above_high = betaincc(a, b, low), betaincc(a, b, high)
    above = above_low - points * (above_low - above_high)
    fraction = -np.expm1(np.log(np.maximum(above, 1e-300)) / b) if np.all(a == 1) else betainccinv(a, b, above)
    return np.clip(fraction, low, high), above_low - above_high


def _pin_later(points: Floats, shares: Floats, growths: Floats, spread: Floats, how: Plan) -> Floats:
    """In place: growths of the pinned members, such that their shares `how.ahead` years on lie in their intervals.
    Returns the weights: 0 where no growth leads there."""
    years = how.ahead
    pinned = [p.member for p in how.later]
    base = shares[:, pinned]
    scale = np.where([p.ratio for p in how.later], base, 1.0)
    low, high = (
        scale * np.stack([np.broadcast_to(end, len(points)) for end in ends], axis=1)
        for ends in ([p.low for p in how.later], [p.high for p in how.later])
    )
    later = low + points[:, pinned] * (high - low)
    free = [m for m in range(shares.shape[1]) if m not in pinned]
    rest = (shares[:, free] * np.exp(growths[:, free] * years)).sum(axis=1, keepdims=True)
    left = 1 - later.sum(axis=1, keepdims=True)
    possible = (left[:, 0] > 0) & (rest[:, 0] > 0) & (base > 0).all(axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        grown = (np.log(later) - np.log(base) + np.log(rest) - np.log(left)) / years
        scores = grown / spread[:, None]
        density = np.exp(-0.5 * scores**2) / (spread[:, None] * math.sqrt(2 * math.pi)) * (high - low) / later
        weight = density.prod(axis=1) / left[:, 0]
    growths[:, pinned] = np.where(possible[:, None], grown, 0.0)
    weights: Floats = np.where(possible, weight, 0.0)
    return weights


def _swap_leader(values: Floats, rank: Condition, dimension: Dimension, pinned: set[int]) -> None:
    """In place: where another of the exchangeable members leads, it and the wanted one change places."""
    among = [rank.member, *(m for m in dimension.rivals(rank) if m not in pinned)]
    rows = np.arange(len(values))
    leader = np.asarray(among)[values[:, among].argmax(axis=1)]
    held = values[rows, rank.member].copy()
    values[rows, rank.member] = values[rows, leader]
    values[rows, leader] = held
