"""Differences of areas against pROC, DeLong's equations in plain loops, closed forms and invariants."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.roc.auc_comparison import (
    AucDifference,
    Marker,
    compare_paired_aucs,
    compare_unpaired_aucs,
)
from gepnet_core.statistics.roc.curve import Direction, delong_auc

REFERENCE = Path(__file__).parents[1] / "reference" / "auc_comparison.csv"
LOW, HIGH = Direction.LOW, Direction.HIGH
BOTH = pytest.mark.parametrize("compare", [compare_paired_aucs, compare_unpaired_aucs])

directions = st.sampled_from(Direction)
# Two markers of each patient; few different whole numbers, so that ties are common.
patients = st.lists(st.tuples(*[st.integers(-4, 4).map(float)] * 2), min_size=2, max_size=15)


def reference() -> list[dict[str, str]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def marker_of(row: dict[str, str], which: str) -> Marker:
    ours, theirs = ([float(x) for x in row[f"{which}_{name}"].split()] for name in ("positive", "negative"))
    return Marker(ours, theirs, Direction(row[f"{which}_direction"]))


def markers(ours, theirs, directions=(LOW, LOW)) -> tuple[Marker, Marker]:
    first, second = (
        Marker([row[k] for row in ours], [row[k] for row in theirs], directions[k]) for k in (0, 1)
    )
    return first, second


def compared(row: dict[str, str]) -> AucDifference:
    compare = compare_paired_aucs if row["paired"] == "TRUE" else compare_unpaired_aucs
    return compare(marker_of(row, "first"), marker_of(row, "second"))


# --- pROC 1.18.0 on R 4.2.2; see tests/reference/auc_comparison.R


@pytest.mark.parametrize("row", reference(), ids=lambda row: row["name"])
def test_all_figures_agree_with_proc(row: dict[str, str]) -> None:
    found = compared(row)
    first, second = float(row["first"]), float(row["second"])
    assert (found.first, found.second) == pytest.approx((first, second), rel=1e-12)
    assert found.difference == pytest.approx(first - second, rel=1e-12)
    assert found.z == pytest.approx(float(row["statistic"]), rel=1e-10)
    assert found.p == pytest.approx(float(row["p"]), rel=1e-10)
    assert found.interval is not None
    limits = float(row["low"]), float(row["high"])
    assert (found.interval.low, found.interval.high) == pytest.approx(limits, rel=1e-9)
    assert found.se == pytest.approx((first - second) / float(row["statistic"]), rel=1e-9)
    assert found.df == (None if row["df"] == "NA" else pytest.approx(float(row["df"]), rel=1e-10))
    assert found.paired == (row["paired"] == "TRUE")
    assert dict(found.reasons) == {}


def test_the_print_of_asah() -> None:
    # roc.test: Z = 1.3908, p-value = 0.1643, areas 0.7313686 and 0.6119580, interval -0.04887061 0.28769174.
    (row,) = (row for row in reference() if row["name"] == "aSAH_paired")
    found = compared(row)
    assert found.z is not None and found.p is not None and found.interval is not None
    assert (round(found.z, 4), round(found.p, 4)) == (1.3908, 0.1643)
    assert (round(found.first, 7), round(found.second, 7)) == (0.7313686, 0.6119580)
    assert (round(found.interval.low, 8), round(found.interval.high, 8)) == (-0.04887061, 0.28769174)


# --- DeLong's equations, closed forms


def delong_by_loops(first: Marker, second: Marker) -> tuple[float, float]:
    """Difference and its variance L S L' from the matrices S10 and S01."""
    components = []
    for marker in (first, second):
        sign = 1 if marker.direction is LOW else -1
        kernel = np.array(
            [
                [(sign * a < sign * b) + 0.5 * (a == b) for b in np.asarray(marker.negative)]
                for a in np.asarray(marker.positive)
            ]
        )
        components.append((kernel.mean(axis=1), kernel.mean(axis=0)))
    s10, s01 = (np.cov([component[k] for component in components]) for k in (0, 1))
    n, m = len(components[0][0]), len(components[0][1])
    contrast = np.array([1, -1])
    difference = components[0][0].mean() - components[1][0].mean()
    return float(difference), float(contrast @ (s10 / n + s01 / m) @ contrast)


@given(patients, patients, st.tuples(directions, directions))
def test_the_paired_variance_is_that_of_delong_s_matrices(ours, theirs, sides) -> None:
    first, second = markers(ours, theirs, sides)
    found = compare_paired_aucs(first, second)
    difference, variance = delong_by_loops(first, second)
    assert found.difference == pytest.approx(difference, abs=1e-12)
    assert found.se is not None
    assert found.se**2 == pytest.approx(variance, abs=1e-12)


