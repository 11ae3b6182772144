"""data/raw/reports -> reports, claims, segments."""

from collections.abc import Mapping

import polars as pl

import pipeline.reports
from pipeline.dag.resources import Run
from pipeline.dag.tables import table_asset


def _read(run: Run, _: Mapping[str, pl.DataFrame]) -> Mapping[str, pl.DataFrame]:
    found = pipeline.reports.read_reports(
        run.settings.raw / "reports",
        limits=pipeline.reports.Limits(run.settings.report_max_bytes, run.settings.report_max_seconds),
    )
    return {"reports": found.reports, "claims": found.claims, "segments": found.segments}


ASSETS = [
    table_asset(
        name="read_reports", tables=["reports", "claims", "segments"], inputs=[], compute=_read, code=pipeline.reports
    )
]
