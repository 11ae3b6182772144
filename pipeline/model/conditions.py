"""One dimension of one market: its members, and what its claims demand, as tests on arrays of draws.

Belongs here: the constraints of a dimension in array form, and whether draws meet them. Does not belong here: making
draws (sampling.py) or finding out why none can (feasibility.py).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.errors import ContractError
from pipeline.tables.words import MEMBERS_JOINED_BY

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_NO_BOUND = {"pace_between": math.inf}


@dataclass(frozen=True)
class Condition:
    """One constraint. `member` and `others` are places in the dimension from 0, `ahead` is years after the base year.

    `low` and `high` may be arrays, one value a draw (sensitivity.py).

    `others` completes the set for ranks (empty: all members) and sums of shares (empty: the member alone), and is the
    smaller member of a margin.
    """

    kind: str
    claim_id: str
    quote: str
    member: int
    others: tuple[int, ...]
    low: float | Floats
    high: float | Floats
    ahead: int

    @property
    def on_base_shares(self) -> bool:
        """Whether it binds the shares of the base year alone."""
        return self.kind in ("share_between", "largest", "margin_over") and self.ahead == 0

    @property
    def said(self) -> str:
        """The claim's id and words, for messages."""
        return f'{self.claim_id} ("{self.quote}")'


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
        """Ids and words of the claims behind the conditions, joined by ', '."""
        return ", ".join(c.said for c in self.conditions)

    def rivals(self, condition: Condition) -> list[int]:
        """The members that a rank compares its own with."""
        among = condition.others or range(self.size)
        return [m for m in among if m != condition.member]


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
            quote=row["quote"],
            member=place[row["member"]],
            others=tuple(place[m] for m in (row["other_member"] or "").split(MEMBERS_JOINED_BY) if m),
            low=0.0 if row["low"] is None else row["low"],
            high=_NO_BOUND.get(row["kind"], 1.0) if row["high"] is None else row["high"],
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
    among = list(condition.others) or slice(None)
    if condition.kind == "fastest":
        return _at_least(growths[:, condition.member], growths[:, among].max(axis=1))
    at = shares_ahead(shares, growths, condition.ahead)
    own = at[:, condition.member]
    if condition.kind == "largest":
        return _at_least(own, at[:, among].max(axis=1))
    if condition.kind == "margin_over":
        return _at_least(own, condition.low * at[:, condition.others[0]])
    if condition.kind == "share_between":
        whole = own + at[:, list(condition.others)].sum(axis=1)
        return _at_least(whole, condition.low) & _at_least(condition.high, whole)
    if condition.kind == "pace_between":
        base = shares[:, condition.member]
        paced = _at_least(own, condition.low**condition.ahead * base)
        if np.all(condition.high == math.inf):
            return paced
        return paced & _at_least(condition.high**condition.ahead * base, own)
    raise ValueError(f"no test for a constraint of kind {condition.kind}")


def meets_all(dimension: Dimension, shares: Floats, growths: Floats) -> Bools:
    """Which draws (rows) meet every condition of the dimension."""
    kept = np.ones(len(shares), dtype=np.bool_)
    for condition in dimension.conditions:
        kept &= meets(condition, shares, growths)
    return kept


def _at_least(one: Floats | float, other: Floats | float) -> Bools:
    enough: Bools = np.asarray(one >= other)
    return enough
