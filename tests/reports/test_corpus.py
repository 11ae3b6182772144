"""Whole pages in every form vendors use, in our own words: each must be read as exactly what it says."""

from __future__ import annotations

import pytest

from pipeline.errors import Flag
from tests.reports.accuracy import values
from tests.reports.corpus import Case, cases
from tests.reports.helpers import assert_quotes, read_text

CASES = cases()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_case(case: Case):
    reading = read_text(case.page, case.suffix)
    assert_quotes(reading)
    view = reading.to_json()
    found, wanted = values(view), values(case.expect)
    assert sorted(found - wanted) == [], "values the page does not state"
    assert sorted(wanted - found) == [], "values the page states"
    assert set(reading.flags) == case.flags
    assert reading.status == case.status
    assert bool(reading.reasons) is (case.status == "rejected")


def test_the_corpus_is_large_and_its_names_are_unique():
    assert len(CASES) >= 40
    assert len({case.name for case in CASES}) == len(CASES)


def test_every_flag_about_the_page_is_raised_somewhere():
    elsewhere = {  # raised by files rather than by what a page says: tests of verdicts, documents and folders
        Flag.HEADLINE_ONLY_IN_FAQ, Flag.CONFLICT_BASE_VALUE, Flag.CONFLICT_FORECAST_VALUE, Flag.CONFLICT_FORECAST_YEAR,
        Flag.CAGR_MISMATCH, Flag.ENCODING_NOT_UTF8, Flag.TOO_LARGE, Flag.EMPTY, Flag.HASH_MISMATCH,
        Flag.SIDECAR_INVALID, Flag.SEGMENTATION_INVALID, Flag.UNREADABLE,
    }  # fmt: skip
    raised = {flag for case in CASES for flag in case.flags}
    assert {str(f) for f in Flag if f not in elsewhere} <= raised
