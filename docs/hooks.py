"""Pages made while the site is built: one for every published table, from the registry and the latest release, and the
flags, from the README.

Belongs here: handing generated Markdown to MkDocs, and its place in the navigation. Does not belong here: meanings
(pipeline/tables, README.md), drawing (pipeline/lineage_picture.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl
from mkdocs.structure.files import File, Files

from pipeline.dag.build import build_definitions
from pipeline.errors import StoreError
from pipeline.lineage_picture import draw, neighbours
from pipeline.releases import catalog, dictionary
from pipeline.settings import ROOT, Settings
from pipeline.store import read_parquet
from pipeline.tables import PUBLISHED, TABLES

FOLDER = "tables"
_STAGES = {
    "reports": "What reports say",
    "prices": "Compute prices",
    "evidence": "Evidence and checks",
    "model": "How the draws were made",
    "forecast": "Forecasts",
    "release": "About the release",
}
_LEGEND = "Boxes lead to the table's page. Dashed: a working table, kept for the run and not published."


def on_config(config: Any) -> Any:
    """Put the tables into the navigation, by stage."""
    stages = [{title: [f"{FOLDER}/{n}.md" for n in _of(stage)]} for stage, title in _STAGES.items() if _of(stage)]
    config.nav.append({"Tables": [f"{FOLDER}/index.md", *stages]})
    return config


def on_files(files: Files, config: Any) -> Files:
    """Add the generated pages."""
    parents = asset_parents()
    for name, text in {"index": index_page(parents), **table_pages(parents)}.items():
        files.append(File.generated(config, f"{FOLDER}/{name}.md", content=text))
    files.append(File.generated(config, "flags.md", content=flags_page()))
    return files


def asset_parents() -> dict[str, list[str]]:
    """Every table of the registry with the tables it is made from, as the assets have it."""
    graph = build_definitions().resolve_asset_graph()
    found = {key.to_user_string(): graph.get(key).parent_keys for key in graph.get_all_asset_keys()}
    return {n: sorted(p.to_user_string() for p in found[n] if p.to_user_string() in TABLES) for n in TABLES}


def index_page(parents: Mapping[str, list[str]]) -> str:
    """All tables by stage, and how they hang together."""
    picture = draw(parents, "How all tables hang together, from reports and prices to forecasts", _beside)
    lines = ["# Tables", "", "What a release holds, one page a table: columns with units, first rows, where it comes"]
    lines += ["from. The same is in `dictionary.md` of every release.", ""]
    for stage, title in _STAGES.items():
        rows = [f"| [{n}]({n}.md) | {TABLES[n].grain} | {_first(TABLES[n].description)} |" for n in _of(stage)]
        lines += [f"## {title}", "", "| table | one row per | holds |", "|---|---|---|", *rows, ""]
    lines += ["## How they hang together", "", f'<div class="lineage">{picture}</div>', "", _LEGEND]
    return "\n".join(lines) + "\n"


def table_pages(parents: Mapping[str, list[str]]) -> dict[str, str]:
    """A page for each published table, by name; without rows where there is no release yet."""
    frames = _frames()
    pages = {}
    for name in PUBLISHED:
        near = neighbours(parents, name)
        picture = draw(near, f"{name}: what it is made from, and what is made from it", _sibling, focus=name)
        frame = frames.get(name, TABLES[name].frame([]))
        count = frame.height if name in frames else None
        text = dictionary.about(TABLES[name], frame.head(dictionary.SAMPLE_ROWS), count)
        lines = [f"# {name}", "", f'<div class="lineage">{picture}</div>', "", *text, "", _LEGEND]
        pages[name] = "\n".join(lines) + "\n"
    return pages


def _frames() -> dict[str, pl.DataFrame]:
    try:
        release = catalog.find(Settings.from_env())
    except StoreError:
        return {}
    return {name: read_parquet(path) for name, path in release.tables.items() if name in TABLES}


def _of(stage: str) -> list[str]:
    return [name for name in PUBLISHED if TABLES[name].stage == stage]


def _beside(name: str) -> str | None:
    """A table's page from the page of all tables."""
    return f"{name}/" if name in PUBLISHED else None


def _sibling(name: str) -> str | None:
    return f"../{name}/" if name in PUBLISHED else None


def _first(text: str) -> str:
    """The first sentence."""
    return text.partition(". ")[0].rstrip(".") + "."


def flags_page() -> str:
    """Every code that a report can carry: the section of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.split("### Flags\n", 1)[1].split("\n## ", 1)[0]
    return f"# Flags\n{section}\n"
