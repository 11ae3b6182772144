"""The main job on the real report and real prices, through the public commands."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.dag.execute import run_all
from pipeline.raw import reseal
from pipeline.settings import ROOT, Settings
from pipeline.tables import PUBLISHED
from tests.integration.conftest import Command
from tests.read_release import ANSWERS

QUESTION = (
    "select region, value_usd_bn_mean from region_forecast "
    "where year = 2025 and scenario = 'as_reported' order by position limit 1"
)


@pytest.mark.parametrize("question", ANSWERS)
def test_release_gives_the_answers_worked_by_hand(question: str, released: Path) -> None:
    with duckdb.connect(str(released / "market.duckdb"), read_only=True) as con:
        assert con.sql(question).fetchall() == [(ANSWERS[question],)]


def test_release_is_complete(released: Path) -> None:
    files = {p.stem for p in (released / "latest").glob("*.parquet")}
    assert files == set(PUBLISHED)
    for name in ("manifest.json", "datapackage.json", "dictionary.md", "checks/index.html", "checks/gate.json"):
        assert (released / "latest" / name).is_file(), name


def test_every_check_of_the_release_passed(released: Path) -> None:
    rules = json.loads((released / "latest/checks/quality.json").read_bytes())
    gate = json.loads((released / "latest/checks/gate.json").read_bytes())
    assert len(rules) > 15
    assert all(r["passed"] for r in rules)
    assert sum(g["looked_at"] for g in gate) > 100
    assert all(g["passed"] for g in gate)


@pytest.mark.slow
def test_frictionless_accepts_the_release(released: Path) -> None:
    import frictionless

    report = frictionless.validate(str((released / "latest/datapackage.json").resolve()), type="package")
    assert report.valid, report.flatten(["name", "message"])[:5]


def test_growth_of_every_region_is_what_its_values_say(released: Path) -> None:
    """A region's mean growth lies between what its 5 and 95 percent values could give from its base."""
    frame = pl.read_parquet(released / "latest/region_forecast.parquet")
    base, last = (
        frame.filter(pl.col("year") == y, pl.col("scenario") == "as_reported").sort("region") for y in (2025, 2034)
    )
    fastest = ((last["value_usd_bn_p95"] / base["value_usd_bn_p05"]) ** (1 / 9) - 1) * 100
    slowest = ((last["value_usd_bn_p05"] / base["value_usd_bn_p95"]) ** (1 / 9) - 1) * 100
    assert (last["cagr_pct_mean"] < fastest).all()
    assert (last["cagr_pct_mean"] > slowest).all()


def test_second_run_publishes_nothing_and_says_so(released: Path, pipeline: Command) -> None:
    before = sorted(p.stat().st_mtime_ns for p in released.glob("release=*/*"))
    said = pipeline("run", "--processed", released)
    assert said.code == 0
    assert "nothing to publish" in said.err
    assert "North America" in said.out
    assert sorted(p.stat().st_mtime_ns for p in released.glob("release=*/*")) == before


@pytest.fixture(scope="module")
def successor(released: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, str]:
    """A release made from a changed assumption, beside the one before it: where it stands, and its id."""
    home = tmp_path_factory.mktemp("successor")
    shutil.copytree(ROOT / "data" / "raw", home / "raw")
    shutil.copytree(released, home / "processed", symlinks=True, ignore=shutil.ignore_patterns(".dagster", "work"))
    place = home / "raw" / "assumptions.yaml"
    place.write_text(place.read_text().replace("value: 0.045", "value: 0.046", 1))
    reseal(place)
    settings = Settings(raw=home / "raw", processed=home / "processed")
    outcome = run_all(settings)
    assert outcome.failures == ()
    return settings, str(outcome.release_id)


def folders(settings: Settings) -> list[str]:
    return ["--raw", str(settings.raw), "--processed", str(settings.processed)]


