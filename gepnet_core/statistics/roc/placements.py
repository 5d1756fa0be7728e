"""How two classes lie in each other, counted once in whole numbers; areas and their variances follow."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from operator import mul

import numpy as np
from numpy.typing import NDArray

from gepnet_core.errors import InsufficientDataError

_LARGEST = int(np.iinfo(np.int64).max)


@dataclass(frozen=True, eq=False)
class Placements:
    """Two classes counted at their distinct values, low being positive.

    ``values`` rise and have the shape (k,), as have ``ours`` and ``theirs``: the rows of the positive and of
    the negative class up to and with each value.
    """

    values: NDArray[np.float64]
    ours: NDArray[np.int64]
    theirs: NDArray[np.int64]

    @property
    def n(self) -> int:
        """Rows of the positive class."""
        return int(self.ours[-1])

    @property
    def m(self) -> int:
        """Rows of the negative class."""
        return int(self.theirs[-1])

    @cached_property
    def ours_here(self) -> NDArray[np.int64]:
        """Rows of the positive class at each value."""
        return _steps(self.ours)

    @cached_property
    def theirs_here(self) -> NDArray[np.int64]:
        """Rows of the negative class at each value."""
        return _steps(self.theirs)

    @cached_property
    def doubled(self) -> int:
        """Twice the number of pairs in which the positive one is lower, a tie counting one half."""
        return int(self.theirs_here @ (2 * self.ours - self.ours_here))

    @property
    def auc(self) -> float:
        """The area: the share of those pairs."""
        return self.doubled / (2 * self.n * self.m)

    @cached_property
    def delong_se(self) -> float:
        """DeLong's standard error of the area; 0 where the classes are apart or all values are equal.

        Raises
        ------
        InsufficientDataError
            If a class has fewer than two rows.
        """
        # Twice the negatives above, and twice the positives below, each value; ties one half.
        above, below = 2 * (self.m - self.theirs) + self.theirs_here, 2 * self.ours - self.ours_here
        squares = (
            whole_dot(self.ours_here, above**2, self.doubled * 2 * self.m),
            whole_dot(self.theirs_here, below**2, self.doubled * 2 * self.n),
        )
        return math.sqrt(_variance(*squares, self.doubled, self.n, self.m))


def place(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> Placements:
    """Count two classes, each finite and in rising order, at their distinct values."""
    both = np.concatenate([ours, theirs])
    # The stable sort merges two rising runs in linear time.
    order = both.argsort(kind="stable")
    rising = both[order]
    is_last = np.empty(len(both), dtype=bool)
    np.not_equal(rising[1:], rising[:-1], out=is_last[:-1])
    is_last[-1] = True
    last = is_last.nonzero()[0]
    n_ours = (order < len(ours)).cumsum()[last]
    return Placements(rising[last], n_ours, last + 1 - n_ours)


def delong_variance(ours: NDArray[np.int64], theirs: NDArray[np.int64]) -> float:
    """DeLong's variance of an area, or of the difference of two areas in the same rows.

    Parameters
    ----------
    ours, theirs : ndarray of int, shape (n,) and (m,)
        Doubled placements of the rows of the positive and of the negative class, or their differences between
        two markers.

    Raises
    ------
    InsufficientDataError
        If a class has fewer than two rows.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845, equations 3 to 6.
    """
    n, m = len(ours), len(theirs)
    squares = whole_dot(ours, ours, 4 * n * m**2), whole_dot(theirs, theirs, 4 * m * n**2)
    return _variance(*squares, int(ours.sum()), n, m)


def _variance(ours: int, theirs: int, doubled: int, n: int, m: int) -> float:
    """The same from the sums of squares of each class, and the sum of either, which is ``doubled``.

    S10 / n + S01 / m over one denominator: whole numbers up to the one division, so that 0 is exactly 0.
    """
    if min(n, m) < 2:
        raise InsufficientDataError(
            "DeLong's variance needs two values of each class",
            got=f"{n} and {m}",
            allowed="at least 2 and 2",
        )
    spread = (n * ours - doubled**2) * (m - 1) + (m * theirs - doubled**2) * (n - 1)
    return spread / (4 * n**2 * m**2 * (n - 1) * (m - 1))


def whole_dot(x: NDArray[np.int64], y: NDArray[np.int64], bound: int) -> int:
    """Sum of products of whole numbers, exact at any size; no partial sum exceeds the bound."""
    # Python's integers have no end, and need a hundred times as long.
    return int(x @ y) if bound <= _LARGEST else sum(map(mul, x.tolist(), y.tolist()))


def _steps(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """What each running count adds to the one before."""
    steps = counts.copy()
    steps[1:] -= counts[:-1]
    return steps
