"""The end of a quiz: points, own answers beside the right ones, and how well the confidence fitted."""

from __future__ import annotations

import streamlit as st

from gepnet_core.figures.teaching_figures import confidence_figure, confidence_table
from gepnet_core.report.teaching.quiz_words import (
    CASE_HEADINGS,
    CONFUSION_HEADINGS,
    KIND_HEADINGS,
    case_rows,
    confusion_rows,
    kind_rows,
    score_sentences,
)
from gepnet_core.teaching.quiz import Quiz
from gepnet_core.teaching.quiz_grading import grade
from ui.figure import draw_figure
from ui.plain_text import as_text
from ui.study_table import study_table
from ui.teach.quiz_start import draw_link, start_another
from ui.teach.quiz_state import QuizState
from ui.teach.state import key


def draw_result(state: QuizState, quiz: Quiz) -> None:
    """Draw the score, what it is made of, and the ways on."""
    score = grade(quiz, list(state.answers.values()))
    st.subheader("Your result", anchor=False)
    st.markdown("\n".join(f"- {as_text(sentence)}" for sentence in score_sentences(score)))
    _draw_ways(state, quiz)
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown("**Your answers and the right ones**")
        st.html(
            study_table(
                CONFUSION_HEADINGS,
                confusion_rows(score),
                "gp-quiz-confusion",
                name="Your answers and the right ones",
            )
        )
        st.markdown("**By kind of case**")
        st.html(
            study_table(KIND_HEADINGS, kind_rows(score), "gp-quiz-counts", name="Answers by kind of case")
        )
    with right:
        if score.confidence is not None:
            dark = st.context.theme.type == "dark"
            draw_figure(
                confidence_figure(score.confidence, dark=dark),
                confidence_table(score.confidence),
                page="teach.quiz",
            )
    if score.marks:
        st.markdown("**Case by case**")
        st.html(study_table(CASE_HEADINGS, case_rows(score), "gp-quiz-cases", name="Answers case by case"))
    with st.expander("Link for a class: the same cases"):
        draw_link(quiz.spec)


def _draw_ways(state: QuizState, quiz: Quiz) -> None:
    with st.container(horizontal=True):
        st.button("Again with the same cases", key=key("quiz.again"), on_click=state.start, args=(quiz.spec,))
        st.button(
            "Another quiz",
            key=key("quiz.another"),
            type="primary",
            on_click=start_another,
            args=(state, quiz.spec),
            help="Other cases, as many and of the same kinds.",
        )
        st.button("Read the cases again", key=key("quiz.read"), on_click=state.open, args=(1,))
        st.button("Choose number and kinds", key=key("quiz.choose"), on_click=state.start, args=(None,))
