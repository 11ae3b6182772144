"""What the brief shows of the sources: claims and verdicts, other estimates, assumptions, and what changed.

Belongs here: choosing rows of what is read and checked. Does not belong here: forecasts (forecasts.py), chart looks
(pictures.py).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import polars as pl

from pipeline.brief import pictures
from pipeline.brief.forecasts import Charts, Frames, Rows, plain_rows
from pipeline.brief.words import plain, span
from pipeline.releases.changes import describe_column, describe_rows, headline, inputs
from pipeline.releases.compare import Changes
from pipeline.releases.rows import ColumnChange
from pipeline.tables.words import AS_REPORTED, RELATIONS, WHOLE_MARKET

ROWS_SHOWN = 60
FACTORS_SHOWN, WORDS_SHOWN = 8, 30
COLUMNS_SHOWN = 2
"""Of a changed table, the columns that moved most; `pipeline diff` tells the others."""
PEERS = "peer_estimates"
"""Factors that begin so are not the words of a source, though they stand among its claims."""
_LISTS = ["company", "segmentation"]
"""Claims that only list companies or members; the table has them."""
_METRICS = {
    "base_value_usd_bn": ("Size in the base year", "USD billion, log scale"),
    "cagr_pct": ("Growth", "percent a year"),
    "north_america_share_pct": ("Share of North America", "percent"),
}


def claims(frames: Frames) -> dict[str, Any]:
    """Claims with their words, place and verdicts, and every check with what was expected and observed."""
    found = frames["claims"].filter(~pl.col("metric").is_in(_LISTS)).sort("report_id", "char_start")
    checks = frames["claim_checks"].sort("market", "check_id").to_dicts()
    verdicts: dict[tuple[str, str], set[str]] = {}
    for row in checks:
        verdicts.setdefault((row["market"], row["claim_id"]), set()).add(row["verdict"])
    rows = found.head(ROWS_SHOWN).to_dicts()
    for row in rows:
        row["verdicts"] = sorted(verdicts.get((row["report_id"], row["claim_id"]), ()))
    quotes = {(c["report_id"], c["claim_id"]): c["quote"] for c in frames["claims"].to_dicts()}
    for row in checks:
        row["quote"] = quotes.get((row["market"], row["claim_id"]))
    return {
        "rows": rows,
        "total": found.height,
        "checks": checks[:ROWS_SHOWN],
        "checks_total": len(checks),
        "verdicts": Counter(row["verdict"] for row in checks),
    }


def triangulation(frames: Frames, market: str, charts: Charts) -> Rows:
    """Of each quantity the report's figure beside those of other sources, and its place among the nearest ones."""
    frame = frames["triangulation"].filter(pl.col("market") == market)
    found = []
    for metric, (title, unit) in _METRICS.items():
        rows = frame.filter(pl.col("metric") == metric, pl.col("value").is_not_null())
        rows = rows.sort(pl.col("relation").replace_strict(RELATIONS, range(len(RELATIONS))), "value", "source")
        own = rows.filter("is_report").to_dicts()
        if rows.is_empty() or not own:
            continue
        log = metric == "base_value_usd_bn"
        spec = pictures.triangulation(plain_rows(rows), unit, log=log)
        found.append(
            {"title": title, "unit": unit.removesuffix(", log scale"), "rows": rows.to_dicts(), "own": own[0],
             "chart": charts.add(spec)}
        )  # fmt: skip
    return found


def moved(frames: Frames, market: str, leaders: Rows, charts: Charts) -> Rows:
    """What moves the market's size in the forecast year, a chart for each scenario that gives it a range; and what
    moves the members that claims put first, as reported. Factors that move most come first."""
    frame = frames["sensitivity"].filter(
        pl.col("market") == market, pl.col("quantity") == "value_usd_bn", pl.col("output_mid").is_not_null()
    )
    frame = frame.sort((pl.col("output_high") - pl.col("output_low")).abs(), "factor", descending=[True, False])
    sizes = frame.filter(pl.col("member") == WHOLE_MARKET)
    parts = [(f"Size, {plain(s)}", sizes.filter(scenario=s)) for s in sizes["scenario"].unique().sort()]
    first = dict.fromkeys(
        (row["dimension"], row[which])
        for row in leaders
        for which in ("largest_member", "fastest_member")
        if row[which]
    )
    ours = frame.filter(pl.col("scenario") == AS_REPORTED)
    parts += [(member, ours.filter(dimension=dimension, member=member)) for dimension, member in first]
    return [_moved(title, rows, charts) for title, rows in parts if rows.height]


def _moved(title: str, frame: pl.DataFrame, charts: Charts) -> dict[str, Any]:
    rows = [row | {"name": _factor(row), "about": _owns(row)} for row in frame.head(FACTORS_SHOWN).to_dicts()]
    spec = pictures.tornado(rows, f"USD billion in {rows[0]['year']}")
    return {"title": title, "rows": rows, "chart": charts.add(spec)}


def _factor(row: dict[str, Any]) -> str:
    if row["factor_kind"] == "claim" and not row["factor"].startswith(PEERS):
        words = row["factor_about"]
        return f"“{words if len(words) <= WORDS_SHOWN else words[: WORDS_SHOWN - 1] + '…'}”"
    return plain(row["factor"]).replace(".", ": ")


def _owns(row: dict[str, Any]) -> str:
    """The factor's range, and the share of the variance that goes if it becomes known."""
    share = f"{100 * min(max(row['first_order'], 0), 1):.0f} %"
    return share if row["factor_low"] is None else f"{span(row['factor_low'], row['factor_high'])}, {share}"


def assumptions(frame: pl.DataFrame) -> Rows:
    """Each assumption once, and again only where a scenario takes another value."""
    frame = frame.sort(pl.col("scenario") != AS_REPORTED, "scenario", "name")
    frame = frame.unique([c for c in frame.columns if c != "scenario"], keep="first", maintain_order=True)
    return frame.sort("name", maintain_order=True).to_dicts()


def changed(changes: Changes) -> dict[str, Any]:
    """What is different from the release before: what it is made of, and each table's largest changes."""
    tables = [(t.table, describe_rows(t), _largest(t.columns)) for t in changes.tables]
    return {"all": changes, "causes": headline(changes.causes), "inputs": inputs(changes.causes), "tables": tables}


def _largest(columns: Sequence[ColumnChange]) -> list[str]:
    return [describe_column(c) for c in sorted(columns, key=lambda c: -c.size)[:COLUMNS_SHOWN]]
