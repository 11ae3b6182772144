"""The headline of a report: its end points and growth, and whether they agree.

Belongs here: choosing base, estimate and forecast among the stated sizes; conflicts between them. Does not belong here:
reading text, or what is said of regions and members (verdict.py). A stated figure is never replaced by a computed one.

Which size is which follows from the years, never from the order on the page. The last year is the forecast. The base is
the declared base year if a size is printed for it; else, of a run of sizes before the forecast, the first that the
printed growth period can start from (a period is often labelled from the year after its base).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from pipeline.errors import Flag
from pipeline.reports.claims import Claim, Metric

CAGR_TOLERANCE_PP = 0.5
_PROJECTED = re.compile(
    r"\b(?:project|expect|forecast|anticipat|predict|estimat\w* to|reach(?!ed\b)|will|should|poised|set (?:to|for)|we see|seen at|devrait|atteindr|d[\u2019']ici|alcance|alcan[z\u00e7]ar|deve\b|dever\u00e1|soll\b|wird\b|erreichen\b|d\u00fcrfte|\u4e88\u6e2c|\u4e88\u60f3|\u898b\u8fbc|\u064a\u0635\u0644|\u0628\u062d\u0644\u0648\u0644|\bby (?:the end of )?\d{4})",
    re.I,
)
_PAST = re.compile(
    r"\b(?:was|were|valued|stood|reached|accounted|recorded|generated|totall?ed|from|\u00e9tait|\u00e9valu\u00e9|valor\u00f3|alcanz\u00f3|atingiu|atteignait|foi|avaliado|wurde|betrug)\b|\u8a55\u4fa1|\u0628\u0644\u063a",
    re.I,
)
_TENSE = re.compile(f"(?P<ahead>{_PROJECTED.pattern})|(?P<past>{_PAST.pattern})", re.I)
_SENTENCE_END = re.compile(r"[.!?:|]\s|\n")
_FAR = 160  # letters before a rate in which its sentence may name years
_UNKNOWN = "unknown_bn"


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


def headline(claims: Sequence[Claim], text: str, verdict: Verdict) -> Headline:
    """The headline of the claims; what is wrong with it goes into `verdict`. `text` is the document's."""
    rates = [c for c in claims if c.metric is Metric.MARKET_CAGR]
    sizes, currency = _of_one_currency([c for c in claims if c.metric is Metric.MARKET_VALUE], text, verdict)
    declared = sorted({c.year_to for c in claims if c.metric is Metric.BASE_YEAR and c.year_to})
    found = _end_points(sizes, rates, declared, verdict)
    found = replace(found, currency=currency)
    _conflicts(sizes, found, declared, verdict)
    found = _growth(found, rates, claims, text, verdict)
    used = [*sizes, *rates]
    if used and all(c.faq for c in used):
        verdict.flags.add(Flag.HEADLINE_ONLY_IN_FAQ)
    return found


def _of_one_currency(values: list[Claim], text: str, verdict: Verdict) -> tuple[list[Claim], str | None]:
    """The sizes in the page's main currency: the one with most years, dollars first, then the one printed first. A bare
    amount counts as that; where all are bare, they are in the unit that the page declares.
    """
    years: Counter[str] = Counter()
    for unit, _ in dict.fromkeys((c.unit, c.year_to) for c in values if c.unit and c.unit != _UNKNOWN):
        years[unit or ""] += 1
    units = {_CURRENCY[found["unit"].upper()] for found in _UNIT.finditer(text)} if values and not years else set()
    if len(units) == 1:
        years[f"{units.pop().lower()}_bn"] = 1
    if not years:
        return values, None
    main = max(years, key=lambda unit: (years[unit], unit == "usd_bn"))
    currency = main.removesuffix("_bn").upper()
    if currency != "USD":
        verdict.flags.add(Flag.NON_USD_CURRENCY)
    return [c for c in values if c.unit in (main, _UNKNOWN)], currency


# "Unit: Value (USD Billion)", "in terms of value (USD million)".
_UNIT = re.compile(
    r"\b(?:units?|values?|revenues?)\b[^.\n]{0,30}?(?P<unit>USD|US\$|EUR|GBP|INR|JPY)\s?(?:bn|mn|billion|million|trillion|crore)\b",
    re.I,
)
_CURRENCY = {"US$": "USD", **{code: code for code in ("USD", "EUR", "GBP", "INR", "JPY")}}


def _single(claims: list[Claim]) -> float | None:
    """The one size of a year, as its most precise print gives it; a range is no size."""
    first = _finest(claims)
    return first.value_low if first.value_low == first.value_high else None


def _finest(claims: list[Claim]) -> Claim:
    """The print of a figure with most digits; of several, the first."""
    return max(claims, key=lambda claim: claim.decimals or 0)


