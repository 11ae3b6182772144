"""What makes an offer, which rows are twins, and where a price holds."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.errors import RawDataError
from pipeline.prices import read_prices
from pipeline.rows.rejects import Reject

AZURE = {"provider": "Microsoft Azure", "region": "eastus"}


def test_the_same_price_from_two_sources_is_one_observation_of_the_better_one(make_raw: Callable[..., Path]) -> None:
    tables = read_prices(
        make_raw({"source_tier": "aggregator", "source": "a"}, {"source_tier": "api", "source": "z"}, {"source": "y"})
    )
    # y and z are both api; the rows merge into the first of them by source.
    assert tables.price_observations.select("source", "source_row").rows() == [("y", 3)]
    assert tables.price_file_counts.filter(source_file="prices/observations.csv").rows() == [
        ("prices/observations.csv", 3, 1, 0, 2, 0)
    ]


def test_prices_that_differ_by_rounding_only_are_twins(make_raw: Callable[..., Path]) -> None:
    tables = read_prices(make_raw({"source": "a"}, {"source": "b", "price_usd_per_accelerator_hour": "6.8801"}))
    assert tables.price_observations["price_usd_per_accelerator_hour"].to_list() == [6.88]
    assert tables.price_rejects.is_empty()


def test_two_prices_of_one_offer_and_day_in_one_tier_are_both_refused(make_raw: Callable[..., Path]) -> None:
    other = {"price_usd_per_hour": "64", "price_usd_per_accelerator_hour": "8"}
    tables = read_prices(make_raw({}, other, {}, {"observed_on": "2025-06-06"}))
    assert tables.price_observations["source_row"].to_list() == [4]
    assert tables.price_rejects.select("source_row", "reason").rows() == [
        (1, Reject.CONFLICTING_PRICE),
        (2, Reject.CONFLICTING_PRICE),
        (3, Reject.CONFLICTING_PRICE),
    ]
    assert all("6.88 to 8.0 over all rows" in d for d in tables.price_rejects["detail"])


def test_a_better_tier_outranks_a_worse_one_that_disagrees(make_raw: Callable[..., Path]) -> None:
    worse = {"price_usd_per_hour": "64", "price_usd_per_accelerator_hour": "8", "source_tier": "aggregator"}
    tables = read_prices(make_raw(worse, {}))
    assert tables.price_observations["price_usd_per_accelerator_hour"].to_list() == [6.88]
    assert tables.price_rejects.select("source_row", "reason").rows() == [(1, Reject.OUTRANKED_PRICE)]


@pytest.mark.parametrize(
    "change",
    [
        {"accelerator_count": "4", "price_usd_per_hour": "27.52"},
        {"instance_type": "p5.4xlarge"},
        {"instance_type": ""},
        {"region": "eastus"},
        {"region": ""},
        {"purchase_model": "spot"},
        {"price_basis": "gpu_component_only"},
        {"provider": "Lambda Labs"},
    ],
)
def test_what_makes_another_offer(make_raw: Callable[..., Path], change: dict[str, str]) -> None:
    tables = read_prices(make_raw({}, change))
    assert tables.price_observations["offer_id"].n_unique() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"price_basis": "per_accelerator"},
        {"accelerator_count": "8.0"},
        {"source": "elsewhere", "notes": "n", "date_basis": "commit_date"},
        {"flags": "hand_maintained"},
        {"price_usd_per_hour": ""},
    ],
)
def test_what_does_not(make_raw: Callable[..., Path], change: dict[str, str]) -> None:
    tables = read_prices(make_raw({}, change))
    assert tables.price_observations.height == 1


def test_ids_follow_from_the_offer_alone(make_raw: Callable[..., Path]) -> None:
    alone = read_prices(make_raw({})).price_observations
    among = read_prices(make_raw({"observed_on": "2024-01-01"}, {"purchase_model": "spot"}, {})).price_observations
    assert alone["observation_id"][0] in among["observation_id"].to_list()
    assert alone["observation_id"][0] == alone["offer_id"][0] + "-2025-06-05"


@pytest.mark.parametrize("board", ["PCIe", ""])
def test_another_board_is_another_offer_unless_the_machine_says_which_it_is(
    make_raw: Callable[..., Path], board: str
) -> None:
    boxes = read_prices(make_raw({"instance_type": "box"}, {"instance_type": "box", "accelerator_variant": board}))
    assert boxes.price_observations["offer_id"].n_unique() == 2
    known = read_prices(make_raw({}, {"accelerator_variant": board})).price_observations
    assert known["accelerator_variant"].to_list() == ["SXM"]


@pytest.mark.parametrize("meter", ["ND96isrH100v5", "ND96isr H100 v5", "ND96isr_H100_v5", "Standard_ND96isr_H100_v5"])
def test_azure_meters_of_one_machine_are_one_instance_type(make_raw: Callable[..., Path], meter: str) -> None:
    tables = read_prices(make_raw(AZURE | {"instance_type": meter}))
    assert tables.price_observations["instance_type"].to_list() == ["Standard_ND96isr_H100_v5"]


@pytest.mark.parametrize(
    ("printed", "meant"),
    [
        ("ND96asr_A100_v4", "Standard_ND96asr_v4"),
        ("NC6s v3", "Standard_NC6s_v3"),
        ("ND96isrMI300Xv5", "Standard_ND96isr_MI300X_v5"),
        ("something else", "something else"),
    ],
)
def test_other_azure_names(make_raw: Callable[..., Path], printed: str, meant: str) -> None:
    assert read_prices(make_raw(AZURE | {"instance_type": printed})).price_observations["instance_type"][0] == meant


def test_a_price_repeated_in_every_region_holds_everywhere_and_counts_once(make_raw: Callable[..., Path]) -> None:
    lambda_row = {"provider": "Lambda Labs", "instance_type": "gpu_8x_h100_sxm5"}
    tables = read_prices(
        make_raw(
            lambda_row | {"region": "us-east-1", "flags": "region_cross_join"},
            lambda_row | {"region": "eastus", "flags": "hand_maintained;region_cross_join"},
            lambda_row | {"region": "all"},
        )
    )
    assert tables.price_observations["macro_region"].to_list() == ["global"]
    assert tables.price_file_counts["rows_merged"].sum() == 2


def test_a_row_without_region_says_so(make_raw: Callable[..., Path]) -> None:
    row = read_prices(make_raw({"region": ""})).price_observations.row(0, named=True)
    assert (row["region"], row["macro_region"]) == (None, "unstated")


def test_resold_capacity_is_class_marketplace(make_raw: Callable[..., Path]) -> None:
    rows = [{"provider": "RunPod", "instance_type": kind} for kind in ("community cloud", "secure cloud", "")]
    tables = read_prices(make_raw(*rows))
    classes = dict(tables.price_observations.select("instance_type", "provider_class").iter_rows())
    assert classes == {"community cloud": "marketplace", "secure cloud": "specialised", None: "specialised"}


@pytest.mark.parametrize(
    ("file", "row", "says"),
    [
        ("reference/regions.csv", "mars-1,Mars,", "row 2 .line 3.: macro_region is Mars"),
        ("reference/regions.csv", "us-east-1,Europe,", "row 2 .line 3.: region stands in an earlier row: us-east-1"),
        ("reference/providers.csv", "X,huge,,,,", "provider_class is huge"),
        ("reference/accelerators.csv", "H100,NVIDIA,GPU,-1,,,80,700,2022-10,", "bf16_dense_tflops is -1.0"),
    ],
)
def test_a_bad_reference_row_is_an_error_naming_it(
    make_raw: Callable[..., Path], file: str, row: str, says: str
) -> None:
    header, first, *_ = make_reference(file)
    raw = make_raw({}, files={file: f"{header}\n{first}\n{row}\n".encode()})
    with pytest.raises(RawDataError, match=f"{file}: .*{says}"):
        read_prices(raw)


def test_a_bad_non_hourly_row_is_refused_like_any_price(make_raw: Callable[..., Path]) -> None:
    header, first, *_ = make_reference("prices/non_hourly.csv")
    rows = [first, first, "AWS,b,price,contract,-1,2026,p,secondary,", "AWS,c,price,contract,x,2026,p,secondary,"]
    tables = read_prices(make_raw({}, files={"prices/non_hourly.csv": "\n".join([header, *rows]).encode()}))
    assert tables.price_rejects.select("table_name", "source_row", "reason").rows() == [
        ("non_hourly_prices", 2, Reject.DUPLICATE_KEY),
        ("non_hourly_prices", 3, Reject.OUT_OF_RANGE),
        ("non_hourly_prices", 4, Reject.NOT_A_NUMBER),
    ]
    assert tables.price_file_counts.row(0) == ("prices/non_hourly.csv", 4, 1, 3, 0, 0)


def make_reference(file: str) -> list[str]:
    from conftest import REFERENCE

    return REFERENCE[file].splitlines()