@pytest.mark.slow
def test_a_release_is_reproduced_byte_by_byte_in_another_folder(
    successor: tuple[Settings, str], pipeline: Command
) -> None:
    """With the one before it: the brief and changes.json tell of that one, and are compared too."""
    settings, made = successor
    files = [p for p in (settings.processed / f"release={made}").rglob("*") if p.is_file()]
    assert (settings.processed / f"release={made}" / "changes.json").is_file()
    # An input that was changed since is found under the name it was put away under.
    (settings.raw / "assumptions.yaml").rename(settings.raw / "kept.yaml")
    said = pipeline("reproduce", made, *folders(settings))
    (settings.raw / "kept.yaml").rename(settings.raw / "assumptions.yaml")
    assert (said.code, said.out.splitlines()) == (
        0,
        [f"Release {made} is reproduced: {len(files) - 1} files with the same bytes"],
    ), said.err


@pytest.mark.slow
def test_changed_code_is_said_and_the_first_difference_named(successor: tuple[Settings, str], tmp_path: Path) -> None:
    settings, made = successor
    for part in ("pipeline", "sql"):
        shutil.copytree(ROOT / part, tmp_path / part, ignore=shutil.ignore_patterns("__pycache__"))
    query = tmp_path / "sql" / "evidence" / "triangulation.sql"
    # The median of a source's estimates becomes the highest of them.
    query.write_text(query.read_text().replace("quantile_cont(value, 0.5)", "quantile_cont(value, 1.0)"))
    command = [sys.executable, "-m", "pipeline.cli", "reproduce", made, *folders(settings)]
    said = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert said.returncode == 1, said.stderr
    assert "Made with other code than the release: the content of tables is compared, not bytes." in said.stderr
    lines = [line for line in said.stdout.splitlines() if line.startswith("differs: ")]
    assert len(lines) == 1
    assert lines[0].startswith("differs: triangulation: ")


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_query_writes_text(form: str, released: Path, pipeline: Command) -> None:
    said = pipeline("query", QUESTION, "--processed", released, "--format", form)
    assert said.code == 0, said.err
    assert "North America" in said.out


def test_query_writes_parquet_to_stdout(released: Path) -> None:
    command = [sys.executable, "-m", "pipeline.cli", "query", QUESTION, "--format", "parquet", "--processed", released]
    found = subprocess.run(command, capture_output=True, check=True)
    assert pl.read_parquet(io.BytesIO(found.stdout))["region"].to_list() == ["North America"]


def test_query_refuses_what_lies_outside_the_release(released: Path, pipeline: Command) -> None:
    said = pipeline("query", "select * from read_text('/etc/hostname')", "--processed", released)
    assert said.code == 2
    assert said.out == ""
    assert said.err.startswith("error: ")
    assert said.err.count("\n") == 1


def test_inspect_reads_the_digest(pipeline: Command) -> None:
    file = Settings().raw / "reports/ai-training-market/report.md"
    said = pipeline("inspect", file, "--json")
    found = json.loads(said.out)
    assert (found["base_value_bn"], found["forecast_value_bn"], found["cagr_pct"]) == (12.0, 86.24, 24.5)
    assert found["regions"]["largest_share_pct"] == 56
    text = pipeline("inspect", file)
    assert "North America" in text.out
    assert text.code == 0


def test_inspect_of_nothing_is_one_line_and_exit_code_2(pipeline: Command, tmp_path: Path) -> None:
    said = pipeline("inspect", tmp_path / "no-such-report.md", "--json")
    assert said.code == 2
    assert "no-such-report.md" in said.err
    assert said.err.count("\n") == 1


def test_market_duckdb_answers_from_any_working_directory(
    released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    copy = shutil.copy(released / "market.duckdb", tmp_path / "copy.duckdb")
    with duckdb.connect(str(copy), read_only=True) as con:
        assert con.sql(QUESTION).fetchall()[0][0] == "North America"
