"""The release gate: Great Expectations suites over a profile of the tables about to be published.

Belongs here: what a release as a whole must look like (row counts, keys, ranges, rising quantiles, sums, changes
against the previous release), and running it. Does not belong here: counting (profile.py, sql/gate/), what one row may
look like (the registry, by pipeline/contracts.py) or how tables reconcile row by row (sql/quality/).

Great Expectations works on pandas frames in memory and takes two seconds to import. So it sees the profile, some
hundred rows however large the release, and is imported here only, when the gate runs.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from pipeline import queries
from pipeline.quality.profile import profile
from pipeline.settings import SQL, Settings

if TYPE_CHECKING:
    from great_expectations.expectations.expectation import Expectation

SUM_TOLERANCE = 1e-9
MAX_CHANGE = 10.0
"""A market that moved by more than this factor since the previous release is a unit slip until someone looks."""
_SHOWN = 10

Suite = tuple[str, pl.DataFrame, dict[str, "Expectation"]]


@dataclass(frozen=True)
class Finding:
    """The result of one expectation: what it is about, over how many rows of the profile, and which broke it."""

    subject: str
    expectation: str
    passed: bool
    looked_at: int
    broken: int
    sample: str

    def to_json(self) -> dict[str, object]:
        """Plain values, in a stable order."""
        return dict(self.__dict__)


def run_gate(tables: Mapping[str, Path], previous: Mapping[str, Path], settings: Settings) -> list[Finding]:
    """Run the suites on the published tables' parquet files.

    `previous` maps the same table names to the previous release's files, and is empty for the first release. Returns
    one finding an expectation, in a stable order; nothing is raised for a finding that did not pass.
    """
    import great_expectations as gx

    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    source = context.data_sources.add_pandas("release")
    findings: list[Finding] = []
    for name, frame, expectations in _suites(tables, previous, settings):
        batch = source.add_dataframe_asset(name).add_batch_definition_whole_dataframe("all")
        held = batch.get_batch(batch_parameters={"dataframe": frame.to_pandas()})
        for promise, expectation in expectations.items():
            result = held.validate(expectation, result_format="COMPLETE")
            findings.append(_finding(name, promise, frame, result))
    return findings


def _suites(tables: Mapping[str, Path], previous: Mapping[str, Path], settings: Settings) -> Iterator[Suite]:
    import great_expectations.expectations as gxe

    by_table, by_column, by_pair = profile(tables, previous, settings)
    yield (
        "tables",
        by_table,
        {
            "no table lost rows": _at_least("rows", "least_rows"),
            "no key stands twice": gxe.ExpectColumnValuesToBeBetween(column="repeated_keys", min_value=0, max_value=0),
        },
    )
    yield (
        "columns",
        by_column,
        {
            "no number below its bound": _at_least("least", "minimum"),
            "no number above its bound": _at_least("maximum", "most"),
        },
    )
    yield (
        "quantiles",
        by_pair,
        {"quantiles rise": gxe.ExpectColumnValuesToBeBetween(column="falling_rows", min_value=0, max_value=0)},
    )
    whole = gxe.ExpectColumnValuesToBeBetween(
        column="members_over_market", min_value=1 - SUM_TOLERANCE, max_value=1 + SUM_TOLERANCE
    )
    yield "totals", _query("gate_totals", tables), {"members add up to their market": whole}
    if "market_forecast" in previous:
        inputs = {**tables, "previous_market_forecast": previous["market_forecast"]}
        near = gxe.ExpectColumnValuesToBeBetween(
            column="new_over_previous", min_value=1 / MAX_CHANGE, max_value=MAX_CHANGE
        )
        yield "changes", _query("gate_changes", inputs), {"no market moved tenfold": near}


def _at_least(column: str, bound: str) -> Expectation:
    import great_expectations.expectations as gxe

    return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A=column, column_B=bound, or_equal=True, ignore_row_if="either_value_is_missing"
    )


def _query(name: str, inputs: Mapping[str, Path]) -> pl.DataFrame:
    query = queries.parse(SQL / "gate" / f"{name}.sql")
    return queries.run(query, inputs, {})


def _finding(subject: str, promise: str, frame: pl.DataFrame, result: Any) -> Finding:
    found = result.result
    broken = [int(i) for i in found.get("unexpected_index_list") or []]
    trouble = result.exception_info.get("exception_message") if isinstance(result.exception_info, dict) else None
    shown = [json.dumps(row, default=str) for row in frame[broken[:_SHOWN]].to_dicts()]
    return Finding(
        subject=subject,
        expectation=promise,
        passed=bool(result.success),
        looked_at=frame.height,
        broken=len(broken),
        sample=str(trouble or "; ".join(shown)),
    )
