"""What a company's name looks like, and lists of such names.

Belongs here: telling a name from other words, cutting a list of names. Does not belong here: where on a page companies
are listed (companies.py), cutting other lists (splitting.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.reports.document import Document
from pipeline.reports.outline import Placed
from pipeline.reports.splitting import ABBREVIATED, parts, up_to_end
from pipeline.reports.vocabulary import REGION, is_country

_SUFFIX = re.compile(
    r"^(?:Inc|Incorporated|Ltd|LLC|L\.L\.C|Corp|Corporation|Co|Company|Limited|LP|LLP|PLC|plc|GmbH|AG|SE|SA|S\.A|S\.p\.A|N\.V|NV|B\.V|Pte|Pvt|KK|AB|ASA|Oyj|KGaA|S\.A\.S)\b",
)
_SUFFIX_TAIL = re.compile(r"[\w.]+(?: (?:Ltd|Inc|Limited)\.?)?(?:\s?\([^()]{1,40}\))?")
TAIL = re.compile(r"^(?:and|&|as well as|und|et|e|y)\s+", re.I)
_ENDS = re.compile(
    r"\s+(?:(?:are|is|have|has|were|was|which|who|that|hold|held|dominate|compete|continue|lead|account|control|among|in the|operating|together|collectively) .*"
    r"|(?:to|for|with|by) (?-i:[a-z]).*|(?:and|&) (?:others?|more)\b.*|,? (?:among|amongst) .*|etc\.?)$",
    re.I,
)
_OTHERS = re.compile(
    r"^(?:(?:and|&|among|amongst)?\s*(?:many |several |various )?(?:others?|more|etc\.?|among others|other (?:key )?players|prominent players|\d+ more)(?: (?:others|players))?)\.?$",
    re.I,
)
_NAME = re.compile(
    r"^[A-Z0-9\u00c0-\u024f\u0370-\u9fff\uac00-\ud7af][^|;!?]{1,69}$|^[a-z]{1,8}[A-Z][\w.]{1,30}(?: [A-Z(][^|;!?]{0,40})?$|^[a-z]{1,4}-[A-Z][\w. -]{1,30}(?: \([A-Z]{2,3}\))?$|^[a-z]{3,12} (?:\w+ ){0,2}(?:GmbH|AG|SE|SA|Inc|Ltd|LLC|plc|BV|NV|AB|AS|Oy)\b.{0,20}$|^[a-z]{2,4} [A-Z][^|;!?]{1,60}$"
)
_LEGAL = re.compile(
    r"(?:GmbH|AG|hf|ehf|ApS|A/S|SARL|Bhd|Oyj|KG|SE|SA|Inc|Ltd|LLC|plc|BV|NV|AB|AS|Oy|Corp|Corporation|Co|Limited|Company|Group|Holdings)\.?"
)
_ONE_WORD = re.compile(r"[a-z][a-z0-9.]{2,20}")  # "bolttech": a name only among names
_COUNTED = re.compile(r"\d{1,2}\.\d")  # "8.1. Acme" is a line of contents
_SMALL_WORDS = frozenset(
    [
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
        "spol",
        "z",
    ]
)
_NO_NAME = re.compile(r"^[\d\W]*$|(?:\b(?:USD|EUR|GBP|INR)|[$\u20ac\u00a3\u20b9])\s?\d")  # a price, or a part of one
_NOT_COMPANY = re.compile(
    r"\b(?:analysis|overview|revenue|profile[sd]?|share|strategy|strategies|market|markets|swot|report|forecast|segment|growth|"
    r"usd|eur|inr|prices?|pricing|licen[cs]e|landscape|benchmark\w*|developments?|mergers?|acquisitions?|quadrant|positioning|ranking|performance|portfolio|financials?|highlights|countries|trends?|report)\b",
    re.I,
)
NOT_TICKER = "".join(rf"(?<!\([A-Z]{{{letters}}})" for letters in range(2, 8))
"""Before a colon: not the one of "(NYSE: ABC)"."""
# A hyphen behind "Corp." begins a remark where words in small letters follow.
_REMARK = re.compile(
    rf"\s-\s(?=[\w-]+(?: [\w-]+)? [a-z])|(?<!\w\.)\s[-:|]\s|\s[\u2013\u2014]\s|{NOT_TICKER}(?<!NASDAQ)(?<!NYSE)(?<!LSE)(?<!TSE)(?<!SIX):\s"
)
LEAST_NAMES = 3
_MOST_ITEM = 80


@dataclass(frozen=True, slots=True)
class Company:
    """A company as printed in the report's list, its offsets, and the section of the list."""

    name: str
    start: int
    end: int
    section: str


