"""What a table says by its header: a row's cells read as the columns name them.

Belongs here: tables whose columns are shares, growth rates, leaders, or years of a size. Does not belong here: rows that
are a label and a value (grammar/), or lists of members (layouts.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from pipeline.reports.claims import Claim, Metric
from pipeline.reports.document import HEAD, Document
from pipeline.reports.figures import Figure, figures, table_unit
from pipeline.reports.names import Names
from pipeline.reports.outline import Placed
from pipeline.reports.ranks import WHOLE_PCT
from pipeline.reports.vocabulary import HEDGE, REGION

_SHARE = re.compile(r"\bshare\b|% of (?:market|revenue|total)", re.I)
_RATE = re.compile(r"\bcagr\b|growth rate", re.I)
_OF_OTHERS = r"(?!.*\b(?:share|compan|vendor|player|supplier|manufacturer|firm|brand|countr|region))"
_LEADING = re.compile(rf"^(?:dominant|largest|leading|top)\b{_OF_OTHERS}", re.I)
_FASTEST = re.compile(rf"^fastest\b{_OF_OTHERS}", re.I)
_SIZE = re.compile(r"market (?:size|value|revenue)|^(?:size|value|revenue)|^total|market$", re.I)
_FACT = re.compile(r"(?:19|20)\d\d|\bbase\b|histor|period|considered", re.I)  # "Base year | 2025" heads no column
_YEAR = re.compile(r"^(?:FY)?((?:19|20)\d\d)(?:\s?\(?[EFPA]\)?)?$")
_PAIR = re.compile(
    rf"(?P<who>[^:|%\d]{{2,60}}?)\s?(?::|\||\u2013|-|\(|(?<=\s))\s?(?:(?:largest|leading|biggest) (?:share|region|market),? )?(?:(?:{HEDGE}) ?)?"
    r"(?P<value>\d[\d.,]*\s?%)\)?(?:, [a-z][a-z -]{2,40})?"
)
_SHARE_LIST = re.compile(r"\b(?:regional|market|revenue) shares?\b[^.%]*$|\bshares? (?:by|of) [^.%]*$", re.I)
_LONGEST_LABEL = 80
_LEAST_PAIRS = 3
Cell = tuple[int, int]
Subject = tuple[str, str | None, Literal["segment", "region"]]
_Pair = tuple[Placed, str, Subject]


def table_claims(document: Document, placed: list[Placed], names: Names, *, comma: bool) -> Iterator[Claim]:
    """The claims of every row below a header row, in order."""
    header: list[str] = []
    before = ""
    for entry in placed:
        if entry.block.kind == "row" and not entry.beside:
            cells = [document.text[a:b] for a, b in entry.block.cells]
            if before != "row" or entry.block.level == HEAD:
                header = cells
            elif len(header) > 1:
                yield from _row(document, entry, header, names, comma)
        before = entry.block.kind


def _row(document: Document, entry: Placed, header: list[str], names: Names, comma: bool) -> Iterator[Claim]:
    first, *others = entry.block.cells
    label = document.text[slice(*first)]
    subject = _subject(label, names)
    for title, cell in zip(header[1:], others, strict=False):
        printed = document.text[slice(*cell)]
        if not printed:
            continue
        if subject and (_SHARE.search(title) or _RATE.search(title)):
            metric = Metric.MEMBER_CAGR if _RATE.search(title) else Metric.SHARE
            yield from _percentage(document, entry, metric, subject, (first[0], cell[1]), printed, title, comma)
        elif _LEADING.match(title) or _FASTEST.match(title):
            yield from _leader(document, entry, label, title, cell, names)
        elif (
            _YEAR.match(title) and _SIZE.search(label) and subject is None and not _FACT.search(f"{label} {header[0]}")
        ):
            yield from _size(document, entry, header[0], label, title, (first[0], cell[1]), printed, comma)
        elif _YEAR.match(title) and subject and not _FACT.search(header[0]):
            yield from _size(document, entry, header[0], label, title, (first[0], cell[1]), printed, comma, subject)


def listed_shares(document: Document, placed: list[Placed], names: Names, *, comma: bool) -> Iterator[Claim]:
    """The shares of a list "R: N%", one region or member a line, when the line before says so or they add up to all of
    the market.
    """
    run: list[_Pair] = []
    before = ""
    for entry in [*placed, None]:
        text = document.of(entry.block) if entry and not entry.beside and entry.block.kind != "row" else ""
        found = _PAIR.fullmatch(text) if "%" in text else None
        subject = _subject(found["who"].strip(), names) if found else None
        if entry and found and subject and (not run or subject[1:] == run[-1][2][1:]):
            run.append((entry, found["value"], subject))
            continue
        yield from _all_of(document, run, comma, before)
        run = [(entry, found["value"], subject)] if entry and found and subject else []
        before = text[:_LONGEST_LABEL]


def _all_of(document: Document, run: list[_Pair], comma: bool, before: str) -> Iterator[Claim]:
    if len(run) < _LEAST_PAIRS:
        return
    shares = [next(f for f in figures(value, comma=comma) if f.kind == "N") for _, value, _ in run]
    if not _SHARE_LIST.search(before) and not WHOLE_PCT[0] <= sum(f.low for f in shares) <= WHOLE_PCT[1]:
        return
    for (entry, _, (name, dimension, kind)), figure in zip(run, shares, strict=True):
        span = (entry.block.start, entry.block.end)
        yield _claim(document, entry, Metric.SHARE, span, figure, None, member=name, dimension=dimension, kind=kind)


def _subject(label: str, names: Names) -> Subject | None:
    """The region or listed member that a row is about, when its first cell is nothing else."""
    if REGION.fullmatch(label):
        name, dimension = names.region(label)
        return name, dimension, "region"
    found = next((n for n in names.find(label, []) if n.kind == "S" and n.end - n.start == len(label)), None)
    return (found.name, found.dimension, "segment") if found else None


def _percentage(
    document: Document,
    entry: Placed,
    metric: Metric,
    subject: Subject,
    span: Cell,
    printed: str,
    title: str,
    comma: bool,
) -> Iterator[Claim]:
    percent = printed if "%" in printed or "%" not in title else f"{printed}%"
    found = [f for f in figures(percent, comma=comma) if f.kind == "N"]
    if len(found) != 1 or (metric is Metric.SHARE and not found[0].low > 0):
        return
    years = [f for f in figures(title) if f.kind in "YP"]
    when = years[0] if len(years) == 1 else None
    member, dimension, kind = subject
    yield _claim(document, entry, metric, span, found[0], when, member=member, dimension=dimension, kind=kind)


def _claim(
    document: Document,
    entry: Placed,
    metric: Metric,
    span: Cell,
    figure: Figure,
    when: Figure | None,
    *,
    unit: str = "pct",
    member: str | None = None,
    dimension: str | None = None,
    kind: Literal["segment", "region"] | None = None,
) -> Claim:
    return Claim(
        metric=metric,
        section=entry.section,
        quote=document.text[slice(*span)],
        char_start=span[0],
        char_end=span[1],
        comparator="=" if figure.low == figure.high else "between",
        value_low=figure.low,
        value_high=figure.high,
        decimals=figure.decimals,
        unit=unit,
        year_from=int(when.low) if when else None,
        year_to=int(when.high) if when else None,
        member=member,
        dimension=dimension,
        kind=kind,
        faq=entry.faq,
    )


def _leader(document: Document, entry: Placed, label: str, title: str, cell: Cell, names: Names) -> Iterator[Claim]:
    """A column of leaders: one member a dimension."""
    found = names.member_of(document.text[slice(*cell)], re.sub(r"^by\s+", "", label, flags=re.I))
    if found:
        metric = Metric.FASTEST if _FASTEST.match(title) else Metric.LARGEST
        start, end = entry.block.cells[0][0], cell[1]
        yield Claim(
            metric, entry.section, document.text[start:end], start, end,
            member=found[0], dimension=found[1], kind="segment", faq=entry.faq,
        )  # fmt: skip


def _size(
    document: Document,
    entry: Placed,
    corner: str,
    label: str,
    title: str,
    span: Cell,
    printed: str,
    comma: bool,
    subject: Subject | None = None,
) -> Iterator[Claim]:
    """A row of sizes under a header of years, of the market or of `subject`; the unit stands in the cell, the label or
    the corner.
    """
    unit = table_unit(label) or table_unit(corner)
    found = [f for f in figures(printed, comma=comma, unit=unit) if f.kind == "V"]
    year = _YEAR.match(title)
    if len(found) == 1 and year and found[0].low >= 0.001:
        at = int(year.group(1))
        when = Figure("Y", 0, 0, at, at, "year")
        money = f"{found[0].currency or 'unknown'}_bn".lower()
        if subject is None:
            yield _claim(document, entry, Metric.MARKET_VALUE, span, found[0], when, unit=money)
        else:
            member, dimension, kind = subject
            yield _claim(
                document, entry, Metric.MEMBER_VALUE, span, found[0], when,
                unit=money, member=member, dimension=dimension, kind=kind,
            )  # fmt: skip
