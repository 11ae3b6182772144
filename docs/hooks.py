"""Pages made while the site is built: the dictionary of every table, and the flags, from the registry and the README.

Belongs here: handing generated Markdown to MkDocs. Does not belong here: meanings (pipeline/tables, README.md).
"""

from __future__ import annotations

from typing import Any

from mkdocs.structure.files import File, Files

from pipeline.errors import StoreError
from pipeline.releases import catalog, dictionary
from pipeline.settings import ROOT, Settings
from pipeline.store import read_parquet
from pipeline.tables import PUBLISHED, TABLES


def on_files(files: Files, config: Any) -> Files:
    """Add the generated pages."""
    for name, text in (("dictionary.md", tables_page()), ("flags.md", flags_page())):
        files.append(File.generated(config, name, content=text))
    return files


def tables_page() -> str:
    """The dictionary: with sample rows and counts of the latest release where there is one, else the registry alone."""
    try:
        release = catalog.find(Settings.from_env())
    except StoreError:
        empty = {name: TABLES[name].frame([]) for name in PUBLISHED}
        return dictionary.markdown("(none published yet)", empty, dict.fromkeys(PUBLISHED, 0))
    frames = {name: read_parquet(path) for name, path in release.tables.items() if name in TABLES}
    samples = {name: frame.head(dictionary.SAMPLE_ROWS) for name, frame in frames.items()}
    return dictionary.markdown(release.id, samples, {name: frame.height for name, frame in frames.items()})


def flags_page() -> str:
    """Every code that a report can carry: the section of the README."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    section = text.split("### Flags\n", 1)[1].split("\n## ", 1)[0]
    return f"# Flags\n{section}\n"
