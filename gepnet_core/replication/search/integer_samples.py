"""Whole numbers of two groups with printed means, SDs and Mann-Whitney Z: sizes, counts of lesions, ages."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from gepnet_core.errors import StudyError
from gepnet_core.replication.search.annealer import Schedule, Uniform, anneal
from gepnet_core.replication.search.constraints import Constraint, load_constraints

TOP_CODES = ((23, (10, 10)), (24, (7, 8)), (25, (8, 8)))
"""What "uncountable" may have been entered as, and by how many NETs and adenocarcinomas: the only codes with
which the printed means, SDs and Z of the number of lesions were found to be possible at once."""


@dataclass(frozen=True)
class IntegerGoal:
    """``quantity`` names the facts. ``fixed`` are values that a group must hold; ``limits`` of the others."""

    quantity: str
    fixed: tuple[tuple[int, ...], tuple[int, ...]]
    limits: tuple[tuple[int, int], tuple[int, int]]
    has_z: bool


SIZES = IntegerGoal("size", ((), ()), ((6, 190), (6, 190)), has_z=True)
AGES = IntegerGoal("age", ((34, 77, 58, 40), (39, 74, 70, 63)), ((34, 77), (39, 74)), has_z=False)
"""Youngest and oldest of each group, and the cases of Figures 2 to 5."""


def lesion_counts(uniform: Uniform) -> IntegerGoal:
    """Counts from 1 to 19, and one of the top codes for the uncountable."""
    code, n = TOP_CODES[int(uniform() * len(TOP_CODES))]
    return IntegerGoal("lesion_count", ((code,) * n[0], (code,) * n[1]), ((1, 19), (1, 19)), has_z=True)


def sample_integers(goal: IntegerGoal, uniform: Uniform) -> tuple[list[int], list[int]] | None:
    """Values of NETs and adenocarcinomas, fixed ones first; None where the annealing does not end at 0."""
    landscape = _IntegerLandscape(goal, uniform)
    reached = anneal(landscape, Schedule(60_000, 2.0, 0.002), uniform)
    return (landscape.values[0], landscape.values[1]) if reached == 0 else None


class _IntegerLandscape:
    """State: two groups of whole numbers with the printed sums. A change moves two against each other."""

    def __init__(self, goal: IntegerGoal, uniform: Uniform) -> None:
        constraints = load_constraints()
        self._goal = goal
        names = ("net", "adenocarcinoma")
        self._sd = [constraints[f"{goal.quantity}_sd_{name}"] for name in names]
        self._z: Constraint | None = constraints[f"{goal.quantity}_z"] if goal.has_z else None
        self.values = [
            _start(
                constraints[f"{goal.quantity}_mean_{name}"],
                fixed,
                limits,
                round(constraints[f"n_{name}"].low + 0.5),
                uniform,
            )
            for name, fixed, limits in zip(names, goal.fixed, goal.limits, strict=True)
        ]
        self._next: tuple[int, int, int, int] = (0, 0, 0, 0)

    @property
    def cost(self) -> float:
        return self._cost(self.values)

    def propose(self, uniform: Uniform) -> float:
        group = int(uniform() < 0.5)
        values, n_fixed = self.values[group], len(self._goal.fixed[group])
        i, j = (n_fixed + int(uniform() * (len(values) - n_fixed)) for _ in range(2))
        low, high = self._goal.limits[group]
        step = 1 + int((high - low) / 4 * uniform() ** 4)
        if i == j or values[i] + step > high or values[j] - step < low:
            return math.inf
        self._next = (group, i, j, step)
        changed = values.copy()
        changed[i] += step
        changed[j] -= step
        return self._cost([changed, self.values[1]] if group == 0 else [self.values[0], changed])

    def accept(self) -> None:
        group, i, j, step = self._next
        self.values[group][i] += step
        self.values[group][j] -= step

    def _cost(self, values: Sequence[Sequence[int]]) -> float:
        cost = 0.0
        for limits, group in zip(self._sd, values, strict=True):
            n, total = len(group), sum(group)
            sd = math.sqrt((sum(v * v for v in group) - total * total / n) / (n - 1))
            cost += max(limits.low - sd, sd - limits.high, 0.0)
        if self._z is not None:
            z = _z(values[0], values[1])
            cost += 20 * max(self._z.low - z, z - self._z.high, 0.0)
        return cost


def _start(
    mean: Constraint, fixed: Collection[int], limits: tuple[int, int], n: int, uniform: Uniform
) -> list[int]:
    """Numbers with the one sum that prints the mean.

    Raises
    ------
    StudyError
        If no whole sum, or more than one, gives the printed mean.
    """
    sums = [
        total for total in range(round(mean.low * n) - 1, round(mean.high * n) + 2) if mean.is_met(total / n)
    ]
    if len(sums) != 1:
        raise StudyError("a printed mean fits no single sum", got=f"{mean.id} {mean.printed}")
    low, high = limits
    free = [low + int(uniform() * (high - low + 1)) for _ in range(n - len(fixed))]
    excess = sum(free) + sum(fixed) - sums[0]
    while excess:
        i, step = int(uniform() * len(free)), -1 if excess > 0 else 1
        if low <= free[i] + step <= high:
            free[i] += step
            excess += step
    return [*fixed, *free]


def _z(first: Sequence[int], second: Sequence[int]) -> float:
    """Z of the Mann-Whitney test, never positive, tie-corrected, without continuity correction."""
    n, m = len(first), len(second)
    ordered: list[int] = []
    for value in second:
        insort(ordered, value)
    u = sum(bisect_left(ordered, v) + bisect_right(ordered, v) for v in first) / 2
    counts: dict[int, int] = {}
    for value in (*first, *second):
        counts[value] = counts.get(value, 0) + 1
    total = n + m
    ties = sum(k**3 - k for k in counts.values()) / (total * (total - 1))
    return -abs(u - n * m / 2) / math.sqrt(n * m / 12 * (total + 1 - ties))
