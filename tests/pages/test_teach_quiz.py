"""The quiz, without a browser: links, nothing of the key before an answer, feedback, score, page changes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from html import escape
from urllib.parse import parse_qs, urlsplit

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.imaging.phantom.voxels import PhantomGrid
from gepnet_core.report.teaching.quiz_words import (
    case_rows,
    feedback_sentences,
    kind_rows,
    reveal_sentences,
    score_sentences,
)
from gepnet_core.report.teaching.teaching_words import exercise_sentences
from gepnet_core.teaching.errors_in_paper import answer_exercise, load_exercises
from gepnet_core.teaching.quiz import LINK_PARAMETER, Quiz, QuizSpec, make_quiz
from gepnet_core.teaching.quiz_case import QuizCase, QuizChoice
from gepnet_core.teaching.quiz_data import Pitfall, QuizKind, load_quiz_settings
from gepnet_core.teaching.quiz_grading import QuizAnswer, grade, mark_answer
from scripts.served import ROOT
from tests.pages.cohort_steps import press, rested, rows, said
from ui.plain_text import as_text
from ui.teach.quiz_state import QuizState
from ui.teach.state import Part, key

TEACH = "teach.py"
LINK = "2017-6-cdgp"
QUIZ = make_quiz(2017, 6)
PITFALL = next(case for case in QUIZ.cases if case.key.pitfall is not None)
Opened = Callable[[str], AppTest]


# Painted in a tenth of the time; what lies in the images is no matter here.
COARSE = PhantomGrid(rows=128, columns=128, n_slices=3, pixel_mm=3.0, slice_mm=5.0)


@pytest.fixture(autouse=True)
def small_images_and_no_cookie(monkeypatch: pytest.MonkeyPatch) -> None:
    """There is no browser, so there is no cookie: AppTest would hand out a mock of one."""
    monkeypatch.setattr(type(st.context), "cookies", property(lambda context: {}))
    monkeypatch.setattr("ui.teach.quiz_images.TEACHING_GRID", COARSE)


def opened(open_page: Opened, link: str | None = None) -> AppTest:
    """The quiz, as somebody finds it who came by that link."""
    page = open_page(TEACH)
    if link is not None:
        page.query_params[LINK_PARAMETER] = link
    page.button_group(key=key("part")).set_value(Part.QUIZ)
    return rested(page.run())


def started(open_page: Opened) -> AppTest:
    return press(opened(open_page, LINK), "Start this quiz")


def state(page: AppTest) -> QuizState:
    held: QuizState = page.session_state["teach.state"].quiz
    return held


def take(page: AppTest, label: str, option: str) -> AppTest:
    (radio,) = [radio for radio in page.radio if radio.label.startswith(label)]
    return rested(radio.set_value(option).run())


def answer(page: AppTest, case: QuizCase, choice: QuizChoice, sure: int = 80) -> QuizAnswer:
    """Fill the form of the open case; the pattern is that of the key."""
    take(page, "Enhancement pattern", case.key.pattern)
    take(page, "Your call", choice)
    (radio,) = [radio for radio in page.radio if radio.label.startswith("How sure")]
    rested(radio.set_value(sure).run())
    press(page, "Commit")
    return QuizAnswer(case.number, case.key.pattern, choice, sure)


def wrong(case: QuizCase) -> QuizChoice:
    return next(choice for choice in QuizChoice if choice is not case.key.choice)


def told(page: AppTest, sentence: str) -> bool:
    return " ".join(sentence.split()) in said(page)


def readings(page: AppTest) -> dict[str, list[str]]:
    return {name: cells for name, cells in rows(page).items() if name.endswith("phase")}


def all_that_is_said_of(case: QuizCase) -> set[str]:
    """Every sentence that any answer to the case could bring."""
    sentences = set(reveal_sentences(case))
    for choice in QuizChoice:
        for pattern in EnhancementPattern:
            sentences |= set(
                feedback_sentences(mark_answer(case, QuizAnswer(case.number, pattern, choice, 90)))
            )
    return sentences


def sent(page: AppTest) -> str:
    """Everything that the browser is given: each element as it goes over the wire."""
    wired = [node.proto.SerializeToString() for node in page if getattr(node, "proto", None) is not None]
    return b"\n".join(wired).decode("utf-8", "replace")


def found(where: str, words: Iterable[str]) -> list[str]:
    """Words that are there: plain, or escaped as HTML or Markdown is sent."""
    return [word for word in words if any(way(word) in where for way in (str, escape, as_text))]


# --- links


def test_a_link_is_the_same_quiz_in_two_sessions(open_page: Opened) -> None:
    first, second = started(open_page), started(open_page)
    assert readings(first) == readings(second)
    assert len(readings(first)) == 3
    assert state(first).quiz == state(second).quiz == QUIZ
    assert "Case 1 of 6" in [heading.value for heading in first.subheader]


def test_a_link_offers_its_quiz_and_no_other(open_page: Opened) -> None:
    page = opened(open_page, "77-3-cg")
    assert told(page, "a quiz of 3 cases (clear and grey zone)")
    assert [field.label for field in page.number_input] == []
    press(page, "Start this quiz")
    assert state(page).spec == QuizSpec(77, 3, (QuizKind.CLEAR, QuizKind.GREY_ZONE))


def test_whoever_wants_another_quiz_can_leave_the_link(open_page: Opened) -> None:
    page = press(opened(open_page, LINK), "Choose a quiz of my own")
    assert LINK_PARAMETER not in page.query_params
    assert [field.value for field in page.number_input] == [6]


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("Erika-Mustermann", "this is no link to a quiz; allowed: seed, number of cases and kinds"),
        ("", "this is no link to a quiz"),
        ("2017-6", "such as 2017-12-cdgp. Copy the whole link"),
        ("2017-3-cdgp", "at least one case of each kind; got 3; allowed: 4 to 24"),
        ("2017-25-c", "got 25; allowed: 1 to 24"),
    ],
)
def test_a_bad_link_says_what_is_wrong_and_what_is_allowed(open_page: Opened, link: str, words: str) -> None:
    page = opened(open_page, link)
    (error,) = page.error
    assert words in error.value
    assert "Mustermann" not in said(page)
    # One's own quiz is still there to be started.
    press(page, "Start a quiz")
    assert state(page).spec is not None and LINK_PARAMETER not in page.query_params


def test_the_link_for_a_class_brings_what_its_fields_say(open_page: Opened) -> None:
    page = press(opened(open_page), "Link for a class")
    page.number_input(key=key("quiz.n_cases")).set_value(8)
    page.button_group(key=key("quiz.kinds")).set_value([QuizKind.CLEAR, QuizKind.PITFALL])
    rested(page.run())
    parameters = parse_qs(urlsplit(page.code[0].value).query)
    assert list(parameters) == [LINK_PARAMETER]
    (text,) = parameters[LINK_PARAMETER]
    assert re.fullmatch(r"\d{1,9}-8-cp", text)
    assert told(page, "can compute the answers")
    other = press(opened(open_page, text), "Start this quiz")
    assert state(other).spec == QuizSpec(int(text.split("-")[0]), 8, (QuizKind.CLEAR, QuizKind.PITFALL))


def test_fewer_cases_than_kinds_are_refused_with_the_reason(open_page: Opened) -> None:
    page = opened(open_page)
    rested(page.number_input(key=key("quiz.n_cases")).set_value(3).run())
    assert "allowed: 4 to 24" in page.error[0].value
    assert all(b.disabled for b in page.button if b.label in ("Start a quiz", "Link for a class"))


def test_each_start_has_cases_of_its_own(open_page: Opened) -> None:
    pages = [press(opened(open_page), "Start a quiz") for _ in range(2)]
    specs = [state(page).spec for page in pages]
    assert specs[0] != specs[1]
    assert [spec and (spec.n_cases, spec.kinds) for spec in specs] == [(6, tuple(QuizKind))] * 2


# --- nothing before the answer


def test_nothing_of_the_key_is_sent_before_the_answer_and_then_it_is(open_page: Opened) -> None:
    page = started(open_page)
    answers = {sentence for case in QUIZ.cases for sentence in all_that_is_said_of(case)}
    names = {entry.name for entry in load_quiz_settings().pitfalls.values()}
    secret = answers | names | {*Pitfall, "grey_zone", "discordant", "Grey zone", "Discordant"}
    before = sent(page)
    assert "Commit" in before and "2017-6" not in before
    assert found(before, secret) == []
    assert state(page).answers == {}
    first = QUIZ.cases[0]
    answer(page, first, wrong(first))
    after = sent(page)
    assert found(after, reveal_sentences(first)) == list(reveal_sentences(first))
    # The other cases are still untold.
    others = {s for case in QUIZ.cases[1:] for s in reveal_sentences(case)} - set(reveal_sentences(first))
    assert found(after, others) == []


def test_commit_takes_all_three_and_says_what_is_missing(open_page: Opened) -> None:
    page = started(open_page)
    commit = next(button for button in page.button if button.label == "Commit")
    assert commit.disabled and told(page, "Still to choose: pattern, call, how sure you are.")
    take(page, "Your call", QuizChoice.NET)
    assert told(page, "Still to choose: pattern, how sure you are.")
    take(page, "Enhancement pattern", EnhancementPattern.WASHOUT)
    assert next(button for button in page.button if button.label == "Commit").disabled
    assert next(button for button in page.button if button.label == "Next case").disabled
    rested(next(r for r in page.radio if r.label.startswith("How sure")).set_value(60).run())
    press(page, "Commit")
    assert state(page).answers == {1: QuizAnswer(1, EnhancementPattern.WASHOUT, QuizChoice.NET, 60)}


# --- feedback


@pytest.mark.parametrize("is_right", [True, False], ids=["right", "wrong"])
def test_every_case_answers_with_its_own_words(open_page: Opened, is_right: bool) -> None:
    page, answers = started(open_page), []
    for case in QUIZ.cases:
        given = answer(page, case, case.key.choice if is_right else wrong(case), 90)
        answers.append(given)
        for sentence in (*feedback_sentences(mark_answer(case, given)), *reveal_sentences(case)):
            assert told(page, sentence)
        assert told(page, f"Right call: {case.key.choice.label}.")
        press(page, "See the result" if case is QUIZ.cases[-1] else "Next case")
    _assert_result(page, QUIZ, answers)


def test_a_missed_pitfall_is_named(open_page: Opened) -> None:
    page = started(open_page)
    for case in QUIZ.cases[: PITFALL.number]:
        answer(page, case, QuizChoice.NET)
        if case is not PITFALL:
            press(page, "Next case")
    assert PITFALL.key.pitfall is not None
    assert told(
        page,
        f"Not NET: the readings cannot be trusted. {load_quiz_settings().pitfalls[PITFALL.key.pitfall].name}",
    )


def _assert_result(page: AppTest, quiz: Quiz, answers: list[QuizAnswer]) -> None:
    score = grade(quiz, answers)
    shown = rows(page)
    for sentence in score_sentences(score):
        assert told(page, sentence)
    for name, *cells in (*kind_rows(score), *case_rows(score)):
        assert shown[name] == cells
    counted = sum(int(cell) for name in _truths(shown) for cell in shown[name])
    assert counted == score.n_answered


def _truths(shown: dict[str, list[str]]) -> list[str]:
    return [name for name in shown if name.split(" (")[0] in {choice.label for choice in QuizChoice}]


# --- the way through


def test_finishing_early_counts_the_answered_cases_alone(open_page: Opened) -> None:
    page = started(open_page)
    given = answer(page, QUIZ.cases[0], QuizChoice.MEASUREMENT)
    press(page, "Finish here")
    _assert_result(page, QUIZ, [given])
    assert told(page, "1 of 6 cases answered")
    press(page, "Read the cases again")
    press(page, "Next case")
    assert state(page).number == 2 and not state(page).is_finished


def test_no_answer_at_all_is_no_score_of_zero(open_page: Opened) -> None:
    page = press(started(open_page), "Finish here")
    assert told(page, "0 of 6 cases answered") and told(page, "Confidence: unknown. No case was answered.")
    assert len(page.get("plotly_chart")) == 0


def test_a_committed_case_can_be_read_and_not_changed(open_page: Opened) -> None:
    page = started(open_page)
    answer(page, QUIZ.cases[0], QuizChoice.NET)
    press(page, "Next case")
    press(page, "Previous case")
    assert told(page, "You committed to: NET")
    assert [r.label for r in page.radio if r.label.startswith("Your call")] == []
    assert [button.label for button in page.button if button.label == "Commit"] == []
    state(page).commit(QuizAnswer(1, None, QuizChoice.ADENOCARCINOMA, 50))
    assert state(page).answers[1].choice is QuizChoice.NET


def test_the_quiz_survives_a_page_change(open_page: Opened) -> None:
    page = started(open_page)
    answer(page, QUIZ.cases[0], QuizChoice.NET)
    press(page, "Next case")
    take(page, "Your call", QuizChoice.MEASUREMENT)
    before = readings(page)
    rested(page.switch_page(str(ROOT / "pages" / "study.py")).run())
    rested(page.switch_page(str(ROOT / "pages" / TEACH)).run())
    assert readings(page) == before and len(state(page).answers) == 1
    assert next(r for r in page.radio if r.label.startswith("Your call")).value == QuizChoice.MEASUREMENT


def test_again_is_the_same_quiz_and_another_is_not(open_page: Opened) -> None:
    page = started(open_page)
    before = readings(page)
    answer(page, QUIZ.cases[0], QuizChoice.NET)
    press(press(page, "Finish here"), "Again with the same cases")
    assert readings(page) == before and state(page).answers == {}
    assert all(radio.value is None for radio in page.radio if not radio.label.startswith("The number"))
    press(press(page, "Finish here"), "Another quiz")
    assert state(page).spec != QUIZ.spec and readings(page) != before
    assert LINK_PARAMETER not in page.query_params


# --- the images


def test_ovals_lie_in_the_same_place_in_every_case(open_page: Opened) -> None:
    page, places = started(open_page), set()
    for case in QUIZ.cases:
        images = state(page).images
        assert images is not None
        places.add(images.ovals)
        answer(page, case, QuizChoice.NET)
        if case is not QUIZ.cases[-1]:
            press(page, "Next case")
    assert len(places) == 1


# --- the paper


@pytest.mark.parametrize("number", range(1, len(load_exercises()) + 1))
def test_the_exercise_answers_after_the_choice(open_page: Opened, number: int) -> None:
    exercise = load_exercises()[number - 1]
    page = opened(open_page)
    page.button_group(key=key("paper.number")).set_value(number)
    rested(page.run())
    assert told(page, exercise.question)
    outcomes = [answer_exercise(exercise.id, choice.fact_id) for choice in exercise.choices]
    untold = {sentence for outcome in outcomes for sentence in exercise_sentences(outcome)}
    assert [sentence for sentence in untold if told(page, sentence)] == []
    for outcome, choice in zip(outcomes, exercise.choices, strict=True):
        take(page, "The number at fault", choice.fact_id)
        assert all(told(page, sentence) for sentence in exercise_sentences(outcome))
    assert len(page.get("page_link")) == 1
