"""Speed and memory of reading price catalogues, as ratios against DuckDB in the same run.

The catalogue is Azure's of 2026-04-02 (60,436 rows) where the shared folder is beside the checkout, else one of the
same size made up here. Prints `name: measured (target)`, one a line; fails where a target is missed.
"""

from __future__ import annotations

import datetime as dt
import gzip
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

from pipeline.prices.build import read_catalogue
from pipeline.prices.readers import format_of
from pipeline.prices.reference import read_reference
from pipeline.raw import Sidecar
from pipeline.settings import ROOT, PriceLimits, Settings

SHARED = (
    Path(os.environ.get("PIPELINE_SHARED") or ROOT.parent / "shared")
    / "price-catalogs"
    / "skypilot"
    / "2026-04-02"
    / "azure.csv.gz"
)
DAY = dt.date(2026, 4, 2)
DAYS = 365
RATIO_TARGET, MEMORY_TARGET_MB = 2.0, 500
REPEATS = 15


def catalogue() -> bytes:
    """The published catalogue, or one of the same shape: 60,436 rows, one in seventy with an accelerator."""
    if SHARED.exists():
        return gzip.decompress(SHARED.read_bytes())
    header = "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,GpuInfo,Price,SpotPrice,Region,Generation\n"
    regions = ("eastus", "westus", "westeurope", "japaneast")
    rows = [
        f"Standard_ND{i}isr_H100_v5,H100,8,96,1850,H100,98.32,40.1,{regions[i % 4]},V2"
        if i % 70 == 0
        else f"Standard_D{i}_v5,,,2,8,,0.{i % 900 + 100},,{regions[i % 4]},V1,V2"
        for i in range(60_436)
    ]
    return (header + "\n".join(rows) + "\n").encode()


def seconds(work: Callable[[], object]) -> float:
    """Wall time of one run."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def median_ratio(ours: Callable[[], object], floor: Callable[[], object]) -> float:
    """Median over REPEATS pairs, run one after the other so that what else the machine does meets both; one pair before
    to warm up."""
    pairs = [seconds(ours) / seconds(floor) for _ in range(REPEATS + 1)]
    return statistics.median(pairs[1:])


def ratio(data: bytes) -> float:
    """Reading and normalising over DuckDB's bare read_csv of the same file into a table."""
    reference, limits = read_reference(Settings().raw), PriceLimits()
    form = format_of("prices/skypilot/2026-04-02/azure.csv")
    assert form is not None  # noqa: S101
    sidecar = Sidecar("t", "p", "s", None, DAY, "l", "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "azure.csv"
        path.write_bytes(data)

        def bare() -> None:
            with duckdb.connect() as con:
                con.execute("create table t as select * from read_csv($1, null_padding = true)", [str(path)])

        def ours() -> None:
            read_catalogue(
                path.read_bytes(),
                "prices/skypilot/2026-04-02/azure.csv",
                form,
                sidecar,
                reference=reference,
                limits=limits,
            )

        return median_ratio(ours, bare)


def year_in_one_pass(data: bytes) -> None:
    """A child process: a year of daily catalogues, read and normalised one after the other, all observations kept."""
    import polars as pl

    reference, limits = read_reference(Settings().raw), PriceLimits()
    form = format_of("prices/skypilot/2026-04-02/azure.csv")
    assert form is not None  # noqa: S101
    started, rows, kept = time.perf_counter(), 0, []
    for n in range(DAYS):
        day = DAY - dt.timedelta(days=n)
        sidecar = Sidecar("t", "p", "s", None, day, "l", "")
        file = read_catalogue(
            data, f"prices/skypilot/{day}/azure.csv", form, sidecar, reference=reference, limits=limits
        )
        rows += file.read
        kept.append(file.observations)
    observations = pl.concat(kept)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    taken = time.perf_counter() - started
    sys.stdout.write(f"{rows} {observations.height} {peak:.0f} {taken:.0f}\n")


def main() -> None:
    """Print both numbers."""
    if "--year" in sys.argv:
        year_in_one_pass(sys.stdin.buffer.read())
        return
    data = catalogue()
    measured = ratio(data)
    sys.stdout.write(f"price catalogue / DuckDB read_csv: {measured:.2f} (at most {RATIO_TARGET:g})\n")
    child = subprocess.run(  # noqa: S603  our own file
        [sys.executable, __file__, "--year"], input=data, capture_output=True, check=True, env=os.environ
    )
    rows, kept, peak, taken = child.stdout.split()
    sys.stdout.write(
        f"peak memory of {int(rows):,} catalogue rows in one pass: {int(peak)} MB (at most {MEMORY_TARGET_MB}); "
        f"{int(kept):,} observations, {int(taken)} s\n"
    )
    if measured > RATIO_TARGET or int(peak) > MEMORY_TARGET_MB:
        sys.exit(1)


if __name__ == "__main__":
    main()
