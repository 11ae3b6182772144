"""Cutting lists at their separators.

Belongs here: separators and brackets. Does not belong here: what the parts are (segmentation.py, companies.py).
"""

from __future__ import annotations


def parts(cell: str, separator: str) -> list[tuple[int, int]]:
    """Spans between separators outside brackets, blanks at the ends left out."""
    depth, start, found = 0, 0, []
    for at, char in enumerate([*cell, separator]):
        depth += (char in "([{") - (char in ")]}")
        if char == separator and (depth <= 0 or at == len(cell)):
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
