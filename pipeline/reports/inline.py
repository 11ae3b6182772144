"""Dimensions and their members in one line of text: brackets, colons, prose.

Belongs here: finding a dimension's name and the list behind it within a block. Does not belong here: layouts over
several blocks (layouts.py), cutting a list (splitting.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.reports.outline import Placed
from pipeline.reports.splitting import Span, closing, enumerated, split_list, without_sizes
from pipeline.reports.vocabulary import DIMENSION_WORDS, REGION, has_any

NAME = r"[A-Za-z][\w/&'\u2019+-]*(?: (?!by\b|and\b|into\b)[\w/&'\u2019+-]+){0,4}(?: and [A-Z]\w+)?"
BY = r"(?:[Bb]y|BY|[Pp]ar|[Pp]or|[Nn]ach)"
"""Before the name of a dimension, in the languages whose lists are read."""
_TRIGGERS = (
    "segment", "categorised", "categorized", "classified", "divided", "bifurcated", "broken down", "basis of", "based on",
    "split", "analysed", "analyzed", "covers", "covered", "breakdown",
)  # fmt: skip
_BY = re.compile(r"(?<![\w-])(?P<by>[Bb]y|BY|on the basis of|based on)\s+(?=[A-Za-z])")
_OPEN = re.compile(
    rf"\s*(?:[,;]\s*)?(?:(?:and|&|And)\s+)?(?:(?P<by>{BY})\s+)?(?P<name>{NAME})\s*(?P<end>[(\[{{:]|,|;|\.|\||\)|$|\s[-\u2013\u2014]\s|(?=\sand\s)|(?=\s\u2013))"
)
ANNOTATION = r"[(\[](?:[^()\[\],]*\b(?:analysis|forecasts?)\b(?:[^()\[\],]*|[^()\[\]]*(?:19|20)\d\d[^()\[\]]*)|(?:revenues?|values?|volumes?|usd|us\$|\$|eur|market size|units|tons|kilotons?)\b[^()\[\]]*(?:19|20)\d\d[^()\[\]]*)[)\]]"
"""What stands in brackets behind a dimension and lists nothing: "(Revenue, USD Bn, 2020-2032)"."""
_ANNOTATION = re.compile(ANNOTATION, re.I)
_PLAIN = r"(?:[^.;:]|\.(?=\d))"  # what a list may hold: "below 0.5 mm", but no end of a sentence
_PROSE = re.compile(
    rf"(?:(?:\bby|based on|on the basis of|in terms of|with respect to|depending on|as per|with regard to|considering)\s(?:the )?(?P<before>{NAME}),\s[^.;:]{{0,90}}?"
    rf"|\bthe (?P<subject>{NAME}) segment (?:is |has been )?(?:further )?)"
    r"(?:segmented|divided|categori[sz]ed|classified|bifurcated|split|segregated|broken down|sub-?divided|includes?|comprises?|consists of|covers)"
    rf"\s?(?:further |mainly |broadly )?(?:into|as|in|in to|of)?:?\s(?P<list>{_PLAIN}{{3,600}})",
    re.I,
)
_PROSE_AFTER = re.compile(
    rf"(?:segmented|divided|categori[sz]ed|classified|bifurcated|split|segregated|broken down)\s(?:into|as)\s(?P<list>{_PLAIN}{{3,400}}?),?\s(?:by|based on|on the basis of|in terms of)\s(?:the )?(?P<before>{NAME})(?=[.;,]|$)",
    re.I,
)
_OF_MARKET = re.compile(r"\bmarket (?:is|was|has been|can be) (?:further |broadly |mainly )?[a-z]+", re.I)
_PROSE_INSIDE = re.compile(
    rf"(?:segmented|divided|categori[sz]ed|classified|bifurcated|split|segregated|(?:segments|divides|classifies|splits|categori[sz]es) the market)\s(?:by|based on|on the basis of|in terms of)\s(?:the )?(?P<before>{NAME})\s(?:into|as)\s(?P<list>(?:(?!,? and by ){_PLAIN}){{3,400}})"
    rf"|(?:\band|;) (?:by|based on) (?:the )?(?P<then>{NAME})\s(?:into|as)\s(?P<rest>(?:(?!,? and by ){_PLAIN}){{3,400}})",
    re.I,
)
# "Region wise, it is analyzed across North America, Europe and Asia."
_REGION_WISE = re.compile(
    r"\b(?:(?:region|geography|regional|geographic)(?:[- ]?wise|ally)|(?:by|in terms of|based on|on the basis of) (?P<where>region|geography)),? [^.;:]{0,60}?(?:analy[sz]ed|studied|segmented|divided|covered) (?:across|into|in|by) (?P<list>(?:[^.;:]|\.(?!\s[A-Z]|$)){3,300})",
    re.I,
)
# "X Market [Type (a, b), Use (c, d)]" and "X Market (Type: a, b; Use: c, d)" in titles: no "by" at all.
_TITLE_BRACKET = re.compile(r"\bMarket\s?[\[({]\s*(?=[A-Z][\w /&-]{1,30}\s?[(\[{:])(?![Bb]y\b)")
# A title's brackets in running text, after "Segmentation:".
# "Emphasis on Offering (a, b); Type (c, d)": a subtitle that lists what the report divides by.
_EMPHASIS = re.compile(r"\b[Ee]mphasis on(?: the)?(?= [A-Z][\w /&-]{1,30} \()")
_ANNOUNCED_BRACKET = re.compile(
    r"\b(?:[Ss]egmentation|[Ss]egments(?: covered)?|[Ss]egmented as follows)(?:\s?:\s*(?=[A-Z][\w /&-]{1,30}\s?[(\[{;:])| include (?=[a-z][\w /&-]{1,30} \())(?![Bb]y\b)"
)
# A label in another language at the head of a sentence, or before a bracket.
_BY_ABROAD = re.compile(
    r"(?:^|(?<=[.;\u2022] ))(?:Par|Por|Nach)\s+(?=[A-Za-z\u00c0-\u024f][\w -]{2,40}\s?:)"
    r"|(?:^|(?<=[.;,\u2022] ))(?:[Pp]ar|[Pp]or|[Nn]ach)\s+(?=[A-Za-z\u00c0-\u024f][\w -]{2,40}\s?\()"
)
# How a list of dimensions begins, each pattern with words one of which is in what it finds.
_HEADS = (
    (("by", "basis of", "based on"), _BY),
    (("market",), _TITLE_BRACKET),
    (("segment",), _ANNOUNCED_BRACKET),
    (("emphasis on",), _EMPHASIS),
    (("par ", "por ", "nach "), _BY_ABROAD),
)
_STATES = re.compile(
    r"\d\s?%|\b(?:19|20)\d\d\b|\bvs\b|\b(?:dominate[sd]?|leads?|led|represents?|holds?|held|accounts?|accounted|is|are|was|were|has|have)\b"
)
_COLON_END = re.compile(r";|\.\s|\.$|\s\|\s|(?<=[,\s])(?=(?:and )?By [A-Z][\w -]{1,30}:)")
_NEXT_LABEL = re.compile(r";\s?(?=By [A-Z]|by [a-z])|\.\s|\.$")
_PROSE_VERBS = (
    "segmented", "divided", "categori", "classified", "bifurcated", "split", "segregated", "broken down", "includ",
    "compris", "consists", "covers", "wise", "analy", "segments", "divides", "classifies", "splits",
)  # fmt: skip
"""One of these is in every sentence that lists members in prose; looking for them first is cheap."""


@dataclass(frozen=True, slots=True)
class Listing:
    """A dimension as one layout lists it: name, the span of its list, its members' spans, whether the list says that
    it goes on ("and more") or is missing, whether the page names the dimension as one elsewhere.
    """

    name: str
    section: str
    start: int
    end: int
    members: tuple[Span, ...]
    partial: bool = False
    sure: bool = False


def in_line(text: str, entry: Placed) -> Iterator[Listing]:
    """Dimensions in one line: brackets, colons, or names alone."""
    lowered = text.lower()
    if not has_any(text, "([{:;") and not has_any(lowered, _TRIGGERS):
        return
    done = 0
    heads = [found for words, pattern in _HEADS if has_any(lowered, words) for found in pattern.finditer(text)]
    for found in sorted(heads, key=re.Match.start):
        if found.start() < done:
            continue
        titled = found.re is not _BY or found["by"][0] == "B"
        chain, end = _chain(text, found.end(), titled)
        if _is_headline(text, chain, entry):
            continue
        before = text[max(0, found.start() - 80) : found.end()].lower()
        announced = has_any(before, _TRIGGERS)
        of_market = announced or titled or "market" in before
        if not _is_listing(chain, announced) or not (of_market or any(is_dimension(link[0]) for link in chain)):
            continue
        done = end
        base = entry.block.start
        for name, a, b, spans, partial in of_one_style(text, chain):
            members = tuple((base + s, base + e) for s, e in spans)
            yield Listing(name, entry.section, base + a, base + b, members, partial or not spans)


def _is_headline(text: str, chain: list[Link], entry: Placed) -> bool:
    """Whether what stands behind a label says something of one member: "By Product: Rings Lead"."""
    if len(chain) != 1 or (entry.block.kind != "heading" and len(chain[0][3]) != 1):
        return False
    return has_any(text[: chain[0][1]], ":") and not has_any(text[chain[0][1] : chain[0][2]], ",;|/")


_TAIL = re.compile(r",? (?:and|&) other", re.I)
Link = tuple[str, int, int, list[Span], bool]
"""Name, start and end of the list, spans of the members, whether the list goes on."""


def _is_listing(chain: list[Link], announced: bool) -> bool:
    """Whether what follows "by" lists dimensions: one list at least, or the names of several dimensions announced."""
    listed = [c for c in chain if c[3]]
    if not listed:
        return announced and len(chain) > 1 and all(is_dimension(c[0]) for c in chain)
    return announced or any(is_dimension(c[0]) or len(c[3]) > 1 for c in listed)


def of_one_style(text: str, chain: list[Link]) -> list[Link]:
    """The chain with "c and d" at the end of a longer list kept whole where another list has no "and" before its last
    member: a page that writes "(a, b, c)" means one thing by "(e, f, g and h)".
    """

    def joined(link: Link) -> bool:
        return len(link[3]) > 1 and text[link[3][-2][1] : link[3][-1][0]].strip().casefold() in ("and", "&")

    def open_ended(link: Link) -> bool:  # "b and others" says nothing of how the list would join its members
        regions = len(link[3]) > 1 and REGION.match(text, link[3][0][0]) is not None
        return link[4] or len(link[3]) < 2 or regions or bool(_TAIL.match(text, link[3][-1][1], link[2]))

    if all(joined(link) or open_ended(link) for link in chain):
        return chain
    return [
        (name, a, b, [*spans[:-2], (spans[-2][0], spans[-1][1])], partial)
        if joined((name, a, b, spans, partial)) and len(spans) > 2 and not _are_regions(text, spans[-2:])
        else (name, a, b, spans, partial)
        for name, a, b, spans, partial in chain
    ]


def _are_regions(text: str, spans: list[Span]) -> bool:
    """Whether all names are regions', between which no "and" can deceive."""
    return all(REGION.fullmatch(re.sub(r"^the ", "", text[a:b], flags=re.I)) for a, b in spans)


