"""Market reports: a document to its sections, claims and flags.

Belongs here: everything between a report file and the tables `reports`, `claims`, `segments`. Does not belong here:
what the claims imply (pipeline/evidence, pipeline/model), or the command line.
"""

from pipeline.reports.claims import Claim, Metric
from pipeline.reports.folder import ReportTables, read_reports
from pipeline.reports.reading import Limits, ReportReading, read_report
from pipeline.reports.render import render_text

__all__ = ["Claim", "Limits", "Metric", "ReportReading", "ReportTables", "read_report", "read_reports", "render_text"]
