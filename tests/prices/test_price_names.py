"""Accelerator names: the spellings catalogues use, and the ones that look alike and are not."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.prices.names import Named, board_of_machine, read_name


@pytest.mark.parametrize(
    ("name", "accelerator", "board"),
    [
        ("A100-80GB", "A100-80GB", None),
        ("A100_SXM_80GB", "A100-80GB", "SXM"),
        ("A100 (80 GB)", "A100-80GB", None),
        ("A100 SXM4 80 GB", "A100-80GB", "SXM"),
        ("A100_NVLINK_80GB", "A100-80GB", "SXM"),
        ("Nvidia A100 40GB PCIe", "A100-40GB", "PCIe"),
        ("H100", "H100", None),
        ("H100-SXM", "H100", "SXM"),
        ("NVIDIA H100 80GB HBM3", "H100", None),
        ("H100-MEGA", "H100", "SXM-mega"),
        ("H100-NVL", "H100", "NVL"),
        ("H100NVL", "H100", "NVL"),
        ("H100_NVLINK_80GB", "H100", "SXM"),
        ("h100 pcie", "H100", "PCIe"),
        ("H200", "H200", None),
        ("B200", "B200", None),
        ("GB200", "GB200", None),
        ("NVIDIA GB200 NVL72", "GB200", None),
        ("L40S", "L40S", None),
        ("A10G", "A10G", None),
        ("V100", "V100", None),
        ("Tesla V100-SXM2-16GB", "V100-16GB", "SXM"),
        ("V100-32GB", "V100-32GB", None),
        ("AMD Instinct MI300X", "MI300X", None),
        ("Trainium", "Trainium", None),
        ("Trainium2", "Trainium2", None),
    ],
)
def test_spellings(name: str, accelerator: str, board: str | None) -> None:
    assert read_name(name) == Named(accelerator, board)


@pytest.mark.parametrize(
    "name", ["GH200", "L40", "A10", "V100S", "H20", "RTX6000", "RTX-A6000", "T4", "NVIDIA GB300", "P4"]
)
def test_look_alikes_are_known_and_not_tracked(name: str) -> None:
    assert read_name(name) == Named(None)


@pytest.mark.parametrize(
    "name",
    ["", "H1000", "XH100", "H100 Ultra", "A100-64GB", "A100", "tpu-v5p-7", "tpu-v9-8", "8xH100", "ct5lp-hightpu-0t"],
)
def test_what_is_not_known_is_not_guessed(name: str) -> None:
    assert read_name(name) is None


@pytest.mark.parametrize(
    ("memory", "plain", "accelerator"),
    [
        (80.0, None, "A100-80GB"),
        (40.0, None, "A100-40GB"),
        (None, "A100-40GB", "A100-40GB"),
        (63.9, "A100-40GB", "A100-40GB"),
    ],
)
def test_a_plain_a100_takes_its_memory_or_what_the_catalogue_means(
    memory: float | None, plain: str | None, accelerator: str
) -> None:
    assert read_name("A100", memory, plain_a100=plain) == Named(accelerator)


def test_a_plain_v100_takes_its_memory_or_stays_plain() -> None:
    assert [read_name("V100", m) for m in (16.0, 32.0, None)] == [Named("V100-16GB"), Named("V100-32GB"), Named("V100")]


@pytest.mark.parametrize(
    ("name", "accelerator", "chips"),
    [
        ("tpu-v2-8", "TPU-v2", 4),
        ("tpu-v3-2048", "TPU-v3", 1024),
        ("tpu-v4-8", "TPU-v4", 4),
        ("tpu-v5p-8", "TPU-v5p", 4),
        ("tpu-v5litepod-8", "TPU-v5e", 8),
        ("v5litepod-1", "TPU-v5e", 1),
        ("v6e-256", "TPU-v6e", 256),
        ("TPU v5e", "TPU-v5e", 1),
        ("ct5lp", "TPU-v5e", 1),
        ("ct5lp-hightpu-4t", "TPU-v5e", 4),
        ("ct6e-standard-8t", "TPU-v6e", 8),
        ("ct5p-hightpu-4t", "TPU-v5p", 4),
    ],
)
def test_slices_count_cores_or_chips_by_generation(name: str, accelerator: str, chips: int) -> None:
    assert read_name(name) == Named(accelerator, None, chips)


@given(st.text(max_size=300))
def test_any_text_is_a_name_or_none(name: str) -> None:
    found = read_name(name)
    assert found is None or isinstance(found, Named)


@pytest.mark.parametrize(
    ("provider", "machine", "board"),
    [
        ("Microsoft Azure", "Standard_NC40ads_H100_v5", "NVL"),
        ("Microsoft Azure", "Standard_NCC40ads_H100_v5", "NVL"),
        ("Microsoft Azure", "Standard_NC80adis_H100_v5", "NVL"),
        ("Microsoft Azure", "Standard_ND96isr_H100_v5", "SXM"),
        ("Microsoft Azure", "Standard_ND96asr_v4", "SXM"),
        ("Microsoft Azure", "Standard_NC24ads_A100_v4", "PCIe"),
        ("Microsoft Azure", "Standard_NC24rs_v3", "PCIe"),
        ("AWS", "p5.48xlarge", "SXM"),
        ("Google Cloud", "a3-megagpu-8g", "SXM-mega"),
        ("Google Cloud", "a3-highgpu-8g", "SXM"),
        ("Lambda Labs", "gpu_1x_h100_pcie", "PCIe"),
        ("Lambda Labs", "gpu_8x_h100_sxm5", "SXM"),
        ("Lambda Labs", "p5.48xlarge", None),
        ("AWS", "g5.xlarge", None),
    ],
)
def test_the_machine_says_the_board(provider: str, machine: str, board: str | None) -> None:
    frame = pl.DataFrame({"provider": [provider], "instance_type": [machine]})
    assert frame.select(board_of_machine()).item() == board
