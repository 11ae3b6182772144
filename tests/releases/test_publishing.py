from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest
from filelock import FileLock

from pipeline.errors import StoreError
from pipeline.releases import database
from pipeline.releases.catalog import Release, find, list_releases, predecessor
from pipeline.releases.identity import identify
from pipeline.releases.publishing import KEEP_SECONDS, current, publish
from pipeline.settings import SQL
from pipeline.store import read_parquet
from pipeline.tables import PUBLISHED, TABLES
from tests.releases.conftest import World, sample
from tests.releases.test_staging import contents

CANDIDATES = "work/candidate"


def standing(processed: Path) -> dict[str, object]:
    """Everything a reader can see: releases with their bytes, what latest is, market.duckdb."""
    seen: dict[str, object] = {p.name: contents(p) for p in processed.glob("release=*")}
    seen["latest"] = (processed / "latest").readlink() if (processed / "latest").is_symlink() else None
    database = processed / "market.duckdb"
    return seen | {"database": database.read_bytes() if database.exists() else None}


def hidden(processed: Path) -> list[str]:
    return sorted(p.name for p in processed.iterdir() if p.name.startswith(".") and p.name != ".publish.lock")


def test_a_release_is_published_whole_and_latest_points_to_it(world: World) -> None:
    done = world.publish()
    processed = world.settings.processed
    assert done.new
    assert done.path == processed / f"release={done.release_id}"
    assert (processed / "latest").readlink() == Path(f"release={done.release_id}")
    assert set(find(world.settings).tables) == set(PUBLISHED)
    assert find(world.settings).path == done.path.resolve()
    standing_now = current(world.settings, identify(world.settings))
    assert standing_now is not None
    assert (standing_now.path, standing_now.new) == (done.path, False)
    assert hidden(processed) == []
    assert list((processed / CANDIDATES).iterdir()) == []
    assert {p.stat().st_mode & 0o777 for p in done.path.rglob("*") if p.is_file()} == {0o444}
    assert read_parquet(find(world.settings).tables["reports"]).equals(sample("reports"))


def test_the_same_inputs_publish_nothing_a_second_time(world: World) -> None:
    first = world.publish()
    before = {p: p.stat().st_mtime_ns for p in first.path.rglob("*")}
    again = world.publish()
    assert (again.new, again.release_id) == (False, first.release_id)
    assert {p: p.stat().st_mtime_ns for p in first.path.rglob("*")} == before


def test_new_inputs_make_a_new_release_beside_the_old_one(world: World) -> None:
    first = world.publish()
    old = contents(first.path)
    world.change_inputs("a,b\n3,4\n")
    assert current(world.settings, identify(world.settings)) is None
    second = world.publish()
    assert [r.id for r in list_releases(world.settings)] == [first.release_id, second.release_id]
    assert find(world.settings).id == second.release_id
    assert find(world.settings, first.release_id).path == first.path.resolve()
    assert contents(first.path) == old


def test_inputs_that_come_back_make_their_release_latest_again(world: World) -> None:
    first = world.publish()
    world.change_inputs("a,b\n3,4\n")
    world.publish()
    world.change_inputs("a,b\n1,2\n")
    (world.settings.raw / "prices/sheet.csv.meta.yaml").write_text(
        (world.settings.raw / "prices/sheet.csv.meta.yaml").read_text().replace("2026-03-01", "2026-08-25")
    )
    back = world.publish()
    assert (back.release_id, back.new) == (first.release_id, False)
    assert find(world.settings).id == first.release_id


def test_the_same_id_with_other_numbers_is_an_error(world: World) -> None:
    world.publish()
    before = standing(world.settings.processed)
    with pytest.raises(StoreError, match=r"other content in market_forecast; "):
        world.publish(market_forecast=sample("market_forecast", 3))
    assert standing(world.settings.processed) == before


def test_inputs_that_change_during_the_run_are_noticed(world: World) -> None:
    identity, candidate = world.stage()
    world.change_inputs("a,b\n9,9\n")
    with pytest.raises(StoreError, match="changed during the run"):
        publish(world.settings, identity, candidate)
    assert standing(world.settings.processed) == {"latest": None, "database": None}


