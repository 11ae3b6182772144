"""Labels that a page has glued to the item before them: "Ring; Rod; OthersBy Use; Home".

Belongs here: setting such labels apart, so that every layout sees them as it sees others. Does not belong here: what a
label or its list says (layouts.py, inline.py).
"""

from __future__ import annotations

import re

from pipeline.reports.vocabulary import DIMENSION_WORDS, REPORT_FACT

# The label stands right behind a letter, digit, bracket; "StandBy" and "NearBy" are words; "OthersUse: a" has no "By".
_GLUE = re.compile(
    r"(?<=[\w)])(?<!Stand)(?<!Near)(?=By [A-Z])|(?<=[Oo]thers)(?=by [a-z])"
    r"|(?<=Others)(?=[A-Z][\w/&-]*(?: [\w/&-]+){0,3}:)"
)
_LABEL = re.compile(r"[Bb]y (?P<name>[\w/&-]+(?: (?!By\b)[\w/&-]+){0,4})(?:\s?[;:,]\s*|\s[\u2013\u2014-]\s|$)")
_FIRST_LABEL = re.compile(r"[Bb]y \S")
# "By Type Ring, Rod": nothing between a label of one word and its list.
_UNMARKED = re.compile(r"(?:^|(?<=\s))By (?P<name>[A-Z][\w-]*)(?= (?P<next>[A-Z][\w-]*))(?![^;,]*?(?:[;:(]|$))")


def is_glued(line: str) -> bool:
    """Whether a line holds a label glued to the item before it. Counting first settles nearly all, cheaply."""
    by = line.count("By ") - line.count(" By ") - line.startswith("By ")
    return (by > 0 or "thersby " in line or ("Others" in line and ":" in line)) and _GLUE.search(line) is not None


def set_apart(line: str) -> list[str]:
    """A line with its glued labels behind separators; a label at the line's end is a line of its own."""
    if not is_glued(line):
        return [line]
    *listed, last = (_UNMARKED.sub(_marked, part) for part in _GLUE.split(line))
    return ["; ".join(listed), last] if _is_bare(last) else ["; ".join([*listed, last])]


def _marked(found: re.Match[str]) -> str:
    label, following = (found[group].casefold().removesuffix("s") for group in ("name", "next"))
    return f"{found.group()}:" if label in DIMENSION_WORDS and following not in DIMENSION_WORDS else found.group()


def rows_apart(cells: list[str]) -> list[list[str]]:
    """A row "By Type | Ring; OthersBy Use; Home" as a row for each label, as one "Base Year | 2024 | CAGR | 5%" is two;
    any other row with its glued labels behind separators.
    """
    if _are_beside(cells):
        return [cells[:2], cells[2:]]
    if not any(map(is_glued, cells)):
        return [cells]
    if not _FIRST_LABEL.match(cells[0]):
        return [["; ".join(_GLUE.split(cell)) for cell in cells]]
    rows: list[list[str]] = [[]]
    for cell in cells:
        first, *labelled = _GLUE.split(cell)
        rows[-1].append(first)
        for part in labelled:
            found = _LABEL.match(part)
            label = part[: found.end("name")] if found else part
            rest = part[found.end() :] if found else ""
            rows.append([label, rest] if rest else [label])
    return rows


def _are_beside(cells: list[str]) -> bool:
    """Whether a row is two facts of the report side by side."""
    if len(cells) != _TWO_PAIRS or not (_FACT.match(cells[0]) and _FACT.match(cells[2])):
        return False
    return all(cell and not _FACT.match(cell) for cell in (cells[1], cells[3])) and any(map(str.isdigit, cells[1]))


_TWO_PAIRS = 4
_FACT = re.compile(
    rf"(?:global |the )?(?:{REPORT_FACT}|market (?:revenue|volume)|revenue forecast"
    r"|(?:base|estimated|forecast|histor\w*|study) (?:value|size)"
    r"|(?:regions?|segments?|companies|countries) covered)\b",
    re.I,
)


def _is_bare(line: str) -> bool:
    found = _LABEL.match(line)
    return found is not None and found.end() == len(line)
