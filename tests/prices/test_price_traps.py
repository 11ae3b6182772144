"""The collection of real bad price rows, each through the reader that would meet it: what its rule makes of it, or why
there is none.

The collection is read in place where it lies beside the checkout; the rows themselves are not ours.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml
from catalogues import SHARED, sidecar
from conftest import put

from pipeline.errors import RawDataError
from pipeline.prices import PriceTables, read_prices
from pipeline.prices.readers import sheet, skypilot
from pipeline.raw import sidecar_path
from pipeline.rows.rejects import Reject
from pipeline.settings import Settings

BAD_ROWS = SHARED / "facts" / "bad_price_rows.csv"
pytestmark = pytest.mark.skipif(not BAD_ROWS.exists(), reason="the collection of bad rows is not beside this checkout")


@dataclass(frozen=True)
class Outcome:
    """What became of one file: its kept observations, the reasons of its rejects, its row of price_file_counts."""

    kept: pl.DataFrame
    reasons: list[str]
    counts: dict[str, int]

    @property
    def prices(self) -> list[tuple[str, float]]:
        found = self.kept.select("purchase_model", pl.col("price_usd_per_accelerator_hour").round(4))
        return sorted(found.rows())


@dataclass(frozen=True)
class Sheet:
    """How an analyst would map such a row: columns of the record, and constants. `rows` makes the lines of the file."""

    columns: dict[str, str]
    constants: dict[str, str]


NIXJ9 = Sheet(
    {
        "accelerator": "gpu",
        "price_per_hour": "on_demand_hr",
        "lowest_price_per_hour": "min_price_hr",
        "highest_price_per_hour": "max_price_hr",
    },
    {"accelerator_count": "1", "purchase_model": "on_demand", "observed_on": "2026-08-01"},
)
TRACKER = Sheet(
    {
        "accelerator": "gpu_model", "accelerator_count": "gpu_count", "region": "region",
        "purchase_model": "rental_type", "price_per_hour": "price_median_usd", "observed_on": "date",
        "lowest_price_per_hour": "price_min_usd", "highest_price_per_hour": "price_max_usd",
    },
    {},
)  # fmt: skip
RADAR = Sheet(
    {"accelerator": "product", "price_per_hour": "priceUsd"},
    {"accelerator_count": "1", "provider": "Microsoft Azure", "purchase_model": "on_demand"},
)
SHEETS: dict[str, Sheet] = {
    "amorton45": Sheet(
        {"observed_on": "date", "instance_type": "instance", "price_per_hour": "price"},
        {"provider": "AWS", "accelerator": "H100", "accelerator_count": "8", "purchase_model": "on_demand"},
    ),
    "joshhmckee": Sheet(
        {"observed_on": "c0", "accelerator": "c1", "price_per_hour": "c2", "accelerator_count": "c5"},
        {"provider": "AWS", "purchase_model": "on_demand"},
    ),
    "boboligmail": RADAR,
    "nixj9": NIXJ9,
    "cherielilili": TRACKER,
    "epoch-research": Sheet(
        {"accelerator": "Hardware model", "accelerator_count": "Number of GPUs", "observed_on": "Price date",
         "price_per_hour": "Price per chip-hour (on-demand)"},
        {"provider": "Lambda Labs", "purchase_model": "on_demand"},
    ),
    "teeesss": Sheet(
        {"accelerator": "gpu", "price_per_hour": "price_hourly"},
        {"provider": "Lambda Labs", "accelerator_count": "1", "purchase_model": "on_demand"},
    ),
}  # fmt: skip
PROVIDERS = {"Lambda": "Lambda Labs", "RunPod": "RunPod", "aws": "AWS", "azure": "Microsoft Azure"}


def bad_rows() -> list[dict[str, str]]:
    with BAD_ROWS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def record(row: dict[str, str]) -> dict[str, Any]:
    """The row's fields: JSON as it is, a CSV line under the header that its source has (or numbers in place of one)."""
    if row["raw_record"].startswith("{"):
        return dict(json.loads(row["raw_record"]))
    cells = next(csv.reader([row["raw_record"]]))
    names = ("date", "instance", "price") if len(cells) == 3 else [f"c{i}" for i in range(len(cells))]
    return dict(zip(names, cells, strict=True))


