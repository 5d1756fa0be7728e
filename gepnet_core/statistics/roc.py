"""The ROC curve of a marker, its area, and DeLong's interval."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from enum import StrEnum
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval


class Direction(StrEnum):
    """Which side of a threshold is positive. The threshold itself is positive in both."""

    LOW = "low"
    HIGH = "high"


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


@dataclass(frozen=True)
class RocCurve:
    """All operating points from the strictest threshold on, without the one that calls nobody positive."""

    direction: Direction
    points: tuple[OperatingPoint, ...]
    n_positive: int
    n_negative: int
    auc: float

    def best_by_youden(self) -> tuple[OperatingPoint, ...]:
        """Every point with the largest Youden index, ties included."""
        # Whole numbers, in which ties are ties.
        scores = [
            p.true_positives * self.n_negative - p.false_positives * self.n_positive for p in self.points
        ]
        best = max(scores)
        return tuple(p for p, score in zip(self.points, scores, strict=True) if score == best)

    def at(self, cutoff: float) -> OperatingPoint:
        """Counts at any cutoff, which is positive itself; before the first threshold nobody is called."""
        sign = 1 if self.direction is Direction.LOW else -1
        n_reached = bisect_right(self.points, sign * cutoff, key=lambda point: sign * point.threshold)
        true_positives, false_positives = (
            (self.points[n_reached - 1].true_positives, self.points[n_reached - 1].false_positives)
            if n_reached
            else (0, 0)
        )
        return OperatingPoint(cutoff, None, true_positives, false_positives, self.n_positive, self.n_negative)


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
    ours, theirs = rising_classes(positive, negative, direction)
    sign = 1.0 if direction is Direction.LOW else -1.0
    values = np.unique(np.concatenate([ours, theirs]))
    true_positives = np.searchsorted(ours, values, side="right")
    false_positives = np.searchsorted(theirs, values, side="right")
    # Halved before they are added, which no size of number overflows; + 0.0 takes the sign from a zero.
    middles = values[:-1] / 2 + values[1:] / 2
    points = tuple(
        OperatingPoint(
            sign * float(value) + 0.0,
            sign * float(middles[k]) + 0.0 if k < len(middles) else None,
            int(true_positives[k]),
            int(false_positives[k]),
            len(ours),
            len(theirs),
        )
        for k, value in enumerate(values)
    )
    wins = int(doubled_wins(ours, theirs).sum())
    return RocCurve(direction, points, len(ours), len(theirs), wins / (2 * len(ours) * len(theirs)))


def delong_interval(
    positive: ArrayLike, negative: ArrayLike, direction: Direction, level: float = 0.95
) -> ConfidenceInterval:
    """Interval of the area, symmetric about it and not kept within 0 and 1.

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
        If a class has fewer than two values or a value is not finite.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845.
    """
    ours, theirs = rising_classes(positive, negative, direction)
    half = NormalDist().inv_cdf(0.5 + level / 2) * _delong_se(ours, theirs)
    auc = int(doubled_wins(ours, theirs).sum()) / (2 * len(ours) * len(theirs))
    return ConfidenceInterval(auc - half, auc + half, level, "DeLong")


def delong_se(positive: ArrayLike, negative: ArrayLike, direction: Direction) -> float:
    """Standard error of the area; 0 where the classes are apart or all values are equal.

    Parameters
    ----------
    positive, negative : array_like, shape (n,)
        The marker in each class, at least two values each.
    direction : Direction

    Raises
    ------
    InsufficientDataError
        If a class has fewer than two values or a value is not finite.

    References
    ----------
    DeLong ER, DeLong DM, Clarke-Pearson DL. Biometrics 1988;44:837-845, equations 3 to 6; the placements from
    ranks, without the matrix of pairs, as in Sun X, Xu W. IEEE Signal Process Lett 2014;21:1389-1393.
    """
    return _delong_se(*rising_classes(positive, negative, direction))


def _delong_se(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> float:
    """The same of classes that rise, low positive."""
    if min(len(ours), len(theirs)) < 2:
        raise InsufficientDataError(
            "DeLong's variance needs two values of each class",
            got=f"{len(ours)} and {len(theirs)}",
            allowed="at least 2 and 2",
        )
    of_ours = doubled_wins(ours, theirs) / (2 * len(theirs))
    of_theirs = 1 - doubled_wins(theirs, ours) / (2 * len(ours))
    variance = of_ours.var(ddof=1) / len(ours) + of_theirs.var(ddof=1) / len(theirs)
    return float(np.sqrt(variance))


def rising_classes(
    positive: ArrayLike, negative: ArrayLike, direction: Direction
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Both classes in rising order, negated where high is positive, so that low is positive in what follows.

    Raises
    ------
    InsufficientDataError
        If a class is empty or a value is not finite.
    """
    ours, theirs = np.asarray(positive, dtype=float), np.asarray(negative, dtype=float)
    if not len(ours) or not len(theirs):
        raise InsufficientDataError(
            "an ROC curve needs both classes",
            got=f"{len(ours)} and {len(theirs)}",
            allowed="at least 1 and 1",
        )
    if not (np.isfinite(ours).all() and np.isfinite(theirs).all()):
        raise InsufficientDataError(
            "an ROC curve needs finite values", allowed="no missing value, no infinity"
        )
    sign = 1.0 if direction is Direction.LOW else -1.0
    return np.sort(sign * ours), np.sort(sign * theirs)


def doubled_wins(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> NDArray[np.int64]:
    """For each of ours twice the number of theirs above it, a tie counting one half; ``theirs`` rising."""
    not_above = np.searchsorted(theirs, ours, side="right")
    below = np.searchsorted(theirs, ours, side="left")
    return (2 * len(theirs) - not_above - below).astype(np.int64)
