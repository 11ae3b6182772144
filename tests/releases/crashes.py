"""Publishes and is killed, over and over: run by test_crashes.py in a process of its own.

Usage: python -m tests.releases.crashes WORLD_FOLDER MOMENTS SEED. Everything heavy is imported once. Each moment is a
forked child that stages (every tenth time) and publishes new inputs and is killed with SIGKILL; one that ends before
the kill does not count. Half of them are killed at a random point of the time an undisturbed run takes. What follows
the switch of `latest` is too short to be hit that way: the other half are killed at it and 1, 2, 3 ... lines of code
after it, up to the end and from there again. After each, everything a reader can see must be whole. Prints what it saw
as JSON.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline import queries
from pipeline.lineage import column_lineage
from pipeline.releases import catalog, manifest, retention
from pipeline.releases.identity import Identity, identify
from pipeline.releases.publishing import publish
from pipeline.releases.staging import stage
from pipeline.settings import SQL, Settings
from pipeline.store import Store
from pipeline.tables import PUBLISHED
from tests.releases.conftest import EXTRAS, World, add_raw, sample
from tests.releases.fabricate import fabricate


def main(folder: Path, moments: int, seed: int) -> None:
    rng = random.Random(seed)  # noqa: S311  moments, no secrets
    settings = Settings(raw=folder / "raw", processed=folder / "processed")
    world, seen = World(settings), Counter[str]()
    add_raw(settings.raw, "prices/sheet.csv", "a,b\n0,0\n")
    for path in (SQL / "star").glob("*.sql"):
        queries.parse(path)  # this and lineage are kept: no child spends its time on them
    for query in queries.table_queries().values():
        column_lineage(query)
    times = {kind: _undisturbed(world, kind, n) for n, kind in enumerate((_publish_only, _stage_and_publish))}
    known = {r.id for r in catalog.list_releases(settings)}
    moment, lines = -1, 0
    while seen["killed"] < moments:
        moment += 1
        world.change_inputs(f"a,b\n1,{moment}\n")
        kind = _stage_and_publish if moment % 10 == 0 else _publish_only
        before, identity = catalog.latest_id(settings), identify(settings)
        if moment % 2:
            child = _fork(lambda kind=kind, identity=identity: kind(world, identity))
            time.sleep(rng.uniform(0, 1.1 * times[kind]))
            os.kill(child, signal.SIGKILL)
            killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
        else:
            child = _fork(lambda kind=kind, identity=identity, n=lines: (_die_at_the_switch(n), kind(world, identity)))
            killed = os.WIFSIGNALED(os.waitpid(child, 0)[1])
            seen["lines after the switch"] = max(seen["lines after the switch"], lines)
            lines = lines + 1 if killed else 0
        seen["killed" if killed else "finished before"] += 1
        new = identity.release_id
        there = {r.id for r in catalog.list_releases(settings)}
        assert known <= there <= known | {new}, "a release went missing"
        latest = catalog.latest_id(settings)
        assert latest in {before, new}, f"latest is {latest}"
        for release in (catalog.find(settings), *([catalog.find(settings, new)] if new in there else [])):
            damage = manifest.damage(release.path, release.manifest())
            assert damage == [], damage
        if killed:
            how = "timed" if moment % 2 else "placed"
            seen[f"{how}: new {'there' if new in there else 'absent'}, latest {'new' if latest == new else 'old'}"] += 1
        known = there
        if moment % 25 == 24:
            _wait(_fork(lambda: _prune(settings)))
            known = {r.id for r in catalog.list_releases(settings)}
    seen["left before the last run"] = len(_left(settings))
    world.change_inputs("a,b\n2,2\n")
    _wait(_fork(lambda: _stage_and_publish(world, identify(settings))))
    seen["left after the last run"] = len(_left(settings))
    sys.stdout.write(json.dumps(seen))


def _publish_only(world: World, identity: Identity) -> None:
    publish(world.settings, identity, fabricate(world.settings, identity, {"reports": sample("reports")}))


def _stage_and_publish(world: World, identity: Identity) -> None:
    store = Store(world.settings.processed, identity.fingerprint)
    for table in PUBLISHED:
        store.write(table, sample(table))
    publish(world.settings, identity, stage(world.settings, identity, store, EXTRAS))


def _die_at_the_switch(lines: int) -> None:
    """From now on this process kills itself where it is about to rename `latest` into its place (0), or that many lines
    of Python, in whatever module, after it has."""
    left = lines

    def count(frame: FrameType | None, event: str, _: object) -> Any:
        nonlocal left
        if event == "line":
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)
        return count

    def hook(event: str, arguments: tuple[object, ...]) -> None:
        if event == "os.rename" and str(arguments[1]).endswith(f"/{catalog.LATEST}"):
            if lines == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            sys.settrace(count)
            frame = sys._getframe().f_back
            while frame is not None:
                frame.f_trace = count
                frame = frame.f_back

    sys.addaudithook(hook)


def _prune(settings: Settings) -> None:
    """Few releases, so that building market.duckdb anew stays a small part of the time that is killed into."""
    retention.prune(settings, 2)


def _undisturbed(world: World, kind: Callable[[World, Identity], None], n: int) -> float:
    world.change_inputs(f"a,b\n0,{n + 1}\n")
    identity = identify(world.settings)
    started = time.perf_counter()
    _wait(_fork(lambda: kind(world, identity)))
    return time.perf_counter() - started


def _fork(work: Callable[[], object]) -> int:
    child = os.fork()
    if child == 0:
        try:
            work()
            os._exit(0)
        except BaseException as error:
            os.write(2, f"{type(error).__name__}: {error}\n".encode())
            os._exit(1)
    return child


def _wait(child: int) -> None:
    status = os.waitpid(child, 0)[1]
    assert status == 0, f"an undisturbed run failed: {status}"


def _left(settings: Settings) -> list[str]:
    """What no reader is meant to see."""
    names = [p.name for p in settings.processed.iterdir() if p.name.startswith(".") and p.name != ".publish.lock"]
    return names + [p.name for p in (settings.processed / "work" / "candidate").glob(".*")]


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
