"""Simulation-based calibration: synthetic markets whose truth is known, through the code that forecasts real ones.

Belongs here: drawing truths from the documented prior, making claims that a report on such a market would print, and
comparing forecasts with truths. Does not belong here: the model itself; how the result is shown
(calibration_report.py).

If claims say exactly what the model takes them to say, the truth is one more draw: it lies below the p-quantile in a
fraction p of markets, and its rank among the draws is uniform (Talts et al., 2018, "Validating Bayesian inference
algorithms with simulation-based calibration", arXiv:1804.06788). So a claim is made by a rule under which "the claim
was printed" means the constraint and no more: a printed share is the truth rounded, a hedged one the truth rounded
twice as coarsely, ranks name who leads, and for claims that are true or not (margin, order, limit) the truth is drawn
again until it is true. Truths come from plain pseudo-random numbers and textbook samplers, not from the model's own
transformation of points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import chi2

from pipeline.batches import draw_batches
from pipeline.evidence.assumptions import SUBSTANTIAL_MARGIN, assumption
from pipeline.evidence.constraints import make_constraints
from pipeline.model.conditions import Floats, shares_ahead
from pipeline.model.draws import draw, prior_from
from pipeline.model.sampling import Prior
from pipeline.queries import run, table_queries
from pipeline.settings import Settings
from pipeline.tables import TABLES

BASE, HORIZON = 2025, 9
SIZES = (12.0, 86.24)
PACE = (SIZES[1] / SIZES[0]) ** (1 / HORIZON)
DIMENSION = "Type"
COVERAGES = {"50": ("p25", "p75"), "90": ("p05", "p95")}
QUANTITIES = ("base_share", "value_2034", "cagr")
BINS = 20
_TRIALS = 200

Claim = dict[str, Any]


@dataclass(frozen=True)
class Truth:
    """A synthetic dimension: base shares and yearly log growths, as rows of one."""

    shares: Floats
    growths: Floats

    @property
    def later(self) -> Floats:
        """Shares in the forecast year."""
        shares: Floats = shares_ahead(self.shares, self.growths, HORIZON)[0]
        return shares

    @property
    def cagr(self) -> Floats:
        """Compound growth of every member, percent."""
        rates: Floats = 100 * (PACE * (self.later / self.shares[0]) ** (1 / HORIZON) - 1)
        return rates


@dataclass(frozen=True)
class Calibration:
    """What came out: coverage of each range and quantity with the number of truths behind it, ranks of the truths."""

    markets: int
    refused: int
    coverage: pl.DataFrame
    ranks: Mapping[str, np.ndarray]
    methods: pl.DataFrame

    def chi_square(self, quantity: str) -> tuple[float, float]:
        """Chi-square of the rank histogram against uniform, and its bound at 1 percent."""
        counts = np.bincount(self.ranks[quantity], minlength=BINS)
        expected = counts.sum() / BINS
        return float(((counts - expected) ** 2 / expected).sum()), float(chi2.ppf(0.99, BINS - 1))


def calibrate(
    assumptions: pl.DataFrame, folder: Path, *, markets: int, draws: int, seed: int, truth: pl.DataFrame | None = None
) -> Calibration:
    """Forecast `markets` synthetic markets from claims on their truths, and compare.

    `truth` gives other assumptions to the truths than the model has: a model that is wrong, on purpose.

    `folder` takes the parquet files between the steps. Coverage counts one member of every market, chosen at random
    beforehand, since members of one market are not independent of each other.
    """
    rng = np.random.default_rng(seed)
    prior, margin = (
        prior_from(assumptions if truth is None else truth),
        float(assumption(assumptions, SUBSTANTIAL_MARGIN)["value"]),
    )
    truths: dict[str, Truth] = {}
    rows: dict[str, list[dict[str, Any]]] = {"reports": [], "segments": [], "claims": []}
    for i in range(markets):
        market = f"m{i:05d}"
        drawn, claims = _consistent(prior, margin, rng)
        truths[market] = drawn
        rows["reports"].append(_report(market))
        rows["segments"] += [
            {
                "report_id": market,
                "dimension": DIMENSION,
                "dimension_kind": "segment",
                "member": _name(k),
                "position": k + 1,
            }
            for k in range(drawn.shares.shape[1])
        ]
        rows["claims"] += [c | {"report_id": market, "claim_id": f"c{n}"} for n, c in enumerate(claims)]
    tables = {name: TABLES[name].frame(found) for name, found in rows.items()} | {"assumptions": assumptions}
    constraints = make_constraints(**tables)
    made = draw(tables["reports"], tables["segments"], constraints, assumptions, Settings(draws=draws, seed=seed))
    tables |= {n: getattr(made, n) for n in ("share_draws", "total_draws", "prior_draws", "model_rejects")}
    forecast = _forecast(tables | {"constraints": constraints}, folder, Settings(draws=draws))
    chosen = {m: int(rng.integers(t.shares.shape[1])) for m, t in truths.items()}
    methods = made.draw_quality.group_by("method").agg(pl.len().alias("markets"), pl.col("effective_draws").min())
    return Calibration(
        markets,
        made.model_rejects.height,
        _coverage(forecast, truths, chosen),
        _ranks(made.share_draws, truths, chosen, rng),
        methods.sort("markets", descending=True),
    )


def _consistent(prior: Prior, margin: float, rng: np.random.Generator) -> tuple[Truth, list[Claim]]:
    """A truth and claims on it. Which claims are attempted is settled before the truth is known; attempts that no truth
    meets in many trials (two that contradict each other) are replaced, which favours no truth over another."""
    size = int(rng.integers(2, 7))
    kinds = [kind for kind in CLAIMS if rng.random() < CLAIMS[kind][0]]
    places = [tuple(rng.permutation(size)) for _ in kinds]
    for _ in range(_TRIALS):
        spread = float(prior.spread.at(rng.random(1))[0])
        truth = Truth(rng.dirichlet(np.full(size, prior.concentration))[None, :], rng.normal(0, spread, (1, size)))
        made = [CLAIMS[kind][1](truth, place, margin) for kind, place in zip(kinds, places, strict=True)]
        if all(c is not None for c in made):
            return truth, [c for c in made if c is not None]
    return _consistent(prior, margin, rng)


def _share(step: float, ahead: int) -> Callable[[Truth, tuple[int, ...], float], Claim | None]:
    """The share of one member, rounded to `step` percent; twice the rounding of a whole percent is printed hedged."""

    def make(truth: Truth, place: tuple[int, ...], _: float) -> Claim | None:
        share = (truth.later if ahead else truth.shares[0])[place[0]]
        printed = step * round(100 * share / step)
        claim = _claim("share", place[0], printed, "pct", 0, "around" if step == 2 else None)
        # At 0 and 100 percent the rounding is one-sided, and the constraint is cut there too.
        return claim | {"year_from": BASE + ahead, "year_to": BASE + ahead}

    return make


def _size(truth: Truth, place: tuple[int, ...], _: float) -> Claim | None:
    printed = round(SIZES[0] * truth.shares[0][place[1 % len(place)]], 1)
    return _claim("member_value", place[1 % len(place)], printed, "usd_bn", 1, None)


def _rate(truth: Truth, place: tuple[int, ...], _: float) -> Claim | None:
    return _claim("member_cagr", place[0], float(round(truth.cagr[place[0]])), "pct", 0, None)


def _limit(truth: Truth, place: tuple[int, ...], _: float) -> Claim | None:
    claim = _claim("share", place[0], 20.0, "pct", 0, "over") | {"comparator": ">=", "value_high": None}
    return claim if truth.shares[0][place[0]] >= 0.2 else None


def _largest(truth: Truth, _: tuple[int, ...], __: float) -> Claim | None:
    return _claim("largest", int(truth.shares[0].argmax()))


def _fastest(truth: Truth, _: tuple[int, ...], __: float) -> Claim | None:
    return _claim("fastest", int(truth.growths[0].argmax()))


def _margin(truth: Truth, place: tuple[int, ...], margin: float) -> Claim | None:
    true = truth.shares[0][place[0]] >= margin * truth.shares[0][place[1]]
    return _claim("margin_over", place[0]) | {"other_member": _name(place[1])} if true else None


def _ordered(truth: Truth, place: tuple[int, ...], _: float) -> Claim | None:
    true = truth.shares[0][place[1]] >= truth.shares[0][place[0]]
    return _claim("ordered", place[1]) | {"other_member": _name(place[0])} if true else None


def _above(truth: Truth, place: tuple[int, ...], _: float) -> Claim | None:
    return _claim("growth_above_market", place[-1]) if truth.later[place[-1]] >= truth.shares[0][place[-1]] else None


def _both(truth: Truth, place: tuple[int, ...], _: float) -> Claim | None:
    if len(place) < 3:
        return _largest(truth, place, 0.0)
    printed = 5.0 * round(20 * truth.shares[0][list(place[:2])].sum())
    low, high = max(0.0, printed - 2), min(100.0, printed + 2)
    claim = _claim("share", place[0], low, "pct", 0, None) | {"value_high": high, "comparator": "between"}
    return claim | {"other_member": _name(place[1])}


CLAIMS: dict[str, tuple[float, Callable[[Truth, tuple[int, ...], float], Claim | None]]] = {
    "share": (0.3, _share(1, 0)),
    "hedged share": (0.25, _share(2, 0)),
    "later share": (0.15, _share(1, HORIZON)),
    "size": (0.2, _size),
    "rate": (0.2, _rate),
    "limit": (0.1, _limit),
    "largest": (0.4, _largest),
    "fastest": (0.4, _fastest),
    "margin": (0.15, _margin),
    "ordered": (0.15, _ordered),
    "above market": (0.15, _above),
    "sum": (0.1, _both),
}
"""Kind of claim to how often a market has one, and how it is made from the truth (None: it would be false)."""


def _claim(
    metric: str,
    member: int,
    value: float | None = None,
    unit: str | None = None,
    decimals: int | None = None,
    hedge: str | None = None,
) -> Claim:
    return {
        "metric": metric, "member": _name(member), "dimension": DIMENSION, "value_low": value, "value_high": value,
        "unit": unit, "decimals": decimals, "hedge": hedge, "comparator": "is" if value is None else "=",
        "section": "1", "quote": metric, "char_start": 0, "char_end": len(metric),
    }  # fmt: skip


def _report(market: str) -> dict[str, Any]:
    return {
        "report_id": market, "market": market, "base_year": BASE, "base_value_usd_bn": SIZES[0],
        "forecast_year": BASE + HORIZON, "forecast_value_usd_bn": SIZES[1], "status": "accepted", "flags": "",
        "reasons": "",
    }  # fmt: skip


def _name(member: int) -> str:
    return f"member {member + 1}"


def _forecast(tables: Mapping[str, pl.DataFrame], folder: Path, settings: Settings) -> pl.DataFrame:
    """member_forecast of all markets, by the queries that a release runs."""
    paths = {}
    for name, frame in tables.items():
        paths[name] = folder / f"{name}.parquet"
        frame.write_parquet(paths[name])
    batches = draw_batches(tables["reports"], tables["segments"], settings)
    for name in ("market_forecast", "member_moments", "prior_ranges", "member_forecast"):
        split = batches if name == "member_moments" else ()
        made = run(table_queries()[name], paths, settings.hashed(), batches=split)
        paths[name] = folder / f"{name}.parquet"
        made.write_parquet(paths[name])
    return made


def _coverage(forecast: pl.DataFrame, truths: Mapping[str, Truth], chosen: Mapping[str, int]) -> pl.DataFrame:
    """How often the published range holds the truth: quantity, nominal, covered, truths."""
    picked = forecast.join(
        pl.DataFrame({"market": list(chosen), "position": [k + 1 for k in chosen.values()]}), on=["market", "position"]
    )
    first = {r["market"]: r for r in picked.filter(pl.col("year") == BASE).to_dicts()}
    last = {r["market"]: r for r in picked.filter(pl.col("year") == BASE + HORIZON).to_dicts()}
    rows = []
    for nominal, (low, high) in COVERAGES.items():
        hits: dict[str, list[bool]] = {q: [] for q in QUANTITIES}
        for market, row in first.items():
            k, truth = chosen[market], truths[market]
            compared = (
                ("base_share", truth.shares[0][k], row, "share"),
                ("value_2034", SIZES[1] * truth.later[k], last[market], "value_usd_bn"),
                ("cagr", truth.cagr[k], last[market], "cagr_pct"),
            )
            for quantity, value, published, stem in compared:
                hits[quantity].append(bool(published[f"{stem}_{low}"] <= value <= published[f"{stem}_{high}"]))
        rows += [
            {"quantity": q, "nominal_pct": float(nominal), "covered_pct": 100 * float(np.mean(h)), "truths": len(h)}
            for q, h in hits.items()
        ]
    return pl.DataFrame(rows)


def _ranks(
    share_draws: pl.DataFrame, truths: Mapping[str, Truth], chosen: Mapping[str, int], rng: np.random.Generator
) -> dict[str, np.ndarray]:
    """Bin, of BINS, of each truth's rank among the draws of its market."""
    found: dict[str, list[int]] = {q: [] for q in QUANTITIES}
    for (market,), rows in share_draws.partition_by("market", as_dict=True, maintain_order=True).items():
        k, truth = chosen[str(market)], truths[str(market)]
        shares, growths = np.array(rows["base_shares"].to_list()), np.array(rows["growths"].to_list())
        later = shares_ahead(shares, growths, HORIZON)[:, k]
        drawn = (shares[:, k], later, later / shares[:, k])
        true = (truth.shares[0][k], truth.later[k], truth.later[k] / truth.shares[0][k])
        for quantity, values, value in zip(QUANTITIES, drawn, true, strict=True):
            rank = int((values < value).sum() + rng.integers(0, (values == value).sum() + 1))
            found[quantity].append(min(BINS - 1, rank * BINS // (len(values) + 1)))
    return {q: np.array(r) for q, r in found.items()}