def _chain(text: str, at: int, titled: bool) -> tuple[list[Link], int]:
    """Dimensions that follow each other from `at`, and where they end."""
    chain: list[Link] = []
    while True:
        found = _OPEN.match(text, at)
        if not found or _are_two(found["name"]):
            break
        name, end = found["name"], found["end"]
        follows = titled and bool(chain) and text[at : at + 1] == ";"
        plausible = is_dimension(name) or found["by"] is not None or (not chain and titled) or follows
        start = found.end() - (end == "(")
        counted, stop = enumerated(text, start) if end in ("(", ":") else ([], start)
        if counted and plausible:
            link, at = (name, start, stop, counted, False), stop
        elif end in ("(", "[") and _ANNOTATION.match(text, found.end() - 1):
            break
        elif end in ("(", "[", "{"):
            link, close = _bracketed(text, found)
            if not plausible and len(link[3]) < 2:
                break
            at = close + 1
        elif end in (":", ";") and plausible and (end == ":" or found["by"] is not None or not chain):
            link, at = _after_colon(text, found) if end == ":" else _after_semicolon(text, found)
            if _STATES.search(without_sizes(re.sub(r"\([^)]*\)", "", text[link[1] : link[2]]))):
                break
            if end == ";" and len(link[3]) < 2:  # a clause that ends, not a label
                break
        elif plausible and (is_dimension(name) or (found["by"] and chain and chain[-1][3])):
            link, at = (name, found.start("name"), found.end("name"), [], True), found.end("name")
        else:
            break
        chain.append(link)
        if not link[3] and end not in (",", ";", "", ":", "(", "[", "{"):
            break
    return chain, at


