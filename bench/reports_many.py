"""Many reports in one run: time, memory of all its processes, and how both grow with the number of reports.

Makes N report pages of its own words, each with its own figures, dimensions, members and claims, one in a hundred of
them broken, beside the project's own prices and reference tables, and runs the real command `pipeline run` on them.
Prints `name: measured (target)`, one a line; fails where a target is missed. By default 100 and 1,000 reports;
`bench/reports_many.py 100 10000` takes other numbers: the first two are compared. What a run costs before the first
report (one run of a single report) is printed too, and is not taken off.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.raw import sha256
from pipeline.settings import ROOT

COUNTS = (100, 1_000)
SECONDS_TARGET, MEMORY_TARGET_MB, LINEAR = 300.0, 2_000.0, 0.99
"""Seconds and megabytes for 1,000 reports; time may grow by this much of the growth in reports: 9.9 for tenfold."""
BROKEN_EVERY = 100
SIDECAR = "title: {}\nproducer: Bench Research\nsource: made up\naccessed: 2026-01-02\nlicence: own\nsha256: {}\n"
REGIONS = ("North America", "Europe", "Asia Pacific", "Latin America", "Middle East and Africa")
NOUNS = ("Sensor", "Polymer", "Valve", "Battery", "Coating", "Turbine", "Enzyme", "Router", "Fabric", "Ceramic")
USES = ("Marine", "Dairy", "Textile", "Mining", "Railway", "Hospital", "Printing", "Farming", "Brewing", "Glass")
DIMENSIONS = {
    "Product Type": ("Rigid", "Flexible", "Modular", "Hybrid", "Compact"),
    "Application": ("Monitoring", "Packaging", "Heating", "Filtration", "Lighting"),
    "End-User": ("Large Plants", "Small Workshops", "Public Utilities", "Households", "Laboratories"),
    "Sales Channel": ("Direct Contracts", "Dealers", "Online Shops", "Auctions", "Leasing"),
}
BACKGROUND = (
    "Buyers weigh the price of a device against what it saves them over its life, and renew contracts once a year. "
    "Makers answer with leasing, with service by the hour, and with parts that fit machines of other makers.\n\n"
)
"""Prose that claims nothing, up to the size of a typical page."""


@dataclass(frozen=True)
class Cost:
    """What one run took."""

    seconds: float
    cpu_seconds: float
    megabytes: float
    accepted: int
    rejected: int


def page(number: int) -> str:
    """A report page: two to four dimensions of four or five segments, five regions, and claims about some of them."""
    rng = random.Random(number)  # noqa: S311  no secret
    market = f"{USES[number % 10]} {NOUNS[number // 10 % 10]} {number} Market"
    base, growth = rng.uniform(0.5, 80), rng.uniform(0.03, 0.25)
    forecast = base * (1 + growth) ** 9
    dimensions = {
        name: members[: rng.randint(4, 5)]
        for name, members in rng.sample(sorted(DIMENSIONS.items()), rng.randint(2, len(DIMENSIONS)))
    }
    rows = "\n".join(f"| By {name} | {', '.join(members)} |" for name, members in dimensions.items())
    first = next(iter(dimensions))
    fastest = rng.choice(REGIONS[1:])
    broken = number % BROKEN_EVERY == BROKEN_EVERY - 1
    size = (
        f"The {market} was valued at USD {base:.2f} billion in 2025 and is projected to reach USD {forecast:.2f} "
        f"billion by 2034, growing at a CAGR of {100 * growth:.1f}% from 2025 to 2034."
    )
    return f"""# {market}

Prepared for a speed test; every figure here is made up.

## Market size

{"The size of this market is not given." if broken else size}

## Segments

| Segmentation | Sub-Segments |
|---|---|
{rows}
| By Geography | {", ".join(REGIONS)} |

## Regions

North America accounted for around {rng.randint(30, 45)}% of the market in 2025.
{fastest} is the fastest-growing region.

## Products

By {first.lower()}, the {dimensions[first][rng.randrange(4)]} segment held the largest share in 2025.

