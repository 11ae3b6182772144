"""A reading for people and for other programs.

Belongs here: the JSON of `pipeline inspect --json` and its text for a person. Does not belong here: anything that
changes a value.
"""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.reports import ranks
from pipeline.reports.claims import Claim, Metric
from pipeline.reports.reading import ReportReading


def as_json(reading: ReportReading) -> dict[str, object]:
    """The reading with fixed keys in a fixed order; values in billions of the stated currency, None where the page does
    not say.
    """
    head = reading.headline
    named, pct, _ = ranks.dominant(reading.claims, reading.dimensions, head.base_year)
    return {
        "report_id": reading.report_id,
        "title": reading.title,
        "vendor": reading.vendor,
        "status": reading.status,
        "flags": [str(flag) for flag in reading.flags],
        "reasons": list(reading.reasons),
        "currency": head.currency,
        "base_year": head.base_year,
        "base_value_bn": head.base_value_bn,
        "estimate_year": head.estimate_year,
        "estimate_value_bn": head.estimate_value_bn,
        "forecast_year": head.forecast_year,
        "forecast_value_bn": head.forecast_value_bn,
        "cagr_pct": head.cagr_pct,
        "cagr_period": list(head.cagr_period) if head.cagr_period else None,
        "cagr_implied_pct": head.cagr_implied_pct,
        "regions": _regions(reading),
        "segmentation": {d.name: [m.name for m in d.members] for d in reading.dimensions},
        "dominant": named,
        "dominant_share_pct": pct,
        "fastest": ranks.fastest(reading.claims),
        "member_cagr_pct": _member_rates(reading.claims),
        "companies": reading.companies,
        "claims": [_claim(c) for c in reading.claims],
    }


def _regions(reading: ReportReading) -> dict[str, object]:
    regional = [c for c in reading.claims if c.kind == "region"]
    year = reading.headline.base_year
    shares = ranks.shares(regional, year)
    largest = ranks.largest_region(regional, year)
    return {
        "largest": largest,
        "largest_share_pct": shares.get(largest) if largest else None,
        "fastest": ranks.only(ranks.leaders(regional, Metric.FASTEST)),
        "shares": shares,
    }


def _member_rates(claims: Iterable[Claim]) -> dict[str, float]:
    """Growth rate by member, where one alone is printed for it."""
    printed: dict[str, set[float]] = {}
    for c in claims:
        if c.metric is Metric.MEMBER_CAGR and c.member and c.value_low is not None and c.value_low == c.value_high:
            printed.setdefault(c.member, set()).add(c.value_low)
    return {member: values.pop() for member, values in printed.items() if len(values) == 1}


def _claim(claim: Claim) -> dict[str, object]:
    value = claim.value_low if claim.value_low == claim.value_high else [claim.value_low, claim.value_high]
    return {
        "claim_id": claim.claim_id,
        "metric": str(claim.metric),
        "subject": claim.member or claim.dimension or "market",
        "value": value,
        "unit": claim.unit,
        "quote": claim.quote,
        "char_start": claim.char_start,
        "char_end": claim.char_end,
        "section": claim.section,
    }


def render_text(reading: ReportReading) -> str:
    """The reading for a person: the headline, what leads, what was flagged, and every claim with its quote."""
    head, regions = reading.headline, _regions(reading)
    lines = [
        f"{reading.report_id}: {reading.status}",
        *(f"  rejected: {reason}" for reason in reading.reasons),
        f"  flags     {', '.join(reading.flags) or 'none'}",
        f"  title     {reading.title or '-'}",
        f"  vendor    {reading.vendor or '-'}",
        f"  base      {_amount(head.base_value_bn, head.currency, head.base_year)}",
        f"  estimate  {_amount(head.estimate_value_bn, head.currency, head.estimate_year)}",
        f"  forecast  {_amount(head.forecast_value_bn, head.currency, head.forecast_year)}",
        f"  CAGR      {_percent(head.cagr_pct)} stated for {_period(head.cagr_period)}; "
        f"the end points imply {_percent(head.cagr_implied_pct)}",
        f"  regions   largest {regions['largest'] or '-'} ({_percent(regions['largest_share_pct'])}), "
        f"fastest {regions['fastest'] or '-'}",
    ]
    for d in reading.dimensions:
        members = "; ".join(m.name for m in d.members)
        lines.append(f"  by {d.name}: {members}" + ("" if d.is_split else "  (runs together: needs segmentation.yaml)"))
    lines.append(f"  companies {', '.join(reading.companies) or '-'}")
    lines.append(f"{len(reading.claims)} claims ({reading.dropped} figures dropped: not clear what they are about)")
    for claim in reading.claims:
        place = f"section {claim.section}" if claim.section else "no section"
        lines.append(f"  {claim.claim_id}  [{place}, {claim.char_start}-{claim.char_end}]")
        lines.append(f"      {_short(claim.quote)}")
    return "\n".join(lines) + "\n"


def _amount(value: float | None, currency: str | None, year: int | None) -> str:
    return "-" if value is None else f"{currency or '?'} {value:,.6g} bn in {year or '?'}"


def _percent(value: object) -> str:
    return "-" if not isinstance(value, float) else f"{value:.4g} %"


def _period(period: tuple[int, int] | None) -> str:
    return f"{period[0]}-{period[1]}" if period else "no stated period"


def _short(quote: str, width: int = 200) -> str:
    return quote if len(quote) <= width else f"{quote[: width - 3]}..."
