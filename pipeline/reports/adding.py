"""Taking a report into data/raw: its folder, its sidecar, and what is left for a person to do.

Belongs here: ids, copying, the sidecar, the advice that follows an inspection. Does not belong here: reading the report
(reading.py), or asking at the terminal (pipeline/cli).

Nothing is overwritten: an id is taken once. The folder is made aside and renamed, so that a report is there whole or
not at all.
"""

from __future__ import annotations

import datetime as dt
import re
import shutil
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import yaml

from pipeline.errors import Flag, RawDataError, ReportError
from pipeline.raw import SUFFIX, sha256
from pipeline.reports.reading import SUFFIXES, Limits, ReportReading, read_report
from pipeline.store import writing

_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_ID = 80
SKELETON = "segmentation.yaml.todo"


@dataclass(frozen=True)
class Origin:
    """What a sidecar says of a report beyond its hash; empty texts are filled from the reading where it knows."""

    title: str = ""
    producer: str = ""
    source: str = ""
    published: dt.date | None = None
    accessed: dt.date | None = None
    licence: str = ""


@dataclass(frozen=True)
class Added:
    """A report that now stands in data/raw: its folder, what was read, and what is left to do, a line each."""

    home: Path
    reading: ReportReading
    todo: tuple[str, ...]


def slug_id(text: str) -> str:
    """A safe id from any text: lower case letters, digits and single hyphens. Raises RawDataError when none is left."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain.casefold()).strip("-")[:_LONGEST_ID].strip("-")
    if not slug:
        raise RawDataError(f"{text!r}: no id can be made of it; give one with --id, such as ai-chip-market")
    return slug


def add_report(file: Path, raw: Path, origin: Origin, *, report_id: str | None = None, limits: Limits) -> Added:
    """Copy a report into `raw`/reports/<id>/ with its sidecar, and say what it still needs.

    Without `report_id`, the id comes from the report's market, else its file name. Raises ReportError when the file
    cannot be read at all, RawDataError when the id is not safe or taken, StoreError when the folder cannot be written.
    """
    if file.suffix.lower() not in SUFFIXES:
        raise ReportError(f"{file}: a report must be one of {', '.join(sorted(SUFFIXES))}")
    reading = read_report(file, limits=limits)
    chosen = report_id if report_id is not None else slug_id(reading.market_name or file.stem)
    if not _ID.fullmatch(chosen) or len(chosen) > _LONGEST_ID:
        raise RawDataError(
            f"--id {chosen!r}: an id is at most {_LONGEST_ID} lower-case letters and digits joined by single hyphens, "
            "such as ai-chip-market"
        )
    home = raw / "reports" / chosen
    if home.exists():
        raise RawDataError(f"{home}: stands already and is never overwritten; choose another id with --id")
    _write(file, home, reading, origin)
    return Added(home, reading, tuple(_todo(home, reading)))


def _write(file: Path, home: Path, reading: ReportReading, origin: Origin) -> None:
    aside = home.with_name(f".{home.name}.new")
    with writing(home):
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        data = file.read_bytes()
        target = aside / f"report{file.suffix.lower()}"
        target.write_bytes(data)
        target.with_name(target.name + SUFFIX).write_text(_sidecar(data, reading, origin, file), encoding="utf-8")
        if Flag.RUNON_SEGMENT_CELLS in reading.flags:
            (aside / f".{SKELETON}").write_text(skeleton(reading), encoding="utf-8")
        aside.rename(home)


def _sidecar(data: bytes, reading: ReportReading, origin: Origin, file: Path) -> str:
    content = {
        "title": origin.title or reading.title or file.stem,
        "producer": origin.producer or reading.vendor or "unknown",
        "source": origin.source or "unknown",
        "published": origin.published,
        "accessed": origin.accessed or dt.datetime.now(dt.UTC).date(),
        "licence": origin.licence or "unknown: not for redistribution",
        "sha256": sha256(data),
    }
    return yaml.safe_dump(content, sort_keys=False, allow_unicode=True, width=120)


def skeleton(reading: ReportReading) -> str:
    """The start of a segmentation.yaml: every cell that runs together, whole, for a person to cut."""
    cells = {d.name: [d.members[0].name] for d in reading.dimensions if not d.is_split and d.members}
    return (
        "# Each cell below runs several names together. Cut it into one line a name, changing nothing else: joined by\n"
        "# single blanks the lines must be the cell again. Then save this file as segmentation.yaml and seal it.\n"
        + yaml.safe_dump({"dimensions": cells}, sort_keys=False, allow_unicode=True, width=10_000)
    )


def _todo(home: Path, reading: ReportReading) -> list[str]:
    """What a person should do next, most important first."""
    todo = [f"it is rejected: {reason}" for reason in reading.reasons]
    if Flag.RUNON_SEGMENT_CELLS in reading.flags:
        todo.append(f"cut the run-together cells in {home / f'.{SKELETON}'} and save them as segmentation.yaml there")
    if Flag.MISSING_FORECAST_VALUE in reading.flags and not reading.reasons:
        todo.append("it states no size in a forecast year, so no forecast can be made of it")
    if reading.headline.currency not in (None, "USD"):
        todo.append(f"its sizes are in {reading.headline.currency}: add the rate of its base year to reference/fx.csv")
    todo += [f"look at the flag {flag}" for flag in reading.flags if flag in _LOOK_AT]
    return todo


_LOOK_AT = frozenset(
    {Flag.CAGR_MISMATCH, Flag.INSTRUCTION_LIKE_TEXT, Flag.PLACEHOLDER_VALUES, Flag.HEADLINE_ONLY_IN_FAQ}
)
