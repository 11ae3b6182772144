"""What the reports say: one row a report, a claim, a member of a dimension."""

from __future__ import annotations

from pipeline.schema import Table, calendar_year, number, text, whole
from pipeline.tables.words import ACCEPTED, COMPARATORS, DIMENSION, DIMENSION_KIND, MARKET, POSITION, REJECTED

TABLES = (
    Table(
        "reports",
        "reports",
        "report",
        "Every report read, accepted or rejected, with its headline figures and flags.",
        ("report_id",),
        (
            text("report_id", "Folder name below data/raw/reports."),
            MARKET,
            text("title", "Title as printed or as its sidecar gives it.", nullable=True),
            text("vendor", "Publisher of the report.", nullable=True),
            text("market_name", "Name of the market the report is about.", nullable=True),
            text("currency", "ISO 4217 code of the stated currency.", nullable=True),
            calendar_year("base_year", "Year of the base value.", nullable=True),
            number("base_value_usd_bn", "Stated size of the market in the base year.", nullable=True, at_least=0),
            calendar_year("estimate_year", "Year of a second stated size, usually base + 1.", nullable=True),
            number("estimate_value_usd_bn", "Stated size in the estimate year.", nullable=True, at_least=0),
            calendar_year("forecast_year", "Year of the forecast value.", nullable=True),
            number("forecast_value_usd_bn", "Stated size in the forecast year.", nullable=True, at_least=0),
            number(
                "cagr_pct", "Stated compound annual growth rate; never replaced by the computed one.", nullable=True
            ),
            text(
                "cagr_period",
                "Printed period of the stated growth rate, such as 2026-2034; null when none is printed.",
                nullable=True,
            ),
            number(
                "cagr_implied_pct",
                "Growth rate that the two end points imply, base year to forecast year.",
                nullable=True,
            ),
            text("document_sha256", "Hash of the raw file.", nullable=True),
            text("status", "Whether the report may be used.", allowed=(ACCEPTED, REJECTED)),
            text("flags", "Codes of what the reader noticed, sorted, joined by ';'."),
            text("reasons", "Why it was rejected, joined by '; '; empty for an accepted report."),
        ),
    ),
    Table(
        "claims",
        "reports",
        "statement of a report",
        "Everything a report states that can be true or false, with its place in the text.",
        ("report_id", "claim_id"),
        (
            text("report_id", "Report that states it."),
            text("claim_id", "Readable id, unique in the report."),
            text("section", "Section it stands in."),
            text("dimension", "Dimension it is about.", nullable=True),
            text("member", "Member it is about, as listed in the segmentation.", nullable=True),
            text("other_member", "Second member, where the claim compares two.", nullable=True),
            text("metric", "What is claimed."),
            text(
                "comparator",
                "How the value binds; 'is' for claims of rank.",
                allowed=COMPARATORS,
            ),
            number(
                "value_low",
                "Lower end of the stated value, as stated (neither hedge nor rounding is applied).",
                nullable=True,
            ),
            number("value_high", "Upper end of the stated value.", nullable=True),
            whole(
                "decimals",
                "Digits printed after the decimal point: they set the rounding of the value.",
                nullable=True,
                at_least=-15,
            ),
            text("unit", "Unit of the value.", nullable=True),
            calendar_year("year_from", "First year the claim is about.", nullable=True),
            calendar_year("year_to", "Last year the claim is about.", nullable=True),
            text("hedge", "Hedging word before the value, such as 'around'.", nullable=True),
            text("quote", "The words of the claim."),
            whole("char_start", "Offset of the quote in the normalised document.", at_least=0),
            whole("char_end", "Offset of the end of the quote.", at_least=0),
        ),
        may_be_empty=True,
    ),
    Table(
        "segments",
        "reports",
        "report x dimension x member",
        "The members of every dimension, in printed order.",
        ("report_id", "dimension", "position"),
        (
            text("report_id", "Report that lists it."),
            DIMENSION,
            DIMENSION_KIND,
            text("member", "Segment or region, as printed."),
            POSITION,
            text("claim_id", "Claim that lists the member.", nullable=True),
        ),
        may_be_empty=True,
    ),
)
