"""Intervals of the area under the ROC curve beside DeLong's, and all of them with what they cannot say."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType

from numpy.typing import ArrayLike

from gepnet_core.statistics.intervals import ConfidenceInterval, symmetric_interval, tail_point
from gepnet_core.statistics.roc.curve import Direction, placed_classes
from gepnet_core.statistics.roc.placements import Placements, whole_dot

ONE_VALUE = "a class has a single value, which says nothing about spread"
NO_SPREAD = (
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
        If a class is empty, a value is not finite, or the level is out of range.

    Notes
    -----
    ``logit`` is DeLong's interval on the scale of the logit, which keeps it within 0 and 1:
    logit A -+ z SE / (A (1 - A)), back through the logistic function.

    ``nonparametric`` is what SPSS prints under "nonparametric assumption": for n of the positive and m of the
    negative class n m SE^2 = A (1 - A) + (n - 1)(Q1 - A^2) + (m - 1)(Q2 - A^2). Q1 is the share of two
    positives (drawn with replacement) and a negative in which both positives win, counted with 1/2 where one
    of the two ties and wins otherwise, and 1/3 where both tie: for each negative W^2 + W T + T^2 / 3 of its W
    wins and T ties. Q2 likewise for a positive and two negatives.

    References
    ----------
    DeLong: as `delong_auc`. Logit: Pepe MS. The Statistical Evaluation of Medical
    Tests for Classification and Prediction. Oxford, 2003, section 5.2.4; Qin G, Hotilovac L. Stat Methods Med
    Res 2008;17:207-221. Nonparametric: Hanley JA, McNeil BJ. Radiology 1982;143:29-36, equation 1 and table
    II; IBM SPSS Statistics Algorithms, "ROC Curve", area under the nonparametric assumption.
    """
    placed = placed_classes(positive, negative, direction)
    value = placed.auc
    if min(placed.n, placed.m) < 2:
        fields = ("se", "delong", "logit", "nonparametric")
        return AucEstimate(value, None, None, None, None, MappingProxyType(dict.fromkeys(fields, ONE_VALUE)))
    reasons: dict[str, str] = {}
    se = placed.delong_se
    if se == 0:
        reasons["delong"] = NO_SPREAD.format("DeLong's")
    logit = None
    if value in (0, 1):
        reasons["logit"] = _NO_LOGIT
    else:
        logit = _logit_interval(placed, level)
        if se == 0:
            reasons["logit"] = NO_SPREAD.format("DeLong's")
    nonparametric = _nonparametric_interval(placed, level)
    if nonparametric.low == nonparametric.high:
        reasons["nonparametric"] = NO_SPREAD.format("the nonparametric")
    delong = symmetric_interval(value, se, level, "DeLong")
    return AucEstimate(value, se, delong, logit, nonparametric, MappingProxyType(reasons))


def within_unit(interval: ConfidenceInterval) -> ConfidenceInterval:
    """The part of an interval between 0 and 1, beyond which there is no area."""
    low, high = (min(1.0, max(0.0, limit)) for limit in (interval.low, interval.high))
    return ConfidenceInterval(low, high, interval.level, interval.method)


def _logit_interval(placed: Placements, level: float) -> ConfidenceInterval:
    """Of an area that is neither 0 nor 1."""
    n_doubled, doubled = 2 * placed.n * placed.m, placed.doubled
    # From counts, so that an area close to 1 keeps its digits.
    lost = n_doubled - doubled
    centre = math.log(doubled / lost)
    half = NormalDist().inv_cdf(tail_point(level)) * placed.delong_se * n_doubled**2 / (doubled * lost)
    return ConfidenceInterval(_logistic(centre - half), _logistic(centre + half), level, "logit DeLong")


def _nonparametric_interval(placed: Placements, level: float) -> ConfidenceInterval:
    n, m = placed.n, placed.m
    # Three times W^2 + W T + T^2 / 3 is 3 W (W + T) + T^2, where W and W + T are running counts: of the
    # positives below each negative, of the negatives above each positive.
    below, above = placed.ours - placed.ours_here, m - placed.theirs
    q1 = whole_dot(placed.theirs_here, 3 * below * placed.ours + placed.ours_here**2, 3 * m * n**2)
    q2 = whole_dot(
        placed.ours_here, 3 * above * (above + placed.theirs_here) + placed.theirs_here**2, 3 * n * m**2
    )
    # With Q1 = q1 / (3 m n^2), Q2 = q2 / (3 n m^2) and A = doubled / (2 n m) all over 12 n^2 m^2. In whole
    # numbers: near an area of 1 the terms cancel to nearly nothing.
    doubled = placed.doubled
    spread = (
        3 * doubled * (2 * n * m - doubled)
        + (n - 1) * (4 * m * q1 - 3 * doubled**2)
        + (m - 1) * (4 * n * q2 - 3 * doubled**2)
    )
    se = math.sqrt(spread / (12 * n**3 * m**3))
    return symmetric_interval(placed.auc, se, level, "nonparametric (SPSS)")


def _logistic(x: float) -> float:
    """1 / (1 + e^-x) without overflow."""
    return 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x))
