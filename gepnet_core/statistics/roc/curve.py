"""The ROC curve of a marker, its area, and DeLong's interval."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval, symmetric_interval
from gepnet_core.statistics.roc.placements import Placements, place


class Direction(StrEnum):
    """Which side of a threshold is positive. The threshold itself is positive in both."""

    LOW = "low"
    HIGH = "high"

    @property
    def sign(self) -> float:
        """1 or -1: the marker times this is low where it is positive."""
        return 1.0 if self is Direction.LOW else -1.0


@dataclass(frozen=True)
class OperatingPoint:
    """Counts at one threshold.

    ``threshold`` is the observed value on the positive side, ``midpoint`` the mean with its neighbour on the
    other side, or None where there is none.
    """

    threshold: float
    midpoint: float | None
    true_positives: int
    false_positives: int
    n_positive: int
    n_negative: int

    @property
    def sensitivity(self) -> float:
        """Share of the positive class that is called positive."""
        return self.true_positives / self.n_positive

    @property
    def specificity(self) -> float:
        """Share of the negative class that is called negative."""
        return 1 - self.false_positives / self.n_negative

    @property
    def youden(self) -> float:
        """Sensitivity + specificity - 1 (Youden WJ. Cancer 1950;3:32-35)."""
        return (self.true_positives * self.n_negative - self.false_positives * self.n_positive) / (
            self.n_positive * self.n_negative
        )


@dataclass(frozen=True, eq=False)
class RocCurve:
    """All operating points from the strictest threshold on, without the one that calls nobody positive.

    ``thresholds``, ``midpoints``, ``true_positives`` and ``false_positives`` have one entry a point and are
    read-only; the last midpoint is NaN, since there is no value beyond. `OperatingPoint` says what they are.
    """

    direction: Direction
    thresholds: NDArray[np.float64]
    midpoints: NDArray[np.float64]
    true_positives: NDArray[np.int64]
    false_positives: NDArray[np.int64]
    n_positive: int
    n_negative: int
    auc: float

    @property
    def sensitivities(self) -> NDArray[np.float64]:
        """Sensitivity at each threshold."""
        return self.true_positives / self.n_positive

    @property
    def specificities(self) -> NDArray[np.float64]:
        """Specificity at each threshold."""
        return 1 - self.false_positives / self.n_negative

    @property
    def youdens(self) -> NDArray[np.float64]:
        """Youden's index at each threshold (Youden WJ. Cancer 1950;3:32-35)."""
        n, m = self.n_positive, self.n_negative
        return (self.true_positives * m - self.false_positives * n) / (n * m)

    @cached_property
    def points(self) -> tuple[OperatingPoint, ...]:
        """All points one by one; of a million they take seconds, which the arrays do not."""
        return self._points_at(slice(None))

    def point(self, k: int) -> OperatingPoint:
        """The point at the threshold of index ``k``."""
        return self._points_at([k])[0]

    def best_by_youden(self) -> tuple[OperatingPoint, ...]:
        """Every point with the largest Youden index, ties included."""
        # Whole numbers, in which ties are ties.
        scores = self.true_positives * self.n_negative - self.false_positives * self.n_positive
        return self._points_at(scores == scores.max())

    def at(self, cutoff: float) -> OperatingPoint:
        """Counts at any cutoff, which is positive itself; before the first threshold nobody is called.

        Raises
        ------
        InsufficientDataError
            If the cutoff is no number.
        """
        if math.isnan(cutoff):
            raise InsufficientDataError("the cutoff is no number", allowed="a number in the marker's unit")
        if self.direction is Direction.LOW:
            n_reached = int(self.thresholds.searchsorted(cutoff, side="right"))
        else:
            n_reached = len(self.thresholds) - int(self.thresholds[::-1].searchsorted(cutoff, side="left"))
        counts = (self.true_positives, self.false_positives)
        true_positives, false_positives = (int(count[n_reached - 1]) if n_reached else 0 for count in counts)
        return OperatingPoint(cutoff, None, true_positives, false_positives, self.n_positive, self.n_negative)

    def _points_at(self, which: slice | list[int] | NDArray[np.bool_]) -> tuple[OperatingPoint, ...]:
        columns = (self.thresholds, self.midpoints, self.true_positives, self.false_positives)
        return tuple(
            OperatingPoint(
                threshold,
                None if math.isnan(midpoint) else midpoint,
                true_positives,
                false_positives,
                self.n_positive,
                self.n_negative,
            )
            for threshold, midpoint, true_positives, false_positives in zip(
                *(column[which].tolist() for column in columns), strict=True
            )
        )


@dataclass(frozen=True)
class DelongAuc:
    """The area with DeLong's standard error and interval, which is symmetric and may leave 0 to 1."""

    auc: float
    se: float
    interval: ConfidenceInterval


