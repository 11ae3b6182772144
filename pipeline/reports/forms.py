"""The forms in which reports state things, as one table.

Belongs here: the forms, and the small notation they are written in. Does not belong here: what becomes of a match
(extract.py).

A form is matched against a sentence's skeleton: the sentence in lower case with every figure and name replaced by one
capital letter. "The AI Training Market was valued at USD 12.00 Bn in 2025" has the skeleton "M was valued at V in Y".

    V money   N percent   X multiple ("10 to 100 times")   Y year   P period ("2026-2034")
    M this market   O another market   R region   S member of a dimension   C company
    A, B  any phrase that names something (resolved afterwards)   D  a dimension's name   W  one or two words
    ~V, ~N, ~X  the figure with a hedge before it, if any     V1, V2  told apart where there are several
    ...   a few words, no figure or name     ___   words that name nothing else (this market may be named)
    @Y    "in 2025", "through 2034", "2026-2034" and the like nearby, if it is there
The rest is a regular expression. Every gap is bounded, so matching is linear in the length of a sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pipeline.reports.claims import Metric
from pipeline.reports.vocabulary import HEDGE

# Character classes and group heads are regular expression, not notation.
_SLOT = re.compile(r"\[[^\]]*\]|\(\?P<\w+>|@Y|~?[A-Z]\d?|\.\.\.|___")
_PHRASES = {
    "A": r"(?P<A>[^.;:]{1,120}?)",
    "B": r"(?P<B>[^.;:,]{1,80})",
    "D": r"(?P<D>[a-z][\w /&-]{1,50}?)",
    "...": r"[^A-Z]{0,60}?",
    "___": r"[^RSCOVNX;]{0,140}?",
    "W": r"(?P<W>[\w.'\u2019/-]+(?: [\w.'\u2019/-]+)?)",
}
_PHRASES["@Y"] = (
    r"(?:[^RSCOVNX.;]{0,80}?[ (](?:(?P<at_period>P)|(?:in|by|through|during|over|till|until) (?:the year )?(?P<at>Y)"
    r"|from (?P<at_from>Y) (?:to|through|until) (?P<at_to>Y)|between (?P<between_from>Y) and (?P<between_to>Y)))?"
)


@dataclass(frozen=True)
class Form:
    """One wording: what it claims, a word it cannot do without (searched first, for speed), and its pattern in the
    notation.
    """

    name: str
    metric: Metric
    cue: str
    pattern: str
    regex: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "regex", re.compile(_SLOT.sub(_slot, self.pattern)))


def _slot(match: re.Match[str]) -> str:
    written = match.group()
    if written[0] in "[(":
        return written
    if written in _PHRASES:
        return _PHRASES[written]
    hedge, letters = written.startswith("~"), written.lstrip("~")
    group = f"(?P<{letters}>{letters[0]})"
    return rf"(?:(?P<hedge_{letters}>{HEDGE})\s?)?{group}" if hedge else group


_RANKED = r"(?:largest|highest|biggest|leading|dominant|major|maximum)"
_OF_WHAT = r"(?: (?:market|revenue|regional))*"
_HELD = r"(?:held|holds|had|has|captured|captures|accounted for|commanded|commands)"
_LEADS = rf"(?:dominated|dominates|led|leads|{_HELD} (?:the |a )?{_RANKED}{_OF_WHAT} (?:share|position))"
_GROWS = (
    r"(?:(?:highest|fastest)(?:[ -]growing| growth(?: rate)?| cagr| rate of growth| pace)"
    r"|(?:grows?|growing) (?:the )?fastest)"
)
_BY = (
    r"(?:by|based on|in terms of|split by|divided by) D, "
    r"(?:the )?A(?: (?:segment|category|sub-segment|type|bifurcation))?"
)
_HOLDS = (
    r"(?:account(?:ed|ing|s)? for|h[eo]ld(?:s|ing)?|captur(?:ed|es|ing)|command(?:ed|s|ing)?|contribut(?:ed|es|ing)"
    r"|represent(?:ed|s|ing)?|constitut(?:ed|es|ing)|with)"
)
_SIZED = r"(?:valued|estimated|assessed|pegged|worth|stood|was)(?: at| to be(?: worth)?)?"
_REACH = r"(?:reach|hit|surpass|exceed|attain|touch|be worth|be valued at|total|stand at)(?:es|ed)?"
_A_SIZE = r"(?: (?:a )?(?:market )?(?:value|valuation|size)(?: of)?)?"
_CUT = r"(?:reduc|cut|lower|shrink)\w*"
_PROVIDER = r"(?:speciali|marketplace|hyperscal)"

_VALUE, _CAGR, _LARGEST, _FASTEST = Metric.MARKET_VALUE, Metric.MARKET_CAGR, Metric.LARGEST, Metric.FASTEST

FORMS: tuple[Form, ...] = (
    # --- size of the market: a value and its year; which is base and which is forecast follows from the years
    Form("valued_at", _VALUE, "V", rf"{_SIZED} (?:some )?~V (?:in|for|during) (?:the year )?Y"),
    Form("reach_by", _VALUE, "V", rf"{_REACH}{_A_SIZE} ~V,? (?:by|in|at) (?:the end of )?Y"),
    Form("from_in", _VALUE, "from", r"from ~V in Y"),
    Form("to_by", _VALUE, " to ", r" to ~V (?:by|in) Y"),
    # --- growth of the market
    Form("cagr_of", _CAGR, "N", r"(?:cagr|compound annual growth rate)\)?(?: \(cagr\))?(?: of| at|:)? ~N@Y"),
    Form("n_cagr", _CAGR, "N", r"~N (?:cagr|compound annual growth)@Y"),
    # --- regions
    Form("region_share", Metric.SHARE, "N", rf"R___{_HOLDS} (?:a |an )?~N"),
    Form("region_leads", _LARGEST, "R", rf"R(?: region| market)? {_LEADS}@Y"),
    Form("region_fastest", _FASTEST, "R", rf"R(?: region| market)?(?: is| was| will|,)? ___{_GROWS}@Y"),
    # --- members of a dimension
    Form("segment_leads", _LARGEST, "by ", rf"{_BY} {_LEADS}@Y"),
    Form("segment_fastest", _FASTEST, "by ", rf"{_BY} (?:is|are|was|will|should|shows)___{_GROWS}@Y"),
    Form("fastest_is", _FASTEST, "fastest-growing", r"^(?:the )?A represents? the fastest-growing[^,.;]{0,40} segment"),
    Form(
        "segment_margin",
        Metric.MARGIN_OVER,
        "margin over",
        rf"{_BY} {_LEADS}@Y[^;]{{0,500}}? by an? (?P<hedge_margin>[\w-]+) margin over B",
    ),
    # --- figures about the business the market is made of
    Form(
        "run_cost",
        Metric.RUN_COST,
        "comput",
        r"W (?:training|run|model)... (?:consumed|cost|used|used up|absorbed|required) ~V[^A-Z]{0,20} comput\w*",
    ),
    Form("capital_raised", Metric.CAPITAL_RAISED, "raised", r"raised ~V@Y"),
    Form(
        "compute_cut",
        Metric.COMPUTE_REDUCTION,
        "X",
        rf"W methods[^.;]{{0,160}}? {_CUT}[^A-Z]{{0,40}}?comput[^A-Z]{{0,40}}? by ~X",
    ),
    Form("cost_cut", Metric.COST_REDUCTION, "N", rf"W methods[^.;]{{0,160}}? {_CUT}[^A-Z]{{0,60}}? by ~N"),
    Form(
        "cheaper_than",
        Metric.PRICE_COMPARISON,
        "than",
        rf"(?P<cheap>{_PROVIDER})[^.;]{{0,160}}? (?:lower prices|cheaper|less) than (?P<dear>{_PROVIDER})\w*",
    ),
    Form(
        "invest",
        Metric.INVESTMENT,
        "V",
        r"^(?:the )?A represents?[^.;]{0,300}? (?:commit|invest|spend|put)(?:s|ting|ing)? V1 to V2",
    ),
    Form(
        "cheaper_since",
        Metric.MODEL_DATE,
        "Y",
        r"^A (?:reduced|cut|lowered|brought down) the (?:cost|expense|price) of[^A-Z]{0,160}? in Y",
    ),
)
