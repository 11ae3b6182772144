"""Constraints -> draws, and what moves them."""

from collections.abc import Iterator, Mapping

import polars as pl

import pipeline.model
import pipeline.model.cross
import pipeline.model.sensitivity
from pipeline.dag.resources import Run
from pipeline.dag.tables import table_asset

TABLES = ["share_draws", "total_draws", "prior_draws", "draw_quality", "model_rejects"]

OF_CROSS = ["share_draws", "total_draws", "market_forecast", "member_forecast"]


def _draw(run: Run, given: Mapping[str, pl.DataFrame]) -> Iterator[Mapping[str, pl.DataFrame]]:
    for part in pipeline.model.draw_parts(**given, settings=run.settings):
        yield {table: getattr(part, table) for table in TABLES}


def _sensitivity(run: Run, given: Mapping[str, pl.DataFrame]) -> Iterator[Mapping[str, pl.DataFrame]]:
    for part in pipeline.model.sensitivity.sensitivity_parts(**given, settings=run.settings):
        yield {"sensitivity": part}


def _cross(run: Run, _: Mapping[str, pl.DataFrame]) -> Iterator[Mapping[str, pl.DataFrame]]:
    """One market with a figure after the other: of the draws only theirs are read."""
    whole = {name: run.store.read(name) for name in ("reports", "segments", "cross_figures", "assumptions")}
    figures = whole.pop("cross_figures")
    for market in figures["market"].unique().sort() if len(figures) else [""]:
        mine = pl.col("market") == market
        given = {name: run.store.scan(name).filter(mine).collect() for name in OF_CROSS}
        given |= whole | {"cross_figures": figures.filter(mine)}
        yield {"cross_moments": pipeline.model.cross.cross_moments(**given, settings=run.settings)}


ASSETS = [
    table_asset(
        name="draw_shares",
        tables=TABLES,
        inputs=["reports", "segments", "constraints", "assumptions", "scenarios", "peer_estimates"],
        compute=_draw,
        code=pipeline.model,
    ),
    table_asset(
        name="ask_what_moves_forecasts",
        tables=["sensitivity"],
        inputs=[
            *("reports", "claims", "segments", "constraints", "assumptions", "scenarios", "peer_estimates"),
            *("cross_figures", "model_rejects"),
        ],
        compute=_sensitivity,
        code=pipeline.model,
    ),
    table_asset(
        name="fit_cross_tables",
        tables=["cross_moments"],
        inputs=["reports", "segments", "cross_figures", "assumptions", *OF_CROSS],
        compute=_cross,
        code=pipeline.model,
        load=False,
    ),
]
