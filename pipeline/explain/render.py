"""An explanation as text for a terminal.

Belongs here: layout. Does not belong here: anything that is not in the explanation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.explain.answer import Explanation

_SHOWN = ("mean", "p05", "p95")


def render_text(found: Explanation) -> str:
    """The explanation in a screenful or two, most telling first."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Explanation) -> Iterator[str]:
    yield f"{found.table}: " + ", ".join(f"{k} {v}" for k, v in found.key.items())
    yield f"release {found.release}; {found.description}"
    yield from _section("Numbers", _numbers(found))
    if found.evidence_grade:
        yield from _section("Evidence", [f"graded {found.evidence_grade}"])
    yield from _section("Formula", found.formulas)
    yield from _section("Claims that bind it", [_claim(c) for c in found.claims])
    yield from _section("Assumptions behind it", [_assumption(a) for a in found.assumptions])
    yield from _section("Made by", [found.made_by])
    yield from _section("From", [_input(i) for i in found.inputs])


def _section(title: str, lines: list[str]) -> Iterator[str]:
    if lines:
        yield ""
        yield title
        yield from (f"  {line}" for line in lines)


def _numbers(found: Explanation) -> list[str]:
    skipped = {*found.key, "evidence_grade"}
    return [
        f"{name} = {_value(value)}" for name, value in found.row.items() if name not in skipped and value is not None
    ]


def _value(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _claim(claim: dict[str, Any]) -> str:
    place = f"section {claim['section']}, characters {claim['char_start']} to {claim['char_end']}"
    demands = f" -> {claim['demands']}" if claim["demands"] else ""
    return f'{claim["claim_id"]}: "{claim["quote"]}" ({place}){demands}'


def _assumption(row: dict[str, Any]) -> str:
    return (
        f"{row['name']} = {row['value']:g} ({row['low']:g} to {row['high']:g}, {row['distribution']}; {row['unit']}): "
        f"{row['moves']}"
    )


def _input(row: dict[str, Any]) -> str:
    if not row["published"]:
        return f"{row['table']} (kept between the steps, not published)"
    said = f"{row['table']}" + (
        f": {row['rows']} rows with the same {', '.join(row['shared'])}" if row["shared"] else ""
    )
    return "\n    ".join([said, *(_price(r) for r in row.get("some", []))])


def _price(row: dict[str, Any]) -> str:
    price = f"{row['price_usd_per_accelerator_hour']} USD per accelerator-hour"
    return f"{row['observation_id']}: {price}, {row['source_file']} row {row['source_row']}"
