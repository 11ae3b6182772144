"""Reads a processed folder for as long as a file stands there: run by test_crashes.py, many at once.

Usage: python readers.py PROCESSED HOW STOP_FILE, HOW one of market (DuckDB through market.duckdb), duckdb, polars
(through `latest`, resolved once a query). Every answer must come from one whole release: both tables of 2 million rows
and 1 number, and the numbers equal. Prints how many queries were answered and how many different releases were seen.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import duckdb
import polars as pl

ROWS = 2_000_000
PAUSE_SECONDS = 1.0
"""Twenty readers without a pause leave the publisher no processor."""
SQL = "select count(*), min(number), max(number) from {}"


def market(processed: Path) -> list[tuple[int, ...]]:
    with duckdb.connect(str(processed / "market.duckdb"), read_only=True, config={"threads": 1}) as con:
        return [con.execute(SQL.format(name)).fetchall()[0] for name in ("reports", "claims")]


def by_duckdb(processed: Path) -> list[tuple[int, ...]]:
    release = (processed / "latest").resolve(strict=True)
    with duckdb.connect(config={"threads": 1}) as con:
        files = [
            f"read_parquet('{release}/{name}.parquet', hive_partitioning = false)" for name in ("reports", "claims")
        ]
        return [con.execute(SQL.format(file)).fetchall()[0] for file in files]


def by_polars(processed: Path) -> list[tuple[int, ...]]:
    release = (processed / "latest").resolve(strict=True)
    number = pl.col("number")
    asked = [pl.len(), number.min().alias("low"), number.max().alias("high")]
    frames = [pl.scan_parquet(release / f"{n}.parquet", hive_partitioning=False) for n in ("reports", "claims")]
    return [frame.select(asked).collect().row(0) for frame in frames]


def main(processed: Path, how: str, stop: Path) -> None:
    ask = {"market": market, "duckdb": by_duckdb, "polars": by_polars}[how]
    answered, seen = 0, set[int]()
    while stop.parent.exists() and (answered == 0 or not stop.exists()):
        (rows, low, high), other = ask(processed)
        if (rows, low, high) != other or rows != ROWS or low != high:
            sys.exit(f"torn: {(rows, low, high)} and {other}")
        answered += 1
        seen.add(low)
        time.sleep(PAUSE_SECONDS)
    sys.stdout.write(f"{answered} {len(seen)}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
