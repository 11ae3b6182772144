"""data/raw/prices and data/raw/reference -> price observations and the reference tables."""

from collections.abc import Mapping

import polars as pl

import pipeline.prices
from pipeline.dag.resources import Run
from pipeline.dag.tables import table_asset

TABLES = [
    "accelerators",
    "providers",
    "regions",
    "non_hourly_prices",
    "price_observations",
    "price_rejects",
    "price_file_counts",
]


def _read(run: Run, _: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    found = pipeline.prices.read_prices(run.settings.raw)
    return {table: getattr(found, table) for table in TABLES}


ASSETS = [table_asset(name="read_prices", tables=TABLES, inputs=[], compute=_read, code=pipeline.prices)]
