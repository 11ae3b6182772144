"""Who a sentence is about: the report's market, another market, a member of a dimension, a region, a company.

Belongs here: finding and resolving names. Does not belong here: the market's own name (market.py), lists of companies
(companies.py), figures, sentence forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.reports.market import Market
from pipeline.reports.segmentation import Dimension
from pipeline.reports.vocabulary import (
    ADJECTIVES,
    COUNTRY,
    COUNTRY_WORDS,
    DIMENSION_WORDS,
    REGION,
    REGION_WORDS,
    WORD,
    is_country,
    longest_word,
    region_key,
)

# Words that say what a name is, not which one it is (in the singular).
_GENERIC = frozenset(
    WORD.findall(
        "the a an of and for in on segment category type sub subsegment service solution alternative option offering "
        "market infrastructure system product based"
    )
)
_MOST_NAMES = 160  # with figures, in a stretch of text; one with more is no sentence
_PLACE_NAME = re.compile(r"[A-Z][\w.&' -]{2,40}")
_KINDS = {"own": "M", "generic": "M", "other": "O"}
_NO_NAME = re.compile(
    r"\b(?:is|are|was|were|has|have|had|will|which|that|who|expected|market|industry|region|regions|company|companies|"
    r"it|they|this|these|other|others|both|each|report|growth|demand|rising|increasing)\b",
    re.I,
)


_NO_DIVISION = re.compile(
    r"\b(?:value|volume|revenue|sales|size|share|growth|far|contrast|comparison|all|year|now|then|compan\w+|vendors?)\b"
)
_RANK = re.compile(r"(?:largest|highest|biggest|greatest|dominant|fastest|strongest|most|majority|top)\b", re.I)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in a sentence. kind: M this market, O another market, R region, K country, S member, C company.

    `exact` is False for words that mean this market only where nothing else was spoken of ("the market").
    """

    kind: str
    start: int
    end: int
    name: str
    dimension: str | None = None
    exact: bool = True


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """The names of one kind: a pattern for any of them, and for speed the words one of which is in each. `lower`: also
    looked for where nothing is capitalised.
    """

    kind: str
    pattern: re.Pattern[str] | None
    words: frozenset[str]
    lower: bool = False


