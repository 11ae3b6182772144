"""Seventy whole pages by people who did not write the reader, each with what a careful person would return.

No value may be wrong. What is missed is counted: the reader leaves empty what it cannot settle.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from pipeline.reports import ReportReading, read_report
from tests.reports.accuracy import Score, pages, scored, values
from tests.reports.helpers import assert_quotes

PAGES = Path(__file__).parent / "pages"
LEAST_RECALL = 0.97


@cache
def reading_of(path: Path) -> ReportReading:
    """Each page is read once for all tests."""
    return read_report(path)


@pytest.mark.parametrize(("path", "expected"), list(pages(PAGES)), ids=lambda given: getattr(given, "stem", ""))
def test_no_value_is_wrong(path, expected):
    reading = reading_of(path)
    assert_quotes(reading)
    found, wanted = (scored(values(v), expected["ambiguous"]) for v in (reading.to_json(), expected))
    assert sorted(found - wanted) == []


def test_little_is_missed():
    all_pages = Score()
    for path, expected in pages(PAGES):
        view = reading_of(path).to_json()
        all_pages.add(path.name, *(scored(values(v), expected["ambiguous"]) for v in (view, expected)))
    assert all_pages.ratios()[1] >= LEAST_RECALL


def test_scoring_counts_right_wrong_and_missing():
    found, wanted = {"cagr_pct": 5.0, "dominant": {"Type": "a"}}, {"cagr_pct": 6, "dominant": {"type": "a"}}
    assert values(found) & values(wanted) == {("dominant", "type", "a")}
    assert scored(values(found), ["cagr_pct"]) == {("dominant", "type", "a")}
