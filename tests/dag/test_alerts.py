"""A failed run tells what failed, to the log and to a webhook that listens; and automation is on only where safe."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer

import dagster as dg
import pytest

from pipeline.dag.alerts import WEBHOOK, failure_summary, report_failures
from pipeline.dag.build import build_definitions
from pipeline.dag.tables import reported
from pipeline.errors import RawDataError


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


def test_only_what_is_safe_runs_by_itself_and_only_the_network_is_retried() -> None:
    defs = build_definitions()
    status = {s.name: s.default_status.value for s in (defs.schedules or [])}
    assert status == {"daily_refresh": "RUNNING", "daily_download_prices": "STOPPED"}
    retries = {job.name: job.op_retry_policy is not None for job in (defs.jobs or [])}
    assert retries == {"refresh": False, "download_prices": True}
    release = defs.resolve_asset_graph().get(dg.AssetKey("release"))
    assert release.freshness_policy is not None
