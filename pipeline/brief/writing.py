"""Gathering what the brief shows, and writing the page.

Belongs here: choosing rows and words for each section. Does not belong here: chart looks (pictures.py), markup
(templates/), computing: every number on the page stands in a table of the release.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.brief import pictures
from pipeline.errors import StoreError
from pipeline.releases.changes import describe_column, describe_rows, headline
from pipeline.releases.compare import Changes
from pipeline.releases.identity import Identity
from pipeline.releases.rows import ColumnChange
from pipeline.store import read_parquet
from pipeline.tables import TABLES

NAME = "brief.html"
MAX_BYTES = 2_000_000
MARKETS_DRAWN = 3
"""Markets shown with all charts; of the others the headline table tells the size."""
ROWS_SHOWN = 60
_SCENARIO = "as_reported"
_MEMBERS = {"region_forecast": "region", "segment_forecast": "segment"}
_QUANTILE = re.compile(r"_(mean|p\d\d)$")
_MORE = ("compute_forecast", "triangulation", "sensitivity", "scenarios")
"""Tables shown as they are, with units, when a release holds them."""

Rows = list[dict[str, Any]]


def write(identity: Identity, tables: Mapping[str, Path], changes: Changes | None = None) -> bytes:
    """The page of a release that holds `tables` (name to parquet file), UTF-8; `changes` are those since the release
    before it, None for the first. The same release gives the same bytes. Raises StoreError when it outgrows 2 MB."""
    frames = {name: read_parquet(path) for name, path in tables.items()}
    drawn = _markets(frames)[:MARKETS_DRAWN]
    specs: list[pictures.Spec] = []
    page = {
        "identity": identity,
        "headline": _headlines(frames),
        "markets": [_market(m, frames, specs) for m in drawn],
        "drawn": MARKETS_DRAWN,
        "prices": _prices(frames, specs),
        "claims": _claims(frames),
        "assumptions": _assumptions(frames["assumptions"]),
        "more": {name: _shown(name, frames[name], drawn) for name in _MORE if name in frames},
        "changes": None if changes is None else _changed(changes),
        "sources": [asdict(i) for i in identity.inputs if i.title],
        "tables": [(TABLES[n], f.height) for n, f in frames.items()],
        "shown": ROWS_SHOWN,
        "grades": GRADES,
    }
    html = _environment().get_template("brief.html.j2").render(page, specs=_script_json(specs), library=_library())
    data = html.encode()
    if len(data) > MAX_BYTES:
        raise StoreError(f"{NAME}: would be {len(data):,} bytes, more than {MAX_BYTES:,}; show fewer rows in the brief")
    return data


GRADES = {
    "reported": "a source states it",
    "bounded": "a claim narrows it",
    "prior": "no source says anything: the range is the assumption alone",
}


def _headlines(frames: Mapping[str, pl.DataFrame]) -> Rows:
    """One line a report, accepted or not."""
    return frames["reports"].sort("status", "market").head(500).to_dicts()


def _markets(frames: Mapping[str, pl.DataFrame]) -> list[str]:
    return frames["market_forecast"]["market"].unique().sort().to_list()


def _market(market: str, frames: Mapping[str, pl.DataFrame], specs: list[pictures.Spec]) -> dict[str, Any]:
    """Everything on one market: its report, size, leaders, members by dimension, cross tables."""
    mine = {n: f.filter(pl.col("market") == market) for n, f in frames.items() if "market" in f.columns}
    sizes = mine["market_forecast"].sort("scenario", "year")
    leaders = mine["leaders"].filter(pl.col("scenario") == _scenario(mine["leaders"]))
    return {
        "report": mine["reports"].row(0, named=True),
        "sizes": sizes.to_dicts(),
        "chart": _add(specs, pictures.market(_plain(sizes))),
        "leaders": leaders.to_dicts(),
        "dimensions": [d for table in _MEMBERS for d in _dimensions(table, mine[table], specs)],
        "cross": _crosses(mine),
    }


def _dimensions(table: str, frame: pl.DataFrame, specs: list[pictures.Spec]) -> Rows:
    """Each dimension of a forecast table with one fan chart a member, all on one scale."""
    frame = frame.filter(pl.col("scenario") == _scenario(frame)).rename({_MEMBERS[table]: "member"})
    found = []
    for dimension in frame["dimension"].unique().sort():
        rows = frame.filter(pl.col("dimension") == dimension).sort("position", "year")
        top = max(rows["value_usd_bn_p95"].to_list())
        members = [_member(one, top, specs) for one in rows.partition_by("member", maintain_order=True)]
        found.append({"name": dimension, "table": table, "members": members, "years": rows["year"].unique().sort()})
    return found


def _member(rows: pl.DataFrame, top: float, specs: list[pictures.Spec]) -> dict[str, Any]:
    first, last = rows.row(0, named=True), rows.row(-1, named=True)
    return {
        "name": first["member"],
        "first": first,
        "last": last,
        "rows": rows.to_dicts(),
        "chart": _add(specs, pictures.fan(_plain(rows), top, str(last["evidence_grade"]))),
    }


def _crosses(mine: Mapping[str, pl.DataFrame]) -> Rows:
    """Segments by regions in the last year, one map a dimension; `most` is the largest mean, whose shade is darkest."""
    frame = mine["segment_region_forecast"]
    frame = frame.filter(pl.col("scenario") == _scenario(frame), pl.col("year") == pl.col("year").max())
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


def _prices(frames: Mapping[str, pl.DataFrame], specs: list[pictures.Spec]) -> dict[str, Any]:
    """On-demand price levels, each accelerator and class in the region with most offers; and the index, if there."""
    levels = frames["price_levels"].filter(pl.col("purchase_model") == "on_demand", ~pl.col("is_stale"))
    levels = levels.sort("n_offers", "macro_region", descending=[True, False])
    levels = levels.unique(["accelerator", "provider_class"], keep="first", maintain_order=True).head(24)
    levels = levels.sort("price_usd_per_accelerator_hour_median", "accelerator", descending=[True, False])
    found = {"levels": levels.to_dicts(), "chart": _add(specs, pictures.prices(_plain(levels))), "index": None}
    if "price_index" in frames:
        rows = frames["price_index"].filter(pl.col("accelerator") == "all", pl.col("purchase_model") == "on_demand")
        rows = rows.sort("provider_class", "month")
        if rows.height:
            last = rows.group_by("provider_class", maintain_order=True).last().to_dicts()
            found["index"] = {"chart": _add(specs, pictures.index(_plain(rows))), "last": last}
    return found


def _claims(frames: Mapping[str, pl.DataFrame]) -> dict[str, Any]:
    """Claims with their words, place and verdicts; listing companies and members is left to the table."""
    claims = (
        frames["claims"].filter(~pl.col("metric").is_in(["company", "segmentation"])).sort("report_id", "char_start")
    )
    verdicts: dict[tuple[str, str], list[str]] = {}
    if "claim_checks" in frames:
        for row in frames["claim_checks"].to_dicts():
            # A market is called by its report.
            verdicts.setdefault((row["market"], row["claim_id"]), []).append(str(row["verdict"]))
    rows = claims.head(ROWS_SHOWN).to_dicts()
    for row in rows:
        row["verdicts"] = sorted(set(verdicts.get((row["report_id"], row["claim_id"]), [])))
    return {"rows": rows, "total": claims.height, "checked": "claim_checks" in frames}


def _assumptions(frame: pl.DataFrame) -> Rows:
    """Each assumption once, and again only where a scenario takes another value."""
    if "scenario" in frame.columns:
        frame = frame.sort(pl.col("scenario") != _SCENARIO, "scenario", "name")
        frame = frame.unique([c for c in frame.columns if c != "scenario"], keep="first", maintain_order=True)
    return frame.sort("name", maintain_order=True).to_dicts()


def _shown(name: str, frame: pl.DataFrame, drawn: Sequence[str]) -> dict[str, Any]:
    """A table as it is: its first rows about the markets drawn, of years the last; quantities as mean and range."""
    if "market" in frame.columns:
        frame = frame.filter(pl.col("market").is_in(drawn))
    if "scenario" in frame.columns and "year" in frame.columns:
        frame = frame.filter(pl.col("scenario") == _scenario(frame), pl.col("year") == pl.col("year").max())
    stems = {c.removesuffix("_p05") for c in frame.columns if c.endswith("_p05")}
    columns = list(dict.fromkeys(_QUANTILE.sub("", c) if _QUANTILE.sub("", c) in stems else c for c in frame.columns))
    shown = frame.head(ROWS_SHOWN).to_dicts()
    same = {c for c in ("market", "scenario", "year", "position") if c in columns and frame[c].n_unique() <= 1}
    columns = [c for c in columns if c not in same | {"position"}]
    rows = [[(_range(row, c) if c in stems else row[c]) for c in columns] for row in shown]
    return {"table": TABLES[name], "columns": columns, "rows": rows, "total": frame.height}


def _range(row: Mapping[str, Any], stem: str) -> str:
    """A quantity in one cell: its mean, and the range that holds 90 percent of the draws."""
    low, mean, high = (_number(row.get(f"{stem}_{s}")) for s in ("p05", "mean", "p95"))
    return f"{mean} ({low} to {high})"


def _changed(changes: Changes) -> dict[str, Any]:
    tables = [
        (t.table, describe_rows(t), [describe_column(c) for c in sorted(t.columns, key=_size)[:5]])
        for t in changes.tables
    ]
    return {"all": changes, "causes": headline(changes.causes), "tables": tables}


def _size(column: ColumnChange) -> float:
    return -abs(column.largest or 0.0)


def _scenario(frame: pl.DataFrame) -> str:
    """The report's own scenario, else the first."""
    names = frame["scenario"].unique().sort().to_list()
    return _SCENARIO if _SCENARIO in names or not names else str(names[0])


