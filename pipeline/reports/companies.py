"""The companies a report names as leading its market, and the report's publisher.

Belongs here: lists of companies in every layout (bullets, a labelled line, a sentence, a table column or cell). Does not
belong here: segments (segmentation.py), or what a company is claimed to hold (nothing is).

Bullets and tables outrank a labelled line, and that a sentence: the first kind found is the list.
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.reports.document import Document
from pipeline.reports.outline import Placed
from pipeline.reports.splitting import ABBREVIATED, parts, up_to_end
from pipeline.reports.vocabulary import COMPANY_HEADING, REGION, is_country

_VENDOR = re.compile(
    r"\b((?:[A-Z][\w&.'-]{1,30} ){1,3}"
    r"(?:Insights|Research|Intelligence|Analytics|Consulting|Advisory|Reports|Markets|Insight))\b"
)
_ABOUT = re.compile(r"(?:^|\n)(?:#+ )?About (?P<name>[A-Z][\w&.\u2019' -]{2,40}?)(?::|\s*(?:\n|$))")
_NOT_VENDORS = {"exclusive", "key", "market", "strategic", "custom", "advanced", "full", "published", "report", "the"}
_WHO = r"(?:compan(?:y|ies)|players?|vendors?|manufacturers?|participants?|providers?|firms|suppliers|competitors|organi[sz]ations)"
_LABEL = re.compile(
    rf"(?:^|(?<=[.;] ))(?:[-\u2022] )?(?:(?:key|major|top|leading|prominent|main|notable|market|list of|the|industry|global|profiled|leading market) )*"
    rf"(?:names to (?:know|watch)|(?:market )?{_WHO}(?: (?:covered|to be profiled|profiled|mentioned|include[sd]?|analy[sz]ed|operating|listed|in the (?:market|report)|are))*)\s?[:|\u2013-]\s+(?=\S)",
    re.I,
)
_SENTENCE = re.compile(
    rf"\b(?:key|major|leading|top|prominent|main|notable|well-known|some of the|several|established|dominant|the)\b[^.;:]{{0,60}}?\b{_WHO}\b"
    rf"[^.;]{{0,140}}?\b(?:include|includes|including|are|such as|like|namely|comprise|among them|featuring|consist of|is led by)\b[:,]?\s+(?=[A-Z0-9])",
    re.I,
)
# "The report profiles Acme, Bolt and Cork."
_PROFILED = re.compile(
    r"\b(?:report|study|analysis) (?:also |further )?(?:profiles|(?:lists|covers|names|features|analy[sz]es) (?:the )?(?:following )?(?:companies|players|vendors):?) (?=[A-Z0-9a-z])",
    re.I,
)
_LED_BY = re.compile(r"\b(?:players|companies|vendors|firms) (?:such as|like|including)\s+(?=[A-Z0-9])", re.I)
_SUFFIX = re.compile(
    r"^(?:Inc|Incorporated|Ltd|LLC|L\.L\.C|Corp|Corporation|Co|Company|Limited|LP|LLP|PLC|plc|GmbH|AG|SE|SA|S\.A|S\.p\.A|N\.V|NV|B\.V|Pte|Pvt|KK|AB|ASA|Oyj|KGaA|S\.A\.S)\b",
)
_SUFFIX_TAIL = re.compile(r"[\w.]+(?: (?:Ltd|Inc|Limited)\.?)?")
_TAIL = re.compile(r"^(?:and|&|as well as)\s+", re.I)
_ENDS = re.compile(
    r"\s+(?:(?:are|is|have|has|were|was|which|who|that|hold|dominate|compete|continue|lead|among|in the|operating|to|for|with|by) .*|(?:and|&) (?:others?|more)\b.*"
    r"|,? (?:among|amongst) .*|etc\.?)$",
    re.I,
)
_OTHERS = re.compile(
    r"^(?:(?:and|&|among|amongst)?\s*(?:many |several |various )?(?:others?|more|etc\.?|among others|other (?:key )?players|prominent players|\d+ more)(?: (?:others|players))?)\.?$",
    re.I,
)
_NAME = re.compile(
    r"^[A-Z0-9\u00c0-\u024f\u0370-\u9fff\uac00-\ud7af][^|;!?]{1,69}$|^[a-z]{1,8}[A-Z][\w.]{1,30}$|^[a-z]{1,4}-[A-Z][\w. -]{1,30}$|^[a-z]{5,8} (?:GmbH|AG|SE|SA|Inc|Ltd|plc|BV|NV)\b.{0,20}$|^[a-z]{2,4} [A-Z][^|;!?]{1,60}$"
)
_SMALL_WORDS = frozenset(
    {
        "of",
        "and",
        "the",
        "de",
        "for",
        "plc",
        "van",
        "von",
        "der",
        "di",
        "da",
        "du",
        "do",
        "dos",
        "del",
        "la",
        "le",
        "des",
        "y",
        "e",
        "et",
        "und",
        "by",
    }
)
_NO_NAME = re.compile(r"^[\d\W]*$|(?:\b(?:USD|EUR|GBP|INR)|[$\u20ac\u00a3\u20b9])\s?\d")  # a price, or a part of one
# "Acme, Bolt and Cork are among the vendors profiled."
_NAMES_FIRST = re.compile(rf"\s(?:are|were|remain) (?:among |some of |also )*(?:the )?(?:[\w-]+ ){{0,3}}{_WHO}\b", re.I)
# "Acme, Bolt and Cork hold most of the market."
_HOLD = re.compile(r"\s(?:hold|control|lead|dominate|supply|compete|account for|share|make up)\b")
_INTRODUCED = re.compile(
    r"\b(?:includes?|including|are|such as|namely|comprises?|lists|profiles|(?:dominated|led|served) by):?\s+(?=[A-Z0-9])|:\s+(?=[A-Z0-9]|[a-z]{2,8} [A-Z])"
)
_HEADER = re.compile(rf"\b(?:{_WHO}|name)\b", re.I)
_MOST_ITEM = 80
_NOT_COMPANY = re.compile(
    r"\b(?:analysis|overview|revenue|profile[sd]?|share|strategy|strategies|market|markets|swot|report|forecast|segment|growth|"
    r"usd|eur|inr|prices?|pricing|licen[cs]e|landscape|benchmark\w*|developments?|mergers?|acquisitions?|quadrant|positioning|ranking|countries|trends?|report)\b",
    re.I,
)


_NUMBERED = re.compile(r"(?P<n>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(?P<name>\S.{1,78})$")
_PROFILES = re.compile(r"\b(?:profiles? of|company profiles?|companies profiled|key (?:players|companies))\b", re.I)


@dataclass(frozen=True, slots=True)
class Company:
    """A company as printed in the report's list, its offsets, and the section of the list."""

    name: str
    start: int
    end: int
    section: str


