"""What the tests of the report reader share: reading a text in memory, and a small sound page to change."""

from __future__ import annotations

import os
from pathlib import Path

from pipeline.reports.reading import Limits, ReportReading, read_bytes
from pipeline.reports.segmentation import Splits
from pipeline.settings import ROOT

DEFAULT = ROOT / "data" / "raw" / "reports" / "ai-training-market"
ORIGINAL = Path(os.environ.get("PIPELINE_SHARED") or ROOT.parent / "shared") / "source" / "ai-training-market.txt"

PAGE = """\
# Widget Market

## 1. Size

The Widget Market was valued at USD 4.00 Bn in 2024 and is projected to reach USD 8.00 Bn by 2034, growing at a CAGR of
7.2% from 2025 to 2034.

## 2. Top companies

- Alpha Works
- Beta Tools

## 3. Segmentation

| Segmentation | Sub-Segments |
|---|---|
| By Material | Steel Widgets; Brass Widgets; Plastic Widgets |
| By Geography | North America Europe Asia Pacific Latin America Middle East and Africa |

## 4. Segments

By material, the steel widgets segment dominated the market in 2024 by a wide margin over plastic alternatives.

By material, the brass widgets segment is projected to register the highest growth rate through 2034.

## 5. Regions

Europe dominated the Widget Market in 2024, accounting for around 35 percent of revenue.

Asia Pacific is projected to register the highest CAGR in the Widget Market through 2034.
"""
"""4.00 to 8.00 in ten years doubles: 2 ** (1 / 10) - 1 = 7.177 percent a year."""


def read_text(text: str, suffix: str = ".md", splits: Splits | None = None) -> ReportReading:
    """The reading of a text, as if it stood in a file."""
    return read_bytes(
        text.encode(),
        suffix=suffix,
        report_id="test",
        place=f"test{suffix}",
        splits=splits or Splits(),
        limits=Limits(),
    )


def assert_quotes(reading: ReportReading) -> None:
    """Every claim points at its words."""
    for claim in reading.claims:
        assert reading.text[claim.char_start : claim.char_end] == claim.quote
        assert claim.quote


def write(path: Path, text: str) -> Path:
    """A file with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path
