"""The transformation of points against plain rejection from textbook samplers: the same laws, by Kolmogorov-Smirnov."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import beta, ks_1samp, ks_2samp

from pipeline.model.conditions import Condition, Dimension, meets_all, shares_ahead
from pipeline.model.sampling import Prior, Spread, columns, plan, transform

Floats = NDArray[np.float64]
SPREAD = Spread("loguniform", 0.045, 0.02, 0.1)
WANTED = 20_000
LEAST_P = 1e-4
"""Of some 150 comparisons in this file one in 10,000 each fails by chance; seeds are fixed, so none does."""


def rule(kind: str, member: int, low: float = 0.0, high: float = 1.0, others: tuple[int, ...] = ()) -> Condition:
    return Condition(kind, "c", "q", member, others, low, high, 0)


def dimension(size: int, *conditions: Condition) -> Dimension:
    return Dimension("m", "Type", "segment", tuple(map(str, range(size))), conditions)


def transformed(of: Dimension, concentration: float) -> tuple[Floats, Floats]:
    prior = Prior(concentration, SPREAD)
    points = np.random.default_rng(1).random((WANTED, columns(of.size)))
    shares, growths, weight = transform(points, of, plan(of, prior), prior)
    assert weight is None
    assert meets_all(of, shares, growths).all()
    return shares, growths


def rejected(of: Dimension, concentration: float) -> tuple[Floats, Floats]:
    rng, kept = np.random.default_rng(2), []
    while sum(len(s) for s, _ in kept) < WANTED:
        shares = rng.dirichlet(np.full(of.size, concentration), WANTED)
        spread = 0.02 * 5 ** rng.random(WANTED)
        growths = rng.standard_normal((WANTED, of.size)) * spread[:, None]
        good = meets_all(of, shares, growths)
        kept.append((shares[good], growths[good]))
    return np.concatenate([s for s, _ in kept]), np.concatenate([g for _, g in kept])


@pytest.mark.parametrize("concentration", [1.0, 0.5, 2.0])
@pytest.mark.parametrize("size", [2, 3, 4, 5, 6, 7])
def test_shares_by_halving_are_dirichlet(size: int, concentration: float) -> None:
    shares, _ = transformed(dimension(size), concentration)
    assert np.allclose(shares.sum(axis=1), 1, atol=1e-12)
    for member in range(size):
        law = beta(concentration, (size - 1) * concentration)
        assert ks_1samp(shares[:, member], law.cdf).pvalue > LEAST_P
    for one, other in ((0, 1), (0, size - 1)):
        # Of a Dirichlet, the part of two members that one has is Beta(a, a) and independent of what they have together.
        part = shares[:, one] / (shares[:, one] + shares[:, other])
        assert ks_1samp(part, beta(concentration, concentration).cdf).pvalue > LEAST_P


@pytest.mark.parametrize(
    "conditions",
    [
        (rule("fastest", 2),),
        (rule("fastest", 2, others=(0, 4)),),
        (rule("largest", 1),),
        (rule("largest", 1, others=(3, 4)),),
        (rule("share_between", 0, 0.2, 0.4), rule("fastest", 2)),
        (rule("share_between", 3, 0.1, 1.0), rule("fastest", 0, others=(1,))),
        (rule("largest", 1), rule("fastest", 1)),
    ],
)
def test_what_is_imposed_directly_is_what_rejection_leaves(conditions: tuple[Condition, ...]) -> None:
    of = dimension(5, *conditions)
    found, wanted = transformed(of, 1.0), rejected(of, 1.0)
    for member in range(5):
        for got, real in ((found[0], wanted[0]), (found[1], wanted[1])):
            assert ks_2samp(got[:, member], real[:, member]).pvalue > LEAST_P
            # Against the next member too: the joint law, not the margins alone.
            after = (member + 1) % 5
            assert ks_2samp(got[:, member] - got[:, after], real[:, member] - real[:, after]).pvalue > LEAST_P
        later = [shares_ahead(*both, 9)[:, member] for both in (found, wanted)]
        assert ks_2samp(*later).pvalue > LEAST_P
