"""What moves each forecast: the share of its variance that every assumption and every open claim owns.

Belongs here: the table `sensitivity`, its outputs and factors by name. Does not belong here: evaluating a dimension
(whatif.py), computing indices (indices.py).

The indices say more than the published ranges hold: assumptions that the forecast keeps fixed range here too. A
dimension whose claims are its own costs (2 + factors) x `settings.sensitivity_points` evaluations; dimensions that
differ in nothing but their names are evaluated once, in whichever market they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import polars as pl

from pipeline.evidence.assumptions import COST_SHARE, ELASTICITY, GROWTH_SPREAD, SHARE_CONCENTRATION
from pipeline.evidence.constraints import make_constraints
from pipeline.evidence.scenarios import under
from pipeline.model.conditions import Condition, Dimension, Floats, dimension_of
from pipeline.model.draws import spread_from
from pipeline.model.indices import Indices, of_members, of_total
from pipeline.model.sampling import Spread
from pipeline.model.totals import MarketTotal, Total, totals_by_scenario
from pipeline.model.whatif import Ends, Question
from pipeline.settings import Settings
from pipeline.tables import TABLES
from pipeline.tables.words import ACCEPTED, AS_REPORTED, MARKET_QUANTITIES, MEMBER_QUANTITIES, WHOLE_MARKET

LEFT = "unsettled"
"""Name of the factor that stands for all that no assumption and no claim settles."""
_95 = 1.96
_MARKETS = 50
"""Markets whose rows are made before they are handed on."""

Row = dict[str, Any]
Bounds = Mapping[tuple[str, str, str], Row]


def sensitivity_parts(
    reports: pl.DataFrame,
    claims: pl.DataFrame,
    segments: pl.DataFrame,
    constraints: pl.DataFrame,
    assumptions: pl.DataFrame,
    scenarios: pl.DataFrame,
    peer_estimates: pl.DataFrame,
    cross_figures: pl.DataFrame,
    model_rejects: pl.DataFrame,
    settings: Settings,
) -> Iterator[pl.DataFrame]:
    """Table `sensitivity` in parts of some markets each: one row a forecast and a factor that moves it at all.

    Every member in its market's scenarios, and the market's size where a scenario moves it. A dimension of which too
    few evaluations meet all claims has all its rows, their numbers null and their `evaluations` 0. A market's rows
    depend on its own rows alone.
    """
    world = _World(
        assumptions,
        totals_by_scenario(reports, assumptions, scenarios, peer_estimates),
        scenarios,
        _bounds_at_ends(reports, claims, segments, assumptions, scenarios, peer_estimates, cross_figures, constraints),
        settings,
    )
    members = segments.sort("report_id", "dimension", "position").partition_by("report_id", as_dict=True)
    bound = constraints.sort("market", "scenario", "constraint_id").partition_by("market", as_dict=True)
    accepted = reports.filter(pl.col("status") == ACCEPTED).join(model_rejects, on="market", how="anti")
    rows = accepted.sort("market").to_dicts()
    for start in range(0, max(1, len(rows)), _MARKETS):
        blocks = _Blocks()
        for report in rows[start : start + _MARKETS]:
            listed = members.get((report["report_id"],), segments.clear())
            _market(world, blocks, report, listed, bound.get((report["market"],), constraints.clear()))
        yield blocks.table()


@dataclass(frozen=True)
class _Factor:
    """A factor as the table names it; `low` and `high` are its ends, in its own unit."""

    name: str
    kind: str
    about: str
    low: float | None = None
    high: float | None = None


class _World:
    """What all markets share: assumptions by scenario, totals, and constraints with an assumption at its ends."""

    def __init__(
        self,
        assumptions: pl.DataFrame,
        totals: dict[str, Total],
        scenarios: pl.DataFrame,
        at_ends: Mapping[str, tuple[Bounds, Bounds]],
        settings: Settings,
    ) -> None:
        self.totals = totals
        self.at_ends = at_ends
        self.settings = settings
        self.paths = dict(scenarios.select("scenario", "price_path").iter_rows())
        self.assumed = {
            name: {r["name"]: r for r in under(assumptions, name, "name").to_dicts()} for name in (AS_REPORTED, *totals)
        }

    def spread(self, scenario: str, name: str) -> Spread:
        """An assumption over its range."""
        return spread_from(self.assumed[scenario][name]).ranged

    def prior(self, scenario: str) -> tuple[Spread, Spread]:
        """Concentration of shares and spread of growth."""
        return self.spread(scenario, SHARE_CONCENTRATION), self.spread(scenario, GROWTH_SPREAD)

    def assumption(self, scenario: str, name: str) -> _Factor:
        """The factor that an assumption is."""
        row = self.assumed[scenario][name]
        return _Factor(name, "assumption", row["unit"], row["low"], row["high"])

    def total_factors(self, scenario: str, total: MarketTotal) -> list[_Factor]:
        """The factors that a scenario's total has."""
        path = self.paths.get(scenario)
        prices = [path, ELASTICITY, COST_SHARE] if path else []
        sources = (
            ("peer_estimates.size", "size over the report's own, over independent sources", total.levels),
            (
                "peer_estimates.growth",
                "yearly growth factor over the report's own, over independent sources",
                total.growths,
            ),
        )
        named = [_Factor(n, "claim", about, min(ends or (1,)), max(ends or (1,))) for n, about, ends in sources]
        named += [self.assumption(scenario, name) for name in prices]
        return [named[i] for i in total.active]


