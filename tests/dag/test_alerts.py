"""A failed run tells what failed, to the log and to a webhook that listens; and automation is on only where safe."""

from __future__ import annotations

import json
import logging
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import dagster as dg
import pytest

import pipeline.prices.fetch
from pipeline.dag.alerts import WEBHOOK, failure_summary, report_failures
from pipeline.dag.assets import prices
from pipeline.dag.build import build_definitions
from pipeline.dag.resources import Run
from pipeline.dag.tables import reported
from pipeline.errors import RawDataError
from pipeline.settings import FetchLimits


@dg.op
def broken() -> None:
    with reported():
        raise RawDataError("data/raw/x.csv: sha256 is 1 but its sidecar says 2")


@dg.job
def failing() -> None:
    broken()


@pytest.fixture
def context() -> dg.RunFailureSensorContext:
    instance = dg.DagsterInstance.ephemeral()
    done = failing.execute_in_process(instance=instance, raise_on_error=False)
    return dg.build_run_status_sensor_context(
        sensor_name="report_failures",
        dagster_instance=instance,
        dagster_run=done.dagster_run,
        dagster_event=done.get_run_failure_event(),
    ).for_run_failure()


def test_refused_input_leaves_no_traceback_in_the_log(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    definitions = build_definitions(Run(raw=str(tmp_path / "nothing"), processed=str(tmp_path / "processed")))
    job = definitions.resolve_job_def("refresh")
    read = [dg.AssetKey("assumptions"), dg.AssetKey("scenarios")]
    assert not job.execute_in_process(asset_selection=read, raise_on_error=False).success
    assert "Stack Trace" not in "".join(capfd.readouterr())


def test_the_summary_names_the_run_and_what_each_step_said(context: dg.RunFailureSensorContext) -> None:
    first, second = failure_summary(context).splitlines()
    assert context.dagster_run.run_id in first
    assert second == "broken: data/raw/x.csv: sha256 is 1 but its sidecar says 2"


def test_a_webhook_gets_the_summary(context: dg.RunFailureSensorContext, monkeypatch: pytest.MonkeyPatch) -> None:
    got: list[dict[str, str]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()

    with HTTPServer(("127.0.0.1", 0), Hook) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        monkeypatch.setenv(WEBHOOK, f"http://127.0.0.1:{server.server_port}/hook")
        report_failures(context)
        thread.join(10)
    assert [hook["text"] for hook in got] == [failure_summary(context)]


def test_a_dead_webhook_does_not_raise(context: dg.RunFailureSensorContext, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("http://127.0.0.1:1/", "no address"):
        monkeypatch.setenv(WEBHOOK, address)
        report_failures(context)


def test_only_what_is_safe_runs_by_itself() -> None:
    defs = build_definitions()
    schedules = {s.name: s.default_status.value for s in (defs.schedules or [])}
    assert schedules == {"daily_refresh": "RUNNING", "daily_download_prices": "STOPPED"}
    sensors = {s.name: s.default_status.value for s in (defs.sensors or [])}
    assert sensors == {"raw_data_changed": "RUNNING", "report_failures": "RUNNING"}
    release = defs.resolve_asset_graph().get(dg.AssetKey("release"))
    assert release.freshness_policy is not None


@pytest.mark.parametrize(("job", "tries"), [("download_prices", 3), ("__ASSET_JOB", 1)])
def test_only_a_download_of_its_own_is_retried_and_a_dead_network_is_no_failure(
    job: str, tries: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens there
    monkeypatch.setattr(prices, "RETRY_SECONDS", 0)
    monkeypatch.setattr(pipeline.prices.fetch, "FetchLimits", lambda: FetchLimits(attempts=1))
    defs = build_definitions(Run(raw=str(tmp_path / "raw"), processed=str(tmp_path / "processed")))
    found = defs.resolve_job_def(job)
    with dg.DagsterInstance.ephemeral() as instance:
        done = found.execute_in_process(instance=instance, asset_selection=[dg.AssetKey("price_catalogues")])
        events = instance.all_logs(done.run_id)
    starts = [
        e for e in events if e.dagster_event and e.dagster_event.event_type_value in ("STEP_START", "STEP_RESTARTED")
    ]
    assert (done.success, len(starts)) == (True, tries)
    assert sum("unreachable" in e.user_message for e in events if e.level == logging.WARNING) > 3
