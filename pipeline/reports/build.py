"""From a match to a claim: the figure, its year, its subject, its place.

Belongs here: what each kind of claim takes from a match. Does not belong here: wordings (grammar/), or whose figure it
is (about.py, subject.py).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from pipeline.reports.about import about, member_of
from pipeline.reports.claims import Claim, Metric
from pipeline.reports.figures import Figure
from pipeline.reports.grammar.words import HOLDS, NOT_RATE
from pipeline.reports.match import Fields, Match, money_unit
from pipeline.reports.names import Name
from pipeline.reports.ranks import WHOLE_PCT
from pipeline.reports.subject import counted_grow, narrows, own_market
from pipeline.reports.vocabulary import PROVIDER_CLASSES
from pipeline.reports.years import period_near, size_years

_LEAST_MARKET_BN = 0.001  # a market of less than a million is a price, or an amount whose unit stands elsewhere
_LEAST_LISTED = 2  # pairs of a name and its share that make a list
_INCREMENT = re.compile(r"\b(?:growth|opportunit|increment|increase|added|gain|dollar)")
_SIZE_LABEL = re.compile(
    r"[MYP]|market|size|valu|revenue|sales|worth|forecast|estimat|project|expected|current|base|total|end of"
    r"|march|mercad|markt|taille|tama|tamanho|wert|\u5e02\u5834|\u0633\u0648\u0642"
)
_SHRINKS = re.compile(r"\b(?:declin|shrink|contract|decreas|fall|negative)\w*")


def build(m: Match) -> Claim | None:
    """The claim a match makes, or None when its subject or its figure is not certain."""
    return _BUILDERS[m.form.metric](m)


def _market_value(m: Match) -> Claim | None:
    at = m.match.start("V") if m.has("M") else m.match.start()  # Arabic puts the verb before the market
    start = own_market(m.skeleton, at if m.form.name != "label_size" else 0, m.context)
    if m.form.name == "label_size":
        start = m.match.start() if any(n.kind == "M" for _, n in m.skeleton.names()) or not m.context.foreign else None
    figure = m.skeleton.figure(m.match, "V")
    if m.form.name in ("size_label", "label_size") and _INCREMENT.search(m.skeleton.text):
        return None
    if m.form.name == "size_label" and not _SIZE_LABEL.search(m.skeleton.text[: m.match.start("V")]):
        return None  # "Photoresists: USD 5.1 billion" is another market's
    if start is None or figure.low < _LEAST_MARKET_BN:
        return None
    years = size_years(m.skeleton, m.match, m.form.name)
    if years is None:
        return None
    return m.claim(m.value("V", currency=True), start, years)


def _market_cagr(m: Match) -> Claim | None:
    start = own_market(m.skeleton, m.match.start(), m.context)
    if start is None or counted_grow(m.skeleton, start, m.match.end()):
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


def _share(m: Match) -> Claim | None:
    subject = about(m)
    if subject is None or (m.form.name in ("region_list_share", "member_list_share") and not _lists_shares(m)):
        return None
    if m.form.name in ("region_rank_share", "region_apposed_share") and re.search("cagr|grow", m.skeleton.text):
        return None
    if m.form.name == "region_next_share" and not _ONE_SHARE_MORE.search(m.skeleton.text[: m.match.start()]):
        return None
    if _RESPECTIVELY.search(m.skeleton.text, m.match.start()) and _ONE_OF_SEVERAL.match(
        m.skeleton.text, m.match.end("N")
    ):
        return None  # which of the figures is whose, the order tells
    value = m.value("N")
    if value["value_low"] <= 0:
        return None
    return m.claim({**subject, **value, **_year_between(m)})


_RESPECTIVELY = re.compile(r"\brespectively\b")
_ONE_OF_SEVERAL = re.compile(r"(?:,| and|, and) ?(?:[a-z]+ ){0,2}N")
# "Europe held 40%" and more such pairs, nothing else: what may stand before a region with a bare share.
_ONE_SHARE_MORE = re.compile(
    rf"R(?: region| market)? {HOLDS}(?! (?:growth|cagr))[^A-XZ.;|]{{0,30}}N{NOT_RATE}[^A-LN-XZ.;|]{{0,40}}"
    r"(?:(?:,|,? and|;) (?:the )?R(?: for| with| at|,)? [^A-Z.;|]{0,15}N[^A-XZ.;|]{0,30}){0,6}(?:,|,? and|;) (?:the )?$"
)


def _lists_shares(m: Match) -> bool:
    """Whether "R N%, R N%" is a list of shares: all of the market, or for regions two or more pairs in a sentence that
    speaks of shares only.
    """
    text = m.skeleton.text
    found = list(m.form.regex.finditer(text))
    listed = [m.skeleton.figure(one, "N").low for one in found]
    members = [] if m.has("R") else [m.skeleton.at(one.start("S")) for one in found]
    mixed = len({name.dimension for name in members if isinstance(name, Name)}) > 1
    if len(listed) < _LEAST_LISTED or mixed or re.search(r"cagr|growth|grow", text):
        return False
    said = m.has("R") and re.search(r"shares?\b|contribut|split|breakdown|followed by", text) is not None
    return said or WHOLE_PCT[0] <= sum(listed) <= WHOLE_PCT[1]


def _year_between(m: Match) -> Fields:
    """The one year the match itself spans, else the one right after it, else one that opens the sentence."""
    years = {int(f.low) for f in m.skeleton.figures_within(m.match, "Y")}
    if not years:
        text = m.skeleton.text
        after = re.compile(r"[^A-LN-Z.;|]{0,60}?\b(?:in|during|for|by) (?:the year )?Y").match(text, m.match.end())
        intro = re.match(r"(?:in|by|during|as of) Y,?\s", text)
        place = after.end() - 1 if after else intro.end() - 1 if intro else None
        if place is not None and intro and not after:
            place = text.index("Y")
        token = m.skeleton.at(place) if place is not None else None
        years = {int(token.low)} if isinstance(token, Figure) else set()
    year = years.pop() if len(years) == 1 else None
    return {} if year is None else {"year_from": year, "year_to": year}


def _joint_share(m: Match) -> Claim | None:
    """The share of two regions together: no share of either."""
    first, second = (m.skeleton.at(m.match.start(group)) for group in ("R1", "R2"))
    if not isinstance(first, Name) or not isinstance(second, Name) or m.skeleton.text[: m.match.start()].endswith(", "):
        return None
    if narrows(m.skeleton, m.match.start("R2"), m.match.start("N")):
        return None
    who: Fields = {"member": first.name, "other_member": second.name, "dimension": first.dimension, "kind": "region"}
    return m.claim({**who, **m.value("N"), **_year_between(m)})


def _rank(m: Match) -> Claim | None:
    """A claim of rank about a region or about a member of a dimension."""
    subject = about(m)
    if subject is None or (m.form.metric is Metric.LARGEST and not _is_of_size(m)):
        return None
    return m.claim({**subject, **m.years()})


_OF_SOMETHING_ELSE = re.compile(
    r"[^A-Z.;,]{0,20}\b(?:growth|cagr|rate)\b"
    r"| (?:for|of) (?:research|innovation|patents|exports?|imports?|production|talent|investment)\b"
)


def _is_of_size(m: Match) -> bool:
    """Whether "largest" speaks of size, not of growth ("recorded the highest growth")."""
    return not _OF_SOMETHING_ELSE.match(m.skeleton.text, m.match.end())


# A rate of the past, "grew at 14%", is history.
_GREW = re.compile(
    r"\b(?:grew|rose|fell|shrank|(?:has|have|had) (?:grown|risen|fallen|expanded|increased|declined))\b[^;]{0,60}$"
)


def _member_rate(m: Match) -> Claim | None:
    subject = about(m)
    if subject is None or counted_grow(m.skeleton, m.match.start(), m.match.end()):
        return None
    figure = m.match.start("N")
    if _GREW.search(m.skeleton.text[m.match.start() : figure]):
        return None
    between = m.skeleton.text[m.match.start() : figure]
    # "R led the M, which grows at N": the rate after a market that is no "in the market" is the market's own.
    if not m.form.name.endswith("_and_cagr") and re.search(
        r"(?<!in )(?<!of )(?<!across )(?<!within )(?<!in the )M[^M]*(?:which|that|growing|, )", between
    ):
        return None
    return m.claim({**subject, **_rate(m)}, None, period_near(m.skeleton, m.match))


def _member_value(m: Match) -> Claim | None:
    subject = about(m)
    if subject is None:
        return None
    years = size_years(m.skeleton, m.match, m.form.name)
    return None if years is None else m.claim({**subject, **m.value("V", currency=True)}, None, years)


def _margin(m: Match) -> Claim | None:
    member, other = member_of(m, "A"), member_of(m, "B")
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
    Metric.JOINT_SHARE: _joint_share,
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