def _end_points(values: list[Claim], rates: list[Claim], declared: list[int], verdict: Verdict) -> Headline:
    by_year: dict[int, list[Claim]] = {}
    for claim in values:
        if claim.year_to is not None:
            by_year.setdefault(claim.year_to, []).append(claim)
    base, last = _which_years(by_year, rates, declared)
    estimate = base + 1 if base is not None and base + 1 in by_year and base + 1 != last else None
    first = _single(by_year[base]) if base is not None else None
    if base is None:
        undated = [c for c in values if c.year_to is None and _tense(c) != "ahead"]
        if undated and len({c.value_low for c in undated}) == 1:
            first = _single(undated)
            base = (
                declared[0]
                if len(declared) == 1 and first is not None and (last is None or declared[0] < last)
                else None
            )
    end = _single(by_year[last]) if last is not None else None
    if first is None:
        verdict.reject(Flag.MISSING_BASE_VALUE, "no size of the market in a base year is stated")
    if end is None:
        verdict.flags.add(Flag.MISSING_FORECAST_VALUE)
    agreed = estimate is not None and all(_same_figure(by_year[estimate][0], c) for c in by_year[estimate][1:])
    return Headline(
        base_year=base if first is not None else None,
        base_value_bn=first,
        estimate_year=estimate if agreed else None,
        estimate_value_bn=_single(by_year[estimate]) if agreed and estimate is not None else None,
        forecast_year=last if end is not None else None,
        forecast_value_bn=end,
        cagr_implied_pct=_implied(first, base, end, last),
    )


def _which_years(
    by_year: dict[int, list[Claim]], rates: list[Claim], declared: list[int]
) -> tuple[int | None, int | None]:
    """(base year, forecast year) among the years with a size."""
    years = sorted(by_year)
    if not years:
        return None, None
    ends = {r.year_to for r in rates if r.year_to}
    if len(years) == 1:
        year = years[0]
        projected = all(_tense(c) == "ahead" for c in by_year[year])
        ahead = year in ends or (projected and year not in declared and not any(r.year_from == year for r in rates))
        return (None, year) if ahead else (year, None)
    last, before = years[-1], years[:-1]
    for year in declared:
        if year in before:
            return year, last
    starts = [r.year_from for r in rates if r.year_from and r.year_to == last]
    if starts:
        for year in (min(starts) - 1, min(starts)):
            if year in before:
                return year, last
        fitting = [y for y in before if min(starts) - 2 <= y]
        return (fitting or before)[0], last
    return _run_end(before, by_year), last


def _run_end(before: list[int], by_year: dict[int, list[Claim]]) -> int:
    """Of sizes years apart, the latest that is told in the past tense (earlier ones are history); of a run of
    consecutive years, the first.
    """
    past = [y for y in before if any(_tense(c) == "past" for c in by_year[y])]
    year = max(past, default=before[0])
    while year - 1 in before:
        year -= 1
    return year


def _tense(claim: Claim) -> str | None:
    """How a size is told: "past", "ahead" or neither; the words nearest to the figure decide."""
    found = list(_TENSE.finditer(claim.quote))
    return found[-1].lastgroup if found else None


def _implied(first: float | None, base: int | None, end: float | None, last: int | None) -> float | None:
    if not first or not end or base is None or last is None or last <= base or first <= 0 or end <= 0:
        return None
    return float(((end / first) ** (1 / (last - base)) - 1) * 100)


def _conflicts(values: list[Claim], found: Headline, declared: list[int], verdict: Verdict) -> None:
    for year, flag in (
        (found.base_year, Flag.CONFLICT_BASE_VALUE),
        (found.forecast_year, Flag.CONFLICT_FORECAST_VALUE),
    ):
        stated = [c for c in values if c.year_to == year and year is not None]
        if any(not _same_figure(stated[0], other) for other in stated[1:]):
            verdict.reject(flag, f"several sizes are stated for {year}: {listed(stated)}")
    for value, flag in (
        (found.base_value_bn, Flag.CONFLICT_BASE_YEAR),
        (found.forecast_value_bn, Flag.CONFLICT_FORECAST_YEAR),
    ):
        years = sorted({c.year_to for c in values if c.value_low == value and c.year_to is not None})
        if len(years) > 1:
            verdict.reject(flag, f"the same size {value:g} bn is stated for {', '.join(map(str, years))}")
    other = [y for y in declared if found.base_year is not None and y != found.base_year]
    if other and Flag.CONFLICT_BASE_YEAR not in verdict.flags:
        verdict.reject(
            Flag.CONFLICT_BASE_YEAR, f"the size is stated for {found.base_year}, the base year is given as {other[0]}"
        )


