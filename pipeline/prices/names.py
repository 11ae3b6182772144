"""What catalogues call accelerators and machines -> canonical accelerator, board and number of chips.

Belongs here: reading names. Does not belong here: prices, or which accelerators are tracked facts about
(data/raw/reference/accelerators.csv).

A name is read as a whole, word by word: the longest family that starts it, then words that are known to follow. A word
that is not known makes the name unknown, so GH200 never becomes H200, L40S never L40, and a new board is noticed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Named:
    """What a name means. `accelerator` is None for accelerators that are known and not tracked; `chips` is the number
    of chips of a TPU slice, None for everything else."""

    accelerator: str | None
    board: str | None = None
    chips: int | None = None


_TRACKED = {
    "A10G": "A10G", "A100": "A100", "V100": "V100", "L40S": "L40S", "H100": "H100", "H200": "H200", "B200": "B200",
    "GB200": "GB200", "MI300X": "MI300X", "TRAINIUM2": "Trainium2", "TRN2": "Trainium2", "TRAINIUM": "Trainium",
    "TRN1": "Trainium",
}  # fmt: skip
_UNTRACKED = (
    *("A2", "A10", "A16", "A30", "A40", "A4000", "A4500", "A5000", "A6000", "A800", "B300", "GB300", "GH200", "H20"),
    *("H800", "K80", "L4", "L40", "M4", "M60", "MI25", "MI50", "MI100", "MI210", "MI250", "MI250X", "MI308X"),
    *("MI325X", "MI355X", "P4", "P40", "P100", "T4", "T4G", "V100S", "V520", "INFERENTIA", "INFERENTIA2"),
    *("GAUDI", "GAUDI2", "GAUDI3", "TRAINIUM3", "TRN3"),
)
_UNTRACKED_SERIES = re.compile(r"(RTX|GTX|QUADRO|TITAN|RADEON|RTXPRO)[A-Z0-9-]*")
_BOARDS = {"NVL": "NVL", "NVLINK": "SXM", "MEGA": "SXM-mega", "PCIE": "PCIe", "HGX": "SXM"}
_NOISE = re.compile(r"(HBM\d?E?|GPU|TENSOR|CORE|GB|\d+X?|NVL\d+)")
_VENDOR = re.compile(r"^(NVIDIA|AMD|AWS|GOOGLE|INTEL|TESLA|INSTINCT)-")
_TPU = re.compile(r"(?:TPU-)?V(2|3|4|5LITEPOD|5E|5P|6E)(?:-(\d{1,5}))?")
_TPU_MACHINE = re.compile(r"CT(3|4P|5LP|5P|6E)(?:-(?:HIGHTPU|STANDARD)-([1-9]\d{0,4})T)?")
_GENERATION = {"3": "3", "4P": "4", "5LP": "5e", "5P": "5p", "6E": "6e"}
"""Google's machines with TPUs, whose names count chips: ct5lp-hightpu-4t has four of v5e."""
_FAMILY = re.compile("|".join(sorted((*_TRACKED, *_UNTRACKED), key=len, reverse=True)))
_CORES_PER_CHIP = {"2": 2, "3": 2, "4": 2, "5P": 2, "5LITEPOD": 1, "5E": 1, "6E": 1}
"""Names of TPU slices count TensorCores up to v5p and chips since v5e (and v6e)."""
_LONGEST = 80


