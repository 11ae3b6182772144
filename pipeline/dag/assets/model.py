"""Constraints -> draws, and what moves them."""

from collections.abc import Iterator, Mapping

import polars as pl

import pipeline.model
import pipeline.model.sensitivity
from pipeline.dag.resources import Run
from pipeline.dag.tables import table_asset

TABLES = ["share_draws", "total_draws", "prior_draws", "draw_quality", "model_rejects"]


def _draw(run: Run, given: Mapping[str, pl.DataFrame]) -> Iterator[Mapping[str, pl.DataFrame]]:
    for part in pipeline.model.draw_parts(**given, settings=run.settings):
        yield {table: getattr(part, table) for table in TABLES}


def _sensitivity(run: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    return {"sensitivity": pipeline.model.sensitivity.sensitivity(**given, settings=run.settings)}


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
            "model_rejects",
        ],
        compute=_sensitivity,
        code=pipeline.model,
    ),
]
