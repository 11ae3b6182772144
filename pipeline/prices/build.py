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
from pipeline.prices.places import with_lists
from pipeline.prices.readers import FORMATS, Format, format_of
from pipeline.prices.reference import NON_HOURLY, Reference, read_reference, read_table
from pipeline.prices.suspects import mislabelled, suspects, unit_switches
from pipeline.raw import Sidecar, raw_files, read_verified
from pipeline.rows.rejects import once, reject_rows
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

    A bad row is in price_rejects with its reason; read = kept + rejected + merged + out of scope for every file
    (price_file_counts).
    Raises RawDataError for a file that is missing, changed, or claimed by no format, for a bad row in a reference
    table, and for a provider or region in our own file that the reference tables lack.
    """
    limits = limits or PriceLimits()
    reference = read_reference(raw)
    files = [_read(raw, file, form, reference, limits) for file, form in _price_files(raw)]
    single, disputes, merged = merge(pl.concat([f.observations for f in files]), limits)
    of_one_unit, switches = unit_switches(single, limits)
    kept, mislabels = mislabelled(of_one_unit, limits)
    products, product_rejects, products_read = read_table(raw, NON_HOURLY, "non_hourly_prices")
    rejects = once(pl.concat([*(f.rejects for f in files), disputes, switches, mislabels, product_rejects]))
    return PriceTables(
        price_observations=kept.sort(TABLES["price_observations"].key),
        price_rejects=rejects.sort(TABLES["price_rejects"].key),
        price_file_counts=_counts(files, kept, rejects, merged, (products_read, products.height)),
        non_hourly_prices=products,
        accelerators=reference.accelerators,
        regions=with_lists(reference.regions, kept["region"]),
        providers=reference.providers,
    )


@dataclass(frozen=True)
class ReadFile:
    """What one file holds: its observations and rejects, and its rows counted (see Draft)."""

    file: str
    read: int
    folded: list[int]
    out_of_scope: int
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


def _read(raw: Path, file: str, form: Format, reference: Reference, limits: PriceLimits) -> ReadFile:
    data, sidecar = read_verified(raw / file)
    return read_catalogue(data, file, form, sidecar, reference=reference, limits=limits)


def read_catalogue(
    data: bytes, file: str, form: Format, sidecar: Sidecar, *, reference: Reference, limits: PriceLimits
) -> ReadFile:
    """One verified file, read and judged, not yet merged with others. Raises RawDataError when it is no such file."""
    draft: Draft = form.read(data, file, sidecar)
    frame, suspect = suspects(draft.frame, file, limits) if form.foreign else (draft.frame, reject_rows([], "", file))
    observations, rejects = normalise(frame, file, sidecar, reference, limits, foreign=form.foreign)
    unreadable = reject_rows(draft.refused, "price_observations", file)
    refused = pl.concat([unreadable, suspect, rejects])
    return ReadFile(file, draft.read, draft.folded, draft.out_of_scope, observations, refused)


def _counts(
    files: list[ReadFile], kept: pl.DataFrame, rejects: pl.DataFrame, merged: pl.DataFrame, products: tuple[int, int]
) -> pl.DataFrame:
    """price_file_counts. A row may hold two prices: it is kept if one of them is, else rejected if one is, else merged.

    Each number is counted where the rows are, so that the sum disagrees if a row got lost. `products` is (rows read,
    rows kept) of the products without an hourly price.
    """

    def rows_of(frame: pl.DataFrame) -> dict[str, set[int]]:
        return {str(file): set(rows) for file, rows in frame.group_by("source_file").agg("source_row").iter_rows()}

    kept_in, rejected_in, merged_in = rows_of(kept), rows_of(rejects), rows_of(merged)
    counts = []
    for f in files:
        stays = kept_in.get(f.file, set())
        refused = rejected_in.get(f.file, set()) - stays
        twins = (merged_in.get(f.file, set()) | set(f.folded)) - stays - refused
        counts.append((f.file, f.read, len(stays), len(refused), len(twins), f.out_of_scope))
    counts.append((NON_HOURLY, *products, len(rejected_in.get(NON_HOURLY, set())), 0, 0))
    names = TABLES["price_file_counts"].column_names
    return TABLES["price_file_counts"].frame([dict(zip(names, row, strict=True)) for row in counts])
