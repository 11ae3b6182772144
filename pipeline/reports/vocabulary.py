"""Words the reader knows: regions, headings, hedges, provider classes.

Belongs here: lists of words and what they stand for. Does not belong here: sentence forms (grammar/).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Iterable

# Canonical name -> other spellings. Whole regions only: a country's share is not a region's.
REGIONS: dict[str, tuple[str, ...]] = {
    "North America": (
        "north american",
        "northern america",
        "nordamerika",
        "am\u00e9rique du nord",
        "am\u00e9rica del norte",
        "norteam\u00e9rica",
        "am\u00e9rica do norte",
    ),
    "South America": (),
    "Latin America": ("latam", "latin american", "lateinamerika", "am\u00e9rique latine", "am\u00e9rica latina"),
    "Central and South America": ("south and central america", "central & south america", "south & central america"),
    "Europe": ("european", "europa"),
    "Asia Pacific": (
        "asia-pacific",
        "asia\u2013pacific",
        "asia\u2011pacific",
        "apac",
        "asia/pacific",
        "asia & pacific",
        "asien-pazifik",
        "asie-pacifique",
        "asia-pac\u00edfico",
        "\u00e1sia-pac\u00edfico",
    ),
    "Asia": ("asian",),
    "East Asia": ("east asian",),
    "South Asia": ("south asian",),
    "Southeast Asia": ("south east asia", "south-east asia", "southeast asian"),
    "South Asia and Pacific": ("south asia & pacific", "south asia and the pacific"),
    "Central Asia": (),
    "Oceania": (),
    "Western Europe": (),
    "Eastern Europe": (),
    "Middle East and Africa": ("middle east & africa", "middle east, and africa", "mea", "the middle east and africa"),
    "LAMEA": ("latin america, middle east, and africa", "latin america, middle east and africa"),
    "Middle East": (),
    "Africa": (),
    "Rest of the World": ("rest of world", "row"),
}
_COUNTRIES = (
    "United States|Canada|Mexico|Brazil|Argentina|China|India|Japan|Germany|France|"
    "United Kingdom|Italy|Spain|South Korea|Korea|Australia|Singapore|Taiwan|Indonesia|Vietnam|Saudi Arabia|"
    "UAE|South Africa|Russia|Turkey|Israel|Netherlands|Sweden|Switzerland|Poland|American|Chinese|Indian|Japanese|"
    "German|British"
)
COUNTRY = re.compile(rf"(?<![\w.])(?:U\.?S\.?(?:A\.?)?|U\.?K\.?|{_COUNTRIES})(?![\w])")
"""A country in running text: its figures are not its region's."""
ADJECTIVES = {"north american", "european", "latin american", "asian"}
"""Spellings that are no names: a region met in one of them goes by its canonical name."""
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

WORD = re.compile(r"\w+")


def has_any(text: str, words: Iterable[str]) -> bool:
    """Whether any of the words (or parts of words) is in a text: the cheap look before a pattern."""
    for word in words:  # noqa: SIM110  asked many times a sentence, and any() takes over half as long again
        if word in text:
            return True
    return False


def longest_word(name: str) -> str:
    """The longest word of a name, in lower case: a text without it does not hold the name; "" for a name of signs."""
    return max(WORD.findall(name.lower()), key=len, default="")


REGION_WORDS = frozenset(map(longest_word, _REGION_BY_SPELLING))
COUNTRY_WORDS = frozenset({"u", "us", "usa", "uk", *map(longest_word, _COUNTRIES.split("|"))})
_PARTS_OF_REGIONS = {
    "Middle East", "Africa", "Western Europe", "Eastern Europe", "Asia", "East Asia", "South Asia", "Southeast Asia",
    "South Asia and Pacific", "Central Asia", "Oceania",
}  # fmt: skip


def regions_in(text: str) -> set[str]:
    """The regions a text names that can divide a world market; parts of them left out."""
    return {_REGION_BY_SPELLING[m.group().casefold()] for m in REGION.finditer(text)} - _PARTS_OF_REGIONS


HEDGES: dict[str, str] = {
    ">=": "over|more than|above|exceeding|in excess of|at least|upwards of|greater than|surpassing|plus de|m\u00e1s de|mais de|mehr als|\u00fcber",
    "<=": "under|less than|below|up to|at most|as much as|fewer than",
    "=": "around|about|approximately|approx\\.?|roughly|nearly|almost|close to|some|an estimated|estimated|circa|~|environ|pr\u00e8s de|quelque|aproximadamente|alrededor de|cerca de|unos|casi|quase|rund|etwa|\u7d04|\u7ea6|\u0646\u062d\u0648|\u062d\u0648\u0627\u0644\u064a",
}
"""How a hedge binds its value -> the hedges."""

