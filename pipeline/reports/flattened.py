"""Tables that a press release has run into one line: label-value runs, or header years and then name-value runs.

Belongs here: cutting such a line into rows. Does not belong here: what the rows say (tables.py, layouts.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re

_YEARS = re.compile(r"(?:(?:FY\s?)?(?:19|20)\d\d[EFPA]?\s){2,8}")
_VALUE = r"(?:US\$|USD |\$|\u20ac)?\d[\d,]*(?:\.\d+)?%?"
_NAME = r"[A-Za-z][^\d|$\u20ac%]{1,60}?"
_LONGEST = 3000
_LEAST_ROWS = 2


_HEAD = re.compile(
    r"(?:Report |Market )?(?:Attributes?|Metrics?|Coverage|Scope|Parameters?)(?: \|)? (?:Details?|Values?|Statistics)\s",
    re.I,
)
# The labels such tables have, with the value that follows each.
_LABEL = re.compile(
    r"(?<!\S)(?:(?:Market|Revenue) (?:Size|Value|Forecast|Valuation)(?: Value)? (?:in|by|for) (?:19|20)\d\d|(?:Revenue )?CAGR(?: \((?:19|20)\d\d\s?[-\u2013]\s?(?:19|20)\d\d\))?(?= (?:CAGR|\d))"
    r"|Growth Rate|Base Year(?: for Estimation)?|Estimated Year|Forecast (?:Period|Years?)|Histor(?:y|ic|ical) (?:Data|Period|Years?)|Study Period|Units?(?= (?:Value|USD))"
    r"|(?:Key |Largest |Fastest[ -]Growing )?Regions?(?: Covered)?(?= [A-Z])|Segments? Covered|(?:Key )?Companies (?:Covered|Profiled)|Key Players|Report Scope|No\. of Pages)(?!\S)"
)


def flattened_rows(line: str) -> list[list[str]] | None:
    """The rows of a table run into one line, header first; None for any other line."""
    if len(line) > _LONGEST:
        return None
    return _label_runs(line) if _HEAD.match(line) else _year_runs(line)


def is_head(line: str) -> bool:
    """Whether a line is nothing but the head of such a table: "Report Attributes Details"."""
    return _HEAD.fullmatch(f"{line.strip()} ") is not None


def label_and_value(line: str) -> list[str] | None:
    """The label and the value of a line of such a table; None for any other line."""
    found = _LABEL.match(line.strip())
    value = line.strip()[found.end() :].strip() if found else ""
    return [found.group(), value] if found and value else None


def _label_runs(line: str) -> list[list[str]] | None:
    """ "Report Attributes Details Market Size in 2024 USD 3 billion CAGR 5% Base Year 2024"."""
    head = _HEAD.match(line)
    labels = list(_LABEL.finditer(line, head.end() if head else 0))
    if head is None or len(labels) < _LEAST_ROWS or labels[0].start() > head.end():
        return None
    ends = [*(found.start() for found in labels[1:]), len(line)]
    return [
        head.group().split(),
        *([found.group(), line[found.end() : end].strip()] for found, end in zip(labels, ends, strict=True)),
    ]


def _year_runs(line: str) -> list[list[str]] | None:
    """ "Type 2024 2032 CAGR Steel 1.2 3.4 14% Brass 0.8 1.1 4%": each name must be followed by as many values as the
    header has columns, up to the end of the line.
    """
    years = _YEARS.search(line) if " 20" in line or " 19" in line else None
    if not years or not 0 < years.start() <= 100 or re.search(r"[\d.!?]", line[: years.start()]):
        return None
    columns = years.group().split()
    rate = re.match(
        r"(?:CAGR|Growth)(?:\s?\(?%?\)?)?(?:\s\(?(?:19|20)\d\d[-\u2013](?:19|20)?\d\d\)?)?\s", line[years.end() :]
    )
    header = [line[: years.start()].strip(" :|"), *columns, *([rate.group().strip()] if rate else [])]
    rest = line[years.end() + (rate.end() if rate else 0) :].strip()
    row = re.compile(rf"(?P<name>{_NAME})\s(?P<values>{_VALUE}(?:\s{_VALUE}){{{len(header) - 2}}})(?:\s|$)")
    rows, at = [header], 0
    while at < len(rest):
        found = row.match(rest, at)
        if not found:
            return None
        values = re.findall(_VALUE, found["values"])
        rows.append([found["name"].strip(), *values])
        at = found.end()
    return rows if len(rows) > _LEAST_ROWS else None
