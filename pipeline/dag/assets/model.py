"""Constraints -> draws."""

from collections.abc import Mapping

import polars as pl

import pipeline.model
from pipeline.dag.resources import Run
from pipeline.dag.tables import table_asset


def _draw(run: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    draws = pipeline.model.draw(**given, settings=run.settings)
    return {
        "share_draws": draws.share_draws,
        "draw_quality": draws.draw_quality,
        "model_rejects": draws.model_rejects,
    }


ASSETS = [
    table_asset(
        name="draw_shares",
        tables=["share_draws", "draw_quality", "model_rejects"],
        inputs=["reports", "segments", "constraints", "assumptions"],
        compute=_draw,
        code=pipeline.model,
    )
]
