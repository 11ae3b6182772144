"""Finding published releases.

Belongs here: where releases stand, which is the latest, listing them. Does not belong here: making one
(publishing.py) or reading what is inside (manifest.py, query.py).
"""

from __future__ import annotations

import re
from contextlib import suppress
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
        todo = " (latest points to it: `pipeline run` mends that, or `pipeline rollback ID`)" if not release_id else ""
        raise StoreError(f"{settings.processed}: no release {wanted!r}{todo}; the newest there are: {there}")
    return release


def predecessor(settings: Settings) -> Release | None:
    """What a new release is compared with: the latest; the one made last where a hand has removed that; else None."""
    made = list_releases(settings)
    latest = latest_id(settings)
    return next((r for r in made if r.id == latest), made[-1] if made else None)


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


def held(settings: Settings) -> Release | None:
    """The release that `latest` is held at; None when it follows the newest. Raises StoreError when that one is gone:
    whoever held it there has to say what now."""
    wanted = pinned_id(settings)
    if wanted is None:
        return None
    release = next((r for r in list_releases(settings) if r.id == wanted), None)
    if release is None:
        raise StoreError(
            f"{settings.processed / PIN}: holds latest at {wanted!r}, which is gone; end the hold with "
            "`pipeline rollback --off`, or hold another with `pipeline rollback ID`"
        )
    return release


def made_ns(release: Release) -> int:
    """When a release was made, in nanoseconds since 1970 as the file system has it: its manifest is the last file
    written, and never again."""
    return (release.path / manifest.NAME).stat().st_mtime_ns


def list_releases(settings: Settings) -> list[Release]:
    """Every whole release, in the order they were made, oldest first."""
    found = []
    for path in settings.processed.glob(f"{PREFIX}*"):
        release = Release(path.name.removeprefix(PREFIX), release_path(settings, path.name.removeprefix(PREFIX)))
        if _ID.fullmatch(release.id) and (release.path / manifest.NAME).is_file():
            with suppress(FileNotFoundError):  # removed by `pipeline prune` meanwhile
                found.append((made_ns(release), release.id, release))
    return [release for *_, release in sorted(found, key=lambda entry: entry[:2])]
