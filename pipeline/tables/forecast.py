"""What the model publishes: market, segments, regions, and their cross."""

from __future__ import annotations

from pipeline.schema import Column, Table, calendar_year, number, quantiles, text, whole
from pipeline.tables.words import (
    DIMENSION,
    DIMENSION_KIND,
    FACTOR_KINDS,
    GRADES,
    MARKET,
    MARKET_QUANTITIES,
    MEMBER_FORECAST,
    MEMBER_QUANTITIES,
    MEMBER_RANKS,
    POSITION,
    REJECT_COLUMNS,
    SCENARIO,
    WHOLE_MARKET,
    YEAR,
)

TABLES = (
    Table(
        "market_forecast",
        "forecast",
        "market x scenario x year",
        "Size of the market, geometric between the stated sizes; scenarios move it draw by draw.",
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
        "member_moments",
        "forecast",
        "market x dimension x scenario of the total x scenario of the shares x position x year",
        "Value of every member over the report's own total, and its pace, under every pair of total and share draws "
        "that a scenario needs. With the report's own total the value is the share.",
        ("market", "dimension", "scenario", "shares_scenario", "position", "year"),
        (
            MARKET,
            DIMENSION,
            text("scenario", "Scenario whose total it is; `as_reported` is the report's own."),
            text("shares_scenario", "Scenario whose draws of shares and growth are taken."),
            POSITION,
            YEAR,
            *quantiles("value", "Value over the report's own total"),
            *quantiles("pace", "Yearly growth factor over the report's own for the market", nullable=True),
            *MEMBER_RANKS,
        ),
        published=False,
        may_be_empty=True,
    ),
    Table(
        "prior_draws",
        "model",
        "scenario with a prior of its own x number of members x draw",
        "The prior: shares and growth of a dimension of so many members about which nothing is claimed.",
        ("scenario", "members", "draw"),
        (
            SCENARIO,
            whole("members", "Number of members of the dimension.", at_least=1),
            whole("draw", "Number of the draw, from 0.", at_least=0),
            Column("base_shares", "float64[]", "Share of each member in the base year."),
            Column("growths", "float64[]", "Yearly log growth of each member's weight."),
        ),
        published=False,
        may_be_empty=True,
    ),
    Table(
        "prior_ranges",
        "forecast",
        "scenario with a prior of its own x number of members x years ahead",
        "The range of a member's share before any claim is heard.",
        ("scenario", "members", "years_ahead"),
        (
            SCENARIO,
            whole("members", "Number of members of the dimension.", at_least=1),
            whole("years_ahead", "Years after the base year.", at_least=0),
            number("share_p05", "5 percent of the prior lie at or below it.", at_least=0, at_most=1),
            number("share_p95", "95 percent of the prior lie at or below it.", at_least=0, at_most=1),
        ),
        published=False,
        may_be_empty=True,
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
        "cross_moments",
        "forecast",
        "market x scenario x dimension x segment x region x year of a cross table that a figure binds",
        "Cells fitted to the figures and to both margins in every draw, over the report's own total; cross tables "
        "without a figure have no rows.",
        ("market", "scenario", "dimension", "segment_position", "region_position", "year"),
        (
            MARKET,
            SCENARIO,
            DIMENSION,
            whole("segment_position", "Place of the segment in its dimension, from 1.", at_least=1),
            whole("region_position", "Place of the region in its dimension, from 1.", at_least=1),
            YEAR,
            *quantiles("value", "Value over the report's own total"),
            text("evidence_grade", "reported, bounded or prior, as published.", allowed=GRADES),
        ),
        published=False,
        may_be_empty=True,
    ),
    Table(
        "segment_region_forecast",
        "forecast",
        "market x scenario x dimension x segment x region x year",
        "Value of every segment in every region: independent, or fitted where a source states a cell.",
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
                "reported where a source states the cell, bounded for the other cells of a table with a stated one in "
                "its year; else the weaker grade of the segment and of the region, never reported, since the split is "
                "the independence assumption.",
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
        "sensitivity",
        "forecast",
        "market x scenario x dimension x member x quantity x factor",
        "What moves each forecast: the share of its variance that every assumption and every open claim owns, and the "
        "forecast with each at its ends. Assumptions that the forecast holds fixed range here too. A factor that does "
        "not move a forecast at all has no row for it.",
        ("market", "scenario", "dimension", "member", "quantity", "factor"),
        (
            MARKET,
            SCENARIO,
            text("dimension", f"Dimension as the report names it; {WHOLE_MARKET} in rows about the market's size."),
            text(
                "dimension_kind",
                "Whether the dimension divides the market by segment or by region; null for the market's size.",
                nullable=True,
                allowed=("segment", "region"),
            ),
            text("member", f"Segment or region, as printed; {WHOLE_MARKET} in rows about the market's size."),
            whole("position", "Place in the dimension, from 1; null for the market's size.", nullable=True, at_least=1),
            text(
                "quantity",
                "What is moved: share in the base year, value in the base year, value in the forecast year, compound "
                "annual growth between the two. Outputs are in its unit (base_share: a fraction).",
                allowed=tuple(dict.fromkeys((*MEMBER_QUANTITIES, *MARKET_QUANTITIES))),
            ),
            calendar_year("year", "Forecast year of the market."),
            text(
                "factor",
                "What moves it: an assumption by name, a claim by its id (claims on one figure joined by '; '), peer "
                "estimates, or unsettled: all that no assumption and no claim settles.",
            ),
            text("factor_kind", "Kind of factor; prior stands for what is unsettled.", allowed=FACTOR_KINDS),
            text("factor_about", "Unit of an assumption, or the words of a claim."),
            number(
                "factor_low",
                "Lowest value of the factor, in its own unit; of a claim the lower end of its "
                "interval as a constraint (a share, or a yearly factor over the market's).",
                nullable=True,
            ),
            number("factor_high", "Highest value of the factor.", nullable=True),
            number(
                "output_low",
                "Mean of the quantity with the factor at its lowest and all others at their middle; of "
                "unsettled the 5 percent quantile that it leaves then.",
                nullable=True,
            ),
            number("output_mid", "Mean of the quantity with all factors at their middle.", nullable=True),
            number(
                "output_high",
                "Mean of the quantity with the factor at its highest; of unsettled the 95 percent quantile.",
                nullable=True,
            ),
            number("output_sd", "Standard deviation of the quantity over all factors.", nullable=True, at_least=0),
            number(
                "first_order",
                "Share of the variance that goes if the factor alone becomes known. An estimate: it may "
                "come out a little below 0 or above 1.",
                nullable=True,
            ),
            number("first_order_low", "Lower end of its 95 percent interval.", nullable=True),
            number("first_order_high", "Upper end of its 95 percent interval.", nullable=True),
            number(
                "total_order",
                "Share of the variance that stays if all but the factor become known; above "
                "first_order where it acts together with others.",
                nullable=True,
                at_least=0,
            ),
            number("total_order_low", "Lower end of its 95 percent interval.", nullable=True),
            number("total_order_high", "Upper end of its 95 percent interval.", nullable=True),
            whole(
                "evaluations",
                "Rows of the design behind the indices; 0 where too few met all claims to say "
                "anything, and the numbers are null.",
                at_least=0,
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