def all_of_run(texts: list[tuple[str, int]], section: str) -> Iterator[Company]:
    """The companies of a run of items or lines, each with its offset: those that look like names; among three of them
    or more, and few else, also those that do not.
    """
    sure = [next(named(text, at, section), None) for text, at in texts]
    told = [_SENTENCE.match(text) for text, _ in texts]
    if not any(sure) and all(told) and len(texts) >= LEAST_NAMES:
        sure = [next(named(by["name"], at, section), None) for by, (_, at) in zip(told, texts, strict=True) if by]
    listed = sum(name is not None for name in sure)
    trusted = listed >= LEAST_NAMES and 3 * listed >= 2 * len(texts)
    for (text, at), name in zip(texts, sure, strict=True):
        if name is not None:
            yield name
        elif trusted and (doubtful := _doubtful(text)):
            yield Company(doubtful, at, at + len(doubtful), section)


# "Acme Corp. sells lids in 70 countries."
_SENTENCE = re.compile(
    r"(?P<name>[A-Z][\w.&'\u2019+/-]*,?(?: (?:&|of|de|[A-Z(][\w.&'\u2019+/()-]*,?)){0,5}) (?:is|has|was|also|now|[a-z]{3,12}(?:s|ed)) (?=[a-zA-Z0-9])"
)


def _doubtful(text: str) -> str | None:
    """What can be a name among names: "bolttech", "Share My Space", "neoplas med GmbH"."""
    name = _without_remark(text)
    words = name.split()
    if not words or len(words) > 4 or _OTHERS.match(name) or _NO_NAME.search(name) or len(text) > _MOST_ITEM:
        return None
    capital = all(word[0].isupper() for word in words) and not re.search(
        r"\b(?:analysis|overview|strateg|market)", name, re.I
    )
    return name if capital or _ONE_WORD.fullmatch(name) else None


def _without_remark(text: str) -> str:
    """ "Acme - founded 1990" and "Acme: makes widgets" name Acme."""
    short = text if ABBREVIATED.search(text) else text.rstrip(" .;,")
    return _REMARK.split(short)[0].strip()


def named(text: str, start: int, section: str) -> Iterator[Company]:
    """The company an item names, if its words can be a name."""
    if _COUNTED.match(text) or (len(text) > _MOST_ITEM and not _REMARK.search(text[:_MOST_ITEM])):
        return
    name = _without_remark(text)
    place = re.sub(r"\s*\([^)]*\)", "", name)
    if REGION.fullmatch(place) or is_country(place):
        return
    if _NAME.match(name) and not _is_wordy(name) and not _OTHERS.match(name) and not _NOT_COMPANY.search(name):
        yield Company(name, start, start + len(name), section)


def only_names(document: Document, entry: Placed, text: str, at: int) -> list[Company]:
    """The companies of a line that from `at` on is a list of three names or more and nothing else."""
    text = text.replace(" | ", " ; ")  # "Acme | Bolt | Cork": as long, so that places stay
    rest = _MORE.sub("", up_to_end(text[at:]))
    pieces = [TAIL.sub("", rest[a:b]).strip() for a, b in _joined(rest.rstrip(". "))]
    kept = [piece for piece in pieces if not _OTHERS.match(piece)]
    if len(kept) < LEAST_NAMES or ": " in kept[0]:
        return []
    if not all(is_name(piece) or _ONE_WORD.fullmatch(piece) for piece in kept):
        return []
    if 2 * sum(is_name(piece) for piece in kept) < len(kept):
        return []
    return list(listed(document, entry, entry.block.start + at, rest, trusted=True))


