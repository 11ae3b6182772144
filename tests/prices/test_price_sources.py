"""The real sources against servers of our own: SkyPilot by commit, gpuhunt by version and by folder, live providers
through the library; and our reader beside the library's on the same published catalogue."""

from __future__ import annotations

import datetime as dt
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import gpuhunt
import polars as pl
import pytest
from catalogues import machine, sky
from conftest import REFERENCE, put
from servers import Proxy, Server, running

from pipeline.contracts import validate
from pipeline.prices import read_prices
from pipeline.prices.fetch import Fetched, fetch
from pipeline.prices.live import LIVE
from pipeline.prices.readers import gpuhunt as reader
from pipeline.prices.sources import today
from pipeline.raw import load_sidecar, read_verified
from pipeline.settings import FetchLimits, Settings

NET = FetchLimits(timeout_seconds=0.5, total_seconds=1.5, attempts=2, first_pause_seconds=0.01, max_bytes=1_000_000)
TODAY, PAST = today(), dt.date(2026, 8, 3)
SHA = "ab" * 20
HEADER = (
    "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size,gpu_vendor,flags,cpu_arch,"
    "provider_data"
)
AWS = f"""{HEADER}
p5.48xlarge,us-east-1,55.04,192,2048.0,8,H100,80.0,False,,nvidia,,x86,"{{""a"": 1, ""b"": 2}}"
p5.48xlarge,us-east-1,20.5,192,2048.0,8,H100,80.0,True,,nvidia,,x86,{{}}
p4d.24xlarge,us-west-2,21.95,96,1152.0,8,A100,40.0,False,,nvidia,,x86,{{}}
m5.large,us-east-1,0.096,2,8.0,0,,,False,,,,x86,{{}}
""".encode()


@pytest.fixture
def server() -> Iterator[Server]:
    with running(Server()) as one:
        yield one


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "*")


