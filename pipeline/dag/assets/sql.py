"""Every table that a query of sql/ makes: one asset a file, its inputs taken from the query itself."""

from collections.abc import Mapping

import polars as pl

from pipeline.dag.resources import Run
from pipeline.dag.tables import table_asset
from pipeline.model import market_batches
from pipeline.queries import Query, run, table_queries
from pipeline.tables import TABLES


def _asset(query: Query) -> object:
    def compute(this: Run, _: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
        store = this.store
        batches = market_batches(store, this.settings) if TABLES[query.name].stage == "forecast" else None
        inputs = {name: store.existing(name) for name in query.inputs}
        return {query.name: run(query, inputs, this.settings.hashed(), batches=batches)}

    return table_asset(
        name=f"make_{query.name}",
        tables=[query.name],
        inputs=query.inputs,
        compute=compute,
        code=query.text,
        load=False,
    )


ASSETS = [_asset(query) for query in table_queries().values()]
