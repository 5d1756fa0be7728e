"""Numbers as they are shown: never on the wrong side of what they are compared with."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.numbers import (
    format_change,
    format_cutoff,
    format_decimal,
    format_delta_hu,
    format_hu,
    format_likelihood_ratio,
    format_percent,
    format_proportion,
    format_ratio,
    format_typed_percent,
    natural_frequency,
    rounded_beside,
)
from gepnet_core.statistics.intervals import wilson_interval

CUTOFF = Decimal("0.898")
FINITE = st.floats(-1e6, 1e6, allow_nan=False)


def side(value: Fraction, mark: Fraction) -> int:
    return (value > mark) - (value < mark)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (Decimal("0.8979"), "0.8979"),
        (Decimal("0.89799996"), "0.89799996"),
        (Decimal("0.8980004"), "0.8980004"),
        (Decimal("0.8984"), "0.8984"),
        (Fraction(449, 500), "0.898"),
        (Fraction(55, 75), "0.733"),
        (Fraction(55, 40), "1.375"),
        (Fraction(-1, 100000), "-0.00001"),
        (0, "0.000"),
    ],
)
def test_ratio_has_three_decimals_and_as_many_more_as_show_its_side(value: Fraction, shown: str) -> None:
    assert format_ratio(value, CUTOFF) == shown


@given(st.floats(-50, 50, allow_nan=False) | st.floats(0.8979, 0.8981), st.decimals("0.001", "10", places=5))
def test_ratio_never_changes_sides(value: float, cutoff: Decimal) -> None:
    shown = Fraction(format_ratio(value, cutoff))
    assert side(shown, Fraction(cutoff)) == side(Fraction(value), Fraction(cutoff))
    assert abs(shown - Fraction(value)) <= Fraction(1, 2000)


@pytest.mark.parametrize(
    ("cutoff", "shown"),
    [
        (0.898, "0.898"),
        (0.8979, "0.8979"),
        (0.89801, "0.89801"),
        (0.8980000000000001, "0.8980000000000001"),
        (0.8979999999999999, "0.8979999999999999"),
        (0.93, "0.930"),
        (0.9315, "0.932"),
        (-0.0004, "0.000"),
        (1e-300, "0.000"),
        (-2.0, "-2.000"),
        (1e16, "10000000000000000.000"),
    ],
)
def test_a_cutoff_has_three_decimals_and_as_many_more_as_show_its_side(cutoff: float, shown: str) -> None:
    assert format_cutoff(cutoff, CUTOFF) == shown


@given(FINITE | st.floats(0.8979, 0.8981))
def test_a_cutoff_is_shown_equal_to_the_published_one_only_where_it_is(cutoff: float) -> None:
    shown = Fraction(format_cutoff(cutoff, CUTOFF))
    # The decimal that a float prints as: 0.898 typed is the published cutoff itself.
    assert side(shown, Fraction(CUTOFF)) == side(Fraction(repr(cutoff)), Fraction(CUTOFF))
    assert abs(shown - Fraction(repr(cutoff))) <= Fraction(1, 2000)


def test_measured_ratio_that_the_rule_takes_as_equal_is_shown_as_the_cutoff() -> None:
    assert format_ratio(0.8980000000000001, CUTOFF, at_cutoff=True) == "0.898"
    assert format_ratio(0.8980000000000001, CUTOFF) != "0.898"


@given(FINITE, st.lists(st.decimals(-1000, 1000, places=3), max_size=3), st.integers(0, 4))
def test_rounding_keeps_the_side_of_every_mark(value: float, marks: list[Decimal], decimals: int) -> None:
    text = rounded_beside(value, marks, decimals)
    for mark in marks:
        assert side(Fraction(text), Fraction(mark)) == side(Fraction(value), Fraction(mark))
    assert abs(Fraction(text) - Fraction(value)) <= Fraction(1, 2 * 10**decimals)
    assert not (text.startswith("-") and Fraction(text) == 0)


@pytest.mark.parametrize(
    ("hu", "shown"),
    [
        (Decimal("45"), "45.0"),
        (Decimal("44.95"), "44.95"),
        (Decimal("44.9"), "44.9"),
        (Decimal("-3"), "-3.0"),
        (Decimal("1E+2"), "100.0"),
        (44.96, "45.0"),
        (44.94, "44.9"),
        (-0.04, "-0.04"),
        (0.0, "0.0"),
    ],
)
def test_typed_hu_as_typed_and_measured_hu_with_one_decimal(hu: Decimal | float, shown: str) -> None:
    assert format_hu(hu) == shown


@pytest.mark.parametrize(
    ("delta", "shown"), [(3.2, "+3.2 HU"), (-23.03, "-23.0 HU"), (0.04, "+0.04 HU"), (-0.003, "-0.003 HU")]
)
def test_differences_carry_sign_and_unit_and_never_round_to_zero(delta: float, shown: str) -> None:
    assert format_delta_hu(delta) == shown


@pytest.mark.parametrize(
    ("change", "at", "shown"),
    [
        (Fraction("-0.2"), True, "-0.200"),
        (Fraction("-0.20004"), False, "-0.20004"),
        (Fraction("0.19996"), False, "+0.19996"),
        (Fraction("-0.13925"), False, "-0.139"),
        (Fraction(0), False, "0.000"),
    ],
)
def test_a_change_keeps_its_side_of_the_tolerance(change: Fraction, at: bool, shown: str) -> None:
    assert format_change(change, Decimal("0.20"), at_tolerance=at, decimals=3) == shown


def test_a_measured_change_at_the_tolerance_is_shown_as_the_tolerance() -> None:
    assert format_change(-0.2000000001, Decimal("0.20"), at_tolerance=True, decimals=3) == "-0.200"


def test_proportions_put_counts_first() -> None:
    # Cui et al. 2017, Results: "82.6% (19 of 23)". Wilson limits: statsmodels 0.15.0,
    # proportion_confint(19, 23, method="wilson") gives (0.62862, 0.93021).
    assert format_proportion(19, 23, wilson_interval(19, 23)) == "19 of 23 (82.6 %, 95 % CI 62.9-93.0)"
    assert format_proportion(0, 23, wilson_interval(0, 23)) == "0 of 23 (0.0 %, 95 % CI 0.0-14.3)"
    assert format_proportion(23, 23) == "23 of 23 (100.0 %)"


def test_a_share_is_never_rounded_to_nothing_or_to_all() -> None:
    assert format_proportion(1, 100_000) == "1 of 100000 (0.001 %)"
    assert format_proportion(99_999, 100_000) == "99999 of 100000 (99.999 %)"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (6497.9, "6500"),
        (137.2, "140"),
        (13.7, "14"),
        (2.34, "2.3"),
        (0.115, "0.12"),
        (0.0227, "0.023"),
        (0.996, "0.996"),
        (1.004, "1.004"),
        (1.0, "1.0"),
        (0.0, "0"),
    ],
)
def test_likelihood_ratios_have_two_digits_and_never_cross_one(value: float, shown: str) -> None:
    assert format_likelihood_ratio(value) == shown


@given(st.floats(1e-12, 1e12))
def test_likelihood_ratio_keeps_its_side_of_one_and_its_size(value: float) -> None:
    shown = Fraction(format_likelihood_ratio(value))
    assert side(shown, Fraction(1)) == side(Fraction(value), Fraction(1))
    assert abs(shown - Fraction(value)) <= Fraction(value) * Fraction(51, 1000)


@pytest.mark.parametrize(
    ("probability", "shown"),
    [
        (0.006018, "0.60 %"),
        (0.0011918, "0.12 %"),
        (0.016432, "1.6 %"),
        (0.5, "50.0 %"),
        (0.99994, "99.9940 %"),
        (0.0, "0.0 %"),
        (1.0, "100.0 %"),
    ],
)
def test_probabilities_keep_two_digits_near_their_ends(probability: float, shown: str) -> None:
    assert format_percent(probability) == shown


@given(st.floats(1e-300, 1 - 1e-15))
def test_an_uncertain_probability_is_never_shown_as_certain(probability: float) -> None:
    shown = Fraction(format_percent(probability).removesuffix(" %"))
    assert 0 < shown < 100


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("0.05", "5 %"), ("0.5", "50 %"), ("0.125", "12.5 %"), ("0.050", "5.0 %"), ("0.9999", "99.99 %")],
)
def test_a_typed_fraction_keeps_its_digits(typed: str, shown: str) -> None:
    assert format_typed_percent(Decimal(typed)) == shown


def test_decimals_as_typed_without_exponent() -> None:
    assert format_decimal(Decimal("1E-7")) == "0.0000001"
    assert format_decimal(Decimal("0.20")) == "0.20"
    assert format_decimal(Decimal("10"), 1) == "10.0"


def test_natural_frequencies_choose_a_denominator_with_a_patient_on_either_side() -> None:
    # .0060 [.0012-.0164]: the study's cell 19:2 at a pre-test probability of 0.05.
    shown = natural_frequency(0.006018, 0.0011918, 0.016432)
    assert (shown.denominator, shown.median, shown.low, shown.high) == (1000, "6", "1", "16")
    shown = natural_frequency(0.45, 0.161, 0.826)
    assert (shown.denominator, shown.median, shown.low, shown.high) == (100, "45", "16", "83")
    shown = natural_frequency(1e-8, 1e-9, 1e-3)
    assert (shown.denominator, shown.median, shown.high) == (1_000_000, "fewer than 1", "1000")
    assert natural_frequency(0.9, 0.5, 1 - 1e-9).high == "more than 999999"
