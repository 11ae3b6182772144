"""An explanation as text for a terminal.

Belongs here: layout. Does not belong here: anything that is not in the explanation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pipeline.explain.answer import Explanation


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
    yield from _section("What moves it (share of the variance, assumptions over their whole ranges)", _moves(found))
    yield from _section("Price rows behind it", [f"{p['side']}, {p['provider']}: {_price(p)}" for p in found.prices])
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
    if claim["char_start"] is None:
        place = str(claim["section"] or "other evidence")
    demands = f" -> {claim['demands']}" if claim["demands"] else ""
    return f'{claim["claim_id"]}: "{claim["quote"]}" ({place}){demands}'


def _assumption(row: dict[str, Any]) -> str:
    owned = ", ".join(
        f"{_percent(v['total_order'])} of the variance of {v['member']}'s {v['quantity']}" for v in row["variance"]
    )
    return (
        f"{row['name']} = {row['value']:g} ({row['low']:g} to {row['high']:g}, {row['distribution']}; {row['unit']}): "
        f"{row['moves']}" + (f" Owns {owned}." if owned else "")
    )


def _moves(found: Explanation) -> list[str]:
    """One line a factor and forecast: its share alone and in all, and the forecast at its ends."""
    lines = []
    for m in found.moved_by:
        of = (
            f"{m['quantity']} of {m['member']}, {m['year']}"
            if m["quantity"] == "value_usd_bn"
            else (f"{m['quantity']} of {m['member']}")
        )
        if not m["evaluations"]:
            lines.append(f"{of}: {m['factor']}: unknown, too few evaluations meet all claims")
            continue
        ends = f"{_value(m['output_low'])} to {_value(m['output_high'])} from end to end"
        lines.append(
            f"{of}: {m['factor']} ({m['factor_kind']}) {_percent(m['total_order'])}, alone "
            f"{_percent(m['first_order'])}; {ends}"
        )
    return lines


def _percent(share: float | None) -> str:
    """A share of the variance; estimates a little outside 0 to 1 are shown at its ends."""
    return "an unknown share" if share is None else f"{100 * min(1.0, max(0.0, share)):.1f} %"


def _input(row: dict[str, Any]) -> str:
    if not row["published"]:
        return f"{row['table']} (kept between the steps, not published)"
    said = f"{row['table']}" + (
        f": {row['rows']} rows with the same {', '.join(row['shared'])}" if row["shared"] else ""
    )
    return "\n    ".join([said, *(_price(r) for r in row.get("some", []))])


def _price(row: dict[str, Any]) -> str:
    price = f"{row['price_usd_per_accelerator_hour']} USD per accelerator-hour"
    return f"{price} on {row['observed_on']}, {row['source_file']} row {row['source_row']} ({row['observation_id']})"
