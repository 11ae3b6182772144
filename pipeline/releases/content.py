"""A hash of a table's content that does not depend on which program, or which version of it, wrote the file.

Belongs here: the definition of that hash. Does not belong here: hashes of files (identity.py, manifest.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np
import polars as pl

VERSION = b"market-table-1\n"


def content_sha256(frame: pl.DataFrame) -> str:
    """Hex sha256 over names, types and values of a table of published types, rows and columns in their order.

    The hashed bytes are, for each column: `name:type\\n`, the number of rows (int64), one byte a row that is 1 where
    there is a value, then the values: int64 and float64 little-endian, dates as int64 days since 1970, bools one byte,
    0 where null; for strings the length of each in UTF-8 (int64, 0 where null), then all of them joined. A negative
    zero counts as zero. Raises TypeError for a column of any other type.
    """
    digest = hashlib.sha256(VERSION)
    for name in frame.columns:
        for part in _parts(name, frame[name]):
            digest.update(part)
    return digest.hexdigest()


def _parts(name: str, column: pl.Series) -> Iterator[bytes | memoryview]:
    kind = _KINDS.get(column.dtype)
    if kind is None:
        raise TypeError(f"{name}: {column.dtype} is no published type")
    yield f"{name}:{kind}\n".encode()
    yield len(column).to_bytes(8, "little")
    column = column.cast(pl.Int64) if kind == "date" else column
    if column.null_count():
        yield _plain(column.is_not_null().to_numpy(), "u1")
        column = column.fill_null(_EMPTY.get(kind, 0))
    else:  # polars plans and runs a query for either, which for a small table takes longer than its hash
        yield _plain(np.ones(len(column), "u1"), "u1")
    if kind == "string":
        yield from _text(column)
    elif kind == "float64":
        yield _plain(column.to_numpy() + 0.0, "<f8")
    else:
        yield _plain(column.to_numpy(), "u1" if kind == "bool" else "<i8")


def _text(column: pl.Series) -> Iterator[bytes | memoryview]:
    """Lengths and joined bytes, as Arrow lays them out: a Python object for every text takes several times as long."""
    array = column.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, ends, joined = array.buffers()
    if not len(column):
        return
    places = np.frombuffer(ends, "<i8")[array.offset : array.offset + len(column) + 1]
    yield _plain(np.diff(places), "<i8")
    if joined is not None:
        yield memoryview(joined)[places[0] : places[-1]]


def _plain(values: np.ndarray, kind: str) -> memoryview:
    return np.ascontiguousarray(values.astype(kind, copy=False)).data


_KINDS: dict[pl.DataType, str] = {
    pl.String(): "string",
    pl.Int64(): "int64",
    pl.Float64(): "float64",
    pl.Date(): "date",
    pl.Boolean(): "bool",
}
_EMPTY: dict[str, object] = {"string": "", "bool": False}
