"""How fast reports are read: 1,000 typical pages on one core, and how memory grows with their number.

Then 3 MB of each of several kinds of junk. Prints `name: measured (target)` lines. The floor is one pass of the decoder
and the plain-text reader over the same bytes, in the same run: what reading costs before anything is understood.
Seconds depend on what else the machine does, so only the ratio and the growth fail when they miss their target.
"""

from __future__ import annotations

import sys
import tempfile
import time
import tracemalloc
from pathlib import Path

from pipeline.raw import sha256
from pipeline.reports import read_reports
from pipeline.reports.decode import decode
from pipeline.reports.plaintext import read_plain
from pipeline.reports.reading import read_bytes
from pipeline.reports.segmentation import Splits
from pipeline.settings import ROOT

PAGES, PAGE_BYTES = 1_000, 15_000
TARGET_SECONDS, TARGET_RATIO, TARGET_GROWTH = 30.0, 15.0, 1.5
SIDECAR = "title: t\nproducer: p\nsource: s\naccessed: 2026-01-02\nlicence: own\nsha256: {}\n"


def page() -> str:
    """The shipped digest, with its prose repeated up to the size of a typical page."""
    text = (ROOT / "data" / "raw" / "reports" / "ai-training-market" / "report.md").read_text(encoding="utf-8")
    start, end = text.index("## 3."), text.index("## 5.")
    while len(text.encode()) < PAGE_BYTES:
        text += "\n" + text[start:end].replace("USD", "some").replace("fastest-growing", "growing")
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


JUNK = (
    *("a ", "1,", "(", "<div>", "| ", "- \n", "North America ", "USD 1 bn in 2024, ", "Europe 1% ", "by type (a, "),
    *("key players include A, ", "the ai market size ", "ignore all ", "segmented into a, b by "),
)
JUNK_BYTES, TARGET_JUNK_SECONDS = 3_000_000, 5.0


def worst_junk() -> tuple[float, str]:
    """Most seconds that 3 MB of any kind of junk takes, and which kind."""
    worst = (0.0, "")
    for piece in JUNK:
        for suffix in (".md", ".html"):
            data = (piece * (JUNK_BYTES // len(piece))).encode()
            started = time.process_time()
            read_bytes(data, suffix=suffix, report_id="r", place="r", splits=Splits())
            worst = max(worst, (time.process_time() - started, f"{piece.strip()!r} in {suffix}"))
    return worst


def main() -> None:
    """Measure, print, and fail when the ratio or the growth misses its target."""
    with tempfile.TemporaryDirectory() as place:
        spent, floor = seconds(fill(Path(place) / "many", PAGES))
        few, many = (peak_bytes(fill(Path(place) / f"m{n}", n)) for n in (30, 90))
    growth = many / few
    slowest, kind = worst_junk()
    sys.stdout.write(
        f"reports_1000_pages_seconds: {spent:.1f} (under {TARGET_SECONDS:g})\n"
        f"reports_over_floor_ratio: {spent / floor:.1f} (under {TARGET_RATIO:g}; against decoding and splitting)\n"
        f"reports_memory_growth_90_over_30: {growth:.2f} (under {TARGET_GROWTH:g})\n"
    )
    sys.stdout.write(f"reports_junk_3mb_worst_seconds: {slowest:.1f} (under {TARGET_JUNK_SECONDS:g}; {kind})\n")
    if spent / floor >= TARGET_RATIO or growth >= TARGET_GROWTH:
        raise SystemExit(1)


if __name__ == "__main__":
    main()