HEDGE = "|".join(HEDGES.values())

_FAQ = re.compile(r"(?:\d{1,2}\.\s+)?(?:frequently asked questions.{0,30}|faqs?.{0,20})$", re.I)
_FURNITURE = re.compile(
    r"(?:how to order|table of contents|related (?:market )?reports?|request (?:a )?(?:free )?sample.{0,20}|"
    r"about us|contact us|report scope|purchase options?)$",
    re.I,
)
_BESIDE = re.compile(
    r"(?:\d{1,2}\.\s+)?(?:(?:see |our |explore |browse |more )*(?:related|similar|sibling|sister|neighbou?ring|recommended|adjacent|trending|popular|top selling|latest)"
    r" (?:\w+ ){0,2}(?:reports?|markets?|research|articles|stud(?:y|ies)|press releases?|insights|publications|titles|notes|briefs|reading)(?: (?:by|from|in|of) .{2,50})?"
    r"|(?:the )?break-?(?:down|up) of (?:the )?(?:primar|interview|respondent|profile)\w*.*|(?:profile of )?(?:primary )?(?:respondents|interviews|interviewees|participants)"
    r"|(?:verwandte|\u00e4hnliche|weitere) (?:berichte|studien|m\u00e4rkte)|(?:rapports|\u00e9tudes) (?:connexes|associ\u00e9s|similaires|li\u00e9s)|(?:informes|estudios|relat\u00f3rios|estudos) relacionados"
    r"|(?:see our |more )?other (?:\w+ )?(?:reports?|markets?|stud(?:y|ies)|titles|notes|briefs)(?: (?:by|from|in|of) .{2,50})?|further reading"
    r"|related|see also|also (?:of interest|by us|by the same .{2,30}|available|see)|customers who .*|readers also .*"
    r"|how to (?:order|buy)|order form.*|.* order form|pricing(?: options| plans)?|(?:licen[cs]e|licensing)(?: \w+)?|about us"
    r"|about (?:the (?:company|publisher|author)|(?:\w+ ){1,2}(?:research|insights|intelligence|analytics|consulting))"
    r"|(?:you may|readers) also (?:like|be interested).*|people also (?:read|viewed|bought).*|more from .*|why (?:choose|buy) .*)[.:]?$",
    re.I,
)
REPORT_FACT = r"(?:base|estimated|forecast|histor\w*|study) (?:year|period|data|range)|market (?:size|value|forecast)|cagr|growth rate"
"""What a table of the report's own facts has in its first column, as a pattern."""
COMPANY_HEADING = re.compile(
    r"\b(?:compan(?:y|ies)|players?|vendors?|manufacturers?|competitive (?:landscape|environment|scenario|analysis)|competition|(?:^|market )leaders$|^(?:(?:key|leading|main|service|solution) )*providers$|participants|suppliers|industry leaders|competitors|firms|developers|producers|makers|brands|^names"
    r"|entreprises|acteurs|empresas|fabricantes|unternehmen|anbieter)\b|\u4f01\u696d|\u30d7\u30ec\u30fc\u30e4\u30fc",
    re.I,
)

PROVIDER_CLASSES = {"hyperscal": "hyperscaler", "speciali": "specialised", "marketplace": "marketplace"}
"""Start of a word for a kind of provider -> the class in data/raw/reference/providers.csv."""


def is_country(words: str) -> bool:
    """Whether the words are a country's name or adjective."""
    return COUNTRY.fullmatch(words.strip("'\u2019 ")) is not None


def is_country_of(words: str, region: str) -> bool:
    """Whether the words name a country of a region (by its canonical name), or its rest."""
    plain = words.strip("'\u2019 ").replace(".", "").removeprefix("the ").casefold()
    return plain in _COUNTRIES_OF.get(region, ()) or plain == f"rest of {region.casefold()}"


