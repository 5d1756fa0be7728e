"""P values of several tests together: Holm's and Benjamini and Hochberg's adjustment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate

from gepnet_core.errors import InsufficientDataError


def holm(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Adjusted P values that keep the risk of any false finding within their level.

    Parameters
    ----------
    p_values : sequence of float or None
        None where a test gave no P; such a test is not counted.

    Returns
    -------
    tuple of float or None
        In the order given, None where None was given.

    Raises
    ------
    InsufficientDataError
        If a P is not between 0 and 1.

    Notes
    -----
    With the m P values in rising order, the largest (m - j + 1) p_j of those up to each, at most 1.

    References
    ----------
    Holm S. Scand J Stat 1979;6:65-70; adjusted values: Wright SP. Biometrics 1992;48:1005-1013.
    """
    rising = _rising(p_values)
    m = len(rising)
    products = (min(1.0, (m - j) * p) for j, (p, _) in enumerate(rising))
    return _in_place(accumulate(products, max), rising, len(p_values))


def benjamini_hochberg(p_values: Sequence[float | None]) -> tuple[float | None, ...]:
    """Adjusted P values that keep the expected share of false ones among the findings within their level.

    Parameters
    ----------
    p_values : sequence of float or None
        None where a test gave no P; such a test is not counted.

    Returns
    -------
    tuple of float or None
        In the order given, None where None was given.

    Raises
    ------
    InsufficientDataError
        If a P is not between 0 and 1.

    Notes
    -----
    With the m P values in rising order, the smallest m p_j / j of those from each on, at most 1. The tests
    are independent or positively dependent (Benjamini Y, Yekutieli D. Ann Stat 2001;29:1165-1188).

    References
    ----------
    Benjamini Y, Hochberg Y. J R Stat Soc B 1995;57:289-300; adjusted values: Yekutieli D, Benjamini Y. J Stat
    Plan Inference 1999;82:171-196.
    """
    falling = _rising(p_values)[::-1]
    m = len(falling)
    products = (min(1.0, m / (m - j) * p) for j, (p, _) in enumerate(falling))
    return _in_place(accumulate(products, min), falling, len(p_values))


def _rising(p_values: Sequence[float | None]) -> list[tuple[float, int]]:
    """Each P that there is, with its place, the smallest first."""
    there = [(p, place) for place, p in enumerate(p_values) if p is not None]
    if not all(0 <= p <= 1 for p, _ in there):
        raise InsufficientDataError(
            "a P value is a probability", allowed="from 0 to 1, or None where a test gave none"
        )
    return sorted(there)


def _in_place(
    adjusted: Iterable[float], ordered: Sequence[tuple[float, int]], n: int
) -> tuple[float | None, ...]:
    found: list[float | None] = [None] * n
    for p, (_, place) in zip(adjusted, ordered, strict=True):
        found[place] = p
    return tuple(found)
