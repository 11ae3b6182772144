"""Cards: a figure or a region alone on its line, with its label on the line above or below it.

Belongs here: pairing values with labels. Does not belong here: what a pair claims (grammar/).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from pipeline.reports.document import Document
from pipeline.reports.outline import Placed, Sentence
from pipeline.reports.vocabulary import HEDGE, REGION

_VALUE = re.compile(
    r"[~\u2248]?\s?(?:USD|US\s?\$|\$|EUR|\u20ac|GBP|\u00a3|INR|\u20b9)?\s?-?\d[\d.,]*"
    r"\s?(?:%|percent|trillion|billion|million|bn|mn|crore|b|m)(?:\s(?:USD|EUR|GBP|INR|CAGR))?",
    re.I,
)
_LABEL = re.compile(r"(?=[^%$]*[A-Za-z]{3})[^%$.!?:]{3,60}")
_OF_MONEY = re.compile(r"\b(?:size|value|valuation|revenues?|forecast|worth|estimate)\b", re.I)
_OF_PERCENT = re.compile(r"\b(?:cagr|growth|share|rate)\b", re.I)
_OF_REGION = re.compile(
    r"^(?:largest|leading|dominant|dominating|biggest|fastest[ -]growing)\b.{0,20}\b(?:market|region)\b", re.I
)
_OF_LEADER = re.compile(r"(?:the )?(?:largest|leading|dominant|biggest|top)\b[^%$.!?:\d]{3,50}", re.I)
_SHARE = re.compile(rf"[A-Z][^:%\d]{{1,50}}: (?:(?:{HEDGE}) )?\d[\d.]*\s?%(?: of [^.:%]{{3,30}}| share)?\.?")
_LONGEST = 60
_NEAR = 3  # lines between one value of a run of cards and the next


def cards(document: Document, placed: list[Placed]) -> Iterator[Sentence]:
    """Every card of the page as one sentence, where the label says what its value is (a size, a rate, a rank).

    Whether labels stand above or below is one choice for a run of cards: what fits more of its values.
    """
    yield from _leaders(document, placed)
    for run in _runs(document, placed):
        step = 1 if _fitting(document, placed, run, 1) >= _fitting(document, placed, run, -1) else -1
        for index in run:
            if not _fits(document, placed, index, step):
                continue
            first, last = sorted((index, index + step))
            entry, start, end = placed[index], placed[first].block.start, placed[last].block.end
            yield Sentence(document.text[start:end], start, entry.section, entry.faq, False, -1 - index, "row")


def _leaders(document: Document, placed: list[Placed]) -> Iterator[Sentence]:
    """A line "Leading material" and the line "Brass: more than 41%" right below it."""
    for index, (entry, below) in enumerate(pairwise(placed)):
        if _is(document, entry, _OF_LEADER) and _is(document, below, _SHARE):
            start, end = entry.block.start, below.block.end
            yield Sentence(document.text[start:end], start, entry.section, entry.faq, False, -1 - index, "row")


def _runs(document: Document, placed: list[Placed]) -> Iterator[list[int]]:
    run: list[int] = []
    for index, entry in enumerate(placed):
        if not (_is(document, entry, _VALUE) or _is(document, entry, REGION)):
            continue
        if run and index - run[-1] > _NEAR:
            yield run
            run = []
        run.append(index)
    if run:
        yield run


def _is(document: Document, entry: Placed, pattern: re.Pattern[str]) -> bool:
    short = entry.block.end - entry.block.start <= _LONGEST and entry.block.kind != "row" and not entry.beside
    return short and pattern.fullmatch(document.of(entry.block)) is not None


def _fitting(document: Document, placed: list[Placed], run: list[int], step: int) -> int:
    return sum(_fits(document, placed, index, step) for index in run)


def _fits(document: Document, placed: list[Placed], index: int, step: int) -> bool:
    """Whether the line beside a value is a label that says what it is."""
    beside = index + step
    if not 0 <= beside < len(placed) or not _is(document, placed[beside], _LABEL):
        return False
    value = document.of(placed[index].block)
    kind = (
        _OF_REGION
        if REGION.fullmatch(value)
        else _OF_PERCENT
        if value[-1] in "%t" or value[-4:] == "CAGR"
        else _OF_MONEY
    )
    return kind.search(document.of(placed[beside].block)) is not None
