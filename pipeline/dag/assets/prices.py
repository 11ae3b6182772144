"""data/raw/prices and data/raw/reference -> price observations, the reference tables, the price index."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import dagster as dg
import polars as pl

import pipeline.prices.build
import pipeline.prices.fetch
import pipeline.prices.index
import pipeline.prices.paths
import pipeline.prices.ratio
import pipeline.prices.regional
from pipeline.dag.resources import Run
from pipeline.dag.tables import DOES, DOWNLOADING, reported, table_asset
from pipeline.dag.versions import code_version

TABLES = [
    "accelerators",
    "providers",
    "regions",
    "non_hourly_prices",
    "price_observations",
    "price_rejects",
    "price_file_counts",
]
DRAWS = ["price_path_draws", "price_region_draws"]


def _read(run: Run, _: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    found = pipeline.prices.build.read_prices(run.settings.raw, run.settings.prices)
    return {table: getattr(found, table) for table in TABLES}


def _index(run: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    return {"price_index": pipeline.prices.index.price_index(given["price_panel"], run.settings.seed)}


def _ratio(run: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    pairs = given["price_class_pairs"]
    return {"price_class_ratio": pipeline.prices.ratio.price_class_ratio(pairs, run.settings.seed)}


def _regions(run: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    pairs = given["price_region_pairs"]
    return {"price_region_levels": pipeline.prices.regional.price_region_levels(pairs, run.settings.seed)}


def _draws(run: Run, given: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    found = pipeline.prices.paths.draw_prices(**given, draws=run.settings.draws, seed=run.settings.seed)
    return {table: getattr(found, table) for table in DRAWS}


RETRIES, RETRY_SECONDS = 2, 60
"""How often, and after how long at first, a scheduled download that met a dead network is tried again."""


@dg.asset(
    name="price_catalogues",
    group_name="downloads",
    kinds={"python", "csv"},
    description="Today's published price catalogues in data/raw, each with its sidecar. What does not come or cannot "
    "be true is a warning, and the last good day stands. Runs on its own schedule, not with the refresh.",
    code_version=code_version(pipeline.prices.fetch),
)
def price_catalogues(context: dg.AssetExecutionContext, run: Run) -> dg.MaterializeResult[None]:
    """Download what there is; never an error, so that a dead network stops nothing. The job of its own, which nobody
    waits for, tries again later when nothing at all was reached."""
    with reported():
        today = dt.datetime.now(dt.UTC).date()
        results = pipeline.prices.fetch.fetch(run.settings.raw, today, limits=run.settings.prices)
    tried = context.op_execution_context.retry_number
    dead = all(r.status == "unreachable" for r in results)
    if dead and tried < RETRIES and context.run.tags.get(DOES) == DOWNLOADING:
        raise dg.RetryRequested(max_retries=RETRIES, seconds_to_wait=RETRY_SECONDS * 2**tried)
    for result in results:
        if result.status in pipeline.prices.fetch.MISSING:
            context.log.warning(f"{result.source} {result.file}: {result.status}, {result.reason}")
    counts: dict[str, Any] = {
        status: sum(r.status == status for r in results) for status in dict.fromkeys(r.status for r in results)
    }
    return dg.MaterializeResult(
        metadata={"files": dg.MetadataValue.md(pipeline.prices.fetch.report(results).replace("\n", "  \n")), **counts}
    )


ASSETS = [
    price_catalogues,
    table_asset(name="read_prices", tables=TABLES, inputs=[], compute=_read, code=pipeline.prices.build),
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
    table_asset(
        name="compare_regions",
        tables=["price_region_levels"],
        inputs=["price_region_pairs"],
        compute=_regions,
        code=pipeline.prices.regional,
    ),
    table_asset(
        name="draw_prices",
        tables=DRAWS,
        inputs=["price_class_ratio", "price_index", "price_region_pairs", "price_region_levels", "assumptions"],
        compute=_draws,
        code=pipeline.prices.paths,
    ),
]
