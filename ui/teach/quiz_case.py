"""One case: its readings and images, then the answer once it was committed to."""

from __future__ import annotations

from html import escape

import streamlit as st

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.report.teaching.quiz_words import (
    READING_HEADINGS,
    answer_line,
    clinical_line,
    feedback_sentences,
    missing_sentence,
    reading_rows,
    reveal_sentences,
    technique_line,
    verdict_line,
)
from gepnet_core.teaching.quiz import Quiz
from gepnet_core.teaching.quiz_case import QuizCase, QuizChoice, QuizQuestion
from gepnet_core.teaching.quiz_grading import CONFIDENCES, QuizAnswer, mark_answer
from ui.plain_text import as_text
from ui.study_table import study_table
from ui.teach.quiz_images import draw_images
from ui.teach.quiz_state import QuizState
from ui.teach.state import key


def draw_case(state: QuizState, quiz: Quiz) -> None:
    """Draw the open case. Nothing of its key is read before there is an answer to it."""
    case, answer = quiz.case(state.number), state.answers.get(state.number)
    st.subheader(f"Case {state.number} of {len(quiz.cases)}", anchor=False)
    left, right = st.columns([6, 5], gap="large")
    with left:
        _draw_question(case.question)
    with right, st.container(key=key("quiz.answer")):
        if answer is None:
            _draw_form(state)
        else:
            _draw_answer(case, answer)
        _draw_ways(state, quiz)
    draw_images(state, case.image)


def _draw_question(question: QuizQuestion) -> None:
    st.markdown(as_text(clinical_line(question)))
    st.markdown(as_text(technique_line(question)))
    st.html(
        study_table(READING_HEADINGS, reading_rows(question), "gp-quiz-readings", name="Readings of the case")
    )


def _draw_form(state: QuizState) -> None:
    pattern = st.radio(
        "Enhancement pattern, hepatic artery to portal venous phase",
        list(EnhancementPattern),
        index=None,
        format_func=str.capitalize,
        horizontal=True,
        key=_key(state, "pattern"),
        persist_state="session",
    )
    choice = st.radio(
        "Your call",
        list(QuizChoice),
        index=None,
        format_func=lambda one: one.label,
        key=_key(state, "choice"),
        persist_state="session",
    )
    confidence = st.radio(
        "How sure you are of the call; 50 % is a guess",
        CONFIDENCES,
        index=None,
        format_func="{} %".format,
        horizontal=True,
        key=_key(state, "confidence"),
        persist_state="session",
    )
    missing = missing_sentence(pattern, choice, confidence)
    st.markdown(missing or "What is committed stays as it is.")
    st.button(
        "Commit",
        key=_key(state, "commit"),
        type="primary",
        on_click=_commit,
        args=(state,),
        disabled=missing is not None,
    )


def _draw_answer(case: QuizCase, answer: QuizAnswer) -> None:
    mark = mark_answer(case, answer)
    feedback = "".join(f"<p>{escape(sentence)}</p>" for sentence in feedback_sentences(mark))
    revealed = "".join(f"<p>{escape(sentence)}</p>" for sentence in reveal_sentences(case))
    st.html(
        '<div class="gp-quiz-answer" role="status" aria-live="polite">'
        f'<p class="gp-quiz-verdict">{escape(verdict_line(mark))}</p>'
        f'<p class="gp-place">{escape(answer_line(answer))}</p>{feedback}'
        f"<h4>Why</h4>{revealed}</div>"
    )


def _draw_ways(state: QuizState, quiz: Quiz) -> None:
    """Draw the ways on and back. Their keys stay, so that the keyboard's place does."""
    n_cases, is_committed = len(quiz.cases), state.number in state.answers
    with st.container(horizontal=True):
        st.button(
            "Previous case",
            key=key("quiz.previous"),
            on_click=state.open,
            args=(state.number - 1,),
            disabled=state.number == 1,
        )
        if state.number < n_cases:
            st.button(
                "Next case",
                key=key("quiz.next"),
                type="primary" if is_committed else "secondary",
                on_click=state.open,
                args=(state.number + 1,),
                disabled=not is_committed,
            )
        if len(state.answers) == n_cases:
            st.button("See the result", key=key("quiz.result"), type="primary", on_click=state.finish)
        else:
            st.button(
                "Finish here",
                key=key("quiz.finish"),
                on_click=state.finish,
                help="Shows the result of the cases that were answered; the others count nowhere.",
            )


def _commit(state: QuizState) -> None:
    pattern, choice, confidence = (
        st.session_state.get(_key(state, name)) for name in ("pattern", "choice", "confidence")
    )
    # A second press that was on its way already finds the fields gone.
    if pattern is not None and choice is not None and confidence is not None:
        state.commit(
            QuizAnswer(state.number, EnhancementPattern(pattern), QuizChoice(choice), int(confidence))
        )


def _key(state: QuizState, name: str) -> str:
    return key(state.field_name(name))
