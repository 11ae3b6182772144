"""Tables whose cells stand one below the other, as PDF readers and copied pages give them, back to rows.

Belongs here: finding such a table among lines and cutting it into rows. Does not belong here: tables in one line
(flattened.py), what the rows say (tables.py, layouts.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Sequence

_CORNER = re.compile(
    r"(?:report |market |key )?(?:parameters?|attributes?|metrics?|indicators?|items?|aspects?|coverage|particulars|features?|scope|year|compan(?:y|ies)|suppliers?|players?|vendors?|manufacturers?|region|country|segments?|dimensions?|segmentation)",
    re.I,
)
_ANY_VALUE = re.compile(
    r"(?:report |market |key )?(?:details?|values?|description|statistics|information|insights?|data|figures?)", re.I
)
_COLUMN = re.compile(
    r"(?:(?:market |revenue )?(?:share|size|value|revenue|sales)\b.{0,30}|.{0,12}(?:growth|cagr)\b.{0,20}|head ?(?:office|quarters?)|hq|based in|country|founded|sub-?\s?segments?|segments|members|products?|remarks?|comments?)",
    re.I,
)
# A label that says that its line and the next are a row even where no header does.
_LABEL = re.compile(
    r"(?:base|estimated|forecast|historical?|study) (?:year|years|period|data)\b.{0,20}|(?:projected |global |current )?market (?:size|value|forecast)\b.{0,40}|revenue (?:forecast )?in \d{4}"
    r"|(?:revenue )?cagr\b.{0,25}|(?:market )?growth rate\b.{0,25}|(?:largest|fastest[ -]growing|leading|dominant) (?:region|market|segment)\b.{0,20}|regions? covered|segments? covered|(?:quantitative )?units?",
    re.I,
)
_AMOUNT = re.compile(
    r"[~\u2248]?\s?(?:USD|US\s?\$|EUR|GBP|INR|JPY|[$\u20ac\u00a3\u20b9\u00a5])?\s?-?\d[\d.,]*\s?(?:%|[a-z]{1,8})?", re.I
)
_LONGEST_CELL, _LONGEST_LABEL = 160, 60
_SHORTEST = 4  # letters of a label ("Year"): looked at first, for speed
_MOST_COLUMNS = 6
_LEAST_ROWS = 2


def unstack(lines: Sequence[str]) -> list[str]:
    """The lines with each stacked table as lines of cells between bars ("| Base year | 2024 |")."""
    result: list[str] = []
    at = 0
    while at < len(lines):
        width = _width(lines, at)
        rows = _rows(lines, at, width) if width else 0
        if rows <= _LEAST_ROWS:
            result.append(lines[at])
            at += 1
            continue
        for row in range(rows):
            cells = (line.strip().replace("|", "\\|") for line in lines[at + row * width : at + (row + 1) * width])
            result.append(f"| {' | '.join(cells)} |")
        result.append("")
        at += rows * width
    return result


def _width(lines: Sequence[str], at: int) -> int:
    """How many columns a table that begins at a line has; 0 where none begins."""
    if len(lines[at]) < _SHORTEST or not _is_short(lines[at]):
        return 0
    if _CORNER.fullmatch(lines[at].strip()):
        if at + 1 < len(lines) and _ANY_VALUE.fullmatch(lines[at + 1].strip()):
            return 2
        width = 1
        while width < _MOST_COLUMNS and at + width < len(lines) and _COLUMN.fullmatch(lines[at + width].strip()):
            width += 1
        if width > 1:
            return width
    if at and _AMOUNT.fullmatch(lines[at - 1].strip()):
        return 0  # cards: the value stands over its label
    labelled = all(at + 2 * row + 1 < len(lines) and _is_pair(lines, at + 2 * row) for row in range(3))
    return 2 if labelled else 0


def _is_pair(lines: Sequence[str], at: int) -> bool:
    return _LABEL.fullmatch(lines[at].strip()) is not None and _LABEL.fullmatch(lines[at + 1].strip()) is None


def _rows(lines: Sequence[str], at: int, width: int) -> int:
    """How many rows of cells stand from a line on, its header included."""
    headed = _CORNER.fullmatch(lines[at].strip()) is not None
    years = headed and lines[at].strip().casefold() == "year"
    rows = int(headed)
    while at + (rows + 1) * width <= len(lines):
        cells = [line.strip() for line in lines[at + rows * width : at + (rows + 1) * width]]
        label = cells[0]
        plain = all(_is_cell(cell) for cell in cells) and len(label) <= _LONGEST_LABEL
        if not plain or ((_AMOUNT.fullmatch(label) is not None) != years and width == 2 and not years):
            break
        if years and not re.match(r"(?:FY\s?)?(?:19|20)\d\d\b", label):
            break
        rows += 1
    return rows


def _is_short(line: str) -> bool:
    return 0 < len(line.strip()) <= _LONGEST_LABEL


def _is_cell(text: str) -> bool:
    """Whether a line can be a cell: short, no mark of its own, no sentence."""
    if not text or len(text) > _LONGEST_CELL or text[0] in "|#>*\u2022":
        return False
    return not (text[-1] == "." and len(text.split()) > 8) and not re.search(r"[a-z]{3}\. [A-Z]", text)