def vendor_name(document: Document) -> str | None:
    """The publisher as the text names it: whom "About ..." is about, else a name ending in Insights, Research and the
    like that stands there at least twice.
    """
    about = _ABOUT.search(document.text)
    if about and not re.search(r"\b(?:market|report|study|us|the|this)\b", about["name"], re.I):
        return about["name"].strip()
    votes: Counter[str] = Counter()
    for found in _VENDOR.finditer(document.text):
        if found.group(1).split()[0].casefold() not in _NOT_VENDORS:
            votes[found.group(1)] += 1
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] > 1 else None


def company_list(document: Document, placed: list[Placed]) -> list[Company]:
    """The companies a report lists, from the best layout it has; [] where it names none."""
    for layout in (_bullets, _table, _labelled, _sentence, _contents):
        found = list(layout(document, placed))
        if found:
            seen: dict[str, Company] = {}
            for company in found:
                seen.setdefault(company.name.casefold(), company)
            return list(seen.values())
    return []


def _bullets(document: Document, placed: list[Placed]) -> Iterator[Company]:
    """Items, bare short lines or one line of names under a heading (or a lead-in line) about companies."""
    kind: str | None = None  # of the blocks listed so far; "" while none is
    waited = 0
    for entry in placed:
        block = entry.block
        text = document.of(block)
        if _opens_list(block.kind, text):
            kind, waited = "", 0
        elif block.kind in ("heading", "row"):
            kind = None
        elif kind is not None and (kind in ("", block.kind)):
            names = list(_names_of(document, entry, text, bool(kind)))
            yield from names
            waited += not names
            listed = block.kind if len(names) < _LEAST_NAMES else None  # a line of names is the whole list
            kind = listed if names else kind if waited <= _MOST_WAIT and not kind else None
        else:
            kind = None


_MOST_WAIT = 2  # sentences that may stand between the heading and its list


