"""Which market a report is about, and which market a sentence speaks of.

Belongs here: the name of the report's market and its spellings, and every mention of a market in a sentence. Does not
belong here: members, regions, companies (names.py), figures.
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache

from pipeline.reports.document import Document
from pipeline.reports.languages import languages_of, name_in_title, own_patterns
from pipeline.reports.outline import Placed
from pipeline.reports.vocabulary import COUNTRY, REGION, REGIONS, has_any, is_country, region_key

_NOUN = r"(?:markets?|industry|sector|\u5e02\u5834)"
_CAPITALS = re.compile(
    r"\b([A-Z0-9][\w/+.'\u2019-]*"
    r"(?: (?:\(?[A-Z0-9][\w/&+.'\u2019-]*\)?,?|&|and|of|for|in|as|a|the|with)){0,9}) (?:Market|Industry)\b(?! (?:Research|Intelligence|Consulting|Analytics)\b)"
)
_TITLE = re.compile(rf"^(?P<name>.{{2,140}}?)[ -]{_NOUN}\b", re.I)
# "Widget Market Size, Share, by Type (a, b), ...": a title although it is long.
_LONG_TITLE = re.compile(r"[A-Z][^.!?:;,]{2,80}? Market(?:,| (?:Size|Share|Report|by|By)\b)[^.!?]*$")
_LEAD_IN = re.compile(
    r"^(?:.*\b(?:the|our)\s+"
    r"|(?:what|how|is|are|key|top|global|worldwide|world|international|related|leading|see|companies in|players in|"
    r"report on|outlook for|overview of|size of|insights?:|report:|press release:|at a glance:)\s+)+",
    re.I,
)
_QUALIFIERS = frozenset(
    re.findall(
        r"\S+",
        "global worldwide world international overall entire total whole broader latest current recent updated "
        "projected expected estimated anticipated forecast forecasted",
    )
)
# Words at which the name of a market cannot go on to the left.
_STOP = frozenset(
    re.findall(
        r"\S+",
        "the a an any each every this that these those its our their his of in for to by from with at on as and or but is are "
        "was were be been has have had will would should can may while whereas where which who when what how why "
        "into over under than then about across within per via against between during through it we you they "
        "drives driving dominates dominated leads led boosts boosting fuels fuelling fueling propels shapes "
        "shaping reshaping transforms expands see read learn explore visit discover also related report reports "
        "study analysis valued if because since so not largest fastest growing leading dominant biggest top "
        "regional main potential addressable target emerging developed mature single smallest second attractive "
        "lucrative new local domestic available promising key important values puts estimates sizes said says "
        "calls makes accounts",
    )
)
_SPELLED = {
    "ai": "artificial intelligence", "ml": "machine learning", "iot": "internet of things", "ev": "electric vehicle",
    "gpu": "graphics processing unit", "llm": "large language model", "nlp": "natural language processing",
    "ar": "augmented reality", "vr": "virtual reality", "hpc": "high performance computing",
    "genai": "generative artificial intelligence", "gen": "generative",
}  # fmt: skip
_SIZE = r"(?:['\u2019]s)?(?:,? (?:size|value|revenues?|valuation|sales))?(?: (?:size|value))?"
_GENERIC = (
    rf"(?:the|this|our|said) (?:(?:{'|'.join(sorted(_QUALIFIERS))}) )*(?:market|industry|sector){_SIZE}"
    r"|(?:the )?(?:global |overall |total |worldwide )?market (?:size|value|revenues?|valuation)|the valuation"
    r"|(?:global|overall|worldwide) (?:market|industry|revenues?|sales)|(?:^|(?<=[:;] ))(?:market|industry)"
)
_MENTION = re.compile(rf"(?<![\w-]){_NOUN}(?![\w-])", re.I)
_OF_SOMETHING = re.compile(
    r"(?<=[tTyYrR])\s(?:for|of)\s(?!(?:USD|US|EUR|GBP|INR|JPY|CNY|around|about|approximately|nearly|almost|over|more|some|the|this|its|our|which|all|each|forecast)\b)(?=[a-z])"
)
# "The market for steel couplers stood at": such a name is the words up to the verb.
_MARKET_FOR = re.compile(
    r"\bmarket (?:for|of) (?:the )?(?P<name>[a-z][\w-]*(?: [\w-]+){0,5}?) (?:is|was|stood|reached|amounted|will|worldwide|totall?ed|grew|generated|should|could)\b"
)
_MOST_MENTIONS = 80  # of markets in a stretch of text; one with more is no sentence
_HINTS = (
    "market", "industry", "sector", "global", "overall", "worldwide", "demand for", " sales", "revenue", "spending on",
    "\u5e02\u5834",
)  # fmt: skip
# "The widget market in Europe is expected to": the region is what the sentence is about.
_IN_REGION = re.compile(
    rf"\s(?:in|across) (?:the )?(?:{REGION.pattern})(?: region)?(?=\s(?:is|was|are|will|should|has|had|held|accounted|dominated|led|recorded|captured|represented|generated|contributed|commanded|grew|grows|stood|reached|amounted|remains?|currently|also)\b)"
)
_PLACE_BEFORE = re.compile(rf"(?:{REGION.pattern}|{COUNTRY.pattern})(?:['\u2019]s)?[ -]$")
_ADJECTIVE = {
    "North America": "North American", "Europe": "European", "Latin America": "Latin American", "Asia": "Asian",
    "China": "Chinese", "India": "Indian", "Japan": "Japanese", "Germany": "German", "UK": "British", "US": "U.S.",
    "United States": "U.S.", "U.S.": "US",
}  # fmt: skip
_WORD_BEFORE = re.compile(r"[\w/&+.'\u2019()-]+$")


def market_name(document: Document, placed: list[Placed]) -> str | None:
    """Name of the report's market without the word "Market".

    The title says it, else the first heading that names a market, else the market that headings and opening name most.
    """
    titles = [document.title] if document.title else []
    titles += [document.of(e.block) for e in placed[:4] if e.block.kind == "heading" and e.block.level <= 2]
    if not document.title and placed and placed[0].block.kind == "text":
        first = document.of(placed[0].block)  # a PDF or bare text has no marked title
        if len(first) < 140 or (len(first) < 500 and _LONG_TITLE.match(first)):
            titles.insert(0 if first[-1] not in ".!?" else len(titles), first[:140])
    for title in titles:
        name = _from_title(title) or name_in_title(title)
        if name:
            return name
    votes: Counter[str] = Counter()
    printed: dict[str, str] = {}
    for index, entry in enumerate(placed[:400]):
        weight = (3 if entry.block.kind == "heading" else 1) + (2 if index < 3 else 0)
        text = document.text[entry.block.start : min(entry.block.end, entry.block.start + 3000)]
        for name in _named(text):
            votes[_key(name)] += weight
            printed.setdefault(_key(name), name)
    if votes:
        return printed[votes.most_common(1)[0][0]]
    opening = (document.of(entry.block)[:_OPENING] for entry in placed[:_MOST_OPENING])
    return next((name for text in opening if (name := name_in_title(text))), None)


_OPENING, _MOST_OPENING = 400, 20  # letters of a block, and blocks, in which a page without a title names its market


def _from_title(title: str) -> str | None:
    text = re.sub(r"^\d{1,2}(?:\.\d+)*\.?\s+", "", _CRUMBS.sub("", title))
    found = _TITLE.match(text)
    if not found:
        return None
    before, *after = re.split(r"(?:[|:\u2013\u2014]|\s-)\s", found["name"])
    name = after[-1] if after else before
    if after and not _words_of_name(name):  # "Gourmet Salts: A Market That Refuses to Stay Small"
        name = before
    name = re.sub(r"(?i: (?:global|worldwide))$", "", _LEAD_IN.sub("", name)).strip(" ,:;'\"\u2018\u201c-\u2013\u2014")
    words = name.split()
    generic = {w.casefold() for w in words} <= _QUALIFIERS | {"market", "key", "top", "about", "related", "research"}
    plain = not re.search(r"[?!.]\s|\$|%|\b(?:valued|reach|size|companies|players|growth|report|leading)\b", name, re.I)
    return name if words and len(words) <= 12 and not generic and plain else None


# "Home / Store / Machines / Widget Market": the path to a page before its name.
_CRUMBS = re.compile(r"(?:[^/>\u00bb\u203a]{2,40} [/>\u00bb\u203a] ){2,6}|Home [/>\u00bb\u203a] ")


def _words_of_name(text: str) -> list[str]:
    return [w for w in re.findall(r"[^\W\d_]+", text) if w.casefold() not in _QUALIFIERS | _STOP]


def _named(text: str) -> Iterator[str]:
    for found in _CAPITALS.finditer(text):
        name = _LEAD_IN.sub("", found.group(1)).strip(" ,")
        if name and _words_of_name(name) and not REGION.fullmatch(name):
            yield name
    for found in _MENTION.finditer(text):
        phrase = _phrase_before(text, found.start())
        if phrase and not phrase[:1].isupper() and _words_of_name(phrase):
            name = text[found.start() - 1 - len(phrase) : found.start() - 1]
            yield " ".join(w for w in name.split() if w.casefold() not in _QUALIFIERS) or name
    for found in _MARKET_FOR.finditer(text):
        if _words_of_name(found["name"]):
            yield found["name"]


def _phrase_before(text: str, at: int) -> str:
    """The words before "market" that can belong to its name, as printed."""
    start = at
    for _ in range(9):
        if text[start - 1 : start] not in (" ", "-"):
            break
        word = _WORD_BEFORE.search(text, max(0, start - 41), start - 1)
        if not word or set(word.group().casefold().split("-")) <= _STOP or word.group().endswith((".", "'", "\u2019")):
            break
        start = word.start()
    return text[start:at].strip()


def _key(name: str) -> str:
    """One spelling for all spellings of a name: no brackets, abbreviations written out, no plural."""
    words = re.findall(r"[^\W_]+", re.sub(r"\([^)]*\)", " ", name.casefold()).replace("&", " and "))
    spelled = " ".join(_SPELLED.get(w, w) for w in words if w not in _QUALIFIERS)
    return re.sub(r"(?<=[a-z]{3})s\b", "", spelled)


class Market:
    """The report's market, ready to be found in sentences."""

    def __init__(self, name: str | None, text: str = "") -> None:
        self.name = name
        self.languages = languages_of(text)
        self._abroad = own_patterns(self.languages, name)
        variants = _variants(name, text) if name else []
        self._keys = {_key(v) for v in variants}
        own = "|".join(sorted(map(_pattern, variants), key=len, reverse=True)) or "(?!)"
        lead = rf"(?:(?:the|this|our|global|worldwide|overall|world) ){{0,2}}(?:{own})"
        placed = _in_its_place(name) if name else "(?!)"
        self._own = re.compile(
            rf"(?i:(?<![\w-])(?:{placed}|{lead} (?:global )?{_NOUN}|(?:global )?{_NOUN} (?:for|of) (?:the )?(?:{own})"
            rf"|(?:(?:global|worldwide|total|overall) )?(?:demand for|sales of|revenues? (?:of|from)|spending on) (?:the )?(?:{own})(?! (?:in|for|by|from|to|at|among|within) (?!(?:the year )?(?:19|20)\d\d))"
            rf"|(?:(?:global|worldwide|total|overall) |^)(?:{own}) (?:revenues?|sales)){_SIZE}(?![\w-]))"
        )
        self._generic = re.compile(rf"(?i:(?<![\w-])(?:{_GENERIC})(?![\w-]))")

    def mentions(self, text: str, lowered: str) -> Iterator[tuple[str, int, int]]:
        """(kind, start, end) of every market a sentence speaks of. Kinds: own, generic ("the market"), regional (this one
        in one region, "the European widget market"), other.
        """
        taken: list[tuple[int, int]] = []
        english = has_any(lowered, _HINTS)
        for kind, start, end in self._candidates(text, english):
            if len(taken) > _MOST_MENTIONS:
                return
            if not _free((start, end), taken):
                continue
            behind = _IN_REGION.match(text, end) if kind in ("own", "generic") else None
            last = behind.end() if behind else end
            taken.append((start, last))
            yield "regional" if behind else kind, start, last

    def _candidates(self, text: str, english: bool) -> Iterator[tuple[str, int, int]]:
        """Every mention, overlapping ones too, surest first."""
        for kind, pattern in self._abroad:
            yield from ((kind, *found.span()) for found in pattern.finditer(text))
        if not english:
            return
        yield from (("own", *found.span()) for found in self._own.finditer(text) if self._is_whole(text, found))
        for found in self._generic.finditer(text):
            # "market size" behind a name is that market's size, not this one's.
            if not (re.match(r"(?i:market|industry)\b", found.group()) and _phrase_before(text, found.start())):
                # "the market for compressors" is the market of what it names.
                yield ("other" if _OF_SOMETHING.match(text, found.end()) else "generic", *found.span())
        for found in _MENTION.finditer(text):
            phrase = _phrase_before(text, found.start())
            if phrase and not _is_share(text, found.end()):
                start = found.start() - len(phrase) - 1
                named = self._kind_of(text, phrase, start)
                if named and not (named == "other" and _OF_PUBLISHER.match(text, found.end())):
                    yield named, start, found.end()

    def _kind_of(self, text: str, phrase: str, start: int) -> str | None:
        """Which market the words before "market" name; None when they name none."""
        words = [w for w in phrase.split() if w.casefold() not in _QUALIFIERS]
        if not words or _only_place(phrase):
            return None
        if self._is_regional(phrase):
            return "regional"
        own = _key(phrase) in self._keys and not _PLACE_BEFORE.search(text, max(0, start - 40), start)
        return "own" if own else "other"

    def _is_regional(self, phrase: str) -> bool:
        """Whether a phrase is a region and then this market's name ("Europe widget")."""
        region = REGION.match(phrase)
        rest = phrase[region.end() :].lstrip("'\u2019s ") if region else ""
        return bool(rest) and _key(rest) in self._keys

    def _is_whole(self, text: str, found: re.Match[str]) -> bool:
        """Whether nothing before the name makes it another market's ("Edge" AI training market, Europe's)."""
        if _PLACE_BEFORE.search(text, max(0, found.start() - 40), found.start()):
            return False
        if re.match(r"(?i:the|this|our|global|worldwide|overall|world)\b", found.group()):
            return True
        before = _WORD_BEFORE.search(text, max(0, found.start() - 41), max(0, found.start() - 1))
        if not before or text[found.start() - 1 : found.start()] not in (" ", "-"):
            return True
        word = before.group()
        return word.casefold() in _STOP | _QUALIFIERS or bool(re.search(r"[.:;)'\u2019]$|^[(]|ing$|^\d+\.?$", word))