def test_four_patients_by_hand() -> None:
    # First marker 1 3 and 2 4: placements 1, 1/2 and 1/2, 1. Second 1 2 and 3 4: all 1. The differences are
    # 0, -1/2 and -1/2, 0 with the variance 1/8 each: 1/16 + 1/16 = 1/8 and z = -1/4 / sqrt(1/8) = -1/sqrt(2).
    found = compare_paired_aucs(Marker([1, 3], [2, 4], LOW), Marker([1, 2], [3, 4], LOW))
    assert (found.first, found.second, found.difference) == (0.75, 1.0, -0.25)
    assert found.se == pytest.approx(math.sqrt(1 / 8), rel=1e-15)
    assert found.z == pytest.approx(-math.sqrt(1 / 2), rel=1e-15)
    assert found.p == pytest.approx(0.4795001221869535, rel=1e-12)  # 2 * pnorm(-sqrt(0.5)) in R
    # Unpaired the second set has no spread: variance 1/8, and N - 1 = 3 degrees of freedom are left.
    found = compare_unpaired_aucs(Marker([1, 3], [2, 4], LOW), Marker([1, 2], [3, 4], LOW))
    assert found.difference == -0.25
    assert found.df == pytest.approx(3, rel=1e-14)
    assert found.p == pytest.approx(0.530477770932957, rel=1e-12)  # 2 * pt(-sqrt(0.5), 3) in R


# --- what cannot be said is said


@BOTH
@pytest.mark.parametrize("level", [0.9, 0.95])
def test_markers_without_spread_have_no_test(compare, level: float) -> None:
    apart = Marker([1, 2], [3, 4, 5], LOW)
    for other, difference in ((apart, 0.0), (Marker([1, 2], [3, 4, 5], HIGH), 1.0)):
        found = compare(apart, other, level)
        assert (found.difference, found.se, found.z, found.df, found.p) == (difference, 0.0, None, None, None)
        assert (found.interval.low, found.interval.high) == (difference, difference)
        assert found.interval.level == level
        tested = {"z", "p"} if found.paired else {"z", "df", "p"}
        assert set(found.reasons) == {"interval"} | tested
        assert "nothing to measure" in found.reasons["p"]
        assert "says nothing about how sure" in found.reasons["interval"]


@given(patients, patients, directions)
def test_a_marker_and_its_rising_transform_are_one_marker(ours, theirs, side) -> None:
    falling = HIGH if side is LOW else LOW
    for transformed, other in ((math.exp, side), (lambda v: -7 * v, falling)):
        ours, theirs = ([(v, transformed(v)) for v, _ in rows] for rows in (ours, theirs))
        found = compare_paired_aucs(*markers(ours, theirs, (side, other)))
        assert (found.difference, found.se, found.z, found.p) == (0.0, 0.0, None, None)
        assert set(found.reasons) == {"interval", "z", "p"}


@BOTH
def test_constant_markers_are_alike(compare) -> None:
    found = compare(Marker([2, 2], [2, 2, 2], LOW), Marker([9, 9], [9, 9, 9], HIGH))
    assert (found.first, found.second, found.se, found.p) == (0.5, 0.5, 0.0, None)


@BOTH
@pytest.mark.parametrize(
    ("positive", "negative"), [([1.0], [2.0]), ([1.0], [2.0, 3.0]), ([1.0, 2.0], [3.0]), ([1.0], [1.0])]
)
def test_a_single_value_has_areas_and_nothing_else(compare, positive, negative) -> None:
    found = compare(Marker(positive, negative, LOW), Marker(positive, negative, HIGH))
    assert found.difference == found.first - found.second == (0 if positive == negative else 1)
    assert (found.se, found.interval, found.z, found.df, found.p) == (None,) * 5
    tested = {"z", "p"} if found.paired else {"z", "df", "p"}
    assert set(found.reasons) == {"se", "interval"} | tested
    assert set(found.reasons.values()) == {"a class has a single value, which says nothing about spread"}


def test_unpaired_sets_may_differ_in_size_and_paired_ones_may_not() -> None:
    first, second = Marker([1, 4], [2, 3], LOW), Marker([1, 4, 5], [2, 3], LOW)
    assert compare_unpaired_aucs(first, second).second == 2 / 6
    with pytest.raises(InsufficientDataError, match="same patients; got 2 and 2 rows beside 3 and 2"):
        compare_paired_aucs(first, second)
    exchanged = Marker([2, 3], [1, 4, 5], LOW)
    with pytest.raises(InsufficientDataError, match="got 3 and 2 rows beside 2 and 3"):
        compare_paired_aucs(second, exchanged)


