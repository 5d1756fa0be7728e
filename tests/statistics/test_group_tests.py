"""Tests of two groups on their values: R, complete enumeration, closed forms, and their symmetries."""

from __future__ import annotations

import csv
import itertools
import math
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.group_description import describe
from gepnet_core.statistics.groups.group_tests import (
    categorical_tests,
    mann_whitney,
    numeric_tests,
    student_t,
    welch_t,
)

REFERENCE = Path(__file__).parents[1] / "reference" / "group_tests.csv"


def reference() -> list[dict[str, str]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def groups_of(row: dict[str, str]) -> tuple[list[float], list[float]]:
    first, second = ([float(x) for x in row[name].split()] for name in ("first", "second"))
    return first, second


@pytest.mark.parametrize("row", reference(), ids=lambda row: row["name"])
def test_agrees_with_t_test_and_wilcox_test_of_r(row: dict[str, str]) -> None:
    # R 4.2.2, t.test, wilcox.test and all divisions by combn; see tests/reference/group_tests.R
    first, second = groups_of(row)
    if row["t"] != "NA":
        for result, prefix in ((student_t(first, second), ""), (welch_t(first, second), "welch_")):
            assert (result.t, result.df, result.p) == pytest.approx(
                [float(row[prefix + name]) for name in ("t", "df", "p")], rel=1e-9
            )
    ranks = mann_whitney(first, second)
    assert ranks.u == float(row["u"])
    assert (ranks.z, ranks.p) == pytest.approx((float(row["z"]), float(row["z_p"])), rel=1e-9)
    assert ranks.exact_p == pytest.approx(float(row["exact_p"]), rel=1e-11)


small_group = st.lists(st.integers(0, 5).map(float), min_size=1, max_size=5)
varied = st.lists(st.integers(-60, 60).map(lambda k: k / 4), min_size=2, max_size=25)


@settings(max_examples=60)
@given(small_group, small_group)
def test_the_exact_p_is_the_share_of_all_divisions(first: list[float], second: list[float]) -> None:
    """Every choice of the first group's places, ranked by pairs in which the first is larger."""
    pooled = first + second
    if len(set(pooled)) == 1:
        return

    def _doubled_u(chosen: tuple[int, ...]) -> int:
        others = [pooled[i] for i in range(len(pooled)) if i not in chosen]
        return sum(2 * (pooled[i] > y) + (pooled[i] == y) for i in chosen for y in others)

    middle = len(first) * len(second)
    observed = abs(_doubled_u(tuple(range(len(first)))) - middle)
    far = [
        abs(_doubled_u(chosen) - middle) >= observed
        for chosen in itertools.combinations(range(len(pooled)), len(first))
    ]
    result = mann_whitney(first, second)
    assert result.exact_p == pytest.approx(sum(far) / len(far), rel=1e-12)
    assert 2 * result.u == _doubled_u(tuple(range(len(first))))


@given(varied, varied)
def test_swapping_the_groups_flips_signs_and_keeps_p(first: list[float], second: list[float]) -> None:
    for here, there in zip(numeric_tests(first, second), numeric_tests(second, first), strict=True):
        if here.statistic is None or there.statistic is None:
            assert here.statistic is there.statistic
            assert set(here.reasons) >= {"statistic", "df", "p"}
            continue
        assert here.statistic == pytest.approx(-there.statistic, rel=1e-9, abs=1e-12)
        assert here.p == pytest.approx(there.p, rel=1e-9)
        assert here.exact_p == pytest.approx(there.exact_p)


@given(varied, varied)
def test_a_monotone_transformation_leaves_the_rank_test(first: list[float], second: list[float]) -> None:
    if len({*first, *second}) == 1:
        return
    bent = [[math.atan(x) ** 3 for x in group] for group in (first, second)]
    assert mann_whitney(*bent) == mann_whitney(first, second)


@given(varied, varied, st.sampled_from([1e-250, 1e-3, 1e250]))
def test_t_has_no_unit(first: list[float], second: list[float], unit: float) -> None:
    here, there = (numeric_tests(*groups) for groups in ((first, second), _times(unit, first, second)))
    for one, other in zip(here[:2], there[:2], strict=True):
        assert (one.statistic is None) == (other.statistic is None)
        if one.statistic is not None:
            assert other.statistic == pytest.approx(one.statistic, rel=1e-6, abs=1e-9)


def _times(unit: float, *groups: list[float]) -> list[list[float]]:
    return [[unit * x for x in group] for group in groups]


def test_the_smallest_exact_p() -> None:
    # 3 against 3 without overlap: 2 of C(6, 3) = 20 divisions.
    assert mann_whitney([1, 2, 3], [4, 5, 6]).exact_p == 0.1
    assert mann_whitney([1, 2, 3], [4, 5, 6]).u == 0


@pytest.mark.parametrize(("n", "m"), [(600, 600), (515, 515), (700, 400), (400, 2000)])
@pytest.mark.parametrize("ones", [1, 3, 5])
def test_more_divisions_than_float64_holds_are_counted(n: int, m: int, ones: int) -> None:
    # All rare values in the second group. The rank sum follows their number in the first one, which is
    # hypergeometric: as far from its mean as 0 are all k with |k (n + m) - n ones| of at least n ones.
    assert math.comb(n + m, n) > 10**300
    found = mann_whitney([0.0] * n, [0.0] * (m - ones) + [1.0] * ones)
    ways = {k: math.comb(n, k) * math.comb(m, ones - k) for k in range(ones + 1)}
    far = sum(count for k, count in ways.items() if abs(k * (n + m) - n * ones) >= n * ones)
    assert found.exact_p == pytest.approx(far / sum(ways.values()), rel=1e-12, abs=0)


def test_the_p_of_rare_values_is_that_of_r() -> None:
    # R 4.2.2: 2 * dhyper(3, 3, 1197, 600) and 2 * dhyper(3, 3, 1027, 515)
    assert mann_whitney([0] * 600, [0] * 597 + [1] * 3).exact_p == pytest.approx(0.249374478732277, rel=1e-13)
    assert mann_whitney([0] * 515, [0] * 512 + [1] * 3).exact_p == pytest.approx(0.249271137026239, rel=1e-13)


def test_no_difference_in_ranks_has_an_exact_p_of_1() -> None:
    # The observed sum is the mean, from which all are as far or farther.
    assert mann_whitney([1, 4, 6, 7] * 20, [2, 3, 5, 8] * 20).exact_p == 1
    assert mann_whitney([0, 1] * 700, [0, 1] * 3).exact_p == 1


@pytest.mark.parametrize("unit", [1.0, 1e-200, 1e299])
def test_t_of_a_small_spread_beside_a_constant(unit: float) -> None:
    # Both standard errors are 1e-100 / 2, so that t is -2e100.
    # R 4.2.2: 2 * pt(-2e100, 1) and 2 * pt(-2e100, 2)
    groups = [0.0, 1e-100 * unit], [unit, unit]
    welch, student = welch_t(*groups), student_t(*groups)
    assert (welch.t, welch.df, welch.p) == pytest.approx((-2e100, 1, 3.18309886183791e-101), rel=1e-9, abs=0)
    assert (student.t, student.df, student.p) == pytest.approx((-2e100, 2, 2.5e-201), rel=1e-9, abs=0)


@pytest.mark.parametrize("far", [2.0**30, 2.0**600, 2.0**990])
@pytest.mark.parametrize("spread", [1.0, 2.0**-10, 2.0**-11, 2.0**-500])
def test_means_far_apart_have_a_t_or_a_reason(far: float, spread: float) -> None:
    # Of the first group the SD is the spread over sqrt(2) and se half the spread: t is twice the distance.
    for test in numeric_tests([-spread, 0.0], [far, far])[:2]:
        if far / spread <= 2.0**1000:
            assert test.statistic == pytest.approx(-2 * (far / spread + 0.5), rel=1e-14)
        else:
            assert (test.statistic, test.df, test.p) == (None, None, None)
            assert "too far apart beside their spread" in test.reasons["statistic"]


def test_a_group_that_varies_is_not_said_to_be_constant() -> None:
    student, welch, ranks = numeric_tests([1e-300, 2e-300], [1e300, 1e300])
    for test in (student, welch):
        assert "too far apart beside their spread" in test.reasons["p"]
    assert ranks.p is not None
    for test in numeric_tests([1.0, 1.0], [1e300, 1e300])[:2]:
        assert "SD 0 and 0" in test.reasons["p"]


def test_neighbours_of_a_tenth_have_the_t_of_their_distances() -> None:
    # In units of their distance: 0, 0, 0, 0, 0, 1 against 0, 1, 1; R 4.2.2, t.test with var.equal.
    up = math.nextafter(0.1, 1)
    found = student_t([0.1] * 5 + [up], [0.1, up, up])
    assert (found.t, found.p) == pytest.approx((-1.52752523165195, 0.170470660787054), rel=1e-12)


def test_a_hundred_in_each_group_are_counted_and_thousands_are_not() -> None:
    values = np.arange(160.0)
    few = mann_whitney(values[::2], values[1::2])
    assert few.exact_p == pytest.approx(few.p, abs=5e-3)
    many = np.arange(2000.0)
    assert mann_whitney(many[::2], many[1::2]).exact_p is None
    row = numeric_tests(many[::2], many[1::2])[2]
    assert row.p is not None
    assert "too many divisions" in row.reasons["exact_p"]


@pytest.mark.parametrize(
    ("first", "second"),
    [([1.0], [2.0, 3.0]), ([0.1, 0.1, 0.1], [0.1, 0.1]), ([], [1.0, 2.0]), ([1.0, math.inf], [1.0, 2.0])],
)
def test_t_needs_values_that_vary(first: list[float], second: list[float]) -> None:
    for test in (student_t, welch_t):
        with pytest.raises(InsufficientDataError):
            test(first, second)


@pytest.mark.parametrize(
    ("first", "second"), [([], [1.0]), ([1.0], [1.0]), ([2.0] * 9, [2.0] * 3), ([math.nan], [1.0])]
)
def test_ranks_need_values_that_differ(first: list[float], second: list[float]) -> None:
    with pytest.raises(InsufficientDataError):
        mann_whitney(first, second)


def test_the_tests_of_table_1_of_the_study() -> None:
    # Table 1 prints chi-square 0.119 (distribution), 0.523 (shape, with Yates), 5.662 (enhancement) and
    # 4.293 (lymphadenopathy), and for the pattern P < 0.001 alone.
    for table, name, printed in (
        ([[5, 18], [6, 17]], "chi2", "0.119"),
        ([[23, 0], [21, 2]], "chi2_yates", "0.523"),
        ([[17, 6], [9, 14]], "chi2", "5.662"),
        ([[7, 16], [14, 9]], "chi2", "4.293"),
    ):
        tests = {test.name: test for test in categorical_tests(table)}
        assert f"{tests[name].statistic:.3f}" == printed
    tests = {test.name: test for test in categorical_tests([[6, 15, 2], [21, 2, 0]])}
    assert tests["fisher_exact"].p == pytest.approx(1.63396382931e-05, rel=1e-10)  # R 4.2.2, fisher.test
    assert tests["chi2_yates"].p is None
    assert "four cells" in tests["chi2_yates"].reasons["p"]
    assert "below 5" in tests["chi2"].note


def test_one_category_or_an_empty_group_has_no_test_but_a_reason() -> None:
    for table in ([[3], [4]], [[0, 0], [3, 1]]):
        for test in categorical_tests(table):
            assert test.p is None
            assert test.reasons["p"]


def test_the_exact_test_counts_what_can_be_counted() -> None:
    # R 4.2.2: fisher.test(rbind(c(40, 60, 50), c(70, 30, 50)))$p.value
    assert categorical_tests([[40, 60, 50], [70, 30, 50]])[2].p == pytest.approx(R_FISHER, rel=1e-9)
    for table in ([[300] * 10, [300] * 10], [[30_000, 1], [2, 30_000]]):
        test = categorical_tests(table)[2]
        assert test.p is None
        assert test.reasons["p"] == (
            "There are too many tables with these totals to count. Chi-square serves at this size."
        )


@pytest.mark.parametrize("table", [[], [[]], [[], []], [[-5, 2], [3, 4]], [[1, 2], [3]], [[1, 2]]])
def test_what_is_no_table_has_three_reasons(table: list[list[int]]) -> None:
    tests = categorical_tests(table)
    assert [test.name for test in tests] == ["chi2", "chi2_yates", "fisher_exact"]
    for test in tests:
        assert (test.statistic, test.df, test.p) == (None, None, None)
        assert ("negative" if table == [[-5, 2], [3, 4]] else "needs a table") in test.reasons["p"]


R_FISHER = 0.000107399764


def test_figures_of_a_group() -> None:
    # R 4.2.2: x <- c(7, 1, 4, 2); mean 3.5, sd 2.645751311, quantile (type 7) 1.75 3 4.75
    found = describe([7, 1, 4, 2])
    assert found.values == pytest.approx(
        {"mean": 3.5, "sd": math.sqrt(7), "median": 3, "q1": 1.75, "q3": 4.75, "min": 1, "max": 7}
    )
    assert describe([0.1] * 3).values["sd"] == 0
    assert describe([5]).values["sd"] is None
    assert describe([5]).reasons == {"sd": "A standard deviation needs two values."}
    assert set(describe([]).reasons) == set(found.values)
    assert describe([-1e300, 1e300]).values["sd"] == pytest.approx(math.sqrt(2) * 1e300)


def test_figures_of_extreme_groups() -> None:
    # Quartiles of type 7 are of the three small values; the third lies a quarter of the way to the large one.
    found = describe([1e-300, 1e-300, 1e-300, 1e300]).values
    assert (found["q1"], found["median"], found["q3"]) == (1e-300, 1e-300, 2.5e299)
    # One distance of a rounding among six: mean a sixth of it above, SD 1 / sqrt(6) of it.
    up = math.nextafter(0.1, 1)
    found = describe([0.1] * 5 + [up]).values
    assert found["mean"] == 0.1
    assert found["sd"] == pytest.approx((up - 0.1) / math.sqrt(6), rel=1e-14, abs=0)
    # R 4.2.2: sd(1e9 + 1:5)
    assert describe([1e9 + k for k in range(1, 6)]).values["sd"] == pytest.approx(1.58113883008419, rel=1e-14)
    assert describe([5e-324, 1.5e-323]).values["mean"] == 1e-323


def test_a_spread_beyond_float64_has_no_sd_but_a_reason() -> None:
    most = sys.float_info.max
    found = describe([most, -most])  # SD sqrt(2) times the largest number
    assert found.values == {
        "mean": 0,
        "sd": None,
        "median": 0,
        "q1": -most / 2,
        "q3": most / 2,
        "min": -most,
        "max": most,
    }
    assert found.reasons == {"sd": "The standard deviation is larger than any number that float64 holds."}
    assert "SD" not in found.sentence
    # Of M, M and -M the mean is M / 3 and the SD 2 M / sqrt(3), of M, 0 and 0 they are M / 3 and M / sqrt(3).
    assert describe([most, most, -most]).values["mean"] == pytest.approx(most / 3, rel=1e-15)
    assert describe([most, most, -most]).values["sd"] is None
    small = describe([most, 0.0, 0.0])
    assert small.values["sd"] == pytest.approx(most / math.sqrt(3), rel=1e-15)
    assert small.reasons == {}
    assert describe([5e-324, 5e-324, 5e-324, most]).values["q1"] == 5e-324


@pytest.mark.parametrize("values", [[math.nan], [1.0, math.nan], [math.inf], [1.0, -math.inf, 2.0]])
def test_what_is_no_number_is_not_described(values: list[float]) -> None:
    with pytest.raises(InsufficientDataError, match="finite values"):
        describe(values)


@pytest.mark.parametrize("n", [1_000, 100_000, 1_000_000])
def test_so_many_values_are_not_counted_and_that_is_known_at_once(n: int) -> None:
    from gepnet_core.statistics.groups.exact_rank_sum import exact_rank_sum_p

    assert exact_rank_sum_p(2 * np.arange(1, n + 1), n // 2) is None
