"""Tests of two groups on their values: R, complete enumeration, closed forms, and their symmetries."""

from __future__ import annotations

import csv
import itertools
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.group_description import describe
from gepnet_core.statistics.group_tests import (
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
    assert categorical_tests([[40, 60, 50], [70, 30, 50]])[2].p == pytest.approx(R_FISHER, rel=1e-6)
    for table in ([[300, 300, 300, 300], [300, 300, 300, 300]], [[30_000, 1], [2, 30_000]]):
        test = categorical_tests(table)[2]
        assert test.p is None
        assert "too many tables" in test.reasons["p"]


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
