"""The layouts in which reports list the members of a dimension.

Belongs here: finding dimensions and where each member stands, for every layout but run-together cells. Does not belong
here: segmentation.yaml and what a dimension is (segmentation.py), or what is claimed about a member.

Layouts, best first: a table row ("By Type | a, b"), a label over a list of items, numbered contents ("5. Market, by
Type" / "5.1 a"), brackets or colons in a line ("By Type (a, b), By Use (c, d)"), prose ("by type, the market is divided
into a, b and c").
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.reports.document import Document
from pipeline.reports.outline import Placed
from pipeline.reports.splitting import closing, parts
from pipeline.reports.vocabulary import DIMENSION_WORDS, REGION

Span = tuple[int, int]
_NAME = r"[A-Za-z][\w/&'\u2019+-]*(?: (?!by\b|and\b|into\b)[\w/&'\u2019+-]+){0,4}(?: and [A-Z]\w+)?"
_LABEL = re.compile(
    rf"^(?:\d[\d.]*\s+)?(?:(?:global |the )?[\w\s()/&-]{{0,60}}?(?:market|segmentation|segments?),? )?by\s+(?P<name>{_NAME})"
    r"(?:\s(?:segment|outlook|insights?|analysis))*(?:\s\([^),;]*\))?\s?:?$",
    re.I,
)
_OUTLOOK = re.compile(rf"^(?P<name>{_NAME})\s(?:outlook|scope)\b(?:\s\([^)]*\))?\s?:?$", re.I)
_NUMBERED = re.compile(r"^(?:chapter\s+)?(?P<n>\d{1,2}(?:\.\d{1,2}){0,3})\.?:?\s+(?P<title>\S.{0,118})$", re.I)
_CONTENTS_DIMENSION = re.compile(rf"(?:^|[\s,:\u2013-])by\s+(?P<name>{_NAME})$", re.I)
_NO_MEMBER = re.compile(
    r"^(?:introduction|overview|key (?:trends|findings|takeaways|insights)|market (?:size|share|overview|attractiveness|estimates).*|"
    r"segment (?:overview|dashboard|analysis).*|summary|definitions?|snapshot|comparison.*|.*\b(?:analysis|forecast|dashboard)\b.*)$",
    re.I,
)
_TRIGGER = re.compile(
    r"segment\w*|categori[sz]ed|classified|divided|bifurcated|broken down|basis of|based on|split|analy[sz]ed|covers|covered|breakdown",
    re.I,
)
_BY = re.compile(r"(?<![\w-])(?P<by>[Bb]y|BY|on the basis of|based on)\s+(?=[A-Za-z])")
_OPEN = re.compile(
    rf"\s*(?:[,;]\s*)?(?:(?:and|&|And)\s+)?(?:(?P<by>[Bb]y|BY)\s+)?(?P<name>{_NAME})\s*(?P<end>[(\[{{:]|,|;|\.|\||\)|$|\s[-\u2013\u2014]\s|(?=\sand\s)|(?=\s\u2013))"
)
_PROSE = re.compile(
    rf"(?:(?:\bby|based on|on the basis of|in terms of|with respect to|depending on)\s(?:the )?(?P<before>{_NAME}),\s[^.;:]{{0,90}}?"
    rf"|\bthe (?P<subject>{_NAME}) segment (?:is |has been )?(?:further )?)"
    r"(?:segmented|divided|categori[sz]ed|classified|bifurcated|split|segregated|broken down|sub-?divided|includes?|comprises?|consists of)"
    r"\s?(?:further |mainly |broadly )?(?:into|as|in|in to|of)?:?\s(?P<list>[^.;:]{3,600})",
    re.I,
)
_PROSE_AFTER = re.compile(
    rf"(?:segmented|divided|categori[sz]ed|classified|bifurcated|split|segregated|broken down)\s(?:into|as)\s(?P<list>[^.;:]{{3,400}}?),?\s(?:by|based on|on the basis of|in terms of)\s(?:the )?(?P<before>{_NAME})(?=[.;,]|$)",
    re.I,
)
_PROSE_VERB = re.compile(
    r"segmented|divided|categori|classified|bifurcated|split|segregated|broken down|includ|compris|consists", re.I
)
_LISTS = re.compile(rf"[(\[{{:;]|{_TRIGGER.pattern}", re.I)
_REST = re.compile(
    r"^(?:(?:and|&|\+)\s*(?:many |several |various |the )?(?:others?|more|rest)\b.*|etc\.?|among others|many more|more|& ?more)$",
    re.I,
)
_REST_TAIL = re.compile(r",?\s+(?:(?:and|&)\s+(?:others|other \w+|more|many more)|etc\.?|among others)$", re.I)
_MOST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Listing:
    """A dimension as one layout lists it: name, the span of its list, its members' spans, whether the list says that
    it goes on ("and more") or is missing.
    """

    name: str
    section: str
    start: int
    end: int
    members: tuple[Span, ...]
    partial: bool = False


def listings(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """Every dimension every layout finds, best layouts first; the same dimension may come several times."""
    yield from _segment_rows(document, placed)
    yield from _labelled(document, placed)
    yield from _contents(document, placed)
    for entry in placed:
        text = document.of(entry.block)[:_MOST_TEXT]
        if entry.block.kind != "row" or "(" in text or ":" in text:
            yield from _inline(text, entry)
    for entry in placed:
        if entry.block.kind in ("text", "item"):
            yield from _prose(document.of(entry.block)[:_MOST_TEXT], entry)


def _segment_rows(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """Rows below a header such as "Dimension | Segments" whose first cell is a bare dimension name."""
    header: list[str] = []
    before = ""
    for entry in placed:
        block = entry.block
        if block.kind == "row":
            cells = [document.text[a:b] for a, b in block.cells]
            if before != "row":
                header = cells
            elif (
                _is_segment_header(header) and len(cells) > 1 and cells[1] and not cells[0].casefold().startswith("by ")
            ):
                a, b = block.cells[1]
                spans, partial = split_list(document.text[a:b], prose=False)
                if len(spans) > 1 and len(cells[0].split()) <= 5:
                    yield Listing(cells[0], entry.section, a, b, tuple((a + s, a + e) for s, e in spans), partial)
        before = block.kind


def _is_segment_header(header: list[str]) -> bool:
    return len(header) > 1 and bool(
        re.fullmatch(r"(?:market )?(?:segmentation|segments?|dimensions?|segment type|category|basis)", header[0], re.I)
        and re.search(r"sub-?\s?segments?|segments?|members|types|categories|details|coverage|values", header[1], re.I)
    )


def _labelled(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """A line that names a dimension, and the items (or bare short lines) below it."""
    for index, entry in enumerate(placed):
        text = document.of(entry.block)
        if entry.block.kind == "row" or len(text) > 140:
            continue
        found = _LABEL.match(text) or _OUTLOOK.match(text)
        name = found["name"] if found else None
        if (
            name is None
            and entry.block.kind == "heading"
            and _is_dimension(text)
            and "segment" in _above(document, placed, index)
        ):
            name = text
        if name is None or _NUMBERED.match(text) or re.search(r"compan|vendor|player|customer review|year", name, re.I):
            continue
        below = list(_below(document, placed, index))
        if below:
            ends = [b for _, b in below]
            kept = [(a, b) for a, b in below if not _REST.match(document.text[a:b])]
            yield Listing(name, entry.section, below[0][0], ends[-1], tuple(kept), len(kept) < len(below))


def _above(document: Document, placed: list[Placed], index: int) -> str:
    level = placed[index].block.level
    for entry in reversed(placed[:index]):
        if entry.block.kind == "heading" and entry.block.level < level:
            return document.of(entry.block).casefold()
    return ""


def _below(document: Document, placed: list[Placed], index: int) -> Iterator[Span]:
    kind = ""
    for entry in placed[index + 1 : index + 40]:
        text = document.of(entry.block)
        bare = entry.block.kind == "text" and len(text.split()) <= 7 and text[-1] not in ".:?!;" and len(text) < 70
        if not (entry.block.kind == "item" or bare) or _LABEL.match(text) or (kind and entry.block.kind != kind):
            return
        kind = entry.block.kind
        if len(text) > 120 or re.search(r"\s(?:is|are|was|held|will)\s", text):
            return
        end = re.search(r"\s?[:(]\s?[^()]*[,;%][^()]*\)?$|\s[-\u2013]\s|:\s", text)
        size = end.start() if end else len(text.rstrip(" .;,"))
        # "OthersBy Use": the next label glued to the last item; the list ends there.
        glued = re.search(r"(?<=[a-z)])(?=By [A-Z])", text)
        yield entry.block.start, entry.block.start + (glued.start() if glued else size)
        if glued:
            return


def _contents(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """Numbered contents: the dimension at one level, its members one level below."""
    lines = []
    for entry in placed:
        found = _NUMBERED.match(document.of(entry.block)) if entry.block.kind != "row" else None
        if found:
            a = entry.block.start
            lines.append((found["n"], a + found.start("title"), a + found.end("title"), entry.section))
    for index, (number, a, b, section) in enumerate(lines):
        found = _CONTENTS_DIMENSION.search(document.text[a:b])
        if not found:
            continue
        depth, spans = number.count(".") + 1, []
        for other, c, d, _ in lines[index + 1 :]:
            if not other.startswith(f"{number}."):
                break
            if other.count(".") == depth and not _NO_MEMBER.match(document.text[c:d]):
                spans.append((c, d))
        if spans:
            yield Listing(found["name"], section, spans[0][0], spans[-1][1], tuple(spans))


def _inline(text: str, entry: Placed) -> Iterator[Listing]:
    """Dimensions in one line: brackets, colons, or names alone."""
    if not _LISTS.search(text):
        return
    done = 0
    for found in _BY.finditer(text):
        if found.start() < done:
            continue
        chain, end = _chain(text, found.end(), found["by"][0] == "B")
        announced = bool(_TRIGGER.search(text, max(0, found.start() - 80), found.end()))
        listed = [c for c in chain if c[3]]
        if not listed and not (announced and len(chain) > 1 and all(_is_dimension(c[0]) for c in chain)):
            continue
        if not announced and not any(_is_dimension(c[0]) or len(c[3]) > 1 for c in listed):
            continue
        done = end
        base = entry.block.start
        for name, a, b, spans, partial in chain:
            yield Listing(
                name,
                entry.section,
                base + a,
                base + b,
                tuple((base + s, base + e) for s, e in spans),
                partial or not spans,
            )


Link = tuple[str, int, int, list[Span], bool]


def _chain(text: str, at: int, titled: bool) -> tuple[list[Link], int]:
    """Dimensions that follow each other from `at`, and where they end."""
    chain: list[Link] = []
    labelled = True
    while True:
        found = _OPEN.match(text, at)
        if not found or (not found["by"] and chain and not labelled):
            break
        name, end = found["name"], found["end"]
        plausible = _is_dimension(name) or found["by"] is not None or (not chain and titled)
        if end in ("(", "[", "{"):
            close = closing(text, found.end() - 1)
            spans, partial = split_list(text[found.end() : close], prose=True)
            if not plausible and len(spans) < 2:
                break
            chain.append((name, found.end(), close, [(found.end() + s, found.end() + e) for s, e in spans], partial))
            at = close + 1
        elif end == ":" and plausible:
            stop = re.compile(
                r"(?<=[a-z)])(?=By [A-Z])|;|\.\s|\.$|\s\|\s|(?<=[,\s])(?=(?:and )?By [A-Z][\w -]{1,30}:)|\)(?=\s*$)"
            ).search(text, found.end())
            close = stop.start() if stop else len(text)
            spans, partial = split_list(text[found.end() : close].rstrip(" ,"), prose=True)
            if (
                stop
                and stop.group() == ";"
                and len(spans) <= 1
                and not re.match(r";\s*(?:and )?(?:By|by)\s", text[close:])
            ):
                spans, close = _semicolons(text, found.end())
            else:
                spans = [(found.end() + s, found.end() + e) for s, e in spans]
            chain.append((name, found.end(), close, spans, partial))
            at = close
        elif end == ";" and plausible and (found["by"] is not None or not chain):
            spans, close = _semicolons(text, found.end())
            chain.append((name, found.end(), close, spans, False))
            at = close
        elif plausible and (_is_dimension(name)):
            chain.append((name, found.start("name"), found.end("name"), [], True))
            at = found.end("name")
            if end not in (",", ";", ""):
                break
        else:
            break
        labelled = True
    return chain, at


def _semicolons(text: str, at: int) -> tuple[list[Span], int]:
    """Members separated by semicolons up to the next label ("a; b; OthersBy Use; c")."""
    stop = re.compile(r"(?<=[\w)])(?=By [A-Z])|(?<=;\s)(?=By [A-Z])|(?<=;)(?=By [A-Z])|\.\s|\.$").search(text, at)
    end = stop.start() if stop else len(text)
    return [(at + a, at + b) for a, b in parts(text[at:end], ";")], end


def _prose(text: str, entry: Placed) -> Iterator[Listing]:
    if not _PROSE_VERB.search(text):
        return
    for pattern in (_PROSE, _PROSE_AFTER):
        for found in pattern.finditer(text):
            groups = found.groupdict()
            name = groups.get("before") or groups.get("subject") or ""
            spans, partial = split_list(found["list"], prose=True)
            if not _is_dimension(name) or len(spans) < 2 or any(len(found["list"][a:b].split()) > 8 for a, b in spans):
                continue
            at = entry.block.start + found.start("list")
            yield Listing(
                name, entry.section, at, at + len(found["list"]), tuple((at + a, at + b) for a, b in spans), partial
            )


def _is_dimension(name: str) -> bool:
    words = name.casefold().replace("-", " ").split()
    return (
        bool(words)
        and len(words) <= 5
        and words[-1].removesuffix("s") in {w.removesuffix("s") for w in DIMENSION_WORDS}
    )


def split_list(text: str, *, prose: bool) -> tuple[list[Span], bool]:
    """Members of a list and whether it says that it goes on ("and more").

    Lists inside a member's brackets are not members; an abbreviation there stays part of the name. In prose the last
    "and" separates too.
    """
    spans = next((p for s in ";,|" if len(p := parts(text, s)) > 1), [(0, len(text))])
    listed: list[Span] = []
    partial = False
    earlier = any(re.search(r"\sand\s", text[a:b]) for a, b in spans[:-1])
    for index, (first, last) in enumerate(spans):
        if _REST.match(text[first:last]):
            partial = True
            continue
        lead = re.match(r"(?:and|&|or)\s+", text[first:last], re.I)
        tail = _REST_TAIL.search(text[first:last])
        partial = partial or tail is not None
        a, b = first + (lead.end() if lead else 0), first + (tail.start() if tail else last - first)
        joint = re.search(r"\s(?:and|or)\s", _outside(text[a:b])) if prose and index == len(spans) - 1 else None
        if joint and not lead and not earlier and not (tail and len(spans) > 1):
            listed += [(a, a + joint.start()), (a + joint.end(), b)]
        else:
            listed.append((a, b))
    trimmed = [_trim(text, a, b) for a, b in listed]
    return [(a, b) for a, b in trimmed if b > a and not re.fullmatch(r"[\W\d]*", text[a:b])], partial


def _outside(text: str) -> str:
    """The text with what stands in brackets blanked out."""
    out, depth = [], 0
    for char in text:
        depth += char in "([{"
        out.append(" " if depth else char)
        depth -= char in ")]}" and depth > 0
    return "".join(out)


def _trim(text: str, a: int, b: int) -> Span:
    """A member without blanks, and without a bracket that lists something or gives a number."""
    words = text[a:b]
    inner = re.search(r"\s*[(\[{]", words)
    if inner and (re.search(r"[,;%{\[]", words[inner.end() - 1 + 1 :]) or words[inner.end() - 1] in "[{"):
        b = a + inner.start()
    while a < b and text[a] in " .:-\u2013\u2022":
        a += 1
    while b > a and text[b - 1] in " .;,:":
        b -= 1
    return a, b


def is_region_list(names: list[str]) -> bool:
    """Whether most of the names are regions."""
    return len(names) > 1 and sum(REGION.fullmatch(n) is not None for n in names) * 2 > len(names)
