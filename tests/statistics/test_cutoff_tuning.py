"""Tuning in many samples against each sample by itself, with every method."""

from __future__ import annotations

import math
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint import find_cutpoints
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    CLOSEST_TOPLEFT,
    YOUDEN,
    both_at_least,
    least_cost,
    sensitivity_at_least,
    specificity_at_least,
)
from gepnet_core.statistics.resampling.cutoff_tuning import joined, prepared_rows, tune
from gepnet_core.statistics.roc.curve import Direction

LOW, HIGH = Direction.LOW, Direction.HIGH
METHODS = (
    YOUDEN, CLOSEST_TOPLEFT, sensitivity_at_least(0.75), specificity_at_least(0.75), both_at_least(0.7, 0.7),
    least_cost(3, 1, 0.3), least_cost(1, 4, 0.3), least_cost(1, 1, 0.12345678901234567),
)  # fmt: skip

values = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=8)


@settings(max_examples=60)
@given(values, values, st.sampled_from(METHODS), st.integers(0, 10**6))
def test_each_sample_is_tuned_as_by_itself_and_calls_the_rows_left_out(x, y, method, seed) -> None:
    x, y = sorted(x), sorted(y)
    rng = np.random.default_rng(seed)
    of_x, of_y = (rng.integers(0, 3, (7, len(group))) for group in (x, y))
    # Classes of different sizes, as in a fold, but not empty.
    for times in (of_x, of_y):
        times[times.sum(axis=1) == 0, 0] = 2
    found = tune(prepared_rows(x, y, LOW), of_x, of_y, method)
    for k in range(7):
        ours, theirs = np.repeat(x, of_x[k]), np.repeat(y, of_y[k])
        chosen = find_cutpoints(ours, theirs, LOW, method).chosen
        assert found.found[k] == (chosen is not None)
        if chosen is None:
            assert math.isnan(found.cutoff[k]) and math.isnan(found.midpoint[k])
            continue
        assert found.cutoff[k] == chosen.threshold
        assert (found.tp[k], found.fp[k]) == (chosen.true_positives, chosen.false_positives)
        middle = chosen.threshold if chosen.midpoint is None else chosen.midpoint
        assert found.midpoint[k] == middle
        left_x = [v for v, times in zip(x, of_x[k], strict=True) if not times]
        left_y = [v for v, times in zip(y, of_y[k], strict=True) if not times]
        assert (found.n_positive_out[k], found.n_negative_out[k]) == (len(left_x), len(left_y))
        assert found.tp_out[k] == sum(v <= middle for v in left_x)
        assert found.fp_out[k] == sum(v <= middle for v in left_y)


def test_of_two_that_cost_the_same_the_larger_youdens_index_decides() -> None:
    # Where a false positive costs twice, one of four found (3 missed: 3) costs as much as three of four with
    # one false positive (1 + 2), every other cutoff more; Youden's index is 1/4 there and 3/4 - 1/4 here.
    rows = prepared_rows([1.0, 3.0, 4.0, 7.0], [2.0, 5.0, 6.0, 8.0], LOW)
    found = tune(rows, np.ones((1, 4), dtype=int), np.ones((1, 4), dtype=int), least_cost(1, 2, 0.5))
    assert (found.cutoff[0], found.tp[0], found.fp[0]) == (4.0, 3, 1)


def test_high_is_low_of_the_negated_marker() -> None:
    rows = prepared_rows([3.0, 1.0], [2.0, 2.0], HIGH)
    assert rows.candidates.tolist() == [-math.inf, -3.0, -2.0, -1.0]
    assert (rows.end_ours.tolist(), rows.end_theirs.tolist()) == ([0, 1, 1, 2], [0, 0, 2, 2])
    assert len(rows) == 4


def test_blocks_are_joined_in_order() -> None:
    rows = prepared_rows([1.0, 2.0], [3.0, 4.0], LOW)
    of_x, of_y = np.array([[2, 0], [1, 1], [0, 2]]), np.array([[1, 1], [0, 2], [2, 0]])
    whole = tune(rows, of_x, of_y, YOUDEN)
    parts = joined([tune(rows, of_x[k : k + 1], of_y[k : k + 1], YOUDEN) for k in range(3)])
    assert whole.cutoff.tolist() == parts.cutoff.tolist() == [1.0, 2.0, 2.0]
    assert whole.midpoint.tolist() == parts.midpoint.tolist() == [2.0, 3.0, 2.5]
    assert whole.tp_out.tolist() == parts.tp_out.tolist() == [1, 0, 1]
    assert whole.n_negative_out.tolist() == parts.n_negative_out.tolist() == [0, 1, 1]
    assert whole.fp_out.tolist() == parts.fp_out.tolist() == [0, 1, 0]  # 3 lies on the midpoint of 2 and 4


@pytest.mark.parametrize(
    ("value", "beyond"),
    [(0.9, math.nextafter(0.9, 1)), (5e-324, 1e-323), (-5e-324, 0.0), (-1.7e308, sys.float_info.max)],
)
def test_the_midpoint_parts_neighbours_that_float64_can_hardly_part(value: float, beyond: float) -> None:
    one = np.array([[1]])
    found = tune(prepared_rows([value], [beyond], LOW), one, one, YOUDEN)
    assert value <= found.midpoint[0] < beyond
    alone = tune(prepared_rows([value], [value], LOW), one, one, YOUDEN)
    assert alone.midpoint[0] == value  # no neighbour, also where half the value is no number


@pytest.mark.parametrize(("x", "y"), [([], [1.0]), ([1.0], []), ([math.nan], [1.0]), ([1.0], [-math.inf])])
def test_what_is_no_marker_is_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(InsufficientDataError):
        prepared_rows(x, y, LOW)
