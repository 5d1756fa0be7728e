"""Simulated annealing, for everything that the reconstruction searches by single changes.

Kirkpatrick S, Gelatt CD, Vecchi MP. Science 1983;220:671-680; the rule of acceptance is Metropolis'.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

Uniform = Callable[[], float]
"""A source of numbers from 0 to just below 1."""


class Landscape(Protocol):
    """What can be annealed: a state with a cost of at least 0, and a way to change a little of it."""

    @property
    def cost(self) -> float:
        """Cost of the state; 0 where every constraint is met."""

    def propose(self, uniform: Uniform) -> float:
        """Think of a change and return the cost that it would lead to; infinity where it is not allowed."""

    def accept(self) -> None:
        """Carry out the change that was proposed last."""


@dataclass(frozen=True)
class Schedule:
    """From the first temperature to the last, geometrically, in so many moves."""

    moves: int
    first: float
    last: float


def anneal(landscape: Landscape, schedule: Schedule, uniform: Uniform, *, enough: float = 0.0) -> float:
    """Change the state until its cost is low enough or the moves are used up.

    Parameters
    ----------
    landscape : Landscape
        Changed in place.
    schedule : Schedule
    uniform : callable
        The only source of chance: the same numbers give the same state.
    enough : float
        Cost at which to stop.

    Returns
    -------
    float
        The cost that was reached.
    """
    temperature = schedule.first
    cooling = (schedule.last / schedule.first) ** (1 / max(schedule.moves, 1))
    cost = landscape.cost
    for _ in range(schedule.moves):
        if cost <= enough:
            break
        proposed = landscape.propose(uniform)
        rise = proposed - cost
        if rise <= 0 or (rise < 40 * temperature and uniform() < math.exp(-rise / temperature)):
            landscape.accept()
            cost = proposed
        temperature *= cooling
    return cost


def uniform_numbers(rng: np.random.Generator, block: int = 8192) -> Uniform:
    """Numbers from a generator one by one, drawn in blocks because single draws are slow."""
    numbers: list[float] = []

    def draw() -> float:
        if not numbers:
            numbers.extend(rng.random(block).tolist())
        return numbers.pop()

    return draw
