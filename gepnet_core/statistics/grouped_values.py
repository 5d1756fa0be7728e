"""One quantity in several groups, every value kept, with the five numbers of its box."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

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
    Whiskers: Tukey JW. Exploratory Data Analysis, 1977, section 2D. Quartiles: linear interpolation, type 7
    of Hyndman RJ, Fan Y. Am Stat 1996;50:361-365, the default of R and NumPy.
    """
    numbers = np.asarray(values, dtype=float)
    if not len(numbers) or not np.isfinite(numbers).all():
        raise InsufficientDataError("a box needs finite values", got=str(len(numbers)), allowed="at least 1")
    q1, middle, q3 = (float(q) for q in np.quantile(numbers, [0.25, 0.5, 0.75]))
    reach = 1.5 * (q3 - q1)
    inside = numbers[(numbers >= q1 - reach) & (numbers <= q3 + reach)]
    # A quartile between two values may lie beyond the last one inside: a whisker then ends at the box.
    return Box(min(float(inside.min()), q1), q1, middle, q3, max(float(inside.max()), q3))
