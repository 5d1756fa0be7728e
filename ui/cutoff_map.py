"""The rule over cutoffs and tolerances of the pattern, as a map."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import streamlit as st

from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.cohort.cutoff_map import CutoffMap
from gepnet_core.figures.cutoff_map_figure import cutoff_map_figure, cutoff_map_table
from gepnet_core.report.cutoff_stability_words import definition_label, map_sentences
from gepnet_core.report.cutoff_words import as_sentence, no_curve_sentence
from ui.cohort_state import CohortState, kept_figure
from ui.figure import draw_figure
from ui.plain_text import as_text

if TYPE_CHECKING:
    import plotly.graph_objects as go


class Measure(StrEnum):
    """What the map shows."""

    YOUDEN = "Youden's index"
    SENSITIVITY = "Sensitivity for adenocarcinoma"
    SPECIFICITY = "Specificity for adenocarcinoma"


def draw_map(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw the section; its choices rerun nothing else."""
    st.header("Cutoff and tolerance together", anchor="map")
    if isinstance(analysis.curve, Absent):
        st.markdown(no_curve_sentence(analysis.cohort))
        return
    _draw_map(state, analysis)


@st.fragment
def _draw_map(state: CohortState, analysis: CohortAnalysis) -> None:
    left, right = st.columns(2, gap="large")
    definition = left.radio(
        "How the pattern is derived from HU",
        list(PatternDefinition),
        format_func=definition_label,
        key=state.key("cutoff.definition"),
        persist_state="session",
    )
    measure = right.radio(
        "What the map shows, of the rule with both criteria",
        list(Measure),
        key=state.key("cutoff.measure"),
        persist_state="session",
    )
    definition, measure = definition or PatternDefinition.LIVER_RELATIVE, measure or Measure.YOUDEN
    with st.spinner("Counting the rule at every cutoff and tolerance"):
        found = analysis.maps[definition]
    if isinstance(found, Absent):
        st.markdown(as_text(as_sentence(found.reason)))
        return
    dark = st.context.theme.type == "dark"
    figure, table = kept_figure(
        state,
        f"cutoff_map.{definition}.{measure.name}",
        dark,
        lambda: (
            _map_figure(found, measure, dark=dark, synthetic=analysis.cohort.is_synthetic),
            cutoff_map_table(found),
        ),
    )
    left, right = st.columns(2, gap="large")
    with left:
        draw_figure(figure, table, page="cutoff")
    right.markdown("\n\n".join(as_text(sentence) for sentence in map_sentences(found)))


def _map_figure(found: CutoffMap, measure: Measure, *, dark: bool, synthetic: bool) -> go.Figure:
    """The map of Youden's index, or the same map with a share in its colours."""
    figure = cutoff_map_figure(found, dark=dark, synthetic=synthetic)
    if measure is not Measure.YOUDEN:
        heat = figure.data[0]
        heat.z = found.sensitivity if measure is Measure.SENSITIVITY else found.specificity
        heat.zmin, heat.zmax, heat.name = 0.0, 1.0, str(measure)
        heat.colorbar.title.text = f"{measure} (share)"
        heat.hovertemplate = heat.hovertemplate.replace("index %{z", "share %{z")
    return figure
