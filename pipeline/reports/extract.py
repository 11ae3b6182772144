"""Sentences to claims: the skeleton of a sentence, the forms it matches, and what each match claims.

Belongs here: from a match to a claim, and whose figure it is. Does not belong here: the wordings themselves
(forms.py), or what the claims add up to (headline.py).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal, TypedDict

from pipeline.reports.claims import Claim, Comparator, Metric
from pipeline.reports.figures import Figure, figures
from pipeline.reports.forms import FORMS, Form
from pipeline.reports.names import Name, Names
from pipeline.reports.outline import Sentence
from pipeline.reports.vocabulary import HEDGES, PROVIDER_CLASSES

_BINDS: dict[str, Comparator] = {">=": ">=", "<=": "<=", "=": "="}
_HEDGE_KIND = [(re.compile(f"(?:{words})$"), _BINDS[kind]) for kind, words in HEDGES.items()]

_YEAR_GROUPS = ("at", "at_period", "at_from", "at_to", "between_from", "between_to")  # of the notation's @Y


class Skeleton:
    """A sentence with one letter for every figure and name, and the way back to the document's offsets."""

    def __init__(self, sentence: Sentence, names: Names) -> None:
        self.sentence = sentence
        found = list(figures(sentence.text))
        taken = [(f.start, f.end) for f in found]
        tokens: list[Figure | Name] = [*found, *names.find(sentence.text, taken)]
        tokens.sort(key=lambda t: t.start)
        parts, at, length = [], 0, 0
        self._at: list[int] = []  # positions in the skeleton where the offset changes
        self._offset: list[int] = []
        self._tokens: dict[int, Figure | Name] = {}
        for token in tokens:
            self._mark(length, at)
            parts.append(_lower(sentence.text[at : token.start]))
            length += token.start - at
            self._mark(length, token.start)
            self._tokens[length] = token
            parts.append(token.kind)
            length, at = length + 1, token.end
        self._mark(length, at)
        parts.append(_lower(sentence.text[at:]))
        self.text = "".join(parts)

    def _mark(self, position: int, offset: int) -> None:
        self._at.append(position)
        self._offset.append(offset)

    def figure(self, match: re.Match[str], group: str) -> Figure:
        """The figure a group of the match stands for. Raises KeyError when the group stands for none."""
        token = self._tokens[match.start(group)]
        if not isinstance(token, Figure):
            raise KeyError(group)
        return token

    def figures_within(self, match: re.Match[str], kind: str) -> list[Figure]:
        """The figures of one kind that a match spans, in order."""
        tokens = (self._tokens.get(i) for i in range(*match.span()))
        return [t for t in tokens if isinstance(t, Figure) and t.kind == kind]

    def name(self, match: re.Match[str], group: str) -> Name | None:
        """The name a group of the match stands for, or None."""
        token = self._tokens.get(match.start(group)) if _took(match, group) else None
        return token if isinstance(token, Name) else None

    def names_before(self, position: int) -> list[Name]:
        """Names to the left of a position, in order."""
        return [t for at, t in sorted(self._tokens.items()) if at < position and isinstance(t, Name)]

    def offset(self, position: int) -> int:
        """Offset in the sentence of a position in the skeleton; just after a token it is the token's end."""
        token = self._tokens.get(position - 1)
        if token is not None:
            return token.end
        index = bisect_right(self._at, position) - 1
        return self._offset[index] + position - self._at[index]

    def printed(self, match: re.Match[str], group: str) -> str:
        """The words of the sentence that a group of the match stands for."""
        start, end = match.span(group)
        return self.sentence.text[self._start(start) : self.offset(end)]

    def _start(self, position: int) -> int:
        token = self._tokens.get(position)
        return token.start if token is not None else self.offset(position)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the document of a stretch of the skeleton, without blanks at its ends."""
        a, b = self._start(start), self.offset(end)
        words = self.sentence.text[a:b]
        a += len(words) - len(words.lstrip(" ,"))
        b -= len(words) - len(words.rstrip(" ,"))
        return self.sentence.start + a, self.sentence.start + b


def _lower(text: str) -> str:
    """Lower case of the same length: a few letters grow when lowered, and offsets must hold."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _took(match: re.Match[str], group: str) -> bool:
    return match.re.groupindex.get(group) is not None and match.start(group) >= 0


