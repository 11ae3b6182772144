"""Candidates of a few tables, made without the checks of staging: to publish many or large releases quickly."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pipeline.releases import manifest
from pipeline.releases.identity import Identity
from pipeline.releases.staging import candidate_path
from pipeline.settings import Settings


def fabricate(settings: Settings, identity: Identity, tables: Mapping[str, pl.DataFrame]) -> Path:
    """A candidate folder that holds those tables and a manifest that is true of them."""
    place = candidate_path(settings, identity)
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    files = []
    for name, frame in tables.items():
        path = place / f"{name}.parquet"
        frame.write_parquet(path)
        files.append(manifest.File(path.name, path.stat().st_size, manifest.file_sha256(path), frame.height))
    (place / manifest.NAME).write_bytes(manifest.to_bytes(identity, files))
    return place
