"""The curve that sections of the page of the cutoff need, or the sentence that stands in its place."""

from __future__ import annotations

import streamlit as st

from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.cohort.parts.threshold_curve import ThresholdCurve
from gepnet_core.report.cutoff.cutoff_words import no_curve_sentence


def known_curve(analysis: CohortAnalysis) -> ThresholdCurve | None:
    """The curve of the HAP ratio; None, and the reason is drawn, where a diagnosis has no such ratio."""
    curve = analysis.curve
    if isinstance(curve, Absent):
        st.markdown(no_curve_sentence(analysis.cohort))
        return None
    return curve
