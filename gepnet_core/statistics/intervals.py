"""Intervals for one proportion."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from gepnet_core.errors import InsufficientDataError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class ConfidenceInterval:
    """A two-sided interval with its level and the name of its method."""

    low: float
    high: float
    level: float
    method: str


def tail_point(level: float) -> float:
    """The probability below the upper limit of a two-sided interval: 0.975 of 0.95.

    Raises
    ------
    InsufficientDataError
        If the level is not between 0 and 1, or so near 1 that nothing is left beyond the limits.
    """
    point = 0.5 + level / 2
    if not (level > 0 and point < 1):
        raise InsufficientDataError("a level is a fraction", got=f"{level:g}", allowed="between 0 and 1")
    return point


def symmetric_interval(estimate: float, se: float, level: float, method: str) -> ConfidenceInterval:
    """Normal interval about an estimate, not kept within any range.

    Raises
    ------
    InsufficientDataError
        As `tail_point`.
    """
    half = NormalDist().inv_cdf(tail_point(level)) * se
    return ConfidenceInterval(estimate - half, estimate + half, level, method)


def wilson_interval(successes: int, n: int, level: float = 0.95) -> ConfidenceInterval:
    """Wilson score interval of a proportion.

    Parameters
    ----------
    successes, n : int
        ``0 <= successes <= n`` and ``n >= 1``.
    level : float
        Between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If ``n`` is below 1, ``successes`` outside 0..n, or the level out of range.

    References
    ----------
    Wilson EB. J Am Stat Assoc 1927;22:209-212; Newcombe RG. Stat Med 1998;17:857-872, method 3.
    """
    if n < 1 or not 0 <= successes <= n:
        raise InsufficientDataError(
            "a proportion needs counts", got=f"{successes} of {n}", allowed="0 <= successes <= n, n >= 1"
        )
    low, high = wilson_limits(successes / n, n, level)
    return ConfidenceInterval(float(low), float(high), level, "Wilson")


def wilson_limits(
    p: float | NDArray[np.float64], n: float, level: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Limits of `wilson_interval` for one proportion or many; 0 of none and 1 of all are exact.

    Parameters
    ----------
    p : float or array
        The proportions, from 0 to 1.
    n : float
        Of how many, above 0; an effective number need not be whole.
    level : float
        Between 0 and 1.

    Returns
    -------
    low, high : arrays of the shape of ``p``

    Raises
    ------
    InsufficientDataError
        If the level is out of range.
    """
    import numpy as np

    z = NormalDist().inv_cdf(tail_point(level))
    centre = p + z * z / (2 * n)
    half = z * np.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    return np.where(p == 0, 0.0, (centre - half) / scale), np.where(p == 1, 1.0, (centre + half) / scale)


def clopper_pearson_interval(successes: int, n: int, level: float = 0.95) -> ConfidenceInterval:
    """Exact interval of a proportion, from the binomial tails.

    Parameters
    ----------
    successes, n : int
        ``0 <= successes <= n`` and ``n >= 1``.
    level : float
        Between 0 and 1.

    Raises
    ------
    InsufficientDataError
        If ``n`` is below 1, ``successes`` outside 0..n, or the level out of range.

    References
    ----------
    Clopper CJ, Pearson ES. Biometrika 1934;26:404-413.
    """
    if n < 1 or not 0 <= successes <= n:
        raise InsufficientDataError(
            "a proportion needs counts", got=f"{successes} of {n}", allowed="0 <= successes <= n, n >= 1"
        )
    from scipy.special import betaincinv

    above = tail_point(level)
    low = 0.0 if successes == 0 else float(betaincinv(successes, n - successes + 1, 1 - above))
    high = 1.0 if successes == n else float(betaincinv(successes + 1, n - successes, above))
    return ConfidenceInterval(low, high, level, "Clopper-Pearson")
