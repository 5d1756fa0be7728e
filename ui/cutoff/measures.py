"""Other measures than the HAP ratio: their areas, and the difference in the same patients."""

from __future__ import annotations

import streamlit as st

from gepnet_core.cohort.analysis import RATIOS, Absent, CohortAnalysis
from gepnet_core.cohort.parts.marker_accuracy import compare_markers, marker_accuracy, marker_choice, markers
from gepnet_core.errors import GepnetError
from gepnet_core.report.cohort.description_words import column_label
from gepnet_core.report.cutoff.cutoff_words import as_sentence
from gepnet_core.report.cutoff.measure_words import (
    AREA_HEADINGS,
    NOT_COMPARED,
    SIDE_WORDS,
    area_notes,
    area_row,
    comparison_sentences,
)
from gepnet_core.statistics.roc.curve import Direction
from ui.cohort.state import CohortState
from ui.plain_text import as_text
from ui.section import section
from ui.study_table import study_table


def draw_measures(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw both ratios with their comparison, then any other column, whose side the reader says."""
    st.header("Other measures", anchor="measures")
    rows = [area_row(name, found) for name, found in analysis.markers.items()]
    st.html(study_table(AREA_HEADINGS, rows, name="Areas of both ratios"))
    compared = analysis.ratios_compared
    said = (NOT_COMPARED,) if isinstance(compared, Absent) else comparison_sentences(compared)
    st.markdown(as_text(" ".join(said)))
    _draw_other(state, analysis)


@section
def _draw_other(state: CohortState, analysis: CohortAnalysis) -> None:
    names = [name for name in markers(analysis.cohort) if name not in RATIOS]
    if not names:
        st.markdown("The table has no other column of numbers.")
        return
    left, right = st.columns(2, gap="large")
    name = left.selectbox(
        "Another column of numbers",
        names,
        index=None,
        format_func=column_label,
        placeholder="choose a column",
        key=state.key("cutoff.measure_name"),
        persist_state="session",
    )
    if name is None:
        return
    side = right.radio(
        "Which of its values favour adenocarcinoma",
        list(Direction),
        index=None,
        format_func=lambda direction: SIDE_WORDS[direction].capitalize(),
        # Another column has another side.
        key=state.key(f"cutoff.side.{name}"),
        persist_state="session",
        horizontal=True,
        help="Never guessed from the data: a side that is chosen because it looks better makes the area "
        "too large.",
    )
    if side is None:
        st.markdown("Say which values favour adenocarcinoma; until then nothing is computed.")
        return
    try:
        found = marker_accuracy(analysis.cohort, name, side)
    except GepnetError as error:
        st.markdown(as_text(as_sentence(str(error))))
        return
    st.html(study_table(AREA_HEADINGS, [area_row(name, found)], name="Area of another measure"))
    said = list(area_notes(found))
    try:
        compared = compare_markers(analysis.cohort, marker_choice(RATIOS[0]), marker_choice(name, side))
    except GepnetError as error:
        said.append(as_sentence(str(error)))
    else:
        said += comparison_sentences(compared)
    st.markdown(as_text(" ".join(said)))
