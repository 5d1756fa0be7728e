"""Why fields are empty, in full: the sentences that page, report and export show, for each kind of case."""

from __future__ import annotations

from decimal import Decimal

import pytest

from gepnet_core import __version__
from gepnet_core.case.assessment import assess
from gepnet_core.case.case import Case, ReadingError, ScopeState
from gepnet_core.case.evidence import posttest_probability
from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.phase import Phase
from gepnet_core.case.robustness import Changes, find_flips, grey_zone
from gepnet_core.case.rule import Call
from gepnet_core.errors import MeasurementError
from gepnet_core.study.scope import load_scope
from tests.case.cases import case

PLATEAU, WASHOUT = EnhancementPattern.PLATEAU, EnhancementPattern.WASHOUT
LOW, HIGH = ("44.8", "50"), ("45.0", "50")

NO_HAP = "No HU were given for the hepatic artery phase."
NO_PVP = "No HU were given for the portal venous phase."
NO_EP = "No HU were given for the equilibrium phase."
NEEDS_HAP = "The ratio needs lesion and liver HU of the hepatic artery phase."
NEEDS_TWO = "Deriving the pattern needs lesion and liver HU of the hepatic artery and portal venous phases."
NO_PATTERN = f"No reader's pattern was given. {NEEDS_TWO}"
NO_CELL = "One criterion is missing, so the joint cell is unknown."
NO_SINGLE = "Both criteria are known; the joint cell stands instead."
NO_PRETEST = "No pre-test probability of NET was given."
NOT_DERIVED = {
    "criteria.pattern.derived.liver_relative": NEEDS_TWO,
    "criteria.pattern.derived.lesion_hu": NEEDS_TWO,
}
NO_RATIO_VALUE = {"criteria.hap_ratio.value": NEEDS_HAP, "criteria.hap_ratio.met": NEEDS_HAP}
NO_PATTERN_VALUE = {f"criteria.pattern.{name}": NO_PATTERN for name in ("value", "source", "met")}
COUNT_FIELDS = ("cell", "single_criterion", "likelihood_ratio_net", "post_test_net")


def reasons(**inputs: object) -> dict[str, str]:
    return dict(assess(case(**inputs)).reasons)  # type: ignore[arg-type]


def test_everything_given_leaves_the_single_criterion_alone() -> None:
    full = {"hap": LOW, "pvp": ("70", "90"), "ep": ("60", "80"), "pretest_net": Decimal("0.5")}
    assert reasons(**full) == {"single_criterion": NO_SINGLE}
    assert reasons(**{**full, "pretest_net": None}) == {
        "single_criterion": NO_SINGLE,
        "post_test_net": NO_PRETEST,
    }


def test_the_ratio_and_a_readers_pattern() -> None:
    assert reasons(hap=LOW, reader_pattern=PLATEAU, pretest_net=Decimal("0.5")) == {
        "ratios.pvp": NO_PVP,
        "ratios.ep": NO_EP,
        "single_criterion": NO_SINGLE,
        **NOT_DERIVED,
    }


def test_the_ratio_alone() -> None:
    call = (
        "The HAP ratio is at or below the cutoff, so the call depends on the pattern, which is missing. "
        "Give the reader's pattern, or the portal venous HU."
    )
    empty = {
        "ratios.pvp": NO_PVP,
        "ratios.ep": NO_EP,
        "cell": NO_CELL,
        "post_test_net": NO_PRETEST,
        **NOT_DERIVED,
        **NO_PATTERN_VALUE,
    }
    assert reasons(hap=LOW) == {**empty, "call": call, "basis": call}
    assert reasons(hap=HIGH) == empty  # above the cutoff is NET, whatever the pattern


def test_a_readers_pattern_alone() -> None:
    call = (
        "The pattern is plateau, so the call depends on the HAP ratio, which is missing. "
        "Give lesion and liver HU of the hepatic artery phase."
    )
    empty = {
        "ratios.hap": NO_HAP,
        "ratios.pvp": NO_PVP,
        "ratios.ep": NO_EP,
        "cell": NO_CELL,
        "post_test_net": NO_PRETEST,
        **NOT_DERIVED,
        **NO_RATIO_VALUE,
    }
    assert reasons(reader_pattern=PLATEAU) == {**empty, "call": call, "basis": call}
    assert reasons(reader_pattern=WASHOUT) == empty