def damage_cut(candidate: Path) -> None:
    (candidate / "reports.parquet").write_bytes((candidate / "reports.parquet").read_bytes()[:-1])


def damage_flip(candidate: Path) -> None:
    data = bytearray((candidate / "claims.parquet").read_bytes())
    data[20] ^= 1
    (candidate / "claims.parquet").write_bytes(data)


def damage_link(candidate: Path) -> None:
    (candidate / "claims.parquet").rename(candidate.parent / "claims")
    (candidate / "claims.parquet").symlink_to(candidate.parent / "claims")


def damage_manifest(candidate: Path) -> None:
    (candidate / "manifest.json").write_text("{}")


def damage_identity(candidate: Path) -> None:
    said = json.loads((candidate / "manifest.json").read_text())
    (candidate / "manifest.json").write_text(json.dumps(said | {"fingerprint": "0" * 64}))


DAMAGES = {
    damage_cut: "reports.parquet: has",
    damage_flip: "claims.parquet: sha256 is",
    damage_link: "claims.parquet: is not a plain file",
    damage_manifest: "is not a manifest",
    damage_identity: "other inputs",
    lambda c: (c / "claims.parquet").unlink(): "claims.parquet: missing",
    lambda c: (c / "manifest.json").unlink(): "manifest.json: cannot be read",
    lambda c: (c / "stray.txt").write_text("x"): "stray.txt: not in the manifest",
    lambda c: (c / "stray").symlink_to("/etc"): "stray: not in the manifest",
}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda d: DAMAGES[d])
def test_a_damaged_candidate_is_refused_and_nothing_changes(world: World, damage: object) -> None:
    world.publish()
    before = standing(world.settings.processed)
    world.change_inputs("a,b\n5,6\n")
    identity, candidate = world.stage()
    damage(candidate)  # type: ignore[operator]
    with pytest.raises(StoreError) as refused:
        publish(world.settings, identity, candidate)
    assert DAMAGES[damage] in str(refused.value)  # type: ignore[index]
    assert "\n" not in str(refused.value)
    assert standing(world.settings.processed) == before


def test_a_crash_before_the_switch_is_finished_by_the_next_publish(world: World) -> None:
    processed = world.settings.processed
    world.publish()
    world.change_inputs("a,b\n5,6\n")
    done = world.publish()
    # As after a crash between the rename of the folder and the switch: whole release, old latest, files aside.
    (processed / "latest").unlink()
    (processed / "latest").symlink_to(list_releases(world.settings)[0].path.name)
    (processed / ".market.duckdb.123").write_bytes(b"half")
    (processed / ".latest.123").symlink_to("nowhere")
    (processed / CANDIDATES / ".making").mkdir()
    assert current(world.settings, identify(world.settings)) is None
    again = world.publish()
    assert (again.new, again.release_id) == (False, done.release_id)
    assert find(world.settings).id == done.release_id
    assert hidden(processed) == []
    assert list((processed / CANDIDATES).iterdir()) == []


def test_a_folder_without_manifest_is_no_release_and_is_replaced(world: World) -> None:
    identity, candidate = world.stage()
    half = world.settings.processed / f"release={identity.release_id}"
    half.mkdir()
    (half / "reports.parquet").write_bytes(b"half")
    assert list_releases(world.settings) == []
    done = publish(world.settings, identity, candidate)
    assert done.new
    assert set(find(world.settings).tables) == set(PUBLISHED)


def test_candidates_nobody_published_go_after_a_day(world: World) -> None:
    _, unpublished = world.stage()
    world.change_inputs("a,b\n5,6\n")
    world.publish()
    assert unpublished.is_dir()
    long_ago = time.time() - KEEP_SECONDS - 60
    os.utime(unpublished, (long_ago, long_ago))
    world.change_inputs("a,b\n7,8\n")
    world.publish()
    assert not unpublished.exists()