@dataclass
class _Blocks:
    """The table as it grows: one block a dimension of a market in a scenario."""

    heads: list[Row] = field(default_factory=list)
    outputs: list[Row] = field(default_factory=list)
    factors: list[Row] = field(default_factory=list)
    numbers: list[dict[str, Floats]] = field(default_factory=list)

    def add(self, head: Row, outputs: list[Row], factors: Iterable[_Factor], found: Indices | None) -> None:
        """A block: `outputs` say what each is called, and its unit as `scale` and `offset`."""
        block = len(self.heads)
        self.heads.append(head | {"block": block, "evaluations": 0 if found is None else found.rows})
        self.outputs += [o | {"block": block, "output": i} for i, o in enumerate(outputs)]
        named = [
            {
                "block": block, "at": i, "factor": f.name, "factor_kind": f.kind, "factor_about": f.about,
                "factor_low": f.low, "factor_high": f.high,
            }
            for i, f in enumerate(factors)
        ]  # fmt: skip
        self.factors += named
        self.numbers.append(_numbers(block, len(outputs), len(named), found))

    def table(self) -> pl.DataFrame:
        """All blocks as the table."""
        entry = TABLES["sensitivity"]
        if not self.heads:
            return entry.frame([])
        every = (
            pl.DataFrame({name: np.concatenate([n[name] for n in self.numbers]) for name in self.numbers[0]})
            .with_columns(pl.col(_NUMBERS).fill_nan(None))
            .join(pl.DataFrame(self.heads, infer_schema_length=None), on="block")
            .join(pl.DataFrame(self.outputs, infer_schema_length=None), on=["block", "output"])
            .join(pl.DataFrame(self.factors, infer_schema_length=None), on=["block", "at"])
            .with_columns(
                *(pl.col(c) * pl.col("scale") + pl.col("offset") for c in ("output_low", "output_mid", "output_high")),
                output_sd=pl.col("output_sd") * pl.col("scale"),
            )
        )
        return every.select(pl.col(name).cast(kind) for name, kind in entry.schema.items()).sort(entry.key)


def _numbers(block: int, outputs: int, factors: int, found: Indices | None) -> dict[str, Floats]:
    """The numbers of a block, outputs x factors, without factors that do not move the output in the least."""
    shape = (outputs, factors)
    output, at = np.indices(shape)
    if found is None:
        values = dict.fromkeys(_NUMBERS, np.full(shape, np.nan))
        moves = np.ones(shape, bool)
    else:
        values = {
            "output_low": found.low, "output_mid": found.middle[:, None], "output_high": found.high,
            "output_sd": found.deviation[:, None],
            "first_order": found.first, "first_order_low": found.first - _95 * found.first_error,
            "first_order_high": found.first + _95 * found.first_error,
            "total_order": found.total, "total_order_low": found.total - _95 * found.total_error,
            "total_order_high": found.total + _95 * found.total_error,
        }  # fmt: skip
        moves = (found.total > 0) | (found.low != found.high)
    columns = {"block": np.full(shape, block), "output": output, "at": at, **values}
    return {name: np.broadcast_to(column, shape)[moves] for name, column in columns.items()}


_NUMBERS = tuple(
    c.name for c in TABLES["sensitivity"].columns if c.kind == "float64" and not c.name.startswith("factor_")
)


