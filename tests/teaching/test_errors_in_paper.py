"""The exercises stand on the audit: it objects to the number at fault, and not to the other."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gepnet_core.errors import StudyError
from gepnet_core.replication.audit.rows import AuditStatus
from gepnet_core.replication.published import published_audit
from gepnet_core.study.facts import fact, read_toml
from gepnet_core.teaching.errors_in_paper import (
    ERRORS_FILE,
    answer_exercise,
    build_entries,
    load_exercises,
)

WRONG = {
    "pattern_accuracy": "plateau_sensitivity",
    "distribution": "distribution_diffuse_share_net",
    "digits": "discussion_combined_sensitivity",
    "at_the_cutoff": "discussion_hap_ratio_cutoff",
    "spread": "lesion_count_sd_net",
    "chi_square": "shape_chi2",
}
OBJECTIONS = (AuditStatus.PRINTED_WRONG, AuditStatus.UNDECLARED)


def content() -> list[dict[str, Any]]:
    return copy.deepcopy(read_toml(ERRORS_FILE)["exercise"])


def test_four_to_six_exercises() -> None:
    assert 4 <= len(load_exercises()) <= 6
    assert [exercise.id for exercise in load_exercises()] == list(WRONG)


@pytest.mark.parametrize("exercise", load_exercises(), ids=lambda exercise: exercise.id)
def test_the_audit_objects_to_the_answer_and_to_nothing_else(exercise: Any) -> None:
    for choice in exercise.choices:
        status = published_audit().row(choice.fact_id).status
        assert (status in OBJECTIONS) is (choice.fact_id == WRONG[exercise.id])
        outcome = answer_exercise(exercise.id, choice.fact_id)
        assert outcome.is_right is (choice.fact_id == WRONG[exercise.id])
        assert outcome.wrong.id == WRONG[exercise.id] and outcome.chosen.id == choice.fact_id
        assert outcome.wrong.id in outcome.erratum.facts
        assert (choice.quantity, choice.place) == (fact(choice.fact_id).quantity, fact(choice.fact_id).place)


def test_the_printed_numbers_are_the_papers() -> None:
    assert {e.id: [choice.printed for choice in e.choices] for e in load_exercises()} == {
        "pattern_accuracy": ["21", "73.9%"],
        "distribution": ["26.1%", "18"],
        "digits": ["82.6%", "82.60%"],
        "at_the_cutoff": ["<0.898", "≤0.898"],
        "spread": ["13.48", "9.56"],
        "chi_square": ["0.523", "4.293"],
    }


def test_what_is_shown_before_does_not_tell() -> None:
    for exercise in load_exercises():
        text = f"{exercise.id} {exercise.question} {exercise.hint}".casefold()
        for word in ("swap", "exchang", "padded", "zero", "yates", "wrong_", "erratum"):
            assert word not in text
    # Nor does the place in the list.
    firsts = [exercise.choices[0].fact_id == WRONG[exercise.id] for exercise in load_exercises()]
    assert 1 < sum(firsts) < len(firsts) - 1


def test_numbers_of_the_print_are_not_typed_into_the_exercises() -> None:
    for entry in content():
        for choice in entry["choices"]:
            assert str(fact(choice).value) not in entry["question"] + entry["hint"]


def test_a_text_gets_its_numbers_from_the_facts() -> None:
    spread = next(exercise for exercise in load_exercises() if exercise.id == "spread")
    # Imaging and pathologic analysis: "if liver metastases of a patient less than 20, or else".
    assert spread.question.startswith("Numbers of metastases from 20 on were uncountable.")
    assert spread.question.endswith("numbers of 1 to 20?") and "either 1 or 20 metastases" in spread.hint
    assert "20" not in ERRORS_FILE.read_text(encoding="utf-8")


@pytest.mark.parametrize("exercise_id", ["", "yates", "pattern_accuracy "])
def test_an_unknown_exercise_is_refused(exercise_id: str) -> None:
    with pytest.raises(StudyError, match="no such exercise"):
        answer_exercise(exercise_id, "plateau_sensitivity")


def test_a_number_that_is_no_choice_is_refused() -> None:
    with pytest.raises(StudyError, match="no such choice"):
        answer_exercise("pattern_accuracy", "plateau_specificity")


@pytest.mark.parametrize(
    "damage",
    [
        {"erratum": "no_such"},
        {"choices": ["plateau_sensitivity"]},
        {"choices": ["plateau_sensitivity", "plateau_sensitivity"]},
        {"choices": ["plateau_sensitivity", "no_such_fact"]},
        {"wrong": "pattern_plateau_adenocarcinoma"},  # a choice, but none of the erratum
        {"wrong": "plateau_specificity"},  # of the erratum, but no choice
        {"hint": None},
        {"hint": "See {no_such_fact}."},
        {"id": "distribution"},
    ],
)
def test_a_damaged_entry_is_refused(damage: dict[str, Any]) -> None:
    entries = content()
    for name, value in damage.items():
        if value is None:
            del entries[0][name]
        else:
            entries[0][name] = value
    with pytest.raises(StudyError):
        build_entries(entries)
