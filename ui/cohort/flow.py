"""Who was counted, what is missing where, and what is to be mended in the cells."""

from __future__ import annotations

import streamlit as st

from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.export import issue_values
from gepnet_core.cohort.tables.csv_text import csv_text
from gepnet_core.report.cohort.cohort_words import complete_sentence, flow_rows, issues_sentence
from gepnet_core.report.cohort.description_words import missing_rows
from ui.cohort.state import CohortState
from ui.issues import draw_issues
from ui.study_table import study_table

MOST_ISSUES = 1_000
"""Issues that the page shows; the download has all."""


def draw_flow(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw where every row of the table went."""
    st.header("Who was counted", anchor="flow")
    rows = tuple((name, str(n)) for name, n in flow_rows(analysis.frozen.flow))
    st.html(study_table(("Rows", "n"), rows, "gp-ranges", name="Where every row went"))
    _draw_missing(analysis)
    _draw_issues(state, analysis.cohort)
    _draw_notes(analysis.cohort)


def _draw_missing(analysis: CohortAnalysis) -> None:
    with_gaps = [one for one in analysis.missing if one.net.missing or one.adenocarcinoma.missing]
    n_others = len(analysis.missing) - len(with_gaps)
    if with_gaps:
        head = ("Missing among the rows that could count", "NET", "Adenocarcinoma")
        st.html(study_table(head, missing_rows(with_gaps), "gp-ranges", name="Missing values"))
    if n_others:
        st.markdown(complete_sentence(n_others, others_have_gaps=bool(with_gaps)))


def _draw_issues(state: CohortState, cohort: Cohort) -> None:
    shown = cohort.issues[:MOST_ISSUES]
    if not shown:
        return
    st.markdown(issues_sentence(len(cohort.issues), len(shown)))
    draw_issues(shown)
    st.download_button(
        "Download the issues as CSV",
        lambda: csv_text(issue_values(issue) for issue in cohort.issues),
        file_name="gepnet-cohort-issues.csv",
        mime="text/csv",
        on_click="ignore",
        key=state.key("issues_csv"),
    )


def _draw_notes(cohort: Cohort) -> None:
    n = len(cohort.notes)
    if n:
        with st.expander(f"{n} {'note' if n == 1 else 'notes'} on how the table was read"):
            for note in cohort.notes:
                # As text: a note may hold characters that Markdown would take for marks.
                st.text(note)
