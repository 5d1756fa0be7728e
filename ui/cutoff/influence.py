"""Which patients, and which hospitals, the best cutoff hangs on."""

from __future__ import annotations

from html import escape

import streamlit as st

from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.report.cutoff.cutoff_words import as_sentence
from gepnet_core.report.cutoff.stability_words import (
    PATIENT_HEADINGS,
    PATIENTS_NOTE,
    SITE_HEADINGS,
    SITES_NOTE,
    influence_sentences,
    patient_rows,
    site_rows,
)
from ui.cutoff.known_curve import known_curve
from ui.plain_text import as_text
from ui.study_table import study_table


def draw_influence(analysis: CohortAnalysis) -> None:
    """Draw the range over patients left out one by one, the most influential of them, and hospitals."""
    st.header("Which patients move the cutoff", anchor="influence")
    if known_curve(analysis) is None:
        return
    with st.spinner("Leaving out one patient at a time"):
        found = analysis.influence
    if isinstance(found, Absent):
        st.markdown(as_text(as_sentence(found.reason)))
        return
    st.markdown(as_text(" ".join(influence_sentences(found))))
    if found.patients:
        st.html(
            study_table(PATIENT_HEADINGS, patient_rows(found), "gp-ranges", name="Without one patient")
            + f'<p class="gp-small">{escape(PATIENTS_NOTE)}</p>'
        )
    if found.sites:
        st.subheader("Without one hospital")
        st.html(
            study_table(SITE_HEADINGS, site_rows(found), "gp-ranges", name="Without one hospital")
            + f'<p class="gp-small">{escape(SITES_NOTE)}</p>'
        )
    if "sites" in found.reasons:
        st.caption(as_text(f"By hospital: {found.reasons['sites']}."))
