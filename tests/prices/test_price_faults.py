"""Every format with every cell in turn blank, foreign or absurd: each row is kept, refused, merged or out of scope, by
itself, and what is kept keeps the contract."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import yaml
from conftest import csv_bytes, put

from pipeline.contracts import validate
from pipeline.prices import read_prices
from pipeline.raw import sidecar_path
from pipeline.settings import Settings

CELLS = [
    "", " ", "0", "-1", "inf", "nan", "-inf", "1e308", "1e-300", "9" * 40, "0.5", "8.0", "6.88", "x", "a,b", '"',
    "=1+1", "\u202e", "H100", "A100", "tpu-v6e-8", "ct5lp-hightpu-4t", "T4", "us-east-1", "europe-west4", "cn-north-1",
    "on_demand", "spot", "reserved_1y", "EUR", "CNY", "9999-12-31", "0000-00-00", "AWS", "Google Cloud",
    "ND96isr Windows", "True", "False",
]  # fmt: skip
SKYPILOT = {
    "InstanceType": "m8", "AcceleratorName": "H100", "AcceleratorCount": "8", "Price": "40", "Region": "us-east-1",
    "GpuInfo": "{'Gpus': [{'MemoryInfo': {'SizeInMiB': 81920}}]}", "SpotPrice": "20", "AvailabilityZone": "us-east-1a",
}  # fmt: skip
GPUHUNT = {
    "instance_name": "m8", "location": "us-east-1", "price": "40", "gpu_count": "8", "gpu_name": "H100",
    "gpu_memory": "80", "spot": "False", "flags": "",
}  # fmt: skip
SHEET = {
    "provider": "AWS", "accelerator": "H100", "accelerator_count": "8", "price_per_hour": "40",
    "purchase_model": "on_demand", "instance_type": "m8", "region": "us-east-1", "observed_on": "2026-08-01",
    "memory_gb": "80", "currency": "USD", "lowest_price_per_hour": "30", "highest_price_per_hour": "50",
}  # fmt: skip


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A raw folder with the real reference tables and nothing else."""
    raw = tmp_path_factory.mktemp("faults")
    for file in ("accelerators", "regions", "providers"):
        put(raw, f"reference/{file}.csv", (Settings().raw / f"reference/{file}.csv").read_bytes())
    put(raw, "prices/non_hourly.csv", (Settings().raw / "prices/non_hourly.csv").read_bytes())
    return raw


@pytest.fixture
def read(known: Path) -> Callable[..., pl.DataFrame]:
    """What becomes of one file of rows: its rejects."""

    def make(file: str, good: dict[str, str], rows: list[dict[str, str]]) -> pl.DataFrame:
        put(known, file, csv_bytes(rows, list(good)), accessed=dt.date(2026, 8, 22))
        place = sidecar_path(known / file)
        mapping = {"columns": {c: c for c in SHEET}} if good is SHEET else {}
        place.write_text(yaml.safe_dump(yaml.safe_load(place.read_text()) | {"mapping": mapping}))
        try:
            tables = read_prices(known)
        finally:
            (known / file).unlink()
            place.unlink()
        (counts,) = tables.price_file_counts.filter(source_file=file).drop("source_file").to_dicts()
        assert counts.pop("rows_read") == len(rows) == sum(counts.values())
        validate("price_observations", tables.price_observations)
        validate("price_rejects", tables.price_rejects)
        return tables.price_rejects.filter(source_file=file)

    return make


@pytest.mark.parametrize(
    ("file", "good"),
    [
        *((f"prices/skypilot/2026-08-01/{cloud}.csv", SKYPILOT) for cloud in ("aws", "gcp", "lambda", "vast")),
        *((f"prices/gpuhunt/2026-08-01/{name}.csv", GPUHUNT) for name in ("gcp", "runpod", "vastai")),
        ("prices/sheets/mine.csv", SHEET),
    ],
)
def test_a_fault_in_any_cell_is_of_its_row_alone(
    read: Callable[..., pl.DataFrame], file: str, good: dict[str, str]
) -> None:
    rejects = read(file, good, [good, *(good | {column: cell} for column in good for cell in CELLS)])
    assert rejects.height > len(CELLS)
