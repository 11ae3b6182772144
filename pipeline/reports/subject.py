"""Whose figure it is: the report's market, a region or member, or someone else's.

Belongs here: deciding whom a match is about, and refusing where that is not certain. Does not belong here: the forms
(grammar/), or turning a match into a claim (build.py).

A sentence may speak of several markets, regions and companies. A figure is the market's only if the market is the
nearest subject before it: names behind a preposition ("in Europe") are no subjects, but a region behind one narrows the
market to that region, and its figures are then not the market's. Where words between the subject and the verb may be a
subject of their own (a capitalised name, "the cloud segment"), the figure is dropped and counted.
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.reports.grammar.words import KIND
from pipeline.reports.names import Name
from pipeline.reports.skeleton import Skeleton
from pipeline.reports.vocabulary import DIMENSION_WORDS

_PREPOSITION = re.compile(
    r"\b(?:in|of|across|within|for|throughout|over|on|from|to|into|behind|with|by|as|than|at|for the)"
    r"(?: the| this| our| global| overall| its)*\s$"
)
_NEW_SUBJECT = re.compile(
    r"\b(?:segments?|categor(?:y|ies)|sub-?segments?|compan(?:y|ies)|firms?|vendors?|startups?|players?|(?<!all )(?<!other )regions?|countr(?:y|ies)"
    r"|spending|investments?|funding|deals?|exports?|imports?|subsidiar\w+|acquisition|market cap\w*|backlog|units? sold"
    r"|segmentos?|empresas?|entreprises?|unternehmen|r\u00e9gions?|regi[\u00f3\u00e3]o?n?|pa\u00eds|pays|while|whereas|whose|of which|its (?:largest|biggest|fastest)|reports?|licen[cs]e|copy|price|order|grants?|budget)\b"
)
_KIND_FIRST = re.compile(rf"^(?: (?:region|market)\b|{KIND})")
# Before a market that is not the subject: "Europe led the market with 40%, valued at ...".
_LEADS_IT = re.compile(
    r"\b(?:dominat\w+|led|leads?|leading|head(?:s|ed)|topp?(?:s|ed)|command\w*|captur\w+)\s(?:the )?$"
)
# "Europe is the most significant market shareholder": the market is part of what is said of Europe.
_SAID_OF_IT = re.compile(r" (?:is|are|was|were|remains?|represents?|became|stays)\b[^,;]*$")
# "Europe, with a market size of USD 3 billion, will grow at": the size is Europe's.
_ITS_OWN = re.compile(r"\b(?:a|its|their)(?: total| estimated| regional)? $")
_RANK_PHRASE = re.compile(
    r"(?:the )?(?:largest|leading|dominant|biggest|highest|fastest[- ]growing|major) (?:\w+ )?(?:segment|category|region|market)\b"
    rf"|\bin (?:the |its )?(?:\w+ )?(?:{'|'.join(sorted(DIMENSION_WORDS))}) (?:category|segment)\b"
    r"|^ (?:is|was|are|remains) the (?:region|segment|category) with\b"
    r"|\b(?:of|in) the [a-z][a-z /&-]{1,40} segment\b"
    r"|\b(?:the|a|as the) (?:region|segment|category|market) with (?=the )|, one of the (?:segments|regions|markets)[^,]{0,60},|\bthe same (?:segment|category|region)\b|\bin (?:the )?by [a-z][\w /&-]{1,40} segment\b"
)
# "the brass segment of Material is": whose segment it is.
_OF_DIMENSION = re.compile(
    r"^ (?:segment|category|sub-segment) of (?:the )?[\w/&-]+(?: [\w/&-]+){0,2}(?= (?:is|was|are|were|will|has|had|held|led|leads?|dominat\w+|account\w*|captur\w*)\b)"
)
# "exports from Europe", "the price of brass": what follows is said of exports and prices.
_BEHIND = re.compile(
    r"\b(?:in|across|within|outside|throughout|like|beyond|unlike|excluding|into"
    r"|(?:prices?|costs?|exports?|imports?|production|output|adoption|consumption|number|shipments?|supply|customers|users|patients) (?:of|for|from|to))(?: the)?\s$"
)
# "and their daily rates have risen by 11%": not the member's own size or growth.
_OF_ITS_OWN = re.compile(
    r"\b(?:their|its|whose) (?:\w+ ){0,2}(?:rates?|prices?|costs?|margins?|volumes?|exports?|imports?|output|capacity|shipments?|orders?|wages|efficiency|yield|penetration)\b"
)
# "its customers grow by 5% a year", "brass prices rise": what grows is counted in something else than money. "Retail
# customers will grow at a CAGR of 5%" is a member by its full name.
_PEOPLE = r"(?:units?|customers?|clients?|users?|subscribers?|subscriptions?|patients?|visitors?|employees|staff|headcount|memberships?)"
_THINGS = r"(?:prices?|costs?|fees?|wages|volumes?|tonnage|shipments?|orders?|installations?|output|production|capacity|exports?|imports?|adoption|penetration|traffic)"
_THEN_GROW = r"(?: (?:sold|shipped|installed))?(?: (?:has|have|is|are|will|should|been|be|also|now|likely|expected|projected|forecast|set|to))* (?:gr[oe]w|ris[ei]|rose|expand|increas|climb|declin|fall)\w*"
_COUNTED_GROW = re.compile(rf"\b(?:{_THINGS}{_THEN_GROW}|{_PEOPLE}{_THEN_GROW}(?![^.;]{{0,30}}\b(?:cagr|compound)))")
# "Rubber follows tyres, a niche that shrinks": what is said behind it is said of the niche.
_OF_APPOSED = re.compile(r", (?:an?|the) [\w-]+(?: [\w-]+)? (?:that|which|whose)\b")
# "and the smaller grades are expected to": what follows has a subject of its own.
_AND_ANOTHER = re.compile(
    r"\b(?:and|but|;) (?!(?:is|are|was|were|will|should|has|have|it|they|also|likely|expected|projected|set|poised|to|therefore|thus|hence|accordingly)\b)[a-z][\w -]{1,40}? (?:is|are|will|should)\b"
)
_ANOTHERS = re.compile(
    r"\b(?:other|another|rival|competing|peer|third-party|alternative|different|some|several|various) "
    r"(?:\w+ ){0,2}(?:vendors?|firms?|publishers?|analysts?|sources?|estimates?|reports?|houses?|stud(?:y|ies)|figures?|trackers?)\b"
    r"|\b(?:previous|earlier|prior|old|last|first) (?:edition|version|report|study|estimate|forecast)"
    r"|\b(?:optimistic|bullish|bearish|pessimistic|conservative|cautious|bold|aggressive|high|low|best|worst|alternative)[- ](?:case|(?:growth )?scenario)"
)
_BY_SOMEONE = re.compile(
    r"(?:[Aa]ccording to|[Aa]s per|[Ee]stimates? (?:by|from)|[Rr]eported by|[Dd]ata (?:from|by)|[Pp]ublished by|[Ff]igures? from) "
    r"(?:a |an |the )?(?:recent |latest |new )?(?:report |study |analysis )?(?:by |from |of )?(?P<who>[A-Z][\w&.'-]+(?: [A-Z][\w&.'-]+){0,3})"
)
_HELD_BY_SOMEONE = re.compile(
    r"\b(?P<who>[A-Z][\w&.'-]+(?: [A-Z][\w&.'-]+){0,3}) (?:puts|pegs|values|estimates|sizes|sees|says|projects)\b"
)
_PUBLISHER = re.compile(r"Research|Insights|Intelligence|Analytics|Market|Consulting|Reports")
_PLAIN_CAPITALS = frozenset(
    re.findall(
        r"\S+",
        "we sales revenues turnover the it this in by from with and at as a an its global market size value revenue report forecast cagr usd "
        "compound annual growth rate valued is was expected projected reach reaching grow to worth share january "
        "february march april may june july august september october november december industry analysis trends "
        "outlook period over during about around nearly base year us estimated estimate billion million bn expand "
        "expanding hit surpass exceed set will be showing exhibiting registering of for approximately total "
        "overall worldwide current currently today strong steady rapid rapidly growing increasing rising "
        "driven fuelled fueled supported propelled boosted underpinned aided "
        "das tcac jahr jahre ende wert h\u00f6he gr\u00f6\u00dfe marktgr\u00f6\u00dfe volumen marktvolumen zeitraum prognosezeitraum wachstumsrate prognosen markt anteil marktanteil",
    )
)
_OPENING = re.compile(
    r"(?:[-\u2022] )?(?:(?:in|by|from|for|during|between|over|through|as of)(?: the)?(?: forecast)?(?: period)?(?: of)?(?: year)? \(?[YP]\)?,? |(?:driven|fuell?ed|supported|propelled|boosted|underpinned|aided) by [^,RSCOK]{3,90}, )?"
    r"(?:it |das entspricht |il |elle |se espera |espera-se |es (?:wird|soll) |er (?:wird|soll) |(?:this|that|which) (?:is|was|will|means|equals|implies|corresponds|amounts|figure|value|represents)|we (?:expect|project|forecast|estimate|see|put) |its (?:size|value|worth)|(?:the )?(?:global |total |industry )*(?:revenues?|sales|turnover)|growth|size|valued|worth|estimated|projected|expected"
    r"|forecast|anticipated|the (?:base|value|size|figure|cagr|growth|compound|annual|forecast|projected|estimated|$)|a |at |with|growing|registering|and "
    r"|is |was |compound|cagr|(?:the|this|our) (?:study|analysis) (?:expects|projects|forecasts|predicts|anticipates) |demand (?:is|will|should) |base year|annual|overall|total|current|V|N|P|\|)[^RSCOK]*$"
)
_CAPITAL = re.compile(r"(?<![\w.])[A-Z][A-Za-z0-9_\u00c0-\u024f'\u2019-]+")


_SEGMENT_OPENS = re.compile(r"\s?(?:the |and |, )*[a-z][\w /&-]{1,60}? (?:segment|category|sub-segment)\b")
# The segmented title within a sentence: "the Widget Market By Type (a, b), By Use (c, d) was valued at".
_SEGMENTED = re.compile(
    r",? (?:and )?by [a-z](?:(?!\b(?-i:[A-Z])\b)[\w /&-]){1,40}?(?: ?\([^()]*\)|(?=, | and by | size | was | is ))",
    re.I,
)

THE_PAGE = "\0"
"""A publisher without a name, who has spoken for himself."""


@dataclass(frozen=True)
class Context:
    """What the sentences before it make of a sentence's pronouns.

    `foreign`: the text just spoke of another market (or one region's), so "the market" means that one. `vendor` is the
    report's publisher, `region` and `member` what "the region" and "the segment" stand for.
    """

    foreign: bool = False
    vendor: str | None = None
    region: Name | None = None
    member: Name | None = None
    dimension: str | None = None


def own_market(skeleton: Skeleton, start: int, context: Context) -> int | None:
    """Position where the sentence names this market before `start`, or None when the figure may be someone else's.

    With no name at all before it, the figure must open the sentence.
    """
    listed = [found.span() for found in _SEGMENTED.finditer(skeleton.text, 0, start)]
    before = [(at, name) for at, name in skeleton.names(start + 1) if not any(a < at < b for a, b in listed)]
    # A row or label names its subject anywhere in its first cell.
    if any(n.kind in "OCSKR" for _, n in before):
        subjects = _subjects(skeleton, before)
        if subjects is None:
            return None
        before = subjects
    lead = skeleton.text[:start]
    named = any(n.kind == "M" and n.exact for _, n in before)
    if _ANOTHERS.search(lead) or _someone(skeleton.cased[:start], context, by_publisher=named):
        return None
    if not before:
        return _opening(skeleton, start, context)
    at, name = before[-1]
    if name.kind != "M" or (context.foreign and not any(n.kind == "M" and n.exact for _, n in before)):
        return None
    # "The green segment dominated the market and grows at": no name, and yet a subject before "market".
    clause = skeleton.text[
        max(skeleton.text.rfind(mark, 0, at) for mark in (";", ". ", " while ", " whereas ")) + 1 : at
    ]
    if _SEGMENT_OPENS.match(clause) and (not name.exact or _LEADS_IT.search(clause)):
        return None
    return at if _is_one_clause(skeleton, at + 1, start) else None


def _subjects(skeleton: Skeleton, names: list[tuple[int, Name]]) -> list[tuple[int, Name]] | None:
    """The names that can be subjects; None when a region or country narrows the market, or another owns the clause."""
    kept: list[tuple[int, Name]] = []
    for at, name in names:
        behind = _PREPOSITION.search(skeleton.text, max(0, at - 30), at) is not None
        if name.kind in "RK" and (behind or (kept[-1:] and kept[-1][1].kind == "M")):
            return None
        led = kept[-1:] and kept[-1][1].kind in "ORSCK" and _LEADS_IT.search(skeleton.text, kept[-1][0], at)
        said = kept[-1:] and not name.exact and _SAID_OF_IT.match(skeleton.text, kept[-1][0] + 1, at)
        own = not name.exact and _ITS_OWN.search(skeleton.text, max(0, at - 30), at)
        if name.kind == "M" and kept and kept[-1][1].kind in "ORSCK" and (behind or led or said or own):
            continue
        kept.append((at, name))
    return kept


def _opening(skeleton: Skeleton, start: int, context: Context) -> int | None:
    """Whether a figure without any name before it can be the market's: it opens the sentence, or follows its years."""
    if context.foreign:
        return None
    lead = skeleton.text[:start]
    plain = _OPENING.match(lead) or not lead
    return start if plain and _is_one_clause(skeleton, 0, start) else None


def _is_one_clause(skeleton: Skeleton, start: int, end: int) -> bool:
    """Whether nothing between the subject and the figure may be a subject of its own."""
    between = skeleton.text[start:end]
    if _NEW_SUBJECT.search(between) or re.search(r"[.!?] ", between):
        return False
    if _is_title(skeleton.cased):
        return True
    words = [w for w in _CAPITAL.findall(_SEGMENTED.sub("", skeleton.cased[start:end])) if len(w) > 1]
    return all(w.casefold() in _PLAIN_CAPITALS for w in words)


def _is_title(cased: str) -> bool:
    words = re.findall(r"[A-Za-z]{4,}", cased)
    return bool(words) and sum(w[0].isupper() for w in words) * 10 > len(words) * 6


def _someone(lead: str, context: Context, *, by_publisher: bool) -> bool:
    """Whether the words before a figure give it to someone other than the report's publisher. A page that has not said
    yet whose it is may well name its publisher with the first size of its market (`by_publisher`).
    """
    for pattern in (_BY_SOMEONE, _HELD_BY_SOMEONE):
        found = pattern.search(lead)
        if not found:
            continue
        who = found["who"]
        if _same_vendor(who, context.vendor) or who.split()[0] in ("The", "This", "Our", "It"):
            continue
        if context.vendor or not (_PUBLISHER.search(who) or (by_publisher and pattern is _BY_SOMEONE)):
            return True
    return False


def names_source(text: str) -> bool:
    """Whether a sentence says whose figures it gives."""
    return _BY_SOMEONE.search(text) is not None or _HELD_BY_SOMEONE.search(text) is not None


def _same_vendor(who: str, vendor: str | None) -> bool:
    one, other = re.sub(r"\W", "", who).casefold(), re.sub(r"\W", "", vendor or "").casefold()
    return bool(other) and (one in other or other in one)


def narrows(skeleton: Skeleton, at: int, start: int) -> bool:
    """Whether the region or member at position `at` is not the subject of what stands at `start`: it stands behind a
    preposition, another name or clause comes between, or the sentence is about another market.
    """
    if any(n.kind == "O" for _, n in skeleton.names()) and not any(
        n.kind == "M" and n.exact for _, n in skeleton.names()
    ):
        return True
    lead = skeleton.text[max(0, at - 30) : at]
    if _BEHIND.search(lead):
        return True
    if any(n.kind == "K" and not re.search(r"[,;.]", skeleton.text[place:at]) for place, n in skeleton.names(at)):
        return True
    between, cased = skeleton.text[at + 1 : start], skeleton.cased[at + 1 : start]
    for found in (*_KIND_FIRST.finditer(between), *_RANK_PHRASE.finditer(between), *_OF_DIMENSION.finditer(between)):
        blank = " " * (found.end() - found.start())
        between = between[: found.start()] + blank + between[found.end() :]
        cased = cased[: found.start()] + blank + cased[found.end() :]
    if any(pattern.search(between) for pattern in (_NEW_SUBJECT, _OF_ITS_OWN, _OF_APPOSED, _AND_ANOTHER)):
        return True
    if _is_title(skeleton.cased):
        return False
    words = [w for w in _CAPITAL.findall(cased) if len(w) > 1]
    return not all(w.casefold() in _PLAIN_CAPITALS for w in words)


def counted_grow(skeleton: Skeleton, start: int, end: int) -> bool:
    """Whether what grows between two positions is a count (customers, prices, units), not the subject's sales."""
    return _COUNTED_GROW.search(skeleton.text, start, end) is not None


def is_joined(skeleton: Skeleton, at: int, kind: str = "R") -> bool:
    """Whether the name at a position is one of several that share a figure ("A and B together hold")."""
    before, after = skeleton.text[:at], skeleton.text[at + 1 :]
    joint = rf"{kind}(?:, {kind})*,? (?:and|&|plus) $"
    return re.search(joint, before) is not None or re.match(rf",? (?:and|&|plus) (?:the )?{kind}", after) is not None
