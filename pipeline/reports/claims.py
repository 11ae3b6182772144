"""What a report can claim: the vocabulary of metrics and the claim itself.

Belongs here: the shape of a claim and its id. Does not belong here: how claims are found (grammar/, extract.py).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Literal

Comparator = Literal["=", ">=", "<=", "between", "is"]


class Metric(StrEnum):
    """What a claim is about. Claims of rank (largest, fastest, ...) have comparator "is" and no value."""

    MARKET_VALUE = "market_value"
    MARKET_CAGR = "market_cagr"
    SHARE = "share"
    JOINT_SHARE = "joint_share"
    MEMBER_VALUE = "member_value"
    MEMBER_CAGR = "member_cagr"
    LARGEST = "largest"
    FASTEST = "fastest"
    MARGIN_OVER = "margin_over"
    ORDERED = "ordered"
    SEGMENTATION = "segmentation"
    COMPANY = "company"
    RUN_COST = "run_cost"
    CAPITAL_RAISED = "capital_raised"
    COMPUTE_REDUCTION = "compute_reduction"
    COST_REDUCTION = "cost_reduction"
    PRICE_COMPARISON = "price_comparison"
    INVESTMENT = "investment"
    MODEL_DATE = "model_date"
    BASE_YEAR = "base_year"
    FORECAST_PERIOD = "forecast_period"


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a report, with its place: document.text[char_start:char_end] == quote.

    `value_low` and `value_high` are the figure as printed, in `unit` (usd_bn and the like for money, pct, ratio,
    year); neither hedge nor rounding widens them. `decimals` is how many digits after the decimal point the figure
    was printed with, counted in `unit`: "500 million" is 0.5 usd_bn with 3; it is negative for "1.2 trillion" (-2).
    A joint share is that of `member` and `other_member` together.
    `inferred` says that part of it follows from the lists of the report rather than from its sentence.
    """

    metric: Metric
    section: str
    quote: str
    char_start: int
    char_end: int
    comparator: Comparator = "is"
    value_low: float | None = None
    value_high: float | None = None
    decimals: int | None = None
    unit: str | None = None
    year_from: int | None = None
    year_to: int | None = None
    hedge: str | None = None
    dimension: str | None = None
    kind: Literal["segment", "region"] | None = None
    member: str | None = None
    other_member: str | None = None
    faq: bool = False
    inferred: bool = False
    claim_id: str = ""

    @property
    def statement(self) -> tuple[object, ...]:
        """What is claimed, without where, when and how surely."""
        return (
            self.metric, self.dimension, self.member, self.other_member,
            self.comparator, self.value_low, self.value_high, self.unit,
        )  # fmt: skip


def merge(claims: Iterable[Claim]) -> list[Claim]:
    """Claims without repetitions, in document order. Section text outranks the FAQ; a dated statement outranks its
    undated repetition.
    """
    kept: dict[tuple[object, ...], list[Claim]] = {}
    for claim in sorted(claims, key=lambda c: (c.faq, c.char_start, c.char_end)):
        alike = kept.setdefault(claim.statement, [])
        same = next((i for i, k in enumerate(alike) if _agree(k, claim)), None)
        if same is None:
            alike.append(claim)
        elif _dates(claim) > _dates(alike[same]) and claim.faq == alike[same].faq:
            alike[same] = claim
    flat = [claim for alike in kept.values() for claim in alike]
    return _with_ids(sorted(flat, key=lambda c: (c.char_start, c.char_end, c.metric)))


def _agree(one: Claim, other: Claim) -> bool:
    pairs = ((one.year_from, other.year_from), (one.year_to, other.year_to))
    return all(a is None or b is None or a == b for a, b in pairs)


def _dates(claim: Claim) -> int:
    return (claim.year_from is not None) + (claim.year_to is not None)


def _with_ids(claims: list[Claim]) -> list[Claim]:
    seen: Counter[str] = Counter()
    named = []
    for claim in claims:
        stem = _stem(claim)
        seen[stem] += 1
        named.append(replace(claim, claim_id=stem if seen[stem] == 1 else f"{stem}.{seen[stem]}"))
    return named


def _stem(claim: Claim) -> str:
    """For instance region_share.north_america.2025, market_value.2034, segmentation.training_scale."""
    head = claim.metric.value if claim.kind is None else f"{claim.kind}_{claim.metric.value}"
    subject = claim.dimension if claim.metric is Metric.SEGMENTATION else claim.member
    parts = [head.replace("segment_segmentation", "segmentation").replace("region_segmentation", "segmentation")]
    parts += [slug(subject)] if subject else []
    parts += [str(y) for y in dict.fromkeys((claim.year_from, claim.year_to)) if y is not None]
    return ".".join(parts)


def slug(name: str) -> str:
    """Lower case words joined by underscores."""
    return re.sub(r"\W+", "_", name.casefold()).strip("_")
