"""PDF files with a text layer, and Word files, to a document.

Belongs here: getting blocks out of the two container formats, within caps. Does not belong here: what lines of text are
(plaintext.py); a PDF has only lines, so its lines go through the same reader as a .txt file.
"""

from __future__ import annotations

import io
import logging
import re
import time
import zipfile
from collections import Counter
from typing import TYPE_CHECKING

from pipeline.errors import ReportError
from pipeline.reports.document import Builder, Document, tidy
from pipeline.reports.plaintext import read_plain

if TYPE_CHECKING:
    from docx.table import Table

MAX_PAGES = 400
MAX_UNPACKED_BYTES = 200 * 2**20
_HEADING = re.compile(r"heading (\d)", re.I)


class OutOfTimeError(Exception):
    """The report took longer than its limit."""


def read_pdf(data: bytes, place: str, deadline: float) -> Document:
    """The document of a PDF's text layer; empty when it has none (a scan).

    Raises ReportError for a file that is no PDF, is damaged or locked; OutOfTimeError past the deadline (of the
    thread's computing time).
    """
    import pypdf  # slow to load, and most reports are text

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    pages: list[list[str]] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReportError(f"{place}: is locked with a password; save it without one")
        for page in reader.pages[:MAX_PAGES]:
            if time.thread_time() > deadline:
                raise OutOfTimeError
            pages.append([line.strip() for line in page.extract_text().splitlines()])
    except (ReportError, OutOfTimeError):
        raise
    except Exception as error:  # a damaged file makes the library fail in any of many ways
        raise ReportError(f"{place}: cannot be read as PDF: {_reason(error)}; save the page as HTML or text") from None
    return read_plain("\n".join(_joined_lists(_unwrapped(_without_edges(pages)))))


def _without_edges(pages: list[list[str]]) -> list[str]:
    """The lines of all pages without the headers and footers that they share (but for their number)."""
    edges = Counter(key for page in pages for key in {_edge(line) for line in page[:1] + page[-1:]})
    kept: list[str] = []
    for page in pages:
        last = len(page) - 1
        kept += [line for at, line in enumerate(page) if 0 < at < last or edges[_edge(line)] < 2 or not line]
    return [_PAGE_NUMBER.sub("", line) for line in kept]


def _edge(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _joined_lists(lines: list[str]) -> list[str]:
    """The lines with the wrapped lists of members ("Rings; Long", "Rods; Tubes") joined: their lines end in a semicolon
    or have one, and a last word alone stands where the next label would, with the next label below it.
    """
    joined: list[str] = []
    for at, line in enumerate(lines):
        before = joined[-1] if joined else ""
        if ";" not in before or before[-1] in ".:" or not line or _MARKED.match(line):
            joined.append(line)
            continue
        ahead = [";" in later for later in lines[at : at + 3]]
        left_over = ahead == [False, False, True] and len(line) < _SHORT and not line.endswith((".", ":"))
        if before[-1] == ";" or (ahead[0] and ":" not in line) or left_over:
            joined[-1] = f"{before} {line}"
        else:
            joined.append(line)
    return joined


def _unwrapped(lines: list[str]) -> list[str]:
    """The lines with those joined that break only because the page is no wider: where the next word had no room, or
    a word stands last that ends nothing.
    """
    width = max(map(len, lines), default=0)
    joined: list[str] = []
    full = False
    for line in lines:
        word = line.partition(" ")[0]
        goes_on = joined and line and not _MARKED.match(line) and joined[-1]
        if goes_on and joined[-1][-1] not in ".!?:" and ((full and len(word)) or _OPEN_END.search(joined[-1])):
            joined[-1] = f"{joined[-1]} {line}"
        else:
            joined.append(line)
        full = len(line) > _FULL * width
    return joined


_PAGE_NUMBER = re.compile(r"\s+Page \d{1,4}(?: of \d{1,4})?$")
_MARKED = re.compile(r"[-*+\u2022\u00b7\u25aa\u25cf\u2013|#]\s|\d{1,2}[.)]\s|\d{1,2}(?:\.\d{1,2})+\s")
_OPEN_END = re.compile(r"(?:,|\s(?:of|and|&|the|for|with|to|in|by|or|an?|from|on|at|than))$")
_SHORT = 40  # letters of a label, or of what is left over of a list
_FULL = 0.88  # of the widest line: one word more would not have fitted


def read_docx(data: bytes, place: str) -> Document:
    """The document of a Word file: headings, paragraphs, items, tables in order. Raises ReportError like read_pdf."""
    import docx
    from docx.table import Table

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > MAX_UNPACKED_BYTES:
                raise ReportError(f"{place}: unpacks to more than {MAX_UNPACKED_BYTES} bytes; save the text alone")
        file = docx.Document(io.BytesIO(data))
        builder, title = Builder(), ""
        for part in file.iter_inner_content():
            if isinstance(part, Table):
                _add_table(builder, part)
                continue
            style = (part.style.name or "") if part.style is not None else ""
            heading = _HEADING.match(style)
            if style == "Title" or heading:
                level = int(heading.group(1)) if heading else 1
                title = title or (tidy(part.text) if level == 1 else "")
                builder.add("heading", part.text, level)
            else:
                builder.add("item" if style.startswith("List") else "text", part.text)
    except ReportError:
        raise
    except Exception as error:  # as above
        raise ReportError(f"{place}: cannot be read as Word: {_reason(error)}; save it as HTML or text") from None
    return builder.build(title)


def _add_table(builder: Builder, table: Table) -> None:
    for number, row in enumerate(table.rows):
        builder.add_row(["; ".join(line for line in cell.text.split("\n") if line.strip()) for cell in row.cells])
        if number == 0:
            builder.head_table()


def _reason(error: Exception) -> str:
    return f"{type(error).__name__} {' '.join(str(error).split())[:120]}".strip()
