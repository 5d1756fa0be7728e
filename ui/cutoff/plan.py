"""Two cutoffs with a grey zone between them, and how many patients the next study needs."""

from __future__ import annotations

from dataclasses import replace
from html import escape

import streamlit as st

from gepnet_core.case.case import study_cutoff
from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.cohort.parts.threshold_curve import ThresholdCurve
from gepnet_core.report.cutoff.tuning_words import (
    PLAN_HEADINGS,
    PLAN_NOTE,
    ZONE_HEADINGS,
    plan_rows,
    zone_rows,
    zone_sentences,
)
from gepnet_core.statistics.cutpoints.two_cutoffs import two_cutoffs
from gepnet_core.statistics.roc.curve import Direction
from ui.cohort.state import CohortState
from ui.cutoff.fields import read_percent
from ui.cutoff.known_curve import known_curve
from ui.plain_text import as_text
from ui.section import section
from ui.study_table import study_table


def draw_zone(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw the section of two cutoffs; its fields rerun nothing else."""
    st.header("Two cutoffs with a grey zone", anchor="zone")
    curve = known_curve(analysis)
    if curve is not None:
        _draw_two(state, curve)


@section
def _draw_two(state: CohortState, curve: ThresholdCurve) -> None:
    left, right = st.columns(2)
    with left:
        sensitivity = read_percent(
            state,
            "cutoff.zone_sensitivity",
            "To rule out: sensitivity for adenocarcinoma of at least (%)",
            90.0,
        )
    with right:
        specificity = read_percent(
            state,
            "cutoff.zone_specificity",
            "To rule in: specificity for adenocarcinoma of at least (%)",
            90.0,
        )
    if sensitivity is None or specificity is None:
        st.markdown("Say what both cutoffs are to reach.")
        return
    state.choices = replace(state.choices, zone=(sensitivity, specificity))
    found = two_cutoffs(
        curve.adenocarcinoma.ratios,
        curve.net.ratios,
        Direction.LOW,
        sensitivity=sensitivity,
        specificity=specificity,
    )
    st.markdown(as_text(" ".join(zone_sentences(found))))
    st.html(study_table(ZONE_HEADINGS, zone_rows(found), "gp-confusion", name="Two cutoffs"))


def draw_plan(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw the section of the next study; its fields rerun nothing else."""
    st.header("How many patients the next study needs", anchor="plan")
    curve = known_curve(analysis)
    if curve is not None:
        _draw_size(state, curve)


@section
def _draw_size(state: CohortState, curve: ThresholdCurve) -> None:
    left, right = st.columns(2)
    with left:
        half_width = read_percent(
            state,
            "cutoff.half_width",
            "Half-width of each 95 % interval (points)",
            10.0,
            lowest=0.5,
            highest=50.0,
            note="10 points either side is usual.",
        )
    with right:
        share = read_percent(
            state,
            "cutoff.share",
            "Adenocarcinomas among those recruited (%)",
            None,
            highest=99.99,
            note="Without it there is no total.",
        )
    if half_width is None:
        st.markdown("Say how wide the intervals may be.")
        return
    rows = plan_rows(curve.at(study_cutoff()), half_width, share)
    st.html(
        study_table(PLAN_HEADINGS, rows, "gp-ranges", name="Patients for the next study")
        + f'<p class="gp-small">{escape(PLAN_NOTE)}</p>'
    )
