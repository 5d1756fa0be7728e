"""How many cases a study needs for an interval of sensitivity or specificity."""

from __future__ import annotations

import math
from fractions import Fraction
from statistics import NormalDist

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import tail_point, wilson_interval

SMALLEST_HALF_WIDTH = 1e-4
"""A hundredth of a point either side, which takes up to a hundred million cases."""


def n_for_wilson_half_width(proportion: float, half_width: float, level: float = 0.95) -> int:
    """Cases of one class for a Wilson interval of its sensitivity or specificity.

    Parameters
    ----------
    proportion : float
        The sensitivity or specificity that is expected, from 0 to 1.
    half_width : float
        Of the interval, from `SMALLEST_HALF_WIDTH` to below 1: (high - low) / 2, since the proportion is not
        in its middle.
    level : float
        Between 0 and 1.

    Returns
    -------
    int
        The smallest n for which the interval about the count nearest to ``proportion`` n is narrow enough,
        and stays so for every larger n. A smaller n may chance to be narrow enough, because its nearest count
        lies farther towards 0 or n.

    Raises
    ------
    InsufficientDataError
        If a number is out of range.

    Notes
    -----
    For p of n the half-width d satisfies d^2 (n + z^2)^2 = z^2 (n p (1 - p) + z^2 / 4) (Wilson EB. J Am Stat
    Assoc 1927;22:209-212). The nearest count changes n p (1 - p) by 1/2 at most, which gives an n from which
    on all are narrow enough; from there the search goes down, count by count.
    """
    if not 0 <= proportion <= 1:
        raise InsufficientDataError(
            "a proportion is a fraction", got=f"{proportion:g}", allowed="from 0 to 1"
        )
    if not SMALLEST_HALF_WIDTH <= half_width < 1:
        raise InsufficientDataError(
            "half the width of an interval is a fraction",
            got=f"{half_width:g}",
            allowed=f"from {SMALLEST_HALF_WIDTH:g} to below 1",
        )
    z = NormalDist().inv_cdf(tail_point(level))
    variance, square = proportion * (1 - proportion), z * z
    rest = square * (square * (0.25 - variance) + 0.5)
    root = math.sqrt((square * variance) ** 2 + 4 * half_width**2 * rest)
    n = max(1, math.ceil((square * variance + root) / (2 * half_width**2) - square))
    while n > 1 and _wilson_half_width(proportion, n - 1, level) <= half_width:
        n -= 1
    return n


def total_to_recruit(n_positive: int, n_negative: int, prevalence: float) -> int:
    """Persons among whom so many of both classes are expected.

    Parameters
    ----------
    n_positive, n_negative : int
        Cases that are needed of each class, at least 0 and not both 0.
    prevalence : float
        Of the positive class among those who are recruited, above 0 and below 1.

    Raises
    ------
    InsufficientDataError
        If a number is out of range.

    Notes
    -----
    The larger of n_positive / p and n_negative / (1 - p), rounded up: the number expected, which in about
    half of all studies falls short by some (Buderer NMF. Acad Emerg Med 1996;3:895-900).
    """
    if min(n_positive, n_negative) < 0 or not n_positive + n_negative:
        raise InsufficientDataError(
            "a study needs cases", got=f"{n_positive} and {n_negative}", allowed="at least 0, not both 0"
        )
    if not 0 < prevalence < 1:
        raise InsufficientDataError(
            "the prevalence is out of range",
            got=f"{prevalence:g}",
            allowed="above 0 and below 1",
            field="prevalence",
        )
    # As typed: 57 at a prevalence of 0.57 are 100, not the 101 that float64 would round up to.
    share = Fraction(repr(prevalence))
    return max(math.ceil(n_positive / share), math.ceil(n_negative / (1 - share)))


def _wilson_half_width(proportion: float, n: int, level: float) -> float:
    interval = wilson_interval(round(proportion * n), n, level)
    return (interval.high - interval.low) / 2
