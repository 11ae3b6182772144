"""The corpus of pages: loading a case. What a reading says, value by value, is in accuracy.py."""

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
