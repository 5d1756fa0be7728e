"""The whole answer: what is empty says why, scope withholds, words never decide for the reader."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gepnet_core.case.assessment import Assessment, assess
from gepnet_core.case.case import Case, ScopeState
from gepnet_core.case.pattern import EnhancementPattern, PatternDefinition, PatternSource
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Basis, Call
from gepnet_core.errors import MeasurementError
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.scope import load_scope
from tests.case.cases import case, measurement
from tests.case.strategies import cases

PLATEAU, WASHOUT = EnhancementPattern.PLATEAU, EnhancementPattern.WASHOUT
LOW, HIGH = ("44.8", "50"), ("45.0", "50")
COUNT_FIELDS = ("cell", "single_criterion", "likelihood_ratio_net", "post_test_net")


def test_nothing_given_is_refused() -> None:
    with pytest.raises(MeasurementError, match="nothing was given"):
        assess(Case())


@pytest.mark.parametrize("phases", [{"pvp": LOW}, {"ep": LOW}, {"pvp": LOW, "ep": LOW}])
def test_phases_that_no_criterion_rests_on_are_not_classifiable(phases) -> None:
    result = assess(case(**phases))
    assert (result.call, result.basis, result.evidence) == (Call.NOT_CLASSIFIABLE, None, None)
    assert "Neither the HAP ratio nor the pattern" in result.reasons["call"]
    for phase in phases:
        assert result.ratios[Phase(phase)] == 0.896


def test_the_figures_cases() -> None:
    # Figure 2, a NET: 1.157, washout. Figure 4, an adenocarcinoma: 0.707, plateau.
    net = assess(case(("115.7", "100"), ("84.8", "100.1")))
    assert (net.call, net.pattern.value, net.ratio.met) == (Call.NET, WASHOUT, False)
    adenocarcinoma = assess(case(("70.7", "100"), ("60.2", "100.1")))
    assert (adenocarcinoma.call, adenocarcinoma.pattern.value) == (Call.ADENOCARCINOMA, PLATEAU)
    assert adenocarcinoma.pattern.source is PatternSource.DERIVED
    assert adenocarcinoma.basis is Basis.BOTH


@pytest.mark.parametrize("item", load_scope())
def test_any_no_withholds_and_names_the_item_and_keeps_ratios_and_pattern(item: str) -> None:
    given_case = case(LOW, ("50", "80"), pretest_net=Decimal("0.5"), scope={item: ScopeState.NO})
    result, free = assess(given_case), assess(case(LOW, ("50", "80")))
    assert (result.call, result.basis, result.evidence) == (Call.WITHHELD, None, None)
    assert [out.id for out in result.outside_scope] == [item]
    assert load_scope()[item].short in result.reasons["call"]
    assert load_scope()[item].why in result.reasons["call"]
    for field in (*COUNT_FIELDS, "basis"):
        assert result.reasons[field] == result.reasons["call"]
    assert (result.ratios, result.ratio, result.pattern) == (free.ratios, free.ratio, free.pattern)
    assert not [flip for flip in result.flips if flip.changes == "call"]


def test_several_no_are_all_named_in_the_order_of_the_study() -> None:
    chosen = {"lesion_choice": ScopeState.NO, "kvp_120": ScopeState.NO}
    result = assess(case(LOW, scope=chosen))
    assert [item.id for item in result.outside_scope] == ["kvp_120", "lesion_choice"]


def test_unknown_stays_unknown_and_withholds_nothing() -> None:
    result = assess(case(LOW, reader_pattern=PLATEAU, scope={"untreated": ScopeState.YES}))
    assert result.call is Call.ADENOCARCINOMA
    assert set(result.scope) == set(load_scope())
    assert result.scope["untreated"] is ScopeState.YES
    assert {state for item, state in result.scope.items() if item != "untreated"} == {ScopeState.UNKNOWN}


def test_an_unknown_scope_item_is_refused() -> None:
    with pytest.raises(MeasurementError, match="no such scope item") as caught:
        case(LOW, scope={"kvp": ScopeState.NO})
    assert "kvp_120" in str(caught.value)


def test_a_measurement_under_another_phase_is_refused() -> None:
    with pytest.raises(MeasurementError, match="another phase"):
        Case({Phase.HAP: measurement(Phase.PVP, "50", "60")})


def test_another_cutoff_borrows_no_evidence_and_says_so() -> None:
    result = assess(case(LOW, reader_pattern=PLATEAU, cutoff=Decimal("0.8"), pretest_net=Decimal("0.05")))
    assert (result.call, result.basis, result.evidence) == (Call.NET, Basis.BOTH, None)
    for field in COUNT_FIELDS:
        assert "with 0.8 none are known" in result.reasons[field]


def test_the_reader_alone_and_the_ratio_alone_say_what_is_missing() -> None:
    plateau = assess(case(reader_pattern=PLATEAU))
    assert plateau.call is Call.NOT_CLASSIFIABLE
    assert "depends on the HAP ratio, which is missing" in plateau.reasons["call"]
    low = assess(case(LOW))
    assert low.call is Call.NOT_CLASSIFIABLE
    assert "depends on the pattern, which is missing" in low.reasons["call"]
    assert low.evidence is not None and str(low.evidence.counts) == "19:5"
    assert "joint cell is unknown" in low.reasons["cell"]


def test_no_adenocarcinoma_in_the_cell_explains_the_missing_raw_ratio() -> None:
    result = assess(case(LOW, reader_pattern=WASHOUT))
    assert result.evidence is not None and result.evidence.likelihood_ratio_net.raw is None
    assert "No adenocarcinoma" in result.reasons["likelihood_ratio_net.raw"]
    assert "likelihood_ratio_net.raw" not in assess(case(LOW, reader_pattern=PLATEAU)).reasons


def empty_fields(result: Assessment) -> set[str]:
    """What the contract (design, section 5) shows as null."""
    evidence = result.evidence
    empty = {f"ratios.{phase}" for phase, ratio in result.ratios.items() if ratio is None}
    empty |= {f"criteria.hap_ratio.{f}" for f in ("value", "met") if getattr(result.ratio, f) is None}
    empty |= {
        f"criteria.pattern.{f}" for f in ("value", "source", "met") if getattr(result.pattern, f) is None
    }
    for name in ("liver_relative", "lesion_hu"):
        if getattr(result.pattern, name) is None:
            empty.add(f"criteria.pattern.derived.{name}")
    if result.basis is None:
        empty.add("basis")
    if evidence is None:
        return empty | set(COUNT_FIELDS)
    empty.add("single_criterion" if evidence.basis is Basis.BOTH else "cell")
    if evidence.posttest_net is None:
        empty.add("post_test_net")
    if evidence.likelihood_ratio_net.raw is None:
        empty.add("likelihood_ratio_net.raw")
    return empty


scopes = st.dictionaries(st.sampled_from(list(load_scope())), st.sampled_from(ScopeState), max_size=3)


@given(cases(), scopes, st.sampled_from([None, Decimal("0.05")]))
def test_everything_empty_has_a_reason_and_nothing_else_has(one: Case, scope, pretest) -> None:
    assume(one.measurements or one.reader_pattern is not None)
    result = assess(replace(one, pretest_net=pretest, scope=scope))
    explained_calls = {"call"} if result.call in (Call.WITHHELD, Call.NOT_CLASSIFIABLE) else set()
    assert set(result.reasons) == empty_fields(result) | explained_calls
    for sentence in result.reasons.values():
        assert sentence[0].isupper() and sentence.rstrip().endswith(".")


# "the choice is NET G1/G2 or adenocarcinoma" names both and decides for neither.
DECIDES = re.compile(
    r"\b(is|are|has|have|confirms?|proves?|diagnos\w+)\s+(a\s+|an\s+)?(NET|adenocarcinoma)s?\b(?! G1/G2 or)"
)


@given(cases(), scopes)
def test_no_sentence_says_what_the_patient_has(one: Case, scope) -> None:
    assume(one.measurements or one.reader_pattern is not None)
    result = assess(replace(one, scope=scope))
    sentences = [*result.reasons.values(), *(caution.message for caution in result.warnings)]
    for sentence in sentences:
        assert not DECIDES.search(sentence)


def test_no_sentence_of_the_data_says_what_the_patient_has() -> None:
    criteria = load_criteria()
    words = [criteria.rule_statement, criteria.rule_reason, criteria.reading_error.reason]
    words += [d.reason for d in criteria.definitions.values()]
    words += [text for item in load_scope().values() for text in (item.statement, item.why, item.short)]
    assert not [text for text in words if DECIDES.search(text)]


def test_the_answer_does_not_depend_on_the_order_of_phases() -> None:
    forward = assess(case(LOW, ("60", "90"), ("50", "80")))
    backward = assess(Case(dict(reversed(list(forward.case.measurements.items())))))
    assert set(backward.flips) == set(forward.flips)
    assert set(backward.warnings) == set(forward.warnings)
    assert (backward.call, backward.ratios, backward.evidence) == (
        forward.call,
        forward.ratios,
        forward.evidence,
    )


def test_inputs_cannot_change_under_a_result() -> None:
    given_measurements = {Phase.HAP: measurement(Phase.HAP, *LOW)}
    one = Case(given_measurements)
    given_measurements[Phase.HAP] = measurement(Phase.HAP, *HIGH)
    assert assess(one).ratio.met is True
    with pytest.raises(TypeError):
        one.measurements[Phase.HAP] = measurement(Phase.HAP, *HIGH)  # type: ignore[index]


def test_tolerances_and_scope_are_kept_as_they_were_given_too() -> None:
    tolerances, scope = {PatternDefinition.LESION_HU: Decimal(3)}, {"untreated": ScopeState.YES}
    one = case(LOW, tolerances=tolerances, scope=scope)
    tolerances[PatternDefinition.LESION_HU], scope["untreated"] = Decimal(30), ScopeState.NO
    assert one.tolerance(PatternDefinition.LESION_HU) == 3
    assert not one.is_outside_scope
    with pytest.raises(TypeError):
        one.tolerances[PatternDefinition.LESION_HU] = Decimal(30)  # type: ignore[index]
    with pytest.raises(TypeError):
        one.scope["untreated"] = ScopeState.NO  # type: ignore[index]
