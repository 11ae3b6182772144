"""What lines of plain text are, where only the lines around them tell: counted lists, columns, bare headings.

Belongs here: looking at several lines at once. Does not belong here: lines that are marked (plaintext.py), what a line
says.
"""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from itertools import pairwise
from typing import Literal

from pipeline.reports.flattened import is_head, label_and_value

Shape = Literal["item", "row", "labelled", "heading", "nested"]

COUNTED = re.compile(r"(?:(\d{1,2})[.)]|\(?([a-z]{1,4})\))\s+(?=\S)")
_SUBNUMBER = re.compile(r"\d{1,2}\.\d")
COLUMNS = re.compile(r"\s\|\s|(?<![.!?:;,])\s\s+|\s\s\s+|\t")  # " | ", two blanks within a sentence, a tab
_LEAST_ROWS = 2
_LONGEST_CELLED = 300
_BARE = re.compile(r"[A-Z\u00c0-\u024f\u3040-\u9fff][^\d|\u2022:;.!?]{2,79}(?<![,\s])")
_AMOUNT = re.compile(r"[^A-Za-z]{0,4}(?:[A-Z]{2,3}\s?)?[$\u20ac\u00a3\u20b9]?\s?[\d.,]+\s?(?:%|\w{1,8})?")
_PROSE_LENGTH = 90


def shapes_of(lines: Sequence[str]) -> dict[int, Shape]:
    """Shape by line number, of the lines that have one.

    A counted list begins with 1 and 2 (or a and b, or i and ii) on lines that follow each other; nested lines are set
    in from the line over them; columns are two lines or more with the same mark between cells (" | ", a tab, three
    blanks); a bare heading stands after a blank line and before prose, on a page that marks no headings.
    """
    found: dict[int, Shape] = dict.fromkeys(_counted(lines), "item")
    found |= dict.fromkeys(_indented(lines), "nested")
    found |= dict.fromkeys(_columns(lines), "row")
    found |= dict.fromkeys(_labelled(lines, found), "labelled")
    if not any(line.startswith("#") for line in lines):
        found |= {number: "heading" for number in _headings(lines) if number not in found}
    return found


def _counted(lines: Sequence[str]) -> Iterator[int]:
    number = 0
    while number < len(lines):
        run = 0
        while number + run < len(lines):
            line = lines[number + run].lstrip()
            found = COUNTED.match(line) if line[:1].isdigit() or ")" in line[:_LONGEST_MARK] else None
            if not found or not _counts(found, run + 1):
                break
            run += 1
        after = lines[number + run].strip() if number + run < len(lines) else ""
        if run > 1 and not _SUBNUMBER.match(after):  # "3. Market by Type" over "3.1 Steel" is a line of contents
            yield from range(number, number + run)
        number += max(run, 1)


def _counts(found: re.Match[str], number: int) -> bool:
    """Whether a mark is the number: "3.", "c)" or "(iii)"."""
    if found.group(1):
        return int(found.group(1)) == number
    return found.group(2) in marks(number)


def marks(number: int) -> tuple[str, ...]:
    """The letters that count a number in a list, alphabet first: c, iii."""
    return (*_ALPHABET[number - 1 : number], *_ROMAN[number - 1 : number])


_ALPHABET = tuple("abcdefghijklmnopqrstuvwxyz")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_LONGEST_MARK = 6


def _columns(lines: Sequence[str]) -> Iterator[int]:
    run: list[int] = []
    mark = ""
    for number, line in enumerate([*lines, ""]):
        found = _mark(line)
        if found != mark:
            if mark and len(run) >= _LEAST_ROWS:
                yield from run
            run, mark = [], found
        if found:
            run.append(number)


def _mark(line: str) -> str:
    """What separates the cells of a line, or "" when it has none or is marked otherwise."""
    text = line.strip()
    if not text or len(text) > _LONGEST_CELLED or text[0] in "|#>-*\u2022":
        return ""
    cells = COLUMNS.split(text)
    if len(cells) < 2 or not all(cell.strip() for cell in cells):
        return ""
    return "|" if " | " in text else " " if len(cells) == 2 else ""


def _labelled(lines: Sequence[str], shaped: Container[int]) -> Iterator[int]:
    """Lines below "Report Attributes Details" that each begin with a label of such tables, and that line."""
    head: int | None = None
    for number, line in enumerate(lines):
        if number not in shaped and is_head(line):
            head = number
        elif head is not None and number not in shaped and label_and_value(line):
            yield from (head, number) if number == head + 1 else (number,)
        else:
            head = None


def _indented(lines: Sequence[str]) -> Iterator[int]:
    """Short lines, two or more, set in from the short line over them: what that line names, or holds."""
    number = 1
    while number < len(lines):
        run = number
        if lines[number][:1] in (" ", "\t") and _is_parent(lines[number - 1]):
            margin = _indent(lines[number - 1])
            while run < len(lines) and _indent(lines[run]) > margin and _is_short_line(lines[run].strip()):
                run += 1
            if run - number >= _LEAST_ITEMS:
                yield from range(number, run)
        number = max(run, number + 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _is_parent(line: str) -> bool:
    text = line.strip()
    return 0 < len(text) <= _LONGEST_CELL and text[0] not in "|#>-*\u2022" and text[-1] not in ".,;"


def _is_short_line(text: str) -> bool:
    plain = 0 < len(text) <= _LONGEST_CELL and not _MARKED.match(text) and text[-1] not in ".,:;?!"
    return plain and not _SUBNUMBER.match(text) and len(COLUMNS.split(text)) == 1


_MARKED = re.compile(r"[^\w\s($\u20ac\u00a3<\u2264]|o\s")  # a bullet or the like: such lines are read as marked
_LONGEST_CELL, _LEAST_ITEMS = 80, 2


def wrapped_at(lines: Sequence[str]) -> int | None:
    """The width at which a page's lines are wrapped by hand; None on a page that wraps none.

    No line that the next one follows without a gap is longer, and most of them come close to it.
    """
    lengths = [a for a, b in pairwise(len(line.rstrip()) for line in lines) if b]
    width = max(lengths, default=0)
    followed = [length for length in lengths if length > width // 2]
    full = sum(length > width - _LONGEST_WORD for length in followed)
    return width if _NARROWEST <= width <= _WIDEST and full >= _LEAST_FULL and full * 2 > len(followed) else None


_NARROWEST, _WIDEST = 60, 120  # letters
_LONGEST_WORD, _LEAST_FULL = 15, 5


def _headings(lines: Sequence[str]) -> Iterator[int]:
    before, gap = "", False
    for number, line in enumerate(lines):
        text = line.strip()
        if not text:
            gap = True
            continue
        if gap and before and _BARE.fullmatch(text) and not _AMOUNT.fullmatch(before):
            following = next((later.strip() for later in lines[number + 1 : number + 4] if later.strip()), "")
            if len(following) >= _PROSE_LENGTH:
                yield number
        before, gap = text, False
