"""Which region or member a match is about.

Belongs here: resolving the subject of a claim about regions and members, and refusing where it is not certain. Does not
belong here: whether a figure is the market's (subject.py), finding names (names.py).
"""

from __future__ import annotations

import re
from typing import Literal

from pipeline.reports.claims import Metric
from pipeline.reports.grammar.words import GROWS
from pipeline.reports.match import Fields, Match
from pipeline.reports.names import Name, is_whole_name, unlisted_dimension
from pipeline.reports.subject import is_joined, narrows

_GROWS = re.compile(GROWS)


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


def about(m: Match) -> Fields | None:
    """Region, listed member, or phrase that a claim of rank, share or growth is about."""
    found = _subject(m)
    if found is not None:
        fields, at = found
        figure = next((m.match.start(g) for g in ("N", "V") if m.has(g)), m.match.end())
        reversed_ = at > figure or m.match.start() < at or m.form.name == "region_apposed"
        until = at if reversed_ else _verb(m, at)
        if m.form.metric is Metric.FASTEST and not reversed_:
            grows = _GROWS.search(m.skeleton.text, at + 1, m.match.end())
            until = grows.start() if grows else until
        if m.form.name == "member_also_leads":
            until = m.match.end()
        if (
            m.form.name != "region_in_fastest"
            and narrows(m.skeleton, at, until if not m.has("N") else min(figure, m.match.end()))
            and not reversed_
        ):
            return None
        if _restricted(m, at, fields):
            return None
        owned = m.form.name not in ("region_apposed", "region_behind_share") and _owned(m)
        if (reversed_ and (_market_foreign(m) or owned)) or _other_dimension(m, fields):
            return None
        return fields
    if m.has("R") or m.has("S"):
        return None
    return member_of(m, "B" if m.has("B") else "A")


_LED_BEFORE = re.compile(
    r"[RCKO](?:['\u2019]s)? (?:has |have |also )?(?:dominat\w+|led|leads?|leading|headed|topp\w+) (?:the )?$"
)
_OVERTAKEN = re.compile(r"\b(?:overtak|surpass|replac|displac|dethron)\w* (?:the )?$")
_SHARE_OF_MEMBER = re.compile(
    r" (?:share )?(?:of|in) (?:the |all |global |total )*[SK]\b"
)  # "41% of the brass segment"
_PLACE_OPENS = re.compile(r"(?:^|[;,] )(?:in|across|within) (?:the )?(?P<at>[RK])(?:,| [^.;,]{0,40},) (?:the )?$")
_PLACE_FOLLOWS = re.compile(r"[^A-Z.;,|]{0,20}\b(?:in|across) (?:the )?(?P<at>[RK])\b")


def _restricted(m: Match, at: int, fields: Fields) -> bool:
    """Whether a place or a member narrows it: "in Europe, brass leads", "Europe dominated the brass segment"."""
    text = m.skeleton.text
    if _OVERTAKEN.search(text[:at]):
        return True
    if fields["kind"] == "region":
        if m.form.metric is Metric.SHARE:
            return _SHARE_OF_MEMBER.match(text, m.match.end()) is not None
        return (
            m.form.metric is Metric.LARGEST and re.match(r" (?:in )?(?:the )?[SK]\b", text[m.match.end() :]) is not None
        )
    if _LED_BEFORE.search(text[:at]):
        return True
    for found in (_PLACE_OPENS.search(text[:at]), _PLACE_FOLLOWS.match(text, m.match.end())):
        place = m.skeleton.at(found.start("at")) if found else None
        if isinstance(place, Name) and not m.names.is_of_market(place.name):
            return True
    return False


def _other_dimension(m: Match, fields: Fields) -> bool:
    """Whether the sentence names a dimension ("By material, ...", "the largest material") that is not the member's."""
    if m.form.name == "member_is_leading":
        named = m.names.dimension(m.skeleton.printed(m.match, "D"))
        return named is None or named.name != fields["dimension"]
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


def _owned(m: Match) -> bool:
    """Whether what is said before the name has a subject of its own ("Brass grows fastest, helped by Europe")."""
    clause = max(m.skeleton.text.rfind(mark, 0, m.match.start()) for mark in (";", "|", " while ", " whereas "))
    return any(n.kind in "RSCKO" and clause < at < m.match.start() for at, n in m.skeleton.names(m.match.start()))


def _market_foreign(m: Match) -> bool:
    names = [n for _, n in m.skeleton.names()]
    return any(n.kind == "O" for n in names) and not any(n.kind == "M" and n.exact for n in names)


_IS_SEGMENT = re.compile(r" (?:segment|category|sub-?segment|bifurcation)\b")


def member_of(m: Match, group: str) -> Fields | None:
    """The member that a phrase of the match names, in the dimension the match or the heading over it names."""
    phrase = m.skeleton.printed(m.match, group)
    printed = m.skeleton.printed(m.match, "D") if m.has("D") else m.context.dimension
    if printed is None:
        found = m.names.member(phrase, None)
        whole = found is not None and is_whole_name(phrase, found[0])
        said: Fields = {"inferred": m.form.metric is Metric.LARGEST and not whole}
        return None if found is None else {"member": found[0], "dimension": found[1], "kind": "segment", **said}
    named = _IS_SEGMENT.match(m.skeleton.text, m.match.end(group)) is not None and m.has("D")
    found = m.names.member_of(phrase, printed, sure=named)
    return None if found is None else {"member": found[0], "dimension": found[1], "kind": "segment"}
