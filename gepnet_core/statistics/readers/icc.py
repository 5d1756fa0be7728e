"""Intraclass correlation: the six forms of Shrout and Fleiss with their exact intervals."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval, tail_point

MEANINGS: Mapping[str, str] = MappingProxyType(
    {
        "ICC(1,1)": "one reading; each case read by other readers (one-way random)",
        "ICC(2,1)": "one reading; absolute agreement, readers stand for all readers (two-way random)",
        "ICC(3,1)": "one reading; consistency of these readers, shifts between them ignored (two-way mixed)",
        "ICC(1,k)": "mean of the k readings; each case read by other readers (one-way random)",
        "ICC(2,k)": "mean of the k readings; absolute agreement (two-way random)",
        "ICC(3,k)": "mean of the k readings; consistency, shifts between the readers ignored (two-way mixed)",
    }
)
"""What each form is the reliability of."""

_ROUNDING = 1e-28
"""Mean squares below this share of the largest squared value are what float64 leaves of zero."""

_NO_VARIATION = "All readings are equal: there is no variation to apportion."
_NO_ERROR = (
    "The readings leave no error, so that the interval shrinks to a point: it says nothing of certainty."
)
_NO_CASES = (
    "The cases do not differ on average, or too little beside the readers: this form has no value here."
)
_NO_LIMIT = "The formula of the interval gives no limits on both sides of the value for these readings."
_BESIDE = 1e-12
"""Share by which rounding may carry a limit across the value."""


@dataclass(frozen=True)
class IntraclassCorrelation:
    """One form; what is None has its reason under the name of the field."""

    value: float | None
    interval: ConfidenceInterval | None
    reasons: Mapping[str, str]


@dataclass(frozen=True)
class _MeanSquares:
    """Of n cases read by k readers each: between cases, within cases, between readers, and what is left."""

    n: int
    k: int
    cases: float
    within: float
    readers: float
    error: float


def intraclass_correlations(readings: ArrayLike, level: float = 0.95) -> dict[str, IntraclassCorrelation]:
    """All six forms by their Shrout-Fleiss names.

    Parameters
    ----------
    readings : array_like, shape (n, k)
        One row a case, one column a reader; at least 2 of each, finite, none missing.
    level : float
        Between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If there are fewer than 2 cases or readers, cases with different numbers of readings, a value that is
        not finite, or a level out of range.

    References
    ----------
    Shrout PE, Fleiss JL. Psychol Bull 1979;86:420-428; McGraw KO, Wong SP. Psychol Methods 1996;1:30-46,
    table 7, with the correction of 1996;1:390: intervals of ICC(2,1) and ICC(2,k) by Satterthwaite's degrees
    of freedom.
    """
    tail_point(level)
    table = _as_table(readings)
    if table.ndim != 2 or min(table.shape) < 2 or not np.isfinite(table).all():
        raise InsufficientDataError(
            "an intraclass correlation needs a table of readings",
            got=" x ".join(map(str, table.shape)),
            allowed="at least 2 cases and 2 readers, finite values",
        )
    squares = _mean_squares(table)
    if squares.cases == 0 == squares.within:
        return {name: _none(_NO_VARIATION) for name in MEANINGS}
    n, k = squares.n, squares.k
    one_way = _by_ratio(squares, squares.within, n * (k - 1), level)
    consistency = _by_ratio(squares, squares.error, (n - 1) * (k - 1), level)
    agreement = _absolute_agreement(squares, level)
    forms = (one_way[0], agreement[0], consistency[0], one_way[1], agreement[1], consistency[1])
    return dict(zip(MEANINGS, forms, strict=True))


def _as_table(readings: ArrayLike) -> NDArray[np.float64]:
    try:
        return np.asarray(readings, dtype=float)
    except ValueError as error:
        raise InsufficientDataError(
            "an intraclass correlation needs a table of readings",
            got="rows of different lengths or what is no number",
            allowed="as many readings of each case",
        ) from error


def _mean_squares(table: NDArray[np.float64]) -> _MeanSquares:
    """Two-way analysis of variance, in a unit in which no square overflows or vanishes."""
    n, k = table.shape
    largest = float(np.abs(table).max())
    scaled = np.ldexp(table, -math.frexp(largest)[1])
    centred = scaled - scaled.mean()
    of_cases, of_readers = centred.mean(axis=1, keepdims=True), centred.mean(axis=0, keepdims=True)
    sums = (
        k * float((of_cases**2).sum()) / (n - 1),
        float(((centred - of_cases) ** 2).sum()) / (n * (k - 1)),
        n * float((of_readers**2).sum()) / (k - 1),
        float(((centred - of_cases - of_readers) ** 2).sum()) / ((n - 1) * (k - 1)),
    )
    return _MeanSquares(n, k, *(value if value > _ROUNDING else 0.0 for value in sums))


def _by_ratio(
    squares: _MeanSquares, error: float, error_df: int, level: float
) -> tuple[IntraclassCorrelation, IntraclassCorrelation]:
    """Forms 1 and 3, single and mean: functions of one F ratio, cases over error."""
    k, cases = squares.k, squares.cases
    if cases == 0:
        return _none(_NO_CASES), _none(_NO_CASES)
    if error == 0:
        return _point(1.0), _point(1.0)
    ratio, df = cases / error, squares.n - 1
    low = ratio / _f_quantile(level, df, error_df)
    high = ratio * _f_quantile(level, error_df, df)
    single = (cases - error) / (cases + (k - 1) * error)
    limits = ((low - 1) / (low + k - 1), (high - 1) / (high + k - 1))
    of_mean = (1 - 1 / low, 1 - 1 / high)
    return _with_limits(single, limits, level), _with_limits(1 - error / cases, of_mean, level)


def _absolute_agreement(
    squares: _MeanSquares, level: float
) -> tuple[IntraclassCorrelation, IntraclassCorrelation]:
    """Form 2, single and mean."""
    n, k, cases, readers, error = squares.n, squares.k, squares.cases, squares.readers, squares.error
    if cases == 0:
        return _none(_NO_CASES), _none(_NO_CASES)
    value = (cases - error) / (cases + (k - 1) * error + k * (readers - error) / n)
    below_mean = cases + (readers - error) / n
    mean = (cases - error) / below_mean if below_mean > 0 else None
    if error == 0:
        return _point(value), _none(_NO_CASES) if mean is None else _point(mean)
    a, b = k * value * readers / error, n * (1 + (k - 1) * value) - k * value
    df = (k - 1) * (n - 1) * (a + b) ** 2 / ((n - 1) * a**2 + b**2)
    upper, lower = _f_quantile(level, n - 1, df), _f_quantile(level, df, n - 1)
    rest = k * readers + (k * n - k - n) * error
    limits = (
        n * (cases - upper * error) / (upper * rest + n * cases),
        n * (lower * cases - error) / (rest + n * lower * cases),
    )
    one = _with_limits(value, limits, level)
    if mean is None:
        return one, _none(_NO_CASES)
    # Spearman and Brown: from one reading to the mean of k.
    below = [1 + (k - 1) * limit for limit in limits]
    if not min(below) > 0:
        return one, _with_limits(mean, (math.nan, math.nan), level)
    return one, _with_limits(mean, (k * limits[0] / below[0], k * limits[1] / below[1]), level)


def _f_quantile(level: float, df: float, error_df: float) -> float:
    """The upper limit of F for a two-sided interval."""
    from scipy.special import fdtri

    return float(fdtri(df, error_df, tail_point(level)))


def _with_limits(value: float, limits: tuple[float, float], level: float) -> IntraclassCorrelation:
    beside = _BESIDE * max(1.0, abs(value))
    if not limits[0] - beside <= value <= limits[1] + beside or not all(map(math.isfinite, limits)):
        return IntraclassCorrelation(value, None, {"low": _NO_LIMIT, "high": _NO_LIMIT})
    return IntraclassCorrelation(value, ConfidenceInterval(*limits, level, "F"), {})


def _point(value: float) -> IntraclassCorrelation:
    return IntraclassCorrelation(value, None, {"low": _NO_ERROR, "high": _NO_ERROR})


def _none(reason: str) -> IntraclassCorrelation:
    return IntraclassCorrelation(None, None, dict.fromkeys(("value", "low", "high"), reason))
