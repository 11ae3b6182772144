"""SkyPilot catalogues: one CSV a cloud and day, CPU machines, accelerators and spot prices side by side.

Belongs here: what this format means by its columns. Does not belong here: whether a price can be true (suspects.py,
normalise.py).

Columns are found by name: their order differs by cloud. Of the quirks:
- GpuInfo is a Python repr or a bare word, and its memory is often wrong: only a size the accelerator comes in counts.
- Azure's Generation is an unquoted list, so a line may have a field more at its end.
- Google's accelerators are rows of their own; the machine is another row, added where its name fixes it.
- Google's TPUs are slices with AcceleratorCount 1: the name says how many chips.
- In some of Google's regions the price of an accelerator is a commitment's: below the others by a gap that no list has.
- Lambda repeats every machine in every region at one price: a price, not a place.
- Zones of a region mostly share a price; where spot prices differ the lowest stands, flagged.
"""

from __future__ import annotations

import ast
import re
from itertools import pairwise
from pathlib import PurePath

import polars as pl

from pipeline.errors import RawDataError
from pipeline.prices.draft import Draft, PriceFlag
from pipeline.prices.readers.catalogue import Listing, draft_of, one_price_everywhere
from pipeline.raw import Sidecar
from pipeline.rows.csvtext import read_ragged_rows, there, trimmed
from pipeline.rows.rejects import Reject, Rule, refuse
from pipeline.settings import PriceLimits

CLOUDS = {
    "aws": "AWS",
    "azure": "Microsoft Azure",
    "do": "DigitalOcean",
    "fluidstack": "FluidStack",
    "gcp": "Google Cloud",
    "lambda": "Lambda Labs",
    "nebius": "Nebius",
    "oci": "Oracle Cloud",
    "paperspace": "Paperspace",
    "vast": "Vast.ai",
}
"""File name -> provider. Left out: runpod, whose secure and community offers this format tells apart by name only."""
_COUNTRY = r"(?:^|, )([A-Z]{2})(?:,|$)"
"""Vast.ai prints a place as `Denmark, DK, EU`: the country is the first word of two capitals."""
_NEEDED = ("InstanceType", "AcceleratorName", "AcceleratorCount", "Price", "Region")
_OPTIONAL = ("SpotPrice", "GpuInfo", "AvailabilityZone")
_HOSTS = (
    ("A100", "a2-highgpu-{}g"),
    ("A100-80GB", "a2-ultragpu-{}g"),
    ("H100", "a3-highgpu-{}g"),
    ("H100-MEGA", "a3-megagpu-{}g"),
    ("H200", "a3-ultragpu-{}g"),
    ("B200", "a4-highgpu-{}g"),
)
"""Google's machine types that exist for one accelerator only; sixteen A100 are a2-megagpu-16g."""

_SPOT_ABOVE = Rule(
    Reject.SPOT_ABOVE_ON_DEMAND,
    pl.col("SpotPrice").cast(pl.Float64, strict=False) > pl.col("Price").cast(pl.Float64, strict=False),
    pl.format("spot {} USD, on demand {}: one of the two is another product", "SpotPrice", "Price"),
)
"""Judged before a machine's price is added to Google's accelerators, which would hide it."""


def read(data: bytes, place: str, sidecar: Sidecar) -> Draft:
    """One cloud's catalogue. Raises RawDataError when the cloud is unknown, a column is missing, or it has no rows."""
    cloud = PurePath(place).name.split(".")[0]
    if cloud not in CLOUDS:
        raise RawDataError(
            f"{place}: unknown cloud {cloud!r}; a SkyPilot catalogue is <cloud>.csv of {', '.join(CLOUDS)}"
        )
    text = read_ragged_rows(data, place, _NEEDED, _OPTIONAL)
    offers = trimmed(text.frame.filter(there("AcceleratorName")))
    named, wrong = refuse(offers, [_SPOT_ABOVE], "price_observations", "")
    machines, hosts = _with_hosts(named, text.frame) if cloud == "gcp" else (named, [])
    committed = _commitments(offers) if cloud == "gcp" else []
    prices = _prices(machines, cross_joined=cloud == "lambda" and _cross_joined(named))
    not_listed = pl.col("source_row").is_in([row for row, _, _ in committed])
    prices = prices.filter(~not_listed | (pl.col("purchase_model") == "spot"))
    kept, folded = _one_a_region(prices)
    listing = Listing(
        frame=kept,
        read=text.read,
        refused=[*text.refused, *wrong.select("source_row", "reason", "detail").iter_rows(), *committed],
        folded=folded + hosts,
        out_of_scope=text.frame.height - offers.height - len(hosts),
    )
    return draft_of(
        listing,
        provider=CLOUDS[cloud],
        as_of=sidecar.as_of,
        date_basis="scrape_date",
        source_tier="catalog",
        source=sidecar.source,
        plain_a100="A100-40GB",
    )


