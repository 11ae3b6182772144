"""Draft rows -> price observations: judged by what can be true, classed by provider and place, named by offer.

Belongs here: rules on one row that need the reference tables or several columns, and the identity of an offer. Does
not belong here: reading files, or comparing rows with each other (merge.py).
"""

from __future__ import annotations

import hashlib

import polars as pl

from pipeline.errors import RawDataError
from pipeline.prices.draft import DRAFT_COLUMNS, OBSERVATIONS, PriceFlag
from pipeline.prices.names import board_of_machine
from pipeline.prices.places import with_lists
from pipeline.prices.reference import Reference
from pipeline.raw import Sidecar
from pipeline.rows.rejects import Reject, Rule, refuse
from pipeline.rows.typed import value_rules
from pipeline.settings import PriceLimits

_AZURE = r"^(?:Standard_)?([A-Z]+\d+[a-z]*)[_ ]?(A10|A100|H100|H200|MI300X|V100)?[_ ]?v(\d+)$"
_CNY = r"^(cn-|china)"
"""Regions of AWS and Azure in China, whose lists are in yuan."""
_OTHER_METER = r"(?i:windows|low[ _]?priority|cloud[ _]?services|isfl)|_NU(_|$)"
"""Azure's meters of what is no Linux machine on demand: licences included, machines that may be taken away, other
services, and special sizes that are not sold to everybody."""
_COMPONENT = "gpu_component_only"


