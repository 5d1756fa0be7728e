"""Intervals for one proportion."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

from gepnet_core.errors import InsufficientDataError


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
    z = NormalDist().inv_cdf(tail_point(level))
    p = successes / n
    centre = p + z * z / (2 * n)
    half = z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    scale = 1 + z * z / n
    low = 0.0 if successes == 0 else (centre - half) / scale
    high = 1.0 if successes == n else (centre + half) / scale
    return ConfidenceInterval(low, high, level, "Wilson")


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
