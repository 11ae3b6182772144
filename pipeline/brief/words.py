"""How the brief writes numbers and names.

Belongs here: rounding for readers. Does not belong here: choosing what to write.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

GRADES = {
    "reported": "a source states it",
    "bounded": "a claim narrows it",
    "prior": "no source says anything: the range is the assumption alone",
}
MISSING = "–"
_SIZES = ((1e12, "tn"), (1e9, "bn"), (1e6, "m"))
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float | None, digits: int = 3) -> str:
    """A number to so many significant digits; millions and up as m, bn, tn, what is beyond as a power of ten."""
    if value is None:
        return MISSING
    rounded = float(f"{value:.{digits}g}")
    if rounded and not 1e-4 <= abs(rounded) < 1e15:
        head, _, power = f"{rounded:.{digits - 1}e}".partition("e")
        return f"{float(head):g}×10{str(int(power)).translate(_SUPERSCRIPT)}"
    for size, word in _SIZES:
        if abs(rounded) >= size:
            return f"{number(rounded / size, digits)} {word}"
    return f"{rounded:,.0f}" if abs(rounded) >= 10 ** (digits - 1) else f"{rounded:.{digits}g}"


def span(low: float | None, high: float | None, digits: int = 2) -> str:
    """Both ends of a range, to two digits: more would be made up."""
    return f"{number(low, digits)} to {number(high, digits)}"


def ends(row: Mapping[str, Any], stem: str, factor: float = 1.0) -> str:
    """The range that holds 90 percent of a quantity's draws."""
    low, high = row[f"{stem}_p05"], row[f"{stem}_p95"]
    return MISSING if low is None or high is None else span(factor * low, factor * high)


def mean_and_ends(row: Mapping[str, Any], stem: str) -> str:
    """A quantity's mean, and in brackets the range that holds 90 percent of its draws, where there is a range."""
    mean = number(row[f"{stem}_mean"])
    return f"{mean} (stated)" if row[f"{stem}_p05"] == row[f"{stem}_p95"] else f"{mean} ({ends(row, stem)})"


def cell(value: object) -> str:
    """Any value of a table as text."""
    if value is None:
        return MISSING
    return number(value, 4) if isinstance(value, float) else str(value)


def plain(name: object) -> str:
    """A name of the registry as words."""
    return str(name).replace("_", " ")
