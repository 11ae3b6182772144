"""Where things are and how large they may grow: every knob of the pipeline in one frozen object.

Belongs here: folders, caps, draws, seed, thresholds of checks. Does not belong here: anything that moves a published
number by judgement (that is an assumption, in data/raw/assumptions.yaml, with its range and its reason).
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from pipeline.errors import PipelineError

ROOT = Path(__file__).resolve().parent.parent
SQL = ROOT / "sql"

_LOCATIONS = {"raw", "processed"}


@dataclass(frozen=True)
class PriceLimits:
    """Bounds on one price row. They catch wrong units and placeholders, not unusual prices."""

    min_usd_per_accelerator_hour: float = 0.01
    """A tenth of the cheapest spot price seen of any tracked accelerator; below lie per-second prices and rounding."""
    max_usd_per_accelerator_hour: float = 50.0
    """Above every list price of one accelerator, dear regions included; an eight-fold instance price mostly is not."""
    max_accelerator_count: float = 100_000.0
    """Above the largest slice or cluster on any list."""
    product_tolerance: float = 1e-3
    """Relative gap allowed between the hourly price and count x price per accelerator: published prices are rounded."""
    same_price_tolerance: float = 1e-3
    """Relative gap below which two sources state the same price."""
    least_of_regional_median: float = 0.6
    """A list price below this share of the same machine's median over regions is another product: the cheapest region
    of a real list lies at 0.75 of it or more, commitments filed as list prices at 0.3 to 0.5."""
    least_of_next_region: float = 0.6
    """Google's regional prices of one accelerator rise in steps of less than 1.3; one below this share of the next is a
    commitment's."""
    mislabel_days: int = 31
    """How far apart in days a price may equal one of another purchase model before it may be a coincidence."""
    most_of_list_as_spot: float = 0.6
    """A spot price below this share of its own list price, met again as somebody's list price, is still a spot price;
    one nearer to the list price may be the list price of another size."""
    unit_switch_tolerance: float = 0.03
    """How near a ratio between two days must come to the accelerator count to be taken for a change of unit."""
    unit_switch_least_count: float = 4.0
    """A price that doubles or halves may be a price change; one that moves fourfold or more exactly by count is not."""
    unit_switch_share: float = 0.05
    """Share of a catalogue's offers that may seem to change their unit overnight before the whole file is refused."""
    least_of_last_rows: float = 0.5
    """A downloaded catalogue with fewer than this share of the last good day's rows is refused."""
    index_gap_errors: float = 4.0
    """How many of their own standard errors, added up, the two price indices of one accelerator may differ by: the
    normal quantile that 800 pairs of values without a fault stay below in 19 runs of 20 (Bonferroni)."""


@dataclass(frozen=True)
class FetchLimits:
    """How long and how often to try for a price catalogue. None of it moves a number, so none of it is hashed."""

    timeout_seconds: float = 30.0
    """Longest silence of a server."""
    total_seconds: float = 180.0
    """Longest download of one file."""
    attempts: int = 4
    first_pause_seconds: float = 1.0
    max_bytes: int = 256 * 2**20


@dataclass(frozen=True)
class Settings:
    """One run's settings. Everything but the two folders enters the release id (see `hashed`)."""

    raw: Path = field(default_factory=lambda: ROOT / "data" / "raw")
    processed: Path = field(default_factory=lambda: ROOT / "data" / "processed")
    draws: int = 8192
    """Joint samples a market and dimension gets; a power of two, as scrambled Sobol points want."""
    seed: int = 20260101
    cross_draws: int = 2048
    """Draws that the ranges of the segment x region cells are taken over; their means need none."""
    sensitivity_points: int = 256
    """Rows of the design behind the sensitivity indices; a power of two. Their errors are in the table."""
    max_points: int = 2**20
    """Points tried before a market's claims are called too rare to sample."""
    batch_values: int = 4_000_000
    """Draw values (markets x members x years x draws) one SQL batch may hold in memory, for each scenario."""
    batch_markets: int = 250
    """Markets one SQL batch may hold in memory where no draws are read."""
    stale_days: int = 180
    prices: PriceLimits = PriceLimits()
    report_max_bytes: int = 10 * 2**20
    report_max_seconds: float = 20.0
    release_min_row_ratio: float = 0.5
    """A published table may not shrink below this share of its rows in the previous release."""

    def __post_init__(self) -> None:
        if self.draws < 2 or self.draws & (self.draws - 1):
            raise PipelineError(f"settings: draws must be a power of two, at least 2; got {self.draws}")

    @classmethod
    def from_env(cls, raw: Path | str | None = None, processed: Path | str | None = None) -> Settings:
        """Folders from the arguments, else PIPELINE_RAW and PIPELINE_PROCESSED, else data/ of this checkout."""
        settings = cls()
        for name, given in (("raw", raw), ("processed", processed)):
            value = given or os.environ.get(f"PIPELINE_{name.upper()}")
            if value:
                folder = Path(value).expanduser().resolve()
                settings = replace(settings, raw=folder) if name == "raw" else replace(settings, processed=folder)
        draws = os.environ.get("PIPELINE_DRAWS")
        if draws is None:
            return settings
        if not draws.isdecimal():
            raise PipelineError(f"PIPELINE_DRAWS must be a whole number, a power of two; got {draws!r}")
        return replace(settings, draws=int(draws))

    def hashed(self) -> dict[str, object]:
        """The settings that can move a published number, in a stable order, for the release id and manifest."""
        flat = asdict(self)
        flat |= flat.pop("prices")
        return {k: v for k, v in sorted(flat.items()) if k not in _LOCATIONS}
