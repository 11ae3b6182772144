"""What a release adds for its readers: the same numbers in the shape that their tools want."""

from __future__ import annotations

from pipeline.schema import Table, number, text
from pipeline.tables.words import DIMENSION, DIMENSION_KIND, GRADE, MARKET, MEMBER_FORECAST, POSITION, SCENARIO, YEAR

_KEPT = ("mean", "p05", "p50", "p95")
_MEASURES = tuple(
    c for c in MEMBER_FORECAST if c.name.endswith(tuple(f"_{s}" for s in _KEPT)) or c.name.startswith("p_")
)

TABLES = (
    Table(
        "forecast_wide",
        "release",
        "market x scenario x dimension kind x dimension x member x year",
        "Every segment's and region's forecast on one line with its report's facts, for spreadsheets and BI tools. Add "
        "up within one dimension and scenario only: dimensions are different cuts of the same money.",
        ("market", "scenario", "dimension_kind", "dimension", "member", "year"),
        (
            MARKET,
            text("market_name", "Name of the market the report is about.", nullable=True),
            text("vendor", "Publisher of the report.", nullable=True),
            SCENARIO,
            DIMENSION_KIND,
            DIMENSION,
            text("member", "Segment or region, as printed."),
            POSITION,
            YEAR,
            GRADE,
            *_MEASURES,
            number("market_value_usd_bn_mean", "Size of the whole market that year: mean over the draws.", at_least=0),
        ),
    ),
)
