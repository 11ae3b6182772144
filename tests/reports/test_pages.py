"""Fifty whole pages by someone who did not write the reader, each with what a careful person would return.

No value may be wrong. What is missed is counted: the reader leaves empty what it cannot settle.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.reports import read_report
from tests.reports.accuracy import pages, score, scored, values
from tests.reports.helpers import assert_quotes

PAGES = Path(__file__).parent / "pages"
LEAST_RECALL = 0.97


@pytest.mark.parametrize(("path", "expected"), list(pages(PAGES)), ids=lambda given: getattr(given, "stem", ""))
def test_no_value_is_wrong(path, expected):
    reading = read_report(path)
    assert_quotes(reading)
    found, wanted = (scored(values(v), expected["ambiguous"]) for v in (reading.to_json(), expected))
    assert sorted(found - wanted) == []


def test_little_is_missed():
    of_values, _ = score(PAGES)
    assert of_values.ratios()[1] >= LEAST_RECALL


def test_scoring_counts_right_wrong_and_missing():
    found, wanted = {"cagr_pct": 5.0, "dominant": {"Type": "a"}}, {"cagr_pct": 6, "dominant": {"type": "a"}}
    assert values(found) & values(wanted) == {("dominant", "type", "a")}
    assert scored(values(found), ["cagr_pct"]) == {("dominant", "type", "a")}
