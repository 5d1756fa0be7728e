"""What each refusal says in full: the problem, what was got, what is allowed, how to mend it, and where."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

import pytest

from gepnet_core.case.case import Case, ReadingError, ScopeState
from gepnet_core.case.measurement import parse_number
from gepnet_core.case.pattern import check_tolerance
from gepnet_core.case.phase import Phase
from gepnet_core.errors import MeasurementError
from gepnet_core.study.scope import load_scope
from tests.case.cases import case, measurement

NUMBER = "digits with at most one decimal point or comma, such as 44.9 or 44,9"
CHECK_LIVER = "Check the liver value: was the ROI on liver, and are these HU?"
ERROR = "the reading error of the {} must be a number of HU, 0 or more"
CUTOFF = "the cutoff of the ratio must be above 0"


def refusal(act: Callable[[], object]) -> MeasurementError:
    with pytest.raises(MeasurementError) as caught:
        act()
    return caught.value


@pytest.mark.parametrize(
    ("act", "what", "got", "allowed", "remedy", "field"),
    [
        (
            lambda: measurement(Phase.HAP, "3071.25", "50"),
            *("this is no HU of tissue", "3071.25", "-1024 to 3071 HU"),
            *("Type the mean HU of the region.", "hap.lesion"),
        ),
        (
            lambda: measurement(Phase.PVP, 50.0, 4000.26),
            *("this is no HU of tissue", "4000.3", "-1024 to 3071 HU"),
            *("Type the mean HU of the region.", "pvp.liver"),
        ),
        (
            lambda: measurement(Phase.EP, math.nan, "50"),
            *("this is no HU of tissue", "nan", "-1024 to 3071 HU"),
            *("Type the mean HU of the region.", "ep.lesion"),
        ),
        (
            lambda: measurement(Phase.HAP, "50", "-0.125"),
            *("the liver's HU must be above 0 for a ratio", "-0.125 HU in the hepatic artery phase"),
            *("above 0 HU", CHECK_LIVER, "hap.liver"),
        ),
        (
            lambda: measurement(Phase.EP, "50", -2.34),
            *("the liver's HU must be above 0 for a ratio", "-2.3 HU in the equilibrium phase"),
            *("above 0 HU", CHECK_LIVER, "ep.liver"),
        ),
        (
            lambda: measurement(Phase.PVP, "50", "0.0000001"),
            *("the liver's HU is too close to 0 for a ratio", "1E-7 HU in the portal venous phase"),
            *("a ratio of at most 1,000,000", CHECK_LIVER, "pvp.liver"),
        ),
        (
            lambda: parse_number("44 HU", "hap.lesion"),
            *("this is not a number", "'44 HU'", NUMBER),
            *("Type the number alone, without unit.", "hap.lesion"),
        ),
        (
            lambda: parse_number("x" * 40, "cutoff", "a cutoff"),
            *("this is not a cutoff", repr("x" * 40), NUMBER),
            *("Type the number alone, without unit.", "cutoff"),
        ),
        (
            lambda: parse_number("1" * 41, "cutoff", "a cutoff"),
            *("this is not a cutoff", repr("1" * 40 + "..."), NUMBER),
            *("Type the number alone, without unit.", "cutoff"),
        ),
        (
            lambda: check_tolerance(Decimal("-0.01")),
            *("the tolerance of the pattern must be a number of at least 0", "-0.01", "0 or more"),
            *(None, "tolerance"),
        ),
        (
            lambda: ReadingError(Decimal("-0.1"), Decimal(3)),
            *(ERROR.format("lesion"), "-0.1", "0 to 1000 HU"),
            *("Type the standard deviation of one reading.", "reading_error.lesion"),
        ),
        (
            lambda: ReadingError(Decimal(6), Decimal("1000.1")),
            *(ERROR.format("liver"), "1000.1", "0 to 1000 HU"),
            *("Type the standard deviation of one reading.", "reading_error.liver"),
        ),
        (
            lambda: Case({Phase.HAP: measurement(Phase.PVP, "50", "60")}),
            *("a measurement stands under another phase than its own",),
            *("portal venous phase under hepatic artery phase", None, None, "hap"),
        ),
        (
            lambda: case(cutoff=Decimal("89.8")),
            *(CUTOFF, "89.8", "above 0, at most 10"),
            *("Type a ratio such as 0.898, not a percentage.", "cutoff"),
        ),
        (
            lambda: case(pretest_net=Decimal("5")),
            *("the pre-test probability of NET must lie strictly between 0 and 1", "5"),
            *("a fraction such as 0.05 (5 %)",),
            *("Leave it empty if you do not want a post-test probability.", "pretest"),
        ),
        (
            lambda: case(scope={"kvp": ScopeState.NO, "age": ScopeState.YES}),
            *("no such scope item", "age, kvp", ", ".join(load_scope()), None, "scope"),
        ),
    ],
)
def test_the_parts_of_each_refusal(act, what: str, got: str, allowed, remedy, field: str) -> None:
    error = refusal(act)
    assert (error.what, error.got, error.allowed, error.remedy) == (what, got, allowed, remedy)
    assert error.field == field


# --- Where the bounds themselves lie


@pytest.mark.parametrize("error", ["0", "1000"])
def test_the_outermost_reading_errors_are_taken(error: str) -> None:
    assert ReadingError(Decimal(error), Decimal(error)).lesion_hu == Decimal(error)


def test_a_ratio_of_a_million_is_taken_and_the_next_refused() -> None:
    assert measurement(Phase.HAP, "1000", "0.001").ratio == 1_000_000
    assert measurement(Phase.HAP, "-1000", "0.001").ratio == -1_000_000
    assert refusal(lambda: measurement(Phase.HAP, "1000.1", "0.001")).field == "hap.liver"
    assert refusal(lambda: measurement(Phase.HAP, "-1000.1", "0.001")).field == "hap.liver"


def test_numbers_up_to_40_characters_are_read() -> None:
    assert parse_number("0" * 38 + "44", "hap.lesion") == 44


def test_what_was_not_given_has_a_cutoff_and_stands_beside_none() -> None:
    judged = case(cutoff=Decimal("0.75"))
    assert (judged.tolerances, judged.scope, judged.measurements) == ({}, {}, {})
    assert judged.pretest_net is None and judged.reader_pattern is None
