"""The price rows behind a row: which observations its level was taken from.

Belongs here: following a published number back to rows of `price_observations`. Does not belong here: how the level is
made of them (sql/prices/) or layout (render.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.explain.formulas import Tables
from pipeline.prices.paths import ACCELERATOR, BOARD

_SIDES = ("hyperscaler", "specialised")
_KEPT = ("observation_id", "provider", "price_usd_per_accelerator_hour", "observed_on", "source_file", "source_row")


def price_rows(table: str, row: Mapping[str, Any], tables: Tables) -> list[dict[str, Any]]:
    """The observations behind a row of the class comparison, or behind the level that `compute_forecast` starts from,
    each with the side it stands for; none for other tables."""
    if table == "price_class_pairs":
        pairs = [dict(row)]
    elif table == "price_class_ratio":
        pairs = tables.rows("price_class_pairs", accelerator=row["accelerator"], board=row["board"])
    elif table == "compute_forecast":
        pairs = tables.rows("price_class_pairs", accelerator=ACCELERATOR, board=BOARD)
    else:
        pairs = []
    sides = {pair[f"{side}_observation_id"]: side for side in _SIDES for pair in pairs}
    return [
        {"side": side, **{name: _plain(one[name]) for name in _KEPT}}
        for known, side in sides.items()
        for one in tables.rows("price_observations", observation_id=known)
    ]


def _plain(value: object) -> object:
    return value if isinstance(value, str | int | float) else str(value)
