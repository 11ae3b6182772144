"""What the model publishes: market, segments, regions, and their cross."""

from __future__ import annotations

from pipeline.schema import Table, calendar_year, number, quantiles, text
from pipeline.tables.words import (
    DIMENSION,
    DIMENSION_KIND,
    GRADES,
    MARKET,
    MEMBER_FORECAST,
    POSITION,
    REJECT_COLUMNS,
    SCENARIO,
    YEAR,
)

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
            text(
                "evidence_grade",
                "How much the sources carry the row: reported in a year whose size the report states, bounded in the "
                "years between, which are geometric between the stated sizes.",
                allowed=GRADES,
            ),
        ),
    ),
    Table(
        "member_forecast",
        "forecast",
        "market x scenario x dimension x member x year",
        "Value, share and growth of every member, segment or region; the two published tables are selections of it.",
        ("market", "scenario", "dimension", "member", "year"),
        (
            MARKET,
            SCENARIO,
            DIMENSION,
            DIMENSION_KIND,
            text("member", "Segment or region, as printed."),
            POSITION,
            YEAR,
            *MEMBER_FORECAST,
        ),
        published=False,
        may_be_empty=True,
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
        may_be_empty=True,
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
        may_be_empty=True,
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
            text(
                "evidence_grade",
                "The weaker grade of the segment and of the region that year; never reported, since no source states "
                "the cell and its split is the independence assumption.",
                allowed=GRADES,
            ),
        ),
        may_be_empty=True,
    ),
    Table(
        "leaders",
        "forecast",
        "market x scenario x dimension",
        "Who leads each dimension; a member is named only where more than half of the draws agree.",
        ("market", "scenario", "dimension"),
        (
            MARKET,
            SCENARIO,
            DIMENSION,
            DIMENSION_KIND,
            calendar_year("base_year", "Base year of the market."),
            text("largest_member", "Member with the largest share in the base year.", nullable=True),
            number("p_largest", "Share of draws in which it is the largest.", nullable=True, at_least=0, at_most=1),
            *(
                number(f"largest_share_{s}", f"Its share: {s}.", nullable=True, at_least=0, at_most=1)
                for s in ("mean", "p05", "p95")
            ),
            calendar_year("forecast_year", "Forecast year of the market."),
            text("fastest_member", "Member that grows fastest to the forecast year.", nullable=True),
            number("p_fastest", "Share of draws in which it grows fastest.", nullable=True, at_least=0, at_most=1),
            *(
                number(f"fastest_cagr_pct_{s}", f"Its compound annual growth: {s}.", nullable=True)
                for s in ("mean", "p05", "p95")
            ),
        ),
        may_be_empty=True,
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
