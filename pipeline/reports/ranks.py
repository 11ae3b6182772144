"""What claims about regions and members add up to: who leads, who grows fastest, with which share.

Belongs here: choosing among claims about one dimension. Does not belong here: the market's own figures (headline.py),
finding claims.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from pipeline.reports.claims import Claim, Metric
from pipeline.reports.segmentation import Dimension

_FUTURE = re.compile(
    r"\b(?:will|expected|projected|anticipated|forecast|forecasted|likely|set|poised|predicted)\b", re.I
)
_LEAST_ALONE = 25.0
"""A share printed alone for a dimension without a list is its leader's from here on: vendors print the largest."""
_OLDEST = 3  # years before the base year; an older share is history
_AHEAD = 1  # years after it, the estimate's; a later share is a forecast
WHOLE_PCT = (97.0, 103.0)  # printed shares that add up to this much are all of them


def leaders(claims: Iterable[Claim], metric: Metric, year: int | None = None) -> set[str]:
    """The members claimed to lead. Of size, those that lead today: "is expected to dominate" is another claim, unless
    it is said of the base `year` or the one after.
    """
    found = [c for c in claims if c.metric is metric and c.member]
    if metric is Metric.LARGEST:
        soon = 0 if year is None else year + _AHEAD
        found = [c for c in found if not _is_to_come(c) or (c.year_from or soon + 1) <= soon]
    return {c.member for c in found if c.member}


def dated(claims: Iterable[Claim], forecast_year: int | None) -> Iterator[Claim]:
    """The claims, with the forecast's last year for what is expected to be largest at no stated time."""
    for claim in claims:
        undated = claim.metric is Metric.LARGEST and claim.year_from is None and _is_to_come(claim)
        yield replace(claim, year_from=forecast_year, year_to=forecast_year) if undated else claim


def _is_to_come(claim: Claim) -> bool:
    return _FUTURE.search(claim.quote) is not None


def only(names: Iterable[str]) -> str | None:
    """The one name, or None where there is none or they differ."""
    found = set(names)
    return found.pop() if len(found) == 1 else None


def shares(claims: Iterable[Claim], year: int | None, *, only_then: bool = False) -> dict[str, float]:
    """Share by member, in percent: the one of `year` where several years are printed (`only_then`: no other year's). A
    member whose share for a year is printed differently has none.
    """
    stated: dict[str, list[Claim]] = {}
    for claim in claims:
        present = year is None or claim.year_from is None or year - _OLDEST <= claim.year_from <= year + _AHEAD
        if claim.metric is Metric.SHARE and claim.member and claim.value_low is not None and present:
            stated.setdefault(claim.member, []).append(claim)
    found = {}
    for member, options in stated.items():
        now = [c for c in options if c.year_from in (year, None)] or ([] if only_then and year else options)
        if not now:
            continue
        dated = [c for c in now if c.year_from is not None] or now
        values = {c.value_low for c in now if c.year_from in (dated[0].year_from, None)}
        if len(values) == 1 and now[0].value_low == now[0].value_high and now[0].value_low is not None:
            found[member] = now[0].value_low
    return found


def largest_region(claims: Sequence[Claim], year: int | None) -> str | None:
    """The region claimed to be the largest; where none is and the shares are all printed, the one with the most."""
    named = leaders(claims, Metric.LARGEST, year)
    if named:
        return only(named)
    return _by_shares(shares(claims, year, only_then=True))


def _by_shares(printed: dict[str, float]) -> str | None:
    """The member whose share must be the most: more than all that is not printed, or the most of a full list."""
    if not printed:
        return None
    best = max(printed, key=lambda m: printed[m])
    unique = sum(v == printed[best] for v in printed.values()) == 1
    full = WHOLE_PCT[0] <= sum(printed.values()) <= WHOLE_PCT[1]
    rest = 100 - sum(printed.values())
    return best if unique and (printed[best] > max(rest, 0) or (full and len(printed) > 1)) else None


def dominant(
    claims: Sequence[Claim], dimensions: Sequence[Dimension], year: int | None
) -> tuple[dict[str, str], dict[str, float], bool]:
    """Dominant member by dimension, its share in percent where printed, and whether any of it is inferred.

    Inferred: no sentence says that the member leads, but its share is printed alone for its dimension, or is the most
    of all that are printed; or what leads is a part of a listed name, in a sentence that names no dimension.
    """
    named: dict[str, str] = {}
    pct: dict[str, float] = {}
    inferred = False
    segment = [c for c in claims if c.kind == "segment" and c.dimension]
    for dimension in dict.fromkeys(c.dimension for c in segment):
        of = [c for c in segment if c.dimension == dimension]
        printed = shares(of, year)
        said = leaders(of, Metric.LARGEST, year)
        member = only(said) if said else _implied(printed, of, dimensions)
        if member is None or dimension is None:
            continue
        named[dimension] = member
        inferred = inferred or not said or any(c.inferred for c in of if c.metric is Metric.LARGEST)
        if member in printed:
            pct[dimension] = printed[member]
    return named, pct, inferred


def _implied(printed: dict[str, float], of: list[Claim], dimensions: Sequence[Dimension]) -> str | None:
    if len(printed) != 1:
        return _by_shares(printed)
    member, value = next(iter(printed.items()))
    fastest = leaders(of, Metric.FASTEST)
    count = next((len(d.members) for d in dimensions if d.name == of[0].dimension), 0)
    enough = value > 50 or value > 100 / count if count > 1 else value >= _LEAST_ALONE or bool(fastest - {member})
    return member if enough and member not in fastest else None


def fastest(claims: Iterable[Claim]) -> dict[str, str]:
    """Fastest growing member by dimension, where one alone is claimed to be."""
    named: dict[str, set[str]] = {}
    for claim in claims:
        if claim.metric is Metric.FASTEST and claim.kind == "segment" and claim.dimension and claim.member:
            named.setdefault(claim.dimension, set()).add(claim.member)
    return {dimension: min(members) for dimension, members in named.items() if len(members) == 1}