class Names:
    """All names of one report, ready to be found in sentences and to resolve what a phrase means."""

    def __init__(self, market: Market, dimensions: tuple[Dimension, ...], companies: Iterable[str]) -> None:
        self.dimensions = dimensions
        self.spoken = frozenset(language.mark for language in market.languages)
        self._market = market
        members = {
            m.name: d.name
            for d in dimensions
            if d.is_split and d.kind == "segment"
            for m in d.members
            if (len(m.name) > 2 or (len(m.name) == 2 and m.name.isupper()))
            and m.name.casefold() not in ("other", "others")
        }
        numbers = {_flat(s): found for found in members.items() for n in _spellings(found[0]) for s in _other_number(n)}
        self._members = numbers | {_flat(s): found for found in members.items() for s in _spellings(found[0])}
        self._region_members = {
            region_key(m.name) or m.name: (m.name, d.name)
            for d in dimensions if d.kind == "region" and d.is_split for m in d.members
        }  # fmt: skip
        own = [m.name for d in dimensions if d.kind == "region" and d.is_split for m in d.members]
        country = _country_of(market.name)
        parts = [f"{part} {country}" for part in _PARTS] if country else []
        places = [n for n in own if not REGION.fullmatch(n) and _PLACE_NAME.fullmatch(n)] or parts
        firms = {short for company in companies for short in (company, company.partition(" (")[0])}
        self._lexicons = (
            _Lexicon("S", _alternatives(self._members, _nouns_of(market.name)), _telling(self._members), lower=True),
            _Lexicon("C", _alternatives(firms), _telling(firms)),
            _Lexicon("R", _alternatives(places, frozenset({country} if country else ())), _telling(places)),
            _Lexicon("R", REGION, REGION_WORDS, lower=True),
            _Lexicon("K", COUNTRY, COUNTRY_WORDS),
        )
        self._printed: dict[str, str] = {}

    def find(self, text: str, taken: list[tuple[int, int]]) -> Iterator[Name]:
        """Every name in a sentence that does not overlap `taken`, which grows."""
        lowered = text.lower()
        for kind, start, end in self._market.mentions(text, lowered):
            if not _free(start, end, taken):
                continue
            taken.append((start, end))
            if kind == "other" and _flat(text[start:end].rpartition(" ")[0]) in self._members:
                taken.pop()  # "the automotive industry" is a member where industries are listed
                continue
            region = REGION.search(text, start, end) if kind == "regional" else None
            if region:
                yield Name("R", start, end, *self.region(region.group()))
            elif kind == "other" and self._of_dimension(text[start:end]):
                yield Name("M", start, end, text[start:end], None, False)
            else:
                yield Name(_KINDS[kind], start, end, text[start:end], None, kind != "generic")
        words, capitals = frozenset(WORD.findall(lowered)), lowered != text
        for lexicon in self._lexicons:
            if lexicon.words.isdisjoint(words) or not (capitals or lexicon.lower) or not lexicon.pattern:
                continue
            for match in lexicon.pattern.finditer(text):
                if len(taken) > _MOST_NAMES:
                    return
                if _free(*match.span(), taken):
                    taken.append(match.span())
                    name, dimension = self._named(lexicon.kind, match.group())
                    yield Name(lexicon.kind, *match.span(), name, dimension)

    def _of_dimension(self, phrase: str) -> bool:
        """Whether "the component market" is this market seen by one of its dimensions."""
        words = _words(phrase) - _GENERIC
        return any(words and words == _words(d.name) - _GENERIC for d in self.dimensions if d.kind == "segment")

    def _named(self, kind: str, text: str) -> tuple[str, str | None]:
        if kind == "S":
            return self._members.get(_flat(text)) or self._members[_flat(text.rpartition(" ")[0])]
        if kind == "R":
            return self.region(text)
        return text, None

    def is_of_market(self, place: str) -> bool:
        """Whether a place is part of the market's name ("Japan Care Robot")."""
        return place.casefold() in (self._market.name or "").casefold()

    def region(self, text: str) -> tuple[str, str | None]:
        """(member as the report lists it, its dimension) of a region's name; a region that no list has keeps the
        spelling it is first met in, and no dimension.
        """
        country = f" {_country_of(self._market.name)}"
        key, text = region_key(text) or text.removesuffix(country), re.sub(r"^the ", "", text, flags=re.I)
        plain = text.casefold() in ADJECTIVES or (text.isupper() and text.casefold() == key.casefold())
        name = key if plain else self._printed.setdefault(key, text)
        return self._region_members.get(key) or (name, None)

    def dimension(self, phrase: str) -> Dimension | None:
        """The dimension whose name has the same words as `phrase`, or None."""
        wanted = _words(phrase) - {"segment"}
        exact = next((d for d in self.dimensions if _words(d.name) - {"segment"} == wanted), None)
        if exact or not wanted:
            return exact
        near = [d for d in self.dimensions if wanted < _words(d.name) or _words(d.name) < wanted]
        return near[0] if len(near) == 1 else None

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
        same = [o for o in options if any(_words(s) == words for s in _spellings(o[0]))]
        if len(same) == 1:
            return same[0]
        whole = [o for o in options if any(_words(s) <= words for s in _spellings(o[0]))]
        if whole:
            longest = max(len(_words(o[0])) for o in whole)
            whole = [o for o in whole if len(_words(o[0])) == longest]
            return whole[0] if len(whole) == 1 else None
        part = [o for o in options if telling <= _words(o[0])]
        if len(part) == 1:
            return part[0]
        return None if part else _in_run_on(phrase, candidates)

    def member_of(self, phrase: str, dimension: str, *, sure: bool = False) -> tuple[str, str] | None:
        """(member, dimension) that a phrase and the name of a dimension mean; where no list has them, as printed.

        `sure`: the page calls the member a segment, so what it is one by is a dimension whatever its name.
        """
        listed = self.dimension(dimension)
        if listed is not None and listed.kind == "region":
            return None
        if listed is not None and listed.members:
            return self.member(phrase, listed)
        name = listed.name if listed else unlisted_dimension(dimension, sure=sure)
        member = unlisted_member(phrase)
        if name is None or member is None or (listed is None and self.member(phrase) is not None):
            return None
        return member, name


def unlisted_dimension(phrase: str, *, sure: bool = False) -> str | None:
    """A dimension's name that no list has; None when, not being `sure`, its last word does not say that it is one."""
    words = phrase.strip().split()
    known = bool(words) and words[-1].casefold().removesuffix("s") in DIMENSION_WORDS
    if not words or len(words) > 4 or not (known or (sure and not _NO_DIVISION.search(phrase))):
        return None
    return phrase.strip()[:1].upper() + phrase.strip()[1:]


def unlisted_member(phrase: str) -> str | None:
    """A phrase that can stand for a member no list has, as printed: short, and no clause of its own."""
    core = re.sub(r"^(?:the|a|an)\s|\s(?:segment|category|sub-segment|bifurcation)$", "", phrase.strip(), flags=re.I)
    if _RANK.match(core):
        return None  # "the largest share, 44%, belonged to ..."
    plain = re.fullmatch(r"[\w&/+.'\u2019 ()-]{2,60}", core)
    return core if plain and len(core.split()) <= 7 and not _NO_NAME.search(core) and not core.isdigit() else None


