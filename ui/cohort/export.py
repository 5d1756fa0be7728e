"""Everything of a cohort as one ZIP, made when it is asked for."""

from __future__ import annotations

import streamlit as st

from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.report.cohort.cohort_export import MAPPING, REPEATED, TABLE, export_cohort
from gepnet_core.report.cohort.cohort_methods import methods_paragraph, repeat_command
from ui.cohort.state import CohortState

FILE_NAME = "gepnet-cohort.zip"
SYNTHETIC_FILE_NAME = "gepnet-cohort-SYNTHETIC.zip"


def draw_export(state: CohortState, analysis: CohortAnalysis) -> None:
    """Offer the ZIP, with codes only where the user asks for them, and say how to compute it again."""
    st.header("Take everything with you", anchor="export")
    st.markdown(
        "One ZIP: the table as it was read, what its columns mean, every number as CSV and JSON, the figures "
        "to open in a browser, a paragraph for the methods of a paper, and the command that computes all of "
        "it again."
    )
    with_identifiers = st.checkbox(
        "Leave codes of patients and names of hospitals as they are",
        key=state.key("with_identifiers"),
        persist_state="session",
        help="Otherwise they are replaced by numbers. Columns that the dictionary lacks never leave.",
    )
    st.download_button(
        "Download the ZIP",
        # A callable: it is made at the click, and held by nobody before or after.
        lambda: export_cohort(analysis, with_identifiers=with_identifiers).as_zip(),
        file_name=SYNTHETIC_FILE_NAME if analysis.cohort.is_synthetic else FILE_NAME,
        mime="application/zip",
        on_click="ignore",
        key=state.key("zip"),
        type="primary",
    )
    # A toggle and no expander: for a large table the paragraph has to wait for the resampling.
    if st.toggle(
        "Show the methods paragraph and the command that computes it again",
        key=state.key("methods"),
        persist_state="session",
    ):
        with st.spinner("Judging the tuned cutoff"):
            paragraph = methods_paragraph(analysis)
        st.markdown(paragraph)
        st.code(repeat_command(analysis, TABLE, MAPPING, REPEATED), language=None, wrap_lines=True)
