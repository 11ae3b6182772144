"""The UI and the files of releases beside it: what is served, what is not, and that a service ends as a whole."""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.routing import Route

from pipeline.cli import main
from pipeline.dag.links import CHECKS, checks_page, release_file
from pipeline.dag.webserver import last_checks
from pipeline.dag.webserver import release_file as served
from pipeline.store import write_bytes
from tests.releases.conftest import World, world

__all__ = ["world"]


Get = Callable[[str], httpx.Response]


@pytest.fixture
def get(world: World, monkeypatch: pytest.MonkeyPatch) -> Get:
    monkeypatch.setenv("PIPELINE_PROCESSED", str(world.settings.processed))
    app = Starlette(routes=[Route("/releases/{release}/{path:path}", served), Route(CHECKS, last_checks)])

    async def ask(path: str) -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://ui") as client:
            return await client.get(path)

    return lambda path: asyncio.run(ask(path))


def test_a_file_of_a_release_is_served_by_its_id_and_as_the_latest(world: World, get: Get) -> None:
    published = world.publish()
    for release in (published.release_id, "latest"):
        answer = get(release_file(release, "checks/gate.json"))
        assert (answer.status_code, answer.json()) == (200, [{"passed": True}])
    # A page of a release has no way to what else is served at this address.
    assert answer.headers["content-security-policy"].startswith("sandbox allow-scripts")
    assert get(release_file("latest", "dictionary.md")).headers["content-type"] == "text/plain; charset=utf-8"


@pytest.mark.parametrize(
    "path",
    [
        "/releases/latest/no.html",
        "/releases/latest/checks",
        "/releases/latest/%2e%2e/market.duckdb",
        "/releases/latest/..%2f.dagster%2fdagster.yaml",
        "/releases/latest//etc/passwd",
        "/releases/.dagster/dagster.yaml",
        "/releases/..%2f..%2fraw/reports",
        "/releases/2026-01-01-000000000000/brief.html",
    ],
)
def test_nothing_else_is_served(world: World, get: Get, path: str) -> None:
    world.publish()
    write_bytes(world.settings.processed / ".dagster" / "dagster.yaml", b"secret")
    assert get(path).status_code == 404


def test_the_last_checks_are_served_published_or_not(world: World, get: Get) -> None:
    assert get(CHECKS).status_code == 404
    write_bytes(checks_page(world.settings), b"<h1>Checks</h1>")
    assert get(CHECKS).text == "<h1>Checks</h1>"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_taken_port_is_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setattr(sys, "argv", ["pipeline", "ui", "--port", str(port)])
        with pytest.raises(SystemExit):
            main()
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(f"error: port {port} on 127.0.0.1 cannot be used")
    assert last.endswith("give another with --port")


@pytest.mark.slow
def test_the_service_serves_the_ui_and_releases_and_ends_whole_even_when_killed(world: World) -> None:
    published = world.publish()
    port = free_port()
    folders = ["--raw", str(world.settings.raw), "--processed", str(world.settings.processed)]
    command = [sys.executable, "-m", "pipeline.cli", "ui", "--port", str(port), *folders]
    children: list[str] = []
    environment = {k: v for k, v in os.environ.items() if k != "DAGSTER_HOME"}
    base = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as service:
        try:
            assert "dagster_webserver_version" in answer(f"{base}/server_info").json()
            assert answer(f"{base}/releases/latest/checks/gate.json").json() == [{"passed": True}]
            assert published.release_id in answer(f"{base}/releases/latest/manifest.json").text
            children = Path(f"/proc/{service.pid}/task/{service.pid}/children").read_text().split()
            assert len(children) == 2
        finally:
            service.kill()
    until = time.monotonic() + 30
    while any(Path(f"/proc/{child}/cmdline").exists() and alive(child) for child in children):
        assert time.monotonic() < until, "a process was left behind"
        time.sleep(0.1)


def alive(process: str) -> bool:
    try:
        return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False


def answer(address: str) -> httpx.Response:
    """The answer of a server that may still be starting."""
    until = time.monotonic() + 240
    while True:
        try:
            found = httpx.get(address, trust_env=False, timeout=30)
        except httpx.TransportError:
            assert time.monotonic() < until, f"{address}: never answered"
            time.sleep(0.2)
        else:
            assert found.status_code == 200, found.text
            return found
