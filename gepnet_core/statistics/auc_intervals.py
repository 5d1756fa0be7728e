"""Intervals of the area under the ROC curve beside DeLong's, and all of them with what they cannot say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.roc import Direction, delong_interval, delong_se, doubled_wins, rising_classes

_ONE_VALUE = "a class has a single value, which says nothing about spread"
_NO_SPREAD = (
    "{} standard error is 0 and shrinks the interval to a point: it says nothing about how sure the area is"
)
_NO_LOGIT = "an area of 0 or 1 has no logit, and so no interval on that scale"


@dataclass(frozen=True)
class AucEstimate:
    """The area with DeLong's standard error and three intervals.

    What is undefined is None. ``reasons`` says why, by field; it also names an interval that is defined but
    has shrunk to a point. ``delong`` and ``nonparametric`` are symmetric and may leave 0 to 1.
    """

    value: float
    se: float | None
    delong: ConfidenceInterval | None
    logit: ConfidenceInterval | None
    nonparametric: ConfidenceInterval | None
    reasons: Mapping[str, str]


def estimate_auc(
    positive: ArrayLike, negative: ArrayLike, direction: Direction, level: float = 0.95
) -> AucEstimate:
    """Area, DeLong's standard error, and the intervals that the data allow.

    Parameters
    ----------
    positive, negative : array_like, shape (n,)
        The marker in each class; finite, any unit.
    direction : Direction
    level : float
        Between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If a class is empty or a value is not finite.
    """
    ours, theirs = rising_classes(positive, negative, direction)
    value = int(doubled_wins(ours, theirs).sum()) / (2 * len(ours) * len(theirs))
    if min(len(ours), len(theirs)) < 2:
        fields = ("se", "delong", "logit", "nonparametric")
        return AucEstimate(value, None, None, None, None, MappingProxyType(dict.fromkeys(fields, _ONE_VALUE)))
    reasons: dict[str, str] = {}
    se = delong_se(positive, negative, direction)
    if se == 0:
        reasons["delong"] = _NO_SPREAD.format("DeLong's")
    logit = None
    if value in (0, 1):
        reasons["logit"] = _NO_LOGIT
    else:
        logit = logit_interval(positive, negative, direction, level)
        if se == 0:
            reasons["logit"] = _NO_SPREAD.format("DeLong's")
    nonparametric = nonparametric_interval(positive, negative, direction, level)
    if nonparametric.low == nonparametric.high:
        reasons["nonparametric"] = _NO_SPREAD.format("the nonparametric")
    delong = delong_interval(positive, negative, direction, level)
    return AucEstimate(value, se, delong, logit, nonparametric, MappingProxyType(reasons))


def logit_interval(
    positive: ArrayLike, negative: ArrayLike, direction: Direction, level: float = 0.95
) -> ConfidenceInterval:
    """DeLong's interval on the scale of the logit, which keeps it within 0 and 1.

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
        If a class has fewer than two values, a value is not finite, or the area is 0 or 1.

    Notes
    -----
    logit A -+ z SE / (A (1 - A)), back through the logistic function.

    References
    ----------
    Pepe MS. The Statistical Evaluation of Medical Tests for Classification and Prediction. Oxford, 2003,
    section 5.2.4; Qin G, Hotilovac L. Stat Methods Med Res 2008;17:207-221.
    """
    se = delong_se(positive, negative, direction)
    ours, theirs = rising_classes(positive, negative, direction)
    n_doubled, doubled = 2 * len(ours) * len(theirs), int(doubled_wins(ours, theirs).sum())
    if doubled in (0, n_doubled):
        raise InsufficientDataError(
            _NO_LOGIT, got=str(doubled // n_doubled), allowed="classes that overlap", remedy="Use another."
        )
    # From counts, so that an area close to 1 keeps its digits.
    lost = n_doubled - doubled
    centre = math.log(doubled / lost)
    half = NormalDist().inv_cdf(0.5 + level / 2) * se * n_doubled**2 / (doubled * lost)
    return ConfidenceInterval(_logistic(centre - half), _logistic(centre + half), level, "logit DeLong")


def nonparametric_interval(
    positive: ArrayLike, negative: ArrayLike, direction: Direction, level: float = 0.95
) -> ConfidenceInterval:
    """The interval that SPSS prints under "nonparametric assumption"; symmetric, not kept within 0 and 1.

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

    Notes
    -----
    n m SE^2 = A (1 - A) + (n - 1)(Q1 - A^2) + (m - 1)(Q2 - A^2) for n of the positive and m of the negative
    class. Q1 is the share of two positives (drawn with replacement) and a negative in which both positives
    win, counted with 1/2 where one of the two ties and wins otherwise, and 1/3 where both tie: for each
    negative W^2 + W T + T^2 / 3 of its W wins and T ties. Q2 likewise for a positive and two negatives.

    References
    ----------
    Hanley JA, McNeil BJ. Radiology 1982;143:29-36, equation 1 and table II; IBM SPSS Statistics Algorithms,
    "ROC Curve", area under the nonparametric assumption.
    """
    ours, theirs = rising_classes(positive, negative, direction)
    n, m = len(ours), len(theirs)
    if min(n, m) < 2:
        raise InsufficientDataError(
            "the nonparametric interval needs two values of each class",
            got=f"{n} and {m}",
            allowed="at least 2 and 2",
        )
    auc = Fraction(int(doubled_wins(ours, theirs).sum()), 2 * n * m)
    q1 = Fraction(_tripled_squares(-theirs, -ours[::-1]), 3 * m * n * n)
    q2 = Fraction(_tripled_squares(ours, theirs), 3 * n * m * m)
    # In fractions: near an area of 1 the terms cancel to nearly nothing.
    variance = auc * (1 - auc) + (n - 1) * (q1 - auc**2) + (m - 1) * (q2 - auc**2)
    half = NormalDist().inv_cdf(0.5 + level / 2) * math.sqrt(variance / (n * m))
    return ConfidenceInterval(float(auc) - half, float(auc) + half, level, "nonparametric (SPSS)")


def within_unit(interval: ConfidenceInterval) -> ConfidenceInterval:
    """The part of an interval between 0 and 1, beyond which there is no area."""
    low, high = (min(1.0, max(0.0, limit)) for limit in (interval.low, interval.high))
    return ConfidenceInterval(low, high, interval.level, interval.method)


def _tripled_squares(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> int:
    """Three times the sum over ours of W^2 + W T + T^2 / 3, W of theirs above and T equal; theirs rising."""
    not_above = np.searchsorted(theirs, ours, side="right")
    ties = (not_above - np.searchsorted(theirs, ours, side="left")).astype(np.int64)
    wins = (len(theirs) - not_above).astype(np.int64)
    # Each square fits into int64, their sum need not; Python's integers have no end.
    return sum((3 * wins * (wins + ties) + ties**2).tolist())


def _logistic(x: float) -> float:
    """1 / (1 + e^-x) without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
