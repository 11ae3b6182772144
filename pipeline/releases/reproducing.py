"""Making a release again from what its manifest says it was made of, and comparing the two.

Belongs here: gathering those inputs, running the job in a scratch folder, naming what came out differently. Does not
belong here: making a release (the job itself is run, as `pipeline run` does).
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pipeline import raw
from pipeline.errors import StoreError
from pipeline.releases import catalog, manifest
from pipeline.releases.catalog import LATEST, PREFIX, Release
from pipeline.releases.changes import describe_column, describe_rows, headline
from pipeline.releases.compare import causes, compare, side
from pipeline.settings import ROOT, Settings
from pipeline.store import write_bytes

CHANGES = "changes.json"
"""Changes since the release that was latest when this one was made: that one's id is needed to make it again."""
_COMPARED_WITH_IT = (CHANGES, "brief.html", "checks/gate.json", "checks/index.html")
_VERSIONS_TRIED = 500


@dataclass(frozen=True)
class Reproduction:
    """What came of making a release again."""

    release_id: str
    rebuilt_id: str
    unlike: str
    """What this machine has other than the release was made with (code, libraries, settings); empty when nothing."""
    compared: int
    """Files compared by their bytes; tables by their content where `unlike` says something."""
    differences: tuple[str, ...]
    """One line each; empty when the release was reproduced."""
    not_compared: tuple[str, ...]
    """Files that tell of a release which is gone, so that they cannot be made again."""


def reproduce(settings: Settings, release_id: str, scratch: Path) -> Reproduction:
    """Make that release again below `scratch`, an empty folder, and compare. Takes as long as a run.

    Raises StoreError when an input of that content is found neither in data/raw nor in its version history, or when the
    run publishes nothing.
    """
    release = catalog.find(settings, release_id)
    said = release.manifest()
    here = Settings(raw=scratch / "raw", processed=scratch / "processed")
    for entry in said.identity["inputs"]:
        write_bytes(here.raw / entry["path"], _content(settings.raw, entry["path"], entry["sha256"]))
    whole = _offer_previous(settings, release, here)
    rebuilt = _run(here, said)
    return _compare(release, rebuilt, () if whole else tuple(p for p in _COMPARED_WITH_IT if p in said.files))


def _content(folder: Path, path: str, digest: str | None) -> bytes:
    """The bytes of an input: as they stand, under another name, or in an earlier version of the file."""
    if digest is None:
        raise StoreError(f"{path}: could not be read when the release was made, so it cannot be made again")
    for data in _versions(folder, path):
        if raw.sha256(data) == digest:
            return data
    raise StoreError(
        f"{folder / path}: no version of it has the sha256 {digest} that the release was made from; put that one back"
    )


def _versions(folder: Path, path: str) -> Iterator[bytes]:
    """What an input may have been: the file itself first, then the other files there, then git's versions of it."""
    place = folder / path
    if place.is_file():
        yield place.read_bytes()
    for other in raw.every_file(folder):
        if other != place and other.suffix == place.suffix:
            yield other.read_bytes()
    git = shutil.which("git")
    if git is None:
        return
    log = [git, "-C", str(folder), "log", "--all", "--format=%H", f"-{_VERSIONS_TRIED}", "--", path]
    listed = subprocess.run(log, capture_output=True, text=True, check=False)  # noqa: S603  our own arguments
    for commit in listed.stdout.split():
        show = [git, "-C", str(folder), "show", f"{commit}:./{path}"]
        found = subprocess.run(show, capture_output=True, check=False)  # noqa: S603
        if found.returncode == 0:
            yield found.stdout


def _offer_previous(settings: Settings, release: Release, here: Settings) -> bool:
    """Let the run see the release that was latest then. False when there was one and it is gone."""
    place = release.path / CHANGES
    try:
        before = str(json.loads(place.read_bytes())["before"])
    except FileNotFoundError:
        return True
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{place}: cannot be read: {error}; see `pipeline verify {release.id}`") from None
    if before not in {r.id for r in catalog.list_releases(settings)}:
        return False
    here.processed.mkdir(parents=True, exist_ok=True)
    (here.processed / f"{PREFIX}{before}").symlink_to(catalog.find(settings, before).path)
    (here.processed / LATEST).symlink_to(f"{PREFIX}{before}")
    return True


def _run(here: Settings, said: manifest.Manifest) -> Release:
    """Run the job as a user would, in a process of its own: nothing of this one's settings or history reaches it."""
    environment = {k: v for k, v in os.environ.items() if k != "DAGSTER_HOME" and not k.startswith("PIPELINE_")}
    environment["PIPELINE_DRAWS"] = str(said.identity["settings"]["draws"])
    command = [sys.executable, "-m", "pipeline.cli", "run", "--raw", str(here.raw), "--processed", str(here.processed)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT, check=False)  # noqa: S603
    if done.returncode:
        why = " ".join(done.stderr.strip().splitlines()[-3:])
        raise StoreError(f"{said.release_id}: making it again published nothing: {why}")
    return catalog.find(here)


def _compare(release: Release, rebuilt: Release, skipped: tuple[str, ...]) -> Reproduction:
    was, now = release.manifest(), rebuilt.manifest()
    found = causes(was.identity, now.identity)
    unlike = "" if was.fingerprint == now.fingerprint else headline(found)
    if unlike:
        lines, compared = _content_differences(release, rebuilt), len(was.tables)
    else:
        paths = sorted((was.files.keys() | now.files.keys()) - set(skipped))
        other = [p for p in paths if was.files.get(p) != now.files.get(p)]
        lines, compared = [f"{p}: other bytes" for p in other], len(paths)
        lines += _content_differences(release, rebuilt) if other else []
    return Reproduction(release.id, rebuilt.id, unlike, compared, tuple(lines), skipped)


def _content_differences(release: Release, rebuilt: Release) -> list[str]:
    """Tables whose content differs, each with its first differing column."""
    lines = []
    for change in compare(side(release), side(rebuilt)).tables:
        first = f"; {describe_column(change.columns[0])}" if change.columns else ""
        lines.append(f"{change.table}: {describe_rows(change)}{first}")
    return lines
