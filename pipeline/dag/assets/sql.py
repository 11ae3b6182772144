"""Every table that a query of sql/ makes: one asset a file, its inputs taken from the query itself."""

from collections.abc import Mapping

import dagster as dg
import polars as pl

from pipeline.dag.resources import Run
from pipeline.dag.tables import table_asset
from pipeline.model import market_batches
from pipeline.queries import Query, run, table_queries


def _asset(query: Query) -> dg.AssetsDefinition:
    def compute(this: Run, _: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
        inputs = {name: this.store.existing(name) for name in query.inputs}
        return {query.name: run(query, inputs, this.settings.hashed(), batches=_batches(this, query))}

    return table_asset(
        name=f"make_{query.name}",
        tables=[query.name],
        inputs=query.inputs,
        compute=compute,
        code=query.text,
        load=False,
    )


def _batches(this: Run, query: Query) -> list[list[str]] | None:
    """Markets in batches for queries that read draws, whose rows would not all fit in memory; None for the others."""
    if "share_draws" not in query.inputs:
        return None
    return market_batches(this.store.read("reports"), this.store.read("segments"), this.settings)


ASSETS = [_asset(query) for query in table_queries().values()]
