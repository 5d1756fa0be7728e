"""How far two readings of the same cases differ: bias, limits of agreement, and the error of one reading."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.summary_t import student_p
from gepnet_core.statistics.intervals import ConfidenceInterval, tail_point

LARGEST = 1e290
"""Beyond this a limit of few readings at a high level may leave float64."""

_ROUNDING = 1e-14
"""A spread below this share of the largest reading is what float64 leaves of none."""

_EXACT = "exact (noncentral t)"

_ONE_CASE = "A single case says nothing of how much the differences vary."
_CONSTANT = (
    "All differences are equal: the interval would shrink to a point, which says nothing of certainty."
)
_TOO_FEW_FOR_A_LINE = "A line through fewer than three cases leaves nothing to judge it by."
_EQUAL_MEANS = "All cases have the same mean of both readings: there is nothing for a slope to follow."
_ON_A_LINE = "The differences lie on a line: the interval would shrink to a point and P has no meaning."


@dataclass(frozen=True)
class AgreementLimit:
    """A limit of agreement; its interval is None where it would be a point."""

    value: float
    interval: ConfidenceInterval | None


@dataclass(frozen=True)
class ProportionalBias:
    """Slope of the difference on the mean; interval and P are None where the differences lie on a line."""

    slope: float
    interval: ConfidenceInterval | None
    p: float | None


@dataclass(frozen=True, eq=False)
class BlandAltman:
    """Differences, first minus second reading, in the unit of the readings.

    ``means`` and ``differences`` have one entry a case, in the order given. ``coverage`` is the share of
    differences that ``lower`` and ``upper`` are to hold. ``within_case_sd`` is the error of one reading of
    one case. What is None has its reason under the name of the field, such as ``lower.interval``.
    """

    n: int
    means: NDArray[np.float64]
    differences: NDArray[np.float64]
    mean_difference: float
    mean_interval: ConfidenceInterval | None
    sd: float | None
    coverage: float
    lower: AgreementLimit | None
    upper: AgreementLimit | None
    within_case_sd: float | None
    proportional_bias: ProportionalBias | None
    reasons: Mapping[str, str]


def bland_altman(
    first: ArrayLike, second: ArrayLike, coverage: float = 0.95, level: float = 0.95
) -> BlandAltman:
    """Bias, limits of agreement with exact intervals, within-case SD and proportional bias.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Two readings of each case, in the same order and unit; finite, up to `LARGEST` in size.
    coverage : float
        Share of differences within the limits of agreement, between 0 and 1; 0.95 is mean -+ 1.96 SD.
    level : float
        Of the intervals, between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If there is no case, the readings are not pairs of finite numbers, or a share is not between 0 and 1.

    Notes
    -----
    With d the mean and s the SD (n - 1) of the differences and z the normal quantile of (1 + coverage) / 2:

    - mean: d -+ t s / sqrt n, Student's t with n - 1 degrees of freedom;
    - limits: d -+ z s. Each has its own exact interval (not one for the pair): sqrt n (limit - d) / s has a
      noncentral t distribution with n - 1 degrees of freedom and noncentrality z sqrt n, so that the upper
      limit lies between d + t(tail) s / sqrt n and d + t(1 - tail) s / sqrt n, and the lower one mirrored;
    - within-case SD: s / sqrt 2. Both readings err alike and independently; bias between them is not in it;
    - proportional bias: least squares of difference on mean, with n - 2 degrees of freedom.

    Normal differences are assumed throughout.

    References
    ----------
    Bland JM, Altman DG. Lancet 1986;327:307-310 and Stat Methods Med Res 1999;8:135-160 (section 2; slope:
    section 3.2). Interval of a limit: Carkeet A. Optom Vis Sci 2015;92:e71-e80, limits considered one by one.
    """
    for share in (coverage, level):
        if not 0 < share < 1:
            raise InsufficientDataError(
                "a share is a fraction", got=f"{share:g}", allowed="above 0 and below 1"
            )
    a, b = _pairs(first, second)
    n = len(a)
    # In a unit in which no square overflows or vanishes; powers of two lose no digit.
    exponent = math.frexp(float(np.abs([a, b]).max()))[1]
    a, b = np.ldexp(a, -exponent), np.ldexp(b, -exponent)
    differences, means = a - b, a / 2 + b / 2
    reasons: dict[str, str] = {}
    bias = _proportional_bias(means, differences, level, reasons)
    d = float(differences.mean())
    sd = within_case_sd = mean_interval = lower = upper = None
    if n == 1:
        undefined = ("mean_interval", "sd", "lower", "upper", "within_case_sd")
        reasons.update(dict.fromkeys(undefined, _ONE_CASE))
    else:
        spread = _spread(differences)
        sd, within_case_sd = math.ldexp(spread, exponent), math.ldexp(spread / math.sqrt(2), exponent)
        z = -NormalDist().inv_cdf(0.5 - coverage / 2)
        of_lower = of_upper = None
        if spread > 0:
            half, near, far = (factor * spread / math.sqrt(n) for factor in _factors(n, z, level))
            mean_interval = _interval(d - half, d + half, exponent, level, "t")
            of_lower = _interval(d - far, d - near, exponent, level, _EXACT)
            of_upper = _interval(d + near, d + far, exponent, level, _EXACT)
        else:
            reasons.update(dict.fromkeys(("mean_interval", "lower.interval", "upper.interval"), _CONSTANT))
        lower = AgreementLimit(math.ldexp(d - z * spread, exponent), of_lower)
        upper = AgreementLimit(math.ldexp(d + z * spread, exponent), of_upper)
    return BlandAltman(
        n,
        np.ldexp(means, exponent),
        np.ldexp(differences, exponent),
        math.ldexp(d, exponent),
        mean_interval,
        sd,
        coverage,
        lower,
        upper,
        within_case_sd,
        bias,
        MappingProxyType(reasons),
    )


def _pairs(first: ArrayLike, second: ArrayLike) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if a.ndim != 1 or a.shape != b.shape or not len(a):
        raise InsufficientDataError(
            "differences need two readings of each case",
            got=f"{a.size} and {b.size}",
            allowed="as many of the one as of the other, at least 1",
        )
    # Not a number compares as false.
    if not (np.abs([a, b]) <= LARGEST).all():
        raise InsufficientDataError(
            "differences need finite readings",
            allowed=f"no missing value, none beyond {LARGEST:g} in size",
        )
    return a, b


def _spread(values: NDArray[np.float64]) -> float:
    """SD; 0 where it is no more than rounding."""
    sd = float(values.std(ddof=1))
    return sd if sd > _ROUNDING else 0.0


def _factors(n: int, z: float, level: float) -> tuple[float, float, float]:
    """What to multiply s / sqrt n by: for half the interval of the mean, for both ends of that of a limit."""
    from scipy.special import nctdtrit, stdtrit

    near, far = (float(nctdtrit(n - 1, z * math.sqrt(n), 0.5 + side * level / 2)) for side in (-1, 1))
    return float(stdtrit(n - 1, tail_point(level))), near, far


def _interval(low: float, high: float, exponent: int, level: float, method: str) -> ConfidenceInterval:
    return ConfidenceInterval(math.ldexp(low, exponent), math.ldexp(high, exponent), level, method)


def _proportional_bias(
    means: NDArray[np.float64], differences: NDArray[np.float64], level: float, reasons: dict[str, str]
) -> ProportionalBias | None:
    """The slope; says in ``reasons`` what is None."""
    from scipy.special import stdtrit

    n = len(means)
    if n < 3:
        reasons["proportional_bias"] = _TOO_FEW_FOR_A_LINE
        return None
    if _spread(means) == 0:
        reasons["proportional_bias"] = _EQUAL_MEANS
        return None
    x, y = means - means.mean(), differences - differences.mean()
    squares = float(x @ x)
    slope = float(x @ y) / squares
    residual = y - slope * x
    error = math.sqrt(float(residual @ residual) / (n - 2))
    if error <= _ROUNDING:
        reasons["proportional_bias.interval"] = reasons["proportional_bias.p"] = _ON_A_LINE
        return ProportionalBias(slope, None, None)
    se = error / math.sqrt(squares)
    half = float(stdtrit(n - 2, tail_point(level))) * se
    interval = ConfidenceInterval(slope - half, slope + half, level, "t")
    return ProportionalBias(slope, interval, student_p(slope / se, n - 2))
