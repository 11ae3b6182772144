"""Making a candidate the latest release: complete or not at all.

Belongs here: the order of steps that makes it so, and cleaning up after runs that died in the middle. Does not belong
here: what a release contains (staging.py).

Order: prove the candidate, have the disk hold it (fsync), one rename, market.duckdb, `latest` last. A crash between any
two steps leaves either no new release or a whole one that `latest` does not point to yet; the next publish goes on from
there.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipeline.errors import StoreError
from pipeline.releases import catalog, database, manifest
from pipeline.releases.catalog import DATABASE, LATEST, PIN, PREFIX, Release
from pipeline.releases.identity import Identity, identify
from pipeline.releases.lock import WAIT_SECONDS, publisher
from pipeline.releases.staging import MAKING, candidates
from pipeline.settings import Settings
from pipeline.store import Store, sync, writing

KEEP_SECONDS = 86_400
"""How long tables that were handed over, and a candidate that was never published, are kept for whoever wants to see
what came of a run."""
PRUNED = ".pruned."
"""Prefix of a release that prune has taken out and not removed yet."""
_LATEST_ASIDE = f".{LATEST}."


@dataclass(frozen=True)
class Published:
    """What publishing came to."""

    release_id: str
    path: Path
    new: bool
    """False when these inputs had been published already, so that no file of a release was written."""
    held_at: str | None = None
    """Id that `latest` is held at by a rollback; None when it points to this release."""


def current(settings: Settings, identity: Identity) -> Published | None:
    """The release of this identity when it is whole, latest, and nothing is left to do; else None. Reads no data."""
    path = catalog.release_path(settings, identity.release_id)
    held = catalog.pinned_id(settings)
    done = catalog.latest_id(settings) == (held or identity.release_id) and (settings.processed / DATABASE).is_file()
    whole = done and (path / manifest.NAME).is_file()
    return Published(identity.release_id, path, new=False, held_at=held) if whole else None


def mend(settings: Settings) -> bool:
    """Build market.duckdb anew where it does not show every release, as after the folder was moved: its views name
    files by absolute path. Whether that was needed. Raises StoreError when no release is the latest."""
    needed = bool(database.damage(settings))
    if needed:
        with publisher(settings):
            switch(settings, catalog.find(settings))
    return needed


def publish(settings: Settings, identity: Identity, candidate: Path, *, wait: float = WAIT_SECONDS) -> Published:
    """Publish the staged candidate of this identity and make it the latest, unless a rollback holds `latest` elsewhere;
    a candidate not needed is removed.

    `wait`: seconds to wait for another publisher. Raises StoreError, with `latest` and every release as they were, when
    the candidate is damaged or made from other inputs, when the inputs or the code changed since the run began, when a
    release of this id is damaged or holds other tables, when the release that a rollback holds `latest` at is gone, and
    when the folder cannot be written or the disk is full.
    """
    with publisher(settings, wait):
        place = catalog.release_path(settings, identity.release_id)
        held = catalog.held(settings)
        with writing(place):
            clean(settings)
            Store(settings.processed, identity.fingerprint).discard_others(KEEP_SECONDS)
            _prove(identity, candidate)
            new = not (place / manifest.NAME).is_file()
            if new:
                _prove_unchanged(settings, identity)
                _move(settings, candidate, place)
            else:
                _refuse_other_tables(place, candidate)
                refuse_damaged(Release(identity.release_id, place))
                shutil.rmtree(candidate)
        switch(settings, held or Release(identity.release_id, place))
    return Published(identity.release_id, place, new, held.id if held else None)


def refuse_damaged(release: Release) -> None:
    """Raises StoreError where a release is not what was published, so that `latest` never goes to it."""
    damage = manifest.damage(release.path, release.manifest())
    if damage:
        raise StoreError(f"{release.path}: is damaged: {damage[0]}; latest stays; see `pipeline verify {release.id}`")


def _prove(identity: Identity, candidate: Path) -> None:
    said = manifest.read(candidate)
    if said.fingerprint != identity.fingerprint or said.release_id != identity.release_id:
        raise StoreError(f"{candidate}: was made from other inputs ({said.release_id}); stage it again")
    damage = manifest.damage(candidate, said)
    if damage:
        more = f" (and {len(damage) - 1} more)" if len(damage) > 1 else ""
        raise StoreError(f"{candidate}: is damaged: {damage[0]}{more}; nothing was published, stage it again")


def _prove_unchanged(settings: Settings, identity: Identity) -> None:
    if identify(settings).fingerprint != identity.fingerprint:
        raise StoreError(f"{settings.raw}: inputs or code changed during the run; nothing was published, run it again")


def _refuse_other_tables(place: Path, candidate: Path) -> None:
    """The id promises the tables' content. Check results may differ: they compare with what was latest at the time."""
    there, here = manifest.read(place).tables, manifest.read(candidate).tables
    other = sorted(n for n in there.keys() | here.keys() if _content(there.get(n)) != _content(here.get(n)))
    if other:
        raise StoreError(
            f"{place}: is published already but with other content in {', '.join(other)}; something outside inputs, "
            "settings, code and versions moved it: find out what before trusting either"
        )


