"""Who a sentence is about: the report's market, another market, a member of a dimension, a region, a company.

Belongs here: finding and resolving names. Does not belong here: figures, sentence forms.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.reports.document import Document
from pipeline.reports.outline import Placed
from pipeline.reports.segmentation import Dimension
from pipeline.reports.vocabulary import COMPANY_HEADING, REGION, region_key

_MARKET = re.compile(
    r"\b([A-Z0-9][\w/+.'\u2019-]*"
    r"(?: (?:\(?[A-Z0-9][\w/&+.'\u2019-]*\)?,?|&|and|of|for|in|as|a|the|with)){0,9}) Market\b"
)
_BEFORE_NAME = re.compile(
    r"^(?:.*\b(?:the|our)\s+"
    r"|(?:what|how|is|key|top|global|worldwide|related|leading|see|companies in|players in)\s+)+",
    re.I,
)
_VENDOR = re.compile(
    r"\b((?:[A-Z][\w&.'-]{1,30} ){1,3}"
    r"(?:Insights|Research|Intelligence|Analytics|Consulting|Advisory|Reports|Markets))\b"
)
_NOT_VENDORS = {"exclusive", "key", "market", "strategic", "custom", "advanced", "full", "published", "report", "the"}
_SIZE = r"(?:'s)?(?: (?:size|value|revenue|valuation))?"
_GENERIC_MARKET = (
    rf"(?:the|this) (?:(?:global|overall|worldwide|entire) )?(?:market|industry|sector){_SIZE}"
    r"|(?:global )?market (?:size|value|revenue|valuation)|global market"
)
_WORD = re.compile(r"\w+")
# Words that say what a name is, not which one it is (in the singular).
_GENERIC = frozenset(
    _WORD.findall(
        "the a an of and for in on segment category type sub subsegment service solution alternative option offering "
        "market infrastructure system product based"
    )
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a sentence. kind: M this market, O another market, R region, S member, C company."""

    kind: str
    start: int
    end: int
    name: str
    dimension: str | None = None


@dataclass(frozen=True, slots=True)
class Company:
    """A company as printed in the report's list, its offsets, and the section of the list."""

    name: str
    start: int
    end: int
    section: str


def market_name(document: Document, placed: list[Placed]) -> str | None:
    """Name of the report's market without the word "Market": the one its headings and opening speak of most."""
    votes: Counter[str] = Counter()
    printed: dict[str, str] = {}
    for index, entry in enumerate(placed[:400]):
        weight = 3 if entry.block.kind == "heading" else 1
        for found in _MARKET.finditer(document.text, entry.block.start, min(entry.block.end, entry.block.start + 3000)):
            name = _BEFORE_NAME.sub("", found.group(1)).strip(" ,")
            if name:
                votes[name.casefold()] += weight + (2 if index < 3 else 0)
                printed.setdefault(name.casefold(), name)
    return printed[votes.most_common(1)[0][0]] if votes else None


def vendor_name(document: Document) -> str | None:
    """The publisher as the text names it (a name ending in Insights, Research, ...), when it does so at least twice."""
    votes: Counter[str] = Counter()
    for found in _VENDOR.finditer(document.text):
        if found.group(1).split()[0].casefold() not in _NOT_VENDORS:
            votes[found.group(1)] += 1
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] > 1 else None


def company_list(document: Document, placed: list[Placed]) -> list[Company]:
    """The companies a report lists as bullets under a heading about companies."""
    found: list[Company] = []
    listing = False
    for entry in placed:
        block = entry.block
        if block.kind == "heading":
            listing = bool(COMPANY_HEADING.search(document.of(block)))
        elif listing and block.kind == "item" and block.end - block.start < 80:
            found.append(Company(document.of(block), block.start, block.end, entry.section))
    return found


