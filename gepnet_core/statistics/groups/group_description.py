"""One group of numbers in a few figures."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.grouped_values import quartiles, unit_of_differences

_NO_VALUE = "The group has no value."
_ONE_VALUE = "A standard deviation needs two values."
_TOO_LARGE = "The standard deviation is larger than any number that float64 holds."
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

    Raises
    ------
    InsufficientDataError
        If a value is not finite.

    References
    ----------
    Quartiles: as `gepnet_core.statistics.groups.grouped_values.quartiles`.
    """
    numbers = np.asarray(values, dtype=float)
    n = len(numbers)
    if not n:
        return Description(0, dict.fromkeys(_FIELDS), dict.fromkeys(_FIELDS, _NO_VALUE))
    if not np.isfinite(numbers).all():
        raise InsufficientDataError(
            "a group is described by finite values", allowed="no missing value, no infinity"
        )
    low, high = float(numbers.min()), float(numbers.max())
    mean, sd = _mean_and_sd(numbers, low, high)
    q1, median, q3 = quartiles(numbers)
    reasons = {}
    if n == 1:
        reasons["sd"] = _ONE_VALUE
    elif math.isinf(sd):
        reasons["sd"] = _TOO_LARGE
    figures = (mean, None if reasons else sd, median, q1, q3, low, high)
    return Description(n, dict(zip(_FIELDS, figures, strict=True)), reasons)


def _mean_and_sd(numbers: NDArray[np.float64], low: float, high: float) -> tuple[float, float]:
    """Mean and SD from the distances above the lowest value, in a power of two near the largest of them.

    So no square overflows or vanishes, and a small spread far from zero keeps its digits. The SD is infinite
    where float64 does not hold it, and 0 of one value.
    """
    if low == high:
        return low, 0.0
    unit = unit_of_differences(numbers)
    above = numbers / unit - low / unit
    exponent = math.frexp(float(above.max()))[1]
    scaled = np.ldexp(above, -exponent)
    mean = (low / unit + math.ldexp(float(scaled.mean()), exponent)) * unit
    # Rounding may carry the mean of neighbours just beyond them.
    return min(max(mean, low), high), math.ldexp(float(scaled.std(ddof=1)), exponent) * unit
