"""The guided path: loaded and checked, and what it calls right holds on the live controls."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from gepnet_core.enhancement.preset_reading import read_preset
from gepnet_core.enhancement.presets import load_presets
from gepnet_core.enhancement.settings import EnhancementSettings
from gepnet_core.enhancement.time_attenuation import simulate
from gepnet_core.enhancement.tissues import LesionKind
from gepnet_core.errors import StudyError
from gepnet_core.statistics.proportions.diagnostic import Counts, diagnostic_accuracy
from gepnet_core.study.facts import read_toml
from gepnet_core.teaching.guided_path import PATH_FILE, Control, build_path, check_step, load_path
from gepnet_core.teaching.natural_frequencies import natural_frequencies
from gepnet_core.teaching.sampling import ensemble_population

RIGHT = {
    "ratio": "lesion_by_liver",
    "oval": "falls",
    "fat": "net",
    "timing": "falls",
    "threshold": "sensitivity_up",
    "how_common": "falls",
    "commit": "rule",
}


def content() -> list[dict[str, Any]]:
    return copy.deepcopy(read_toml(PATH_FILE)["step"])


def test_seven_steps_over_the_seven_controls() -> None:
    assert [step.id for step in load_path()] == list(RIGHT)
    assert {step.control for step in load_path()} == set(Control)
    for step in load_path():
        assert all(text.endswith(".") for text in (step.goal, step.action))
        assert step.question.endswith("?") and len(step.choices) == 3


def test_one_choice_of_each_step_is_right_and_every_one_has_its_own_feedback() -> None:
    said = []
    for step in load_path():
        outcomes = {choice.id: check_step(step.id, choice.id) for choice in step.choices}
        assert {key for key, outcome in outcomes.items() if outcome.is_right} == {RIGHT[step.id]}
        said += [outcome.feedback for outcome in outcomes.values()]
        for outcome in outcomes.values():
            assert outcome.feedback.startswith("Yes") is outcome.is_right
    assert len(set(said)) == len(said)


def test_the_right_choice_has_no_place_of_its_own() -> None:
    places = {[choice.id for choice in step.choices].index(RIGHT[step.id]) for step in load_path()}
    assert places == {0, 1, 2}


def test_numbers_of_the_study_are_read_from_its_facts() -> None:
    texts = {step.id: step.action for step in load_path()}
    assert "from 0.898 " in texts["threshold"] and "from 25 s" in texts["timing"]
    assert "25 to 30 s" in check_step("timing", "falls").feedback
    assert "19 of 23 adenocarcinomas and 21 of 23 NETs" in check_step("commit", "pathology").feedback
    raw = PATH_FILE.read_text(encoding="utf-8")
    assert all(number not in raw for number in ("0.898", "19 of", "21 of", "25 s", "30 s"))


# --- what is called right is what happens


def ratio(preset: str) -> float:
    reading = read_preset(load_presets()[preset])
    value = reading.rule.ratio.value
    assert value is not None
    return value


def test_necrosis_in_the_oval_lowers_the_ratio_across_the_cutoff() -> None:
    assert ratio("necrosis_in_roi") < 0.898 < ratio("typical_net")


def test_fat_raises_the_ratio_across_the_cutoff() -> None:
    assert ratio("sound_liver") < 0.898 < ratio("steatosis")


def test_too_early_a_scan_lowers_the_ratio_of_a_net_below_the_cutoff_and_the_lesion_below_the_liver() -> None:
    course = simulate(EnhancementSettings())
    early, due = course.at(15.0), course.at(25.0)
    kind = LesionKind.HYPERVASCULAR
    assert early.lesion_hu(kind) < early.liver_hu
    assert early.lesion_hu(kind) / early.liver_hu < 0.898 < due.lesion_hu(kind) / due.liver_hu


def test_a_higher_cutoff_never_loses_sensitivity_nor_gains_specificity() -> None:
    roc = ensemble_population().curve.roc
    assert (roc.sensitivities[1:] >= roc.sensitivities[:-1]).all()
    assert (roc.specificities[1:] <= roc.specificities[:-1]).all()


@pytest.mark.parametrize("counts", [Counts(19, 2, 4, 21), Counts(19, 5, 4, 18)])
def test_where_it_is_rare_most_of_those_called_adenocarcinoma_are_nets(counts: Counts) -> None:
    half, rare = (natural_frequencies(diagnostic_accuracy(counts, p)) for p in (0.5, 0.05))
    assert rare.fp > rare.tp and half.tp > half.fp
    assert rare.ppv is not None and half.ppv is not None and rare.ppv < half.ppv
    assert rare.npv is not None and half.npv is not None and rare.npv > half.npv


# --- checked when loaded


@pytest.mark.parametrize(
    ("step", "choice"), [("ratio", ""), ("ratio", "falls"), ("RATIO", "falls"), ("", "")]
)
def test_unknown_steps_and_choices_are_refused(step: str, choice: str) -> None:
    with pytest.raises(StudyError, match="no such"):
        check_step(step, choice)


@pytest.mark.parametrize(
    "damage",
    [
        {"control": "slider"},
        {"right": "nothing"},
        {"goal": None},
        {"choice": None},
        {"id": "oval"},
        {"action": "See {no_such_fact}."},
        {"action": "See {"},
        {"action": "See {0}."},
    ],
)
def test_a_damaged_step_is_refused(damage: dict[str, Any]) -> None:
    steps = content()
    for name, value in damage.items():
        if value is None:
            del steps[0][name]
        else:
            steps[0][name] = value
    with pytest.raises(StudyError):
        build_path(steps)


def test_three_choices_and_five_to_seven_steps() -> None:
    short = content()
    short[0]["choice"].pop(0)
    with pytest.raises(StudyError, match="damaged"):
        build_path(short)
    assert len(build_path(content()[:5])) == 5
    for steps in (content()[:4], [*content(), content()[0] | {"id": "again"}]):
        with pytest.raises(StudyError, match="5 to 7"):
            build_path(steps)