def normalise(
    draft: pl.DataFrame,
    file: str,
    sidecar: Sidecar,
    reference: Reference,
    limits: PriceLimits,
    *,
    foreign: bool = False,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Observations (registered columns, not yet merged) and rejects of one file's draft rows.

    A provider or region that the reference tables lack is refused in a foreign file; in our own it raises RawDataError
    naming file, row and value: its class or place would have to be guessed.
    """
    regions = with_lists(reference.regions, draft["region"])
    known = reference.accelerators.select("accelerator", "available_from")
    joined = draft.join(known, on="accelerator", how="left", maintain_order="left")
    rules = [*_rules(sidecar, limits), *value_rules(DRAFT_COLUMNS)]
    if foreign:
        rules += _reference_rules(reference.providers, regions)
    good, rejects = refuse(joined, rules, OBSERVATIONS.name, file)
    _require_known(good, "provider", reference.providers, file)
    _require_known(good.filter(pl.col("region").is_not_null()), "region", regions, file)
    placed = _classed(good, reference.providers, regions).with_columns(
        _instance_type(), pl.lit(file).alias("source_file")
    )
    placed = placed.with_columns(pl.coalesce(board_of_machine(), "accelerator_variant").alias("accelerator_variant"))
    return _identified(placed).select(OBSERVATIONS.column_names), rejects


def _rules(sidecar: Sidecar, limits: PriceLimits) -> list[Rule]:
    """What one row must satisfy beyond the registry, most telling reason first."""
    each, whole, count = (
        pl.col(c) for c in ("price_usd_per_accelerator_hour", "price_usd_per_hour", "accelerator_count")
    )
    day, available = pl.col("observed_on"), pl.col("available_from")
    low, high = limits.min_usd_per_accelerator_hour, limits.max_usd_per_accelerator_hour
    gap = (whole - each * count).abs() > limits.product_tolerance * whole
    flag = f"({'|'.join(PriceFlag)})"
    return [
        Rule(
            Reject.UNKNOWN_ACCELERATOR,
            available.is_null(),
            pl.format("accelerator is {}; add it to reference/accelerators.csv", "accelerator"),
        ),
        Rule(
            Reject.PRICE_NOT_POSITIVE,
            (each <= 0) | (whole <= 0).fill_null(False),
            pl.format("prices are {} and {} USD; a price that is not published is blank, never 0", each, _shown(whole)),
        ),
        Rule(
            Reject.PRICE_IMPLAUSIBLE,
            ~each.is_between(low, high),
            pl.format(f"{{}} USD per accelerator-hour; believable is {low:g} to {high:g}: check the unit", each),
        ),
        Rule(
            Reject.COMPUTED_PRICE,
            _is_computed(pl.coalesce(whole, each)),
            pl.format("{} USD has more decimals than a list prints; state the price as printed", _shown(whole)),
        ),
        Rule(
            Reject.COUNT_IMPLAUSIBLE,
            (count <= 0) | (count > limits.max_accelerator_count),
            pl.format(f"accelerator_count is {{}}; must be above 0, at most {limits.max_accelerator_count:g}", count),
        ),
        Rule(
            Reject.PRICE_INCONSISTENT,
            gap,
            pl.format("{} USD per hour is not {} x {} USD", _shown(whole), _shown(count), each),
        ),
        Rule(
            Reject.DATE_AFTER_ACCESS,
            day > sidecar.accessed,
            pl.format(f"observed_on is {{}}, but the file was read on {sidecar.accessed}", day.cast(pl.String)),
        ),
        Rule(
            Reject.BEFORE_AVAILABLE,
            day < (available + "-01").str.to_date("%Y-%m-%d", strict=False),
            pl.format("observed_on is {}, but {} came in {}", day.cast(pl.String), "accelerator", available),
        ),
        Rule(
            Reject.OTHER_METER,
            (pl.col("provider") == "Microsoft Azure") & pl.col("instance_type").str.contains(_OTHER_METER),
            pl.format("{} is no machine with Linux: leave the meter out", "instance_type"),
        ),
        Rule(
            Reject.UNKNOWN_VALUE,
            ~pl.col("flags").str.contains(f"^({flag}(;{flag})*)?$"),
            pl.format(f"flags is {{}}; must be codes out of {', '.join(PriceFlag)}, joined by ';'", "flags"),
        ),
    ]


def _is_computed(price: pl.Expr) -> pl.Expr:
    """Whether a price has more than six decimals, beyond what a sum of floats leaves: a model made it, not a list.

    Prices converted from another currency or from a month are computed by us.
    """
    millionths = price * 1e6
    ours = pl.col("flags").str.contains(f"{PriceFlag.CONVERTED_CURRENCY}|{PriceFlag.MONTHLY_PRICE_OVER_730H}")
    return ((millionths - millionths.round(0)).abs() > 0.01) & ~ours


def _reference_rules(providers: pl.DataFrame, regions: pl.DataFrame) -> list[Rule]:
    return [
        Rule(
            Reject.UNKNOWN_PROVIDER,
            ~pl.col("provider").is_in(providers["provider"].to_list()),
            pl.format("provider is {}; add it to reference/providers.csv", "provider"),
        ),
        Rule(
            Reject.UNKNOWN_REGION,
            pl.col("region").is_not_null() & ~pl.col("region").is_in(regions["region"].to_list()),
            pl.format("region is {}; add it to reference/regions.csv", "region"),
        ),
        Rule(
            Reject.UNKNOWN_CURRENCY,
            pl.col("region").str.contains(_CNY) & ~pl.col("flags").str.contains(PriceFlag.CONVERTED_CURRENCY.value),
            pl.format("region is {}: prices there are in CNY, and nothing in the file says of what currency", "region"),
        ),
    ]


def _shown(value: pl.Expr) -> pl.Expr:
    return value.cast(pl.String).fill_null("unknown")


def _require_known(rows: pl.DataFrame, column: str, table: pl.DataFrame, file: str) -> None:
    strange = rows.join(table, on=column, how="anti").sort("source_row").select("source_row", column).rows()
    if strange:
        row, value = strange[0]
        others = len({value for _, value in strange}) - 1
        more = f" (and {others} other unknown values)" if others else ""
        raise RawDataError(
            f"{file}: row {row} (line {row + 1}): unknown {column} {value!r}{more}; "
            f"correct the row, or add the {column} to reference/{column}s.csv, and seal the file again"
        )


def _classed(rows: pl.DataFrame, known: pl.DataFrame, regions: pl.DataFrame) -> pl.DataFrame:
    """Adds provider_class and macro_region. A price repeated over all regions is global, whichever one is printed."""
    providers = known.select("provider", "provider_class", "marketplace_instance_type")
    places = regions.select("region", "macro_region")
    resold = pl.col("instance_type") == pl.col("marketplace_instance_type")
    cross_joined = pl.col("flags").str.split(";").list.contains(PriceFlag.REGION_CROSS_JOIN.value)
    return (
        rows.join(providers, on="provider", how="left", maintain_order="left")
        .join(places, on="region", how="left", maintain_order="left")
        .with_columns(
            pl.when(resold).then(pl.lit("marketplace")).otherwise("provider_class").alias("provider_class"),
            pl.when(cross_joined)
            .then(pl.lit("global"))
            .otherwise(pl.col("macro_region").fill_null("unstated"))
            .alias("macro_region"),
        )
    )


def _instance_type() -> pl.Expr:
    """Instance type in one spelling: Azure meters come as ND96isrH100v5, `NC24ads A100 v4` or Standard_..."""
    name = pl.col("instance_type")
    tidy = name.str.replace_all(r"_+", "_")
    azure = pl.concat_str(
        [pl.lit("Standard"), *(name.str.extract(_AZURE, i) for i in (1, 2)), "v" + name.str.extract(_AZURE, 3)],
        separator="_",
        ignore_nulls=True,
    )
    is_azure = (pl.col("provider") == "Microsoft Azure") & name.str.contains(_AZURE)
    # The ND96asr series carries no accelerator in its own name; catalogues add one.
    spelled = pl.when(is_azure).then(azure.str.replace("asr_A100_v4", "asr_v4", literal=True)).otherwise(tidy)
    return spelled.alias("instance_type")


def _identified(rows: pl.DataFrame) -> pl.DataFrame:
    """Adds offer_id (16 hex of the sha256 over what is sold, where and how) and observation_id (offer and day).

    Quoting per instance or per accelerator is not another offer; a price of the accelerator alone is. Everywhere is one
    place however it is spelled.
    """
    place = pl.when(pl.col("macro_region") == "global").then(pl.lit("global")).otherwise("region").alias("place")
    component = (pl.col("price_basis") == _COMPONENT).alias("component")
    sold = ("provider", "accelerator", "accelerator_variant", "accelerator_count", "instance_type", "purchase_model")
    rows = rows.with_columns(place, component)
    offers = rows.select(*sold, "place", "component").unique(maintain_order=True)
    ids = [hashlib.sha256(repr(offer).encode()).hexdigest()[:16] for offer in offers.iter_rows()]
    named = offers.with_columns(pl.Series("offer_id", ids, dtype=pl.String))
    keyed = rows.join(named, on=offers.columns, how="left", nulls_equal=True, maintain_order="left")
    return keyed.with_columns(
        (pl.col("offer_id") + "-" + pl.col("observed_on").cast(pl.String)).alias("observation_id")
    )
