"""Cutting lists at their separators.

Belongs here: separators, brackets, the last "and". Does not belong here: what the parts are (segmentation.py,
companies.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re

from pipeline.reports.shapes import marks
from pipeline.reports.vocabulary import REGION

Span = tuple[int, int]
REST = re.compile(
    r"^(?:(?:and|&|\+)\s*(?:many |several |various |the )?(?:others?|more(?! than)|rest(?! of\b))\b.*|etc\.?|among others|many more|more|& ?more)$",
    re.I,
)
_REST_TAIL = re.compile(r",?\s+(?:(?:and|&)\s+(?:others|other \w+|more|many more)|etc\.?|among others)$", re.I)
# What is left over, a class like the others; "and more" says that the list goes on.
_OTHERS = re.compile(r"^(?:(?:and|&)\s+)?others?$", re.I)
_BEYOND = r"(?:above|below|over|under|beyond|up|upwards?|older|younger|higher|lower|more|less|fewer|greater|larger|smaller|longer|shorter|heavier|lighter)"
# The "and" between two members, not the one within "25 kW and above".
_JOINT = re.compile(rf"\s(?:and|or)\s(?!{_BEYOND}\s*(?:$|[(,;|]))", re.I)
_BETWEEN = re.compile(r"\b(?:between|from) [\d.,]+(?:\s?[\w%]{1,4})?$", re.I)  # "between 5 and 10 kW"
# "18-34", "65+", "$100-$500": ages, prices and the like, but no years.
_ONE = r"[$\u20ac\u00a3]?\d{1,3}(?:,\d{3})*(?:\.\d+)?"
_SIZES = re.compile(
    rf"(?:[<>\u2264\u2265]\s?)?{_ONE}(?:\s?[-\u2013]\s?{_ONE}|\+)?"
)  # "18-34", "65+": ages and the like
_SIZE = r"(?:USD |US\$|[$\u20ac\u00a3])?\d[\d.,]*\s?[%\u2030KM]?"
_SIZE_CLASS = re.compile(
    rf"(?:^|(?<=[,;|] )|(?<=and )|(?<=or ))(?:(?:below|under|less than|up to|above|over|more than|at least|[<>\u2264\u2265])\s?)?"
    rf"{_SIZE}(?:\s?(?:to|-|\u2013)\s?{_SIZE})?(?:\s(?:and|or|&)\s{_BEYOND})?\s*(?=$|[,;.|(]| and | or )",
    re.I,
)
ABBREVIATED = re.compile(
    r"\b(?:Inc|Ltd|Corp|Co|INC|LTD|CORP|CO|Cos|Bros|L\.P|S\.A|N\.V|A\.G|S\.p\.A|B\.V|L\.L\.C|S\.A\.S|S\.L|S\.r\.l|Ltda|Bhd|Sdn|o\.o|(?:[A-Za-z]\.){1,3}[A-Za-z])\.$"
)
_STOP = re.compile(
    r"(?<![\s.][A-Z])(?<!\bCo)(?<!\bCorp)(?<!Pvt)(?<!Pte)\.(?=\s+[a-z]{0,2}[A-Z]|$)|\s\|\s|\n|[.;]\s(?=By )"
)
_FORM_OF_COMPANY = re.compile(r"\b(?:Inc|Ltd)\.$")
_OPENS = re.compile(r"\s+(?:The|It|In|This|These|Its|Their|Other|Our|They|Each|An?|By|All|Together|We)\b")
_SHORT = re.compile(r"(?:^|[\s,])(?:[A-Z][a-z]{0,2}|[A-Z](?:\.[A-Z])+)\.$")


def without_sizes(listing: str) -> str:
    """A list without the members that are sizes ("Below 98%, 98% to 99%"): what is left may claim something."""
    return _SIZE_CLASS.sub("", listing.strip()) if "%" in listing or "$" in listing else listing


def parts(cell: str, separator: str) -> list[tuple[int, int]]:
    """Spans between separators outside brackets, blanks at the ends left out."""
    if separator not in cell:
        return [(len(cell) - len(cell.lstrip()), len(cell.rstrip()))] if cell.strip() else []
    depth, start, found = 0, 0, []
    for at, char in enumerate([*cell, separator]):
        depth += (char in "([{") - (char in ")]}")
        within = char == "," and cell[at - 1 : at].isdigit() and cell[at + 1 : at + 2].isdigit()  # "15,000"
        if char == separator and (depth <= 0 or at == len(cell)) and not within:
            part = cell[start:at]
            if part.strip():
                found.append((start + len(part) - len(part.lstrip()), at - len(part) + len(part.rstrip())))
            start = at + 1
    return found


def closing(text: str, at: int) -> int:
    """Offset of the bracket that closes the one at `at`; the end of the text where none does."""
    depth = 0
    for index in range(at, len(text)):
        depth += text[index] in "([{"
        depth -= text[index] in ")]}"
        if depth == 0:
            return index
    return len(text)


def split_list(text: str, *, prose: bool) -> tuple[list[Span], bool]:
    """Members of a list and whether it says that it goes on ("and more").

    Lists inside a member's brackets are not members; an abbreviation there stays part of the name. In prose the last
    "and" separates too, unless it is part of a region's name.
    """
    spaced = next(
        (mark for mark in "/\u00b7\u2022" if f" {mark} " in text and "," not in text and ";" not in text), None
    )
    spans = next((p for s in spaced or ";,|" if len(p := parts(text, s)) > 1), [(0, len(text))])
    listed: list[Span] = []
    partial = False
    earlier = any(_joint(text[a:b]) for a, b in spans[:-1])
    for index, (first, last) in enumerate(spans):
        if REST.match(text[first:last]) and not (listed and _is_class(text, (first, last), listed[0][0])):
            partial = partial or not _OTHERS.match(text[first:last])
            continue
        lead = re.match(r"(?:and|&|or)\s+", text[first:last], re.I)
        tail = _REST_TAIL.search(text[first:last])
        partial = partial or (tail is not None and not _OTHERS.match(tail.group().lstrip(" ,")))
        a, b = first + (lead.end() if lead else 0), first + (tail.start() if tail else last - first)
        joint = _joint(_outside(text[a:b])) if prose and index == len(spans) - 1 else None
        if joint and not lead and not earlier and not (tail and len(spans) > 1) and not REGION.fullmatch(text[a:b]):
            listed += [(a, a + joint.start()), (a + joint.end(), b)]
        else:
            listed.append((a, b))
    trimmed = _unmarked(text, [_trim(text, a, b) for a, b in listed])
    return [(a, b) for a, b in trimmed if b > a and _is_named(text[a:b])], partial


def _is_named(member: str) -> bool:
    return re.fullmatch(r"[\W\d]*", member) is None or _SIZES.fullmatch(member) is not None


def _is_class(text: str, span: Span, first: int) -> bool:
    """Whether "and Others" behind a comma is the last member, written as the first one is: "Paper, Film, and Others"."""
    last = text[slice(*span)]
    return _OTHERS.match(last) is not None and last.split()[-1][0].isupper() == text[first].isupper()


def _joint(text: str) -> re.Match[str] | None:
    """The first "and" or "or" that joins two members."""
    return next((found for found in _JOINT.finditer(text) if not _BETWEEN.search(text[: found.start()])), None)


def _unmarked(text: str, spans: list[Span]) -> list[Span]:
    """The members without "(a)", "(b)" or "1)", "2)" before them, where each has the next such mark."""
    found = [_ENUMERATOR.match(text, a, b) for a, b in spans]
    counted = all(mark and mark.group(1) in _nth(index) for index, mark in enumerate(found, 1))
    return [(mark.end(), b) for mark, (_, b) in zip(found, spans, strict=True) if mark] if counted else spans


def _nth(number: int) -> tuple[str, ...]:
    return (str(number), *marks(number))


def _outside(text: str) -> str:
    """The text with what stands in brackets blanked out."""
    out, depth = [], 0
    for char in text:
        depth += char in "([{"
        out.append(" " if depth else char)
        depth -= char in ")]}" and depth > 0
    return "".join(out)


_BELOW_ZERO = re.compile(r"-\d")
_RANK_REMARK = re.compile(r"\s\((?:the )?(?:largest|larger|leading|dominant|fastest|faster)\b[^()]*\)$", re.I)


def _trim(text: str, a: int, b: int) -> Span:
    """A member without blanks, and without a bracket that lists something or gives a number."""
    words = text[a:b]
    inner = re.search(r"\s*[(\[{]", words)
    if inner and (
        REGION.fullmatch(words[: inner.start()])
        or re.search(r"[,;%{\[]", words[inner.end() - 1 + 1 :])
        or words[inner.end() - 1] in "[{"
    ):
        b = a + inner.start()
    remark = _RANK_REMARK.search(text, a, b)
    b = remark.start() if remark else b
    if text[a : a + 4].casefold() == "the " and REGION.fullmatch(text[a + 4 : b]):
        a += 4
    while a < b and text[a] in " .:-\u2013\u2022" and not _BELOW_ZERO.match(text, a):
        a += 1
    while b > a and text[b - 1] in " .;,:":
        b -= 1
    return a, b


def enumerated(text: str, at: int) -> tuple[list[Span], int]:
    """Members behind "a) ... b) ... c) ..." (or i, ii; or 1, 2) from `at` on, and where the last of them ends; none where
    fewer than two follow each other.
    """
    if not _ENUMERATOR.match(text, at + (text[at : at + 1] == " ")):
        return [], at
    stop = _LIST_STOP.search(text, at)
    end = stop.start() if stop else len(text)
    found: list[re.Match[str]] = []
    for mark in _ENUMERATOR.finditer(text, at, end):
        if mark.group(1) in _nth(len(found) + 1):
            found.append(mark)
    if len(found) < _LEAST_ENUMERATED:
        return [], at
    ends = [*(mark.start() for mark in found[1:]), end]
    spans = [_trim(text, mark.end(), last) for mark, last in zip(found, ends, strict=True)]
    plain = [(a, b - len(tail.group()) if (tail := _AND.search(text, a, b)) else b) for a, b in spans]
    return ([], at) if any(a >= b for a, b in plain) else (plain, end)


_ENUMERATOR = re.compile(r"(?:(?<=[\s,;:])|^|(?<=\())\(?(\d|[a-z]|[ivx]{1,4})\)\s+(?=\w)")
_LIST_STOP = re.compile(r"[.]\s|[.]$|[;,]?\s(?=[Bb]y [A-Z])|;\s(?=[A-Z][\w /&-]{1,40}:\s)")
_AND = re.compile(r",?\s(?:and|or|&)$")
_LEAST_ENUMERATED = 2


def up_to_end(rest: str) -> str:
    """A list of names up to the end of its sentence; the full stop of "Inc." is none."""
    for stop in _STOP.finditer(rest):
        if stop.group() != ".":
            return rest[: stop.start()]
        closed = stop.end() == len(rest) or _FORM_OF_COMPANY.search(rest, 0, stop.end())
        if closed and ABBREVIATED.search(rest[: stop.end()]):
            return rest[: stop.end()]
        if not _SHORT.search(rest, 0, stop.end()) or _OPENS.match(rest, stop.end()):
            return rest[: stop.start()]
    return rest
