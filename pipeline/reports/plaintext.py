"""Plain text and Markdown to a document.

Belongs here: lines, their marks (heading, bullet, table row) and inline markup. Does not belong here: HTML pages.

Both formats go through one reader on purpose: saved pages mix them freely (bullets and table bars in .txt, headings
that are bare numbered lines in .md), and a strict Markdown parser turns such numbered headings into list items.
"""

from __future__ import annotations

import html
import re

from pipeline.reports.document import Builder, Document, tidy
from pipeline.reports.flattened import label_and_value
from pipeline.reports.glued import is_glued
from pipeline.reports.shapes import COLUMNS, COUNTED, Shape, shapes_of, wrapped_at
from pipeline.reports.stacked import unstack
from pipeline.reports.vocabulary import is_known_heading

_HASHES = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
_NUMBERED = re.compile(r"(\d{1,2})\.\s+\S.{0,99}$")
_BULLETS = "-*+\u2022\u00b7\u25aa\u25cf\u2013\u2023\u25e6\u25cb\u25ba\u27a2\u2713\u2714\uf0b7"
_BULLET = re.compile(rf"(?:[{re.escape(_BULLETS)}]\s+|\u30fb\s*)+(?=\S)|o\s+(?=[A-Z][a-z])")
_OPENERS = f"{_BULLETS}#|\u30fb=o"
_RULE = re.compile(r"[-=*_~\s]{3,}$")
_TABLE_RULE = re.compile(r"\|?[\s:|-]+\|[\s:|-]*$")
# A link's arrow, glued to the numbered heading that follows it.
_GLUED_HEADING = re.compile(r"(?<=[\u203a\u00bb>])(?=\d{1,2}\. [A-Z])")
_IMAGE = re.compile(r"!\[([^\]\n]{0,300})\]\([^)\n]{0,2000}\)")
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\([^)\n]{0,2000}\)")
_STRONG = re.compile(r"\*\*|__|`")
_BOLD_LABEL = re.compile(r"((?:[-*+\u2022]\s+)?)(?:\*\*|__)(By [^*_:|]{2,40})(?:\*\*|__)\s+(?=[A-Z0-9])")
_EMPHASIS = re.compile(r"(?<![\w*])\*([^*\s][^*\n]{0,300})\*(?![\w*])")
_BREAK = re.compile(r"<\s*(?:br|/?li|/?p|/?div)\b[^<>]{0,100}>", re.I)
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,300}>")
_WRAPPED_AT, _LINES_THAT_TELL = 50, 8
_LABELLED = re.compile(r"[A-Z][\w&/-]*(?: [\w&/-]+){0,3}: \S")  # "Type: rings, rods" begins a line of its own
_LISTS = re.compile(r"(?:[A-Z][\w ]{0,30}: ?)?By [A-Z][\w /&-]{1,40}[;:]")  # "By Type; rings;" goes on below


def read_plain(text: str) -> Document:
    """The document of a .txt or .md file. Wrapped lines of a paragraph are joined; an H1 is the title."""
    title: str | None = None
    lines = unstack(text.splitlines())
    builder, reader = Builder(), _Lines(wrapped_at(lines))
    shapes = shapes_of(lines)
    for number, raw in enumerate(lines):
        if number in shapes:
            reader.flush(builder)
            _shaped(shapes[number], raw, builder)
            continue
        for line in _GLUED_HEADING.split(raw) if "\u203a" in raw or "\u00bb" in raw or ">" in raw else [raw]:
            bare = line.strip()
            if "By " in bare:
                bare = _BOLD_LABEL.sub(r"\1\2: ", bare, count=1)
            heading = reader.take(bare, builder, len(line) - len(line.lstrip()))
            title = title or heading
    reader.flush(builder)
    return builder.build(title)


def _shaped(shape: Shape, raw: str, builder: Builder) -> None:
    """Add a line whose shape follows from the lines around it."""
    line = raw.strip()
    if shape == "heading":
        builder.add("heading", _inline(line, " "), 2)
    elif shape == "nested":
        builder.add("item", _inline(line, " "), 1 + len(raw) - len(raw.lstrip()))
    elif shape == "labelled":
        builder.add_row(label_and_value(line) or line.split(maxsplit=1))
    elif shape == "item":
        builder.add("item", _inline(COUNTED.sub("", line, count=1), " "))
    else:
        builder.add_row([_inline(cell, "; ") for cell in COLUMNS.split(line)])


