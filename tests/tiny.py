"""A market small enough to work out by hand, as frames of every table that the checks read.

USD 10 bn in 2025, 40 bn in 2027, so 20 in 2026. Two types (A 0.6, B 0.4) and two regions (North 0.7, South 0.3), whose
shares stay as they are. North's share is a claim; nothing is claimed about the types.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from pipeline.store import Store
from pipeline.tables import TABLES

MARKET = "tiny"
SIZES = {2025: 10.0, 2026: 20.0, 2027: 40.0}
TYPES = {"A": 0.6, "B": 0.4}
REGIONS = {"North": 0.7, "South": 0.3}


def tables() -> dict[str, pl.DataFrame]:
    """Every table the reconciliation rules and the gate read, consistent with each other."""
    member = [*_members("Type", "segment", TYPES, bound=False), *_members("Geography", "region", REGIONS, bound=True)]
    rows: dict[str, list[dict[str, Any]]] = {
        "reports": [_report()],
        "claims": [_size("base", 2025, 10.0), _size("forecast", 2027, 40.0)],
        "segments": [
            {"report_id": MARKET, "dimension": d, "dimension_kind": k, "member": m, "position": i + 1}
            for d, k, names in (("Type", "segment", TYPES), ("Geography", "region", REGIONS))
            for i, m in enumerate(names)
        ],
        "constraints": [_constraint("share_between", 0.69, 0.71), _constraint("largest", None, None)],
        "draw_quality": [_quality("Type", "segment"), _quality("Geography", "region")],
        "market_forecast": [
            {
                "market": MARKET, "scenario": "as_reported", "year": y, **_flat("value_usd_bn", v),
                "evidence_grade": "reported",
            }
            for y, v in SIZES.items()
        ],
        "member_forecast": member,
        "segment_forecast": [_published(r, "segment") for r in member if r["dimension"] == "Type"],
        "region_forecast": [_published(r, "region") for r in member if r["dimension"] == "Geography"],
        "segment_region_forecast": [
            {
                "market": MARKET, "scenario": "as_reported", "dimension": "Type", "segment": s, "region": r, "year": y,
                **_flat("value_usd_bn", v * a * b),
                "evidence_grade": "reported" if (s, r, y) == ("A", "North", 2027) else "prior",
            }
            for s, a in TYPES.items() for r, b in REGIONS.items() for y, v in SIZES.items()
        ],
        "model_rejects": [],
        "cross_figures": [
            {"market": MARKET, "figure_id": "a.north", "dimension": "Type", "segment": "A", "region": "North",
             "year": 2027, "metric": "share_of_market_pct", "value": 42.0, "source": "s", "quote": "q", "source_row": 1}
        ],
        "assumptions": [
            {"scenario": "as_reported", "name": "hedge_widening", "value": 2.0, "low": 1.0, "high": 4.0,
             "distribution": "fixed", "unit": "1", "why": "w", "moves": "m"}
        ],
        # Two draws each; North is larger than South and grows faster in both.
        "share_draws": [
            {"market": MARKET, "scenario": "as_reported", "dimension": d, "dimension_kind": k, "draw": i,
             "base_shares": list(shares.values()), "growths": [0.01 * (i + 1), 0.0]}
            for d, k, shares in (("Type", "segment", TYPES), ("Geography", "region", REGIONS)) for i in range(2)
        ],
        "sensitivity": [
            {"market": MARKET, "scenario": "as_reported", "dimension": r["dimension"],
             "dimension_kind": r["dimension_kind"], "member": r["member"], "position": r["position"],
             "quantity": "value_usd_bn", "year": 2027, "factor": "unsettled", "factor_kind": "prior",
             "factor_about": "x", "first_order": 1.0, "first_order_low": 1.0, "first_order_high": 1.0,
             "total_order": 1.0, "evaluations": 64}
            for r in member if r["year"] == 2027
        ],
    }  # fmt: skip
    return {name: TABLES[name].frame(found) for name, found in rows.items()}


def hand_over(frames: dict[str, pl.DataFrame], store: Store) -> None:
    """Put frames where the pipeline's steps hand them over."""
    for name, frame in frames.items():
        store.write(name, frame)


def _members(dimension: str, kind: str, shares: dict[str, float], *, bound: bool) -> list[dict[str, Any]]:
    return [
        {
            "market": MARKET, "scenario": "as_reported", "dimension": dimension, "dimension_kind": kind, "member": m,
            "position": i + 1, "year": y, **_flat("value_usd_bn", v * share), **_flat("share", share),
            **_flat("cagr_pct", None if y == 2025 else 100.0), "p_largest": float(i == 0),
            "p_fastest": None if y == 2025 else 0.5,
            "evidence_grade": "bounded" if bound else "prior", "narrowing": 0.5 if bound else 0.0,
        }
        for i, (m, share) in enumerate(shares.items()) for y, v in SIZES.items()
    ]  # fmt: skip


def _published(row: dict[str, Any], name: str) -> dict[str, Any]:
    return {
        name if k == "member" else k: v
        for k, v in row.items()
        if k in {*TABLES[f"{name}_forecast"].column_names, "member"}
    }


def _flat(stem: str, value: float | None) -> dict[str, float | None]:
    return {f"{stem}_{s}": value for s in ("mean", "p05", "p25", "p50", "p75", "p95")}


def _report() -> dict[str, Any]:
    return {
        "report_id": MARKET, "market": MARKET, "title": "Tiny Market", "vendor": "V", "market_name": "Tiny",
        "currency": "USD", "base_year": 2025, "base_value_usd_bn": 10.0, "forecast_year": 2027,
        "forecast_value_usd_bn": 40.0, "cagr_pct": 100.0, "cagr_implied_pct": 100.0, "document_sha256": "0" * 64,
        "status": "accepted", "flags": "", "reasons": "",
    }  # fmt: skip


def _size(name: str, year: int, value: float) -> dict[str, Any]:
    return {
        "report_id": MARKET, "claim_id": f"market_value.{name}", "section": "1", "metric": "market_value",
        "comparator": "=", "value_low": value, "value_high": value, "decimals": 0, "unit": "usd_bn",
        "year_from": year, "year_to": year, "quote": f"USD {value:.0f} Bn", "char_start": 0, "char_end": 9,
    }  # fmt: skip


def _constraint(kind: str, low: float | None, high: float | None) -> dict[str, Any]:
    return {
        "market": MARKET, "scenario": "as_reported", "constraint_id": f"{kind}.north", "quote": "the words",
        "dimension": "Geography", "dimension_kind": "region",
        "member": "North", "kind": kind, "low": low, "high": high, "year": 2025, "claim_id": "share.north",
    }  # fmt: skip


def _quality(dimension: str, kind: str) -> dict[str, Any]:
    return {
        "market": MARKET, "scenario": "as_reported", "dimension": dimension, "dimension_kind": kind,
        "method": "none", "points_tried": 8192,
        "points_kept": 8192, "kept_share": 1.0, "effective_draws": 8192.0,
    }  # fmt: skip
