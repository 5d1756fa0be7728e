"""Cutpoints against all thresholds counted in fractions, closed forms, invariants, extremes."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint import find_cutpoints
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    CLOSEST_TOPLEFT,
    YOUDEN,
    CutpointMethod,
    both_at_least,
    least_cost,
    sensitivity_at_least,
    specificity_at_least,
)
from gepnet_core.statistics.roc.curve import Direction, OperatingPoint, roc_curve

LOW, HIGH = Direction.LOW, Direction.HIGH

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=15)
directions = st.sampled_from(Direction)
shares = st.integers(1, 20).map(lambda k: k / 20)


def counts(points: tuple[OperatingPoint, ...]) -> list[tuple[int, int]]:
    return [(p.true_positives, p.false_positives) for p in points]


# --- every method in fractions, threshold by threshold


Shares = tuple[Fraction, Fraction]  # sensitivity, specificity


def brute_force(
    x: list[float],
    y: list[float],
    direction: Direction,
    score: Callable[[Shares], Fraction | None],
    nobody: bool,
) -> list[float]:
    """All thresholds with the largest score; None is not allowed."""
    edge = -math.inf if direction is LOW else math.inf
    scored = {}
    for cutoff in [edge] * nobody + sorted({*x, *y}, reverse=direction is HIGH):
        se, fpr = (
            Fraction(sum(v <= cutoff if direction is LOW else v >= cutoff for v in group), len(group))
            for group in (x, y)
        )
        if (one := score((se, 1 - fpr))) is not None:
            scored[cutoff] = one
    return [cutoff for cutoff, one in scored.items() if one == max(scored.values())]


@given(values, values, directions)
def test_youden_and_the_corner_by_brute_force(x, y, direction) -> None:
    found = find_cutpoints(x, y, direction, YOUDEN)
    assert [p.threshold for p in found.points] == brute_force(x, y, direction, lambda s: s[0] + s[1], False)
    assert found.points == roc_curve(x, y, direction).best_by_youden()
    corner = find_cutpoints(x, y, direction, CLOSEST_TOPLEFT)
    assert [p.threshold for p in corner.points] == brute_force(
        x, y, direction, lambda s: -((1 - s[0]) ** 2) - (1 - s[1]) ** 2, False
    )


@given(values, values, directions, shares, shares)
def test_what_must_be_reached_by_brute_force(x, y, direction, least_se, least_sp) -> None:
    def thresholds(method: CutpointMethod) -> list[float]:
        return [p.threshold for p in find_cutpoints(x, y, direction, method).points]

    # A share of twentieths that prints as the requirement reaches it.
    se_needed, sp_needed = Fraction(str(least_se)), Fraction(str(least_sp))
    assert thresholds(sensitivity_at_least(least_se)) == brute_force(
        x, y, direction, lambda s: s[1] if s[0] >= se_needed else None, False
    )
    assert thresholds(specificity_at_least(least_sp)) == brute_force(
        x, y, direction, lambda s: s[0] if s[1] >= sp_needed else None, True
    )
    assert thresholds(both_at_least(least_se, least_sp)) == brute_force(
        x, y, direction, lambda s: s[0] + s[1] if s[0] >= se_needed and s[1] >= sp_needed else None, False
    )


@given(
    values, values, directions, st.sampled_from([1, 2, 5, 0.7]), st.sampled_from([1, 3, 0.1]),
    st.sampled_from([0.1, 0.2, 0.5, 0.9, Fraction(12345678901234567891, 10**20)]),
)  # fmt: skip
def test_least_cost_is_where_metz_s_slope_touches_the_curve(x, y, direction, cost_fn, cost_fp, p) -> None:
    prevalence = Fraction(str(p))
    slope = Fraction(str(cost_fp)) / Fraction(str(cost_fn)) * (1 - prevalence) / prevalence
    found = find_cutpoints(x, y, direction, least_cost(cost_fn, cost_fp, p))
    # The last prevalence leaves int64 for float64.
    expected = brute_force(x, y, direction, lambda s: s[0] - slope * (1 - s[1]), True)
    assert [point.threshold for point in found.points] == expected
    point = found.points[0]
    cost = cost_fn * p * (1 - point.sensitivity) + cost_fp * (1 - p) * (1 - point.specificity)
    assert found.value == pytest.approx(cost, abs=1e-12)


METHODS = (
    YOUDEN, CLOSEST_TOPLEFT, sensitivity_at_least(0.8), specificity_at_least(0.8), both_at_least(0.5, 0.5),
    least_cost(3, 1, 0.2), least_cost(1, 1, 0.12345678901234567),
)  # fmt: skip
methods = pytest.mark.parametrize("method", METHODS, ids=lambda method: method.name)


@settings(max_examples=40)
@given(values, values, directions)
def test_mirroring_marker_and_direction_mirrors_the_points(x, y, direction) -> None:
    other = HIGH if direction is LOW else LOW
    for method in METHODS:
        here = find_cutpoints(x, y, direction, method)
        there = find_cutpoints([-v for v in x], [-v for v in y], other, method)
        assert counts(here.points) == counts(there.points)
        assert [p.threshold for p in here.points] == [-p.threshold for p in there.points]
        assert (here.value, here.reasons) == (there.value, there.reasons)


@settings(max_examples=40)
@given(values, values, directions)
def test_any_rising_transform_leaves_the_counts(x, y, direction) -> None:
    def rising(v: list[float]) -> list[float]:
        return [math.exp(u / 3) + u**3 for u in v]

    for method in METHODS:
        here, there = (find_cutpoints(a, b, direction, method) for a, b in ((x, y), (rising(x), rising(y))))
        assert counts(here.points) == counts(there.points)


@methods
def test_a_block_of_curves_scores_as_each_alone(method: CutpointMethod) -> None:
    rng = np.random.default_rng(3)
    n, m = np.array([[7], [9], [12]]), np.array([[8], [3], [12]])
    tp, fp = (np.sort(rng.integers(0, 1 + size, (3, 20)), axis=1) for size in (n, m))
    together = method.score(tp, fp, n, m)
    for k in range(3):
        alone = method.score(tp[k], fp[k], n[k], m[k])
        # Scores may be scaled by what the block has in common: their order is what counts.
        assert (np.sign(np.subtract.outer(together[k], together[k])) ==
                np.sign(np.subtract.outer(alone, alone))).all()  # fmt: skip


# --- closed forms


def test_a_small_curve_by_hand() -> None:
    # Low is positive: 1+ 2+ 3- 4+ 5- 6+ 7-: (tp, fp) = 10 20 21 31 32 42 43 of 4 and 3.
    x, y = [1, 2, 4, 6], [3, 5, 7]
    assert counts(find_cutpoints(x, y, LOW, YOUDEN).points) == [(2, 0)]
    assert find_cutpoints(x, y, LOW, YOUDEN).value == 0.5
    # Squares of the distance: (2/4)^2 = 0.25, and (1/4)^2 + (1/3)^2 = 0.17.
    assert counts(find_cutpoints(x, y, LOW, CLOSEST_TOPLEFT).points) == [(3, 1)]
    assert find_cutpoints(x, y, LOW, CLOSEST_TOPLEFT).value == pytest.approx(math.sqrt(1 / 16 + 1 / 9))
    assert counts(find_cutpoints(x, y, LOW, sensitivity_at_least(0.75)).points) == [(3, 1)]
    assert counts(find_cutpoints(x, y, LOW, sensitivity_at_least(0.76)).points) == [(4, 2)]
    # Both with no false positive: of the most specific the more sensitive is chosen.
    half = find_cutpoints(x, y, LOW, sensitivity_at_least(0.25))
    assert counts(half.points) == [(1, 0), (2, 0)]
    assert half.chosen is not None and half.chosen.threshold == 2
    assert counts(find_cutpoints(x, y, LOW, specificity_at_least(0.66)).points) == [(3, 1)]
    assert counts(find_cutpoints(x, y, LOW, specificity_at_least(0.67)).points) == [(2, 0)]
    # One missed costs 4 * 0.5 / 4, one called in vain 1 * 0.5 / 3: (4, 2) 0.333, (3, 1) 0.667, (2, 0) 1.
    cost = find_cutpoints(x, y, LOW, least_cost(4, 1, 0.5))
    assert counts(cost.points) == [(4, 2)]
    assert cost.value == pytest.approx(1 / 3)


def test_equal_costs_are_ties_in_decimals() -> None:
    # 1 of 10 missed at 0.3 costs what 3 of 10 called in vain at 0.1 cost; in float64 3 * 0.1 is not 0.3.
    found = find_cutpoints([1.0] * 9 + [3.0], [2.0] * 3 + [4.0] * 7, LOW, least_cost(0.3, 0.1, 0.5))
    assert counts(found.points) == [(9, 0), (10, 3)]
    assert found.chosen is not None and found.chosen.threshold == 1.0  # Youden's index 0.9 to 0.7


def test_equal_distances_are_ties_in_whole_numbers() -> None:
    # 0.4^2 + 0.3^2 = 0.3^2 + 0.4^2 = 0.25, of which 1 - 0.6 and 1 - 0.7 in float64 make two numbers.
    assert (1 - 0.7) ** 2 + 0.4**2 != (1 - 0.6) ** 2 + 0.3**2
    x, y = [1.0] * 6 + [3.0] + [9.0] * 3, [0.5] * 3 + [2.0] + [8.0] * 6
    found = find_cutpoints(x, y, LOW, CLOSEST_TOPLEFT)
    assert counts(found.points) == [(6, 3), (7, 4)]


@pytest.mark.parametrize("direction", Direction)
def test_nobody_is_called_where_that_is_the_answer(direction: Direction) -> None:
    # The most extreme value is a negative's.
    sign = 1 if direction is LOW else -1
    x, y = [sign * 2.0, sign * 4.0], [sign * 1.0, sign * 3.0, sign * 5.0]
    for method in (specificity_at_least(1), least_cost(1, 100, 0.5)):
        found = find_cutpoints(x, y, direction, method)
        (point,) = found.points
        assert point == OperatingPoint(-sign * math.inf, None, 0, 0, 2, 3)
        assert (point.sensitivity, point.specificity, point.youden) == (0, 1, 0)
        assert found.chosen == point
        assert set(found.reasons) == {"points.0.threshold", "points.0.midpoint"}
        assert "nobody" in found.reasons["points.0.threshold"]
        # As a cutoff it calls nobody.
        assert counts((roc_curve(x, y, direction).at(point.threshold),)) == [(0, 0)]
    assert find_cutpoints(x, y, direction, specificity_at_least(1)).value == 0


def test_calling_nobody_ties_with_a_threshold() -> None:
    # One missed of two costs as much as one called in vain of two.
    found = find_cutpoints([2], [1], LOW, least_cost(1, 1, 0.5))
    assert [(p.threshold, p.midpoint) for p in found.points] == [(-math.inf, None), (2.0, None)]
    assert found.chosen == found.points[0]  # both have index 0: the stricter
    assert set(found.reasons) == {"points.0.threshold", "points.0.midpoint", "points.1.midpoint"}
    assert "everybody" in found.reasons["points.1.midpoint"]


def test_no_threshold_reaches_both_and_it_is_said() -> None:
    found = find_cutpoints([1, 3], [2, 4], LOW, both_at_least(0.6, 0.6))
    assert (found.points, found.value, found.chosen) == ((), None, None)
    assert found.reasons["points"] == (
        "no threshold is allowed: sensitivity of at least 0.6 and specificity of at least 0.6"
    )
    assert "value" in found.reasons


def test_a_method_of_one_s_own_in_floats() -> None:
    # Positive predictive value at half and half, of thresholds that call someone.
    def score(tp, fp, n, m):
        called = tp / n + fp / m
        return np.where(called > 0.7, tp / n / np.where(called > 0, called, 1), -np.inf)

    method = CutpointMethod("ppv", "predictive value", score, lambda p: p.sensitivity, may_call_nobody=True)
    found = find_cutpoints([1, 2, 4, 6], [3, 5, 7], LOW, method)
    # (2, 1) 0.60, (3, 1) 0.69, (3, 2) 0.53, (4, 2) 0.60, (4, 3) 0.50; (1, 0) and (2, 0) call too few.
    assert counts(found.points) == [(3, 1)]

    def nothing(tp, fp, n, m):
        return np.full(tp.shape, -np.inf)

    never = CutpointMethod("never", "never", nothing, lambda p: 0.0, may_call_nobody=True)
    assert find_cutpoints([1], [2], LOW, never).points == ()


def test_methods_are_equal_by_what_they_ask_for() -> None:
    assert sensitivity_at_least(0.9) == sensitivity_at_least(0.9) != sensitivity_at_least(0.95)
    assert least_cost(1, 2, 0.1) == least_cost(1, 2, 0.1) != least_cost(2, 1, 0.1)
    assert specificity_at_least(0.9) != sensitivity_at_least(0.9)
    assert len(set(METHODS)) == len(METHODS)
    assert [method.parameters for method in METHODS[:6]] == [(), (), (0.8,), (0.8,), (0.5, 0.5), (3, 1, 0.2)]


# --- what is required: just below, on, just above


@pytest.mark.parametrize("n", [3, 7, 10, 29, 100])
def test_a_share_that_prints_as_the_requirement_reaches_it(n: int) -> None:
    x, y = [float(k) for k in range(n)], [float(n)]
    for k in range(1, n + 1):
        on = find_cutpoints(x, y, LOW, sensitivity_at_least(k / n)).points[0]
        above = (
            find_cutpoints(x, y, LOW, sensitivity_at_least(math.nextafter(k / n, 2))).points if k < n else ()
        )
        assert on.true_positives == k
        assert [p.true_positives for p in above][:1] == ([k + 1] if k < n else [])


@pytest.mark.parametrize("least", [math.nan, -0.1, 0.0, math.nextafter(1, 2), math.inf])
def test_a_requirement_is_above_0_and_at_most_1(least: float) -> None:
    for make in (sensitivity_at_least, specificity_at_least, lambda v: both_at_least(v, 0.5),
                 lambda v: both_at_least(0.5, v)):  # fmt: skip
        with pytest.raises(InsufficientDataError, match="is a fraction"):
            make(least)


@pytest.mark.parametrize("least", [5e-324, 1.0])
def test_the_ends_of_what_may_be_required(least: float) -> None:
    assert counts(find_cutpoints([1, 3], [2, 4], LOW, sensitivity_at_least(least)).points) == (
        [(1, 0)] if least < 1 else [(2, 1)]
    )
    assert counts(find_cutpoints([1, 3], [2, 4], LOW, specificity_at_least(least)).points) == (
        [(2, 1)] if least < 1 else [(1, 0)]
    )


@pytest.mark.parametrize("bad", [0, -1, math.nan, math.inf])
def test_costs_are_finite_and_above_0(bad: float) -> None:
    for cost_fn, cost_fp in ((bad, 1.0), (1.0, bad)):
        with pytest.raises(InsufficientDataError, match="has a cost"):
            least_cost(cost_fn, cost_fp, 0.5)


@pytest.mark.parametrize("bad", [0, 1, -0.1, 1.1, math.nan])
def test_a_prevalence_is_a_fraction(bad: float) -> None:
    with pytest.raises(InsufficientDataError, match="prevalence"):
        least_cost(1, 1, bad)


# --- extremes


@methods
@pytest.mark.parametrize(
    ("x", "y"),
    [([1.0], [1.0]), ([1.0], [2.0]), ([2.0], [1.0]), ([1.0, 1.0], [1.0, 1.0]), ([3.0] * 5, [3.0]),
     ([1.0, 2.0], [3.0, 4.0]), ([3.0, 4.0], [1.0, 2.0]), ([1e-300, 5e-324], [1e300, -1e300])],
)  # fmt: skip
@pytest.mark.parametrize("direction", Direction)
def test_few_or_equal_or_extreme_values(method: CutpointMethod, x, y, direction: Direction) -> None:
    found = find_cutpoints(x, y, direction, method)
    assert bool(found.points) or ("points" in found.reasons and method.name == "both_at_least")
    for point in found.points:
        counted = [sum(v <= point.threshold if direction is LOW else v >= point.threshold for v in group)
                   for group in (x, y)]  # fmt: skip
        assert counted == [point.true_positives, point.false_positives]
    assert (found.value is None) == (not found.points)


@methods
def test_separate_classes_have_one_perfect_cutoff(method: CutpointMethod) -> None:
    found = find_cutpoints([1.0, 2.0], [3.0, 4.0], LOW, method)
    assert found.chosen == OperatingPoint(2.0, 2.5, 2, 0, 2, 2)
    assert found.value == {"closest_topleft": 0, "least_cost": 0}.get(method.name, 1)


@pytest.mark.parametrize(("cost_fn", "cost_fp"), [(1e-300, 1e300), (1e300, 1e-300), (5e-324, 1.7e308)])
def test_costs_of_any_size(cost_fn: float, cost_fp: float) -> None:
    found = find_cutpoints([1, 2, 5], [0, 4, 6], LOW, least_cost(cost_fn, cost_fp, 0.3))
    # Nobody is called where a false positive costs all, every positive one where a false negative does.
    assert counts(found.points) == ([(0, 0)] if cost_fn < cost_fp else [(3, 2)])
    assert found.value is not None and math.isfinite(found.value)


@pytest.mark.parametrize(("x", "y"), [([], [1.0]), ([1.0], []), ([math.nan], [1.0]), ([1.0], [math.inf])])
def test_what_is_no_marker_is_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(InsufficientDataError):
        find_cutpoints(x, y, LOW, YOUDEN)


@pytest.mark.parametrize(
    ("method", "expected"),
    [
        # Normals two SD apart: midway by symmetry; quantiles of 0.8; where exp(2 - 2 c) is Metz's slope 4/3.
        (YOUDEN, 1.0),
        (CLOSEST_TOPLEFT, 1.0),
        (both_at_least(0.5, 0.5), 1.0),
        (sensitivity_at_least(0.8), 0.8416),
        (specificity_at_least(0.8), 2 - 0.8416),
        (least_cost(3, 1, 0.2), 1 - math.log(4 / 3) / 2),
        (least_cost(3, 1, 0.20000000000000004), 1 - math.log(4 / 3) / 2),  # too many digits for int64
    ],
    ids=lambda value: getattr(value, "name", str(value)),
)
def test_a_hundred_thousand_rows(method: CutpointMethod, expected: float) -> None:
    # 49 999 and 50 001 have no common factor: squared distances leave int64, and are compared in float64.
    rng = np.random.default_rng(2017)
    found = find_cutpoints(rng.normal(0, 1, 49_999), rng.normal(2, 1, 50_001), LOW, method)
    assert found.chosen is not None
    assert found.chosen.threshold == pytest.approx(expected, abs=0.08)


def test_squared_distances_are_whole_numbers_as_long_as_int64_holds_them() -> None:
    # 40 009 and 40 013 have no common factor: their product squared has 19 digits, where float64 has 16.
    n, m = 40_009, 40_013
    tp, fp = np.array([0, 39_001, 40_009]), np.array([0, 12_345, 40_013])
    found = CLOSEST_TOPLEFT.score(tp, fp, np.array([n]), np.array([m]))
    by_hand = [-(((n - a) * m) ** 2 + (b * n) ** 2) for a, b in zip(tp.tolist(), fp.tolist(), strict=True)]
    assert by_hand[1] != int(float(by_hand[1]))
    assert found.tolist() == by_hand
