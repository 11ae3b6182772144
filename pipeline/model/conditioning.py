"""Draws of one dimension that meet all of its conditions: as they come, by rejection, or by chains.

Belongs here: what is done with points, weights and conditions until there are enough draws, and how many independent
draws they are worth. Does not belong here: the prior and what can be imposed on it directly (sampling.py).

Every method hands out draws that meet every condition. Rejection keeps a point with a chance proportional to its
weight; the few whose weight is above the cap (set by a pilot of other points) count twice or more, so that no weight is
ever cut. Where too few points survive, those that did start chains of elliptical slice sampling (Murray, Adams and
MacKay, 2010) in the space of normal scores, whose stationary law is the wanted one; they are run until the draws are
worth half their number, measured by how much more the chains' means differ than independent draws' would.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr, ndtri
from scipy.stats import qmc

from pipeline.errors import ContradictionError
from pipeline.model.conditions import Dimension, Floats, meets_all
from pipeline.model.feasibility import contradiction
from pipeline.model.sampling import Plan, Prior, columns, plan, transform
from pipeline.settings import Settings

CONTRADICTION, TOO_RARE = "contradiction", "too_rare"
WORTH = 0.5
"""Least share of the draws that the effective number of draws must reach."""
_BLOCK = 4096
_CAP = 0.995
"""Quantile of the pilot's weights that becomes the cap: one point in 200 may count more than once."""
_GOOD = 0.9
"""Share of the draws that weighted rejection is worth; with less it starts again under a higher cap."""
_CAP_STEP = 3.0
_STARTS = 16
"""Fewest surviving points that chains may start from."""
_CHAINS = 512
_WALKED_OFF = 128
"""Steps before the first draw of a chain."""
_LONGEST = 256
"""Most steps between two draws of a chain."""
_TINY = 1e-12