class Names:
    """All names of one report, ready to be found in sentences and to resolve what a phrase means."""

    def __init__(self, market: str | None, dimensions: tuple[Dimension, ...], companies: Iterable[str]) -> None:
        self.dimensions = dimensions
        self._market = _market_pattern(market)
        self._other = re.compile(r"\b(?:[A-Z][\w&/+.-]* ){1,6}Market\b")
        members = {m.name: d.name for d in dimensions if d.is_split and d.kind == "segment" for m in d.members}
        self._members = {_flat(name): (name, dimension) for name, dimension in members.items()}
        self._member = _alternatives(members)
        self._companies = list(companies)
        self._company = _alternatives([short for c in self._companies for short in {c, c.partition(" (")[0]}])
        self._region_members = {
            region_key(m.name) or m.name: (m.name, d.name)
            for d in dimensions if d.kind == "region" and d.is_split for m in d.members
        }  # fmt: skip

    def find(self, text: str, taken: list[tuple[int, int]]) -> Iterator[Name]:
        """Every name in a sentence that does not overlap `taken`, which grows."""
        for kind, pattern in (
            ("M", self._market),
            ("S", self._member),
            ("O", self._other),
            ("R", REGION),
            ("C", self._company),
        ):
            for match in pattern.finditer(text) if pattern else ():
                if any(match.start() < end and start < match.end() for start, end in taken):
                    continue
                taken.append(match.span())
                name, dimension = self._named(kind, match.group())
                yield Name(kind, *match.span(), name, dimension)

    def _named(self, kind: str, text: str) -> tuple[str, str | None]:
        if kind == "S":
            return self._members[_flat(text)]
        if kind == "R":
            return self.region(text)
        return text, None

    def region(self, text: str) -> tuple[str, str]:
        """(member as the report lists it, its dimension) of a region's name; "Geography" where no list has it."""
        key = region_key(text) or text
        return self._region_members.get(key, (key, "Geography"))

    def dimension(self, phrase: str) -> Dimension | None:
        """The dimension whose name has the same words as `phrase`, or None."""
        wanted = _words(phrase)
        return next((d for d in self.dimensions if _words(d.name) == wanted), None)

    def member(self, phrase: str, dimension: Dimension | None = None) -> tuple[str, str] | None:
        """(member as listed, its dimension) that a phrase can only mean, within one dimension or in all. None when
        unsure.

        All of a member's words in the phrase, or all telling words of the phrase in one member alone.
        """
        candidates = [dimension] if dimension else [d for d in self.dimensions if d.kind == "segment"]
        words = _words(phrase)
        telling = words - _GENERIC
        if not telling:
            return None
        options = [(m.name, d.name) for d in candidates if d.is_split for m in d.members]
        whole = [o for o in options if _words(o[0]) <= words]
        if whole:
            longest = max(len(_words(o[0])) for o in whole)
            whole = [o for o in whole if len(_words(o[0])) == longest]
            return whole[0] if len(whole) == 1 else None
        part = [o for o in options if telling <= _words(o[0])]
        if len(part) == 1:
            return part[0]
        return None if part else _in_run_on(phrase, candidates)


def _in_run_on(phrase: str, candidates: list[Dimension]) -> tuple[str, str] | None:
    """A phrase found inside a cell whose members run together, spelled as the cell spells it."""
    core = re.sub(r"^(?:the|a|an) | (?:segment|category|sub-segment|type)$", "", phrase.strip(), flags=re.I)
    pattern = _alternatives([core])
    for dimension in candidates:
        if not dimension.is_split and pattern and len(core.split()) > 1:
            found = pattern.search(dimension.members[0].name)
            if found:
                return found.group(), dimension.name
    return None


def _market_pattern(market: str | None) -> re.Pattern[str]:
    own = ""
    if market:
        name = r"\s".join(map(re.escape, market.split()))
        own = rf"(?:(?:the|this|global|worldwide|overall) ){{0,2}}{name} (?:market|industry){_SIZE}|"
    return re.compile(rf"(?i:\b(?:{own}{_GENERIC_MARKET})\b)")


def _alternatives(names: Iterable[str]) -> re.Pattern[str] | None:
    """A pattern for any of the names, longest first, letting hyphens and spaces stand for each other."""
    ordered = sorted({n for n in names if n}, key=lambda n: (-len(n), n))
    spelled = [r"[\s-]".join(map(re.escape, re.split(r"[\s-]+", n))) for n in ordered]
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)})(?!\w)", re.I) if spelled else None


def _flat(name: str) -> str:
    return re.sub(r"[\s-]+", " ", name.casefold())


def _words(text: str) -> frozenset[str]:
    """The words of a phrase, lower case, without a plural s."""
    return frozenset(map(_singular, _WORD.findall(text.casefold())))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
