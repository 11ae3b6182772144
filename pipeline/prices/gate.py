"""Whether a downloaded catalogue can be true, beside the last good day of the same file.

Belongs here: what refuses a whole file. Does not belong here: what refuses a row (suspects.py, normalise.py).
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import polars as pl

from pipeline.errors import RawDataError
from pipeline.prices.draft import Draft
from pipeline.prices.readers import format_of
from pipeline.raw import Sidecar, read_verified
from pipeline.settings import PriceLimits

_OFFER = (
    *("provider", "accelerator", "accelerator_variant", "accelerator_count"),
    *("instance_type", "region", "purchase_model"),
)


def refuse_implausible(raw: Path, file: str, data: bytes, as_of: dt.date, limits: PriceLimits) -> int:
    """Rows of the catalogue that would become raw/`file`. Raises RawDataError, saying why, when it must not be kept.

    Refused are files that cannot be read, that have no rows or no accelerator in them, that lost more than half of the
    last good day's rows, and in which prices moved by their accelerator count: the unit has changed, not the price.
    """
    new = _draft(file, data, str(raw / file), Sidecar(file, "", file, as_of, as_of, "", ""))
    if new.frame.is_empty():
        raise RawDataError(f"{file}: has {new.read} rows and no price of a tracked accelerator")
    before = last_good(raw, file)
    if before is None:
        return new.read
    bytes_before, sidecar = read_verified(raw / before)
    old = _draft(before, bytes_before, str(raw / before), sidecar)
    if new.read < old.read * limits.least_of_last_rows:
        raise RawDataError(
            f"{file}: has {new.read} rows, {before} had {old.read}; less than {limits.least_of_last_rows:.0%} of them"
        )
    switched, matched = _switched(old.frame, new.frame, limits)
    if matched and switched / matched > limits.unit_switch_share:
        raise RawDataError(
            f"{file}: {switched} of {matched} prices moved by their accelerator count since {before}; "
            "the unit has changed, not the price"
        )
    return new.read


def last_good(raw: Path, file: str) -> str | None:
    """The same catalogue of the newest earlier day (prices/<source>/<day>/<name>), relative to raw, or None."""
    folder, day, name = (raw / file).parent.parent, Path(file).parent.name, Path(file).name
    days = sorted(p.parent.name for p in folder.glob(f"*/{name}") if p.parent.name < day)
    return f"{Path(file).parent.parent.as_posix()}/{days[-1]}/{name}" if days else None


def _draft(file: str, data: bytes, place: str, sidecar: Sidecar) -> Draft:
    form = format_of(file)
    if form is None:
        raise RawDataError(f"{file}: no reader claims this file")
    return form.read(data, place, sidecar)


def _switched(old: pl.DataFrame, new: pl.DataFrame, limits: PriceLimits) -> tuple[int, int]:
    """Offers whose price per accelerator moved by its count, and offers there are on both days."""
    price = "price_usd_per_accelerator_hour"
    each = [f.group_by(_OFFER).agg(pl.col(price).min()) for f in (old, new)]
    pairs = (
        each[0]
        .join(each[1], on=_OFFER, nulls_equal=True, suffix="_new")
        .filter(pl.col("accelerator_count") >= limits.unit_switch_least_count)
    )
    moved = (pl.col(f"{price}_new") / pl.col(price)).log().abs()
    near = (moved - pl.col("accelerator_count").log()).abs() <= limits.unit_switch_tolerance
    return pairs.filter(near).height, pairs.height
