"""A table that is made in parts: whole when all parts keep the contract, not there at all when one breaks it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import dagster as dg
import polars as pl
import pytest

from pipeline.dag import tables
from pipeline.dag.resources import Run
from pipeline.dag.tables import table_asset
from pipeline.settings import ROOT
from pipeline.tables import TABLES


def leaders(*markets: str, chance: float = 0.6) -> pl.DataFrame:
    return TABLES["leaders"].frame(
        [
            {"market": m, "scenario": "as_reported", "dimension": "Type", "dimension_kind": "segment",
             "base_year": 2025, "forecast_year": 2034, "largest_member": "A", "p_largest": chance}
            for m in markets
        ]
    )  # fmt: skip


def made(tmp_path: Path, *parts: pl.DataFrame) -> tuple[dg.ExecuteInProcessResult, Run]:
    def compute(_: Run, __: Mapping[str, pl.DataFrame]) -> Iterator[Mapping[str, pl.DataFrame]]:
        for part in parts:
            yield {"leaders": part}

    shutil.copytree(ROOT / "data" / "raw" / "reference", tmp_path / "raw" / "reference")
    run = Run(raw=str(tmp_path / "raw"), processed=str(tmp_path / "processed"))
    asset = table_asset(name="a", tables=["leaders"], inputs=[], compute=compute, code="select 1", load=False)
    return dg.materialize([asset], resources={"run": run}, raise_on_error=False), run


def test_parts_make_one_table(tmp_path: Path) -> None:
    result, run = made(tmp_path, leaders("a", "b"), leaders(), leaders("c"))
    assert result.success
    assert run.store.read("leaders")["market"].to_list() == ["a", "b", "c"]
    [check] = result.get_asset_check_evaluations()
    assert check.passed
    assert check.metadata["rows"].value == 3


@pytest.mark.parametrize("checked_bytes", [0, tables.CHECKED_BYTES])
@pytest.mark.parametrize("broken", [leaders("c", chance=1.5), leaders("c", "c")])
def test_a_later_part_that_breaks_the_contract_hands_nothing_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: pl.DataFrame, checked_bytes: int
) -> None:
    monkeypatch.setattr(tables, "CHECKED_BYTES", checked_bytes)
    result, run = made(tmp_path, leaders("a", "b"), broken)
    assert not result.success
    [check] = result.get_asset_check_evaluations()
    assert not check.passed
    assert "broken" in check.metadata
    assert list(run.store.path("leaders").parent.glob("*")) == []
