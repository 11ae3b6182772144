"""data/raw/prices and data/raw/reference -> price observations, the reference tables, the price index."""

from collections.abc import Mapping

import polars as pl

import pipeline.prices
import pipeline.prices.index
import pipeline.prices.ratio
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
    found = pipeline.prices.read_prices(run.settings.raw, run.settings.prices)
    return {table: getattr(found, table) for table in TABLES}


def _index(run: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    return {"price_index": pipeline.prices.index.price_index(given["price_panel"], run.settings.seed)}


def _ratio(run: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    pairs = given["price_class_pairs"]
    return {"price_class_ratio": pipeline.prices.ratio.price_class_ratio(pairs, run.settings.seed)}


ASSETS = [
    table_asset(name="read_prices", tables=TABLES, inputs=[], compute=_read, code=pipeline.prices),
    table_asset(
        name="index_prices",
        tables=["price_index"],
        inputs=["price_panel"],
        compute=_index,
        code=pipeline.prices.index,
    ),
    table_asset(
        name="compare_classes",
        tables=["price_class_ratio"],
        inputs=["price_class_pairs"],
        compute=_ratio,
        code=pipeline.prices.ratio,
    ),
]
