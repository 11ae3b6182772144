"""Writing the page: every section's content into one template, with library, styles and data inside.

Belongs here: putting the page together, escaping, its size. Does not belong here: what a section shows (forecasts.py,
costs.py, sources.py), markup (templates/), computing: every number on the page stands in a table of the release.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.brief import library, words
from pipeline.brief.costs import prices
from pipeline.brief.forecasts import Charts, Frames, Rows, market
from pipeline.brief.sources import ROWS_SHOWN, assumptions, changed, claims, moved, triangulation
from pipeline.errors import StoreError
from pipeline.releases.compare import Changes
from pipeline.releases.identity import Identity
from pipeline.tables import TABLES

NAME = "brief.html"
MAX_BYTES = 2_000_000
MARKETS_DRAWN = 3
"""Markets shown with all charts; of the others the headline table tells the size."""
_REPORTS_LISTED = 150
"""Reports of each status in the list; of further ones the list says how many there are."""
_SOURCES_LISTED = 150


def write(identity: Identity, tables: Mapping[str, Path], changes: Changes | None = None) -> bytes:
    """The page of a release that holds `tables` (name to parquet file), UTF-8; `changes` are those since the release
    before it, None for the first. The same release gives the same bytes. Raises StoreError when it outgrows 2 MB."""
    markets = _scan(tables["market_forecast"]).select(pl.col("market").unique().sort().head(MARKETS_DRAWN)).collect()
    names = markets["market"].to_list()
    frames = {name: _about(name, path, names) for name, path in tables.items()}
    rows = {name: _scan(path).select(pl.len()).collect().item() for name, path in tables.items()}
    reports = _reports(tables["reports"])
    sources = [asdict(i) for i in identity.inputs if i.title]
    charts = Charts()
    page = {
        "identity": identity,
        "reports": reports,
        "reports_total": rows["reports"],
        "markets": [_market(name, frames, charts) for name in names],
        "drawn": MARKETS_DRAWN,
        "scenarios": frames["scenarios"].to_dicts(),
        "prices": prices(frames, charts),
        "claims": claims(frames),
        "assumptions": assumptions(frames["assumptions"]),
        "changes": None if changes is None else changed(changes),
        "sources": sources[:_SOURCES_LISTED],
        "sources_total": len(sources),
        "tables": [(TABLES[n], count) for n, count in rows.items()],
        "shown": ROWS_SHOWN,
        "grades": words.GRADES,
    }
    template = _environment().get_template("brief.html.j2")
    data = template.render(page, specs=_script_json(charts.specs), library=_library()).encode()
    if len(data) > MAX_BYTES:
        raise StoreError(f"{NAME}: would be {len(data):,} bytes, more than {MAX_BYTES:,}; show fewer rows in the brief")
    return data


def _about(table: str, path: Path, markets: list[str]) -> pl.DataFrame:
    """The rows of a table about some markets (a market is called by its report); whole where it is of no market."""
    rows, columns = _scan(path), TABLES[table].column_names
    key = next((c for c in ("market", "report_id") if c in columns), None)
    return (rows if key is None else rows.filter(pl.col(key).is_in(markets))).collect()


def _reports(path: Path) -> Rows:
    """The first reports of each status, by market."""
    by_status = _scan(path).sort("status", "market").group_by("status", maintain_order=True).head(_REPORTS_LISTED)
    return by_status.collect().to_dicts()


def _scan(path: Path) -> pl.LazyFrame:
    return pl.scan_parquet(path, glob=False, hive_partitioning=False)


def _market(name: str, frames: Frames, charts: Charts) -> dict[str, Any]:
    shown = market(name, frames, charts)
    others = triangulation(frames, name, charts)
    return shown | {"others": others, "moved": moved(frames, name, shown["leaders"], charts)}


def _script_json(value: object) -> Markup:
    """JSON inside a script element: `<`, `>` and `&` as escapes, so that no text in it can end the element."""
    text = json.dumps(value, ensure_ascii=True, separators=(",", ":"), allow_nan=False)
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704  escaped


def _library() -> Markup:
    return Markup(library.script().replace("</script", "<\\/script"))  # noqa: S704  the library's own text


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pipeline.brief"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"num": words.number, "cell": words.cell, "plain": words.plain}
    environment.globals |= {"span": words.span, "ends": words.ends, "mean_and_ends": words.mean_and_ends}
    return environment
