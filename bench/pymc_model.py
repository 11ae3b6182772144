"""Time to a given Monte-Carlo standard error: this model's draws against NUTS on the same constraints (PyMC).

PyMC is no dependency: without it this bench says so and passes. To run it, in an environment of its own:
    python -m venv /tmp/pymc && /tmp/pymc/bin/pip install -r requirements.lock && /tmp/pymc/bin/pip install pymc
    /tmp/pymc/bin/pip install --no-deps --editable . && /tmp/pymc/bin/python bench/pymc_model.py

The dimension of bench/forecast.py: five regions, the first with 55 to 57 percent, the third growing fastest. In PyMC
the constraints are coordinates too (a share within its interval, the leads of the fastest over the others), so that
NUTS meets no wall. Its standard errors are ArviZ's; ours are the standard deviations over seeds. NUTS's time counts
sampling only, on one core, without compiling; a standard error falls with the root of the time. Ours counts drawing.
"""

from __future__ import annotations

import logging
import statistics
import sys
import time

import numpy as np
from forecast import QUANTILES, published, shares_and_paces

from pipeline.model.conditioning import condition, sequence
from pipeline.model.conditions import Condition, Dimension
from pipeline.model.sampling import Prior, Spread, columns
from pipeline.settings import Settings

SEEDS, NUTS_DRAWS, TARGET = 50, 2000, 0.01
BOUND = (
    Condition("share_between", "a", "", 0, (), 0.55, 0.57, 0),
    Condition("fastest", "c", "", 2, (), 0.0, 1.0, 0),
)
DIMENSION = Dimension("m", "Geography", "region", tuple("ABCDE"), BOUND)
PRIOR = Prior(1.0, Spread("loguniform", 0.045, 0.02, 0.1))


def main() -> int:
    """Measure, print, and say whether the target was met (exit status)."""
    try:
        import arviz
        import pymc  # noqa: F401
    except ImportError:
        sys.stdout.write("PyMC is not installed: skipped (see the head of bench/pymc_model.py)\n")
        return 0
    logging.getLogger("pymc").setLevel(logging.ERROR)
    found, seconds = [], []
    for seed in range(SEEDS):
        started = time.perf_counter()
        points = sequence(columns(DIMENSION.size), seed, "m").random_base2(13)
        sample = condition(DIMENSION, points, PRIOR, Settings(seed=seed))
        seconds.append(time.perf_counter() - started)
        found.append(published(sample.shares, sample.growths))
    ours, our_seconds = np.std(found, axis=0), statistics.median(seconds)
    shares, growths, nuts_seconds = _nuts()
    every = shares_and_paces(shares, growths)
    methods = [{"method": "mean"}, *({"method": "quantile", "prob": q} for q in QUANTILES)]
    theirs = np.array(
        [[np.ravel(arviz.mcse(every[:, :, k], **m))[0] for k in range(every.shape[-1])] for m in methods], dtype=float
    )
    together = published(*(part.reshape(-1, DIMENSION.size) for part in (shares, growths)))
    worst_apart = float(np.abs(together - np.mean(found, axis=0)).max())
    ratio = our_seconds / (nuts_seconds * (theirs / ours) ** 2)
    missed = 0
    for name, measured in (
        ("means", np.median(ratio[0])),
        ("quantiles", np.median(ratio[1:])),
        ("the worst of all", ratio.max()),
    ):
        missed += measured > TARGET
        sys.stdout.write(
            f"time to the same standard error over PyMC's, {name}: {measured:.3g} (<= {TARGET:g})"
            f"{'  MISSED' if measured > TARGET else ''}\n"
        )
    sys.stdout.write(
        f"8,192 draws in {1000 * our_seconds:.1f} ms; NUTS {shares.shape[0]} x {shares.shape[1]} draws in "
        f"{nuts_seconds:.1f} s; largest difference of any mean or quantile {worst_apart:.4f}\n"
    )
    return int(missed > 0)


def _nuts() -> tuple[np.ndarray, np.ndarray, float]:
    """Base shares and growths, chains x draws x members, and the seconds of sampling."""
    import pymc as pm
    import pytensor.tensor as pt

    with pm.Model():
        first = pm.Uniform("first", 0.55, 0.57)
        pm.Potential("of_the_first", 3 * pt.log1p(-first))  # Beta(1, 4) within the interval
        rest = pm.Dirichlet("rest", np.ones(4))
        pm.Deterministic("shares", pt.concatenate([first[None], (1 - first) * rest]))
        spread = pt.exp(pm.Uniform("log_spread", np.log(0.02), np.log(0.1)))
        top = pm.Normal("top", 0, 1)
        leads = pm.HalfFlat("leads", shape=4)
        pm.Potential("others", pm.logp(pm.Normal.dist(0, 1), top - leads).sum())
        scores = pt.stack([top - leads[0], top - leads[1], top, top - leads[2], top - leads[3]])
        pm.Deterministic("growths", spread * scores)
        trace = pm.sample(draws=NUTS_DRAWS, tune=1000, chains=2, cores=1, random_seed=1, progressbar=False)
    posterior = trace.posterior
    return posterior["shares"].to_numpy(), posterior["growths"].to_numpy(), float(posterior.attrs["sampling_time"])


if __name__ == "__main__":
    sys.exit(main())
