"""The forms in which reports state things, as one table: a row a wording, with a sentence in it.

Belongs here: the table, and which of its rows a sentence can match at all. Does not belong here: what becomes of a match
(build.py), or whose figure it is (subject.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from functools import cache

from pipeline.reports.grammar.business import BUSINESS
from pipeline.reports.grammar.languages import LANGUAGE_FORMS
from pipeline.reports.grammar.market import MARKET
from pipeline.reports.grammar.members import MEMBERS
from pipeline.reports.grammar.notation import Form
from pipeline.reports.grammar.regions import REGIONS

__all__ = ["FORMS", "MARKS", "Form", "candidates", "marks_of"]

FORMS: tuple[Form, ...] = (*MARKET, *REGIONS, *MEMBERS, *BUSINESS, *LANGUAGE_FORMS)

MARKS: dict[str, re.Pattern[str]] = {
    "@rank": re.compile(
        r"largest|highest|biggest|leading|domina|major|maximum|greatest|larger|lion|\bl[e]a?ds?\b|spearhead|\btop|headed|ranks"
    ),
    "@fast": re.compile(r"highest|fastest|quickest|most rapid|most robust|strongest|steepest|higher"),
    "@rate": re.compile(
        r"cagr|tcac|compound|annual|gr[oe]w|expand|advanc|increas|ris|climb|progress|develop|accelerat|declin|contract|shrink|fall"
    ),
    "@by": re.compile(
        r"\b(?:by|based on|in terms of|basis of|with respect to|among) [a-z][^,:\u2013-]{1,50}[,:\u2013-]"
    ),
    "@kind": re.compile(r"segment|category|bifurcation"),
    "@label": re.compile(r"^[^|:]{1,200}[|:\u2013\u2014-]"),
}
"""What many forms need and is cheaper to look for once a sentence."""
_LETTERS = frozenset("VNXYPRSM")


def marks_of(text: str, spoken: frozenset[str] = frozenset()) -> frozenset[str]:
    """The marks a skeleton has, the letters of its figures and names, and the languages of its page (`spoken`)."""
    return frozenset(mark for mark, pattern in MARKS.items() if pattern.search(text)) | (_LETTERS & set(text)) | spoken


@cache
def candidates(marks: frozenset[str]) -> tuple[Form, ...]:
    """The forms a skeleton with these marks and letters can match."""
    return tuple(form for form in FORMS if form.needs <= marks)