def read_name(name: str, memory_gb: float | None = None, *, plain_a100: str | None = None) -> Named | None:
    """What a catalogue's accelerator name means; None when it is not known.

    A100 and V100 come with two sizes of memory: the name decides, else `memory_gb` where it is one of the two. An A100
    of which neither says is `plain_a100` (what the catalogue means by it), a V100 stays V100.
    """
    text = re.sub(r"[\s_()/-]+", "-", name[:_LONGEST].upper()).strip("-")
    while _VENDOR.match(text):
        text = _VENDOR.sub("", text)
    if tpu := _TPU.fullmatch(text):
        return _slice(*tpu.groups())
    if host := _TPU_MACHINE.fullmatch(text):
        return Named(f"TPU-v{_GENERATION[host[1]]}", None, int(host[2] or 1))
    if _UNTRACKED_SERIES.fullmatch(text):
        return Named(None)
    family = _FAMILY.match(text)
    if not family:
        return None
    words = _words(text[family.end() :])
    if words is None:
        return None
    if family[0] in _UNTRACKED:
        return Named(None)
    board = next((b for w in words if (b := _board(w))), None)
    accelerator: str | None = _TRACKED[family[0]]
    if accelerator in ("A100", "V100"):
        stated = next((float(w) for w in (w.removesuffix("GB") for w in words) if w.isdecimal()), memory_gb)
        accelerator = _sized(accelerator, stated, plain_a100)
    return Named(accelerator, board) if accelerator else None


def _slice(generation: str, size: str | None) -> Named | None:
    per_chip = _CORES_PER_CHIP[generation]
    chips = 1 if size is None else int(size) // per_chip
    if size is not None and (chips < 1 or int(size) % per_chip):
        return None
    return Named(f"TPU-v{generation.lower().replace('litepod', 'e')}", None, chips)


def _words(rest: str) -> list[str] | None:
    """The words after the family, or None when one of them is not known. A board may be glued on: H100NVL."""
    glued = re.match(r"(NVLINK|NVL|SXM\d?|PCIE)(?=-|$)", rest)
    words = [w for w in rest.split("-") if w]
    if rest and rest[0] != "-" and not glued:
        return None
    known = all(_board(w) or _NOISE.fullmatch(w.removesuffix("GB") or "GB") for w in words)
    return words if known else None


def _board(word: str) -> str | None:
    return "SXM" if re.fullmatch(r"SXM\d?", word) else _BOARDS.get(word)


def _sized(family: str, memory_gb: float | None, plain_a100: str | None) -> str | None:
    sizes = (40, 80) if family == "A100" else (16, 32)
    size = next((s for s in sizes if memory_gb is not None and abs(memory_gb - s) < 1), None)
    if size:
        return f"{family}-{size}GB"
    return plain_a100 if family == "A100" else family


BOARD_OF_MACHINE: tuple[tuple[str, str, str], ...] = (
    ("Microsoft Azure", r"^Standard_NCC?\d+adi?s_H100_v5$", "NVL"),
    ("Microsoft Azure", r"^Standard_NC\d+ads_A100_v4$", "PCIe"),
    ("Microsoft Azure", r"^Standard_NC\d+r?s_v3$", "PCIe"),
    ("Microsoft Azure", r"^Standard_ND(\d+am?sr(_A100)?_v4|40rs_v2|96isr_H[12]00_v5)$", "SXM"),
    ("AWS", r"^p(3|3dn|4d|4de|5|5e|5en|6-b200)\.", "SXM"),
    ("Google Cloud", r"^a3-megagpu-8g", "SXM-mega"),
    ("Google Cloud", r"^a(2-(high|mega|ultra)gpu|3-(high|ultra|edge)gpu|4-highgpu)-", "SXM"),
    ("Lambda Labs", r"_pcie$|^gpu_[124]x_a100$", "PCIe"),
    ("Lambda Labs", r"_sxm\d$|^gpu_8x_(a100|v100)", "SXM"),
)
"""Provider, machine type, board: where the type says the board, it outranks what a catalogue files it under."""


def board_of_machine() -> pl.Expr:
    """Board that follows from provider and instance_type; null where the type does not say."""
    cases = [
        pl.when((pl.col("provider") == provider) & pl.col("instance_type").str.contains(pattern)).then(pl.lit(board))
        for provider, pattern, board in BOARD_OF_MACHINE
    ]
    return pl.coalesce(*cases)
