"""One group of numbers in a few figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

_NO_VALUE = "The group has no value."
_ONE_VALUE = "A standard deviation needs two values."
_FIELDS = ("mean", "sd", "median", "q1", "q3", "min", "max")


@dataclass(frozen=True)
class Description:
    """Figures of a group by name; what is None has its reason under the same name."""

    n: int
    values: Mapping[str, float | None]
    reasons: Mapping[str, str]

    @property
    def sentence(self) -> str:
        """The figures in words."""
        if not self.n:
            return "no value"
        shown = {name: f"{value:.4g}" for name, value in self.values.items() if value is not None}
        spread = f", SD {shown['sd']}" if "sd" in shown else ""
        return (
            f"{self.n} values, mean {shown['mean']}{spread}, median {shown['median']} "
            f"(quartiles {shown['q1']} and {shown['q3']}, range {shown['min']} to {shown['max']})"
        )


def describe(values: ArrayLike) -> Description:
    """Mean, sample SD (divided by n - 1), median, quartiles and range.

    Parameters
    ----------
    values : array_like, shape (n,)
        Finite, perhaps none.

    References
    ----------
    Quartiles: linear interpolation, type 7 of Hyndman RJ, Fan Y. Am Stat 1996;50:361-365.
    """
    numbers = np.asarray(values, dtype=float)
    n = len(numbers)
    if not n:
        return Description(0, dict.fromkeys(_FIELDS), dict.fromkeys(_FIELDS, _NO_VALUE))
    low, high = float(numbers.min()), float(numbers.max())
    # In a unit in which no square overflows or vanishes: a power of two, which changes no digit.
    exponent = math.frexp(max(abs(low), abs(high)))[1]
    scaled = np.ldexp(numbers, -exponent)
    figures: dict[str, float | None] = {"mean": low, "sd": None, "median": low, "q1": low, "q3": low}
    if low < high:
        quarters = np.quantile(scaled, [0.25, 0.5, 0.75])
        computed = [scaled.mean(), scaled.std(ddof=1), quarters[1], quarters[0], quarters[2]]
        figures = dict(zip(_FIELDS, (float(np.ldexp(x, exponent)) for x in computed), strict=False))
    elif n > 1:
        figures["sd"] = 0.0
    return Description(n, {**figures, "min": low, "max": high}, {} if n > 1 else {"sd": _ONE_VALUE})
