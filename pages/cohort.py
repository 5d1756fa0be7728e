"""Explore a cohort: a table of patients with diagnoses, held against the published rule."""

from __future__ import annotations

import streamlit as st

from ui.cohort.choices import draw_choices
from ui.cohort.columns import draw_columns
from ui.cohort.export import draw_export
from ui.cohort.intake import draw_intake
from ui.cohort.result import draw_cohort
from ui.cohort.state import current_analysis
from ui.page_registry import PAGES, ROOT
from ui.plain_text import as_text
from ui.turns import in_turn

NEXT_PAGE = "cutoff.py"


@in_turn()
def draw_page() -> None:
    """One table in, its columns settled, the frozen rule first."""
    for style in ("result.css", "study.css", "cohort.css"):
        st.html(ROOT / "ui" / style)
    st.title("Explore a cohort")
    st.markdown(
        "How do the study's two criteria fare in your own patients? Upload a table with diagnoses: the "
        "published cutoff and rule are applied unchanged, every row is accounted for, and nothing is tuned."
    )
    state = draw_intake()
    if state.table is None:
        return
    draw_columns(state)
    if state.mapping is None:
        return
    draw_choices(state)
    analysis = current_analysis(state)
    if analysis is None:
        st.error(as_text(state.problem or ""))
        return
    draw_cohort(state, analysis)
    draw_export(state, analysis)
    _draw_way_on()


def _draw_way_on() -> None:
    """To the page that tunes, where the app has it."""
    for page in PAGES:
        if page.file == NEXT_PAGE:
            st.page_link(page.path, label=f"{page.title}, on the same rows", icon=":material/arrow_forward:")


draw_page()
