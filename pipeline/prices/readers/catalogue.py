"""What catalogues of several formats have in common: rows of names and prices -> draft rows.

Belongs here: names to accelerators, counts and prices to numbers. Does not belong here: any one format's columns.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import polars as pl

from pipeline.prices.draft import DRAFT_SCHEMA, Draft, PriceFlag
from pipeline.prices.names import Named, read_name
from pipeline.rows.rejects import Reject, Rule, refuse


@dataclass(frozen=True)
class Listing:
    """A catalogue as read: `frame` has COLUMNS, one row a price; rows of the file may have none (`out_of_scope` counts
    those about other things) or two. `folded`: rows that repeat others; `refused`: (source_row, reason, detail)."""

    COLUMNS: ClassVar[tuple[str, ...]] = (
        *("source_row", "instance_type", "accelerator_name", "memory_gb", "count_text", "region"),
        *("purchase_model", "price_basis", "price_text", "flags"),
    )
    frame: pl.DataFrame
    read: int
    refused: list[tuple[int, str, str]]
    folded: list[int]
    out_of_scope: int


def draft_of(
    listing: Listing,
    *,
    provider: str | pl.Expr,
    as_of: dt.date | pl.Expr,
    date_basis: str,
    source_tier: str,
    source: str,
    plain_a100: str | None = None,
) -> Draft:
    """Draft rows of a listing. Prices are of the whole offer; accelerators known and not tracked are out of scope."""
    names = _read_names(listing.frame, plain_a100)
    frame = listing.frame.join(names, on=["accelerator_name", "memory_gb"], how="left", nulls_equal=True)
    other = frame.filter(~pl.col("tracked") & pl.col("known"))
    mine = frame.filter(pl.col("tracked") | ~pl.col("known"))
    elsewhere = set(other["source_row"])
    good, refused = refuse(_typed(mine), _rules(), "price_observations", "")
    slices = pl.col("chips").is_not_null()
    count = pl.col("count") * pl.col("chips").fill_null(1)
    typed = good.with_columns(
        count.alias("accelerator_count"),
        pl.col("board").alias("accelerator_variant"),
        pl.col("price").alias("price_usd_per_hour"),
        (pl.col("price") / count).alias("price_usd_per_accelerator_hour"),
        (provider if isinstance(provider, pl.Expr) else pl.lit(provider)).alias("provider"),
        (as_of if isinstance(as_of, pl.Expr) else pl.lit(as_of)).alias("observed_on"),
        pl.lit(date_basis).alias("date_basis"),
        pl.lit(source_tier).alias("source_tier"),
        pl.lit(source).alias("source"),
        pl.when(slices).then(_add_flag(PriceFlag.COUNT_FROM_SLICE_NAME)).otherwise("flags").alias("flags"),
        pl.lit(None, pl.String).alias("notes"),
    )
    return Draft(
        frame=typed.select(list(DRAFT_SCHEMA)).cast(pl.Schema(DRAFT_SCHEMA)),
        refused=[*listing.refused, *refused.select("source_row", "reason", "detail").iter_rows()],
        read=listing.read,
        folded=[row for row in listing.folded if row not in elsewhere],
        out_of_scope=listing.out_of_scope + len(elsewhere),
    )


def one_price_everywhere(offers: pl.DataFrame, machine: Sequence[str], place: str, price: str) -> bool:
    """Whether a list names several places and no machine (the columns that tell one) has two prices over them."""
    prices = offers.group_by(machine).agg(pl.col(price).n_unique().alias("prices"))
    return offers[place].n_unique() > 1 and prices.select((pl.col("prices") == 1).all()).item()


def _read_names(frame: pl.DataFrame, plain_a100: str | None) -> pl.DataFrame:
    """One row a distinct name and memory, with what it means. A catalogue of millions of rows has tens of names."""
    pairs = frame.select("accelerator_name", "memory_gb").unique()
    found = [read_name(n, m, plain_a100=plain_a100) for n, m in pairs.iter_rows()]
    means = [f or Named(None) for f in found]
    return pairs.with_columns(
        pl.Series("accelerator", [m.accelerator for m in means], pl.String),
        pl.Series("board", [m.board for m in means], pl.String),
        pl.Series("chips", [m.chips for m in means], pl.Int64),
        pl.Series("known", [f is not None for f in found], pl.Boolean),
        pl.Series("tracked", [m.accelerator is not None for m in means], pl.Boolean),
    )


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        pl.col("count_text").cast(pl.Float64, strict=False).alias("count"),
        pl.col("price_text").cast(pl.Float64, strict=False).alias("price"),
    )


def _rules() -> list[Rule]:
    count, price = pl.col("count"), pl.col("price")
    return [
        Rule(
            Reject.UNKNOWN_ACCELERATOR,
            ~pl.col("known"),
            pl.format("accelerator is called {}; teach pipeline/prices/names.py the name", "accelerator_name"),
        ),
        Rule(Reject.MISSING_VALUE, pl.col("price_text").is_null(), pl.lit("the price is blank")),
        Rule(Reject.MISSING_VALUE, pl.col("count_text").is_null(), pl.lit("the count is blank")),
        Rule(Reject.NOT_A_NUMBER, price.is_null(), pl.format("price is {}; must be a plain number", "price_text")),
        Rule(Reject.NOT_A_NUMBER, count.is_null(), pl.format("count is {}; must be a plain number", "count_text")),
        Rule(
            Reject.NOT_FINITE, ~price.is_finite() | ~count.is_finite(), pl.format("price is {}, count {}", price, count)
        ),
        Rule(Reject.COUNT_IMPLAUSIBLE, count <= 0, pl.format("count is {}; must be above 0", count)),
    ]


def _add_flag(flag: PriceFlag) -> pl.Expr:
    return pl.when(pl.col("flags") == "").then(pl.lit(flag.value)).otherwise(pl.col("flags") + f";{flag.value}")