def _are_two(name: str) -> bool:
    """Whether a name is those of two dimensions: "Application and Form"."""
    first, joint, second = name.partition(" and ")
    return bool(joint) and is_dimension(first) and is_dimension(second)


def _bracketed(text: str, found: re.Match[str]) -> tuple[Link, int]:
    start, close = found.end(), closing(text, found.end() - 1)
    label = _NEXT_LABEL.search(text, start, close)  # "(a, b; By Use; c, d)": the bracket holds several lists
    if label and label.group()[0] == ";":
        spans, partial = split_list(text[start : label.start()].rstrip("; "), prose=False)
        listed = [(start + s, start + e) for s, e in spans]
        return (found["name"], start, label.start(), listed, partial), label.start() - 1
    spans, partial = split_list(text[start:close], prose=True)
    return (found["name"], start, close, [(start + s, start + e) for s, e in spans], partial), close


def _after_colon(text: str, found: re.Match[str]) -> tuple[Link, int]:
    """ "By X: a, b" up to the next label, the end of the sentence, or the bracket that holds it."""
    start = found.end()
    stop = _COLON_END.search(text, start)
    while stop and "|" in stop.group() and not has_any(text[start : stop.start()], ",;"):
        stop = _COLON_END.search(text, stop.end())  # "Type: a | b | c"
    close = min(stop.start() if stop else len(text), _unopened(text, start))
    spans, partial = split_list(text[start:close].rstrip(" ,"), prose=True)
    alone = stop is not None and stop.start() == close and stop.group() == ";" and len(spans) <= 1
    if alone and not re.match(r";\s*(?:and )?(?:By|by)\s", text[close:]):
        return _after_semicolon(text, found)
    return (found["name"], start, close, [(start + s, start + e) for s, e in spans], partial), close


