"""The combined rule: its whole truth table, and the ratio on and beside the cutoff."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.rule import (
    POSITIVE_CLASS,
    Basis,
    Call,
    RatioCriterion,
    apply_rule,
    combine,
    judge_ratio,
    settle,
)
from gepnet_core.errors import MeasurementError
from tests.case.cases import case
from tests.case.strategies import cases

AC, NET, UNKNOWN = Call.ADENOCARCINOMA, Call.NET, Call.NOT_CLASSIFIABLE

TRUTH_TABLE = [
    # ratio at or below the cutoff, plateau, call, what it rests on (design, section 4)
    (True, True, AC, Basis.BOTH),
    (True, False, NET, Basis.BOTH),
    (False, True, NET, Basis.BOTH),
    (False, False, NET, Basis.BOTH),
    (False, None, NET, Basis.HAP_RATIO),
    (None, False, NET, Basis.PATTERN),
    (True, None, UNKNOWN, None),
    (None, True, UNKNOWN, None),
    (None, None, UNKNOWN, None),
]


@pytest.mark.parametrize(("ratio_met", "pattern_met", "call", "basis"), TRUTH_TABLE)
def test_the_truth_table(ratio_met, pattern_met, call, basis) -> None:
    assert combine(ratio_met, pattern_met) == (call, basis)


@pytest.mark.parametrize(("ratio_met", "pattern_met", "call", "basis"), TRUTH_TABLE)
def test_the_truth_table_from_inputs(ratio_met, pattern_met, call, basis) -> None:
    hap = {True: ("44.8", "50"), False: ("45", "50"), None: None}[ratio_met]
    readers = {True: EnhancementPattern.PLATEAU, False: EnhancementPattern.WASHOUT, None: None}
    result = apply_rule(case(hap, reader_pattern=readers[pattern_met]))
    assert (result.ratio.met, result.pattern.met) == (ratio_met, pattern_met)
    assert (result.call, result.basis) == (call, basis)


def test_progressive_counts_as_not_plateau() -> None:
    result = apply_rule(case(("44.8", "50"), reader_pattern=EnhancementPattern.PROGRESSIVE))
    assert (result.call, result.pattern.met) == (NET, False)


def test_the_positive_class_is_adenocarcinoma() -> None:
    assert POSITIVE_CLASS == "adenocarcinoma"


@pytest.mark.parametrize(
    ("lesion", "liver", "met", "at"),
    [
        ("44.9", "50", True, True),
        ("44.8", "50", True, False),
        ("45.0", "50", False, False),
        ("44.90000000000000000001", "50", False, False),
        ("44.89999999999999999999", "50", True, False),
        (44.9, 50.0, True, True),
        (44.9 * (1 + 9e-10), 50.0, True, True),
        (44.9 * (1 + 1.2e-9), 50.0, False, False),
        (44.9 * (1 - 9e-10), 50.0, True, True),
        (44.9 * (1 - 1.2e-9), 50.0, True, False),
        ("44.9", 50.0 * (1 + 9e-10), True, True),
        (44.9 * (1 + 1.2e-9), "50", False, False),
        ("-10", "50", True, False),
        ("0", "50", True, False),
        ("3071", "3071", False, False),
    ],
)
def test_the_ratio_on_and_beside_the_cutoff(lesion, liver, met: bool, at: bool) -> None:
    judged = judge_ratio(case((lesion, liver)))
    assert (judged.met, judged.at_cutoff) == (met, at)


@given(st.integers(1, 30710))
def test_a_tenth_typed_at_the_cutoff_is_at_it_whatever_the_liver(tenths: int) -> None:
    # lesion = 0.898 * liver with all its digits; of the livers up to 90 HU, float64 misses many.
    liver = Decimal(tenths) / 10
    lesion = Decimal("0.898") * liver
    beyond = lesion + Decimal("1e-20")
    assert judge_ratio(case((str(lesion), str(liver)))).at_cutoff
    assert judge_ratio(case((f"{beyond:f}", str(liver)))).met is False


@pytest.mark.parametrize(
    ("cutoff", "met"), [("0.773", True), ("0.772", False), ("0.77", False), ("0.78", True)]
)
def test_another_cutoff(cutoff: str, met: bool) -> None:
    assert judge_ratio(case(("77.3", "100"), cutoff=Decimal(cutoff))).met is met


def test_a_criterion_carries_its_cutoff_also_where_there_is_no_ratio() -> None:
    absent, present = (judge_ratio(case(hap, cutoff=Decimal("0.75"))) for hap in (None, ("45", "60")))
    assert absent == RatioCriterion(None, Decimal("0.75"), None, at_cutoff=False)
    assert present == RatioCriterion(0.75, Decimal("0.75"), True, at_cutoff=True)


@pytest.mark.parametrize("cutoff", ["0", "-0.1", "NaN", "Infinity", "10.001", "89.8", "898"])
def test_a_cutoff_that_is_no_ratio_is_refused(cutoff: str) -> None:
    with pytest.raises(MeasurementError, match="cutoff") as caught:
        case(("50", "60"), cutoff=Decimal(cutoff))
    assert caught.value.field == "cutoff"


@pytest.mark.parametrize("cutoff", ["0.001", "10"])
def test_the_outermost_cutoffs_are_taken(cutoff: str) -> None:
    assert judge_ratio(case(("50", "60"), cutoff=Decimal(cutoff))).met is (cutoff == "10")


@given(cases())
def test_the_light_verdict_is_that_of_the_rule(one) -> None:
    full, light = apply_rule(one), settle(one, one.measurements)
    assert light.ratio_met == full.ratio.met
    assert light.pattern == full.pattern.value
    assert light.call == full.call


@given(cases())
def test_the_call_follows_from_the_criteria_and_nothing_else(one) -> None:
    result = apply_rule(one)
    assert (result.call, result.basis) == combine(result.ratio.met, result.pattern.met)
