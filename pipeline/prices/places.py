"""Regions: a printed region -> where it lies.

Belongs here: lists of countries, which sources print in any order. Does not belong here: single regions (a row of
data/raw/reference/regions.csv each).
"""

from __future__ import annotations

import re

import polars as pl

_LIST = re.compile(r"[A-Z]{2}(\s*[/;,]\s*[A-Z]{2})+")
MANY = "multi"


def with_lists(regions: pl.DataFrame, printed: pl.Series) -> pl.DataFrame:
    """The regions table with a row for every list of known countries among `printed` that it lacks.

    The list lies where all its countries lie, or is `multi` where they lie in several regions of the report. A list
    with a country that the table lacks gets no row: its place would have to be guessed.
    """
    known = dict(regions.select("region", "macro_region").iter_rows())
    rows = []
    for region in printed.drop_nulls().unique().sort():
        if region in known or not _LIST.fullmatch(region):
            continue
        countries = sorted(set(re.findall(r"[A-Z]{2}", region)))
        if all(c in known for c in countries):
            places = {known[c] for c in countries}
            rows.append((region, places.pop() if len(places) == 1 else MANY, ";".join(countries)))
    return pl.concat([regions, pl.DataFrame(rows, schema=regions.schema, orient="row")]).sort("region")
