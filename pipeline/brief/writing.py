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

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.brief import words
from pipeline.brief.costs import prices
from pipeline.brief.forecasts import Charts, Frames, market
from pipeline.brief.sources import ROWS_SHOWN, assumptions, changed, claims, moved, triangulation
from pipeline.errors import StoreError
from pipeline.releases.compare import Changes
from pipeline.releases.identity import Identity
from pipeline.store import read_parquet
from pipeline.tables import TABLES

NAME = "brief.html"
MAX_BYTES = 2_000_000
MARKETS_DRAWN = 3
"""Markets shown with all charts; of the others the headline table tells the size."""
_REPORTS_LISTED = 500


def write(identity: Identity, tables: Mapping[str, Path], changes: Changes | None = None) -> bytes:
    """The page of a release that holds `tables` (name to parquet file), UTF-8; `changes` are those since the release
    before it, None for the first. The same release gives the same bytes. Raises StoreError when it outgrows 2 MB."""
    frames = {name: read_parquet(path) for name, path in tables.items()}
    charts = Charts()
    names = frames["market_forecast"]["market"].unique().sort().to_list()
    page = {
        "identity": identity,
        "reports": frames["reports"].sort("status", "market").head(_REPORTS_LISTED).to_dicts(),
        "markets": [_market(name, frames, charts) for name in names[:MARKETS_DRAWN]],
        "drawn": MARKETS_DRAWN,
        "scenarios": frames["scenarios"].to_dicts(),
        "prices": prices(frames, charts),
        "claims": claims(frames),
        "assumptions": assumptions(frames["assumptions"]),
        "changes": None if changes is None else changed(changes),
        "sources": [asdict(i) for i in identity.inputs if i.title],
        "tables": [(TABLES[n], f.height) for n, f in frames.items()],
        "shown": ROWS_SHOWN,
        "grades": words.GRADES,
    }
    template = _environment().get_template("brief.html.j2")
    data = template.render(page, specs=_script_json(charts.specs), library=_library()).encode()
    if len(data) > MAX_BYTES:
        raise StoreError(f"{NAME}: would be {len(data):,} bytes, more than {MAX_BYTES:,}; show fewer rows in the brief")
    return data


def _market(name: str, frames: Frames, charts: Charts) -> dict[str, Any]:
    shown = market(name, frames, charts)
    others = triangulation(frames, name, charts)
    return shown | {"others": others, "moved": moved(frames, name, shown["leaders"], charts)}


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
    environment.filters |= {"num": words.number, "cell": words.cell, "plain": words.plain}
    environment.globals |= {"span": words.span, "ends": words.ends, "mean_and_ends": words.mean_and_ends}
    return environment
