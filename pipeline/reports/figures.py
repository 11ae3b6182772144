"""Figures in text: money, percentages, years, periods, multiples.

Belongs here: how an amount is written and what it is worth. Does not belong here: what it is an amount of (forms.py).
Arithmetic is decimal, so a printed figure is stored as the double nearest to it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure as printed. `low` == `high` unless it is a range. `decimals` counts digits after the decimal point in
    `unit`.

    Units: bn (billions of `currency`), pct, ratio, year. A period has its years in low and high.
    """

    kind: str
    start: int
    end: int
    low: float
    high: float
    unit: str
    decimals: int = 0
    currency: str | None = None


_DIGIT = re.compile(r"[0-9]")
_NUMBER = r"(?:\d{1,3}(?:,\d{2,3})+|\d+)(?:\.\d+)?"
_CURRENCIES = {
    "USD": r"USD|US\s?\$|U\.S\.\s?\$|\$",
    "EUR": r"EUR|\u20ac",
    "GBP": r"GBP|\u00a3",
    "INR": r"INR|\u20b9|Rs\.?",
    "JPY": r"JPY|\u00a5",
    "CNY": r"CNY|RMB",
}
_AFTER = {
    "USD": r"USD|US dollars|U\.S\. dollars|dollars",
    "EUR": "EUR|euros?",
    "GBP": "GBP",
    "INR": "INR",
    "JPY": "JPY|yen",
}
# Power of ten of a scale word, relative to a billion.
_SCALES = {
    "trillion": 3, "tn": 3, "billion": 0, "bn": 0, "b": 0, "million": -3, "mn": -3, "m": -3, "thousand": -6, "k": -6,
    "lakh crore": 3, "crore": -2, "cr": -2, "lakh": -4,
}  # fmt: skip
_SCALE = "|".join(sorted(_SCALES, key=len, reverse=True))
_BEFORE = "|".join(_CURRENCIES.values())
_MONEY = re.compile(
    rf"(?P<before>(?<![A-Za-z])(?:{_BEFORE}))\s?(?P<n1>{_NUMBER})(?:\s?(?P<s1>(?i:{_SCALE}))\b)?"
    rf"|(?<![\w.,])(?P<n2>{_NUMBER})\s(?P<s2>(?i:trillion|billion|million|bn|mn|crore))\s(?P<after>(?i:{'|'.join(_AFTER.values())}))\b"
)
_TO = r"\s?(?:to|-|\u2013|\u2014|and)\s?"
_PERCENT = re.compile(
    r"(?<![\w.,$])(?P<sign>[-\u2212](?=\d))?(?P<a>\d{1,4}(?:\.\d+)?)(?:\s?(?:%|percent))?"
    r"(?:\s?(?:to|-|\u2013)\s?(?P<b>\d{1,4}(?:\.\d+)?))?\s?(?:%|per\s?cent\b)"
)
_TIMES = re.compile(rf"(?<![\w.,$])(?P<a>\d+(?:\.\d+)?)(?:{_TO}(?P<b>\d+(?:\.\d+)?))?(?:\s?-?\s?(?:times|fold)\b|x\b)")
_YEAR = r"(?:19[89]\d|20[0-6]\d)"
_PERIOD = re.compile(rf"(?<![\w.,$])(?P<a>{_YEAR})\s?[-\u2013\u2014\u2212]\s?(?P<b>{_YEAR}|\d\d)(?![\w,]|\.\d)")
_YEAR_ALONE = re.compile(rf"(?<![\w.,$])(?P<a>{_YEAR})(?![\w%]|,\d|\.\d)")


def figures(text: str) -> Iterator[Figure]:
    """Every figure of a sentence, leftmost first, none inside another."""
    if not _DIGIT.search(text):
        return
    taken: list[tuple[int, int]] = []
    found = []
    for pattern, read in _READERS:
        for match in pattern.finditer(text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            figure = read(match)
            if figure is not None:
                taken.append(match.span())
                found.append(figure)
    yield from sorted(found, key=lambda f: f.start)


def _number(printed: str) -> tuple[Decimal, int]:
    plain = printed.replace(",", "")
    return Decimal(plain), len(plain.partition(".")[2])


def _money(match: re.Match[str]) -> Figure:
    printed, scale = (match["n1"], match["s1"]) if match["n1"] else (match["n2"], match["s2"])
    value, digits = _number(printed)
    power = _SCALES[scale.lower()] if scale else -9
    billions = float(value.scaleb(power))
    currency = _currency(match["before"], _CURRENCIES) if match["before"] else _currency(match["after"], _AFTER)
    return Figure("V", *match.span(), billions, billions, "bn", digits - power, currency)


def _currency(printed: str, spellings: dict[str, str]) -> str:
    return next(code for code, pattern in spellings.items() if re.fullmatch(pattern, printed, re.I))


def _percent(match: re.Match[str]) -> Figure:
    low, digits = _number(match["a"])
    high, other = _number(match["b"]) if match["b"] else (low, digits)
    sign = -1 if match["sign"] else 1
    return Figure("N", *match.span(), float(sign * low), float(sign * high), "pct", max(digits, other))


def _times(match: re.Match[str]) -> Figure:
    low, digits = _number(match["a"])
    high, other = _number(match["b"]) if match["b"] else (low, digits)
    return Figure("X", *match.span(), float(low), float(high), "ratio", max(digits, other))


def _period(match: re.Match[str]) -> Figure | None:
    first, last = int(match["a"]), match["b"]
    end = int(last) if len(last) == 4 else first // 100 * 100 + int(last)
    return Figure("P", *match.span(), first, end, "year") if end > first else None


def _year(match: re.Match[str]) -> Figure:
    year = int(match["a"])
    return Figure("Y", *match.span(), year, year, "year")


# The order decides who owns a digit: an amount before a bare year, a period before its two years.
_READERS = ((_MONEY, _money), (_PERCENT, _percent), (_TIMES, _times), (_PERIOD, _period), (_YEAR_ALONE, _year))