def _commitments(offers: pl.DataFrame) -> list[tuple[int, str, str]]:
    """(source_row, reason, detail) of Google's list prices that are a commitment's; their spot prices stand.

    Of accelerators that come with a machine, and before its price is added, which would narrow the gap.
    """
    alone = offers.filter(pl.col("AcceleratorName").is_in([name for name, _ in _HOSTS])).with_columns(
        pl.col("Price").cast(pl.Float64, strict=False).alias("alone")
    )
    found: list[tuple[int, str, str]] = []
    for rows in alone.filter(pl.col("alone").is_finite()).partition_by("AcceleratorName", "AcceleratorCount"):
        cut = _below_gap(rows.group_by("Region").agg(pl.col("alone").min())["alone"].to_list())
        below = rows.filter(pl.col("alone") <= cut).select("source_row", "AcceleratorName", "alone")
        detail = "{} without its machine at {} USD, far below the next region's: a commitment's price"
        found += [(row, Reject.REGION_OUTLIER, detail.format(name, each)) for row, name, each in below.rows()]
    return sorted(found)


def _below_gap(prices: list[float]) -> float:
    """The dearest of the prices that lie below a gap no list has, with two or more above it; 0 where there is none."""
    ordered = sorted(prices)
    gaps = (low for low, high in pairwise(ordered[:-1]) if low < PriceLimits.least_of_next_region * high)
    return max(gaps, default=0.0)


def _prices(machines: pl.DataFrame, *, cross_joined: bool) -> pl.DataFrame:
    """One row a price: on demand, and spot where one is stated. Blank and zero spot prices are none."""
    infos = machines["GpuInfo"].unique().to_list()
    memory = {info: _memory_gb(info) for info in infos if info}
    common = machines.with_columns(
        pl.col("InstanceType").alias("instance_type"),
        pl.col("AcceleratorName").alias("accelerator_name"),
        pl.col("AcceleratorCount").alias("count_text"),
        _region().alias("region"),
        pl.col("GpuInfo").replace_strict(memory, default=None, return_dtype=pl.Float64).alias("memory_gb"),
        (pl.col("flags") if "flags" in machines.columns else pl.lit("")).alias("flags"),
        (pl.col("basis") if "basis" in machines.columns else pl.lit("instance")).alias("price_basis"),
    )
    if cross_joined:
        common = common.with_columns(pl.lit(PriceFlag.REGION_CROSS_JOIN.value).alias("flags"))
    spot = pl.col("SpotPrice").cast(pl.Float64, strict=False)
    zero = spot.is_not_null() & (spot == 0)
    listed = common.with_columns(
        pl.lit("on_demand").alias("purchase_model"),
        pl.col("Price").alias("price_text"),
        _flagged(zero, PriceFlag.SPOT_PRICE_ZERO),
    )
    offered = common.filter(pl.col("SpotPrice").is_not_null() & ~zero.fill_null(False)).with_columns(
        pl.lit("spot").alias("purchase_model"),
        pl.col("SpotPrice").alias("price_text"),
        _flagged(spot == pl.col("Price").cast(pl.Float64, strict=False), PriceFlag.SPOT_EQUALS_ON_DEMAND),
    )
    return pl.concat([listed, offered]).select(*Listing.COLUMNS)


def _region() -> pl.Expr:
    return pl.coalesce(
        pl.when(pl.col("Region").str.contains(", ")).then(pl.col("Region").str.extract(_COUNTRY)), "Region"
    )


def _flagged(condition: pl.Expr, flag: PriceFlag) -> pl.Expr:
    both = pl.when(pl.col("flags") == "").then(pl.lit(flag.value)).otherwise(pl.col("flags") + f";{flag.value}")
    return pl.when(condition.fill_null(False)).then(both).otherwise(pl.col("flags")).alias("flags")


