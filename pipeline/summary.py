"""What a release says, in a screenful: the end of `pipeline run`.

Belongs here: choosing and laying out. Does not belong here: computing (the tables hold every number shown).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.releases.catalog import Release
from pipeline.store import read_parquet

MARKETS_SHOWN = 20


def summary(release: Release) -> str:
    """Release id, one block a market (size, growth, who leads each dimension with its range), where to go next."""
    reports, leaders = (read_parquet(release.tables[name]) for name in ("reports", "leaders"))
    accepted = reports.filter(pl.col("status") == "accepted")
    lines = [f"Release {release.id}", ""]
    for report in accepted.head(MARKETS_SHOWN).to_dicts():
        lines += [*_market(report, leaders.filter(pl.col("market") == report["market"])), ""]
    if accepted.height > MARKETS_SHOWN:
        lines += [f"... and {accepted.height - MARKETS_SHOWN} more markets", ""]
    for report in reports.filter(pl.col("status") == "rejected").head(MARKETS_SHOWN).to_dicts():
        lines += [f"Rejected: {report['report_id']}: {report['reasons']}"]
    return "\n".join(lines + _next(release))


def _market(report: dict[str, object], leaders: pl.DataFrame) -> list[str]:
    growth = f"{report['cagr_pct']:g} % a year stated" if report["cagr_pct"] is not None else "no growth rate stated"
    lines = [
        f"{report['market_name'] or report['market']} ({report['vendor'] or 'vendor unknown'})",
        f"  {report['base_year']}: USD {report['base_value_usd_bn']:.2f} bn   "
        f"{report['forecast_year']}: USD {report['forecast_value_usd_bn']:.2f} bn   {growth}",
    ]
    width = max((len(str(d)) for d in leaders["dimension"]), default=0)
    for row in leaders.filter(pl.col("scenario") == "as_reported").to_dicts():
        lines.append(f"  {row['dimension']:<{width}}  {_leader(row)}")
    return lines


def _leader(row: dict[str, object]) -> str:
    said = []
    if row["largest_member"]:
        low, high = row["largest_share_p05"], row["largest_share_p95"]
        said.append(f"largest {row['largest_member']}, share {low:.0%} to {high:.0%}")
    if row["fastest_member"]:
        low, high = row["fastest_cagr_pct_p05"], row["fastest_cagr_pct_p95"]
        said.append(f"fastest {row['fastest_member']}, {low:.0f} to {high:.0f} % a year")
    return "; ".join(said) or "the report does not say who leads"


def _next(release: Release) -> list[str]:
    database = release.path.parent / "market.duckdb"
    return [
        "(ranges hold 90 percent of the draws)",
        "",
        f"Brief       {_short(release.path / 'brief.html')}",
        f"Tables      {_short(release.path)}/*.parquet",
        f"Dictionary  {_short(release.path / 'dictionary.md')}",
        f"Checks      {_short(release.path / 'checks' / 'index.html')}",
        f"Database    {_short(database)} (views, for DuckDB and BI tools)",
        "",
        'Next:  .venv/bin/pipeline query "select region, year, value_usd_bn_p05, value_usd_bn_p95, evidence_grade',
        '                             from region_forecast where year in (2025, 2034)"',
        "       make ui        the assets, their checks and charts in Dagster, on 127.0.0.1:3000",
    ]


def _short(path: Path) -> str:
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return str(path)
