"""The project's own observation CSV: the draft columns by name, one dated price a row.

Belongs here: text to types for this one format. Does not belong here: whether a row can be true (normalise.py).
"""

from __future__ import annotations

import polars as pl

from pipeline.prices.draft import DRAFT_COLUMNS, DRAFT_SCHEMA, Draft
from pipeline.raw import Sidecar
from pipeline.rows.csvtext import read_text_rows
from pipeline.rows.rejects import refuse
from pipeline.rows.typed import cast, text_rules


def read(data: bytes, place: str, sidecar: Sidecar) -> Draft:
    """Rows of one observation file. Raises RawDataError when its header is wrong or it has no rows."""
    del sidecar
    names = [c.name for c in DRAFT_COLUMNS]
    text = read_text_rows(data, place, names)
    frame = text.frame.with_columns(pl.col("flags").fill_null(""))
    good, refused = refuse(frame, text_rules(DRAFT_COLUMNS), "price_observations", place)
    typed = good.with_columns(cast(c) for c in DRAFT_COLUMNS).select(list(DRAFT_SCHEMA))
    codes = refused.select("source_row", "reason", "detail").iter_rows()
    return Draft(typed, [*text.refused, *codes], text.read)
