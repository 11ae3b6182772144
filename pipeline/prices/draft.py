"""What every price reader returns: typed rows as published, not yet judged.

Belongs here: the shape between readers and normalise.py. Does not belong here: reading or judging.
"""

from __future__ import annotations

from dataclasses import dataclass, field
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
    SPOT_PRICE_ZERO = "spot_price_zero"
    """The catalogue prints a spot price of 0 beside this price: none is offered."""
    SPOT_EQUALS_ON_DEMAND = "spot_equals_on_demand"
    """A spot price without a discount; not the same as no spot price."""
    CONVERTED_CURRENCY = "converted_currency"
    """Stated in another currency, converted with a rate of reference/fx.csv."""


@dataclass(frozen=True)
class Draft:
    """One file as read. `frame` has DRAFT_SCHEMA, one row a price: a row of the file may hold two. `refused` holds
    (source_row, reason, detail) of unreadable rows; `folded` the rows that repeat others; `out_of_scope` counts rows
    about something else (machines without accelerators, accelerators known and not tracked); `read` counts all."""

    frame: pl.DataFrame
    refused: list[tuple[int, str, str]]
    read: int
    folded: list[int] = field(default_factory=list)
    out_of_scope: int = 0
