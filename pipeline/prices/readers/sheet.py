"""An analyst's own price sheet, CSV or Excel: whatever columns it has, mapped by its sidecar.

Belongs here: applying the mapping. Does not belong here: whether a price can be true (suspects.py, normalise.py).

The sidecar's `mapping` says what is where:

    mapping:
      columns: {accelerator: GPU, accelerator_count: Cards, price_per_hour: Rate, region: Site, observed_on: Day}
      constants: {provider: Nebius, purchase_model: on_demand, currency: EUR}
      values: {accelerator: {"H100 (Hopper)": H100}}      # what a cell says -> what it means; optional
      rates: {EUR: {usd: 1.09, as_of: 2026-08-01, source: European Central Bank}}    # for currencies other than USD

price_per_hour is the price of the whole offer. Where the source gives bounds beside it (lowest_price_per_hour,
highest_price_per_hour), a price outside them is refused: one of the three is something else. A currency without a rate
is refused, never taken for dollars.
"""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from pipeline.errors import RawDataError
from pipeline.prices.draft import Draft, PriceFlag
from pipeline.prices.readers.catalogue import Listing, draft_of
from pipeline.raw import Sidecar
from pipeline.rows.csvtext import TextRows, read_ragged_rows, trimmed
from pipeline.rows.rejects import Reject, Rule, refuse

_NEEDED = ("provider", "accelerator", "accelerator_count", "price_per_hour", "purchase_model")
_BOUNDS = ("lowest_price_per_hour", "highest_price_per_hour")
_OPTIONAL = ("instance_type", "region", "observed_on", "memory_gb", "currency", *_BOUNDS)
_KEYS = {"columns", "constants", "values", "rates"}
_MAX_UNPACKED_BYTES = 256 * 2**20
_MAX_ROWS = 1_000_000


def read(data: bytes, place: str, sidecar: Sidecar) -> Draft:
    """One sheet. Raises RawDataError when the sidecar's mapping is missing or wrong, or the sheet cannot be read."""
    columns, constants, values, rates = _mapping(sidecar.mapping, place)
    wanted = list(dict.fromkeys(columns.values()))
    text = _excel(data, place, wanted) if place.endswith(".xlsx") else read_ragged_rows(data, place, wanted)
    fields = (
        trimmed(text.frame)
        .select(
            "source_row",
            *(_field(name, columns, constants, values) for name in (*_NEEDED, *_OPTIONAL)),
        )
        .with_columns(pl.col("currency").fill_null("USD"), pl.col("observed_on").fill_null(str(sidecar.as_of)))
    )
    usd = {"USD": 1.0} | {currency: float(rate["usd"]) for currency, rate in rates.items()}
    good, refused = refuse(fields, _rules(usd), "price_observations", "")
    rate = pl.col("currency").replace_strict(usd, return_dtype=pl.Float64)
    price = pl.col("price_per_hour").cast(pl.Float64, strict=False) * rate
    foreign = pl.col("currency") != "USD"
    listing = good.with_columns(
        pl.col("accelerator").alias("accelerator_name"),
        pl.col("accelerator_count").alias("count_text"),
        pl.col("memory_gb").cast(pl.Float64, strict=False),
        pl.when(foreign & price.is_not_null())
        .then(price.cast(pl.String))
        .otherwise("price_per_hour")
        .alias("price_text"),
        pl.when(foreign).then(pl.lit(PriceFlag.CONVERTED_CURRENCY.value)).otherwise(pl.lit("")).alias("flags"),
        pl.lit("instance").alias("price_basis"),
        pl.col("observed_on").str.to_date("%Y-%m-%d").alias("day"),
    ).select(*Listing.COLUMNS, pl.col("provider").alias("seller"), "day")
    return draft_of(
        Listing(listing, text.read, [*text.refused, *_triples(refused)], [], 0),
        provider=pl.col("seller"),
        as_of=pl.col("day"),
        date_basis="curated_date",
        source_tier="curated",
        source=sidecar.source,
    )