_COUNTRIES_OF = {
    "North America": ("us", "usa", "united states", "canada", "mexico"),
    "Europe": (
        "germany", "uk", "united kingdom", "france", "italy", "spain", "russia", "netherlands", "sweden", "switzerland", "poland",
        "turkey", "nordics", "benelux", "austria", "belgium", "denmark", "norway", "finland",
    ),
    "Asia Pacific": (
        "china", "india", "japan", "south korea", "korea", "australia", "singapore", "taiwan", "indonesia", "vietnam", "asean",
        "malaysia", "thailand", "new zealand", "south east asia", "southeast asia", "rest of asia-pacific", "rest of apac",
    ),
    "Latin America": ("brazil", "argentina", "mexico", "chile", "colombia"),
    "South America": ("brazil", "argentina", "chile", "colombia"),
    "Middle East and Africa": ("uae", "saudi arabia", "south africa", "israel", "turkey", "egypt", "gcc", "gcc countries", "nigeria", "rest of mea"),
}  # fmt: skip


def is_faq_heading(text: str) -> bool:
    """Whether a heading opens the page's questions and answers."""
    return bool(_FAQ.match(text.strip()))


def is_furniture_heading(text: str) -> bool:
    """Whether a heading opens what is sold or linked beside the report: sibling reports, prices, order forms."""
    return bool(_BESIDE.match(text.strip()))


_SECTION = re.compile(
    r"(?:\d{1,2}\.\s+)?(?:[A-Za-z'\u2019&-]+ ){0,4}(?:(?:key|recent|latest|major|industry|company|strategic) (?:developments?|news|moves|events|milestones)|recent developments?|developments|news"
    r"|snapshot|overview|segmentations?|insights|highlights|methodology|takeaways|dynamics|landscape|questions|metrics|scope|contents|covered|coverage|drivers|restraints|challenges|trends|outlook|outline"
    r"|(?:regional|country|market|competitive|swot|pestle?|porter['\u2019]s|cost|price|pricing|value chain|supply chain) analysis|(?:market|company|revenue) shares?|key benefits.*"
    r"|(?:key|top|leading|major|prominent|main|list of)(?: [\w-]+){0,4} (?:players|companies|vendors|manufacturers|suppliers|participants)(?: (?:covered|profiled|insights))?|companies (?:covered|profiled|mentioned)(?: in [\w -]{2,50})?|company profiles?"
    r"|[\w -]{2,50} market (?:companies|players|vendors|manufacturers|suppliers))\s?:?",
    re.I,
)


def is_section_title(text: str) -> bool:
    """Whether a short line names a part that reports have ("Recent Developments"), so that it is no item of a list."""
    return len(text) < _LONGEST_TITLE and bool(_SECTION.fullmatch(text) or is_known_heading(text))


_LONGEST_TITLE = 70
_RESUMES = re.compile(
    r"(?:[\w()&-]+ ){0,6}(?:market )?(?:segments? (?:covered|analy[sz]ed)|companies|players|segmentation|segments|segment insights|report scope)"
    r"(?: (?:covered|profiled|analy[sz]ed|in (?:the|this) (?:report|market)))?:?",
    re.I,
)


def resumes_report(text: str) -> bool:
    """Whether a short line below other reports opens a part of the page's own again: "Segments Covered"."""
    return len(text) < _LONGEST_TITLE and (is_section_title(text) or _RESUMES.fullmatch(text) is not None)


_TEASER = re.compile(
    r"(?:(?:related|similar|sister|sibling|further|other) (?:reports?|markets?|stud(?:y|ies)|titles|research)|related|see also)\s?:\s",
    re.I,
)


def is_teaser(text: str) -> bool:
    """Whether a line says by itself that it is about other reports ("Related: Lid Market, USD 2 billion")."""
    return _TEASER.match(text) is not None


def is_known_heading(text: str) -> bool:
    """Whether a bare line of text is a heading although nothing marks it as one."""
    return len(text) < 60 and bool(_FAQ.match(text) or _FURNITURE.match(text))


DIMENSION_WORDS = frozenset(
    re.findall(
        r"\S+",
        "type kind component application user use industry vertical deployment mode model technology offering "
        "product size function service solution channel material platform process hardware software architecture "
        "node memory infrastructure workload method scale tooling form category capacity power frequency sector "
        "case class grade source technique modality buyer customer enterprise organization organisation region "
        "geography country format interface packaging ingredient flavor flavour fuel propulsion vehicle age "
        "gender route indication disease therapy device connectivity area setting segment tier framework design "
        "layer stage phase wavelength voltage operation outlook basis nature purpose system end-use end-user "
        "chemistry feedstock thickness diameter length width weight temperature pressure speed rating output group "
        "installation integration ownership owner operator measurement polymer resin species procedure genre payload "
        "mounting mount orientation facility equipment construction configuration licence license subject specialty "
        "crop animal livestock strain coating substrate finish colour color shape gauge torque contract content",
    )
)
"""Last words (in the singular) of a dimension's name."""
