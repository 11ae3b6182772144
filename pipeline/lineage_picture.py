"""Which table is made from which, as an inline SVG that needs no script.

Belongs here: laying a small graph out in columns and drawing it. Does not belong here: which table is made from which
(the asset graph), or columns (lineage.py).

Layout: the method of Sugiyama and others (1981), as far as a few dozen tables need it: a table's column is the longest
way to it from a table made of none; within a column tables stand near the tables they are made from and that are made
from them (barycentres), swept back and forth.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Mapping, Sequence

_WIDE, _HIGH, _GAP_X, _GAP_Y, _EDGE = 7.4, 26, 54, 10, 8
_SWEEPS = 8

Parents = Mapping[str, Sequence[str]]


def neighbours(parents: Parents, table: str) -> dict[str, list[str]]:
    """The part of the graph around a table: what it is made from, and what is made from it, one step each way."""
    near = {name: [table] for name, made_from in parents.items() if table in made_from}
    return {**near, table: list(parents.get(table, ())), **{name: [] for name in parents.get(table, ())}}


def draw(parents: Parents, label: str, link: Callable[[str], str | None], focus: str | None = None) -> str:
    """The graph as an SVG element: a box a table, in columns from left to right.

    `parents` maps every table to those it is made from (all of them keys too; no cycles). `label` says in words what
    the picture shows. `link` gives a box's address, None for a box that is drawn dashed and leads nowhere.
    """
    columns = _columns(parents)
    places, width, height = _places(columns)
    lines = [_line(places[a], places[b]) for b, made_from in parents.items() for a in made_from]
    boxes = [_box(name, places[name], link(name), name == focus) for column in columns for name in column]
    return (
        f'<svg class="lineage" viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}" role="img" '
        f'aria-label="{html.escape(label)}">{"".join(lines)}{"".join(boxes)}</svg>'
    )


def _columns(parents: Parents) -> list[list[str]]:
    depth: dict[str, int] = {}

    def deep(name: str) -> int:
        if name not in depth:
            depth[name] = 1 + max((deep(p) for p in parents[name]), default=-1)
        return depth[name]

    columns: list[list[str]] = [[] for _ in range(1 + max((deep(name) for name in parents), default=-1))]
    for name in sorted(parents):
        columns[depth[name]].append(name)
    children: dict[str, list[str]] = {name: [] for name in parents}
    for name, made_from in parents.items():
        for parent in made_from:
            children[parent].append(name)
    for sweep in range(_SWEEPS):
        near = parents if sweep % 2 == 0 else children
        for column in columns if sweep % 2 == 0 else reversed(columns):
            # Where each stands, as a share of its column, so that columns of any length pull alike.
            at = {name: (i + 0.5) / len(c) for c in columns for i, name in enumerate(c)}
            middle = {n: sum(at[o] for o in near[n]) / len(near[n]) if near[n] else at[n] for n in column}
            column.sort(key=lambda name: (middle[name], name))
    return columns


Place = tuple[float, float, float]
"""Left, top, width of a box."""


def _places(columns: Sequence[Sequence[str]]) -> tuple[dict[str, Place], float, float]:
    height = max((len(c) for c in columns), default=0) * (_HIGH + _GAP_Y) - _GAP_Y + 2 * _EDGE
    places, left = {}, float(_EDGE)
    for column in columns:
        wide = 16 + _WIDE * max(len(name) for name in column)
        top = (height - len(column) * (_HIGH + _GAP_Y) + _GAP_Y) / 2
        for i, name in enumerate(column):
            places[name] = (left, top + i * (_HIGH + _GAP_Y), wide)
        left += wide + _GAP_X
    return places, left - _GAP_X + _EDGE, height


def _line(source: Place, target: Place) -> str:
    x1, y1, x2, y2 = source[0] + source[2], source[1] + _HIGH / 2, target[0], target[1] + _HIGH / 2
    bend = (x2 - x1) / 2
    return f'<path d="M{x1:.0f} {y1:.0f}C{x1 + bend:.0f} {y1:.0f} {x2 - bend:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"/>'


def _box(name: str, place: Place, address: str | None, focus: bool) -> str:
    left, top, wide = place
    kinds = [kind for kind, is_so in (("focus", focus), ("working", address is None)) if is_so]
    box = (
        f'<g class="{" ".join(["box", *kinds])}">'
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{wide:.0f}" height="{_HIGH}" rx="4"/>'
        f'<text x="{left + wide / 2:.0f}" y="{top + _HIGH / 2 + 4:.0f}">{html.escape(name)}</text></g>'
    )
    return f'<a href="{html.escape(address)}">{box}</a>' if address and not focus else box
