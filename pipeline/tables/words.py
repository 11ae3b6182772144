"""Vocabulary and columns that several tables share.

Belongs here: allowed values, and columns that mean the same wherever they stand. Does not belong here: any table.
"""

from __future__ import annotations

from pipeline.schema import calendar_year, number, quantiles, text, whole

ACCEPTED, REJECTED = "accepted", "rejected"
GRADES = ("reported", "bounded", "prior")
RELATIONS = ("same", "near", "adjacent", "broad")
SOURCE_KINDS = ("own", "pr", "aggregator", "secondary")
PROVIDER_CLASSES = ("hyperscaler", "specialised", "marketplace", "tooling")
PURCHASE_MODELS = ("on_demand", "spot", "reserved_1y", "reserved_3y", "capacity_block", "savings_plan_1y")
PRICE_BASES = ("instance", "per_accelerator", "gpu_component_only")
REPORT_REGIONS = ("North America", "Europe", "Asia Pacific", "Latin America", "Middle East and Africa")
MACRO_REGIONS = (*REPORT_REGIONS, "global", "multi", "unstated")
"""The report's five regions; global: one price everywhere; multi: one row for countries of several regions."""
SOURCE_TIERS = ("api", "vendor_docs", "catalog", "page_scrape", "page", "curated", "aggregator")
"""Kinds of price source, best first: where two disagree on the same offer and day, the better one stands."""
DATE_BASES = (
    *("api_snapshot", "scrape_date", "page_scrape_date", "file_header_date"),
    *("commit_date", "curated_date", "upper_bound"),
)
VARIANTS = ("SXM", "SXM-mega", "PCIe", "NVL", "pod", "device")
PRODUCT_KINDS = ("price", "licence", "spending_cap", "free_software", "not_public")
COMPARATORS = ("=", ">=", "<=", "between", "is")
CONSTRAINT_KINDS = ("share_between", "largest", "margin_over", "fastest", "pace_between")
MEMBERS_JOINED_BY = "; "
AS_REPORTED = "as_reported"
TOTALS = ("reported", "peers")
MEMBER_QUANTITIES = ("base_share", "value_usd_bn", "cagr_pct")
MARKET_QUANTITIES = ("base_value_usd_bn", "value_usd_bn", "cagr_pct")
CROSS_METRICS = ("share_of_market_pct", "value_usd_bn")
FACTOR_KINDS = ("assumption", "claim", "prior")
WHOLE_MARKET = "whole market"
"""Stands for dimension and member in rows about a market's total."""
DISTRIBUTIONS = ("fixed", "uniform", "loguniform")

MARKET = text("market", "Key of the market: the id of the report that describes it.")
SCENARIO = text("scenario", "Set of assumptions the row is computed under; `as_reported` takes the report's own total.")
DIMENSION = text("dimension", "Dimension as the report names it, without its leading 'By'.")
DIMENSION_KIND = text(
    "dimension_kind", "Whether the dimension divides the market by segment or by region.", allowed=("segment", "region")
)
YEAR = calendar_year("year", "Calendar year.")
GRADE = text(
    "evidence_grade",
    "How much the sources carry the row: reported (a source states this member's share in this year), bounded (a claim "
    "about the dimension narrows it: claims about shares narrow every member in every year, claims about growth every "
    "year but the base year), prior (no source says anything: the range is the assumption alone).",
    allowed=GRADES,
)
NARROWING = number(
    "narrowing",
    "How much narrower the share's 90 percent range is than it would be had no claim been heard: 0 is no narrower, 1 "
    "is a point. A claim may also move a range without narrowing it.",
    at_least=0,
    at_most=1,
)
MEMBER_RANKS = (
    number(
        "p_largest",
        "Share of draws in which the member has the largest share of its dimension that year.",
        at_least=0,
        at_most=1,
    ),
    number(
        "p_fastest",
        "Share of draws in which the member grows fastest of its dimension; null in the base year.",
        nullable=True,
        at_least=0,
        at_most=1,
    ),
)
MEMBER_FORECAST = (
    *quantiles("value_usd_bn", "Value of the member"),
    *quantiles("share", "Share of the market", at_most=1.0),
    *quantiles("cagr_pct", "Compound annual growth since the base year", nullable=True, at_least=None),
    *MEMBER_RANKS,
    GRADE,
    NARROWING,
)
POSITION = whole("position", "Place in the dimension, as listed by the report, from 1.", at_least=1)
REJECT_COLUMNS = (
    text("table_name", "Table the row was meant for."),
    text("source_file", "File it came from, relative to data/raw."),
    whole("source_row", "Row in that file, counted from 1 without the header.", at_least=0),
    text("reason", "Fixed code of why it was refused."),
    text("detail", "The value that was refused, and what would have been accepted."),
)
