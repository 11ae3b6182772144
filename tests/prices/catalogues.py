"""Small catalogues to read in tests, and which reject code each trap of foreign catalogues has."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import polars as pl

from pipeline.prices.readers import skypilot
from pipeline.raw import Sidecar
from pipeline.rows.rejects import Reject

SHARED = Path(os.environ.get("PIPELINE_SHARED") or Path(__file__).parents[2].parent / "shared")
"""Where facts and published catalogues lie that are not ours to keep; tests that need them are skipped without."""
BY_TRAP = {
    "unknown provider": Reject.UNKNOWN_PROVIDER,
    "unknown region": Reject.UNKNOWN_REGION,
    "unknown currency": Reject.UNKNOWN_CURRENCY,
    "spot above on demand": Reject.SPOT_ABOVE_ON_DEMAND,
    "placeholder": Reject.PLACEHOLDER_PRICE,
    "commitment as list price": Reject.REGION_OUTLIER,
    "unit switch": Reject.UNIT_SWITCH,
    "commitment as spot": Reject.COMMITMENT_AS_SPOT,
    "commitment at list price": Reject.COMMITMENT_AT_LIST_PRICE,
    "from price": Reject.SPOT_AS_ON_DEMAND,
    "maximum below minimum": Reject.PRICE_OUTSIDE_BOUNDS,
    "another meter": Reject.OTHER_METER,
}
HEADER = "InstanceType,AcceleratorName,AcceleratorCount,vCPUs,MemoryGiB,Price,Region,GpuInfo,SpotPrice,AvailabilityZone"
DAY = dt.date(2026, 8, 1)


def sidecar(day: dt.date = DAY) -> Sidecar:
    return Sidecar("t", "p", "https://example.org/vms.csv", None, day, "l", "0")


def sky(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode() + b"\n"


def machine(
    name: str = "H100",
    count: str = "8",
    price: str = "40",
    spot: str = "",
    *,
    machine: str = "m8",
    region: str = "us-east-1",
    info: str = "",
    zone: str = "",
) -> str:
    quoted = f'"{info}"' if info else ""
    return f"{machine},{name},{count},96,1000,{price},{region},{quoted},{spot},{zone}"


def read(*rows: str, cloud: str = "aws") -> pl.DataFrame:
    """Draft rows of a SkyPilot catalogue of these rows."""
    return skypilot.read(sky(*rows), f"prices/skypilot/{DAY}/{cloud}.csv", sidecar()).frame
