"""Figures on a segment in a region, from any source: `raw`/evidence/cross_figures.csv, a file that need not be there.

Belongs here: reading them, how wide they are, and what they demand of the segment's and the region's own share. Does
not belong here: fitting cross tables to them (pipeline/model/cross.py).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.errors import RawDataError
from pipeline.evidence.assumptions import HEDGE_WIDENING, assumption
from pipeline.evidence.figures import read_figures
from pipeline.evidence.sizes import reported_total
from pipeline.tables import TABLES
from pipeline.tables.words import ACCEPTED

CROSS_FILE = "evidence/cross_figures.csv"
JOINED_BY = "; "


def read_cross_figures(raw: Path, segments: pl.DataFrame) -> pl.DataFrame:
    """`raw`/evidence/cross_figures.csv as table `cross_figures`, in file order; no rows where there is no such file.

    Raises RawDataError for a file that does not match its sidecar or holds a bad row, and, naming row and member, when
    a figure is on a segment or region that its market's report does not list. Figures on markets without a report stay.
    """
    entry = TABLES["cross_figures"]
    if not (raw / CROSS_FILE).exists():
        return entry.frame([])
    figures = read_figures(raw, CROSS_FILE, entry)
    known = segments.select(market="report_id", dimension="dimension", member="member", kind="dimension_kind")
    listed = figures.join(known.select("market").unique(), on="market", how="semi")
    cell = ["market", "dimension", "segment", "region", "year"]
    twice = figures.filter(pl.struct(cell).is_first_distinct().not_())
    if not twice.is_empty():
        raise RawDataError(
            f"{raw / CROSS_FILE}: row {twice['source_row'][0]}: repeats the cell and year of a row above"
        )
    for kind, keys in (("segment", ["market", "dimension", "segment"]), ("region", ["market", "region"])):
        named = known.filter(pl.col("kind") == kind).rename({"member": kind})
        lost = listed.join(named, on=keys, how="anti")
        if not lost.is_empty():
            row = lost.row(0, named=True)
            raise RawDataError(
                f"{raw / CROSS_FILE}: row {row['source_row']}: {row['market']} lists no {kind} {row[kind]!r}"
                + (f" in {row['dimension']}" if kind == "segment" else "")
            )
    return figures


def cross_intervals(
    reports: pl.DataFrame, segments: pl.DataFrame, figures: pl.DataFrame, assumptions: pl.DataFrame, scenario: str
) -> pl.DataFrame:
    """The figures on accepted markets as fractions of the market's total in their year: `low`, `high`, `stated`; and
    the regions' dimension. As wide as printed, half the last digit either way, times hedge_widening where hedged.

    Raises RawDataError for a figure outside its market's years, or above the whole market.
    """
    accepted = reports.filter(pl.col("status") == ACCEPTED)
    regions = segments.filter(pl.col("dimension_kind") == "region").select(
        market="report_id", region="member", region_dimension="dimension"
    )
    widening = float(assumption(assumptions, HEDGE_WIDENING, scenario)["value"])
    half = 0.5 * pl.lit(10.0).pow(-pl.col("decimals").fill_null(0).cast(pl.Float64))
    per = 1.0 / pl.when(pl.col("metric") == "share_of_market_pct").then(100.0).otherwise(reported_total(pl.col("year")))
    wide = half * pl.when(pl.col("hedge").is_not_null()).then(widening).otherwise(1.0)
    found = (
        figures.join(accepted, on="market", suffix="_of_report")
        .join(regions, on=["market", "region"])
        .with_columns(
            low=((pl.col("value") - wide) * per).clip(0.0, 1.0),
            high=((pl.col("value") + wide) * per).clip(0.0, 1.0),
            stated=pl.col("value") * per,
        )
    )
    inside = pl.col("year").is_between("base_year", "forecast_year") & (pl.col("stated") <= 1)
    bad = found.filter(~inside.fill_null(value=False))
    if not bad.is_empty():
        row = bad.row(0, named=True)
        raise RawDataError(
            f"{CROSS_FILE}: row {row['source_row']}: {row['value']:g} in {row['year']} is no part of {row['market']}, "
            f"whose years are {row['base_year']} to {row['forecast_year']}"
        )
    return found.select(*figures.columns, "region_dimension", "low", "high", "stated")


def margin_demands(intervals: pl.DataFrame, claimed: pl.DataFrame, segments: pl.DataFrame) -> pl.DataFrame:
    """What figures demand of the margins, as rows in columns of `constraints`, without scenario.

    A segment, or a region, is at least as large as its cells stated for a year are together; where all of its cells
    are stated, it is no larger either. And a cell is at least its segment and its region less the whole: where
    `claimed` (constraints) says how small the one may be, the other is at most what the cell leaves.
    """
    listed = segments.group_by(market="report_id", dimension="dimension").len("listed")
    lows = (
        claimed.filter(pl.col("kind") == "share_between", pl.col("other_member").is_null())
        .group_by("market", "dimension", "member", "year")
        .agg(pl.col("low").max())
    )
    both = intervals
    for kind, dimension in (("segment", "dimension"), ("region", "region_dimension")):
        at = lows.rename({"dimension": dimension, "member": kind, "low": f"{kind}_low"})
        both = both.join(at, on=["market", dimension, kind, "year"], how="left")
    frames = []
    for kind, other, dimension in (("segment", "region", "dimension"), ("region", "segment", "region_dimension")):
        most = 1 + pl.col("high") - pl.col(f"{other}_low").fill_null(0.0)
        other_dimension = "region_dimension" if kind == "segment" else "dimension"
        counted = both.join(listed.rename({"dimension": other_dimension}), on=["market", other_dimension])
        all_stated = pl.len() == pl.col("listed").first()
        grouped = counted.group_by("market", "dimension", "region_dimension", kind, "year").agg(
            pl.col("low").sum(),
            high=pl.min_horizontal(most.min(), pl.when(all_stated).then(pl.col("high").sum())),
            claim_id=pl.col("figure_id").sort().str.join(JOINED_BY),
            quote=pl.col("quote").sort_by("figure_id").str.join(JOINED_BY),
            assumption=pl.when(pl.col("hedge").is_not_null().any()).then(pl.lit(HEDGE_WIDENING)),
        )
        frames.append(
            grouped.select(
                "market", "low", "year", "claim_id", "quote", "assumption",
                high=pl.when(pl.col("high") < 1).then("high"),
                constraint_id=pl.format(f"{{}}.{kind}", "claim_id"), dimension=pl.col(dimension),
                dimension_kind=pl.lit(kind), member=pl.col(kind), kind=pl.lit("share_between"),
            )
        )  # fmt: skip
    return pl.concat(frames)
