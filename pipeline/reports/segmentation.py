"""The dimensions a report divides its market by, and the members of each.

Belongs here: segmentation tables, splitting their cells, and segmentation.yaml, the file that says how a cell whose
members run together splits. Does not belong here: what is claimed about a member (extract.py).
"""

# ruff: noqa: E501  patterns and page texts are easier to read unbroken
from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import yaml

from pipeline.errors import SegmentationError
from pipeline.reports.document import ROW_JOIN, Document
from pipeline.reports.inline import BY, NAME, Listing, is_dimension, is_region_list
from pipeline.reports.layouts import listings
from pipeline.reports.outline import Placed, tables
from pipeline.reports.pairs import OF_COMPANIES
from pipeline.reports.splitting import split_list
from pipeline.reports.vocabulary import REGION

Split = Literal["separator", "vocabulary", "file", "none"]

_LABEL = re.compile(rf"{BY}\s+(?=\S)", re.I)
_LABEL_ALONE = re.compile(rf"{BY}\s+(?P<name>{NAME})[ |:;]*")
_REGIONAL = re.compile(
    r"\b(?:geograph\w*|regions?|regional|r\u00e9gions?|regi\u00f3n|regiones|regi\u00e3o|regi\u00f5es)\b|\u5730\u57df",
    re.I,
)
_OF_LEADERS = re.compile(r"(?:leading|dominant|largest|top|fastest)\b", re.I)  # a column of one member a dimension
_NO_NAMES = re.compile(r"[;,|\d%]")
_RUN_ON_WORDS = 5  # a cell without separators of this many words is several names run together, not one
_GLUED = re.compile(r"[a-z)][A-Z][a-z]{2}")  # "CloudOn-premise": as are two names without a blank between them
_LEAST_JOINED = 2  # regions of a list that shows how it joins its last two: "Middle East and Africa" alone is one
_MAX_FILE = 1 << 20


@dataclass(frozen=True)
class Splits:
    """What a segmentation.yaml says: dimension name (as printed, without "By") -> members; `source` names the file."""

    members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    source: str = ""

    def of(self, dimension: str) -> tuple[str, ...] | None:
        """The members given for a dimension, if any."""
        return next((m for name, m in self.members.items() if name.casefold() == dimension.casefold()), None)


@dataclass(frozen=True, slots=True)
class Member:
    """A segment or region as printed: document.text[start:end] == name."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Dimension:
    """One dimension (name without its leading "By"), where its cell stands, and its members in printed order.

    `split` says how the members were told apart; with "none" the cell runs together, `members` is the raw cell alone,
    and it must not be used as a member. `partial`: the list says that it goes on ("and more"), or is not there at all.
    """

    name: str
    kind: Literal["segment", "region"]
    section: str
    start: int
    end: int
    members: tuple[Member, ...]
    split: Split
    partial: bool = False

    @property
    def is_split(self) -> bool:
        """Whether the members are known."""
        return self.split != "none"


def load_segmentation(path: Path) -> Splits:
    """What a segmentation.yaml says.

    Raises SegmentationError naming the file and the entry when it is not a mapping of names to lists of names.
    """
    try:
        data = path.read_bytes()
        if len(data) > _MAX_FILE:
            raise SegmentationError(f"{path}: larger than {_MAX_FILE} bytes; it should list a few dozen names")
        content: Any = yaml.safe_load(data)
    except OSError as error:
        raise SegmentationError(f"{path}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise SegmentationError(f"{path}: is not YAML: {' '.join(str(error).split())[:200]}") from None
    entries = content.get("dimensions") if isinstance(content, dict) else None
    if not isinstance(entries, dict) or not entries:
        raise SegmentationError(f"{path}: must hold a mapping `dimensions` of dimension names to lists of members")
    for name, members in entries.items():
        listed = isinstance(members, list) and members and all(isinstance(m, str) and m.strip() for m in members)
        if not isinstance(name, str) or not listed:
            raise SegmentationError(f"{path}: dimension {name!r} must be a list of names in quotes where needed")
    given = {" ".join(name.split()): tuple(" ".join(m.split()) for m in names) for name, names in entries.items()}
    return Splits(given, str(path))


def cover(cell: str, members: tuple[str, ...], place: str) -> list[tuple[int, int]]:
    """Offsets of each member in the cell. Raises SegmentationError unless the members, joined, are the cell exactly and
    in order.
    """
    spans, at = [], 0
    for member in members:
        if not cell.startswith(member, at):
            raise SegmentationError(f"{place}: member {member!r} is not what the cell says at {cell[at : at + 60]!r}")
        spans.append((at, at + len(member)))
        at += len(member)
        if at < len(cell):
            if cell[at] != " ":
                raise SegmentationError(
                    f"{place}: member {member!r} ends inside a word, at {cell[at - 20 : at + 20]!r}"
                )
            at += 1
    if at < len(cell):
        raise SegmentationError(f"{place}: the members leave {cell[at : at + 60]!r} of the cell uncovered")
    return spans


def read_dimensions(document: Document, placed: list[Placed], splits: Splits) -> tuple[Dimension, ...]:
    """Every dimension the document lists, in order of first mention; a table outranks other layouts, a list without "and
    more" outranks one with it.

    Raises SegmentationError when a split does not cover its cell or names no dimension of the document.
    """
    own = [entry for entry in placed if not entry.beside]
    found: dict[str, Dimension] = {}
    rows = list(_rows(document, own))
    prose = _joins_last(document, rows)
    for row in rows:
        found.setdefault(_key(row[1]), _from_row(document, row, splits, prose=prose))
    unknown = [name for name in splits.members if _key(name) not in found]
    if unknown:
        names = ", ".join(d.name for d in found.values()) or "none"
        raise SegmentationError(f"{splits.source}: the report has no dimension {unknown[0]!r}; it has: {names}")
    for listing in listings(document, own):
        if OF_COMPANIES.search(listing.name):
            continue
        known = found.get(_key(listing.name))
        if not listing.sure and any(_key(listing.name) == _key(m.name) for d in found.values() for m in d.members):
            continue  # the parts of a member, not of the market
        if (
            known is None
            or _is_fuller(document, listing, known)
            or (known.partial and listing.members and not (known.members and listing.partial))
        ):
            found[_key(listing.name)] = _from_listing(document, listing)
    for dimension in _without_list(document, own, [d.end for d in found.values()]):
        found.setdefault(_key(dimension.name), dimension)
    kept = [d for d in found.values() if d.members or not (_REGIONAL.search(d.name))]
    return tuple(kept)


def _without_list(document: Document, placed: list[Placed], ends: list[int]) -> Iterator[Dimension]:
    """Labels right behind another dimension's list ("Rod, OthersBy Use") whose own list is not where it should be."""
    for before, entry in pairwise(placed):
        label = _LABEL_ALONE.fullmatch(document.of(entry.block))
        if label and is_dimension(label["name"]) and any(before.block.start < end <= before.block.end for end in ends):
            start, end = entry.block.start, entry.block.end
            yield Dimension(label["name"], "segment", entry.section, start, end, (), "separator", partial=True)


