"""The release gate passes a good set of tables and sees each kind of fault it is there for."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from pipeline.quality.gate import Finding, run_gate
from pipeline.quality.page import render
from pipeline.settings import Settings
from pipeline.tables import PUBLISHED, TABLES
from tests import tiny


def written(frames: dict[str, pl.DataFrame], folder: Path) -> dict[str, Path]:
    """Every published table as parquet; tables that the gate's faults do not touch are empty."""
    folder.mkdir()
    paths = {}
    for name in PUBLISHED:
        paths[name] = folder / f"{name}.parquet"
        frames.get(name, TABLES[name].frame([])).write_parquet(paths[name])
    return paths


def failed(findings: list[Finding]) -> set[tuple[str, str]]:
    """Table and expectation of every finding that did not pass, tables left empty here aside."""
    return {
        (f.table, f.expectation) for f in findings if not f.passed and f.table in {*tiny.tables(), "totals", "changes"}
    }


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return written(tiny.tables(), tmp_path_factory.mktemp("gate") / "good")


def test_good_tables_pass(good: dict[str, Path]) -> None:
    findings = run_gate(good, {}, Settings())
    assert failed(findings) == set()
    assert {f.table for f in findings} >= {"totals", "market_forecast", "region_forecast"}


def scaled(table: str, column: str, factor: float) -> dict[str, pl.DataFrame]:
    frames = tiny.tables()
    frames[table] = frames[table].with_columns(pl.col(column) * factor)
    return frames


@pytest.mark.parametrize(
    ("frames", "finding"),
    [
        (scaled("region_forecast", "value_usd_bn_mean", 1.000001), ("totals", "column_values_to_be_between")),
        (scaled("region_forecast", "share_p95", 3.0), ("region_forecast", "column_values_to_be_between")),
        (
            scaled("segment_forecast", "value_usd_bn_p25", 1.1),
            ("segment_forecast", "column_pair_values_a_to_be_greater_than_b"),
        ),
        (
            {n: (pl.concat([f, f]) if n == "market_forecast" else f) for n, f in tiny.tables().items()},
            ("market_forecast", "compound_columns_to_be_unique"),
        ),
        (
            {n: (f.clear() if n == "market_forecast" else f) for n, f in tiny.tables().items()},
            ("market_forecast", "table_row_count_to_be_between"),
        ),
    ],
)  # fmt: skip
def test_fault_is_seen(frames: dict[str, pl.DataFrame], finding: tuple[str, str], tmp_path: Path) -> None:
    findings = run_gate(written(frames, tmp_path / "bad"), {}, Settings())
    assert finding in failed(findings)


def test_a_unit_slip_against_the_previous_release_is_seen(good: dict[str, Path], tmp_path: Path) -> None:
    frames = scaled("market_forecast", "value_usd_bn_mean", 1000.0)
    findings = run_gate(written(frames, tmp_path / "slip"), good, Settings())
    assert ("changes", "column_values_to_be_between") in failed(findings)


def test_lost_rows_against_the_previous_release_are_seen(good: dict[str, Path], tmp_path: Path) -> None:
    frames = tiny.tables()
    frames["market_forecast"] = frames["market_forecast"].filter(pl.col("year") == 2025)
    findings = run_gate(written(frames, tmp_path / "lost"), good, Settings())
    assert ("market_forecast", "table_row_count_to_be_between") in failed(findings)


def test_unchanged_release_passes_against_itself(good: dict[str, Path]) -> None:
    assert failed(run_gate(good, good, Settings())) == set()


def test_page_shows_what_failed_and_escapes_it() -> None:
    rule: dict[str, object] = {"rule": "r", "promise": "<script>alert(1)</script>", "passed": False, "failing_rows": 3}
    finding = Finding("t", "column_values_to_be_between", "{}", False, "", 2, "[1]")
    page = render([rule], [finding])
    assert "2 of 2 checks failed" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "http" not in page.replace("<!doctype html>", "")