# "Bolt Market Research" is no market of bolts. (In a heading or behind "the" it may be one.)
_OF_PUBLISHER = re.compile(r"\s(?:Insights?|Research|Reports|Intelligence|Analytics|Statistics|Consulting|Advisory)\b")


def _is_share(text: str, at: int) -> bool:
    return bool(
        re.match(r"\s(?:shares?|leaders?|players?|leadership|position|demand|opportunit|research)\b", text[at:], re.I)
    )


def _only_place(phrase: str) -> bool:
    """Whether a phrase is nothing but a region or country: its name is found as such."""
    rest = REGION.sub("", phrase)
    words = [w for w in re.findall(r"[\w.]+", rest) if w.casefold() not in _QUALIFIERS]
    return not words or (len(words) <= 2 and is_country(" ".join(words))) or region_key(phrase) is not None


def _free(span: tuple[int, int], taken: Iterable[tuple[int, int]]) -> bool:
    return all(span[0] >= end or start >= span[1] for start, end in taken)


def _variants(name: str, text: str) -> list[str]:
    """Spellings of the name: with and without its bracket, with abbreviations written out and the reverse."""
    found = {name}
    bracket = re.search(r"\s*\(([^()]{1,20})\)", name)
    if bracket:
        found.add((name[: bracket.start()] + name[bracket.end() :]).strip())
        head, tail = name[: bracket.start()].split(), name[bracket.end() :].strip()
        count = len(re.findall(r"[A-Z]", bracket.group(1))) or 1
        found.add(" ".join([*head[:-count], bracket.group(1), tail]).strip())
        found.add(" ".join([bracket.group(1), tail]).strip())
    else:
        # "Widget Stamping (WS)" in the text makes "WS" the same name.
        short = re.search(rf"(?i:{re.escape(name)})(?: market)? \(([A-Z][A-Za-z]{{1,9}})\)", text)
        found |= {short.group(1)} if short else set()
    for place, adjective in _ADJECTIVE.items():
        if name.startswith(f"{place} "):
            found.add(adjective + name[len(place) :])
    found |= _shorter(name, text)
    for variant in list(found):
        for short_form, long_form in _SPELLED.items():
            found.add(_whole(long_form).sub(short_form.upper(), variant))
            found.add(_whole(short_form).sub(long_form, variant))
    return sorted(v for v in found if v)


