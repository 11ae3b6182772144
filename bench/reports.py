"""How fast reports are read: 1,000 typical pages on one core, and how memory grows with their number.

Then 3 MB of each of many kinds of junk, beside 300 kB of it. Prints `name: measured (target)` lines. The floor is one
pass of the decoder and the plain-text reader over the same bytes, in the same run: what reading costs before anything
is understood. Seconds depend on what else the machine does, so only ratios and the growth fail when they miss their
target.
"""

from __future__ import annotations

import re
import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

import yaml

from pipeline.raw import sha256
from pipeline.reports import read_reports
from pipeline.reports.decode import decode
from pipeline.reports.plaintext import read_plain
from pipeline.reports.reading import Limits, read_bytes
from pipeline.reports.segmentation import Splits
from pipeline.settings import ROOT

PAGES, PAGE_BYTES = 1_000, 15_000
TARGET_SECONDS, TARGET_RATIO, TARGET_GROWTH = 30.0, 15.0, 1.5
SIDECAR = "title: t\nproducer: p\nsource: s\naccessed: 2026-01-02\nlicence: own\nsha256: {}\n"


def page() -> str:
    """The shipped digest, with its prose repeated up to the size of a typical page, no sentence twice the same (the
    reader passes over what it has read).
    """
    text = (ROOT / "data" / "raw" / "reports" / "ai-training-market" / "report.md").read_text(encoding="utf-8")
    start, end = text.index("## 3."), text.index("## 5.")
    prose = text[start:end].replace("USD", "some").replace("fastest-growing", "growing")
    part = 0
    while len(text.encode()) < PAGE_BYTES:
        part += 1
        text += "\n" + re.sub(r"(?<=[a-z])(?=[,.])", f" of part {part}", prose)
    return text


def fill(folder: Path, count: int) -> Path:
    """A folder of `count` reports, each with figures of its own."""
    text = page()
    for number in range(count):
        data = text.replace("12.00", f"{12 + number / 100:.2f}").encode()
        home = folder / f"r{number:04}"
        home.mkdir(parents=True)
        (home / "report.md").write_bytes(data)
        (home / "report.md.meta.yaml").write_text(SIDECAR.format(sha256(data)), encoding="utf-8")
    return folder


def seconds(folder: Path) -> tuple[float, float]:
    """Seconds for reading a folder's reports, and for the floor over the same files."""
    started = time.process_time()
    tables = read_reports(folder)
    spent = time.process_time() - started
    if tables.reports.filter(tables.reports["status"] == "accepted").height != tables.reports.height:
        raise SystemExit("bench/reports.py: a page was rejected; the figures below would mean nothing")
    started = time.process_time()
    for path in folder.glob("*/report.md"):
        decoded = decode(path.read_bytes())
        read_plain(decoded[0] if decoded else "")
    return spent, time.process_time() - started


def peak_bytes(folder: Path) -> int:
    """Python memory at its highest while a folder's reports are read."""
    tracemalloc.start()
    read_reports(folder)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


JUNK_FILE = ROOT / "tests" / "reports" / "junk.yaml"
MARKED = ("a ", "<div>", "1 billion and ", "Europe 1% ", "| ", "by x: a; ")  # kinds that HTML is measured with too
JUNK_BYTES, SHARE_OF_BYTES = 3_000_000, 10
TARGET_JUNK_SECONDS, TARGET_JUNK_RATIO = 5.0, 13.0
LEAST_SECONDS = 0.05  # of the smaller size; what takes less says nothing about growth


def junk_seconds(piece: str, suffix: str, size: int) -> float:
    """Seconds of computing for one kind of junk of a size in bytes."""
    data = (piece * (size // len(piece))).encode()
    limits = Limits(max_seconds=600.0)
    started = time.process_time()
    read_bytes(data, suffix=suffix, report_id="r", place="r", splits=Splits(), limits=limits)
    return time.process_time() - started


def pair(piece: str, suffix: str) -> tuple[float, float]:
    """Seconds for a tenth of the junk, and for all of it."""
    return junk_seconds(piece, suffix, JUNK_BYTES // SHARE_OF_BYTES), junk_seconds(piece, suffix, JUNK_BYTES)


def junk() -> tuple[tuple[float, str], tuple[float, str]]:
    """(most seconds that 3 MB take, which kind), (largest ratio of 3 MB to 300 kB, which kind); linear is 10."""
    slowest, steepest = (0.0, ""), (0.0, "")
    kinds = [(piece, ".md") for piece in yaml.safe_load(JUNK_FILE.read_text(encoding="utf-8"))]
    for piece, suffix in [*kinds, *((piece, ".html") for piece in MARKED)]:
        small, large = pair(piece, suffix)
        if (
            large >= TARGET_JUNK_SECONDS or large / small >= TARGET_JUNK_RATIO
        ):  # once more: other work may have slowed it
            small, large = min((small, large), pair(piece, suffix), key=lambda seconds: seconds[1])
        name = f"{piece!r} in {suffix}"
        slowest = max(slowest, (large, name))
        if small >= LEAST_SECONDS:
            steepest = max(steepest, (large / small, name))
    return slowest, steepest


def main() -> None:
    """Measure, print, and fail when a ratio or the growth misses its target."""
    with tempfile.TemporaryDirectory() as place:
        spent, floor = seconds(fill(Path(place) / "many", PAGES))
        few, many = (peak_bytes(fill(Path(place) / f"m{n}", n)) for n in (30, 90))
    growth = many / few
    slowest, steepest = junk()
    sys.stdout.write(
        f"reports_1000_pages_seconds: {spent:.1f} (under {TARGET_SECONDS:g})\n"
        f"reports_over_floor_ratio: {spent / floor:.1f} (under {TARGET_RATIO:g}; against decoding and splitting)\n"
        f"reports_memory_growth_90_over_30: {growth:.2f} (under {TARGET_GROWTH:g})\n"
        f"reports_junk_3mb_worst_seconds: {slowest[0]:.1f} (under {TARGET_JUNK_SECONDS:g}; {slowest[1]})\n"
        f"reports_junk_3mb_over_300kb: {steepest[0]:.1f} (under {TARGET_JUNK_RATIO:g}, linear is 10; {steepest[1]})\n"
    )
    if spent / floor >= TARGET_RATIO or growth >= TARGET_GROWTH or steepest[0] >= TARGET_JUNK_RATIO:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
