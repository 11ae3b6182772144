"""Which releases stay, and which one `latest` points to.

Belongs here: removing old releases, holding `latest` at an older one and letting it go again. Does not belong here:
making a release (publishing.py).
"""

from __future__ import annotations

from pipeline.errors import StoreError
from pipeline.releases import catalog, database
from pipeline.releases.catalog import PIN, Release
from pipeline.releases.lock import publisher
from pipeline.releases.publishing import PRUNED, clean, refuse_damaged, remove, switch
from pipeline.settings import Settings
from pipeline.store import sync, write_bytes, writing


def removable(settings: Settings, keep: int) -> list[Release]:
    """Releases that are neither the latest, nor the one it is held at, nor among the `keep` made last; oldest first.
    Raises StoreError when `keep` is below 1, or no release is the latest (then nothing can be told)."""
    if keep < 1:
        raise StoreError(f"prune: --keep must be at least 1; got {keep}")
    stay = {catalog.find(settings).id, catalog.pinned_id(settings)}
    return [r for r in catalog.list_releases(settings)[:-keep] if r.id not in stay]


def prune(settings: Settings, keep: int) -> list[Release]:
    """Remove what `removable` names, and return it. market.duckdb forgets a release before its files go; a query
    that is still reading one of them fails, so prune when old releases have no readers. Raises StoreError."""
    with publisher(settings), writing(settings.processed):
        clean(settings)
        gone = removable(settings, keep)
        stay = [r for r in catalog.list_releases(settings) if r not in gone]
        if gone:
            database.rebuild(settings, catalog.find(settings), stay)
        for release in gone:
            # One rename takes it out whole; what a crash leaves of it is removed by the next run.
            aside = settings.processed / f"{PRUNED}{release.id}"
            release.path.rename(aside)
            sync(settings.processed)
            remove(aside)
    return gone


def hold(settings: Settings, release_id: str) -> Release:
    """Point `latest` at that release and keep it there, whatever is published, until `let_go`. Raises StoreError, also
    when the release is not whole."""
    with publisher(settings):
        release = catalog.find(settings, release_id)
        refuse_damaged(release)
        # First: a run between the two steps would else switch latest forward again.
        write_bytes(settings.processed / PIN, f"{release.id}\n".encode())
        switch(settings, release)
    return release


def let_go(settings: Settings) -> Release:
    """End the hold: `latest` points to the release made last. Raises StoreError when there is none or it is damaged."""
    with publisher(settings), writing(settings.processed):
        made = catalog.list_releases(settings)
        if not made:
            raise StoreError(f"{settings.processed}: holds no release yet; make one with `pipeline run`")
        refuse_damaged(made[-1])
        (settings.processed / PIN).unlink(missing_ok=True)
        switch(settings, made[-1])
    return made[-1]
