"""The source report as the reader should hand it over: members and binding claims, written by hand from its pages."""

from __future__ import annotations

from typing import Any

import polars as pl

from pipeline.tables import TABLES

MARKET = "ai-training-market"
CLOUD = "Cloud-Hosted Training Service and Spot GPU"
ON_PREMISES = "On-Premises GPU Training Cluster"
FINE_TUNING = "Enterprise Domain-Specific Fine-Tuning"

DIMENSIONS: dict[str, tuple[str, ...]] = {
    "Infrastructure Type": (
        ON_PREMISES,
        CLOUD,
        "Managed Training Platform with MLOps Integration",
        "Colocation AI Training Data Centre",
    ),
    "Training Scale": (
        "Large Foundation Model Pre-Training Compute",
        FINE_TUNING,
        "Task-Specific Model Training for Production",
        "Research and Experimental Training",
    ),
    "Framework and Tooling": (
        "Distributed Training Framework",
        "Experiment Tracking and Versioning",
        "Data Pipeline and Feature Store",
        "Hyperparameter Optimisation",
        "Training Monitoring and Debugging",
    ),
    "End-User": (
        "Foundation Model Developer",
        "Enterprise ML Engineering Team",
        "Research Institution and Academic",
        "Independent AI Developer and Startup",
    ),
    "Geography": ("North America", "Europe", "Asia Pacific", "Latin America", "Middle East and Africa"),
}


def report(market: str = MARKET, **changes: Any) -> dict[str, Any]:
    row = {
        "report_id": market, "market": market, "title": "AI Training Market", "vendor": "TrendX Insights",
        "base_year": 2025, "base_value_usd_bn": 12.0, "forecast_year": 2034, "forecast_value_usd_bn": 86.24,
        "cagr_pct": 24.5, "cagr_period": "2026-2034", "status": "accepted", "flags": "", "reasons": "",
    }  # fmt: skip
    return row | changes


def segment_rows(
    market: str = MARKET, dimensions: dict[str, tuple[str, ...]] | None = None, regions: str = "Geography"
) -> list[dict[str, Any]]:
    return [
        {
            "report_id": market, "dimension": name, "dimension_kind": "region" if name == regions else "segment",
            "member": member, "position": place,
        }
        for name, members in (DIMENSIONS if dimensions is None else dimensions).items()
        for place, member in enumerate(members, start=1)
    ]  # fmt: skip


def claim(metric: str, dimension: str, member: str, market: str = MARKET, **more: Any) -> dict[str, Any]:
    row = {
        "report_id": market, "claim_id": f"{metric}.{member}", "section": "8", "dimension": dimension, "member": member,
        "metric": metric, "comparator": "is", "quote": "x", "char_start": 0, "char_end": 1,
    }  # fmt: skip
    return row | more


def share(dimension: str, member: str, value: float, **more: Any) -> dict[str, Any]:
    stated = {"comparator": "=", "value_low": value, "value_high": value, "decimals": 0, "unit": "pct"}
    return claim("share", dimension, member, **(stated | more))


def source_claims() -> list[dict[str, Any]]:
    base = {"year_from": 2025, "year_to": 2025}
    return [
        claim("largest", "Infrastructure Type", CLOUD, **base),
        claim("margin_over", "Infrastructure Type", CLOUD, other_member=ON_PREMISES, **base),
        claim("fastest", "Training Scale", FINE_TUNING, year_to=2034),
        claim("largest", "Geography", "North America", **base),
        share("Geography", "North America", 56, hedge="around", **base),
        claim("fastest", "Geography", "Asia Pacific", year_to=2034),
    ]


def assumption_rows(**changes: dict[str, Any]) -> list[dict[str, Any]]:
    """Assumptions for tests: everything fixed, so that distributions can be worked by hand."""
    values = {"share_concentration": 1.0, "growth_spread": 0.05, "substantial_margin": 1.5, "hedge_widening": 2.0}
    return [
        {
            "scenario": "as_reported", "name": name, "value": value, "low": value, "high": value,
            "distribution": "fixed", "unit": "1",
            "why": "test", "moves": "test",
        } | changes.get(name, {})
        for name, value in values.items()
    ]  # fmt: skip


def frames(
    reports: list[dict[str, Any]],
    segments: list[dict[str, Any]],
    claims: list[dict[str, Any]],
    assumptions: list[dict[str, Any]] | None = None,
) -> dict[str, pl.DataFrame]:
    """The four tables that make_constraints takes."""
    rows = {"reports": reports, "segments": segments, "claims": claims, "assumptions": assumptions or assumption_rows()}
    return {name: TABLES[name].frame(found) for name, found in rows.items()}
