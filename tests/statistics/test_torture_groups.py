"""Extremes through groups, tables of counts, readings and logistic models: an answer that holds, or a reason.

Warnings are errors in the tests of this project, so that an overflow or a division by zero ends one here.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from gepnet_core.statistics.groups.contingency import chi_square, fisher_freeman_halton
from gepnet_core.statistics.groups.group_description import describe
from gepnet_core.statistics.groups.group_tests import (
    GroupTest,
    categorical_tests,
    mann_whitney,
    numeric_tests,
)
from gepnet_core.statistics.groups.grouped_values import box_of
from gepnet_core.statistics.models.logistic_design import Predictor, design_of
from gepnet_core.statistics.models.logistic_regression import Coefficient, fit_logistic, separated_classes
from gepnet_core.statistics.models.separation import Separation
from gepnet_core.statistics.readers.icc import intraclass_correlations
from gepnet_core.statistics.readers.kappa import Weighting, cohen_kappa
from tests.statistics.extremes import (
    EPS,
    LARGEST,
    REFUSED,
    SMALLEST,
    SOUND,
    Groups,
    attempt,
    holds,
    ranked,
    refused,
)

Table = list[list[int]]

SAMPLES = {f"{name}, {k}": values for name, pair in SOUND.items() for k, values in enumerate(pair)}
NO_NUMBERS = {
    "NaN": [math.nan],
    "NaN and 1": [math.nan, 1.0],
    "infinity": [math.inf],
    "both": [-math.inf, 1.0],
}

each_groups = pytest.mark.parametrize("groups", SOUND.values(), ids=SOUND)
each_refused = pytest.mark.parametrize("groups", REFUSED.values(), ids=REFUSED)


# --- groups of numbers


def is_sound(test: GroupTest) -> bool:
    """A P and a statistic, or a reason."""
    for name in ("statistic", "p", "exact_p"):
        value = getattr(test, name)
        if value is None:
            is_of_ranks_alone = name == "exact_p" and test.name != "mann_whitney"
            if not is_of_ranks_alone and not test.reasons[name]:
                return False
        elif not math.isfinite(value) or (name != "statistic" and not 0 <= value <= 1):
            return False
    return True


@each_groups
def test_two_groups_and_the_same_exchanged(groups: Groups) -> None:
    here, there = numeric_tests(*groups), numeric_tests(*groups[::-1])
    for one, other in zip(here, there, strict=True):
        assert is_sound(one) and is_sound(other)
        assert one.p == (None if other.p is None else pytest.approx(other.p, rel=1e-9))
        assert one.exact_p == (None if other.exact_p is None else pytest.approx(other.exact_p, rel=1e-9))
        if one.statistic is not None and other.statistic is not None:
            assert one.statistic == pytest.approx(-other.statistic, rel=1e-9)


@each_groups
def test_ranks_are_unchanged_by_a_rising_transform(groups: Groups) -> None:
    found = attempt(mann_whitney, *groups)
    # Beyond 1e300 numbers are refused, their ranks are not.
    assert found == attempt(mann_whitney, *ranked(groups)) or groups is SOUND["largest"]


@pytest.mark.parametrize("n", [60, 600])
def test_the_exact_p_of_three_rare_values_is_hypergeometric(n: int) -> None:
    # All three in the second of two groups of n: as far from the mean are only all three in either group.
    found = mann_whitney([0.0] * n, [0.0] * (n - 3) + [1.0] * 3)
    assert found.exact_p == pytest.approx(2 * math.comb(n, 3) / math.comb(2 * n, 3), rel=1e-12)


@each_refused
def test_no_group_and_no_number_have_no_test(groups: Groups) -> None:
    for test in numeric_tests(*groups):
        assert (test.statistic, test.p, test.exact_p) == (None, None, None)
        assert all(test.reasons[name].endswith(".") for name in ("statistic", "p"))
    assert refused(mann_whitney, *groups)


@pytest.mark.parametrize("values", SAMPLES.values(), ids=SAMPLES)
def test_a_group_in_a_few_figures_is_in_order(values: list[float]) -> None:
    found = describe(values)
    figures = {name: value for name, value in found.values.items() if value is not None}
    # The SD of the largest number and its negative is sqrt(2) times that number, which float64 does not hold.
    has_no_sd = len(values) == 1 or values == [LARGEST, -LARGEST]
    assert set(found.values) - set(figures) == set(found.reasons) == ({"sd"} if has_no_sd else set())
    assert all(map(math.isfinite, figures.values()))
    order = [figures[name] for name in ("min", "q1", "median", "q3", "max")]
    assert order == sorted(order) and (order[0], order[-1]) == (min(values), max(values))
    assert order[0] <= figures["mean"] <= order[-1]
    assert has_no_sd or (figures["sd"] > 0) == (min(values) < max(values))


@pytest.mark.parametrize("values", SAMPLES.values(), ids=SAMPLES)
def test_a_box_is_in_order(values: list[float]) -> None:
    box = box_of(values)
    order = [box.low_whisker, box.q1, box.median, box.q3, box.high_whisker]
    assert order == sorted(order) and min(values) <= order[0] and order[-1] <= max(values)


@pytest.mark.parametrize("values", NO_NUMBERS.values(), ids=NO_NUMBERS)
@pytest.mark.parametrize("call", [describe, box_of])
def test_what_is_no_number_has_no_figures(
    call: Callable[[Sequence[float]], object], values: list[float]
) -> None:
    assert refused(call, values)


# --- tables of counts

TABLES: dict[str, Table] = {
    "one of each": [[1, 1], [1, 1]],
    "apart": [[1, 0], [0, 1]],
    "apart the other way": [[0, 1], [1, 0]],
    "all disagree": [[0, 3], [5, 0]],
    "lopsided": [[1, 0], [10**6, 10**6]],
    "large": [[10**15, 10**14], [1, 10**15]],
    "three": [[0, 0, 3], [0, 1, 0], [3, 0, 0]],
    "ends alone": [[0, 0, 3], [0, 0, 0], [3, 0, 0]],
    "wide": [[1, 0, 2, 0, 1], [0, 2, 0, 1, 1]],
}
NO_TABLES: dict[str, Table] = {
    "nothing": [],
    "an empty row": [[]],
    "empty rows": [[], []],
    "one row": [[1, 2]],
    "one column": [[1], [2]],
    "zeros": [[0, 0], [0, 0]],
    "a row of zeros": [[0, 0], [1, 2]],
    "a column of zeros": [[0, 1], [0, 2]],
    "negative": [[-1, 2], [3, 4]],
    "more negative": [[-5, 2], [3, 4]],
    "ragged": [[1, 2], [3]],
}


@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
def test_independence_of_extreme_tables(table: Table) -> None:
    transposed = [list(column) for column in zip(*table, strict=True)]
    for one, other in zip(categorical_tests(table), categorical_tests(transposed), strict=True):
        assert one.p is None or 0 <= one.p <= 1
        assert one.p is not None or one.reasons["p"]
        if one.p is not None and other.p is not None:
            assert one.p == pytest.approx(other.p, rel=1e-9)


@pytest.mark.parametrize("table", NO_TABLES.values(), ids=NO_TABLES)
def test_what_is_no_table_says_why(table: Table) -> None:
    assert refused(chi_square, table) and refused(fisher_freeman_halton, table)
    for test in categorical_tests(table):
        assert test.p is None and test.reasons["p"].endswith(".")


@pytest.mark.parametrize("weighting", Weighting)
@pytest.mark.parametrize("table", [*TABLES.values(), *NO_TABLES.values()], ids=[*TABLES, *NO_TABLES])
def test_kappa_of_extreme_tables(table: Table, weighting: Weighting) -> None:
    found = attempt(cohen_kappa, table, weighting)
    if found is None or found.value is None:
        assert found is None or all(found.reasons[name] for name in ("value", "se", "low", "high"))
        return
    other = cohen_kappa([list(column) for column in zip(*table, strict=True)], weighting)
    assert -1 - 4 * EPS <= found.value <= 1 and found.value == pytest.approx(other.value, abs=1e-12)
    if found.interval is None:
        assert found.reasons["low"] and found.reasons["high"]
    else:
        # None where it would shrink to a point, says the docstring.
        assert holds(found.interval, found.value) and found.interval.low < found.interval.high


# --- readings

READINGS: dict[str, list[list[float]]] = {
    "two of two": [[1, 2], [3, 4]],
    "equal": [[3, 3], [3, 3], [3, 3]],
    "cases apart": [[1, 1], [2, 2], [3, 3]],
    "readers apart": [[1, 2], [1, 2], [1, 2]],
    "crossed": [[1, 2], [2, 1]],
    "against each other": [[-4, 6], [3, 1]],
    "ties": [[1, 1, 2], [1, 2, 2], [2, 2, 1]],
    "tiny": [[1e-300, 2e-300], [4e-300, 3e-300], [1e-300, 5e-300]],
    "huge": [[1e300, -1e300], [1e300, 1e300], [0, 1e300]],
    "tiny and huge": [[1e-300, 1e300], [2e-300, -1e300], [1e300, 1e300]],
    "tiny beside huge": [[1e-300, 2e-300], [1e300, 1e300]],
    "denormal": [[SMALLEST, 2 * SMALLEST], [0, 0], [2 * SMALLEST, 0]],
    "neighbours": [[1, 1 + EPS], [1 + 2 * EPS, 1], [1, 1]],
    "largest": [[LARGEST, -LARGEST], [LARGEST, LARGEST]],
}


@pytest.mark.parametrize("readings", READINGS.values(), ids=READINGS)
def test_correlations_of_extreme_readings(readings: list[list[float]]) -> None:
    for name, found in intraclass_correlations(readings).items():
        assert found.value is None or found.value <= 1
        for field, value in (("value", found.value), ("low", found.interval), ("high", found.interval)):
            assert value is not None or found.reasons[field], name
        if found.interval is not None and found.value is not None:
            assert holds(found.interval, found.value), name


@pytest.mark.parametrize(
    "readings",
    [
        [],
        [[]],
        [[1.0, 2.0]],
        [[1.0], [2.0]],
        [1.0, 2.0],
        [[1.0, math.nan], [2.0, 3.0]],
        [[1.0, math.inf], [2, 3]],
    ],
)
def test_what_are_no_readings_is_refused(readings: list[list[float]]) -> None:
    assert refused(intraclass_correlations, readings)


# --- logistic models


def coefficient_is_sound(found: Coefficient) -> bool:
    """The limit of a profile may be infinite, where the likelihood does not fall far enough."""
    ends = found.profile
    return (
        math.isfinite(found.b)
        and 0 < found.se < math.inf
        and 0 <= found.p <= 1
        and found.wald.low <= found.b <= found.wald.high
        and (ends is None or ends.low <= found.b <= ends.high)
    )


def one_predictor(groups: Groups) -> tuple[list[Predictor], np.ndarray]:
    values = np.array([*groups[0], *groups[1]])
    return [Predictor("x", ("x",), values[:, None])], np.arange(len(values)) < len(groups[0])


def only_rounding_tells(groups: Groups) -> bool:
    """Whether the classes are apart by less than 1e-12 of what their values span."""
    (low_a, high_a), (low_b, high_b) = ((min(group), max(group)) for group in groups)
    gap = max(low_a - high_b, low_b - high_a)
    return 0 < gap < 1e-12 * (max(high_a, high_b) - min(low_a, low_b))


@each_groups
def test_a_logistic_model_of_extremes(groups: Groups) -> None:
    predictors, event = one_predictor(groups)
    design = attempt(design_of, predictors, event)
    if design is None:
        low, high = min(map(min, groups)), max(map(max, groups))
        # One value for all, or numbers whose squares leave float64.
        assert low == high or high - low < 2e-100 or max(abs(low), abs(high)) > 1e100
        return
    if separated_classes(design) is None:
        fit = attempt(fit_logistic, design)
        # Refused with its reason where rounding alone tells the classes apart, which no solver can see.
        assert only_rounding_tells(groups) if fit is None else coefficient_is_sound(fit.terms["x"])
    here = attempt(fit_logistic, design, penalised=True)
    there = attempt(fit_logistic, design_of(predictors, ~event), penalised=True)
    assert (here is None) == (there is None)
    if here is not None and there is not None:
        assert coefficient_is_sound(here.terms["x"])
        assert here.terms["x"].b == pytest.approx(-there.terms["x"].b, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("scale", [1e-99, 1e-9, 1.0, 1e9, 1e99])
def test_a_logistic_model_has_no_unit(scale: float) -> None:
    values = np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
    event = np.array([0, 0, 1, 0, 1, 0, 1], dtype=bool)
    fits = [
        fit_logistic(design_of([Predictor("x", ("x",), (factor * values)[:, None])], event)).terms["x"]
        for factor in (1.0, scale)
    ]
    assert fits[1].b * scale == pytest.approx(fits[0].b, rel=1e-9)
    assert fits[1].p == pytest.approx(fits[0].p, rel=1e-9)


@pytest.mark.parametrize("name", ["one of each", "apart", "apart the other way"])
def test_classes_apart_are_told(name: str) -> None:
    found = separated_classes(design_of(*one_predictor(SOUND[name])))
    assert found is not None and (found.kind, found.terms) == (Separation.COMPLETE, ("x",))


@each_refused
def test_no_class_and_no_number_have_no_model(groups: Groups) -> None:
    assert refused(design_of, *one_predictor(groups))
