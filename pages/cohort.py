"""Explore a cohort: a table of patients with diagnoses, held against the published rule."""

from __future__ import annotations

import streamlit as st

from ui.cohort_intake import draw_intake
from ui.cohort_result import draw_cohort
from ui.page_registry import ROOT


def draw_page() -> None:
    """One table in, the frozen rule first."""
    for style in ("result.css", "study.css"):
        st.html(ROOT / "ui" / style)
    st.title("Explore a cohort")
    st.markdown(
        "How do the study's two criteria fare in your own patients? Upload a table with diagnoses: the "
        "published cutoff and rule are applied unchanged, every row is accounted for, and nothing is tuned."
    )
    state = draw_intake()
    if state.read is not None:
        draw_cohort(state.read, is_example=state.is_example)


draw_page()
