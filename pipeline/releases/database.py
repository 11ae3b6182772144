"""market.duckdb: views over the releases' parquet files, for DuckDB users.

Belongs here: building that file aside and swapping it in, and telling what is wrong with it. Does not belong here: data
(views only: a reader of a database file shuts out its writer, and nobody reads what is in a file that changes).
"""

from __future__ import annotations

import contextlib
import os
import re
from pathlib import Path
from typing import TypeAlias

import duckdb

from pipeline.errors import StoreError
from pipeline.releases import catalog, datapackage
from pipeline.releases.catalog import DATABASE, PREFIX, Release
from pipeline.settings import SQL, Settings
from pipeline.sqltext import identifier, literal
from pipeline.store import sync

ASIDE = f".{DATABASE}."
ALL = "_all_releases"
STORAGE_VERSION = "v1.2.0"
"""Oldest DuckDB whose users can open the file."""
_FILE = "file?"
Columns: TypeAlias = tuple[object, ...]


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
            # A release made by older code (`pipeline rollback`) may lack a column: then it has no such view.
            star = {n: sql for n, sql in _star(newest).items() if _answers(con, sql, duckdb.BinderException)}
            every = {f"{n}{ALL}": sql for n, sql in _all_releases(con, newest, releases).items()}
            con.execute("begin")  # one write of the file for all, instead of one for each view
            for name, sql in (_views(newest) | star | every).items():
                con.execute(f"create view market.{identifier(name)} as {sql}")
            con.execute("commit")
            con.execute("detach market")
        sync(aside)
        aside.replace(place)
    finally:
        aside.unlink(missing_ok=True)
        aside.with_name(aside.name + ".wal").unlink(missing_ok=True)
    return place


def damage(settings: Settings) -> list[str]:
    """What is wrong with market.duckdb, one line each: views that cannot be read, or that do not show every release
    there is. Raises StoreError when no release is the latest."""
    place = settings.processed / DATABASE
    try:
        with duckdb.connect(str(place), read_only=True) as con:
            said = con.execute("select view_name, sql from duckdb_views() where not internal").fetchall()
            for name, _ in said:
                con.execute(f"select * from {identifier(name)} limit 0").fetchall()
    except duckdb.Error as error:
        return [f"{DATABASE}: {' '.join(str(error).split())}; `pipeline run` builds it anew"]
    files = {name: {p.replace("''", "'") for p in re.findall(r"'((?:[^']|'')*\.parquet)'", sql)} for name, sql in said}
    gone = {Path(path).parent for paths in files.values() for path in paths if not Path(path).is_file()}
    lines = [f"{DATABASE}: names files of {folder} that are gone" for folder in sorted(gone)]
    latest = catalog.find(settings)
    views = [(latest, name, path) for name, path in latest.tables.items()]
    views += [(r, f"{n}{ALL}", path) for r in catalog.list_releases(settings) for n, path in r.tables.items()]
    missing: dict[str, list[str]] = {}
    for release, view, path in views:
        if str(path) not in files.get(view, ()):
            missing.setdefault(release.id, []).append(view)
    return lines + [
        f"{DATABASE}: does not show release {release_id} in {names[0]}"
        + (f" and {len(names) - 1} more views" if len(names) > 1 else "")
        for release_id, names in missing.items()
    ]


def _views(newest: Release) -> dict[str, str]:
    return {name: f"select * from {_scan(path)}" for name, path in newest.tables.items()}


def _all_releases(con: duckdb.DuckDBPyConnection, newest: Release, releases: list[Release]) -> dict[str, str]:
    """By table, the rows of all releases that hold it: one scan for those with the same columns, of whose files DuckDB
    then opens only the first, so that publishing does not take longer with every release there is. Columns stand as in
    the newest release; what a release lacks is null."""
    groups: dict[str, dict[Columns, list[Path]]] = {}
    for release in [newest, *(r for r in reversed(releases) if r.id != newest.id)]:
        described = _columns(release)
        for name, path in release.tables.items():
            groups.setdefault(name, {}).setdefault(described.get(name, (str(path),)), []).append(path)
    selects = {name: [_labelled(paths) for paths in by_columns.values()] for name, by_columns in groups.items()}
    return {name: " union all by name ".join(_readable(con, parts)) for name, parts in selects.items()}


def _columns(release: Release) -> dict[str, Columns]:
    """Names and types of the columns of each table, as far as the release can tell."""
    with contextlib.suppress(StoreError):
        tables = datapackage.read(release.path)
        return {n: tuple((f["name"], f["type"]) for f in t["schema"]["fields"]) for n, t in tables.items()}
    return {}


def _labelled(paths: list[Path]) -> str:
    """Files of the same columns, each row with the release that it is from, which only its path tells."""
    said = f"regexp_extract({identifier(_FILE)}, '{PREFIX}([^/]*)/[^/]*$', 1)"
    return f"select {said} as release, * exclude ({identifier(_FILE)}) from {_scan(*paths, file_column=_FILE)}"


def _readable(con: duckdb.DuckDBPyConnection, selects: list[str]) -> list[str]:
    """All but those whose first file is damaged or gone: an old release must not stand in the way of a new one. What is
    left out `pipeline verify ID` names. The first is of the newest release, which has just been proven."""
    return selects[:1] + [select for select in selects[1:] if _answers(con, select, duckdb.Error)]


def _answers(con: duckdb.DuckDBPyConnection, select: str, failing: type[duckdb.Error]) -> bool:
    """Whether a query runs, or fails with an error of that kind."""
    try:
        con.execute(f"select * from ({select}) limit 0").fetchall()
    except failing:
        return False
    return True


def _star(newest: Release) -> dict[str, str]:
    """The views of sql/star whose tables the release holds. Each carries its scans with it, so that it works whatever
    name the database is attached under."""
    from pipeline import queries  # its parser takes a while to import, and only publishing needs it

    views = {}
    for path in sorted((SQL / "star").glob("*.sql")):
        query = queries.parse(path)
        if set(query.inputs) <= newest.tables.keys():
            scans = ", ".join(f"{identifier(n)} as (from {_scan(newest.tables[n])})" for n in query.inputs)
            views[query.name] = f"with {scans} select * from (\n{query.text}\n)"
    return views


def _scan(*paths: Path, file_column: str | None = None) -> str:
    """The rows of parquet files. Without the option every folder like `release=...` in a path becomes a column."""
    listed = ", ".join(literal(str(path)) for path in paths)
    named = "" if file_column is None else f", filename = {literal(file_column)}"
    return f"read_parquet([{listed}], hive_partitioning = false{named})"
