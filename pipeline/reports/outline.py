"""A document's sections and sentences, each with its offset.

Belongs here: which section a block stands in, and where sentences end. Does not belong here: what a sentence says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.reports.document import HEAD, Block, Document
from pipeline.reports.vocabulary import is_faq_heading, is_furniture_heading, is_teaser, resumes_report

_NUMBER = re.compile(r"(\d{1,2}(?:\.\d{1,2})+|\d{1,2}(?=\.))")
# The stop comes first and what stands before it after: the search then runs from stop to stop.
_END = re.compile(
    r"[\u3002.!?](?:(?<=\u3002)|[\"'\u201d\u2019)\]]*(?=\s+[\"'\u201c\u2018(\[]?[A-Z0-9$\u20ac\u00a3])|(?<=[a-z]{3}.)(?=[A-Z][a-z]+\s))"
)
# "Size in 2024: 4 bn \u00b7 Size in 2034: 8 bn": labels with their values, side by side.
_END_OR_DOT = re.compile(rf"{_END.pattern}|(?<=\S) [\u00b7\u2022] (?=[A-Z][^.:\u00b7\u2022]{{2,40}}: )")
_ABBREVIATION = re.compile(
    r"(?:\b[A-Z]|\b(?:Inc|Ltd|Co|Corp|vs|No|St|Dr|Mr|Mrs|Ms|approx|est|Rs|e\.g|i\.e|etc|Fig|Vol|Mrd|Mio))\.$"
)
_LONGEST = 3000  # a "sentence" beyond this is no sentence: it is cut, so that forms never see unbounded text


@dataclass(frozen=True, slots=True)
class Placed:
    """A block with the section it stands in. `beside`: in a part of the page that is not the report's own text, such as
    sibling reports or the order form.
    """

    block: Block
    section: str
    faq: bool
    beside: bool = False


@dataclass(frozen=True, slots=True)
class Sentence:
    """text, its offset in the document, its section, and whether that is the page's FAQ; which block it stands in."""

    text: str
    start: int
    section: str
    faq: bool
    heading: bool
    block: int = 0
    kind: str = "text"


def place(document: Document) -> list[Placed]:
    """Every block with its section: the number of the nearest numbered heading, else the nearest heading's text."""
    stack: list[tuple[int, str, bool]] = []
    beside, teasers = 0, False
    placed = []
    for block in document.blocks:
        if block.kind == "heading":
            text = document.of(block)
            stack = [entry for entry in stack if entry[0] < block.level]
            stack.append((block.level, text, is_faq_heading(text)))
            if not beside or block.level <= beside:
                beside = block.level if is_furniture_heading(text) else 0
        elif beside and block.kind == "text" and resumes_report(document.text[block.start : block.end]):
            beside = 0  # a page that marks few headings
        short = block.end - block.start <= _LONGEST_TEASER
        text = document.of(block) if short and block.kind != "heading" else ""
        opens = block.kind == "text" and bool(text) and is_furniture_heading(text)
        teasers = opens or (teasers and _goes_on(text))
        apart = bool(beside) or teasers or is_teaser(text)
        placed.append(Placed(block, _label(stack), any(faq for _, _, faq in stack), apart))
    return placed


def _goes_on(text: str) -> bool:
    """Whether a line below "Related studies" is one more of them: it names a market or a figure, and no part of this
    report begins with it.
    """
    return re.search(r"\d|\b(?:market|report|industry)\b", text, re.I) is not None


_LONGEST_TEASER = 240


def tables(placed: list[Placed]) -> Iterator[list[Placed]]:
    """The rows of each table, in order."""
    table: list[Placed] = []
    for entry in placed:
        if table and (entry.block.kind != "row" or entry.block.level == HEAD):
            yield table
            table = []
        if entry.block.kind == "row":
            table.append(entry)
    if table:
        yield table


def _label(stack: list[tuple[int, str, bool]]) -> str:
    for _, text, _ in reversed(stack):
        found = _NUMBER.match(text)
        if found:
            return found.group(1)
    return stack[-1][1] if stack else ""


def sentences(document: Document, placed: list[Placed]) -> Iterator[Sentence]:
    """Every sentence of every block of the report's own text, in order. A heading or table row counts as one. Cards
    (cards.py) are not among them.
    """
    for index, entry in enumerate(placed):
        if entry.beside:
            continue
        block = entry.block
        text = document.of(block)
        heading = block.kind == "heading"
        spans = [(0, len(text))] if block.kind in ("row", "heading") else _spans(text)
        for start, end in spans:
            for cut in range(start, end, _LONGEST):
                piece = text[cut : min(end, cut + _LONGEST)]
                yield Sentence(piece, block.start + cut, entry.section, entry.faq, heading, index, block.kind)


def _spans(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    ends = _END if " \u00b7 " not in text and " \u2022 " not in text else _END_OR_DOT
    for found in ends.finditer(text):
        end = found.end()
        if _ABBREVIATION.search(text, max(start, end - 12), end):
            continue
        yield start, end
        start = end
        while start < len(text) and text[start] == " ":
            start += 1
    if start < len(text):
        yield start, len(text)
