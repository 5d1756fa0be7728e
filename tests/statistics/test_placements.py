"""Counts of two classes in each other, and sums that int64 cannot hold."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.roc.curve import Direction, doubled_placements
from gepnet_core.statistics.roc.placements import delong_variance, place, whole_dot

rows = st.lists(st.integers(-4, 4).map(float), min_size=1, max_size=20).map(sorted)


def test_every_count_of_a_small_table_by_hand() -> None:
    placed = place(np.array([1.0, 2.0, 2.0, 5.0]), np.array([2.0, 4.0]))
    assert placed.values.tolist() == [1, 2, 4, 5]
    assert (placed.ours.tolist(), placed.theirs.tolist()) == ([1, 3, 3, 4], [0, 1, 2, 2])
    assert (placed.ours_here.tolist(), placed.theirs_here.tolist()) == ([1, 2, 0, 1], [0, 1, 1, 0])
    assert (placed.n, placed.m) == (4, 2)
    assert placed.doubled == 2 * 2 + 2 * (1 + 2) + 0  # 1 beats both, each 2 ties once and wins once, 5 loses
    assert placed.auc == 10 / 16


@given(rows, rows)
def test_counts_are_those_of_counting(x, y) -> None:
    placed = place(np.array(x), np.array(y))
    assert placed.values.tolist() == sorted({*x, *y})
    assert placed.ours.tolist() == [sum(v <= value for v in x) for value in placed.values]
    assert placed.theirs.tolist() == [sum(v <= value for v in y) for value in placed.values]
    assert placed.doubled == sum(2 * (a < b) + (a == b) for a in x for b in y)


def test_squares_of_three_million_rows_are_added_exactly() -> None:
    # Everyone wins against all: 4 n^3 = 1.35e19 is more than int64 holds, and nothing varies.
    n = 1_500_000
    wins = np.full(n, 2 * n)
    assert delong_variance(wins, wins) == 0.0


@pytest.mark.parametrize("direction", list(Direction))
def test_bytes_are_placed_as_the_numbers_that_they_are(direction: Direction) -> None:
    x, y = [3, 200, 7], [7, 5]
    as_bytes = doubled_placements(np.array(x, dtype=np.uint8), np.array(y, dtype=np.uint8), direction)
    as_numbers = doubled_placements(np.array(x, dtype=float), np.array(y, dtype=float), direction)
    below = np.array([[2 * (a < b) + (a == b) for b in y] for a in x])
    wins = below if direction is Direction.LOW else 2 - below
    expected = wins.sum(axis=1).tolist(), wins.sum(axis=0).tolist()
    for found, same, counted in zip(as_bytes, as_numbers, expected, strict=True):
        assert found.tolist() == same.tolist() == counted


def test_zeros_of_both_signs_are_one_value() -> None:
    placed = place(np.array([-0.0, 0.0]), np.array([0.0]))
    assert (placed.ours.tolist(), placed.theirs.tolist(), placed.auc) == ([2], [1], 0.5)


@pytest.mark.parametrize(("n", "m"), [(1, 1), (1, 5), (5, 1)])
def test_a_variance_needs_two_rows_of_each(n: int, m: int) -> None:
    with pytest.raises(InsufficientDataError, match=f"two values of each class; got {n} and {m}"):
        delong_variance(np.ones(n, dtype=np.int64), np.ones(m, dtype=np.int64))


whole = st.integers(-(2**62), 2**62)


@given(st.lists(st.tuples(whole, whole), max_size=10))
def test_a_sum_of_products_is_exact_at_any_size(pairs) -> None:
    x, y = ([pair[k] for pair in pairs] for k in (0, 1))
    bound = sum(abs(a * b) for a, b in pairs)
    exact = sum(a * b for a, b in pairs)
    assert whole_dot(np.array(x, dtype=np.int64), np.array(y, dtype=np.int64), bound) == exact


@pytest.mark.parametrize("over", [-1, 0, 1])
def test_the_largest_sum_of_int64_and_one_beyond(over: int) -> None:
    # 2^63 - 1 is the largest: 7 * 1317624576693539401.
    x, y = np.array([7, over], dtype=np.int64), np.array([1317624576693539401, 1], dtype=np.int64)
    assert whole_dot(x, y, 2**63 - 1 + max(over, 0)) == 2**63 - 1 + over
