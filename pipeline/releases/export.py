"""A release as files for spreadsheets: one workbook, or a folder of CSV.

Belongs here: writing values so that a spreadsheet shows them and runs none of them. Does not belong here: choosing or
computing anything: every table of the release, whole, in its published column order, and a dictionary of its columns.

A text that a spreadsheet would take for a formula stays text: in xlsx its cell is typed as text; in CSV, which has no
types, an apostrophe goes before it (https://owasp.org/www-community/attacks/CSV_Injection). Numbers are left alone.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import StoreError
from pipeline.releases import datapackage
from pipeline.releases.catalog import Release
from pipeline.store import read_parquet, write_bytes

FORMATS = ("xlsx", "csv")
DICTIONARY = "dictionary"
SHEET_ROWS, SHEET_NAME, CELL_TEXT = 1_048_576, 31, 32_767
"""What a sheet of a workbook can hold: rows, characters of its name, characters of a cell."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_COLUMNS = ("table", "one_row_per", "column", "type", "unit", "may_be_empty", "meaning")


def export(release: Release, form: str, place: Path) -> list[Path]:
    """Write the release to `place` (xlsx: that file; csv: files in that folder) and return what was written.

    Raises StoreError when the format is not known, when a table does not fit a sheet (nothing is cut off silently), or
    when `place` cannot be written.
    """
    tables = {name: read_parquet(path) for name, path in release.tables.items()}
    dictionary = _dictionary(release)
    if form == "csv":
        written = [place / f"{name}.csv" for name in (*tables, DICTIONARY)]
        for path, frame in zip(written, (*tables.values(), dictionary), strict=True):
            _write(path, _csv(frame))
        return written
    if form == "xlsx":
        _write(place, _workbook({DICTIONARY: dictionary} | tables))
        return [place]
    raise StoreError(f"export: no format {form!r}; there are {', '.join(FORMATS)}")


def _write(path: Path, data: bytes) -> None:
    try:
        write_bytes(path, data)
    except StoreError as error:
        reason = getattr(error.__cause__, "strerror", None) or error
        raise StoreError(f"{path}: cannot be written: {reason}; choose another place with --out") from None


def _dictionary(release: Release) -> pl.DataFrame:
    """One row a column of a table, from the release's own descriptions."""
    rows = [
        (
            resource["name"],
            resource["description"],
            field["name"],
            field["type"],
            field.get("unit"),
            "no" if field.get("constraints", {}).get("required") else "yes",
            field["description"],
        )
        for resource in datapackage.read(release.path).values()
        for field in resource["schema"]["fields"]
    ]
    return pl.DataFrame(rows, schema=dict.fromkeys(_COLUMNS, pl.String()), orient="row")


def _csv(frame: pl.DataFrame) -> bytes:
    """UTF-8 with a byte order mark, without which Excel reads it as something else; empty cells for nulls."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(frame.columns)
    writer.writerows([_defused(v) if isinstance(v, str) else v for v in row] for row in frame.iter_rows())
    return text.getvalue().encode("utf-8-sig")


def _defused(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _workbook(tables: dict[str, pl.DataFrame]) -> bytes:
    from openpyxl import Workbook

    for name, frame in tables.items():
        _refuse_misfit(name, frame)
    book = Workbook(write_only=True)
    for name, frame in tables.items():
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        sheet.append(frame.columns)
        for row in frame.iter_rows():
            sheet.append([_text_cell(v, sheet) if isinstance(v, str) else v for v in row])
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _refuse_misfit(name: str, frame: pl.DataFrame) -> None:
    """Before anything is written: a sheet cannot be half made."""
    if len(name) > SHEET_NAME or frame.height >= SHEET_ROWS:
        raise StoreError(f"{name}: {frame.height:,} rows do not fit a sheet; use --format csv")
    for column in frame.select(pl.col(pl.String)):
        longest = column.str.len_chars().fill_null(0)
        if frame.height and int(longest.to_list()[longest.arg_max() or 0]) > CELL_TEXT:
            row = (longest.arg_max() or 0) + 2
            raise StoreError(f"{name}, row {row}: a text in {column.name} does not fit a cell; use --format csv")


def _text_cell(value: str, sheet: Any) -> Any:
    """A cell that is text whatever it starts with; characters that no workbook can hold become U+FFFD."""
    from openpyxl.cell import WriteOnlyCell

    cell = WriteOnlyCell(sheet, _UNWRITABLE.sub("\ufffd", value))
    cell.data_type = "s"
    return cell
