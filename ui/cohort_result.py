"""What is shown of a cohort: who was counted, the frozen rule, the ratios, what is to be mended."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.frozen_validation import FrozenValidation
from gepnet_core.cohort.ratios import FEWEST
from gepnet_core.figures.study_figures import ratios_figure, ratios_table, roc_figure, roc_table
from gepnet_core.report.cohort_words import (
    EXAMPLE_NOTE,
    SYNTHETIC_NOTE,
    against_rows,
    flow_rows,
    frozen_rows,
    transport_sentences,
)
from ui.cohort_intake import ReadCohort
from ui.figure import draw_figure
from ui.issues import draw_issues


def draw_cohort(read: ReadCohort, *, is_example: bool) -> None:
    """Draw everything that is known of a cohort, the answer first."""
    validation = read.validation
    if validation.is_synthetic:
        st.markdown(f":gray-background[{EXAMPLE_NOTE if is_example else SYNTHETIC_NOTE}]")
    _draw_frozen(validation, () if is_example else transport_sentences(validation))
    _draw_flow(validation)
    _draw_issues(read.cohort)
    _draw_ratios(read)


def _draw_frozen(validation: FrozenValidation, sentences: Sequence[str]) -> None:
    st.header("The published rule, unchanged", anchor="frozen")
    st.markdown(" ".join(sentences))
    head = (
        "Positive class: adenocarcinoma",
        "Sensitivity for adenocarcinoma, here",
        "In the study",
        "Specificity for adenocarcinoma, here",
        "In the study",
    )
    st.html(_table(head, frozen_rows(validation)) + '<p class="gp-small">Wilson intervals.</p>')
    missing = [(one.name, one.missing) for one in validation.criteria if one.missing]
    if missing:
        said = ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in missing)
        st.caption(f"Not known in so many of the rows that could count: {said}.")
    with st.expander("Both together against each criterion alone"):
        against = ("Against", "Adenocarcinomas called adenocarcinoma", "NETs called adenocarcinoma")
        st.html(
            _table(against, against_rows(validation))
            + '<p class="gp-small">Both together call fewer patients adenocarcinoma than either criterion. '
            "P: McNemar's exact test, two-sided.</p>"
        )


def _draw_flow(validation: FrozenValidation) -> None:
    st.header("Who was counted", anchor="flow")
    rows = tuple((name, str(n)) for name, n in flow_rows(validation.flow))
    st.html(_table(("Rows", "n"), rows, "gp-ranges"))


def _draw_issues(cohort: Cohort) -> None:
    if not cohort.issues:
        return
    n = len(cohort.issues)
    st.markdown(f"**{n} {'issue' if n == 1 else 'issues'}** in the cells. Nothing was changed silently.")
    draw_issues(cohort.issues, key="cohort.issues")


def _draw_ratios(read: ReadCohort) -> None:
    st.header("The ratios", anchor="ratios")
    quantities, curve = read.ratios, read.curve
    if not quantities:
        st.markdown(f"No ratio is known in at least {FEWEST} patients of each diagnosis.")
        return
    dark, synthetic = st.context.theme.type == "dark", read.validation.is_synthetic
    left, right = st.columns(2, gap="large")
    with left:
        draw_figure(
            ratios_figure(quantities, dark=dark, synthetic=synthetic), ratios_table(quantities), page="cohort"
        )
    if curve is not None:
        with right:
            draw_figure(roc_figure(curve, dark=dark, synthetic=synthetic), roc_table(curve), page="cohort")


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], kind: str = "gp-shares") -> str:
    columns = "".join(f'<th scope="col">{escape(name)}</th>' for name in head)
    lines = "".join(
        f'<tr><th scope="row">{escape(first)}</th>{"".join(f"<td>{escape(text)}</td>" for text in rest)}</tr>'
        for first, *rest in rows
    )
    return (
        f'<div class="gp-wide"><table class="gp-study-table {kind}"><thead><tr>{columns}</tr></thead>'
        f"<tbody>{lines}</tbody></table></div>"
    )
