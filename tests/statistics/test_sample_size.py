"""Sample sizes against epiR and prop.test, closed forms, and what must hold of any."""

from __future__ import annotations

import csv
import math
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import wilson_interval
from gepnet_core.statistics.proportions.sample_size import n_for_wilson_half_width, total_to_recruit

LINES = (Path(__file__).parents[1] / "reference" / "sample_size.csv").read_text(encoding="utf-8").splitlines()
REFERENCE = list(csv.DictReader(line for line in LINES if not line.startswith("#")))

proportions = st.integers(1, 99).map(lambda k: k / 100)
half_widths = st.integers(2, 45).map(lambda k: k / 100)


def rows(kind: str) -> list[dict[str, str]]:
    found = [row for row in REFERENCE if row["kind"] == kind]
    assert len(found) > 10
    return found


def half_width(proportion: float, n: int, level: float = 0.95) -> float:
    interval = wilson_interval(round(proportion * n), n, level)
    return (interval.high - interval.low) / 2


# --- R 4.2.2, epiR 2.0.57; see tests/reference/sample_size.R


@pytest.mark.parametrize("row", rows("wilson"), ids=lambda row: f"{row['a']} {row['b']} {row['c']}")
def test_the_wilson_interval_agrees_with_prop_test_at_every_n(row: dict[str, str]) -> None:
    assert n_for_wilson_half_width(float(row["a"]), float(row["b"]), float(row["c"])) == int(row["value"])


@pytest.mark.parametrize("row", rows("recruit"), ids=lambda row: f"{row['a']} {row['b']} {row['c']}")
def test_all_who_are_recruited_agree_with_epir(row: dict[str, str]) -> None:
    """epiR divides before it rounds; whole cases of the class come first here, at most one more of them."""
    prevalence, unrounded = float(row["b"]), float(row["value"])
    # 1.96^2 x 0.826 x 0.174 / 0.01 = 55.2 and 1.96^2 x 0.913 x 0.087 / 0.01 = 30.5 (Buderer NMF. Acad
    # Emerg Med 1996;3:895-900), as epi.ssdxsesp where everybody is of the class.
    n = {"0.826": 56, "0.913": 31}[row["a"]]
    share = prevalence if row["c"] == "se" else 1 - prevalence
    total = total_to_recruit(n, 0, prevalence) if row["c"] == "se" else total_to_recruit(0, n, prevalence)
    assert unrounded <= total < unrounded + 1 / share + 1


# --- by hand


@pytest.mark.parametrize(
    ("half", "n"),
    # At p = 1/2 and even n the half-width is z / (2 sqrt(n + z^2)), at most 0.1 from 92.2 on:
    # (1.95996 / 0.2)^2 - 1.95996^2.
    [(0.1, 93), (0.05, 381)],
)
def test_wilson_at_one_half_in_closed_form(half: float, n: int) -> None:
    assert math.ceil((1.959963984540054 / (2 * half)) ** 2 - 1.959963984540054**2) == n
    assert n_for_wilson_half_width(0.5, half) == n


@pytest.mark.parametrize("d", [0.2, 0.05, 0.01, 0.001, 0.0001])
@pytest.mark.parametrize("p", [0, 1])
def test_wilson_at_the_ends_in_closed_form(p: int, d: float) -> None:
    """With nobody or everybody the half-width is z^2 / (2 (n + z^2))."""
    square = 1.959963984540054**2
    assert n_for_wilson_half_width(p, d) == math.ceil(square / (2 * d) - square)


@pytest.mark.parametrize(
    ("n_positive", "n_negative", "prevalence", "total"),
    [
        (56, 31, 0.5, 112),
        (56, 31, 0.75, 124),
        (56, 0, 0.1, 560),
        (57, 0, 0.57, 100),  # in float64 57 / 0.57 is 100.00000000000001
        (0, 43, 0.57, 100),
        (1, 1, 0.5, 2),
        (1, 0, 0.999, 2),
        (1, 0, 1e-6, 1_000_000),
        (3, 0, 0.3, 10),
    ],
)
def test_who_must_be_recruited(n_positive: int, n_negative: int, prevalence: float, total: int) -> None:
    assert total_to_recruit(n_positive, n_negative, prevalence) == total


