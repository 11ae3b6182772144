"""Change one figure of a page and the reading must change with it: nothing is read from habit, nothing is left over."""

from __future__ import annotations

import re

import pytest

from pipeline.reports.reading import ReportReading
from tests.reports.accuracy import values
from tests.reports.corpus import Case, cases
from tests.reports.helpers import assert_quotes, read_text

NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")
# Pages with a figure in a claim's quote that is rightly not read: an increment, growth over the year before.
UNREAD = {"an increment is not a level", "an opportunity is no size", "the year before the base is history"}
CASES = [case for case in cases() if case.suffix == ".md" and case.name not in UNREAD]


def said(reading: ReportReading) -> tuple[object, ...]:
    """Everything a reading says: values, flags, status, and what its claims hold."""
    claims = {(c.metric, c.member, c.value_low, c.value_high, c.year_from, c.year_to) for c in reading.claims}
    return (values(reading.to_json()), reading.flags, reading.status, claims)


def mutations(page: str, reading: ReportReading) -> list[str]:
    """The page with one digit changed, for every number that a claim with a value quotes and the page has once."""
    changed = []
    for claim in reading.claims:
        if claim.value_low is None or page.count(claim.quote) != 1:
            continue
        at = page.index(claim.quote)
        for number in NUMBER.finditer(claim.quote):
            place = at + number.end() - 1
            digit = str((int(page[place]) + 1) % 10)
            changed.append(page[:place] + digit + page[place + 1 :])
    return list(dict.fromkeys(changed))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_figure_counts(case: Case):
    before = read_text(case.page)
    for page in mutations(case.page, before):
        after = read_text(page)
        assert_quotes(after)
        assert said(after) != said(before), page


def test_there_are_mutations_to_speak_of():
    assert sum(len(mutations(case.page, read_text(case.page))) for case in CASES) > 200
