"""What is said of the market itself: its sizes, its growth, and the years the page declares.

Belongs here: forms, one row each (see notation.py). Does not belong here: anything else.
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

from pipeline.reports.claims import Metric
from pipeline.reports.grammar.notation import Form
from pipeline.reports.grammar.words import A_SIZE, GROW, LABEL, PACED, RATE, REACH, SIZED, YEARLY

MARKET: tuple[Form, ...] = (
    Form(
        "sized",
        Metric.MARKET_VALUE,
        "V",
        "The Widget Market was valued at around USD 1,250.5 million in 2024.",
        rf"\b{SIZED} (?:some |only )?~V",
    ),
    Form(
        "reach",
        Metric.MARKET_VALUE,
        "V",
        "The market is projected to reach a value of over US$ 3.1 billion by 2031.",
        rf"\b{REACH}{A_SIZE} ~V",
    ),
    Form(
        "grow_to",
        Metric.MARKET_VALUE,
        "V  to ",
        "The Widget Market should expand to INR 900 crore by 2030.",
        rf"\b{GROW}[^VNRSCO;.]{{0,60}}?(?:[N][^VNRSCO;.]{{0,40}}?)? to (?:a (?:value|valuation|size) of )?~V",
    ),
    Form(
        "from_size",
        Metric.MARKET_VALUE,
        "V from",
        "The market will climb from EUR 2 bn in 2023.",
        r"\bfrom (?:a (?:value|base|size) of |[Y]['\u2019]s |(?:the |its )?[Y] (?:value|size|level|figure) of )?~V",
    ),
    Form(
        "from_to",
        Metric.MARKET_VALUE,
        "V from",
        "The market will move from $2 bn in 2023 to $3 bn by 2030.",
        r"\bfrom [^VRSCO;.]{0,40}V1[^RSCO;.V]{0,60}? to (?:reach )?(?:a (?:value|size) of )?~V",
    ),
    Form(
        "size_of",
        Metric.MARKET_VALUE,
        "V",
        "The widget market has a size of $2.5 billion in 2024.",
        r"\b(?:size|value|valuation|revenues?|worth|sales) (?:of|at|:|reaching|reached|equal to|near) ~V",
    ),
    Form(
        "year_projection",
        Metric.MARKET_VALUE,
        "V Y",
        "The widget market is growing, with 2031 projections showing USD 3 billion.",
        r"[Y] (?:projections?|forecasts?) (?:showing|of|at) ~V",
    ),
    Form(
        "up_from",
        Metric.MARKET_VALUE,
        "V",
        "The widget market may see $9 bn by 2030, up from $4 bn in 2021.",
        r"\b(?:up|compared with|compared to|against|versus|down|rising|as against|after|following) (?:from )?~V",
    ),
    Form(
        "next_size",
        Metric.MARKET_VALUE,
        "V Y",
        "The widget market was worth $1 bn in 2024, $2 bn in 2025.",
        r"V1[^VNRSCO;.]{0,30}Y(?:,| and|;|, and|, then)+ (?:to |then |reaching |reach |is |by )*~V",
    ),
    Form(
        "size_label",
        Metric.MARKET_VALUE,
        "V @label",
        "Market size (2024): USD 3 billion",
        rf"^(?:[-\u2022] )?{LABEL}(?:(?:Y|P|M){LABEL}){{0,3}}\s?[|:](?: ?\|)? {{0,2}}(?:valued at |reaching )?~V",
    ),
    Form(
        "label_size",
        Metric.MARKET_VALUE,
        "V @label",
        "USD 3 billion | Market size, 2024",
        r"^~V\s?(?:\||:|-|\u2013|\u2014)\s?(?:[Y] )?[^A-Z]{0,40}(?:M|size|value|revenue|forecast|estimate)",
    ),
    Form(
        "cagr_of",
        Metric.MARKET_CAGR,
        "N @rate",
        "The widget market is growing at a CAGR of 6.5% over the 2025\u20132032 forecast period.",
        rf"\b{RATE}\)?(?: \(cagr\))?(?:,? (?:of|at|is|was|being|stands at|equal to)|:| ?\|)*[ |](?:about |a )?~N",
    ),
    Form(
        "n_cagr",
        Metric.MARKET_CAGR,
        "N @rate",
        "The market shows an 11% CAGR from 2025 to 2030.",
        rf"~N\)?(?: \([^A-Z]{{0,30}}\))?(?: | ?\| ?){RATE}",
    ),
    Form(
        "cagr_years",
        Metric.MARKET_CAGR,
        "N P @rate",
        "CAGR (2025-2030): 11%",
        rf"\b{RATE}\)?(?: \(cagr\))?(?: (?:for|from|over|during|in)(?: the)?(?: forecast)?(?: period)?)? ?[(,]?\s?P\)?,?\s?(?:[|:]|of|is|at|was|stands at|=)+\s?~N",
    ),
    Form(
        "cagr_to",
        Metric.MARKET_CAGR,
        "N Y @rate",
        "CAGR through 2030 | 11%",
        rf"\b{RATE}\)?,? \(?(?:through|to|until|till|by) Y\)?\s?[|:]\s?~N",
    ),
    Form(
        "paced",
        Metric.MARKET_CAGR,
        "N @rate",
        "The market should grow by 7.5% a year until 2030.",
        rf"\b(?:{PACED}|gr(?:ow|owing|ows) |expand(?:ing|s)? |(?:growth|growth rate)(?: rate)? (?:of|is|at) )(?:a |an )?~N (?:{YEARLY}|(?:over|during|in) the (?:forecast|analysis|study|projection) (?:period|timeframe))",
    ),
    Form(
        "then_paced",
        Metric.MARKET_CAGR,
        "V N",
        "The market should advance to USD 3 billion by 2031 at 7.5% annually.",
        rf"V[^RSCOVNXK;.|]{{0,60}}?,? (?:at|growing|rising|up) (?:by )?(?:a |an )?~N {YEARLY}",
    ),
    Form(
        "size_ahead",
        Metric.MARKET_VALUE,
        "V Y",
        "The market was worth USD 1 billion in 2024; USD 3 billion is expected for 2031.",
        r"~V (?:is|are) (?:now )?(?:forecast(?:ed)?|expected|projected|anticipated|predicted)(?= (?:for|in|by) [Y])",
    ),
    Form(
        "next_cagr",
        Metric.MARKET_CAGR,
        "N P @rate",
        "The CAGR was 5% from 2019 to 2024 and will be 7.5% from 2025 to 2030.",
        rf"\b{RATE}[^RSCOVNXK;.|]{{0,30}}[N][^RSCOVNXK;.|]{{0,20}}[P],? (?:and|but|then)(?: \w+)? (?:be|is|to be|at|of) ~N [^A-Z.;|]{{0,20}}[P]",
    ),
    Form(
        "we_expect",
        Metric.MARKET_VALUE,
        "V we ",
        "The market stood at USD 1 billion in 2024; we expect USD 3 billion in 2031.",
        r"\bwe (?:expect|forecast|project|predict|see|estimate|put)(?: it| this| the market)?(?: to (?:reach|be|hit|attain|total|(?:grow|rise|expand|climb|increase) to)| at| hitting| reaching| exceeding| growing to)? ~V",
    ),
    Form(
        "bracket_size",
        Metric.MARKET_VALUE,
        "V M",
        "The widget market (USD 1 billion in 2024) is set for growth.",
        r"M(?: \(|, (?=at|valued|worth))(?:valued at |worth |at )?~V",
    ),
    Form(
        "growth_label",
        Metric.MARKET_CAGR,
        "N growth @label",
        "Market growth rate (2025-2030) | 11%",
        r"^(?:[-\u2022] )?(?:M )?(?:annual |market )?growth(?: rate)?\s?(?:\(?[^A-Z|:]{0,20}P?\)?)?\s?[|:]\s?~N",
    ),
    Form(
        "base_year",
        Metric.BASE_YEAR,
        "Y base",
        "Base year | 2024",
        r"\bbase year[^A-Z|:.;]{0,25}(?:[|:]|is|was|of|as|\(|,|-|\u2013)?\s?(?:\| )?Y",
    ),
    Form(
        "forecast_period",
        Metric.FORECAST_PERIOD,
        "P forecast",
        "Forecast period: 2025-2034",
        r"\bforecast period[^A-Z|:.;]{0,20}(?:[|:(]|is|of|runs from|from|covers|-|,)?\s?(?:\| )?P",
    ),
    Form(
        "forecast_titled",
        Metric.FORECAST_PERIOD,
        "P",
        "Widget Market Size, Share and Regional Forecast, 2025-2034",
        r"(?:M|\bmarket\b).{0,250}\b(?:forecasts?|outlook),?(?: from| for)? P$",
    ),
)
