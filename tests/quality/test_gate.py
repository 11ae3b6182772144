"""The release gate passes a good set of tables and sees each kind of fault it is there for."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from pipeline.quality.gate import Finding, run_gate
from pipeline.quality.page import render
from pipeline.settings import Settings
from pipeline.tables import PUBLISHED
from tests import tiny


def written(frames: dict[str, pl.DataFrame], folder: Path) -> dict[str, Path]:
    """The published ones of the tables, as parquet."""
    folder.mkdir()
    paths = {name: folder / f"{name}.parquet" for name in PUBLISHED if name in frames}
    for name, path in paths.items():
        frames[name].write_parquet(path)
    return paths


def failed(findings: list[Finding]) -> set[tuple[str, str]]:
    """Expectation, and table or market, of everything that did not hold."""
    return {
        (f.expectation, row.get("table") or row["market"])
        for f in findings
        if not f.passed
        for row in map(json.loads, f.sample.split("; "))
    }


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return written(tiny.tables(), tmp_path_factory.mktemp("gate") / "good")


def test_good_tables_pass(good: dict[str, Path]) -> None:
    findings = run_gate(good, {}, Settings())
    assert failed(findings) == set()
    assert {f.subject for f in findings} == {"tables", "columns", "quantiles", "totals"}
    assert all(f.looked_at > 0 for f in findings)


def scaled(table: str, column: str, factor: float) -> dict[str, pl.DataFrame]:
    frames = tiny.tables()
    frames[table] = frames[table].with_columns(pl.col(column) * factor)
    return frames


@pytest.mark.parametrize(
    ("frames", "finding"),
    [
        (scaled("region_forecast", "value_usd_bn_mean", 1.000001), ("members add up to their market", "tiny")),
        (scaled("region_forecast", "share_p95", 3.0), ("no number above its bound", "region_forecast")),
        (scaled("region_forecast", "share_p05", -1.0), ("no number below its bound", "region_forecast")),
        (
            scaled("segment_forecast", "value_usd_bn_p25", 1.1),
            ("quantiles rise", "segment_forecast"),
        ),
        (
            {n: (pl.concat([f, f]) if n == "market_forecast" else f) for n, f in tiny.tables().items()},
            ("no key stands twice", "market_forecast"),
        ),
        (
            {n: (f.clear() if n == "market_forecast" else f) for n, f in tiny.tables().items()},
            ("no table lost rows", "market_forecast"),
        ),
    ],
)  # fmt: skip
def test_fault_is_seen(frames: dict[str, pl.DataFrame], finding: tuple[str, str], tmp_path: Path) -> None:
    findings = run_gate(written(frames, tmp_path / "bad"), {}, Settings())
    assert finding in failed(findings)


def test_a_unit_slip_against_the_previous_release_is_seen(good: dict[str, Path], tmp_path: Path) -> None:
    frames = scaled("market_forecast", "value_usd_bn_mean", 1000.0)
    findings = run_gate(written(frames, tmp_path / "slip"), good, Settings())
    assert ("no market moved tenfold", "tiny") in failed(findings)


def test_lost_rows_against_the_previous_release_are_seen(good: dict[str, Path], tmp_path: Path) -> None:
    frames = tiny.tables()
    frames["market_forecast"] = frames["market_forecast"].filter(pl.col("year") == 2025)
    findings = run_gate(written(frames, tmp_path / "lost"), good, Settings())
    assert ("no table lost rows", "market_forecast") in failed(findings)


def test_unchanged_release_passes_against_itself(good: dict[str, Path]) -> None:
    assert failed(run_gate(good, good, Settings())) == set()


def test_page_shows_what_failed_and_escapes_it() -> None:
    rule: dict[str, object] = {"rule": "r", "promise": "<script>alert(1)</script>", "passed": False, "failing_rows": 3}
    finding = Finding("t", "quantiles rise", False, 3, 2, "<b>1</b>")
    page = render([rule], [finding])
    assert "2 of 2 checks failed" in page
    assert "<script>" not in page
    assert "&lt;script&gt;" in page
    assert "<b>1" not in page
    assert "http" not in page.replace("<!doctype html>", "")