def roc_curve(positive: ArrayLike, negative: ArrayLike, direction: Direction) -> RocCurve:
    """The curve of a marker in two classes.

    Parameters
    ----------
    positive, negative : array_like, shape (n,)
        The marker in each class; finite.
    direction : Direction
        Which side is positive; it is never guessed from the data.

    Raises
    ------
    InsufficientDataError
        If a class is empty or a value is not finite.

    Notes
    -----
    The area is the share of pairs in which the positive one lies on the positive side, ties counting one half
    (Bamber D. J Math Psychol 1975;12:387-415).
    """
    placed = placed_classes(positive, negative, direction)
    here, beyond = placed.values[:-1], placed.values[1:]
    # Halved before they are added, which no size of number overflows. Where float64 has no number between two
    # neighbours, rounding would reach the one beyond, which is not positive at this threshold.
    middles = here / 2 + beyond / 2
    middles = np.where(middles < beyond, middles, here)
    columns = (
        # + 0.0 takes the sign from a zero.
        direction.sign * placed.values + 0.0,
        direction.sign * np.append(middles, np.nan) + 0.0,
        placed.ours,
        placed.theirs,
    )
    for column in columns:
        column.flags.writeable = False
    return RocCurve(direction, *columns, placed.n, placed.m, placed.auc)


def delong_auc(
    positive: ArrayLike, negative: ArrayLike, direction: Direction, level: float = 0.95
) -> DelongAuc:
    """Area, standard error and interval at one sort of the data, a million rows in a fraction of a second.

    Parameters
    ----------
    positive, negative : array_like, shape (n,)
        The marker in each class, at least two values each.
    direction : Direction
    level : float
        Between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If a class has fewer than two values, a value is not finite, or the level is out of range.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845; the placements from ranks, without
    the matrix of pairs, as in Sun X, Xu W. IEEE Signal Process Lett 2014;21:1389-1393.
    """
    placed = placed_classes(positive, negative, direction)
    interval = symmetric_interval(placed.auc, placed.delong_se, level, "DeLong")
    return DelongAuc(placed.auc, placed.delong_se, interval)


def delong_interval(
    positive: ArrayLike, negative: ArrayLike, direction: Direction, level: float = 0.95
) -> ConfidenceInterval:
    """The interval of `delong_auc`, which has the same parameters and errors."""
    return delong_auc(positive, negative, direction, level).interval


def placed_classes(positive: ArrayLike, negative: ArrayLike, direction: Direction) -> Placements:
    """Both classes counted at their distinct values, negated where high is positive.

    Raises
    ------
    InsufficientDataError
        If a class is empty or a value is not finite.
    """
    return place(*rising_classes(positive, negative, direction))


def rising_classes(
    positive: ArrayLike, negative: ArrayLike, direction: Direction
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both classes in rising order, negated where high is positive, so that low is positive in what follows.

    Raises
    ------
    InsufficientDataError
        If a class is empty, has another shape than (n,), or a value is not finite.
    """
    ours, theirs = np.asarray(positive, dtype=np.float64), np.asarray(negative, dtype=np.float64)
    if ours.ndim != 1 or theirs.ndim != 1:
        raise InsufficientDataError(
            "an ROC curve needs one value a row",
            got=f"arrays of {ours.ndim} and {theirs.ndim} dimensions",
            allowed="1 and 1",
        )
    if not len(ours) or not len(theirs):
        raise InsufficientDataError(
            "an ROC curve needs both classes",
            got=f"{len(ours)} and {len(theirs)}",
            allowed="at least 1 and 1",
        )
    ours, theirs = direction.sign * ours, direction.sign * theirs
    for rising in (ours, theirs):
        rising.sort()
        # An infinity sorts to one end, and what is no number to the last.
        if not (math.isfinite(rising[0]) and math.isfinite(rising[-1])):
            raise InsufficientDataError(
                "an ROC curve needs finite values", allowed="no missing value, no infinity"
            )
    return ours, theirs


def doubled_wins(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each of ours twice the number of theirs above it, a tie counting one half; ``theirs`` rising."""
    not_above = np.searchsorted(theirs, ours, side="right")
    below = np.searchsorted(theirs, ours, side="left")
    return (2 * len(theirs) - not_above - below).astype(np.int64)


def doubled_placements(
    positive: ArrayLike, negative: ArrayLike, direction: Direction
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row by row twice the rows of the other class with which a row makes an ordered pair, a tie one half.

    Over 2m and 2n they are DeLong's V10 and V01; each array adds up to 2nm times the area.

    Raises
    ------
    InsufficientDataError
        If a class is empty, has another shape than (n,), or a value is not finite.
    """
    ours, theirs = rising_classes(positive, negative, direction)
    of_positive = doubled_wins(direction.sign * np.asarray(positive, dtype=np.float64), theirs)
    above_negative = doubled_wins(direction.sign * np.asarray(negative, dtype=np.float64), ours)
    return of_positive, 2 * len(ours) - above_negative