def test_what_runs_handed_over_goes_after_a_day_and_what_the_present_state_needs_stays(world: World) -> None:
    world.stage()
    old = list((world.settings.processed / "work").glob("*/*.parquet"))
    half = world.settings.processed / "work" / "claims" / ".0123.parquet.77"
    half.write_bytes(b"half")
    world.change_inputs("a,b\n5,6\n")
    identity, candidate = world.stage()
    ours = set((world.settings.processed / "work").glob("*/*.parquet")) - {*old}
    long_ago = time.time() - KEEP_SECONDS - 60
    for path in (half, *old[1:], *ours):
        os.utime(path, (long_ago, long_ago))
    publish(world.settings, identity, candidate)
    assert {p for p in (world.settings.processed / "work").glob("*/*") if p.is_file()} == {old[0], *ours}


def test_a_latest_that_a_hand_removed_is_said_and_mended_by_the_next_publish(world: World) -> None:
    first = world.publish()
    world.change_inputs("a,b\n5,6\n")
    second = world.publish()
    shutil.rmtree(second.path)
    with pytest.raises(StoreError, match=rf"no release '{second.release_id}' \(latest points to it: `pipeline run`"):
        find(world.settings)
    # What a run compares with is then the one made last; and the same inputs are published again.
    before = predecessor(world.settings)
    assert before is not None
    assert before.id == first.release_id
    assert current(world.settings, identify(world.settings)) is None
    assert world.publish().new
    assert find(world.settings).id == second.release_id
    shutil.rmtree(first.path)
    shutil.rmtree(second.path)
    assert predecessor(world.settings) is None
    assert world.publish().new


def test_finding_what_is_not_there_names_what_is(world: World) -> None:
    with pytest.raises(StoreError, match="holds no release yet"):
        find(world.settings)
    done = world.publish()
    for wrong in ("2026-01-01-000000000000", "../raw", "", "latest", f"{done.release_id}/../x"):
        with pytest.raises(StoreError, match=done.release_id):
            find(world.settings, wrong)


def test_a_second_publisher_waits_and_then_says_why_not(world: World) -> None:
    identity, candidate = world.stage()
    with (
        FileLock(world.settings.processed / ".publish.lock"),
        pytest.raises(StoreError, match="another process is publishing"),
    ):
        publish(world.settings, identity, candidate, wait=0.1)
    assert publish(world.settings, identity, candidate).new


# ------------------------------------------------------------------------------------------------ market.duckdb


def test_market_duckdb_answers_from_any_folder_with_the_registrys_columns(world: World, tmp_path: Path) -> None:
    first = world.at(tmp_path / "env=prod" / "it's").publish()
    world = world.at(first.path.parent)
    world.change_inputs("a,b\n5,6\n")
    second = world.publish(market_forecast=sample("market_forecast", 5))
    code = (
        "import duckdb, json, sys\n"
        "con = duckdb.connect(sys.argv[1], read_only=True)\n"
        "ask = lambda sql: con.execute(sql).fetchall()\n"
        "print(json.dumps({'columns': [r[0] for r in ask('describe market_forecast')],"
        "'rows': ask('select count(*) from market_forecast'),"
        "'all': ask('select release, count(*) from market_forecast_all_releases group by all order by all'),"
        "'tables': ask(\"select count(*) from duckdb_tables()\"),"
        "'views': [r[0] for r in ask('select view_name from duckdb_views() where not internal order by 1')]}))"
    )
    database = str(world.settings.processed / "market.duckdb")
    said = subprocess.run([sys.executable, "-c", code, database], cwd="/", capture_output=True, text=True, check=True)
    found = json.loads(said.stdout)
    assert found["columns"] == list(TABLES["market_forecast"].column_names)
    assert found["rows"] == [[5]]
    assert found["all"] == sorted([[first.release_id, 2], [second.release_id, 5]])
    assert found["tables"] == [[0]]
    star = [p.stem for p in (SQL / "star").glob("*.sql")]
    assert found["views"] == sorted([*star, *PUBLISHED, *(f"{name}_all_releases" for name in PUBLISHED)])


def test_market_duckdb_is_written_for_duckdb_1_2(world: World) -> None:
    world.publish()
    with duckdb.connect() as con:
        con.execute(f"attach '{world.settings.processed}/market.duckdb' as m (read_only)")
        tags = con.execute("select tags from duckdb_databases() where database_name = 'm'").fetchall()[0][0]
    assert tags["storage_version"].startswith("v1.2")


