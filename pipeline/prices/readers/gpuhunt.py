"""gpuhunt catalogues as published: one CSV a provider, one row a price.

Belongs here: what this format means by its columns. Does not belong here: whether a price can be true (suspects.py,
normalise.py).

Unlike SkyPilot's, spot is a row and not a column, memory of an accelerator is stated and right, an A100 without memory
does not occur, and a region is where the machine is. The library itself is not called: it would fetch by itself, past
the gate and the sidecar; its published files are the same data.
"""

from __future__ import annotations

from pathlib import PurePath

import polars as pl

from pipeline.errors import RawDataError
from pipeline.rows.csvtext import read_ragged_rows, there, trimmed
from pipeline.prices.draft import Draft
from pipeline.prices.readers.catalogue import Listing, draft_of
from pipeline.rows.rejects import Reject, Rule, refuse
from pipeline.raw import Sidecar

PROVIDERS = {
    "aws": "AWS",
    "azure": "Microsoft Azure",
    "gcp": "Google Cloud",
    "lambdalabs": "Lambda Labs",
    "nebius": "Nebius",
    "oci": "Oracle Cloud",
}
"""File name -> provider. Left out: runpod, vastai and cloudrift, which resell machines of third parties under their own
terms, and verda, of which no other source knows a price."""
_NEEDED = ("instance_name", "location", "price", "gpu_count", "gpu_name", "gpu_memory", "spot")
_SPOT = {"True": "spot", "False": "on_demand"}


def read(data: bytes, place: str, sidecar: Sidecar) -> Draft:
    """One provider's catalogue. Raises RawDataError for an unknown provider, a missing column, or no rows."""
    name = PurePath(place).name.split(".")[0]
    if name not in PROVIDERS:
        known = ", ".join(PROVIDERS)
        raise RawDataError(f"{place}: unknown provider {name!r}; a gpuhunt catalogue is <provider>.csv of {known}")
    text = read_ragged_rows(data, place, _NEEDED)
    offers = trimmed(text.frame.filter(there("gpu_name")))
    named, wrong = refuse(offers, [_UNCLEAR], "price_observations", "")
    prices = named.select(
        "source_row",
        pl.col("instance_name").alias("instance_type"),
        pl.col("gpu_name").alias("accelerator_name"),
        pl.col("gpu_memory").cast(pl.Float64, strict=False).alias("memory_gb"),
        pl.col("gpu_count").alias("count_text"),
        pl.col("location").alias("region"),
        pl.col("spot").replace_strict(_SPOT, return_dtype=pl.String).alias("purchase_model"),
        pl.lit("instance").alias("price_basis"),
        pl.col("price").alias("price_text"),
        pl.lit("").alias("flags"),
    ).select(Listing.COLUMNS)
    listing = Listing(
        frame=prices,
        read=text.read,
        refused=[*text.refused, *wrong.select("source_row", "reason", "detail").iter_rows()],
        folded=[],
        out_of_scope=text.frame.height - offers.height,
    )
    return draft_of(
        listing,
        provider=PROVIDERS[name],
        as_of=sidecar.as_of,
        date_basis="scrape_date",
        source_tier="catalog",
        source=sidecar.source,
    )


_UNCLEAR = Rule(
    Reject.UNKNOWN_VALUE,
    ~pl.col("spot").is_in(list(_SPOT)) | pl.col("spot").is_null(),
    pl.format("spot is {}; must be True or False", pl.col("spot").fill_null("blank")),
)
