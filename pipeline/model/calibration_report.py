"""Calibration of the forecast model (`make calibrate`): writes docs/calibration.md and its plots, fails when it is off.

Belongs here: sizes, layout of the report. Does not belong here: the simulation (calibration.py).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import altair as alt
import numpy as np
import polars as pl

from pipeline.charts import png
from pipeline.evidence import read_assumptions
from pipeline.model.calibration import BINS, CLAIMS, QUANTITIES, Calibration, calibrate
from pipeline.settings import ROOT

# So many that 1.5 points are three standard errors of the coverage of a 50 percent range.
MARKETS, DRAWS, SEED = 10_000, 512, 20261125
TOLERANCE = 1.5
DOCS = ROOT / "docs"


def main() -> int:
    """Run, write the report, say whether it passed (exit status)."""
    with tempfile.TemporaryDirectory() as folder:
        found = calibrate(
            read_assumptions(ROOT / "data" / "raw"), Path(folder), markets=MARKETS, draws=DRAWS, seed=SEED
        )
    DOCS.mkdir(exist_ok=True)
    (DOCS / "calibration.png").write_bytes(png(_histograms(found)))
    passed = bool(((found.coverage["covered_pct"] - found.coverage["nominal_pct"]).abs() <= TOLERANCE).all()) and all(
        found.chi_square(q)[0] <= found.chi_square(q)[1] for q in QUANTITIES
    )
    (DOCS / "calibration.md").write_text(_report(found, passed), encoding="utf-8")
    sys.stdout.write(_report(found, passed))
    return 0 if passed else 1


def _report(found: Calibration, passed: bool) -> str:
    lines = [
        "# Calibration",
        "",
        "Made by `make calibrate`; do not edit. A range called 90 percent should hold the truth in 90 of 100",
        f"markets. {found.markets:,} synthetic markets were drawn from the documented prior with ordinary random",
        f"numbers, claims of {len(CLAIMS)} kinds were printed from each truth as a report prints them (rounded,",
        f"hedged, ranked), and the claims went through the code that forecasts real markets ({DRAWS} draws",
        "each). Method: Talts et al. (2018), arXiv:1804.06788. One member a market counts, chosen beforehand.",
        "",
        f"Protocol: seed {SEED} was fixed before any run under it, and this is the first run under it. Before,",
        "runs under seed 20260101 found a fault: with 5,000 markets the 50 percent range of 2034 values held",
        "48.2 percent of the truths, because a cap cut large weights. The cap was mended and passed under that",
        "seed, which proves little about the mended code; hence this run under a seed that nothing was tuned on.",
        "",
        f"Result: **{'passed' if passed else 'failed'}**",
        f"(coverage within {TOLERANCE} points, ranks uniform at 1 percent).",
        f"{found.refused} of {found.markets:,} markets were refused as too rare to sample; they are not counted.",
        "",
        "| quantity | range | truths inside | markets |",
        "|---|---|---|---|",
    ]
    for row in found.coverage.to_dicts():
        lines.append(
            f"| {row['quantity']} | {row['nominal_pct']:.0f} % | {row['covered_pct']:.1f} % | {row['truths']:,} |"
        )
    lines += ["", "| quantity | chi-square of the ranks | bound at 1 percent |", "|---|---|---|"]
    for quantity in QUANTITIES:
        value, bound = found.chi_square(quantity)
        lines.append(f"| {quantity} | {value:.1f} | {bound:.1f} |")
    lines += ["", "![Rank of the truth among the draws](calibration.png)", "", "Which methods made the draws:", ""]
    lines += ["| method | markets | fewest effective draws |", "|---|---|---|"]
    lines += [f"| {r['method']} | {r['markets']} | {r['effective_draws']:.0f} |" for r in found.methods.to_dicts()]
    return "\n".join(lines) + "\n"


def _histograms(found: Calibration) -> alt.FacetChart:
    rows = [
        {"quantity": q, "bin": i, "markets": int(n)}
        for q in QUANTITIES
        for i, n in enumerate(np.bincount(found.ranks[q], minlength=BINS))
    ]
    bars = alt.Chart(alt.InlineData(values=pl.DataFrame(rows).to_dicts())).mark_bar(color="#5b8db8")
    picture = bars.encode(x=alt.X("bin:O", title="rank of the truth among the draws, in 20 bins"), y="markets:Q")
    by_quantity: alt.FacetChart = picture.properties(width=260, height=140).facet(
        column=alt.Column("quantity:N", title=None)
    )
    return by_quantity


if __name__ == "__main__":
    sys.exit(main())
