"""Adjusted P values against p.adjust of R, the paper's own example, and what must hold of any."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.multiplicity import holm

LINES = (
    (Path(__file__).parents[1] / "reference" / "multiplicity.csv").read_text(encoding="utf-8").splitlines()
)
REFERENCE = {row["name"]: row for row in csv.DictReader(x for x in LINES if not x.startswith("#"))}

p_values = st.lists(st.none() | st.floats(0, 1), max_size=30)


def numbers(text: str) -> list[float | None]:
    return [None if word == "NA" else float(word) for word in text.split()]


@pytest.mark.parametrize("name", REFERENCE)
def test_agrees_with_r(name: str) -> None:
    # R 4.2.2, p.adjust; see tests/reference/multiplicity.R
    found, expected = holm(numbers(REFERENCE[name]["p"])), numbers(REFERENCE[name]["holm"])
    assert [p is None for p in found] == [p is None for p in expected]
    assert [p for p in found if p is not None] == pytest.approx(
        [p for p in expected if p is not None], rel=1e-14, abs=0
    )


def test_the_example_of_benjamini_and_hochberg() -> None:
    # J R Stat Soc B 1995;57:289-300, section 3.2: of 15 comparisons at 0.05 a procedure that keeps the risk
    # of any false finding rejects the three smallest P (Hochberg's there; Holm's as well).
    p = numbers(REFERENCE["bh1995"]["p"])
    assert sum(x <= 0.05 for x in holm(p) if x is not None) == 3


def test_three_by_hand() -> None:
    # 3 x 0.01, 2 x 0.02, 1 x 0.03 lifted to 0.04.
    assert holm([0.03, 0.01, 0.02]) == pytest.approx((0.04, 0.03, 0.04))


def test_nothing_to_adjust() -> None:
    assert holm([]) == ()
    assert holm([None, None]) == (None, None)
    assert holm([None, 0.04]) == (None, 0.04)  # a test without a P is not counted
    assert holm([0.0, 0.0]) == (0.0, 0.0)
    assert holm([1.0, 1.0]) == (1.0, 1.0)


@pytest.mark.parametrize("p", [-1e-300, 1.0000000001, math.nan, math.inf, -math.inf, 5.0])
def test_what_is_no_probability_is_refused(p: float) -> None:
    with pytest.raises(InsufficientDataError, match="a P value is a probability"):
        holm([0.5, None, p])


@given(p_values)
def test_adjusted_values_keep_places_order_and_bounds(p: list[float | None]) -> None:
    found = holm(p)
    assert [x is None for x in found] == [x is None for x in p]
    pairs = sorted((x, y) for x, y in zip(p, found, strict=True) if x is not None and y is not None)
    n = len(pairs)
    for x, y in pairs:
        assert x * (1 - 1e-15) <= y <= min(1.0, n * x * (1 + 1e-15))
    assert [y for _, y in pairs] == sorted(y for _, y in pairs)


@given(p_values, st.randoms())
def test_the_order_of_the_tests_does_not_matter(p: list[float | None], random) -> None:
    order = list(range(len(p)))
    random.shuffle(order)
    found = holm(p)
    assert holm([p[k] for k in order]) == tuple(found[k] for k in order)


@given(p_values, st.sampled_from([0.01, 0.05, 0.2]))
def test_rejections_are_those_of_the_procedure_as_first_stated(p: list[float | None], level: float) -> None:
    """Step by step: Holm goes up until one fails."""
    there = sorted(x for x in p if x is not None)
    m = len(there)
    by_holm = next((j for j, x in enumerate(there) if (m - j) * x > level), m)
    assert sum(x <= level for x in holm(p) if x is not None) == by_holm


def test_a_hundred_thousand_tests() -> None:
    n = 100_000
    # Holm multiplies the smallest, 1 / n, by n, and no later one may be below it.
    assert holm([k / n for k in range(n, 0, -1)]) == (1.0,) * n
