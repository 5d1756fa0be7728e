"""The rule over cutoffs and tolerances of the pattern, as a map."""

from __future__ import annotations

import streamlit as st

from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.figures.cutoff_map_figure import MapMeasure, cutoff_map_figure, cutoff_map_table
from gepnet_core.report.cutoff.cutoff_words import as_sentence
from gepnet_core.report.cutoff.stability_words import definition_label, map_sentences
from ui.cohort.state import CohortState, kept_figure
from ui.cutoff.known_curve import known_curve
from ui.figure import draw_figure
from ui.plain_text import as_text
from ui.section import section


def draw_map(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw the section; its choices rerun nothing else."""
    st.header("Cutoff and tolerance together", anchor="map")
    if known_curve(analysis) is None:
        return
    _draw_map(state, analysis)


@section
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
        list(MapMeasure),
        key=state.key("cutoff.measure"),
        persist_state="session",
    )
    definition, measure = definition or PatternDefinition.LIVER_RELATIVE, measure or MapMeasure.YOUDEN
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
            cutoff_map_figure(found, measure, dark=dark, synthetic=analysis.cohort.is_synthetic),
            cutoff_map_table(found),
        ),
    )
    left, right = st.columns(2, gap="large")
    with left:
        draw_figure(figure, table, page="cutoff")
    right.markdown("\n\n".join(as_text(sentence) for sentence in map_sentences(found)))
