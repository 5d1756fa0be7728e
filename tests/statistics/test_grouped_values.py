"""Boxes against R's quantiles and the rules of their whiskers."""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.grouped_values import Box, box_of

REFERENCE = Path(__file__).parents[1] / "reference" / "box.csv"
some_values = st.lists(st.integers(-50, 50).map(float), min_size=1, max_size=40)


def reference() -> list[dict[str, str]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


@pytest.mark.parametrize(
    "row",
    [pytest.param(row, id=row["name"]) for row in reference()],
)
def test_quartiles_and_whiskers_agree_with_r(row: dict[str, str]) -> None:
    # R 4.2.2, quantile type 7; whiskers as ggplot2::stat_boxplot; see tests/reference/box.R
    box = box_of(numbers(row["values"]))
    assert (box.q1, box.median, box.q3) == pytest.approx(
        [float(row[f"q{q}"]) for q in ("0.25", "0.5", "0.75")], rel=1e-12
    )
    assert (box.low_whisker, box.high_whisker) == pytest.approx(
        (float(row["low"]), float(row["high"])), rel=1e-12
    )


@pytest.mark.parametrize(
    "row",
    [row for row in reference() if len(numbers(row["values"])) % 4 == 1],
    ids=lambda row: row["name"],
)
def test_five_numbers_are_those_of_boxplot_stats_where_hinges_are_quartiles(row: dict[str, str]) -> None:
    # Tukey's hinges, which boxplot.stats takes, are the quartiles of type 7 where n is 1 more than 4k.
    box = box_of(numbers(row["values"]))
    assert (box.low_whisker, box.q1, box.median, box.q3, box.high_whisker) == pytest.approx(
        numbers(row["hinges"]), rel=1e-12
    )


@pytest.mark.parametrize("n", [1, 2, 7])
def test_equal_values_are_a_box_without_height(n: int) -> None:
    assert box_of([0.898] * n) == Box(0.898, 0.898, 0.898, 0.898, 0.898)


def test_a_value_on_the_fence_is_within_and_one_just_beyond_is_not() -> None:
    # Of 0, 1, 2, 3 and x the quartiles are 1 and 3 for every x from 3: the fence is at 3 + 1.5 * 2 = 6.
    assert box_of([0, 1, 2, 3, 6]).high_whisker == 6
    assert box_of([0, 1, 2, 3, math.nextafter(6, 7)]).high_whisker == 3
    assert box_of([0, -1, -2, -3, -6]).low_whisker == -6
    assert box_of([0, -1, -2, -3, math.nextafter(-6, -7)]).low_whisker == -3


def test_no_value_within_the_fences_leaves_the_whiskers_at_the_box() -> None:
    # The quartiles of 1 + e and 1 + 3 e, 1 + 1.5 e and 1 + 2.5 e, are rounded to 1 + 2 e: nothing is inside.
    e = sys.float_info.epsilon
    assert box_of([1 + e, 1 + 3 * e]) == Box(1 + 2 * e, 1 + 2 * e, 1 + 2 * e, 1 + 2 * e, 1 + 2 * e)


def test_a_box_of_the_largest_numbers() -> None:
    most = sys.float_info.max
    assert box_of([most, -most]) == Box(-most, -most / 2, 0, most / 2, most)
    assert box_of([most] * 3) == Box(most, most, most, most, most)
    # Half of the smallest number is 0, which none of these is.
    assert box_of([5e-324] * 4 + [most]) == Box(5e-324, 5e-324, 5e-324, 5e-324, 5e-324)


@given(some_values)
def test_no_value_within_the_fences_lies_outside_the_whiskers_and_no_whisker_beyond_them(values) -> None:
    box = box_of(values)
    reach = 1.5 * (box.q3 - box.q1)
    for value in values:
        is_within = box.q1 - reach <= value <= box.q3 + reach
        assert is_within == (box.low_whisker <= value <= box.high_whisker)
    assert box.q1 - reach <= box.low_whisker <= box.median <= box.high_whisker <= box.q3 + reach
    assert box.q1 <= box.median <= box.q3


@given(some_values)
def test_order_does_not_matter_and_negation_mirrors_the_box(values) -> None:
    box, mirrored = box_of(sorted(values)), box_of([-v for v in values])
    assert box == box_of(values)
    assert (mirrored.low_whisker, mirrored.high_whisker) == (-box.high_whisker, -box.low_whisker)
    assert (mirrored.q1, mirrored.median, mirrored.q3) == pytest.approx(
        (-box.q3, -box.median, -box.q1), abs=1e-12
    )


@pytest.mark.parametrize("values", [[], [math.nan], [1.0, math.inf], [1.0, math.nan, 2.0]])
def test_what_has_no_box_is_refused(values: list[float]) -> None:
    with pytest.raises(InsufficientDataError, match="a box needs finite values"):
        box_of(values)
