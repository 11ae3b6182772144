"""Prices that can be true alone and not beside the others: the same day's in one catalogue, the same offer's next day.

Belongs here: comparing rows of one foreign catalogue, and days of one offer. Does not belong here: rules on one row
(normalise.py), or telling twins apart (merge.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from pipeline.rows.rejects import REJECTS_SCHEMA, Reject, Rule, refuse
from pipeline.settings import PriceLimits

_PRICE = "price_usd_per_accelerator_hour"
_EACH = pl.col(_PRICE)
_MACHINE = ("provider", "accelerator", "accelerator_variant", "accelerator_count", "instance_type", "price_basis")
_COMMITMENTS = ("reserved_1y", "reserved_3y", "savings_plan_1y")
_FEWEST_REGIONS = 3


def suspects(frame: pl.DataFrame, file: str, limits: PriceLimits) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part one catalogue's draft rows into those that stand beside each other and price_rejects rows.

    - A spot price above every list price of its machine, place and day: one is another product, nothing says which.
    - One price for TPU slices of several sizes in a region: a placeholder.
    - A list price far below the same machine's median over regions: a commitment filed as list price.
    """
    offer = (*_MACHINE, "region", "observed_on")
    listed = _EACH.filter(pl.col("purchase_model") == "on_demand").max().over(offer)
    spot = _EACH.filter(pl.col("purchase_model") == "spot").max().over(offer)
    place = ("provider", "accelerator", "region", "price_usd_per_hour", "purchase_model")
    is_tpu = pl.col("accelerator").str.starts_with("TPU")
    middle = _EACH.median().over(*_MACHINE, "purchase_model")
    regions = pl.col("region").n_unique().over(*_MACHINE, "purchase_model")
    rules = [
        Rule(
            Reject.SPOT_ABOVE_ON_DEMAND,
            pl.col("purchase_model").is_in(["on_demand", "spot"]) & (spot > listed * (1 + limits.same_price_tolerance)),
            pl.format("spot {} USD per accelerator-hour, on demand {}: one is another product", spot, listed),
        ),
        Rule(
            Reject.PLACEHOLDER_PRICE,
            is_tpu & (pl.col("accelerator_count").n_unique().over(place) > 1),
            pl.format("{} USD for slices of several sizes is no price", "price_usd_per_hour"),
        ),
        Rule(
            Reject.REGION_OUTLIER,
            (pl.col("purchase_model") == "on_demand")
            & (regions >= _FEWEST_REGIONS)
            & (middle * limits.least_of_regional_median > _EACH),
            pl.format("{} USD per accelerator-hour, the median over regions is {}: not the list price", _EACH, middle),
        ),
    ]
    return refuse(frame, rules, "price_observations", file)


