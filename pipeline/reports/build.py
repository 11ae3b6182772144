"""From a match to a claim: the figure, its year, its subject, its place.

Belongs here: what each kind of claim takes from a match. Does not belong here: wordings (forms.py), or whose figure it
is (subject.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypedDict

from pipeline.reports.claims import Claim, Comparator, Metric
from pipeline.reports.figures import Figure
from pipeline.reports.forms import Form
from pipeline.reports.names import Name, Names, unlisted_dimension, unlisted_member
from pipeline.reports.skeleton import Skeleton
from pipeline.reports.subject import Context, is_joined, narrows, own_market
from pipeline.reports.vocabulary import HEDGES, PROVIDER_CLASSES
from pipeline.reports.years import Years, period_near, size_years

_BINDS: dict[str, Comparator] = {">=": ">=", "<=": "<=", "=": "="}
_HEDGE_KIND = [(re.compile(f"(?:{words})$"), _BINDS[kind]) for kind, words in HEDGES.items()]
_LEAST_MARKET_BN = 0.001  # a market of less than a million is a price, or an amount whose unit stands elsewhere
_SHRINKS = re.compile(r"\b(?:declin|shrink|contract|decreas|fall|negative)\w*")


class Fields(TypedDict, total=False):
    """The fields of a claim that a match may fill."""

    comparator: Comparator
    value_low: float
    value_high: float
    decimals: int
    unit: str
    year_from: int | None
    year_to: int | None
    hedge: str | None
    dimension: str | None
    kind: Literal["segment", "region"]
    member: str | None
    other_member: str | None
    inferred: bool


@dataclass(frozen=True)
class Match:
    """One match of one form, with what its builder needs."""

    form: Form
    match: re.Match[str]
    skeleton: Skeleton
    names: Names
    context: Context

    def claim(self, given: Fields, start: int | None = None, years: Years | None = None) -> Claim:
        """A claim with the match's place, from position `start` when the subject stands before the match, up to its
        year.
        """
        sentence = self.skeleton.sentence
        year = self.match.start()
        if years is not None:
            given = {**given, "year_from": years.first, "year_to": years.last}
            year = years.place if years.place is not None else year
        begin = min(self.match.start() if start is None else start, self.match.start(), year)
        begin, end = self.skeleton.span(begin, max(self.match.end(), year + 1))
        quote = sentence.text[begin - sentence.start : end - sentence.start]
        return Claim(
            metric=self.form.metric,
            section=sentence.section,
            quote=quote,
            char_start=begin,
            char_end=end,
            faq=sentence.faq,
            **given,
        )

    def has(self, group: str) -> bool:
        """Whether a group took part in the match."""
        return group in self.match.re.groupindex and self.match.start(group) >= 0

    def value(self, group: str, *, currency: bool = False) -> Fields:
        """The fields of a claim that a figure with its hedge fills."""
        figure = self.skeleton.figure(self.match, group)
        hedge = self.match[f"hedge_{group}"] if f"hedge_{group}" in self.match.re.groupindex else None
        hedge = hedge or self._hedge_before(self.match.start(group))
        return {
            "comparator": _comparator(figure, hedge),
            "value_low": figure.low,
            "value_high": figure.high,
            "decimals": figure.decimals,
            "unit": money_unit(figure) if currency else figure.unit,
            "hedge": hedge,
        }

    def _hedge_before(self, position: int) -> str | None:
        """A hedge right before the figure that a gap of the form has swallowed."""
        lead = self.skeleton.text[max(0, position - 20) : position].rstrip()
        return next((m.group() for pattern, _ in _HEDGES_AT_END if (m := pattern.search(lead))), None)

    def years(self) -> Fields:
        """The year or period the match found nearby; a lone year after "through" or "by" is an end."""
        if self.has("at_period"):
            period = self.skeleton.figure(self.match, "at_period")
            return {"year_from": int(period.low), "year_to": int(period.high)}
        if not self.has("at"):
            return {}
        year = int(self.skeleton.figure(self.match, "at").low)
        before = self.skeleton.text[: self.match.start("at")].removesuffix("the year ").rstrip()
        if before.endswith(("through", "by", "until", "till")):
            return {"year_to": year}
        return {"year_from": year, "year_to": year}


_HEDGES_AT_END = [(re.compile(rf"(?<!\w)(?:{words})$"), kind) for kind, words in HEDGES.items()]


def money_unit(figure: Figure) -> str:
    """For instance usd_bn. An amount without a currency word is taken for dollars by no one: its unit says so."""
    return f"{figure.currency or 'unknown'}_bn".lower()


def _comparator(figure: Figure, hedge: str | None) -> Comparator:
    if figure.low != figure.high:
        return "between"
    return next((binds for pattern, binds in _HEDGE_KIND if hedge and pattern.match(hedge)), "=")


def build(m: Match) -> Claim | None:
    """The claim a match makes, or None when its subject or its figure is not certain."""
    return _BUILDERS[m.form.metric](m)


def _market_value(m: Match) -> Claim | None:
    start = own_market(m.skeleton, m.match.start() if m.form.name != "label_size" else 0, m.context)
    if m.form.name == "label_size":
        start = m.match.start() if any(n.kind == "M" for _, n in m.skeleton.names()) or not m.context.foreign else None
    figure = m.skeleton.figure(m.match, "V")
    if start is None or figure.low < _LEAST_MARKET_BN:
        return None
    years = size_years(m.skeleton, m.match, m.form.name)
    if years is None:
        return None
    return m.claim(m.value("V", currency=True), start, years)


def _market_cagr(m: Match) -> Claim | None:
    start = own_market(m.skeleton, m.match.start(), m.context)
    if start is None:
        return None
    if m.form.name == "growth_label" and not re.search(r"forecast|P|compound|annual", m.match.group()):
        return None
    return m.claim(_rate(m), start, period_near(m.skeleton, m.match))


def _rate(m: Match) -> Fields:
    """A growth rate; "declines at a CAGR of 2%" is minus 2, though no sign is printed."""
    value = m.value("N")
    lead = re.split(r"[;.]|\b(?:while|whereas|and is|despite)\b", m.skeleton.text[: m.match.start("N")])[-1]
    if value["value_low"] > 0 and _SHRINKS.search(lead) and not re.search(r"grow\b|growing|grew", lead):
        value["value_low"], value["value_high"] = -value["value_high"], -value["value_low"]
    return value


def _subject(m: Match) -> tuple[Fields, int] | None:
    """The region or member a match is about, and where it is named."""
    for group, kind in (("R", "R"), ("S", "S")):
        if not m.has(group):
            continue
        at = m.match.start(group)
        name = m.skeleton.at(at)
        if not isinstance(name, Name) or is_joined(m.skeleton, at, kind):
            return None
        return _fields(name), at
    return None


def _fields(name: Name) -> Fields:
    kind: Literal["segment", "region"] = "region" if name.kind == "R" else "segment"
    return {"member": name.name, "dimension": name.dimension, "kind": kind}


def _about(m: Match) -> Fields | None:
    """Region, listed member, or phrase that a claim of rank, share or growth is about."""
    found = _subject(m)
    if found is not None:
        fields, at = found
        figure = next((m.match.start(g) for g in ("N", "V") if m.has(g)), m.match.end())
        reversed_ = at > figure or m.match.start() < at
        until = at if reversed_ else _verb(m, at)
        if narrows(m.skeleton, at, until if not m.has("N") else min(figure, m.match.end())) and not reversed_:
            return None
        if (reversed_ and _market_foreign(m)) or _other_dimension(m, fields):
            return None
        if fields["kind"] == "segment" and m.form.metric is Metric.LARGEST and not _names_dimension(m, fields):
            fields["inferred"] = True
        return fields
    if m.has("R") or m.has("S"):
        return None
    return _member(m, "B" if m.has("B") else "A")


def _other_dimension(m: Match, fields: Fields) -> bool:
    """Whether the sentence opens with a dimension ("By material, ...") that is not the member's."""
    opening = re.match(r"(?:by|based on|in terms of|on the basis of) (?P<D>[a-z][\w /&-]{1,50}?), ", m.skeleton.text)
    if not opening or fields["kind"] != "segment":
        return False
    printed = m.skeleton.printed(opening, "D")
    dimension = m.names.dimension(printed)
    return dimension.name != fields["dimension"] if dimension else unlisted_dimension(printed) is not None


