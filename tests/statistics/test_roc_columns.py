"""The columns of an ROC curve, placements row by row, extreme numbers, and a million rows."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.roc.curve import (
    Direction,
    OperatingPoint,
    delong_auc,
    doubled_placements,
    roc_curve,
)

LOW, HIGH = Direction.LOW, Direction.HIGH

# Few different whole numbers, so that ties are common.
values = st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=25)
directions = st.sampled_from(Direction)


@given(values, values, directions)
def test_columns_are_the_points(x, y, direction) -> None:
    curve = roc_curve(x, y, direction)
    assert curve.points == tuple(curve.point(k) for k in range(len(curve.thresholds)))
    assert curve.thresholds.tolist() == [p.threshold for p in curve.points]
    assert curve.midpoints[:-1].tolist() == [p.midpoint for p in curve.points[:-1]]
    assert curve.true_positives.tolist() == [p.true_positives for p in curve.points]
    assert curve.false_positives.tolist() == [p.false_positives for p in curve.points]
    assert curve.sensitivities.tolist() == [p.sensitivity for p in curve.points]
    assert curve.specificities.tolist() == [p.specificity for p in curve.points]
    types = {type(v) for p in curve.points for v in (p.threshold, p.true_positives, p.n_positive)}
    assert types == {float, int}  # not NumPy's, which JSON does not write


def test_columns_cannot_be_written_to() -> None:
    curve = roc_curve([1, 3], [2, 4], HIGH)
    columns = (curve.thresholds, curve.midpoints, curve.true_positives, curve.false_positives)
    assert [str(column.dtype) for column in columns] == ["float64", "float64", "int64", "int64"]
    for column in columns:
        with pytest.raises(ValueError, match="read-only"):
            column[0] = 9


def test_the_values_that_were_given_stay_as_they_are() -> None:
    ours, theirs = np.array([3.0, 1.0, 2.0]), np.array([5.0, 4.0])
    for call in (roc_curve, delong_auc, doubled_placements):
        for direction in Direction:
            call(ours, theirs, direction)
    assert (ours.tolist(), theirs.tolist()) == ([3, 1, 2], [5, 4])


@pytest.mark.parametrize("direction", Direction)
def test_a_cutoff_beyond_all_values_or_none_at_all(direction: Direction) -> None:
    curve = roc_curve([1, 3], [2, 4], direction)
    low, high = curve.at(-math.inf), curve.at(math.inf)
    nobody, everybody = (low, high) if direction is LOW else (high, low)
    assert (nobody.true_positives, nobody.false_positives) == (0, 0)
    assert (everybody.true_positives, everybody.false_positives) == (2, 2)
    with pytest.raises(InsufficientDataError, match="cutoff is no number"):
        curve.at(math.nan)


@given(values, values, directions)
def test_placements_row_by_row_are_those_of_counting(x, y, direction) -> None:
    def doubled(ours: float, theirs: float) -> int:
        return 1 if ours == theirs else 2 * ((ours < theirs) == (direction is LOW))

    of_x, of_y = doubled_placements(x, y, direction)
    assert of_x.tolist() == [sum(doubled(a, b) for b in y) for a in x]
    assert of_y.tolist() == [sum(doubled(a, b) for a in x) for b in y]


@pytest.mark.parametrize("call", [delong_auc, doubled_placements])
@pytest.mark.parametrize(
    ("positive", "negative", "message"),
    [
        ([], [1.0, 2.0], "needs both classes; got 0 and 2"),
        ([1.0, 2.0], [], "needs both classes; got 2 and 0"),
        ([1.0, math.nan], [1.0, 2.0], "finite"),
        ([1.0, 2.0], [-math.inf, 2.0], "finite"),
        ([1.0, 2.0], [[1.0, 2.0]], "one value a row"),
    ],
)
def test_what_is_no_marker_is_refused(call, positive, negative, message) -> None:
    for direction in Direction:
        with pytest.raises(InsufficientDataError, match=message):
            call(positive, negative, direction)


# --- numbers of any size


@pytest.mark.parametrize("direction", Direction)
def test_any_size_of_number_counts_by_its_rank(direction: Direction) -> None:
    ranks = {-1e300: 1.0, -1e-300: 2.0, 0.0: 3.0, 5e-324: 4.0, 1e-300: 5.0, 1e300: 6.0}
    ours, theirs = [-1e300, 0.0, 1e-300, 1e-300], [-1e-300, 5e-324, 1e-300, 1e300]
    extreme = roc_curve(ours, theirs, direction)
    plain = roc_curve([ranks[v] for v in ours], [ranks[v] for v in theirs], direction)
    assert extreme.auc == plain.auc == (10 if direction is LOW else 6) / 16
    assert [ranks[v] for v in extreme.thresholds] == plain.thresholds.tolist()
    assert extreme.true_positives.tolist() == plain.true_positives.tolist()
    assert extreme.false_positives.tolist() == plain.false_positives.tolist()
    assert delong_auc(ours, theirs, direction) == delong_auc(
        [ranks[v] for v in ours], [ranks[v] for v in theirs], direction
    )


@pytest.mark.parametrize("value", [0.898, 1.0, 1.5e-323, 1e300])
@pytest.mark.parametrize("direction", Direction)
def test_a_midpoint_never_reaches_the_neighbour_that_it_leaves_out(direction: Direction, value) -> None:
    # Four numbers of which each is float64's next: a mean of two is one of them.
    row = [value]
    for _ in range(3):
        row.append(math.nextafter(row[-1], math.inf))
    curve = roc_curve(row[::2], row[1::2], direction)
    for point in curve.points[:-1]:
        assert point.midpoint is not None
        assert curve.at(point.midpoint).true_positives == point.true_positives
        assert curve.at(point.midpoint).false_positives == point.false_positives


# --- size


@pytest.mark.soak
def test_a_million_rows_of_a_known_area_in_two_seconds() -> None:
    # Positives 0, 2, 4, ..., negatives 1, 3, 5, ..., n of each. The k-th positive beats n - k + 1 negatives:
    # the area is (n + 1) / 2n. The placements of either class are 1/n, ..., n/n with the variance
    # (n + 1) / 12n, so that DeLong's variance is (n + 1) / 6n^2.
    n = 500_000
    rng = np.random.default_rng(1988)
    ours, theirs = rng.permutation(np.arange(0.0, 2 * n, 2)), rng.permutation(np.arange(1.0, 2 * n, 2))
    start = time.perf_counter()
    found = delong_auc(ours, theirs, LOW)
    curve = roc_curve(ours, theirs, LOW)
    assert time.perf_counter() - start < 2
    assert found.auc == curve.auc == (n + 1) / (2 * n)
    assert found.se == pytest.approx(math.sqrt((n + 1) / (6 * n**2)), rel=1e-14)
    assert (curve.at(1000).true_positives, curve.at(1000).false_positives) == (501, 500)
    assert curve.point(1000) == OperatingPoint(1000.0, 1000.5, 501, 500, n, n)
