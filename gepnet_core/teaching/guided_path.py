"""The guided path: one goal and one check of understanding a step, over the live controls of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from gepnet_core.errors import StudyError
from gepnet_core.study.facts import DATA_DIRECTORY, read_toml
from gepnet_core.study.filled_text import filled
from gepnet_core.teaching.offered import taken

PATH_FILE = DATA_DIRECTORY / "teaching_path.toml"

N_CHOICES = 3
FEWEST_STEPS, MOST_STEPS = 5, 7


class Control(StrEnum):
    """The live controls that a step may use."""

    CUTOFF = "cutoff"
    PREVALENCE = "prevalence"
    PRESET = "preset"
    DELAY = "delay"
    STEATOSIS = "steatosis"
    ROI = "roi"
    QUIZ = "quiz"


@dataclass(frozen=True)
class StepChoice:
    """One answer that may be taken."""

    id: str
    text: str


@dataclass(frozen=True)
class PathStep:
    """What is shown of a step before its question is answered."""

    id: str
    control: Control
    goal: str
    action: str
    question: str
    choices: tuple[StepChoice, ...]


@dataclass(frozen=True)
class StepOutcome:
    """What is said to who took a choice."""

    is_right: bool
    feedback: str


@dataclass(frozen=True)
class _Entry:
    """A step with the right choice and what is said to each."""

    step: PathStep
    right: str
    feedback: Mapping[str, str]


def load_path() -> tuple[PathStep, ...]:
    """The steps in their order, without the answers.

    Raises
    ------
    StudyError
        If a step is incomplete, names an unknown control or fact, or has no right choice of three.
    """
    return tuple(entry.step for entry in _entries().values())


def check_step(step_id: str, choice_id: str) -> StepOutcome:
    """Whether a choice is right, and what is said to it.

    Raises
    ------
    StudyError
        If there is no such step or choice.
    """
    entry = taken(_entries(), step_id, "the path has no such step")
    feedback = taken(entry.feedback, choice_id, "the step has no such choice")
    return StepOutcome(choice_id == entry.right, feedback)


@cache
def _entries() -> Mapping[str, _Entry]:
    return build_path(read_toml(PATH_FILE)["step"])


def build_path(content: Sequence[Mapping[str, Any]]) -> Mapping[str, _Entry]:
    """Check entries in the form of data/teaching_path.toml; see `load_path`."""
    entries: dict[str, _Entry] = {}
    for found in content:
        try:
            entry = _entry(found)
        except StudyError:
            raise
        except (KeyError, TypeError, ValueError) as error:
            raise _damaged() from error
        if len(entry.feedback) != N_CHOICES or entry.right not in entry.feedback or entry.step.id in entries:
            raise _damaged()
        entries[entry.step.id] = entry
    if not FEWEST_STEPS <= len(entries) <= MOST_STEPS:
        raise StudyError(
            "the guided path has a few steps",
            got=str(len(entries)),
            allowed=f"{FEWEST_STEPS} to {MOST_STEPS}",
        )
    return MappingProxyType(entries)


def _entry(found: Mapping[str, Any]) -> _Entry:
    choices = found["choice"]
    step = PathStep(
        found["id"],
        Control(found["control"]),
        filled(found["goal"]),
        filled(found["action"]),
        filled(found["question"]),
        tuple(StepChoice(choice["id"], filled(choice["text"])) for choice in choices),
    )
    feedback = {choice["id"]: filled(choice["feedback"]) for choice in choices}
    return _Entry(step, found["right"], MappingProxyType(feedback))


def _damaged() -> StudyError:
    return StudyError(
        "a step of data/teaching_path.toml is damaged",
        allowed=f"id, control, goal, action, question, right; {N_CHOICES} choices with id, text, feedback",
        remedy="Restore it from the repository.",
    )