def unit_switches(observations: pl.DataFrame, limits: PriceLimits) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part observations into those of one unit and rejects: prices that moved by their accelerator count overnight.

    Per instance one day and per accelerator the next is the commonest silent change of a source. The side with fewer
    days is refused; with as many days on both, the later one.
    """
    count = pl.col("accelerator_count")
    ordered = observations.sort("offer_id", "observed_on")
    jump = (_EACH / _EACH.shift().over("offer_id")).log()
    switched = (count >= limits.unit_switch_least_count) & (
        (jump.abs() - count.log()).abs() <= limits.unit_switch_tolerance
    )
    marked = ordered.with_columns(
        pl.when(switched.fill_null(False)).then(jump.sign()).otherwise(0).cast(pl.Int64).alias("step")
    ).with_columns(pl.col("step").cum_sum().over("offer_id").alias("unit"))
    if marked.select((pl.col("step") == 0).all()).item():
        return observations, pl.DataFrame(schema=REJECTS_SCHEMA)
    days = pl.len().over("offer_id", "unit")
    first = pl.col("observed_on").min().over("offer_id", "unit")
    # The unit with most days, then the earliest, stands: the largest of (days, -first day) of its offer.
    weight = days * 1_000_000 - first.to_physical()
    judged = marked.with_columns(weight.alias("weight")).with_columns(
        (pl.col("weight") < pl.col("weight").max().over("offer_id")).alias("refused")
    )
    rejects = judged.filter("refused").select(
        pl.lit("price_observations").alias("table_name"),
        "source_file",
        "source_row",
        pl.lit(Reject.UNIT_SWITCH.value).alias("reason"),
        pl.format(
            "{} {} on {}: {} USD per accelerator-hour, off by its count of {} from most days",
            "provider", "accelerator", pl.col("observed_on").cast(pl.String), _EACH, count,
        ).alias("detail"),
    )  # fmt: skip
    kept = observations.join(judged.filter("refused").select("observation_id"), on="observation_id", how="anti")
    return kept, rejects.cast(pl.Schema(REJECTS_SCHEMA))


def mislabelled(observations: pl.DataFrame, limits: PriceLimits) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Part observations into those that can be and rejects: prices that are another purchase model's.

    - A commitment no cheaper than the list of that day: a source that finds no price of it repeats the list price.
      Capacity blocks are no commitment: they cost what the day's demand makes of them.
    - A spot price that is a commitment's of the same offer, at most a month apart: its column has another meaning.
    - A list price that is a spot price well below its own list price, at most a month apart: a page's "from".
    """
    offer = [c for c in (*_MACHINE, "region") if c != "price_basis"]
    model = pl.col("purchase_model")
    committed = observations.filter(model.is_in(_COMMITMENTS))
    lists = observations.filter(model == "on_demand").group_by(*offer, "observed_on").agg(_EACH.min().alias("other"))
    idle = committed.join(lists, on=[*offer, "observed_on"], nulls_equal=True).filter(
        pl.col("other") * (1 - limits.same_price_tolerance) <= _EACH
    )
    others = committed.select(*offer, _EACH.alias("other"), pl.col("observed_on").alias("other_day"))
    days_apart = (pl.col("observed_on") - pl.col("other_day")).dt.total_days().abs()
    borrowed = (
        observations.filter(model == "spot")
        .join(others, on=offer, nulls_equal=True)
        .filter(days_apart <= limits.mislabel_days, (_EACH / pl.col("other") - 1).abs() <= limits.same_price_tolerance)
        .unique("observation_id", keep="first", maintain_order=True)
    )
    lent = _spot_as_list(observations, lists, offer, limits)
    refused = pl.concat(
        [
            idle.select("observation_id", *_reject(Reject.COMMITMENT_AT_LIST_PRICE, "on demand")),
            borrowed.select("observation_id", *_reject(Reject.COMMITMENT_AS_SPOT, "a commitment")),
            lent.select("observation_id", *_reject(Reject.SPOT_AS_ON_DEMAND, "a spot price")),
        ]
    )
    kept = observations.join(refused, on="observation_id", how="anti", maintain_order="left")
    return kept, refused.drop("observation_id").sort("source_file", "source_row").cast(pl.Schema(REJECTS_SCHEMA))


def _spot_as_list(
    observations: pl.DataFrame, lists: pl.DataFrame, offer: Sequence[str], limits: PriceLimits
) -> pl.DataFrame:
    """List prices that are spot prices (`other`) of the same provider, accelerator and board: of the same machine, or
    of any where the row names none. On a market, where every machine has its own price, two may be alike by chance."""
    model, day, board, machine = (
        pl.col(c) for c in ("purchase_model", "observed_on", "accelerator_variant", "instance_type")
    )
    # Prices meet by their place on a ladder of steps as wide as the tolerance: of a year of catalogues, each row with
    # each would be too many.
    rung = (_EACH.log() / limits.same_price_tolerance).floor().cast(pl.Int64)
    spots = (
        observations.filter(model == "spot", pl.col("provider_class") != "marketplace")
        .join(lists, on=[*offer, "observed_on"], nulls_equal=True)
        .filter(limits.most_of_list_as_spot * pl.col("other") > _EACH)
        .group_by("provider", "accelerator", board, machine, _EACH)
        .agg(day.min().alias("first"), day.max().alias("last"), rung.first().alias("rung"))
        .select(pl.all().exclude(_PRICE), _EACH.alias("other"))
    )
    near = pl.concat([spots.with_columns(pl.col("rung") + n) for n in (-1, 0, 1)])
    apart = pl.duration(days=limits.mislabel_days)
    return (
        observations.filter(model == "on_demand")
        .with_columns(rung.alias("rung"))
        .join(near, on=["provider", "accelerator", "rung"], suffix="_spot")
        .filter(
            (_EACH / pl.col("other") - 1).abs() <= limits.same_price_tolerance,
            day.is_between(pl.col("first") - apart, pl.col("last") + apart),
            machine.is_null() | (machine == pl.col("instance_type_spot")),
            board.eq_missing(pl.col("accelerator_variant_spot")) | board.is_null(),
        )
        .sort("observation_id", "other")
        .unique("observation_id", keep="first", maintain_order=True)
    )


def _reject(reason: Reject, beside: str) -> list[pl.Expr]:
    return [
        pl.lit("price_observations").alias("table_name"),
        pl.col("source_file"),
        pl.col("source_row"),
        pl.lit(reason.value).alias("reason"),
        pl.format(f"{{}} at {{}} USD per accelerator-hour, {beside} {{}}", "purchase_model", _EACH, "other").alias(
            "detail"
        ),
    ]
