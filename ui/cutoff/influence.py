"""Which patients, and which hospitals, the best cutoff hangs on."""

from __future__ import annotations

import streamlit as st

from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.report.cutoff.cutoff_words import as_sentence, no_curve_sentence
from gepnet_core.report.cutoff.stability_words import (
    PATIENT_HEADINGS,
    SITE_HEADINGS,
    influence_sentences,
    patient_rows,
    site_rows,
)
from ui.plain_text import as_text
from ui.study_table import study_table


def draw_influence(analysis: CohortAnalysis) -> None:
    """Draw the range over patients left out one by one, the most influential of them, and hospitals."""
    st.header("Which patients move the cutoff", anchor="influence")
    if isinstance(analysis.curve, Absent):
        st.markdown(no_curve_sentence(analysis.cohort))
        return
    with st.spinner("Leaving out one patient at a time"):
        found = analysis.influence
    if isinstance(found, Absent):
        st.markdown(as_text(as_sentence(found.reason)))
        return
    st.markdown(as_text(" ".join(influence_sentences(found))))
    if found.patients:
        st.html(
            study_table(PATIENT_HEADINGS, patient_rows(found), "gp-ranges")
            + '<p class="gp-small">At most ten, those that change most first: by the shift of the cutoff, '
            "then by Youden's index, then by the AUC. Rows count from the first one below the headings. "
            "Such a row is no error: look at its measurement before anything else.</p>"
        )
    if found.sites:
        st.subheader("Without one hospital")
        st.html(
            study_table(SITE_HEADINGS, site_rows(found), "gp-ranges")
            + '<p class="gp-small">Hospitals by the numbers that the page of the cohort gives them.</p>'
        )
    if "sites" in found.reasons:
        st.caption(as_text(f"By hospital: {found.reasons['sites']}."))
