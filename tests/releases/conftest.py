"""A small raw folder and one small table of every kind a release publishes, made with the registry."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
import pytest

from pipeline.releases.identity import Identity, identify
from pipeline.releases.publishing import Published, publish
from pipeline.releases.staging import stage
from pipeline.schema import Column
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.tables import PUBLISHED, TABLES

EXTRAS = {"checks/gate.json": b'[{"passed": true}]\n'}


def add_raw(raw: Path, name: str, text: str, published: str = "2026-03-01") -> Path:
    """A raw file with its sealed sidecar."""
    path = raw / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.with_name(path.name + ".meta.yaml").write_text(
        f"title: About {path.name}\nproducer: Someone\nsource: https://example.org/{path.name}\n"
        f"published: {published}\naccessed: 2026-09-30\nlicence: CC-BY-4.0\n"
        f"sha256: {hashlib.sha256(text.encode()).hexdigest()}\n"
    )
    return path


def value(column: Column, i: int) -> object:
    """A value the column's contract allows, different for different rows where it can be."""
    if column.allowed:
        return column.allowed[i % len(column.allowed)]
    if column.kind == "string":
        return f"{column.name} {i}"
    if column.kind == "int64":
        wanted = int(column.minimum or 0) + 100 + i
        return wanted if column.maximum is None else min(wanted, int(column.maximum))
    if column.kind == "float64":
        return (column.minimum or 0.0) + 0.25
    return dt.date(2026, 1, 1 + i) if column.kind == "date" else True


def sample(table: str, rows: int = 2) -> pl.DataFrame:
    """Rows that keep the table's contract; the last has a null wherever one is allowed."""
    return TABLES[table].frame(
        [
            {c.name: None if c.nullable and i == rows - 1 else value(c, i) for c in TABLES[table].columns}
            for i in range(rows)
        ]
    )


@dataclass
class World:
    """One raw and one processed folder, and the steps of a run over made-up tables."""

    settings: Settings

    def fill(self, **tables: pl.DataFrame) -> tuple[Identity, Store]:
        identity = identify(self.settings)
        store = Store(self.settings.processed, identity.fingerprint)
        for name in PUBLISHED:
            store.write(name, tables.get(name, sample(name)))
        return identity, store

    def stage(self, **tables: pl.DataFrame) -> tuple[Identity, Path]:
        identity, store = self.fill(**tables)
        return identity, stage(self.settings, identity, store, EXTRAS)

    def publish(self, **tables: pl.DataFrame) -> Published:
        identity, candidate = self.stage(**tables)
        return publish(self.settings, identity, candidate)

    def change_inputs(self, text: str) -> None:
        add_raw(self.settings.raw, "prices/sheet.csv", text)

    def at(self, processed: Path) -> World:
        return World(replace(self.settings, processed=processed))


@pytest.fixture
def world(tmp_path: Path) -> World:
    raw = tmp_path / "raw"
    add_raw(raw, "reports/one/report.md", "# A market\n")
    add_raw(raw, "prices/sheet.csv", "a,b\n1,2\n", published="2026-08-25")
    return World(Settings(raw=raw, processed=tmp_path / "processed"))
