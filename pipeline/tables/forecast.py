"""What the model publishes: market, segments, regions, and their cross."""

from __future__ import annotations

from pipeline.schema import Table, quantiles, text
from pipeline.tables.words import DIMENSION, GRADE, MARKET, MEMBER_FORECAST, POSITION, REJECT_COLUMNS, SCENARIO, YEAR

TABLES = (
    Table(
        "market_forecast",
        "forecast",
        "market x scenario x year",
        "Size of the market, geometric between the stated sizes.",
        ("market", "scenario", "year"),
        (
            MARKET,
            SCENARIO,
            YEAR,
            *quantiles("value_usd_bn", "Size of the market"),
            GRADE,
        ),
    ),
    Table(
        "segment_forecast",
        "forecast",
        "market x scenario x dimension x segment x year",
        "Value, share and growth of every segment.",
        ("market", "scenario", "dimension", "segment", "year"),
        (
            MARKET,
            SCENARIO,
            DIMENSION,
            text("segment", "Segment, as printed."),
            POSITION,
            YEAR,
            *MEMBER_FORECAST,
        ),
    ),
    Table(
        "region_forecast",
        "forecast",
        "market x scenario x region x year",
        "Value, share and growth of every region.",
        ("market", "scenario", "region", "year"),
        (
            MARKET,
            SCENARIO,
            DIMENSION,
            text("region", "Region, as printed."),
            POSITION,
            YEAR,
            *MEMBER_FORECAST,
        ),
    ),
    Table(
        "segment_region_forecast",
        "forecast",
        "market x scenario x dimension x segment x region x year",
        "Value of every segment in every region, independent unless a source says otherwise.",
        ("market", "scenario", "dimension", "segment", "region", "year"),
        (
            MARKET,
            SCENARIO,
            DIMENSION,
            text("segment", "Segment, as printed."),
            text("region", "Region, as printed."),
            YEAR,
            *quantiles("value_usd_bn", "Value of the segment in the region"),
            GRADE,
        ),
    ),
    Table(
        "rejected_rows",
        "release",
        "refused row",
        "Every row that was refused anywhere, with its reason.",
        ("table_name", "source_file", "source_row", "reason"),
        REJECT_COLUMNS,
        may_be_empty=True,
    ),
)
