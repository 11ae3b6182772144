"""One dimension's forecast as a function of all that is open about it: assumptions, claims, and what nobody settles.

Belongs here: which factors a dimension has, and its shares and growth for given values of them. Does not belong here:
how much of the variance each factor owns (sensitivity.py), or the draws that are published (draws.py).

A factor is an assumption over its whole range (also where the forecast holds it fixed: evenly in logarithms where the
range is above 0), the place of a claimed figure within its interval, or, all together, the freedom that is left. The
factors are independent of each other. Given the others, what is left follows the prior conditioned on every claim: the
first of a row of candidates that meets all claims is taken, or, where candidates weigh differently (sampling.py), one
of several with a chance proportional to its weight.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from pipeline.model.conditioning import generator, sequence
from pipeline.model.conditions import Bools, Condition, Dimension, Floats, meets_all, shares_ahead
from pipeline.model.sampling import Plan, Prior, Spread, columns, plan, rebound, roles, transform
from pipeline.model.totals import COORDINATES

_CANDIDATES = 16
"""Candidates a row is chosen from where they weigh differently."""
_TRIES = 512
"""Candidates tried for a row before it is given up."""
_FEWEST = 64
"""Rows without which nothing is said."""
_ENDS_SHARE = 4
"""One in so many rows is used for the outputs at a factor's ends: they share their noise, so few tell."""
ENDS = (0.0, 1 - 2.0**-31)
"""A factor's lowest and highest, as points of the unit interval that the transforms can take."""
_EIGHTHS = 8
"""A claim that cannot be set to a point is set to one in so many parts of its interval."""


@dataclass(frozen=True)
class Ends:
    """A condition's low and high with an assumption at its lowest and at its highest."""

    place: int
    at_low: tuple[float, float]
    at_high: tuple[float, float]


@dataclass(frozen=True)
class Question:
    """A dimension without names, the ranges of its assumptions, and what they do to its conditions.

    Equal questions have equal answers, whatever the market is called.
    """

    dimension: Dimension
    concentration: Spread
    spread: Spread
    bounds: tuple[tuple[Spread, tuple[Ends, ...]], ...]
    horizon: int

    @property
    def plan(self) -> Plan:
        """How the conditions are imposed, with every assumption at its central value."""
        return plan(self.dimension, Prior(self.concentration.value, self.spread))

    @property
    def loose(self) -> tuple[int, ...]:
        """Conditions with an interval that no coordinate sets: sums of shares, and later figures beyond the pinned."""
        pinned = {i for p in (*self.plan.pins, *self.plan.later) for i in p.conditions}
        return tuple(
            i
            for i, c in enumerate(self.dimension.conditions)
            if i not in pinned
            and c.kind in ("share_between", "pace_between")
            and (c.others or not c.on_base_shares)
            and c.low > 0
            and c.high < (1 if c.kind == "share_between" else math.inf)
        )

    @property
    def claimed(self) -> list[tuple[int, ...]]:
        """The conditions behind each factor that is a claim, in the order of factors."""
        how = self.plan
        return [*(p.conditions for p in (*how.pins, *how.later)), *((i,) for i in self.loose)]

    @property
    def owners(self) -> list[int]:
        """The factor that owns each coordinate: 0 concentration, 1 spread, then bounds, claims, and last what is left.

        Coordinates: concentration, bounds, those of `transform`, loose claims, choice among candidates.
        """
        bounds, claims, size = len(self.bounds), len(self.claimed), self.dimension.size
        left, pinned = 2 + bounds + claims, len(self.plan.pins) + len(self.plan.later)
        of_role = {"spread": 1, "free": left}
        inner = [of_role.get(role, 2 + bounds + at) for role, at in roles(self.plan, size)]
        return [0, *range(2, 2 + bounds), *inner, *range(2 + bounds + pinned, left), left]

    @property
    def middles(self) -> list[float]:
        """The middle of every factor but the last, as a point of the unit interval."""
        ranges = [self.concentration, self.spread, *(s for s, _ in self.bounds)]
        return [*(s.middle for s in ranges), *(0.5 for _ in self.claimed)]


@dataclass(frozen=True)
class Outcomes:
    """Base share, share in the last year and pace of every member, evaluations x rows x members."""

    base: Floats
    later: Floats
    pace: Floats


@dataclass(frozen=True)
class Answer:
    """What a question evaluates to, and the coordinates of the total that belong to its rows.

    `design`: rows A, rows B, then A with each factor's coordinates from B. `ends`: every factor but the last at its
    middle; then each at its lowest and at its highest.
    """

    design: Outcomes
    ends: Outcomes
    total_a: Floats
    total_b: Floats


