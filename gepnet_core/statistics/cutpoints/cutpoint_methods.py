"""Methods of choosing a cutoff: each scores every threshold of a curve by its counts."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.roc.curve import OperatingPoint

Counts = NDArray[np.int64]
"""Rows, the last axis being thresholds; a class size has a last axis of 1, or is one number."""

Scores = NDArray[Any]
"""What is to be largest: whole numbers (int64), in which ties are ties, or float64.

A threshold that is not allowed has the lowest number of the type: the least int64, or minus infinity.
"""

LARGEST, LOWEST = int(np.iinfo(np.int64).max), int(np.iinfo(np.int64).min)


@dataclass(frozen=True)
class CutpointMethod:
    """A way of choosing a threshold; two are equal if their name, label and parameters are.

    ``score`` takes true positives, false positives, the size of the positive and of the negative class, and
    gives one score a threshold. ``value`` is what the method is about at one point, in its own unit, such as
    Youden's index. ``may_call_nobody`` says whether the threshold that calls nobody positive is a candidate.
    ``parameters`` are the numbers that the method was made with.
    """

    name: str
    label: str
    score: Callable[[Counts, Counts, Counts, Counts], Scores] = field(compare=False, repr=False)
    value: Callable[[OperatingPoint], float] = field(compare=False, repr=False)
    may_call_nobody: bool = field(compare=False)
    parameters: tuple[float, ...] = ()


def youden_score(tp: Counts, fp: Counts, n: Counts, m: Counts) -> NDArray[np.int64]:
    """Youden's index times the number of pairs."""
    return tp * m - fp * n


def sensitivity_at_least(sensitivity: float) -> CutpointMethod:
    """The most specific threshold with at least so large a sensitivity.

    Parameters
    ----------
    sensitivity : float
        Above 0 and at most 1. A share of counts that prints as this number reaches it.

    Raises
    ------
    InsufficientDataError
        If it is no such number.
    """
    least = _share(sensitivity, "sensitivity")

    def score(tp: Counts, fp: Counts, n: Counts, m: Counts) -> Scores:
        return np.where(tp / n >= least, -fp, LOWEST)

    return CutpointMethod(
        "sensitivity_at_least",
        f"sensitivity of at least {least!r}",
        score,
        lambda point: point.specificity,
        may_call_nobody=False,
        parameters=(least,),
    )


def specificity_at_least(specificity: float) -> CutpointMethod:
    """The most sensitive threshold with at least so large a specificity; it may call nobody positive.

    Parameters
    ----------
    specificity : float
        Above 0 and at most 1. A share of counts that prints as this number reaches it.

    Raises
    ------
    InsufficientDataError
        If it is no such number.
    """
    least = _share(specificity, "specificity")

    def score(tp: Counts, fp: Counts, n: Counts, m: Counts) -> Scores:
        return np.where((m - fp) / m >= least, tp, LOWEST)

    return CutpointMethod(
        "specificity_at_least",
        f"specificity of at least {least!r}",
        score,
        lambda point: point.sensitivity,
        may_call_nobody=True,
        parameters=(least,),
    )


def both_at_least(sensitivity: float, specificity: float) -> CutpointMethod:
    """The threshold with the largest Youden's index of those that reach both; there may be none.

    Parameters
    ----------
    sensitivity, specificity : float
        Above 0 and at most 1.

    Raises
    ------
    InsufficientDataError
        If one is no such number.
    """
    least_se, least_sp = _share(sensitivity, "sensitivity"), _share(specificity, "specificity")

    def score(tp: Counts, fp: Counts, n: Counts, m: Counts) -> Scores:
        reached = (tp / n >= least_se) & ((m - fp) / m >= least_sp)
        return np.where(reached, youden_score(tp, fp, n, m), LOWEST)

    return CutpointMethod(
        "both_at_least",
        f"sensitivity of at least {least_se!r} and specificity of at least {least_sp!r}",
        score,
        lambda point: point.youden,
        may_call_nobody=False,
        parameters=(least_se, least_sp),
    )