class RefusedError(ContradictionError):
    """A market that cannot be drawn: why, as a code, and in words."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


@dataclass(frozen=True)
class Sample:
    """Draws of one dimension, each row a draw, and how they were made."""

    dimension: Dimension
    shares: Floats
    growths: Floats
    method: str
    tried: int
    kept: int
    effective: float


def condition(dimension: Dimension, points: Floats, prior: Prior, settings: Settings) -> Sample:
    """`settings.draws` draws of the dimension that meet all conditions, from the given points where every one of them
    does, else from points of its own. Raises RefusedError where the conditions cannot hold or hold too rarely."""
    how = plan(dimension, prior)
    if not how.weighted:
        shares, growths, _ = transform(points, dimension, how, prior)
        if meets_all(dimension, shares, growths).all():
            method = " + ".join(how.methods) or "prior"
            draws = settings.draws
            return Sample(dimension, shares, growths, method, draws, draws, float(draws))
    return _rejected(dimension, how, prior, settings)


def sequence(dimensions: int, seed: int, *names: str) -> qmc.Sobol:
    """A scrambled Sobol sequence of its own for every seed and names."""
    return qmc.Sobol(dimensions, scramble=True, rng=generator(seed, *names))


def generator(seed: int, *names: str) -> np.random.Generator:
    """A random generator of its own for every seed and names."""
    digest = hashlib.sha256("\0".join(names).encode()).digest()
    return np.random.default_rng([seed, int.from_bytes(digest[:8], "big")])


def _rejected(dimension: Dimension, how: Plan, prior: Prior, settings: Settings) -> Sample:
    names = (settings.seed, dimension.market, dimension.name)
    cap = _cap(dimension, how, prior, generator(*names, "pilot"))
    method = " + ".join((*how.methods, "rejection"))
    while True:
        points, tried = _survivors(dimension, how, prior, settings, cap=cap)
        if len(points) < _STARTS:
            raise RefusedError(
                TOO_RARE,
                f"{dimension.name}: only {len(points)} of {tried} points meet all of {dimension.claims}; "
                f"at least {_STARTS} are needed",
            )
        if len(points) < settings.draws:
            return _chained(dimension, how, prior, settings, starts=points, tried=tried)
        order = generator(*names, "order").permutation(settings.draws)
        drawn = points[: settings.draws][order]
        _, copies = np.unique(drawn, axis=0, return_counts=True)
        worth = settings.draws**2 / float((copies**2).sum())
        if worth >= _GOOD * settings.draws:
            shares, growths, _ = transform(drawn, dimension, how, prior)
            return Sample(dimension, shares, growths, method, tried, len(points), worth)
        # The pilot saw too few of the heavy points: a higher cap lets fewer count twice, at the cost of more points.
        cap *= _CAP_STEP


def _survivors(dimension: Dimension, how: Plan, prior: Prior, settings: Settings, *, cap: float) -> tuple[Floats, int]:
    """The points kept, as often as each counts, until there are `settings.draws` or the most points were tried; and how
    many were tried. Raises RefusedError when not one of the first block can be kept because the claims clash."""
    width = columns(dimension.size)
    source = sequence(width + 1, settings.seed, dimension.market, dimension.name)
    kept: list[Floats] = []
    tried = found = 0
    while found < settings.draws and tried < settings.max_points:
        block = source.random(max(settings.draws, _BLOCK))
        times = _times(block, dimension, how, prior, cap)
        kept.append(np.repeat(block[:, :width], times, axis=0))
        tried += len(block)
        found += len(kept[-1])
        if not found and tried == len(block) and (clash := contradiction(dimension)):
            raise RefusedError(
                CONTRADICTION,
                f"{dimension.name}: these claims cannot hold together: {', '.join(c.said for c in clash)}",
            )
    return np.concatenate(kept), tried


def _cap(dimension: Dimension, how: Plan, prior: Prior, rng: np.random.Generator) -> float:
    """The weight that a point needs to be kept for sure."""
    if not how.weighted:
        return 1.0
    shares, growths, weight = transform(rng.random((_BLOCK, columns(dimension.size))), dimension, how, prior)
    assert weight is not None  # noqa: S101  for the type checker: a weighted plan gives weights
    good = weight[meets_all(dimension, shares, growths) & (weight > 0)]
    good = good if len(good) else weight[weight > 0]
    return float(np.quantile(good, _CAP)) if len(good) else 1.0


def _times(block: Floats, dimension: Dimension, how: Plan, prior: Prior, cap: float) -> np.ndarray:
    """How often each point counts; the last coordinate decides on the fraction."""
    shares, growths, weight = transform(block[:, :-1], dimension, how, prior)
    good = meets_all(dimension, shares, growths)
    times: np.ndarray = good.astype(np.int64) if weight is None else np.floor(good * weight / cap + block[:, -1])
    return times.astype(np.int64)


def _chained(
    dimension: Dimension, how: Plan, prior: Prior, settings: Settings, *, starts: Floats, tried: int
) -> Sample:
    rng = generator(settings.seed, dimension.market, dimension.name, "chains")
    chains = min(_CHAINS, settings.draws)
    scores = ndtri(np.clip(starts[rng.integers(len(starts), size=chains)], _TINY, 1 - _TINY))
    level = _log_weight(scores, dimension, how, prior)
    # Many chains share a start; what they have in common the spread between them does not show, so it is walked off.
    for _ in range(_WALKED_OFF):
        scores, level = _slice_step(scores, level, dimension, how, prior=prior, rng=rng)
    steps = 4
    while steps <= _LONGEST:
        states = []
        for _ in range(settings.draws // chains):
            for _ in range(steps):
                scores, level = _slice_step(scores, level, dimension, how, prior=prior, rng=rng)
            states.append(scores)
        drawn = np.stack(states)
        shares, growths, _ = transform(ndtr(drawn.reshape(settings.draws, -1)), dimension, how, prior)
        worth = _worth(np.hstack([shares, growths]).reshape(len(states), chains, -1))
        if worth >= WORTH * settings.draws:
            order = rng.permutation(settings.draws)
            method = " + ".join((*how.methods, "slice chains"))
            # A state is taken from the normal scores again above; one on the very edge may round to the wrong side.
            if not meets_all(dimension, shares, growths).all():
                break
            return Sample(dimension, shares[order], growths[order], method, tried, settings.draws, worth)
        steps *= 4
    raise RefusedError(
        TOO_RARE,
        f"{dimension.name}: only {len(starts)} of {tried} points meet all of {dimension.claims}, and chains started "
        f"from them stay too close to make {settings.draws} draws",
    )


def _slice_step(
    scores: Floats, level: Floats, dimension: Dimension, how: Plan, *, prior: Prior, rng: np.random.Generator
) -> tuple[Floats, Floats]:
    """One step of every chain: a point of the ellipse through its state and a fresh normal, at least as likely as a
    random fraction of its state; the bracket of angles shrinks to the state, which always qualifies."""
    fresh = rng.standard_normal(scores.shape)
    floor = level + np.log(rng.random(len(scores)))
    angle = rng.uniform(0, 2 * math.pi, len(scores))
    least, most = angle - 2 * math.pi, angle.copy()
    moved, reached = scores.copy(), level.copy()
    open_ = np.arange(len(scores))
    while len(open_):
        turn = angle[open_, None]
        trial = scores[open_] * np.cos(turn) + fresh[open_] * np.sin(turn)
        found = _log_weight(trial, dimension, how, prior)
        good = found >= floor[open_]
        moved[open_[good]], reached[open_[good]] = trial[good], found[good]
        open_ = open_[~good]
        below = angle[open_] < 0
        least[open_[below]], most[open_[~below]] = angle[open_[below]], angle[open_[~below]]
        angle[open_] = rng.uniform(least[open_], most[open_])
    return moved, reached


def _log_weight(scores: Floats, dimension: Dimension, how: Plan, prior: Prior) -> Floats:
    shares, growths, weight = transform(ndtr(scores), dimension, how, prior)
    weight = np.ones(len(scores)) if weight is None else weight
    with np.errstate(divide="ignore"):
        logs: Floats = np.log(np.where(meets_all(dimension, shares, growths), weight, 0.0))
    return logs


def _worth(states: Floats) -> float:
    """Independent draws that states (rounds x chains x quantities) are worth for the mean that fares worst."""
    rounds, chains, _ = states.shape
    spread = states.reshape(rounds * chains, -1).var(axis=0)
    between = states.mean(axis=0).var(axis=0, ddof=1)
    moving = spread > _TINY
    if not moving.any():
        return float(rounds * chains)
    return float(min(rounds, (spread[moving] / between[moving]).min()) * chains)
