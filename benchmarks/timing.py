"""One timing: its values, its goal, and how it is written in the table."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True)
class Timing:
    """Repeated values of one quantity.

    Parameters
    ----------
    name : str
        What was timed, in words that a user understands.
    values : tuple of float
        One for each repetition, in `unit`.
    unit : str
        "ms" or "s", or "" for a ratio.
    goal : float, optional
        The median that is to be stayed at or under, in `unit`.
    at_least : float, optional
        The median that is to be reached, in `unit`.
    """

    name: str
    values: tuple[float, ...]
    unit: str = "ms"
    goal: float | None = None
    at_least: float | None = None

    @property
    def median(self) -> float:
        """Median of the values."""
        return median(self.values)

    @property
    def met(self) -> bool | None:
        """Whether the goal is met; None where there is none."""
        if self.at_least is not None:
            return self.median >= self.at_least
        return None if self.goal is None else self.median <= self.goal

    def as_dict(self) -> dict[str, object]:
        """For --json: everything, the median included."""
        return {**asdict(self), "median": self.median, "met": self.met}

    def cells(self) -> tuple[str, str, str, str, str]:
        """Cells of the table: name, median, range, repetitions, goal."""

        def written(value: float) -> str:
            digits = 2 if value < 10 else 1 if value < 100 else 0
            return f"{value:.{digits}f}{' ' + self.unit if self.unit else ''}"

        said = {self.goal: "", self.at_least: "at least "}
        goals = [f"{word}{goal:g} {self.unit}".strip() for goal, word in said.items() if goal is not None]
        goal = "".join(goals) + (", missed" if self.met is False else "")
        spread = f"{written(min(self.values))} to {written(max(self.values))}"
        return self.name, written(self.median), spread, str(len(self.values)), goal


def milliseconds(action: Callable[[], object], *, repeat: int = 9, warm_up: int = 1) -> tuple[float, ...]:
    """Wall-clock milliseconds of each of `repeat` calls, after `warm_up` that are not counted.

    The garbage collector rests while a call is timed, so that it does not fall on one call by chance.
    """
    for _ in range(warm_up):
        action()
    values = []
    for _ in range(repeat):
        gc.collect()
        gc.disable()
        try:
            started = time.perf_counter()
            action()
            values.append((time.perf_counter() - started) * 1000)
        finally:
            gc.enable()
    return tuple(values)
