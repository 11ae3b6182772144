"""data/raw/reports to the tables `reports`, `claims` and `segments`.

Belongs here: which file of a folder is the report, its sidecar, and readings as rows. Does not belong here: reading
one report (reading.py), or the tables' columns (pipeline/tables/reports.py).

One report is in memory at a time, and of each only its rows stay: thousands of reports take little more than one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from pipeline.errors import Flag, PipelineError, RawDataError, ReportError, SegmentationError
from pipeline.raw import Sidecar, read_verified
from pipeline.reports.claims import Metric
from pipeline.reports.exchange import Rates, dollars_per_unit, load_rates
from pipeline.reports.reading import (
    DEFAULT_LIMITS,
    SEGMENTATION_FILE,
    SUFFIXES,
    Limits,
    ReportReading,
    read_bytes,
)
from pipeline.reports.segmentation import Splits, load_segmentation
from pipeline.tables import TABLES

_BATCH = 16  # reports whose rows are collected before they become frames: as objects they are many times larger


@dataclass(frozen=True)
class ReportTables:
    """The three tables that all reports of a folder make. Rejected reports have a row in `reports` and nothing else."""

    reports: pl.DataFrame
    claims: pl.DataFrame
    segments: pl.DataFrame


def read_reports(folder: Path, *, limits: Limits = DEFAULT_LIMITS) -> ReportTables:
    """All reports below `folder` (one folder each, its name the report's id), sorted by id. Sizes in another currency
    become dollars where reference/fx.csv beside `folder` has the rate of the report's base year, and stay empty else.

    A report that cannot be used, for whatever reason, is one rejected row with its reasons; it never stops the
    others. Raises RawDataError when `folder` is missing or holds no report folder.
    """
    if not folder.is_dir():
        raise RawDataError(f"{folder}: no such folder; put each report in a folder of its own below it")
    homes = sorted(p for p in folder.iterdir() if p.is_dir() and not p.name.startswith("."))
    if not homes:
        raise RawDataError(f"{folder}: holds no report; add one with `pipeline add-report FILE`")
    rates = load_rates(folder.parent)
    reports, claims, segments = (_Rows(name) for name in ("reports", "claims", "segments"))
    for number, home in enumerate(homes, start=1):
        reading, sidecar = _read_home(home, limits)
        reports.open.append(_report_row(reading, sidecar, rates))
        if reading.status == "accepted":
            claims.open += _claim_rows(reading)
            segments.open += _segment_rows(reading)
        if number % _BATCH == 0:
            for rows in (reports, claims, segments):
                rows.close()
    return ReportTables(reports.frame(), claims.frame(), segments.frame())


@dataclass
class _Rows:
    """Rows of one table of the registry: those of the batch being read, and the batches before it as frames."""

    table: str
    open: list[dict[str, object]] = field(default_factory=list)
    _closed: list[pl.DataFrame] = field(default_factory=list)

    def close(self) -> None:
        self._closed.append(TABLES[self.table].frame(self.open))
        self.open = []

    def frame(self) -> pl.DataFrame:
        self.close()
        return pl.concat(self._closed).sort(TABLES[self.table].key)


def _read_home(home: Path, limits: Limits) -> tuple[ReportReading, Sidecar | None]:
    sidecar: Sidecar | None = None
    try:
        path = _report_file(home)
        if path.stat().st_size > limits.max_bytes:
            reason = f"{path}: {path.stat().st_size} bytes; the limit is {limits.max_bytes}"
            return _rejected(home, Flag.TOO_LARGE, reason), None
        data, sidecar = read_verified(path)
        split_file = home / SEGMENTATION_FILE
        splits = Splits()
        if split_file.is_file():
            read_verified(split_file)
            splits = load_segmentation(split_file)
        reading = read_bytes(
            data, suffix=path.suffix.lower(), report_id=home.name, place=str(path), splits=splits,
            limits=limits,
        )  # fmt: skip
    except (PipelineError, OSError) as error:
        return _rejected(home, _flag_of(error), str(error)), sidecar
    return reading, sidecar


def _report_file(home: Path) -> Path:
    found = sorted(
        p for p in home.iterdir() if p.is_file() and p.suffix.lower() in SUFFIXES and not p.name.startswith(".")
    )
    if len(found) != 1:
        what = "no report" if not found else f"{len(found)} reports ({', '.join(p.name for p in found)})"
        raise ReportError(f"{home}: holds {what}; a report's folder holds exactly one of {', '.join(sorted(SUFFIXES))}")
    return found[0]


def _flag_of(error: Exception) -> Flag:
    if isinstance(error, SegmentationError):
        return Flag.SEGMENTATION_INVALID
    if isinstance(error, RawDataError):
        return Flag.HASH_MISMATCH if "sha256 is" in str(error) else Flag.SIDECAR_INVALID
    return Flag.UNREADABLE


def _rejected(home: Path, flag: Flag, reason: str) -> ReportReading:
    return ReportReading(home.name, "rejected", (flag,), (reason,))


def _report_row(reading: ReportReading, sidecar: Sidecar | None, rates: Rates) -> dict[str, object]:
    head = reading.headline
    rate = dollars_per_unit(head.currency, head.base_year, rates)

    def usd(size: float | None) -> float | None:
        return size * rate if size is not None and rate is not None else None

    return {
        "report_id": reading.report_id,
        "market": reading.report_id,
        "title": sidecar.title if sidecar else reading.title,
        "vendor": sidecar.producer if sidecar else reading.vendor,
        "market_name": reading.market_name,
        "currency": head.currency,
        "base_year": head.base_year,
        "base_value_usd_bn": usd(head.base_value_bn),
        "estimate_year": head.estimate_year,
        "estimate_value_usd_bn": usd(head.estimate_value_bn),
        "forecast_year": head.forecast_year,
        "forecast_value_usd_bn": usd(head.forecast_value_bn),
        "cagr_pct": head.cagr_pct,
        "cagr_period": "-".join(map(str, head.cagr_period)) if head.cagr_period else None,
        "cagr_implied_pct": head.cagr_implied_pct,
        "document_sha256": sidecar.sha256 if sidecar else None,
        "status": reading.status,
        "flags": ";".join(sorted(reading.flags)),
        "reasons": "; ".join(reading.reasons),
    }


def _claim_rows(reading: ReportReading) -> list[dict[str, object]]:
    columns = [c for c in TABLES["claims"].column_names if c != "report_id"]
    return [
        {"report_id": reading.report_id, **{c: _plain(getattr(claim, c)) for c in columns}} for claim in reading.claims
    ]


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Metric) else value


def _segment_rows(reading: ReportReading) -> list[dict[str, object]]:
    source = {c.dimension: c.claim_id for c in reading.claims if c.metric is Metric.SEGMENTATION}
    return [
        {
            "report_id": reading.report_id,
            "dimension": d.name,
            "dimension_kind": d.kind,
            "member": m.name,
            "position": position,
            "claim_id": source.get(d.name),
        }
        for d in reading.dimensions
        if d.is_split
        for position, m in enumerate(d.members, start=1)
    ]
