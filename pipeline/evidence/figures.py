"""Claims and other sources' figures on one footing: the table `evidence`.

Belongs here: reading the file of peer estimates and stacking both kinds of figure. Does not belong here: what the
figures do to a forecast (constraints.py, the scenarios).
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from pipeline.errors import RawDataError
from pipeline.raw import read_verified
from pipeline.rows.csvtext import read_text_rows
from pipeline.rows.rejects import refuse, reject_rows
from pipeline.rows.typed import cast, text_rules, value_rules
from pipeline.schema import Table
from pipeline.tables import TABLES
from pipeline.tables.words import ACCEPTED

PEER_FILE = "evidence/peer_estimates.csv"
_RANKS = ("largest", "fastest", "margin_over", "ordered")
# metric, column with the value, unit, column with the year, member
_PEER_FIGURES = (
    ("market_value", "base_value_usd_bn", "usd_bn", "base_year", None),
    ("market_value", "estimate_value_usd_bn", "usd_bn", "estimate_year", None),
    ("market_value", "forecast_value_usd_bn", "usd_bn", "forecast_year", None),
    ("market_cagr", "cagr_pct", "pct", "base_year", None),
    ("share", "north_america_share_pct", "pct", "north_america_share_year", "North America"),
)


def read_peer_estimates(raw: Path) -> pl.DataFrame:
    """`raw`/evidence/peer_estimates.csv as table `peer_estimates`, in file order.

    Raises RawDataError when the file does not match its sidecar, and for the first bad row, naming row and value: an
    estimate that cannot be read is corrected or taken out, never skipped.
    """
    return read_figures(raw, PEER_FILE, TABLES["peer_estimates"])


def read_figures(raw: Path, file: str, entry: Table) -> pl.DataFrame:
    """A sealed CSV file of figures as the table `entry`, whose columns but source_row it has, in file order.

    Raises RawDataError as above.
    """
    data, _ = read_verified(raw / file)
    printed = tuple(c for c in entry.columns if c.name != "source_row")
    text = read_text_rows(data, str(raw / file), tuple(c.name for c in printed))
    rows, untyped = refuse(text.frame, text_rules(printed), entry.name, file)
    rows, unfit = refuse(rows.with_columns(cast(c) for c in printed), value_rules(printed), entry.name, file)
    bad = pl.concat([reject_rows(text.refused, entry.name, file), untyped, unfit]).sort("source_row")
    if not bad.is_empty():
        row = bad.row(0, named=True)
        raise RawDataError(
            f"{raw / file}: row {row['source_row']}: {row['detail']} ({bad.height} bad rows in all); "
            "correct the file and seal it again"
        )
    return rows.select(pl.col(name).cast(kind) for name, kind in entry.schema.items())


def make_evidence(reports: pl.DataFrame, claims: pl.DataFrame, peer_estimates: pl.DataFrame) -> pl.DataFrame:
    """Table `evidence`: the figures and ranks that accepted reports claim, and the peers' figures beside them.

    `peer_estimates` comes from read_peer_estimates. A peer row that is the report itself (relation same, the report's
    own vendor) is left out: its claims are already there, with their place in the text.
    """
    frames = [_claimed(reports, claims), *_peers(reports, peer_estimates)]
    columns = [pl.col(name).cast(kind) for name, kind in TABLES["evidence"].schema.items()]
    return pl.concat(frames, how="diagonal_relaxed").select(columns).sort(TABLES["evidence"].key)


def _claimed(reports: pl.DataFrame, claims: pl.DataFrame) -> pl.DataFrame:
    accepted = reports.filter(pl.col("status") == ACCEPTED).select("report_id", "market", "vendor")
    figure = pl.col("value_low").is_not_null() | pl.col("value_high").is_not_null()
    return (
        claims.filter(figure | pl.col("metric").is_in(list(_RANKS)))
        .join(accepted, on="report_id")
        .with_columns(
            evidence_id=pl.concat_str("report_id", "claim_id", separator="."),
            relation=pl.lit("same"),
            source=pl.coalesce("vendor", "report_id"),
            year=pl.col("year_from"),
            place=pl.format("{}, section {}", "report_id", "section"),
        )
    )


def _peers(reports: pl.DataFrame, peer_estimates: pl.DataFrame) -> list[pl.DataFrame]:
    own = reports.select("market", "vendor", relation=pl.lit("same"))
    rows = peer_estimates.join(own, on=["market", "vendor", "relation"], how="anti")
    rows = rows.with_columns(place=pl.format(f"{PEER_FILE}, row {{}}", pl.col("source_row")))
    return [
        rows.filter(pl.col(column).is_not_null()).select(
            "market",
            "relation",
            "place",
            evidence_id=pl.format(f"peer.{{}}.{column}", pl.col("source_row")),
            source=pl.format("{}: {}", "vendor", "market_name"),
            metric=pl.lit(metric),
            member=pl.lit(member, dtype=pl.String),
            comparator=pl.lit("="),
            value_low=pl.col(column),
            value_high=pl.col(column),
            unit=pl.lit(unit),
            year=pl.col(year),
        )
        for metric, column, unit, year, member in _PEER_FIGURES
    ]
