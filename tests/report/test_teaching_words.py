"""Sentences and rows of the teaching page: numbers as computed, feedback as particular as the mistake."""

from __future__ import annotations

import re

import pytest

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.report.teaching.quiz_words import (
    CONFUSION_HEADINGS,
    KIND_HEADINGS,
    READING_HEADINGS,
    clinical_line,
    confusion_rows,
    feedback_sentences,
    kind_rows,
    reading_rows,
    reveal_sentences,
    score_sentences,
    technique_line,
)
from gepnet_core.report.teaching.teaching_words import (
    CELL_HEADINGS,
    DRAW_HEADINGS,
    EXERCISE_HEADINGS,
    cell_rows,
    draw_rows,
    draw_sentences,
    draws_sentences,
    exercise_rows,
    exercise_sentences,
    frequency_sentences,
    population_sentences,
)
from gepnet_core.statistics.proportions.diagnostic import Counts, diagnostic_accuracy
from gepnet_core.study.errata import load_errata
from gepnet_core.teaching.errors_in_paper import answer_exercise, load_exercises
from gepnet_core.teaching.natural_frequencies import cell_frequencies, natural_frequencies
from gepnet_core.teaching.quiz import make_quiz
from gepnet_core.teaching.quiz_case import QuizCase, QuizChoice
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind, load_quiz_settings
from gepnet_core.teaching.quiz_grading import QuizAnswer, grade, mark_answer
from gepnet_core.teaching.sampling import draw_many, draw_sample, ensemble_population

AC, NET, WRONG = QuizChoice
PLATEAU, WASHOUT, PROGRESSIVE = EnhancementPattern
QUIZ = make_quiz(2018, 24)
CASES = [case for seed in range(6) for case in make_quiz(seed, 24).cases]
POPULATION = ensemble_population()


def feedback(
    case: QuizCase, choice: QuizChoice, pattern: EnhancementPattern | None, sure: int = 70
) -> tuple[str, ...]:
    return feedback_sentences(mark_answer(case, QuizAnswer(case.number, pattern, choice, sure)))


def one(kind: QuizKind, choice: QuizChoice, pattern: EnhancementPattern) -> QuizCase:
    return next(
        case
        for case in QUIZ.cases
        if case.key.kind is kind and case.key.choice is choice and case.key.pattern is pattern
    )


def trap(pitfall: Pitfall) -> QuizCase:
    return next(case for case in QUIZ.cases if case.key.pitfall is pitfall)


# --- natural frequencies and cells


def test_the_tree_in_words() -> None:
    said = frequency_sentences(natural_frequencies(diagnostic_accuracy(Counts(19, 2, 4, 21), 0.05)))
    assert said[:3] == (
        "Of 1000 such patients 50 have adenocarcinoma and 950 NET (prevalence of adenocarcinoma 5.0 %).",
        "Called adenocarcinoma: 124, of whom 41 have it. Positive predictive value 33.3 %.",
        "Called NET: 876, of whom 867 have NET. Negative predictive value 99.01 %.",  # 399/403
    )
    nobody = frequency_sentences(natural_frequencies(diagnostic_accuracy(Counts(0, 0, 23, 23), 0.1)))
    assert nobody[1] == (
        "Called adenocarcinoma: 0, of whom 0 have it. "
        "Positive predictive value: none, since nobody is called so."
    )


def test_cells_beside_the_studys_counts() -> None:
    rows = cell_rows(cell_frequencies(0.05))
    assert len(CELL_HEADINGS) == 4
    assert rows == (
        ("Ratio at or below the cutoff, plateau", "41", "83", "19:2"),
        ("Ratio above the cutoff, plateau", "5", "165", "2:4"),
        ("Ratio at or below the cutoff, no plateau", "0", "124", "0:3"),
        ("Ratio above the cutoff, no plateau", "4", "578", "2:14"),
    )


# --- draws: the numbers are R's (tests/reference/teaching.R)