@lru_cache(maxsize=32)
def answer(question: Question, rows: int, seed: int) -> Answer | None:
    """Evaluate a question in `rows` rows of a scrambled Sobol design; None where too few rows meet all claims."""
    owners = np.array(question.owners)
    width = len(owners)
    points = sequence(2 * (COORDINATES + width), seed, "sensitivity", str(width)).random_base2(int(math.log2(rows)))
    a, b = points[:, : COORDINATES + width], points[:, COORDINATES + width :]
    factors = int(owners.max()) + 1
    from_b = np.array([np.zeros(width, bool), np.ones(width, bool), *(owners == f for f in range(factors))])
    settled = _settled(question, a[:, COORDINATES:], b[:, COORDINATES:], from_b, np.full(from_b.shape, np.nan), seed)
    few = rows // _ENDS_SHARE
    held = _held(question, owners)
    nothing = np.zeros(held.shape, bool)
    at_ends = _settled(question, a[:few, COORDINATES:], b[:few, COORDINATES:], nothing, held, seed)
    if settled is None or at_ends is None:
        return None
    outcomes, kept = settled
    return Answer(outcomes, at_ends[0], a[kept, :COORDINATES], b[kept, :COORDINATES])


def _held(question: Question, owners: np.ndarray) -> Floats:
    """Coordinates that are held in the evaluations at the ends; what is left is not (nan)."""
    middles = question.middles
    middle = np.array([np.nan if f == len(middles) else middles[f] for f in owners])
    rows = [middle]
    for factor in range(len(middles)):
        rows += [np.where(owners == factor, end, middle) for end in ENDS]
    return np.array(rows)


def _settled(
    question: Question, a: Floats, b: Floats, from_b: Bools, held: Floats, seed: int
) -> tuple[Outcomes, np.ndarray] | None:
    """Outcomes of all evaluations, and the rows in which every one of them meets all claims."""
    how, size = question.plan, question.dimension.size
    evaluations, rows = len(from_b), len(a)
    free = np.array(question.owners) == len(question.middles)
    found = np.zeros((2, evaluations * rows, size))
    weights = np.zeros(evaluations * rows)
    open_ = np.arange(evaluations * rows)
    for one, (fresh_a, fresh_b) in enumerate(_candidates(a, b, free, seed)):
        which, row = np.divmod(open_, rows)
        points = np.where(from_b[which], fresh_b[row], fresh_a[row])
        points = np.where(np.isnan(held[which]), points, held[which])
        shares, growths, weight = _evaluate(question, how, points)
        weights[open_] += weight
        taken = (weight > 0) & (points[:, -1] * weights[open_] < weight)
        found[0, open_[taken]], found[1, open_[taken]] = shares[taken], growths[taken]
        if one + 1 >= (_CANDIDATES if how.later else 1):
            open_ = open_[weights[open_] == 0]
        if not len(open_):
            break
    kept = np.flatnonzero((weights.reshape(evaluations, rows) > 0).all(axis=0))
    if len(kept) < min(_FEWEST, rows):
        return None
    kept = kept[: 2 ** int(math.log2(len(kept)))]
    shares, growths = found.reshape(2, evaluations, rows, size)[:, :, kept]
    return _outcomes(shares, growths, question.horizon), kept


def _candidates(a: Floats, b: Floats, free: Bools, seed: int) -> Iterator[tuple[Floats, Floats]]:
    """The rows themselves, then again and again with other coordinates for what is left."""
    yield a, b
    rng = generator(seed, "sensitivity", str(a.shape[1]), "candidates")
    for _ in range(_TRIES - 1):
        fresh_a, fresh_b = rng.random((2, *a.shape))
        yield np.where(free, fresh_a, a), np.where(free, fresh_b, b)


def _evaluate(question: Question, how: Plan, points: Floats) -> tuple[Floats, Floats, Floats]:
    """Shares, growths and weights (0 where a claim is not met) of points x coordinates."""
    dimension, bounds = question.dimension, len(question.bounds)
    inner = points[:, 1 + bounds : 1 + bounds + columns(dimension.size)]
    conditions = list(dimension.conditions)
    for place, (spread, ends) in enumerate(question.bounds):
        at = (spread.at(points[:, 1 + place]) - spread.low) / (spread.high - spread.low)
        for end in ends:
            low, high = (x + at * (y - x) if x != y else x for x, y in zip(end.at_low, end.at_high, strict=True))
            conditions[end.place] = replace(conditions[end.place], low=low, high=high)
    for column, place in enumerate(question.loose, start=1 + bounds + columns(dimension.size)):
        conditions[place] = _part(conditions[place], points[:, column])
    now = replace(dimension, conditions=tuple(conditions))
    prior = Prior(question.concentration.at(points[:, 0]), question.spread)
    shares, growths, weight = transform(inner, now, rebound(how, now), prior)
    good = meets_all(now, shares, growths)
    return shares, growths, good.astype(np.float64) if weight is None else good * weight


def _part(condition: Condition, at: Floats) -> Condition:
    """The condition narrowed to a part of its interval around the place."""
    width = (condition.high - condition.low) / _EIGHTHS
    low = condition.low + at * (condition.high - condition.low - width)
    return replace(condition, low=low, high=low + width)


def _outcomes(shares: Floats, growths: Floats, horizon: int) -> Outcomes:
    shape = shares.shape
    later = shares_ahead(shares.reshape(-1, shape[-1]), growths.reshape(-1, shape[-1]), horizon).reshape(shape)
    norm = (shares * np.exp(growths * horizon)).sum(axis=-1, keepdims=True)
    return Outcomes(shares, later, np.exp(growths) * norm ** (-1 / horizon))
