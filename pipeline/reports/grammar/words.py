"""Wordings that several forms share, each a regular expression over a skeleton.

Belongs here: synonyms ("led", "held the largest share") and the gaps between parts of a form. Does not belong here:
forms, or words that are looked up rather than matched (vocabulary.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

NOT_SHARED = "".join(
    f"(?<!{words}{joint})"
    for words in ("second", "third", "fourth", "2nd", "one of the", "among the", "one of its", "not the")
    for joint in (" ", "-")
)
RANKED = rf"{NOT_SHARED}(?:largest|highest|biggest|leading|dominant|dominating|major|maximum|greatest|larger|majority|lion['\u2019]s)"
WHAT = (
    r"(?: (?:market|revenue|regional|global|overall|value|sales|single|component|type|in terms of revenue"
    r"|and (?:also )?(?:the )?fastest[ -]growing))*"
)
_NOUN = (
    r"(?:group|type|product|application|end[- ]use|end[- ]user|use|user|channel|component|standard|class|bifurcation|technology|technique|material|model|format|form|grade"
    r"|solution|service|platform|offering|vertical|industry|sector|customer|buyer|deployment|indication|device|vehicle|end market|outlet|variant|source|function|method|treatment|flavou?r)(?:e?s)?"
)
PLACE = (
    r"(?: (?:[M]|share|position|portion|contributor|revenue contributor|contribution|region|segment|sub-segment|category|market|slice|part|one|size|mode"
    rf"|(?:[\w-]+ ){{0,2}}{_NOUN})\b)"
)
HELD = (
    r"(?:held|holds?|had|has|captured|captures?|account(?:ed|s)? for|command(?:ed|s)?|represent(?:ed|s)?|occup(?:ied|ies)"
    r"|have|stays?|stayed|secured|generated|generates|contribut(?:ed|es)|garnered|recorded|registered|was|is|were|are|remain(?:s|ed)?|became|constitut(?:ed|es)|compris(?:ed|es)"
    r"|emerged as|emerges as|be|account for|capture|command|account|took|takes|ma[dk]es? up|form(?:ed|s)?|stands? as|rank(?:ed|s)? as)"
)
# Led, but not by sales: "leads adoption", "leads in production".
_NO_SALES = r" (?:the |global )?(?:adoption|innovation|production|output|manufacturing|development|way|race|regulation|exports?|imports?|supply|deployments?|installations?)\b"
_IN_OTHER = r" in (?!terms of (?!volumes?|units)|(?:the )?(?:[YMR]|overall|global|world|base year|market|revenues?|value|sales|share|by|(?:[\w-]+ ){1,3}(?:market|category|segment)))"
_NOT_KIND = (
    rf"(?! (?:value|revenue|sales|far)\b| (?:[\w-]+ )?{_NOUN}\b)"  # "led by type" says among what, "led by Acme" is led
)
LEADS = (
    rf"(?:dominat(?:ed|es|e)\b(?! by{_NOT_KIND}|{_NO_SALES})|ruled|led\b(?! by{_NOT_KIND}|{_NO_SALES})|leads?\b(?! by{_NOT_KIND}| to|{_NO_SALES}|{_IN_OTHER})|spearhead(?:ed|s)|topped|tops|ranks first"
    rf"|{HELD} (?:with |both )?(?:the |a |its )?(?:single |clear |undisputed )?{RANKED}{WHAT}{PLACE}|{HELD} the (?:majority|bulk) of (?:the )?(?:overall |total |global )?(?:[M]|market|revenues?|share|sales)"
    rf"|{HELD} the {RANKED} (?:revenues?|sales)(?! (?:growth|cagr|increase))"
    r"|(?:is|are|was|were|remains?) leading(?=[,.;]|$| with | at )"
    rf"|{HELD} the (?:top|number one|no\. 1|first){WHAT}{PLACE}|(?:is|are|was|were|be|remains?) (?:clearly |still )?(?:dominant|in the lead)(?=[,.;]|$| in | with | at )"
    r"|(?:is|are|was|were|remains?) the (?:\w+ )?(?:front-?runner|leader|number one)\b|(?:comes?|came|ranks?|ranked) (?:first|number one)\b(?! in an? )|command(?:s|ed) (?:the )?[M]\b"
    r"|(?:held|holds?|ha[sd]|enjoy(?:s|ed)|claim(?:s|ed)|secur(?:es|ed)|took|takes|retain(?:s|ed)?|maintain(?:s|ed)?|keeps?|kept|occupie[sd]) (?:the |its )?(?:top (?:spot|position|rank)|first place|number one (?:spot|position)|leading position|lead|leadership)\b"
    r"|(?:came|comes?) out on top\b"
    rf"|(?:is|are|was|were|remains?|held|holds|had|has) (?:by far )?the {RANKED}(?=[,.;]|$| in | by ))"
)
AUX = (
    r"(?:,? (?:has|have|had|is|was|are|were|will|should|would|currently|also|continue[sd]? to|likely|expected|projected|anticipated"
    r"|set|poised|estimated|forecast|forecasted|predicted|again|clearly|still|to|been|be|which|that|globally|nonetheless|nevertheless|however|meanwhile|thus|today|now|easily|alone|comfortably|firmly|together))*"
)
SUPER = rf"{NOT_SHARED}(?:highest|fastest|quickest|most rapid|most robust|strongest|steepest|higher)"
GROWS = (
    rf"(?:{SUPER}(?: projected| expected| forecast(?:ed)?| anticipated| estimated| revenue| value| sales| [N])?(?:[ -]growing| growth(?: rate| pace| momentum)?| cagr| compound annual| rate of growth| pace"
    rf"| rate|,? expanding| expansion| annual growth| revenue growth| rise)|the faster[- ]growing|(?:grows?|growing|expand(?:s|ing)?|advanc(?:es?|ing)|ris(?:es?|ing)) (?:the )?(?:{SUPER}|most (?:rapidly|quickly))|fastest[ -](?:climber|mover|riser)"
    r"|outpac(?:e|es|ing) (?:all|every) (?:the )?others?\b|fastest (?:region|market|segment)(?=\s?[:|])|largest (?:cagr|growth rate|compound annual))"
)
KIND = rf"(?: (?:{_NOUN}|designs?|units?|variants?|versions?|models?))?(?: (?:segment|category|sub-segment|subsegment|bifurcation|sub-category))?"
# Behind a phrase that no list has, only what can be no part of its name.
KIND_OF = (
    r"(?: (?:segment|category|sub-segment|subsegment|type|bifurcation|sub-category|vertical|application|solutions?))?"
)
BY = r"(?:by|based on|in terms of|split by|divided by|on the basis of|with respect to|among|as per|within(?: the)?) D(?: segment| category)?(?:,|:| -| \u2013)? (?:(?:while|whereas|although) )?(?:the )?"
HOLDS = (
    r"(?:account(?:ed|ing|s)?(?: for)?|h[eo]ld(?:s|ing)?|captur(?:ed|es|ing|e)|command(?:ed|s|ing)?|contribut(?:ed|es|ing|e)"
    r"|represent(?:ed|s|ing)?|constitut(?:ed|es|ing|e)|with|record(?:ed|s|ing)?|garner(?:ed|s|ing)?|secur(?:ed|es|ing)"
    r"|comprised|comprises|made up|makes up|stood at|stands at|had|has|having|took|takes|taking|grabb?(?:ed|s)|generated|generates|claimed|claims|own(?:ed|s)|attain(?:ed|s)"
    r"|enjoy(?:ed|s)|earn(?:ed|s)|retain(?:ed|s)|possess(?:ed|es)|boast(?:ed|s)|share|portion|contribution)"
)
QUIET = r"(?::\s)?(?:(?!cagr|growth|grow|rate\b|expand|: |in-house|captive)[^RSCOVNXK;|]){0,140}?"
CALM = r"(?:(?!grow|grew|fell|climbed|declin|cagr|rate\b|increas|rising|rises|rose|annual|surg|expan[ds]|segment|compan|while|whereas)[^A-XZ.;|]){0,70}?"
NOT_RATE = (
    r"(?!\)?[\s-]*(?:(?:to|of|in) (?:the )?(?:\w+ )?(?:market )?growth|cagr|compound|growth|annual|per year|per annum|(?:a |each |every )?year|yoy|increase|higher|more|faster|lower|cost|reduction"
    r"|of (?:(?:all |its |global )?(?:patents|exports|imports)\b|compan|respond|enterpris|firms|users|organi|all compan|businesses|its |their |employees|north|the workforce|answers|votes|(?:[a-z-]+ ){0,3}?(?:production|output|capacity)\b|(?:the )?(?!market|industry|sector|world|year)[a-z&.-]+['\u2019]s (?:[a-z]+ )?(?:revenues?|sales|turnover|income|orders)\b|orders|deals|plants|sites|(?:the )?C\b|units?\b|(?:total |global )?volumes?\b|pieces|ton|patients|households|vehicles)))"
)
# Behind a share stands what it is of, or the sentence goes on: "holds 78% solids" is none.
OF_SALES = (
    r"(?!\)? (?!(?:of|shares?|market|revenues?|in|during|at|by|and|with|while|whereas|as|due|owing|for|portion|stake|slice|thanks|because|since|on|to|from|last"
    r"|sales|value|contribution|total|overall|global|world\w*|the|or|which|that|is|are|was|were|will|through|over|among|across|turnover|demand|industry|an?|its|their|per|up|down"
    r"|compared|versus|when|where|than|if|but|so|after|before|against|within|under|dollar|according|alone|today|now|currently|throughout|until|till|ahead|behind|this|\w+ly|\w+ed|\w+ing)\b)[a-z])"
)
SIZED = (
    r"(?:(?:valued|estimated|assessed|pegged|calculated|evaluated|appraised|projected|expected|forecast|anticipated|placed"
    r"|predicted|sized|reported|set|seen)(?: (?:approximately|roughly|conservatively))?(?: at| to be(?: worth| valued at| around)?| to stand at| to total| to have been)?"
    r"|worth|stood at|stands at|st(?:ood|ands)|was|is|were|be|total(?:l?ed|s)|amount(?:ed|s) to|recorded|recording|generated|generates"
    r"|accounted for|register(?:ed|s)|came in at|c[ao]mes? to|exceed(?:ed|s)|cross(?:ed|es)|valued|values? at)"
)
REACH = (
    r"(?:on (?:course|track|the way) (?:for|to)(?: reach| hit| touch| be)?\b|reach|hit|surpass|exceed|attain|touch|be worth|be valued at|total|stand at|cross|achieve|top|generate|approach"
    r"|account for|record|garner|amount to|arrive at|register|near)(?:es|ed|ing|s)?"
)
A_SIZE = (
    r"(?: (?:a |an |the )?(?:total |market |estimated |projected |expected |global )*(?:value|valuation|size|revenues?|level"
    r"|sales|worth|height|mark)(?: of| at)?)?"
    r"(?: (?:an? )?(?:impressive|staggering|remarkable|estimated|projected|substantial|whopping|massive|significant|robust))?"
)
GROW = r"(?:gr[oe]w|expand|increas|ris|surg|climb|jump|soar|declin|fall|drop|shrink|contract|scal|advanc|balloon|swell|doubl|tripl)\w*"
RATE = (
    r"(?:cagr|tcac|compound(?:ed)?(?: annual(?:i[sz]ed)?| average annual)? (?:growth )?rate(?: of growth)?|compound(?:ed)? annual growth"
    r"|annual(?:i[sz]ed)? growth rate)"
)
PACED = (
    r"(?:gr[oe]w|expand|advanc|increas|ris|climb|progress|develop|accelerat|declin|contract|shrink|fall)\w*"
    r"(?: (?:annually|steadily|rapidly|strongly))? (?:at|by) (?:a |an )?(?:rate of |pace of )?"
)
# A clause about the subject, between it and its verb: "Europe, which held 44%, is".
ASIDE = r"(?:, (?:which|with|holding|at|accounting for|valued at|worth)[^;:.|RSCO]{1,80}?,)?"
# A rate right behind a superlative of growth: "the fastest-growing type, at 8.7% per year".
FAST_RATE = rf"{GROWS}[^RSCOVNXK;.|]{{0,40}}?(?:,? (?:at|with|of|posting|recording)(?: about)?(?: an?)?(?: cagr of)?| \(|,) ?~N(?!\)?(?:[^A-Z.;]{{0,15}}share| of (?:the |all |total |global )*(?:[M]|market|revenues?|sales|total|turnover|demand)\b))"
# A second thing said of the subject: "held 64.5% in 2025 and is projected to ...".
AND_WILL = r"[^RSCOVXK;|.]{0,140}?,? and (?:it |they |the same (?:segment|category|region) )?(?:is|are|will|should)\b[^RSCOVNXK;|]{0,100}?"
# Behind a name: its clause speaks of growth, so that "the highest of all" is a rate and no share.
SAYS_GROWTH = r"(?=[^.;|]{0,120}\b(?:cagr|compound|grow|expand|pace|rate|climb|ris|rise|advanc)\w*\b)"
# The second half of "by grade, brass leads, while steel grows fastest", up to its verb; "and" binds short names alone.
AND_B = (
    r"(?:by|based on|in terms of|on the basis of|with respect to|among) D(?:,|:| -) [^;.]{2,200}?"
    r"(?:,? (?:while|whereas|but|with) |; |,? and (?=(?:the )?(?:[\w-]+ ){1,3}(?:is|are|was|will)\b))"
    rf"(?:the )?B{KIND_OF}(?:,[^,.;]{{1,60}},)? (?:is|are|was|were|being|will|should|shows|has)"
)
YEARLY = r"(?:(?:a|per|each|every) (?:year|annum)|annually|yearly|p\.a\.?|year[- ]on[- ]year over|on average (?:a|per|each) year)"
CUT = r"(?:reduc|cut|lower|shrink)\w*"
PROVIDER = r"(?:speciali|marketplace|hyperscal)"
LABEL = r"[^A-Z|:]{0,60}"
