"""Groups and tables of public data compared, against t.test, wilcox.test, coin, chisq.test and fisher.test.

R 4.2.2, coin 1.4.2; tests/reference/public_data.R wrote the data and the numbers.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from gepnet_core.statistics.groups.contingency import chi_square, fisher_freeman_halton
from gepnet_core.statistics.groups.group_description import describe
from gepnet_core.statistics.groups.group_tests import (
    categorical_tests,
    mann_whitney,
    numeric_tests,
    student_t,
    welch_t,
)
from gepnet_core.statistics.groups.mcnemar import mcnemar_exact
from tests.reference.public.public_data import EXACT, EXPECTED, group

Expected = dict[str, Any]
GROUPS: list[Expected] = EXPECTED["groups"]
TABLES: list[Expected] = EXPECTED["independence"]
each_pair = pytest.mark.parametrize("expected", GROUPS, ids=lambda one: f"{one['data']} {one['value']}")
each_table = pytest.mark.parametrize("expected", TABLES, ids=lambda one: one["name"])


def near(expected: object) -> Any:
    """Relative alone, since a small P has no fewer digits than a large one."""
    return pytest.approx(expected, rel=EXACT, abs=0)


def values_of(expected: Expected) -> list[NDArray[np.float64]]:
    return [
        group(expected["data"], expected["value"], expected["group"], expected[name])
        for name in ("first", "second")
    ]


# --- numbers


@each_pair
def test_both_t_tests(expected: Expected) -> None:
    for test, theirs in ((student_t, expected["student"]), (welch_t, expected["welch"])):
        found = test(*values_of(expected))
        assert (found.t, found.df, found.p) == near(tuple(theirs))


@each_pair
def test_mann_whitney_by_the_normal_approximation(expected: Expected) -> None:
    found = mann_whitney(*values_of(expected))
    assert found.u == expected["u"]
    assert (found.z, found.p) == near((expected["coin_z"], expected["p"]))


@each_pair
def test_mann_whitney_exactly_with_ties(expected: Expected) -> None:
    first, second = values_of(expected)
    found = mann_whitney(first, second)
    if found.exact_p is None:
        assert len(first) + len(second) > 180  # where counting takes too long
        return
    assert found.exact_p == near(expected["coin_exact"])
    if expected["wilcox_exact"] is not None:  # wilcox.test has no exact P with ties
        assert found.exact_p == near(expected["wilcox_exact"])


def test_the_exact_p_is_compared_with_ties_and_without() -> None:
    exact = [one for one in GROUPS if mann_whitney(*values_of(one)).exact_p is not None]
    assert len(exact) == 11
    assert {one["wilcox_exact"] is None for one in exact} == {True, False}


@each_pair
def test_the_tests_by_name_are_these(expected: Expected) -> None:
    student, welch, ranks = numeric_tests(*values_of(expected))
    assert (student.name, welch.name, ranks.name) == ("student_t", "welch_t", "mann_whitney")
    assert (student.statistic, student.df, student.p) == near(tuple(expected["student"]))
    assert (welch.statistic, welch.df, welch.p) == near(tuple(expected["welch"]))
    assert (ranks.statistic, ranks.df, ranks.p) == (near(expected["coin_z"]), None, near(expected["p"]))
    assert set(ranks.reasons) == {"df"} if ranks.exact_p is not None else {"df", "exact_p"}


@each_pair
def test_each_group_in_a_few_figures(expected: Expected) -> None:
    for values, theirs in zip(values_of(expected), expected["described"], strict=True):
        found = describe(values)
        assert {"n": found.n, **found.values} == near(theirs)


def test_the_permeability_of_the_chorioamnion() -> None:
    # Hollander and Wolfe 1973, page 69, in ?wilcox.test: W = 35, one-sided P 0.1272, twice which is 0.2544.
    (expected,) = [one for one in GROUPS if one["data"] == "chorioamnion"]
    found = mann_whitney(*values_of(expected))
    assert (found.u, round((found.exact_p or 0) / 2, 4)) == (35, 0.1272)


# --- tables of counts


@each_table
def test_chi_square(expected: Expected) -> None:
    found = chi_square(expected["rows"])
    assert (found.statistic, found.df, found.p) == near(tuple(expected["chi2"]))
    if expected["yates"] is not None:
        corrected = chi_square(expected["rows"], yates=True)
        assert (corrected.statistic, corrected.df, corrected.p) == near(tuple(expected["yates"]))


@pytest.mark.parametrize(
    "expected", [one for one in TABLES if one["name"] != "hair_eye"], ids=lambda one: one["name"]
)
def test_the_exact_test(expected: Expected) -> None:
    assert fisher_freeman_halton(expected["rows"]) == near(expected["fisher"])


@pytest.mark.parametrize(("name", "printed"), [("job", 0.7827), ("mehta_patel", 0.0393)])
def test_the_exact_test_prints_as_fisher_test(name: str, printed: float) -> None:
    (expected,) = [one for one in TABLES if one["name"] == name]
    assert round(fisher_freeman_halton(expected["rows"]), 4) == printed


@pytest.mark.parametrize(
    "expected", [one for one in TABLES if len(one["rows"]) == 2], ids=lambda one: one["name"]
)
def test_the_tests_of_a_table_by_name_are_these(expected: Expected) -> None:
    plain, corrected, exact = categorical_tests(expected["rows"])
    assert (plain.name, corrected.name, exact.name) == ("chi2", "chi2_yates", "fisher_exact")
    assert (plain.statistic, plain.df, plain.p) == near(tuple(expected["chi2"]))
    if expected["yates"] is None:
        assert corrected.p is None and "four cells" in corrected.reasons["p"]
    else:
        assert (corrected.statistic, corrected.df, corrected.p) == near(tuple(expected["yates"]))
    assert exact.p == near(expected["fisher"])


def test_tables_of_every_kind_are_among_them() -> None:
    shapes = {(len(one["rows"]), len(one["rows"][0])) for one in TABLES}
    assert shapes >= {(2, 2), (2, 3), (3, 2), (3, 3), (4, 4), (2, 5), (2, 6)}


def test_the_printed_examples_of_fisher_test() -> None:
    # ?fisher.test: the tea drinker, one-sided P 0.2429, half of the two-sided one since all totals are 4; the
    # convicted twins, P 0.0005367.
    rows = {one["name"]: one["rows"] for one in TABLES}
    assert round(fisher_freeman_halton(rows["tea"]) / 2, 4) == 0.2429
    assert round(fisher_freeman_halton(rows["convictions"]), 7) == 0.0005367


# --- pairs


@pytest.mark.parametrize("expected", EXPECTED["mcnemar"], ids=lambda one: one["name"])
def test_mcnemar_exactly(expected: Expected) -> None:
    counts = expected["only_first"], expected["only_second"]
    assert mcnemar_exact(*counts).p == near(expected["p"])
    assert mcnemar_exact(*counts[::-1]).p == near(expected["p"])
