"""HU and ratio: what is refused, what is exact, what is equal."""

from __future__ import annotations

import math
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.measurement import compare, parse_number
from gepnet_core.case.phase import Phase
from gepnet_core.errors import MeasurementError
from tests.case.cases import measurement


@pytest.mark.parametrize("hu", ["-1024", "3071", "-1023.9", "3070.9", "0", "-0", "-0.1", -1024.0, 3071.0])
def test_lesions_from_minus_1024_to_3071_are_hu(hu) -> None:
    assert measurement(Phase.HAP, hu, "50").ratio == float(Fraction(Decimal(hu)) / 50)


@pytest.mark.parametrize("liver", ["3071", "0.1", "0.01", 3071.0, 0.1])
def test_livers_above_0_up_to_3071_are_hu(liver) -> None:
    assert measurement(Phase.HAP, "50", liver).ratio > 0


@pytest.mark.parametrize("tissue", ["lesion", "liver"])
@pytest.mark.parametrize(
    "hu",
    [
        "3072",
        "3071.1",
        "-1025",
        "-1024.1",
        "NaN",
        "sNaN",
        "Infinity",
        "-Infinity",
        "1E+400",
        3071.0000001,
        -1024.0000001,
        math.nan,
        math.inf,
        -math.inf,
        1e308,
    ],
)
def test_what_is_no_hu_is_refused_at_its_field(tissue: str, hu) -> None:
    values = {"lesion": "50", "liver": "60", tissue: hu}
    with pytest.raises(MeasurementError, match="no HU of tissue") as caught:
        measurement(Phase.PVP, values["lesion"], values["liver"])
    assert caught.value.field == f"pvp.{tissue}"
    assert caught.value.allowed == "-1024 to 3071 HU"
    assert caught.value.got is not None and caught.value.remedy is not None


@pytest.mark.parametrize("liver", ["0", "-0", "0.0", "-0.1", "-50", 0.0, -0.0, -1e-12])
def test_a_liver_at_or_below_0_has_no_ratio(liver) -> None:
    with pytest.raises(MeasurementError, match="above 0") as caught:
        measurement(Phase.HAP, "50", liver)
    assert caught.value.field == "hap.liver"


@pytest.mark.parametrize("liver", [5e-324, 1e-310, "0.00000000000000000000000000000001"])
def test_a_liver_that_no_float_could_divide_by_is_refused_and_not_a_crash(liver) -> None:
    with pytest.raises(MeasurementError, match="too close to 0") as caught:
        measurement(Phase.HAP, "50", liver)
    assert caught.value.field == "hap.liver"


def test_a_negative_lesion_has_a_negative_ratio() -> None:
    assert measurement(Phase.HAP, "-30", "60").ratio == -0.5


@pytest.mark.parametrize(
    ("lesion", "liver", "side"),
    [
        ("44.9", "50", 0),
        ("44.8", "50", -1),
        ("45.0", "50", 1),
        ("44.900000000000001", "50", 1),  # float64 sees no difference from 44.9
        ("44.899999999999999", "50", -1),
        ("0.6286", "0.7", 0),  # in float64 the quotient is 0.8980000000000001
        ("0.2694", "0.3", 0),  # and here 0.8979999999999999
        ("80.371", "89.5", 0),
    ],
)
def test_typed_values_compare_as_decimals(lesion: str, liver: str, side: int) -> None:
    typed = measurement(Phase.HAP, lesion, liver)
    assert typed.is_exact
    assert compare(typed.exact_ratio, Fraction("0.898"), exact=True) == side


@pytest.mark.parametrize(
    ("relative", "side"),
    [(0, 0), (9e-10, 0), (-9e-10, 0), (1.1e-9, 1), (-1.1e-9, -1), (1e-6, 1), (-1e-6, -1)],
)
def test_measured_values_are_equal_within_1e_9(relative: float, side: int) -> None:
    assert compare(Fraction(44.9 * (1 + relative)), Fraction("44.9"), exact=False) == side


