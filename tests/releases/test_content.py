from __future__ import annotations

import datetime as dt
import hashlib
import struct
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.releases.content import content_sha256
from pipeline.sqltext import literal

FRAME = pl.DataFrame(
    {"s": ["ä", None], "i": [1, None], "f": [0.5, None], "d": [dt.date(1970, 1, 2), None], "b": [True, None]},
    schema={"s": pl.String, "i": pl.Int64, "f": pl.Float64, "d": pl.Date, "b": pl.Boolean},
)


def test_the_hash_is_of_the_documented_bytes() -> None:
    rows, there = struct.pack("<q", 2), b"\x01\x00"
    by_hand = b"market-table-1\n"
    by_hand += b"s:string\n" + rows + there + struct.pack("<qq", 2, 0) + b"\xc3\xa4"
    by_hand += b"i:int64\n" + rows + there + struct.pack("<qq", 1, 0)
    by_hand += b"f:float64\n" + rows + there + struct.pack("<dd", 0.5, 0.0)
    by_hand += b"d:date\n" + rows + there + struct.pack("<qq", 1, 0)
    by_hand += b"b:bool\n" + rows + there + b"\x01\x00"
    assert content_sha256(FRAME) == hashlib.sha256(by_hand).hexdigest()


def test_the_hash_of_a_table_without_nulls_is_of_the_documented_bytes() -> None:
    begin = struct.pack("<q", 1) + b"\x01"
    by_hand = b"market-table-1\n"
    by_hand += b"s:string\n" + begin + struct.pack("<q", 2) + b"\xc3\xa4"
    by_hand += b"i:int64\n" + begin + struct.pack("<q", 1)
    by_hand += b"f:float64\n" + begin + struct.pack("<d", 0.5)
    by_hand += b"d:date\n" + begin + struct.pack("<q", 1)
    by_hand += b"b:bool\n" + begin + b"\x01"
    assert content_sha256(FRAME.head(1)) == hashlib.sha256(by_hand).hexdigest()


def test_another_writer_gives_the_same_hash(tmp_path: Path) -> None:
    by_polars, by_duckdb = tmp_path / "a.parquet", tmp_path / "b.parquet"
    FRAME.write_parquet(by_polars, compression="zstd")
    with duckdb.connect() as con:
        con.execute(f"copy (from {literal(str(by_polars))}) to {literal(str(by_duckdb))} (compression snappy)")
    assert by_polars.read_bytes() != by_duckdb.read_bytes()
    assert content_sha256(pl.read_parquet(by_duckdb)) == content_sha256(FRAME)


@pytest.mark.parametrize(
    "other",
    [
        FRAME.rename({"s": "t"}),
        FRAME.reverse(),
        FRAME.head(1),
        FRAME.select("i", "s", "f", "d", "b"),
        FRAME.with_columns(pl.col("i").fill_null(0)),
        FRAME.with_columns(pl.col("s").fill_null("")),
        FRAME.with_columns(f=pl.Series([0.5000000000000001, None])),
        FRAME.with_columns(pl.col("i").cast(pl.Float64)),
    ],
)
def test_any_difference_moves_the_hash(other: pl.DataFrame) -> None:
    assert content_sha256(other) != content_sha256(FRAME)


def test_negative_zero_is_zero_and_other_types_are_refused() -> None:
    assert content_sha256(pl.DataFrame({"a": [-0.0]})) == content_sha256(pl.DataFrame({"a": [0.0]}))
    with pytest.raises(TypeError, match="a: "):
        content_sha256(pl.DataFrame({"a": [[1.0]]}))


@given(st.lists(st.text(), max_size=5), st.lists(st.text(), max_size=5))
def test_two_lists_of_strings_hash_alike_only_if_equal(a: list[str], b: list[str]) -> None:
    frames = [pl.DataFrame({"s": x}, schema={"s": pl.String}) for x in (a, b)]
    assert (content_sha256(frames[0]) == content_sha256(frames[1])) == (a == b)
