"""What `pipeline releases` shows of each release, from manifests and check results alone.

Belongs here: gathering and laying out that list. Does not belong here: reading any table.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from pipeline.errors import StoreError
from pipeline.releases import catalog, manifest
from pipeline.releases.catalog import Release
from pipeline.releases.changes import headline
from pipeline.releases.compare import causes
from pipeline.settings import Settings


@dataclass(frozen=True)
class Listed:
    """One release, as listed."""

    release_id: str
    as_of: str
    made: str
    """UTC, to the second, from the file system: nothing in a release says when it was made."""
    changed: str
    """What it is made of differently from the one made before it."""
    tables: int
    rows: int
    bytes: int
    checks: str
    """Passed of all, as the release recorded them."""
    is_latest: bool
    is_held: bool
    """Whether a rollback keeps `latest` here."""

    def to_json(self) -> dict[str, object]:
        """Plain values, in a stable order."""
        return asdict(self)


def list_all(settings: Settings) -> list[Listed]:
    """Every release, oldest first; one whose manifest or check results cannot be read is listed as damaged."""
    latest, held = catalog.latest_id(settings), catalog.pinned_id(settings)
    listed, before = [], None
    for release in catalog.list_releases(settings):
        made = dt.datetime.fromtimestamp(catalog.made_ns(release) // 10**9, dt.UTC).strftime("%Y-%m-%d %H:%M:%S")
        where = {"is_latest": release.id == latest, "is_held": release.id == held}
        try:
            said, checks = release.manifest(), _checks(release)
        except StoreError:
            changed = f"damaged: see `pipeline verify {release.id}`"
            listed.append(Listed(release.id, release.id[:10], made, changed, 0, 0, 0, "unknown", **where))
            continue
        if before is None:
            changed = "unknown: those before are damaged" if listed else "none before it"
        else:
            changed = headline(causes(before.identity, said.identity))
        rows = sum(f.rows or 0 for f in said.files.values())
        size = sum(f.bytes for f in said.files.values()) + (release.path / manifest.NAME).stat().st_size
        as_of = str(said.identity["as_of"])
        listed.append(Listed(release.id, as_of, made, changed, len(said.tables), rows, size, checks, **where))
        before = said
    return listed


def text(listed: Sequence[Listed]) -> str:
    """The list, newest first, with `*` at the latest and `held` where a rollback keeps it."""
    lines = [f"  {'release':<24}{'made (UTC)':<21}{'size':>9}{'rows':>11}  {'checks':<9}changed since the one before"]
    for one in reversed(listed):
        mark = "*" if one.is_latest else " "
        size = f"{one.bytes / 1e6:.1f} MB"
        held = "  (held here by a rollback)" if one.is_held else ""
        lines.append(
            f"{mark} {one.release_id:<24}{one.made:<21}{size:>9}{one.rows:>11,}  {one.checks:<9}{one.changed}{held}"
        )
    there = any(one.is_latest for one in listed)
    gone = "latest points to a release that is gone: `pipeline run` mends that, or `pipeline rollback ID`"
    return "\n".join([*lines, "", "* is the latest" if there else gone])


def _checks(release: Release) -> str:
    results: list[bool] = []
    for name in ("checks/quality.json", "checks/gate.json"):
        try:
            results += [bool(found["passed"]) for found in json.loads((release.path / name).read_bytes())]
        except FileNotFoundError:
            continue
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise StoreError(f"{release.path / name}: cannot be read: {error}; see `pipeline verify`") from None
    return f"{sum(results)}/{len(results)}" if results else "none"
