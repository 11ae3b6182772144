"""Reference tables of the prices: accelerators, regions, providers, and products without an hourly price.

Belongs here: reading data/raw/reference and prices/non_hourly.csv into registered tables. Does not belong here: using
them (normalise.py).

The first three are what every price row is judged by, so a bad row in them is an error that names it; a bad row of
non_hourly.csv is refused like any price row.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.errors import RawDataError
from pipeline.raw import read_verified
from pipeline.rows.csvtext import read_text_rows
from pipeline.rows.rejects import Reject, Rule, refuse, reject_rows
from pipeline.rows.typed import cast, text_rules, value_rules
from pipeline.tables import TABLES

NON_HOURLY = "prices/non_hourly.csv"


@dataclass(frozen=True)
class Reference:
    """What price rows are judged by, as registered tables."""

    accelerators: pl.DataFrame
    regions: pl.DataFrame
    providers: pl.DataFrame


def read_reference(raw: Path) -> Reference:
    """The three reference tables of a raw folder. Raises RawDataError naming file, row and value."""
    return Reference(
        accelerators=_strict(raw, "reference/accelerators.csv", "accelerators"),
        regions=_strict(raw, "reference/regions.csv", "regions"),
        providers=_strict(raw, "reference/providers.csv", "providers"),
    )


def read_table(raw: Path, file: str, table: str) -> tuple[pl.DataFrame, pl.DataFrame, int]:
    """A CSV file with exactly a registered table's columns: its good rows (in key order), its rejects, rows read."""
    entry = TABLES[table]
    data, _ = read_verified(raw / file)
    text = read_text_rows(data, str(raw / file), entry.column_names)
    good, rejects = refuse(text.frame, text_rules(entry.columns), table, file)
    good = good.with_columns(cast(c) for c in entry.columns)
    twin = pl.struct(entry.key).is_first_distinct().not_()
    named = pl.format(
        f"{' + '.join(entry.key)} stands in an earlier row: {{}}", pl.concat_str(entry.key, separator=", ")
    )
    good, more = refuse(good, [*value_rules(entry.columns), Rule(Reject.DUPLICATE_KEY, twin, named)], table, file)
    refused = pl.concat([reject_rows(text.refused, table, file), rejects, more])
    return good.drop("source_row").sort(entry.key), refused, text.read


def _strict(raw: Path, file: str, table: str) -> pl.DataFrame:
    frame, rejects, _ = read_table(raw, file, table)
    if not rejects.is_empty():
        first = rejects.row(0, named=True)
        raise RawDataError(
            f"{raw / file}: row {first['source_row']} (line {first['source_row'] + 1}): {first['detail']} "
            f"({rejects.height} bad rows in all); correct the file and seal it again"
        )
    return frame
