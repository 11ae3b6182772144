"""Fetching from a server of our own that serves good, slow, truncated, empty and wrong answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from catalogues import HEADER, machine, sky
from servers import Answer, Proxy, Server, behind_tls, running
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import PipelineError
from pipeline.prices.download import Net
from pipeline.prices.fetch import Fetched, fetch, report
from pipeline.prices.sources import Got, Source
from pipeline.raw import read_verified, sidecar_path
from pipeline.settings import FetchLimits

MONDAY, TUESDAY = dt.date(2026, 8, 3), dt.date(2026, 8, 4)
GOOD = sky(*(machine(machine=f"m{i}", price="40") for i in range(10)))
NET = FetchLimits(timeout_seconds=0.4, total_seconds=2.0, attempts=3, first_pause_seconds=0.01, max_bytes=100_000)


@pytest.fixture
def server() -> Iterator[Server]:
    with running(Server(GOOD)) as one:
        yield one


def get(server: Server, raw: Path, day: dt.date = MONDAY, answer: list[Answer] | None = None) -> Fetched:
    if answer is not None:
        server.answers["/aws/vms.csv"] = answer
    (result,) = fetch(raw, day, sources=[source(server)], net=NET)
    return result


def source(server: Server) -> Source:
    return at(f"{server.base}/aws/vms.csv")


def at(url: str, *files: str) -> Source:
    def get(net: Net, file: str, day: dt.date) -> Got:
        return Got(net.download(url), url)

    return Source("skypilot", files or ("aws.csv",), get, "p", "l")


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
    said = {500: "the server answers 500", 404: "the server answers 404", 403: "the server answers 403"}.get(
        trouble, ""
    )
    assert result.reason.startswith(f"{server.base}/aws/vms.csv: {said}")
    assert result.reason.endswith("(tried 3 times)") == (tries == 3)
    assert len(server.asked) == tries
    assert not list(tmp_path.rglob("*"))


def test_a_dead_network_is_no_error(tmp_path: Path) -> None:
    dead = at("http://127.0.0.1:9/vms.csv", "aws.csv", "gcp.csv")
    first, second = fetch(tmp_path, MONDAY, sources=[dead], net=NET)
    assert (first.status, second.status) == ("unreachable", "unreachable")
    assert "tried 3 times" in first.reason
    assert "tried" not in second.reason  # a host that is not there needs no patience twice


def test_a_dead_network_is_waited_for_once_until_somebody_answers(server: Server, tmp_path: Path) -> None:
    server.answers |= {"/b": [GOOD], "/c": [500]}
    urls = {"a": "http://127.0.0.1:9/a", "d": "http://127.0.0.1:9/d", "b": f"{server.base}/b", "c": f"{server.base}/c"}
    named = [Source(n, ("aws.csv",), at(u).get, "p", "l", "skypilot" if n == "b" else f"x{n}") for n, u in urls.items()]
    found = fetch(tmp_path, MONDAY, sources=named, net=NET)
    assert [f.status for f in found] == ["unreachable", "unreachable", "fetched", "unreachable"]
    assert ["tried 3 times" in found[0].reason, "tried" in found[1].reason] == [True, False]
    assert "tried 3 times" in found[3].reason  # a network that lives and is slow gets all the patience there is


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


def test_an_unknown_source_and_a_day_to_come_are_errors(server: Server, tmp_path: Path) -> None:
    with pytest.raises(PipelineError, match="unknown price source 'x'; there are skypilot"):
        fetch(tmp_path, MONDAY, "x", sources=[source(server)])
    with pytest.raises(PipelineError, match="lies ahead"):
        fetch(tmp_path, dt.date(2999, 1, 1), sources=[source(server)])


def test_pauses_between_tries_grow(monkeypatch: pytest.MonkeyPatch, server: Server, tmp_path: Path) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("tenacity.nap.time.sleep", pauses.append)
    get(server, tmp_path, answer=[500])
    # 0.01 and 0.02 s, each with up to 0.01 s at random so that many clients do not come back at once.
    assert 0.01 <= pauses[0] <= 0.02 <= pauses[1] <= 0.03


def test_an_answer_that_never_ends_is_cut_off(server: Server, tmp_path: Path) -> None:
    server.answers["/aws/vms.csv"] = ["dripping"]
    impatient = FetchLimits(timeout_seconds=0.4, total_seconds=0.3, attempts=1)
    (result,) = fetch(tmp_path, MONDAY, sources=[source(server)], net=impatient)
    assert (result.status, "not finished after 0.3 s" in result.reason) == ("unreachable", True)


def test_one_source_in_trouble_leaves_the_others(server: Server, tmp_path: Path) -> None:
    server.answers |= {"/a": [GOOD], "/b": [500], "/c": [HEADER.encode()]}
    urls = {name: f"{server.base}/{name}" for name in "abc"}
    named = [Source(n, ("aws.csv",), at(u).get, "p", "l", "skypilot" if n == "a" else f"x{n}") for n, u in urls.items()]
    found = fetch(tmp_path, MONDAY, sources=named, net=NET)
    assert [(f.source, f.status) for f in found] == [("a", "fetched"), ("b", "unreachable"), ("c", "refused")]
    assert report(found).count("\n") == 2


def through(monkeypatch: pytest.MonkeyPatch, proxy: Server) -> None:
    for name in ("http_proxy", "https_proxy"):
        monkeypatch.setenv(name, proxy.base)
    for name in ("no_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)


def test_plain_and_tls_downloads_go_through_a_proxy(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The name exists on no machine: only the proxy knows where it leads.
    server.answers["/vms.csv"] = [GOOD]
    with running(Proxy(server)) as proxy:
        through(monkeypatch, proxy)
        (plain,) = fetch(tmp_path, MONDAY, sources=[at("http://catalogue.invalid/vms.csv")], net=NET)
        assert (plain.status, proxy.asked) == ("fetched", ["http://catalogue.invalid/vms.csv"])
    with running(Server(GOOD)) as secret:
        secret.answers["/vms.csv"] = [GOOD]
        monkeypatch.setenv("SSL_CERT_FILE", str(behind_tls(secret, "catalogue.invalid", tmp_path)))
        with running(Proxy(secret)) as proxy:
            through(monkeypatch, proxy)
            (tunnelled,) = fetch(tmp_path, TUESDAY, sources=[at("https://catalogue.invalid/vms.csv")], net=NET)
            assert (tunnelled.status, proxy.asked) == ("fetched", ["CONNECT catalogue.invalid:443"])


def test_a_proxy_that_is_down_is_a_dead_network(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    (result,) = fetch(tmp_path, MONDAY, sources=[at("http://catalogue.invalid/vms.csv")], net=NET)
    assert (result.status, result.host_silent) == ("unreachable", True)


def test_the_command_goes_through_a_proxy_and_ends_well_with_a_warning(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sha = "0" * 39 + "1"
    server.answers |= {
        f"/commits?path=catalogs/v8/{cloud}/vms.csv&until=2026-08-03T23:59:59Z&per_page=1": [
            b'[{"sha": "%b"}]' % sha.encode()
        ]
        for cloud in ("aws", "azure")
    }
    server.answers[f"/raw/{sha}/catalogs/v8/aws/vms.csv"] = [GOOD]
    monkeypatch.setenv("PIPELINE_SKYPILOT_URL", "http://catalogue.invalid/raw")
    monkeypatch.setenv("PIPELINE_SKYPILOT_COMMITS_URL", "http://catalogue.invalid/commits")
    asked = ["fetch-prices", "--source", "skypilot", "--as-of", "2026-08-03", "--raw", str(tmp_path)]
    with running(Proxy(server)) as proxy:
        through(monkeypatch, proxy)
        done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0
    assert "skypilot aws.csv: fetched, 10 rows" in done.stdout
    assert "skypilot azure.csv: unreachable" in done.stdout
    assert "4 of 5 files did not come" in done.stderr
    bad = CliRunner().invoke(app, ["fetch-prices", "--as-of", "yesterday"])
    assert isinstance(bad.exception, PipelineError)