def test_one_draw_in_words() -> None:
    draw = draw_sample(POPULATION, 2017, 0)
    assert len(DRAW_HEADINGS) == 3
    assert draw_rows(draw, POPULATION)[:3] == (
        ("AUC of the HAP ratio for adenocarcinoma", "0.870 (95 % CI 0.768-0.971)", "0.874"),
        ("Best cutoff", "1.059", "0.8979"),
        ("Youden's index of this sample's cutoff", "0.652", "0.559"),
    )
    here, everywhere = draw_rows(draw, POPULATION)[3][1:]
    n, m = (int(x) for x in re.findall(r"(\d+) of 23", here))
    assert n / 23 - (23 - m) / 23 == pytest.approx(0.652, abs=5e-4)
    assert everywhere.count(" of 2530 ") == 2
    assert draw_sentences(draw, POPULATION) == (
        "The interval of the AUC holds the truth, 0.874.",
        "The best cutoff of this sample has Youden's index 0.652 here and 0.559 in all patients: it looks "
        "better by 0.093 in the patients that chose it than it is.",
    )


def test_a_draw_may_miss_and_may_look_worse() -> None:
    draws = draw_many(POPULATION, 2017, 300)
    worse = draw_sample(POPULATION, 2017, int(draws.flattery.argmin()))
    assert "it looks worse by" in draw_sentences(worse, POPULATION)[1]
    lowest = draw_sample(POPULATION, 2017, int(draws.areas.argmin()))
    assert lowest.auc.interval.high < POPULATION.auc
    assert draw_sentences(lowest, POPULATION)[0] == "The interval of the AUC misses the truth, 0.874."


def test_where_the_draws_come_from_is_said() -> None:
    said = " ".join(population_sentences(POPULATION))
    assert "2530 adenocarcinomas and 2530 NETs of 110 cohorts" in said
    assert "invented" in said and "the study's own optimism is part of it" in said
    assert "AUC 0.874; best cutoff 0.8979 with Youden's index 0.609" in said


def test_many_draws_in_words() -> None:
    draws = draw_many(POPULATION, 2017, 1000)
    first, second, third = draws_sentences(draws)
    middle = draws.middle(draws.areas)
    assert f"AUC lies between {middle.low:.3f} and {middle.high:.3f}" in first
    assert f"{draws.flattery.mean():.3f} more in its own sample" in second
    assert f"in {(draws.flattery > 0).sum()} of 1000 samples" in second
    assert third == "The study chose its cutoff in its own 46 patients too."


# --- the quiz: what is shown before


def test_lines_of_the_question() -> None:
    question = make_quiz(2017, 12).questions[0]
    assert clinical_line(question) == (
        "Man, 53 years, primary in the colon or rectum, largest metastasis 21 mm. Invented patient."
    )
    assert technique_line(question).startswith("Three phases at 120 kVp;")
    rows = reading_rows(question)
    assert {len(row) for row in rows} == {len(READING_HEADINGS)}
    assert [row[0] for row in rows] == ["Hepatic artery phase", "Portal venous phase", "Equilibrium phase"]
    assert rows[0] == ("Hepatic artery phase", "74 (9)", "87 (9)", "0.851")


def test_nothing_said_before_the_answer_hints_at_it() -> None:
    hints = re.compile(
        r"plateau|washout|progressive|adenocarcinoma|\bNET\b|swap|fat|necro|wrong|error|invert|caution|grey",
        re.IGNORECASE,
    )
    for case in CASES:
        question = case.question
        text = " ".join([clinical_line(question), technique_line(question), *sum(reading_rows(question), ())])
        assert hints.findall(text) == []


# --- feedback


def test_each_wrong_choice_is_answered_for_itself() -> None:
    low, high = one(QuizKind.CLEAR, AC, PLATEAU), one(QuizKind.CLEAR, NET, WASHOUT)
    assert "both criteria are met" in feedback(low, NET, PLATEAU)[0]
    assert feedback(low, NET, WASHOUT)[0].startswith("Not NET: you took the pattern for washout.")
    assert "nothing is wrong with these readings. 120 kVp" in feedback(low, WRONG, PLATEAU)[0]
    assert "neither criterion is met" in feedback(high, AC, WASHOUT)[0]
    progressive = one(QuizKind.DISCORDANT, NET, PROGRESSIVE)
    assert "is low, but the pattern is progressive" in feedback(progressive, AC, PLATEAU)[0]
    plateau = one(QuizKind.DISCORDANT, NET, PLATEAU)
    assert "the pattern is plateau, but the ratio" in feedback(plateau, AC, PLATEAU)[0]
    assert (
        "took swapped phases for progressive" in feedback(trap(Pitfall.SWAPPED_PHASES), NET, PROGRESSIVE)[0]
    )


