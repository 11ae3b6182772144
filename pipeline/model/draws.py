"""Draws for every dimension of every market and scenario, and the markets that cannot be drawn.

Belongs here: which points go where, which scenarios need draws of their own, and the frames of the result. Does not
belong here: the prior (sampling.py), meeting conditions (conditioning.py), totals (totals.py).

Points are scrambled Sobol (scipy.stats.qmc). One market has one sequence, each of its dimensions and its total their
own coordinates of it, so draw i of one dimension and draw i of another are a fair joint sample, evenly spread. Separate
sequences would not do: they share their leading digits whatever their scrambling. A dimension that must reject points
takes its own sequence for as long as it needs, and its draws are shuffled, which makes them independent of the other
dimensions' draws.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import polars as pl

from pipeline.errors import AssumptionError
from pipeline.evidence.assumptions import GROWTH_SPREAD, SHARE_CONCENTRATION, assumption
from pipeline.model.conditioning import RefusedError, Sample, condition, sequence
from pipeline.model.conditions import Dimension, dimension_of
from pipeline.model.sampling import Prior, Spread, columns
from pipeline.model.totals import COORDINATES, Total, total_frame, totals_by_scenario
from pipeline.settings import Settings
from pipeline.tables import TABLES
from pipeline.tables.words import ACCEPTED, AS_REPORTED

BAD_TOTAL = "bad_total"
"""Reason for which a market without a size is refused; the others are in conditioning.py."""
MARKETS_A_PART = 8
"""Markets drawn before their rows are handed on."""


@dataclass(frozen=True)
class Draws:
    """The tables the model makes."""

    share_draws: pl.DataFrame
    total_draws: pl.DataFrame
    prior_draws: pl.DataFrame
    draw_quality: pl.DataFrame
    model_rejects: pl.DataFrame


@dataclass(frozen=True)
class _Scenario:
    """A scenario as the model sees it, for all markets."""

    name: str
    prior: Prior
    own_shares: bool
    total: Total | None


def draw(
    reports: pl.DataFrame,
    segments: pl.DataFrame,
    constraints: pl.DataFrame,
    assumptions: pl.DataFrame,
    settings: Settings,
    *,
    scenarios: pl.DataFrame | None = None,
    peer_estimates: pl.DataFrame | None = None,
) -> Draws:
    """Exactly `settings.draws` joint samples for every dimension of every accepted report, all obeying its constraints.

    A market's draws depend on the seed, its own name and its own rows alone, not on which other markets there are. A
    scenario has draws of its own for a dimension only where its constraints or prior differ from as_reported's, and of
    the total only where it moves the total; a market for which a scenario changes nothing has no rows of it. A market
    whose claims cannot hold together, or hold in too few of `settings.max_points` points, or whose total has no
    positive size in two years, is refused as a whole in `model_rejects`, with the claims and numbers; the
    others go on. A report that lists no members has no draws of shares. Raises AssumptionError for an assumption it
    cannot use.
    """
    parts = list(
        draw_parts(
            reports, segments, constraints, assumptions, settings, scenarios=scenarios, peer_estimates=peer_estimates
        )
    )
    return Draws(*(pl.concat([getattr(part, f.name) for part in parts]) for f in fields(Draws)))


def draw_parts(
    reports: pl.DataFrame,
    segments: pl.DataFrame,
    constraints: pl.DataFrame,
    assumptions: pl.DataFrame,
    settings: Settings,
    *,
    scenarios: pl.DataFrame | None = None,
    peer_estimates: pl.DataFrame | None = None,
) -> Iterator[Draws]:
    """The same tables in parts of MARKETS_A_PART markets, in order of market, so that only a part is in memory; the
    prior, which is of no market, is in the last one."""
    worlds = _scenarios(reports, assumptions, scenarios, peer_estimates)
    by_report = segments.sort("report_id", "dimension", "position").partition_by("report_id", as_dict=True)
    by_market = constraints.sort("market", "scenario", "constraint_id").partition_by("market", as_dict=True)
    accepted = reports.filter(pl.col("status") == ACCEPTED).sort("market")
    for part in accepted.iter_slices(MARKETS_A_PART):
        found = _Found()
        for report in part.to_dicts():
            members = by_report.get((report["report_id"],), segments.clear())
            bound = by_market.get((report["market"],), constraints.clear())
            try:
                _check_total(report)
                found.add(*_market(report, members, bound, worlds, settings))
            except RefusedError as refused:
                found.rejects.append(_reject(report, refused))
        yield found.draws()
    yield _Found(priors=_priors(worlds, segments, settings)).draws()


@dataclass
class _Found:
    """What is drawn for some markets, as it comes."""

    shares: list[pl.DataFrame] = field(default_factory=list)
    totals: list[pl.DataFrame] = field(default_factory=list)
    priors: list[pl.DataFrame] = field(default_factory=list)
    qualities: list[dict[str, object]] = field(default_factory=list)
    rejects: list[dict[str, object]] = field(default_factory=list)

    def add(self, samples: list[tuple[str, Sample]], totals: list[pl.DataFrame]) -> None:
        self.shares += [_draw_frame(scenario, s) for scenario, s in samples]
        self.qualities += [_quality(scenario, s) for scenario, s in samples]
        self.totals += totals

    def draws(self) -> Draws:
        return Draws(
            _stack(self.shares, "share_draws"),
            _stack(self.totals, "total_draws"),
            _stack(self.priors, "prior_draws"),
            TABLES["draw_quality"].frame(self.qualities),
            TABLES["model_rejects"].frame(self.rejects),
        )


def prior_from(assumptions: pl.DataFrame, scenario: str = AS_REPORTED) -> Prior:
    """The prior that the assumptions describe in a scenario. Raises AssumptionError where it cannot be used."""
    concentration = assumption(assumptions, SHARE_CONCENTRATION, scenario)
    if concentration["distribution"] != "fixed":
        raise AssumptionError(f"assumptions: {SHARE_CONCENTRATION} must be fixed; its range is for sensitivity only")
    return Prior(float(concentration["value"]), spread_from(assumption(assumptions, GROWTH_SPREAD, scenario)))


def spread_from(row: dict[str, Any]) -> Spread:
    """The distribution that a row of `assumptions` describes."""
    return Spread(row["distribution"], row["value"], row["low"], row["high"])


def _check_total(report: dict[str, Any]) -> None:
    sizes = [report["base_value_usd_bn"], report["forecast_value_usd_bn"]]
    years = [report["base_year"], report["forecast_year"]]
    if None in sizes or None in years or min(sizes) <= 0 or years[0] >= years[1]:
        raise RefusedError(
            BAD_TOTAL,
            "needs a size above 0 in a base year and in a later forecast year; "
            f"got {sizes[0]} in {years[0]} and {sizes[1]} in {years[1]}",
        )


def _scenarios(
    reports: pl.DataFrame,
    assumptions: pl.DataFrame,
    scenarios: pl.DataFrame | None,
    peer_estimates: pl.DataFrame | None,
) -> list[_Scenario]:
    """as_reported first."""
    base = prior_from(assumptions)
    worlds = [_Scenario(AS_REPORTED, base, own_shares=True, total=None)]
    for name, total in totals_by_scenario(reports, assumptions, scenarios, peer_estimates).items():
        prior = prior_from(assumptions, name)
        worlds.append(_Scenario(name, prior, prior != base, total))
    return worlds


def _priors(worlds: list[_Scenario], segments: pl.DataFrame, settings: Settings) -> list[pl.DataFrame]:
    """Draws of dimensions of every size about which nothing is claimed, under every prior there is."""
    sizes = segments.group_by("report_id", "dimension").len()["len"].unique().sort().to_list()
    frames = []
    for world in (w for w in sorted(worlds, key=lambda w: w.name) if w.own_shares):
        for size in sizes:
            blank = Dimension("", f"{size} members", "segment", tuple(map(str, range(size))), ())
            points = sequence(columns(size), settings.seed, blank.name).random_base2(int(math.log2(settings.draws)))
            rows = _draw_frame(world.name, condition(blank, points, world.prior, settings))
            frames.append(rows.with_columns(members=pl.lit(size)))
    return frames


def _dimensions(report: dict[str, Any], members: pl.DataFrame, bound: pl.DataFrame) -> list[Dimension]:
    return [
        dimension_of(
            report["market"], report["base_year"], rows.to_dicts(), bound.filter(pl.col("dimension") == name).to_dicts()
        )
        for (name,), rows in members.partition_by("dimension", as_dict=True, maintain_order=True).items()
    ]


def _market(
    report: dict[str, Any],
    members: pl.DataFrame,
    bound: pl.DataFrame,
    worlds: list[_Scenario],
    settings: Settings,
) -> tuple[list[tuple[str, Sample]], list[pl.DataFrame]]:
    """The samples of a market by scenario, and the draws of its total where a scenario moves it."""
    market = report["market"]
    reported = _dimensions(report, members, bound.filter(pl.col("scenario") == AS_REPORTED))
    widths = [columns(d.size) for d in reported]
    source = sequence(sum(widths) + COORDINATES, settings.seed, market)
    points = source.random_base2(int(math.log2(settings.draws)))
    samples, totals = [], []
    for world in worlds:
        own = bound.filter(pl.col("scenario") == world.name)
        changed = world.own_shares or not own.is_empty()
        dimensions = _dimensions(report, members, own) if not own.is_empty() else reported
        start = 0
        for dimension, before, width in zip(dimensions, reported, widths, strict=True):
            if world.name == AS_REPORTED or (changed and (world.own_shares or _differ(dimension, before))):
                samples.append((world.name, _condition(world, dimension, points[:, start : start + width], settings)))
            start += width
        moves = world.total is not None and world.total.moves(market)
        if world.total is not None and (moves or changed):
            totals.append(total_frame(world.total, market, points[:, start:]))
    return samples, totals


def _condition(world: _Scenario, dimension: Dimension, points: np.ndarray, settings: Settings) -> Sample:
    try:
        return condition(dimension, points, world.prior, settings)
    except RefusedError as refused:
        where = "" if world.name == AS_REPORTED else f"scenario {world.name}: "
        raise RefusedError(refused.reason, f"{where}{refused}") from None


def _differ(one: Dimension, other: Dimension) -> bool:
    def demands(dimension: Dimension) -> list[tuple[object, ...]]:
        return [(c.kind, c.member, c.others, c.low, c.high, c.ahead) for c in dimension.conditions]

    return demands(one) != demands(other)


def _draw_frame(scenario: str, sample: Sample) -> pl.DataFrame:
    dimension = sample.dimension
    return pl.DataFrame(
        {
            "draw": np.arange(len(sample.shares)),
            "base_shares": pl.Series(sample.shares).arr.to_list(),
            "growths": pl.Series(sample.growths).arr.to_list(),
        }
    ).with_columns(
        market=pl.lit(dimension.market),
        scenario=pl.lit(scenario),
        dimension=pl.lit(dimension.name),
        dimension_kind=pl.lit(dimension.kind),
    )


def _stack(frames: list[pl.DataFrame], table: str) -> pl.DataFrame:
    """Frames under each other in the registry's columns; they come in key order."""
    entry = TABLES[table]
    columns_ = [pl.col(name).cast(kind) for name, kind in entry.schema.items()]
    return pl.concat([f.select(columns_) for f in frames]) if frames else entry.frame([])


def _quality(scenario: str, sample: Sample) -> dict[str, object]:
    return {
        "market": sample.dimension.market,
        "scenario": scenario,
        "dimension": sample.dimension.name,
        "dimension_kind": sample.dimension.kind,
        "method": sample.method,
        "points_tried": sample.tried,
        "points_kept": sample.kept,
        "kept_share": min(1.0, sample.kept / sample.tried),
        "effective_draws": sample.effective,
    }


def _reject(report: dict[str, Any], refused: RefusedError) -> dict[str, object]:
    return {
        "market": report["market"],
        "table_name": "share_draws",
        "source_file": f"reports/{report['report_id']}",
        "source_row": 0,
        "reason": refused.reason,
        "detail": str(refused),
    }
