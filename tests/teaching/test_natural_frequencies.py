"""Whole patients: closed forms, what adds up, and how far rounding may go."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.proportions.diagnostic import Counts, diagnostic_accuracy
from gepnet_core.study.criteria import GroupCounts
from gepnet_core.teaching.natural_frequencies import (
    SIZES,
    apportion,
    cell_frequencies,
    natural_frequencies,
)

# Both criteria together, as printed: 19 of 23 adenocarcinomas, 21 of 23 NETs.
BOTH = Counts(19, 2, 4, 21)

counts = st.builds(Counts, st.integers(0, 40), st.integers(0, 40), st.integers(1, 40), st.integers(1, 40))
prevalences = st.integers(1, 9999).map(lambda k: k / 10_000)


def test_the_study_at_five_per_cent() -> None:
    tree = natural_frequencies(diagnostic_accuracy(BOTH, 0.05))
    # 50 x 19/23 = 41.3 and 950 x 2/23 = 82.6.
    assert (tree.with_disease, tree.without_disease) == (50, 950)
    assert (tree.tp, tree.fn, tree.fp, tree.tn) == (41, 9, 83, 867)
    assert (tree.called_positive, tree.called_negative) == (124, 876)
    # 0.05 x 19 / (0.05 x 19 + 0.95 x 2) = 0.95 / 2.85, which 41/124 only nears.
    assert tree.ppv == pytest.approx(1 / 3, abs=1e-15)
    # 0.95 x 21 / (0.95 x 21 + 0.05 x 4) = 19.95 / 20.15
    assert tree.npv == pytest.approx(399 / 403, abs=1e-15)


def test_half_and_half_is_the_studys_own_table() -> None:
    tree = natural_frequencies(diagnostic_accuracy(BOTH, 0.5), 10_000)
    # 5000 x 19/23 = 4130.4 and 5000 x 2/23 = 434.8
    assert (tree.tp, tree.fn, tree.fp, tree.tn) == (4130, 870, 435, 4565)


@given(counts, prevalences, st.sampled_from(SIZES))
def test_parts_add_up_and_lie_within_one_patient(table: Counts, prevalence: float, of: int) -> None:
    accuracy = diagnostic_accuracy(table, prevalence)
    tree = natural_frequencies(accuracy, of)
    share = Fraction(repr(prevalence))
    sick, well = of * share, of * (1 - share)
    assert tree.tp + tree.fn + tree.fp + tree.tn == of == tree.called_positive + tree.called_negative
    assert abs(tree.with_disease - sick) <= Fraction(1, 2)
    for part, exact in (
        (tree.tp, sick * Fraction(table.tp, table.n_positive)),
        (tree.fn, sick * Fraction(table.fn, table.n_positive)),
        (tree.fp, well * Fraction(table.fp, table.n_negative)),
        (tree.tn, well * Fraction(table.tn, table.n_negative)),
    ):
        assert part >= 0 and abs(part - exact) < 1
    assert (tree.ppv, tree.npv) == (accuracy.ppv, accuracy.npv)


def test_a_decimal_prevalence_is_taken_as_typed() -> None:
    # 14.5 of 100 go up; the float nearest to 0.145 lies below it, and would go down.
    assert Fraction(0.145) < Fraction("0.145")
    assert natural_frequencies(diagnostic_accuracy(BOTH, 0.145), 100).with_disease == 15


@pytest.mark.parametrize(("prevalence", "sick"), [(0.0049, 0), (0.005, 1), (0.0051, 1), (0.9951, 100)])
def test_a_rare_disease_may_leave_nobody_but_not_the_predictive_value(prevalence: float, sick: int) -> None:
    tree = natural_frequencies(diagnostic_accuracy(BOTH, prevalence), 100)
    assert tree.with_disease == sick
    p = Fraction(repr(prevalence))
    assert tree.ppv == pytest.approx(float(19 * p / (19 * p + 2 * (1 - p))), rel=1e-12)


def test_nobody_called_leaves_the_predictive_value_open_with_its_reason() -> None:
    tree = natural_frequencies(diagnostic_accuracy(Counts(0, 0, 23, 23), 0.1))
    assert tree.ppv is None and tree.npv == pytest.approx(0.9)
    assert tree.reasons == {"ppv": "nobody is called positive at this cutoff"}
    assert (tree.tp, tree.fp, tree.called_negative) == (0, 0, 1000)


def test_without_prevalence_or_with_an_odd_size_there_is_no_tree() -> None:
    with pytest.raises(InsufficientDataError, match="need a prevalence"):
        natural_frequencies(diagnostic_accuracy(BOTH))
    for of in (0, 99, 500, -1000):
        with pytest.raises(InsufficientDataError, match="allowed: 100, 1000, 10000"):
            natural_frequencies(diagnostic_accuracy(BOTH, 0.5), of)


# --- the joint cells


def test_cells_at_the_studys_own_mixture_are_its_counts() -> None:
    cells = {(c.ratio_met, c.pattern_met): c for c in cell_frequencies(0.5, 100)}
    assert {key: (c.study.adenocarcinoma, c.study.net) for key, c in cells.items()} == {
        (True, True): (19, 2),
        (False, True): (2, 4),
        (True, False): (0, 3),
        (False, False): (2, 14),
    }
    # 50 x 19/23 = 41.3, 4.35, 0, 4.35: one patient left over, for the first of the equal remainders.
    assert {key: c.patients.adenocarcinoma for key, c in cells.items()} == {
        (True, True): 41,
        (False, True): 5,
        (True, False): 0,
        (False, False): 4,
    }
    # 50 x 2/23 = 4.35, 8.70, 6.52, 30.43: two left over, for .70 and .52.
    assert [c.patients.net for c in cells.values()] == [4, 9, 7, 30]


@given(prevalences, st.sampled_from(SIZES))
def test_cells_add_up_to_the_groups_of_the_tree(prevalence: float, of: int) -> None:
    tree = natural_frequencies(diagnostic_accuracy(BOTH, prevalence), of)
    total = sum((cell.patients for cell in cell_frequencies(prevalence, of)), GroupCounts(0, 0))
    assert total == GroupCounts(tree.with_disease, tree.without_disease)


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -0.1, float("nan"), float("inf")])
def test_cells_need_a_fraction(prevalence: float) -> None:
    with pytest.raises(InsufficientDataError, match="a prevalence is a fraction"):
        cell_frequencies(prevalence)


# --- largest remainder


def test_the_method_of_hamilton() -> None:
    # Quotas 5.3, 2.4 and 2.3 of ten seats.
    assert apportion(10, (53, 24, 23)) == (5, 3, 2)
    assert apportion(100, (1, 1, 1)) == (34, 33, 33)
    assert apportion(1, (1, 1)) == (1, 0)
    assert apportion(0, (1, 2)) == (0, 0)
    assert apportion(7, (0, 5)) == (0, 7)


@given(st.integers(0, 10_000), st.lists(st.integers(0, 50), min_size=1, max_size=6).filter(any))
def test_every_part_is_its_quota_rounded_down_or_up(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    for part, weight in zip(parts, weights, strict=True):
        quota = Fraction(total * weight, sum(weights))
        assert part in (quota.__floor__(), quota.__ceil__())


@pytest.mark.parametrize("weights", [(0, 0), (-1, 2)])
def test_weights_that_weigh_nothing_are_refused(weights: tuple[int, int]) -> None:
    with pytest.raises(InsufficientDataError, match="parts need weights"):
        apportion(10, weights)
