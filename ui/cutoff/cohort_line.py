"""Which cohort the page of the cutoff looks at, and where it is changed."""

from __future__ import annotations

import streamlit as st

from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.report.cohort.cohort_words import EXAMPLE_NOTE, SYNTHETIC_NOTE
from gepnet_core.report.cutoff.cutoff_words import cohort_sentence
from ui.cohort.state import CohortState
from ui.page_registry import ROOT
from ui.plain_text import as_text

SECTIONS = (
    "[Published cutoff](#published) · [Move it](#move) · [A cutoff of your own](#own) · "
    "[Grey zone](#zone) · [Next study](#plan) · [Cutoff and tolerance](#map) · "
    "[Which patients move it](#influence) · [Other measures](#measures) · [A model](#model)"
)


def draw_cohort_line(state: CohortState, analysis: CohortAnalysis | None) -> None:
    """Rows and diagnoses that count, or why there are none, with the way to the page of the cohort."""
    if analysis is not None:
        st.markdown(f"**{cohort_sentence(analysis.cohort, is_example=state.is_example)}**")
        if analysis.cohort.is_synthetic:
            st.markdown(f":gray-background[{EXAMPLE_NOTE if state.is_example else SYNTHETIC_NOTE}]")
        _link("Change the cohort on Explore a cohort")
        st.markdown(SECTIONS)
    elif state.problem is not None:
        st.error(as_text(state.problem))
        _link("Open another table on Explore a cohort")
    else:
        st.warning("Columns of your table still wait to be confirmed. Until then nothing is computed here.")
        _link("Confirm the columns on Explore a cohort")


def _link(label: str) -> None:
    st.page_link(ROOT / "pages" / "cohort.py", label=label, icon=":material/arrow_forward:")
