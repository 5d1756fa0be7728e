"""Extremes through the area, the bootstrap, and a test at one cutoff: an answer that holds, or a reason.

Warnings are errors in the tests of this project, so that an overflow or a division by zero ends one here.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from gepnet_core.statistics.groups.mcnemar import mcnemar_exact
from gepnet_core.statistics.proportions.diagnostic import (
    Counts,
    LikelihoodRatio,
    count_at,
    diagnostic_accuracy,
    likelihood_ratio,
)
from gepnet_core.statistics.resampling.bootstrap import bootstrap_cutoff
from gepnet_core.statistics.roc.auc_intervals import estimate_auc
from gepnet_core.statistics.roc.curve import Direction, delong_interval, roc_curve
from tests.statistics.extremes import EPS, REFUSED, SMALLEST, SOUND, Groups, attempt, holds, ranked, refused

each_direction = pytest.mark.parametrize("direction", Direction)
each_groups = pytest.mark.parametrize("groups", SOUND.values(), ids=SOUND)
each_refused = pytest.mark.parametrize("groups", REFUSED.values(), ids=REFUSED)


# --- the area


@each_groups
@each_direction
def test_the_curve_is_a_curve(direction: Direction, groups: Groups) -> None:
    curve = roc_curve(*groups, direction)
    assert 0 <= curve.auc <= 1
    assert {point.threshold for point in curve.points} == {*groups[0], *groups[1]}
    called = [(point.true_positives, point.false_positives) for point in curve.points]
    assert called == sorted(called) and len(set(called)) == len(called)
    assert called[-1] == (len(groups[0]), len(groups[1]))
    for point in curve.points:
        for cutoff in (point.threshold, point.midpoint):
            if cutoff is not None:
                counts = count_at(*groups, direction, cutoff)
                assert (counts.tp, counts.fp) == (point.true_positives, point.false_positives)
    assert all(-1 <= point.youden <= 1 for point in curve.best_by_youden())


@each_groups
@each_direction
def test_each_interval_holds_the_area_or_says_why_not(direction: Direction, groups: Groups) -> None:
    found = estimate_auc(*groups, direction)
    assert found.value == roc_curve(*groups, direction).auc
    assert found.se is None or found.se >= 0
    for name in ("se", "delong", "logit", "nonparametric"):
        interval = getattr(found, name)
        if interval is None:
            assert found.reasons[name]
        elif name != "se":
            assert holds(interval, found.value)
            assert interval.low < interval.high or found.reasons[name]
    assert attempt(delong_interval, *groups, direction) == found.delong


@each_groups
@each_direction
def test_exchanged_classes_mirror_the_area(direction: Direction, groups: Groups) -> None:
    here, there = estimate_auc(*groups, direction), estimate_auc(*groups[::-1], direction)
    assert here.value == pytest.approx(1 - there.value, abs=1e-15)
    assert here.se == (None if there.se is None else pytest.approx(there.se, abs=1e-15))


@each_groups
@each_direction
def test_what_rests_on_ranks_is_unchanged_by_a_rising_transform(direction: Direction, groups: Groups) -> None:
    other = ranked(groups)
    assert estimate_auc(*groups, direction) == estimate_auc(*other, direction)
    curves = roc_curve(*groups, direction), roc_curve(*other, direction)
    counts = [[(point.true_positives, point.false_positives) for point in curve.points] for curve in curves]
    assert counts[0] == counts[1]
    boots = [bootstrap_cutoff(*pair, direction, 20, 1) for pair in (groups, other)]
    assert boots[0].auc == boots[1].auc
    assert boots[0].youden_apparent == boots[1].youden_apparent


@each_groups
@each_direction
def test_the_bootstrap_stays_within_what_there_is(direction: Direction, groups: Groups) -> None:
    found = bootstrap_cutoff(*groups, direction, 20, 1)
    values = [*groups[0], *groups[1]]
    assert 0 <= found.auc.low <= found.auc.high <= 1
    assert 0 <= found.youden_apparent <= 1
    assert found.n_oob <= found.n == len(found.cutoffs)
    if found.youden_oob is None:
        assert found.n_oob == 0
    else:
        assert -1 <= found.youden_oob <= 1
    assert set(found.cutoffs) <= set(values)
    for numbers in (found.midpoints, (found.cutoff.low, found.cutoff.high)):
        assert min(values) <= min(numbers) <= max(numbers) <= max(values)
    assert found.cutoff.low <= found.cutoff.high and found.cutoff_midpoint.low <= found.cutoff_midpoint.high


@each_refused
@each_direction
def test_no_class_and_no_number_have_no_area(direction: Direction, groups: Groups) -> None:
    for call in (roc_curve, estimate_auc, delong_interval):
        assert refused(call, *groups, direction)
    assert refused(count_at, *groups, direction, 1.0)
    assert refused(bootstrap_cutoff, *groups, direction, 20, 1)


@each_direction
def test_a_cutoff_may_be_infinite_but_must_be_a_number(direction: Direction) -> None:
    counts = [count_at([1.0, 2.0], [3.0], direction, cutoff) for cutoff in (-math.inf, math.inf)]
    everybody, nobody = Counts(2, 1, 0, 0), Counts(0, 0, 2, 1)
    assert counts == ([nobody, everybody] if direction is Direction.LOW else [everybody, nobody])
    assert refused(count_at, [1.0], [2.0], direction, math.nan)
    assert refused(lambda: roc_curve([1.0], [2.0], direction).at(math.nan))


@each_direction
def test_a_million_rows_in_closed_form(direction: Direction) -> None:
    # Even numbers against odd ones, n of each: the lower one wins n (n + 1) / 2 pairs, and the placements are
    # the shares 1 / n to n / n in both classes, whose variance is (n + 1) / (12 n).
    n = 500_000
    even, odd = np.arange(0.0, 2 * n, 2), np.arange(1.0, 2 * n, 2)
    found = estimate_auc(even, odd, direction)
    area = (n + 1) / (2 * n) if direction is Direction.LOW else (n - 1) / (2 * n)
    assert found.value == roc_curve(even, odd, direction).auc == pytest.approx(area, rel=1e-14)
    assert found.se == pytest.approx(math.sqrt((n + 1) / (6 * n**2)), rel=1e-9)
    assert found.se is not None
    for interval in (found.delong, found.logit, found.nonparametric):
        assert interval is not None and holds(interval, area)
        assert interval.high - interval.low == pytest.approx(2 * 1.959963984540054 * found.se, rel=1e-4)
    counts = count_at(even, odd, direction, n - 0.5)
    assert (counts.tp, counts.fp) == (n / 2, n / 2)


@each_direction
def test_a_million_rows_of_one_value_and_of_two_apart(direction: Direction) -> None:
    same, other = np.zeros(500_000), np.ones(500_000)
    assert (estimate_auc(same, same, direction).value, estimate_auc(same, same, direction).se) == (0.5, 0)
    apart = estimate_auc(same, other, direction)
    assert (apart.value, apart.se, apart.logit) == (1.0 if direction is Direction.LOW else 0.0, 0, None)


# --- a test at one cutoff


def ratio_is_sound(found: LikelihoodRatio) -> bool:
    value, interval = found.value, found.interval
    if found.half_added is not None:
        return interval is None and holds(found.half_added[1], found.half_added[0])
    return value is not None and value >= 0 and interval is not None and holds(interval, value)


@each_groups
@each_direction
def test_accuracy_at_every_cutoff(direction: Direction, groups: Groups) -> None:
    for cutoff in (-math.inf, *groups[0], *groups[1], 0.0, math.inf):
        counts = count_at(*groups, direction, cutoff)
        for prevalence in (None, SMALLEST, 1e-300, 0.5, 1 - EPS):
            found = diagnostic_accuracy(counts, prevalence)
            for share in (found.sensitivity, found.specificity):
                for interval in (share.wilson, share.clopper_pearson):
                    assert 0 <= interval.low <= interval.high <= 1 and holds(interval, share.value)
            for name in ("ppv", "npv"):
                value = getattr(found, name)
                assert found.reasons[name] if value is None else 0 <= value <= 1
            assert ratio_is_sound(found.lr_positive) and ratio_is_sound(found.lr_negative)
            assert found.lr_positive.value is not None or found.reasons["lr_positive.value"]


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -0.1, 1.1, math.nan, math.inf, -math.inf])
def test_a_prevalence_that_is_none_is_refused(prevalence: float) -> None:
    assert refused(diagnostic_accuracy, Counts(1, 1, 1, 1), prevalence)


@pytest.mark.parametrize("counts", [(0, 1, 0, 1), (1, 1, 1, 1), (1, 1, 0, 1), (10**15, 10**15, 1, 10**15)])
def test_likelihood_ratios_of_few_and_many(counts: tuple[int, int, int, int]) -> None:
    assert ratio_is_sound(likelihood_ratio(*counts))


@pytest.mark.parametrize("counts", [(0, 0, 1, 1), (1, 1, 0, 0), (2, 1, 0, 1), (-1, 1, 0, 1), (0, 1, 2, 1)])
def test_counts_that_are_no_proportions_are_refused(counts: tuple[int, int, int, int]) -> None:
    assert refused(likelihood_ratio, *counts)
    assert refused(Counts, counts[0], counts[2], counts[1] - counts[0], counts[3] - counts[2])


@pytest.mark.parametrize("counts", [(0, 0), (0, 1), (1, 1), (0, 2000), (10_000, 10_000), (10_000, 9_000)])
def test_mcnemar_of_few_and_many(counts: tuple[int, int]) -> None:
    found = mcnemar_exact(*counts)
    assert 0 <= found.p <= 1 and found.p == mcnemar_exact(*counts[::-1]).p
    assert refused(mcnemar_exact, -1, 0) and refused(mcnemar_exact, 0, -1)
