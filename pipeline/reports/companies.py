"""The companies a report names as leading its market, and the report's publisher.

Belongs here: lists of companies in every layout (bullets, a labelled line, a sentence, a table column or cell). Does not
belong here: segments (segmentation.py), or what a company is claimed to hold (nothing is).

Bullets and tables outrank a labelled line, and that a sentence: the first kind found is the list.
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.reports.company_names import (
    NOT_TICKER,
    Company,
    all_of_run,
    is_bare_name,
    is_name,
    is_registered,
    listed,
    named,
    only_names,
)
from pipeline.reports.document import HEAD, Document
from pipeline.reports.outline import Placed
from pipeline.reports.splitting import up_to_end
from pipeline.reports.vocabulary import COMPANY_HEADING, is_section_title

_VENDOR = re.compile(
    r"([A-Z](?<!\w.)[\w&.'-]{1,30} (?:[A-Z][\w&.'-]{1,30} ){0,2}"  # the capital first, for speed
    r"(?:Insights|Research|Intelligence|Analytics|Consulting|Advisory|Reports|Markets|Insight))\b"
)
_ABOUT = re.compile(r"(?:^|\n)(?:#+ )?About (?P<name>[A-Z][\w&.\u2019' -]{2,40}?)(?::|\s*(?:\n|$))")
_NOT_VENDORS = {"exclusive", "key", "market", "strategic", "custom", "advanced", "full", "published", "report", "the"}
_WHO = r"(?:compan(?:y|ies)|players?|vendors?|manufacturers?|participants?|providers?|firms|suppliers|competitors|organi[sz]ations|developers|producers|makers|brands)"
_LABEL = re.compile(
    rf"(?:^|(?<=[.;] ))(?:[-\u2022] )?(?:(?:key|major|top|leading|prominent|main|notable|market|list of|the|industry|global|profiled|leading market|some(?: of)?|(?:a )?few of) )*"
    rf"(?:names to (?:know|watch)|(?:market )?{_WHO}(?: (?:covered|to be profiled|profiled|mentioned|include[sd]?|analy[sz]ed|operating|listed|are|in (?:the|this|our) (?:market|report|study|analysis)))*(?: (?:in|of) (?:the )?[\w &/-]{{2,70}}?(?:market|industry|sector))?)\s?[:|\u2013-]\s+(?=\S)",
    re.I,
)
_SENTENCE = re.compile(
    rf"\b(?:key|major|leading|top|prominent|main|notable|well-known|some of the|several|established|dominant|the)\b[^.;:]{{0,60}}?\b{_WHO}\b"
    rf"[^.;]{{0,140}}?\b(?:include|includes|including|cover|covers|are|such as|like|namely|comprise|among them|featuring|consist of|is led by)\b[:,]?\s+(?=[A-Z0-9])",
    re.I,
)
# "The report profiles Acme, Bolt and Cork."
_PROFILED = re.compile(
    r"\b(?:report|study|analysis) (?:also |further )?(?:profiles|(?:lists|covers|names|features|analy[sz]es) (?:the )?(?:following )?(?:companies|players|vendors):?) (?=[A-Z0-9a-z])"
    r"|\b(?:companies|players|vendors|firms|suppliers) (?:named|profiled|covered|mentioned|featured|listed|included|analy[sz]ed)(?: in (?:the|this|our) (?:study|report|analysis))? (?:are|include):? (?=[A-Z0-9a-z])",
    re.I,
)
_LED_BY = re.compile(r"\b(?:players|companies|vendors|firms) (?:such as|like|including)\s+(?=[A-Z0-9])", re.I)
# "Acme, Bolt and Cork are among the vendors profiled."
_NAMES_FIRST = re.compile(
    rf"\s(?:(?:are|were|remain) (?:among |some of |also )*|among )(?:the )?(?:[\w-]+ ){{0,5}}{_WHO}\b", re.I
)
# "Acme, Bolt and Cork hold most of the market."
_HOLD = re.compile(
    r"\s(?:(?:together|jointly|collectively) )?(?:hold|held|control(?:led)?|lead|led|dominated?|supply|supplied|compete|account(?:ed)? for|share|ma[dk]e up)\b"
)
# Names behind "the top five companies,".
_APPOSED = re.compile(rf"\b(?:top|leading|largest|biggest|major|key|main) (?:[\w-]+ ){{0,3}}{_WHO},\s+(?=[A-Z])", re.I)
_SENTENCE_START = re.compile(r"(?:(?<=\bwith)|(?<=[a-z]{2}[.!?])|(?<=:))\s+(?=[A-Z])|\n")
_INTRODUCED = re.compile(
    r"\b(?:includes?|including|are|such as|namely|comprises?|lists|portrays|features|presents|covers|(?:[Pp]rofiles|[Pp]ortraits)(?: (?:are|is) given)?(?: of)?|(?:dominated|led|served) by):?\s+(?=[A-Z0-9])|"
    + NOT_TICKER
    + r":\s+(?=[A-Z0-9]|[a-z]{2,8} [A-Z])"
)

_NUMBERED = re.compile(r"(?P<n>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+(?P<name>\S.{1,78})$")
_PROFILES = re.compile(r"\b(?:profiles? of|company profiles?|companies profiled|key (?:players|companies))\b", re.I)


def vendor_name(document: Document) -> str | None:
    """The publisher as the text names it: whom "About ..." is about, else a name ending in Insights, Research and the
    like that stands there at least twice.
    """
    about = _ABOUT.search(document.text) if "About " in document.text else None
    if about and not re.search(r"\b(?:market|report|study|us|the|this)\b", about["name"], re.I):
        return about["name"].strip()
    votes: Counter[str] = Counter()
    for found in _VENDOR.finditer(document.text):
        if found.group(1).split()[0].casefold() not in _NOT_VENDORS:
            votes[found.group(1)] += 1
    best = votes.most_common(1)
    return best[0][0] if best and best[0][1] > 1 else None


def company_list(document: Document, placed: list[Placed]) -> list[Company]:
    """The companies a report lists, from the best layout it has; [] where it names none."""
    for layout in (_bullets, _table, _labelled, _sentence, _contents):
        found = list(layout(document, placed))
        if found:
            seen: dict[str, Company] = {}
            for company in found:
                seen.setdefault(company.name.casefold(), company)
            return list(seen.values())
    return []


def _bullets(document: Document, placed: list[Placed]) -> Iterator[Company]:
    """Items, bare short lines or one line of names under a heading (or a lead-in line) about companies."""
    done = 0
    for index, entry in enumerate(placed):
        if index < done or not _opens_list(entry.block.kind, document.of(entry.block)):
            continue
        for at in range(index + 1, min(index + 2 + _MOST_WAIT, len(placed))):
            kind, text = placed[at].block.kind, document.of(placed[at].block)
            if kind in ("heading", "row") or _opens_list(kind, text):
                break
            found = _in_line(document, placed[at], text) if kind == "text" else []
            run = [] if found else _run(document, placed, at)
            found = found or list(all_of_run(run, placed[at].section))
            if _is_weak(entry.block.kind, document.of(entry.block)) and not any(is_registered(c.name) for c in found):
                break
            yield from found
            if found:
                done = at + max(len(run), 1)
                break


def _run(document: Document, placed: list[Placed], at: int) -> list[tuple[str, int]]:
    """The items, or lines that are bare names, from a block on: the text of each and its offset."""
    first = placed[at].block
    run: list[tuple[str, int]] = []
    for index in range(at, len(placed)):
        block = placed[index].block
        text = document.of(block)
        if block.kind != first.kind or block.level < first.level:
            break
        if block.kind == "text" and (is_section_title(text) or _BY.search(text)):
            break
        if block.kind == "text" and not is_bare_name(text):
            if run and _another_follows(document, placed, index):
                continue
            break
        if block.level == first.level:
            run.append((text, block.start))
    return run


def _another_follows(document: Document, placed: list[Placed], at: int) -> bool:
    """Whether the sentence at `at` stands between a firm and the next one ("Acme Corp." / "It makes lids.")."""
    around = [placed[index].block for index in (at - 1, at + 1) if index < len(placed)]
    if len(around) < 2 or any(block.kind != "text" or block.end - block.start > _MOST_NAME for block in around):
        return False
    names = [document.of(block) for block in around]
    return document.of(placed[at].block)[-1:] == "." and all(is_bare_name(n) and is_registered(n) for n in names)


_MOST_NAME = 80
_BY = re.compile(r"(?:^|\s)[Bb]y [A-Z]")  # the label of a dimension


def _is_weak(kind: str, text: str) -> bool:
    """Whether an opening can as well be a member of a dimension ("Developers"), so that its names must be firms'."""
    return kind == "text" and _ONE_KIND.fullmatch(text) is not None


