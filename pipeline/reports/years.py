"""Which year a figure belongs to.

Belongs here: finding the year of a size and the period of a growth rate in a sentence. Does not belong here: choosing
among sizes of several years (headline.py).

A year is taken from beside the figure ("V in Y"), from its label ("Market size (Y): V"), from the head of the clause
("In Y, the market was valued at V"), or from the period a pair of sizes spans. A year that belongs to another figure is
never borrowed.
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.reports.figures import Figure
from pipeline.reports.skeleton import Skeleton

# Prepositions of other languages do no harm in English sentences, and the reverse.
_ABROAD = (
    r"en|d['\u2019]ici(?: \u00e0)?|\u00e0 l['\u2019]horizon|em|at\u00e9|para|hacia|hasta|no ano(?: de)?|en el a\u00f1o|para el a\u00f1o|im jahre?|bis(?: zum)?(?: jahr)?(?: ende)?|ende"
    r"|\u0641\u064a|\u0628\u062d\u0644\u0648\u0644|\u0641\u064a \u0639\u0627\u0645|\u0628\u062d\u0644\u0648\u0644 \u0639\u0627\u0645|\u062d\u062a\u0649 \u0639\u0627\u0645"
)
_IN = (
    rf"(?:{_ABROAD}|in|by|for|during|as of|as at|at|until|till|through|over|by the end of|at the end of|by the close of|before|around) "
    r"(?:the )?(?:end of )?(?:(?:base|fiscal|forecast|calendar|historical|estimated) )?(?:year |years? end )?(?:of )?\(?"
)
_CALM = r"(?:(?!\b(?:and|while|with|grow\w*|is|will|from|to|et|y|e|und|soll|wird|devrait|avec|con|com|mit|deve|expand\w*|register\w*|at a|rising|up|reach\w*|before)\b)[^VNYPRSCOXK;.|]){0,50}?"
_AHEAD = r"(?: (?:is|are) (?:now )?(?:forecast(?:ed)?|expected|projected|anticipated|predicted))?"
_AFTER = re.compile(
    rf"(?:{_AHEAD},?\s{_CALM}\b{_IN}|(?: last year)?\s?\(|,?\s?\(?(?:base year|forecast)[ :,]+)(?P<Y>Y)\b"
)
_AFTER_CELL = re.compile(r"\s?(?:\||\()\s?(?P<Y>Y)\)?\s*(?:\||$)")
_PERIOD_AFTER = re.compile(r"[^VNRSCO;.]{0,60}?(?P<P>P)")
# "reach V, growing at a CAGR of N during P", "reach V, expanding at N through Y".
_AFTER_RATE = re.compile(
    r"[^VNRSCO;.YP]{0,60}?N[^VNRSCO;.YP]{0,60}?(?:(?P<P>P)| (?:through|until|till|by) (?:the year )?(?P<Y>Y))"
)
_PERIOD_AFTER_TO = re.compile(r"[^VN;.]{0,40} to [^V;.]{0,40}V[^VN;.]{0,60}?(?P<P>P)")
_INTRO = re.compile(rf"(?:^|[^V]\s|[,;(]\s?|^[-\u2022] )(?<!V ){_IN}(?P<Y>Y)\b", re.I)
_YEAR_FIRST = re.compile(
    r"(?P<Y>Y)\u5e74(?:\u672b)?(?:\u306b|\u307e\u3067\u306b|\u306f|\u306e|\u6642\u70b9|\u3001)|\b(?:sich|wurde|betrug|lag|hat|war) (?P<D>Y)\b"
)
_TAKEN = re.compile(rf"V(?:,?\s{_CALM}\b{_IN}|\s?\()(?P<Y>Y)\b")


@dataclass(frozen=True, slots=True)
class Years:
    """First and last year of a claim, and where they stand in the skeleton (None: no year is printed)."""

    first: int | None = None
    last: int | None = None
    place: int | None = None


def size_years(skeleton: Skeleton, match: re.Match[str], form: str) -> Years | None:
    """The year of the size in group V of a match; empty when the sentence gives none, None when it is not clear which."""
    at = match.start("V")
    text = skeleton.text
    direct = _AFTER.match(text, at + 1)
    if direct:
        return _one(skeleton, direct.start("Y"))
    if form in ("size_label", "label_size"):
        return _label_year(skeleton, at, form)
    spanned = _spanned(skeleton, match, form, at)
    if spanned is not None or form == "from_size":
        return spanned or Years()
    if form in ("next_size", "up_from"):
        return None
    rate = _AFTER_RATE.match(text, at + 1) if form in ("reach", "grow_to", "from_to") else None
    before = _intro_year(skeleton, at)
    if rate is None or before is None or before.place is not None:
        return before
    return _one(skeleton, rate.start(rate.lastgroup or 0), end=True)


def _spanned(skeleton: Skeleton, match: re.Match[str], form: str, at: int) -> Years | None:
    """A year that a period gives: its end for the size reached, its start for the size a pair begins with."""
    text = skeleton.text
    if form in ("from_to", "grow_to", "reach"):
        after = _PERIOD_AFTER.match(text, at + 1)
        if after:
            return _one(skeleton, after.start("P"), end=True)
    if form in ("reach", "grow_to"):
        # "to grow from 2023 to 2029, reaching V": the end of a period no size stands between.
        before = [p for p, t in skeleton.placed() if p < at and t.kind in "PV"]
        if before and text[before[-1]] == "P" and not _INTRO.search(text[before[-1] : at]):
            return _one(skeleton, before[-1], end=True)
    pair = _PERIOD_AFTER_TO.match(text, at + 1) if form == "from_size" else None
    own = re.search(
        r"(?P<Y>Y)(?:['\u2019]s (?:[a-z]+ ){0,3}| (?:value|size|level|figure) of | (?:projections?|forecasts?) (?:showing|of|at) )$",
        text[:at],
    )
    if pair or own:
        return _one(skeleton, pair.start("P") if pair else own.start("Y") if own else at)
    return None


def _intro_year(skeleton: Skeleton, at: int) -> Years | None:
    """A year at the head of the clause that no other size has taken; several of them settle nothing."""
    text = skeleton.text[:at]
    taken = {m.start("Y") for m in _TAKEN.finditer(text)}
    last_size = max((p for p, t in skeleton.placed() if p < at and t.kind == "V"), default=-1)
    heads = [m.start("Y") for m in _INTRO.finditer(text)] + [
        m.start(m.lastgroup or 0) for m in _YEAR_FIRST.finditer(text)
    ]
    free = [at for at in heads if at not in taken and at > last_size]
    loose = [p for p, t in skeleton.placed() if t.kind == "Y" and p < at and p not in taken and p > last_size]
    if len(free) == 1:
        return _one(skeleton, free[0])
    return None if free or loose else Years()


def _label_year(skeleton: Skeleton, at: int, form: str) -> Years:
    """The year in a label's own words, or in the cell after the amount."""
    cell = _AFTER_CELL.match(skeleton.text, at + 1)
    if cell:
        return _one(skeleton, cell.start("Y"))
    near = skeleton.text[:at] if form == "size_label" else skeleton.text[at:]
    shift = 0 if form == "size_label" else at
    places = [shift + i for i, c in enumerate(near) if c == "Y" and skeleton.at(shift + i) is not None]
    return _one(skeleton, places[0]) if len(places) == 1 else Years()


