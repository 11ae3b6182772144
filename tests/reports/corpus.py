"""The corpus of pages: loading a case and comparing a reading with what it expects, value by value."""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent / "corpus"
HEAD = (
    "The widget market was valued at USD 4.0 billion in 2024 and is projected to reach USD 8.0 billion by 2034, "
    "growing at a CAGR of 7.2% from 2025 to 2034."
)
HEAD_SAYS = {
    "currency": "USD", "base_year": 2024, "base_value_bn": 4.0, "forecast_year": 2034, "forecast_value_bn": 8.0,
    "cagr_pct": 7.2, "cagr_period": [2025, 2034],
}  # fmt: skip
SCALARS = (
    "currency", "base_year", "base_value_bn", "estimate_year", "estimate_value_bn", "forecast_year", "forecast_value_bn",
    "cagr_pct", "cagr_period",
)  # fmt: skip
MAPS = ("segmentation", "dominant", "dominant_share_pct", "fastest", "member_cagr_pct")


@dataclass(frozen=True)
class Case:
    """A page in our own words and the whole of what it says."""

    name: str
    page: str
    suffix: str
    status: str
    flags: frozenset[str]
    expect: dict[str, Any]


def load(file: Path) -> list[Case]:
    """The cases of one file."""
    return [_case(entry) for entry in yaml.safe_load(file.read_text(encoding="utf-8"))]


def _case(entry: dict[str, Any]) -> Case:
    page, expect, flags = entry["page"], dict(entry.get("expect", {})), set(entry.get("flags", ()))
    if not page.lstrip().startswith(("# ", "<")):
        page = f"# Widget Market\n\n{entry.get('head', HEAD)}\n\n{page}"
        expect = HEAD_SAYS | expect
        if "companies" not in expect:
            flags.add("companies_not_listed")
    return Case(
        entry["name"], page, entry.get("suffix", ".md"), entry.get("status", "accepted"), frozenset(flags), expect
    )


def cases() -> list[Case]:
    """Every case of every file."""
    return [case for file in sorted(HERE.glob("*.yaml")) for case in load(file)]


def values(view: dict[str, Any]) -> set[tuple[str, ...]]:
    """Every value of a reading's JSON (or of what a case expects of it), as (path..., value)."""
    found: set[tuple[str, ...]] = set()
    for key in SCALARS:
        if view.get(key) is not None:
            found.add((key, _shown(view[key])))
    regions = view.get("regions", {})
    for key in ("largest", "largest_share_pct", "fastest"):
        if regions.get(key) is not None:
            found.add(("regions", key, _shown(regions[key])))
    found |= {("regions", "shares", k, _shown(v)) for k, v in regions.get("shares", {}).items()}
    for key in MAPS:
        for name, value in view.get(key, {}).items():
            items = value if isinstance(value, list) else [value]
            found |= {(key, name, _shown(item)) for item in items or ["(no list)"]}
    return found | {("companies", name) for name in view.get("companies", [])}


def _shown(value: object) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)
