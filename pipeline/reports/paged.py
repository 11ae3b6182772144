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

import docx
import pypdf
from docx.table import Table

from pipeline.errors import ReportError
from pipeline.reports.document import Builder, Document, tidy
from pipeline.reports.plaintext import read_plain

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
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    lines: list[str] = []
    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise ReportError(f"{place}: is locked with a password; save it without one")
        for page in reader.pages[:MAX_PAGES]:
            if time.thread_time() > deadline:
                raise OutOfTimeError
            lines.append(page.extract_text())
    except (ReportError, OutOfTimeError):
        raise
    except Exception as error:  # a damaged file makes the library fail in any of many ways
        raise ReportError(f"{place}: cannot be read as PDF: {_reason(error)}; save the page as HTML or text") from None
    return read_plain("\n\n".join(lines))


def read_docx(data: bytes, place: str) -> Document:
    """The document of a Word file: headings, paragraphs, items, tables in order. Raises ReportError like read_pdf."""
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
    for row in table.rows:
        builder.add_row(["; ".join(line for line in cell.text.split("\n") if line.strip()) for cell in row.cells])


def _reason(error: Exception) -> str:
    return f"{type(error).__name__} {' '.join(str(error).split())[:120]}".strip()