def _is_fuller(document: Document, listing: Listing, known: Dimension) -> bool:
    """Whether a list of regions has all of the known one and more: a page's chapters may tell of some of them only."""
    names = {document.text[a:b] for a, b in listing.members}
    return known.kind == "region" and {m.name for m in known.members} < names and all(map(REGION.fullmatch, names))


def _key(name: str) -> str:
    """One key for the spellings of a dimension: End User, End-users."""
    return re.sub(r"s$", "", re.sub(r"[\W_]+", " ", name.casefold()).strip())


def _from_listing(document: Document, listing: Listing) -> Dimension:
    members = tuple(Member(document.text[a:b], a, b) for a, b in listing.members)
    regional = _REGIONAL.search(listing.name) or is_region_list([m.name for m in members])
    kind: Literal["segment", "region"] = "region" if regional else "segment"
    name = listing.name[:1].upper() + listing.name[1:]
    return Dimension(name, kind, listing.section, listing.start, listing.end, members, "separator", listing.partial)


Row = tuple[Placed, str, int, int]
"""A table row "By Type | a, b": the dimension, start and end of its list."""


def _rows(document: Document, placed: list[Placed]) -> Iterator[Row]:
    """The rows of every table that are a dimension and its list."""
    for table in tables(placed):
        header = [document.text[a:b] for a, b in table[0].block.cells]
        if len(header) > 1 and _OF_LEADERS.match(header[1]):
            continue
        if sum(_LABEL.match(title) is not None for title in header) > 1:
            continue  # every column is a dimension: layouts.py
        headless = _LABEL.match(header[0]) is not None
        for entry in table:
            cells = [(a, b) for a, b in entry.block.cells if a < b]
            by = _LABEL.match(document.text[slice(*cells[0])])
            if by and len(cells) > 1 and cells[0] == entry.block.cells[0]:
                label = document.text[slice(*cells[0])]
                across = headless and not _NO_NAMES.search(
                    document.text[cells[1][0] : cells[-1][1]].replace(ROW_JOIN, "")
                )
                yield entry, label[by.end() :], cells[1][0], cells[-1 if across else 1][1]


def _joins_last(document: Document, rows: Iterable[Row]) -> bool:
    """Whether the table's lists end in "b and c" for two members: its row of regions shows it ("Europe, Asia Pacific and
    Latin America"), where names such as "Oil and Gas" cannot deceive.
    """
    for _, _, start, end in rows:
        cell = document.text[start:end]
        names = [cell[a:b] for a, b in split_list(cell, prose=True)[0]] if " and " in cell else []
        if len(names) > _LEAST_JOINED and all(map(REGION.fullmatch, names)):
            return len(names) > len(split_list(cell, prose=False)[0])
    return False


def _from_row(document: Document, row: Row, splits: Splits, *, prose: bool) -> Dimension:
    entry, name, start, end = row
    cell = document.text[start:end]
    spans, split, partial = _split(cell, name, splits, prose=prose)
    members = tuple(Member(cell[a:b], start + a, start + b) for a, b in spans)
    regional = bool(_REGIONAL.search(name)) or split == "vocabulary"
    kind: Literal["segment", "region"] = "region" if regional else "segment"
    return Dimension(name, kind, entry.section, start, end, members, split, partial)


def _split(cell: str, name: str, splits: Splits, *, prose: bool) -> tuple[list[tuple[int, int]], Split, bool]:
    given = splits.of(name)
    separated, partial = split_list(cell, prose=False)
    if prose and len(separated) > 1:
        separated, partial = split_list(cell, prose=True)
    place = f"{splits.source}: dimension {name!r}"
    if given is not None and len(separated) > 1:
        if tuple(cell[a:b] for a, b in separated) != given:
            raise SegmentationError(f"{place} has separators of its own in the report; remove its entry")
        return separated, "separator", partial
    if given is not None:
        return cover(cell, given, place), "file", False
    regions = [m.span() for m in REGION.finditer(cell)]
    if len(regions) > 1 and " ".join(cell[a:b] for a, b in regions) == cell:
        return regions, "vocabulary", False
    if len(separated) > 1 or (len(cell.split()) < _RUN_ON_WORDS and not _GLUED.search(cell)):
        return separated, "separator", partial
    return [(0, len(cell))], "none", False
