"""The quiz: commit to pattern, call and confidence, and see the answer only then."""

from __future__ import annotations

import streamlit as st

from gepnet_core.teaching.quiz import make_quiz
from ui.page_registry import ROOT
from ui.teach.paper_errors import draw_paper_errors
from ui.teach.quiz_case import draw_case
from ui.teach.quiz_result import draw_result
from ui.teach.quiz_start import draw_start
from ui.teach.state import teach_state


def draw_quiz() -> None:
    """Draw the stage that the session is at, and the exercise below it."""
    st.html(ROOT / "ui" / "result.css")
    st.header("Quiz", anchor="quiz")
    state = teach_state().quiz
    if state.spec is None:
        draw_start(state)
    else:
        if state.quiz is None:
            with st.spinner("Choosing the cases"):
                state.quiz = make_quiz(state.spec.seed, state.spec.n_cases, state.spec.kinds)
        if state.is_finished:
            draw_result(state, state.quiz)
        else:
            draw_case(state, state.quiz)
    st.divider()
    draw_paper_errors()