def _plain(frame: pl.DataFrame) -> Rows:
    """Rows as JSON holds them, without what the charts do not draw."""
    kept = [c for c in frame.columns if not c.startswith(("cagr_", "share_", "p_"))]
    rows: Rows = json.loads(frame.select(kept).write_json())
    return rows


def _add(specs: list[pictures.Spec], spec: pictures.Spec) -> int:
    """Keep a chart for the page's script; its number is where the page shows it."""
    specs.append(spec)
    return len(specs) - 1


def _script_json(value: object) -> Markup:
    """JSON inside a script element: `<`, `>` and `&` as escapes, so that no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704  escaped


@cache
def _library() -> Markup:
    """Vega, Vega-Lite and Vega-Embed as one script, from the installed vl-convert."""
    import vl_convert

    return Markup(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;").replace("</script", "<\\/script"))  # noqa: S704  the library's own text


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.brief"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"num": _number, "cell": _cell}
    return environment


def _number(value: float | None, digits: int = 3) -> str:
    """A number to so many significant digits; a dash where there is none."""
    if value is None:
        return "–"
    for size, word in ((1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{_number(value / size, digits)} {word}"
    rounded = float(f"{value:.{digits}g}")
    return f"{rounded:,.0f}" if abs(rounded) >= 10 ** (digits - 1) else f"{rounded:.{digits}g}"


def _cell(value: object) -> str:
    if value is None:
        return "–"
    return _number(value, 4) if isinstance(value, float) else str(value)
