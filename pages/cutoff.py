"""Tune the cutoff: the published one first, then any other, then one of the cohort's own, honestly judged."""

from __future__ import annotations

import streamlit as st

from ui.cohort.state import cohort_state, current_analysis
from ui.cutoff.cohort_line import draw_cohort_line
from ui.cutoff.cutoff_map import draw_map
from ui.cutoff.influence import draw_influence
from ui.cutoff.measures import draw_measures
from ui.cutoff.model import draw_model
from ui.cutoff.move import draw_move
from ui.cutoff.plan import draw_plan, draw_zone
from ui.cutoff.published import draw_published
from ui.cutoff.tuning import draw_tuning
from ui.page_registry import ROOT
from ui.turns import in_turn


@in_turn()
def draw_page() -> None:
    """The cohort of "Explore a cohort", section by section; each says itself why it is empty."""
    for style in ("study.css", "cutoff.css"):
        st.html(ROOT / "ui" / style)
    st.title("Tune the cutoff")
    st.markdown(
        "What does the cutoff of the ratio on the hepatic artery phase (HAP) do in a cohort, and what would "
        "another one do? The published cutoff comes first, unchanged. A cutoff that is chosen on the same "
        "rows looks better than it is; here it is judged on rows that did not choose it."
    )
    state = cohort_state()
    analysis = current_analysis(state)
    draw_cohort_line(state, analysis)
    if analysis is None:
        return
    draw_published(analysis)
    draw_move(state, analysis)
    draw_tuning(state, analysis)
    draw_zone(state, analysis)
    draw_plan(state, analysis)
    draw_map(state, analysis)
    draw_influence(analysis)
    draw_measures(state, analysis)
    draw_model(state, analysis)


draw_page()
