"""The headline of a report: its end points and growth, whether they agree, and what to flag.

Belongs here: choosing base, estimate and forecast among the stated sizes; conflicts; flags; the verdict. Does not
belong here: reading text. A stated figure is never replaced by a computed one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.errors import Flag
from pipeline.reports.claims import Claim, Metric
from pipeline.reports.segmentation import Dimension

_CAGR_TOLERANCE_PP = 0.5


@dataclass(frozen=True, slots=True)
class Headline:
    """What the page says of its market, in billions of `currency`. None where it does not say."""

    currency: str | None = None
    base_year: int | None = None
    base_value_bn: float | None = None
    estimate_year: int | None = None
    estimate_value_bn: float | None = None
    forecast_year: int | None = None
    forecast_value_bn: float | None = None
    cagr_pct: float | None = None
    cagr_period: tuple[int, int] | None = None
    cagr_implied_pct: float | None = None


@dataclass
class Verdict:
    """Flags found and the reasons for a rejection (none: accepted)."""

    flags: set[Flag] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)

    def reject(self, flag: Flag, reason: str) -> None:
        """Flag the report and reject it."""
        self.flags.add(flag)
        self.reasons.append(reason)


def judge(claims: Sequence[Claim], dimensions: Sequence[Dimension], verdict: Verdict) -> Headline:
    """The headline of the claims; what is wrong with it goes into `verdict`."""
    values = [c for c in claims if c.metric is Metric.MARKET_VALUE]
    rates = [c for c in claims if c.metric is Metric.MARKET_CAGR]
    headline = _end_points(values, rates, verdict)
    _conflicts(values, rates, headline, verdict)
    _regions(claims, dimensions, verdict)
    used = [*values, *rates]
    if used and all(c.faq for c in used):
        verdict.flags.add(Flag.HEADLINE_ONLY_IN_FAQ)
    if any(not d.is_split for d in dimensions):
        verdict.flags.add(Flag.RUNON_SEGMENT_CELLS)
    if not any(c.metric is Metric.COMPANY for c in claims):
        verdict.flags.add(Flag.COMPANIES_NOT_LISTED)
    return headline


def _end_points(values: list[Claim], rates: list[Claim], verdict: Verdict) -> Headline:
    by_year: dict[int, Claim] = {}
    for claim in values:
        by_year.setdefault(claim.year_to or 0, claim)
    years = sorted(by_year)
    rate = rates[0] if rates else None
    if not rate:
        verdict.flags.add(Flag.MISSING_CAGR)
    base, last = (years[0], years[-1]) if len(years) > 1 else (years[0] if years else None, None)
    if len(years) == 1 and rate and rate.year_to == years[0]:
        base, last = None, years[0]  # the one size stands at the end of the printed period
    estimate = next((y for y in years if base is not None and y == base + 1 and y != last), None)
    if base is None:
        verdict.reject(Flag.MISSING_BASE_VALUE, "no size of the market in a base year is stated")
    if last is None:
        verdict.reject(Flag.MISSING_FORECAST_VALUE, "no size of the market in a forecast year is stated")
    currency = _currency(values, verdict)
    first, end = (by_year[y].value_low if y is not None else None for y in (base, last))
    period = (rate.year_from, rate.year_to) if rate and rate.year_from and rate.year_to else None
    if rate and not period:
        verdict.flags.add(Flag.PERIOD_NOT_STATED)
    return Headline(
        currency=currency,
        base_year=base,
        base_value_bn=first,
        estimate_year=estimate,
        estimate_value_bn=by_year[estimate].value_low if estimate is not None else None,
        forecast_year=last,
        forecast_value_bn=end,
        cagr_pct=rate.value_low if rate and rate.value_low == rate.value_high else None,
        cagr_period=period,
        cagr_implied_pct=_implied(first, base, end, last),
    )


def _currency(values: list[Claim], verdict: Verdict) -> str | None:
    units = sorted({c.unit for c in values if c.unit})
    if len(units) > 1:
        verdict.reject(Flag.CONFLICT_BASE_VALUE, f"sizes are stated in several currencies: {', '.join(units)}")
    if not units:
        return None
    if units[0] != "usd_bn":
        verdict.flags.add(Flag.NON_USD_CURRENCY)
    return units[0].removesuffix("_bn").upper()


def _implied(first: float | None, base: int | None, end: float | None, last: int | None) -> float | None:
    if not first or not end or base is None or last is None or last <= base or first <= 0 or end <= 0:
        return None
    return float(((end / first) ** (1 / (last - base)) - 1) * 100)


def _conflicts(values: list[Claim], rates: list[Claim], headline: Headline, verdict: Verdict) -> None:
    for year, flag in (
        (headline.base_year, Flag.CONFLICT_BASE_VALUE),
        (headline.forecast_year, Flag.CONFLICT_FORECAST_VALUE),
    ):
        stated = [c for c in values if c.year_to == year]
        if any(not _same_figure(stated[0], other) for other in stated[1:]):
            verdict.reject(flag, f"several sizes are stated for {year}: {_listed(stated)}")
    for value, flag in (
        (headline.base_value_bn, Flag.CONFLICT_BASE_YEAR),
        (headline.forecast_value_bn, Flag.CONFLICT_FORECAST_YEAR),
    ):
        years = sorted({c.year_to or 0 for c in values if c.value_low == value})
        if len(years) > 1:
            verdict.reject(flag, f"the same size {value:g} bn is stated for {', '.join(map(str, years))}")
    if any(not _same_figure(rates[0], other) for other in rates[1:]):
        verdict.reject(Flag.CONFLICT_CAGR, f"several growth rates of the market are stated: {_listed(rates)}")
    _mismatch(headline, verdict)


def _mismatch(headline: Headline, verdict: Verdict) -> None:
    """The stated growth rate against the end points, from the base year and from the estimate year (or base + 1)."""
    stated, implied = headline.cagr_pct, headline.cagr_implied_pct
    if stated is None or implied is None or headline.base_year is None:
        return
    start = headline.estimate_year or headline.base_year + 1
    first = headline.estimate_value_bn or headline.base_value_bn
    readings = (implied, _implied(first, start, headline.forecast_value_bn, headline.forecast_year))
    if all(reading is None or abs(reading - stated) > _CAGR_TOLERANCE_PP for reading in readings):
        verdict.flags.add(Flag.CAGR_MISMATCH)


def _same_figure(one: Claim, other: Claim) -> bool:
    """Whether two prints can be one figure: equal, or equal after rounding to the coarser of the two."""
    digits = (one.decimals or 0, other.decimals or 0)
    slack = 0.0 if digits[0] == digits[1] else 0.5 * 10.0 ** -min(digits)
    pairs = ((one.value_low, other.value_low), (one.value_high, other.value_high))
    return all(a is None or b is None or abs(a - b) <= slack + 1e-9 for a, b in pairs)


def _listed(claims: list[Claim]) -> str:
    return "; ".join(f"{c.quote!r} (at {c.char_start})" for c in claims)


def _regions(claims: Sequence[Claim], dimensions: Sequence[Dimension], verdict: Verdict) -> None:
    regional = [c for c in claims if c.kind == "region"]
    for metric, flag in (
        (Metric.LARGEST, Flag.CONFLICT_LARGEST_REGION),
        (Metric.FASTEST, Flag.CONFLICT_FASTEST_REGION),
    ):
        named = sorted({c.member for c in regional if c.metric is metric and c.member})
        if len(named) > 1:
            word = "largest" if metric is Metric.LARGEST else "fastest growing"
            verdict.reject(flag, f"several regions are called the {word}: {', '.join(named)}")
    shares: dict[str, float] = {}
    for claim in regional:
        if claim.metric is Metric.SHARE and claim.member and claim.value_low is not None:
            shares.setdefault(claim.member, claim.value_low)
            if claim.value_low > 100:
                verdict.reject(Flag.REGION_SHARES_EXCEED_100, f"{claim.member} is given {claim.value_low:g} percent")
    total = sum(shares.values())
    if total > 100 + 0.5 * len(shares) and Flag.REGION_SHARES_EXCEED_100 not in verdict.flags:
        verdict.reject(Flag.REGION_SHARES_EXCEED_100, f"the regional shares add up to {total:g} percent")
    count = max((len(d.members) for d in dimensions if d.kind == "region" and d.is_split), default=0)
    largest = {c.member for c in regional if c.metric is Metric.LARGEST}
    if count and any(shares[m] < 100 / count for m in shares if m in largest):
        verdict.flags.add(Flag.LARGEST_SHARE_IMPLAUSIBLE)
