"""Cross tables of segments and regions that a source's figures bind: both margins and the figures hold in every draw.

Belongs here: fitting, and the table `cross_moments`. Does not belong here: tables without a figure, which are the
product of their margins (sql/forecast/segment_region_forecast.sql).

Iterative proportional fitting (Deming and Stephan, 1940): of all tables with the given margins and stated cells the
fitted one is nearest to independence (least Kullback-Leibler divergence; Csiszar, 1975). In the year of a figure the
cell is drawn evenly over its interval, cut to what the draw's margins allow; a table of which a draw's margins do not
allow the figure at all is graded bounded rather than reported. What the figures say about how segments
and regions go together (cell over product of margins, at the means) is kept in the other years, where the margins
alone are given. A year takes the figures of the last year not after it that has any, else of the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from pipeline.errors import ContradictionError
from pipeline.evidence.cross import cross_intervals
from pipeline.model.conditioning import generator
from pipeline.model.conditions import Floats, shares_ahead
from pipeline.settings import Settings
from pipeline.tables import TABLES
from pipeline.tables.words import AS_REPORTED

_CLOSE, _ROUNDS, _DRAW_ROUNDS, _INSIDE = 1e-12, 5000, 200, 0.01
_QUANTILES = {"p05": 0.05, "p25": 0.25, "p50": 0.5, "p75": 0.75, "p95": 0.95}

Cell = tuple[int, int]
Bounds = tuple[Floats | float, Floats | float]
"""The least and the most that a cell may be: one number for all draws, or one a draw."""


def fit(
    rows: Floats,
    columns: Floats,
    seed: Floats,
    stated: Mapping[Cell, Floats] | None = None,
    *,
    rounds: int | None = None,
) -> Floats:
    """Tables (... x I x J) with row sums `rows` (... x I), column sums `columns` (... x J) and the stated cells (...),
    nearest to `seed` (I x J) times both margins. Every sum is met to 1e-12 of itself; after so many `rounds`, where
    they are given, row sums and stated cells are, and column sums as nearly as came out (a stated cell as low as it can
    be makes many rounds). Raises ContradictionError where there is no such table.
    """
    fixed = np.zeros((*rows.shape, columns.shape[-1]))
    table = seed * rows[..., :, None] * columns[..., None, :]
    for (i, j), values in (stated or {}).items():
        fixed[..., i, j] = values
        table[..., i, j] = 0.0
    row_left, column_left = ((m - fixed.sum(axis=a)).clip(min=0.0) for m, a in ((rows, -1), (columns, -2)))
    for _ in range(rounds or _ROUNDS):
        table *= _over(row_left, table.sum(axis=-1))[..., :, None]
        sums = table.sum(axis=-2)
        # Rows are met but for those of which nothing is open, which cannot be scaled to what is left of them.
        missed = (np.abs(sums - column_left) > _CLOSE * columns).any()
        if not missed and (np.abs(table.sum(axis=-1) - row_left) <= _CLOSE * rows).all():
            return table + fixed
        table *= _over(column_left, sums)[..., None, :]
    if rounds:
        return table * _over(row_left, table.sum(axis=-1))[..., :, None] + fixed
    raise ContradictionError("no table has these margins and stated cells")


def cross_moments(
    reports: pl.DataFrame,
    segments: pl.DataFrame,
    cross_figures: pl.DataFrame,
    assumptions: pl.DataFrame,
    share_draws: pl.DataFrame,
    total_draws: pl.DataFrame,
    market_forecast: pl.DataFrame,
    member_forecast: pl.DataFrame,
    settings: Settings,
) -> pl.DataFrame:
    """Table `cross_moments`: cells of every market, scenario and dimension of segments that a figure is about.

    Means are fitted to the members' mean values, so that both margins hold; quantiles are over the first
    `settings.cross_draws` draws. Raises ContradictionError, naming the market and the figures, where the figures of one
    table leave no table at its margins.
    """
    entry = TABLES["cross_moments"]
    of_report = market_forecast.filter(scenario=AS_REPORTED).select("market", "year", reported="value_usd_bn_mean")
    forecasts = member_forecast.join(cross_figures.select("market").unique(), on="market", how="semi")
    forecasts = forecasts.join(of_report, on=["market", "year"])
    frames = []
    for (market, scenario), forecast in forecasts.partition_by("market", "scenario", as_dict=True).items():
        intervals = cross_intervals(reports, segments, cross_figures, assumptions, str(scenario)).filter(market=market)
        totals = total_draws.filter(market=market, scenario=scenario).sort("draw").head(settings.cross_draws)
        for (dimension,), figures in intervals.partition_by("dimension", as_dict=True, maintain_order=True).items():
            names = (str(dimension), figures["region_dimension"][0])
            draws = [
                _draws(share_draws.filter(market=market, dimension=name), str(scenario), settings.cross_draws)
                for name in names
            ]
            margins = [_means(forecast.filter(dimension=name)) for name in names]
            table = _Table(
                f"{market}, {dimension}", draws[0], draws[1], margins[0], margins[1], figures.to_dicts()
            ).paired()
            cells = table.cells(_factors(totals), settings.seed)
            frames.append(
                cells.with_columns(market=pl.lit(market), scenario=pl.lit(scenario), dimension=pl.lit(dimension))
            )
    columns = [pl.col(name).cast(kind) for name, kind in entry.schema.items()]
    return pl.concat([f.select(columns) for f in frames]).sort(entry.key) if frames else entry.frame([])


@dataclass(frozen=True)
class _Margin:
    """Members of a margin by year: mean value over the report's total (years x members), and grades."""

    members: list[str]
    years: list[int]
    values: Floats
    grades: list[list[str]]


