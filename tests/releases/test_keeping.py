"""Listing, verifying, pruning, rolling back: what keeps releases usable after they are made."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from pipeline.cli import app
from pipeline.errors import StoreError
from pipeline.releases import catalog, database, retention
from pipeline.releases.catalog import Release, find, list_releases
from pipeline.releases.compare import two_releases
from pipeline.releases.content import content_sha256
from pipeline.releases.identity import identify
from pipeline.releases.listing import list_all
from pipeline.releases.manifest import file_sha256
from pipeline.releases.publishing import current, mend
from pipeline.releases.verifying import verify
from pipeline.tables import PUBLISHED
from tests import tiny
from tests.releases.conftest import World, sample
from tests.releases.test_publishing import hidden


def ask(world: World, *command: str) -> tuple[int, str]:
    done = CliRunner().invoke(app, [*command, "--processed", str(world.settings.processed)])
    return done.exit_code, done.stdout


def three(world: World) -> list[str]:
    made = []
    for text in ("a,b\n1,1\n", "a,b\n2,2\n", "a,b\n3,3\n"):
        world.change_inputs(text)
        made.append(world.publish().release_id)
    return made


# ------------------------------------------------------------------------------------------------------- releases


def test_releases_are_listed_with_what_changed_size_and_checks(world: World) -> None:
    first, second, third = three(world)
    listed = list_all(world.settings)
    assert [one.release_id for one in listed] == [first, second, third]
    assert [one.changed for one in listed] == ["none before it", "1 input", "1 input"]
    assert [one.is_latest for one in listed] == [False, False, True]
    on_disk = sum(p.stat().st_size for p in find(world.settings).path.rglob("*") if p.is_file())
    assert (listed[2].bytes, listed[2].rows, listed[2].checks) == (on_disk, 2 * len(PUBLISHED), "1/1")
    code, out = ask(world, "releases")
    assert code == 0
    assert f"* {third}" in out
    assert f"  {first}" in out
    assert [one["release_id"] for one in json.loads(ask(world, "releases", "--json")[1])] == [first, second, third]


# --------------------------------------------------------------------------------------------------------- verify


def forged(release: Release, table: str, frame: pl.DataFrame, **said: object) -> None:
    """Another table in place of one, with a manifest that knows its bytes: only its content gives it away."""
    place = release.path / f"{table}.parquet"
    place.chmod(0o644)
    frame.write_parquet(place)
    edit_manifest(release, place.name, bytes=place.stat().st_size, sha256=file_sha256(place), **said)


def edit_manifest(release: Release, path: str, **said: object) -> None:
    place = release.path / "manifest.json"
    place.chmod(0o644)
    content = json.loads(place.read_bytes())
    next(f for f in content["files"] if f["path"] == path).update(said)
    place.write_text(json.dumps(content))


def test_a_whole_release_is_verified_and_counted(world: World) -> None:
    world.publish()
    found = verify(find(world.settings))
    assert found.damage == []
    assert (found.files, found.rows) == (len(PUBLISHED) + 3, 2 * len(PUBLISHED))
    assert ask(world, "verify")[0] == 0


def test_every_file_is_opened_once(world: World) -> None:
    """In a process of its own: an audit hook cannot be taken off again."""
    world.publish()
    release = find(world.settings)
    code = (
        "import sys, pathlib\n"
        "from pipeline.releases.catalog import Release\n"
        "from pipeline.releases.verifying import verify\n"
        "folder = pathlib.Path(sys.argv[1])\n"
        "hook = lambda event, args: event == 'open' and str(args[0]).startswith(str(folder)) and print(args[0])\n"
        "sys.addaudithook(hook)\n"
        "assert verify(Release(folder.name.removeprefix('release='), folder)).damage == []\n"
    )
    said = subprocess.run([sys.executable, "-c", code, release.path], capture_output=True, text=True, check=True)
    opened = [line for line in said.stdout.splitlines() if Path(line).is_file()]
    assert sorted(opened) == sorted(str(p) for p in release.path.rglob("*") if p.is_file())


def test_damage_is_named_with_its_file(world: World) -> None:
    world.publish()
    release = find(world.settings)
    (release.path / "claims.parquet").chmod(0o644)
    data = bytearray((release.path / "claims.parquet").read_bytes())
    data[-20] ^= 1
    (release.path / "claims.parquet").write_bytes(data)
    (release.path / "regions.parquet").unlink()
    (release.path / "stray").symlink_to("/etc")
    damage = verify(release).damage
    assert {line.split(":")[0] for line in damage} == {"stray", "regions.parquet", "claims.parquet"}
    code, out = ask(world, "verify")
    assert code == 1
    assert out.count("damaged: ") >= 3


FORGERIES = {
    "other values": (sample("claims").with_columns(pl.lit("X").alias("quote")), "its content is not"),
    "a row less": (sample("claims").head(1), "has 1 rows, the manifest says 2"),
    "a doubled key": (
        pl.concat([sample("claims").head(1)] * 2),
        "does not tell 2 rows apart",
    ),
    "another type": (sample("claims").with_columns(pl.col("char_start").cast(pl.Float64)), "its columns are"),
    "a hole": (
        sample("claims").with_columns(pl.lit(None, pl.String).alias("quote")),
        "quote is empty in 2 rows",
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_table_that_fits_its_hash_but_not_its_description_is_seen(world: World, forgery: str) -> None:
    world.publish()
    frame, says = FORGERIES[forgery]
    forged(find(world.settings), "claims", frame)
    assert any(says in line for line in verify(find(world.settings)).damage)


def test_members_that_do_not_add_up_are_seen(world: World) -> None:
    tables = {n: f for n, f in tiny.tables().items() if n in PUBLISHED}
    world.publish(**tables)
    release = find(world.settings)
    whole = verify(release)
    # Per year: one sum of types, one of regions, one of the cross; 3 years.
    assert (whole.damage, whole.sums) == ([], 9)
    regions = tables["region_forecast"].with_columns(pl.col("value_usd_bn_mean") * 1.5)
    forged(release, "region_forecast", regions, content_sha256=content_sha256(regions))
    assert len([x for x in verify(release).damage if "region_forecast.parquet: members add up to 1.5" in x]) == 3


def test_a_manifest_that_tells_other_inputs_is_seen(world: World) -> None:
    world.publish()
    release = find(world.settings)
    place = release.path / "manifest.json"
    place.chmod(0o644)
    place.write_text(place.read_text().replace('"draws": 8192', '"draws": 4096'))
    assert "manifest.json: what it says the release is made of gives" in verify(release).damage[0]


def test_a_database_that_lost_its_files_is_seen(world: World) -> None:
    first, *_ = three(world)
    assert database.damage(world.settings) == []
    find(world.settings, first).path.rename(world.settings.processed / "elsewhere")
    damage = database.damage(world.settings)
    place = world.settings.processed / f"release={first}"
    assert damage == [f"market.duckdb: names files of {place} that are gone"]
    (world.settings.processed / "market.duckdb").write_bytes(b"no database")
    assert database.damage(world.settings)[0].startswith("market.duckdb: ")


def test_a_folder_that_was_moved_gets_its_database_anew(world: World, tmp_path: Path) -> None:
    *_, third = three(world)
    world.settings.processed.rename(tmp_path / "moved")
    world = world.at(tmp_path / "moved")
    damage = database.damage(world.settings)
    assert len([line for line in damage if line.startswith("market.duckdb: ")]) == len(damage) > 0
    code, out = ask(world, "verify")
    assert (code, out.count("damaged: ")) == (1, len(damage))
    assert mend(world.settings)
    assert database.damage(world.settings) == []
    assert not mend(world.settings)
    assert ask(world, "verify")[0] == 0
    assert find(world.settings).id == third


# ------------------------------------------------------------------------------------------------ prune, rollback


def test_prune_lists_first_and_then_removes_all_but_the_newest_and_the_latest(world: World) -> None:
    first, second, third = three(world)
    retention.hold(world.settings, first)
    code, out = ask(world, "prune", "--keep", "1")
    assert (code, out) == (0, f"would be removed: {second}\n")
    assert [r.id for r in list_releases(world.settings)] == [first, second, third]
    code, out = ask(world, "prune", "--keep", "1", "--yes")
    assert (code, out) == (0, f"removed: {second}\n")
    assert [r.id for r in list_releases(world.settings)] == [first, third]
    assert hidden(world.settings.processed) == []
    assert database.damage(world.settings) == []
    with duckdb.connect(str(world.settings.processed / "market.duckdb"), read_only=True) as con:
        sql = "select distinct release from reports_all_releases"
        assert {r[0] for r in con.execute(sql).fetchall()} == {first, third}
    with pytest.raises(StoreError, match="--keep must be at least 1"):
        retention.removable(world.settings, 0)


def test_what_a_prune_left_alone_is_not_called_the_first(world: World) -> None:
    *_, third = three(world)
    retention.prune(world.settings, 1)
    assert [(one.release_id, one.changed) for one in list_all(world.settings)] == [(third, "none before it")]
    with pytest.raises(StoreError, match=f"before {third} there is no release to compare it with"):
        two_releases(world.settings)


def test_what_a_dying_prune_left_is_removed_by_the_next_publish(world: World) -> None:
    three(world)
    (world.settings.processed / ".pruned.2026-01-01-000000000000").mkdir()
    world.change_inputs("a,b\n9,9\n")
    world.publish()
    assert hidden(world.settings.processed) == []


def test_a_rollback_holds_latest_until_it_is_let_go(world: World) -> None:
    first, _, third = three(world)
    assert ask(world, "rollback", first)[0] == 0
    assert find(world.settings).id == first
    with duckdb.connect(str(world.settings.processed / "market.duckdb"), read_only=True) as con:
        sql = con.execute("select sql from duckdb_views() where view_name = 'reports'").fetchall()[0][0]
    assert first in sql
    # The same inputs again: nothing to publish, and latest stays.
    standing = current(world.settings, identify(world.settings))
    assert standing is not None
    assert (standing.release_id, standing.held_at) == (third, first)
    assert world.publish().held_at == first
    world.change_inputs("a,b\n4,4\n")
    fourth = world.publish()
    assert (fourth.new, fourth.held_at, find(world.settings).id) == (True, first, first)
    assert "held here by a rollback" in ask(world, "releases")[1]
    assert ask(world, "rollback", "--off") == (0, f"latest is {fourth.release_id} and follows new releases\n")
    assert catalog.pinned_id(world.settings) is None
    world.change_inputs("a,b\n5,5\n")
    assert world.publish().release_id == find(world.settings).id


def test_the_release_that_latest_is_held_at_stays_even_before_the_switch(world: World) -> None:
    """As after a crash between the two steps of a rollback."""
    first, second, third = three(world)
    (world.settings.processed / "pinned").write_text(f"{first}\n")
    assert [r.id for r in retention.prune(world.settings, 1)] == [second]
    assert [r.id for r in list_releases(world.settings)] == [first, third]


def test_prune_removes_the_link_to_a_release_that_is_kept_elsewhere(world: World, tmp_path: Path) -> None:
    first, *_ = three(world)
    find(world.settings, first).path.rename(tmp_path / "archive")
    find_first = world.settings.processed / f"release={first}"
    find_first.symlink_to(tmp_path / "archive")
    assert retention.prune(world.settings, 2)[0].id == first
    assert not find_first.is_symlink()
    assert (tmp_path / "archive" / "manifest.json").is_file()
    assert hidden(world.settings.processed) == []


def test_a_rollback_to_a_damaged_release_is_refused(world: World) -> None:
    first, _, third = three(world)
    (find(world.settings, first).path / "claims.parquet").unlink()
    with pytest.raises(StoreError, match=r"is damaged: claims.parquet: missing; latest stays"):
        retention.hold(world.settings, first)
    assert (find(world.settings).id, catalog.pinned_id(world.settings)) == (third, None)


def test_a_hold_does_not_end_at_a_damaged_release(world: World) -> None:
    first, _, third = three(world)
    retention.hold(world.settings, first)
    (find(world.settings, third).path / "manifest.json").chmod(0o644)
    (find(world.settings, third).path / "manifest.json").write_text("{")
    with pytest.raises(StoreError, match=r"is not a manifest"):
        retention.let_go(world.settings)
    assert (find(world.settings).id, catalog.pinned_id(world.settings)) == (first, first)


def test_latest_does_not_go_back_to_a_release_that_was_damaged_since(world: World) -> None:
    _, second, third = three(world)
    claims = find(world.settings, second).path / "claims.parquet"
    claims.chmod(0o644)
    claims.write_bytes(claims.read_bytes()[:-1])
    world.change_inputs("a,b\n2,2\n")  # as they were then
    with pytest.raises(StoreError, match=rf"{second}: is damaged: claims.parquet: has .*; latest stays"):
        world.publish()
    assert find(world.settings).id == third


def test_a_list_without_its_latest_says_so(world: World) -> None:
    *_, third = three(world)
    find(world.settings, third).path.rename(world.settings.processed / "elsewhere")
    assert "latest points to a release that is gone" in ask(world, "releases")[1]


def test_releases_keep_their_order_when_the_clock_is_set_back(world: World) -> None:
    first, *_ = three(world)
    tomorrow = time.time_ns() + 86_400 * 10**9
    os.utime(find(world.settings).path / "manifest.json", ns=(tomorrow, tomorrow))
    world.change_inputs("a,b\n4,4\n")
    fourth = world.publish().release_id
    assert [r.id for r in list_releases(world.settings)][-1] == fourth
    assert fourth not in {r.id for r in retention.removable(world.settings, 1)}
    assert retention.removable(world.settings, 1)[0].id == first


def test_a_rollback_to_nowhere_changes_nothing(world: World) -> None:
    *_, third = three(world)
    with pytest.raises(StoreError, match="no release"):
        retention.hold(world.settings, "2020-01-01-000000000000")
    assert (find(world.settings).id, catalog.pinned_id(world.settings)) == (third, None)
    assert ask(world, "rollback")[0] == 2
    assert ask(world, "rollback", third, "--off")[0] == 2


def test_a_hold_whose_release_is_gone_stops_nothing_silently(world: World) -> None:
    first, *_ = three(world)
    (world.settings.processed / "pinned").write_text("2020-01-01-000000000000\n")
    world.change_inputs("a,b\n6,6\n")
    before = list_releases(world.settings)
    with pytest.raises(StoreError, match="holds latest at '2020-01-01-000000000000', which is gone; end the hold with"):
        world.publish()
    assert list_releases(world.settings) == before
    assert find(world.settings).id != first
    retention.let_go(world.settings)
    assert find(world.settings).id == list_releases(world.settings)[-1].id
