"""Sentences to claims: every form against every sentence, in order.

Belongs here: the loop, and what a sentence passes on to the next ("the region", "the market"). Does not belong here:
the wordings (grammar/), whose figure it is (subject.py), or what the claims add up to (headline.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from pipeline.reports.build import build
from pipeline.reports.claims import Claim, Metric
from pipeline.reports.figures import MOST_FIGURES, figures, table_unit
from pipeline.reports.grammar import candidates, marks_of, may_claim_bare
from pipeline.reports.instructions import WORDINGS, Wording, instructs
from pipeline.reports.match import Match
from pipeline.reports.names import Names, unlisted_dimension
from pipeline.reports.outline import Sentence
from pipeline.reports.skeleton import Skeleton, Token
from pipeline.reports.subject import THE_PAGE, Context, names_source

_REGION_AGAIN = re.compile(
    r"(?<!\bis )(?<!\bwas )(?<!\bas )(?<!\bremains )\b(?:the|this) region\b(?! (?:segment|analysis|with|that|which|where|to|of)\b)",
    re.I,
)
_MEMBER_AGAIN = re.compile(r"\b(?:the|this) (?:segment|category)\b", re.I)
_DIMENSION_HEADING = re.compile(
    r"^(?:\d[\d.]*\s*)?(?:by (?P<by>[\w /&-]{3,40}?)(?: (?:insights?|analysis|outlook|segment))*"
    r"|(?P<of>[\w /&-]{3,40}?) (?:insights?|outlook|segment analysis|analysis))$",
    re.I,
)


@dataclass(frozen=True)
class Speech:
    """How a page writes: decimal commas or not, who publishes it, in which wordings it may speak to programs."""

    comma: bool = False
    vendor: str | None = None
    wordings: tuple[Wording, ...] = WORDINGS


_MOST_TOKENS = MOST_FIGURES
"""Figures and names beyond which a stretch of text is no sentence; its figures are dropped and counted."""


@dataclass
class Extraction:
    """The claims found, how many figures were dropped because their subject was not certain, and whether the page
    speaks to programs.
    """

    claims: list[Claim]
    dropped: int = 0
    instructed: bool = False


@dataclass
class _State:
    """What the text so far makes of the next sentence."""

    context: Context
    block: int = -1
    heading_foreign: bool = False
    instructed: int = -1  # the block whose rest is an instruction
    header: str = ""
    dimension: str | None = None  # of the heading


def extract(sentences: Iterable[Sentence], names: Names, speech: Speech = Speech()) -> Extraction:
    """Every claim the forms find, repetitions included."""
    result, state = Extraction([]), _State(Context(vendor=speech.vendor))
    seen: dict[tuple[object, ...], Context] = {}
    for sentence in sentences:
        if instructs(sentence.text, speech.wordings):
            result.instructed = True
            state.instructed = sentence.block
        if state.instructed == sentence.block:
            continue  # what follows an instruction in its paragraph is no claim either
        _enter(state, sentence)
        if (again := _key(state, sentence)) in seen:
            state.context = seen[again]
            continue
        tokens = _tokens(sentence, names, state, speech.comma)
        if len(tokens) > _MOST_TOKENS:
            result.dropped += len(tokens)
            continue
        may_claim = bool(tokens) or may_claim_bare(sentence.text.lower())
        if not may_claim and not sentence.heading:
            continue
        skeleton = Skeleton(sentence, tokens)
        _heard(state, skeleton, names)
        before = len(result.claims)
        if may_claim:
            _match_all(skeleton, names, state.context, result)
        _speaks_for_itself(state, sentence, result.claims[before:])
        _remember(state, skeleton, names)
        if not sentence.heading:
            seen[again] = state.context
    return result


def _key(state: _State, sentence: Sentence) -> tuple[object, ...]:
    """What makes a sentence claim the same again: its words, where they stand, and what was spoken of before."""
    return sentence.text, sentence.faq, sentence.kind, state.header, state.context


def _speaks_for_itself(state: _State, sentence: Sentence, claims: list[Claim]) -> None:
    """Once a page of an unknown publisher has given a size in its own voice, "according to X" is someone else's. Title and
    headings do not count: press releases put the size there and name the publisher below.
    """
    own = sentence.block > 0 and not sentence.heading and state.context.vendor is None
    if own and any(c.metric is Metric.MARKET_VALUE for c in claims) and not names_source(sentence.text):
        state.context = replace(state.context, vendor=THE_PAGE)


_BARE_AMOUNT = re.compile(r"(?P<label>[^:]{5,80}\([^():]{2,20}\)) ?: ?[\d.,]+$")  # "Market size, 2024 (USD Bn): 3.2"


def _tokens(sentence: Sentence, names: Names, state: _State, comma: bool) -> list[Token]:
    unit = None
    if sentence.kind == "row":
        label = sentence.text.partition(" | ")[0]
        unit = table_unit(label) or table_unit(state.header)
        if label == sentence.text or not re.search(r"[A-Za-z]{3}", label):
            unit = None
    elif labelled := _BARE_AMOUNT.match(sentence.text):
        unit = table_unit(labelled["label"])
    found = list(figures(sentence.text, comma=comma, unit=unit))
    if len(found) > _MOST_TOKENS:
        return [*found]
    taken = [(f.start, f.end) for f in found]
    tokens: list[Token] = [*found, *names.find(sentence.text, taken)]
    for pattern, name in ((_REGION_AGAIN, state.context.region), (_MEMBER_AGAIN, state.context.member)):
        again = pattern.search(sentence.text) if name else None
        if again and name and all(again.start() >= t.end or t.start >= again.end() for t in tokens):
            tokens.append(replace(name, start=again.start(), end=again.end()))
    return tokens


def _match_all(skeleton: Skeleton, names: Names, context: Context, result: Extraction) -> None:
    marks = marks_of(skeleton.text, names.spoken)
    for form in candidates(marks):
        if not form.fits(skeleton.text):
            continue
        for match in form.regex.finditer(skeleton.text):
            claim = build(Match(form, match, skeleton, names, context))
            if claim is None:
                result.dropped += 1
            else:
                result.claims.append(claim)


def _enter(state: _State, sentence: Sentence) -> None:
    """Forget what does not reach across a block or a heading."""
    if sentence.block == state.block:
        return
    state.block = sentence.block
    if sentence.heading:
        state.context = Context(vendor=state.context.vendor)
        state.heading_foreign = False
        state.dimension = None
        state.header = ""
    else:
        context = state.context
        if context.member or context.foreign != state.heading_foreign or context.dimension != state.dimension:
            state.context = replace(context, foreign=state.heading_foreign, member=None, dimension=state.dimension)
    if sentence.kind == "row" and not re.search(r"\d[\d.,]*\s*(?:%|bn|billion|million)", sentence.text, re.I):
        state.header = sentence.text


def _heard(state: _State, skeleton: Skeleton, names: Names) -> None:
    """What a sentence's own names change before its figures are read."""
    markets = [n for _, n in skeleton.names() if n.kind in "MO" and n.exact]
    if markets:
        kinds = {n.kind for n in markets}
        state.context = replace(state.context, foreign=kinds == {"O"})
    elif skeleton.text.rstrip("*").endswith("?") and any(n.kind in "RK" for _, n in skeleton.names()):
        state.context = replace(state.context, foreign=True)  # "How large is the Asian market? It was ..."
    if skeleton.sentence.heading:
        _heading(state, skeleton, names)


