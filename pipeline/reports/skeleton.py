"""A sentence as its skeleton: one letter for every figure and name, and the way back to the document's offsets.

Belongs here: building a skeleton and moving between it and the words. Does not belong here: the forms matched against
it (grammar/).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence

from pipeline.reports.figures import Figure
from pipeline.reports.names import Name
from pipeline.reports.outline import Sentence

Token = Figure | Name


class Skeleton:
    """`text` is the skeleton; `cased` the same with the sentence's own capitals, letter for letter as long."""

    def __init__(self, sentence: Sentence, tokens: Sequence[Token]) -> None:
        self.sentence = sentence
        self.tokens = sorted(tokens, key=lambda t: t.start)
        parts, at, length = [], 0, 0
        self._at: list[int] = []  # positions in the skeleton where the offset changes
        self._offset: list[int] = []
        self._tokens: dict[int, Token] = {}  # by position, in order
        for token in self.tokens:
            self._mark(length, at)
            parts.append(sentence.text[at : token.start])
            length += token.start - at
            self._mark(length, token.start)
            self._tokens[length] = token
            parts.append(token.kind)
            length, at = length + 1, token.end
        self._mark(length, at)
        parts.append(sentence.text[at:])
        self.cased = "".join(parts)
        kinds = set(range(1, len(parts), 2))
        self.text = "".join(p if i in kinds else _lower(p) for i, p in enumerate(parts)).replace("\n", "|")

    def _mark(self, position: int, offset: int) -> None:
        self._at.append(position)
        self._offset.append(offset)

    def at(self, position: int) -> Token | None:
        """The figure or name whose letter stands at a position, or None."""
        return self._tokens.get(position)

    def placed(self) -> list[tuple[int, Token]]:
        """Every figure and name with the position of its letter, in order."""
        return list(self._tokens.items())

    def figure(self, match: re.Match[str], group: str) -> Figure:
        """The figure a group of the match stands for. Raises KeyError when the group stands for none."""
        token = self._tokens[match.start(group)]
        if not isinstance(token, Figure):
            raise KeyError(group)
        return token

    def figures_within(self, match: re.Match[str], kind: str) -> list[Figure]:
        """The figures of one kind that a match spans, in order."""
        tokens = (self._tokens.get(i) for i in range(*match.span()))
        return [t for t in tokens if isinstance(t, Figure) and t.kind == kind]

    def names(self, end: int | None = None) -> list[tuple[int, Name]]:
        """Names with their positions, to the left of `end` if given, in order."""
        return [(at, t) for at, t in self._tokens.items() if isinstance(t, Name) and (end is None or at < end)]

    def offset(self, position: int) -> int:
        """Offset in the sentence of a position in the skeleton; just after a token it is the token's end."""
        token = self._tokens.get(position - 1)
        if token is not None:
            return token.end
        index = bisect_right(self._at, position) - 1
        return self._offset[index] + position - self._at[index]

    def printed(self, match: re.Match[str], group: str) -> str:
        """The words of the sentence that a group of the match stands for."""
        start, end = match.span(group)
        return self.sentence.text[self._start(start) : self.offset(end)]

    def _start(self, position: int) -> int:
        token = self._tokens.get(position)
        return token.start if token is not None else self.offset(position)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the document of a stretch of the skeleton, without blanks at its ends."""
        a, b = self._start(start), self.offset(end)
        words = self.sentence.text[a:b]
        a += len(words) - len(words.lstrip(" ,|:"))
        b -= len(words) - len(words.rstrip(" ,|:"))
        return self.sentence.start + a, self.sentence.start + b


def _lower(text: str) -> str:
    """Lower case of the same length: a few letters grow when lowered, and offsets must hold."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
