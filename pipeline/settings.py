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
class Settings:
    """One run's settings. Everything but the two folders enters the release id (see `hashed`)."""

    raw: Path = field(default_factory=lambda: ROOT / "data" / "raw")
    processed: Path = field(default_factory=lambda: ROOT / "data" / "processed")
    draws: int = 8192
    """Joint samples a market and dimension gets; a power of two, as scrambled Sobol points want."""
    seed: int = 20260101
    cross_draws: int = 2048
    """Draws that the ranges of the segment x region cells are taken over; their means need none."""
    max_points: int = 2**20
    """Points tried before a market's claims are called too rare to sample."""
    batch_values: int = 30_000_000
    """Draw values (markets x members x years x draws) one SQL batch may hold in memory."""
    stale_days: int = 180
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
        return {k: v for k, v in sorted(asdict(self).items()) if k not in _LOCATIONS}
