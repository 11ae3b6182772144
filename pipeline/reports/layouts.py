"""The layouts in which reports list the members of a dimension.

Belongs here: finding dimensions and where each member stands, for every layout but run-together cells. Does not belong
here: segmentation.yaml and what a dimension is (segmentation.py), or what is claimed about a member.

Layouts, best first: a table row ("By Type | a, b"), a label over a list of items, numbered contents ("5. Market, by
Type" / "5.1 a"), lines that each name a dimension and its members ("Type: a, b"), brackets or colons in a line ("By
Type (a, b), By Use (c, d)"), prose ("by type, the market is divided into a, b and c").
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Iterator

from pipeline.reports.document import Document
from pipeline.reports.inline import ANNOTATION, BY, NAME, Listing, in_line, in_prose, is_dimension, is_region_list
from pipeline.reports.outline import Placed, tables
from pipeline.reports.pairs import NO_DIMENSION, attribute_rows, pairs
from pipeline.reports.splitting import REST, Span, split_list
from pipeline.reports.vocabulary import (
    COMPANY_HEADING,
    REGION,
    has_any,
    is_country,
    is_country_of,
    is_section_title,
    region_key,
)

_OF_YEARS = r"(?:,\s(?:19|20)\d\d(?:\s?[-\u2013]\s?(?:19|20)\d\d)?){0,3}"
_LABEL = re.compile(
    rf"^(?!.*\b(?:dominant|leading|largest|top|fastest)\b)(?:\d[\d.]*\s+)?(?:(?:global |the )?[\w\s()/&-]{{0,60}}?(?:market|segmentation|segments?|break-?up|breakdown|split|assessment|analysis|insights|outlook|overview|coverage|view|percentages|size|revenues?|sales|share|volume|value|forecast)(?:,? |\s?-+\s?|\s?\u2013\s?))?by\s+(?P<name>{NAME})"
    rf"(?:\s(?:segment|outlook|insights?|analysis))*{_OF_YEARS}(?:\s\([^),;]*\)|\s?{ANNOTATION})?(?:\s&\s\([^),;]*\))?\s?:?$",
    re.I,
)
_OUTLOOK = re.compile(
    rf"^(?:[\w\s()&-]{{2,80}}? market[,:]?\s)?(?P<name>{NAME})\s(?:outlook|scope|(?P<items>covered|analy[sz]ed|studied|insights?|analysis|segmentation|breakdown))\b(?:\s\([^)]*\))?\s?:?$",
    re.I,
)
_OUTLOOK_WORDS = ("outlook", "scope", "covered", "analy", "studied", "insight", "segmentation", "breakdown")
# A bare line that can only name a dimension.
_PLAIN_DIMENSION = re.compile(
    r"(?:[A-Z][\w-]+ ){0,2}(?:Type|Application|Indication|End[- ][Uu]s(?:e|er)s?|Industry|Vertical|Component|Offering|Technology|Product|Channel|Region|Geography"
    r"|Material|Mode|Model|Class|Size|Form|Category|Function|Grade|Source|Deployment)s?:?"
)
# A sentence such as "By format, the report looks at:" over a list.
_LEAD_IN = re.compile(
    r"^.{0,160}?\b(?:by|based on|on the basis of|in terms of|according to|depending on)\s(?:the )?(?P<name>[A-Za-z][\w/&'-]*(?: [\w/&'-]+){0,4}?)"
    r"(?:,? (?:is|are|into|the|it|we|has|have|as|can|this|includes?|in|covers?|comprises?)\b[^:]{0,120})?:$",
    re.I,
)
_CLAUSE = re.compile(r"\b(?:these|those|following|are|is|was|were)\b", re.I)  # "these types are covered" names nothing
# "We study the following classes:", under "Class Insights".
_FOLLOWING = re.compile(r"\b(?:following|below|as follows|covered|includes?|include|are)\b", re.I)
_ANNOUNCING = ("segment", "breakdown", "break-down", "breakup", "break-up", "coverage")
_LOOK_BACK = 25
_NUMBERED = re.compile(r"^(?:chapter\s+)?(?P<n>\d{1,2}(?:\.\d{1,2}){0,3})\.?:?\s+(?P<title>\S.{0,118})$", re.I)
_CONTENTS_DIMENSION = re.compile(
    rf"(?:^|[\s,:\u2013-])by\s+(?P<name>{NAME})$|market[:,]\s(?P<of>{NAME}) (?:estimates|analysis|outlook|segment|insights)\b",
    re.I,
)
_NO_MEMBER = re.compile(
    r"^(?:introduction|overview|key (?:trends|findings|takeaways|insights)|market (?:size|share|overview|attractiveness|estimates).*|"
    r"segment (?:overview|dashboard|analysis).*|summary|definitions?|snapshot|comparison.*|.*\b(?:analysis|forecast|dashboard)\b.*)$",
    re.I,
)
_MOST_TEXT = 4000


def listings(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """Every dimension every layout finds, best layouts first; the same dimension may come several times."""
    yield from _segment_rows(document, placed)
    yield from _first_cells(document, placed)
    yield from _labelled(document, placed)
    yield from _contents(document, placed)
    yield from attribute_rows(document, placed)
    yield from pairs(document, placed)
    for entry in placed:
        text = document.of(entry.block)[:_MOST_TEXT]
        if entry.block.kind != "row":
            yield from in_line(text, entry)
        elif has_any(text, ("(", ":", "; By ", "; by ")):  # one member in a cell, others in the next, is no list
            yield from (found for found in in_line(text, entry) if len(found.members) != 1)
    for entry in placed:
        if entry.block.kind in ("text", "item"):
            yield from in_prose(document.of(entry.block)[:_MOST_TEXT], entry)


def _segment_rows(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """Rows below a header such as "Dimension | Segments" whose first cell is a bare dimension name."""
    for table in tables(placed):
        if not _is_segment_header([document.text[a:b] for a, b in table[0].block.cells]):
            continue
        for entry in table[1:]:
            cells = [document.text[a:b] for a, b in entry.block.cells]
            if len(cells) < 2 or not cells[1] or re.match(rf"{BY}\s", cells[0], re.I):
                continue
            a, b = entry.block.cells[1]
            spans, partial = split_list(cells[1], prose=False)
            if len(spans) > 1 and len(cells[0].split()) <= 5:
                yield Listing(cells[0], entry.section, a, b, tuple((a + s, a + e) for s, e in spans), partial)


def _first_cells(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """A table whose corner names a dimension and whose columns are years, sizes, shares or rates: its first cells."""
    for rows in tables(placed):
        if len(rows) > 2:
            yield from _of_table(document, rows)
        if len(rows) > 1:
            yield from _of_columns(document, rows)


def _of_table(document: Document, rows: list[Placed]) -> Iterator[Listing]:
    corner, *titles = (document.text[a:b] for a, b in rows[0].block.cells)
    name = re.sub(r"^by\s+|\s*\([^)]*\)", "", corner, flags=re.I).strip()
    said = f" by {name.casefold()}" in f" {rows[0].section.casefold()}"  # "Market by integration" over "Integration |"
    if not titles or not (is_dimension(name) or said) or _PLACES.search(name):
        return
    if not said and not all(_COLUMN.search(title) for title in titles):
        return
    cells = [row.block.cells[0] for row in rows[1:] if row.block.cells]
    kept = [(a, b) for a, b in cells if b > a and not _TOTAL.match(document.text[a:b])]
    if len(kept) > 1 and not is_region_list([document.text[a:b] for a, b in kept]):
        yield Listing(name, rows[0].section, kept[0][0], kept[-1][1], tuple(kept))


def _of_columns(document: Document, rows: list[Placed]) -> Iterator[Listing]:
    """A table whose every column is headed by a dimension: its members stand below."""
    titles = [document.text[a:b] for a, b in rows[0].block.cells]
    heads = [re.sub(rf"^{BY}\s+", "", title) for title in titles]
    said = "segment" in rows[0].section.casefold() or all(map(str.__ne__, heads, titles))
    if len(heads) < 2 or not all(is_dimension(head) or said for head in heads) or not any(map(is_dimension, heads)):
        return
    if any(has_any(head, ";,") or NO_DIMENSION.search(head) or _COLUMN.search(head) for head in heads):
        return
    if _is_segment_header(heads):
        return
    below = [[row.block.cells[at] for row in rows[1:] if at < len(row.block.cells)] for at in range(len(heads))]
    for head, cells in zip(heads, below, strict=True):
        kept = [(a, b) for a, b in cells if b > a and re.search(r"\w", document.text[a:b])]
        if len(kept) == 1:
            at = kept[0][0]
            kept = [(at + a, at + b) for a, b in split_list(document.text[slice(*kept[0])], prose=False)[0]]
        short = all(len(document.text[a:b].split()) <= _MOST_WORDS_OF_MEMBER for a, b in kept)
        names = {document.text[a:b] for a, b in kept}
        if 1 < len(kept) == len(names) and short:
            yield Listing(head, rows[0].section, kept[0][0], kept[-1][1], tuple(kept))


_COLUMN = re.compile(r"^(?:FY)?(?:19|20)\d\d|\b(?:share|size|value|revenue|cagr|growth)\b", re.I)
_PLACES = re.compile(
    r"region|countr|geograph|^segments?$", re.I
)  # a table of some regions or countries is no list of all
_TOTAL = re.compile(r"(?:grand |sub)?total|market size|overall|global market", re.I)


def _is_segment_header(header: list[str]) -> bool:
    return len(header) > 1 and bool(
        re.fullmatch(
            r"(?:market )?(?:segmentation|segments?(?: covered)?|dimensions?|segment type|category|basis)",
            header[0],
            re.I,
        )
        and re.search(r"sub-?\s?segments?|segments?|members|types|categories|details|coverage|values", header[1], re.I)
    )


def _labelled(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """A line that names a dimension, and the items (or bare short lines) below it."""
    announced, end, before = -_LOOK_BACK, 0, ""
    for index, entry in enumerate(placed):
        text = document.of(entry.block)
        if entry.block.kind == "row" or len(text) > _LONGEST_LABEL:
            announces = entry.block.kind == "text" and has_any(text[-200:].lower(), _ANNOUNCING)
            announced = index if announces else announced
            continue
        announced = index if has_any(text.lower(), _ANNOUNCING) else announced
        near = index - announced < _LOOK_BACK
        name, items_only = _label_of(document, placed, index, near)
        if name is None and near and entry.block.start >= end:
            after = entry.block.kind == before and placed[index - 1].block.kind == "item"
            if _holds_items(document, placed, index, sibling=after):
                name, items_only = text.rstrip(": "), True
        before = before if entry.block.kind == "item" else ""
        if entry.block.start < end and not _LABEL.match(text):
            continue  # a member that sounds like a dimension ("Feed Grade")
        if name is None or _NUMBERED.match(text) or NO_DIMENSION.search(name):
            continue
        below = list(_line_below(document, placed, index)) or list(_below(document, placed, index))
        if not below or (items_only and (len(below) < 2 or placed[index + 1].block.kind != "item")):
            continue
        end, before = below[-1][1], entry.block.kind
        kept = [(a, b) for a, b in below if not REST.match(document.text[a:b])]
        yield Listing(name, entry.section, below[0][0], below[-1][1], tuple(kept), len(kept) < len(below))


_LONGEST_LABEL = 140


def _label_of(document: Document, placed: list[Placed], index: int, announced: bool) -> tuple[str | None, bool]:
    """(dimension that a line names, whether only marked items below it make it one)."""
    text = document.of(placed[index].block)
    lowered = text.lower()
    found = _LABEL.match(text) if "by " in lowered else None
    if not found and has_any(lowered, _OUTLOOK_WORDS):
        found = _OUTLOOK.match(text)
    if found and not _CLAUSE.search(found["name"]):
        name = re.sub(r"^regional$", "Region", found["name"], flags=re.I)
        loose = found.groupdict().get("items")
        # "Competitor Analysis" is a part of a report, "Grade Analysis" may list grades.
        any_name = not loose or (announced and loose.casefold() != "analysis")
        return (name if any_name or is_dimension(name) else None), bool(loose)
    led = _LEAD_IN.match(text) if text[-1:] == ":" and placed[index].block.kind != "heading" else None
    if led and is_dimension(led["name"]):
        return led["name"], True
    follows = text[-1:] == ":" and _FOLLOWING.search(text) and not COMPANY_HEADING.search(text)
    if follows and (over := _heading_over(document, placed, index)):
        return over, False
    heading = placed[index].block.kind == "heading"
    if heading and is_dimension(text) and "segment" in _above(document, placed, index):
        return text, False
    below = placed[index + 1].block if index + 1 < len(placed) else None
    block = placed[index].block
    if block.kind == "item" and not (below and below.kind == "item" and below.level > block.level):
        return None, False
    if announced and _PLAIN_DIMENSION.fullmatch(text):
        return text.rstrip(":"), False
    few = len(text.split()) <= 3 and text[-1] not in ".,;?!"
    return (text.rstrip(": "), True) if announced and few and is_dimension(text.rstrip(": ")) else (None, False)


def _holds_items(document: Document, placed: list[Placed], index: int, *, sibling: bool) -> bool:
    """Whether items are set in under a short line, which where segments are announced makes it a dimension. `sibling`: it
    stands right behind a dimension's list, as that list's own label did; then items below it are enough.
    """
    text, block = document.of(placed[index].block), placed[index].block
    below = placed[index + 1].block if index + 1 < len(placed) else block
    deeper = below.kind == "item" and (
        sibling or (below.level > max(1, block.level) and block.kind in ("text", "item"))
    )
    short = len(text.split()) <= _MOST_WORDS_OF_LABEL and text[-1] not in ".,;?!"
    plain = (
        text[:1].isupper()
        and not COMPANY_HEADING.search(text)
        and not re.search(r"[\d%$(]", text)
        and not is_section_title(text)
    )
    return deeper and short and plain and not REGION.fullmatch(text) and not is_country(text)


_MOST_WORDS_OF_LABEL = 3


def _heading_over(document: Document, placed: list[Placed], index: int) -> str | None:
    """The dimension that the heading right over a line names ("Class Insights"), a few blocks up at most."""
    for entry in reversed(placed[max(0, index - 4) : index]):
        text = document.of(entry.block)
        found = (_OUTLOOK.match(text) or _LABEL.match(text)) if len(text) <= _LONGEST_LABEL else None
        if entry.block.kind == "heading" or (found and entry.block.kind == "text"):
            return found["name"] if found and is_dimension(found["name"]) else None
    return None


def _above(document: Document, placed: list[Placed], index: int) -> str:
    level = placed[index].block.level
    for entry in reversed(placed[:index]):
        if entry.block.kind == "heading" and entry.block.level < level:
            return document.of(entry.block).casefold()
    return ""


def _line_below(document: Document, placed: list[Placed], index: int) -> Iterator[Span]:
    """The members that the line under a label holds, all of them: "By Type:" over "Rings, rods, tubes"."""
    if index + 1 >= len(placed) or placed[index + 1].block.kind != "text":
        return
    block = placed[index + 1].block
    text = document.of(block)
    if len(text) > _LONGEST_LINE or text[-1] in ".:?!" or _CLAIMS.search(text) or _LABEL.match(text):
        return
    if "," not in text and ";" not in text and (not _TWO.fullmatch(text) or _goes_on(document, placed, index + 2)):
        return
    spans, _ = split_list(text, prose=True)
    if len(spans) > 1 and all(len(text[a:b].split()) <= _MOST_WORDS_OF_MEMBER for a, b in spans):
        yield from ((block.start + a, block.start + b) for a, b in spans)


def _goes_on(document: Document, placed: list[Placed], index: int) -> bool:
    """Whether a list of one member a line goes on with this block."""
    block = placed[index].block if index < len(placed) else None
    text = document.of(block) if block else ""
    return block is not None and block.kind == "text" and len(text.split()) <= 4 and not _LABEL.match(text)


_LONGEST_LINE, _MOST_WORDS_OF_MEMBER = 400, 6
_TWO = re.compile(r"[A-Z][\w-]+(?: [\w-]+)? and [A-Z][\w-]+(?: [\w-]+)?")


def _below(document: Document, placed: list[Placed], index: int) -> Iterator[Span]:
    kind, level, held = "", 0, ""
    own = placed[index].block.kind  # a label among items ends at the next label
    spelled_by = _LABEL.match(document.of(placed[index].block)) is not None  # so is the next label
    for entry in placed[index + 1 : index + 40]:
        text = document.of(entry.block)
        if held and is_country_of(text, held):
            continue
        bare = entry.block.kind == "text" and len(text.split()) <= 7 and text[-1] not in ".:?!;" and len(text) < 70
        if kind == "text" and entry.block.kind == "item" and entry.block.level > 1:
            continue  # set in under a member
        if not (entry.block.kind == "item" or bare) or _LABEL.match(text) or (kind and entry.block.kind != kind):
            return
        if _ENDS_IN_BY.search(text) or is_section_title(text):
            return
        if entry.block.kind != "item" and re.match(r"[1-9]\d?\.\d[\d.]*\s+[A-Z][a-z]{2}", text):
            return  # contents: "2.1 Scope", not "0.75 mm and Above"
        if _PLAIN_DIMENSION.fullmatch(text) and entry.block.kind in ("text", own) and not spelled_by:
            return
        if kind and entry.block.level > level:
            continue  # a list inside a member
        if kind and entry.block.level < level:
            return
        kind, level = entry.block.kind, entry.block.level
        if len(text) > 120 or _CLAIMS.search(text) or (text[-1] == "." and len(text.split()) > _MOST_WORDS):
            return
        held = region_key(text) or held
        end = _REMARK.search(text)
        size = end.start() if end else len(text.rstrip(" .;,"))
        yield entry.block.start, entry.block.start + size


_ENDS_IN_BY = re.compile(r"^By |\b[Bb]y (?:Region|Country|Type|Application|Company|Product|End[ -][Uu]ser?)s?$")
_CLAIMS = re.compile(r"\s(?:is|are|was|held|will|leads?|led|dominates?|dominated|accounts?|accounted)\s", re.I)
_REMARK = re.compile(
    r"\s?[:(]\s?[^()]*[,;%][^()]*\)?$|\s\((?:the )?(?:largest|larger|leading|dominant|fastest|faster)\b[^()]*\)$|\s[-\u2013]\s(?!\d[\d.,]*\s?[A-Za-z])|:\s",
    re.I,
)
_MOST_WORDS = 8  # of an item that ends in a full stop


def _contents(document: Document, placed: list[Placed]) -> Iterator[Listing]:
    """Numbered contents: the dimension at one level, its members one level below."""
    lines, announced = [], False
    for entry in placed:
        found = _NUMBERED.match(document.of(entry.block)) if entry.block.kind != "row" else None
        if found:
            a = entry.block.start
            lines.append((found["n"], a + found.start("title"), a + found.end("title"), entry.section, announced))
        else:
            announced = _BY_AT_END.search(document.of(entry.block)[-_LONGEST_LABEL:]) is not None
    for index, (number, a, b, section, listed) in enumerate(lines):
        name = _numbered_dimension(document.text[a:b], announced=listed)
        if name is None:
            continue
        depth, spans = number.count(".") + 1, []
        for other, c, d, *_ in lines[index + 1 :]:
            if not other.startswith(f"{number}."):
                break
            if other.count(".") == depth and not _NO_MEMBER.match(document.text[c:d]):
                spans.append((c, d))
        if spans:
            yield Listing(name, section, spans[0][0], spans[-1][1], tuple(spans))


_BY_AT_END = re.compile(r"\bsegment\w*\b.*\bby\s?:?$", re.I)  # "covers segmentation by", over a numbered list


def _numbered_dimension(title: str, *, announced: bool) -> str | None:
    """The dimension that a numbered title names: by "by", or alone where segments were announced."""
    found = _CONTENTS_DIMENSION.search(title)
    if found:
        return found["name"] or (found["of"] if is_dimension(found["of"]) else None)
    return title if announced and _PLAIN_DIMENSION.fullmatch(title) else None
