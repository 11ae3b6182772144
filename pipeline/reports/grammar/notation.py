"""The notation that forms are written in, and the row of the table of forms.

Belongs here: what letters stand for and how a pattern becomes a regular expression. Does not belong here: any wording.

A form is matched against a sentence's skeleton: the sentence in lower case with every figure and name replaced by one
capital letter. "The AI Training Market was valued at USD 12.00 Bn in 2025" has the skeleton "M was valued at V in Y".
A table row is a sentence whose cells are joined by " | ".

    V money   N percent   X multiple ("10 to 100 times")   Y year   P period ("2026-2034")
    M this market   O another market   R region   K country   S member of a dimension   C company
    A, B  any phrase that names something (resolved afterwards)   D  a dimension's name   W  one or two words
    ~V, ~N, ~X  the figure with a hedge before it, if any     V1, V2  told apart where there are several
    ...   a few words, no figure or name     ___   words that name nothing else (this market may be named)
    @Y    "in 2025", "through 2034", "2026-2034" and the like nearby, if it is there
The rest is a regular expression. Every gap is bounded, so matching is linear in the length of a sentence. Which year a
size belongs to is not part of its form: years.py finds it beside the figure or at the head of the clause.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.reports.claims import Metric
from pipeline.reports.vocabulary import HEDGE

# Character classes and group heads are regular expression, not notation.
_SLOT = re.compile(r"\[[^\]]*\]|\(\?P<\w+>|@Y|~?[A-Z]\d?|\.\.\.|___")
_PHRASES = {
    "A": r"(?P<A>[^.;:,|VNYPORKC]{1,90}?)",
    "B": r"(?P<B>[^.;:,|VNYPORKC]{1,80}?)",
    "D": r"(?P<D>[a-z][\w /&-]{1,50}?)",
    "...": r"[^A-Z]{0,60}?",
    "___": r"[^RSCOVNXK;|]{0,140}?",
    "W": r"(?P<W>[\w.'\u2019/-]+(?: [\w.'\u2019/-]+)?)",
    "@Y": r"(?:[^RSCOVNXK.;]{0,80}?[ (](?:(?P<at_period>P)"
    r"|(?:in|by|through|during|over|till|until) (?:the year )?(?P<at>Y)))?",
}


@dataclass(frozen=True)
class Form:
    """One wording: what it claims, what it cannot do without, a sentence in it, and its pattern in the notation.

    `cue` is there for speed: letters, parts of words and marks (`@rank`: a superlative of size or a verb of leading;
    see grammar/__init__.py) that a sentence must all have before the pattern is tried. `example` is a sentence of the
    form; the tests hold what must be read in it.
    """

    name: str
    metric: Metric
    cue: str
    example: str
    pattern: str
    needs: frozenset[str] = field(init=False, repr=False, compare=False)
    words: tuple[str, ...] = field(init=False, repr=False, compare=False)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """The pattern as a regular expression, compiled when first used: all together take a fifth of a second."""
        return re.compile(_SLOT.sub(_slot, self.pattern))

    def fits(self, text: str) -> bool:
        """Whether a skeleton has all the words that the form needs (marks and letters: see candidates)."""
        return all(word in text for word in self.words)

    def __post_init__(self) -> None:
        cues = self.cue.split()
        object.__setattr__(self, "needs", frozenset(c for c in cues if c[0] == "@" or c.isupper()))
        object.__setattr__(self, "words", tuple(c for c in cues if c[0] != "@" and not c.isupper()))


def _slot(match: re.Match[str]) -> str:
    written = match.group()
    if written[0] in "[(":
        return written
    if written in _PHRASES:
        return _PHRASES[written]
    hedge, letters = written.startswith("~"), written.lstrip("~")
    group = f"(?P<{letters}>{letters[0]})"
    return rf"(?:(?P<hedge_{letters}>{HEDGE})\s?)?{group}" if hedge else group