_ONE_KIND = re.compile(r"(?:developers|producers|makers|firms|operators|names|participants)", re.I)
_MOST_WAIT = 2  # sentences that may stand between the heading and its list


def _opens_list(kind: str, text: str) -> bool:
    """Whether a block announces a list of companies: a heading about them, or a short line without an end of its own."""
    if kind != "row" and (_WHO_HEADING.fullmatch(text) or (len(text) < _LONGEST_OPENING and _BELOW.search(text))):
        return True
    text = text.rpartition(". ")[2] if kind == "text" and text.endswith(":") else text
    if kind == "row" or len(text) > _LONGEST_OPENING:
        return False
    if (
        kind != "heading"
        and text[-1] != ":"
        and (kind != "text" or text[-1] in ".!?" or len(text.split()) > _MOST_WORDS)
    ):
        return False
    if not COMPANY_HEADING.search(text):
        return False
    if kind == "heading" or text.endswith(":"):
        return _is_company_heading(text)
    return "," not in text and ";" not in text and _is_company_heading(text)


# "The below companies have been selected based on interviews."
_BELOW = re.compile(rf"\b(?:below|following) {_WHO}\b|\b{_WHO} (?:\w+ ){{0,3}}(?:listed|named|given) below\b", re.I)
_WHO_HEADING = re.compile(
    r"(?:\d{1,2}\.?\s+)?who(?:['\u2019]s who| is (?:in it|who|active)| are (?:the )?(?:(?:main|key|major|leading|top|biggest|largest) )*(?:suppliers|players|companies|vendors|makers|producers|manufacturers|competitors|providers)| (?:supplies|competes|makes|sells|builds|offers|is there)(?: (?:it|the|them|[a-z-]+)){0,3})?\??",
    re.I,
)
_LONGEST_OPENING, _MOST_WORDS = 200, 9


