"""One match of one form, and what can be read off it: figures with their hedges, years, the place of the quote.

Belongs here: going from groups of a match to fields of a claim. Does not belong here: whose figure it is (about.py,
subject.py), or which fields each kind of claim has (build.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypedDict

from pipeline.reports.claims import Claim, Comparator
from pipeline.reports.figures import Figure
from pipeline.reports.grammar import Form
from pipeline.reports.names import Names
from pipeline.reports.skeleton import Skeleton
from pipeline.reports.subject import Context
from pipeline.reports.vocabulary import HEDGES
from pipeline.reports.years import Years

_BINDS: dict[str, Comparator] = {">=": ">=", "<=": "<=", "=": "="}
_HEDGE_KIND = [(re.compile(f"(?:{words})$"), _BINDS[kind]) for kind, words in HEDGES.items()]
_HEDGES_AT_END = [(re.compile(rf"(?<!\w)(?:{words})$"), kind) for kind, words in HEDGES.items()]


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


def money_unit(figure: Figure) -> str:
    """For instance usd_bn. An amount without a currency word is taken for dollars by no one: its unit says so."""
    return f"{figure.currency or 'unknown'}_bn".lower()


def _comparator(figure: Figure, hedge: str | None) -> Comparator:
    if figure.low != figure.high:
        return "between"
    return next((binds for pattern, binds in _HEDGE_KIND if hedge and pattern.match(hedge)), "=")
