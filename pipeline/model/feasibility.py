"""Whether the claims of a dimension can hold together, and if not, the smallest set that cannot.

Belongs here: the linear program over shares and growths, and contradictions of rank. Does not belong here: claims that
can hold but hardly ever do; sampling finds those out (draws.py).

The unknowns are the shares of the base year, the shares of every later year that a claim is about, and the growths.
Every condition is linear in them: a rate of growth between base year and year t bounds the ratio of two shares of one
member. What ties the years to the growths is not linear and is left out but for what follows from ranks of growth (the
fastest outgrows the market, is no slower than a rate claimed for another, and no other is faster than its own), so a
set called contradictory is one; one that slips through is refused by sampling as too rare. The program maximises the
smallest slack (HiGHS through scipy).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from pipeline.model.conditions import Condition, Dimension

_LEAST_SLACK = 1e-9
"""Claims that leave less room than this (in share) touch in a boundary that no draw ever meets."""
_EXHAUSTIVE = 3
_GROWTH = -1
"""Key of the growths among the unknowns; years after the base year are the others."""

Row = tuple[dict[tuple[int, int], float], float]
"""Half-space: weight by (block, member), and the bound that the weighted sum may not exceed."""


def contradiction(dimension: Dimension) -> tuple[Condition, ...]:
    """The smallest set of conditions that cannot hold together; empty when all can.

    Up to three conditions the set is the smallest there is; a larger one is irreducible: without any one of them the
    others can hold.
    """
    if feasible(dimension.conditions, dimension):
        return ()
    for count in range(1, min(_EXHAUSTIVE, len(dimension.conditions)) + 1):
        for few in combinations(dimension.conditions, count):
            if not feasible(few, dimension):
                return few
    kept = list(dimension.conditions)
    for condition in dimension.conditions:
        without = [c for c in kept if c is not condition]
        if not feasible(without, dimension):
            kept = without
    return tuple(kept)


def feasible(conditions: Sequence[Condition], dimension: Dimension) -> bool:
    """Whether shares and growths can meet all conditions at once, with room to spare."""
    rows = [row for c in conditions for row in _rows(c, dimension)]
    rows += [row for c in conditions if c.kind == "fastest" for row in _ranked(c, conditions, dimension)]
    if not rows:
        return True
    size = dimension.size
    blocks = sorted({block for weights, _ in rows for block, _ in weights} - {_GROWTH})
    start = {block: i * size for i, block in enumerate([*blocks, _GROWTH])}
    unknowns = size * len(start) + 1
    left = np.zeros((len(rows), unknowns))
    for i, (weights, _) in enumerate(rows):
        for (block, member), by in weights.items():
            left[i, start[block] + member] += by
    left[:, -1] = 1.0
    wholes = np.zeros((len(blocks), unknowns))
    for i, block in enumerate(blocks):
        wholes[i, start[block] : start[block] + size] = 1.0
    # The slack is maximised; it and the growths are at most 1, so that the program is bounded.
    result = linprog(
        c=[0.0] * (unknowns - 1) + [-1.0],
        A_ub=left,
        b_ub=[bound for _, bound in rows],
        A_eq=wholes if blocks else None,
        b_eq=np.ones(len(blocks)) if blocks else None,
        bounds=[(0, 1)] * (size * len(blocks)) + [(-1, 1)] * size + [(None, 1)],
        method="highs",
    )
    return bool(result.status == 0 and -result.fun > _LEAST_SLACK)


def _rows(condition: Condition, dimension: Dimension) -> Iterator[Row]:
    """Half-spaces of one condition alone; bounds at the edge of the simplex need none."""
    member, ahead = condition.member, condition.ahead
    low, high = float(condition.low), float(condition.high)
    if condition.kind == "fastest":
        yield from (({(_GROWTH, m): 1.0, (_GROWTH, member): -1.0}, 0.0) for m in dimension.rivals(condition))
    elif condition.kind == "largest":
        yield from (({(ahead, m): 1.0, (ahead, member): -1.0}, 0.0) for m in dimension.rivals(condition))
    elif condition.kind == "margin_over":
        yield {(ahead, condition.others[0]): low, (ahead, member): -1.0}, 0.0
    elif condition.kind == "pace_between":
        yield from _paced(member, ahead, low, high)
    else:
        if low > 0:
            yield {(ahead, m): -1.0 for m in (member, *condition.others)}, -low
        if high < 1:
            yield {(ahead, m): 1.0 for m in (member, *condition.others)}, high


def _paced(member: int, ahead: int, low: float, high: float) -> Iterator[Row]:
    """A member's share after `ahead` years is low^ahead to high^ahead times its share in the base year."""
    if low > 0:
        yield {(0, member): low**ahead, (ahead, member): -1.0}, 0.0
    if high < math.inf:
        yield {(ahead, member): 1.0, (0, member): -(high**ahead)}, 0.0


def _ranked(fastest: Condition, conditions: Iterable[Condition], dimension: Dimension) -> Iterator[Row]:
    """What a rank of growth says about shares, alone and together with the rates that `conditions` claim."""
    rivals = dimension.rivals(fastest)
    others = [c for c in conditions if c.kind != "fastest"]
    if len(rivals) == dimension.size - 1 and rivals:
        for ahead in {c.ahead for c in others if c.ahead > 0}:
            yield from _paced(fastest.member, ahead, 1.0, math.inf)
    for claimed in others:
        if claimed.kind != "pace_between":
            continue
        if claimed.member == fastest.member:
            for rival in rivals:
                yield from _paced(rival, claimed.ahead, 0.0, float(claimed.high))
        elif claimed.member in rivals:
            yield from _paced(fastest.member, claimed.ahead, float(claimed.low), math.inf)
