"""All price files of a raw folder -> the registered price tables.

Belongs here: finding the files, and putting reader, normalise and merge together. Does not belong here: any rule.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.errors import RawDataError
from pipeline.prices.draft import Draft
from pipeline.prices.merge import merge
from pipeline.prices.normalise import normalise
from pipeline.prices.readers import FORMATS, Format, format_of
from pipeline.prices.reference import NON_HOURLY, Reference, read_reference, read_table
from pipeline.prices.rejects import reject_rows
from pipeline.raw import raw_files, read_verified
from pipeline.settings import PriceLimits
from pipeline.tables import TABLES


@dataclass(frozen=True)
class PriceTables:
    """The price tables, each a frame with its registered columns, in key order."""

    price_observations: pl.DataFrame
    price_rejects: pl.DataFrame
    price_file_counts: pl.DataFrame
    non_hourly_prices: pl.DataFrame
    accelerators: pl.DataFrame
    regions: pl.DataFrame
    providers: pl.DataFrame


def read_prices(raw: Path, limits: PriceLimits | None = None) -> PriceTables:
    """Every price file below raw/prices and the reference tables, as registered tables.

    A bad row is in price_rejects with its reason; read = kept + rejected + merged for every file (price_file_counts).
    Raises RawDataError for a file that is missing, changed, or claimed by no format, for a bad row in a reference
    table, and for a provider or region that the reference tables lack.
    """
    limits = limits or PriceLimits()
    reference = read_reference(raw)
    files = [_read(raw, file, form, reference, limits) for file, form in _price_files(raw)]
    kept, disputes, merged = merge(pl.concat([f.observations for f in files]), limits)
    products, product_rejects, products_read = read_table(raw, NON_HOURLY, "non_hourly_prices")
    rejects = pl.concat([*(f.rejects for f in files), disputes, product_rejects])
    read = {f.file: f.read for f in files} | {NON_HOURLY: products_read}
    sold = pl.concat([kept.select("source_file"), pl.DataFrame({"source_file": [NON_HOURLY] * products.height})])
    return PriceTables(
        price_observations=kept.sort(TABLES["price_observations"].key),
        price_rejects=rejects.sort(TABLES["price_rejects"].key),
        price_file_counts=_counts(read, sold, rejects, {f.file: f.merged for f in files}, merged),
        non_hourly_prices=products,
        accelerators=reference.accelerators,
        regions=reference.regions,
        providers=reference.providers,
    )


@dataclass(frozen=True)
class _File:
    file: str
    read: int
    merged: int
    observations: pl.DataFrame
    rejects: pl.DataFrame


def _price_files(raw: Path) -> list[tuple[str, Format]]:
    """Files below raw/prices with their format, by relative path. Raises RawDataError for one that has none."""
    found: list[tuple[str, Format]] = []
    for path in raw_files(raw):
        file = path.relative_to(raw).as_posix()
        if not file.startswith("prices/") or file == NON_HOURLY:
            continue
        form = format_of(file)
        if form is None:
            known = ", ".join(f.files for f in FORMATS)
            raise RawDataError(f"{path}: no reader claims this file; price files are {known}, {NON_HOURLY}")
        found.append((file, form))
    if not found:
        raise RawDataError(f"{raw / 'prices'}: holds no price file; put observations.csv there")
    return found


def _read(raw: Path, file: str, form: Format, reference: Reference, limits: PriceLimits) -> _File:
    data, sidecar = read_verified(raw / file)
    draft: Draft = form.read(data, str(raw / file), sidecar)
    observations, rejects = normalise(draft.frame, file, sidecar, reference, limits)
    unreadable = reject_rows(draft.refused, "price_observations", file)
    return _File(file, draft.read, draft.merged, observations, pl.concat([unreadable, rejects]))


def _counts(
    read: dict[str, int], kept: pl.DataFrame, rejects: pl.DataFrame, folded: dict[str, int], merged: pl.DataFrame
) -> pl.DataFrame:
    """price_file_counts. Each number is counted where the rows are, so that the sum can disagree if a row got lost."""

    def per_file(frame: pl.DataFrame) -> dict[str, int]:
        return dict(frame.group_by("source_file").len().iter_rows())

    kept_in, rejected_in, merged_in = per_file(kept), per_file(rejects), per_file(merged)
    return TABLES["price_file_counts"].frame(
        [
            {
                "source_file": file,
                "rows_read": rows,
                "rows_kept": kept_in.get(file, 0),
                "rows_rejected": rejected_in.get(file, 0),
                "rows_merged": merged_in.get(file, 0) + folded.get(file, 0),
            }
            for file, rows in read.items()
        ]
    )
