"""What the brief shows of the forecasts: headline, size, members, segment by region, what the dollars buy.

Belongs here: choosing rows of the forecast tables. Does not belong here: prices (costs.py), what sources say
(sources.py), chart looks (pictures.py).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipeline.brief import pictures
from pipeline.prices.regional import BASE
from pipeline.tables.words import AS_REPORTED

Frames = Mapping[str, pl.DataFrame]
Rows = list[dict[str, Any]]
MEMBERS = {"region_forecast": "region", "segment_forecast": "segment"}
_PATH_COLOURS = {"flat": "var(--c1)", "index": "var(--c2)", "trend": "var(--c3)"}


class Charts:
    """The page's charts in the order of their places: a place holds the number of its chart."""

    def __init__(self) -> None:
        self.specs: list[pictures.Spec] = []

    def add(self, spec: pictures.Spec) -> int:
        """Keep a chart for the page's script; its number is where the page shows it."""
        self.specs.append(spec)
        return len(self.specs) - 1


def market(name: str, frames: Frames, charts: Charts) -> dict[str, Any]:
    """Everything forecast of one market: its report, size, leaders, members by dimension, cross tables, compute."""
    mine = {n: f.filter(pl.col("market") == name) for n, f in frames.items() if "market" in f.columns}
    sizes = mine["market_forecast"].sort(pl.col("scenario") != AS_REPORTED, "scenario", "year")
    leaders = mine["leaders"].filter(pl.col("scenario") == scenario_of(mine["leaders"])).to_dicts()
    drawn = plain_rows(sizes)
    return {
        "report": mine["reports"].row(0, named=True),
        "years": [one.to_dicts() for one in sizes.partition_by("year", maintain_order=True)],
        "last_sizes": sizes.filter(pl.col("year") == pl.col("year").max()).to_dicts(),
        "chart": charts.add(pictures.scenarios(drawn)),
        "range_chart": charts.add(pictures.scenario_ranges(drawn)),
        "leaders": [r for r in leaders if r["largest_member"] or r["fastest_member"]],
        "unsaid": [r["dimension"] for r in leaders if not r["largest_member"] and not r["fastest_member"]],
        "dimensions": [d for table in MEMBERS for d in _dimensions(table, mine[table], charts)],
        "cross": _crosses(mine),
        "compute": _compute(mine["compute_forecast"], charts) if "compute_forecast" in mine else None,
    }


def scenario_of(frame: pl.DataFrame) -> str:
    """The report's own scenario, else the first."""
    names = frame["scenario"].unique().sort().to_list()
    return AS_REPORTED if AS_REPORTED in names or not names else str(names[0])


def plain_rows(frame: pl.DataFrame) -> Rows:
    """Rows as JSON holds them, without what the charts do not draw."""
    kept = [c for c in frame.columns if not c.startswith(("cagr_", "share_", "p_"))]
    rows: Rows = json.loads(frame.select(kept).write_json())
    return rows


def _dimensions(table: str, frame: pl.DataFrame, charts: Charts) -> Rows:
    """Each dimension of a forecast table with one fan chart a member, all on one scale."""
    frame = frame.filter(pl.col("scenario") == scenario_of(frame)).rename({MEMBERS[table]: "member"})
    found = []
    for dimension in frame["dimension"].unique().sort():
        rows = frame.filter(pl.col("dimension") == dimension).sort("position", "year")
        top = max(rows["value_usd_bn_p95"].to_list())
        members = [_member(one, top, charts) for one in rows.partition_by("member", maintain_order=True)]
        found.append({"name": dimension, "table": table, "members": members})
    return found


def _member(rows: pl.DataFrame, top: float, charts: Charts) -> dict[str, Any]:
    first, last = rows.row(0, named=True), rows.row(-1, named=True)
    chart = pictures.fan(plain_rows(rows), top, str(last["evidence_grade"]))
    return {"name": first["member"], "first": first, "last": last, "chart": charts.add(chart)}


def _crosses(mine: Frames) -> Rows:
    """Segments by regions in the last year, one map a dimension; `most` is the largest mean, whose shade is darkest."""
    frame = mine["segment_region_forecast"]
    frame = frame.filter(pl.col("scenario") == scenario_of(frame), pl.col("year") == pl.col("year").max())
    regions = _in_order(mine["region_forecast"], "region")
    segments = _in_order(mine["segment_forecast"], "segment")
    found = []
    for dimension in frame["dimension"].unique().sort():
        rows = frame.filter(pl.col("dimension") == dimension)
        grid = {(r["segment"], r["region"]): r for r in rows.to_dicts()}
        order = [s for s in segments if (s, regions[0]) in grid]
        most = max(rows["value_usd_bn_mean"].to_list())
        found.append(
            {"name": dimension, "year": rows["year"][0], "grid": grid, "rows": order, "columns": regions, "most": most}
        )
    return found


def _in_order(frame: pl.DataFrame, member: str) -> list[str]:
    return frame.sort("position")[member].unique(maintain_order=True).to_list()


def _compute(frame: pl.DataFrame, charts: Charts) -> dict[str, Any] | None:
    """Accelerator-hours that the last year's spending buys: regions by price path, and what an hour costs on each."""
    frame = frame.filter(pl.col("scenario") == scenario_of(frame), pl.col("year") == pl.col("year").max())
    if frame.is_empty():
        return None
    frame = frame.sort("position", "price_path")
    paths = frame["price_path"].unique().sort().to_list()
    regions = frame["region"].unique(maintain_order=True).to_list()
    rows = plain_rows(frame)
    # One scale for all paths: they differ by a factor of ten and more, which is what there is to see.
    scale = min(r["accelerator_hours_p05"] for r in rows), max(r["accelerator_hours_p95"] for r in rows)
    drawn = [_path(path, [r for r in rows if r["price_path"] == path], scale, charts) for path in paths]
    return {
        "year": frame["year"][0],
        "paths": drawn,
        "regions": regions,
        "grid": {(r["region"], r["price_path"]): r for r in frame.to_dicts()},
        "borrowed": [r for r in regions if r != BASE and r in frame.filter(price_region=BASE)["region"]],
    }


def _path(path: str, rows: Rows, scale: pictures.Domain, charts: Charts) -> dict[str, Any]:
    color = {"value": _PATH_COLOURS.get(path, "var(--c4)")}
    spec = pictures.intervals(rows, "region", "accelerator_hours", "H100-hours, log scale", color, log=scale)
    return {"name": path, "first": rows[0], "chart": charts.add(spec)}