def _content(file: manifest.File | None) -> str | None:
    return None if file is None else file.content_sha256


def _move(settings: Settings, candidate: Path, place: Path) -> None:
    """Make the disk hold the candidate, protect its files from writing, and rename it to its release."""
    shutil.rmtree(place, ignore_errors=True)  # a folder without a manifest is no release
    # Releases are ordered by these times, so a clock that was set back must not put a new one before an old one.
    made = max([time.time_ns(), *(catalog.made_ns(r) + 1 for r in catalog.list_releases(settings))])
    os.utime(candidate / manifest.NAME, ns=(made, made))
    folders = [candidate]
    for inside in candidate.rglob("*"):
        if inside.is_dir():
            folders.append(inside)
            continue
        sync(inside)
        inside.chmod(0o444)
    for folder in folders:
        sync(folder)
    candidate.rename(place)
    sync(place.parent)


def switch(settings: Settings, release: Release) -> None:
    """Point market.duckdb, then `latest`, at a whole release. The caller holds the lock. Raises StoreError."""
    aside = settings.processed / f"{_LATEST_ASIDE}{os.getpid()}"
    try:
        database.rebuild(settings, release, catalog.list_releases(settings))
        if catalog.latest_id(settings) != release.id:
            aside.symlink_to(f"{PREFIX}{release.id}", target_is_directory=True)
            aside.replace(settings.processed / LATEST)
        sync(settings.processed)
    except (OSError, duckdb.Error) as error:
        raise StoreError(
            f"{release.path}: is whole, but latest still points to {catalog.latest_id(settings)}: "
            f"{' '.join(str(error).split())}; free space or fix the permissions and run again"
        ) from None
    finally:
        with contextlib.suppress(OSError):
            aside.unlink(missing_ok=True)


def remove(place: Path) -> None:
    """Remove a folder; of one that somebody keeps elsewhere and has linked to, the link."""
    if place.is_symlink():
        place.unlink()
    else:
        shutil.rmtree(place)


def clean(settings: Settings) -> None:
    """Remove what runs that died left behind. The caller holds the lock: nobody else is making any of it."""
    shutil.rmtree(candidates(settings) / MAKING, ignore_errors=True)
    for left in settings.processed.glob(f"{PRUNED}*"):
        remove(left)
    for aside in (database.ASIDE, _LATEST_ASIDE, f".{PIN}."):
        for left in settings.processed.glob(f"{aside}*"):
            left.unlink()
    for old in candidates(settings).glob("*"):
        if time.time() - old.stat().st_mtime > KEEP_SECONDS:
            shutil.rmtree(old)
