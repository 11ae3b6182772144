"""Dimensions as labels with their members beside them: "Type: a, b", "Type - a, b", a row "Type | a, b".

Belongs here: lines and rows that are nothing but such pairs. Does not belong here: labels over lists (layouts.py),
"by" within a sentence (inline.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.reports.document import Document
from pipeline.reports.inline import BY, Link, Listing, is_dimension, of_one_style
from pipeline.reports.outline import Placed, tables
from pipeline.reports.splitting import Span, split_list, without_sizes
from pipeline.reports.vocabulary import REGION, REPORT_FACT, has_any, is_country

NO_DIMENSION = re.compile(
    r"compan(?!y (?:size|type)s?$)|vendor|player|customer review|year|^segment|\b(?:report|(?<!\bend )(?<!\bEnd )market|key|study|research|future|manufacturers|suppliers|competitors|trends?|drivers?|restraints?|challenges|opportunit\w+)\b|^(?:notes?|tags?|keywords?|pages?|authors?|languages?)$",
    re.I,
)
OF_COMPANIES = re.compile(r"compan(?:y|ies)|manufacturers?$|suppliers$|vendors?$|key players|competitors", re.I)
"""By these a report lists firms, never what the market divides into."""
_NAME = r"(?P<name>(?!By\b)[A-Za-z][\w/&'-]{1,30}(?: [\w/&'-]{1,30}){0,3})"
_PAIR = re.compile(
    rf"(?:\d{{1,2}}[.)]\s|[Ss]egment(?:ation)? (?:\d{{1,2}}:?\s)?)?(?:{BY}\s)?{_NAME}(?:\s?:\s+|(?P<dash>\s[\u2013\u2014-]\s))"
    rf"(?P<list>(?:[^:.]|\.(?=\d)|(?<=\b[A-Z])\.){{3,400}}?)(?:\.(?:\s+|$)|$|;\s+(?=(?:{BY}\s)?[A-Z][\w /&-]{{1,60}}(?::| [\u2013\u2014-])\s))"
)
# A pair of a line that is nothing else, "Type (a, b); Use (c, d)", and a sentence that pairs may follow in their line.
_BRACKETED = re.compile(rf"(?:{BY}\s)?{_NAME}\s?\((?P<list>[^()]{{3,400}})\)(?:\.?$|[;,]\s(?:and\s)?)")
_SPLITS = re.compile(r"[A-Z][^.:]{0,160}\b(?:divid|segment|split|categor|classif)[^.:]{0,120}\.\s+")
_COVERED = re.compile(r"(?:market )?(?:segments?(?: covered| analy[sz]ed)?|segmentation)\s?:\s", re.I)
_SAYS = re.compile(
    r"%|[$\u20ac\u00a3]\s?\d[\d.,]*\s?(?:[bm]n?\b|billion|million|trillion)|(?<![\w-])(?:is|are|vs|was|were|has|have|had|will|held|leads?|led|the|USD|EUR)\b",
    re.I,
)
_OF_FILES = re.compile(r"(?:PDF|Excel|XLSX?|PPTX?|Word|Docx?|CSV|Dashboard|Email)", re.I)
_MOST_WORDS = 6  # of a member in such a line
_DIVIDES = re.compile(r"segment|break-?down|break-?up|\bsplit\b|structure|coverage|dimension", re.I)
_ATTRIBUTE = re.compile(
    rf"{REPORT_FACT}|units?\b|regions? (?:covered|scope)|regional scope|companies|quantitative",
    re.I,
)
_SEGMENTS = re.compile(r"(?:market )?segments?(?: covered)?|segmentation|dimensions", re.I)
_NO_ATTRIBUTE = re.compile(r"^by\s|region|countr|geograph", re.I)  # such rows are read elsewhere, or list no split
_HEAD = 200  # letters of such a block in which it says so
_LOOK_BACK = 4  # blocks between what announces a split of the market and its first pair


def pairs(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """Lines "Type: a, b", two or more one after another (or in one line), most of which name what markets are divided
    by, or that are announced as such or named as dimensions elsewhere on the page.
    """
    run: list[tuple[Placed, Link]] = []
    named = _named(document, placed)
    for index, entry in enumerate([*placed, None]):
        links = _pairs_of(document, entry) if entry is not None else []
        if entry is not None and links:
            run += [(entry, link) for link in links]
            continue
        if run:
            first = placed.index(run[0][0], max(0, index - len(run)))
            before = (document.of(other.block)[:_HEAD] for other in placed[max(0, first - _LOOK_BACK) : first])
            yield from _of_run(document, run, said=any(map(_DIVIDES.search, before)), named=named)
        run = []


def _of_run(document: Document, run: list[tuple[Placed, Link]], *, said: bool, named: set[str]) -> Iterator[Listing]:
    if len(run) < 2:
        return
    known = sum(_divides(link[0]) or link[0].casefold() in named or _is_said(document, link) for _, link in run)
    if known * 2 < len(run) and not (said and known):
        return
    links = of_one_style(document.text, [link for _, link in run])
    for (of, _), (name, a, b, spans, partial) in zip(run, links, strict=True):
        yield Listing(name, of.section, a, b, tuple(spans), partial, sure=name.casefold() in named)


def _is_said(document: Document, link: Link) -> bool:
    """Whether "By" stands before the name."""
    name, start = link[0], link[1]
    return (
        re.search(rf"\bby {re.escape(name)}", document.text[max(0, start - len(name) - 20) : start], re.I) is not None
    )


def _named(document: Document, placed: list[Placed]) -> set[str]:
    """The dimensions that a row "Segments | Type, Use, Buyer" names."""
    for entry in placed:
        if len(entry.block.cells) == 2:
            label, cell = (document.text[a:b] for a, b in entry.block.cells)
            if _SEGMENTS.fullmatch(label):
                return {cell[a:b].casefold() for a, b in split_list(cell, prose=True)[0]}
    return set()


def _divides(name: str) -> bool:
    """Whether a name is a dimension's and not as likely a member's with its parts ("Hardware: cards, racks")."""
    return is_dimension(name) and name.casefold() not in ("hardware", "software", "services", "solutions", "platforms")


def _pairs_of(document: Document, entry: Placed) -> list[Link]:
    """The pairs that a line, or the second cell of a row about segments, begins with; [] when it begins otherwise."""
    block = entry.block
    start, end = block.start, block.end
    if block.kind == "row" and len(block.cells) == 2:
        label = document.text[slice(*block.cells[0])]
        start, end = block.cells[1] if _DIVIDES.search(label) else (start, start)
    elif block.kind == "row" and ":" not in document.text[slice(*block.cells[0])]:
        return []  # but for "Type: a | b | c"
    elif block.kind == "heading":
        return []
    text = document.text[start:end]
    if not text or (
        "(" not in text and ":" not in text and " \u2013 " not in text and " \u2014 " not in text and " - " not in text
    ):
        return []
    bracketed, at = [], 0
    while found := _BRACKETED.match(text, at):
        bracketed.append(_link(found, start))
        at = found.end()
    if at == len(text):  # nothing but such pairs
        return [link for link in bracketed if link]
    opening = _SPLITS.match(text) or _COVERED.match(text)
    links, at = [], opening.end() if opening else 0
    while at < len(text):
        found = _PAIR.match(text, at)
        link = _link(found, start) if found else None
        if found is None or link is None:
            break  # sentences that follow a pair in its line
        links.append(link)
        at = found.end()
    return links


def _link(found: re.Match[str], start: int) -> Link | None:
    name, listed = re.sub(r"\s(?:covered|analy[sz]ed|studied)$", "", found["name"], flags=re.I), found["list"]
    if NO_DIMENSION.search(name) or REGION.fullmatch(name) or is_country(name) or _SAYS.search(without_sizes(listed)):
        return None
    spans, partial = split_list(listed, prose=True)
    names = [listed[a:b] for a, b in spans]
    if len(names) < 2 or any(len(name.split()) > _MOST_WORDS for name in names):
        return None
    at = start + found.start("list")
    return name, at, start + found.end("list"), [(at + a, at + b) for a, b in spans], partial


def attribute_rows(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """Rows "Type | a, b" of a table that says base year, size and the like of the report, or below (or right of) a cell
    "Segments", or that holds nothing else.
    """
    for table in tables(placed):
        labels = (document.text[slice(*row.block.cells[0])] for row in table)
        attributes = sum(_ATTRIBUTE.search(label) is not None for label in labels) > 1
        attributes = attributes or (len(table) > 1 and all(_is_list(document, row) for row in table))
        below = False
        for row in table:
            cells = [(a, b) for a, b in row.block.cells if a < b]
            if len(cells) != 2 and _SEGMENTS.fullmatch(document.text[slice(*cells[0])]):
                below, cells = True, cells[1:]
            elif below:
                below = is_dimension(document.text[slice(*cells[0])])
            if len(cells) == 2 and (attributes or below):
                yield from _attribute(document, row, *cells, below=below)


def _is_list(document: Document, row: Placed) -> bool:
    """Whether a row is a dimension's name and a list."""
    label, *lists = (document.text[a:b] for a, b in row.block.cells)
    return len(lists) == 1 and is_dimension(label) and has_any(lists[0], ",;")


def _attribute(document: Document, row: Placed, label: Span, value: Span, *, below: bool) -> Iterator[Listing]:
    a, b = value
    name = re.sub(r"\s(?:covered|analy[sz]ed|segments?)$", "", document.text[slice(*label)], flags=re.I)
    cell = document.text[a:b]
    if (
        not is_dimension(name)
        or (_NO_ATTRIBUTE.search(name) and not below)
        or NO_DIMENSION.search(name)
        or _SAYS.search(without_sizes(cell))
        or ":" in cell
    ):
        return
    spans, partial = split_list(cell, prose=False)
    names = [cell[s:e] for s, e in spans]
    if (
        len(names) > 1
        and all(len(n.split()) <= _MOST_WORDS for n in names)
        and not any(map(_OF_FILES.fullmatch, names))
    ):
        yield Listing(name, row.section, a, b, tuple((a + s, a + e) for s, e in spans), partial)
