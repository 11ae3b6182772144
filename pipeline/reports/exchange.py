"""Exchange rates for reports that state their sizes in another currency than dollars.

Belongs here: data/raw/reference/fx.csv and converting with it. Does not belong here: reading currencies in text
(numbers.py). All sizes of a report are converted at the average rate of its base year, so its growth stays as stated;
without that rate nothing is converted.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path

from pipeline.errors import RawDataError
from pipeline.raw import read_verified

FILE = "reference/fx.csv"
_COLUMNS = ["currency", "year", "rate", "quoted_as"]
Rates = Mapping[tuple[str, int], float]


def load_rates(raw: Path) -> Rates:
    """US dollars per unit by (currency, year); empty when the file is not there.

    Raises RawDataError naming the row that is wrong.
    """
    path = raw / FILE
    if not path.exists():
        return {}
    data, _ = read_verified(path)
    rows = csv.DictReader(io.StringIO(data.decode("utf-8", "replace")))
    if rows.fieldnames != _COLUMNS:
        raise RawDataError(f"{path}: its columns must be {', '.join(_COLUMNS)}; found {rows.fieldnames}")
    rates: dict[tuple[str, int], float] = {}
    for number, row in enumerate(rows, start=1):
        try:
            key, rate = (row["currency"], int(row["year"])), float(row["rate"])
            rates[key] = {"usd_per_unit": rate, "units_per_usd": 1 / rate}[row["quoted_as"]]
        except (ValueError, KeyError, TypeError, ZeroDivisionError):
            raise RawDataError(f"{path}: row {number} is no rate: {dict(row)}; correct it and seal the file") from None
        if not 0 < rates[key] < float("inf"):
            raise RawDataError(f"{path}: row {number}: a rate must be positive and finite; got {row['rate']}")
    return rates


def dollars_per_unit(currency: str | None, base_year: int | None, rates: Rates) -> float | None:
    """What multiplies a report's sizes to make them dollars; None where no rate is known."""
    if currency == "USD":
        return 1.0
    return rates.get((currency, base_year)) if currency and base_year is not None else None
