"""The candidate: a whole release, built aside, to be checked and then published or left alone.

Belongs here: gathering tables, descriptions and check results into one folder. Does not belong here: making it visible
(publishing.py), or judging it (contracts, sql/quality, the gate).
"""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import polars as pl

from pipeline.errors import ContractError, StoreError
from pipeline.releases import datapackage, dictionary, manifest
from pipeline.releases.content import content_sha256
from pipeline.releases.identity import Identity
from pipeline.releases.lock import publisher
from pipeline.settings import Settings
from pipeline.store import WORK, Store, read_parquet, sync, writing
from pipeline.tables import PUBLISHED, TABLES

CANDIDATES = "candidate"
MAKING = ".making"
_OURS = {manifest.NAME, "datapackage.json", "dictionary.md"}


def candidates(settings: Settings) -> Path:
    """The folder that candidates stand in: on the same disk as releases, so that a rename publishes one."""
    return settings.processed / WORK / CANDIDATES


def candidate_path(settings: Settings, identity: Identity) -> Path:
    """Where the candidate of that identity stands, staged or not."""
    return candidates(settings) / identity.fingerprint[:16]


def stage(settings: Settings, identity: Identity, store: Store, extras: Mapping[str, bytes]) -> Path:
    """Build the whole candidate folder and return it; one left by an earlier run is replaced.

    `extras` are further files (check results, the brief) by path inside the release. Every published table must stand
    in `store`. Nothing in the candidate depends on when or where it was made. Raises StoreError (a table missing, disk
    full, folder not writable, a bad path in `extras`) or ContractError (a table that is not as registered).
    """
    sources = {name: store.existing(name) for name in PUBLISHED}
    _refuse_paths(extras)
    place = candidate_path(settings, identity)
    making = candidates(settings) / MAKING
    with publisher(settings), writing(place):
        shutil.rmtree(making, ignore_errors=True)
        making.mkdir(parents=True)
        try:
            _build(making, identity, sources, extras)
            shutil.rmtree(place, ignore_errors=True)
            making.rename(place)
        finally:
            shutil.rmtree(making, ignore_errors=True)
    return place


def _build(folder: Path, identity: Identity, sources: Mapping[str, Path], extras: Mapping[str, bytes]) -> None:
    tables, samples = {}, {}
    for name, source in sources.items():
        place = folder / f"{name}.parquet"
        shutil.copyfile(source, place)
        sync(place)
        frame = _read(name, place)
        tables[name] = _entry(folder, place, frame)
        samples[name] = frame.head(dictionary.SAMPLE_ROWS)
    rows = {name: file.rows or 0 for name, file in tables.items()}
    written = dict(extras)
    written["datapackage.json"] = manifest.json_bytes(datapackage.descriptor(identity, tables))
    written["dictionary.md"] = dictionary.markdown(identity.release_id, samples, rows).encode()
    files = [*tables.values(), *(_write(folder, path, data) for path, data in written.items())]
    # Last: a folder without a manifest is not a candidate, whatever else happened to be written.
    _write(folder, manifest.NAME, manifest.to_bytes(identity, files))
    for inside in {f.parent for f in folder.rglob("*")}:
        sync(inside)


def _read(name: str, place: Path) -> pl.DataFrame:
    frame = read_parquet(place)
    if dict(frame.schema) != TABLES[name].schema or frame.columns != list(TABLES[name].column_names):
        raise ContractError(f"{name}: its file holds {dict(frame.schema)}, not the registry's columns; make it again")
    return frame


def _write(folder: Path, path: str, data: bytes) -> manifest.File:
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    sync(place)
    return _entry(folder, place)


def _entry(folder: Path, place: Path, frame: pl.DataFrame | None = None) -> manifest.File:
    path, size = place.relative_to(folder).as_posix(), place.stat().st_size
    digest = manifest.file_sha256(place)
    if frame is None:
        return manifest.File(path, size, digest)
    return manifest.File(path, size, digest, frame.height, content_sha256(frame))


def _refuse_paths(extras: Mapping[str, bytes]) -> None:
    for path in extras:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or pure.as_posix() != path or "\\" in path or path == ".":
            raise StoreError(f"{path!r}: is not a plain path inside a release")
        if path in _OURS or pure.suffix == ".parquet":
            raise StoreError(f"{path}: is written by the release itself and cannot be given as an extra file")
