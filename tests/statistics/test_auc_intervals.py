"""Intervals of the area against pROC, a count of all triples in R, the study's print, and invariants."""

from __future__ import annotations

import csv
import math
import time
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.roc.auc_intervals import estimate_auc, within_unit
from gepnet_core.statistics.roc.curve import Direction, delong_auc, delong_interval, roc_curve

ROOT = Path(__file__).resolve().parents[2]
LOW, HIGH = Direction.LOW, Direction.HIGH
Z = 1.959963984540054  # the normal quantile

two_values = st.lists(st.integers(-6, 6).map(float), min_size=2, max_size=25)
directions = st.sampled_from(Direction)


def reference() -> list[dict[str, str]]:
    lines = (ROOT / "tests" / "reference" / "auc_intervals.csv").read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def classes_of(row: dict[str, str]) -> tuple[list[float], list[float]]:
    """The values of a row; those of the 2000 rows are remainders, as in the script."""
    if row["name"] == "rows2000":
        i = np.arange(1, 1001)
        return list((i * 7919.0) % 61), list((i * 104729.0) % 53 + 19)
    return [float(x) for x in row["positive"].split()], [float(x) for x in row["negative"].split()]


def example(column: str = "hap_ratio") -> tuple[list[float], list[float]]:
    with (ROOT / "data" / "examples" / "cohort.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ours, theirs = (
        [float(row[column]) for row in rows if row["diagnosis"] == name] for name in ("adenocarcinoma", "net")
    )
    assert (len(ours), len(theirs)) == (23, 23)
    return ours, theirs


# --- R 4.2.2 with pROC 1.18.0; see tests/reference/auc_intervals.R


@pytest.mark.parametrize("row", reference(), ids=lambda row: f"{row['name']} {row['direction']}")
def test_all_intervals_agree_with_r(row: dict[str, str]) -> None:
    found = estimate_auc(*classes_of(row), Direction(row["direction"]))
    assert found.value == pytest.approx(float(row["auc"]), rel=1e-12, abs=1e-12)
    assert found.se == pytest.approx(math.sqrt(float(row["variance"])), rel=1e-9, abs=1e-12)
    assert found.delong is not None and found.nonparametric is not None
    cut = within_unit(found.delong)  # pROC keeps its limits within 0 and 1
    for name, interval in (("delong", cut), ("logit", found.logit), ("nonparametric", found.nonparametric)):
        expected = [float(row[f"{name}_{end}"]) for end in ("low", "high")]
        if interval is None:  # R has no logit of 0 or 1
            assert all(math.isnan(limit) for limit in expected)
        else:
            assert (interval.low, interval.high) == pytest.approx(expected, rel=1e-9, abs=1e-12)


# --- papers


def test_the_study_s_printed_interval_is_the_nonparametric_one() -> None:
    # Cui et al. 2017, Results: "The AUROC was 0.856 (95%CI=0.749-0.963)"; the example cohort prints the same.
    ours, theirs = example()
    interval = estimate_auc(ours, theirs, LOW).nonparametric
    assert interval is not None
    assert (round(interval.low, 3), round(interval.high, 3)) == (0.749, 0.963)
    assert round(roc_curve(ours, theirs, LOW).auc, 3) == 0.856
    assert round(delong_interval(ours, theirs, LOW).high, 3) == 0.964  # DeLong's prints otherwise


def test_hanley_and_mcneil_s_own_example() -> None:
    # Radiology 1982;143:29-36, tables I and II: 58 normal and 51 abnormal CT images rated 1 to 5, area 0.893,
    # standard error 0.032.
    normal, abnormal = (np.repeat(range(1, 6), counts) for counts in ((33, 6, 6, 11, 2), (3, 2, 2, 11, 33)))
    interval = estimate_auc(abnormal, normal, HIGH).nonparametric
    assert interval is not None
    assert round((interval.low + interval.high) / 2, 3) == 0.893
    assert round((interval.high - interval.low) / (2 * Z), 3) == 0.032


# --- what cannot be said is said


@pytest.mark.parametrize(("direction", "auc"), [(LOW, 1.0), (HIGH, 0.0)])
def test_separate_classes_shrink_the_intervals_and_are_told(direction: Direction, auc: float) -> None:
    found = estimate_auc([1, 2], [3, 4, 5], direction)
    assert (found.value, found.se, found.logit) == (auc, 0.0, None)
    assert found.delong is not None and (found.delong.low, found.delong.high) == (auc, auc)
    assert found.nonparametric is not None
    assert (found.nonparametric.low, found.nonparametric.high) == (auc, auc)
    assert set(found.reasons) == {"delong", "logit", "nonparametric"}
    assert "says nothing about how sure the area is" in found.reasons["delong"]
    assert "no logit" in found.reasons["logit"]


