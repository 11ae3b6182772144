"""Folders that somebody else wrote to: nothing outside a release is read or written, and each refusal is one line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import PipelineError, StoreError
from pipeline.releases import manifest
from pipeline.releases.catalog import find
from pipeline.releases.listing import list_all
from pipeline.releases.publishing import switch
from pipeline.releases.reproducing import reproduce
from pipeline.releases.verifying import verify
from tests.releases.conftest import World


def rewrite(world: World, change: Callable[[dict[str, Any]], object]) -> None:
    place = find(world.settings).path / "manifest.json"
    place.chmod(0o644)
    said = json.loads(place.read_text())
    change(said)
    place.write_text(json.dumps(said))


def set_path(part: str, path: object) -> Callable[[dict[str, Any]], object]:
    return lambda said: said[part][0].update(path=path)


SPOILED: dict[str, Callable[[dict[str, Any]], object]] = {
    "a file above": set_path("files", "../../raw/prices/sheet.csv"),
    "a file by its full path": set_path("files", "/dev/zero"),
    "a file with a hole in its name": set_path("files", "a\0b"),
    "a file that is no text": set_path("files", 7),
    "an input above": set_path("inputs", "../../escaped.csv"),
    "an input by its full path": set_path("inputs", "/escaped.csv"),
    "an input that is no text": set_path("inputs", ["x"]),
    "a size that is no number": lambda said: said["files"][0].update(bytes="many"),
    "a file twice": lambda said: said["files"].append(said["files"][0]),
    "no files": lambda said: said.pop("files"),
    "files that are no list": lambda said: said.update(files=3),
    "no day": lambda said: said.update(as_of=None),
    "settings that are a list": lambda said: said.update(settings=[]),
    "more than a manifest holds": lambda said: said["files"][0].update(more=1),
    "another format": lambda said: said.update(manifest_format=99),
}


@pytest.mark.parametrize("spoiled", SPOILED)
def test_a_spoiled_manifest_is_refused_in_one_line_by_everything_that_reads_it(
    world: World, spoiled: str, tmp_path: Path
) -> None:
    made = world.publish().release_id
    rewrite(world, SPOILED[spoiled])
    for ask in (
        lambda: verify(find(world.settings)),
        lambda: reproduce(world.settings, made, tmp_path / "scratch"),
    ):
        with pytest.raises(StoreError, match=r"manifest\.json: (is not a manifest|written by another)") as refused:
            ask()
        assert "\n" not in str(refused.value)
    assert not list(tmp_path.rglob("escaped.csv"))
    assert not Path("/escaped.csv").exists()
    [listed] = list_all(world.settings)
    assert (listed.release_id, listed.changed) == (made, f"damaged: see `pipeline verify {made}`")


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"manifest_format": 1}'])
def test_a_manifest_that_is_cut_or_something_else_is_refused(world: World, data: bytes) -> None:
    first = world.publish().release_id
    world.change_inputs("a,b\n5,6\n")
    world.publish()
    place = find(world.settings, first).path / "manifest.json"
    place.chmod(0o644)
    place.write_bytes(data)
    with pytest.raises(StoreError, match=r"manifest\.json: is not a manifest"):
        verify(find(world.settings, first))
    assert {one.changed.split(":")[0] for one in list_all(world.settings)} == {"damaged", "none before it"}


def test_pipes_and_links_in_a_release_are_named_and_never_opened(world: World, tmp_path: Path) -> None:
    """A pipe would make the reader wait for ever; a link would read another file in the release's name."""
    world.publish()
    release = find(world.settings)
    (release.path / "claims.parquet").unlink()
    os.mkfifo(release.path / "claims.parquet")
    (release.path / "checks" / "gate.json").unlink()
    (release.path / "checks").rmdir()
    (release.path / "checks").symlink_to(tmp_path)
    (tmp_path / "gate.json").write_bytes(b"not this one")
    damage = verify(release).damage
    assert damage == manifest.damage(release.path, release.manifest())
    assert damage == ["checks: not in the manifest", "claims.parquet: is not a plain file", "checks/gate.json: missing"]


@pytest.mark.parametrize("words", ["[]", "{}", '{"resources": [{"name": "claims"}]}', "[" * 99_999, "\0"])
def test_a_spoiled_description_is_damage_and_no_traceback(world: World, words: str) -> None:
    first = world.publish().release_id
    place = find(world.settings).path / "datapackage.json"
    place.chmod(0o644)
    place.write_text(words)
    assert any(line.startswith("datapackage.json: ") for line in verify(find(world.settings)).damage)
    world.change_inputs("a,b\n5,6\n")
    world.publish()  # an old release that cannot say its columns is still shown
    for command in (("diff", first), ("export", "--format", "csv", "--release", first, "--out", str(place.parent))):
        done = CliRunner().invoke(app, [*command, "--processed", str(world.settings.processed)])
        assert isinstance(done.exception, PipelineError)
        assert "datapackage.json: cannot be read" in str(done.exception)


HOSTILE_IDS = ["../raw", "..", "/etc", "latest", "", " ", "release=x", "*", "2026-01-01-" + "0" * 12, "a\nb", "é" * 500]


@pytest.mark.parametrize("wrong", HOSTILE_IDS)
@pytest.mark.parametrize("command", ["verify", "diff", "reproduce", "rollback", "query", "export", "explain"])
def test_an_id_that_is_none_is_refused_in_one_line(world: World, command: str, wrong: str) -> None:
    made = world.publish().release_id
    before = sorted(world.settings.processed.iterdir())
    words = {
        "query": ["query", "from reports", "--release", wrong],
        "export": ["export", "--format", "csv", "--release", wrong],
        "explain": ["explain", "reports", "report_id=a", "--release", wrong],
    }.get(command, [command, wrong])
    done = CliRunner().invoke(app, [*words, "--processed", str(world.settings.processed)])
    assert isinstance(done.exception, StoreError), done.output
    assert str(done.exception).count("\n") == 0
    assert made in str(done.exception)
    assert sorted(world.settings.processed.iterdir()) == before


@pytest.mark.parametrize("command", ["releases", "verify", "diff", "prune --keep 1", "rollback --off", "query x"])
def test_a_folder_without_releases_is_one_line(world: World, command: str) -> None:
    world.settings.processed.mkdir()
    half = world.settings.processed / "release=2026-01-01-0123456789ab"
    half.mkdir()  # without a manifest it is none
    (world.settings.processed / "release=other").mkdir()
    done = CliRunner().invoke(app, [*command.split(), "--processed", str(world.settings.processed)])
    if command == "releases":
        assert (done.exit_code, done.stderr) == (0, "No release yet; make one with `pipeline run`.\n")
    else:
        assert isinstance(done.exception, StoreError)
        assert str(done.exception).endswith("holds no release yet; make one with `pipeline run`")


def test_a_folder_in_place_of_latest_is_said_and_left_alone(world: World) -> None:
    place = world.settings.processed / "latest"
    place.mkdir(parents=True)
    (place / "mine.txt").write_text("x")
    with pytest.raises(StoreError, match="is whole, but latest still points to None: "):
        world.publish()
    assert (place / "mine.txt").read_text() == "x"
    (place / "mine.txt").unlink()
    place.rmdir()
    switch(world.settings, next(iter(find_all(world))))
    assert find(world.settings)


def find_all(world: World) -> list[Any]:
    from pipeline.releases.catalog import list_releases

    return list_releases(world.settings)
