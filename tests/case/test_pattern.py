"""The pattern under both definitions, on and beside the tolerance."""

from __future__ import annotations

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.pattern import (
    EnhancementPattern,
    PatternDefinition,
    PatternSource,
    check_tolerance,
    derive_pattern,
)
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import judge_pattern
from gepnet_core.errors import MeasurementError
from gepnet_core.study.facts import fact
from tests.case.cases import case, measurement

PLATEAU, WASHOUT, PROGRESSIVE = (
    EnhancementPattern.PLATEAU,
    EnhancementPattern.WASHOUT,
    EnhancementPattern.PROGRESSIVE,
)
LIVER, LESION = PatternDefinition.LIVER_RELATIVE, PatternDefinition.LESION_HU


def derive(hap, pvp, definition=LIVER, tolerance: str = "0.20"):
    return derive_pattern(
        measurement(Phase.HAP, *hap), measurement(Phase.PVP, *pvp), definition, Decimal(tolerance)
    )


@pytest.mark.parametrize(
    ("pvp_lesion", "value", "at"),
    [
        ("70.0", PLATEAU, True),  # 0.90 to 0.70: -0.20
        ("69.9", WASHOUT, False),
        ("70.1", PLATEAU, False),
        ("110.0", PLATEAU, True),  # 0.90 to 1.10: +0.20
        ("110.1", PROGRESSIVE, False),
        ("109.9", PLATEAU, False),
        ("90.0", PLATEAU, False),
        ("69.99999999999999999999", WASHOUT, False),
    ],
)
def test_ratio_change_on_and_beside_the_tolerance(pvp_lesion: str, value, at: bool) -> None:
    # In float64 0.9 - 0.7 is 0.20000000000000007 and 1.1 - 0.9 is 0.20000000000000007: both beyond 0.2.
    derived = derive(("54", "60"), (pvp_lesion, "100"))
    assert (derived.value, derived.at_tolerance) == (value, at)


@pytest.mark.parametrize(
    ("pvp_lesion", "value", "at"),
    [
        ("40.1", PLATEAU, True),
        ("40.0", WASHOUT, False),
        ("60.1", PLATEAU, True),
        ("60.2", PROGRESSIVE, False),
        ("50.1", PLATEAU, False),
    ],
)
def test_lesion_change_on_and_beside_the_tolerance(pvp_lesion: str, value, at: bool) -> None:
    derived = derive(("50.1", "60"), (pvp_lesion, "100"), LESION, "10")
    assert (derived.value, derived.at_tolerance) == (value, at)


@pytest.mark.parametrize(
    ("excess", "value", "at"),
    [
        (0.0, PLATEAU, True),
        (5e-10, PLATEAU, True),
        (-5e-10, PLATEAU, True),
        (3e-09, PROGRESSIVE, False),
        (-3e-09, PLATEAU, False),
    ],
)
def test_measured_changes_are_equal_within_1e_9_of_what_was_subtracted(excess: float, value, at) -> None:
    derived = derive((54.0, 60.0), (110.0 * (1 + excess), 100.0))
    assert (derived.value, derived.at_tolerance) == (value, at)


def test_a_measured_ratio_that_stays_is_plateau_even_at_tolerance_0() -> None:
    # 0.1 + 0.2 is 0.30000000000000004: the same mean, summed in another order.
    derived = derive((30.0, 100.0), ((0.1 + 0.2) * 100, 100.0), tolerance="0")
    assert (derived.value, derived.at_tolerance) == (PLATEAU, True)
    assert derive((30.0, 100.0), (30.0001, 100.0), tolerance="0").value is PROGRESSIVE


@pytest.mark.parametrize(
    ("hap", "pvp"),
    [(("54", "60"), (110.0 * (1 + 5e-10), "100")), ((54.0 * (1 - 5e-10), "60"), ("110", "100"))],
)
def test_one_measured_value_in_either_phase_makes_the_comparison_a_measured_one(hap, pvp) -> None:
    assert derive(hap, pvp).at_tolerance
    assert derive(("54", "60"), ("110.00000005", "100")).value is PROGRESSIVE


@pytest.mark.parametrize(
    ("before", "after", "tolerance", "largest"),
    [(100.0, 60.0, "40", 100), (60.0, 100.0, "40", 100), (-30.0, 30.0, "60", 60), (30.0, -30.0, "60", 60)],
)
def test_equal_is_relative_to_the_largest_of_both_and_the_tolerance(
    before, after, tolerance, largest
) -> None:
    outwards = math.copysign(1e-9 * largest, after - before)
    for share, at in ((0.8, True), (1.2, False)):
        derived = derive((before, 60.0), (after + share * outwards, 60.0), LESION, tolerance)
        assert derived.at_tolerance is at
        assert (derived.value is PLATEAU) is at


def test_typed_values_at_tolerance_0() -> None:
    assert derive(("30", "100"), ("33", "110"), tolerance="0").value is PLATEAU
    assert derive(("30", "100"), ("33.1", "110"), tolerance="0").value is PROGRESSIVE
    assert derive(("30", "100"), ("32.9", "110"), tolerance="0").value is WASHOUT


