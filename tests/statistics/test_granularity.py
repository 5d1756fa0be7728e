"""GRIM, GRIMMER and the largest SD, against every list of small whole numbers."""

from __future__ import annotations

import itertools
import statistics
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.granularity import (
    attainable_squares,
    attainable_sums,
    largest_sd,
    rounding_limits,
    sample_sd,
)

lists = st.lists(st.integers(0, 60), min_size=2, max_size=25)


def test_rounding_keeps_printed_zeros() -> None:
    assert rounding_limits(Decimal("10.30")) == (Fraction("10.295"), Fraction("10.305"))
    assert rounding_limits(Decimal("10.3")) == (Fraction("10.25"), Fraction("10.35"))
    assert rounding_limits(Decimal("-0.472")) == (Fraction("-0.4725"), Fraction("-0.4715"))


def test_grim_of_brown_and_heathers() -> None:
    # Brown and Heathers 2017: a mean of 5.19 with n = 28 is impossible (145/28 = 5.18, 146/28 = 5.21).
    assert attainable_sums(Decimal("5.19"), 28) == ()
    assert attainable_sums(Decimal("5.18"), 28) == (145,)
    assert attainable_sums(Decimal("5.21"), 28) == (146,)


@given(lists, st.sampled_from([ROUND_HALF_UP, ROUND_HALF_DOWN]))
def test_what_real_numbers_print_is_attainable(values: list[int], rounding: str) -> None:
    n, cent = len(values), Decimal("0.01")
    mean = (Decimal(sum(values)) / n).quantize(cent, rounding)
    sd = Decimal(statistics.stdev(values)).quantize(cent, rounding)
    assert sum(values) in attainable_sums(mean, n)
    assert sum(x * x for x in values) in attainable_squares(sum(values), sd, n)


def test_grimmer_finds_all_sums_of_squares_of_small_lists() -> None:
    n, sd = 4, Decimal("1.3")
    for total in (5, 6, 7):
        lists_of_it = [v for v in itertools.product(range(-4, 9), repeat=n) if sum(v) == total]
        fitting = {sum(x * x for x in v) for v in lists_of_it if abs(statistics.stdev(v) - 1.3) <= 0.05}
        found = set(attainable_squares(total, sd, n))
        # The conditions are necessary; nothing is lost.
        assert fitting <= found
        assert all(abs(sample_sd(total, squares, n) - 1.3) <= 0.05 for squares in found)


def test_an_odd_sum_has_an_odd_sum_of_squares() -> None:
    assert all(squares % 2 == 1 for squares in attainable_squares(7, Decimal("3.5"), 10))


def test_an_sd_below_the_flattest_list_is_refused() -> None:
    # Sum 3 of two whole numbers: 1 and 2 at best, SD 0.707.
    assert attainable_squares(3, Decimal("0.71"), 2) == (5,)
    assert attainable_squares(3, Decimal("0.60"), 2) == ()
    assert attainable_squares(3, Decimal("0.00"), 2) == ()


@settings(max_examples=30)
@given(st.integers(2, 5), st.integers(-2, 2), st.integers(1, 4), st.data())
def test_no_list_inside_the_limits_varies_more(n: int, low: int, width: int, data: st.DataObject) -> None:
    high = low + width
    total = data.draw(st.integers(n * low, n * high))
    found = [
        statistics.stdev(v)
        for v in itertools.combinations_with_replacement(range(low, high + 1), n)
        if sum(v) == total
    ]
    assert largest_sd(total, n, low, high) == pytest.approx(max(found), rel=1e-12, abs=1e-12)


def test_a_sum_that_the_limits_do_not_allow_has_no_sd() -> None:
    assert largest_sd(41, 2, 1, 20) is None
    assert largest_sd(1, 2, 1, 20) is None
    assert largest_sd(40, 2, 1, 20) == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: attainable_sums(Decimal(1), 0),
        lambda: attainable_squares(1, Decimal(1), 1),
        lambda: attainable_squares(1, Decimal(-1), 5),
        lambda: largest_sd(1, 1, 0, 5),
        lambda: largest_sd(1, 5, 5, 5),
    ],
)
def test_what_has_no_sd_is_refused(call) -> None:
    with pytest.raises(InsufficientDataError):
        call()