def test_the_inverse_is_named_only_where_it_would_have_been_met() -> None:
    said = {True: 0, False: 0}
    for case in CASES:
        if case.key.choice is not NET or case.key.assessment.ratio.met:
            continue
        ratio = case.key.assessment.ratio.value
        assert ratio is not None
        text = feedback(case, AC, PLATEAU)[0]
        assert ("Liver / lesion would be" in text) is (1 / ratio <= 0.898)
        said[1 / ratio <= 0.898] += 1
    assert min(said.values()) > 0


@pytest.mark.parametrize("pitfall", list(Pitfall))
def test_a_missed_pitfall_is_named_with_how_it_shows(pitfall: Pitfall) -> None:
    entry, case = load_quiz_settings().pitfalls[pitfall], trap(pitfall)
    for choice in (AC, NET):
        said = feedback(case, choice, PLATEAU)
        assert len(said) == 1 and f"{entry.name}: {entry.see}" in said[0]
    assert feedback(case, WRONG, None) == ("Right: a wrong measurement.",)


def test_feedback_differs_between_any_two_wrong_answers_to_a_case() -> None:
    for case in CASES[:48]:
        if case.key.pitfall is not None:
            continue
        answers = [(choice, pattern) for choice in QuizChoice for pattern in (*EnhancementPattern, None)]
        assert len({feedback(case, choice, pattern) for choice, pattern in answers}) == len(answers)


def test_pattern_feedback_has_the_change_and_its_tolerance() -> None:
    washout = one(QuizKind.CLEAR, NET, WASHOUT)
    found = washout.key.assessment.pattern.liver_relative
    assert found is not None
    for seen in (PLATEAU, PROGRESSIVE):
        assert f"{found.change:.3f}" in feedback(washout, NET, seen)[1]
        assert "tolerance" in feedback(washout, NET, seen)[1] and "0.20" in feedback(washout, NET, seen)[1]
    assert feedback(washout, NET, WASHOUT) == ("Right: NET.", "The pattern is right: washout.")
    assert feedback(washout, NET, None)[1] == "You stated no pattern; it is washout."


@pytest.mark.parametrize(("sure", "told"), [(89, False), (90, True), (100, True)])
def test_who_is_sure_in_the_grey_zone_is_told(sure: int, told: bool) -> None:
    case = one(QuizKind.GREY_ZONE, AC, PLATEAU)
    last = feedback(case, AC, PLATEAU, sure)[-1]
    assert "lies in the grey zone" in last and (f"{sure} % was too sure." in last) is told
    assert "grey zone" not in " ".join(feedback(one(QuizKind.CLEAR, AC, PLATEAU), AC, PLATEAU, sure))


# --- the key and the score


def test_the_key_says_that_the_rule_is_no_histology_and_shows_the_diagnosis() -> None:
    names = {"adenocarcinoma": "adenocarcinoma", "net": "NET"}
    parted = 0
    for case in CASES:
        last = reveal_sentences(case)[-1]
        assert "the rule is no histology" in last
        assert f"This invented patient has {names[case.key.diagnosis]}" in last
        differs = case.key.call_unaltered.value != case.key.diagnosis
        assert ("while the rule says" in last) is differs
        parted += differs
    assert parted > 0


def test_the_key_has_the_readings_and_the_studys_counts_or_the_pitfall() -> None:
    for case in CASES:
        said = " ".join(reveal_sentences(case))
        if case.key.pitfall is None:
            evidence = case.key.assessment.evidence
            assert evidence is not None
            counts = evidence.counts
            assert f"adenocarcinoma {counts.adenocarcinoma} of 23, NET {counts.net} of 23" in said
            assert f"lesion {case.question.readings[0].lesion_hu}.0 HU" in said
        else:
            entry = load_quiz_settings().pitfalls[case.key.pitfall]
            assert all(text in said for text in (entry.name, entry.altered, entry.see, entry.lesson))


