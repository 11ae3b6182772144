"""The release gate: one Great Expectations suite over the tables about to be published.

Belongs here: what a release as a whole must look like (row counts, keys, ranges, rising quantiles, sums, changes
against the previous release), and running it. Does not belong here: what one row may look like (the registry, by
pipeline/contracts.py) or how tables reconcile row by row (sql/quality/).

Great Expectations works on pandas frames and takes two seconds to import, so both happen here only, when the gate runs.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline import queries
from pipeline.settings import SQL, Settings
from pipeline.tables import PUBLISHED, TABLES

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

SUM_TOLERANCE = 1e-9
MAX_CHANGE = 10.0
"""A market that moved by more than this factor since the previous release is a unit slip until someone looks."""
_QUANTILE = re.compile(r"^(.*)_p(\d\d)$")


@dataclass(frozen=True)
class Finding:
    """The result of one expectation."""

    table: str
    expectation: str
    about: str
    passed: bool
    observed: str
    broken: int
    sample: str

    def to_json(self) -> dict[str, object]:
        """Plain values, in a stable order."""
        return dict(self.__dict__)


def run_gate(tables: Mapping[str, Path], previous: Mapping[str, Path], settings: Settings) -> list[Finding]:
    """Run the suite on the published tables' parquet files.

    `previous` maps the same table names to the previous release's files, and is empty for the first release. Returns
    one finding an expectation, in a stable order; nothing is raised for a finding that did not pass.
    """
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("release")
    findings: list[Finding] = []
    for name, frame, expectations in _batches(tables, previous, settings):
        suite = gx.ExpectationSuite(name=f"release_gate.{name}", expectations=expectations)
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
        result = batch.get_batch(batch_parameters={"dataframe": frame.to_pandas()}).validate(suite)
        findings += [_finding(name, one) for one in result.results]
    return findings


def _batches(
    tables: Mapping[str, Path], previous: Mapping[str, Path], settings: Settings
) -> Iterator[tuple[str, pl.DataFrame, list[Expectation]]]:
    for name in PUBLISHED:
        before = pl.scan_parquet(previous[name]).select(pl.len()).collect().item() if name in previous else None
        yield name, _numbers(name, tables[name]), list(_table_expectations(name, before, settings))
    yield "totals", _query("gate_totals", tables), list(_total_expectations())
    if "market_forecast" in previous:
        inputs = {**tables, "previous_market_forecast": previous["market_forecast"]}
        yield "changes", _query("gate_changes", inputs), list(_change_expectations())


def _table_expectations(name: str, rows_before: int | None, settings: Settings) -> Iterator[Expectation]:
    import great_expectations.expectations as gxe

    table = TABLES[name]
    floor = 0 if table.may_be_empty else 1
    if rows_before is not None and table.stage != "release":  # fewer refused rows are no loss
        floor = max(floor, math.ceil(rows_before * settings.release_min_row_ratio))
    yield gxe.ExpectTableRowCountToBeBetween(min_value=floor)
    if len(table.key) == 1:
        yield gxe.ExpectColumnValuesToBeUnique(column=table.key[0])
    else:
        yield gxe.ExpectCompoundColumnsToBeUnique(column_list=list(table.key))
    for column in table.columns:
        if column.minimum is not None or column.maximum is not None:
            yield gxe.ExpectColumnValuesToBeBetween(
                column=column.name, min_value=column.minimum, max_value=column.maximum
            )
    for lower, upper in _quantile_pairs(table.column_names):
        yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(
            column_A=upper, column_B=lower, or_equal=True, ignore_row_if="either_value_is_missing"
        )


def _total_expectations() -> Iterator[Expectation]:
    import great_expectations.expectations as gxe

    yield gxe.ExpectColumnValuesToBeBetween(
        column="members_over_market", min_value=1 - SUM_TOLERANCE, max_value=1 + SUM_TOLERANCE
    )


def _change_expectations() -> Iterator[Expectation]:
    import great_expectations.expectations as gxe

    yield gxe.ExpectColumnValuesToBeBetween(column="new_over_previous", min_value=1 / MAX_CHANGE, max_value=MAX_CHANGE)


def _numbers(name: str, path: Path) -> pl.DataFrame:
    """The columns the suite looks at: the key and every number."""
    table = TABLES[name]
    wanted = [c.name for c in table.columns if c.name in table.key or c.kind in ("float64", "int64")]
    return pl.read_parquet(path, columns=wanted)


def _query(name: str, inputs: Mapping[str, Path]) -> pl.DataFrame:
    query = queries.parse(SQL / "gate" / f"{name}.sql")
    return queries.run(query, inputs, {})


def _quantile_pairs(columns: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Neighbouring quantile columns of the same quantity, lower first; the registry declares them in rising order."""
    for lower, upper in itertools.pairwise(columns):
        a, b = _QUANTILE.match(lower), _QUANTILE.match(upper)
        if a and b and a.group(1) == b.group(1):
            yield lower, upper


def _finding(table: str, result: Any) -> Finding:
    config, found = result.expectation_config, result.result
    about = {k: v for k, v in config.kwargs.items() if k not in ("batch_id", "or_equal", "ignore_row_if")}
    observed = found.get("observed_value", found.get("element_count", ""))
    trouble = result.exception_info.get("exception_message") if isinstance(result.exception_info, dict) else None
    sample = found.get("partial_unexpected_list") or []
    return Finding(
        table=table,
        expectation=config.type.removeprefix("expect_"),
        about=json.dumps(about, sort_keys=True, default=str),
        passed=bool(result.success),
        observed=str(trouble or observed),
        broken=int(found.get("unexpected_count") or 0) if not result.success else 0,
        sample=json.dumps(sample[:3], default=str) if not result.success else "",
    )
