"""Runs in process, with an instance of their own: what Dagster keeps, one asset alone, and a failing check."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from pipeline.dag.build import build_definitions
from pipeline.dag.execute import run_all
from pipeline.dag.resources import Run
from pipeline.raw import reseal
from pipeline.settings import ROOT, Settings

REPORT = "reports/ai-training-market/report.md"


@pytest.fixture(scope="module", autouse=True)
def few_draws() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PIPELINE_DRAWS", "256")
        patch.delenv("DAGSTER_HOME", raising=False)
        yield


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Settings of a folder in which one run has published a release."""
    home = tmp_path_factory.mktemp("dag")
    shutil.copytree(ROOT / "data" / "raw", home / "raw")
    settings = Settings.from_env(raw=home / "raw", processed=home / "processed")
    assert run_all(settings).failures == ()
    return settings


def instance(settings: Settings) -> dg.DagsterInstance:
    return dg.DagsterInstance.from_config(str(settings.processed / ".dagster"))


def latest_metadata(settings: Settings, asset: str) -> dict[str, object]:
    with instance(settings) as kept:
        event = kept.get_latest_materialization_event(dg.AssetKey(asset))
        return dict(event.asset_materialization.metadata)


def test_forecasts_show_rows_table_chart_sql_and_lineage(done: Settings) -> None:
    found = latest_metadata(done, "region_forecast")
    assert found["dagster/row_count"].value == 200  # 5 regions, 10 years, 4 scenarios
    assert "North America" in found["preview"].value
    assert found["chart"].value.startswith("![region_forecast](data:image/png;base64,")
    assert "from member_forecast" in found["sql"].value
    lineage = found["dagster/column_lineage"].value.deps_by_column
    assert [(d.asset_key.to_user_string(), d.column_name) for d in lineage["region"]] == [("member_forecast", "member")]


def test_data_version_is_the_content(done: Settings) -> None:
    with instance(done) as kept:
        tags = kept.get_latest_materialization_event(dg.AssetKey("region_forecast")).asset_materialization.tags
    assert len(tags["dagster/data_version"]) == 16


def test_one_asset_alone_can_be_materialised_again(done: Settings) -> None:
    defs = build_definitions(Run(raw=str(done.raw), processed=str(done.processed)))
    job = defs.resolve_implicit_global_asset_job_def()
    with instance(done) as kept:
        result = job.execute_in_process(instance=kept, asset_selection=[dg.AssetKey("region_forecast")])
    assert result.success


def test_one_asset_alone_without_its_inputs_says_what_to_run(done: Settings, tmp_path: Path) -> None:
    defs = build_definitions(Run(raw=str(done.raw), processed=str(tmp_path / "empty")))
    job = defs.resolve_implicit_global_asset_job_def()
    result = job.execute_in_process(asset_selection=[dg.AssetKey("leaders")], raise_on_error=False)
    assert not result.success
    said = [e.step_failure_data.user_failure_data.description for e in result.all_events if e.is_step_failure]
    assert said == ["member_forecast: not made yet from the present inputs and code; materialise it first (or run all)"]


@pytest.mark.slow
def test_a_failing_gate_leaves_latest_untouched(done: Settings) -> None:
    """The page now prints its sizes a thousand times too large: every rule holds, only the gate can see it."""
    latest = (done.processed / "latest").readlink()
    file = done.raw / REPORT
    before = file.read_text(encoding="utf-8")
    try:
        file.write_text(before.replace("12.00 Bn", "12,000 Bn").replace("86.24 Bn", "86,240 Bn"), encoding="utf-8")
        reseal(file)
        outcome = run_all(done)
    finally:
        file.write_text(before, encoding="utf-8")
        reseal(file)
    assert outcome.release_id is None
    assert any("release_gate" in line for line in outcome.failures)
    assert (done.processed / "latest").readlink() == latest
    assert "new_over_previous" in (done.processed / "work/checks/latest.html").read_text(encoding="utf-8")
