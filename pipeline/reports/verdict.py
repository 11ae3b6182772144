"""The verdict on a report: its flags, and whether it can be used.

Belongs here: what regions, lists and the page's own words add to the headline's flags. Does not belong here: the
market's figures (headline.py), reading text.

Rejected are reports whose headline contradicts itself, that state no base value, or whose regional shares exceed the
whole. A report that states a base and growth but no forecast value is accepted and flagged: its figures are facts, and
the model refuses it by name where it needs a total.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from pipeline.errors import Flag
from pipeline.reports import ranks
from pipeline.reports.claims import Claim, Metric
from pipeline.reports.headline import Headline, Verdict, headline, undisputed
from pipeline.reports.segmentation import Dimension

_PLACEHOLDER = re.compile(
    r"(?:USD|US\$|\$|INR|EUR|GBP|\u20ac|\u00a3)\s?(?:[Xx]{1,4}(?:[.,][Xx]{1,3})*|[Yy]{2,3}|\[[^\]\n]{0,20}\]|_{2,6}|\?{2,4})(?![A-Za-z])"
    r"|(?<![A-Za-z])[Xx]{2,4}(?:\.[Xx]{1,3})?\s?(?:%|percent|billion|million|bn\b)|(?<![A-Za-z])[Xx]\.[Xx]{1,2}\s?%"
    r"|\b(?:reach|at|of|from|to|worth|around)\s(?:USD|US\$|\$)\s?(?:million|billion|bn|trillion)\b"
    r"|\bCAGR of\s(?:%|_{2,}|\[|[Xx]{2,}|TBD)|\{\{[^}\n]{1,40}\}\}|\[(?:insert|value|amount|xx)[^\]\n]{0,30}\]",
)
_SLOT = re.compile("|".join(map(re.escape, (
    "XX", "xx", "X.X", "x.x", "$X", "$x", "$ X", "$ x", "USD X", "USD x", "INR X", "EUR X", "GBP X", "YY", "yy", "$[",
    "$ [", "USD [", "[insert", "[value", "[amount", "[Insert", "[Value", "[Amount", "{{", "__", "??", "CAGR of %",
    "CAGR of [", "TBD", "USD m", "USD b", "USD t", "$m", "$b", "$t", "$ m", "$ b", "$ t", "USDm", "USDb",
))))  # fmt: skip
"""One of these is in every unfilled slot; looking for them first is cheap."""
_LEAST_LISTED = 3  # a shorter list of regions is a part of one
_LEAST_REGIONS = 4  # fewer regions than this on a page without a list are not all of them


def judge(
    claims: Sequence[Claim],
    dimensions: Sequence[Dimension],
    text: str,
    regions_named: Callable[[], int],
    verdict: Verdict,
) -> Headline:
    """The headline of the claims; every flag and reason goes into `verdict`. `regions_named` counts the regions
    the page speaks of; asked only where the page lists none.
    """
    found = headline(claims, text, verdict)
    _regions(claims, dimensions, regions_named, found.base_year, verdict)
    if any(not d.is_split for d in dimensions):
        verdict.flags.add(Flag.RUNON_SEGMENT_CELLS)
    if any(d.partial for d in dimensions):
        verdict.flags.add(Flag.SEGMENT_LISTS_INCOMPLETE)
    if not any(c.metric is Metric.COMPANY for c in claims):
        verdict.flags.add(Flag.COMPANIES_NOT_LISTED)
    if ranks.dominant(claims, dimensions, found.base_year)[2]:
        verdict.flags.add(Flag.DOMINANT_INFERRED)
    if _SLOT.search(text) and _PLACEHOLDER.search(text):
        verdict.flags.add(Flag.PLACEHOLDER_VALUES)
    return undisputed(found, verdict.flags)


def _regions(
    claims: Sequence[Claim],
    dimensions: Sequence[Dimension],
    named: Callable[[], int],
    year: int | None,
    verdict: Verdict,
) -> None:
    regional = [c for c in claims if c.kind == "region"]
    for metric, flag, word in (
        (Metric.LARGEST, Flag.CONFLICT_LARGEST_REGION, "largest"),
        (Metric.FASTEST, Flag.CONFLICT_FASTEST_REGION, "fastest growing"),
    ):
        leading = sorted(ranks.leaders(regional, metric))
        if len(leading) > 1:
            verdict.reject(flag, f"several regions are called the {word}: {', '.join(leading)}")
    for claim in regional:
        if claim.metric is Metric.SHARE and (claim.value_low or 0) > 100:
            verdict.reject(Flag.REGION_SHARES_EXCEED_100, f"{claim.member} is given {claim.value_low:g} percent")
    shares = ranks.shares(regional, year)
    years = {c.year_from for c in regional if c.metric is Metric.SHARE}
    together = [ranks.shares(regional, when, only_then=True) for when in years or {None}]
    of_a_year = max(together, key=lambda some: sum(some.values()) - 0.5 * len(some))
    total = sum(of_a_year.values())
    if total > 100 + 0.5 * len(of_a_year) and Flag.REGION_SHARES_EXCEED_100 not in verdict.flags:
        verdict.reject(Flag.REGION_SHARES_EXCEED_100, f"the regional shares add up to {total:g} percent")
    count = max((len(d.members) for d in dimensions if d.kind == "region" and d.is_split), default=0)
    largest = ranks.largest_region(regional, year)
    if largest in shares and not count:
        count = named() if named() >= _LEAST_REGIONS else 0
    if count >= _LEAST_LISTED and largest in shares and shares[largest] < 100 / count:
        verdict.flags.add(Flag.LARGEST_SHARE_IMPLAUSIBLE)
