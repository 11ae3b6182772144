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
from pipeline.rows.rejects import Reject

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


def read_ragged_rows(data: bytes, place: str, needed: Sequence[str], optional: Sequence[str] = ()) -> TextRows:
    """Rows of a foreign CSV file that has at least the `needed` columns, in any order, among others.

    The frame has the needed and optional columns (null where the file lacks one) and source_row; quoted blanks and
    spaces stay as they are (see `trimmed`). One field more than
    the header is let pass, as catalogues print unquoted lists in their last column; more are refused. Raises
    RawDataError as read_text_rows does.

    Read whole by polars, which is fast, as long as every line is a row; else line by line, which is not, so that a
    stray quote or a byte that is no UTF-8 spoils its own line only.
    """
    first, _, body = data.removeprefix(_BOM).partition(b"\n")
    header = _foreign_header(first, place, needed)
    if not body.strip():
        raise RawDataError(f"{place}: has a header and no rows; restore the last good file or remove this one")
    wanted = [*needed, *(c for c in optional if c in header)]
    text = _whole(body, header, wanted) or _by_line(body, header, wanted)
    missing = [pl.lit(None, pl.String).alias(c) for c in optional if c not in header]
    return TextRows(text.frame.with_columns(missing), text.refused, text.read)


_OVER = ("one field more", "two fields more")


def _whole(body: bytes, header: list[str], wanted: list[str]) -> TextRows | None:
    """The rows if every line is one, else None."""
    lines = body.count(b"\n") + (not body.endswith(b"\n"))
    schema = dict.fromkeys((*header, *_OVER), pl.String())
    lazy = pl.scan_csv(
        body,
        has_header=False,
        schema=schema,
        truncate_ragged_lines=True,
        missing_columns="insert",
        row_index_name="source_row",
        row_index_offset=1,
    )
    try:
        frame = lazy.select(*wanted, pl.col("source_row").cast(pl.Int64), _OVER[1]).collect()
    except pl.exceptions.PolarsError:
        return None
    if frame.height != lines:
        return None
    long = frame.filter(pl.col(_OVER[1]).is_not_null())["source_row"].to_list()
    refused = [
        (row, Reject.MALFORMED_ROW.value, f"has over {len(header) + 1} fields, the header {len(header)}")
        for row in long
    ]
    good = frame.filter(pl.col(_OVER[1]).is_null()) if long else frame
    return TextRows(good.select(*wanted, "source_row"), refused, frame.height)


def there(column: str) -> pl.Expr:
    """Whether a field of read_ragged_rows says anything."""
    return pl.col(column).fill_null("").str.strip_chars() != ""


def trimmed(frame: pl.DataFrame) -> pl.DataFrame:
    """The text columns trimmed, and null where nothing is left.

    For the rows that are wanted: of a catalogue of millions that is one in seventy.
    """
    values = [(c, pl.col(c).str.strip_chars()) for c, kind in frame.schema.items() if kind == pl.String()]
    return frame.with_columns(pl.when(value != "").then(value).alias(c) for c, value in values)


def _by_line(body: bytes, header: list[str], wanted: list[str]) -> TextRows:
    places = [header.index(c) for c in wanted]
    rows: list[list[str | int | None]] = []
    refused: list[tuple[int, str, str]] = []
    for number, line in enumerate(body.split(b"\n"), start=1):
        if not line.strip():
            continue
        fields = _fields(line, None)
        if isinstance(fields, tuple):
            refused.append((number, *fields))
        elif not len(header) <= len(fields) <= len(header) + 1:
            refused.append((number, Reject.MALFORMED_ROW, f"has {len(fields)} fields, the header {len(header)}"))
        else:
            rows.append([*(fields[i].strip() or None for i in places), number])
    schema: dict[str, pl.DataType] = {**dict.fromkeys(wanted, pl.String()), "source_row": pl.Int64()}
    return TextRows(pl.DataFrame(rows, schema=schema, orient="row"), refused, len(rows) + len(refused))


def _foreign_header(line: bytes, place: str, needed: Sequence[str]) -> list[str]:
    fields = _fields(line, None)
    if not isinstance(fields, list) or not any(fields):
        raise RawDataError(f"{place}: line 1 must be a CSV header with the columns {', '.join(needed)}")
    header = [f.strip() for f in fields]
    problems = [f"lacks {c}" for c in needed if c not in header]
    problems += [f"has {h!r} more than once" for h in dict.fromkeys(header) if header.count(h) > 1]
    if problems:
        raise RawDataError(f"{place}: line 1 {'; '.join(problems)}; needed are {', '.join(needed)}")
    return header


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
