"""Points, mistakes, confusion table, confidence: answers by hand; R for Brier's score and Wilson's limits."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.errors import GepnetError
from gepnet_core.teaching.quiz import Quiz, make_quiz
from gepnet_core.teaching.quiz_case import QuizCase, QuizChoice
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind
from gepnet_core.teaching.quiz_grading import QuizAnswer, grade, mark_answer
from gepnet_core.teaching.quiz_mistakes import CallMistake, PatternMistake

AC, NET, WRONG = QuizChoice
PLATEAU, WASHOUT, PROGRESSIVE = EnhancementPattern
QUIZ = make_quiz(2018, 24)


def answer(case: QuizCase, choice: QuizChoice, pattern: EnhancementPattern | None, sure: int = 80):
    return QuizAnswer(case.number, pattern, choice, sure)


def right(case: QuizCase, sure: int = 100) -> QuizAnswer:
    return answer(case, case.key.choice, case.key.pattern, sure)


def one(kind: QuizKind, choice: QuizChoice, pattern: EnhancementPattern) -> QuizCase:
    return next(
        case
        for case in QUIZ.cases
        if case.key.kind is kind and case.key.choice is choice and case.key.pattern is pattern
    )


def trap(pitfall: Pitfall) -> QuizCase:
    return next(case for case in QUIZ.cases if case.key.pitfall is pitfall)


# --- points


def test_a_perfect_student_has_all_points() -> None:
    score = grade(QUIZ, [right(case) for case in QUIZ.cases])
    assert (score.points, score.most_points, score.n_answered, score.n_cases) == (48, 48, 24, 24)
    assert all(mark.call_mistake is None and mark.pattern_mistake is None for mark in score.marks)
    assert {
        kind: (k.points, k.most_points, k.n_answered) for kind, k in score.kinds.items()
    } == dict.fromkeys(QuizKind, (12, 12, 6))
    assert score.confidence is not None and score.confidence.brier == 0


def test_call_and_pattern_give_a_point_each_and_a_pitfall_both_or_none() -> None:
    clear = one(QuizKind.CLEAR, NET, WASHOUT)
    assert [
        mark_answer(clear, answer(clear, choice, pattern)).points
        for choice, pattern in (
            (NET, WASHOUT),
            (NET, PLATEAU),
            (AC, WASHOUT),
            (WRONG, WASHOUT),
            (AC, PLATEAU),
        )
    ] == [2, 1, 1, 1, 0]
    fatty = trap(Pitfall.STEATOSIS)
    assert [
        mark_answer(fatty, answer(fatty, choice, fatty.key.pattern)).points for choice in (WRONG, NET, AC)
    ] == [2, 0, 0]
    assert mark_answer(fatty, answer(fatty, WRONG, None)).pattern_right is None


def test_cases_without_an_answer_are_counted_nowhere() -> None:
    some = [right(case) for case in QUIZ.cases[:3]]
    score = grade(QUIZ, list(reversed(some)))
    assert (score.n_answered, score.most_points, score.n_cases) == (3, 6, 24)
    assert [mark.case.number for mark in score.marks] == [1, 2, 3]
    assert sum(score.confusion.values()) == 3
    assert sum(kind.n_answered for kind in score.kinds.values()) == 3


def test_no_answer_at_all_is_no_score_of_zero() -> None:
    score = grade(QUIZ, [])
    assert (score.most_points, score.confidence, score.accuracy) == (0, None, None)
    assert set(score.reasons) == {"confidence", "accuracy"}


@pytest.mark.parametrize("numbers", [[1, 1], [0], [25], [-1]])
def test_an_answer_belongs_to_one_case(numbers: list[int]) -> None:
    with pytest.raises(GepnetError):
        grade(QUIZ, [QuizAnswer(number, PLATEAU, AC, 80) for number in numbers])
    with pytest.raises(GepnetError, match="another case"):
        mark_answer(QUIZ.cases[0], QuizAnswer(2, PLATEAU, AC, 80))


@pytest.mark.parametrize("sure", [-1, 0, 49, 101, 1000])
def test_confidence_has_limits(sure: int) -> None:
    with pytest.raises(GepnetError, match="50 to 100"):
        QuizAnswer(1, PLATEAU, AC, sure)


def test_the_limits_of_confidence_are_taken() -> None:
    assert [QuizAnswer(1, None, NET, sure).confidence_percent for sure in (50, 100)] == [50, 100]


# --- mistakes


@pytest.mark.parametrize(
    ("kind", "truth", "pattern", "said", "seen", "mistake"),
    [
        (QuizKind.CLEAR, AC, PLATEAU, NET, PLATEAU, CallMistake.BY_RATIO),
        (QuizKind.CLEAR, AC, PLATEAU, NET, None, CallMistake.BY_RATIO),
        (QuizKind.CLEAR, AC, PLATEAU, NET, WASHOUT, CallMistake.BY_PATTERN),
        (QuizKind.CLEAR, AC, PLATEAU, WRONG, PLATEAU, CallMistake.FALSE_ALARM),
        (QuizKind.CLEAR, NET, WASHOUT, AC, WASHOUT, CallMistake.NEITHER),
        (QuizKind.CLEAR, NET, WASHOUT, WRONG, WASHOUT, CallMistake.FALSE_ALARM),
        (QuizKind.DISCORDANT, NET, PROGRESSIVE, AC, PLATEAU, CallMistake.LOW_RATIO_ALONE),
        (QuizKind.DISCORDANT, NET, PLATEAU, AC, PLATEAU, CallMistake.PLATEAU_ALONE),
        (QuizKind.GREY_ZONE, NET, PLATEAU, AC, PLATEAU, CallMistake.PLATEAU_ALONE),
        (QuizKind.GREY_ZONE, AC, PLATEAU, NET, PLATEAU, CallMistake.BY_RATIO),
        (QuizKind.GREY_ZONE, AC, PLATEAU, AC, WASHOUT, None),
    ],
)
def test_a_wrong_call_has_its_reason(
    kind: QuizKind,
    truth: QuizChoice,
    pattern: EnhancementPattern,
    said: QuizChoice,
    seen: EnhancementPattern | None,
    mistake: CallMistake | None,
) -> None:
    case = one(kind, truth, pattern)
    assert mark_answer(case, answer(case, said, seen)).call_mistake is mistake


@pytest.mark.parametrize("pitfall", list(Pitfall))
@pytest.mark.parametrize("said", [AC, NET])
def test_a_call_on_a_pitfall_missed_it(pitfall: Pitfall, said: QuizChoice) -> None:
    case = trap(pitfall)
    for seen in (PLATEAU, PROGRESSIVE, None):
        as_pattern = pitfall is Pitfall.SWAPPED_PHASES and seen is PROGRESSIVE
        mark = mark_answer(case, answer(case, said, seen))
        assert mark.call_mistake is (
            CallMistake.SWAP_AS_PATTERN if as_pattern else CallMistake.PITFALL_MISSED
        )
        assert mark.pattern_mistake is None


def test_a_wrong_pattern_has_its_reason() -> None:
    plateau, washout = one(QuizKind.CLEAR, AC, PLATEAU), one(QuizKind.CLEAR, NET, WASHOUT)
    progressive = one(QuizKind.DISCORDANT, NET, PROGRESSIVE)
    found = plateau.key.assessment.pattern.liver_relative
    assert found is not None and found.change < 0
    assert [
        mark_answer(case, answer(case, NET, seen)).pattern_mistake
        for case, seen in (
            (plateau, PLATEAU),
            (plateau, WASHOUT),
            (plateau, PROGRESSIVE),
            (plateau, None),
            (washout, PLATEAU),
            (washout, PROGRESSIVE),
            (progressive, WASHOUT),
            (progressive, PLATEAU),
        )
    ] == [
        None,
        PatternMistake.WITHIN_TOLERANCE,
        PatternMistake.WRONG_DIRECTION,
        PatternMistake.NOT_STATED,
        PatternMistake.BEYOND_TOLERANCE,
        PatternMistake.WRONG_DIRECTION,
        PatternMistake.WRONG_DIRECTION,
        PatternMistake.BEYOND_TOLERANCE,
    ]


@given(
    st.sampled_from(QUIZ.cases),
    st.sampled_from(QuizChoice),
    st.sampled_from([*EnhancementPattern, None]),
)
def test_points_and_mistakes_agree(
    case: QuizCase, choice: QuizChoice, pattern: EnhancementPattern | None
) -> None:
    mark = mark_answer(case, answer(case, choice, pattern))
    assert (mark.call_mistake is None) is mark.call_right is (choice is case.key.choice)
    assert (mark.pattern_mistake is None) is (mark.pattern_right is not False)
    assert 0 <= mark.points <= 2
    assert (mark.points == 2) is (mark.call_mistake is None and mark.pattern_mistake is None)


# --- the table and the confidence


def test_confusion_and_accuracy_by_hand() -> None:
    # Everybody called NET: six adenocarcinomas (three clear, three grey), twelve NETs, six pitfalls.
    score = grade(QUIZ, [answer(case, NET, PLATEAU) for case in QUIZ.cases])
    assert score.positive_class == "adenocarcinoma"
    assert score.confusion == {(AC, NET): 6, (NET, NET): 12, (WRONG, NET): 6}
    assert score.accuracy is not None
    counts = score.accuracy.counts
    assert (counts.tp, counts.fn, counts.fp, counts.tn) == (0, 6, 0, 12)
    # An alarm is not a call for adenocarcinoma.
    alarmed = grade(QUIZ, [answer(case, WRONG, PLATEAU) for case in QUIZ.cases])
    assert alarmed.accuracy is not None and alarmed.accuracy.counts == counts
    assert alarmed.points == 6 * 2 + sum(
        case.key.pattern is PLATEAU for case in QUIZ.cases if case.key.pitfall is None
    )


def test_one_class_alone_has_no_accuracy() -> None:
    quiz = make_quiz(3, 5, [QuizKind.DISCORDANT])
    score = grade(quiz, [right(case) for case in quiz.cases])
    assert score.accuracy is None and "accuracy" in score.reasons
    assert score.points == 10


def stated(quiz: Quiz, percents: list[int], rights: list[int]) -> list[QuizAnswer]:
    wrong = {AC: NET, NET: AC, WRONG: NET}
    return [
        answer(case, case.key.choice if is_right else wrong[case.key.choice], None, percent)
        for case, percent, is_right in zip(quiz.cases, percents, rights, strict=False)
    ]


def test_confidence_in_r() -> None:
    percents = [50, 60, 90, 90, 90, 100, 100, 70, 70, 50]
    score = grade(QUIZ, stated(QUIZ, percents, [0, 1, 1, 1, 0, 1, 1, 1, 0, 0]))
    found = score.confidence
    assert found is not None and (found.n, found.n_event) == (10, 6)
    # R: brier 0.207
    assert found.brier == pytest.approx(0.207, abs=1e-15)
    # R: right by confidence 0 1 0.5 0.666666666666667 1
    assert [(g.mean_predicted, g.n_event, g.n) for g in found.groups] == [
        (0.5, 0, 2),
        (0.6, 1, 1),
        (0.7, 1, 2),
        (pytest.approx(0.9), 2, 3),
        (1.0, 2, 2),
    ]
    # R: wilson of 90 % 0.207659600802048 0.938508055279604
    wilson = found.groups[3].wilson
    assert (wilson.low, wilson.high) == pytest.approx((0.207659600802048, 0.938508055279604), abs=1e-14)
    # 77 % sure on average, right in 60 %.
    assert found.in_the_large == pytest.approx(0.60 - 0.77)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from([50, 60, 70, 80, 90, 100]), st.booleans()), min_size=1, max_size=24)
)
def test_any_confidence_can_be_judged(said: list[tuple[int, bool]]) -> None:
    percents, rights = [percent for percent, _ in said], [int(is_right) for _, is_right in said]
    found = grade(QUIZ, stated(QUIZ, percents, rights)).confidence
    assert found is not None
    assert found.brier == pytest.approx(
        sum((p / 100 - y) ** 2 for p, y in zip(percents, rights, strict=True)) / len(said)
    )
    assert len(found.groups) == len(set(percents)) and sum(g.n for g in found.groups) == len(said)
    assert sum(g.n_event for g in found.groups) == sum(rights)
