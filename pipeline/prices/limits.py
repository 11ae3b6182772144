"""The thresholds that decide whether a price row can be true, all in one place.

Belongs here: numbers that refuse or merge rows. Does not belong here: numbers that move a price (there are none).
"""

from __future__ import annotations

from dataclasses import dataclass


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
