"""The assumptions file: every number the model needs that no source gives, with its range and its reason.

Belongs here: reading and checking data/raw/assumptions.yaml, and looking one up. Does not belong here: the scenarios of
the same file (scenarios.py), or what a claim or a draw makes of an assumption.
"""

from __future__ import annotations

import math
from collections.abc import Hashable
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from pipeline.errors import AssumptionError
from pipeline.evidence.scenarios import scenario_table, under
from pipeline.raw import read_verified
from pipeline.tables import TABLES
from pipeline.tables.words import AS_REPORTED, DISTRIBUTIONS

FILE = "assumptions.yaml"

SHARE_CONCENTRATION = "share_concentration"
GROWTH_SPREAD = "growth_spread"
SUBSTANTIAL_MARGIN = "substantial_margin"
HEDGE_WIDENING = "hedge_widening"
COST_SHARE = "compute_share_of_spend"
LIST_PRICE_PAID = "list_price_paid_share"
DOUBLING_YEARS = "price_performance_doubling_years"
ELASTICITY = "compute_price_elasticity"
SCENARIOS = "scenarios"

NEEDED: dict[str, tuple[float, float]] = {
    SHARE_CONCENTRATION: (0.05, 100.0),
    GROWTH_SPREAD: (0.001, 1.0),
    SUBSTANTIAL_MARGIN: (1.0, 100.0),
    HEDGE_WIDENING: (1.0, 100.0),
}
"""Assumptions the model cannot do without, each with the ends between which it makes sense at all."""

_NUMBERS = ("value", "low", "high")
_TEXTS = ("distribution", "unit", "why", "moves")


class _Loader(yaml.SafeLoader):
    """YAML as usual, but a key given twice is an error: the plain loader would silently keep the last."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.YAMLError(f"line {key.start_mark.line + 1}: {key.value} is given twice")
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def read_assumptions(raw: Path) -> pl.DataFrame:
    """Table `assumptions` of `raw`/assumptions.yaml: one row an entry, and one a change that a scenario makes.

    Raises RawDataError when the file or its sidecar is missing or does not match, and AssumptionError, naming file and
    key, when an entry is incomplete, not a number, outside its own range, or a needed one is absent.
    """
    path, content, scenarios = _content(raw)
    missing = [name for name in NEEDED if name not in content]
    if missing:
        raise AssumptionError(f"{path}: lacks {', '.join(missing)}, which the model needs")
    rows = [_entry(f"{path}: {name}", AS_REPORTED, str(name), entry) for name, entry in content.items()]
    scenario_table(path, scenarios, set(content))
    for scenario, entry in scenarios.items():
        for name, change in entry["changes"].items():
            place = f"{path}: {SCENARIOS}.{scenario}.changes.{name}"
            if not isinstance(change, dict):
                raise AssumptionError(f"{place}: must be a mapping from what changes to its new value")
            rows.append(_entry(place, scenario, name, content[name] | change))
    return TABLES["assumptions"].frame(rows)


def read_scenarios(raw: Path) -> pl.DataFrame:
    """Table `scenarios` of `raw`/assumptions.yaml: as_reported and every entry of its `scenarios`. Raises as above."""
    path, content, scenarios = _content(raw)
    return scenario_table(path, scenarios, set(content))


def _content(raw: Path) -> tuple[Path, dict[str, Any], dict[str, Any]]:
    """The verified file: its path, its assumptions, its scenarios."""
    path = raw / FILE
    data, _ = read_verified(path)
    try:
        content = yaml.load(data, Loader=_Loader)  # noqa: S506 - derives from SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise AssumptionError(f"{path}: cannot be read as YAML: {' '.join(str(error).split())}") from None
    if not isinstance(content, dict):
        raise AssumptionError(f"{path}: must be a mapping from the name of an assumption to its entry")
    scenarios = content.pop(SCENARIOS, None) or {}
    if not isinstance(scenarios, dict):
        raise AssumptionError(f"{path}: {SCENARIOS} must be a mapping from the name of a scenario to its entry")
    return path, content, scenarios


def assumption(assumptions: pl.DataFrame, name: str, scenario: str = AS_REPORTED) -> dict[str, Any]:
    """The row of one assumption as it holds in a scenario. Raises AssumptionError when the table lacks it."""
    rows = under(assumptions.filter(pl.col("name") == name), scenario, "name").to_dicts()
    if not rows:
        raise AssumptionError(f"assumptions: lacks {name}, which the model needs")
    return rows[0]


def _entry(place: str, scenario: str, name: str, entry: object) -> dict[str, object]:
    wanted = {*_NUMBERS, *_TEXTS}
    if not isinstance(entry, dict) or set(entry) != wanted:
        raise AssumptionError(f"{place}: must have exactly the keys {', '.join((*_NUMBERS, *_TEXTS))}")
    row: dict[str, object] = {"scenario": scenario, "name": name}
    row |= {key: _number(f"{place}.{key}", entry[key]) for key in _NUMBERS}
    row |= {key: _text(f"{place}.{key}", entry[key]) for key in _TEXTS}
    _check_range(place, name, row)
    return row


def _check_range(place: str, name: str, row: dict[str, Any]) -> None:
    low, value, high = row["low"], row["value"], row["high"]
    if not low <= value <= high:
        raise AssumptionError(f"{place}: value {value:g} is outside its own range {low:g} to {high:g}")
    if row["distribution"] not in DISTRIBUTIONS:
        raise AssumptionError(
            f"{place}: distribution must be one of {', '.join(DISTRIBUTIONS)}; got {row['distribution']}"
        )
    if row["distribution"] == "loguniform" and low <= 0:
        raise AssumptionError(f"{place}: a loguniform range must start above 0; got {low:g}")
    least, most = NEEDED.get(name, (-math.inf, math.inf))
    if not (least <= low and high <= most):
        raise AssumptionError(f"{place}: the model can use {least:g} to {most:g}; got the range {low:g} to {high:g}")


def _number(place: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise AssumptionError(f"{place}: must be a finite number; got {value!r}")
    return float(value)


def _text(place: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise AssumptionError(f"{place}: must be text; got {value!r}")
    return " ".join(value.split())
