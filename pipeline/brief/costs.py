"""What the brief shows of compute prices: levels today, and how prices of the same offers moved.

Belongs here: choosing rows of the price tables. Does not belong here: chart looks (pictures.py).
"""

from __future__ import annotations

from typing import Any

import polars as pl

from pipeline.brief import pictures
from pipeline.brief.forecasts import Charts, Frames, plain_rows

LEVELS_SHOWN = 30
INDEX_MONTHS = 36
"""How far back the index is drawn: before that list prices barely moved, and few offers were watched."""


def prices(frames: Frames, charts: Charts) -> dict[str, Any]:
    """On-demand price levels, each accelerator and class in the region with most offers, dearest accelerator first;
    and the index of the last years. Either is None where there is nothing to show."""
    return {"levels": _levels(frames["price_levels"], charts), "index": _index(frames["price_index"], charts)}


def _levels(frame: pl.DataFrame, charts: Charts) -> dict[str, Any] | None:
    median = "price_usd_per_accelerator_hour_median"
    frame = frame.filter(pl.col("purchase_model") == "on_demand", ~pl.col("is_stale"))
    if frame.is_empty():
        return None
    frame = frame.sort("n_offers", "macro_region", descending=[True, False])
    frame = frame.unique(["accelerator", "provider_class"], keep="first", maintain_order=True)
    dearest = pl.col(median).max().over("accelerator")
    frame = frame.sort(dearest, "accelerator", pl.col(median), descending=[True, False, True]).head(LEVELS_SHOWN)
    return {"rows": frame.to_dicts(), "chart": charts.add(pictures.prices(plain_rows(frame)))}


def _index(frame: pl.DataFrame, charts: Charts) -> dict[str, Any] | None:
    frame = frame.filter(pl.col("accelerator") == "all", pl.col("purchase_model") == "on_demand")
    frame = frame.filter(pl.col("month") >= pl.col("month").max().dt.offset_by(f"-{INDEX_MONTHS}mo"))
    if frame.is_empty():
        return None
    frame = frame.sort("provider_class", "month")
    last = frame.group_by("provider_class", maintain_order=True).last().to_dicts()
    return {"chart": charts.add(pictures.index(plain_rows(frame))), "last": last, "since": frame["month"].min()}
