"""Every column by diagnosis, with the tests between the two, and the choice of other tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from html import escape

import streamlit as st

from gepnet_core.cohort.parts.description import TESTS, CohortDescription, VariableKind
from gepnet_core.report.cohort.comparison_rows import HOW_TO_READ, comparison_headings, comparison_rows
from gepnet_core.report.cohort.description_words import (
    TEST_WORDS,
    column_label,
    description_sentences,
    rows_of_tests,
)
from ui.cohort.state import CohortState, current_analysis
from ui.study_table import study_table

AS_USUAL = {
    VariableKind.NUMERIC: "the study's, where it names one; else the Mann-Whitney test",
    VariableKind.CATEGORICAL: "the study's, where it names one; else the exact test",
}
EVERY_TEST = ("Test", "Statistic", "P", "Chosen", "Remark")
LABELS = {VariableKind.NUMERIC: "Test of numbers", VariableKind.CATEGORICAL: "Test of categories"}


def draw_description(state: CohortState) -> None:
    """Draw Table 1; it is computed here, below what is already on the screen."""
    st.header("Description and comparison", anchor="description")
    place = st.container()
    tests = st.expander("Choose other tests")
    with tests:
        chosen = _ask_tests(state)
    with place, st.spinner("Comparing the diagnoses"):
        description = _described(state, chosen)
    if description is None:
        return
    with place:
        # The first sentence counts the comparisons; it belongs to the P values and stands above them.
        first, *rest = description_sentences(description)
        st.markdown(f"{first} {HOW_TO_READ}")
        st.html(
            study_table(
                comparison_headings(description),
                comparison_rows(description),
                "gp-described gp-table-1",
                name="Comparison of the diagnoses",
            )
            + f'<p class="gp-small">{escape(" ".join(rest))}</p>'
        )
    with tests:
        _draw_every_test(state, description)


def _ask_tests(state: CohortState) -> Mapping[VariableKind, str]:
    """The tests that were asked for, by kind of column."""
    st.markdown("A test chosen for the smallest P makes that P worthless: choose before you look.")
    found = {}
    for kind, column in zip(VariableKind, st.columns(2), strict=True):
        words = {"": AS_USUAL[kind], **TEST_WORDS}
        test = column.selectbox(
            LABELS[kind],
            ["", *TESTS[kind]],
            index=0,
            format_func=words.__getitem__,
            key=state.key(f"test.{kind}"),
            persist_state="session",
        )
        if test:
            found[kind] = test
    return found


def _draw_every_test(state: CohortState, description: CohortDescription) -> None:
    """Statistic and P of every test of one variable, which the user chooses."""
    tested = {one.name: one for one in description.variables if one.tests}
    if not tested:
        return
    name = st.selectbox(
        "Every test of",
        list(tested),
        index=0,
        format_func=column_label,
        # Another table, or other columns of it, has other variables.
        key=state.key(f"every_test.{'.'.join(tested)}"),
        persist_state="session",
    )
    st.html(
        study_table(
            EVERY_TEST, rows_of_tests(tested[name]), "gp-described", name="Every test of one variable"
        )
    )


def _described(state: CohortState, chosen: Mapping[VariableKind, str]) -> CohortDescription | None:
    """The description under the chosen tests, which hold for the columns that the table has."""
    before = current_analysis(state)
    if before is None:
        return None
    variables = before.description.variables
    tests = {one.name: chosen[one.kind] for one in variables if one.kind in chosen}
    if tests != dict(state.choices.tests):
        state.choices = replace(state.choices, tests=tests)
    after = current_analysis(state)
    return None if after is None else after.description
