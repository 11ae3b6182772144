"""Changes between two releases, in words.

Belongs here: laying out what compare.py found, as text (which is also Markdown). Does not belong here: finding it.
"""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.raw import SUFFIX
from pipeline.releases.compare import Causes, Changes, Moved, Named
from pipeline.releases.rows import ColumnChange, RowChanges

SHOWN = 10
SMALLEST = 0.001
"""What a change is rounded to, in points or percent."""


def text(changes: Changes) -> str:
    """All changes as Markdown that reads well as plain text; long lists end with how many more there are."""
    lines = [f"# Changes from {changes.before} to {changes.after}", ""]
    lines += _section("Inputs", inputs(changes.causes))
    lines += _section("Assumptions", [_moved(m) for m in changes.assumptions])
    lines += _section("Settings", [_moved(m) for m in changes.causes.settings])
    lines += _section("Code", _named(changes.causes.code))
    lines += _section("Libraries", [_moved(m) for m in changes.causes.versions])
    lines += _section("Claims that appeared", [_claim(c) for c in changes.claims_appeared])
    lines += _section("Claims that vanished", [_claim(c) for c in changes.claims_vanished])
    lines += _section("Claims with another verdict", [_moved(m) for m in changes.verdicts])
    lines += _section("Tables", [line for t in changes.tables for line in _table(t)], shown=None)
    if len(lines) == 2:
        lines += ["Nothing differs.", ""]
    return "\n".join(lines)


def headline(found: Causes) -> str:
    """What two releases are made of differently, in a few words."""
    files = len(inputs(found))
    said = [f"{files} input{'s' if files > 1 else ''}"] if files else []
    parts = (("settings", found.settings), ("code", _all(found.code)), ("libraries", found.versions))
    said += [name for name, names in parts if names]
    return ", ".join(said) or "nothing"


def inputs(found: Causes) -> list[str]:
    """Inputs that came, went or changed. A sidecar that did so with its file is not said as well."""
    names = set(_all(found.inputs))
    together = {name for name in names if name.endswith(SUFFIX) and name.removesuffix(SUFFIX) in names}
    return [line for line in _named(found.inputs) if line.partition(": ")[2] not in together]


def describe_rows(change: RowChanges) -> str:
    """What became of a table's rows, in one line."""
    if change.rows_before is None:
        return f"new table, {change.rows_after:,} rows"
    if change.rows_after is None:
        return f"gone (it had {change.rows_before:,} rows)"
    counts = (("added", change.added), ("removed", change.removed), ("changed", change.changed))
    said = [f"{n:,} {what}" for what, n in counts if n] + list(change.notes)
    now = f", now {change.rows_after:,}" if change.rows_after != change.rows_before else ""
    return f"{change.rows_before:,} row{'s' if change.rows_before != 1 else ''}{now}: {'; '.join(said) or 'the same'}"


def describe_column(change: ColumnChange) -> str:
    """What became of a column's cells, in one line."""
    cells = f"{change.cells:,} cell{'s' if change.cells > 1 else ''}"
    return f"{change.column}: {cells}{_most(change)} ({change.at}: {_short(change.before)} → {_short(change.after)})"


def _most(change: ColumnChange) -> str:
    if change.largest is None:
        return ""
    by, unit = (change.largest, "points") if change.points else (100 * change.largest, "%")
    said = f"{by:+,.3f}".rstrip("0").rstrip(".")
    return f", most by {said} {unit}" if said.strip("+-0") else f", none by as much as {SMALLEST} {unit}"


def _all(named: Named) -> tuple[str, ...]:
    return (*named.added, *named.removed, *named.changed)


def _named(named: Named) -> list[str]:
    said = (("new", named.added), ("gone", named.removed), ("changed", named.changed))
    return [f"{what}: {name}" for what, names in said for name in names]


def _moved(moved: Moved) -> str:
    return f"{moved.name}: {_short(moved.before)} → {_short(moved.after)}"


def _claim(claim: dict[str, object]) -> str:
    return f"{claim['report_id']} {claim['claim_id']}: {_short(claim['quote'])}"


def _table(change: RowChanges) -> list[str]:
    columns = sorted(change.columns, key=lambda c: -c.size)
    lines = [f"{change.table}: {describe_rows(change)}"]
    lines += [f"  - {describe_column(c)}" for c in columns[:SHOWN]]
    return lines + ([f"  - and {len(columns) - SHOWN} more columns"] if len(columns) > SHOWN else [])


def _section(title: str, items: Sequence[str], shown: int | None = SHOWN) -> list[str]:
    if not items:
        return []
    lines = [item if item.startswith("  ") else f"- {item}" for item in items[:shown]]
    more = [] if shown is None or len(items) <= shown else [f"- and {len(items) - shown} more"]
    return [f"## {title}", "", *lines, *more, ""]


def _short(value: object) -> str:
    if value is None:
        return "nothing"
    said = f"{value:.6g}" if isinstance(value, float) else " ".join(str(value).split())
    return said if len(said) <= 120 else said[:119] + "…"