def _opens_list(kind: str, text: str) -> bool:
    """Whether a block announces a list of companies: a heading about them, or a short line without an end of its own."""
    if kind != "row" and _WHO_HEADING.fullmatch(text):
        return True
    if kind == "row" or len(text) > _LONGEST_OPENING or not COMPANY_HEADING.search(text):
        return False
    if kind == "heading" or text.endswith(":"):
        return _is_company_heading(text)
    return (
        kind == "text"
        and len(text.split()) <= _MOST_WORDS
        and not re.search("[,;]|[.!?]$", text)
        and _is_company_heading(text)
    )


_WHO_HEADING = re.compile(
    r"(?:\d{1,2}\.\s+)?who(?:['\u2019]s who| is (?:in it|who|active)| (?:supplies|competes|makes it|sells it|is there))?",
    re.I,
)
_LONGEST_OPENING, _MOST_WORDS = 200, 9


def _names_of(document: Document, entry: Placed, text: str, listing: bool) -> list[Company]:
    """The companies a block under such a heading names: itself, when it is an item or a bare line; else all of a line
    that is nothing but names.
    """
    block = entry.block
    if block.kind == "item" and len(text) < _MOST_ITEM:
        short = text if ABBREVIATED.search(text) else text.rstrip(" .;,")
        return list(_named(short, block.start, entry.section))
    if not listing and block.kind == "text" and len(text) < _LONGEST_LINE:
        lead, hold = _INTRODUCED.search(text), _HOLD.search(text)
        for at, end in ((0, None), (lead.end() if lead else 0, None), (0, hold.start() if hold else 0)):
            names = _only_names(document, entry, text[:end], at)
            if names:
                return names
    if block.kind == "text" and _is_bare_name(text):
        return list(_named(text, block.start, entry.section))
    return []


_LONGEST_LINE = 600


def _only_names(document: Document, entry: Placed, text: str, at: int) -> list[Company]:
    """The companies of a line that from `at` on is a list of three names or more and nothing else."""
    rest = up_to_end(text[at:])
    pieces = [rest[a:b] for a, b in _joined(rest.rstrip(". "))]
    if (
        len(pieces) < _LEAST_NAMES
        or ": " in pieces[0]
        or not all(_is_name(_TAIL.sub("", piece).strip()) for piece in pieces)
    ):
        return []
    return list(_listed(document, entry, entry.block.start + at, rest))


_LEAST_NAMES = 3


def _is_company_heading(text: str) -> bool:
    return bool(COMPANY_HEADING.search(text)) and not re.search(
        r"\b(?:by (?!company|vendor)|segment|shares? of|questions|how|what|which|why|who|number of|small|medium|sized)\b",
        text,
        re.I,
    )


def _is_bare_name(text: str) -> bool:
    words = text.split()
    plain = all(w[0].isupper() or not w[0].isascii() or w == "&" or w in _SMALL_WORDS for w in words)
    return len(words) <= 6 and (text[-1] not in ".:?!\u3002" or bool(ABBREVIATED.search(text))) and plain


def _named(text: str, start: int, section: str) -> Iterator[Company]:
    """The company an item names: "Acme - founded 1990" and "Acme: makes widgets" name Acme."""
    name = re.split(r"(?<!\w\.)\s[-\u2013\u2014:|]\s|(?<!NASDAQ)(?<!NYSE)(?<!LSE)(?<!TSE)(?<!SIX):\s", text)[0].strip()
    if _NAME.match(name) and not _is_wordy(name) and not _OTHERS.match(name) and not _NOT_COMPANY.search(name):
        yield Company(name, start, start + len(name), section)


def _table(document: Document, placed: list[Placed]) -> Iterator[Company]:
    """A table with a column of companies (its header says so)."""
    column: int | None = None
    before: Placed | None = None
    for entry in placed:
        cells = entry.block.cells
        first_row = entry.block.kind == "row" and (before is None or before.block.kind != "row")
        if first_row:
            heads = [document.text[a:b] for a, b in cells]
            column = next(
                (
                    i
                    for i, h in enumerate(heads)
                    if re.fullmatch(rf"(?:key |top |leading )?(?:{_WHO})(?: name)?s?", h, re.I)
                ),
                None,
            )
            column = column if len(heads) > 1 else None
        elif entry.block.kind == "row" and column is not None and column < len(cells):
            a, b = cells[column]
            yield from _named(document.text[a:b], a, entry.section)
        before = entry


def _labelled(document: Document, placed: list[Placed]) -> Iterator[Company]:
    for entry in placed:
        text = document.of(entry.block)
        found = _LABEL.search(text[:300]) if entry.block.kind != "heading" else None
        if found:
            yield from _listed(document, entry, entry.block.start + found.end(), _label_end(text, found.end()))
            continue


