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
from gepnet_core.statistics.contingency import Table, chi_square, fisher_freeman_halton
from gepnet_core.statistics.summary_t import Summary, TResult, pooled_t
from gepnet_core.statistics.summary_t import welch_t as welch_t_of_summaries

_MOST_EXACT_WORK = 200_000_000
"""Additions for the distribution of a rank sum: under half a second, some 180 values without ties."""

_MOST_EXACT_N = 5000
_MOST_TABLE_WORK = 30_000_000
"""Tables times their total: a second or two."""

_LARGEST = 1e300
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
    As `gepnet_core.statistics.summary_t.pooled_t`.
    """
    return pooled_t(*_summaries(first, second))


def welch_t(first: ArrayLike, second: ArrayLike) -> TResult:
    """Welch's t of two groups, without the assumption of one variance; arguments and errors of `student_t`.

    References
    ----------
    As `gepnet_core.statistics.summary_t.welch_t`.
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
    Exact with ties: Streitberg B, Roehmel J. Statistical Software Newsletter 1986;12:10-17.
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
    return MannWhitney(u, z, math.erfc(abs(z) / math.sqrt(2)), _exact_rank_sum_p(doubled, n))


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
    n = sum(map(sum, table))
    if n > _MOST_EXACT_N or n * _number_of_tables(table) > _MOST_TABLE_WORK:
        reasons["p"] = "There are too many tables with these totals to count; chi-square serves at this size."
        return GroupTest(name, None, None, None, "Fisher-Freeman-Halton.", reasons=reasons)
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


def _number_of_tables(table: Table) -> float:
    """How many tables of two rows have the totals of this one: one factor 1 + x + ... + x^total a column."""
    ways = np.zeros(sum(table[0]) + 1)
    ways[0] = 1
    for total in (sum(column) for column in zip(*table, strict=True)):
        reached = np.cumsum(ways)
        reached[total + 1 :] -= reached[: -total - 1].copy()
        # No more than matters, so that the product cannot overflow.
        ways = np.minimum(reached, 2.0 * _MOST_TABLE_WORK)
    return float(ways[-1])


def _exact_rank_sum_p(doubled: NDArray[np.int64], n: int) -> float | None:
    """Share of all choices of ``n`` ranks whose sum is at least as far from its mean as the first ones'.

    Counted by adding one rank after the other: how many choices of k ranks have each sum.
    """
    total = len(doubled)
    lowest = int(doubled.min())
    step = int(np.gcd.reduce(doubled - lowest))
    ranks = (doubled - lowest) // step
    # The sum of the smaller group decides as well, since both together are fixed.
    chosen, observed = (n, ranks[:n]) if 2 * n <= total else (total - n, ranks[n:])
    largest = int(np.sort(ranks)[-chosen:].sum())
    if total * chosen * (largest + 1) > _MOST_EXACT_WORK:
        return None
    ways = np.zeros((chosen + 1, largest + 1))
    ways[0, 0] = 1
    for rank in ranks.tolist():
        ways[1:, rank:] += ways[:-1, : largest + 1 - rank].copy()
    distance = np.abs(total * np.arange(largest + 1) - chosen * int(ranks.sum()))
    as_far = distance >= abs(total * int(observed.sum()) - chosen * int(ranks.sum()))
    return float(min(1.0, ways[chosen, as_far].sum() / ways[chosen].sum()))


def _summaries(first: ArrayLike, second: ArrayLike) -> tuple[Summary, Summary]:
    """Means and SDs in a unit, a power of two, in which no square overflows or vanishes; t has no unit."""
    ours, theirs = _values(first, second, fewest=2)
    largest = max(float(np.abs(values).max()) for values in (ours, theirs))
    exponent = math.frexp(largest)[1]
    return _summary(np.ldexp(ours, -exponent)), _summary(np.ldexp(theirs, -exponent))


def _summary(values: NDArray[np.float64]) -> Summary:
    # The mean of equal values may differ from them in the last digit, which would make a SD.
    if values.min() == values.max():
        return Summary(float(values[0]), 0.0, len(values))
    return Summary(float(values.mean()), float(values.std(ddof=1)), len(values))


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