class _Lines:
    """The paragraph or item being collected and the number of the last numbered heading."""

    def __init__(self, width: int | None) -> None:
        self.width = width
        self.open: list[str] = []
        self.item = 0  # the level of the item being collected, 0 for a paragraph
        self.number = 0
        self.rows = 0  # lines of the table so far

    def take(self, line: str, builder: Builder, indent: int = 0) -> str | None:
        """Add one line to the document; returns the text of an H1."""
        self.rows = self.rows if line[:1] == "|" else 0
        if self._starts_block(line):
            self.flush(builder)
            return self._block(line, builder, indent)
        text = tidy(_inline(line, " "))
        if not text:
            return None
        if self.open and not (self.item and 1 + indent > self.item) and not _continues(self.open, text, self.width):
            self.flush(builder)
        before = self.open[-1][-2:] if self.open else ""
        broken = before[-1:] == "-" and before[:1].isalpha() and text[:1].islower()
        self.open.append(text if broken or not before else f" {text}")
        return None

    def flush(self, builder: Builder) -> None:
        """Close the paragraph or item being collected."""
        builder.add("item" if self.item else "text", "".join(self.open), self.item)
        self.open, self.item = [], 0

    def _starts_block(self, line: str) -> bool:
        return (
            not line
            or (
                line[0] in _OPENERS
                and bool(_HASHES.match(line) or line[0] == "|" or _BULLET.match(line) or _RULE.match(line))
            )
            or self._is_next_number(line)
            or is_known_heading(line)
        )

    def _is_next_number(self, line: str) -> bool:
        found = _NUMBERED.match(line)
        return found is not None and int(found.group(1)) == self.number + 1 and not line.endswith(".")

    def _block(self, line: str, builder: Builder, indent: int) -> str | None:
        hashes = _HASHES.match(line)
        if hashes:
            text = tidy(_inline(hashes.group(2), " "))
            self._count(text)
            builder.add("heading", text, len(hashes.group(1)))
            return text if len(hashes.group(1)) == 1 else None
        if line.startswith("|"):
            if not _TABLE_RULE.match(line):
                builder.add_row([_inline(cell, "; ") for cell in _cells(line)])
            elif self.rows == 1:
                builder.head_table()
            self.rows += 1
        elif _BULLET.match(line) and not _RULE.match(line):
            text = tidy(_inline(_BULLET.sub("", line, count=1), " "))
            self.open, self.item = [text] if text else [], 1 + indent
        elif line and not _RULE.match(line):
            self._count(line)
            builder.add("heading", _inline(line, " "), 2)
        return None

    def _count(self, heading: str) -> None:
        found = _NUMBERED.match(heading)
        if found:
            self.number = int(found.group(1))


def _continues(paragraph: list[str], line: str, width: int | None) -> bool:
    """Whether `line` goes on with a paragraph: one wrapped by hand, not a title and its text. Its last lines tell."""
    before = "".join(paragraph[-_LINES_THAT_TELL:])
    if line[:1].islower() or before[-2:] == " &":
        return True
    if len(paragraph[-1]) >= _WRAPPED_AT and paragraph[-1].rfind("(") > paragraph[-1].rfind(")"):
        return True  # within a bracket
    if before[-1] in ",;" and (is_glued(line) or _LISTS.match(paragraph[0])):
        return True
    if _LABELLED.match(line) and _LABELLED.match(paragraph[0]):
        return False
    if before[-1] in ".!?:;" or len(before) < _WRAPPED_AT:
        return False
    if width and len(paragraph[-1].strip()) + len(line.split(maxsplit=1)[0]) >= width:
        return True
    if before[-1] == "," or before.rpartition(" ")[2][0].islower():
        return True
    words = [word for word in before.split() if word[0].isalpha()]
    return sum(word[0].isupper() for word in words) * 2 < len(words)


def _cells(line: str) -> list[str]:
    inner = line.strip().removeprefix("|").removesuffix("|")
    return [cell.replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", inner)]


def _inline(text: str, on_break: str) -> str:
    """Text without inline markup. `on_break` replaces <br> and list tags: a separator inside a table cell."""
    if "<" in text:
        text = _TAG.sub("", _BREAK.sub(on_break, text))
        if on_break.strip():
            text = re.sub(r"(?:;\s*)+", "; ", text).strip("; ")
    if "](" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    if "*" in text or "_" in text or "`" in text:
        text = _EMPHASIS.sub(r"\1", _STRONG.sub("", text))
    return html.unescape(text) if "&" in text else text