@BOTH
@pytest.mark.parametrize("bad", [[], [math.nan, 1], [math.inf, 1], [-math.inf, 1], [[1, 2]]])
def test_what_is_no_marker_is_refused(compare, bad) -> None:
    good = Marker([1, 2], [1, 2], LOW)
    for marker in (Marker(bad, [1, 2], LOW), Marker([1, 2], bad, HIGH)):
        for pair in ((marker, good), (good, marker)):
            with pytest.raises(InsufficientDataError, match=r"both classes|finite|one value a row"):
                compare(*pair)


@BOTH
@pytest.mark.parametrize("level", [-0.5, 0.0, 1.0, 95.0, math.nan])
def test_a_level_is_a_fraction(compare, level: float) -> None:
    with pytest.raises(InsufficientDataError, match="a level is a fraction"):
        compare(Marker([1, 3], [2, 4], LOW), Marker([1, 2], [3, 4], LOW), level)


# --- invariants


@given(patients, patients, st.tuples(directions, directions))
def test_exchanging_the_markers_changes_the_sign(ours, theirs, sides) -> None:
    first, second = markers(ours, theirs, sides)
    for compare in (compare_paired_aucs, compare_unpaired_aucs):
        here, there = compare(first, second), compare(second, first)
        assert (here.first, here.second, here.difference) == (there.second, there.first, -there.difference)
        assert here.se == pytest.approx(there.se, rel=1e-14)
        if here.z is None or there.z is None:
            assert here.z is there.z
        else:
            assert here.z == pytest.approx(-there.z, rel=1e-12)
            assert here.p == pytest.approx(there.p, rel=1e-12)


@given(patients, patients, st.tuples(directions, directions))
def test_p_and_interval_agree_about_zero(ours, theirs, sides) -> None:
    for compare in (compare_paired_aucs, compare_unpaired_aucs):
        found = compare(*markers(ours, theirs, sides), level=0.9)
        if found.p is None:
            continue
        assert 0 <= found.p <= 1
        assume(abs(found.p - 0.1) > 1e-9)
        assert found.interval is not None
        assert (found.p < 0.1) == (not found.interval.low <= 0 <= found.interval.high)


@given(patients, patients, st.tuples(directions, directions))
def test_unpaired_variances_add_up(ours, theirs, sides) -> None:
    first, second = markers(ours, theirs, sides)
    found = compare_unpaired_aucs(first, second)
    alone = [delong_auc(m.positive, m.negative, m.direction) for m in (first, second)]
    assert (found.first, found.second) == (alone[0].auc, alone[1].auc)
    assert found.se == pytest.approx(math.sqrt(alone[0].se ** 2 + alone[1].se ** 2), rel=1e-12)
    if found.df is not None:  # between the smaller N - 1 and the sum of both
        n = len(ours) + len(theirs)
        assert n - 1 <= found.df * (1 + 1e-12)
        assert found.df <= 2 * (n - 1) * (1 + 1e-12)


@given(patients, patients)
def test_a_marker_that_says_nothing_leaves_delong_s_test_of_one_half(ours, theirs) -> None:
    first, _ = markers(ours, theirs)
    found = compare_paired_aucs(first, Marker([0.0] * len(ours), [0.0] * len(theirs), LOW))
    alone = delong_auc(first.positive, first.negative, LOW)
    assert found.difference == pytest.approx(alone.auc - 0.5, abs=1e-15)
    assert found.se == pytest.approx(alone.se, rel=1e-14)


def test_any_size_of_number_counts_by_its_rank() -> None:
    first = Marker([1e-300, 1e300], [-1e300, 2e-300], LOW)
    second = Marker([-1e300, 1e-300], [1e-300, 1e300], HIGH)
    ranks = Marker([2, 4], [1, 3], LOW), Marker([1, 2], [2, 3], HIGH)
    for compare in (compare_paired_aucs, compare_unpaired_aucs):
        assert compare(first, second) == compare(*ranks)


def test_independent_columns_of_many_patients_compare_alike_paired_and_unpaired() -> None:
    # Without correlation both variances estimate the same.
    rng = np.random.default_rng(1988)
    ours, theirs = rng.normal(0, 1, (2, 50_000)), rng.normal(0.5, 1, (2, 50_000))
    first, second = (Marker(ours[k], theirs[k], LOW) for k in (0, 1))
    paired, unpaired = compare_paired_aucs(first, second), compare_unpaired_aucs(first, second)
    assert paired.difference == pytest.approx(unpaired.difference, abs=1e-15)
    assert paired.se == pytest.approx(unpaired.se, rel=0.02)
    assert unpaired.df == pytest.approx(2 * (100_000 - 1), rel=1e-3)