def _verb(m: Match, at: int) -> int:
    """Where the words that follow a subject begin to claim something."""
    found = re.compile(r"[RS](?:['\u2019]s)?[^.;]{0,40}?\b").match(m.skeleton.text, at)
    return min(found.end() if found else at + 1, m.match.end())


def _market_foreign(m: Match) -> bool:
    names = [n for _, n in m.skeleton.names()]
    return any(n.kind == "O" for n in names) and not any(n.kind == "M" and n.exact for n in names)


def _names_dimension(m: Match, fields: Fields) -> bool:
    """Whether the sentence, or the heading over it, says which dimension a member belongs to."""
    dimension = str(fields["dimension"])
    words = m.skeleton.sentence.text.casefold()
    near = [w for w in re.findall(r"\w{3,}", dimension.casefold()) if w not in ("and", "the", "type")]
    named = bool(near) and all(w.rstrip("s") in words for w in near)
    return (
        named
        or bool(re.search(rf"\b(?:by|the) {re.escape(dimension.casefold())}\b", words))
        or (m.context.dimension is not None and m.context.dimension.casefold() == dimension.casefold())
    )


def _share(m: Match) -> Claim | None:
    about = _about(m)
    if about is None or (m.form.name == "region_list_share" and not _lists_shares(m)):
        return None
    value = m.value("N")
    if value["value_low"] <= 0:
        return None
    return m.claim({**about, **value, **_year_between(m)})


