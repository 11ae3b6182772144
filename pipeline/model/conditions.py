"""One dimension of one market: its members, and what its claims demand, as tests on arrays of draws.

Belongs here: the constraints of a dimension in array form, and whether draws meet them. Does not belong here: making
draws (sampling.py) or finding out why none can (feasibility.py).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ContractError

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True)
class Condition:
    """One constraint. `member` and `other` are places in the dimension from 0, `ahead` is years after the base year."""

    kind: str
    claim_id: str
    member: int
    other: int | None
    low: float
    high: float
    ahead: int

    @property
    def on_base_shares(self) -> bool:
        """Whether it binds the shares of the base year alone."""
        return self.kind != "fastest" and self.ahead == 0


@dataclass(frozen=True)
class Dimension:
    """Members of one dimension in printed order, and every condition on them."""

    market: str
    name: str
    kind: str
    members: tuple[str, ...]
    conditions: tuple[Condition, ...]

    @property
    def size(self) -> int:
        """Number of members."""
        return len(self.members)

    @property
    def claims(self) -> str:
        """Ids of the claims behind the conditions, joined by ', '."""
        return ", ".join(c.claim_id for c in self.conditions)


def dimension_of(market: str, base_year: int, segments: list[dict[str, Any]], rows: list[dict[str, Any]]) -> Dimension:
    """A dimension from its rows of `segments` (in position order) and of `constraints`.

    Raises ContractError when positions are not 1, 2, 3, ...: lists of shares are by position.
    """
    if [s["position"] for s in segments] != list(range(1, len(segments) + 1)):
        raise ContractError(f"segments: {market}, {segments[0]['dimension']}: positions must be 1, 2, 3, ...")
    members = tuple(s["member"] for s in segments)
    place = {member: i for i, member in enumerate(members)}
    conditions = tuple(
        Condition(
            kind=row["kind"],
            claim_id=row["claim_id"],
            member=place[row["member"]],
            other=None if row["other_member"] is None else place[row["other_member"]],
            low=0.0 if row["low"] is None else row["low"],
            high=1.0 if row["high"] is None else row["high"],
            ahead=0 if row["year"] is None else row["year"] - base_year,
        )
        for row in rows
    )
    return Dimension(market, segments[0]["dimension"], segments[0]["dimension_kind"], members, conditions)


def shares_ahead(shares: Floats, growths: Floats, ahead: int) -> Floats:
    """Shares so many years after the base year: rows are draws, columns members; each row adds up to 1."""
    if ahead == 0:
        return shares
    weights = shares * np.exp(growths * ahead)
    ahead_shares: Floats = weights / weights.sum(axis=1, keepdims=True)
    return ahead_shares


def meets(condition: Condition, shares: Floats, growths: Floats) -> Bools:
    """Which draws (rows) meet a condition."""
    if condition.kind == "fastest":
        return _leads(growths, condition.member)
    at = shares_ahead(shares, growths, condition.ahead)
    own = at[:, condition.member]
    if condition.kind == "largest":
        return _leads(at, condition.member)
    if condition.kind == "margin_over" and condition.other is not None:
        ahead_of_other: Bools = own >= condition.low * at[:, condition.other]
        return ahead_of_other
    if condition.kind == "share_between":
        between: Bools = (own >= condition.low) & (own <= condition.high)
        return between
    raise ValueError(f"no test for a constraint of kind {condition.kind}")


def meets_all(dimension: Dimension, shares: Floats, growths: Floats) -> Bools:
    """Which draws (rows) meet every condition of the dimension."""
    kept = np.ones(len(shares), dtype=np.bool_)
    for condition in dimension.conditions:
        kept &= meets(condition, shares, growths)
    return kept


def _leads(values: Floats, member: int) -> Bools:
    leads: Bools = values[:, member] >= values.max(axis=1)
    return leads