def _market(world: _World, blocks: _Blocks, report: Row, members: pl.DataFrame, bound: pl.DataFrame) -> None:
    """The blocks of one market."""
    market, settings = report["market"], world.settings
    horizon = report["forecast_year"] - report["base_year"]
    last = report["forecast_value_usd_bn"]
    growth = (last / report["base_value_usd_bn"]) ** (1 / horizon)
    for scenario in (AS_REPORTED, *world.totals):
        total = world.totals[scenario].of(market) if scenario in world.totals else MarketTotal()
        own = bound.filter(pl.col("scenario") == scenario)
        changed = not own.is_empty() or total != MarketTotal() or world.prior(scenario) != world.prior(AS_REPORTED)
        if scenario != AS_REPORTED and not changed:
            continue
        head = {"market": market, "scenario": scenario, "year": report["forecast_year"]}
        extra = world.total_factors(scenario, total)
        if extra:
            scales = zip(MARKET_QUANTITIES, (report["base_value_usd_bn"], last, 100 * growth), strict=True)
            outputs = [_output(WHOLE_MARKET, None, quantity, scale) for quantity, scale in scales]
            moves = of_total(total, horizon, settings.sensitivity_points, settings.seed)
            blocks.add(head | {"dimension": WHOLE_MARKET, "dimension_kind": None}, outputs, extra, moves)
        binding = bound.filter(pl.col("scenario") == AS_REPORTED) if own.is_empty() else own
        for (name,), rows in members.partition_by("dimension", as_dict=True, maintain_order=True).items():
            listed = rows.to_dicts()
            question, factors = _question(
                world, report, scenario, listed, binding.filter(pl.col("dimension") == name).to_dicts(), horizon=horizon
            )
            outputs = [
                _output(r["member"], r["position"], quantity, scale)
                for quantity, scale in zip(MEMBER_QUANTITIES, (1.0, last, 100 * growth), strict=True)
                for r in listed
            ]
            found = of_members(question, total, settings.sensitivity_points, settings.seed)
            kind = listed[0]["dimension_kind"]
            blocks.add(head | {"dimension": name, "dimension_kind": kind}, outputs, [*factors, *extra], found)


def _output(member: str, position: int | None, quantity: str, scale: float) -> Row:
    """A growth rate is 100 x (factor - 1)."""
    offset = -100.0 if quantity == "cagr_pct" else 0.0
    return {"member": member, "position": position, "quantity": quantity, "scale": scale, "offset": offset}


def _question(
    world: _World, report: Row, scenario: str, members: list[Row], rows: list[Row], *, horizon: int
) -> tuple[Question, list[_Factor]]:
    """A dimension as a question without names, and what its factors are called."""
    dimension = dimension_of(report["market"], report["base_year"], members, rows)
    spreads = {name: world.spread(scenario, name) for name in sorted({r["assumption"] for r in rows} - {None})}
    used = {name: spread for name, spread in spreads.items() if spread.low < spread.high}
    bounds = []
    for name, spread in used.items():
        ends = [
            dimension_of(report["market"], report["base_year"], members, [row | found[_key(row)] for row in rows])
            for found in world.at_ends[name]
        ]
        bounds.append(
            (
                spread,
                tuple(
                    Ends(i, *((float(e.conditions[i].low), float(e.conditions[i].high)) for e in ends))
                    for i, row in enumerate(rows)
                    if row["assumption"] == name
                ),
            )
        )
    conditions = tuple(replace(c, claim_id="", quote="") for c in dimension.conditions)
    nameless = Dimension("", "", "", tuple(map(str, range(dimension.size))), conditions)
    question = Question(nameless, *world.prior(scenario), tuple(bounds), horizon)
    factors = [world.assumption(scenario, name) for name in (SHARE_CONCENTRATION, GROWTH_SPREAD, *used)]
    factors += [_claimed([dimension.conditions[i] for i in places]) for places in question.claimed]
    return question, [*factors, _Factor(LEFT, "prior", "what no assumption and no claim settles")]


def _claimed(conditions: list[Condition]) -> _Factor:
    """The factor that the claims on one figure are: where it lies between the ends that all of them leave."""
    names, quotes = (
        "; ".join(dict.fromkeys(words)) for words in ([c.claim_id for c in conditions], [c.quote for c in conditions])
    )
    low, high = max(float(c.low) for c in conditions), min(float(c.high) for c in conditions)
    return _Factor(names, "claim", quotes, low, high)


def _key(row: Row) -> tuple[str, str, str]:
    return row["market"], row["scenario"], row["constraint_id"]


def _bounds_at_ends(
    reports: pl.DataFrame,
    claims: pl.DataFrame,
    segments: pl.DataFrame,
    assumptions: pl.DataFrame,
    scenarios: pl.DataFrame,
    peer_estimates: pl.DataFrame,
    cross_figures: pl.DataFrame,
    constraints: pl.DataFrame,
) -> dict[str, tuple[Bounds, Bounds]]:
    """For every assumption behind a constraint: all constraints' bounds with it at its low and at its high."""
    found: dict[str, tuple[Bounds, Bounds]] = {}
    for name in constraints["assumption"].drop_nulls().unique().sort():
        ends = []
        for end in ("low", "high"):
            value = pl.when(pl.col("name") == name).then(end).otherwise("value")
            at_end = make_constraints(
                reports, claims, segments, assumptions.with_columns(value=value), scenarios=scenarios,
                peer_estimates=peer_estimates, cross_figures=cross_figures,
            )  # fmt: skip
            own = {_key(r): {"low": r["low"], "high": r["high"]} for r in at_end.to_dicts()}
            # A scenario that differs from as_reported only by this assumption has no rows of its own here.
            ends.append({k: own.get(k) or own[k[0], AS_REPORTED, k[2]] for k in map(_key, constraints.to_dicts())})
        found[name] = (ends[0], ends[1])
    return found
