"""Hostile CSV bytes -> rows of text, one physical line at a time.

Belongs here: encoding, line ends, quoting, field counts. Does not belong here: what a field means (typed.py).

Every row is one line: a stray quote then spoils its own line and no other, and a row number is a line number.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.errors import RawDataError
from pipeline.prices.rejects import Reject

MAX_LINE_BYTES = 65_536
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True)
class TextRows:
    """`frame`: the columns asked for, as text (blank is null), and source_row (from 1, the header not counted).

    `refused`: (source_row, reason, detail) of lines that are no row. `read` counts both; blank lines are neither.
    """

    frame: pl.DataFrame
    refused: list[tuple[int, str, str]]
    read: int


def read_text_rows(data: bytes, place: str, columns: Sequence[str]) -> TextRows:
    """Rows of a CSV file with exactly `columns`, in any order. UTF-8, with or without BOM, LF or CRLF.

    Raises RawDataError when the header is unreadable or lacks, repeats or adds a column, and when no row follows:
    then the whole file is in doubt. A line that cannot be read is refused by itself.
    """
    lines = data.removeprefix(_BOM).split(b"\n")
    header = _header(lines[0], place, columns)
    rows: list[list[str | int | None]] = []
    refused: list[tuple[int, str, str]] = []
    for number, line in enumerate(lines[1:], start=1):
        if not line.strip():
            continue
        fields = _fields(line, len(header))
        if isinstance(fields, list):
            rows.append([*(f.strip() or None for f in fields), number])
        else:
            refused.append((number, *fields))
    if not rows and not refused:
        raise RawDataError(f"{place}: has a header and no rows; restore the last good file or remove this one")
    schema: dict[str, pl.DataType] = {**dict.fromkeys(header, pl.String()), "source_row": pl.Int64()}
    frame = pl.DataFrame(rows, schema=schema, orient="row").select(*columns, "source_row")
    return TextRows(frame, refused, len(rows) + len(refused))


def _header(line: bytes, place: str, columns: Sequence[str]) -> list[str]:
    fields = _fields(line, None)
    if not isinstance(fields, list) or not any(fields):
        raise RawDataError(f"{place}: line 1 must be a CSV header with the columns {', '.join(columns)}")
    header = [f.strip() for f in fields]
    problems = [f"lacks {c}" for c in columns if c not in header]
    problems += [f"has an unknown column {h!r}" for h in header if h not in columns]
    problems += [f"has {c} more than once" for c in columns if header.count(c) > 1]
    if problems:
        raise RawDataError(f"{place}: line 1 {'; '.join(problems)}; the columns are {', '.join(columns)}")
    return header


def _fields(line: bytes, count: int | None) -> list[str] | tuple[str, str]:
    """The fields of one line, or the code and detail of why it has none."""
    if len(line) > MAX_LINE_BYTES:
        return Reject.MALFORMED_ROW, f"line of {len(line)} bytes; at most {MAX_LINE_BYTES}"
    try:
        text = line.decode("utf-8").removesuffix("\r")
    except UnicodeDecodeError as error:
        return Reject.NOT_UTF8, f"byte {error.start + 1} of the line is not UTF-8"
    if any(ord(c) < 32 and c != "\t" for c in text):
        return Reject.MALFORMED_ROW, "holds control characters"
    try:
        fields = next(csv.reader([text], strict=True))
    except csv.Error as error:
        return Reject.MALFORMED_ROW, f"is not CSV: {error}"
    if count is not None and len(fields) != count:
        return Reject.MALFORMED_ROW, f"has {len(fields)} fields, the header {count}"
    return fields