@pytest.mark.parametrize(("figure", "value"), [("figure2", WASHOUT), ("figure4", PLATEAU)])
def test_the_cases_of_the_figures_from_hu(figure: str, value) -> None:
    # The figures print ratios, 1.157 to 0.848 and 0.707 to 0.602; with 100 HU of liver they become HU.
    hap, pvp = (str(fact(f"{figure}_{phase}_ratio").value * 100) for phase in ("hap", "pvp"))
    assert derive((hap, "100"), (pvp, "100")).value is value


@pytest.mark.parametrize(
    ("tolerance", "both"),
    [("0.104", False), ("0.105", True), ("0.308", True), ("0.309", False)],
)
def test_the_figures_hold_from_0_105_to_below_0_309(tolerance: str, both: bool) -> None:
    washout = derive(("115.7", "100"), ("84.8", "100"), tolerance=tolerance).value is WASHOUT
    plateau = derive(("70.7", "100"), ("60.2", "100"), tolerance=tolerance).value is PLATEAU
    assert (washout and plateau) is both


def test_in_the_lesions_own_hu_the_figure_of_washout_need_not_wash_out() -> None:
    # audit 18: it does only where liver PVP / HAP is below 1.157 / 0.848 = 1.364.
    def washes_out(pvp_liver: str) -> bool:
        lesion = str(Decimal("0.848") * Decimal(pvp_liver))
        return derive(("115.7", "100"), (lesion, pvp_liver), LESION, "0").value is WASHOUT

    assert washes_out("136.4")
    assert not washes_out("136.5")


def test_the_reader_decides_and_the_hu_are_kept() -> None:
    judged = judge_pattern(case(("76", "66"), ("91", "112"), reader_pattern=PROGRESSIVE))
    assert (judged.value, judged.source, judged.met) == (PROGRESSIVE, PatternSource.READER, False)
    assert judged.liver_relative is not None and judged.liver_relative.value is WASHOUT
    assert judged.lesion_hu is not None and judged.lesion_hu.value is PROGRESSIVE


@pytest.mark.parametrize(("definition", "value"), [(LIVER, WASHOUT), (LESION, PROGRESSIVE)])
def test_without_a_reader_the_chosen_definition_decides(definition, value) -> None:
    judged = judge_pattern(case(("76", "66"), ("91", "112"), definition=definition))
    assert (judged.value, judged.source) == (value, PatternSource.DERIVED)


@pytest.mark.parametrize("phases", [{"hap": ("50", "60")}, {"pvp": ("50", "60")}, {"ep": ("50", "60")}])
def test_one_phase_derives_nothing(phases) -> None:
    judged = judge_pattern(case(**phases))
    assert (judged.value, judged.source, judged.met) == (None, None, None)
    assert judged.liver_relative is None and judged.lesion_hu is None


def test_an_own_tolerance_holds_for_its_definition_alone() -> None:
    judged = judge_pattern(case(("54", "60"), ("50", "100"), tolerances={LIVER: Decimal("0.5")}))
    assert judged.liver_relative is not None and judged.lesion_hu is not None
    assert (judged.liver_relative.tolerance, judged.liver_relative.value) == (Decimal("0.5"), PLATEAU)
    assert (judged.lesion_hu.tolerance, judged.lesion_hu.value) == (Decimal(10), PLATEAU)


@pytest.mark.parametrize("tolerance", ["-0.01", "NaN", "Infinity", "-Infinity"])
def test_a_tolerance_below_0_or_no_number_is_refused(tolerance: str) -> None:
    with pytest.raises(MeasurementError, match="tolerance"):
        check_tolerance(Decimal(tolerance))
    with pytest.raises(MeasurementError, match="tolerance"):
        derive(("54", "60"), ("50", "100"), tolerance=tolerance)
    with pytest.raises(MeasurementError, match="tolerance"):
        case(("54", "60"), tolerances={LIVER: Decimal(tolerance)})


tenths = st.integers(1, 3000).map(lambda k: f"{k / 10:.1f}")


@given(tenths, tenths, tenths, tenths, st.sampled_from(PatternDefinition), st.integers(0, 500))
def test_swapping_the_phases_mirrors_the_pattern(a, b, c, d, definition, tolerance) -> None:
    size = str(Decimal(tolerance) / (100 if definition is LIVER else 10))
    here, there = derive((a, b), (c, d), definition, size), derive((c, d), (a, b), definition, size)
    mirror = {PLATEAU: PLATEAU, WASHOUT: PROGRESSIVE, PROGRESSIVE: WASHOUT}
    assert there.value is mirror[here.value]
    assert there.change == -here.change
    assert there.at_tolerance == here.at_tolerance


@given(tenths, tenths, tenths, tenths, st.sampled_from(PatternDefinition))
def test_a_wider_tolerance_never_leaves_plateau(a, b, c, d, definition) -> None:
    values = [derive((a, b), (c, d), definition, str(t)).value for t in ("0", "0.1", "1", "10", "1000000")]
    first = values.index(PLATEAU)
    assert all(value is PLATEAU for value in values[first:])
    assert len(set(values[:first])) <= 1