def is_whole_name(phrase: str, name: str) -> bool:
    """Whether a phrase is a member's name and no part of it."""
    return _flat(re.sub(r"^(?:.*\bthat )?(?:the|a|an) ", "", phrase.strip(), flags=re.I)) in map(
        _flat, _spellings(name)
    )


_PARTS = (
    "North", "South", "East", "West", "Central", "North East", "Northeast", "North West", "South East", "South West",
    "Northern", "Southern", "Eastern", "Western",
)  # fmt: skip


def _free(start: int, end: int, taken: list[tuple[int, int]]) -> bool:
    return all(start >= b or a >= end for a, b in taken)


def _spellings(name: str) -> set[str]:
    """A member's name, and the name without its bracket, and what the bracket holds when that is an abbreviation."""
    bare = re.sub(r"\s*\([^()]*\)", "", name).strip()
    short = re.search(r"\(([A-Z][A-Za-z0-9&-]{1,9})\)", name)
    return {n for n in (name, bare, short.group(1) if short else "") if len(n) > 1}


def _other_number(name: str) -> Iterator[str]:
    """The plural of a name in the singular, and the reverse: "rings lead" where Ring is listed."""
    if name[-1:] == "s" and name[-2:] != "ss" and len(name) > _LEAST_NAME:
        yield name[:-1]
    elif name[-1:].islower() and name[-1:] not in "sy" and len(name) >= _LEAST_NAME:
        yield f"{name}s"


_LEAST_NAME = 4


def _in_run_on(phrase: str, candidates: list[Dimension]) -> tuple[str, str] | None:
    """A phrase found inside a cell whose members run together, spelled as the cell spells it."""
    core = re.sub(r"^(?:the|a|an) | (?:segment|category|sub-segment|type)$", "", phrase.strip(), flags=re.I)
    # Right behind a small letter the next name begins: "Copper RodsSteel Rings".
    words = re.escape(core)
    pattern = re.compile(
        rf"(?<![\w-])(?i:{words})(?!\w)|(?:(?<=[a-z])(?=[A-Z])|(?<!\w))(?i:{words})(?=[A-Z](?<=[a-z].)|\W|$)"
    )
    for dimension in candidates:
        if not dimension.is_split and len(core.split()) > 1:
            found = pattern.search(dimension.members[0].name)
            if found:
                return found.group(), dimension.name
    glued = re.compile(rf"(?:^|(?<=[a-z)]))(?i:{_spelled(core)})(?=[A-Z]|$)") if len(core) > _LEAST_GLUED else None
    for dimension in candidates:
        found = glued.search(dimension.members[0].name) if glued and not dimension.is_split else None
        if found and found.group()[0].isupper():
            return found.group(), dimension.name
    return None


_THINGS = frozenset({"system", "unit", "device", "equipment", "capacity", "machine", "material"})
_LEAST_GLUED = 3  # letters of a name that stands between two others without a blank ("Fall DetectionWeighing")


def _nouns_of(market: str | None) -> frozenset[str]:
    """What the market sells, in the singular ("Industrial Gloves": glove): members may be spoken of with it."""
    words = WORD.findall((market or "").casefold())
    return frozenset(_singular(word) for word in words if len(word) > 2) - _GENERIC | _THINGS


def _country_of(market: str | None) -> str | None:
    """The country a market's name begins with: its "South" may be spoken of as "South India"."""
    first = (market or "").partition(" ")[0]
    return first if is_country(first) and len(first) > _LEAST_NAME else None


def _alternatives(names: Iterable[str], nouns: frozenset[str] = frozenset()) -> re.Pattern[str] | None:
    """A pattern for any of the names, longest first, letting hyphens and spaces stand for each other; one of `nouns`
    may follow them.
    """
    ordered = sorted({n for n in names if n}, key=lambda n: (-len(n), n))
    spelled = [_spelled(n) for n in ordered]
    tail = rf"(?: (?:{'|'.join(sorted(map(re.escape, nouns)))})(?:e?s)?)?" if nouns else ""
    return re.compile(rf"(?<!\w)(?:{'|'.join(spelled)}){tail}(?!\w)", re.I) if spelled else None


def _telling(names: Iterable[str]) -> frozenset[str]:
    """Words one of which is in every text that holds one of the names."""
    return frozenset(map(longest_word, names)) - {""}


def _spelled(name: str) -> str:
    words = r"[\s-]".join(map(re.escape, re.split(r"[\s-]+", name)))
    return f"(?-i:{words.upper()})" if len(name) == 2 else words  # "UV" is one, "it" is not "IT"


def _flat(name: str) -> str:
    return re.sub(r"[\s-]+", " ", name.casefold())


def _words(text: str) -> frozenset[str]:
    """The words of a phrase, lower case, without a plural s."""
    return frozenset(map(_singular, WORD.findall(text.casefold())))


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word
