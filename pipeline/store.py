"""The one place where tables are written to and read from data/processed.

Belongs here: atomic writes, the hand-over folder work/, and reading a table back. Does not belong here: what a release
is (pipeline/releases) or what is in a table.

work/<table>/<fingerprint>.parquet holds what one step hands to the next. The fingerprint is the hash of all inputs,
settings, SQL, code and library versions, so a step alone can be run again later and can never mix tables of two
different states: a table of another state is simply not found, and the message says what to run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import polars as pl

from pipeline.errors import StoreError

WORK = "work"
HELD_BYTES = 64 * 2**20
"""What a table that grows holds in memory before it sets it aside on the disk."""


@contextmanager
def writing(place: Path) -> Iterator[None]:
    """Turns an operating-system error while writing to `place` into one line that says what to do."""
    try:
        yield
    except (OSError, pl.exceptions.ComputeError) as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        raise StoreError(
            f"{place}: cannot be written: {reason}; releases stay as they were. "
            "Free space or fix the permissions, or choose another folder with --processed"
        ) from error


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file so that it is there whole or not at all, even after a power cut (fsync, then rename)."""
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            with aside.open("wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


class Growing:
    """A parquet file that is written as its rows come, in row groups of a fixed size, and is there only once kept.

    What came is set aside on the disk whenever it outgrows HELD_BYTES, so that a long table needs no more memory than
    that and its last frame. The same rows give the same bytes however they were cut into frames and on any number of
    cores, under one lock file. Use it in a `with`; what was not kept is removed at its end.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._aside = path.with_name(f".{path.name}.{os.getpid()}")
        self._held: list[pl.DataFrame] = []
        self._parts: list[Path] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        for left in (self._aside, *self._parts):
            with suppress(OSError):
                left.unlink(missing_ok=True)

    def add(self, frame: pl.DataFrame) -> None:
        """Rows that follow those added so far; of the same columns and types. Raises StoreError."""
        if sum(f.estimated_size() for f in self._held) > HELD_BYTES:
            self._set_aside()
        self._held.append(frame)

    def keep(self) -> None:
        """Put the file in its place, whole (fsync, then rename). Raises StoreError."""
        if self._parts:
            self._set_aside()
        with writing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            rows = pl.scan_ipc(self._parts, glob=False) if self._parts else pl.concat(self._held).lazy()
            rows.sink_parquet(self._aside, row_group_size=rows_per_group(rows.collect_schema()), compression="zstd")
            sync(self._aside)
            self._aside.replace(self.path)

    def _set_aside(self) -> None:
        part = self._aside.with_name(f"{self._aside.name}.{len(self._parts)}")
        with writing(self.path):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._parts.append(part)
            pl.concat(self._held).write_ipc(part)
        self._held = []


def rows_per_group(columns: Mapping[str, pl.DataType]) -> int:
    """Rows of a row group. Those of draws, which are lists, are few, so that all cores read even a small table of them;
    the others are many, of which a reader skips what it does not need."""
    return 4_096 if any(kind.is_nested() for kind in columns.values()) else 32_768


def write_parquet(path: Path, frame: pl.DataFrame) -> None:
    """Write a frame as parquet, whole or not at all. The same frame gives the same bytes under one lock file."""
    with Growing(path) as file:
        file.add(frame)
        file.keep()


def read_parquet(path: Path) -> pl.DataFrame:
    """One parquet file as a frame. The path is taken literally: neither `[1]` nor `env=prod` in it means anything."""
    return pl.read_parquet(path, glob=False, hive_partitioning=False)


def sync(path: Path) -> None:
    """Have the disk hold a file or folder before anything that relies on it is done."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@dataclass(frozen=True)
class Store:
    """Tables on their way to a release, for one state of the inputs (`fingerprint`)."""

    processed: Path
    fingerprint: str

    def path(self, table: str) -> Path:
        """Where a table of this state stands, written or not."""
        return self.processed / WORK / table / f"{self.fingerprint[:16]}.parquet"

    def existing(self, table: str) -> Path:
        """Where a table of this state stands. Raises StoreError when no step has made it yet."""
        path = self.path(table)
        if not path.is_file():
            raise StoreError(
                f"{table}: not made yet from the present inputs and code; materialise it first (or run all)"
            )
        return path

    def write(self, table: str, frame: pl.DataFrame) -> Path:
        """Hand a frame over whose contract the caller has checked. Raises StoreError."""
        path = self.path(table)
        write_parquet(path, frame)
        return path

    def growing(self, table: str) -> Growing:
        """A table to hand over as its rows come, whose contract the caller checks."""
        return Growing(self.path(table))

    def read(self, table: str) -> pl.DataFrame:
        """A table of this state. Raises StoreError when it is missing."""
        return read_parquet(self.existing(table))

    def scan(self, table: str) -> pl.LazyFrame:
        """A table of this state, of which only what is asked for is read. Raises StoreError when it is missing."""
        return pl.scan_parquet(self.existing(table), glob=False, hive_partitioning=False)

    def check_path(self, rule: str) -> Path:
        """Where the result of a reconciliation rule for this state stands."""
        return self.processed / WORK / "checks" / self.fingerprint[:16] / f"{rule}.json"

    def discard_others(self, seconds: float) -> None:
        """Remove what was handed over for other states, and half-written files, once they are that old: a run that is
        under way has younger ones. Releases do not need them."""
        for old in (
            *(self.processed / WORK).glob("*/*.parquet*"),
            *(self.processed / WORK / "checks").glob("*/*.json"),
        ):
            ours = self.fingerprint[:16] in {old.stem, old.parent.name}
            if not ours and time.time() - old.lstat().st_mtime > seconds:
                old.unlink(missing_ok=True)
