"""Teach the criteria: a lab, an explorer of cutoff and prevalence, a quiz, and a guided path over them."""

from __future__ import annotations

import streamlit as st

from gepnet_core.teaching.quiz import LINK_PARAMETER
from ui.page_registry import ROOT
from ui.teach.path import draw_path
from ui.teach.state import Part, key
from ui.turns import in_turn


@in_turn()
def draw_page() -> None:
    """The guided path, then one part at a time."""
    for style in ("study.css", "teach.css"):
        st.html(ROOT / "ui" / style)
    st.title("Teach the criteria")
    st.markdown(
        "How ratio, pattern, cutoff and prevalence act together, on phantoms and invented patients. Every "
        "number comes from the functions that judge a real case."
    )
    draw_path()
    # The link of a class leads to its quiz.
    first = Part.QUIZ if LINK_PARAMETER in st.query_params else Part.LAB
    part = st.segmented_control(
        "What to look at",
        list(Part),
        # Not set in the state: what a browser sends to a server that was restarted would go.
        default=first if key("part") not in st.session_state else None,
        required=True,
        key=key("part"),
        persist_state="session",
    )
    # Each part brings its libraries only when it is opened.
    if part is Part.LAB:
        from ui.teach.lab import draw_lab

        draw_lab()
    elif part is Part.EXPLORER:
        from ui.teach.explorer import draw_explorer

        draw_explorer()
    else:
        from ui.teach.quiz import draw_quiz

        draw_quiz()


draw_page()