@dataclass(frozen=True)
class _Table:
    """One cross table: draws of shares and growths of both margins, their means, and the figures that bind it."""

    name: str
    segments: tuple[Floats, Floats]
    regions: tuple[Floats, Floats]
    rows: _Margin
    columns: _Margin
    figures: list[dict[str, Any]]

    def paired(self) -> _Table:
        """The same margins, with draws of segments beside other draws of regions where a stated cell asks for it.

        A cell is at least the sum of its segment and its region less 1. Where that exceeds what is stated, a large
        segment must go with a small region: among as few draws as will do, the largest with the smallest.
        """
        order = np.arange(len(self.regions[0]))
        for f in self.figures:
            ahead = f["year"] - self.rows.years[0]
            row = shares_ahead(*self.segments, ahead)[:, self.rows.members.index(f["segment"])]
            column = shares_ahead(*self.regions, ahead)[:, self.columns.members.index(f["region"])]
            order = _paired(row, column, order, 1 + f["high"])
        return replace(self, regions=(self.regions[0][order], self.regions[1][order]))

    def cells(self, factors: tuple[Floats, Floats], seed: int) -> pl.DataFrame:
        """Every cell and year, without the columns that say which table it is."""
        try:
            return pl.concat(list(self._years(factors, seed)))
        except ContradictionError as error:
            names = ", ".join(f'{f["figure_id"]} ("{f["quote"]}")' for f in self.figures)
            raise ContradictionError(f"cross_figures: {self.name}: {error}: {names}") from None

    def _years(self, factors: tuple[Floats, Floats], seed: int) -> Iterator[pl.DataFrame]:
        stated = sorted({f["year"] for f in self.figures})
        kept = {year: self._stated(year, seed) for year in stated}
        for place, year in enumerate(self.rows.years):
            ahead = year - self.rows.years[0]
            shares = [shares_ahead(*draws, ahead) for draws in (self.segments, self.regions)]
            rows, columns = self.rows.values[place], self.columns.values[place]
            grades = [
                "prior" if "prior" in (one, other) else "bounded"
                for one in self.rows.grades[place] for other in self.columns.grades[place]
            ]  # fmt: skip
            if year in kept:
                means, draws, grades = kept[year][1:]
            else:
                association = kept[max((y for y in stated if y <= year), default=stated[0])][0]
                means = rows.sum() * fit(rows / rows.sum(), columns / columns.sum(), association)
                draws = fit(shares[0], shares[1], association, rounds=_DRAW_ROUNDS)
            base, yearly = factors
            yield _frame(year, means, draws * (base * yearly**ahead)[:, None, None], grades)

    def _stated(self, year: int, seed: int) -> tuple[Floats, Floats, Floats, list[str]]:
        """Association, mean table, drawn tables and grades in a year for which cells are stated."""
        place = self.rows.years.index(year)
        ahead = year - self.rows.years[0]
        shares = [shares_ahead(*draws, ahead) for draws in (self.segments, self.regions)]
        total = self.rows.values[place].sum()
        # Each by its own sum: the two agree to twelve digits only.
        rows, columns = (m.values[place] / m.values[place].sum() for m in (self.rows, self.columns))
        here = [f for f in self.figures if f["year"] == year]
        cells = [(self.rows.members.index(f["segment"]), self.columns.members.index(f["region"])) for f in here]
        # What each stated cell may be, until it is settled: of the draws, and of the means.
        of_draws: dict[Cell, Bounds] = {c: (f["low"], f["high"]) for c, f in zip(cells, here, strict=True)}
        of_means = dict(of_draws)
        grades = ["bounded"] * (rows.size * columns.size)
        for cell, f in zip(cells, here, strict=True):
            points = generator(seed, self.name, f["figure_id"]).random(len(shares[0]))
            wanted = f["low"] + points * (f["high"] - f["low"])
            low, high = _allowed(shares[0], shares[1], of_draws, cell)
            drawn = np.clip(wanted, low, np.minimum(high, np.maximum(low, f["high"])))
            of_draws[cell] = drawn, drawn
            low, high = _allowed(rows, columns, of_means, cell)
            # A little inside the lowest, where every other cell would be pressed to nothing.
            mean = np.clip(drawn.mean(), low + (low > 0) * _INSIDE * (high - low), high)
            of_means[cell] = mean, mean
            if ((drawn >= f["low"] - _CLOSE) & (drawn <= f["high"] + _CLOSE)).all():
                grades[cell[0] * columns.size + cell[1]] = "reported"
        ones = np.ones((rows.size, columns.size))
        means = fit(rows, columns, ones, {c: np.asarray(v) for c, (v, _) in of_means.items()})
        association = means / (rows[:, None] * columns[None, :])
        drawn_tables = fit(
            shares[0], shares[1], ones, {c: np.asarray(v) for c, (v, _) in of_draws.items()}, rounds=_DRAW_ROUNDS
        )
        return association, means * total, drawn_tables, grades


