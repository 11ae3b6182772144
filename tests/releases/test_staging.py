from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import polars as pl
import pytest
from frictionless import Package

from pipeline.errors import ContractError, StoreError
from pipeline.releases import manifest
from pipeline.releases.content import content_sha256
from pipeline.releases.staging import stage
from pipeline.store import write_parquet
from pipeline.tables import PUBLISHED, TABLES
from tests.releases.conftest import EXTRAS, World, sample


def contents(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_candidate_holds_every_published_table_and_its_descriptions(world: World) -> None:
    _, candidate = world.stage()
    described = {"manifest.json", "datapackage.json", "dictionary.md", *EXTRAS}
    assert set(contents(candidate)) == described | {f"{name}.parquet" for name in PUBLISHED}
    assert [p.name for p in candidate.parent.iterdir()] == [candidate.name]


def test_the_manifest_tells_what_each_file_is(world: World) -> None:
    frame = sample("market_forecast", 3)
    identity, candidate = world.stage(market_forecast=frame)
    said = json.loads((candidate / "manifest.json").read_bytes())
    assert (said["release_id"], said["as_of"]) == (identity.release_id, "2026-08-25")
    assert said["versions"]["duckdb"] == duckdb.__version__
    assert said["settings"]["draws"] == world.settings.draws
    sheet = next(i for i in said["inputs"] if i["path"] == "prices/sheet.csv")
    assert (sheet["licence"], sheet["published"]) == ("CC-BY-4.0", "2026-08-25")
    entry = next(f for f in said["files"] if f["path"] == "market_forecast.parquet")
    assert (entry["rows"], entry["content_sha256"]) == (3, content_sha256(frame))
    assert {f["path"] for f in said["files"]} == set(contents(candidate)) - {"manifest.json"}
    assert manifest.damage(candidate, manifest.read(candidate)) == []


def test_two_runs_in_two_folders_give_the_same_bytes(world: World, tmp_path: Path) -> None:
    _, first = world.stage()
    _, second = world.at(tmp_path / "env=prod" / "b[1]").stage()
    assert contents(first) == contents(second)


def test_nothing_in_a_candidate_says_when_or_where_it_was_made(world: World, tmp_path: Path) -> None:
    _, candidate = world.stage()
    for path, data in contents(candidate).items():
        assert str(tmp_path).encode() not in data, path
        assert re.search(rb"\d\d:\d\d:\d\d", data) is None, path


def test_staging_again_replaces_what_was_there(world: World) -> None:
    _, candidate = world.stage()
    (candidate / "stray.txt").write_text("x")
    (candidate.parent / ".making").mkdir()
    _, again = world.stage()
    assert again == candidate
    assert "stray.txt" not in contents(again)
    assert [p.name for p in candidate.parent.iterdir()] == [candidate.name]


def test_a_table_that_is_missing_or_not_as_registered_is_refused(world: World) -> None:
    identity, store = world.fill()
    write_parquet(store.path("reports"), sample("reports").drop("status"))
    with pytest.raises(ContractError, match="reports"):
        stage(world.settings, identity, store, {})
    store.path("reports").unlink()
    with pytest.raises(StoreError, match="reports: not made yet"):
        stage(world.settings, identity, store, {})
    assert not list((world.settings.processed / "work" / "candidate").glob("*"))


@pytest.mark.parametrize(
    "path",
    ["../x", "/etc/x", "a/../../x", "", ".", "a//b", "a\\b", "manifest.json", "x.parquet", "checks/../manifest.json"],
)
def test_extras_stay_inside_and_replace_nothing(world: World, path: str) -> None:
    identity, store = world.fill()
    with pytest.raises(StoreError):
        stage(world.settings, identity, store, {path: b"x"})


def test_frictionless_reads_the_data_package_and_every_row(world: World) -> None:
    _, candidate = world.stage()
    report = Package(str(candidate / "datapackage.json")).validate()
    assert report.flatten(["rowNumber", "fieldName", "type", "message"]) == []
    assert {task.name for task in report.tasks} == set(PUBLISHED)


def test_frictionless_sees_a_value_that_the_registry_forbids(world: World) -> None:
    """The test above proves something only if the constraints of the package are checked."""
    bad = sample("market_forecast").with_columns(pl.lit("guess").alias("evidence_grade"))
    identity, store = world.fill()
    write_parquet(store.path("market_forecast"), bad)
    candidate = stage(world.settings, identity, store, {})
    report = Package(str(candidate / "datapackage.json")).validate()
    assert {e[0] for e in report.flatten(["fieldName"])} == {"evidence_grade"}


def test_the_data_package_says_units_keys_sources_and_licences(world: World) -> None:
    _, candidate = world.stage()
    package = json.loads((candidate / "datapackage.json").read_bytes())
    table = next(r for r in package["resources"] if r["name"] == "market_forecast")
    mean = next(f for f in table["schema"]["fields"] if f["name"] == "value_usd_bn_mean")
    assert (mean["type"], mean["unit"]) == ("number", "billion US dollars")
    assert mean["constraints"] == {"required": True, "minimum": 0.0}
    assert table["schema"]["primaryKey"] == ["market", "scenario", "year"]
    assert {"title": "About sheet.csv (Someone)", "path": "https://example.org/sheet.csv"} in package["sources"]
    assert package["licenses"] == [{"name": "CC-BY-4.0"}]


def test_the_dictionary_explains_every_published_column(world: World) -> None:
    _, candidate = world.stage()
    text = (candidate / "dictionary.md").read_text()
    for name in PUBLISHED:
        section = text.split(f"\n### {name}\n")[1].split("\n### ")[0]
        assert f"One row per {TABLES[name].grain}." in section
        for column in TABLES[name].columns:
            assert f"| `{column.name}` | {column.kind} |" in section
            assert column.description in section
    assert "price_rejects --> rejected_rows" in text
    assert "| `reason` | `model_rejects.reason`, `price_rejects.reason` |" in text


def test_text_from_data_does_nothing_in_the_dictionary(world: World) -> None:
    hostile = "<script>alert(1)</script> | a\nb `c` [d](e) " + "x" * 99
    rows = sample("reports").with_columns(pl.lit(hostile).alias("title"))
    _, candidate = world.stage(reports=rows)
    text = (candidate / "dictionary.md").read_text()
    assert "<script" not in text
    line = next(line for line in text.splitlines() if "&lt;script&gt;" in line)
    assert line.count(" | ") == len(TABLES["reports"].columns) - 1
    assert "\\[d\\](e)" in line
    assert "x" * 99 not in line
