"""Two-sample t tests from means, SDs and group sizes."""

from __future__ import annotations

import math
from dataclasses import dataclass

from gepnet_core.errors import InsufficientDataError


@dataclass(frozen=True)
class Summary:
    """Mean, sample SD and size of one group."""

    mean: float
    sd: float
    n: int


@dataclass(frozen=True)
class TResult:
    """A t test: ``p`` is two-sided; the sign is that of first minus second."""

    t: float
    df: float
    p: float


def student_p(t: float, df: float) -> float:
    """Two-sided P of a t."""
    from scipy.special import stdtr

    return float(2 * stdtr(df, -abs(t)))


def pooled_t(first: Summary, second: Summary) -> TResult:
    """Student's t with one pooled variance.

    Raises
    ------
    InsufficientDataError
        If a group has fewer than 2 values or no group varies.

    References
    ----------
    Student. Biometrika 1908;6:1-25.
    """
    _check(first, second)
    df = first.n + second.n - 2
    # The square root of a sum of squares, none of which can overflow or vanish; so in what follows.
    sd = math.hypot(*(group.sd * math.sqrt((group.n - 1) / df) for group in (first, second)))
    t = (first.mean - second.mean) / (sd * math.sqrt(1 / first.n + 1 / second.n))
    return TResult(t, df, student_p(t, df))


def welch_t(first: Summary, second: Summary) -> TResult:
    """Welch's t, with Satterthwaite's degrees of freedom.

    Raises
    ------
    InsufficientDataError
        As `pooled_t`.

    References
    ----------
    Welch BL. Biometrika 1947;34:28-35; Satterthwaite FE. Biometrics 1946;2:110-114.
    """
    _check(first, second)
    se = math.hypot(*(group.sd / math.sqrt(group.n) for group in (first, second)))
    t = (first.mean - second.mean) / se
    df = welch_df(first.sd, first.n, second.sd, second.n)
    return TResult(t, df, student_p(t, df))


def welch_df(first_sd: float, first_n: int, second_sd: float, second_n: int) -> float:
    """Satterthwaite's degrees of freedom, which depend on the ratio of the SDs alone; one is above 0."""
    largest = max(first_sd, second_sd)
    a, b = (first_sd / largest) ** 2 / first_n, (second_sd / largest) ** 2 / second_n
    return (a + b) ** 2 / (a * a / (first_n - 1) + b * b / (second_n - 1))


def _check(first: Summary, second: Summary) -> None:
    if min(first.n, second.n) < 2 or max(first.sd, second.sd) <= 0 or min(first.sd, second.sd) < 0:
        raise InsufficientDataError(
            "a t test needs groups that vary",
            got=f"n {first.n} and {second.n}, SD {first.sd:g} and {second.sd:g}",
            allowed="n >= 2, SD >= 0, one above 0",
        )