def _paired(row: Floats, column: Floats, order: np.ndarray, most: float) -> np.ndarray:
    """An order of `column` that keeps row + column at `most`, as near to `order` as doubling the moved draws finds it;
    where none does, the one that keeps it lowest."""
    moved = int((row + column[order] > most).sum())
    while moved:
        by_sum = np.argsort(row + column[order], kind="stable")
        chosen = np.unique(np.concatenate([by_sum[:moved], by_sum[-moved:]]))
        trial = order.copy()
        largest = chosen[np.argsort(-row[chosen], kind="stable")]
        trial[largest] = order[chosen][np.argsort(column[order[chosen]], kind="stable")]
        if (row + column[trial] <= most).all() or len(chosen) == len(row):
            return trial
        moved = min(2 * moved, len(row))
    return order


def _allowed(rows: Floats, columns: Floats, bounds: Mapping[Cell, Bounds], cell: Cell) -> tuple[Floats, Floats]:
    """The least and the most that both margins allow a cell, given what the other stated cells may be (Frechet, 1951,
    for a table with bounds): the cells beside it, and those above and below it, must be able to fill up their sum."""
    i, j = cell
    others = {c: b for c, b in bounds.items() if c != cell}
    ends = [_filling(rows[..., i], columns, others, i, j)]
    turned = {(b, a): ends_ for (a, b), ends_ in others.items()}
    ends.append(_filling(columns[..., j], rows, turned, j, i))
    high = np.minimum(ends[0][1], ends[1][1]).clip(min=0.0)
    low = np.maximum(ends[0][0], ends[1][0]).clip(min=0.0)
    return np.minimum(low, high), high


def _filling(whole: Floats, across: Floats, bounds: Mapping[Cell, Bounds], i: int, j: int) -> tuple[Floats, Floats]:
    """What cell j of row i may be so that the row's cells add up to `whole`. The others are within their bounds, and at
    most what the other stated cells of their own column leave of it (`across`: the sums of the columns)."""
    least, most = np.zeros(whole.shape), np.zeros(whole.shape)
    for column in (c for c in range(across.shape[-1]) if c != j):
        low, high = bounds.get((i, column), (0.0, np.inf))
        taken = sum((bounds[a, b][0] for a, b in bounds if b == column and a != i), start=np.zeros(whole.shape))
        least, most = least + low, most + np.maximum(low, np.minimum(high, across[..., column] - taken))
    return whole - most, whole - least


def _over(target: Floats, sums: Floats) -> Floats:
    found: Floats = np.divide(target, sums, out=np.zeros_like(sums), where=sums > 0)
    return found


def _draws(draws: pl.DataFrame, scenario: str, count: int) -> tuple[Floats, Floats]:
    """Base shares and growths, draws x members; a scenario without its own has those of as_reported."""
    own = draws.filter(scenario=scenario)
    found = (draws.filter(scenario=AS_REPORTED) if own.is_empty() else own).sort("draw").head(count)
    return np.array(found["base_shares"].to_list()), np.array(found["growths"].to_list())


def _factors(totals: pl.DataFrame) -> tuple[Floats, Floats]:
    """Base and yearly factors of the total, by draw; 1 where the scenario keeps the report's."""
    if totals.is_empty():
        return np.ones(1), np.ones(1)
    return totals["base_factor"].to_numpy(), totals["yearly_factor"].to_numpy()


def _means(forecast: pl.DataFrame) -> _Margin:
    rows = forecast.sort("year", "position")
    members = rows["member"].unique(maintain_order=True).to_list()
    values = (rows["value_usd_bn_mean"] / rows["reported"]).to_numpy().reshape(-1, len(members))
    grades = rows["evidence_grade"].to_list()
    years = rows["year"].unique(maintain_order=True).to_list()
    return _Margin(members, years, values, [grades[i : i + len(members)] for i in range(0, len(grades), len(members))])


def _frame(year: int, means: Floats, draws: Floats, grades: list[str]) -> pl.DataFrame:
    segments, regions = means.shape
    found = {f"value_{name}": np.quantile(draws, q, axis=0).ravel() for name, q in _QUANTILES.items()}
    return pl.DataFrame(
        {
            "year": [year] * means.size,
            "segment_position": np.repeat(np.arange(1, segments + 1), regions),
            "region_position": np.tile(np.arange(1, regions + 1), segments),
            "value_mean": means.ravel(),
            **found,
            "evidence_grade": grades,
        }
    )
