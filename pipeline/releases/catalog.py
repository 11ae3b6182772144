"""Finding published releases.

Belongs here: where releases stand, which is the latest, listing them. Does not belong here: making one
(publishing.py) or reading what is inside (manifest.py, query.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import StoreError
from pipeline.releases import manifest
from pipeline.settings import Settings

DATABASE = "market.duckdb"
LATEST = "latest"
PIN = "pinned"
"""File that holds the id `latest` stays at, while there is one (`pipeline rollback`)."""
PREFIX = "release="
_ID = re.compile(r"\d{4}-\d{2}-\d{2}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Release:
    """One published release: immutable, so its path stays good while `latest` moves on."""

    id: str
    path: Path

    @property
    def tables(self) -> dict[str, Path]:
        """Its tables' parquet files, by table name."""
        return {p.stem: p for p in sorted(self.path.glob("*.parquet"))}

    def manifest(self) -> manifest.Manifest:
        """What it is made of. Raises StoreError."""
        return manifest.read(self.path)


def release_path(settings: Settings, release_id: str) -> Path:
    """Where the release of that id stands, published or not. The folder keeps its name even where a link stands for
    it: the name is what tells the release."""
    return settings.processed.resolve() / f"{PREFIX}{release_id}"


def find(settings: Settings, release_id: str | None = None) -> Release:
    """The release of that id, or the latest. Raises StoreError when there is none, naming those there are."""
    wanted = latest_id(settings) if release_id is None else release_id
    if wanted is None:
        raise StoreError(f"{settings.processed}: holds no release yet; make one with `pipeline run`")
    release = Release(wanted, release_path(settings, wanted)) if _ID.fullmatch(wanted) else None
    if release is None or not (release.path / manifest.NAME).is_file():
        there = ", ".join(r.id for r in list_releases(settings)[-5:]) or "none"
        raise StoreError(f"{settings.processed}: no release {wanted!r}; the newest there are: {there}")
    return release


def latest_id(settings: Settings) -> str | None:
    """Id that `latest` points to, read once; None when nothing is published."""
    try:
        target = (settings.processed / LATEST).readlink().name
    except OSError:
        return None
    return target.removeprefix(PREFIX) if target.startswith(PREFIX) else None


def pinned_id(settings: Settings) -> str | None:
    """Id of the release that `latest` is held at; None when it follows the newest. Raises StoreError when the file
    cannot be read: to go on as if nothing were held would undo a rollback."""
    place = settings.processed / PIN
    try:
        return place.read_text(encoding="utf-8").strip()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"{place}: cannot be read: {error}; end the hold with `pipeline rollback --off`") from None


def list_releases(settings: Settings) -> list[Release]:
    """Every whole release, in the order they were made, oldest first."""
    found = []
    for path in settings.processed.glob(f"{PREFIX}*"):
        release_id = path.name.removeprefix(PREFIX)
        if _ID.fullmatch(release_id) and (path / manifest.NAME).is_file():
            # The manifest is the last file written, and never again: its time is when the release was made.
            found.append(
                ((path / manifest.NAME).stat().st_mtime_ns, Release(release_id, release_path(settings, release_id)))
            )
    return [release for _, release in sorted(found, key=lambda pair: (pair[0], pair[1].id))]