class Fields(TypedDict, total=False):
    """The fields of a claim that a match may fill."""

    comparator: Comparator
    value_low: float
    value_high: float
    decimals: int
    unit: str
    year_from: int
    year_to: int
    hedge: str | None
    dimension: str | None
    kind: Literal["segment", "region"]
    member: str | None
    other_member: str | None


@dataclass
class Extraction:
    """The claims found, and how many figures were dropped because their subject was not certain."""

    claims: list[Claim]
    dropped: int = 0


def extract(sentences: Iterable[Sentence], names: Names) -> Extraction:
    """Every claim the forms find, repetitions included."""
    result = Extraction([])
    for sentence in sentences:
        skeleton = Skeleton(sentence, names)
        for form in FORMS:
            if form.cue not in skeleton.text:
                continue
            for match in form.regex.finditer(skeleton.text):
                claim = _BUILDERS[form.metric](_Match(form, match, skeleton, names))
                if claim is None:
                    result.dropped += 1
                else:
                    result.claims.append(claim)
    return result


@dataclass(frozen=True)
class _Match:
    """One match of one form, with what its builder needs."""

    form: Form
    match: re.Match[str]
    skeleton: Skeleton
    names: Names

    def claim(self, given: Fields, start: int | None = None) -> Claim:
        """A claim with the match's place, from position `start` when the subject stands before the match."""
        sentence = self.skeleton.sentence
        begin, end = self.skeleton.span(self.match.start() if start is None else start, self.match.end())
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

    def value(self, group: str, *, currency: bool = False) -> Fields:
        """The fields of a claim that a figure with its hedge fills."""
        figure = self.skeleton.figure(self.match, group)
        hedge = self.match[f"hedge_{group}"] if f"hedge_{group}" in self.match.re.groupindex else None
        unit = _money_unit(figure) if currency else figure.unit
        return {
            "comparator": _comparator(figure, hedge),
            "value_low": figure.low,
            "value_high": figure.high,
            "decimals": figure.decimals,
            "unit": unit,
            "hedge": hedge,
        }

    def years(self) -> Fields:
        """The year or period the match found nearby; a lone year after "through" or "by" is an end."""
        years = {g: int(self.skeleton.figure(self.match, g).low) for g in _YEAR_GROUPS if _took(self.match, g)}
        if "at_period" in years:
            period = self.skeleton.figure(self.match, "at_period")
            return {"year_from": int(period.low), "year_to": int(period.high)}
        if "at" not in years:
            return {"year_from": min(years.values()), "year_to": max(years.values())} if years else {}
        before = self.skeleton.text[: self.match.start("at")].removesuffix("the year ").rstrip()
        if before.endswith(("through", "by", "until", "till")):
            return {"year_to": years["at"]}
        return {"year_from": years["at"], "year_to": years["at"]}


def _money_unit(figure: Figure) -> str:
    """For instance usd_bn. A figure without a currency word is taken for dollars by no one: its unit says so."""
    return f"{figure.currency or 'unknown'}_bn".lower()


def _comparator(figure: Figure, hedge: str | None) -> Comparator:
    if figure.low != figure.high:
        return "between"
    return next((binds for pattern, binds in _HEDGE_KIND if hedge and pattern.match(hedge)), "=")


def _market_value(m: _Match) -> Claim | None:
    start = _own_market(m)
    if start is None:
        return None
    year = int(m.skeleton.figure(m.match, "Y").low)
    return m.claim({**m.value("V", currency=True), "year_from": year, "year_to": year}, start)


def _market_cagr(m: _Match) -> Claim | None:
    start = _own_market(m)
    return None if start is None else m.claim({**m.value("N"), **m.years()}, start)


def _own_market(m: _Match) -> int | None:
    """Where the sentence names this market before the match, or None when the figure may be someone else's.

    The nearest name before the figure decides; with no name at all, the figure must open the sentence.
    """
    before = m.skeleton.names_before(m.match.start() + 1)
    others = [n for n in before if n.kind != "M"]
    own = [n for n in before if n.kind == "M"]
    if others and (not own or others[-1].start > own[-1].start or others[-1].kind == "O"):
        return None
    if own:
        return m.skeleton.text.find("M")
    lead = m.skeleton.text[: m.match.start()]
    return m.match.start() if re.fullmatch(r"(?:it |this )?(?:was |is |were )?", lead) else None


