"""Figures in text: money, percentages, years, periods, multiples.

Belongs here: finding figures and what each is worth. Does not belong here: how numbers and currencies are spelled
(numbers.py), or what a figure is an amount of (grammar/). Arithmetic is decimal, so a printed figure is stored as the
double nearest to it.
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal

from pipeline.reports.numbers import (
    BARE_SCALE,
    CURRENCIES,
    CURRENCIES_AFTER,
    NUMBER,
    SCALE,
    SCALES,
    currency_code,
    parse_number,
)
from pipeline.reports.vocabulary import has_any


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as printed. `low` == `high` unless it is a range. `decimals` counts digits after the decimal point in
    `unit`.

    Units: bn (billions of `currency`), pct, ratio, year. A period has its years in low and high. `hedge` is a hedge
    that is part of the figure's own wording ("more than half").
    """

    kind: str
    start: int
    end: int
    low: float
    high: float
    unit: str
    decimals: int = 0
    currency: str | None = None


@dataclass(frozen=True, slots=True)
class TableUnit:
    """What the bare numbers of a table row are: money of `currency` (None: unknown) times ten to `power` billions."""

    currency: str | None
    power: int


_BEFORE = "|".join(CURRENCIES.values()) + "|\u00a5"
_AFTER = "|".join(CURRENCIES_AFTER.values())
_SCALE_END = r"(?![A-Za-z\u00c0-\u024f])"
# Nothing of a Latin word or number before a figure; Japanese and Chinese write no blank there.
_EDGE = r"(?<![A-Za-z0-9_\u00c0-\u024f.,$])"
_HAN_SCALE = "\u5146\u5104\u4ebf\u4e07"
# Each pattern first looks at the letter where it would begin: nearly everywhere that settles it, and is cheap.
_FIRST = "".join(sorted({spelled.lstrip("\\")[0] for spelled in _BEFORE.split("|")}))
_MONEY = re.compile(
    rf"(?=[\d{re.escape(_FIRST)}])(?:(?P<before>(?<![A-Za-z\u00c0-\u024f])(?:{_BEFORE}))\s?(?P<n1>{NUMBER})"
    rf"(?:\s?(?:-|\u2013|to)\s?(?P<m1>{NUMBER})(?=\s?(?i:{SCALE}){_SCALE_END}))?"
    rf"(?:[\s-]?(?P<s1>(?i:{SCALE})){_SCALE_END})?"
    rf"|{_EDGE}(?<![{_HAN_SCALE}])(?P<n2>{NUMBER})\s?(?P<s2>(?i:{SCALE}){_SCALE_END})(?:\s(?:of|de)\s|\sd['\u2019]|\s)?"
    rf"(?P<after>{_AFTER})(?![A-Za-z])"
    # The currency between number and scale, in brackets or not.
    rf"|{_EDGE}(?!(?:19|20)\d\d[\s(])(?P<n4>{NUMBER})\s?\(?(?P<mid>USD|US\$|EUR|GBP|INR|JPY)\s(?P<s4>(?i:{BARE_SCALE}))\b\)?"
    # No currency word at all: money only where nothing follows that could be counted ("billion tons").
    rf"|(?<![\w.,$\u20ac\u00a3\u20b9])(?P<n3>{NUMBER})\s(?P<s3>(?i:{BARE_SCALE}))\b"
    r"(?=\s*(?:$|[.,;:)|]|(?:in|by|at|during|from|to|through|over|with|and|as|up|between|for|market)\b)))"
)
_PERCENT = re.compile(
    rf"{_EDGE}(?P<sign>[-\u2212](?=\d))?(?P<a>{NUMBER})(?:\s?(?:%|percent))?"
    rf"(?:\s?(?:to|-|\u2013)\s?(?P<b>{NUMBER}))?\s?(?:%|\uff05|per\s?cent\b|pct\b|pour\s?cent\b|por\s?cien?to\b|prozent\b|\u30d1\u30fc\u30bb\u30f3\u30c8)"
)
# "CAGR of 20.2." without a percent sign.
_BARE_RATE = re.compile(
    r"(?i:\b(?:CAGR|TCAC|compound annual growth rate)\)?(?: of| at|:| is| was) (?:around |about |nearly |over )?)"
    r"(?P<a>[-\u2212]?\d{1,2}(?:\.\d+)?)(?![\w,%]|\.\d|\s?(?:%|per|pct|to|-|\u2013|bn|billion|million))"
)
_PARTS = {"half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10, "eighth": 8}
_COUNTS = {"one": 1, "a": 1, "two": 2, "three": 3, "four": 4, "five": 5, "seven": 7}
_FRACTION = re.compile(
    r"(?i:(?<![\w/])(?:(?P<n>one|two|three|four|five|seven|a)[ -](?P<d>third|quarter|fourth|fifth|sixth|eighth|tenth)s?"
    r"|(?P<x>[1-9])/(?P<y>[2-9]|10)(?:rds?|ths?)?"
    r"|(?<!first )(?<!second )(?<!and a )(?:one[ -]|a )?(?P<half>half))"
    r"(?![\w/%-]))(?=,? (?:of|the|share|in|its|global|total|all)\b|[,.;)]|$)(?! of (?:19|20)\d\d)(?! of the (?:year|decade))"
)
_TO = r"\s?(?:to|-|\u2013|\u2014|and)\s?"
_TIMES = re.compile(rf"(?<![\w.,$])(?P<a>\d+(?:\.\d+)?)(?:{_TO}(?P<b>\d+(?:\.\d+)?))?(?:\s?-?\s?(?:times|fold)\b|x\b)")
_YEAR = r"(?:19[89]\d|20[0-6]\d)"
_MARK = r"(?:\s?\([EFPA]\)|[EFPA](?=\W|$))?"  # estimated, forecast, projected, actual
_PERIOD = re.compile(
    rf"(?=[12F])(?:{_EDGE}(?:FY\s?)?(?P<a>{_YEAR}){_MARK}\u5e74?"
    rf"(?:\s?[-\u2013\u2014\u2212~\uff5e\u301c]\s?|\s(?:to|through|until|till|thru|bis|\u00e0|a|\u0625\u0644\u0649)\s(?:the year )?|\s?\u304b\u3089\s?)"
    rf"(?:FY\s?)?(?P<b>{_YEAR}|\d\d){_MARK}(?:(?=\u5e74)|(?![\w%]|,\d|\.\d))"
    rf"|(?:(?<=between )|(?<=entre )|(?<=zwischen ))(?P<c>{_YEAR})\s(?:and|et|y|e|und)\s(?P<d>{_YEAR})(?![\w%]|,\d|\.\d))"
)
_YEAR_ALONE = re.compile(
    rf"(?=[12FC]){_EDGE}(?:[FC]Y\s?)?(?P<a>{_YEAR}){_MARK}(?:(?=[\u5e74\ub144])|(?![\w%]|,\d|\.\d))"
)
# Two scales in one amount, as in 12\u51045000\u4e07\u30c9\u30eb.
_TWO_SCALES = re.compile(
    rf"{_EDGE}(?P<a>{NUMBER})\s?(?P<s>[{_HAN_SCALE}])\s?(?P<b>{NUMBER})\s?(?P<t>[{_HAN_SCALE}])?\s?(?P<after>{_AFTER})"
)
_CELL_NUMBER = re.compile(rf"(?<![\w.,$-]){NUMBER}(?![\w%.,]|\s?%)")
_DIGIT = re.compile(r"\d")
_IN_WORDS = re.compile("half|third|quarter|fifth|tenth")


MOST_FIGURES = 80
"""Figures beyond which a stretch of text is no sentence; the rest are not looked for."""


def figures(text: str, *, comma: bool = False, unit: TableUnit | None = None) -> Iterator[Figure]:
    """Every figure of a sentence, leftmost first, none inside another; of more than MOST_FIGURES, some.

    `comma`: the page writes decimal commas. `unit`: what the bare numbers of this table row are.
    """
    lowered = text.lower()
    if not _DIGIT.search(text) and not _IN_WORDS.search(lowered):
        return
    taken = bytearray(len(text))
    found = []
    for hints, pattern, read in _READERS:
        if hints and not has_any(lowered, hints):
            continue
        for match in pattern.finditer(text):
            figure = read(match, comma)
            if figure is None or taken.find(1, figure.start, figure.end) >= 0:
                continue
            taken[figure.start : figure.end] = b"\1" * (figure.end - figure.start)
            found.append(figure)
            if len(found) > MOST_FIGURES:
                yield from found
                return
    if unit is not None:
        found += _cell_numbers(text, comma, unit, taken)
    yield from sorted(found, key=lambda f: f.start)


def _money(match: re.Match[str], comma: bool) -> Figure | None:
    which = next(i for i in "1234" if match[f"n{i}"])
    first = parse_number(match[f"n{which}"], comma=comma)
    other = parse_number(match["m1"], comma=comma) if match["m1"] else first
    if first is None or other is None:
        return None
    scale = match[f"s{which}"]
    power = SCALES[scale.lower()] if scale else -9
    currency = None
    if match["before"]:
        currency = currency_code(match["before"]) or ("JPY" if match["before"] == "\u00a5" else None)
    elif match["mid"]:
        currency = currency_code(match["mid"])
    elif match["after"]:
        currency = currency_code(match["after"], after=True)
    low, high = (float(value.scaleb(power)) for value, _ in (first, other))
    return Figure("V", *match.span(), low, high, "bn", max(first[1], other[1]) - power, currency)


def _two_scales(match: re.Match[str], comma: bool) -> Figure | None:
    first, second = parse_number(match["a"]), parse_number(match["b"])
    if first is None or second is None:
        return None
    power = SCALES[match["t"]] if match["t"] else -9
    worth = float(first[0].scaleb(SCALES[match["s"]]) + second[0].scaleb(power))
    currency = currency_code(match["after"], after=True)
    return Figure("V", *match.span(), worth, worth, "bn", second[1] - power, currency)


def _percent(match: re.Match[str], comma: bool) -> Figure | None:
    first = parse_number(match["a"], comma=comma)
    other = parse_number(match["b"], comma=comma) if match["b"] else first
    if first is None or other is None:
        return None
    sign = -1 if match["sign"] else 1
    (low, digits), (high, more) = first, other
    return Figure("N", *match.span(), float(sign * low), float(sign * high), "pct", max(digits, more))


def _bare_rate(match: re.Match[str], comma: bool) -> Figure | None:
    value = Decimal(match["a"].replace("\u2212", "-"))
    digits = len(match["a"].partition(".")[2])
    return Figure("N", *match.span("a"), float(value), float(value), "pct", digits)


def _fraction(match: re.Match[str], comma: bool) -> Figure | None:
    if match["half"]:
        top, bottom = 1, 2
    elif match["n"]:
        top, bottom = _COUNTS[match["n"].lower()], _PARTS[match["d"].lower()]
    else:
        top, bottom = int(match["x"]), int(match["y"])
    if top >= bottom:
        return None
    value = round(100 * top / bottom, 2)
    return Figure("N", *match.span(), value, value, "pct", 0)


def _times(match: re.Match[str], comma: bool) -> Figure:
    low, high = Decimal(match["a"]), Decimal(match["b"] or match["a"])
    digits = max(len(str(n).partition(".")[2]) for n in (low, high))
    return Figure("X", *match.span(), float(low), float(high), "ratio", digits)


def _period(match: re.Match[str], comma: bool) -> Figure | None:
    first, last = int(match["a"] or match["c"]), match["b"] or match["d"]
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    start = match.start("a") if match["a"] else match.start("c")
    return Figure("P", start, match.end(), first, end, "year") if end > first else None


def _year(match: re.Match[str], comma: bool) -> Figure:
    year = int(match["a"])
    return Figure("Y", *match.span(), year, year, "year")


def _cell_numbers(text: str, comma: bool, unit: TableUnit, taken: bytearray) -> Iterator[Figure]:
    for match in _CELL_NUMBER.finditer(text):
        if taken.find(1, *match.span()) >= 0:
            continue
        value = parse_number(match.group(), comma=comma)
        if value is not None:
            worth = float(value[0].scaleb(unit.power))
            yield Figure("V", *match.span(), worth, worth, "bn", value[1] - unit.power, unit.currency)


# The order decides who owns a digit: an amount before a bare year, a period before its two years.
# What a figure cannot do without is looked for first, for speed.
_READERS: tuple[tuple[tuple[str, ...], re.Pattern[str], Callable[[re.Match[str], bool], Figure | None]], ...] = (
    (("\u5146", "\u5104", "\u4ebf"), _TWO_SCALES, _two_scales),
    ((), _MONEY, _money),
    (("19", "20"), _PERIOD, _period),
    (("%", "cent", "pct", "\uff05", "ciento", "prozent", "\u30d1\u30fc\u30bb\u30f3\u30c8"), _PERCENT, _percent),
    (("cagr", "tcac", "compound"), _BARE_RATE, _bare_rate),
    (("half", "third", "quarter", "fourth", "fifth", "sixth", "eighth", "tenth", "/"), _FRACTION, _fraction),
    (("times", "fold", "x"), _TIMES, _times),
    (("19", "20"), _YEAR_ALONE, _year),
)

_UNIT = re.compile(
    rf"(?<![A-Za-z])(?:in )?(?P<c>{_BEFORE})\s?(?P<s>(?i:trillion|billion|million|bn|mn|b|m|crore|lakh))s?\b", re.I
)


def table_unit(label: str) -> TableUnit | None:
    """The unit a label or header cell announces, such as "(USD Billion)"; None when it announces none."""
    found = _UNIT.search(label)
    if not found:
        return None
    return TableUnit(currency_code(found["c"]), SCALES[found["s"].lower()])
