"""dictionary.md: what every table and column of a release means, for a reader who has only the release.

Belongs here: drawing the registry, a few sample rows and the SQL's lineage as Markdown. Does not belong here: meanings
(the registry) or lineage itself (pipeline/lineage.py). All text from data is escaped: a member may be called anything.
"""

from __future__ import annotations

import html
from collections.abc import Mapping

import polars as pl

from pipeline import queries
from pipeline.lineage import column_lineage
from pipeline.schema import Column, Table
from pipeline.tables import TABLES

SAMPLE_ROWS = 3
_CELL = 60
_INTRO = """Every published number is stated by a source or derived from what sources state, and says which:
`evidence_grade` is `reported` where a source states the row, `bounded` where a claim narrows it, and `prior` where no
source says anything, so that its range is the assumption alone. Means of members add up to the mean of their total.
Quantiles do not: the 95th percentile of a sum is not the sum of 95th percentiles."""


def markdown(release_id: str, samples: Mapping[str, pl.DataFrame], rows: Mapping[str, int]) -> str:
    """The dictionary of a release: `samples` holds the first rows of each of its tables, `rows` how many there are."""
    lines = [f"# Data dictionary of release {release_id}", "", _INTRO, "", "## How the tables hang together", ""]
    lines += _picture(list(samples))
    lines += ["", "## Tables", ""]
    lines += [f"- [{name}](#{name}): one row per {TABLES[name].grain}; {rows[name]:,} rows" for name in samples]
    for name, sample in samples.items():
        lines += ["", f"### {name}", "", *about(TABLES[name], sample, rows[name])]
    return "\n".join(lines) + "\n"


def _picture(tables: list[str]) -> list[str]:
    """Which table is made from which, as a Mermaid flowchart. Rounded: unpublished; no arrow in: made by a reader."""
    made = {name: q for name, q in queries.table_queries().items() if name in TABLES}
    arrows = [(source, name) for name, query in made.items() for source in query.inputs]
    names = sorted({name for arrow in arrows for name in arrow} | set(tables))
    shapes = [f"    {n}[{n}]" if n in tables else f"    {n}([{n}])" for n in names]
    return ["```mermaid", "flowchart LR", *shapes, *(f"    {a} --> {b}" for a, b in sorted(arrows)), "```"]


def about(table: Table, sample: pl.DataFrame, rows: int | None) -> list[str]:
    """Lines on one table: what it holds, its key, its columns, its first rows, and what each column is made from.
    `rows` is None where there is no release to count them in."""
    counted = "" if rows is None else f" {rows:,} rows."
    lines = [table.description, ""]
    lines += [f"One row per {table.grain}. Key: {', '.join(f'`{k}`' for k in table.key)}.{counted}", ""]
    lines += _grid(
        ["column", "type", "unit", "null", "meaning"],
        [[f"`{c.name}`", c.kind, c.unit or "", "yes" if c.nullable else "", _meaning(c)] for c in table.columns],
    )
    if not sample.is_empty():
        cells = [[_cell(value) for value in row] for row in sample.head(SAMPLE_ROWS).iter_rows()]
        lines += ["", "First rows:", "", *_grid([f"`{c}`" for c in sample.columns], cells)]
    return lines + _lineage(table)


def _meaning(column: Column) -> str:
    parts = [column.description]
    if column.allowed:
        parts.append("One of: " + ", ".join(f"`{v}`" for v in column.allowed) + ".")
    bounds = [f"{w} {v:g}" for w, v in (("at least", column.minimum), ("at most", column.maximum)) if v is not None]
    return " ".join([*parts, *([f"{', '.join(bounds)}.".capitalize()] if bounds else [])])


def _lineage(table: Table) -> list[str]:
    query = queries.table_queries().get(table.name)
    if query is None:
        return []
    origins = column_lineage(query)
    cells = [
        [f"`{column}`", ", ".join(f"`{t}.{c}`" for t, c in origins.get(column, ())) or "(a constant or a count)"]
        for column in table.column_names
    ]
    place = f"{query.path.parent.name}/{query.path.name}"
    return ["", f"Made by `sql/{place}`, from:", "", *_grid(["column", "computed from"], cells)]


def _grid(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)]


def _cell(value: object) -> str:
    """A value as one table cell: one line, shortened, with nothing left that Markdown or HTML would act on."""
    if value is None:
        return ""
    said = f"{value:.6g}" if isinstance(value, float) else " ".join(str(value).split())
    said = said if len(said) <= _CELL else said[: _CELL - 1] + "…"
    said = html.escape(said, quote=False)
    return "".join(f"\\{c}" if c in "\\`*_[]|~$" else c for c in said)
