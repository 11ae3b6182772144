"""Whether the claims of a dimension can hold together, and if not, the smallest set that cannot.

Belongs here: the linear program over shares of one year, and contradictions of rank. Does not belong here: claims that
can hold but hardly ever do; sampling finds those out (draws.py).

Shares of one year lie on the simplex and every condition on them is linear, so a linear program that maximises the
smallest slack decides exactly (HiGHS through scipy). By Helly's theorem a smallest contradiction among them has at most
as many claims as the dimension has members.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations

import numpy as np
from scipy.optimize import linprog

from pipeline.model.conditions import Condition, Dimension

_LEAST_SLACK = 1e-9
"""Claims that leave less room than this (in share) touch in a boundary that no draw ever meets."""
_EXHAUSTIVE = 3


def contradiction(dimension: Dimension) -> tuple[Condition, ...]:
    """The smallest set of conditions that cannot hold together; empty when all can."""
    fastest = {c.member: c for c in dimension.conditions if c.kind == "fastest"}
    if len(fastest) > 1:
        return tuple(fastest.values())[:2]
    years = sorted({c.ahead for c in dimension.conditions if c.kind != "fastest"})
    for ahead in years:
        bound = [c for c in dimension.conditions if c.kind != "fastest" and c.ahead == ahead]
        if not feasible(bound, dimension.size):
            return _smallest(bound, dimension.size)
    return ()


def feasible(conditions: Iterable[Condition], size: int) -> bool:
    """Whether shares of `size` members can meet all conditions at once, with room to spare."""
    rows = [row for c in conditions for row in _rows(c, size)]
    if not rows:
        return True
    left = np.array([[*weights, 1.0] for weights, _ in rows])
    right = np.array([bound for _, bound in rows])
    total = np.array([[1.0] * size + [0.0]])
    # Unknowns: the shares and the slack, which is maximised; at most 1, so that the program is bounded.
    result = linprog(
        c=[0.0] * size + [-1.0],
        A_ub=left,
        b_ub=right,
        A_eq=total,
        b_eq=[1.0],
        bounds=[(0, 1)] * size + [(None, 1)],
        method="highs",
    )
    return bool(result.status == 0 and -result.fun > _LEAST_SLACK)


def _rows(condition: Condition, size: int) -> list[tuple[list[float], float]]:
    """Half-spaces weights . shares <= bound of one condition; bounds at the edge of the simplex need no row."""

    def unit(member: int, by: float) -> list[float]:
        return [by if i == member else 0.0 for i in range(size)]

    def behind(other: int, ratio: float) -> tuple[list[float], float]:
        weights = unit(condition.member, -1.0)
        weights[other] = ratio
        return weights, 0.0

    if condition.kind == "largest":
        return [behind(other, 1.0) for other in range(size) if other != condition.member]
    if condition.kind == "margin_over" and condition.other is not None:
        return [behind(condition.other, condition.low)]
    rows = []
    if condition.low > 0:
        rows.append((unit(condition.member, -1.0), -condition.low))
    if condition.high < 1:
        rows.append((unit(condition.member, 1.0), condition.high))
    return rows


def _smallest(conditions: Sequence[Condition], size: int) -> tuple[Condition, ...]:
    for count in range(1, min(_EXHAUSTIVE, len(conditions)) + 1):
        for few in combinations(conditions, count):
            if not feasible(few, size):
                return few
    # More than a handful: drop what is not needed for the contradiction; what remains is irreducible.
    kept = list(conditions)
    for condition in conditions:
        without = [c for c in kept if c is not condition]
        if not feasible(without, size):
            kept = without
    return tuple(kept)
