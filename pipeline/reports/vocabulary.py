"""Words the reader knows: regions, headings, hedges, provider classes.

Belongs here: lists of words and what they stand for. Does not belong here: sentence forms (forms.py).
"""

from __future__ import annotations

import re

# Canonical name -> other spellings. Whole regions only: a country's share is not a region's.
REGIONS: dict[str, tuple[str, ...]] = {
    "North America": ("north american region", "northern america"),
    "South America": (),
    "Latin America": ("latam",),
    "Central and South America": ("south and central america", "central & south america", "south & central america"),
    "Europe": ("european region",),
    "Asia Pacific": ("asia-pacific", "asia\u2013pacific", "asia\u2011pacific", "apac", "asia pacific region"),
    "Middle East and Africa": ("middle east & africa", "middle east, and africa", "mea", "the middle east and africa"),
    "LAMEA": ("latin america, middle east, and africa", "latin america, middle east and africa"),
    "Middle East": (),
    "Africa": (),
    "Rest of the World": ("rest of world", "row"),
}
_CASED = {"row", "mea"}  # abbreviations that are ordinary words or parts of them in lower case


def region_key(name: str) -> str | None:
    """The canonical name of the region that `name` spells, or None."""
    return _REGION_BY_SPELLING.get(name.casefold().strip())


_REGION_BY_SPELLING = {
    spelling: canonical for canonical, others in REGIONS.items() for spelling in (canonical.casefold(), *others)
}


def _spelling(words: str) -> str:
    return re.escape(words.upper()) if words in _CASED else f"(?i:{re.escape(words)})"


REGION = re.compile(
    r"\b(?:" + "|".join(_spelling(w) for w in sorted(_REGION_BY_SPELLING, key=len, reverse=True)) + r")\b"
)
"""A region's name in running text."""

HEDGES: dict[str, str] = {
    ">=": "over|more than|above|exceeding|in excess of|at least|upwards of|greater than|surpassing",
    "<=": "under|less than|below|up to|at most|as much as|fewer than",
    "=": "around|about|approximately|approx\\.?|roughly|nearly|almost|close to|some|an estimated|estimated|circa|~",
}
"""How a hedge binds its value -> the hedges."""

HEDGE = "|".join(HEDGES.values())

_FAQ = re.compile(r"(?:\d{1,2}\.\s+)?(?:frequently asked questions.{0,30}|faqs?.{0,20})$", re.I)
_FURNITURE = re.compile(
    r"(?:how to order|table of contents|related (?:market )?reports?|request (?:a )?(?:free )?sample.{0,20}|"
    r"about us|contact us|report scope|purchase options?)$",
    re.I,
)
COMPANY_HEADING = re.compile(
    r"\b(?:compan(?:y|ies)|players?|vendors?|manufacturers?|competitive landscape|participants)\b", re.I
)

PROVIDER_CLASSES = {"hyperscal": "hyperscaler", "speciali": "specialised", "marketplace": "marketplace"}
"""Start of a word for a kind of provider -> the class in data/raw/reference/providers.csv."""


def is_faq_heading(text: str) -> bool:
    """Whether a heading opens the page's questions and answers."""
    return bool(_FAQ.match(text.strip()))


def is_known_heading(text: str) -> bool:
    """Whether a bare line of text is a heading although nothing marks it as one."""
    return len(text) < 60 and bool(_FAQ.match(text) or _FURNITURE.match(text))
