"""market.duckdb: views over the releases' parquet files, for DuckDB users.

Belongs here: building that file aside and swapping it in. Does not belong here: data (views only: a reader of a
database file shuts out its writer, and nobody reads what is in a file that changes).
"""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import duckdb

from pipeline.releases.catalog import DATABASE, Release
from pipeline.settings import SQL, Settings
from pipeline.sqltext import identifier, literal
from pipeline.store import sync

ASIDE = f".{DATABASE}."
STORAGE_VERSION = "v1.2.0"
"""Oldest DuckDB whose users can open the file."""


def rebuild(settings: Settings, newest: Release, releases: list[Release]) -> Path:
    """Write market.duckdb anew: each table of `newest` under its own name, the star schema over them (sql/star), and
    each table of any of `releases` as `<table>_all_releases` with the column `release` in front. Views name immutable
    files by absolute path, so they work from any folder. Raises OSError or duckdb.Error; the file in place is then
    untouched."""
    place = settings.processed / DATABASE
    aside = settings.processed / f"{ASIDE}{os.getpid()}"
    try:
        with duckdb.connect(":memory:") as con:
            con.execute(f"attach {literal(str(aside))} as market (storage_version {literal(STORAGE_VERSION)})")
            for name, sql in _views(newest, releases).items():
                con.execute(f"create view market.{identifier(name)} as {sql}")
            for name, sql in _star(newest).items():
                # A release made by older code (`pipeline rollback`) may lack a column: then it has no such view.
                with contextlib.suppress(duckdb.BinderException):
                    con.execute(f"create view market.{identifier(name)} as {sql}")
            con.execute("detach market")
        sync(aside)
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)
        aside.with_name(aside.name + ".wal").unlink(missing_ok=True)
    return place


def _views(newest: Release, releases: list[Release]) -> dict[str, str]:
    views = {name: _select(path) for name, path in newest.tables.items()}
    held: dict[str, list[str]] = {}
    for release in releases:
        for name, path in release.tables.items():
            held.setdefault(name, []).append(_select(path, release.id))
    return views | {f"{name}_all_releases": " union all by name ".join(parts) for name, parts in held.items()}


def _star(newest: Release) -> dict[str, str]:
    """The views of sql/star whose tables the release holds. Each carries its scans with it, so that it works whatever
    name the database is attached under."""
    from pipeline import queries  # its parser takes a while to import, and only publishing needs it

    views = {}
    for path in sorted((SQL / "star").glob("*.sql")):
        query = queries.parse(path)
        if set(query.inputs) <= newest.tables.keys():
            scans = ", ".join(f"{identifier(n)} as ({_select(newest.tables[n])})" for n in query.inputs)
            views[query.name] = f"with {scans} select * from (\n{query.text}\n)"
    return views


def _select(path: Path, release_id: str | None = None) -> str:
    release = "" if release_id is None else f"{literal(release_id)} as release, "
    # Without the option every folder like `release=...` in the path becomes a column.
    return f"select {release}* from read_parquet({literal(str(path))}, hive_partitioning = false)"