@pytest.mark.parametrize(("beyond", "side"), [(0, 0), (1, -1)])
def test_a_relative_difference_of_1e_9_is_equal_and_the_next_beyond_is_not(beyond: int, side: int) -> None:
    # 1e9 / (1e9 - 1) is beyond 1 by 1e-9 of itself, the larger of the two.
    right = Fraction(10**9, 10**9 - 1) + Fraction(beyond, 10**30)
    assert (right - 1 == right / 10**9) is (beyond == 0)
    assert compare(Fraction(1), right, exact=False) == side
    assert compare(right, Fraction(1), exact=False) == -side


def test_zero_equals_zero_alone_without_a_scale() -> None:
    assert compare(Fraction(0), Fraction(0), exact=False) == 0
    assert compare(Fraction(1, 10**12), Fraction(0), exact=False) == 1
    assert compare(Fraction(1, 10**12), Fraction(0), exact=False, scale=Fraction(1)) == 0


@given(st.fractions(), st.fractions())
def test_exact_comparison_is_that_of_numbers_and_turns_with_its_arguments(left, right) -> None:
    assert compare(left, right, exact=True) == (left > right) - (left < right)
    assert compare(left, right, exact=False) == -compare(right, left, exact=False)


@pytest.mark.parametrize(("lesion", "liver"), [("50", 60.0), (50.0, "60"), (50.0, 60.0)])
def test_one_measured_value_makes_the_ratio_a_measured_one(lesion, liver) -> None:
    assert not measurement(Phase.HAP, lesion, liver).is_exact


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("44.9", "44.9"),
        ("44,9", "44.9"),
        ("-12", "-12"),
        ("\N{MINUS SIGN}12,5", "-12.5"),
        ("+7", "7"),
        ("  44.9 \t", "44.9"),
        ("\N{NO-BREAK SPACE}44.9\N{THIN SPACE}", "44.9"),
        ("44.", "44"),
        (",5", "0.5"),
        ("007", "7"),
        ("44.90", "44.90"),
        ("1" * 40, "1" * 40),
    ],
)
def test_a_number_is_read_with_all_its_digits(text: str, value: str) -> None:
    parsed = parse_number(text, "hap.lesion")
    assert str(parsed) == str(Decimal(value))


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        ".",
        ",",
        "-",
        "+",
        "--5",
        "+-5",
        "5-",
        "1e3",
        "1E3",
        "1_000",
        "1,234.5",
        "1.234,5",
        "1 000",
        "4 4.9",
        "44.9 HU",
        "44,9,1",
        "nan",
        "NaN",
        "inf",
        "-inf",
        "Infinity",
        "0x10",
        "½",
        "²",
        "١٢",
        "１２",
        "४४",
        "44٫9",
        "44·9",
        "44'9",
        "\x0044",
        "4\u200b4",
        "=1+1",
        "1" * 41,
        "9" * 10000,
        "44\n9",
        "–5",
        "<44",
        "~44",
        "44/50",
        "44%",
        "twelve",
    ],
)
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(MeasurementError) as caught:
        parse_number(text, "pvp.liver", "the liver's HU")
    assert caught.value.field == "pvp.liver"
    assert caught.value.what == "this is not the liver's HU"
    assert "44.9 or 44,9" in str(caught.value)
    assert len(str(caught.value)) < 400


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-1024, max_value=3071, places=3))
def test_what_is_written_is_read_back(value: Decimal) -> None:
    for text in (f"{value:f}", f"{value:f}".replace(".", ",")):
        assert parse_number(text, "hap.lesion") == value


@given(st.text(max_size=30))
def test_whatever_is_typed_gives_a_finite_number_or_the_error(text: str) -> None:
    try:
        assert parse_number(text, "hap.lesion").is_finite()
    except MeasurementError as error:
        assert error.field == "hap.lesion"


@given(st.integers(-10240, 30710), st.integers(1, 30710), st.integers(1, 100))
def test_the_ratio_does_not_change_with_the_unit(lesion: int, liver: int, factor: int) -> None:
    if max(abs(lesion), liver) * factor <= 10240:
        one = measurement(Phase.HAP, f"{lesion / 10:.1f}", f"{liver / 10:.1f}")
        other = measurement(Phase.HAP, f"{lesion * factor / 10:.1f}", f"{liver * factor / 10:.1f}")
        assert one.exact_ratio == other.exact_ratio