def test_neither_criterion() -> None:
    call = (
        "Neither the HAP ratio nor the pattern is known. Give lesion and liver HU of the hepatic artery "
        "phase, and the reader's pattern or the portal venous HU."
    )
    assert reasons(pvp=LOW) == {
        "ratios.hap": NO_HAP,
        "ratios.ep": NO_EP,
        "call": call,
        "basis": call,
        **dict.fromkeys(COUNT_FIELDS, "Neither criterion is known."),
        **NOT_DERIVED,
        **NO_RATIO_VALUE,
        **NO_PATTERN_VALUE,
    }


def test_another_cutoff() -> None:
    sentence = "The study's counts belong to its cutoff; with 0.9 none are known."
    assert reasons(hap=LOW, reader_pattern=PLATEAU, cutoff=Decimal("0.9"), pretest_net=Decimal("0.5")) == {
        "ratios.pvp": NO_PVP,
        "ratios.ep": NO_EP,
        **dict.fromkeys(COUNT_FIELDS, sentence),
        **NOT_DERIVED,
    }


def test_outside_the_scope_every_item_is_named() -> None:
    first, second = load_scope()["kvp_120"], load_scope()["lesion_choice"]
    call = (
        "Withheld, since the case is outside the study's scope. "
        f"{first.short}: {first.why}; {second.short}: {second.why}"
    )
    chosen = {"kvp_120": ScopeState.NO, "lesion_choice": ScopeState.NO}
    assert reasons(hap=LOW, reader_pattern=PLATEAU, scope=chosen) == {
        "ratios.pvp": NO_PVP,
        "ratios.ep": NO_EP,
        **dict.fromkeys(("call", "basis", *COUNT_FIELDS), call),
        **NOT_DERIVED,
    }


def test_no_adenocarcinoma_among_the_counts() -> None:
    assert reasons(hap=LOW, reader_pattern=WASHOUT)["likelihood_ratio_net.raw"] == (
        "No adenocarcinoma of the study had these findings, so the ratio of the raw counts is undefined. "
        "The interval stands on the prior, which adds half a patient to the cell and half to the rest."
    )


def test_an_empty_case_is_told_what_to_give() -> None:
    with pytest.raises(MeasurementError) as caught:
        assess(Case())
    assert str(caught.value) == (
        "nothing was given that a criterion could rest on; allowed: lesion and liver HU of at least one "
        "phase, or the reader's pattern. Type the hepatic artery phase first."
    )
    assert caught.value.got is None


# --- What an assessment carries beside the reasons


def test_flips_are_found_unless_they_are_not_wanted() -> None:
    one = case(LOW, ("60", "90"))
    assert assess(one).flips == find_flips(one)
    assert {flip.changes for flip in assess(one).flips} == set(Changes)
    assert assess(one, with_flips=False).flips == ()


def test_the_grey_zone_is_that_of_the_cases_own_cutoff_and_error() -> None:
    error = ReadingError(Decimal(2), Decimal(5))
    one = case(LOW, cutoff=Decimal("0.8"), reading_error=error)
    assert assess(one).grey_zone == grey_zone(one.measurements[Phase.HAP], Decimal("0.8"), error)
    assert assess(case(pvp=LOW, reader_pattern=WASHOUT)).grey_zone is None


def test_the_pretest_probability_of_the_case_is_carried_to_the_evidence() -> None:
    evidence = assess(case(LOW, reader_pattern=PLATEAU, pretest_net=Decimal("0.05"))).evidence
    assert evidence is not None and evidence.posttest_net is not None
    # design, section 4: 19 to 2 at 5 % is .0060
    assert round(evidence.posttest_net.median, 4) == 0.0060
    assert evidence.posttest_net == posttest_probability(Decimal("0.05"), evidence.likelihood_ratio_net)


def test_class_and_version_are_named_also_where_the_call_is_withheld() -> None:
    for scope in ({}, {"untreated": ScopeState.NO}):
        result = assess(case(LOW, reader_pattern=PLATEAU, scope=scope))
        assert (result.positive_class, result.version) == ("adenocarcinoma", __version__)
        assert result.call is (Call.WITHHELD if scope else Call.ADENOCARCINOMA)
