"""How work on many markets is cut, so that memory does not grow with their number.

Belongs here: how many draw values a market stands for, and which markets (or which dimensions of one market) go
together. Does not belong here: running a query on a batch (queries.py), drawing (pipeline/model).

A market's values are years x the larger of draws x members and cross_draws x cells of segment and region: what a query
holds of it at a time, for each scenario and quantity.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import polars as pl

from pipeline.settings import Settings
from pipeline.tables.words import ACCEPTED

Batch = Mapping[str, tuple[str, str]]
"""What a batch holds: by column, the first and the last value, both within. Columns not named are whole."""


def draw_batches(
    reports: pl.DataFrame, segments: pl.DataFrame, settings: Settings, *, by_dimension: bool = False
) -> list[Batch]:
    """Accepted markets in order of name, cut so that a batch holds at most `settings.batch_values` draw values.

    A market larger than that gets a batch of its own, or, `by_dimension`, one for each run of its dimensions that fits;
    a dimension larger than that gets one of its own.
    """
    sizes = segments.group_by("report_id", "dimension", "dimension_kind").len("members").sort("dimension")
    by_report = sizes.partition_by("report_id", as_dict=True)
    found: list[Batch] = []
    whole: list[tuple[str, int]] = []
    for report in _accepted(reports).to_dicts():
        market, years = report["market"], (report["forecast_year"] or 0) - (report["base_year"] or 0) + 1
        dimensions = by_report.get((report["report_id"],), sizes.clear()).to_dicts()
        segment, region = (sum(d["members"] for d in dimensions if d["dimension_kind"] == k) for k in _KINDS)
        values = years * max(settings.draws * (segment + region), settings.cross_draws * segment * region)
        if by_dimension and values > settings.batch_values:
            found += [{"market": ends} for ends in _packed(whole, settings.batch_values)]
            whole = []
            parts = ((d["dimension"], years * settings.draws * d["members"]) for d in dimensions)
            found += [{"market": (market, market), "dimension": e} for e in _packed(parts, settings.batch_values)]
        else:
            whole.append((market, values))
    return found + [{"market": ends} for ends in _packed(whole, settings.batch_values)]


def row_batches(reports: pl.DataFrame, settings: Settings) -> list[Batch]:
    """Accepted markets in order of name, `settings.batch_markets` at a time: for work that holds no draws."""
    markets = _accepted(reports)["market"].to_list()
    return [{"market": ends} for ends in _packed(((m, 1) for m in markets), settings.batch_markets)]


_KINDS = ("segment", "region")


def _accepted(reports: pl.DataFrame) -> pl.DataFrame:
    return reports.filter(pl.col("status") == ACCEPTED).sort("market")


def _packed(sizes: Iterable[tuple[str, int]], most: int) -> Iterator[tuple[str, str]]:
    """First and last name of each run whose sizes add up to at most `most`; a larger one alone is a run of its own."""
    run: list[str] = []
    room = most
    for name, size in sizes:
        if run and size > room:
            yield run[0], run[-1]
            run, room = [], most
        run.append(name)
        room -= size
    if run:
        yield run[0], run[-1]
