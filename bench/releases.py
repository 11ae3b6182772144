"""What publishing, verifying and asking cost, as ratios against DuckDB and against the bytes there are, in one run.

Prints `name: measured (target)`, one a line; fails where a target is missed.
"""

from __future__ import annotations

import hashlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import polars as pl

from pipeline.releases.catalog import find
from pipeline.releases.identity import identify
from pipeline.releases.publishing import publish
from pipeline.releases.staging import stage
from pipeline.releases.verifying import verify
from pipeline.settings import ROOT, Settings
from pipeline.store import Store
from pipeline.tables import PUBLISHED, TABLES

LARGE, ROWS = "segment_region_forecast", 2_000_000
PUBLISH_TARGET, READ_TARGET, QUERY_TARGET_SECONDS, QUERY_TARGET, BESIDE_TARGET = 1.5, 1.05, 0.5, 2.0, 3.0
REPEATS = 5
RELEASES = 100


def large() -> pl.DataFrame:
    """The cross table of 1,000 markets, with numbers that do not compress away."""
    random, columns = np.random.default_rng(1), {}
    for column in TABLES[LARGE].columns:
        if column.kind == "float64":
            columns[column.name] = pl.Series(random.random(ROWS))
        elif column.kind == "int64":
            columns[column.name] = pl.Series(2000 + np.arange(ROWS) % 10)
        else:
            names = pl.Series(list(column.allowed) or [f"{column.name} {i}" for i in range(1000)])
            columns[column.name] = names.gather(np.arange(ROWS) % len(names))
    return pl.DataFrame(columns, schema=TABLES[LARGE].schema)


def raw_folder(place: Path, text: str) -> None:
    """One input with its sidecar."""
    place.mkdir(parents=True, exist_ok=True)
    (place / "x.csv").write_text(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    said = f"title: t\nproducer: p\nsource: s\naccessed: 2026-01-01\nlicence: CC0\nsha256: {digest}\n"
    (place / "x.csv.meta.yaml").write_text(said)


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one run."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def published(settings: Settings, frame: pl.DataFrame, number: int) -> tuple[float, list[Path]]:
    """Time to hand over, stage and publish a release of that table and otherwise empty ones; the files handed over.
    Handing over encodes the parquet files, as COPY does."""
    raw_folder(settings.raw, f"{number}\n")
    identity = identify(settings)
    store = Store(settings.processed, identity.fingerprint)
    frames = {n: frame if n == LARGE else TABLES[n].frame([]) for n in PUBLISHED}

    def all_of_it() -> None:
        for name, table in frames.items():
            store.write(name, table)
        publish(settings, identity, stage(settings, identity, store, {}))

    return seconds(all_of_it), [store.path(name) for name in PUBLISHED]


def bare(sources: list[Path], place: Path) -> float:
    """Time of DuckDB's COPY of the same tables, and of hashing what it wrote."""
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    with duckdb.connect() as con:

        def copy() -> None:
            for source in sources:
                target = place / f"{source.parent.name}.parquet"
                con.execute(f"copy (from '{source}') to '{target}' (format parquet, compression zstd)")
                hashlib.sha256(target.read_bytes()).hexdigest()

        return seconds(copy)


def bytes_read() -> int:
    """What this process has read so far, by the kernel's count."""
    said = Path("/proc/self/io").read_text(encoding="ascii")
    return int(next(line.split()[1] for line in said.splitlines() if line.startswith("rchar")))


def cold_query(processed: Path) -> float:
    """Time of one `select count(*)` from a new process."""
    sql = "select count(*) from reports"
    command = [sys.executable, "-m", "pipeline.cli", "query", sql, "--processed", str(processed)]
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT))  # noqa: S603  ours


def bare_query(file: Path) -> float:
    """Time of a new process that imports DuckDB, asks the same of the file and prints it."""
    code = f"import duckdb; print(duckdb.connect().sql(\"select count(*) from '{file}'\"))"
    command = [sys.executable, "-c", code]
    return seconds(lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT))  # noqa: S603  ours


def main() -> int:
    """Measure, print, and return 1 where a target is missed."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(raw=Path(folder) / "raw", processed=Path(folder) / "processed")
        frame = large()
        published(settings, frame.head(10), 0)  # warms up what is imported and parsed once
        pairs = []
        for number in range(1, REPEATS + 1):
            taken, sources = published(settings, frame, number)
            pairs.append(taken / bare(sources, Path(folder) / "bare"))
        release = find(settings)
        before = bytes_read()
        found = verify(release)
        read = (bytes_read() - before) / found.bytes
        cold = [(cold_query(settings.processed), bare_query(release.tables["reports"])) for _ in range(2 * REPEATS)]
        small = [published(settings, frame.head(10), 1000 + n)[0] for n in range(RELEASES)]
    beside = statistics.median(small[-9:]) / statistics.median(small[:9])
    lines = [
        ("publish a release, over DuckDB's COPY and hashing", statistics.median(pairs), PUBLISH_TARGET, "x"),
        ("verify, bytes read over bytes there are", read, READ_TARGET, "x"),
        ("query from a cold process", min(taken for taken, _ in cold), QUERY_TARGET_SECONDS, "s"),
        ("the same, over a bare DuckDB", statistics.median(taken / floor for taken, floor in cold), QUERY_TARGET, "x"),
        (f"publish beside {RELEASES} releases, over beside few", beside, BESIDE_TARGET, "x"),
    ]
    for name, measured, target, unit in lines:
        sys.stdout.write(f"{name}: {measured:.2f} {unit} ({target:g} {unit})\n")
    return int(any(measured > target for _, measured, target, _ in lines) or bool(found.damage))


if __name__ == "__main__":
    sys.exit(main())
