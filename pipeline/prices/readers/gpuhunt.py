"""gpuhunt catalogues: one CSV a provider, one row a price, whether published by the project or made by its library.

Belongs here: what this format means by its columns. Does not belong here: getting a catalogue (fetch.py, live.py), or
whether a price can be true (suspects.py, normalise.py).

Unlike SkyPilot's, spot is a row and not a column, and memory of an accelerator is stated and right. Of the quirks:
- Google's rows are of zones; a region has one price.
- Lambda, Oracle, RunPod and Verda have one list of prices, which is repeated in every place: a price, not a place.
- RunPod's secure cloud names data centres, its community cloud (machines of third parties) countries.
- Vast.ai and Lium are markets of single machines; a place is `country-city` or `country-state`.

The library's own reader of published files is not used: it drops rows that it cannot read without counting them.
"""

from __future__ import annotations

from pathlib import PurePath

import polars as pl

from pipeline.errors import RawDataError
from pipeline.prices.draft import Draft, PriceFlag
from pipeline.prices.readers.catalogue import Listing, draft_of, one_price_everywhere
from pipeline.raw import Sidecar
from pipeline.rows.csvtext import read_ragged_rows, there, trimmed
from pipeline.rows.rejects import Reject, Rule, refuse

PROVIDERS = {
    "aws": "AWS",
    "azure": "Microsoft Azure",
    "gcp": "Google Cloud",
    "lambdalabs": "Lambda Labs",
    "lium": "Lium",
    "nebius": "Nebius",
    "oci": "Oracle Cloud",
    "runpod": "RunPod",
    "vastai": "Vast.ai",
    "verda": "Verda",
    "vultr": "Vultr",
}
"""File name -> provider. Left out: cloudrift, which has no accelerator that is tracked here, and daytona, which meters
parts and whose price of a machine is the library's guess."""
_ONE_LIST = ("lambdalabs", "oci", "runpod", "verda")
_MARKETS = ("lium", "vastai")
_MACHINE = ("instance_name", "instance_type", "gpu_count", "spot")
_CONTINENT = r"^(?:EUR?|AP|SEA|OC|AF|ME|SA)-([A-Z]{2})-\d+$"
_BOARDED = ("A100", "H100", "H200", "V100")
_NEEDED = ("instance_name", "location", "price", "gpu_count", "gpu_name", "gpu_memory", "spot")
_SPOT = {"True": "spot", "False": "on_demand"}


def read(data: bytes, place: str, sidecar: Sidecar) -> Draft:
    """One provider's catalogue. Raises RawDataError for an unknown provider, a missing column, or no rows."""
    name = PurePath(place).name.split(".")[0]
    if name not in PROVIDERS:
        known = ", ".join(PROVIDERS)
        raise RawDataError(f"{place}: unknown provider {name!r}; a gpuhunt catalogue is <provider>.csv of {known}")
    text = read_ragged_rows(data, place, _NEEDED, ("flags",))
    offers = trimmed(text.frame.filter(there("gpu_name")))
    named, wrong = refuse(offers, [_UNCLEAR], "price_observations", "")
    named = named.with_columns(_instance_type(name).alias("instance_type"))
    everywhere = name in _ONE_LIST and one_price_everywhere(named, _MACHINE, "location", "price")
    prices = named.select(
        "source_row",
        "instance_type",
        _accelerator(name).alias("accelerator_name"),
        pl.col("gpu_memory").cast(pl.Float64, strict=False).alias("memory_gb"),
        pl.col("gpu_count").alias("count_text"),
        _region(name).alias("region"),
        pl.col("spot").replace_strict(_SPOT, return_dtype=pl.String).alias("purchase_model"),
        pl.lit("instance").alias("price_basis"),
        pl.col("price").alias("price_text"),
        pl.lit(PriceFlag.REGION_CROSS_JOIN.value if everywhere else "").alias("flags"),
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


def _instance_type(name: str) -> pl.Expr:
    if name != "runpod":
        return pl.col("instance_name")
    return (
        pl.when(pl.col("flags").fill_null("").str.split(" ").list.contains("runpod-cluster"))
        .then(pl.lit("cluster"))
        .when(pl.col("location").str.contains(r"^[A-Z]{2}$"))
        .then(pl.lit("community cloud"))
        .otherwise(pl.lit("secure cloud"))
    )


def _accelerator(name: str) -> pl.Expr:
    """RunPod's own name of a pod says the board (and HBM3 is the H100's SXM board), which the library's leaves out."""
    if name != "runpod":
        return pl.col("gpu_name")
    pod = pl.col("instance_name").str.replace(" HBM3", " SXM", literal=True)
    return pl.coalesce(pl.when(pl.col("gpu_name").is_in(_BOARDED)).then(pod), "gpu_name")


def _region(name: str) -> pl.Expr:
    place = pl.col("location")
    if name == "gcp":
        return place.str.replace(r"^([a-z]+-[a-z]+\d+)-[a-z]$", "$1")
    if name == "runpod":
        # EU-RO-1 is in Romania, US-TX-3 in the United States.
        return pl.coalesce(place.str.extract(_CONTINENT), place.str.extract(r"^(US|CA)-"), place)
    if name in _MARKETS:
        return pl.coalesce(place.str.extract(r"^([a-z]{2})(?:-|$)").str.to_uppercase(), place)
    return place