def _label_end(text: str, at: int) -> str:
    return text[at : at + 2000]


def _sentence(document: Document, placed: list[Placed]) -> Iterator[Company]:
    best: list[Company] = []
    for entry in placed:
        if entry.block.kind in ("heading", "row"):
            continue
        text = document.of(entry.block)
        for found in (_SENTENCE.search(text[:6000]), _LED_BY.search(text[:6000])):
            if not found:
                continue
            rest = text[found.end() : found.end() + 1500]
            names = list(_listed(document, entry, entry.block.start + found.end(), rest))
            if len(names) > max(1, len(best)):
                best = names
        profiled = _PROFILED.search(text[:6000])
        if profiled and not best:
            rest = up_to_end(text[profiled.end() : profiled.end() + _LONGEST_LINE])
            best = _only_names(document, entry, text[: profiled.end() + len(rest)], profiled.end())
        last = _NAMES_FIRST.search(text[:6000])
        if last:
            start = (
                max(text.rfind(mark, 0, last.start()) + len(mark) for mark in (": ", "\n"))
                if ": " in text[: last.start()]
                else 0
            )
            names = _only_names(document, entry, text[: last.start()], start)
            best = names if len(names) > max(1, len(best)) else best
    yield from best


def _contents(document: Document, placed: list[Placed]) -> Iterator[Company]:
    """Numbered contents: names one level below a line about players ("11.3 Key players" / "11.3.1 Acme")."""
    parent = ""
    for entry in placed:
        text = document.of(entry.block)
        found = _NUMBERED.match(text) if entry.block.kind != "row" else None
        if not found:
            continue
        number, name = found["n"], found["name"]
        if parent and number.startswith(f"{parent}.") and number.count(".") == parent.count(".") + 1:
            if _is_name(name):
                yield from _named(name, entry.block.start + found.start("name"), entry.section)
        elif _PROFILES.search(name):
            parent = number


def _listed(document: Document, entry: Placed, at: int, rest: str) -> Iterator[Company]:
    """The names of a list separated by commas or semicolons, up to the end of its sentence."""
    listing = up_to_end(rest)
    for start, end in _joined(listing):
        piece = listing[start:end]
        lead = _TAIL.match(piece)
        first = start + (lead.end() if lead else 0)
        piece = _ENDS.sub("", listing[first:end]).rstrip(" ,")
        piece = piece if ABBREVIATED.search(piece) else piece.rstrip(".")
        if piece and not _OTHERS.match(piece) and _is_name(piece):
            yield Company(piece, at + first, at + first + len(piece), entry.section)


def _is_wordy(name: str) -> bool:
    """Whether a phrase has words that no company's name has: in lower case, after its first, outside brackets."""
    words = re.sub(r"\([^)]*\)", "", name).split()[1:]
    return any(word.islower() and word not in _SMALL_WORDS for word in words)


def _is_name(piece: str) -> bool:
    plain = re.sub(r"\([^)]*\)", "", piece).strip()
    place = REGION.fullmatch(plain) or is_country(plain)
    named = _NAME.match(piece) and not _NO_NAME.search(piece)
    return bool(named) and not _is_wordy(piece) and not place and len(plain.split()) <= 7


def _joined(listing: str) -> Iterator[tuple[int, int]]:
    """Spans of the names: a comma before "Inc." and the like belongs to the name, "A and B" at the end are two."""
    spans: list[tuple[int, int]] = []
    separator = next((mark for mark in ";\u2022" if mark in listing), ",")
    for start, end in parts(listing, separator):
        if _OTHERS.match(listing[start:end]):
            continue
        if spans and _SUFFIX.match(listing[start:end]):
            stop = start + len(_SUFFIX_TAIL.match(listing[start:end]).group())  # type: ignore[union-attr]
            spans[-1] = (spans[-1][0], stop)
            following = re.match(r"\s+(?=and |& )", listing[stop:end])
            if following:
                spans.append((stop + following.end(), end))
        else:
            spans.append((start, end))
    for start, end in spans[:-1]:
        yield start, end
    for start, end in spans[-1:]:
        if separator == "\u2022":
            yield start, end
            continue
        cut = re.search(r"\s+(?:and|&|as well as)\s+(?=[A-Z0-9])", listing[start:end])
        if cut and not _TAIL.match(listing[start:end]):
            yield start, start + cut.start()
            yield start + cut.end(), end
        else:
            yield start, end
