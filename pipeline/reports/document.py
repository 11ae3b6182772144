"""One normalised document for every format: text, its blocks, and where each block stands in the text.

Belongs here: the document model and the tidying that every format needs. Does not belong here: any one format
(plaintext.py, html.py), or what a sentence says.

The document's text is its blocks joined by newlines; a table row is its cells joined by " | ". Every offset anywhere in
this package is an offset in that text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from typing import Literal

from pipeline.reports.flattened import flattened_rows
from pipeline.reports.glued import rows_apart, set_apart

Kind = Literal["heading", "text", "item", "row"]

_SPACES = dict.fromkeys(
    map(ord, "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"), " "
)
# Invisible: soft hyphen, zero-width and direction marks. They hide inside numbers and names on saved pages.
_INVISIBLE = dict.fromkeys(
    [0xAD, 0xFEFF, 0x2060, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2066, 0x206A)]
)
# Full-width digits, point, comma and percent sign of East Asian pages.
_FULL_WIDTH = {0xFF10 + n: str(n) for n in range(10)} | {0xFF0E: ".", 0xFF0C: ",", 0xFF05: "%"}
_TIDY = _SPACES | _INVISIBLE | _FULL_WIDTH
_GLUED_CURRENCY = re.compile(r"(?<=USD|EUR|GBP)(?=d['\u2019]ici\b)")  # "12,5 milliards USDd'ici 2034"
_CONTROL_OR_RUN = re.compile(r"[\x00-\x20\x7f-\x9f]+")

ROW_JOIN = " | "
HEAD = 1


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, paragraph, list item or table row: text[start:end]. `cells` are the offsets of a row's cells.

    The first row of a table has level HEAD.
    """

    kind: Kind
    start: int
    end: int
    level: int = 0
    cells: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """The normalised document. `title` and `vendor` are what the format itself declares, else None."""

    text: str
    blocks: tuple[Block, ...]
    title: str | None = None
    vendor: str | None = None

    def of(self, block: Block) -> str:
        """The text of a block."""
        return self.text[block.start : block.end]


def tidy(text: str) -> str:
    """One line of text as every later step sees it: NFC, plain single spaces, nothing invisible."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", text).translate(_TIDY)
    if "ici" in text:
        text = _GLUED_CURRENCY.sub(" ", text)
    clean = text.isprintable() and "  " not in text  # as nearly every line is; looking is cheaper than replacing
    return text.strip() if clean else _CONTROL_OR_RUN.sub(" ", text).strip()


MOST_BLOCKS = 40_000
"""Blocks a document may have: the lines of some 800 printed pages, which take up to two seconds to read."""


class TooManyBlocksError(Exception):
    """The document has more blocks than any report."""


class Builder:
    """Collects blocks in reading order and keeps their offsets."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._blocks: list[Block] = []
        self._length = 0

    def add(self, kind: Kind, text: str, level: int = 0) -> None:
        """Append a block; a block that is blank after tidying leaves no trace, a table run into a line becomes rows."""
        line = tidy(text)
        rows = flattened_rows(line) if kind == "text" else None
        for row in rows or ():
            self.add_row(row)
        if not line or rows:
            return
        first, *label = set_apart(line)
        self._append(Block(kind, self._length, self._length + len(first), level), first)
        for part in label:
            self._append(Block("text", self._length, self._length + len(part)), part)

    def add_row(self, cells: list[str]) -> None:
        """Append a table row; blank cells stay, so that columns keep their places."""
        lines = [tidy(cell) for cell in cells]
        if any(lines):
            for row in rows_apart(lines):
                self._add_cells(row)

    def head_table(self) -> None:
        """The last row begins a table, even where another ends right above it."""
        if self._blocks and self._blocks[-1].kind == "row":
            self._blocks[-1] = replace(self._blocks[-1], level=HEAD)

    def _add_cells(self, lines: list[str]) -> None:
        spans, at = [], self._length
        for line in lines:
            spans.append((at, at + len(line)))
            at += len(line) + len(ROW_JOIN)
        row = ROW_JOIN.join(lines)
        self._append(Block("row", self._length, self._length + len(row), 0, tuple(spans)), row)

    def _append(self, block: Block, line: str) -> None:
        if len(self._blocks) >= MOST_BLOCKS:
            raise TooManyBlocksError
        self._blocks.append(block)
        self._parts.append(line)
        self._length += len(line) + 1

    def build(self, title: str | None = None, vendor: str | None = None) -> Document:
        """The finished document."""
        return Document("\n".join(self._parts), tuple(self._blocks), title or None, vendor or None)
