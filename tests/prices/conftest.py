"""A small raw folder to put rows into: real reference shapes, invented prices."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import polars as pl
import pytest
import yaml

from pipeline import queries
from pipeline.prices import PriceTables, read_prices
from pipeline.prices.draft import DRAFT_COLUMNS
from pipeline.raw import SUFFIX, sha256
from pipeline.settings import SQL, Settings

ACCESSED = dt.date(2026, 11, 22)
HEADER = [c.name for c in DRAFT_COLUMNS]
GOOD = {
    "provider": "AWS",
    "accelerator": "H100",
    "accelerator_variant": "SXM",
    "accelerator_count": "8",
    "instance_type": "p5.48xlarge",
    "region": "us-east-1",
    "purchase_model": "on_demand",
    "price_basis": "instance",
    "price_usd_per_hour": "55.04",
    "price_usd_per_accelerator_hour": "6.88",
    "observed_on": "2025-06-05",
    "date_basis": "api_snapshot",
    "source_tier": "api",
    "source": "somewhere",
    "flags": "",
    "notes": "",
}
REFERENCE = {
    "reference/accelerators.csv": (
        "accelerator,vendor,kind,bf16_dense_tflops,bf16_dense_pcie_tflops,bf16_dense_nvl_tflops,memory_gb,board_power_w,"
        "available_from,note\n"
        "H100,NVIDIA,GPU,989,756,835,80,700,2022-10,\n"
        "V100,NVIDIA,GPU,125,,,,300,2017-06,\n"
    ),
    "reference/regions.csv": (
        "region,macro_region,country\n"
        "us-east-1,North America,US\nall,global,\nglobal,global,\neastus,North America,US\n"
    ),
    "reference/providers.csv": (
        "provider,provider_class,report_group,top_company,marketplace_instance_type,note\n"
        "AWS,hyperscaler,hyperscaler,AWS (Trainium),,\n"
        "Microsoft Azure,hyperscaler,hyperscaler,Microsoft Azure,,\n"
        "Lambda Labs,specialised,specialised,Lambda Labs,,\n"
        "RunPod,specialised,specialised,,community cloud,\n"
    ),
    "prices/non_hourly.csv": (
        "provider,product,kind,unit,price_usd,as_of,source,confidence,notes\n"
        "AWS,a service,not_public,contract,,2026-06,a page,secondary,\n"
    ),
}


def csv_bytes(rows: Sequence[Mapping[str, str]], header: Sequence[str] = HEADER) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def put(raw: Path, file: str, data: bytes, accessed: dt.date = ACCESSED) -> None:
    path = raw / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    sidecar = {
        "title": "t",
        "producer": "p",
        "source": "s",
        "published": None,
        "accessed": accessed,
        "licence": "l",
        "sha256": sha256(data),
    }
    path.with_name(path.name + SUFFIX).write_text(yaml.safe_dump(sidecar))


@pytest.fixture
def make_raw(tmp_path: Path) -> Callable[..., Path]:
    """A raw folder with the reference tables above and observations.csv of the given rows (each GOOD with changes)."""

    def make(*rows: Mapping[str, str], files: Mapping[str, bytes] | None = None) -> Path:
        raw = tmp_path / "raw"
        for file, text in REFERENCE.items():
            put(raw, file, text.encode())
        put(raw, "prices/observations.csv", csv_bytes([GOOD | dict(row) for row in rows]))
        for file, data in (files or {}).items():
            put(raw, file, data)
        return raw

    return make


@pytest.fixture(scope="session")
def real() -> PriceTables:
    """The project's own price rows as tables: not to be changed."""
    return read_prices(Settings().raw)


@pytest.fixture
def run_sql(tmp_path: Path) -> Callable[..., pl.DataFrame]:
    """Run sql/<file> over frames given by table name, through the project's own runner."""

    def run(
        file: str, frames: Mapping[str, pl.DataFrame], threads: int | None = None, **params: object
    ) -> pl.DataFrame:
        places = {}
        for name, frame in frames.items():
            places[name] = tmp_path / f"{name}.parquet"
            frame.write_parquet(places[name])
        return queries.run(queries.parse(SQL / file), places, params, threads=threads)

    return run
