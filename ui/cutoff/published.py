"""The published cutoff, unchanged, in the cohort beside the study."""

from __future__ import annotations

import streamlit as st

from gepnet_core.cohort.analysis import RATIOS, CohortAnalysis
from gepnet_core.report.cutoff.cutoff_words import PUBLISHED_HEADINGS, published_rows, published_sentences
from ui.plain_text import as_text
from ui.study_table import study_table


def draw_published(analysis: CohortAnalysis) -> None:
    """Draw the table, and the sentence that the study chose its cutoff on its own patients."""
    st.header("The published cutoff, unchanged", anchor="published")
    frozen, marker = analysis.frozen, analysis.markers[RATIOS[0]]
    st.markdown(as_text(" ".join(published_sentences(frozen, marker))))
    st.html(
        study_table(
            PUBLISHED_HEADINGS,
            published_rows(frozen, marker),
            "gp-three",
            name="The published cutoff, unchanged",
        )
    )