## Background

{BACKGROUND * 40}
"""


def raw(folder: Path, count: int) -> Path:
    """A raw folder of the project's own prices, references and assumptions, and `count` reports."""
    for name in ("prices", "reference", "evidence"):
        shutil.copytree(ROOT / "data" / "raw" / name, folder / name)
    for file in (ROOT / "data" / "raw").glob("assumptions.yaml*"):
        shutil.copy(file, folder / file.name)
    for number in range(count):
        home = folder / "reports" / f"report-{number:05}"
        home.mkdir(parents=True)
        data = page(number).encode()
        (home / "report.md").write_bytes(data)
        (home / "report.md.meta.yaml").write_text(SIDECAR.format(f"Report {number}", sha256(data)), encoding="utf-8")
    return folder


def measure(count: int) -> Cost:
    """Run the command on `count` reports in a folder of its own, and look at its processes while it runs."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        raw(folder / "raw", count)
        command = [sys.executable, "-m", "pipeline.cli", "run", "--raw", str(folder / "raw")]
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        with (folder / "log").open("w+") as log:
            process = subprocess.Popen(  # noqa: S603  our own command
                [*command, "--processed", str(folder / "processed")], stdout=log, stderr=log
            )
            peak = [0.0]
            watcher = threading.Thread(target=_watch, args=(process, peak))
            watcher.start()
            status = process.wait()
            watcher.join()
            log.seek(0)
            said = log.read()
        seconds = time.perf_counter() - started
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        if "-v" in sys.argv or status != 0:
            sys.stdout.write(said)
        if status != 0:
            raise SystemExit(f"bench/reports_many.py: the run of {count} reports failed")
        reports = pl.read_parquet(folder / "processed" / "latest" / "reports.parquet")
        accepted = reports.filter(pl.col("status") == "accepted").height
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Cost(seconds, cpu, peak[0], accepted, reports.height - accepted)


def _watch(process: subprocess.Popen[bytes], peak: list[float]) -> None:
    """The most memory (resident, MB) that the process and its children held together, seen every 0.2 s."""
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_resident_mb(pid) for pid in _family(process.pid)))
        time.sleep(0.2)


def _family(pid: int) -> list[int]:
    try:
        children = (Path("/proc") / str(pid) / "task" / str(pid) / "children").read_text().split()
    except OSError:
        return [pid]
    return [pid, *(p for child in children for p in _family(int(child)))]


def _resident_mb(pid: int) -> float:
    try:
        pages = int((Path("/proc") / str(pid) / "statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def main() -> int:
    """Measure, print, and say whether every target was met (exit status)."""
    few, many = [int(a) for a in sys.argv[1:] if a.isdecimal()] or COUNTS
    costs = {count: measure(count) for count in (1, few, many)}
    for count, cost in costs.items():
        sys.stdout.write(
            f"{count} reports: {cost.seconds:.1f} s, {cost.cpu_seconds:.1f} s of CPU, {cost.megabytes:.0f} MB, "
            f"{cost.accepted} accepted, {cost.rejected} rejected\n"
        )
    growth = many / few
    results = [
        (f"time of {many} over {few} reports", costs[many].seconds / costs[few].seconds, LINEAR * growth),
        (f"CPU of {many} over {few} reports", costs[many].cpu_seconds / costs[few].cpu_seconds, LINEAR * growth),
        (f"peak memory of {many} reports, MB", costs[many].megabytes, MEMORY_TARGET_MB),
        (f"seconds for {many} reports, on this machine now", costs[many].seconds, SECONDS_TARGET * many / 1_000),
        ("broken reports not told from good ones", float(abs(costs[many].rejected - many // BROKEN_EVERY)), 0.0),
    ]
    missed = 0
    for name, measured, target in results:
        fine = measured <= target
        missed += not fine
        sys.stdout.write(f"{name}: {measured:.3g} (<= {target:g}){'' if fine else '  MISSED'}\n")
    return int(missed > 0)


if __name__ == "__main__":
    sys.exit(main())
