"""Two groups compared: t tests and the Mann-Whitney test of numbers, tests of independence of categories.

Signs are those of the first group minus the second.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.contingency import Table, chi_square, fisher_freeman_halton
from gepnet_core.statistics.groups.exact_rank_sum import exact_rank_sum_p
from gepnet_core.statistics.groups.summary_t import Summary, TResult, pooled_t
from gepnet_core.statistics.groups.summary_t import welch_t as welch_t_of_summaries

_LARGEST = 1e300
_FARTHEST = 1000
"""A power of two."""

_SMALL_EXPECTED = 5


@dataclass(frozen=True)
class MannWhitney:
    """The Mann-Whitney test of two groups.

    ``u`` counts the pairs in which the value of the first group is the larger one, ties one half. ``z`` is
    without continuity correction and corrected for ties, ``p`` its two-sided P. ``exact_p`` is the share of
    all divisions of the values into groups of these sizes whose rank sum is at least as far from its mean,
    None where there are too many to count.
    """

    u: float
    z: float
    p: float
    exact_p: float | None


@dataclass(frozen=True)
class GroupTest:
    """One test by name; what is None has its reason under the name of the field."""

    name: str
    statistic: float | None
    df: float | None
    p: float | None
    note: str
    exact_p: float | None = None
    reasons: Mapping[str, str] = field(default_factory=dict)


def student_t(first: ArrayLike, second: ArrayLike) -> TResult:
    """Student's t of two groups, with one pooled variance.

    Parameters
    ----------
    first, second : array_like, shape (n,) and (m,)
        Finite, at least two values each.

    Raises
    ------
    InsufficientDataError
        If a group has fewer than 2 values, none varies, or a value is not finite.

    References
    ----------
    As `gepnet_core.statistics.groups.summary_t.pooled_t`.
    """
    return pooled_t(*_summaries(first, second))


def welch_t(first: ArrayLike, second: ArrayLike) -> TResult:
    """Welch's t of two groups, without the assumption of one variance; arguments and errors of `student_t`.

    References
    ----------
    As `gepnet_core.statistics.groups.summary_t.welch_t`.
    """
    return welch_t_of_summaries(*_summaries(first, second))


def mann_whitney(first: ArrayLike, second: ArrayLike) -> MannWhitney:
    """The Mann-Whitney test, also called Wilcoxon's rank sum test.

    Parameters
    ----------
    first, second : array_like, shape (n,) and (m,)
        Finite, at least one value each.

    Raises
    ------
    InsufficientDataError
        If a group is empty, a value is not finite, or all values are equal.

    References
    ----------
    Mann HB, Whitney DR. Ann Math Stat 1947;18:50-60. Ties: Lehmann EL. Nonparametrics, 1975, section 1.4.
    Exact with ties: as `gepnet_core.statistics.groups.exact_rank_sum.exact_rank_sum_p`.
    """
    ours, theirs = _values(first, second, fewest=1)
    n, m = len(ours), len(theirs)
    total = n + m
    _, place, counts = np.unique(np.concatenate([ours, theirs]), return_inverse=True, return_counts=True)
    if len(counts) == 1:
        raise InsufficientDataError("ranks need values that differ", got="one value in both groups")
    # Twice the mid-rank is a whole number: twice those below, and one more than those that tie.
    doubled = (2 * np.cumsum(counts) - counts + 1)[place]
    u = float(doubled[:n].sum() - n * (n + 1)) / 2
    ties = sum(count**3 - count for count in counts.tolist())
    variance = n * m / 12 * (total + 1 - ties / (total * (total - 1)))
    z = (u - n * m / 2) / math.sqrt(variance)
    return MannWhitney(u, z, math.erfc(abs(z) / math.sqrt(2)), exact_rank_sum_p(doubled, n))


def numeric_tests(first: ArrayLike, second: ArrayLike) -> tuple[GroupTest, ...]:
    """Student's t, Welch's t and Mann-Whitney; a test that cannot be done says why.

    Parameters
    ----------
    first, second : array_like, shape (n,) and (m,)
    """
    return (
        _t_test("student_t", "Assumes one variance in both groups.", student_t, first, second),
        _t_test("welch_t", "Does not assume one variance.", welch_t, first, second),
        _rank_test(first, second),
    )


def categorical_tests(table: Table) -> tuple[GroupTest, ...]:
    """Chi-square without and with Yates's correction, and the exact test; one that cannot be done says why.

    Parameters
    ----------
    table : sequence of sequences of int, shape (2, categories)
        Counts, one row a group.
    """
    tests = []
    for name, yates in (("chi2", False), ("chi2_yates", True)):
        try:
            result = chi_square(table, yates=yates)
        except InsufficientDataError as error:
            tests.append(_without_result(name, error))
            continue
        note = f"Smallest expected count {result.smallest_expected:.4g}"
        few = result.smallest_expected < _SMALL_EXPECTED
        note += f", below {_SMALL_EXPECTED}: the exact test is the safer one." if few else "."
        tests.append(GroupTest(name, result.statistic, result.df, result.p, note))
    return (*tests, _exact_test(table))


def _t_test(
    name: str, note: str, test: Callable[..., TResult], first: ArrayLike, second: ArrayLike
) -> GroupTest:
    try:
        result = test(first, second)
    except InsufficientDataError as error:
        return _without_result(name, error)
    return GroupTest(name, result.t, result.df, result.p, note)


def _rank_test(first: ArrayLike, second: ArrayLike) -> GroupTest:
    name = "mann_whitney"
    try:
        result = mann_whitney(first, second)
    except InsufficientDataError as error:
        return _without_result(name, error)
    reasons = {"df": "A rank test has no degrees of freedom."}
    if result.exact_p is None:
        reasons["exact_p"] = "There are too many divisions of so many values to count."
    pairs = np.size(first) * np.size(second)
    note = (
        f"z without continuity correction, corrected for ties; U {result.u:g} of {pairs} pairs. "
        "p is that of z, exact_p counts all divisions of the values."
    )
    return GroupTest(name, result.z, None, result.p, note, result.exact_p, reasons)


def _exact_test(table: Table) -> GroupTest:
    name = "fisher_exact"
    reasons = {
        "statistic": "The exact test has a P alone.",
        "df": "The exact test has no degrees of freedom.",
    }
    try:
        p = fisher_freeman_halton(table)
    except InsufficientDataError as error:
        return _without_result(name, error)
    note = "Two-sided: all tables with these totals that are at most as probable (Fisher-Freeman-Halton)."
    return GroupTest(name, None, None, p, note, reasons=reasons)


def _without_result(name: str, error: InsufficientDataError) -> GroupTest:
    sentence = str(error)
    reason = sentence[:1].upper() + sentence[1:]
    fields = ("statistic", "df", "p", *(["exact_p"] if name == "mann_whitney" else []))
    return GroupTest(name, None, None, None, "Not done.", reasons=dict.fromkeys(fields, reason))


def _summaries(first: ArrayLike, second: ArrayLike) -> tuple[Summary, Summary]:
    """Means above the lowest value and SDs, in a power of two near the larger range; t has no origin or unit.

    So no square overflows, and each group is measured from its own lowest value: far from zero a mean may
    differ in its last digit from values that are all equal, which would make a SD.
    """
    groups = _values(first, second, fewest=2)
    lows = [float(values.min()) for values in groups]
    widest = max(float(values.max()) - low for values, low in zip(groups, lows, strict=True))
    exponent, apart = math.frexp(widest)[1], abs(lows[0] - lows[1])
    if widest and math.frexp(apart)[1] - exponent > _FARTHEST:
        raise InsufficientDataError("the groups are too far apart beside their spread for a t to be a number")
    found = []
    for values, low in zip(groups, lows, strict=True):
        above = np.ldexp(values - low, -exponent)
        offset = math.ldexp(low - min(lows), -exponent)
        found.append(Summary(offset + float(above.mean()), float(above.std(ddof=1)), len(above)))
    return found[0], found[1]


def _values(
    first: ArrayLike, second: ArrayLike, *, fewest: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ours, theirs = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if min(len(ours), len(theirs)) < fewest:
        raise InsufficientDataError(
            "a group has too few values",
            got=f"{len(ours)} in the first and {len(theirs)} in the second",
            allowed=f"at least {fewest} in each",
        )
    for values in (ours, theirs):
        if not (np.abs(values) <= _LARGEST).all():
            raise InsufficientDataError(
                "a value is not finite or too large", allowed=f"at most {_LARGEST:g} in size"
            )
    return ours, theirs
