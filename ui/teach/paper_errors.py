"""Find the error in the paper: printed numbers side by side, one of which is at fault."""

from __future__ import annotations

from html import escape

import streamlit as st

from gepnet_core.report.teaching.teaching_words import (
    EXERCISE_HEADINGS,
    exercise_rows,
    exercise_sentences,
)
from gepnet_core.teaching.errors_in_paper import PaperExercise, answer_exercise, load_exercises
from ui.page_registry import ROOT
from ui.plain_text import as_text
from ui.study_table import study_table
from ui.teach.state import key

_NUMBER = key("paper.number")


def draw_paper_errors() -> None:
    """Draw one exercise; what is right is looked up once there is an answer."""
    exercises = load_exercises()
    st.header("Find the error in the paper", anchor="paper-errors")
    st.markdown("Printed numbers of the study that cannot all hold. Compute, choose, and then see why.")
    st.session_state.setdefault(_NUMBER, 1)
    number = st.segmented_control(
        "Exercise",
        range(1, len(exercises) + 1),
        key=_NUMBER,
        required=True,
        persist_state="session",
    )
    _draw_exercise(exercises[int(number or 1) - 1])


def _draw_exercise(exercise: PaperExercise) -> None:
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(f"**{as_text(exercise.question)}**")
        st.html(
            study_table(
                EXERCISE_HEADINGS, exercise_rows(exercise.choices), "gp-exercise", name="Printed numbers"
            )
        )
        st.markdown(f"How to set about it: {as_text(exercise.hint)}")
    names = {choice.fact_id: f"{choice.printed} ({choice.place})" for choice in exercise.choices}
    with right, st.container(key=key("paper.answer")):
        taken = st.radio(
            "The number at fault",
            list(names),
            index=None,
            format_func=lambda fact_id: as_text(names[fact_id]),
            key=key(f"paper.answer.{exercise.id}"),
            persist_state="session",
        )
        if taken is None:
            st.markdown("Choose one: what speaks for or against it then stands here.")
            return
        said = "".join(f"<p>{escape(s)}</p>" for s in exercise_sentences(answer_exercise(exercise.id, taken)))
        st.html(f'<div class="gp-quiz-answer" role="status" aria-live="polite">{said}</div>')
        st.page_link(
            ROOT / "pages" / "study.py",
            label="All printed numbers, recomputed: the page of the study",
            icon=":material/arrow_forward:",
        )