def _one(skeleton: Skeleton, place: int, *, end: bool = False) -> Years:
    token = skeleton.at(place)
    if not isinstance(token, Figure):
        return Years()
    year = int(token.high if end else token.low)
    return Years(year, year, place)


def period_near(skeleton: Skeleton, match: re.Match[str]) -> Years:
    """The period printed with a growth rate: inside the match, after it, else before it in the same sentence."""
    text = skeleton.text
    inside = [p for p, t in skeleton.placed() if t.kind == "P" and match.start() <= p < match.end()]
    after = re.compile(r"[^RSCOVNXK;]{0,90}?(?P<P>P)").match(text, match.end())
    before = [p for p, t in skeleton.placed() if t.kind == "P" and p < match.start()]
    clear = before and not re.search(r"[N;]", text[before[-1] + 1 : match.start()].replace("V", ""))
    place = inside[-1] if inside else after.start("P") if after else before[-1] if clear else None
    if place is not None:
        token = skeleton.at(place)
        if isinstance(token, Figure):
            return Years(int(token.low), int(token.high), place)
    end = re.compile(r"[^RSCOVNXK;.P]{0,60}?\b(?:through|by|until|till) (?:the year )?(?P<Y>Y)").match(
        text, match.end()
    )
    token = skeleton.at(end.start("Y")) if end else None
    return Years(None, int(token.high), end.start("Y")) if end and isinstance(token, Figure) else Years()
