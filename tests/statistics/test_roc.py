"""ROC curves against closed forms, SciPy, scikit-learn and pROC."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu
from sklearn.metrics import roc_auc_score
from sklearn.metrics import roc_curve as sklearn_curve

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.roc.curve import (
    Direction,
    OperatingPoint,
    delong_interval,
    roc_curve,
)

REFERENCE = Path(__file__).parents[1] / "reference" / "roc.csv"
LOW, HIGH = Direction.LOW, Direction.HIGH

# Few different whole numbers, so that ties are common.
values = st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=25)
two_values = st.lists(st.integers(-6, 6).map(float), min_size=2, max_size=25)
directions = st.sampled_from(Direction)


def reference() -> list[dict[str, str]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


# --- pROC 1.18.0 on R 4.2.2; see tests/reference/roc.R

rows = pytest.mark.parametrize("row", reference(), ids=lambda row: f"{row['name']} {row['direction']}")


@rows
def test_area_and_delong_s_interval_agree_with_proc(row: dict[str, str]) -> None:
    classes = numbers(row["positive"]), numbers(row["negative"])
    limits = delong_interval(*classes, Direction(row["direction"]))
    auc = roc_curve(*classes, Direction(row["direction"])).auc
    assert auc == pytest.approx(float(row["auc"]), rel=1e-12, abs=1e-12)
    half = 1.959963984540054 * math.sqrt(float(row["variance"]))  # the normal quantile
    assert (limits.low, limits.high) == pytest.approx((auc - half, auc + half), rel=1e-9, abs=1e-12)
    # pROC keeps its limits within 0 and 1, the library leaves that to whoever shows them.
    assert np.clip([limits.low, limits.high], 0, 1) == pytest.approx(
        (float(row["low"]), float(row["high"])), rel=1e-9, abs=1e-12
    )


@rows
def test_all_best_thresholds_agree_with_proc(row: dict[str, str]) -> None:
    direction = Direction(row["direction"])
    curve = roc_curve(numbers(row["positive"]), numbers(row["negative"]), direction)
    everybody = math.inf if direction is LOW else -math.inf
    best = {
        (everybody if point.midpoint is None else point.midpoint, point.true_positives, point.false_positives)
        for point in curve.best_by_youden()
    }
    expected = set()
    for mark in row["best"].split():
        threshold, tp, fp = mark.split(":")
        if int(tp) or int(fp):  # the curve leaves out the point that calls nobody positive
            expected.add((float(threshold), int(tp), int(fp)))
    assert {(round(t, 9), tp, fp) for t, tp, fp in best} == {(round(t, 9), tp, fp) for t, tp, fp in expected}


# --- closed forms


def test_every_point_of_a_small_curve_counted_by_hand() -> None:
    # Low is positive: 1+ 2- 2+ 4- 5+ as marker and class.
    curve = roc_curve([1, 2, 5], [2, 4], LOW)
    assert curve.points == (
        OperatingPoint(1.0, 1.5, 1, 0, 3, 2),
        OperatingPoint(2.0, 3.0, 2, 1, 3, 2),
        OperatingPoint(4.0, 4.5, 2, 2, 3, 2),
        OperatingPoint(5.0, None, 3, 2, 3, 2),
    )
    # Pairs: 1 wins twice, 2 ties once and wins once, 5 loses twice: 3.5 of 6.
    assert curve.auc == 3.5 / 6
    assert (curve.direction, curve.n_positive, curve.n_negative) == (LOW, 3, 2)
    assert [p.sensitivity for p in curve.points] == [1 / 3, 2 / 3, 2 / 3, 1]
    assert [p.specificity for p in curve.points] == [1, 0.5, 0, 0]
    assert [p.youden for p in curve.points] == pytest.approx([1 / 3, 1 / 6, -1 / 3, 0])


def test_high_positive_starts_from_the_highest_value() -> None:
    curve = roc_curve([1, 2, 5], [2, 4], HIGH)
    assert curve.points == (
        OperatingPoint(5.0, 4.5, 1, 0, 3, 2),
        OperatingPoint(4.0, 3.0, 1, 1, 3, 2),
        OperatingPoint(2.0, 1.5, 2, 2, 3, 2),
        OperatingPoint(1.0, None, 3, 2, 3, 2),
    )
    assert curve.auc == 2.5 / 6


@pytest.mark.parametrize("direction", Direction)
def test_a_patient_on_the_threshold_is_positive(direction: Direction) -> None:
    point = next(p for p in roc_curve([0.898], [0.897, 0.899], direction).points if p.threshold == 0.898)
    assert point.true_positives == 1
    assert point.false_positives == 1  # the one neighbour on the positive side, not the other


def test_the_cutoff_is_the_midpoint_of_the_neighbours_that_it_parts() -> None:
    (low,) = roc_curve([0.5, 0.89], [0.91, 1.2], LOW).best_by_youden()
    (high,) = roc_curve([0.91, 1.2], [0.5, 0.89], HIGH).best_by_youden()
    assert (low.threshold, high.threshold) == (0.89, 0.91)
    assert low.midpoint == pytest.approx(0.90, rel=1e-15)
    assert high.midpoint == pytest.approx(0.90, rel=1e-15)


def test_every_tied_best_threshold_is_listed() -> None:
    # 1+ 2- 3+ 4- 5+ 6-: after each positive, tpr - fpr is 1/3.
    best = roc_curve([1, 3, 5], [2, 4, 6], LOW).best_by_youden()
    assert [p.threshold for p in best] == [1, 3, 5]
    assert [p.youden for p in best] == pytest.approx([1 / 3] * 3)


def test_ties_of_youden_s_index_are_found_in_whole_numbers() -> None:
    # 6 of 10 to 0 of 5, then 8 of 10 to 1 of 5: both 0.6, but 0.8 - 0.2 is 0.6000000000000001 in floats.
    tied = roc_curve([0] * 6 + [2] * 2 + [9] * 2, [1] + [5] * 4, LOW).best_by_youden()
    assert [(p.true_positives, p.false_positives) for p in tied] == [(6, 0), (8, 1)]


@pytest.mark.parametrize(("direction", "auc"), [(LOW, 1.0), (HIGH, 0.0)])
def test_separate_classes_have_an_area_of_exactly_0_or_1(direction: Direction, auc: float) -> None:
    assert roc_curve([1, 2], [3, 4, 5], direction).auc == auc
    limits = delong_interval([1, 2], [3, 4, 5], direction)
    assert (limits.low, limits.high) == (auc, auc)  # no spread: DeLong's variance is 0 here


def test_one_value_for_all_is_an_area_of_one_half_and_a_single_point() -> None:
    curve = roc_curve([2, 2, 2], [2, 2], LOW)
    assert curve.auc == 0.5
    assert curve.points == (OperatingPoint(2.0, None, 3, 2, 3, 2),)
    assert curve.best_by_youden() == curve.points


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize(("positive", "negative", "auc"), [([1.0], [1.0], 0.5), ([1.0], [2.0], 1.0)])
def test_one_row_of_each_class(direction: Direction, positive, negative, auc: float) -> None:
    curve = roc_curve(positive, negative, direction)
    assert curve.auc == (auc if direction is LOW else 1 - auc)
    assert len(curve.points) == len({*positive, *negative})
    assert curve.points[-1].midpoint is None
    assert math.isnan(curve.midpoints[-1])


# --- other implementations and properties


@given(values, values, directions)
def test_area_is_mann_whitney_s_u_over_the_pairs_and_scikit_learn_s(x, y, direction) -> None:
    auc = roc_curve(x, y, direction).auc
    first, second = (y, x) if direction is LOW else (x, y)
    if len(set(x + y)) > 1:  # SciPy's Z divides by zero where all values are equal
        u = mannwhitneyu(first, second, method="asymptotic").statistic
        assert auc == pytest.approx(u / (len(x) * len(y)), rel=1e-12)
    sign = -1 if direction is LOW else 1
    marker = sign * np.array(x + y)
    assert auc == pytest.approx(roc_auc_score([1] * len(x) + [0] * len(y), marker), rel=1e-12, abs=1e-12)


@given(values, values, directions)
def test_points_are_scikit_learn_s_without_its_first(x, y, direction) -> None:
    sign = -1 if direction is LOW else 1
    fpr, tpr, thresholds = sklearn_curve(
        [1] * len(x) + [0] * len(y), sign * np.array(x + y), drop_intermediate=False
    )
    points = roc_curve(x, y, direction).points
    assert [p.threshold for p in points] == pytest.approx(sign * thresholds[1:])
    assert [p.sensitivity for p in points] == pytest.approx(tpr[1:], abs=1e-12)
    assert [1 - p.specificity for p in points] == pytest.approx(fpr[1:], abs=1e-12)


@given(two_values, two_values)
def test_negating_the_marker_turns_the_direction_around(x, y) -> None:
    low, high = roc_curve(x, y, LOW), roc_curve([-v for v in x], [-v for v in y], HIGH)
    assert low.auc == high.auc
    for a, b in zip(low.points, high.points, strict=True):
        assert (a.threshold, a.true_positives, a.false_positives) == (
            -b.threshold,
            b.true_positives,
            b.false_positives,
        )
        assert a.midpoint == (None if b.midpoint is None else -b.midpoint)
    assert delong_interval(x, y, LOW) == delong_interval([-v for v in x], [-v for v in y], HIGH)


@given(two_values, two_values, directions)
def test_exchanging_the_classes_or_the_direction_mirrors_the_area(x, y, direction) -> None:
    other = HIGH if direction is LOW else LOW
    auc, limits = roc_curve(x, y, direction).auc, delong_interval(x, y, direction)
    for mirrored_auc, mirrored in (
        (roc_curve(x, y, other).auc, delong_interval(x, y, other)),
        (roc_curve(y, x, direction).auc, delong_interval(y, x, direction)),
    ):
        assert mirrored_auc == pytest.approx(1 - auc, abs=1e-12)
        assert (mirrored.low, mirrored.high) == pytest.approx((1 - limits.high, 1 - limits.low), abs=1e-12)


@settings(max_examples=40)
@given(two_values, two_values, directions)
def test_delong_s_variance_is_that_of_his_placements(x, y, direction) -> None:
    # DeLong 1988, equations 3 to 6, with plain loops.
    def kernel(ours: float, theirs: float) -> float:
        if ours == theirs:
            return 0.5
        return float((ours < theirs) == (direction is LOW))

    v10 = [sum(kernel(a, b) for b in y) / len(y) for a in x]
    v01 = [sum(kernel(a, b) for a in x) / len(x) for b in y]
    theta = sum(v10) / len(x)
    s10 = sum((v - theta) ** 2 for v in v10) / (len(x) - 1)
    s01 = sum((v - theta) ** 2 for v in v01) / (len(y) - 1)
    half = 1.6448536269514722 * math.sqrt(s10 / len(x) + s01 / len(y))  # the normal quantile of 90 %
    limits = delong_interval(x, y, direction, 0.90)
    assert (limits.low, limits.high) == pytest.approx((theta - half, theta + half), abs=1e-12)
    assert (limits.level, limits.method) == (0.90, "DeLong")


@given(values, values, directions)
def test_the_best_points_are_the_best(x, y, direction) -> None:
    curve = roc_curve(x, y, direction)
    top = max(p.youden for p in curve.points)
    assert [p.youden for p in curve.best_by_youden()] == pytest.approx([top] * len(curve.best_by_youden()))
    assert top >= 0  # the last point calls everybody positive
    assert curve.points[-1].sensitivity == 1
    assert curve.points[-1].specificity == 0


@given(values, values, directions, st.integers(-14, 14).map(lambda half: half / 2))
def test_counts_at_any_cutoff_are_those_of_counting(x, y, direction, cutoff) -> None:
    point = roc_curve(x, y, direction).at(cutoff)
    is_positive = (lambda v: v <= cutoff) if direction is LOW else (lambda v: v >= cutoff)
    assert point == OperatingPoint(
        cutoff, None, sum(map(is_positive, x)), sum(map(is_positive, y)), len(x), len(y)
    )


def test_counts_at_a_cutoff_on_a_value_just_below_and_just_above_it() -> None:
    low, high = roc_curve([0.898, 0.7], [0.9], LOW), roc_curve([0.898, 1.2], [0.8], HIGH)
    below, above = math.nextafter(0.898, 0), math.nextafter(0.898, 1)
    assert [low.at(cutoff).true_positives for cutoff in (below, 0.898, above)] == [1, 2, 2]
    assert [high.at(cutoff).true_positives for cutoff in (below, 0.898, above)] == [2, 2, 1]


# --- refusals


@pytest.mark.parametrize("direction", Direction)
@pytest.mark.parametrize("call", [roc_curve, delong_interval])
@pytest.mark.parametrize(
    ("positive", "negative", "message"),
    [
        ([], [1.0, 2.0], "needs both classes; got 0 and 2"),
        ([1.0, 2.0], [], "needs both classes; got 2 and 0"),
        ([], [], "needs both classes; got 0 and 0"),
        ([1.0, math.nan], [1.0, 2.0], "finite"),
        ([1.0, 2.0], [math.nan, 2.0], "finite"),
        ([1.0, math.inf], [1.0, 2.0], "finite"),
        ([1.0, 2.0], [-math.inf, 2.0], "finite"),
        ([-math.inf], [math.inf], "finite"),
        ([-math.nan, 1.0, 2.0], [1.0, 2.0], "finite"),
        ([[1.0, 2.0]], [1.0, 2.0], "one value a row; got arrays of 2 and 1 dimensions"),
        ([1.0, 2.0], 3.0, "one value a row; got arrays of 1 and 0 dimensions"),
    ],
)
def test_what_is_no_marker_is_refused(call, positive, negative, message, direction) -> None:
    with pytest.raises(InsufficientDataError, match=message):
        call(positive, negative, direction)


@pytest.mark.parametrize(("positive", "negative"), [([1.0], [2.0, 3.0]), ([1.0, 2.0], [3.0])])
def test_a_variance_needs_two_of_each(positive, negative) -> None:
    with pytest.raises(InsufficientDataError, match="two values of each class"):
        delong_interval(positive, negative, LOW)
    assert roc_curve(positive, negative, LOW).auc == 1.0  # the area itself does not
