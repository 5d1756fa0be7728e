"""Two cutoffs: an example by hand, normals in closed form, brute force, and what cannot be reached."""

from __future__ import annotations

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.two_cutoffs import TwoCutoffs, ZoneCounts, two_cutoffs
from gepnet_core.statistics.roc.curve import Direction, OperatingPoint

LOW, HIGH = Direction.LOW, Direction.HIGH

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=12)
shares = st.integers(1, 10).map(lambda k: k / 10)


@pytest.mark.parametrize("direction", Direction)
def test_an_example_by_hand(direction: Direction) -> None:
    # Low is positive: 1+ 2+ 3+ 4- 5+ 6+ 7- 8- 9+ 10- 11- 12-.
    sign = 1 if direction is LOW else -1
    x, y = [sign * v for v in (1, 2, 3, 5, 6, 9)], [sign * v for v in (4, 7, 8, 10, 11, 12)]
    found = two_cutoffs(x, y, direction, sensitivity=1, specificity=0.9)
    # All six positives lie at or below 9; up to 3 there is no negative.
    assert found.rule_out == OperatingPoint(sign * 9.0, sign * 9.5, 6, 3, 6, 6)
    assert found.rule_in == OperatingPoint(sign * 3.0, sign * 3.5, 3, 0, 6, 6)
    assert found.positive_class == ZoneCounts(3, 3, 0)
    assert found.negative_class == ZoneCounts(0, 3, 3)
    assert (found.positive_class.grey_share, found.negative_class.grey_share, found.grey_share) == (
        0.5,
        0.5,
        0.5,
    )
    assert found.single is None
    assert set(found.reasons) == {"single"}
    assert (found.sensitivity, found.specificity) == (1, 0.9)


@pytest.mark.parametrize(("sensitivity", "specificity"), [(5 / 6, 5 / 6), (0.5, 1.0), (0.8, 0.5)])
def test_one_cutoff_that_reaches_both_leaves_no_zone(sensitivity: float, specificity: float) -> None:
    x, y = [1, 2, 3, 5, 6, 9], [4, 7, 8, 10, 11, 12]
    found = two_cutoffs(x, y, LOW, sensitivity=sensitivity, specificity=specificity)
    # (5, 1) at 6 is the best by Youden's index; three of six without a false positive at 3.
    assert found.single is not None
    assert found.single.threshold == (3 if specificity == 1 else 6)
    assert found.positive_class == ZoneCounts(found.single.true_positives, 0, 6 - found.single.true_positives)
    assert found.negative_class == ZoneCounts(
        found.single.false_positives, 0, 6 - found.single.false_positives
    )
    assert (found.grey_share, dict(found.reasons)) == (0, {})


@pytest.mark.parametrize("apart", [0.5, 1, 2, 3, 3.2, 3.4, 4])
def test_normals_have_the_intermediate_range_of_their_quantiles(apart: float) -> None:
    # TG-ROC (Greiner, Sohr, Goebel 1995) of N(0, 1) and N(d, 1) at 95 %: rule out above z = 1.645, rule in to
    # d - z; between lie Phi(z) - Phi(d - z) of each class. From d = 2 z = 3.29 on one cutoff will do.
    normal, n = NormalDist(), 4000
    quantiles = [normal.inv_cdf((k + 0.5) / n) for k in range(n)]
    found = two_cutoffs(quantiles, [q + apart for q in quantiles], LOW, sensitivity=0.95, specificity=0.95)
    z = normal.inv_cdf(0.95)
    assert found.rule_out.threshold == pytest.approx(z, abs=0.006)
    assert (found.single is None) == (apart < 2 * z)
    if found.single is None:
        assert found.rule_in.threshold == pytest.approx(apart - z, abs=0.006)
        for zones in (found.positive_class, found.negative_class):
            assert zones.grey_share == pytest.approx(0.95 - normal.cdf(apart - z), abs=0.001)
    else:
        assert found.single.threshold == pytest.approx(apart / 2, abs=0.06)  # midway by symmetry
        assert found.grey_share == 0


def test_nobody_is_ruled_in_or_out_where_only_that_is_safe() -> None:
    # The lowest value is a negative's and the highest a positive's.
    found = two_cutoffs([2, 5], [1, 3, 4], LOW, sensitivity=1, specificity=1)
    assert found.rule_in == OperatingPoint(-math.inf, None, 0, 0, 2, 3)
    assert found.rule_out == OperatingPoint(5.0, None, 2, 3, 2, 3)
    assert (found.positive_class, found.negative_class) == (ZoneCounts(0, 2, 0), ZoneCounts(0, 3, 0))
    assert found.grey_share == 1
    assert set(found.reasons) == {"single", "rule_in", "rule_out"}
    assert "no value rules in" in found.reasons["rule_in"]
    assert "no value rules out" in found.reasons["rule_out"]


