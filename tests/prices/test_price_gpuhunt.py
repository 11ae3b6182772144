"""gpuhunt catalogues: one row a price, spot as a row."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
from catalogues import sidecar
from conftest import put

from pipeline.errors import RawDataError
from pipeline.prices import read_prices
from pipeline.prices.readers import gpuhunt
from pipeline.rows.rejects import Reject
from pipeline.settings import Settings

HEADER = (
    "instance_name,location,price,cpu,memory,gpu_count,gpu_name,gpu_memory,spot,disk_size,gpu_vendor,flags,cpu_arch,"
    "provider_data"
)


def row(name: str = "H100", memory: str = "80", spot: str = "False", price: str = "55.04", count: str = "8") -> str:
    return (
        f'p5.48xlarge,us-east-1,{price},192,2048.0,{count},{name},{memory},{spot},,nvidia,,x86,"{{""a"": 1, ""b"": 2}}"'
    )


def data(*rows: str) -> bytes:
    return "\n".join([HEADER, *rows]).encode()


def rows(*changes: dict[str, str]) -> bytes:
    """A catalogue of eight H100 at 16 USD, each row with its changes."""
    base = {
        "instance_name": "m", "location": "us-east-1", "price": "16", "gpu_count": "8", "gpu_name": "H100",
        "gpu_memory": "80.0", "spot": "False",
    }  # fmt: skip
    out = io.StringIO()
    writer = csv.DictWriter(out, HEADER.split(","), lineterminator="\n")
    writer.writeheader()
    writer.writerows(base | c for c in changes)
    return out.getvalue().encode()


def read(name: str, *changes: dict[str, str]) -> pl.DataFrame:
    return gpuhunt.read(rows(*changes), f"{name}.csv", sidecar()).frame


def test_spot_is_a_row_and_memory_decides_the_a100() -> None:
    draft = gpuhunt.read(
        data(row(), row(spot="True", price="20"), row("A100", "40.0"), row("A100", "80.0")), "aws.csv", sidecar()
    )
    rows = draft.frame.select("purchase_model", "accelerator", "price_usd_per_accelerator_hour", "region").rows()
    assert rows == [
        ("on_demand", "H100", 6.88, "us-east-1"),
        ("spot", "H100", 2.5, "us-east-1"),
        ("on_demand", "A100-40GB", 6.88, "us-east-1"),
        ("on_demand", "A100-80GB", 6.88, "us-east-1"),
    ]


def test_rows_about_something_else_are_counted_and_unclear_ones_refused() -> None:
    rows = (row(""), row("T4"), row("A100", ""), row(spot="maybe"), row(price="-"), row("H100X"))
    draft = gpuhunt.read(data(*rows), "aws.csv", sidecar())
    assert (draft.read, draft.frame.height, draft.out_of_scope) == (6, 0, 2)
    assert sorted((number, code) for number, code, _ in draft.refused) == [
        (3, Reject.UNKNOWN_ACCELERATOR), (4, Reject.UNKNOWN_VALUE), (5, Reject.NOT_A_NUMBER),
        (6, Reject.UNKNOWN_ACCELERATOR),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "body", "says"),
    [("cloudrift", row(), "unknown provider"), ("daytona", row(), "unknown provider"), ("aws", "", "no rows")],
)
def test_what_is_no_catalogue_is_an_error(name: str, body: str, says: str) -> None:
    with pytest.raises(RawDataError, match=says):
        gpuhunt.read(data(body), f"{name}.csv", sidecar())


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(RawDataError, match="lacks spot"):
        gpuhunt.read(data(row()).replace(b"spot", b"preemptible", 1), "aws.csv", sidecar())


def test_googles_zones_are_regions_and_its_slices_chips() -> None:
    frame = read(
        "gcp", {"location": "us-central1-a"}, {"location": "us-central1-b", "gpu_name": "v5litepod-8", "gpu_count": "1"}
    )
    assert frame.select("region", "accelerator", "accelerator_count").rows() == [
        ("us-central1", "H100", 8.0), ("us-central1", "TPU-v5e", 8.0),
    ]  # fmt: skip


@pytest.mark.parametrize("name", ["lambdalabs", "oci", "verda"])
def test_one_list_for_all_places_is_a_price_everywhere(name: str) -> None:
    places = ({"location": "a"}, {"location": "b"}, {"location": "a", "instance_name": "n", "price": "20"})
    assert set(read(name, *places)["flags"]) == {"region_cross_join"}
    assert set(read(name, *places, {"location": "c", "price": "17"})["flags"]) == {""}
    assert set(read("aws", *places)["flags"]) == {""}


def test_runpod_tells_secure_community_and_cluster_apart_and_says_the_board() -> None:
    frame = read(
        "runpod",
        {"instance_name": "NVIDIA H100 80GB HBM3", "location": "US-TX-3"},
        {"instance_name": "NVIDIA H100 80GB HBM3", "location": "EU-RO-1"},
        {"instance_name": "NVIDIA H100 PCIe", "location": "FR", "price": "12"},
        {"instance_name": "NVIDIA H100 NVL", "location": "US-TX-3", "flags": "runpod-cluster", "price": "30"},
        {"instance_name": "NVIDIA GeForce RTX 4090", "gpu_name": "RTX4090", "location": "US-TX-3", "price": "3"},
    )
    assert frame.select("instance_type", "accelerator_variant", "region").rows() == [
        ("secure cloud", "SXM", "US"), ("secure cloud", "SXM", "RO"), ("community cloud", "PCIe", "FR"),
        ("cluster", "NVL", "US"),
    ]  # fmt: skip
    assert set(frame["flags"]) == {"region_cross_join"}


def test_markets_print_a_country_first() -> None:
    frame = read("vastai", {"location": "us-california"}, {"location": "bg"}, {"location": ""}, {"location": "earth"})
    assert frame["region"].to_list() == ["US", "BG", None, "earth"]


def test_a_spot_row_above_its_list_row_takes_both_down(make_raw: Callable[..., Path]) -> None:
    raw = make_raw({"observed_on": "2025-06-05"})
    file = f"prices/gpuhunt/{dt.date(2026, 8, 3)}/aws.csv"
    dear = {"spot": "True", "price": "17"}
    put(raw, file, rows({}, dear, {"location": "eastus"}, dear | {"location": "eastus", "price": "15"}))
    found = read_prices(raw)
    rejects = found.price_rejects.filter(source_file=file).sort("source_row")
    assert rejects.select("source_row", "reason").rows() == [
        (1, Reject.SPOT_ABOVE_ON_DEMAND), (2, Reject.SPOT_ABOVE_ON_DEMAND),
    ]  # fmt: skip
    assert found.price_observations.filter(source_file=file).height == 2


def test_every_provider_we_read_is_known_to_the_reference_tables() -> None:
    known = pl.read_csv(Settings().raw / "reference/providers.csv")["provider"]
    assert set(gpuhunt.PROVIDERS.values()) <= set(known)


def test_a_pod_without_a_name_of_its_own_has_no_board() -> None:
    frame = read("runpod", {"instance_name": "", "location": "FR"})
    assert frame.select("accelerator", "accelerator_variant").rows() == [("H100", None)]
