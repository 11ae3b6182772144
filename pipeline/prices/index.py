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
_NOISE = 1e-6
"""Standard errors below this are what rounding leaves of an exact fit: the root of a variance of 1e-16 or so."""
_SCOPE = ("provider_class", "accelerator", "purchase_model")
_Z90 = 1.6448536269514722  # the normal distribution's 95th percentile

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class _Chain:
    """One run of months linked by matched series: months x series, NaN where a series has no value."""

    months: NDArray[np.int64]
    log_price: Floats
    log_change: Floats
    observed: NDArray[np.bool_]


def price_index(price_panel: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Table `price_index` from `price_panel`: one row a month and scope, 100 in the first month of each chain."""
    # Months count from year 0; series are numbered in the order of their ids, so that weights go to the same series
    # in whatever order rows come.
    numbered = price_panel.with_columns(
        (pl.col("month").dt.year().cast(pl.Int64) * 12 + pl.col("month").dt.month() - 1).alias("month"),
        pl.col("series_id").rank("dense").cast(pl.Int64).alias("series"),
    )
    parts = []
    for kept in SCOPES:
        merged = [c for c in ("provider_class", "accelerator") if c not in kept]
        scoped = numbered.with_columns(pl.lit("all").alias(c) for c in merged)
        for scope, cell in scoped.partition_by(*_SCOPE, as_dict=True).items():
            one_accelerator = scope[_SCOPE.index("accelerator")] != "all"
            for chain in _chains(cell):
                rows = _rows(chain, seed, one_accelerator=one_accelerator)
                parts.append(rows.with_columns(pl.lit(v).alias(c) for c, v in zip(_SCOPE, scope, strict=True)))
    table = TABLES["price_index"]
    if not parts:
        return table.frame([])
    index = pl.concat(parts).with_columns(
        pl.date(pl.col(c) // 12, pl.col(c) % 12 + 1, 1).alias(c) for c in ("month", "chain_start")
    )
    return index.select(table.column_names).cast(pl.Schema(table.schema)).sort(table.key)


def _chains(cell: pl.DataFrame) -> list[_Chain]:
    """The cell's months as matrices, cut where no series has a price in two months running; single months left out."""
    months = cell["month"].to_numpy()
    first = int(months.min())
    months = months - first
    names, series = np.unique(cell["series"].to_numpy(), return_inverse=True)
    shape = (int(months.max()) + 1, len(names))
    price, change = np.full(shape, np.nan), np.full(shape, np.nan)
    observed = np.zeros(shape, dtype=np.bool_)
    price[months, series] = cell["log_price"].to_numpy()
    change[months, series] = cell["log_change"].fill_null(np.nan).to_numpy()
    observed[months, series] = cell["is_observed"].to_numpy()
    linked = np.concatenate([np.isfinite(change).any(axis=1), [False]])
    chains = []
    for start in np.flatnonzero(~linked[:-1] & linked[1:]):
        end = start + 1 + int(np.argmin(linked[start + 1 :]))
        part = slice(start, end)
        # The first month of a chain has no link; a series that ends there belongs to the chain before.
        matched = np.isfinite(change[start + 1 : end]).any(axis=0)
        link = change[part][:, matched]
        link[0] = np.nan
        chains.append(_Chain(first + np.arange(start, end), price[part][:, matched], link, observed[part][:, matched]))
    return chains


def _rows(chain: _Chain, seed: int, *, one_accelerator: bool) -> pl.DataFrame:
    """The rows of one chain. Months in which every price is only held say nothing new and have none.

    The regression assumes one course of prices for all series, so it is made for one accelerator at a time.
    """
    series = chain.log_price.shape[1]
    jevons = _jevons(chain)
    low, high = _bootstrap(chain, seed)
    tpd, tpd_low, tpd_high = (
        _time_product_dummy(chain) if one_accelerator and series >= FEWEST_SERIES else (None, None, None)
    )
    matched = np.isfinite(chain.log_change)
    seen = (chain.observed & matched).sum(axis=1)
    seen[0] = chain.observed[0].sum()
    logs = {
        "index_jevons": jevons, "index_jevons_p05": low, "index_jevons_p95": high,
        "index_tpd": tpd, "index_tpd_low": tpd_low, "index_tpd_high": tpd_high,
    }  # fmt: skip
    # Sums in another order may differ in the last digits; the published number may not.
    columns = {name: None if v is None else np.round(100 * np.exp(v), 6) for name, v in logs.items()}
    return pl.DataFrame(
        {
            "month": chain.months,
            "chain_start": chain.months[0],
            **columns,
            "n_matched": matched.sum(axis=1),
            "n_observed": seen,
            "n_series": series,
        },
        schema_overrides=dict.fromkeys(columns, pl.Float64()),
    ).filter(pl.col("n_observed") > 0)


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
    # Centred columns hold no constant, and finding that out costs more than the fit. A series links every month of a
    # chain to the next, so they are of full rank, and QR does; singular values, the default, take ten times as long.
    fit = OLS(centred[:, 0], centred[:, 1:], hasconst=False).fit(
        method="qr", cov_type="cluster", cov_kwds={"groups": who}
    )
    effect = np.concatenate([[0.0], fit.params])
    with np.errstate(invalid="ignore"):  # prices that never change fit exactly: a variance of 0, or a little below
        error = np.concatenate([[0.0], np.nan_to_num(fit.bse)])
    error[error < _NOISE] = 0.0
    return effect, effect - _Z90 * error, effect + _Z90 * error