@pytest.mark.parametrize(
    ("x", "y", "side"), [([1, 5], [3, 4], "rule_out"), ([2, 3], [1, 4], "rule_in"), ([1, 3], [2, 4], None)]
)
def test_only_the_side_that_rules_nothing_is_told(x: list[float], y: list[float], side: str | None) -> None:
    found = two_cutoffs(x, y, LOW, sensitivity=1, specificity=1)
    assert set(found.reasons) == {"single", side} - {None}
    assert (found.positive_class.called_positive == 0) == (side == "rule_in")
    assert (found.negative_class.called_negative == 0) == (side == "rule_out")


def test_equally_specific_cutoffs_take_in_the_positives_between() -> None:
    # At half the positives 1 and 2 will do, each without a false positive.
    found = two_cutoffs([1, 2, 4, 4], [3, 5, 6, 7], LOW, sensitivity=0.25, specificity=0.5)
    assert found.rule_out.threshold == 2


@given(values, values, st.sampled_from(Direction), shares, shares)
def test_zones_by_brute_force(x, y, direction, sensitivity, specificity) -> None:
    found = two_cutoffs(x, y, direction, sensitivity=sensitivity, specificity=specificity)
    assert found.rule_out.true_positives / len(x) >= sensitivity
    assert (len(y) - found.rule_in.false_positives) / len(y) >= specificity
    assert (found.positive_class.n, found.negative_class.n) == (len(x), len(y))

    def reaches(cutoff: float) -> bool:
        se = sum(v <= cutoff if direction is LOW else v >= cutoff for v in x) / len(x)
        sp = sum(v > cutoff if direction is LOW else v < cutoff for v in y) / len(y)
        return se >= sensitivity and sp >= specificity

    assert (found.single is not None) == any(map(reaches, {*x, *y}))
    if found.single is not None:
        assert reaches(found.single.threshold)
        assert found.grey_share == 0
        return
    assert found.positive_class.grey + found.negative_class.grey > 0
    assert zones(found, x, direction) == found.positive_class
    assert zones(found, y, direction) == found.negative_class


def zones(found: TwoCutoffs, group: list[float], direction: Direction) -> ZoneCounts:
    sign = 1 if direction is LOW else -1
    n_in = sum(sign * v <= sign * found.rule_in.threshold for v in group)
    n_out = sum(sign * v > sign * found.rule_out.threshold for v in group)
    return ZoneCounts(n_in, len(group) - n_in - n_out, n_out)


@given(values, values, st.sampled_from(Direction), shares, shares)
def test_mirroring_marker_and_direction_changes_no_count(x, y, direction, sensitivity, specificity) -> None:
    other = HIGH if direction is LOW else LOW
    here = two_cutoffs(x, y, direction, sensitivity=sensitivity, specificity=specificity)
    there = two_cutoffs(
        [-v for v in x], [-v for v in y], other, sensitivity=sensitivity, specificity=specificity
    )
    assert (here.positive_class, here.negative_class, here.reasons) == (
        there.positive_class,
        there.negative_class,
        there.reasons,
    )
    assert (here.rule_in.threshold, here.rule_out.threshold) == (
        -there.rule_in.threshold,
        -there.rule_out.threshold,
    )


@pytest.mark.parametrize(
    ("x", "y", "grey"),
    [([1.0], [2.0], 0), ([2.0], [1.0], 1), ([1.0], [1.0], 1), ([3.0] * 4, [3.0] * 9, 1),
     ([-1e300, 5e-324], [1e-300, 1e300], 0)],
)  # fmt: skip
def test_few_or_equal_or_extreme_values(x: list[float], y: list[float], grey: float) -> None:
    assert two_cutoffs(x, y, LOW, sensitivity=0.9, specificity=0.9).grey_share == grey


@pytest.mark.parametrize("bad", [0, -1, 1.01, math.nan])
def test_requirements_are_fractions(bad: float) -> None:
    for sensitivity, specificity in ((bad, 0.9), (0.9, bad)):
        with pytest.raises(InsufficientDataError, match="is a fraction"):
            two_cutoffs([1], [2], LOW, sensitivity=sensitivity, specificity=specificity)


@pytest.mark.parametrize(("x", "y"), [([], [1.0]), ([1.0], []), ([math.nan], [1.0])])
def test_what_is_no_marker_is_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(InsufficientDataError):
        two_cutoffs(x, y, LOW, sensitivity=0.9, specificity=0.9)
