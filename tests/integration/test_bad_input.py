"""Bad input, through the public command: one clear line with file and place, and never a half-written release."""

from __future__ import annotations

import csv
from pathlib import Path

import polars as pl
import pytest

from pipeline.raw import reseal
from tests.integration.conftest import REPORT, Command, Said, add_report

pytestmark = pytest.mark.usefixtures("few_draws")


def refused(said: Said, processed: Path, *words: str) -> None:
    """Nothing was published, and the last lines say why, without a traceback."""
    assert said.code == 1, said.err
    assert said.out == ""
    assert "Traceback" not in said.err
    for word in words:
        assert word in said.err
    assert not list(processed.glob("release=*")) if processed.is_dir() else True
    assert not (processed / "latest").exists()


def edit(file: Path, old: str, new: str) -> None:
    """Change a raw file on purpose, and seal it."""
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")
    reseal(file)


def edit_prices(raw: Path, changes: dict[int, dict[str, str]], extra: list[int] = ()) -> None:  # type: ignore[assignment]
    """Change cells of the price file by row (from 0), and repeat the rows `extra` at its end."""
    file = raw / "prices/observations.csv"
    with file.open(newline="", encoding="utf-8") as handle:
        rows = list(csv.DictReader(handle))
    for number, cells in changes.items():
        assert cells.keys() <= rows[number].keys()
        rows[number] |= cells
    with file.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(
            [*rows, *({**rows[i], "price_usd_per_accelerator_hour": "6.5", "price_usd_per_hour": ""} for i in extra)]
        )
    reseal(file)


def test_a_missing_raw_folder(pipeline: Command, tmp_path: Path) -> None:
    said = pipeline("run", "--raw", tmp_path / "nowhere", "--processed", tmp_path / "out")
    refused(said, tmp_path / "out", "nowhere", "--raw")


@pytest.mark.slow
def test_a_missing_file(raw: Path, pipeline: Command, tmp_path: Path) -> None:
    (raw / "reference/regions.csv").unlink()
    said = pipeline("run", "--raw", raw, "--processed", tmp_path / "out")
    refused(said, tmp_path / "out", "reference/regions.csv")


@pytest.mark.slow
def test_a_wrong_hash_names_both(raw: Path, pipeline: Command, tmp_path: Path) -> None:
    file = raw / "prices/observations.csv"
    file.write_bytes(file.read_bytes() + b"\n")
    said = pipeline("run", "--raw", raw, "--processed", tmp_path / "out")
    refused(said, tmp_path / "out", "observations.csv", "sha256 is", "its sidecar says", "seal")


@pytest.mark.slow
def test_the_only_report_with_an_impossible_share(raw: Path, pipeline: Command, tmp_path: Path) -> None:
    edit(raw / REPORT, "56 percent", "160 percent")
    said = pipeline("run", "--raw", raw, "--processed", tmp_path / "out")
    refused(said, tmp_path / "out", "at least one report must be usable", "ai-training-market", "160")


def test_bad_reports_do_not_take_the_good_one_down(raw: Path, pipeline: Command, tmp_path: Path) -> None:
    good = (raw / REPORT).read_text(encoding="utf-8")
    add_report(raw, "a-empty", "")
    add_report(raw, "b-wrong-hash", good, sealed=False)
    (raw / "reports/b-wrong-hash/report.md").write_text(good + "more", encoding="utf-8")
    add_report(raw, "c-share", good.replace("56 percent", "160 percent"))
    split = add_report(raw, "d-split", good).with_name("segmentation.yaml")
    original = raw / REPORT.parent / "segmentation.yaml"
    split.write_text(original.read_text().replace("Colocation AI Training Data Centre", "Colocation"), encoding="utf-8")
    meta = split.with_name("segmentation.yaml.meta.yaml")
    meta.write_text(original.with_name("segmentation.yaml.meta.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    reseal(split)

    said = pipeline("run", "--raw", raw, "--processed", tmp_path / "out")
    assert said.code == 0, said.err
    reports = pl.read_parquet(tmp_path / "out/latest/reports.parquet")
    status = dict(reports.select("report_id", "status").iter_rows())
    assert status == {
        "a-empty": "rejected", "ai-training-market": "accepted", "b-wrong-hash": "rejected", "c-share": "rejected",
        "d-split": "rejected",
    }  # fmt: skip
    reasons = dict(reports.select("report_id", "reasons").iter_rows())
    assert "sha256 is" in reasons["b-wrong-hash"]
    assert "160" in reasons["c-share"]
    assert "Infrastructure Type" in reasons["d-split"]
    assert "Rejected: a-empty" in said.out
    markets = pl.read_parquet(tmp_path / "out/latest/market_forecast.parquet")["market"].unique().to_list()
    assert markets == ["ai-training-market"]


@pytest.mark.slow
def test_broken_price_rows_are_refused_one_by_one(raw: Path, pipeline: Command, tmp_path: Path) -> None:
    bad = {0: "-41.9", 1: "inf", 2: "0", 3: "nan"}
    edit_prices(raw, {row: {"price_usd_per_accelerator_hour": value} for row, value in bad.items()}, extra=[10])
    said = pipeline("run", "--raw", raw, "--processed", tmp_path / "out")
    assert said.code == 0, said.err
    refused_rows = pl.read_parquet(tmp_path / "out/latest/rejected_rows.parquet")
    found = dict(refused_rows.select("source_row", "detail").iter_rows())
    for row, value in bad.items():
        assert row + 1 in found, row
        assert value.lstrip("-") in found[row + 1]
    assert {11, 2872} <= found.keys(), "both rows of the duplicate offer with two prices"
    kept = pl.read_parquet(tmp_path / "out/latest/price_observations.parquet")
    assert not set(kept["source_row"]) & {1, 2, 3, 4, 11, 2872}


def test_an_unknown_region(raw: Path, pipeline: Command, tmp_path: Path) -> None:
    edit_prices(raw, {5: {"region": "atlantis-1"}})
    said = pipeline("run", "--raw", raw, "--processed", tmp_path / "out")
    refused(said, tmp_path / "out", "observations.csv", "atlantis-1", "6")


def test_an_unwritable_processed_folder(pipeline: Command, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    said = pipeline("run", "--processed", tmp_path / "file" / "out")
    refused(said, tmp_path / "file" / "out", str(tmp_path / "file" / "out"), "cannot be written", "--processed")


@pytest.mark.slow
def test_an_assumption_outside_its_range(raw: Path, pipeline: Command, tmp_path: Path) -> None:
    edit(raw / "assumptions.yaml", "value: 0.045", "value: 0.45")
    said = pipeline("run", "--raw", raw, "--processed", tmp_path / "out")
    refused(said, tmp_path / "out", "assumptions.yaml", "growth_spread", "0.45")