def test_one_value_for_all_shrinks_delong_s_intervals_and_not_the_nonparametric_one() -> None:
    found = estimate_auc([2, 2, 2], [2, 2], LOW)
    assert (found.value, found.se) == (0.5, 0.0)
    assert set(found.reasons) == {"delong", "logit"}
    assert found.nonparametric is not None and found.nonparametric.low < 0.5 < found.nonparametric.high


@pytest.mark.parametrize(("positive", "negative"), [([1.0], [2.0, 3.0]), ([1.0, 2.0], [3.0]), ([1.0], [1.0])])
def test_a_single_value_has_an_area_and_no_interval(positive: list[float], negative: list[float]) -> None:
    found = estimate_auc(positive, negative, LOW)
    assert found.value == roc_curve(positive, negative, LOW).auc
    assert (found.se, found.delong, found.logit, found.nonparametric) == (None, None, None, None)
    assert set(found.reasons) == {"se", "delong", "logit", "nonparametric"}


def test_what_overlaps_has_no_reason() -> None:
    assert dict(estimate_auc([1, 3], [2, 4], LOW).reasons) == {}


@pytest.mark.parametrize("call", [estimate_auc, delong_auc])
@pytest.mark.parametrize(
    ("positive", "negative"), [([], [1, 2]), ([1, 2], []), ([1, math.nan], [1, 2]), ([1, 2], [math.inf, 2])]
)
def test_what_is_no_marker_is_refused(call, positive, negative) -> None:
    with pytest.raises(InsufficientDataError, match=r"needs both classes|finite"):
        call(positive, negative, LOW)


@pytest.mark.parametrize("level", [-0.5, 0.0, 1.0, 95.0, math.nan])
@pytest.mark.parametrize("call", [estimate_auc, delong_auc, delong_interval])
def test_a_level_is_a_fraction(call, level: float) -> None:
    with pytest.raises(InsufficientDataError, match="a level is a fraction"):
        call([1, 3], [2, 4], LOW, level)


@pytest.mark.parametrize("level", [1e-9, 1 - 1e-9])
def test_a_level_close_to_the_ends_is_one(level: float) -> None:
    found = estimate_auc([1, 3], [2, 4], LOW, level)
    assert found.delong is not None and found.logit is not None
    assert found.delong.low < 0.75 < found.delong.high
    assert 0 < found.logit.low < 0.75 < found.logit.high < 1


def test_the_part_within_0_and_1() -> None:
    assert within_unit(ConfidenceInterval(-0.1, 1.1, 0.9, "m")) == ConfidenceInterval(0.0, 1.0, 0.9, "m")
    inside = ConfidenceInterval(0.0, 1.0, 0.95, "m")
    assert within_unit(inside) == inside


# --- invariants


@given(two_values, two_values, directions)
def test_mirroring_marker_and_direction_changes_nothing(x, y, direction) -> None:
    other = HIGH if direction is LOW else LOW
    assert estimate_auc(x, y, direction) == estimate_auc([-v for v in x], [-v for v in y], other)


@given(two_values, two_values, directions)
def test_any_rising_transform_leaves_everything(x, y, direction) -> None:
    def rising(values):
        return [math.exp(v / 3) + v**3 for v in values]

    assert estimate_auc(x, y, direction) == estimate_auc(rising(x), rising(y), direction)


@given(two_values, two_values, directions)
def test_exchanging_the_classes_mirrors_every_interval(x, y, direction) -> None:
    here, there = estimate_auc(x, y, direction), estimate_auc(y, x, direction)
    assert here.value == pytest.approx(1 - there.value, abs=1e-12)
    assert here.se == pytest.approx(there.se, abs=1e-12)
    for name in ("delong", "logit", "nonparametric"):
        a, b = getattr(here, name), getattr(there, name)
        assert (a is None) == (b is None)
        if a is not None:
            assert (a.low, a.high) == pytest.approx((1 - b.high, 1 - b.low), abs=1e-9)


@settings(max_examples=40)
@given(two_values, two_values, directions)
def test_q1_and_q2_are_shares_of_triples(x, y, direction) -> None:
    def kernel(ours: float, theirs: float) -> float:
        return 0.5 if ours == theirs else float((ours < theirs) == (direction is LOW))

    def both(first: float, second: float) -> float:
        return 1 / 3 if first == second == 0.5 else first * second

    n, m = len(x), len(y)
    k = [[kernel(a, b) for b in y] for a in x]
    a = sum(map(sum, k)) / (n * m)
    q1 = sum(both(k[i][c], k[j][c]) for i in range(n) for j in range(n) for c in range(m)) / (n * n * m)
    q2 = sum(both(k[i][c], k[i][d]) for i in range(n) for c in range(m) for d in range(m)) / (n * m * m)
    variance = (a * (1 - a) + (n - 1) * (q1 - a * a) + (m - 1) * (q2 - a * a)) / (n * m)
    interval = estimate_auc(x, y, direction).nonparametric
    assert interval is not None
    assert ((interval.high - interval.low) / (2 * Z)) ** 2 == pytest.approx(variance, abs=1e-12)


