"""Words around a quiz: what is missing, what was committed to, the verdict, the list of cases."""

from __future__ import annotations

import pytest

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.report.teaching.quiz_words import (
    CASE_HEADINGS,
    HOW_IT_GOES,
    IMAGES,
    answer_line,
    case_rows,
    missing_sentence,
    spec_words,
    verdict_line,
)
from gepnet_core.teaching.quiz import QuizSpec, make_quiz
from gepnet_core.teaching.quiz_case import QuizChoice
from gepnet_core.teaching.quiz_data import QuizKind, load_quiz_settings
from gepnet_core.teaching.quiz_grading import QuizAnswer, grade, mark_answer

QUIZ = make_quiz(2018, 24)
PLATEAU, NET = EnhancementPattern.PLATEAU, QuizChoice.NET


@pytest.mark.parametrize(
    ("n_cases", "kinds", "words"),
    [
        (1, (QuizKind.CLEAR,), "1 case (clear)"),
        (4, (QuizKind.PITFALL, QuizKind.CLEAR), "4 cases (clear and pitfall)"),
        (6, tuple(QuizKind), "6 cases (clear, discordant criteria, grey zone and pitfall)"),
    ],
)
def test_a_quiz_in_words(n_cases: int, kinds: tuple[QuizKind, ...], words: str) -> None:
    assert spec_words(QuizSpec(1, n_cases, kinds)) == words


@pytest.mark.parametrize(
    ("pattern", "choice", "confidence", "words"),
    [
        (None, None, None, "Still to choose: pattern, call, how sure you are."),
        (PLATEAU, None, 50, "Still to choose: call."),
        (PLATEAU, NET, 50, None),
    ],
)
def test_what_is_missing(
    pattern: EnhancementPattern | None, choice: QuizChoice | None, confidence: int | None, words: str | None
) -> None:
    assert missing_sentence(pattern, choice, confidence) == words


def test_a_committed_answer_in_words() -> None:
    assert answer_line(QuizAnswer(1, PLATEAU, NET, 70)) == (
        "You committed to: NET, pattern plateau, 70 % sure."
    )
    assert "pattern not stated" in answer_line(QuizAnswer(1, None, NET, 70))


def test_the_verdict_and_the_list_say_the_same() -> None:
    answers = [QuizAnswer(case.number, PLATEAU, NET, 80) for case in QUIZ.cases]
    rows = case_rows(grade(QUIZ, answers))
    assert {len(row) for row in rows} == {len(CASE_HEADINGS)}
    for case, answer, row in zip(QUIZ.cases, answers, rows, strict=True):
        points = 2 if case.key.pitfall is None and case.key.choice is NET else 1
        points -= case.key.pattern is not PLATEAU or case.key.pitfall is not None
        points = 0 if case.key.pitfall is not None else max(points, 0)
        number, kind, yours, right, pattern, right_pattern, sure, scored = row
        assert (number, yours, pattern, sure) == (str(case.number), "NET", "Plateau", "80 %")
        assert right == case.key.choice.label and scored == f"{points} of 2"
        trap = case.key.pitfall is not None
        assert right_pattern == ("Counts nothing here" if trap else case.key.pattern.capitalize())
        assert verdict_line(mark_answer(case, answer)) == (
            f"Right call: {right}. {points} of 2 points. Kind of case: {kind.lower()}."
        )


def test_cases_without_an_answer_are_not_listed() -> None:
    assert [row[0] for row in case_rows(grade(QUIZ, [QuizAnswer(5, None, NET, 60)]))] == ["5"]
    assert case_rows(grade(QUIZ, [])) == ()


def test_what_stands_beside_every_case_names_no_pitfall() -> None:
    names = [entry.name.lower() for entry in load_quiz_settings().pitfalls.values()]
    assert [name for name in names if name in f"{HOW_IT_GOES} {IMAGES}".lower()] == []