def _region(m: _Match) -> Fields | None:
    name = m.skeleton.name(m.match, "R")
    if name is None:
        return None
    return {"member": name.name, "dimension": name.dimension, "kind": "region"}


def _region_share(m: _Match) -> Claim | None:
    region = _region(m)
    if region is None:
        return None
    return m.claim({**region, **m.value("N"), **_year_between(m)})


def _year_between(m: _Match) -> Fields:
    """The one year the match itself spans, if there is exactly one."""
    years = {int(f.low) for f in m.skeleton.figures_within(m.match, "Y")}
    year = years.pop() if len(years) == 1 else None
    return {} if year is None else {"year_from": year, "year_to": year}


def _rank(m: _Match) -> Claim | None:
    """A claim of rank about a region or about a member of a dimension."""
    if "R" in m.match.re.groupindex:
        region = _region(m)
        return None if region is None else m.claim({**region, **m.years()})
    member = _member(m, "A")
    return None if member is None else m.claim({**member, **m.years()})


def _member(m: _Match, group: str) -> Fields | None:
    """The member that a phrase of the match names, in the dimension the match names if it names one."""
    dimension = m.names.dimension(m.skeleton.printed(m.match, "D")) if "D" in m.match.re.groupindex else None
    if dimension is None and "D" in m.match.re.groupindex:
        return None
    found = m.names.member(m.skeleton.printed(m.match, group), dimension)
    return None if found is None else {"member": found[0], "dimension": found[1], "kind": "segment"}


def _margin(m: _Match) -> Claim | None:
    member, other = _member(m, "A"), _member(m, "B")
    if member is None or other is None or member["member"] == other["member"]:
        return None
    return m.claim({**member, "other_member": other["member"], "hedge": m.match["hedge_margin"], **m.years()})


def _run_cost(m: _Match) -> Claim:
    model = re.sub(r"^.*['\u2019]s ", "", m.skeleton.printed(m.match, "W"))
    return m.claim({"member": model.split(" ")[-1], **m.value("V", currency=True)})


def _capital(m: _Match) -> Claim:
    raisers = [n.name for n in m.skeleton.names_before(m.match.start()) if n.kind == "C"]
    first = m.skeleton.text.find("C") if raisers else None
    return m.claim({"member": "; ".join(raisers) or None, **m.value("V", currency=True), **m.years()}, first)


def _reduction(m: _Match) -> Claim:
    group = "X" if "X" in m.match.re.groupindex else "N"
    return m.claim({"member": m.skeleton.printed(m.match, "W").lower(), **m.value(group)})


def _prices(m: _Match) -> Claim | None:
    cheaper, dearer = PROVIDER_CLASSES[m.match["cheap"]], PROVIDER_CLASSES[m.match["dear"]]
    return None if cheaper == dearer else m.claim({"member": cheaper, "other_member": dearer})


def _investment(m: _Match) -> Claim | None:
    low, high = m.skeleton.figure(m.match, "V1"), m.skeleton.figure(m.match, "V2")
    if low.currency != high.currency or low.low > high.low:
        return None
    amount: Fields = {
        "comparator": "between",
        "value_low": low.low,
        "value_high": high.low,
        "decimals": max(low.decimals, high.decimals),
        "unit": _money_unit(low),
    }
    return m.claim({**(_member(m, "A") or {}), **amount})


def _model_date(m: _Match) -> Claim:
    year = int(m.skeleton.figure(m.match, "Y").low)
    when: Fields = {
        "comparator": "=",
        "value_low": float(year),
        "value_high": float(year),
        "decimals": 0,
        "unit": "year",
    }
    return m.claim({"member": m.skeleton.printed(m.match, "A"), **when, "year_from": year, "year_to": year})


_BUILDERS: dict[Metric, Callable[[_Match], Claim | None]] = {
    Metric.MARKET_VALUE: _market_value,
    Metric.MARKET_CAGR: _market_cagr,
    Metric.SHARE: _region_share,
    Metric.LARGEST: _rank,
    Metric.FASTEST: _rank,
    Metric.MARGIN_OVER: _margin,
    Metric.RUN_COST: _run_cost,
    Metric.CAPITAL_RAISED: _capital,
    Metric.COMPUTE_REDUCTION: _reduction,
    Metric.COST_REDUCTION: _reduction,
    Metric.PRICE_COMPARISON: _prices,
    Metric.INVESTMENT: _investment,
    Metric.MODEL_DATE: _model_date,
}