def _heading(state: _State, skeleton: Skeleton, names: Names) -> None:
    regions = [n for _, n in skeleton.names() if n.kind == "R"]
    places = regions or [n for _, n in skeleton.names() if n.kind == "K"]
    short = len(re.findall(r"[a-z]+", skeleton.text)) <= 6
    verbal = re.search(r"\b(?:dominat|lead|led|hold|held|large|fast|grow|driv)", skeleton.text)
    owned = any(n.kind == "M" and n.exact for _, n in skeleton.names())
    others = any(n.kind == "O" for _, n in skeleton.names()) and not owned
    region = regions[0] if len(regions) == 1 else None
    remark = re.match(
        r"(?:\d[\d.]* )?[RK] \(", skeleton.text
    )  # "Asia Pacific (fastest growing)" is about it all the same
    state.heading_foreign = others or (bool(places) and len(places) == 1 and short and (not verbal or bool(remark)))
    member = next((n for _, n in skeleton.names() if n.kind == "S"), None)
    dimension = _DIMENSION_HEADING.match(skeleton.sentence.text)
    name = None
    if dimension:
        phrase = dimension["by"] or dimension["of"]
        found = names.dimension(phrase)
        name = found.name if found else unlisted_dimension(phrase)
    state.dimension = name
    state.context = replace(
        state.context, foreign=state.heading_foreign, region=region, member=member if short else None, dimension=name
    )


# "By grade, brass held 61%." The next sentence may go on about grades.
_BY_DIMENSION = re.compile(
    r"^(?:by|based on|on the basis of|in terms of|with respect to|among) (?:the )?(?P<D>[a-z][\w /&-]{1,40}?)[,:]"
)


def _remember(state: _State, skeleton: Skeleton, names: Names) -> None:
    """The one region or member a sentence spoke of is what "the region" means after it; the dimension it opened with
    holds to the end of its block.
    """
    opening = _BY_DIMENSION.match(skeleton.text)
    if opening:
        found = names.dimension(opening["D"])
        name = found.name if found else unlisted_dimension(opening["D"])
        state.context = replace(state.context, dimension=name)
    regions = {n.name: n for _, n in skeleton.names() if n.kind == "R"}
    members = {n.name: n for _, n in skeleton.names() if n.kind == "S"}
    if len(regions) == 1:
        state.context = replace(state.context, region=next(iter(regions.values())))
    elif regions:
        state.context = replace(state.context, region=None)
    if members:
        state.context = replace(state.context, member=next(iter(members.values())) if len(members) == 1 else None)
