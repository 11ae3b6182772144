"""Finding what a release was made of, and comparing it with what came out. The runs themselves: tests/integration."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import StoreError
from pipeline.releases.catalog import Release, find
from pipeline.releases.identity import fingerprint_of, identify
from pipeline.releases.reproducing import _compare, _content, _offer_previous, reproduce
from pipeline.releases.staging import stage
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.tables import PUBLISHED
from tests.releases.conftest import EXTRAS, World, add_raw, sample


def git(folder: Path, *arguments: str) -> None:
    who = ["-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True)


def test_an_input_is_found_as_it_stands_under_another_name_or_in_its_history(world: World) -> None:
    raw, now = world.settings.raw, {i.path: i.sha256 for i in identify(world.settings).inputs}
    wanted = now["prices/sheet.csv"]
    assert _content(raw, "prices/sheet.csv", wanted) == b"a,b\n1,2\n"
    git(raw, "init", "-q")
    git(raw, "add", ".")
    git(raw, "commit", "-qm", "first")
    add_raw(raw, "prices/sheet.csv", "a,b\n8,8\n")
    git(raw, "commit", "-qam", "second")
    assert _content(raw, "prices/sheet.csv", wanted) == b"a,b\n1,2\n"
    (raw / "prices/sheet.csv").rename(raw / "kept.csv")
    assert _content(raw, "prices/sheet.csv", identify(world.settings).inputs[0].sha256) == b"a,b\n8,8\n"


def test_an_input_that_is_nowhere_is_named_before_anything_runs(world: World, tmp_path: Path) -> None:
    made = world.publish().release_id
    world.change_inputs("a,b\n7,7\n")
    with pytest.raises(StoreError, match=r"prices/sheet.csv: no version of it has the sha256 [0-9a-f]{64} that"):
        reproduce(world.settings, made, tmp_path / "scratch")
    with pytest.raises(StoreError, match=r"no release '\.\./raw'"):
        reproduce(world.settings, "../raw", tmp_path / "scratch")


def test_the_release_before_it_is_offered_and_said_to_be_gone(world: World, tmp_path: Path) -> None:
    first = world.publish()
    world.change_inputs("a,b\n7,7\n")
    second = find(world.settings, world.publish().release_id)
    here = Settings(raw=tmp_path / "r", processed=tmp_path / "p")
    assert _offer_previous(world.settings, second, here)
    assert not here.processed.exists()  # this one tells of no other
    (second.path / "changes.json").write_text(f'{{"before": "{first.release_id}"}}')
    assert _offer_previous(world.settings, second, here)
    assert find(here).id == first.release_id
    (second.path / "changes.json").write_text('{"before": "2020-01-01-000000000000"}')
    assert not _offer_previous(world.settings, second, here)
    (second.path / "changes.json").write_text("[")
    with pytest.raises(StoreError, match=r"changes.json: cannot be read"):
        _offer_previous(world.settings, second, here)


def made_with(world: World, versions: dict[str, str], **tables: pl.DataFrame) -> Release:
    """A release as if those versions had been installed."""
    now = identify(world.settings)
    versions = now.versions | versions
    hashes = {i.path: i.sha256 for i in now.inputs}
    identity = replace(now, fingerprint=fingerprint_of(hashes, now.settings, now.code, versions), versions=versions)
    store = Store(world.settings.processed, identity.fingerprint)
    for name in PUBLISHED:
        store.write(name, tables.get(name, sample(name)))
    place = world.settings.processed / f"release={identity.release_id}"
    stage(world.settings, identity, store, EXTRAS).rename(place)
    return Release(identity.release_id, place)


def test_other_library_versions_are_said_and_contents_compared(world: World) -> None:
    was, now = made_with(world, {"polars": "1.0"}), made_with(world, {})
    found = _compare(was, now, ())
    assert (found.unlike, found.differences, found.compared) == ("libraries", (), len(PUBLISHED))
    assert (found.release_id, found.rebuilt_id) == (was.id, now.id)


def test_the_first_difference_of_a_table_is_named_by_row_and_column(world: World) -> None:
    was = made_with(world, {"polars": "1.0"})
    sizes = sample("market_forecast").with_columns(pl.Series("value_usd_bn_mean", [0.25, 0.5]))
    now = made_with(world, {}, market_forecast=sizes)
    [line] = _compare(was, now, ()).differences
    key = "market 1, scenario 1, 2001"
    assert line == (
        f"market_forecast: 2 rows: 1 changed; value_usd_bn_mean: 1 cell, most by +100 % ({key}: 0.25 → 0.5)"
    )


def test_the_same_identity_is_compared_by_bytes(world: World, tmp_path: Path) -> None:
    was = made_with(world, {})
    again = made_with(world.at(tmp_path / "again"), {})
    assert _compare(was, again, ()).differences == ()
    assert _compare(was, again, ()).compared == len(PUBLISHED) + 3
    other = made_with(world.at(tmp_path / "other"), {}, claims=sample("claims", 1))
    lines = _compare(was, other, ()).differences
    # The table, what describes it, and then what is in it.
    assert [line.split(":")[0] for line in lines] == ["claims.parquet", "datapackage.json", "dictionary.md", "claims"]
    assert _compare(was, other, ("dictionary.md",)).not_compared == ("dictionary.md",)
    assert "dictionary.md: other bytes" not in _compare(was, other, ("dictionary.md",)).differences