def _in_line(document: Document, entry: Placed, text: str) -> list[Company]:
    """The companies of a line that is nothing but names, or of a sentence that begins or ends with them."""
    if len(text) >= _LONGEST_LINE:
        return []
    lead, hold, clause = _INTRODUCED.search(text), _VERB.search(text), _CLAUSE.search(text)
    start = lead.end() if lead else 0
    for at, end in (
        (0, None),
        (start, None),
        (start, clause.start() if clause else 0),
        (0, hold.start() if hold else 0),
    ):
        names = only_names(document, entry, text[:end], at)
        if names:
            return names
    return []


_LONGEST_LINE = 600
_CLAUSE = re.compile(
    r"; (?=[a-z])|\. (?=[A-Z][a-z]+ (?:of|are|have|hold|share|control)\b)"
)  # what is said of them then
# What a list of names at the head of a sentence does.
_VERB = re.compile(
    r",?(?: and others)?\s(?:(?:together|jointly|collectively|all) )?(?:are|have|run|operate|serve|make|sell|offer|build|hold|held|control|lead|led|dominated?|supply|compete|account|share|ma[dk]e|remain|continue|focus|invest)\b"
)


def _is_company_heading(text: str) -> bool:
    return bool(COMPANY_HEADING.search(text)) and not re.search(
        r"\b(?:(?<!led )(?<!dominated )(?<!served )by (?!company|vendor)|segment|shares? of|questions|how|what|which|why|who|number of|small|medium|sized|(?:compan(?:y|ies)|firm|manufacturer) (?:sizes?|types?|tiers?|class(?:es)?))\b(?! are the)",
        text,
        re.I,
    )


