"""Publishing while being killed, while being read, and twice at once; and in which order the disk is told. All real."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.errors import StoreError
from pipeline.releases.catalog import find, list_releases
from pipeline.releases.identity import identify
from pipeline.releases.lock import OWNER
from pipeline.releases.publishing import publish
from pipeline.settings import ROOT
from tests.releases import readers
from tests.releases.conftest import World
from tests.releases.fabricate import fabricate

PIPES: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}


@pytest.mark.slow
def test_killed_at_two_hundred_moments_no_reader_sees_half_a_release(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.releases.crashes", str(tmp_path), "200", "20261122"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    seen = json.loads(done.stdout)
    assert seen["killed"] == 200
    # The moments must have hit the middle: before the release stood, between its rename and the switch, at the switch
    # itself (0 lines after it: latest is still the old one), and at every line of what follows it.
    assert seen["timed: new absent, latest old"] >= 20
    assert seen["timed: new there, latest old"] >= 5
    assert seen["placed: new there, latest old"] >= 1
    assert seen["placed: new there, latest new"] >= 50
    assert seen["lines after the switch"] >= 20
    assert seen["left after the last run"] == 0


@pytest.mark.slow
def test_twenty_readers_meet_only_whole_releases_while_a_hundred_are_published(world: World, tmp_path: Path) -> None:
    def next_release(number: int) -> None:
        world.change_inputs(f"a,b\n1,{number}\n")
        identity = identify(world.settings)
        frame = pl.select(number=pl.repeat(number, readers.ROWS, dtype=pl.Int64))
        publish(world.settings, identity, fabricate(world.settings, identity, {"reports": frame, "claims": frame}))

    next_release(0)
    stop, script = tmp_path / "stop", str(Path(readers.__file__))
    hows = ["market"] * 8 + ["duckdb"] * 6 + ["polars"] * 6
    command = [sys.executable, script, str(world.settings.processed)]
    limits = os.environ | {"POLARS_MAX_THREADS": "1"}
    started = [subprocess.Popen([*command, how, str(stop)], **PIPES, env=limits) for how in hows]
    try:
        for number in range(1, 101):
            next_release(number)
    finally:
        stop.touch()
    said = [(reader.communicate(timeout=60), reader.returncode) for reader in started]
    assert [(out[1], code) for out, code in said if code] == []
    answers = [tuple(map(int, out[0].split())) for out, _ in said]
    assert len(list_releases(world.settings)) == 101
    # Readers were at it all the while: more than one release came by each way of reading.
    for how in ("market", "duckdb", "polars"):
        assert max(seen for (_, seen), asked in zip(answers, hows, strict=True) if asked == how) >= 3
    assert sum(answered for answered, _ in answers) >= 100


def test_the_disk_holds_a_release_before_anything_points_to_it(world: World, tmp_path: Path) -> None:
    """Order of system calls, as after a power cut only what was synced stands: every file and folder of the candidate,
    then its rename, then the folder it went into; market.duckdb synced before its rename; latest last."""
    if shutil.which("strace") is None:
        pytest.skip("needs strace to see system calls")
    identity = identify(world.settings)
    candidate = fabricate(world.settings, identity, {"reports": pl.DataFrame({"a": [1]})})
    trace = tmp_path / "trace"
    code = (
        "import sys, pathlib\n"
        "from pipeline.releases.identity import identify\n"
        "from pipeline.releases.publishing import publish\n"
        "from pipeline.settings import Settings\n"
        "settings = Settings(raw=pathlib.Path(sys.argv[1]), processed=pathlib.Path(sys.argv[2]))\n"
        "publish(settings, identify(settings), pathlib.Path(sys.argv[3]))\n"
    )
    program = [sys.executable, "-c", code, str(world.settings.raw), str(world.settings.processed), str(candidate)]
    calls = "trace=fsync,fdatasync,rename,renameat,renameat2"
    traced = ["strace", "-f", "-y", "-e", calls, "-o", str(trace), *program]
    done = subprocess.run(traced, capture_output=True, text=True, cwd=ROOT, check=False)
    if "Operation not permitted" in done.stderr:
        pytest.skip("strace may not trace here")
    assert done.returncode == 0, done.stderr
    order = [line for line in map(short_call, trace.read_text().splitlines()) if line]
    processed, place = str(world.settings.processed), f"{world.settings.processed}/release={identity.release_id}"
    moved, shown = order.index(f"rename {candidate} {place}"), order.index(f"rename .latest {processed}/latest")
    database = order.index(f"rename .market.duckdb {processed}/market.duckdb")
    assert {f"sync {candidate}/reports.parquet", f"sync {candidate}/manifest.json", f"sync {candidate}"} <= set(
        order[:moved]
    )
    assert f"sync {processed}" in order[moved:database]
    assert "sync .market.duckdb" in order[moved:database]
    assert database < shown
    assert f"sync {processed}" in order[shown:]


def short_call(line: str) -> str:
    """One traced call as `sync PATH` or `rename FROM TO`; files written aside without their process number."""
    sync = re.search(r"f(?:data)?sync\(\d+<([^>]*)>", line)
    said = f"sync {sync[1]}" if sync else ""
    moved = re.search(r'rename\w*\((?:AT_FDCWD[^,]*, )?"([^"]*)", (?:AT_FDCWD[^,]*, )?"([^"]*)"', line)
    said = f"rename {moved[1]} {moved[2]}" if moved else said
    return re.sub(r"\S*/(\.latest|\.market\.duckdb)\.\d+", r"\1", said)


def test_two_publishers_at_once_wait_for_each_other(world: World) -> None:
    """Two processes publish the same new inputs at the same moment: both succeed, one release stands."""
    code = (
        "import sys, pathlib\n"
        "from tests.releases.conftest import World\n"
        "from pipeline.settings import Settings\n"
        "world = World(Settings(raw=pathlib.Path(sys.argv[1]), processed=pathlib.Path(sys.argv[2])))\n"
        "identity, store = world.fill()\n"
        "from pipeline.releases.lock import publisher\n"
        "from pipeline.releases.publishing import publish\n"
        "from pipeline.releases.staging import stage\n"
        "from tests.releases.conftest import EXTRAS\n"
        "print(publish(world.settings, identity, stage(world.settings, identity, store, EXTRAS)).new)\n"
    )
    program = [sys.executable, "-c", code, str(world.settings.raw), str(world.settings.processed)]
    both = [
        subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) for _ in "ab"
    ]
    said = [(*p.communicate(timeout=60), p.returncode) for p in both]
    assert [r.id for r in list_releases(world.settings)] == [identify(world.settings).release_id]
    ended = sorted(out.strip() or err.strip().splitlines()[-1] for out, err, _ in said)
    assert "True" in ended, ended


def test_who_holds_the_lock_and_for_how_long_is_said(world: World) -> None:
    code = (
        "import sys, pathlib, time\n"
        "from pipeline.releases.lock import publisher\n"
        "from pipeline.settings import Settings\n"
        "with publisher(Settings(processed=pathlib.Path(sys.argv[1]))):\n"
        "    print('held', flush=True)\n"
        "    time.sleep(60)\n"
    )
    identity, candidate = world.stage()
    program = [sys.executable, "-c", code, str(world.settings.processed)]
    with subprocess.Popen(program, cwd=ROOT, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        time.sleep(1)
        with pytest.raises(StoreError, match=rf"process {holder.pid} on \S+ has been publishing for [1-9]\d* s"):
            publish(world.settings, identity, candidate, wait=0.1)
        # Killed, it leaves its word behind but not the lock.
        holder.kill()
    assert publish(world.settings, identity, candidate).new
    assert not (world.settings.processed / OWNER).exists()
    assert find(world.settings).id == identity.release_id
