"""What is shown of a cohort: the frozen rule first, then who was counted, the ratios, the comparisons."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.cohort.parts.frozen_validation import FrozenValidation
from gepnet_core.figures.study_figures import ratios_figure, ratios_table, roc_figure, roc_table
from gepnet_core.report.cohort.cohort_words import (
    AGAINST_HEADINGS,
    AGAINST_NOTE,
    EXAMPLE_NOTE,
    FROZEN_HEADINGS,
    FROZEN_NOTE,
    NO_RATIO,
    SYNTHETIC_NOTE,
    against_rows,
    frozen_rows,
    transport_sentences,
    unknown_sentence,
)
from ui.cohort.agreement import draw_agreement
from ui.cohort.description import draw_description
from ui.cohort.flow import draw_flow
from ui.cohort.state import CohortState, kept_figure
from ui.figure import draw_figure
from ui.study_table import study_table


def draw_cohort(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw everything that is known of a cohort, the answer first."""
    validation = analysis.frozen
    if validation.is_synthetic:
        st.markdown(f":gray-background[{EXAMPLE_NOTE if state.is_example else SYNTHETIC_NOTE}]")
    _draw_frozen(validation, () if state.is_example else transport_sentences(validation))
    draw_flow(state, analysis)
    _draw_ratios(state, analysis)
    draw_description(state)
    draw_agreement(state, analysis)


def _draw_frozen(validation: FrozenValidation, sentences: Sequence[str]) -> None:
    st.header("The published rule, unchanged", anchor="frozen")
    st.markdown(" ".join(sentences))
    st.html(
        study_table(FROZEN_HEADINGS, frozen_rows(validation), name="The published rule, unchanged")
        + f'<p class="gp-small">{escape(FROZEN_NOTE)}</p>'
    )
    unknown = unknown_sentence(validation)
    if unknown is not None:
        st.caption(unknown)
    with st.expander("Both together against each criterion alone"):
        st.html(
            study_table(AGAINST_HEADINGS, against_rows(validation), name="Both criteria against each alone")
            + f'<p class="gp-small">{escape(AGAINST_NOTE)}</p>'
        )


def _draw_ratios(state: CohortState, analysis: CohortAnalysis) -> None:
    st.header("The ratios", anchor="ratios")
    quantities, curve = analysis.ratios, analysis.roc
    if not quantities:
        st.markdown(NO_RATIO)
        return
    dark, synthetic = st.context.theme.type == "dark", analysis.cohort.is_synthetic
    left, right = st.columns(2, gap="large")
    with left:
        ratios = kept_figure(
            state,
            "ratios",
            dark,
            lambda: (
                ratios_figure(quantities, dark=dark, synthetic=synthetic),
                ratios_table(quantities),
            ),
        )
        draw_figure(*ratios, page="cohort")
    if curve is not None:
        with right:
            roc = kept_figure(
                state,
                "roc",
                dark,
                lambda: (roc_figure(curve, dark=dark, synthetic=synthetic), roc_table(curve)),
            )
            draw_figure(*roc, page="cohort")
