"""What moves a forecast: the rows of `sensitivity` that belong to a row of another table.

Belongs here: which forecasts of which members a row's numbers are about. Does not belong here: indices
(pipeline/model/indices.py) or layout (render.py).

Sensitivity speaks of the base year's shares, the forecast year's values and the growth between them; a row of a year
between is moved by what moves its value at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.explain.formulas import Tables
from pipeline.tables.words import WHOLE_MARKET

Row = Mapping[str, Any]
_KEPT = (
    *("dimension", "member", "quantity", "year", "factor", "factor_kind", "factor_about", "factor_low", "factor_high"),
    *("output_low", "output_mid", "output_high", "first_order", "first_order_low", "first_order_high"),
    *("total_order", "total_order_low", "total_order_high", "evaluations"),
)


def moved_by(table: str, row: Row, tables: Tables) -> list[dict[str, Any]]:
    """The factors behind a row's numbers, the weightiest of each quantity first; none where nothing is uncertain."""
    found: list[dict[str, Any]] = []
    for wanted in _forecasts(table, row, tables):
        rows = tables.rows("sensitivity", market=row["market"], scenario=row["scenario"], **wanted)
        rows.sort(key=lambda r: (-(r["total_order"] or 0.0), r["factor"]))
        found += [{name: r[name] for name in _KEPT} for r in rows]
    return found


def _forecasts(table: str, row: Row, tables: Tables) -> Iterator[dict[str, Any]]:
    """Dimension, member and quantity of every forecast that the row rests on."""
    if table == "sensitivity":
        yield {name: row[name] for name in ("dimension", "member", "quantity")}
        return
    base_year = tables.rows("reports", market=row["market"])[0]["base_year"]
    in_base = row.get("year") == base_year
    members = list(_members(table, row, tables))
    for dimension, member, rank in members:
        quantities = ("base_share",) if in_base or rank == "largest" else ("value_usd_bn", "cagr_pct")
        for quantity in ("cagr_pct",) if rank == "fastest" else quantities:
            yield {"dimension": dimension, "member": member, "quantity": quantity}
    if table == "market_forecast" or members:
        yield {
            "dimension": WHOLE_MARKET, "member": WHOLE_MARKET,
            "quantity": "base_value_usd_bn" if in_base else "value_usd_bn",
        }  # fmt: skip


def _members(table: str, row: Row, tables: Tables) -> Iterator[tuple[str, str, str | None]]:
    """Dimension and member, and the rank that names it."""
    for column in ("segment", "region", "member", "largest_member", "fastest_member"):
        if row.get(column) is None:
            continue
        dimension = row.get("dimension")
        if column == "region" and table != "region_forecast":
            dimension = tables.rows("region_forecast", market=row["market"], region=row["region"])[0]["dimension"]
        rank = column.removesuffix("_member") if column.endswith("_member") else None
        yield str(dimension), row[column], rank
