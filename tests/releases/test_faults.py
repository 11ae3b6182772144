"""What happens when the disk does not play along. Real disks: a small tmpfs, a read-only mount."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.errors import StoreError
from pipeline.releases import manifest
from pipeline.releases.catalog import find, list_releases
from pipeline.releases.identity import Identity
from pipeline.releases.publishing import publish
from pipeline.releases.staging import candidate_path, stage
from pipeline.store import Store, read_parquet
from tests.releases.conftest import EXTRAS, World
from tests.releases.test_publishing import hidden, standing


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"needs the right to mount a small disk: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


def leave_free(place: Path, kilobytes: int) -> Path:
    """Fill the disk up to so much free space."""
    filler = place / "filler"
    free = shutil.disk_usage(place).free - kilobytes * 1024
    with filler.open("wb") as file:
        os.posix_fallocate(file.fileno(), 0, max(free, 1))
    return filler


def attempt(world: World, identity: Identity, store: Store) -> str:
    """What a run on this disk says when it fails; empty when it publishes."""
    try:
        publish(world.settings, identity, stage(world.settings, identity, store, EXTRAS))
    except StoreError as error:
        return str(error)
    return ""


def test_a_disk_that_fills_up_at_any_point_leaves_releases_and_latest_as_they_were(world: World, disk: Path) -> None:
    world = world.at(disk / "processed")
    world.publish()
    world.change_inputs("a,b\n5,6\n")
    identity, store = world.fill()
    before, said = standing(world.settings.processed), []
    for free in range(0, 4096, 16):
        filler = leave_free(disk, free)
        said.append(attempt(world, identity, store))
        filler.unlink()
        for release in list_releases(world.settings):
            assert manifest.damage(release.path, release.manifest()) == []
        if not said[-1]:
            break
        after = standing(world.settings.processed)
        # The new release may stand whole already when the last step, the switch, finds no room.
        new = after.pop(f"release={identity.release_id}", None)
        assert after == before
        assert new is None or "latest still points to" in said[-1]
        assert "\n" not in said[-1]
    assert said[-1] == ""
    # Fewer would mean that the disk was never full in the middle of things.
    assert len(said) >= 5
    assert find(world.settings).id == identity.release_id
    assert hidden(world.settings.processed) == []


def test_a_folder_that_cannot_be_written_is_one_line(world: World, disk: Path) -> None:
    world = world.at(disk / "processed")
    world.publish()
    world.change_inputs("a,b\n5,6\n")
    identity, store = world.fill()
    before = standing(world.settings.processed)
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    place = candidate_path(world.settings, identity)
    for step in (
        lambda: stage(world.settings, identity, store, EXTRAS),
        lambda: publish(world.settings, identity, place),
    ):
        with pytest.raises(StoreError, match=r"[Rr]ead-only") as refused:
            step()
        assert "\n" not in str(refused.value)
    assert standing(world.settings.processed) == before
    assert read_parquet(find(world.settings).tables["reports"]).height == 2


def test_a_processed_folder_that_is_a_file_is_one_line(world: World, tmp_path: Path) -> None:
    identity, store = world.fill()
    (tmp_path / "file").write_text("x")
    with pytest.raises(StoreError, match="cannot be written"):
        stage(world.at(tmp_path / "file").settings, identity, store, EXTRAS)