def zipped(name: str, data: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return packed.getvalue()


def one(raw: Path, source: str, file: str, day: dt.date = TODAY) -> Fetched:
    return next(f for f in fetch(raw, day, source, net=NET) if f.file == file)


@pytest.fixture
def sky_server(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("PIPELINE_SKYPILOT_URL", f"{server.base}/raw")
    monkeypatch.setenv("PIPELINE_SKYPILOT_COMMITS_URL", f"{server.base}/commits")
    return server


def commits(day: dt.date) -> str:
    return f"/commits?path=catalogs/v8/aws/vms.csv&until={day}T23:59:59Z&per_page=1"


def test_skypilot_today_is_the_newest_file_and_a_day_gone_by_its_last_commit(
    sky_server: Server, tmp_path: Path
) -> None:
    old = sky(machine(price="41"))
    sky_server.answers |= {
        "/raw/master/catalogs/v8/aws/vms.csv": [sky(machine())],
        commits(PAST): [json.dumps([{"sha": SHA}]).encode()],
        f"/raw/{SHA}/catalogs/v8/aws/vms.csv": [old],
    }
    now, then = one(tmp_path, "skypilot", "aws.csv"), one(tmp_path, "skypilot", "aws.csv", PAST)
    assert (now.status, then.status) == ("fetched", "fetched")
    assert commits(TODAY) not in sky_server.asked
    data, sidecar = read_verified(then.path)
    assert (data, sidecar.as_of, sidecar.accessed) == (old, PAST, TODAY)
    assert SHA in sidecar.source


@pytest.mark.parametrize("said", [b"[]", b"{}", b"<html>", b'[{"sha": "../../etc"}]', b'[{"sha": null}]', b'["x"]'])
def test_what_names_no_commit_is_refused(sky_server: Server, tmp_path: Path, said: bytes) -> None:
    sky_server.answers[commits(PAST)] = [said]
    found = one(tmp_path, "skypilot", "aws.csv", PAST)
    assert (found.status, "commit" in found.reason) == ("refused", True)
    assert not any("/raw/" in path for path in sky_server.asked)


@pytest.fixture
def hunted(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    monkeypatch.setenv("GPUHUNT_CATALOG_URL", server.base)
    server.answers |= {
        "/aws/version": [b"20260818-42\n"],
        "/aws/20260818-42/catalog.zip": [zipped("aws.csv", AWS)],
    }
    return server


def test_gpuhunt_is_fetched_by_the_version_that_is_named_and_dated_by_it(hunted: Server, tmp_path: Path) -> None:
    found = one(tmp_path, "gpuhunt", "aws.csv")
    assert (found.status, found.rows) == ("fetched", 4)
    data, sidecar = read_verified(found.path)
    assert (data, sidecar.as_of) == (AWS, dt.date(2026, 8, 18))
    assert sidecar.source.endswith("/aws/20260818-42/catalog.zip")
    # The newest version was the newest on the day after it too; what was on an earlier day, no list says.
    assert one(tmp_path, "gpuhunt", "aws.csv", dt.date(2026, 8, 19)).status == "fetched"
    early = one(tmp_path, "gpuhunt", "aws.csv", PAST)
    assert (early.status, "no list names those" in early.reason) == ("refused", True)


@pytest.mark.parametrize(
    ("path", "answer", "status", "says"),
    [
        ("/aws/version", b"<html>sign in</html>", "refused", "a version is a day and a number"),
        ("/aws/version", b"../../x", "refused", "a version is a day and a number"),
        ("/aws/version", b"20261399-1", "refused", "no such day"),
        ("/aws/version", b"\xff", "refused", "a version is a day and a number"),
        ("/aws/version", 404, "unreachable", "404"),
        ("/aws/20260818-42/catalog.zip", AWS, "refused", "is no zip"),
        ("/aws/20260818-42/catalog.zip", zipped("gcp.csv", AWS), "refused", "is no zip that holds aws.csv"),
        ("/aws/20260818-42/catalog.zip", zipped("aws.csv", b"x" * 2_000_000), "refused", "bytes unpacked"),
        ("/aws/20260818-42/catalog.zip", zipped("aws.csv", HEADER.encode()), "refused", "has a header and no rows"),
        ("/aws/20260818-42/catalog.zip", 500, "unreachable", "500"),
        ("/aws/20260818-42/catalog.zip", "truncated", "unreachable", "tried 2 times"),
    ],
)
def test_what_is_no_published_catalogue_is_told_and_leaves_nothing(
    hunted: Server, tmp_path: Path, path: str, answer: bytes | int | str, status: str, says: str
) -> None:
    hunted.good = zipped("aws.csv", AWS)
    hunted.answers[path] = [answer]
    found = one(tmp_path, "gpuhunt", "aws.csv")
    assert (found.status, says in found.reason) == (status, True), found.reason
    assert not list(tmp_path.rglob("*"))


def test_a_local_catalogue_folder_is_a_source_of_today(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "catalogue"
    folder.mkdir()
    (folder / "aws.csv").write_bytes(AWS)
    monkeypatch.setenv("GPUHUNT_CATALOG_DIR", str(folder))
    assert one(tmp_path / "raw", "gpuhunt", "aws.csv").status == "fetched"
    assert str(tmp_path) not in load_sidecar(tmp_path / f"raw/prices/gpuhunt/{TODAY}/aws.csv").source
    for file, day, says in (("gcp.csv", TODAY, "cannot be read"), ("aws.csv", PAST, "not to be had any more")):
        found = one(tmp_path / "raw", "gpuhunt", file, day)
        assert (found.status, says in found.reason) == ("refused", True)


def test_our_reader_finds_the_offers_that_the_library_finds(hunted: Server, tmp_path: Path) -> None:
    for name in ("azure", "verda", "gcp", "lambdalabs", "nebius", "oci", "runpod", "cloudrift"):
        hunted.answers[f"/{name}/20260818-42/catalog.zip"] = [zipped(f"{name}.csv", HEADER.encode())]
    catalog = gpuhunt.Catalog(auto_reload=False)
    catalog.load("20260818-42")
    theirs = {
        (o.instance_name, o.location, "spot" if o.spot else "on_demand", o.gpu_count, o.price)
        for o in catalog.query(provider="aws", min_gpu_count=1)
    }
    found = one(tmp_path, "gpuhunt", "aws.csv")
    data, sidecar = read_verified(found.path)
    mine = reader.read(data, str(found.path), sidecar).frame.select(
        "instance_type", "region", "purchase_model", "accelerator_count", "price_usd_per_hour"
    )
    assert theirs == set(mine.rows())
    assert len(theirs) == 3


VAST = {
    "id": 77, "cpu_cores": 32, "cpu_cores_effective": 32.0, "cpu_ram": 256000, "disk_space": 1000.0,
    "storage_cost": 0.72, "dph_base": 16.0, "min_bid": 8.0, "geolocation": "Bulgaria, BG", "gpu_name": "H100 SXM",
    "gpu_ram": 81559, "num_gpus": 8, "rentable": True, "rented": False,
}  # fmt: skip
METAL = {
    "id": "vbm-112c-2048gb-8-h100-gpu", "cpu_threads": 224, "ram": 2097152, "disk": 960, "hourly_cost": 23.92,
    "locations": ["sea", "fra"], "type": "NVMe",
}  # fmt: skip
LIUM = {
    "id": "n1", "gpu_model": "H100 80GB HBM3", "gpu_count": 8, "available_gpu_count": 8, "price_per_gpu_hour": 2.0,
    "min_rentable_gpu_count": 8, "gpu_memory_gb": 80, "cpu_count": 128, "ram_gb": 2000, "disk_free_gb": 5000,
    "tier": "secure", "country_code": "JP", "region": "13",
}  # fmt: skip
ANSWERS = {
    "/vastai": {"offers": [VAST, VAST | {"id": 78, "cpu_cores": None}]},
    "/vultr/plans-metal?per_page=500": {"plans_metal": [METAL]},
    "/vultr/plans?type=all&per_page=500": {"plans": []},
    "/lium": {"nodes": [LIUM, {"id": "n2"}]},
}


@pytest.fixture
def live(server: Server, monkeypatch: pytest.MonkeyPatch) -> Server:
    """The providers' interfaces, served by us: the library asks here."""
    for name, (module, _, url) in LIVE.items():
        monkeypatch.setattr(f"{module}.{url}", f"{server.base}/{name}")
    server.answers |= {path: [json.dumps(answer).encode()] for path, answer in ANSWERS.items()}
    return server


def test_live_providers_end_in_price_observations(live: Server, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    for file in ("reference/accelerators.csv", "reference/regions.csv", "reference/providers.csv"):
        put(raw, file, (Settings().raw / file).read_bytes(), accessed=TODAY)
    put(raw, "prices/non_hourly.csv", REFERENCE["prices/non_hourly.csv"].encode(), accessed=TODAY)
    assert [one(raw, name, f"{name}.csv").status for name in LIVE] == ["fetched"] * 3
    kept = read_prices(raw).price_observations
    validate("price_observations", kept)
    columns = ("provider", "provider_class", "macro_region", "purchase_model", "accelerator_count")
    found = kept.select(*columns, pl.col("price_usd_per_accelerator_hour").round(3)).sort(columns).rows()
    # Vast.ai: 16 and 8 USD for eight, and a disk of 1 GB at 0.72 USD a month, a thousandth of a dollar an hour.
    assert found == [
        ("Lium", "marketplace", "Asia Pacific", "on_demand", 8.0, 2.0),
        ("Vast.ai", "marketplace", "Europe", "on_demand", 8.0, 2.0),
        ("Vast.ai", "marketplace", "Europe", "spot", 8.0, 1.0),
        ("Vultr", "specialised", "Europe", "on_demand", 8.0, 2.99),
        ("Vultr", "specialised", "North America", "on_demand", 8.0, 2.99),
    ]
    sidecar = load_sidecar(raw / f"prices/gpuhunt/{TODAY}/vastai.csv")
    assert sidecar.source == f"{live.base}/vastai"
    assert sidecar.notes.endswith("what it left out: 1.")  # the offer without CPUs
    body = json.loads(next(b for b in live.bodies if b))
    assert (body["limit"] >= 1000, body["disk_space"]) == (True, {"gte": 1})


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        (500, "unreachable", "500"),
        (404, "unreachable", "404"),
        ("slow", "refused", "cannot read"),  # comes after 0.8 s; the library itself waits 10, and the body is empty
        ("truncated", "unreachable", "tried 2 times"),
        (b"<html>sign in</html>", "refused", "answers what gpuhunt cannot read"),
        (b'{"error": "x"}', "refused", "answers what gpuhunt cannot read: KeyError"),
        (b"[]", "refused", "answers what gpuhunt cannot read"),
        (b'{"offers": [{"id": 1}]}', "refused", "answers what gpuhunt cannot read: KeyError"),
        (b'{"offers": []}', "refused", "offers nothing now"),
        (json.dumps({"offers": [VAST | {"gpu_name": "RTX 3090"}]}).encode(), "refused", "no price of a tracked"),
        ("dripping", "unreachable", "not finished after"),
    ],
)
def test_a_live_provider_in_trouble_is_told_and_the_others_come(
    live: Server, tmp_path: Path, answer: bytes | int | str, status: str, says: str
) -> None:
    live.good = b"" if answer == "slow" else json.dumps(ANSWERS["/vastai"]).encode()
    live.answers["/vastai"] = [answer]
    found = one(tmp_path, "vastai", "vastai.csv")
    assert (found.status, says in found.reason) == (status, True), found.reason
    assert not list(tmp_path.rglob("*"))
    assert one(tmp_path, "vultr", "vultr.csv").status == "fetched"


def test_a_live_provider_is_tried_again_and_not_asked_about_the_past(live: Server, tmp_path: Path) -> None:
    good = live.answers["/vastai"][0]
    live.answers["/vastai"] = [503, good]
    assert one(tmp_path, "vastai", "vastai.csv").status == "fetched"
    past = one(tmp_path, "vastai", "vastai.csv", PAST)
    assert (past.status, "not to be had any more" in past.reason) == ("refused", True)


def test_live_providers_are_asked_through_a_proxy_and_a_dead_network_is_told(
    live: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gpuhunt.providers.lium.NODES_URL", "http://nodes.invalid/lium")
    monkeypatch.delenv("no_proxy")
    with running(Proxy(live)) as proxy:
        monkeypatch.setenv("http_proxy", proxy.base)
        assert one(tmp_path, "lium", "lium.csv").status == "fetched"
        assert proxy.asked == ["http://nodes.invalid/lium"]
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    dead = one(tmp_path / "b", "lium", "lium.csv")
    assert (dead.status, dead.host_silent, "tried 2 times" in dead.reason) == ("unreachable", True, True)
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr("gpuhunt.providers.lium.NODES_URL", "http://127.0.0.1:9/lium")
    assert one(tmp_path / "b", "lium", "lium.csv").host_silent


def test_the_gate_holds_for_live_prices_too(live: Server, tmp_path: Path) -> None:
    """Yesterday 16 USD for eight, today 2: per accelerator now."""
    assert one(tmp_path, "vastai", "vastai.csv").status == "fetched"
    kept = tmp_path / f"prices/gpuhunt/{TODAY}"
    kept.rename(kept.with_name(str(TODAY - dt.timedelta(days=1))))
    live.answers["/vastai"] = [json.dumps({"offers": [VAST | {"dph_base": 2.0, "min_bid": 1.0}]}).encode()]
    found = one(tmp_path, "vastai", "vastai.csv")
    assert (found.status, "moved by their accelerator count" in found.reason) == ("refused", True)