_MORE = re.compile(r",?\s(?:&|and) (?:more|others|many more|several others)\.?$")


def is_bare_name(text: str) -> bool:
    """Whether a line can be nothing but a name."""
    words = re.sub(r"[()\u00ab\u201c\"]", "", text).split()
    plain = all(
        w[0].isupper()
        or (w[0].isdigit() and w[1:2].isupper())
        or not w[0].isascii()
        or w in ("&", "+")
        or w in _SMALL_WORDS
        or "." in w[:-1]
        for w in words
    )
    return (
        not _COUNTED.match(text)
        and 0 < sum(word not in ("&", "+") for word in words) <= 6
        and (text[-1] not in ".:?!\u3002" or bool(ABBREVIATED.search(text)))
        and plain
    )


def listed(document: Document, entry: Placed, at: int, rest: str, *, trusted: bool = False) -> Iterator[Company]:
    """The names of a list separated by commas or semicolons, up to the end of its sentence. `trusted`: what stands
    there is a list of names.
    """
    listing = up_to_end(rest)
    for start, end in _joined(listing):
        piece = listing[start:end]
        lead = TAIL.match(piece)
        first = start + (lead.end() if lead else 0)
        piece = _ENDS.sub("", listing[first:end]).rstrip(" ,")
        piece = piece if ABBREVIATED.search(piece) else piece.rstrip(".")
        plain = is_name(piece) or (trusted and bool(_ONE_WORD.fullmatch(piece)))
        if piece and not _OTHERS.match(piece) and plain:
            yield Company(piece, at + first, at + first + len(piece), entry.section)


def _is_wordy(name: str) -> bool:
    """Whether a phrase has words that no company's name has: in lower case, after its first, outside brackets."""
    words = re.sub(r"\([^)]*\)", "", name).split()[1:]
    if len(words) < 4 and words and _LEGAL.fullmatch(words[-1]):
        return False
    return any(word.islower() and word not in _SMALL_WORDS and "." not in word for word in words)


def is_registered(name: str) -> bool:
    """Whether a name has the legal form of a company."""
    return any(_LEGAL.fullmatch(word.strip(",()")) or ABBREVIATED.search(word) for word in name.split()[1:])


def is_name(piece: str) -> bool:
    """Whether a piece of a list can be a company's name: no sentence, place or price."""
    plain = re.sub(r"\([^)]*\)", "", piece).strip()
    place = REGION.fullmatch(plain) or is_country(plain)
    found = _NAME.match(piece) and not _NO_NAME.search(piece)
    return bool(found) and not _is_wordy(piece) and not place and len(plain.split()) <= 7


def _joined(listing: str) -> Iterator[tuple[int, int]]:
    """Spans of the names: a comma before "Inc." and the like belongs to the name, "A and B" at the end are two."""
    spans: list[tuple[int, int]] = []
    separator = next((mark for mark in ";\u2022" if mark in listing), ",")
    for start, end in parts(listing, separator):
        if _OTHERS.match(listing[start:end]):
            continue
        tail = _SUFFIX_TAIL.match(listing[start:end]) if spans and _SUFFIX.match(listing[start:end]) else None
        if tail:
            stop = start + tail.end()
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
        cut = re.search(
            r"\s+(?:and|&|as well as|und|et|e|y)\s+(?!(?:Co|Cie|Company|Sons?)\b)(?=[A-Z0-9]|[a-z]{1,3}[A-Z])",
            listing[start:end],
        )
        if cut and not TAIL.match(listing[start:end]):
            yield start, start + cut.start()
            yield start + cut.end(), end
        else:
            yield start, end