def test_a_reader_of_market_duckdb_does_not_stop_a_publisher(world: World) -> None:
    first = world.publish()
    with duckdb.connect(str(world.settings.processed / "market.duckdb"), read_only=True) as reader:
        world.change_inputs("a,b\n5,6\n")
        second = world.publish(market_forecast=sample("market_forecast", 5))
        assert reader.execute("select count(*) from market_forecast").fetchall() == [(2,)]
    assert second.release_id != first.release_id
    with duckdb.connect(str(world.settings.processed / "market.duckdb"), read_only=True) as reader:
        assert reader.execute("select count(*) from market_forecast").fetchall() == [(5,)]


def with_other_columns(release: Release, table: str, drop: str, new: str) -> None:
    """As if older code had made the release: a column less, another one more, and its own words say so."""
    path, package = release.path / f"{table}.parquet", release.path / "datapackage.json"
    for place in (path, package):
        place.chmod(0o644)
    read_parquet(path).drop(drop).with_columns(pl.lit("x").alias(new)).write_parquet(path)
    said = json.loads(package.read_text())
    fields = next(r for r in said["resources"] if r["name"] == table)["schema"]["fields"]
    fields[:] = [f for f in fields if f["name"] != drop] + [{"name": new, "type": "string"}]
    package.write_text(json.dumps(said))


def test_releases_of_different_columns_are_shown_together(world: World) -> None:
    made = []
    for number in range(4):
        world.change_inputs(f"a,b\n1,{number}\n")
        made.append(world.publish(reports=sample("reports", number + 1)).release_id)
    for old in made[:2]:
        with_other_columns(find(world.settings, old), "reports", "currency", "money")
    world.change_inputs("a,b\n5,6\n")
    made.append(world.publish(reports=sample("reports", 5)).release_id)
    with duckdb.connect(str(world.settings.processed / "market.duckdb"), read_only=True) as con:
        asked = "select release, count(*), count(currency), count(money) from reports_all_releases group by all"
        found = {row[0]: row[1:] for row in con.execute(asked).fetchall()}
        columns = [row[0] for row in con.execute("describe reports_all_releases").fetchall()]
    # The last of `sample`'s rows has a null in every column that may have one.
    present = [n - 1 if TABLES["reports"].column("currency").nullable else n for n in range(1, 6)]
    assert found == {made[n]: ((n + 1), 0, n + 1) if n < 2 else ((n + 1), present[n], 0) for n in range(5)}
    assert columns == ["release", *TABLES["reports"].column_names, "money"]


def test_a_damaged_old_release_does_not_stop_a_new_one(world: World) -> None:
    first = world.publish()
    with_other_columns(find(world.settings), "reports", "currency", "money")
    (first.path / "reports.parquet").write_bytes(b"no parquet")
    world.change_inputs("a,b\n5,6\n")
    second = world.publish()
    assert find(world.settings).id == second.release_id
    with duckdb.connect(str(world.settings.processed / "market.duckdb"), read_only=True) as con:
        asked = "select distinct release from {}_all_releases order by all"
        assert con.execute(asked.format("reports")).fetchall() == [(second.release_id,)]
        assert len(con.execute(asked.format("claims")).fetchall()) == 2
    lines = database.damage(world.settings)
    assert lines == [f"market.duckdb: does not show release {first.release_id} in reports_all_releases"]


def test_releases_read_across_with_one_glob(world: World) -> None:
    first = world.publish()
    world.change_inputs("a,b\n5,6\n")
    second = world.publish()
    with duckdb.connect() as con:
        pattern = f"{world.settings.processed}/release=*/market_forecast.parquet"
        sql = f"select distinct release from read_parquet('{pattern}', hive_partitioning = true) order by 1"
        assert con.execute(sql).fetchall() == sorted([(first.release_id,), (second.release_id,)])
    frame = pl.read_parquet(pattern, hive_partitioning=True)
    assert set(frame["release"]) == {first.release_id, second.release_id}
