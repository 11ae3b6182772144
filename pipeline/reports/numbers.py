"""How amounts are written: digits and their grouping, currency words, scale words.

Belongs here: the vocabulary of money and the worth of a printed number. Does not belong here: finding figures in text
(figures.py), or what a figure is about (extract.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from decimal import Decimal

NUMBER = r"\d+(?:[.,]\d+)*"
# Spellings that stand before a number. A dollar of another country is not a US dollar.
CURRENCIES = {
    "CAD": r"CAD|CA?\$",
    "AUD": r"AUD|AU?\$",
    "HKD": r"HKD|HK\$",
    "SGD": r"SGD|S\$",
    "TWD": r"TWD|NT\$",
    "BRL": r"BRL|R\$",
    "USD": r"USD|US\s?\$|U\.S\.\s?\$|\$",
    "EUR": "EUR|\u20ac",
    "GBP": "GBP|\u00a3",
    "INR": "INR|\u20b9|Rs\\.?",
    "JPY": r"JPY",
    "CNY": r"CNY|RMB|CN\u00a5",
    "KRW": "KRW|\u20a9",
    "CHF": r"CHF",
}
# Words that stand after the scale word, with what may join them to it ("milliards de dollars").
CURRENCIES_AFTER = {
    "USD": r"USD|US\$|(?:US|U\.S\.)[ -][Dd]ollars?|[Dd][o\u00f3]l(?:lars|ares)(?: (?:am\u00e9ricains|US))?|\u7c73?\u30c9\u30eb|\u7f8e\u5143|\ub2ec\ub7ec|\u062f\u0648\u0644\u0627\u0631",
    "EUR": r"EUR|[Ee]uros?|\u20ac",
    "GBP": r"GBP|pounds(?: sterling)?",
    "INR": r"INR|(?:Indian )?[Rr]upees",
    "JPY": r"JPY|(?:Japanese )?[Yy]en|\u5186",
    "CNY": r"CNY|RMB|(?:Chinese )?[Yy]uan|\u4eba\u6c11\u5e01",
}
# Power of ten of a scale word, relative to a billion (10^9).
SCALES = {
    "trillion": 3, "tn": 3, "trn": 3, "billion": 0, "bn": 0, "bln": 0, "b": 0, "million": -3, "mn": -3, "mln": -3,
    "m": -3, "thousand": -6, "k": -6, "lakh crore": 3, "crore": -2, "crores": -2, "cr": -2, "lakh": -4, "lakhs": -4,
    "milliards": 0, "milliard": 0, "mds": 0, "millions": -3, "mil millones": 0, "millones": -3, "mil milh\u00f5es": 0,
    "bilh\u00f5es": 0, "bilh\u00e3o": 0, "milh\u00f5es": -3, "trilh\u00f5es": 3, "milliarden": 0, "mrd.": 0, "mrd": 0,
    "millionen": -3, "mio.": -3, "mio": -3, "miliardi": 0, "milioni": -3, "\u5104": -1, "\u5146": 3, "\u4e07": -5, "\u767e\u4e07": -3, "\u4ebf": -1,
    "\u4e07\u4ebf": 3, "\uc5b5": -1, "\uc870": 3, "\u0645\u0644\u064a\u0627\u0631": 0,
    "\u0645\u0644\u064a\u0648\u0646": -3, "\u0645\u0644\u0627\u064a\u064a\u0646": -3, "\u062a\u0631\u064a\u0644\u064a\u0648\u0646": 3, "billions": 0,
}  # fmt: skip
SCALE = "|".join(re.escape(word) for word in sorted(SCALES, key=len, reverse=True))
# Scale words long enough to mean money without a currency word beside them.
BARE_SCALE = "trillion|billion|million|bn|mn|lakh crore|crore|lakh"

_GROUPS = re.compile(r"\d{1,3}(?:,\d{3})+|\d{1,2}(?:,\d{2})+,\d{3}")
_SCALED = r"\s?(?:%|percent|per cent|prozent|por cien?to|pour cent|trillion|billion|million|bn|mn|milliard|mrd|mio|bilh|milh|mil m|miliard|\u5104)"
_COMMA_FIGURE = re.compile(rf"\d,\d{{1,2}}{_SCALED}", re.I)
# A point before just three digits may group thousands ("12.500 millones").
_POINT_FIGURE = re.compile(rf"\d\.(?!\d{{3}}(?!\d))\d+{_SCALED}", re.I)


def writes_decimal_commas(text: str, *, likely: bool = False) -> bool:
    """Whether a page writes 24,5 for twenty-four and a half: some figure can only mean that (or it is `likely`, from
    the page's language), and none uses a point.
    """
    return (likely or bool(_COMMA_FIGURE.search(text))) and not _POINT_FIGURE.search(text)


def parse_number(printed: str, *, comma: bool = False) -> tuple[Decimal, int] | None:
    """Value of printed digits and how many of them follow the decimal sign; None when the grouping fits no reading.

    `comma` says that the page writes decimal commas, which settles 1,250 and 1.250.
    """
    commas, points = printed.count(","), printed.count(".")
    if commas and points:
        decimal = "," if printed.rfind(",") > printed.rfind(".") else "."
    elif commas:
        grouped = _GROUPS.fullmatch(printed) is not None and not (comma and commas == 1)
        decimal = "." if grouped else ","
    else:
        thousands = comma and re.fullmatch(r"\d{1,3}(?:\.\d{3})+", printed)
        decimal = "," if points > 1 or thousands else "."
    group = "." if decimal == "," else ","
    whole, _, rest = printed.partition(decimal)
    plain = whole.replace(group, "")
    if group in rest or decimal in rest or (group in whole and not _GROUPS.fullmatch(whole.replace(group, ","))):
        return None
    return Decimal(f"{plain}.{rest}" if rest else plain), len(rest)


def currency_code(printed: str, *, after: bool = False) -> str | None:
    """ISO 4217 code of a currency as printed before (or after) an amount; None for a sign that several share."""
    table = CURRENCIES_AFTER if after else CURRENCIES
    return next((code for code, pattern in table.items() if re.fullmatch(pattern, printed, re.I)), None)
