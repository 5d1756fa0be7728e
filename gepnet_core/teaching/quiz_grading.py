"""Answers of a student held against the keys: points, mistakes, calibration, confusion table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.rule import POSITIVE_CLASS
from gepnet_core.errors import GepnetError
from gepnet_core.statistics.models.calibration import Calibration, calibration
from gepnet_core.statistics.proportions.diagnostic import Counts, DiagnosticAccuracy, diagnostic_accuracy
from gepnet_core.teaching.quiz import Quiz
from gepnet_core.teaching.quiz_case import QuizCase, QuizChoice
from gepnet_core.teaching.quiz_data import QuizKind
from gepnet_core.teaching.quiz_mistakes import CallMistake, PatternMistake, call_mistake, pattern_mistake

CONFIDENCES = (50, 60, 70, 80, 90, 100)
"""What is offered, in percent; any whole percent between is taken."""

POINTS = 2
"""Of a case: one for the call, one for the pattern; in a pitfall both for noticing it."""


@dataclass(frozen=True)
class QuizAnswer:
    """What a student committed to.

    ``pattern`` is None where none was stated. ``confidence_percent`` is how sure the student is of the call.

    Raises
    ------
    GepnetError
        If the confidence is not from 50 to 100.
    """

    number: int
    pattern: EnhancementPattern | None
    choice: QuizChoice
    confidence_percent: int

    def __post_init__(self) -> None:
        if not CONFIDENCES[0] <= self.confidence_percent <= CONFIDENCES[-1]:
            raise GepnetError(
                "confidence is stated in percent",
                got=str(self.confidence_percent),
                allowed=f"{CONFIDENCES[0]} to {CONFIDENCES[-1]}",
                field="confidence",
            )


@dataclass(frozen=True)
class Mark:
    """One answer, marked. ``pattern_right`` is None in a pitfall; a mistake is None where there is none."""

    case: QuizCase
    answer: QuizAnswer
    points: int
    call_right: bool
    pattern_right: bool | None
    call_mistake: CallMistake | None
    pattern_mistake: PatternMistake | None


@dataclass(frozen=True)
class KindScore:
    """Points of one kind of cases, and how many of them were answered."""

    points: int
    most_points: int
    n_answered: int


@dataclass(frozen=True)
class QuizScore:
    """All answers, marked.

    ``confusion`` counts (right choice, student's choice). ``accuracy`` is the student's call of
    ``positive_class`` against that of the rule, in the cases without a pitfall; an alarm counts as not
    calling it. ``confidence`` judges the stated confidence as the probability that the call is right, one
    group a stated number. What is None has its reason under the name of the field.
    """

    n_cases: int
    marks: tuple[Mark, ...]
    kinds: Mapping[QuizKind, KindScore]
    confusion: Mapping[tuple[QuizChoice, QuizChoice], int]
    accuracy: DiagnosticAccuracy | None
    confidence: Calibration | None
    reasons: Mapping[str, str]
    positive_class: str = POSITIVE_CLASS

    @property
    def n_answered(self) -> int:
        """Cases with an answer; the others are counted nowhere."""
        return len(self.marks)

    @property
    def points(self) -> int:
        """Points of the answered cases."""
        return sum(mark.points for mark in self.marks)

    @property
    def most_points(self) -> int:
        """Points that the answered cases could have given."""
        return POINTS * self.n_answered


def mark_answer(case: QuizCase, answer: QuizAnswer) -> Mark:
    """Hold one answer against its case.

    Raises
    ------
    GepnetError
        If the answer belongs to another case.
    """
    if answer.number != case.number:
        raise GepnetError(
            "the answer is one to another case", got=str(answer.number), allowed=str(case.number)
        )
    key = case.key
    call_right = answer.choice is key.choice
    pattern_right = None if key.pitfall is not None else answer.pattern is key.pattern
    return Mark(
        case,
        answer,
        POINTS * call_right if pattern_right is None else call_right + pattern_right,
        call_right,
        pattern_right,
        call_mistake(key, answer.choice, answer.pattern),
        pattern_mistake(key, answer.pattern),
    )


def grade(quiz: Quiz, answers: Sequence[QuizAnswer]) -> QuizScore:
    """Mark the answers to a quiz.

    Parameters
    ----------
    quiz : Quiz
    answers : sequence of QuizAnswer
        In any order; cases may be without one.

    Raises
    ------
    GepnetError
        If two answers are to one case, or one is to a case that the quiz has not.
    """
    numbers = [answer.number for answer in answers]
    if len(set(numbers)) < len(numbers):
        raise GepnetError("a case was answered twice", allowed="one answer a case")
    marks = tuple(
        mark_answer(quiz.case(answer.number), answer) for answer in sorted(answers, key=lambda a: a.number)
    )
    reasons: dict[str, str] = {}
    return QuizScore(
        len(quiz.cases),
        marks,
        MappingProxyType({kind: _of_kind(kind, marks) for kind in quiz.spec.kinds}),
        MappingProxyType(Counter((mark.case.key.choice, mark.answer.choice) for mark in marks)),
        _accuracy(marks, reasons),
        _confidence(marks, reasons),
        MappingProxyType(reasons),
    )


def _of_kind(kind: QuizKind, marks: Sequence[Mark]) -> KindScore:
    ours = [mark for mark in marks if mark.case.key.kind is kind]
    return KindScore(sum(mark.points for mark in ours), POINTS * len(ours), len(ours))


def _accuracy(marks: Sequence[Mark], reasons: dict[str, str]) -> DiagnosticAccuracy | None:
    table = Counter(
        (mark.case.key.choice is QuizChoice.ADENOCARCINOMA, mark.answer.choice is QuizChoice.ADENOCARCINOMA)
        for mark in marks
        if mark.case.key.pitfall is None
    )
    tp, fn, fp, tn = (table[pair] for pair in ((True, True), (True, False), (False, True), (False, False)))
    if not (tp + fn and fp + tn):
        reasons["accuracy"] = (
            "It takes an answered case that the rule calls adenocarcinoma and one that it calls NET."
        )
        return None
    return diagnostic_accuracy(Counts(tp, fp, fn, tn))


def _confidence(marks: Sequence[Mark], reasons: dict[str, str]) -> Calibration | None:
    if not marks:
        reasons["confidence"] = "No case was answered."
        return None
    stated = [mark.answer.confidence_percent / 100 for mark in marks]
    # With as many groups as answers, each stated number is one group.
    return calibration(stated, [mark.call_right for mark in marks], n_groups=len(marks))
