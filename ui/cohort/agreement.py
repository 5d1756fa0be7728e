"""How far two readers agree, and what that means for a single case."""

from __future__ import annotations

from html import escape

import streamlit as st

from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.parts.reader_agreement import NumberAgreement, ReaderAgreement
from gepnet_core.figures.agreement_figures import bland_altman_figure, bland_altman_table
from gepnet_core.report.cohort.cohort_words import one_reader_sentence
from gepnet_core.report.cohort.comparison_rows import (
    ICC_HEADINGS,
    KAPPA_HEADINGS,
    agreement_notes,
    icc_rows_by_variable,
    kappa_rows,
)
from gepnet_core.report.cohort.description_words import (
    column_label,
    icc_rows,
    limits_sentence,
    reading_error_sentences,
)
from ui.cohort.state import CohortState, kept_figure
from ui.figure import draw_figure
from ui.study_table import study_table

FORMS = ("Form", "Value (95 % CI)", "In the study's words", "Reliability of")


def draw_agreement(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw kappa, ICC, limits of agreement and the grey zone; one sentence where there is one reader."""
    st.header("Two readers", anchor="readers")
    prefix = load_dictionary().second_reader_prefix
    if not any(name.startswith(prefix) for name in analysis.cohort.positions):
        st.markdown(one_reader_sentence())
        return
    with st.spinner("Comparing the readers"):
        agreement = analysis.agreement
    _draw_tables(agreement)
    _draw_differences(state, agreement)
    st.subheader("What this means for a single case", anchor="reading-error")
    st.markdown(" ".join(reading_error_sentences(analysis.reading_error)))


def _draw_tables(agreement: ReaderAgreement) -> None:
    if not agreement.categories and not agreement.numbers:
        st.markdown("No column stands in the table for both readers.")
    if agreement.categories:
        st.html(
            study_table(KAPPA_HEADINGS, kappa_rows(agreement), "gp-described", name="Agreement on categories")
        )
    if agreement.numbers:
        st.html(
            study_table(
                ICC_HEADINGS, icc_rows_by_variable(agreement), "gp-described", name="Agreement on numbers"
            )
        )
    st.html(f'<p class="gp-small">{escape(" ".join(agreement_notes(agreement)))}</p>')


def _draw_differences(state: CohortState, agreement: ReaderAgreement) -> None:
    """The differences of one quantity, which the user chooses."""
    drawn = {one.name: one for one in agreement.numbers if one.bland_altman is not None}
    if not drawn:
        return
    name = st.selectbox(
        "Differences of the readers in",
        list(drawn),
        index=0,
        format_func=column_label,
        # Another table, or other columns of it, has other quantities.
        key=state.key(f"difference.{'.'.join(drawn)}"),
        persist_state="session",
    )
    _draw_difference(state, drawn[name], synthetic=agreement.is_synthetic)


def _draw_difference(state: CohortState, one: NumberAgreement, *, synthetic: bool) -> None:
    dark = st.context.theme.type == "dark"
    left, right = st.columns(2, gap="large")
    with left, st.container(key=state.key("differences")):
        figure = kept_figure(
            state,
            f"differences.{one.name}",
            dark,
            lambda: (bland_altman_figure(one, dark=dark, synthetic=synthetic), bland_altman_table(one)),
        )
        draw_figure(*figure, page="cohort")
    right.markdown(limits_sentence(one))
    if one.icc:
        title = f"Every form of the ICC: {column_label(one.name)}"
        with st.expander(title):
            st.html(study_table(FORMS, icc_rows(one), "gp-described", name=title))
