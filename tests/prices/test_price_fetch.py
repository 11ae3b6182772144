"""Fetching from a server of our own that serves good, slow, truncated, empty and wrong answers."""

from __future__ import annotations

import datetime as dt
import io
import threading
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from catalogues import HEADER, machine, sky
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import PipelineError
from pipeline.prices.fetch import Fetched, Source, _unzip, fetch, report
from pipeline.raw import read_verified, sidecar_path
from pipeline.settings import FetchLimits

MONDAY, TUESDAY = dt.date(2026, 8, 3), dt.date(2026, 8, 4)
GOOD = sky(*(machine(machine=f"m{i}", price="40") for i in range(10)))
NET = FetchLimits(timeout_seconds=0.4, total_seconds=2.0, attempts=3, first_pause_seconds=0.01, max_bytes=100_000)


class Server(ThreadingHTTPServer):
    """`answers`: path -> what to do, a list to give one after the other (the last again and again)."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: dict[str, list[bytes | int | str]] = {}
        self.asked: list[str] = []

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answers = self.server.answers.get(self.path, [404])
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, int):
            self.send_error(answer)
            return
        if answer == "slow":
            time.sleep(0.8)
        body = answer if isinstance(answer, bytes) else GOOD
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if answer == "truncated" else body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


def get(server: Server, raw: Path, day: dt.date = MONDAY, answer: list[bytes | int | str] | None = None) -> Fetched:
    if answer is not None:
        server.answers["/aws/vms.csv"] = answer
    (result,) = fetch(raw, day, sources=[source(server)], net=NET)
    return result


def source(server: Server) -> Source:
    return Source("skypilot", server.base, {"aws.csv": "aws/vms.csv"}, "p", "l")


def test_a_good_file_is_kept_with_its_sidecar(server: Server, tmp_path: Path) -> None:
    result = get(server, tmp_path, answer=[GOOD])
    assert (result.status, result.rows) == ("fetched", 10)
    assert result.path == tmp_path / "prices/skypilot/2026-08-03/aws.csv"
    data, sidecar = read_verified(result.path)
    assert (data, sidecar.as_of, sidecar.source) == (GOOD, MONDAY, f"{server.base}/aws/vms.csv")
    assert report([result]) == "skypilot aws.csv: fetched, 10 rows"


def test_a_days_file_is_never_replaced_and_earlier_days_stay(server: Server, tmp_path: Path) -> None:
    first = get(server, tmp_path, answer=[GOOD])
    other = GOOD.replace(b",40,", b",41,")
    again = get(server, tmp_path, answer=[other])
    assert again.status == "stands already"
    assert get(server, tmp_path, TUESDAY).status == "fetched"
    assert first.path.read_bytes() == GOOD
    assert (tmp_path / "prices/skypilot/2026-08-04/aws.csv").read_bytes() == other


@pytest.mark.parametrize("trouble", [500, 503, 429, "slow", "truncated"])
def test_trouble_that_passes_is_tried_again(server: Server, tmp_path: Path, trouble: int | str) -> None:
    assert get(server, tmp_path, answer=[trouble, GOOD]).status == "fetched"
    assert len(server.asked) == 2


@pytest.mark.parametrize(("trouble", "tries"), [(500, 3), (404, 1), (403, 1), ("slow", 3), ("truncated", 3)])
def test_trouble_that_stays_is_told_and_leaves_nothing(
    server: Server, tmp_path: Path, trouble: int | str, tries: int
) -> None:
    result = get(server, tmp_path, answer=[trouble])
    assert result.status == "unreachable"
    assert f"{server.base}/aws/vms.csv" in result.reason
    assert len(server.asked) == tries
    assert not list(tmp_path.rglob("*"))


def test_a_dead_network_is_no_error(tmp_path: Path) -> None:
    dead = Source("skypilot", "http://127.0.0.1:9", {"aws.csv": "aws/vms.csv"}, "p", "l")
    (result,) = fetch(tmp_path, MONDAY, sources=[dead], net=NET)
    assert result.status == "unreachable"
    assert "tried 3 times" in result.reason


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (HEADER.encode() + b"\n", "has a header and no rows"),
        (b"<html>sign in</html>", "line 1 lacks InstanceType"),
        (b"", "must be a CSV header"),
        (sky(machine("")), "no price of a tracked accelerator"),
        (sky(*(machine(machine=f"m{i}") for i in range(4))), "has 4 rows, prices/skypilot/2026-08-03/aws.csv had 10"),
        (GOOD.replace(b",40,", b",5,"), "10 of 10 prices moved by their accelerator count"),
        (GOOD.replace(b",40,", b",320,"), "10 of 10 prices moved by their accelerator count"),
        (b"x" * 200_000, "is over 100000 bytes"),
    ],
)
def test_a_file_that_cannot_be_true_is_refused_and_the_last_good_day_stands(
    server: Server, tmp_path: Path, data: bytes, says: str
) -> None:
    good = get(server, tmp_path, answer=[GOOD])
    bad = get(server, tmp_path, TUESDAY, answer=[data])
    assert bad.status == "refused"
    assert says in bad.reason
    assert not bad.path.exists()
    assert not sidecar_path(bad.path).exists()
    assert good.path.read_bytes() == GOOD


def test_half_the_rows_and_a_real_price_change_pass_the_gate(server: Server, tmp_path: Path) -> None:
    get(server, tmp_path, answer=[GOOD])
    half = sky(*(machine(machine=f"m{i}", price="22.4") for i in range(5)))
    assert get(server, tmp_path, TUESDAY, answer=[half]).status == "fetched"


def test_a_zip_is_unpacked_and_a_wrong_one_refused(server: Server, tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("aws.csv", GOOD)
    zipped = Source("skypilot", server.base, {"aws.csv": "aws/vms.csv"}, "p", "l", _unzip)
    for day, answer, status in ((MONDAY, packed.getvalue(), "fetched"), (TUESDAY, GOOD, "refused")):
        server.answers["/aws/vms.csv"] = [answer]
        (result,) = fetch(tmp_path, day, sources=[zipped], net=NET)
        assert result.status == status


def test_an_unknown_source_and_a_day_to_come_are_errors(server: Server, tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="unknown price source 'x'; there are skypilot"):
        fetch(tmp_path, MONDAY, "x", sources=[source(server)])
    with pytest.raises(PipelineError, match="lies ahead"):
        fetch(tmp_path, dt.date(2999, 1, 1), sources=[source(server)])


def test_the_command_goes_through_a_proxy_and_ends_well_with_a_warning(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A proxy is asked for the whole URL; the name behind it need not exist on this machine.
    server.answers["http://catalogue.invalid/aws/vms.csv"] = [GOOD]
    monkeypatch.setenv("PIPELINE_SKYPILOT_URL", "http://catalogue.invalid")
    monkeypatch.setenv("http_proxy", server.base)
    monkeypatch.setenv("no_proxy", "")
    done = CliRunner().invoke(
        app, ["fetch-prices", "--source", "skypilot", "--as-of", "2026-08-03", "--raw", str(tmp_path)]
    )
    assert done.exit_code == 0
    assert "skypilot aws.csv: fetched, 10 rows" in done.stdout
    assert "skypilot azure.csv: unreachable" in done.stdout
    assert "4 of 5 files did not come" in done.stderr
    bad = CliRunner().invoke(app, ["fetch-prices", "--as-of", "yesterday"])
    assert isinstance(bad.exception, PipelineError)
