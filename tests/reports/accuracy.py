"""How right the reader is on a folder of pages: `python -m tests.reports.accuracy FOLDER [--failures]`.

Beside each page stands `<name>.expected.json` with the values of `pipeline inspect --json` that a careful person would
return; what it leaves out is null or empty, and its list `ambiguous` names dotted paths that are not scored
("base_year", "dominant.Type", "companies"). Every single figure, name and list member is one value:

    precision = right / (right + wrong)    of what is returned, how much is right
    recall    = right / (right + missing)  of what the pages state, how much is returned

A value that differs is both wrong and missing. Names of dimensions are compared without regard to case (a page writes
"by product type", its table "Product Type"). Flags and status are counted apart.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.reports import read_report
from pipeline.reports.reading import SUFFIXES

EXPECTED = ".expected.json"
SCALARS = (
    "currency", "base_year", "base_value_bn", "estimate_year", "estimate_value_bn", "forecast_year",
    "forecast_value_bn", "cagr_pct", "cagr_period",
)  # fmt: skip
OF_REGIONS = ("largest", "largest_share_pct", "fastest")
MAPS = ("segmentation", "dominant", "dominant_share_pct", "fastest", "member_cagr_pct")
Value = tuple[str, ...]


def values(view: dict[str, Any]) -> set[Value]:
    """Every value of a reading's JSON (or of what is expected of it), as (path..., value)."""
    found = {(key, _shown(view[key])) for key in SCALARS if view.get(key) is not None}
    regions = view.get("regions") or {}
    found |= {("regions", key, _shown(regions[key])) for key in OF_REGIONS if regions.get(key) is not None}
    found |= {("regions", "shares", k, _shown(v)) for k, v in (regions.get("shares") or {}).items()}
    for key in MAPS:
        for name, value in (view.get(key) or {}).items():
            items = value if isinstance(value, list) else [value]
            found |= {(key, _named(key, name), _shown(item)) for item in items or ["(no list)"]}
    return found | {("companies", name) for name in view.get("companies") or []}


def _named(key: str, name: str) -> str:
    return name if key == "member_cagr_pct" else name.casefold()


def _shown(value: object) -> str:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return f"{value:.6g}" if is_number else str(value)


@dataclass
class Score:
    """Counts of values by area of the reading, and each failure in words."""

    right: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    failures: list[str] = field(default_factory=list)

    def add(self, page: str, found: set[Value], wanted: set[Value]) -> None:
        """Count the values of one page."""
        for counter, some in (
            (self.right, found & wanted), (self.wrong, found - wanted), (self.missing, wanted - found),
        ):  # fmt: skip
            counter.update(value[0] for value in some)
        self.failures += [f"{page}: wrong    {' . '.join(v)}" for v in sorted(found - wanted)]
        self.failures += [f"{page}: missing  {' . '.join(v)}" for v in sorted(wanted - found)]

    def ratios(self, areas: Iterable[str] | None = None) -> tuple[float, float]:
        """Precision and recall, of some areas or all; 1 where there is nothing."""
        right, wrong, missing = self.counts(areas)
        precision = right / (right + wrong) if right + wrong else 1.0
        return precision, right / (right + missing) if right + missing else 1.0

    def counts(self, areas: Iterable[str] | None = None) -> tuple[int, int, int]:
        """How many values are right, wrong, missing, of some areas or all."""
        right, wrong, missing = (
            sum(n for area, n in counter.items() if areas is None or area in areas)
            for counter in (self.right, self.wrong, self.missing)
        )
        return right, wrong, missing


def pages(folder: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Every page of a folder with what is expected of it."""
    for path in sorted(folder.iterdir()):
        beside = path.with_name(path.stem + EXPECTED)
        if path.suffix.lower() in SUFFIXES and beside.exists():
            yield path, json.loads(beside.read_text(encoding="utf-8"))


def scored(some: set[Value], ambiguous: Iterable[str]) -> set[Value]:
    """The values that are not under an ambiguous path."""
    paths = [tuple(path.casefold().split(".")) for path in ambiguous]

    def is_ambiguous(value: Value) -> bool:
        at = tuple(part for piece in value for part in piece.casefold().split("."))
        return any(at[: len(path)] == path for path in paths)

    return {value for value in some if not is_ambiguous(value)}


def score(folder: Path) -> tuple[Score, Score]:
    """(values, flags and status) over all pages of a folder."""
    of_values, of_flags = Score(), Score()
    for path, expected in pages(folder):
        try:
            view: dict[str, Any] = read_report(path).to_json()
        except PipelineError as error:
            view = {"status": f"unreadable: {error}", "flags": []}
        ambiguous = expected.get("ambiguous", [])
        of_values.add(path.name, *(scored(values(v), ambiguous) for v in (view, expected)))
        of_flags.add(path.name, *(scored(_flags(v), ambiguous) for v in (view, expected)))
    return of_values, of_flags


def _flags(view: dict[str, Any]) -> set[Value]:
    return {("flags", str(flag)) for flag in view.get("flags", [])} | {("status", str(view.get("status")))}


def main() -> None:
    """Print precision and recall, by area and in all."""
    parser = argparse.ArgumentParser(description="Precision and recall of the reader on a folder of pages.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--failures", action="store_true", help="print every value that is wrong or missing")
    given = parser.parse_args()
    of_values, of_flags = score(given.folder)
    areas = sorted({*of_values.right, *of_values.wrong, *of_values.missing})
    lines = [_line(area, of_values, {area}) for area in areas]
    lines += [_line("all values", of_values), _line("flags and status", of_flags)]
    shown = [*of_values.failures, *of_flags.failures] if given.failures else []
    sys.stdout.write("\n".join([*shown, *lines]) + "\n")


def _line(name: str, of: Score, areas: set[str] | None = None) -> str:
    (precision, recall), (right, wrong, missing) = of.ratios(areas), of.counts(areas)
    counts = f"right {right} wrong {wrong} missing {missing}"
    return f"{name:20} precision {precision:.3f}  recall {recall:.3f}  {counts}"


if __name__ == "__main__":
    main()
