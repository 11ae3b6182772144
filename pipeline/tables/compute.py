"""What the spending buys, and what prices say about the claims."""

from __future__ import annotations

from pipeline.schema import Column, Table, calendar_year, number, quantiles, text, whole
from pipeline.tables.words import MARKET, POSITION, REPORT_REGIONS, SCENARIO, YEAR

PRICE_PATHS = ("flat", "index", "trend")
PRICE_PATH = text(
    "price_path",
    "Course of prices: flat (the last level), index (random walk with the matched index's drift and spread), trend "
    "(long-run price-performance of hardware).",
    allowed=PRICE_PATHS,
)
PRICE_REGION = text(
    "price_region",
    "Region whose price level is used: the row's own where its prices support one, else North America, whose prices "
    "may be too low there.",
    allowed=REPORT_REGIONS,
)
VERDICTS = ("consistent", "inconsistent", "untestable")
CLAIM_CHECK = (
    MARKET,
    text("check_id", "What was tested."),
    text("claim_id", "Claim it was tested on."),
    text(
        "verdict",
        "consistent (the claim and what is observed can both be true), inconsistent (they cannot), untestable (nothing "
        "observed bounds the claim).",
        allowed=VERDICTS,
    ),
    text("expected", "What the claim says, in the terms of the test."),
    text("observed", "What the sources and assumptions give for it."),
    text("how", "The arithmetic, spelled out."),
    text("inputs", "Tables, claims and assumptions that went in."),
)

TABLES = (
    Table(
        "price_path_draws",
        "model",
        "price path x draw",
        "Joint draws of what an H100-hour costs by year and of the share of spending that is compute.",
        ("price_path", "draw"),
        (
            PRICE_PATH,
            whole("draw", "Number of the draw, from 0.", at_least=0),
            number("compute_share", "Share of spending that pays for accelerator-hours.", at_least=0, at_most=1),
            calendar_year("price_year", "Year of the newest price: the first of the list."),
            Column(
                "prices_usd_per_accelerator_hour", "float64[]", "Price paid for one H100-hour, by year from price_year."
            ),
        ),
        published=False,
        may_be_empty=True,
    ),
    Table(
        "price_region_draws",
        "model",
        "region of the report x draw",
        "What an H100-hour costs in each region beside North America, draw by draw with price_path_draws.",
        ("macro_region", "draw"),
        (
            text("macro_region", "Region of the report.", allowed=REPORT_REGIONS),
            whole("draw", "Number of the draw, from 0.", at_least=0),
            PRICE_REGION,
            number("price_factor", "Price there over the price of price_path_draws.", at_least=0),
        ),
        published=False,
        may_be_empty=True,
    ),
    Table(
        "compute_forecast",
        "forecast",
        "market x scenario x price path x region x year",
        "What the forecast spending buys in H100-hours and exaFLOP, at the region's prices where there are any. The "
        "price path is a scenario, not a forecast.",
        ("market", "scenario", "price_path", "region", "year"),
        (
            MARKET,
            SCENARIO,
            PRICE_PATH,
            text("region", "Region, as printed."),
            POSITION,
            YEAR,
            PRICE_REGION,
            *quantiles("compute_usd_bn", "Spending on accelerator-hours"),
            *quantiles("price_usd_per_accelerator_hour", "Price paid for one H100-hour there"),
            *quantiles("accelerator_hours", "H100-hours, or as many of other accelerators as give their dense rate"),
            *quantiles("compute_exaflop", "Operations at the peak dense BF16 rate, which no training run reaches"),
            text(
                "evidence_grade",
                "Always prior: no source states it, and prices and the share of compute are assumptions with ranges.",
                allowed=("prior",),
            ),
        ),
        may_be_empty=True,
    ),
    Table(
        "price_claim_checks",
        "evidence",
        "market x check",
        "Claims of the reports set beside prices.",
        ("market", "check_id"),
        CLAIM_CHECK,
        published=False,
        may_be_empty=True,
    ),
    Table(
        "report_claim_checks",
        "evidence",
        "market x check",
        "Claims of the reports set beside each other: growth, shares, reductions, amounts.",
        ("market", "check_id"),
        CLAIM_CHECK,
        published=False,
        may_be_empty=True,
    ),
    Table(
        "claim_checks",
        "release",
        "market x check",
        "Claims of the reports set beside other evidence, with the arithmetic.",
        ("market", "check_id"),
        CLAIM_CHECK,
        may_be_empty=True,
    ),
)
