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
from pipeline.reports.vocabulary import has_any

__all__ = ["FORMS", "MARKS", "Form", "candidates", "marks_of", "may_claim_bare"]

FORMS: tuple[Form, ...] = (*MARKET, *REGIONS, *MEMBERS, *BUSINESS, *LANGUAGE_FORMS)

_PARTS: dict[str, tuple[str, ...]] = {
    "@rank": (
        "largest", "highest", "biggest", "lead", "led", "domina", "major", "maximum", "greatest", "larger", "lion",
        "spearhead", "top", "headed", "ruled", "ranks", "command", "first", "front", "number one", "comes", "came", "more", "most of", "higher",
    ),
    "@fast": ("fast", "highest", "quickest", "most rapid", "most robust", "strongest", "steepest", "higher", "most ", "outpac", "largest cagr", "largest growth", "largest compound"),
    "@rate": (
        "cagr", "tcac", "compound", "annual", "grow", "grew", "expand", "advanc", "increas", "ris", "climb", "progress",
        "develop", "accelerat", "declin", "contract", "shrink", "fall",
    ),
    "@kind": ("segment", "category", "bifurcation"),
}  # fmt: skip
_BY = ("by", "based on", "in terms of", "basis of", "with respect to", "among")
_PATTERNS: dict[str, tuple[tuple[str, ...], re.Pattern[str]]] = {
    "@by": (_BY, re.compile(rf"\b(?:{'|'.join(_BY)}) [a-z][^,:\u2013-]{{1,50}}[,:\u2013-]")),
    "@label": (tuple("|:\u2013\u2014-"), re.compile(r"^[^|:]{1,200}[|:\u2013\u2014-]")),
}
MARKS = frozenset({*_PARTS, *_PATTERNS})
"""What many forms need and is cheaper to look for once a sentence: parts of words, one of which must be there; for
some, then a pattern."""
_LETTERS = frozenset("VNXYPRSM")


def marks_of(text: str, spoken: frozenset[str] = frozenset()) -> frozenset[str]:
    """The marks a skeleton has, the letters of its figures and names, and the languages of its page (`spoken`)."""
    parts = {mark for mark, words in _PARTS.items() if has_any(text, words)}
    patterns = {mark for mark, (words, pattern) in _PATTERNS.items() if has_any(text, words) and pattern.search(text)}
    return frozenset({*parts, *patterns, *_LETTERS.intersection(text), *spoken})


def may_claim_bare(lowered: str) -> bool:
    """Whether a sentence (in lower case) without any figure or name can claim something: with words of rank, or of one
    thing being cheaper than another.
    """
    return " than " in lowered or has_any(lowered, _PARTS["@rank"]) or has_any(lowered, _PARTS["@fast"])


@cache
def candidates(marks: frozenset[str]) -> tuple[Form, ...]:
    """The forms a skeleton with these marks and letters can match."""
    return tuple(form for form in FORMS if form.needs <= marks)
