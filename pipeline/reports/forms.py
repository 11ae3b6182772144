"""The forms in which reports state things, as one table.

Belongs here: the forms, and the small notation they are written in. Does not belong here: what becomes of a match
(build.py), or whose figure it is (subject.py).

A form is matched against a sentence's skeleton: the sentence in lower case with every figure and name replaced by one
capital letter. "The AI Training Market was valued at USD 12.00 Bn in 2025" has the skeleton "M was valued at V in Y".
A table row is a sentence whose cells are joined by " | ".

    V money   N percent   X multiple ("10 to 100 times")   Y year   P period ("2026-2034")
    M this market   O another market   R region   K country   S member of a dimension   C company
    A, B  any phrase that names something (resolved afterwards)   D  a dimension's name   W  one or two words
    ~V, ~N, ~X  the figure with a hedge before it, if any     V1, V2  told apart where there are several
    ...   a few words, no figure or name     ___   words that name nothing else (this market may be named)
    @Y    "in 2025", "through 2034", "2026-2034" and the like nearby, if it is there
The rest is a regular expression. Every gap is bounded, so matching is linear in the length of a sentence. Which year a
size belongs to is not part of its form: build.py finds it beside the figure or at the head of the clause.
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache

from pipeline.reports.claims import Metric
from pipeline.reports.vocabulary import HEDGE

# Character classes and group heads are regular expression, not notation.
_SLOT = re.compile(r"\[[^\]]*\]|\(\?P<\w+>|@Y|~?[A-Z]\d?|\.\.\.|___")
_PHRASES = {
    "A": r"(?P<A>[^.;:,|VNYPORKC]{1,90}?)",
    "B": r"(?P<B>[^.;:,|VNYPORKC]{1,80}?)",
    "D": r"(?P<D>[a-z][\w /&-]{1,50}?)",
    "...": r"[^A-Z]{0,60}?",
    "___": r"[^RSCOVNXK;|]{0,140}?",
    "W": r"(?P<W>[\w.'\u2019/-]+(?: [\w.'\u2019/-]+)?)",
}
_PHRASES["@Y"] = (
    r"(?:[^RSCOVNXK.;]{0,80}?[ (](?:(?P<at_period>P)|(?:in|by|through|during|over|till|until) (?:the year )?(?P<at>Y)))?"
)


@dataclass(frozen=True)
class Form:
    """One wording: what it claims, what it cannot do without, and its pattern in the notation.

    `cue` is there for speed: letters, parts of words and marks (`@rank`: a superlative of size or a verb of leading,
    see MARKS) that a sentence must all have before the pattern is tried.
    """

    name: str
    metric: Metric
    cue: str
    pattern: str
    needs: frozenset[str] = field(init=False, repr=False, compare=False)
    words: tuple[str, ...] = field(init=False, repr=False, compare=False)
    regex: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def fits(self, text: str) -> bool:
        """Whether a skeleton has all the words that the form needs (marks and letters: see candidates)."""
        return all(word in text for word in self.words)

    def __post_init__(self) -> None:
        cues = self.cue.split()
        object.__setattr__(self, "needs", frozenset(c for c in cues if c[0] == "@" or c.isupper()))
        object.__setattr__(self, "words", tuple(c for c in cues if c[0] != "@" and not c.isupper()))
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


# A superlative that is shared or second is none.
_NOT_SHARED = "".join(
    f"(?<!{words}{joint})"
    for words in ("second", "third", "fourth", "2nd", "one of the", "among the", "one of its", "not the")
    for joint in (" ", "-")
)
_RANKED = rf"{_NOT_SHARED}(?:largest|highest|biggest|leading|dominant|dominating|major|maximum|greatest|larger|lion['\u2019]s)"
_WHAT = r"(?: (?:market|revenue|regional|global|overall|value|sales|single|component|type|in terms of revenue))*"
_PLACE = r"(?: (?:share|position|portion|contributor|revenue contributor|contribution|region|segment|category|market|slice|part))"
_HELD = (
    r"(?:held|holds?|had|has|captured|captures?|account(?:ed|s)? for|command(?:ed|s)?|represent(?:ed|s)?|occup(?:ied|ies)"
    r"|secured|generated|contributed|garnered|recorded|registered|was|is|were|are|remain(?:s|ed)?|became|constitut(?:ed|es)"
    r"|emerged as|emerges as|be|account for|capture|command|account|took|takes)"
)
_LEADS = (
    rf"(?:dominat(?:ed|es|e)(?! by)|led(?! by)|leads?(?! by| to)|spearhead(?:ed|s)|topped|tops|ranks first"
    rf"|{_HELD} (?:with )?(?:the |a |its )?{_RANKED}{_WHAT}{_PLACE})"
)
_AUX = (
    r"(?:,? (?:has|have|had|is|was|will|should|would|currently|also|continue[sd]? to|likely|expected|projected|anticipated"
    r"|set|poised|estimated|forecast|forecasted|predicted|again|clearly|still|to|been|be|which|that|globally))*"
)
_SUPER = rf"{_NOT_SHARED}(?:highest|fastest|quickest|most rapid|most robust|strongest|steepest|higher)"
_GROWS = (
    rf"(?:{_SUPER}(?:[ -]growing| growth(?: rate| pace| momentum)?| cagr| compound annual| rate of growth| pace"
    rf"| rate|,? expanding| expansion| annual growth| revenue growth| rise)|(?:grows?|growing|expand(?:s|ing)?) (?:the )?{_SUPER})"
)
_KIND = (
    r"(?: (?:segment|category|sub-segment|subsegment|type|bifurcation|sub-category|vertical|application|solutions?))?"
)
_BY = r"(?:by|based on|in terms of|split by|divided by|on the basis of|with respect to|among) D,? (?:the )?"
_HOLDS = (
    r"(?:account(?:ed|ing|s)?(?: for)?|h[eo]ld(?:s|ing)?|captur(?:ed|es|ing|e)|command(?:ed|s|ing)?|contribut(?:ed|es|ing|e)"
    r"|represent(?:ed|s|ing)?|constitut(?:ed|es|ing|e)|with|record(?:ed|s|ing)?|garner(?:ed|s|ing)?|secur(?:ed|es|ing)"
    r"|comprised|comprises|made up|makes up|had|has|having|took|generated|generates|claimed|claims|share|portion|contribution)"
)
_QUIET = r"(?:(?!cagr|growth|grow|rate\b|expand)[^RSCOVNXK;|]){0,140}?"
_CALM = r"(?:(?!grow|cagr|rate\b|increas|rising|rises|rose|annual|surg|expand|segment|compan|while|whereas)[^A-Z.;|]){0,70}?"
_NOT_RATE = (
    r"(?!\)?[\s-]*(?:(?:to|of|in) (?:the )?(?:\w+ )?(?:market )?growth|cagr|compound|growth|annual|per year|per annum|year|yoy|increase|higher|more|faster|lower|cost|reduction"
    r"|of (?:compan|respond|enterpris|firms|users|organi|all compan|businesses|its |their |employees|north|the workforce)))"
)
_SIZED = (
    r"(?:(?:valued|estimated|assessed|pegged|calculated|evaluated|appraised|projected|expected|forecast|anticipated|placed"
    r"|predicted|sized|reported|set)(?: at| to be(?: worth| valued at| around)?| to stand at| to total| to have been)?"
    r"|worth|stood at|stands at|st(?:ood|ands)|was|is|were|be|total(?:l?ed|s)|amount(?:ed|s) to|recorded|recording|generated|generates"
    r"|accounted for|register(?:ed|s)|came in at|valued|values? at)"
)
_REACH = (
    r"(?:reach|hit|surpass|exceed|attain|touch|be worth|be valued at|total|stand at|cross|achieve|top|generate|approach"
    r"|account for|record|garner|amount to|arrive at|register|near)(?:es|ed|ing|s)?"
)
_A_SIZE = (
    r"(?: (?:a |an |the )?(?:total |market |estimated |projected |expected |global )*(?:value|valuation|size|revenues?|level"
    r"|sales|worth|height|mark)(?: of| at)?)?"
)
_GROW = r"(?:gr[oe]w|expand|increas|ris|surg|climb|jump|soar|declin|fall|drop|shrink|contract|scal|advanc|balloon|swell|doubl|tripl)\w*"
_RATE = (
    r"(?:cagr|tcac|compound(?:ed)?(?: annual(?:i[sz]ed)?| average annual)? (?:growth )?rate(?: of growth)?|compound(?:ed)? annual growth"
    r"|annual(?:i[sz]ed)? growth rate)"
)
_PACED = (
    r"(?:gr[oe]w|expand|advanc|increas|ris|climb|progress|develop|accelerat|declin|contract|shrink|fall)\w*"
    r"(?: (?:annually|steadily|rapidly|strongly))? (?:at|by) (?:a |an )?(?:rate of |pace of )?"
)
_CUT = r"(?:reduc|cut|lower|shrink)\w*"
_PROVIDER = r"(?:speciali|marketplace|hyperscal)"
_LABEL = r"[^A-Z|:]{0,60}"

MARKS: dict[str, re.Pattern[str]] = {
    "@rank": re.compile(
        r"largest|highest|biggest|leading|domina|major|maximum|greatest|larger|lion|\bl[e]a?ds?\b|spearhead|\btop|headed|ranks"
    ),
    "@fast": re.compile(r"highest|fastest|quickest|most rapid|most robust|strongest|steepest|higher"),
    "@rate": re.compile(
        r"cagr|tcac|compound|annual|gr[oe]w|expand|advanc|increas|ris|climb|progress|develop|accelerat|declin|contract|shrink|fall"
    ),
    "@by": re.compile(r"\b(?:by|based on|in terms of|basis of|with respect to|among) [a-z][^,]{1,50},"),
    "@kind": re.compile(r"segment|category|bifurcation"),
    "@label": re.compile(r"^[^|:]{1,200}[|:\u2013\u2014-]"),
}
"""What many forms need and is cheaper to look for once a sentence."""
_LETTERS = frozenset("VNXYPRS")


def marks_of(text: str) -> frozenset[str]:
    """The marks a skeleton has, and the letters of its figures and names."""
    return frozenset(mark for mark, pattern in MARKS.items() if pattern.search(text)) | (_LETTERS & set(text))


_VALUE, _CAGR, _SHARE = Metric.MARKET_VALUE, Metric.MARKET_CAGR, Metric.SHARE
_LARGEST, _FASTEST, _MEMBER_CAGR = Metric.LARGEST, Metric.FASTEST, Metric.MEMBER_CAGR

FORMS: tuple[Form, ...] = (
    # --- size of the market: a value and its year; which is base and which is forecast follows from the years
    Form("sized", _VALUE, "V", rf"\b{_SIZED} (?:some |only )?~V"),
    Form("reach", _VALUE, "V", rf"\b{_REACH}{_A_SIZE} ~V"),
    Form("grow_to", _VALUE, "V  to ", rf"\b{_GROW}[^VNRSCO;.]{{0,60}}? to (?:a (?:value|valuation|size) of )?~V"),
    Form("from_size", _VALUE, "V from", r"\bfrom (?:a (?:value|base|size) of |Y['\u2019]s )?~V"),
    Form(
        "from_to",
        _VALUE,
        "V from",
        r"\bfrom [^VRSCO;.]{0,40}V1[^RSCO;.V]{0,60}? to (?:reach )?(?:a (?:value|size) of )?~V",
    ),
    Form(
        "size_of",
        _VALUE,
        "V",
        r"\b(?:size|value|valuation|revenues?|worth|sales) (?:of|at|:|reaching|reached|equal to|near) ~V",
    ),
    Form(
        "up_from", _VALUE, "V", r"\b(?:up|compared with|compared to|against|versus|down|rising|as against) (?:from )?~V"
    ),
    Form(
        "next_size",
        _VALUE,
        "V Y",
        r"V1[^VNRSCO;.]{0,30}Y(?:,| and|;|, and|, then)+ (?:to |then |reaching |reach |is |by )*~V",
    ),
    Form(
        "size_label",
        _VALUE,
        "V @label",
        rf"^(?:[-\u2022] )?{_LABEL}(?:(?:Y|P|M){_LABEL}){{0,3}}\s?[|:](?: ?\|)? {{0,2}}(?:valued at |reaching )?~V",
    ),
    Form(
        "label_size",
        _VALUE,
        "V @label",
        r"^~V\s?(?:\||:|-|\u2013|\u2014)\s?[^A-Z]{0,40}(?:M|size|value|revenue|forecast|estimate)",
    ),
    # --- growth of the market
    Form(
        "cagr_of",
        _CAGR,
        "N @rate",
        rf"\b{_RATE}\)?(?: \(cagr\))?(?:,? (?:of|at|is|was|being|stands at|equal to)|:| \|)* (?:about |a )?~N",
    ),
    Form("n_cagr", _CAGR, "N @rate", rf"~N\)?(?: \([^A-Z]{{0,30}}\))?(?: | ?\| ?){_RATE}"),
    Form(
        "cagr_years",
        _CAGR,
        "N P @rate",
        rf"\b{_RATE}\)?(?: \(cagr\))?(?: (?:for|from|over|during|in)(?: the)?(?: forecast)?(?: period)?)? ?[(,]?\s?P\)?,?\s?(?:[|:]|of|is|at|was|stands at|=)+\s?~N",
    ),
    Form(
        "growth_label",
        _CAGR,
        "N growth @label",
        r"^(?:[-\u2022] )?(?:M )?(?:annual |market )?growth(?: rate)?\s?(?:\(?[^A-Z|:]{0,20}P?\)?)?\s?[|:]\s?~N",
    ),
    # --- what the page declares about its own years
    Form(
        "base_year",
        Metric.BASE_YEAR,
        "Y base",
        r"\bbase year[^A-Z|:.;]{0,25}(?:[|:]|is|was|of|as|\(|,|-|\u2013)?\s?(?:\| )?Y",
    ),
    Form(
        "forecast_period",
        Metric.FORECAST_PERIOD,
        "P forecast",
        r"\bforecast period[^A-Z|:.;]{0,20}(?:[|:(]|is|of|runs from|from|covers|-|,)?\s?(?:\| )?P",
    ),
    # --- regions: share
    Form(
        "region_share", _SHARE, "R N", rf"R(?:['\u2019]s)?(?: region| market)?{_QUIET}\b{_HOLDS}{_CALM} ?~N{_NOT_RATE}"
    ),
    Form(
        "region_verb_share",
        _SHARE,
        "R N",
        rf"R(?:['\u2019]s)?{_AUX} (?:leads?|led|dominat\w+|commands?|commanded)\b{_CALM} ?~N(?: \w+)? share",
    ),
    Form(
        "share_of_region",
        _SHARE,
        "R N",
        r"~N[^RSCOVNK;.]{0,80}? (?:held by|captured by|accounted for by|generated (?:in|by)|came from|comes from|coming from|contributed by|attribut\w+ to|commanded by|originat\w+ (?:in|from)) (?:the )?R",
    ),
    Form(
        "region_money_share",
        _SHARE,
        "R V N",
        rf"R(?: region| market)?{_AUX} (?:led|leads?|dominat\w+|topped)[^RSCOVNXK;|]{{0,60}}V[^RSCOVNXK;|]{{0,60}}?(?:representing|accounting for|equal to|equivalent to|or|constituting|which is) ~N{_NOT_RATE}",
    ),
    Form(
        "region_list_share",
        _SHARE,
        "R N",
        r"R(?: region)?(?: with| at|,)?\s?[:(|\u2013-]?\s?~N\)?(?=\s*(?:[;,|.]|$|and |&))",
    ),
    Form("label_share", _SHARE, "R N @label", r"^~N\s?\|\s?R[^A-Z]{0,20}share"),
    Form(
        "region_label_share",
        _SHARE,
        "R N @rank @label",
        rf"^(?:[-\u2022] )?[^A-Z|:]{{0,30}}\b(?:largest|leading|dominant|top|biggest|dominating)[^A-Z|:]{{0,40}}(?:Y|M)?[^A-Z|:]{{0,20}}\s?[|:]\s?R[^A-Z]{{0,40}}?~N{_NOT_RATE}",
    ),
    Form(
        "fastest_label_share",
        _SHARE,
        "R N fastest @label",
        r"^(?:[-\u2022] )?[^A-Z|:]{0,20}\bfastest[^A-Z|:]{0,40}[|:]\s?R[^A-Z]{0,30}?~N[^A-Z]{0,12}share",
    ),
    # --- regions: rank
    Form("region_leads", _LARGEST, "R @rank", rf"R(?:['\u2019]s)?(?: region| market)?{_AUX} {_LEADS}@Y"),
    Form(
        "region_apposed",
        _LARGEST,
        "R @rank",
        rf"R,? (?:the|being the|as the|is by far the|remains the) {_RANKED}{_WHAT}{_PLACE}@Y",
    ),
    Form("led_by_region", _LARGEST, "R @rank", r"\b(?:dominated|led|headed|topped) by (?:the )?R@Y"),
    Form(
        "largest_is_region",
        _LARGEST,
        "R @rank",
        rf"{_RANKED}{_WHAT}{_PLACE}?[^RSCOVNK.;|]{{0,60}}?(?:\b(?:is|was|being|held by|captured by|came from|comes from|belongs to|belonged to|generated by|in|remains|be)|[:,|])\s?(?:the )?R\b",
    ),
    Form(
        "region_label_leads",
        _LARGEST,
        "R @rank",
        rf"^(?:[-\u2022] )?R(?:\s?[:|(\u2013-]+\s?){_RANKED} (?:market|region|share|regional market)@Y",
    ),
    # --- regions: growth
    Form(
        "region_label_fastest", _FASTEST, "R fastest", r"^(?:[-\u2022] )?R(?:\s?[:|(\u2013-]+\s?)fastest[ -]growing@Y"
    ),
    Form(
        "region_fastest",
        _FASTEST,
        "R @fast",
        rf"R(?:['\u2019]s)?(?: region| market)?(?: is| was| will|,)?[^RSCOVXK;|]{{0,140}}?{_GROWS}@Y",
    ),
    Form(
        "fastest_is_region",
        _FASTEST,
        "R @fast",
        rf"{_GROWS}[^RSCOVNK.;|]{{0,60}}?(?:\b(?:is|was|be|being|in|from|by|seen in)|[:,|])\s?(?:the )?R\b",
    ),
    Form(
        "region_cagr",
        _MEMBER_CAGR,
        "R N @rate",
        rf"R(?:['\u2019]s)?(?: region| market)?___(?:{_RATE}\)?(?: of| at|:| is)*|{_PACED}) ?~N",
    ),
    Form(
        "region_n_cagr",
        _MEMBER_CAGR,
        "R N @rate",
        rf"R(?:['\u2019]s)?(?: region| market)?(?:___\b(?:at|with|of|recording|registering|posting)(?: a| an| its)?|\s?[(:|,-]) ?~N\)? {_RATE}",
    ),
    # --- members of a dimension: share
    Form(
        "by_share",
        _SHARE,
        "N @by",
        rf"\b{_BY}A{_KIND}{_AUX}(?: (?:dominat\w+|led)[^A-Z.;]{{0,60}}?,?)? {_HOLDS}{_CALM} ?~N{_NOT_RATE}",
    ),
    Form("member_share", _SHARE, "S N", rf"S{_KIND}{_QUIET}\b{_HOLDS}{_CALM} ?~N{_NOT_RATE}"),
    Form(
        "top_segment_share",
        _SHARE,
        "N segment @label",
        rf"^(?:[-\u2022] )?[^A-Z|:]{{0,10}}\b(?:top|leading|largest|dominant|biggest)(?: D)? segment[^A-Z|:]{{0,20}}[|:]\s?A,? ?\(?~N{_NOT_RATE}",
    ),
    Form(
        "kind_share",
        _SHARE,
        "N @kind",
        rf"^(?:the )?A (?:segment|category|bifurcation|sub-segment){_AUX}(?: (?:dominat\w+|led)[^A-Z.;]{{0,60}}?,?)? {_HOLDS}{_CALM} ?~N{_NOT_RATE}",
    ),
    # --- members of a dimension: rank
    Form("by_leads", _LARGEST, "@by @rank", rf"\b{_BY}A{_KIND}{_AUX} {_LEADS}@Y"),
    Form("member_leads", _LARGEST, "S @rank", rf"S{_KIND}{_AUX} {_LEADS}@Y"),
    Form(
        "kind_leads",
        _LARGEST,
        "@kind @rank",
        rf"^(?:the )?A (?:segment|category|bifurcation|sub-segment){_AUX} {_LEADS}@Y",
    ),
    Form(
        "largest_is_member",
        _LARGEST,
        "S @rank",
        rf"{_RANKED}{_WHAT}{_PLACE}[^RSCOVNK.;|]{{0,60}}?(?:\b(?:is|was|being|held by|captured by|belongs to|remains|be)|[:|])\s?(?:the )?S\b",
    ),
    Form("led_by_member", _LARGEST, "S @rank", r"\b(?:dominated|led|headed) by (?:the )?S@Y"),
    Form(
        "top_segment",
        _LARGEST,
        "segment @label",
        r"^(?:[-\u2022] )?[^A-Z|:]{0,10}\b(?:top|leading|largest|dominant|biggest)(?: D)? segment[^A-Z|:]{0,20}[|:]\s?A(?=,? ?\(|$| ?\|)",
    ),
    # --- members of a dimension: growth
    Form(
        "by_fastest",
        _FASTEST,
        "@by @fast",
        rf"\b{_BY}A{_KIND} (?:is|are|was|will|should|shows|has|segment|category)___{_GROWS}@Y",
    ),
    Form("member_fastest", _FASTEST, "S @fast", rf"S{_KIND}(?: is| was| will|,| are)?___{_GROWS}@Y"),
    Form(
        "while_fastest",
        _FASTEST,
        "@by @fast wh",
        rf"\b{_BY}A[^A-Z;.]{{1,40}}[^;.]{{0,160}}?,? (?:while|whereas) (?:the )?B{_KIND} (?:is|are|will|should|shows|has)___{_GROWS}@Y",
    ),
    Form(
        "kind_fastest",
        _FASTEST,
        "@kind @fast",
        rf"^(?:the )?A (?:segment|category|bifurcation|sub-segment) (?:is|are|was|will|should|has)___{_GROWS}@Y",
    ),
    Form(
        "fastest_is_member",
        _FASTEST,
        "S @fast",
        rf"{_GROWS}[^RSCOVNK.;|]{{0,60}}?(?:\b(?:is|was|be|being|by|seen in)|[:|])\s?(?:the )?S\b",
    ),
    Form(
        "fastest_segment",
        _FASTEST,
        "fastest segment @label",
        r"^(?:[-\u2022] )?[^A-Z|:]{0,10}\bfastest[ -]growing(?: D)? segment[^A-Z|:]{0,20}[|:]\s?A(?=,? ?\(|$| ?\|)",
    ),
    Form("fastest_is", _FASTEST, "fastest-growing", r"^(?:the )?A represents? the fastest-growing[^,.;]{0,40} segment"),
    Form("member_cagr", _MEMBER_CAGR, "S N @rate", rf"S{_KIND}___(?:{_RATE}\)?(?: of| at|:| is)*|{_PACED}) ?~N"),
    Form(
        "member_n_cagr",
        _MEMBER_CAGR,
        "S N @rate",
        rf"S{_KIND}(?:___\b(?:at|with|of|recording|registering|posting)(?: a| an| its)?|\s?[(:|,-]) ?~N\)? {_RATE}",
    ),
    Form(
        "while_cagr",
        _MEMBER_CAGR,
        "@by N wh @rate",
        rf"\b{_BY}A[^A-Z;.]{{1,40}}[^;.]{{0,160}}?,? (?:while|whereas) (?:the )?B{_KIND} (?:is|are|will|should|shows|has)___(?:{_RATE}\)?(?: of| at)*|{_PACED}) ?~N",
    ),
    Form(
        "by_cagr",
        _MEMBER_CAGR,
        "@by N @rate",
        rf"\b{_BY}A{_KIND} (?:is|are|will|should|shows|has)___(?:{_RATE}\)?(?: of| at)*|{_PACED}) ?~N",
    ),
    Form(
        "fastest_segment_cagr",
        _MEMBER_CAGR,
        "N fastest segment @label",
        rf"^(?:[-\u2022] )?[^A-Z|:]{{0,10}}\bfastest[ -]growing(?: D)? segment[^A-Z|:]{{0,20}}[|:]\s?A,? ?\(?(?:at )?(?:{_RATE}:? (?:of )?)?~N(?!\)?[^A-Z]{{0,10}}share)",
    ),
    Form(
        "segment_margin",
        Metric.MARGIN_OVER,
        "@by @rank margin",
        rf"\b{_BY}A{_KIND}{_AUX} {_LEADS}@Y[^;]{{0,500}}? by an? (?P<hedge_margin>[\w-]+) margin over B(?=[.;:,]|$)",
    ),
    # --- sizes of a region or member
    Form(
        "region_value",
        Metric.MEMBER_VALUE,
        "R V",
        rf"R(?:['\u2019]s)?(?: region| market)?___\b(?:with|{_SIZED}|{_REACH}{_A_SIZE}) ~V",
    ),
    Form("member_value", Metric.MEMBER_VALUE, "S V", rf"S{_KIND}___\b(?:with|{_SIZED}|{_REACH}{_A_SIZE}) ~V"),
    # --- figures about the business the market is made of
    Form(
        "run_cost",
        Metric.RUN_COST,
        "V comput",
        r"W (?:training|run|model)... (?:consumed|cost|used|used up|absorbed|required) ~V[^A-Z]{0,20} comput\w*",
    ),
    Form("capital_raised", Metric.CAPITAL_RAISED, "V raised", r"raised ~V@Y"),
    Form(
        "compute_cut",
        Metric.COMPUTE_REDUCTION,
        "X methods",
        rf"W methods[^.;]{{0,160}}? {_CUT}[^A-Z]{{0,40}}?comput[^A-Z]{{0,40}}? by ~X",
    ),
    Form("cost_cut", Metric.COST_REDUCTION, "N methods", rf"W methods[^.;]{{0,160}}? {_CUT}[^A-Z]{{0,60}}? by ~N"),
    Form(
        "cheaper_than",
        Metric.PRICE_COMPARISON,
        "than",
        rf"(?P<cheap>{_PROVIDER})[^.;]{{0,160}}? (?:lower prices|cheaper|less) than (?P<dear>{_PROVIDER})\w*",
    ),
    Form(
        "invest",
        Metric.INVESTMENT,
        "V represent",
        r"^(?:the )?(?P<A>[^.;:]{1,120}?) represents?[^.;]{0,300}? (?:commit|invest|spend|put)(?:s|ting|ing)? V1 to V2",
    ),
    Form(
        "cheaper_since",
        Metric.MODEL_DATE,
        "Y  of",
        r"^(?P<A>[^.;:]{1,120}?) (?:reduced|cut|lowered|brought down) the (?:cost|expense|price) of[^A-Z]{0,160}? in Y",
    ),
)


@cache
def candidates(marks: frozenset[str]) -> tuple[Form, ...]:
    """The forms a skeleton with these marks and letters can match."""
    return tuple(form for form in FORMS if form.needs <= marks)