def _shorter(name: str, text: str) -> set[str]:
    """What the text calls the market where it never calls it by the whole of its title's name: "the blank disc market" for
    "Consumer Blank Disc Market".
    """
    words = name.split()
    lowered = text.lower()
    if len(words) <= _LEAST_WORDS or lowered.count(f"{name.lower()} market") > 1:
        return set()
    shorter = (" ".join(words[cut:]) for cut in range(1, len(words) - _LEAST_WORDS + 1))
    return {one for one in shorter if re.search(rf"\bthe (?:global )?{re.escape(one.lower())} market\b", lowered)}


_LEAST_WORDS = 2  # of such a name


@cache
def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(words)}\b", re.I)


def _in_its_place(name: str) -> str:
    """A pattern for "the market for heat meters in Europe" where the name is "European Heat Meters"."""
    for place, adjective in (*_ADJECTIVE.items(), *((region, region) for region in REGIONS)):
        for spelled in (adjective, place):
            if name.startswith(f"{spelled} "):
                rest, where = _pattern(name[len(spelled) + 1 :]), rf"(?:in|across|of) (?:the )?{re.escape(place)}"
                return rf"(?:the )?(?:{_NOUN} (?:for|of) (?:the )?{rest}|{rest} {_NOUN}) {where}"
    return "(?!)"


def _pattern(name: str) -> str:
    words = re.split(r"[\s-]+", name)
    spelled = [r"(?:and|&)" if w in ("and", "&") else re.escape(w) for w in words]
    return r"[\s-]".join(spelled) + ("" if name[-1:] in "s)" else "s?")
