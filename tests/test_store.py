"""Tables that are written as their rows come."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import pytest

from pipeline import store
from pipeline.errors import StoreError
from pipeline.settings import ROOT
from pipeline.store import Growing, read_parquet, write_parquet

ROWS = 2 * 32_768 + 5
FRAME = pl.DataFrame({"name": [f"n{i % 7}" for i in range(ROWS)], "value": [i / 3 for i in range(ROWS)]})
DRAWS = pl.DataFrame({"draw": range(9_000), "shares": [[i / 9_000, 1 - i / 9_000] for i in range(9_000)]})


def grown(path: Path, *sizes: int, rows: pl.DataFrame = FRAME) -> Path:
    start = 0
    with Growing(path) as file:
        for size in sizes:
            file.add(rows[start : start + size])
            start += size
        file.keep()
    return path


@pytest.mark.parametrize(("rows", "groups"), [(FRAME, [32_768, 32_768, 5]), (DRAWS, [4_096, 4_096, 808])])
def test_the_bytes_do_not_depend_on_how_the_rows_came(
    tmp_path: Path, rows: pl.DataFrame, groups: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    write_parquet(tmp_path / "whole.parquet", rows)
    whole, n = (tmp_path / "whole.parquet").read_bytes(), rows.height
    for held in (store.HELD_BYTES, 0, 20_000):  # all in memory; every frame on the disk; some of them
        monkeypatch.setattr(store, "HELD_BYTES", held)
        for name, sizes in {
            "a": (1, n - 1),
            "b": (4_096, 4_096, 0, n - 8_192),
            "c": (1_000,) * (n // 1_000 + 1),
        }.items():
            assert grown(tmp_path / f"{name}.parquet", *sizes, rows=rows).read_bytes() == whole
    assert {f.name for f in tmp_path.iterdir()} == {"whole.parquet", "a.parquet", "b.parquet", "c.parquet"}
    assert read_parquet(tmp_path / "whole.parquet").equals(rows)
    kept = pq.ParquetFile(tmp_path / "whole.parquet").metadata
    assert [kept.row_group(i).num_rows for i in range(kept.num_row_groups)] == groups


WRITE = """
import sys
from pathlib import Path
import polars as pl
from pipeline.store import write_parquet
n = 100_000
rows = pl.select(i=pl.int_range(n)).with_columns(name="n" + (pl.col("i") % 7).cast(pl.String), value=pl.col("i") / 3)
assert pl.thread_pool_size() == int(sys.argv[1])
write_parquet(Path(sys.argv[2]), rows)
"""


def test_the_bytes_do_not_depend_on_the_number_of_threads(tmp_path: Path) -> None:
    written = set()
    for threads in ("1", "2", "4"):
        path = tmp_path / f"{threads}.parquet"
        environment = os.environ | {"POLARS_MAX_THREADS": threads}
        subprocess.run([sys.executable, "-c", WRITE, threads, str(path)], check=True, env=environment, cwd=ROOT)
        written.add(path.read_bytes())
    assert len(written) == 1


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
