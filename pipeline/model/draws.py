"""Draws for every dimension of every market, and the markets that cannot be drawn.

Belongs here: where points come from, rejection, counting, and the frames of the result. Does not belong here: the prior
and its conditions in array form (sampling.py, conditions.py).

Points are scrambled Sobol (scipy.stats.qmc). One market has one sequence, each of its dimensions its own coordinates of
it, so draw i of one dimension and draw i of another are a fair joint sample, evenly spread. Separate sequences would
not do: they share their leading digits whatever their scrambling. A dimension that must reject points takes its own
sequence for as long as it needs, and its draws are shuffled, which makes them independent of the other dimensions'
draws.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.stats import qmc

from pipeline.errors import AssumptionError, ContradictionError
from pipeline.evidence.assumptions import GROWTH_SPREAD, SHARE_CONCENTRATION, assumption
from pipeline.model.conditions import Dimension, Floats, dimension_of, meets_all
from pipeline.model.feasibility import contradiction
from pipeline.model.sampling import Spread, columns, plan, transform
from pipeline.settings import Settings
from pipeline.tables import TABLES
from pipeline.tables.words import ACCEPTED

CONTRADICTION, TOO_RARE, BAD_TOTAL = "contradiction", "too_rare", "bad_total"
"""Reasons for which a market is refused."""
_LEAST_BLOCK = 4096


@dataclass(frozen=True)
class Draws:
    """The three tables the model makes."""

    share_draws: pl.DataFrame
    draw_quality: pl.DataFrame
    model_rejects: pl.DataFrame


@dataclass(frozen=True)
class Prior:
    """The assumptions behind the draws: exponent of the Dirichlet, standard deviation of yearly log growth."""

    concentration: float
    spread: Spread


@dataclass(frozen=True)
class _Sample:
    dimension: Dimension
    shares: Floats
    growths: Floats
    method: str
    tried: int
    kept: int


class _RefusedError(ContradictionError):
    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason


def draw(
    reports: pl.DataFrame,
    segments: pl.DataFrame,
    constraints: pl.DataFrame,
    assumptions: pl.DataFrame,
    settings: Settings,
) -> Draws:
    """Exactly `settings.draws` joint samples for every dimension of every accepted report, all obeying its constraints.

    A market's draws depend on the seed, its own name and its own rows alone, not on which other markets there are. A
    market whose claims cannot hold together, or hold in too few of `settings.max_points` points, or whose total has no
    positive size in two years, is refused as a whole in `model_rejects`, with the claims and numbers; the others go on.
    A report that lists no members has nothing to draw and no rows. Raises AssumptionError for an assumption it cannot
    use.
    """
    prior = prior_from(assumptions)
    by_report = segments.sort("report_id", "dimension", "position").partition_by("report_id", as_dict=True)
    by_market = constraints.sort("market", "constraint_id").partition_by("market", as_dict=True)
    samples: list[_Sample] = []
    rejects: list[dict[str, object]] = []
    for report in reports.filter(pl.col("status") == ACCEPTED).sort("market").to_dicts():
        members = by_report.get((report["report_id"],), segments.clear())
        bound = by_market.get((report["market"],), constraints.clear())
        try:
            _check_total(report)
            samples += _market(_dimensions(report, members, bound), prior, settings)
        except _RefusedError as refused:
            rejects.append(_reject(report, refused))
    return Draws(
        _stack([_draw_frame(s) for s in samples], "share_draws"),
        TABLES["draw_quality"].frame([_quality(s) for s in samples]),
        TABLES["model_rejects"].frame(rejects),
    )


def prior_from(assumptions: pl.DataFrame) -> Prior:
    """The prior that the assumptions table describes. Raises AssumptionError where it cannot be used."""
    concentration = assumption(assumptions, SHARE_CONCENTRATION)
    if concentration["distribution"] != "fixed":
        raise AssumptionError(f"assumptions: {SHARE_CONCENTRATION} must be fixed; its range is for sensitivity only")
    spread = assumption(assumptions, GROWTH_SPREAD)
    return Prior(
        float(concentration["value"]), Spread(spread["distribution"], spread["value"], spread["low"], spread["high"])
    )


def market_batches(reports: pl.DataFrame, segments: pl.DataFrame, settings: Settings) -> list[list[str]]:
    """Accepted markets, sorted, split so that a batch holds at most `settings.batch_values` draw values in one query.

    A market's values are draws x years x members, or x cells of segment and region where those are more. A market that
    is larger than a batch gets one of its own.
    """
    segment, region = (pl.col("dimension_kind") == "segment").sum(), (pl.col("dimension_kind") == "region").sum()
    widths = segments.group_by("report_id").agg(width=pl.max_horizontal(pl.len(), segment * region))
    years = pl.col("forecast_year") - pl.col("base_year") + 1
    markets = (
        reports.filter(pl.col("status") == ACCEPTED)
        .join(widths, on="report_id", how="left")
        .select("market", values=pl.col("width").fill_null(0).cast(pl.Int64) * years.fill_null(1) * settings.draws)
        .sort("market")
    )
    batches: list[list[str]] = []
    room = -1
    for market, values in markets.iter_rows():
        if values > room:
            batches.append([])
            room = settings.batch_values
        batches[-1].append(market)
        room -= values
    return batches


def _check_total(report: dict[str, Any]) -> None:
    sizes = [report["base_value_usd_bn"], report["forecast_value_usd_bn"]]
    years = [report["base_year"], report["forecast_year"]]
    if None in sizes or None in years or min(sizes) <= 0 or years[0] >= years[1]:
        raise _RefusedError(
            BAD_TOTAL,
            "needs a size above 0 in a base year and in a later forecast year; "
            f"got {sizes[0]} in {years[0]} and {sizes[1]} in {years[1]}",
        )


def _dimensions(report: dict[str, Any], members: pl.DataFrame, bound: pl.DataFrame) -> list[Dimension]:
    return [
        dimension_of(
            report["market"], report["base_year"], rows.to_dicts(), bound.filter(pl.col("dimension") == name).to_dicts()
        )
        for (name,), rows in members.partition_by("dimension", as_dict=True, maintain_order=True).items()
    ]


def _market(dimensions: list[Dimension], prior: Prior, settings: Settings) -> list[_Sample]:
    for dimension in dimensions:
        clash = contradiction(dimension)
        if clash:
            raise _RefusedError(
                CONTRADICTION,
                f"{dimension.name}: these claims cannot hold together: {', '.join(c.claim_id for c in clash)}",
            )
    if not dimensions:
        return []
    sequence = _sequence(sum(columns(d.size) for d in dimensions), settings.seed, dimensions[0].market)
    points = sequence.random_base2(int(math.log2(settings.draws)))
    samples = []
    start = 0
    for dimension in dimensions:
        own = points[:, start : start + columns(dimension.size)]
        start += columns(dimension.size)
        samples.append(_sample(dimension, own, prior, settings))
    return samples


def _sample(dimension: Dimension, points: Floats, prior: Prior, settings: Settings) -> _Sample:
    """The dimension's draws from its coordinates of the market's points, or by rejection from points of its own."""
    how = plan(dimension, prior.concentration)
    method = " + ".join(how.methods) or "prior"
    shares, growths = transform(points, dimension.size, how, prior.concentration, prior.spread)
    if meets_all(dimension, shares, growths).all():
        return _Sample(dimension, shares, growths, method, settings.draws, settings.draws)
    kept: list[tuple[Floats, Floats]] = []
    tried = found = 0
    sequence = _sequence(columns(dimension.size), settings.seed, dimension.market, dimension.name)
    while found < settings.draws and tried < settings.max_points:
        block = sequence.random(max(settings.draws, _LEAST_BLOCK))
        shares, growths = transform(block, dimension.size, how, prior.concentration, prior.spread)
        good = meets_all(dimension, shares, growths)
        kept.append((shares[good], growths[good]))
        tried += len(block)
        found += int(good.sum())
    if found < settings.draws:
        raise _RefusedError(
            TOO_RARE,
            f"{dimension.name}: only {found} of {tried} points meet all of {dimension.claims}; "
            f"{settings.draws} are needed",
        )
    order = _generator(settings.seed, dimension.market, dimension.name, "order").permutation(settings.draws)
    shares, growths = (np.concatenate(parts)[: settings.draws][order] for parts in zip(*kept, strict=True))
    method = " + ".join((*how.methods, "rejection"))
    return _Sample(dimension, shares, growths, method, tried, found)


def _sequence(dimensions: int, seed: int, *names: str) -> qmc.Sobol:
    return qmc.Sobol(dimensions, scramble=True, rng=_generator(seed, *names))


def _generator(seed: int, *names: str) -> np.random.Generator:
    """A generator that the seed and the names alone decide; the hash is the same on every machine, unlike hash()."""
    digest = hashlib.sha256("\0".join((str(seed), *names)).encode()).digest()
    return np.random.default_rng(int.from_bytes(digest[:16], "big"))


def _draw_frame(sample: _Sample) -> pl.DataFrame:
    dimension = sample.dimension
    return pl.DataFrame(
        {
            "draw": np.arange(len(sample.shares)),
            "base_shares": pl.Series(sample.shares).arr.to_list(),
            "growths": pl.Series(sample.growths).arr.to_list(),
        }
    ).with_columns(
        market=pl.lit(dimension.market), dimension=pl.lit(dimension.name), dimension_kind=pl.lit(dimension.kind)
    )


def _stack(frames: list[pl.DataFrame], table: str) -> pl.DataFrame:
    """Frames under each other in the registry's columns; they come in key order."""
    entry = TABLES[table]
    columns_ = [pl.col(name).cast(kind) for name, kind in entry.schema.items()]
    return pl.concat([f.select(columns_) for f in frames]) if frames else entry.frame([])


def _quality(sample: _Sample) -> dict[str, object]:
    return {
        "market": sample.dimension.market,
        "dimension": sample.dimension.name,
        "dimension_kind": sample.dimension.kind,
        "method": sample.method,
        "points_tried": sample.tried,
        "points_kept": sample.kept,
        "kept_share": sample.kept / sample.tried,
        # No draw is repeated or weighted, so each counts in full; Sobol points only do better.
        "effective_draws": float(len(sample.shares)),
    }


def _reject(report: dict[str, Any], refused: _RefusedError) -> dict[str, object]:
    return {
        "market": report["market"],
        "table_name": "share_draws",
        "source_file": f"reports/{report['report_id']}",
        "source_row": 0,
        "reason": refused.reason,
        "detail": str(refused),
    }
