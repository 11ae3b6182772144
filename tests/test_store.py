"""Tables that are written as their rows come."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from pipeline.errors import StoreError
from pipeline.store import FIRST_ROWS, FIRST_ROWS_PER_GROUP, ROWS_PER_GROUP, Growing, read_parquet, write_parquet

ROWS = FIRST_ROWS + 2 * ROWS_PER_GROUP + 5
FRAME = pl.DataFrame({"name": [f"n{i % 7}" for i in range(ROWS)], "value": [i / 3 for i in range(ROWS)]})


def grown(path: Path, *sizes: int) -> Path:
    start = 0
    with Growing(path) as file:
        for size in sizes:
            file.add(FRAME[start : start + size])
            start += size
        file.keep()
    return path


def test_the_bytes_do_not_depend_on_how_the_rows_came(tmp_path: Path) -> None:
    write_parquet(tmp_path / "whole.parquet", FRAME)
    whole = (tmp_path / "whole.parquet").read_bytes()
    for name, sizes in {"a": (1, ROWS - 1), "b": (ROWS_PER_GROUP,) * 4 + (5,), "c": (30_000, 30_000, ROWS)}.items():
        assert grown(tmp_path / f"{name}.parquet", *sizes).read_bytes() == whole
    assert read_parquet(tmp_path / "whole.parquet").equals(FRAME)
    groups = pq.ParquetFile(tmp_path / "whole.parquet").metadata
    first = [FIRST_ROWS_PER_GROUP] * (FIRST_ROWS // FIRST_ROWS_PER_GROUP)
    sizes_kept = [groups.row_group(i).num_rows for i in range(groups.num_row_groups)]
    assert sizes_kept == [*first, ROWS_PER_GROUP, ROWS_PER_GROUP, 5]


def broken_off(path: Path, rows: pl.DataFrame) -> None:
    with Growing(path) as file:
        file.add(rows)
        raise ZeroDivisionError


def test_what_was_not_kept_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError):
        broken_off(tmp_path / "t.parquet", FRAME)
    assert list(tmp_path.iterdir()) == []


def test_a_table_that_stands_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = grown(tmp_path / "t.parquet", ROWS)
    with pytest.raises(ZeroDivisionError):
        broken_off(path, FRAME.reverse())
    assert read_parquet(path).equals(FRAME)
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"):
        write_parquet(tmp_path / "taken" / "t.parquet", FRAME)
