"""The graph: every table an asset, every rule a blocking check, everything a person sees described."""

from __future__ import annotations

import subprocess
import sys

import dagster as dg
import pytest

from pipeline.dag.build import build_definitions
from pipeline.dag.tables import column_schema
from pipeline.quality.rules import rules
from pipeline.queries import table_queries
from pipeline.settings import ROOT
from pipeline.tables import TABLES

OTHERS = {"price_catalogues", "release_candidate", "release", "release_changes"}


@pytest.fixture(scope="module")
def graph() -> dg.AssetGraph:  # type: ignore[name-defined]
    return build_definitions().resolve_asset_graph()


def test_assets_are_the_tables_and_the_release(graph) -> None:
    assert {key.to_user_string() for key in graph.get_all_asset_keys()} == {*TABLES, *OTHERS}


def test_every_rule_and_contract_is_a_blocking_check(graph) -> None:
    found = {(k.asset_key.to_user_string(), k.name) for k in graph.asset_check_keys}
    wanted = {(rule.table, rule.name) for rule in rules()} | {(table, "contract") for table in TABLES}
    assert found == wanted | {("release_candidate", "release_gate")}
    assert all(graph.get(key).blocking for key in graph.asset_check_keys)


def test_assets_say_what_they_are(graph) -> None:
    for key in graph.get_all_asset_keys():
        node, name = graph.get(key), key.to_user_string()
        assert node.description, name
        assert node.kinds, name
        assert node.code_version, name
        assert not node.owners, name
        other = "downloads" if name == "price_catalogues" else "release"
        assert node.group_name == (TABLES[name].stage if name in TABLES else other)


def test_sql_assets_depend_on_what_their_query_reads(graph) -> None:
    for name, query in table_queries().items():
        parents = {k.to_user_string() for k in graph.get(dg.AssetKey(name)).parent_keys}
        assert parents == set(query.inputs), name


def test_column_schema_carries_units_and_constraints() -> None:
    columns = {c.name: c for c in column_schema("region_forecast").columns}
    assert columns["value_usd_bn_p05"].description.startswith("[billion US dollars]")
    assert columns["evidence_grade"].constraints.other == ["one of reported, bounded, prior"]
    assert columns["cagr_pct_mean"].constraints.nullable
    assert not columns["region"].constraints.nullable


def test_the_job_runs_daily_and_everything() -> None:
    defs = build_definitions()
    schedule = defs.resolve_schedule_def("daily_refresh")
    assert (schedule.cron_schedule, schedule.execution_timezone, schedule.job_name) == ("0 6 * * *", "UTC", "refresh")
    nodes = {node.name for node in defs.resolve_job_def("refresh").nodes}
    assert {"read_reports", "release", "stage_release", "member_forecast_rules"} <= nodes


def test_workspace_loads() -> None:
    command = [sys.executable, "-m", "dagster", "definitions", "validate", "-w", "workspace.yaml"]
    found = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert found.returncode == 0, found.stderr[-2000:]