def _growth(found: Headline, rates: list[Claim], claims: Sequence[Claim], text: str, verdict: Verdict) -> Headline:
    """The stated growth rate and its period; rates of other spans (history) are left aside."""
    if not rates:
        verdict.flags.add(Flag.MISSING_CAGR)
        return found
    last = found.forecast_year
    base = found.base_year
    ending = [r for r in rates if last is None or (_until(r, text) or last) >= last] or [
        r for r in rates if base is None or r.year_to is None or r.year_to > base
    ]
    if not ending:  # all of them history
        verdict.flags.add(Flag.MISSING_CAGR)
        return found
    if any(not _same_figure(ending[0], other) for other in ending[1:]):
        verdict.reject(Flag.CONFLICT_CAGR, f"several growth rates of the market are stated: {listed(ending)}")
    rate = _finest(ending)
    dated = next((r for r in ending if r.year_from and r.year_to and r.year_from != r.year_to), None)
    period = (dated.year_from, dated.year_to) if dated and dated.year_from and dated.year_to else None
    if period is None:
        period = _declared_period(claims)
    if period is None:
        verdict.flags.add(Flag.PERIOD_NOT_STATED)
    single = rate.value_low == rate.value_high
    if not single:
        verdict.flags.add(Flag.MISSING_CAGR)
    stated = replace(found, cagr_pct=rate.value_low if single else None, cagr_period=period)
    if not verdict.flags & set(_DISPUTED):
        _mismatch(stated, verdict)
    return stated


def undisputed(found: Headline, flags: set[Flag]) -> Headline:
    """The headline without the figures that the page itself contradicts: which of them holds is not known."""
    disputed = {name: None for flag, name in _DISPUTED.items() if flag in flags}
    if not disputed:
        return found
    implied = None if set(disputed) - {"cagr_pct"} else found.cagr_implied_pct
    if Flag.CONFLICT_BASE_YEAR in flags and found.estimate_value_bn == found.base_value_bn:
        disputed |= {"estimate_year": None, "estimate_value_bn": None}  # the same size is no estimate either
    flags.discard(Flag.CAGR_MISMATCH)  # what does not hold contradicts nothing
    return replace(found, cagr_implied_pct=implied, **disputed)


_DISPUTED = {
    Flag.CONFLICT_BASE_VALUE: "base_value_bn",
    Flag.CONFLICT_BASE_YEAR: "base_year",
    Flag.CONFLICT_FORECAST_VALUE: "forecast_value_bn",
    Flag.CONFLICT_FORECAST_YEAR: "forecast_year",
    Flag.CONFLICT_CAGR: "cagr_pct",
}


def _until(rate: Claim, text: str) -> int | None:
    """The year a rate runs to: the end of its period, else the last year its sentence names up to it."""
    before = _SENTENCE_END.split(text[max(0, rate.char_start - _FAR) : rate.char_start])[-1]
    named = [int(y) for y in re.findall(r"\b(?:19|20)\d\d\b", before + rate.quote)]
    return rate.year_to or max(named, default=None)


def _declared_period(claims: Sequence[Claim]) -> tuple[int, int] | None:
    """The forecast period the page declares, for a growth rate without years of its own."""
    spans = {(c.year_from, c.year_to) for c in claims if c.metric is Metric.FORECAST_PERIOD}
    first, last = spans.pop() if len(spans) == 1 else (None, None)
    return (first, last) if first and last else None


def _mismatch(found: Headline, verdict: Verdict) -> None:
    """The stated growth rate against the end points, from the base year and from the estimate year (or base + 1)."""
    stated, implied = found.cagr_pct, found.cagr_implied_pct
    if stated is None or implied is None or found.base_year is None:
        return
    start = found.estimate_year or found.base_year + 1
    first = found.estimate_value_bn or found.base_value_bn
    later = _implied(first, start, found.forecast_value_bn, found.forecast_year)
    from_base = found.estimate_year is None and found.cagr_period and found.cagr_period[0] == found.base_year
    readings = (implied, None if from_base else later)  # a period printed from the base year has one reading
    if all(reading is None or abs(reading - stated) > CAGR_TOLERANCE_PP for reading in readings):
        verdict.flags.add(Flag.CAGR_MISMATCH)


def _same_figure(one: Claim, other: Claim) -> bool:
    """Whether two prints can be one figure: equal, or equal after rounding to the coarser of the two."""
    digits = (one.decimals or 0, other.decimals or 0)
    slack = 0.0 if digits[0] == digits[1] else 0.5 * 10.0 ** -min(digits)
    pairs = ((one.value_low, other.value_low), (one.value_high, other.value_high))
    return all(a is None or b is None or abs(a - b) <= slack + 1e-9 for a, b in pairs)


def listed(claims: list[Claim]) -> str:
    """Claims for a reason: their words and places."""
    return "; ".join(f"{c.quote!r} (at {c.char_start})" for c in claims[:4])
