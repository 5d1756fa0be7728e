"""Find the error in the paper: printed numbers side by side, one of which is at fault.

What is printed, why it is wrong and what holds instead is read from the study's facts, errata and audit;
data/teaching_errors.toml only chooses.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from gepnet_core.errors import StudyError
from gepnet_core.replication.audit.audit import AuditRow
from gepnet_core.replication.audit.rows import printed_number
from gepnet_core.replication.published import published_audit
from gepnet_core.study.errata import Erratum, load_errata
from gepnet_core.study.facts import DATA_DIRECTORY, fact, read_toml
from gepnet_core.study.filled_text import filled
from gepnet_core.teaching.offered import taken

ERRORS_FILE = DATA_DIRECTORY / "teaching_errors.toml"


@dataclass(frozen=True)
class PrintedChoice:
    """A printed number that may be at fault; ``printed`` is its own text, ``place`` where it stands."""

    fact_id: str
    quantity: str
    group: str
    printed: str
    place: str


@dataclass(frozen=True)
class PaperExercise:
    """What is shown before the answer."""

    id: str
    question: str
    hint: str
    choices: tuple[PrintedChoice, ...]


@dataclass(frozen=True)
class ExerciseOutcome:
    """What is shown after it: whether it was right, what the audit says of both, and the erratum."""

    exercise_id: str
    is_right: bool
    chosen: AuditRow
    wrong: AuditRow
    erratum: Erratum


@dataclass(frozen=True)
class _Entry:
    """An exercise with its answer."""

    exercise: PaperExercise
    erratum: str
    wrong: str


def load_exercises() -> tuple[PaperExercise, ...]:
    """The exercises in their order, without the answers.

    Raises
    ------
    StudyError
        If an entry names a fact or an erratum that there is not, or its answer is none of its choices.
    """
    return tuple(entry.exercise for entry in _entries().values())


def answer_exercise(exercise_id: str, fact_id: str) -> ExerciseOutcome:
    """Hold a choice against the audit.

    Parameters
    ----------
    exercise_id : str
    fact_id : str
        Of one of its choices.

    Raises
    ------
    StudyError
        If there is no such exercise, or it has no such choice.
    """
    entry = taken(_entries(), exercise_id, "there is no such exercise")
    choices = {choice.fact_id: choice for choice in entry.exercise.choices}
    chosen = taken(choices, fact_id, "the exercise has no such choice").fact_id
    rows = published_audit()
    return ExerciseOutcome(
        exercise_id,
        chosen == entry.wrong,
        rows.row(chosen),
        rows.row(entry.wrong),
        load_errata()[entry.erratum],
    )


@cache
def _entries() -> Mapping[str, _Entry]:
    return build_entries(read_toml(ERRORS_FILE)["exercise"])


def build_entries(content: Sequence[Mapping[str, Any]]) -> Mapping[str, _Entry]:
    """Check entries in the form of data/teaching_errors.toml; see `load_exercises`."""
    entries: dict[str, _Entry] = {}
    for found in content:
        try:
            choices = tuple(_choice(fact_id) for fact_id in found["choices"])
            exercise = PaperExercise(found["id"], filled(found["question"]), filled(found["hint"]), choices)
            entry = _Entry(exercise, found["erratum"], found["wrong"])
            erratum = load_errata()[entry.erratum]
        except (KeyError, TypeError) as error:
            raise _damaged() from error
        ids = [choice.fact_id for choice in choices]
        is_whole = len(set(ids)) == len(ids) > 1 and entry.wrong in ids and entry.wrong in erratum.facts
        if not is_whole or exercise.id in entries:
            raise _damaged()
        entries[exercise.id] = entry
    return MappingProxyType(entries)


def _choice(fact_id: str) -> PrintedChoice:
    printed = fact(fact_id)
    return PrintedChoice(fact_id, printed.quantity, printed.group, printed_number(printed), printed.place)


def _damaged() -> StudyError:
    return StudyError(
        "an exercise of data/teaching_errors.toml is damaged",
        allowed="id, erratum, question, hint, choices (facts), wrong (a choice that the erratum names)",
        remedy="Restore it from the repository.",
    )
