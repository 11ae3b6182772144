"""A report's own total in any of its years.

Belongs here: the total as an expression over columns of `reports`. Does not belong here: the published table, which
computes the same in SQL (sql/forecast/market_forecast.sql).
"""

from __future__ import annotations

import polars as pl


def reported_total(year: pl.Expr) -> pl.Expr:
    """The report's total in a year: geometric between its stated sizes, as in sql/forecast/market_forecast.sql."""

    def between(first: str, last: str) -> pl.Expr:
        start, end = pl.col(f"{first}_value_usd_bn"), pl.col(f"{last}_value_usd_bn")
        span = (pl.col(f"{last}_year") - pl.col(f"{first}_year")).cast(pl.Float64)
        return start * (end / start).pow((year - pl.col(f"{first}_year")) / span)

    stated = (
        (pl.col("estimate_value_usd_bn") > 0)
        & (pl.col("estimate_year") > pl.col("base_year"))
        & (pl.col("estimate_year") < pl.col("forecast_year"))
    )
    bent = (
        pl.when(year <= pl.col("estimate_year"))
        .then(between("base", "estimate"))
        .otherwise(between("estimate", "forecast"))
    )
    return pl.when(stated).then(bent).otherwise(between("base", "forecast"))
