"""Price indices: how prices of the same offers moved, whoever joined or left.

Belongs here: the chained matched-model index, its bootstrap, and the time-product-dummy regression beside it. Does not
belong here: which prices are comparable, or the months (sql/prices/price_points.sql, price_panel.sql).

Sources of the methods: the matched-model Jevons index and the time-product-dummy index are those of the Consumer Price
Index Manual: Concepts and Methods (IMF and others, 2020), chapters 8 and 10; the bootstrap is Rubin's (The Bayesian
Bootstrap, Annals of Statistics 9, 1981): every series gets a random weight, the same in all months, so a chain of few
series never breaks in a draw. All weights come from one seed.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.tables import TABLES

BOOTSTRAP_DRAWS = 1000
FEWEST_SERIES = 3
"""Below this many series an interval would say more than the data do."""
SCOPES = (("provider_class", "accelerator"), ("provider_class",), ("accelerator",), ())
"""What an index is taken over: a cell, a class, an accelerator, everything; always within one purchase model."""
_Z90 = 1.6448536269514722  # the normal distribution's 95th percentile

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Chain:
    """One run of months linked by matched series: months x series, NaN where a series has no value."""

    months: list[object]
    log_price: Floats
    log_change: Floats
    observed: NDArray[np.bool_]


def price_index(price_panel: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Table `price_index` from `price_panel`: one row a month and scope, 100 in the first month of each chain."""
    rows: list[dict[str, object]] = []
    for kept in SCOPES:
        merged = [c for c in ("provider_class", "accelerator") if c not in kept]
        scoped = price_panel.with_columns(pl.lit("all").alias(c) for c in merged)
        cells = scoped.partition_by("provider_class", "accelerator", "purchase_model", as_dict=True)
        for (provider_class, accelerator, purchase_model), cell in sorted(cells.items()):
            scope = {"provider_class": provider_class, "accelerator": accelerator, "purchase_model": purchase_model}
            rows += [
                scope | row
                for chain in _chains(cell)
                for row in _rows(chain, seed, one_accelerator=accelerator != "all")
            ]
    return TABLES["price_index"].frame(rows)


def _chains(cell: pl.DataFrame) -> list[_Chain]:
    """The cell's months as matrices, cut where no series has a price in two months running; single months left out."""
    calendar = cell.select(pl.date_range(pl.col("month").min(), pl.col("month").max(), "1mo").alias("month"))
    wide = {
        value: calendar.join(
            cell.pivot("series_id", index="month", values=value, sort_columns=True), on="month", how="left"
        ).drop("month")
        for value in ("log_price", "log_change", "is_observed")
    }
    price, change = (wide[v].cast(pl.Float64).fill_null(np.nan).to_numpy() for v in ("log_price", "log_change"))
    observed = wide["is_observed"].fill_null(False).to_numpy()
    linked = np.isfinite(change).any(axis=1)
    starts = [i for i in range(len(linked)) if not linked[i] and i + 1 < len(linked) and linked[i + 1]]
    chains = []
    for start in starts:
        end = start + 1
        while end < len(linked) and linked[end]:
            end += 1
        part = slice(start, end)
        # The first month of a chain has no link; a series that ends there belongs to the chain before.
        matched = np.isfinite(change[start + 1 : end]).any(axis=0)
        months = calendar["month"].to_list()[part]
        link = change[part][:, matched].copy()
        link[0] = np.nan
        chains.append(_Chain(months, price[part][:, matched], link, observed[part][:, matched]))
    return chains


def _rows(chain: _Chain, seed: int, *, one_accelerator: bool) -> list[dict[str, object]]:
    """The rows of one chain. Months in which every price is only held say nothing new and have none.

    The regression assumes one course of prices for all series, so it is made for one accelerator at a time.
    """
    dummies = one_accelerator and chain.log_price.shape[1] >= FEWEST_SERIES
    jevons = _jevons(chain)
    low, high = _bootstrap(chain, seed)
    tpd, tpd_low, tpd_high = _time_product_dummy(chain) if dummies else (None, None, None)
    matched = np.isfinite(chain.log_change)
    seen = (chain.observed & matched).sum(axis=1)
    seen[0] = chain.observed[0].sum()
    columns = {
        "index_jevons": jevons, "index_jevons_p05": low, "index_jevons_p95": high,
        "index_tpd": tpd, "index_tpd_low": tpd_low, "index_tpd_high": tpd_high,
    }  # fmt: skip
    return [
        {
            "month": month,
            "chain_start": chain.months[0],
            # Sums in another order may differ in the last digits; the published number may not.
            **{name: None if v is None else round(100 * float(np.exp(v[i])), 6) for name, v in columns.items()},
            "n_matched": int(matched[i].sum()),
            "n_observed": int(seen[i]),
            "n_series": chain.log_price.shape[1],
        }
        for i, month in enumerate(chain.months)
        if seen[i]
    ]


def _jevons(chain: _Chain) -> Floats:
    """Log index: running sum of the mean log relative over matched series."""
    links = np.zeros(len(chain.months))
    links[1:] = np.nanmean(chain.log_change[1:], axis=1)
    return np.cumsum(links)


def _bootstrap(chain: _Chain, seed: int) -> tuple[Floats, Floats] | tuple[None, None]:
    """5 and 95 percent bounds of the log index over random weights of the series (exponential, so Dirichlet shares)."""
    series = chain.log_change.shape[1]
    if series < FEWEST_SERIES:
        return None, None
    weights = np.random.default_rng(seed).exponential(size=(BOOTSTRAP_DRAWS, series))
    there = np.isfinite(chain.log_change[1:]).astype(float)
    change = np.nan_to_num(chain.log_change[1:])
    links = (weights @ change.T) / (weights @ there.T)
    index = np.cumsum(links, axis=1)
    low, high = np.quantile(index, [0.05, 0.95], axis=0)
    return np.concatenate([[0.0], low]), np.concatenate([[0.0], high])


def _time_product_dummy(chain: _Chain) -> tuple[Floats, Floats, Floats]:
    """Month effects of log price = month + series, with 90 percent bounds (errors clustered by series).

    The series effects are swept out by taking each series about its own mean (Frisch-Waugh-Lovell), so only the months
    are columns of the regression.
    """
    from statsmodels.regression.linear_model import OLS  # slow to import, and only a run needs it

    months, series = chain.log_price.shape
    at, who = np.nonzero(np.isfinite(chain.log_price))
    dummies = np.zeros((len(at), months))
    dummies[np.arange(len(at)), at] = 1.0
    values = np.column_stack([chain.log_price[at, who], dummies[:, 1:]])
    counts = np.bincount(who, minlength=series)[:, None]
    sums = np.zeros((series, values.shape[1]))
    np.add.at(sums, who, values)
    centred = values - (sums / counts)[who]
    fit = OLS(centred[:, 0], centred[:, 1:]).fit(method="qr", cov_type="cluster", cov_kwds={"groups": who})
    effect = np.concatenate([[0.0], fit.params])
    with np.errstate(invalid="ignore"):  # prices that never change fit exactly: a variance of -0
        error = np.concatenate([[0.0], np.nan_to_num(fit.bse)])
    return effect, effect - _Z90 * error, effect + _Z90 * error
