"""Sobol indices of the members of a dimension and of a market's total, without names.

Belongs here: from evaluated questions (whatif.py) to indices, their errors, and outputs at the ends of factors. Does
not belong here: what outputs and factors are called (sensitivity.py).

First order is the share of the variance that goes if the factor alone becomes known, total order the share that stays
if all but it become known (Sobol, 2001). scipy.stats.sobol_indices takes the evaluations; the estimators are those of
Janon, Klein, Lagnoux, Nodet and Prieur (2014, "Asymptotic normality and efficiency of two Sobol index estimators"),
with what A and B share by chance as a control variate: precise for large and for small factors, where scipy's own
estimator is precise for small ones only. Errors are those of a ratio of means (delta method) over the rows as if they
were independent; Sobol points are more evenly spread, so the errors are on the wide side.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from scipy.stats import sobol_indices

from pipeline.model.conditioning import sequence
from pipeline.model.conditions import Floats
from pipeline.model.totals import COORDINATES, MarketTotal
from pipeline.model.whatif import ENDS, Outcomes, Question, answer

_TAIL = 0.05


@dataclass(frozen=True)
class Indices:
    """Outputs x factors: indices, their standard errors, and outputs at the factors' lowest and highest, all else at
    its middle. By output: its value with every factor at its middle, and its standard deviation.

    At the ends of what is left (the factor after a dimension's own) stand the 5 and 95 percent quantiles that it leaves
    with every other factor at its middle.
    """

    first: Floats
    first_error: Floats
    total: Floats
    total_error: Floats
    low: Floats
    high: Floats
    middle: Floats
    deviation: Floats
    rows: int


@lru_cache(maxsize=4096)
def of_members(question: Question, total: MarketTotal, rows: int, seed: int) -> Indices | None:
    """Indices of base share, value and growth of every member, in that order; None where they cannot be evaluated.

    Values are over the report's own total in the last year, growth is the yearly factor over the market's own. Factors
    are the question's, what is left, and the total's active coordinates.
    """
    found = answer(question, rows, seed)
    if found is None:
        return None
    factors, horizon, active = len(found.design.base) - 2, question.horizon, total.active
    at_a, at_b = total.factors(found.total_a), total.factors(found.total_b)
    swapped = [_swapped(found.total_a, found.total_b, j) for j in active]
    of_a = _outputs(found.design, 0, at_a, horizon)
    of_b = _outputs(found.design, 1, at_b, horizon)
    of_ab = [_outputs(found.design, 2 + f, at_a, horizon) for f in range(factors)]
    of_ab += [_outputs(found.design, 0, total.factors(points), horizon) for points in swapped]
    central = total.factors(np.array([total.middles]))
    middle = _outputs(found.ends, 0, central, horizon)
    ends = []
    for side, end in enumerate(ENDS):
        outs = [_outputs(found.ends, 1 + 2 * f + side, central, horizon).mean(axis=1) for f in range(factors - 1)]
        outs.append(np.quantile(middle, (_TAIL, 1 - _TAIL)[side], axis=1))
        outs += [_outputs(found.ends, 0, t, horizon).mean(axis=1) for t in _at_ends(total, active, end)]
        ends.append(np.stack(outs, axis=1))
    return _indices(of_a, of_b, np.stack(of_ab), low=ends[0], high=ends[1], middle=middle.mean(axis=1))


@lru_cache(maxsize=4096)
def of_total(total: MarketTotal, horizon: int, rows: int, seed: int) -> Indices:
    """Indices of a total that a scenario moves: in the base year and the last year, over the report's own, and its
    yearly factor over the report's own. Factors are the total's active coordinates."""
    points = sequence(2 * COORDINATES, seed, "sensitivity", "total").random_base2(int(math.log2(rows)))
    a, b, active = points[:, :COORDINATES], points[:, COORDINATES:], total.active
    of_ab = [_size(total.factors(_swapped(a, b, j)), horizon) for j in active]
    low, high = (np.concatenate([_size(t, horizon) for t in _at_ends(total, active, end)], axis=1) for end in ENDS)
    middle = _size(total.factors(np.array([total.middles])), horizon)[:, 0]
    return _indices(
        _size(total.factors(a), horizon), _size(total.factors(b), horizon), np.stack(of_ab), low=low, high=high,
        middle=middle,
    )  # fmt: skip


def _swapped(a: Floats, b: Floats, column: int) -> Floats:
    mixed = a.copy()
    mixed[:, column] = b[:, column]
    return mixed


def _at_ends(total: MarketTotal, active: Sequence[int], end: float) -> list[tuple[Floats, Floats]]:
    """The total's factors with one coordinate after the other at its end, the others at their middle."""
    points = np.tile(total.middles, (len(active), 1))
    points[np.arange(len(active)), list(active)] = end
    return [total.factors(row[None, :]) for row in points]


def _size(factors: tuple[Floats, Floats], horizon: int) -> Floats:
    base, yearly = factors
    return np.stack([base, base * yearly**horizon, yearly])


def _outputs(outcomes: Outcomes, evaluation: int, total: tuple[Floats, Floats], horizon: int) -> Floats:
    """Outputs x rows of one evaluation."""
    _, size, yearly = _size(total, horizon)[:, :, None]
    base, later, pace = (x[evaluation] for x in (outcomes.base, outcomes.later, outcomes.pace))
    return np.concatenate([base, later * size, pace * yearly], axis=1).T


def _indices(of_a: Floats, of_b: Floats, of_ab: Floats, *, low: Floats, high: Floats, middle: Floats) -> Indices:
    """Indices from outputs x rows of A and B, and factors x outputs x rows of A with a factor from B."""
    found = sobol_indices(func={"f_A": of_a, "f_B": of_b, "f_AB": of_ab}, n=of_a.shape[1], method=_shared)
    both = np.concatenate([of_a, of_b], axis=1)
    a, b, ab = (x - both.mean(axis=1)[:, None] for x in (of_a, of_b, of_ab))
    with np.errstate(divide="ignore", invalid="ignore"):
        errors = [np.nan_to_num(_ratio(one, ab, a * b)[1], posinf=0.0, neginf=0.0) for one in (b, a)]
    shape = (len(of_a), len(of_ab))
    return Indices(
        found.first_order.reshape(shape), errors[0], found.total_order.reshape(shape), errors[1],
        low=low, high=high, middle=middle, deviation=both.std(axis=1), rows=of_a.shape[1],
    )  # fmt: skip


def _shared(f_A: Floats, f_B: Floats, f_AB: Floats) -> tuple[Floats, Floats]:  # noqa: N803  the library's names
    """First and total order, outputs x factors, from what two outputs share that have some factors in common."""
    return _ratio(f_B, f_AB, f_A * f_B)[0], 1 - _ratio(f_A, f_AB, f_A * f_B)[0]


def _ratio(one: Floats, other: Floats, nothing: Floats) -> tuple[Floats, Floats]:
    """Covariance over variance of outputs x rows and factors x outputs x rows, as outputs x factors, with standard
    errors; means and variances pooled. `nothing` has mean 0: what A and B, which share no factor, share by chance."""
    mean = (one.mean(axis=-1) + other.mean(axis=-1))[..., None] / 2
    squares = ((one - mean) ** 2 + (other - mean) ** 2) / 2
    variance = squares.mean(axis=-1)
    ratio = ((one - mean) * (other - mean)).mean(axis=-1) / variance
    residuals = (one - mean) * (other - mean) - ratio[..., None] * squares
    chance = nothing - nothing.mean(axis=-1, keepdims=True)
    by = (residuals * chance).mean(axis=-1) / (chance**2).mean(axis=-1)
    errors = (residuals - by[..., None] * chance).std(axis=-1) / variance / math.sqrt(one.shape[-1])
    return (ratio - by * nothing.mean(axis=-1) / variance).T, errors.T
