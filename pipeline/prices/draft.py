"""What every price reader returns: typed rows as published, not yet judged.

Belongs here: the shape between readers and normalise.py. Does not belong here: reading or judging.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

from pipeline.tables import TABLES

OBSERVATIONS = TABLES["price_observations"]
_ADDED_LATER = {"observation_id", "offer_id", "provider_class", "macro_region", "source_file", "source_row"}
DRAFT_COLUMNS = tuple(c for c in OBSERVATIONS.columns if c.name not in _ADDED_LATER)
"""What a reader fills: the registered columns that do not follow from the others or from the file."""
DRAFT_SCHEMA = {c.name: OBSERVATIONS.schema[c.name] for c in DRAFT_COLUMNS} | {"source_row": pl.Int64()}


class PriceFlag(StrEnum):
    """What is noticed about a price row. The value is the code in price_observations.flags."""

    REGION_CROSS_JOIN = "region_cross_join"
    """The catalogue repeats one price in every region: the price holds everywhere and counts once."""
    HAND_MAINTAINED = "hand_maintained"
    """From a hand-kept table: the price can be older than its date."""
    COMPOSED_FROM_SKUS = "composed_from_skus"
    COUNT_FROM_SLICE_NAME = "count_from_slice_name"
    INSTANCE_TYPE_MATCHED = "instance_type_matched"
    LOWEST_OF_SEVERAL = "lowest_of_several"
    MONTHLY_PRICE_OVER_730H = "monthly_price_over_730h"
    OS_FEE_EXCLUDED = "os_fee_excluded"
    UPSTREAM_PER_INSTANCE = "upstream_per_instance"


@dataclass(frozen=True)
class Draft:
    """One file as read. `frame` has DRAFT_SCHEMA; `refused` holds (source_row, reason, detail) of unreadable rows;
    `merged` counts rows the reader itself folded into others; `read` counts all of them."""

    frame: pl.DataFrame
    refused: list[tuple[int, str, str]]
    read: int
    merged: int = 0