_HEAD = re.compile(
    r"(?:key |top |leading |major )?(?:company|companies|(?:player|vendor|manufacturer|participant|provider|firm|supplier|competitor|organi[sz]ation|developer|producer|maker|brand)s?)(?: names?)?",
    re.I,
)


def _table(document: Document, placed: list[Placed]) -> Iterator[Company]:
    """A table with a column of companies (its header says so)."""
    column: int | None = None
    before: Placed | None = None
    for entry in placed:
        cells = entry.block.cells
        first_row = entry.block.kind == "row" and (
            before is None or before.block.kind != "row" or entry.block.level == HEAD
        )
        if first_row:
            heads = [document.text[a:b] for a, b in cells]
            column = next((i for i, h in enumerate(heads) if _HEAD.fullmatch(h)), None)
            if (
                column is None
                and _is_company_heading(entry.section)
                and re.fullmatch(r"(?:firm )?names?", heads[0], re.I)
            ):
                column = 0
            column = column if len(heads) > 1 else None
        elif entry.block.kind == "row" and column is not None and column < len(cells):
            a, b = cells[column]
            yield from named(document.text[a:b], a, entry.section)
        before = entry


def _labelled(document: Document, placed: list[Placed]) -> Iterator[Company]:
    for entry in placed:
        text = document.of(entry.block)
        found = _LABEL.search(text[:300]) if entry.block.kind != "heading" else None
        if found:
            yield from listed(document, entry, entry.block.start + found.end(), _label_end(text, found.end()))
            continue


def _label_end(text: str, at: int) -> str:
    return text[at : at + 2000]


def _sentence(document: Document, placed: list[Placed]) -> Iterator[Company]:
    """A sentence that names them: the one with most names."""
    best: list[Company] = []
    for entry in placed:
        if entry.block.kind in ("heading", "row"):
            continue
        text = document.of(entry.block)[:6000]
        for names in (
            *_introduced(document, entry, text),
            _profiled(document, entry, text),
            _first(document, entry, text),
        ):
            if len(names) > max(1, len(best)):
                best = names
    yield from best


def _introduced(document: Document, entry: Placed, text: str) -> Iterator[list[Company]]:
    """Names behind "key players include", "companies such as", "the top five companies,"."""
    for found in (_SENTENCE.search(text), _LED_BY.search(text)):
        if found:
            rest = text[found.end() : found.end() + 1500]
            yield list(listed(document, entry, entry.block.start + found.end(), rest))
    found = _APPOSED.search(text)
    if found:
        held = _HOLD.search(text, found.end())
        yield only_names(document, entry, text[: held.start() if held else len(text)], found.end())


def _profiled(document: Document, entry: Placed, text: str) -> list[Company]:
    found = _PROFILED.search(text)
    if not found:
        return []
    rest = up_to_end(text[found.end() : found.end() + _LONGEST_LINE])
    return only_names(document, entry, text[: found.end() + len(rest)], found.end())


def _first(document: Document, entry: Placed, text: str) -> list[Company]:
    """Names before "are among the vendors profiled", from the start of their sentence."""
    last = _NAMES_FIRST.search(text)
    if not last:
        return []
    starts = [0, *(found.end() for found in _SENTENCE_START.finditer(text, 0, last.start()))]
    for start in starts[-_MOST_STARTS:]:
        names = only_names(document, entry, text[: last.start()], start)
        if names:
            return names
    return []


_MOST_STARTS = 4  # sentences before the verb in which the names may begin: "Inc." ends none


def _contents(document: Document, placed: list[Placed]) -> Iterator[Company]:
    """Numbered contents: names one level below a line about players ("11.3 Key players" / "11.3.1 Acme")."""
    parent = ""
    for entry in placed:
        text = document.of(entry.block)
        found = _NUMBERED.match(text) if entry.block.kind != "row" else None
        if not found:
            continue
        number, name = found["n"], found["name"]
        if parent and number.startswith(f"{parent}.") and number.count(".") == parent.count(".") + 1:
            if is_name(name):
                yield from named(name, entry.block.start + found.start("name"), entry.section)
        elif _PROFILES.search(name):
            parent = number
