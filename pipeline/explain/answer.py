"""The answer to "where does this number come from?", from the tables of one release.

Belongs here: finding the row, and the claims, assumptions and input rows that bear on it. Does not belong here:
formulas (formulas.py) or layout (render.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import QueryError
from pipeline.evidence.assumptions import (
    COST_SHARE,
    DOUBLING_YEARS,
    ELASTICITY,
    GROWTH_SPREAD,
    LIST_PRICE_PAID,
    SHARE_CONCENTRATION,
)
from pipeline.evidence.cross import CROSS_FILE
from pipeline.evidence.scenarios import under
from pipeline.explain.formulas import formulas
from pipeline.explain.moves import moved_by
from pipeline.explain.prices import price_rows
from pipeline.lineage import column_lineage
from pipeline.queries import table_queries
from pipeline.releases.catalog import Release
from pipeline.settings import ROOT
from pipeline.store import read_parquet
from pipeline.tables import PUBLISHED, TABLES
from pipeline.tables.words import AS_REPORTED, MEMBERS_JOINED_BY, WHOLE_MARKET

ROWS_SHOWN = 10
_CELLS = "segment_region_forecast"
_FORECASTS = {
    "market_forecast",
    "segment_forecast",
    "region_forecast",
    "forecast_wide",
    "leaders",
    _CELLS,
    "compute_forecast",
    "sensitivity",
}


@dataclass(frozen=True)
class Explanation:
    """One row of one published table, and all that carries it. Everything is plain data, ready for JSON."""

    release: str
    table: str
    description: str
    key: dict[str, Any]
    row: dict[str, Any]
    evidence_grade: str | None
    formulas: list[str]
    made_by: str
    columns_from: dict[str, list[str]]
    claims: list[dict[str, Any]] = field(default_factory=list)
    assumptions: list[dict[str, Any]] = field(default_factory=list)
    moved_by: list[dict[str, Any]] = field(default_factory=list)
    prices: list[dict[str, Any]] = field(default_factory=list)
    inputs: list[dict[str, Any]] = field(default_factory=list)

    def to_json(self) -> dict[str, Any]:
        """Plain values, dates as text."""
        return asdict(self)


def explain(release: Release, table: str, wanted: Mapping[str, str]) -> Explanation:
    """Explain the one row of a published table that has the wanted values (column name to value, as text).

    `scenario` is as_reported where it is not given. Raises QueryError when the table or a column does not exist, when
    no row fits, or when several do: the message then names the columns that would tell them apart.
    """
    if table not in PUBLISHED or table not in release.tables:
        raise QueryError(f"explain: no table {table!r} in the release; there are {', '.join(sorted(release.tables))}")
    row = _row(table, _read(release.tables[table]), dict(wanted))
    entry = TABLES[table]
    query = table_queries().get(table)
    tables = _Tables(release)
    moves = moved_by(table, row, tables) if table in _FORECASTS else []
    return Explanation(
        release=release.id,
        table=table,
        description=entry.description,
        key={name: _plain(row[name]) for name in entry.key},
        row={name: _plain(value) for name, value in row.items()},
        evidence_grade=row.get("evidence_grade"),
        formulas=formulas(table, row, tables),
        made_by=str(query.path.relative_to(ROOT)) if query else _reader(table),
        columns_from=_origins(table),
        claims=_claims(table, row, tables),
        assumptions=[a | {"variance": _owned(a["name"], moves)} for a in _assumptions(table, row, tables)],
        moved_by=moves,
        prices=price_rows(table, row, tables),
        inputs=_inputs(table, row, release),
    )


class _Tables:
    """The release's tables by name, read when asked for."""

    def __init__(self, release: Release) -> None:
        self.release = release

    def rows(self, table: str, **wanted: object) -> list[dict[str, Any]]:
        """Rows of a table with the wanted values; none when the release does not have the table."""
        path = self.release.tables.get(table)
        return [] if path is None else _read(path).filter(**wanted).to_dicts()


@cache
def _read(path: Path) -> pl.DataFrame:
    return read_parquet(path)


def _row(table: str, frame: pl.DataFrame, wanted: dict[str, str]) -> dict[str, Any]:
    entry = TABLES[table]
    unknown = [name for name in wanted if name not in entry.column_names]
    if unknown:
        raise QueryError(f"explain: {table} has no column {unknown[0]!r}; its key is {', '.join(entry.key)}")
    if "scenario" in entry.key:
        wanted.setdefault("scenario", AS_REPORTED)
    found = frame
    for name, value in wanted.items():
        kept = found.filter(pl.col(name).cast(pl.String) == value)
        if kept.is_empty():
            there = found[name].cast(pl.String).unique().sort().to_list()
            shown = ", ".join(str(v) for v in there[:ROWS_SHOWN]) + (", ..." if len(there) > ROWS_SHOWN else "")
            raise QueryError(f"explain: {table} has no row with {name}={value}; there are {shown}")
        found = kept
    if found.height > 1:
        open_ = [name for name in entry.key if found[name].n_unique() > 1]
        raise QueryError(
            f"explain: {found.height} rows of {table} fit; say which, for example "
            + " ".join(f'{name}="{found[name][0]}"' for name in open_)
        )
    return found.row(0, named=True)


@cache
def _origins(table: str) -> dict[str, list[str]]:
    query = table_queries().get(table)
    if query is None:
        return {}
    return {column: [f"{t}.{c}" for t, c in pairs] for column, pairs in column_lineage(query).items()}


def _reader(table: str) -> str:
    packages = {"reports": "pipeline/reports", "prices": "pipeline/prices", "model": "pipeline/model"}
    return f"{packages.get(TABLES[table].stage, 'pipeline/evidence')} (read or made in Python, from data/raw)"


