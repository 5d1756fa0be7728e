"""A second reader whose agreement with the first prints the study's kappas and ICCs."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from gepnet_core.replication.measures import kappa, single_iccs
from gepnet_core.replication.search.annealer import Schedule, Uniform, anneal
from gepnet_core.replication.search.constraints import Constraint, load_constraints

_MOST_DRAWS = 400


def read_again(
    values: NDArray[np.str_],
    feature: str,
    disagreements: int,
    levels: Sequence[str],
    rng: np.random.Generator,
) -> NDArray[np.str_] | None:
    """Change so many calls that kappa prints as the study's; None where no drawn change does.

    Parameters
    ----------
    values : array of text
        The first reader's calls.
    feature : str
        Names the fact ``kappa_<feature>``.
    disagreements : int
    levels : sequence of str
        What a call may be.
    rng : numpy.random.Generator
    """
    wanted = load_constraints()[f"kappa_{feature}"]
    for _ in range(_MOST_DRAWS):
        second = values.copy()
        for i in rng.permutation(len(values))[:disagreements]:
            others = [level for level in levels if level != values[i]]
            second[i] = others[int(rng.integers(len(others)))]
        if wanted.is_met(kappa(values, second)):
            return second
    return None


def measure_again(
    values: NDArray[np.int64], limits: Constraint, error: NDArray[np.float64], lowest: int, uniform: Uniform
) -> NDArray[np.int64] | None:
    """Whole numbers near the first reader's so that ICC(1,1), ICC(2,1) and ICC(3,1) all print as the study's.

    Parameters
    ----------
    values : array of int
        The first reader's measurements.
    limits : Constraint
        The printed ICC.
    error : array
        Typical size of a difference, one a patient.
    lowest : int
        Smallest number that may be read.
    uniform : callable

    Returns
    -------
    array of int or None
        None where the annealing does not reach it. Which of the three the study computed is not printed.
    """
    landscape = _SecondLandscape(values, limits, error, lowest, uniform)
    reached = anneal(landscape, Schedule(8_000, 0.02, 1e-5), uniform)
    return np.array(landscape.second) if reached == 0 else None


class _SecondLandscape:
    """State: the second reader's numbers. A change moves one of them by a little."""

    def __init__(
        self,
        first: NDArray[np.int64],
        limits: Constraint,
        error: NDArray[np.float64],
        lowest: int,
        uniform: Uniform,
    ) -> None:
        self._first, self._limits, self._error, self._lowest = first, limits, error, lowest
        noise = [(uniform() + uniform() + uniform() - 1.5) * 2 for _ in first]
        self.second = [
            max(lowest, round(v + e * k))
            for v, e, k in zip(first.tolist(), error.tolist(), noise, strict=True)
        ]
        self._next = (0, 0)

    @property
    def cost(self) -> float:
        return self._cost(self.second)

    def propose(self, uniform: Uniform) -> float:
        i = int(uniform() * len(self.second))
        step = 1 + int(uniform() * self._error[i] / 2)
        new = self.second[i] + (step if uniform() < 0.5 else -step)
        if new < self._lowest or abs(new - int(self._first[i])) > 4 * self._error[i] + 1:
            return float("inf")
        self._next = (i, new)
        changed = self.second.copy()
        changed[i] = new
        return self._cost(changed)

    def accept(self) -> None:
        i, new = self._next
        self.second[i] = new

    def _cost(self, second: Sequence[int]) -> float:
        iccs = single_iccs(self._first, np.array(second))
        return sum(max(self._limits.low + 1e-6 - icc, icc - self._limits.high + 1e-6, 0.0) for icc in iccs)