def _one_a_region(prices: pl.DataFrame) -> tuple[pl.DataFrame, list[int]]:
    """Spot prices of several zones folded to the lowest of the region, and the rows folded."""
    offer = ("instance_type", "accelerator_name", "count_text", "region", "purchase_model")
    spot = pl.col("purchase_model") == "spot"
    price = pl.col("price_text").cast(pl.Float64, strict=False)
    several = spot & (price.n_unique().over(offer) > 1)
    ranked = prices.with_columns(_flagged(several, PriceFlag.LOWEST_OF_SEVERAL)).sort(
        "purchase_model", price, "source_row", nulls_last=True
    )
    keep = ~spot | price.is_null() | pl.struct(offer).is_first_distinct()
    judged = ranked.with_columns(keep.alias("keep"))
    return judged.filter("keep").drop("keep").sort("source_row"), judged.filter(~pl.col("keep"))["source_row"].to_list()


def _with_hosts(named: pl.DataFrame, everything: pl.DataFrame) -> tuple[pl.DataFrame, list[int]]:
    """Google's accelerator rows with the price of their machine added where there is one, and the machines' rows used.

    Without a known machine the price stays that of the accelerator alone (gpu_component_only).
    """
    count = pl.col("AcceleratorCount").cast(pl.Float64, strict=False).cast(pl.Int64, strict=False).cast(pl.String)
    host = pl.coalesce(
        pl.when((pl.col("AcceleratorName") == "A100") & (count == "16")).then(pl.lit("a2-megagpu-16g")),
        *(pl.when(pl.col("AcceleratorName") == a).then(pl.format(h, count)) for a, h in _HOSTS),
    )
    machines = trimmed(everything.filter(~there("AcceleratorName") & there("InstanceType"))).select(
        pl.col("InstanceType").alias("host"),
        "AvailabilityZone",
        pl.col("Price").cast(pl.Float64, strict=False).alias("host_price"),
        pl.col("SpotPrice").cast(pl.Float64, strict=False).alias("host_spot"),
        pl.col("source_row").alias("host_row"),
    )
    joined = named.with_columns(pl.when(pl.col("InstanceType").is_null()).then(host).alias("host")).join(
        machines.unique(["host", "AvailabilityZone"], keep="first"),
        on=["host", "AvailabilityZone"],
        how="left",
        maintain_order="left",
    )
    whole = pl.col("host_price").is_not_null()
    slices = pl.col("AcceleratorName").str.starts_with("tpu-")
    # A machine at 0 is bundled into the accelerator's price; at a price without a spot price there is no spot machine.
    host_spot = pl.when(pl.col("host_price") == 0).then(0.0).when(pl.col("host_spot") > 0).then("host_spot")
    composed = joined.with_columns(
        pl.when(whole)
        .then("host")
        .when(slices)
        .then("AcceleratorName")
        .otherwise("InstanceType")
        .alias("InstanceType"),
        pl.when(whole).then(_sum("Price", pl.col("host_price"))).otherwise("Price").alias("Price"),
        pl.when(whole).then(_sum("SpotPrice", host_spot)).otherwise("SpotPrice").alias("SpotPrice"),
        pl.when(whole | slices | pl.col("InstanceType").is_not_null())
        .then(pl.lit("instance"))
        .otherwise(pl.lit("gpu_component_only"))
        .alias("basis"),
        pl.when(whole).then(pl.lit(PriceFlag.COMPOSED_FROM_SKUS.value)).otherwise(pl.lit("")).alias("flags"),
    )
    return composed, joined["host_row"].drop_nulls().unique().sort().to_list()


def _sum(column: str, more: pl.Expr) -> pl.Expr:
    """Text of the sum; null where either is missing, and a text that is no number stays as it is, to be refused."""
    value = pl.col(column).cast(pl.Float64, strict=False)
    wrong = pl.col(column).is_not_null() & value.is_null()
    return pl.when(wrong).then(column).otherwise((value + more).cast(pl.String))


def _cross_joined(named: pl.DataFrame) -> bool:
    """Whether every machine stands in every region, at one price."""
    regions = named.group_by("InstanceType").agg(pl.col("Region").n_unique().alias("n"))["n"]
    everywhere = bool((regions == named["Region"].n_unique()).all())
    return everywhere and one_price_everywhere(named, ["InstanceType"], "Region", "Price")


def _memory_gb(info: str) -> float | None:
    """Memory of one accelerator in GpuInfo, in GB; None where it says none. Input is data: literals only, small."""
    found: object = None
    if len(info) < 2000 and re.match(r"\{'Gpus'", info):
        try:
            found = ast.literal_eval(info)["Gpus"][0]["MemoryInfo"]["SizeInMiB"]
        except (ValueError, SyntaxError, KeyError, IndexError, TypeError, RecursionError, MemoryError):
            found = None
    return float(found) / 1024 if isinstance(found, int | float) and found > 0 else None
