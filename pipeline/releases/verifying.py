"""Whether a release is still what was published: every byte, schema, key, count and sum.

Belongs here: reading a release once and comparing it with its own descriptions. Does not belong here: whether the
numbers are right (contracts, sql/quality, the gate: they ran before it was published, and the hashes show that nothing
changed since).
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import polars as pl

from pipeline import queries
from pipeline.releases import datapackage, manifest
from pipeline.releases.catalog import Release
from pipeline.releases.content import content_sha256
from pipeline.releases.identity import fingerprint_of
from pipeline.settings import SQL

SUM_TOLERANCE = 1e-9
"""Relative; members are added up in floating point."""
_TYPES: dict[str, pl.DataType] = {
    "string": pl.String(),
    "integer": pl.Int64(),
    "number": pl.Float64(),
    "date": pl.Date(),
    "boolean": pl.Boolean(),
}


@dataclass
class Verdict:
    """What verifying found, and how much it looked at."""

    release_id: str
    damage: list[str] = field(default_factory=list)
    """One line each, starting with the file; empty for a release that is whole."""
    files: int = 0
    bytes: int = 0
    rows: int = 0
    sums: int = 0
    """Sums of members compared with their market; 0 where the release holds other tables than the check knows."""


def verify(release: Release) -> Verdict:
    """Read every file of a release, once, and compare it with the manifest and datapackage.json. Raises StoreError
    when the manifest itself cannot be read."""
    said = release.manifest()
    files, damage = manifest.standing(release.path, said)
    found = Verdict(release.id, _name_damage(release, said) + damage)
    texts = {file.path: _read(release, file, found) for file in files if file.rows is None}
    described = _descriptions(texts.get(datapackage.NAME), found)
    totals: dict[str, pl.DataFrame] = {}
    query = queries.parse(SQL / "gate" / "gate_totals.sql")
    for file in (f for f in files if f.rows is not None):
        name = file.path.removesuffix(".parquet")
        frame = _table(release, file, described.get(name), found)
        if frame is not None and name in query.inputs:
            totals[name] = frame
    _sums(query, totals, found)
    return found


def _name_damage(release: Release, said: manifest.Manifest) -> list[str]:
    """A manifest that is not of this id, which is a hash over what the manifest says the release is made of."""
    made_of = said.identity
    inputs = {entry["path"]: entry["sha256"] or entry["problem"] for entry in made_of["inputs"]}
    fingerprint = fingerprint_of(inputs, made_of["settings"], made_of["code"], made_of["versions"])
    if fingerprint != said.fingerprint or release.id != f"{made_of['as_of']}-{fingerprint[:12]}":
        return [f"{manifest.NAME}: what it says the release is made of gives {fingerprint[:12]}, not {release.id}"]
    return []


def _read(release: Release, file: manifest.File, found: Verdict) -> bytes | None:
    """A file's bytes, counted and compared; None when it is damaged."""
    try:
        data = (release.path / file.path).read_bytes()
    except OSError as error:
        found.damage += [manifest.unreadable(file, error)]
        return None
    found.files, found.bytes = found.files + 1, found.bytes + len(data)
    damage = manifest.file_damage(file, len(data), hashlib.sha256(data).hexdigest())
    found.damage += damage
    return None if damage else data


def _descriptions(data: bytes | None, found: Verdict) -> dict[str, Mapping[str, Any]]:
    """Schema of each table, from the release's own datapackage.json."""
    try:
        if data is not None:
            return {name: resource["schema"] for name, resource in datapackage.resources(data).items()}
        said = "is missing or damaged"
    except ValueError as error:
        said = str(error)
    found.damage += [f"{datapackage.NAME}: {said}; no table can be compared with its schema"]
    return {}


def _table(
    release: Release, file: manifest.File, schema: Mapping[str, Any] | None, found: Verdict
) -> pl.DataFrame | None:
    data = _read(release, file, found)
    if data is None:
        return None
    try:
        frame = pl.read_parquet(io.BytesIO(data))
    except pl.exceptions.PolarsError as error:
        found.damage += [f"{file.path}: is not parquet: {' '.join(str(error).split())}"]
        return None
    found.rows += frame.height
    damage = [] if schema is None else _schema_damage(frame, schema)
    if frame.height != file.rows:
        damage += [f"has {frame.height} rows, the manifest says {file.rows}"]
    if not damage and _content(frame) != file.content_sha256:
        damage += ["its content is not what the manifest says"]
    found.damage += [f"{file.path}: {line}" for line in damage]
    return frame


def _content(frame: pl.DataFrame) -> str | None:
    """None for columns of types that are never published: no manifest tells the hash of those."""
    try:
        return content_sha256(frame)
    except TypeError:
        return None


def _schema_damage(frame: pl.DataFrame, schema: Mapping[str, Any]) -> list[str]:
    wanted = {f["name"]: _TYPES.get(f["type"]) for f in schema["fields"]}
    if list(frame.columns) != list(wanted) or dict(frame.schema) != wanted:
        return [f"its columns are {dict(frame.schema)}, datapackage.json says {wanted}"]
    required = [f["name"] for f in schema["fields"] if f.get("constraints", {}).get("required")]
    lines = [f"{name} is empty in {n} rows" for name in required if (n := frame[name].null_count())]
    key = schema["primaryKey"]
    twins = frame.select(pl.struct(key).is_duplicated().sum()).item()
    return lines + ([f"its key {', '.join(key)} does not tell {twins} rows apart"] if twins else [])


def _sums(query: queries.Query, tables: Mapping[str, pl.DataFrame], found: Verdict) -> None:
    """Members add up to their market, in the values as read."""
    if set(query.inputs) - tables.keys():
        return
    with queries.connect() as con:
        for name, frame in tables.items():
            con.register(name, frame)
        try:
            rows = con.sql(query.text).fetchall()
        except duckdb.Error as error:
            found.damage += [f"sums of members cannot be taken: {' '.join(str(error).split())}"]
            return
    found.sums = len(rows)
    for *what, ratio in rows:
        if ratio is None or not abs(ratio - 1) <= SUM_TOLERANCE:  # NaN is not within it
            found.damage += [
                f"{what[0]}.parquet: members add up to {ratio} of the market ({', '.join(map(str, what[1:]))})"
            ]
