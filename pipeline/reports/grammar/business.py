"""What is said of the business the market is made of: costs of runs, capital, prices.

Belongs here: forms, one row each (see notation.py). Does not belong here: anything else.
"""

from __future__ import annotations

from pipeline.reports.claims import Metric
from pipeline.reports.grammar.notation import Form
from pipeline.reports.grammar.words import CUT, PROVIDER

BUSINESS: tuple[Form, ...] = (
    Form(
        "run_cost",
        Metric.RUN_COST,
        "V comput",
        "Acme's WX-2 training was reported to have cost more than USD 40 million in compute.",
        r"W (?:training|run|model)... (?:consumed|cost|used|used up|absorbed|required) ~V[^A-Z]{0,20} comput\w*",
    ),
    Form(
        "capital_raised",
        Metric.CAPITAL_RAISED,
        "V raised",
        "Acme and Bolt Works raised USD 2.5 billion between 2021 and 2022.",
        r"raised ~V@Y",
    ),
    Form(
        "compute_cut",
        Metric.COMPUTE_REDUCTION,
        "X methods",
        "Low-rank methods reduce the compute needed by 5 to 20 times.",
        rf"W methods[^.;]{{0,160}}? {CUT}[^A-Z]{{0,40}}?comput[^A-Z]{{0,40}}? by ~X",
    ),
    Form(
        "cost_cut",
        Metric.COST_REDUCTION,
        "N methods",
        "Low-rank methods cut the cost of tuning by up to 80%.",
        rf"W methods[^.;]{{0,160}}? {CUT}[^A-Z]{{0,60}}? by ~N",
    ),
    Form(
        "cheaper_than",
        Metric.PRICE_COMPARISON,
        "than",
        "Specialized clouds are often cheaper than hyperscalers.",
        rf"(?P<cheap>{PROVIDER})[^.;]{{0,160}}? (?:lower prices|cheaper|less) than (?P<dear>{PROVIDER})\w*",
    ),
    Form(
        "invest",
        Metric.INVESTMENT,
        "V represent",
        "Brass represents a niche where buyers invest USD 1 million to USD 2 billion.",
        r"^(?:the )?(?P<A>[^.;:]{1,120}?) represents?[^.;]{0,300}? (?:commit|invest|spend|put)(?:s|ting|ing)? V1 to V2",
    ),
    Form(
        "cheaper_since",
        Metric.MODEL_DATE,
        "Y  of",
        "Dry casting cut the cost of fine widgets in 2022.",
        r"^(?P<A>[^.;:]{1,120}?) (?:reduced|cut|lowered|brought down) the (?:cost|expense|price) of[^A-Z]{0,160}? in Y",
    ),
)
