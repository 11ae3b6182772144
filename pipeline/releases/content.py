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


def _parts(name: str, column: pl.Series) -> Iterator[bytes]:
    kind = _KINDS.get(column.dtype)
    if kind is None:
        raise TypeError(f"{name}: {column.dtype} is no published type")
    yield f"{name}:{kind}\n".encode()
    yield len(column).to_bytes(8, "little")
    yield column.is_not_null().to_numpy().astype(np.uint8).tobytes()
    if kind == "string":
        yield column.str.len_bytes().fill_null(0).to_numpy().astype("<i8").tobytes()
        yield "".join(column.drop_nulls()).encode()
    elif kind == "float64":
        yield (column.fill_null(0.0).to_numpy() + 0.0).astype("<f8").tobytes()
    elif kind == "bool":
        yield column.fill_null(value=False).to_numpy().astype(np.uint8).tobytes()
    else:
        yield column.cast(pl.Int64).fill_null(0).to_numpy().astype("<i8").tobytes()


_KINDS: dict[pl.DataType, str] = {
    pl.String(): "string",
    pl.Int64(): "int64",
    pl.Float64(): "float64",
    pl.Date(): "date",
    pl.Boolean(): "bool",
}
