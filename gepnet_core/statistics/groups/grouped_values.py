"""One quantity in several groups, every value kept, with the five numbers of its box."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError


@dataclass(frozen=True)
class Box:
    """Quartiles, and the outermost values within 1.5 times their distance, or the box where there is none."""

    low_whisker: float
    q1: float
    median: float
    q3: float
    high_whisker: float


@dataclass(frozen=True)
class GroupedValues:
    """A quantity as it is called, and the values of each group."""

    quantity: str
    groups: Mapping[str, tuple[float, ...]]


def box_of(values: ArrayLike) -> Box:
    """The box of one group.

    Parameters
    ----------
    values : array_like, shape (n,)
        Finite, at least one.

    Raises
    ------
    InsufficientDataError
        If there is no value, or one that is not finite.

    References
    ----------
    Whiskers: Tukey JW. Exploratory Data Analysis, 1977, section 2D. Quartiles: as `quartiles`.
    """
    numbers = np.asarray(values, dtype=float)
    if not len(numbers) or not np.isfinite(numbers).all():
        raise InsufficientDataError("a box needs finite values", got=str(len(numbers)), allowed="at least 1")
    q1, middle, q3 = quartiles(numbers)
    reach = 1.5 * (q3 - q1)
    inside = numbers[(numbers >= q1 - reach) & (numbers <= q3 + reach)]
    # A quartile between two values may lie beyond the last one inside: a whisker then ends at the box.
    return Box(float(inside.min(initial=q1)), q1, middle, q3, float(inside.max(initial=q3)))


def quartiles(numbers: NDArray[np.float64]) -> tuple[float, float, float]:
    """Both quartiles with the median between them, by linear interpolation.

    Parameters
    ----------
    numbers : ndarray, shape (n,)
        Finite, at least one.

    References
    ----------
    Type 7 of Hyndman RJ, Fan Y. Am Stat 1996;50:361-365, the default of R and NumPy.
    """
    unit = unit_of_differences(numbers)
    found = np.quantile(numbers / unit, [0.25, 0.5, 0.75]) * unit
    # Half of the smallest number is 0, which may lie outside.
    q1, middle, q3 = np.clip(found, numbers.min(), numbers.max()).tolist()
    return q1, middle, q3


def unit_of_differences(numbers: NDArray[np.float64]) -> float:
    """A unit, 1 or 2, in which no difference of two of the numbers exceeds float64."""
    return 2.0 if np.abs(numbers).max() > sys.float_info.max / 2 else 1.0
