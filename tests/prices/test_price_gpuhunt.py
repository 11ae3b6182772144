"""gpuhunt catalogues: one row a price, spot as a row."""

from __future__ import annotations

import pytest
from catalogues import sidecar

from pipeline.errors import RawDataError
from pipeline.prices.readers import gpuhunt
from pipeline.rows.rejects import Reject

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


@pytest.mark.parametrize(("name", "body", "says"), [("cloudrift", row(), "unknown provider"), ("aws", "", "no rows")])
def test_what_is_no_catalogue_is_an_error(name: str, body: str, says: str) -> None:
    with pytest.raises(RawDataError, match=says):
        gpuhunt.read(data(body), f"{name}.csv", sidecar())


def test_a_column_that_is_missing_is_named() -> None:
    with pytest.raises(RawDataError, match="lacks spot"):
        gpuhunt.read(data(row()).replace(b"spot", b"preemptible", 1), "aws.csv", sidecar())
