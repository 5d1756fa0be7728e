"""Each pool holds what its name says, by the functions that judge a single case."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from gepnet_core.case.assessment import assess
from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Call
from gepnet_core.teaching.patients import ensemble_patients
from gepnet_core.teaching.quiz_case import OvalNoise, QuizCase, build_case, question_case
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind
from gepnet_core.teaching.quiz_pools import find, quiz_pools

PATIENTS = ensemble_patients()
NOISE = OvalNoise((10, 10, 10), (10, 10, 10))
MOST_TRIED = 60
"""Of each slot, evenly spread."""


def cases(kind: QuizKind, slot: str) -> Iterator[QuizCase]:
    rows = quiz_pools()[kind][slot]
    pitfall = Pitfall(slot) if kind is QuizKind.PITFALL else None
    for row in rows[:: max(1, len(rows) // MOST_TRIED)].tolist():
        yield build_case(1, kind, pitfall, PATIENTS, row, NOISE, 1)


def change(case: QuizCase) -> float:
    found = case.key.assessment.pattern.liver_relative
    assert found is not None
    return found.change


def chance(case: QuizCase) -> float:
    zone = case.key.assessment.grey_zone
    assert zone is not None
    return zone.chance_other_side


def is_grey(case: QuizCase) -> bool:
    zone = case.key.assessment.grey_zone
    assert zone is not None
    return zone.is_inside


def test_no_pool_is_small() -> None:
    sizes = {(kind, slot): len(rows) for kind, slots in quiz_pools().items() for slot, rows in slots.items()}
    assert len(sizes) == 2 + 2 + 2 + len(Pitfall)
    assert min(sizes.values()) > 40


def test_kinds_do_not_overlap() -> None:
    pools = quiz_pools()
    rows = [
        set(rows.tolist())
        for kind in (QuizKind.CLEAR, QuizKind.DISCORDANT, QuizKind.GREY_ZONE)
        for rows in pools[kind].values()
    ]
    assert sum(map(len, rows)) == len(set().union(*rows))


@pytest.mark.parametrize(("slot", "call"), [("adenocarcinoma", Call.ADENOCARCINOMA), ("net", Call.NET)])
def test_clear_cases_are_far_from_cutoff_and_tolerance(slot: str, call: Call) -> None:
    for case in cases(QuizKind.CLEAR, slot):
        found = case.key.assessment
        assert found.call is call and found.ratio.met is found.pattern.met
        assert not is_grey(case)
        assert abs(abs(change(case)) - 0.20) >= 0.04 - 1e-12


@pytest.mark.parametrize(("slot", "is_low"), [("low_ratio", True), ("plateau", False)])
def test_discordant_criteria_disagree_and_neither_is_in_doubt(slot: str, is_low: bool) -> None:
    for case in cases(QuizKind.DISCORDANT, slot):
        found = case.key.assessment
        assert found.ratio.met is is_low and found.pattern.met is not is_low
        assert found.call is Call.NET
        assert chance(case) <= 0.10 + 1e-12
        assert abs(abs(change(case)) - 0.20) >= 0.04 - 1e-12


@pytest.mark.parametrize(("slot", "call"), [("at_or_below", Call.ADENOCARCINOMA), ("above", Call.NET)])
def test_in_the_grey_zone_the_call_hangs_on_the_ratio(slot: str, call: Call) -> None:
    for case in cases(QuizKind.GREY_ZONE, slot):
        found = case.key.assessment
        assert is_grey(case) and 0.10 < chance(case) <= 0.5
        assert found.pattern.met is True and found.call is call
        assert abs(change(case)) <= 0.16 + 1e-12


def test_the_pattern_is_the_one_that_the_reader_saw() -> None:
    for kind in (QuizKind.CLEAR, QuizKind.DISCORDANT, QuizKind.GREY_ZONE):
        for slot, rows in quiz_pools()[kind].items():
            for case, row in zip(
                cases(kind, slot), rows[:: max(1, len(rows) // MOST_TRIED)].tolist(), strict=True
            ):
                assert case.key.pattern.value == PATIENTS.columns["pattern"][row]


@pytest.mark.parametrize("pitfall", list(Pitfall))
def test_pitfalls_mislead(pitfall: Pitfall) -> None:
    for case in cases(QuizKind.PITFALL, pitfall):
        key = case.key
        met = key.assessment.ratio.met
        match pitfall:
            case Pitfall.SWAPPED_PHASES:
                assert key.pattern is EnhancementPattern.PROGRESSIVE and key.call_unaltered is Call.NET
            case Pitfall.SWAPPED_LESION_AND_LIVER | Pitfall.STEATOSIS:
                assert (key.call_unaltered, key.assessment.call) == (Call.ADENOCARCINOMA, Call.NET)
                assert met is False
            case Pitfall.NECROSIS_IN_OVAL:
                assert (key.call_unaltered, key.assessment.call) == (Call.NET, Call.ADENOCARCINOMA)
            case Pitfall.LOW_TUBE_VOLTAGE:
                assert case.question.kvp == 80 and key.call_unaltered is Call.NET
            case Pitfall.INVERTED_RATIO:
                # The HU say adenocarcinoma, the reported ratio the opposite.
                assert key.assessment.call is Call.ADENOCARCINOMA
                assert float(case.question.readings[0].reported_ratio) > 0.898


def test_both_definitions_of_the_pattern_agree_so_that_one_answer_is_right() -> None:
    for kind in (QuizKind.CLEAR, QuizKind.DISCORDANT, QuizKind.GREY_ZONE):
        for slot in quiz_pools()[kind]:
            for case in cases(kind, slot):
                found = case.key.assessment.pattern
                assert found.lesion_hu is not None and found.lesion_hu.value is case.key.pattern


def test_a_column_is_judged_as_single_cases_are() -> None:
    rows = np.arange(0, len(PATIENTS), 97)
    found = find(PATIENTS.hu(rows))
    for k, row in enumerate(rows.tolist()):
        case = build_case(1, QuizKind.CLEAR, None, PATIENTS, row, NOISE, 1)
        single = assess(question_case(case.question), with_flips=False)
        assert (single.ratio.met, single.pattern.met) == (bool(found.is_low[k]), bool(found.is_plateau[k]))
        assert (change(case) < 0) is bool(found.falls[k])
        assert single.call is (Call.ADENOCARCINOMA if found.is_adenocarcinoma[k] else Call.NET)
        assert single.case.measurements[Phase.EP].ratio > 0
