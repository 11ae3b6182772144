"""How pages in other languages than English name a market.

Belongs here: one row a language: how a page in it is known, how its title and its sentences name the market. Does not
belong here: what is said of the market (grammar/languages.py), currency and scale words (numbers.py).

Only headline figures (sizes, years, growth) and, in some, the rank, share and growth of regions and members are read.
A market whose name is not exactly the title's is another market.
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.reports.vocabulary import has_any

_END = r"(?=\s*(?:[|:;,(\u2013\u2014\uff1a\u3001\u060c]|$|\s-\s|\s(?:en|d['\u2019]ici|par|por|para|nach|bis|hasta|at\u00e9|devrait|soll|wird|wurde|war|ist|hat|lag|belief|betrug|w\u00e4chst|deve|alcanz|\u0645\u0646|\u0628\u062d\u0644\u0648\u0644|\u0627\u0644\u0639\u0627\u0644\u0645\u064a)))"
_VERB = (
    r"(?:se|s['\u2019]|est|\u00e9tait|a|devrait|pourrait|atteint|atteindra|valait|va|passera|p\u00e8se|pesait|croit|fue|era|alcanz|podr\u00eda|deber\u00eda|crecer"
    r"|foi|deve|dever\u00e1|atingi|estava|registr|vai|\u00e9|es|ha|pas\u00f3|pasar|passar|movi|factur|valia|vale|tuvo|ten|affich|repr\u00e9sent)"
)
# What may follow the name, so that "pompes" is not found in "pompes \u00e0 chaleur".
_NEXT = rf"(?=\s{_VERB}\w*|\s(?:en|em|d['\u2019]ici|at\u00e9|hasta|para) (?:\d|el a)|\s?[,.:;(|]|\s?$)"


@dataclass(frozen=True)
class Language:
    """One language. `mark` is what its forms need; `spoken` is in every page of it; `title` has the group `name`;
    `named` is the market in a sentence, with {own} for its name; `generic` is "the market"; `noun` is any market.
    """

    mark: str
    spoken: re.Pattern[str]
    title: re.Pattern[str]
    named: str
    generic: re.Pattern[str]
    noun: re.Pattern[str]


LANGUAGES: tuple[Language, ...] = (
    Language(
        "@fr",
        re.compile(r"\bmarch\u00e9s?\b", re.I),
        re.compile(
            rf"march\u00e9(?: mondial| global)? (?:des |du |de la |de l['\u2019]|de |d['\u2019])(?P<name>[^|:;,(\u2013\u2014\uff1a]{{2,80}}?){_END}",
            re.I,
        ),
        r"march\u00e9(?: mondial| global| international)? (?:des |du |de la |de l['\u2019]|de |d['\u2019]){own}(?: mondial)?"
        + _NEXT,
        re.compile(rf"(?:le|ce) march\u00e9(?: mondial| global)?{_NEXT}", re.I),
        re.compile(r"\bmarch\u00e9s?\b", re.I),
    ),
    Language(
        "@es",
        re.compile(r"\bmercados?\b", re.I),
        re.compile(
            rf"mercado(?: mundial| global)? (?:de los |de las |de la |del |dos |das |do |da |de )(?P<name>[^|:;,(\u2013\u2014\uff1a]{{2,80}}?){_END}",
            re.I,
        ),
        r"mercado(?: mundial| global| internacional)? (?:de los |de las |de la |del |dos |das |do |da |de ){own}(?: mundial| global)?"
        + _NEXT,
        re.compile(rf"(?:el|este|o) mercado(?: mundial| global)?{_NEXT}", re.I),
        re.compile(r"\bmercados?\b", re.I),
    ),
    Language(
        "@de",
        re.compile(r"markt\b", re.I),
        re.compile(
            rf"(?:^|[\s(])(?:markt f\u00fcr )(?P<name>[^|:;,(\u2013\u2014]{{2,80}}?){_END}|(?:^|[\s(])(?P<compound>[\w-]{{3,50}}?)markt\b",
            re.I,
        ),
        r"(?:(?:globale|weltweite)[nr]? )*(?:{own}markt(?:e?s)?|markt(?:es)? f\u00fcr {own})",
        re.compile(
            r"(?:der|dieser) (?:globale |weltweite |gesamte )?markt(?=\s(?:wird|wurde|soll|d\u00fcrfte|hat|erreicht|belief|lag|betr\u00e4gt|w\u00e4chst|k\u00f6nnte|ist|war)|[,:])"
            r"|(?:den|dem|des|im|am|vom|diesen|diesem) (?:globalen |weltweiten |gesamten )?markt(?:e?s)?\b(?! f\u00fcr)",
            re.I,
        ),
        re.compile(r"[\w-]*m[a\u00e4]rkte?s?\b", re.I),
    ),
    Language(
        "@ja",
        re.compile("\u5e02\u5834"),
        re.compile("(?:\u4e16\u754c\u306e|\u30b0\u30ed\u30fc\u30d0\u30eb)?(?P<name>[^\\s\u3001\u3002|:\uff1a]{2,30}?)\u306e?\u5e02\u5834"),
        "(?:(?<=^)|(?<=[\u3001\u3002\\s])|(?<=\u4e16\u754c\u306e)|(?<=\u30b0\u30ed\u30fc\u30d0\u30eb)){own}\u306e?\u5e02\u5834(?:\u898f\u6a21)?",
        re.compile("(?:(?<=^)|(?<=[\u3001\u3002\\s]))(?:\u540c|\u3053\u306e|\u672c|\u4e16\u754c\u306e?)?\u5e02\u5834(?:\u898f\u6a21)?(?=[\u306f\u304c])"),
        re.compile("[^\\s\u3001\u3002]{0,20}\u5e02\u5834"),
    ),
    Language(
        "@ar",
        re.compile("\u0633\u0648\u0642"),
        re.compile(rf"\u0633\u0648\u0642 (?P<name>[^|:\u060c\u061b\d]{{2,60}}?){_END}"),
        "\u0633\u0648\u0642 {own}(?: \u0627\u0644\u0639\u0627\u0644\u0645\u064a[\u0629\u0647]?)?",
        re.compile("(?<!\\w)\u0627\u0644\u0633\u0648\u0642(?: \u0627\u0644\u0639\u0627\u0644\u0645\u064a[\u0629\u0647]?)?(?!\\w)"),
        re.compile("\u0633\u0648\u0642"),
    ),
)  # fmt: skip
_HINTS = ("march\u00e9", "mercado", "markt", "\u5e02\u5834", "\u0633\u0648\u0642")


def languages_of(text: str) -> tuple[Language, ...]:
    """The languages other than English that a page is in, at least in part."""
    lowered = text.lower()
    if not has_any(lowered, _HINTS):
        return ()
    return tuple(language for language in LANGUAGES if language.spoken.search(text))


def in_comma_language(text: str) -> bool:
    """Whether a page is in a language that writes decimal commas: it speaks of markets in it several times."""
    return any(
        len(language.spoken.findall(text[:20_000])) > 1
        for language in languages_of(text)
        if language.mark in ("@fr", "@es", "@de")
    )


def name_in_title(title: str) -> str | None:
    """The market's name in a title in another language than English; None when it names no market."""
    for language in languages_of(title):
        found = language.title.search(title)
        if found:
            return next(name.strip() for name in found.groups() if name)
    return None


def own_patterns(languages: Iterable[Language], name: str | None) -> list[tuple[str, re.Pattern[str]]]:
    """(kind, pattern) of every way the languages speak of a market, surest first: own, generic, other."""
    spelled = re.sub("['\u2019]", "['\u2019]", re.escape(name)) if name else "(?!)"
    own = [
        ("own", re.compile(f"(?i:{one.named.replace('{own}', spelled)})(?![A-Za-z\u00c0-\u024f])")) for one in languages
    ]
    generic = [("generic", one.generic) for one in languages]
    return [*own, *generic, *(("other", one.noun) for one in languages)]