def _after_semicolon(text: str, found: re.Match[str]) -> tuple[Link, int]:
    spans, close = _semicolons(text, found.end())
    return (found["name"], found.end(), close, spans, False), close


def _unopened(text: str, at: int) -> int:
    """Offset of the first bracket from `at` on that closes none opened there; the end of the text where none does."""
    depth = 0
    for index in range(at, len(text)):
        depth += text[index] in "([{"
        depth -= text[index] in ")]}"
        if depth < 0:
            return index
    return len(text)


def _semicolons(text: str, at: int) -> tuple[list[Span], int]:
    """Members separated by semicolons up to the next label ("a; b; OthersBy Use; c")."""
    stop = _NEXT_LABEL.search(text, at)
    end = min(stop.start() if stop else len(text), _unopened(text, at))
    listed, _ = split_list(text[at:end], prose=";" not in text[at:end])  # "By Type; a, b": the label ends in one alone
    return [(at + a, at + b) for a, b in listed], end


def in_prose(text: str, entry: Placed) -> Iterator[Listing]:
    """Dimensions in prose: "by type, the market is divided into a, b and c"."""
    lowered = text.lower()
    if not has_any(lowered, _PROSE_VERBS):
        return
    for pattern in (_PROSE, _PROSE_AFTER, _PROSE_INSIDE, _REGION_WISE):
        for found in pattern.finditer(text):
            groups = found.groupdict()
            part = "rest" if groups.get("rest") else "list"
            name = (
                groups.get("before") or groups.get("then") or groups.get("subject") or groups.get("where") or "Region"
            )
            spans, partial = split_list(found[part], prose=True)
            said = _OF_MARKET.search(found.group()) and not _NO_WORD.match(name)
            if (
                not (is_dimension(name) or said or _announces(text, name))
                or len(spans) < 2
                or any(len(found[part][a:b].split()) > 8 for a, b in spans)
            ):
                continue
            at = entry.block.start + found.start(part)
            yield Listing(
                name, entry.section, at, at + len(found[part]), tuple((at + a, at + b) for a, b in spans), partial
            )


_NO_WORD = re.compile(
    r"(?:contrast|comparison|definition|design|default|law|then|now|all|our|this|these|its|their|end|far)\b", re.I
)


def _announces(text: str, name: str) -> bool:
    """Whether the text says that the market is segmented by a name, among others."""
    pattern = rf"\b(?:segmented|divided|split|categori[sz]ed) (?:by|into|based on|on the basis of) [^.]{{0,150}}\b{re.escape(name)}\b"
    return re.search(pattern, text, re.I) is not None


_LAST_WORDS = frozenset(word.removesuffix("s") for word in DIMENSION_WORDS)


def is_dimension(name: str) -> bool:
    """Whether a name ends in a word that names dimensions (type, application, end user, ...)."""
    words = name.casefold().replace("-", " ").split()
    last = words[-1].removesuffix("s") if words else ""
    return len(words) <= 5 and (last in _LAST_WORDS or (last == "market" and words[:-1] == ["end"]))


def is_region_list(names: list[str]) -> bool:
    """Whether most of the names are regions."""
    return len(names) > 1 and sum(REGION.fullmatch(n) is not None for n in names) * 2 > len(names)
