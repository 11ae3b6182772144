"""Every table that a query of sql/ makes: one asset a file, its inputs taken from the query itself."""

from collections.abc import Iterator, Mapping

import dagster as dg
import polars as pl

from pipeline.batches import Batch, draw_batches, row_batches
from pipeline.dag.resources import Run
from pipeline.dag.tables import table_asset
from pipeline.queries import Query, run_parts, table_queries

DRAWS = {"share_draws", "total_draws"}


def _asset(query: Query) -> dg.AssetsDefinition:
    def compute(this: Run, _: Mapping[str, pl.DataFrame]) -> Iterator[Mapping[str, pl.DataFrame]]:
        inputs = {name: this.store.existing(name) for name in query.inputs}
        for frame in run_parts(query, inputs, this.settings.hashed(), batches=_batches(this, query)):
            yield {query.name: frame}

    return table_asset(
        name=f"make_{query.name}",
        tables=[query.name],
        inputs=query.inputs,
        compute=compute,
        code=query.text,
        load=False,
    )


def _batches(this: Run, query: Query) -> list[Batch]:
    """Runs of markets (and of dimensions of one market) small enough to hold; none where a query cannot be split."""
    if not query.split_by:
        return []
    reports = this.store.read("reports")
    if not DRAWS & set(query.inputs):
        return row_batches(reports, this.settings)
    segments = this.store.read("segments")
    return draw_batches(reports, segments, this.settings, by_dimension="dimension" in query.split_by)


ASSETS = [_asset(query) for query in table_queries().values()]
