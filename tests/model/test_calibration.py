"""A small calibration in the suite; `make calibrate` runs ten times as many markets and writes docs/calibration.md."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.evidence import read_assumptions
from pipeline.model.calibration import QUANTITIES, calibrate
from pipeline.settings import ROOT
from pipeline.tables import TABLES
from tests.source_claims import assumption_rows


@pytest.mark.slow
def test_ranges_hold_the_truth_as_often_as_they_say(tmp_path: Path) -> None:
    found = calibrate(read_assumptions(ROOT / "data" / "raw"), tmp_path, markets=1000, draws=256, seed=7)
    assert found.refused <= 2
    for row in found.coverage.to_dicts():
        p = row["nominal_pct"] / 100
        # Four standard errors of a proportion.
        assert abs(row["covered_pct"] / 100 - p) < 4 * (p * (1 - p) / row["truths"]) ** 0.5, row
    for quantity in QUANTITIES:
        value, bound = found.chi_square(quantity)
        # The bound of `make calibrate` is passed by chance once in a hundred; half as much again once in 10,000.
        assert value < 1.5 * bound


def test_a_model_that_is_too_sure_is_caught(tmp_path: Path) -> None:
    """Truths whose growths lie three times as far apart as the model believes."""
    believed = TABLES["assumptions"].frame(assumption_rows(growth_spread={"value": 0.03, "low": 0.03, "high": 0.03}))
    truth = TABLES["assumptions"].frame(assumption_rows(growth_spread={"value": 0.09, "low": 0.09, "high": 0.09}))
    found = calibrate(believed, tmp_path, markets=100, draws=128, seed=7, truth=truth)
    covered = {(r["quantity"], r["nominal_pct"]): r["covered_pct"] for r in found.coverage.to_dicts()}
    assert covered["cagr", 90.0] < 75
    assert found.chi_square("cagr")[0] > found.chi_square("cagr")[1]
