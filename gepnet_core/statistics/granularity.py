"""What means and SDs of whole numbers can be: GRIM, GRIMMER, and the largest SD inside limits."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

from gepnet_core.errors import InsufficientDataError


def rounding_limits(printed: Decimal) -> tuple[Fraction, Fraction]:
    """The numbers that a printed number can be rounded from: half a unit of its last digit to either side.

    Both ends belong to it, since it is unknown which way a tie was rounded.
    """
    half = Fraction(1, 2) * Fraction(10) ** int(printed.as_tuple().exponent)
    return Fraction(printed) - half, Fraction(printed) + half


def attainable_sums(mean: Decimal, n: int) -> tuple[int, ...]:
    """GRIM: the sums of ``n`` whole numbers whose mean is printed so. Empty: there is none.

    Raises
    ------
    InsufficientDataError
        If ``n`` is below 1.

    References
    ----------
    Brown NJL, Heathers JAJ. Soc Psychol Personal Sci 2017;8:363-369.
    """
    if n < 1:
        raise InsufficientDataError("a mean needs values", got=str(n), allowed="n >= 1")
    low, high = rounding_limits(mean)
    return tuple(range(math.ceil(low * n), math.floor(high * n) + 1))


def attainable_squares(total: int, sd: Decimal, n: int) -> tuple[int, ...]:
    """GRIMMER: the sums of squares of ``n`` whole numbers with this sum whose sample SD is printed so.

    A sum of squares is whole, is odd where the sum is odd, and is no less than the sum demands. Empty: no
    whole numbers have this sum and SD. These conditions are necessary; with hundreds of units between the
    values they are rarely insufficient.

    Parameters
    ----------
    total : int
        Sum of the values.
    sd : Decimal
        Printed sample SD (divided by n - 1), >= 0.
    n : int
        At least 2.

    Raises
    ------
    InsufficientDataError
        If ``n`` is below 2 or ``sd`` negative.

    References
    ----------
    Anaya J. PeerJ Preprints 2016;4:e2400v1 (GRIMMER); Allard A. 2018 (the test of parity).
    """
    if n < 2 or sd < 0:
        raise InsufficientDataError(
            "an SD needs values", got=f"n = {n}, SD = {sd}", allowed="n >= 2, SD >= 0"
        )
    low, high = rounding_limits(sd)
    base = Fraction(total * total, n)
    start = math.ceil(base + max(low, Fraction(0)) ** 2 * (n - 1))
    smallest = _flattest(total, n)
    return tuple(
        squares
        for squares in range(start, math.floor(base + high**2 * (n - 1)) + 1)
        if (squares - total) % 2 == 0 and squares >= smallest
    )


def sample_sd(total: int, squares: int, n: int) -> float:
    """Sample SD of ``n`` values from their sum and sum of squares."""
    return math.sqrt(Fraction(n * squares - total * total, n * (n - 1)))


def largest_sd(total: int, n: int, low: int, high: int) -> float | None:
    """The largest sample SD of ``n`` whole numbers in ``low`` .. ``high`` with this sum.

    All values lie at a limit but at most one, since two inside could be moved apart. None where the limits
    do not allow the sum.

    Raises
    ------
    InsufficientDataError
        If ``n`` is below 2 or the limits are not in order.
    """
    if n < 2 or low >= high:
        raise InsufficientDataError(
            "limits in order and two values are needed", got=f"{low}, {high}, n = {n}"
        )
    if not n * low <= total <= n * high:
        return None
    at_high, rest = divmod(total - n * low, high - low)
    squares = at_high * high**2
    if at_high < n:
        squares += (low + rest) ** 2 + (n - at_high - 1) * low**2
    return sample_sd(total, squares, n)


def _flattest(total: int, n: int) -> int:
    """The least sum of squares: all values next to the mean."""
    each, more = divmod(total, n)
    return more * (each + 1) ** 2 + (n - more) * each**2