def _claims(table: str, row: Mapping[str, Any], tables: _Tables) -> list[dict[str, Any]]:
    """Claims that bear on the row, each with its words, its place and what it demands of every draw."""
    if table not in _FORECASTS:
        named = row.get("claim_id")
        reports = row.get("report_id") or row.get("market")
        return [_claim(c, None) for c in tables.rows("claims", report_id=reports, claim_id=named)] if named else []
    report = next(iter(tables.rows("reports", market=row["market"])))
    known = {c["claim_id"]: c for c in tables.rows("claims", report_id=report["report_id"])}
    known |= _figures(report["market"], tables)
    sizes = [_claim(c, "the total passes through it") for c in known.values() if c["metric"] == "market_value"]
    if table == "market_forecast":
        return sizes
    own = tables.rows("constraints", market=row["market"], scenario=row["scenario"])
    bound = own or tables.rows("constraints", market=row["market"], scenario=AS_REPORTED)
    dimensions = {row.get("dimension")} if table != "compute_forecast" else set()
    if table in (_CELLS, "compute_forecast"):
        dimensions |= {c["dimension"] for c in bound if c["dimension_kind"] == "region"}
    binding = [_claim(known.get(c["claim_id"], c), _demand(c)) for c in bound if c["dimension"] in dimensions]
    return [*binding, *sizes]


def _figures(market: str, tables: _Tables) -> dict[str, dict[str, Any]]:
    """Other sources' figures on cells, by the id they have among constraints, in place of claims of the report."""
    return {
        f["figure_id"]: {
            "claim_id": f["figure_id"], "quote": f["quote"], "metric": f["metric"],
            "section": f"{f['source']} ({CROSS_FILE}, row {f['source_row']})",
        }
        for f in tables.rows("cross_figures", market=market)
    }  # fmt: skip


def _claim(claim: Mapping[str, Any], demands: str | None) -> dict[str, Any]:
    place = {k: claim.get(k) for k in ("section", "char_start", "char_end")}
    return {"claim_id": claim["claim_id"], "quote": claim["quote"], **place, "demands": demands}


def _demand(bound: Mapping[str, Any]) -> str:
    """A constraint in words."""
    member, others = bound["member"], (bound["other_member"] or "").split(MEMBERS_JOINED_BY)
    among = f" among {', '.join([member, *others])}" if others[0] else ""
    low, high, year = bound["low"], bound["high"], bound["year"]
    ends = " and ".join(f"{word} {end:.4g}" for word, end in (("at least", low), ("at most", high)) if end is not None)
    said = {
        "share_between": f"share of {' + '.join(m for m in (member, *others) if m)} in {year}: {ends}",
        "largest": f"{member} is the largest{among} in {year}",
        "fastest": f"{member} grows fastest{among}",
        "margin_over": f"{member} is at least {low or 0:.4g} times {others[0]} in {year}",
        "pace_between": f"yearly growth factor of {member} over the market's to {year}: {ends}",
    }[bound["kind"]]
    return f"{said} (assumption {bound['assumption']})" if bound["assumption"] else said


def _assumptions(table: str, row: Mapping[str, Any], tables: _Tables) -> list[dict[str, Any]]:
    """Assumptions behind the row, with their numbers as they hold in its scenario."""
    if table not in _FORECASTS or "assumptions" not in tables.release.tables:
        return []
    scenario = row["scenario"]
    bound = tables.rows("constraints", market=row["market"], scenario=scenario) or tables.rows(
        "constraints", market=row["market"], scenario=AS_REPORTED
    )
    of_market = table == "market_forecast" or row.get("dimension") == WHOLE_MARKET
    used = set() if of_market else {SHARE_CONCENTRATION, GROWTH_SPREAD}
    if not of_market:
        used |= {c["assumption"] for c in bound if c["dimension"] == row.get("dimension") and c["assumption"]}
    if table in (_CELLS, "compute_forecast"):
        used |= {c["assumption"] for c in bound if c["dimension_kind"] == "region" and c["assumption"]}
    if table == "compute_forecast":
        used |= {COST_SHARE, LIST_PRICE_PAID, *([DOUBLING_YEARS] if row["price_path"] == "trend" else [])}
    path = next((s["price_path"] for s in tables.rows("scenarios", scenario=scenario)), None)
    used |= {path, ELASTICITY, COST_SHARE} if path else set()
    every = under(_read(tables.release.tables["assumptions"]), scenario, "name")
    return every.filter(pl.col("name").is_in(sorted(used))).sort("name").drop("scenario").to_dicts()


def _owned(name: str, moves: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The share of the variance of each quantity that an assumption owns: alone, and with what it does with others."""
    return [
        {k: m[k] for k in ("member", "quantity", "first_order", "total_order")} for m in moves if m["factor"] == name
    ]


def _inputs(table: str, row: Mapping[str, Any], release: Release) -> list[dict[str, Any]]:
    """Published tables the query reads, with how many of their rows share the row's key, and some price rows."""
    query = table_queries().get(table)
    found = []
    for name in query.inputs if query else ():
        if name not in release.tables:
            found.append({"table": name, "published": False})
            continue
        shared = [c for c in TABLES[table].key if c in TABLES[name].column_names and row[c] is not None]
        rows = _read(release.tables[name]).filter(**{c: row[c] for c in shared}) if shared else None
        entry = {"table": name, "published": True, "shared": shared, "rows": None if rows is None else rows.height}
        if name == "price_observations" and rows is not None:
            entry["some"] = [{k: _plain(v) for k, v in r.items()} for r in rows.head(ROWS_SHOWN).to_dicts()]
        found.append(entry)
    return found


def _plain(value: object) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)