def _mapping(
    mapping: Mapping[str, Any], place: str
) -> tuple[dict[str, str], dict[str, str], dict[str, dict[str, str]], dict[str, Any]]:
    """The four parts of the mapping, checked. Raises RawDataError naming what is wrong."""
    known = (*_NEEDED, *_OPTIONAL)
    parts = [mapping.get(k) or {} for k in ("columns", "constants", "values", "rates")]
    if not mapping or not all(isinstance(p, dict) for p in parts) or set(mapping) - _KEYS:
        raise RawDataError(
            f"{place}: its sidecar needs a `mapping` with {', '.join(sorted(_KEYS))}; see docs/prices.md"
        )
    columns, constants, values, rates = parts
    problems = [f"does not say where {n} is" for n in _NEEDED if n not in columns and n not in constants]
    problems += [f"names an unknown field {n!r}" for n in (*columns, *constants, *values) if n not in known]
    problems += [f"has values of {n!r} that are no mapping" for n, v in values.items() if not isinstance(v, dict)]
    problems += [f"has a rate of {c} without usd, as_of and source" for c, r in rates.items() if not _is_rate(r)]
    if problems:
        raise RawDataError(f"{place}: the mapping in its sidecar {'; '.join(problems)}")
    texts = [{str(k): str(v) for k, v in p.items()} for p in (columns, constants)]
    meanings = {str(k): {str(a): str(b) for a, b in v.items()} for k, v in values.items()}
    return texts[0], texts[1], meanings, rates


def _is_rate(rate: object) -> bool:
    if not isinstance(rate, dict) or not {"usd", "as_of", "source"} <= set(rate):
        return False
    usd = rate["usd"]
    return isinstance(usd, int | float) and not isinstance(usd, bool) and 0 < usd < float("inf")


def _field(
    name: str, columns: Mapping[str, str], constants: Mapping[str, str], values: Mapping[str, dict[str, str]]
) -> pl.Expr:
    if name not in columns:
        return pl.lit(constants.get(name), pl.String).alias(name)
    cell = pl.col(columns[name])
    return (cell.replace(values[name]) if name in values else cell).alias(name)


def _rules(usd: Mapping[str, float]) -> list[Rule]:
    day = pl.col("observed_on")
    price, low, high = (pl.col(c).cast(pl.Float64, strict=False) for c in ("price_per_hour", *_BOUNDS))
    return [
        *(
            Rule(Reject.MISSING_VALUE, pl.col(n).is_null(), pl.lit(f"{n} is blank"))
            for n in ("provider", "accelerator", "purchase_model")
        ),
        Rule(
            Reject.UNKNOWN_CURRENCY,
            ~pl.col("currency").is_in(list(usd)),
            pl.format("currency is {}; add its rate to the sidecar, or state prices in USD", "currency"),
        ),
        Rule(
            Reject.NOT_A_DATE,
            day.str.to_date("%Y-%m-%d", strict=False).is_null(),
            pl.format("observed_on is {}; must be a day such as 2026-08-22", day),
        ),
        Rule(
            Reject.PRICE_OUTSIDE_BOUNDS,
            (price < low).fill_null(False) | (price > high).fill_null(False),
            pl.format(
                "price_per_hour is {}; its bounds are {} and {}",
                "price_per_hour",
                *(pl.col(c).fill_null("not stated") for c in _BOUNDS),
            ),
        ),
    ]


def _triples(refused: pl.DataFrame) -> list[tuple[int, str, str]]:
    return list(refused.select("source_row", "reason", "detail").iter_rows())


def _excel(data: bytes, place: str, wanted: list[str]) -> TextRows:
    """The first sheet's rows as text; the first row is the header. Formulas give the value Excel last saw."""
    import openpyxl

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(i.file_size for i in archive.infolist()) > _MAX_UNPACKED_BYTES:
                raise RawDataError(f"{place}: is over {_MAX_UNPACKED_BYTES} bytes unpacked")
        sheet = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True).worksheets[0]
        rows = list(_cells(sheet.iter_rows(values_only=True, max_row=_MAX_ROWS)))
    except RawDataError:
        raise
    except Exception as error:
        raise RawDataError(f"{place}: cannot be read as Excel: {' '.join(str(error).split())}") from None
    header = rows[0] if rows else []
    missing = [w for w in wanted if header.count(w) != 1]
    if missing:
        raise RawDataError(f"{place}: row 1 must name each of these columns once: {', '.join(missing)}")
    places = [header.index(w) for w in wanted]
    filled = [(n, row) for n, row in enumerate(rows[1:], start=1) if any(row)]
    if not filled:
        raise RawDataError(f"{place}: has a header and no rows; restore the last good file or remove this one")
    schema: dict[str, pl.DataType] = {**dict.fromkeys(wanted, pl.String()), "source_row": pl.Int64()}
    frame = pl.DataFrame([[*(row[i] for i in places), n] for n, row in filled], schema=schema, orient="row")
    return TextRows(frame, [], len(filled))


def _cells(rows: Iterator[tuple[object, ...]]) -> Iterator[list[str | None]]:
    for row in rows:
        yield [_text(cell) for cell in row]


def _text(cell: object) -> str | None:
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return None if cell is None or not str(cell).strip() else str(cell).strip()