def test_what_a_pitfall_does_to_the_call() -> None:
    assert "With the error the rule says NET, without it adenocarcinoma." in reveal_sentences(
        trap(Pitfall.STEATOSIS)
    )
    inverted = trap(Pitfall.INVERTED_RATIO)
    ratio = inverted.key.assessment.ratio.value
    assert f"Lesion divided by liver is {ratio:.3f}, and the rule says adenocarcinoma." in reveal_sentences(
        inverted
    )


def test_the_score_in_words() -> None:
    # All called NET at 80 %: right in the twelve NETs; six adenocarcinomas missed, six pitfalls.
    score = grade(QUIZ, [QuizAnswer(case.number, PLATEAU, NET, 80) for case in QUIZ.cases])
    said = score_sentences(score)
    assert said[0] == f"{score.points} of 48 points; 24 of 24 cases answered."
    # Wilson, 0 of 6: z^2 / (6 + z^2) = 0.390; 12 of 12: 12 / (12 + z^2) = 0.757
    assert "sensitivity 0 of 6 (0.0 %, 95 % CI 0.0-39.0)" in said[1]
    assert "specificity 12 of 12 (100.0 %, 95 % CI 75.8-100.0)" in said[1]
    assert "adenocarcinoma positive" in said[1]
    assert said[2] == "You were 80.0 % sure on average and right in 12 of 24 (50.0 %): too sure."
    # (0.2^2 + 0.8^2) / 2
    assert said[3].startswith("Brier score 0.340:")
    assert kind_rows(score)[0][:2] == ("Clear", "6") and len(kind_rows(score)[0]) == len(KIND_HEADINGS)
    assert confusion_rows(score) == (
        ("Adenocarcinoma (positive class)", "0", "6", "0"),
        ("NET", "0", "12", "0"),
        ("Something is wrong with the measurement", "0", "6", "0"),
    )
    assert len(CONFUSION_HEADINGS) == 4


def test_confidence_may_be_too_low_or_fit() -> None:
    rights = [QuizAnswer(c.number, c.key.pattern, c.key.choice, 60) for c in QUIZ.cases]
    assert score_sentences(grade(QUIZ, rights))[2].endswith("not sure enough.")
    certain = [QuizAnswer(c.number, c.key.pattern, c.key.choice, 100) for c in QUIZ.cases]
    assert score_sentences(grade(QUIZ, certain))[2].endswith("as sure as you were right.")


def test_nothing_answered_is_said_so() -> None:
    said = score_sentences(grade(QUIZ, []))
    assert said[0] == "0 of 0 points; 0 of 24 cases answered."
    assert "unknown" in said[1] and said[2] == "Confidence: unknown. No case was answered."
    assert kind_rows(grade(QUIZ, []))[0] == ("Clear", "0", "0 of 0")


# --- errors of the print


def test_an_exercise_is_answered_from_audit_and_errata() -> None:
    erratum = load_errata()["plateau_swapped"]
    right = exercise_sentences(answer_exercise("pattern_accuracy", "plateau_sensitivity"))
    wrong = exercise_sentences(answer_exercise("pattern_accuracy", "pattern_plateau_adenocarcinoma"))
    assert right[0] == "Right, it is 73.9%. Contradicts other printed numbers."
    assert wrong[0].startswith("Not 21. Agrees with the other printed numbers")
    assert wrong[1].startswith("It is 73.9%.")
    for said in (right, wrong):
        assert "The other printed numbers give 91.3%." in said
        assert said[-2:] == (f"{erratum.title}. {erratum.right}", f"How to see it: {erratum.why}")


def test_a_number_is_set_against_only_where_one_follows() -> None:
    for exercise_id, fact_id in (
        ("at_the_cutoff", "discussion_hap_ratio_cutoff"),
        ("chi_square", "shape_chi2"),
    ):
        said = exercise_sentences(answer_exercise(exercise_id, fact_id))
        assert not any(sentence.startswith("The other printed numbers give") for sentence in said)


def test_rows_of_an_exercise_show_no_verdict() -> None:
    for exercise in load_exercises():
        rows = exercise_rows(exercise.choices)
        assert {len(row) for row in rows} == {len(EXERCISE_HEADINGS)}
        assert [row[0] for row in rows] == [choice.printed for choice in exercise.choices]
        assert {row[2] for row in rows} <= {"NET", "Adenocarcinoma", "Both"}