def least_cost(
    cost_fn: float | Fraction, cost_fp: float | Fraction, prevalence: float | Fraction
) -> CutpointMethod:
    """The threshold with the least expected cost of wrong calls; it may call nobody positive.

    Parameters
    ----------
    cost_fn, cost_fp : float or Fraction
        Of one false negative and of one false positive, in one unit, above 0. Only their ratio matters to
        the choice.
    prevalence : float or Fraction
        Of the positive class where the test is used, above 0 and below 1.

    Raises
    ------
    InsufficientDataError
        If a cost or the prevalence is out of range.

    Notes
    -----
    For each one tested the cost is cost_fn p (1 - Se) + cost_fp (1 - p)(1 - Sp), least where a line of slope
    (cost_fp / cost_fn) (1 - p) / p touches the curve. Floats are taken as the decimals that they print as, so
    that equal costs are ties; costs are compared in whole numbers where int64 holds them, else in float64.
    A weighted Youden's index, w Se + (1 - w) Sp, chooses the same where w / (1 - w) is
    cost_fn p / (cost_fp (1 - p)).

    References
    ----------
    Metz CE. Semin Nucl Med 1978;8:283-298.
    """
    for what, number in (("false negative", cost_fn), ("false positive", cost_fp)):
        if not (math.isfinite(number) and number > 0):
            raise InsufficientDataError(f"a {what} has a cost", got=f"{number}", allowed="finite, above 0")
    if not 0 < prevalence < 1:
        raise InsufficientDataError(
            "a prevalence is a fraction", got=f"{prevalence}", allowed="above 0 and below 1"
        )
    of_fn = _decimal(cost_fn) * _decimal(prevalence)
    of_fp = _decimal(cost_fp) * (1 - _decimal(prevalence))

    def score(tp: Counts, fp: Counts, n: Counts, m: Counts) -> Scores:
        n_most, m_most = int(n.max()), int(m.max())
        # At such a price one false negative outweighs all false positives, at a higher one no more so.
        ratio = min(max(of_fn / of_fp, Fraction(1, m_most + 1)), Fraction(n_most + 1))
        a, b = ratio.as_integer_ratio()
        if (a + b) * n_most * m_most <= LARGEST:
            whole: NDArray[np.int64] = a * m * (n - tp) + b * n * fp
            return -whole
        return -(float(ratio) * (m * (n - tp)) + n * fp)

    def value(point: OperatingPoint) -> float:
        missed = Fraction(point.n_positive - point.true_positives, point.n_positive)
        return float(of_fn * missed + of_fp * Fraction(point.false_positives, point.n_negative))

    return CutpointMethod(
        "least_cost",
        f"least expected cost, {cost_fn} for a false negative and {cost_fp} for a false positive, "
        f"at a prevalence of {prevalence}",
        score,
        value,
        may_call_nobody=True,
        parameters=(float(cost_fn), float(cost_fp), float(prevalence)),
    )


def _distance_score(tp: Counts, fp: Counts, n: Counts, m: Counts) -> Scores:
    """Minus the squared distance to the corner, times the square of the classes' least common multiple."""
    multiple = np.lcm(n, m)
    if 2 * int(multiple.max()) ** 2 <= LARGEST:
        return -(((n - tp) * (multiple // n)) ** 2 + (fp * (multiple // m)) ** 2)
    return -(((n - tp) / n) ** 2 + (fp / m) ** 2)


def _decimal(number: float | Fraction) -> Fraction:
    """A float as the decimal that it prints as."""
    return number if isinstance(number, Fraction) else Fraction(repr(float(number)))


def _share(number: float, what: str) -> float:
    if not 0 < number <= 1:
        raise InsufficientDataError(
            f"a required {what} is a fraction", got=f"{number}", allowed="above 0 and at most 1"
        )
    return float(number)


YOUDEN = CutpointMethod(
    "youden", "largest Youden's index", youden_score, lambda point: point.youden, may_call_nobody=False
)
"""Youden WJ. Cancer 1950;3:32-35. Calling nobody is no candidate: its index is 0, as if all were called."""

CLOSEST_TOPLEFT = CutpointMethod(
    "closest_topleft",
    "closest to the top left corner of the ROC plot",
    _distance_score,
    lambda point: math.hypot(1 - point.sensitivity, 1 - point.specificity),
    may_call_nobody=False,
)
"""Perkins NJ, Schisterman EF. Am J Epidemiol 2006;163:670-675. Calling nobody is 1 away, as calling all is.

Distances are compared in whole numbers up to two billion as the least common multiple of the class sizes,
beyond in float64.
"""
