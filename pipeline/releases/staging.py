"""The candidate: a whole release, built aside, to be checked and then published or left alone.

Belongs here: gathering tables, descriptions and check results into one folder. Does not belong here: making it visible
(publishing.py), or judging it (contracts, sql/quality, the gate).
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipeline.errors import ContractError, StoreError
from pipeline.releases import datapackage, dictionary, manifest
from pipeline.releases.content import content_sha256
from pipeline.releases.identity import Identity
from pipeline.releases.lock import publisher
from pipeline.settings import Settings
from pipeline.store import WORK, Store, writing
from pipeline.tables import PUBLISHED, TABLES

CANDIDATES = "candidate"
MAKING = ".making"
_OURS = {manifest.NAME, datapackage.NAME, "dictionary.md"}


def candidates(settings: Settings) -> Path:
    """The folder that candidates stand in: on the same disk as releases, so that a rename publishes one."""
    return settings.processed / WORK / CANDIDATES


def candidate_path(settings: Settings, identity: Identity) -> Path:
    """Where the candidate of that identity stands, staged or not."""
    return candidates(settings) / identity.fingerprint[:16]


def stage(settings: Settings, identity: Identity, store: Store, extras: Mapping[str, bytes]) -> Path:
    """Build the whole candidate folder and return it; one left by an earlier run is replaced.

    `extras` are further files (check results, the brief) by path inside the release. Every published table must stand
    in `store`. Nothing in the candidate depends on when or where it was made. Only publishing has the disk hold it, and
    proves every byte before: what a power cut took until then is staged again. Raises StoreError (a table missing, disk
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
        data = source.read_bytes()  # once: parsed and hashed from memory
        frame = _frame(name, source, data)
        written = _take(folder, f"{name}.parquet", source, data)
        tables[name] = replace(written, rows=frame.height, content_sha256=content_sha256(frame))
        samples[name] = frame.head(dictionary.SAMPLE_ROWS)
    rows = {name: file.rows or 0 for name, file in tables.items()}
    texts = dict(extras)
    texts[datapackage.NAME] = manifest.json_bytes(datapackage.descriptor(identity, tables))
    texts["dictionary.md"] = dictionary.markdown(identity.release_id, samples, rows).encode()
    files = [*tables.values(), *(_write(folder, path, data) for path, data in texts.items())]
    # Last: a folder without a manifest is not a candidate, whatever else happened to be written.
    _write(folder, manifest.NAME, manifest.to_bytes(identity, files))


def _frame(name: str, source: Path, data: bytes) -> pl.DataFrame:
    try:
        frame = pl.read_parquet(data)
    except pl.exceptions.PolarsError as error:
        said = " ".join(str(error).split())
        raise StoreError(f"{source}: is not the parquet file that was handed over: {said}; make it again") from None
    if dict(frame.schema) != TABLES[name].schema or frame.columns != list(TABLES[name].column_names):
        raise ContractError(f"{name}: its file holds {dict(frame.schema)}, not the registry's columns; make it again")
    return frame


def _take(folder: Path, path: str, source: Path, data: bytes) -> manifest.File:
    """A file that was handed over, as a second name of it: it is on the disk already, and is replaced, never written
    to. Where the file system knows no second names, a copy."""
    try:
        (folder / path).hardlink_to(source)
    except OSError:
        return _write(folder, path, data)
    return manifest.File(path, len(data), hashlib.sha256(data).hexdigest())


def _write(folder: Path, path: str, data: bytes) -> manifest.File:
    """Write a file and say what it is."""
    place = folder / path
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(data)
    return manifest.File(path, len(data), hashlib.sha256(data).hexdigest())


def _refuse_paths(extras: Mapping[str, bytes]) -> None:
    for path in extras:
        if not manifest.is_inside(path) or "\\" in path:
            raise StoreError(f"{path!r}: is not a plain path inside a release")
        if path in _OURS or path.endswith(".parquet"):
            raise StoreError(f"{path}: is written by the release itself and cannot be given as an extra file")