def _lists_shares(m: Match) -> bool:
    """Whether "R N%, R N%" is a list of shares: two or more pairs, in a sentence that speaks of shares only."""
    text = m.skeleton.text
    pairs = len(m.form.regex.findall(text))
    return (
        pairs > 1
        and bool(re.search(r"shares?\b|contribut|split|breakdown", text))
        and not re.search(r"cagr|growth|grow", text)
    )


def _year_between(m: Match) -> Fields:
    """The one year the match itself spans, else the one right after it, else one that opens the sentence."""
    years = {int(f.low) for f in m.skeleton.figures_within(m.match, "Y")}
    if not years:
        text = m.skeleton.text
        after = re.compile(r"[^A-Z.;|]{0,60}?\b(?:in|during|for|by) (?:the year )?Y").match(text, m.match.end())
        intro = re.match(r"(?:in|during|as of) Y,?\s", text)
        place = after.end() - 1 if after else intro.end() - 1 if intro else None
        if place is not None and intro and not after:
            place = text.index("Y")
        token = m.skeleton.at(place) if place is not None else None
        years = {int(token.low)} if isinstance(token, Figure) else set()
    year = years.pop() if len(years) == 1 else None
    return {} if year is None else {"year_from": year, "year_to": year}


def _rank(m: Match) -> Claim | None:
    """A claim of rank about a region or about a member of a dimension."""
    about = _about(m)
    if about is None or (m.form.metric is Metric.LARGEST and not _is_of_size(m)):
        return None
    start = m.match.start((m.form.name == "while_fastest" and "B") or 0)
    return m.claim({**about, **m.years()}, start if m.form.name != "while_fastest" else None)


def _is_of_size(m: Match) -> bool:
    """Whether "largest" speaks of size, not of growth ("recorded the highest growth")."""
    return not re.match(r"[^A-Z.;,]{0,20}\b(?:growth|cagr|rate)\b", m.skeleton.text[m.match.end() :])


def _member_rate(m: Match) -> Claim | None:
    about = _about(m)
    if about is None:
        return None
    figure = m.match.start("N")
    between = m.skeleton.text[m.match.start() : figure]
    # "R led the M, which grows at N": the rate after a market that is no "in the market" is the market's own.
    if re.search(r"(?<!in )(?<!of )(?<!across )(?<!within )(?<!in the )M[^M]*(?:which|that|growing|, )", between):
        return None
    return m.claim({**about, **_rate(m)}, None, period_near(m.skeleton, m.match))


def _member_value(m: Match) -> Claim | None:
    about = _about(m)
    if about is None:
        return None
    years = size_years(m.skeleton, m.match, m.form.name)
    return None if years is None else m.claim({**about, **m.value("V", currency=True)}, None, years)


