"""Change one figure of a page and the reading must change with it: nothing is read from habit, nothing is left over."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pipeline.reports.reading import ReportReading
from tests.reports.accuracy import values
from tests.reports.corpus import Case, cases
from tests.reports.helpers import assert_quotes, read_text

NUMBER = re.compile(r"\d(?:[\d,.]*\d)?")
# Pages with a figure in a claim's quote that is rightly not read: an increment, growth over the year before.
UNREAD = {
    "an increment is not a level", "an opportunity is no size", "the year before the base is history",
    "30-quantum-safe-vpn",
}  # fmt: skip
CASES = [case for case in cases() if case.name not in UNREAD]
PAGES = [path for path in sorted((Path(__file__).parent / "pages").glob("*.html")) if path.stem not in UNREAD]
MOST = 8  # figures changed of a whole page: reading one takes long


def said(reading: ReportReading) -> tuple[object, ...]:
    """Everything a reading says: values, flags, status, and what its claims hold."""
    claims = {(c.metric, c.member, c.value_low, c.value_high, c.year_from, c.year_to) for c in reading.claims}
    return (values(reading.to_json()), reading.flags, reading.status, claims)


def mutations(page: str, reading: ReportReading) -> list[str]:
    """The page with one digit changed, for every number that a claim with a value quotes and the page has once (of a
    saved page, its body: the title in its head is not its text).
    """
    changed = []
    body = max(0, page.find("<body"))
    for claim in reading.claims:
        if claim.value_low is None or page.count(claim.quote, body) != 1:
            continue
        at = page.index(claim.quote, body)
        for number in NUMBER.finditer(claim.quote):
            place = at + number.end() - 1
            digit = str((int(page[place]) + 1) % 10)
            changed.append(page[:place] + digit + page[place + 1 :])
    return list(dict.fromkeys(changed))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_figure_counts(case: Case):
    before = read_text(case.page, case.suffix)
    for page in mutations(case.page, before):
        after = read_text(page, case.suffix)
        assert_quotes(after)
        assert said(after) != said(before), page


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_every_figure_of_a_saved_page_counts(path: Path):
    text = path.read_text(encoding="utf-8")
    before = read_text(text, ".html")
    changed = mutations(text, before)
    for page in changed[:: max(1, len(changed) // MOST)]:
        after = read_text(page, ".html")
        assert_quotes(after)
        assert said(after) != said(before), set(page.splitlines()) - set(text.splitlines())


def test_there_are_mutations_to_speak_of():
    assert sum(len(mutations(case.page, read_text(case.page, case.suffix))) for case in CASES) > 200
    texts = [path.read_text(encoding="utf-8") for path in PAGES[:5]]
    assert sum(len(mutations(text, read_text(text, ".html"))) for text in texts) > 50
