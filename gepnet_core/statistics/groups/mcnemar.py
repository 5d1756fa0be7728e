"""McNemar's exact test of two classifications of the same patients."""

from __future__ import annotations

from dataclasses import dataclass
from math import comb

from gepnet_core.errors import InsufficientDataError

_COUNTED_OUT = 1000
"""Up to so many discordant patients the tail is summed in whole numbers."""


@dataclass(frozen=True)
class McNemar:
    """Patients whom only the first, and only the second classification calls positive; two-sided exact P."""

    only_first: int
    only_second: int
    p: float


def mcnemar_exact(only_first: int, only_second: int) -> McNemar:
    """Test whether the discordant patients lie on both sides alike.

    Parameters
    ----------
    only_first, only_second : int
        At least 0. Without any discordant patient P is 1.

    Raises
    ------
    InsufficientDataError
        If a count is negative.

    References
    ----------
    McNemar Q. Psychometrika 1947;12:153-157; exact: twice the smaller tail of the binomial with probability
    one half, at most 1 (Mosteller F. Biometrics 1952;8:220-226).
    """
    if only_first < 0 or only_second < 0:
        raise InsufficientDataError(
            "a count is negative", got=f"{only_first} and {only_second}", allowed="0 or more"
        )
    n, smaller = only_first + only_second, min(only_first, only_second)
    return McNemar(only_first, only_second, min(1.0, 2 * _lower_tail(smaller, n)))


def _lower_tail(k: int, n: int) -> float:
    """Share of the outcomes of n tosses of a coin with at most k heads."""
    if n <= _COUNTED_OUT:
        return sum(comb(n, j) for j in range(k + 1)) / (1 << n)
    # Whole numbers of so many digits would take seconds; the incomplete beta function is the same sum.
    from scipy.special import bdtr

    return float(bdtr(k, n, 0.5))