# --- extremes and refusals


def test_wide_intervals_need_one_case() -> None:
    # One case has a half-width of z^2 / (2 (1 + z^2)) = 0.397, one of two z / (2 sqrt(2 + z^2)) = 0.406.
    assert [n_for_wilson_half_width(0, d) for d in (0.4, 0.39)] == [1, 2]
    assert [n_for_wilson_half_width(0.5, d) for d in (0.41, 0.4)] == [1, 3]
    assert n_for_wilson_half_width(0.5, 0.1, 1e-300) == 1


def test_the_narrowest_interval_at_the_highest_level_is_quick() -> None:
    start = time.perf_counter()
    for p in (0.0, 1e-9, 0.0001, 0.3, 0.5, 1.0):
        for level in (0.95, 1 - 2**-50):
            n = n_for_wilson_half_width(p, 1e-4, level)
            assert half_width(p, n, 0.95) <= 1e-4
    assert time.perf_counter() - start < 5  # here 0.1 s


@pytest.mark.parametrize("p", [-0.1, 1.1, math.nan, math.inf])
def test_what_is_no_proportion_is_refused(p: float) -> None:
    with pytest.raises(InsufficientDataError, match="proportion"):
        n_for_wilson_half_width(p, 0.1)


@pytest.mark.parametrize("d", [0.0, 0.99e-4, 1.0, -0.1, math.nan, math.inf])
def test_a_half_width_out_of_range_is_refused(d: float) -> None:
    with pytest.raises(InsufficientDataError, match="half the width"):
        n_for_wilson_half_width(0.5, d)


@pytest.mark.parametrize("level", [0.0, 1.0, 1.5, math.nan])
def test_a_level_out_of_range_is_refused(level: float) -> None:
    with pytest.raises(InsufficientDataError, match="level"):
        n_for_wilson_half_width(0.5, 0.1, level)


@pytest.mark.parametrize(
    ("n_positive", "n_negative", "prevalence", "expected"),
    [
        (0, 0, 0.5, "needs cases"),
        (-1, 5, 0.5, "needs cases"),
        (1, 1, 0.0, "prevalence"),
        (1, 1, 1.0, "prevalence"),
    ],
)
def test_what_cannot_be_recruited_is_refused(
    n_positive: int, n_negative: int, prevalence: float, expected: str
) -> None:
    with pytest.raises(InsufficientDataError, match=expected):
        total_to_recruit(n_positive, n_negative, prevalence)


# --- invariants


@given(proportions, half_widths, st.sampled_from([0.8, 0.95, 0.99]))
def test_from_that_n_on_every_wilson_interval_is_narrow_enough(p: float, d: float, level: float) -> None:
    n = n_for_wilson_half_width(p, d, level)
    assert all(half_width(p, m, level) <= d for m in range(n, n + 300))
    assert n == 1 or half_width(p, n - 1, level) > d


@given(proportions, half_widths)
def test_a_class_and_its_opposite_need_as_many(p: float, d: float) -> None:
    # Not exactly: the nearest count of k + 1/2 is the even one for both.
    assert abs(n_for_wilson_half_width(p, d) - n_for_wilson_half_width(1 - p, d)) <= 12


@given(proportions, half_widths)
def test_a_narrower_interval_and_a_higher_level_need_more(p: float, d: float) -> None:
    n = n_for_wilson_half_width(p, d)
    assert n_for_wilson_half_width(p, d / 2) >= n
    assert n_for_wilson_half_width(p, d, 0.99) >= n


@given(st.integers(0, 500), st.integers(0, 500), st.integers(1, 999))
def test_those_recruited_are_the_fewest_that_hold_enough(n: int, m: int, per_thousand: int) -> None:
    if n + m == 0:
        return
    total = total_to_recruit(n, m, per_thousand / 1000)
    share = Fraction(per_thousand, 1000)
    assert total * share >= n and total * (1 - share) >= m
    assert (total - 1) * share < n or (total - 1) * (1 - share) < m