@given(two_values, two_values, directions)
def test_the_logit_interval_holds_the_area_and_stays_inside(x, y, direction) -> None:
    found = estimate_auc(x, y, direction)
    if found.logit is not None:
        assert 0 <= found.logit.low <= found.value + 1e-12
        assert found.value - 1e-12 <= found.logit.high <= 1


def test_a_lower_level_lies_inside() -> None:
    ours, theirs = example()
    found, lower = estimate_auc(ours, theirs, LOW), estimate_auc(ours, theirs, LOW, 0.9)
    assert (found.delong, lower.delong) == tuple(delong_interval(ours, theirs, LOW, x) for x in (0.95, 0.9))
    for name in ("delong", "logit", "nonparametric"):
        wide, narrow = getattr(found, name), getattr(lower, name)
        assert wide.low < narrow.low < narrow.high < wide.high
        assert narrow.level == 0.9


@given(two_values, two_values, directions)
def test_the_best_cutoffs_are_all_best_cutoffs_by_brute_force(x, y, direction) -> None:
    def youden(cutoff: float) -> Fraction:
        called = [sum(v <= cutoff if direction is LOW else v >= cutoff for v in group) for group in (x, y)]
        return Fraction(called[0], len(x)) - Fraction(called[1], len(y))

    observed = sorted({*x, *y}, reverse=direction is HIGH)
    top = max(map(youden, observed))
    best = roc_curve(x, y, direction).best_by_youden()
    assert [point.threshold for point in best] == [cutoff for cutoff in observed if youden(cutoff) == top]
    for point in best:  # the midpoint calls the same rows
        assert point.midpoint is None or youden(point.midpoint) == top


# --- size


def test_a_hundred_thousand_rows_and_any_size_of_number() -> None:
    rng = np.random.default_rng(2017)
    ours, theirs = rng.normal(0, 1, 50_000).round(3), rng.normal(1, 1, 50_000).round(3)
    start = time.perf_counter()
    found = estimate_auc(ours, theirs, LOW)
    curve = roc_curve(ours, theirs, LOW)
    best = curve.best_by_youden()
    assert time.perf_counter() - start < 10  # a matrix of the pairs would need 20 GB; here 0.2 s
    assert curve.auc == found.value
    marker = -np.concatenate([ours, theirs])
    assert found.value == pytest.approx(roc_auc_score([1] * 50_000 + [0] * 50_000, marker), rel=1e-12)
    # The larger the classes the closer the formulas: both estimate the same variance.
    assert found.delong is not None and found.nonparametric is not None
    assert found.nonparametric.low == pytest.approx(found.delong.low, abs=1e-6)
    assert curve.at(best[0].threshold).true_positives == best[0].true_positives


def test_a_million_equal_values_have_the_variance_of_the_formula() -> None:
    # All pairs tie: A = 1/2 and Q1 = Q2 = 1/3, whose distance to A^2 is 1/12.
    n, m = 600_000, 400_000
    found = estimate_auc(np.full(n, 7.0), np.full(m, 7.0), HIGH)
    assert (found.value, found.se) == (0.5, 0.0)
    assert found.nonparametric is not None
    variance = (1 / 4 + (n - 1) / 12 + (m - 1) / 12) / (n * m)
    half = found.nonparametric.high - 0.5
    assert half == pytest.approx(Z * math.sqrt(variance), rel=1e-12)


def test_numbers_near_the_end_of_float64_have_midpoints() -> None:
    points = roc_curve([-1.7e308, 1.6e308], [1.7e308, 1.5e308], LOW).points
    assert [p.midpoint for p in points] == pytest.approx([-1e307, 1.55e308, 1.65e308, None])


def test_a_zero_has_no_sign() -> None:
    points = roc_curve([0.0, 2.0], [-2.0, 1.0], HIGH).points
    assert [str(p.threshold) for p in points] == ["2.0", "1.0", "0.0", "-2.0"]


@pytest.mark.parametrize(
    ("cutoff", "counts"), [(0.9, (0, 0)), (1.0, (1, 0)), (1.9, (1, 0)), (2.0, (2, 1)), (9.0, (3, 2))]
)
def test_counts_below_on_and_above_each_threshold(cutoff: float, counts: tuple[int, int]) -> None:
    low = roc_curve([1, 2, 5], [2, 4], LOW).at(cutoff)
    high = roc_curve([-1, -2, -5], [-2, -4], HIGH).at(-cutoff)
    assert (low.true_positives, low.false_positives) == counts
    assert (high.true_positives, high.false_positives) == counts