def _member(m: Match, group: str) -> Fields | None:
    """The member that a phrase of the match names, in the dimension the match or the heading over it names."""
    phrase = m.skeleton.printed(m.match, group)
    printed = m.skeleton.printed(m.match, "D") if m.has("D") else m.context.dimension
    if printed is None:
        found = m.names.member(phrase, None)
        said: Fields = {"inferred": m.form.metric is Metric.LARGEST}
        return None if found is None else {"member": found[0], "dimension": found[1], "kind": "segment", **said}
    dimension = m.names.dimension(printed)
    if dimension is None:
        name, member = unlisted_dimension(printed), unlisted_member(phrase)
        if name is None or member is None or m.names.member(phrase) is not None:
            return None
        return {"member": member, "dimension": name, "kind": "segment"}
    if dimension.kind == "region":
        return None
    found = m.names.member(phrase, dimension)
    if found is None and not dimension.members:
        member = unlisted_member(phrase)
        return None if member is None else {"member": member, "dimension": dimension.name, "kind": "segment"}
    return None if found is None else {"member": found[0], "dimension": found[1], "kind": "segment"}


def _margin(m: Match) -> Claim | None:
    member, other = _member(m, "A"), _member(m, "B")
    if member is None or other is None or member["member"] == other["member"]:
        return None
    return m.claim({**member, "other_member": other["member"], "hedge": m.match["hedge_margin"], **m.years()})


def _run_cost(m: Match) -> Claim:
    model = re.sub(r"^.*['\u2019]s ", "", m.skeleton.printed(m.match, "W"))
    return m.claim({"member": model.split(" ")[-1], **m.value("V", currency=True)})


def _capital(m: Match) -> Claim:
    raisers = [n.name for _, n in m.skeleton.names(m.match.start()) if n.kind == "C"]
    first = m.skeleton.text.find("C") if raisers else None
    return m.claim({"member": "; ".join(raisers) or None, **m.value("V", currency=True), **m.years()}, first)


def _reduction(m: Match) -> Claim:
    group = "X" if m.has("X") else "N"
    return m.claim({"member": m.skeleton.printed(m.match, "W").lower(), **m.value(group)})


def _prices(m: Match) -> Claim | None:
    cheaper, dearer = PROVIDER_CLASSES[m.match["cheap"]], PROVIDER_CLASSES[m.match["dear"]]
    return None if cheaper == dearer else m.claim({"member": cheaper, "other_member": dearer})


def _investment(m: Match) -> Claim | None:
    low, high = m.skeleton.figure(m.match, "V1"), m.skeleton.figure(m.match, "V2")
    if low.currency != high.currency or low.low > high.low:
        return None
    amount: Fields = {
        "comparator": "between",
        "value_low": low.low,
        "value_high": high.low,
        "decimals": max(low.decimals, high.decimals),
        "unit": money_unit(low),
    }
    found = m.names.member(m.skeleton.printed(m.match, "A"))
    who: Fields = {"member": found[0], "dimension": found[1], "kind": "segment"} if found else {}
    return m.claim({**who, **amount})


def _year_claim(m: Match) -> Claim:
    period = m.has("P")
    figure = m.skeleton.figure(m.match, "P" if period else "Y")
    first, last = int(figure.low), int(figure.high)
    given: Fields = {
        "comparator": "between" if period else "=",
        "value_low": float(first),
        "value_high": float(last),
        "decimals": 0,
        "unit": "year",
        "year_from": first,
        "year_to": last,
    }
    if m.form.metric is Metric.MODEL_DATE:
        given["member"] = m.skeleton.printed(m.match, "A")
    return m.claim(given)


_BUILDERS: dict[Metric, Callable[[Match], Claim | None]] = {
    Metric.MARKET_VALUE: _market_value,
    Metric.MARKET_CAGR: _market_cagr,
    Metric.SHARE: _share,
    Metric.MEMBER_VALUE: _member_value,
    Metric.MEMBER_CAGR: _member_rate,
    Metric.LARGEST: _rank,
    Metric.FASTEST: _rank,
    Metric.MARGIN_OVER: _margin,
    Metric.RUN_COST: _run_cost,
    Metric.CAPITAL_RAISED: _capital,
    Metric.COMPUTE_REDUCTION: _reduction,
    Metric.COST_REDUCTION: _reduction,
    Metric.PRICE_COMPARISON: _prices,
    Metric.INVESTMENT: _investment,
    Metric.MODEL_DATE: _year_claim,
    Metric.BASE_YEAR: _year_claim,
    Metric.FORECAST_PERIOD: _year_claim,
}