def csv_of(records: list[dict[str, Any]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, [c for c in records[0] if c != "null"], extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(records)
    return out.getvalue().encode()


def real_raw(folder: Path) -> Path:
    raw = folder / "raw"
    for file in sorted(Settings().raw.rglob("*.csv")):
        name = file.relative_to(Settings().raw).as_posix()
        if name.startswith(("reference/", "prices/")):
            put(raw, name, file.read_bytes())
    return raw


def put_sheet(raw: Path, name: str, records: list[dict[str, Any]], how: Sheet) -> str:
    file = f"prices/sheets/{name}.csv"
    put(raw, file, csv_of(records), accessed=dt.date(2026, 8, 22))
    seller = next((PROVIDERS[str(r["provider"])] for r in records if str(r.get("provider")) in PROVIDERS), None)
    constants = ({"provider": seller} if seller else {}) | how.constants
    place = sidecar_path(raw / file)
    mapping = {"columns": how.columns, "constants": constants}
    place.write_text(yaml.safe_dump(yaml.safe_load(place.read_text()) | {"mapping": mapping}))
    return file


def put_skypilot(raw: Path, number: int, row: dict[str, str]) -> str:
    """One file a row; what shows only beside others is put beside them."""
    cloud, fields = row["source"].split(":")[1].split("/")[0], record(row)
    lines = {
        "exact_duplicate": [fields, fields],
        "region_cross_join": [fields | {"Region": r} for r in ("us-east-1", "us-west-1", "europe-central-1")],
    }.get(row["trap"], [fields])
    day = dt.date(2026, 4, 1) + dt.timedelta(days=number)
    file = f"prices/skypilot/{day}/{cloud}.csv"
    put(raw, file, csv_of(lines), accessed=day)
    return file


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, Outcome]:
    """Every row of the collection that is a row of a table, read by its reader together with our own price rows."""
    raw, files, switch = real_raw(tmp_path_factory.mktemp("traps")), {}, []
    for number, row in enumerate(bad_rows()):
        owner = row["source"].split("/")[0]
        if row["trap"] == "unit_switch":
            switch.append((number, record(row)))
        elif owner == "anycloud-sh" and row["trap"] != "header_only_file":
            files[number] = put_skypilot(raw, number, row)
        elif owner in SHEETS:
            files[number] = put_sheet(raw, str(number), [record(row)], SHEETS[owner])
    together = put_sheet(raw, "switch", [r for _, r in switch], TRACKER)
    files |= dict.fromkeys([n for n, _ in switch], together)
    files |= {n: put_json(raw, n, r) for n, r in enumerate(bad_rows()) if n not in files and is_json(r)}
    tables = read_prices(raw)
    return {number: outcome(tables, file) for number, file in files.items()}


def is_json(row: dict[str, str]) -> bool:
    return row["source"].startswith(("Cyclenerd", "dstackai"))


def put_json(raw: Path, number: int, row: dict[str, str]) -> str:
    """The two collections in JSON, as rows of our own format: a list price, and the price that is wrong beside it."""
    found = record(row)
    name, values = next(iter(found.items()))
    if "hour" in values:  # monthly commitments over 730 hours, on a machine of one A100 80 GB
        machine, region = name.split()
        prices = {"on_demand": values["hour"], "reserved_1y": round(values["month_1y"] / 730, 6)}
        offer = {"accelerator": "A100-80GB", "instance_type": machine, "region": region}
    else:
        region, prices_of = next(iter(values.items()))
        prices = {"on_demand": prices_of["On Demand (USD)"], "spot": prices_of["Spot (USD)"]}
        offer = {"accelerator": "TPU-v4", "instance_type": "TPU v4 pod", "region": region}
    records = [offer | {"model": m, "price": p} for m, p in prices.items()]
    columns = {c: c for c in offer} | {"purchase_model": "model", "price_per_hour": "price"}
    constants = {"provider": "Google Cloud", "accelerator_count": "1", "observed_on": "2026-08-01"}
    return put_sheet(raw, str(number), records, Sheet(columns, constants))


def outcome(tables: PriceTables, file: str) -> Outcome:
    kept = tables.price_observations.filter(source_file=file)
    rejects = tables.price_rejects.filter(source_file=file).sort("source_row")
    (counts,) = tables.price_file_counts.filter(source_file=file).to_dicts()
    assert counts["rows_read"] == sum(v for k, v in counts.items() if k not in ("source_file", "rows_read"))
    return Outcome(kept, rejects["reason"].to_list(), counts)


def refused(*reasons: Reject) -> Callable[[Outcome], bool]:
    return lambda o: o.kept.is_empty() and set(o.reasons) == set(reasons)


def no_price_of_spot(o: Outcome) -> bool:
    return [m for m, _ in o.prices] == ["on_demand"] and not o.reasons


RULES: dict[str, Callable[[Outcome], bool]] = {
    "accelerator_price_without_host": lambda o: set(o.kept["price_basis"]) == {"gpu_component_only"},
    "blank_price": refused(Reject.MISSING_VALUE),
    "columns_swapped_or_blank": refused(Reject.UNKNOWN_ACCELERATOR),
    "cud_equals_on_demand": lambda o: (
        o.reasons == [Reject.COMMITMENT_AT_LIST_PRICE] and [m for m, _ in o.prices] == ["on_demand"]
    ),
    "exact_duplicate": lambda o: o.counts["rows_merged"] == 1 and o.counts["rows_kept"] == 1,
    "min_above_max": refused(Reject.PRICE_OUTSIDE_BOUNDS),  # 5.98 where all lies between 4.99 and 4.99
    "placeholder_price": refused(Reject.PRICE_IMPLAUSIBLE),
    "region_cross_join": lambda o: (
        o.kept["macro_region"].to_list() == ["global"] and o.prices[0][1] == 3.99 and o.counts["rows_merged"] == 2
    ),
    "spot_blank": no_price_of_spot,
    "spot_equals_on_demand": lambda o: (
        o.kept.filter(purchase_model="spot")["flags"].to_list() == ["spot_equals_on_demand"]
    ),
    "synthetic_history": refused(Reject.COMPUTED_PRICE),
    "tpu_slice_counted_as_one": lambda o: o.prices == [("on_demand", 4.4595), ("spot", 1.6946)],  # over 4 chips
    "unit_switch": lambda o: o.reasons == [Reject.UNIT_SWITCH] and [p for _, p in o.prices] == [6.88, 6.88],
}
"""Trap -> what the rule makes of the row. 3.99 is 31.92 over 8; 4.4595 and 1.6946 are 17.83782 and 6.77837 over 4."""

OUT_OF_SCOPE = {"A10": "known and not tracked", "RTX5090": "known and not tracked"}
UNREADABLE_NAMES = {
    "fractional_gpu": "a count inside the name (1/6x): names are read whole",
    "memory_wrong": "a count inside the name (8x): names are read whole",
}
NO_RULE = {
    "gh200_labelled_h200": "the row says H200, nothing in it GH200; a source that matches parts of names is not read",
    "model_mislabelled": "a whole price under a wrong model's name: only a better source of the same day outranks it",
    "spot_field_changed_meaning": "one source's field, which says nothing of the change; RunPod's own list is read",
    "variant_mislabelled": "the row names no machine; where one is named, its type outranks the board in the list",
}


def test_every_row_comes_to_what_its_rule_says_or_is_kept_for_the_reason_stated(outcomes: dict[int, Outcome]) -> None:
    rows = bad_rows()
    assert len(rows) == 34
    met = set()
    for number, row in enumerate(rows):
        if row["trap"] in ("header_only_file", "machine_written_article"):
            continue  # files, not rows: below
        found, trap, met = outcomes[number], row["trap"], met | {row["trap"]}
        if trap == "spot_above_on_demand":
            assert found.reasons and set(found.reasons) == {Reject.SPOT_ABOVE_ON_DEMAND}, row  # noqa: PT018
        elif found.counts["rows_out_of_scope"]:
            assert re.search("|".join(OUT_OF_SCOPE), row["raw_record"]), row
        elif trap in UNREADABLE_NAMES:
            assert refused(Reject.UNKNOWN_ACCELERATOR)(found), row
        elif trap in NO_RULE:
            assert (found.counts["rows_kept"], found.reasons) == (1, []), row
        else:
            assert RULES[trap](found), (row, found)
    assert met == {r["trap"] for r in rows} - {"header_only_file", "machine_written_article"}


def test_a_file_of_a_header_is_an_error() -> None:
    (row,) = (r for r in bad_rows() if r["trap"] == "header_only_file")
    with pytest.raises(RawDataError, match="has a header and no rows"):
        skypilot.read(row["raw_record"].encode() + b"\n", "lambda.csv", sidecar())


def test_an_article_is_no_price_sheet_and_what_it_says_is_outranked_by_the_providers_own_list(tmp_path: Path) -> None:
    articles = [r for r in bad_rows() if r["trap"] == "machine_written_article"]
    assert len(articles) == 2
    mapped = sidecar().__class__(
        **{**vars(sidecar()), "mapping": {"columns": TRACKER.columns, "constants": {"provider": "AWS"}}}
    )
    for row in articles:
        with pytest.raises(RawDataError, match="line 1 lacks"):
            sheet.read(row["raw_record"].encode() + b"\nmore text\n", "article.csv", mapped)
    # Typed in by hand on a day whose price is in our rows from the provider's interface, it does not stand beside it.
    raw = real_raw(tmp_path)
    ours = (raw / "prices/observations.csv").read_text(encoding="utf-8").splitlines()
    line = next(x for x in ours if re.match(r"AWS,H100,SXM,8,p5\.48xlarge,us-east-1,on_demand,.*,2026-01-\d\d,", x))
    said = line.replace("55.04,6.88", "80.62,10.0775").replace("api_snapshot,api", "curated_date,page")
    put(raw, "prices/observations-said.csv", f"{ours[0]}\n{said}\n".encode())
    rejects = read_prices(raw).price_rejects.filter(source_file="prices/observations-said.csv")
    assert rejects["reason"].to_list() == [Reject.OUTRANKED_PRICE]
