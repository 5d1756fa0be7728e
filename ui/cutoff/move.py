"""The cutoff under the reader's hand: a slider and a field, and all that follows from it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from html import escape

import streamlit as st

from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.cohort.parts.threshold_curve import AtCutoff, ThresholdCurve, cutoff_range
from gepnet_core.figures.cutoff_figures import (
    accuracy_by_cutoff_figure,
    accuracy_by_cutoff_table,
    cutoff_roc_figure,
    cutoff_roc_table,
)
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.ratio_strips_figure import ratio_strips_figure, ratio_strips_table
from gepnet_core.report.cutoff.cutoff_words import (
    ACCURACY_HEADINGS,
    CONFUSION_HEADINGS,
    IntervalKind,
    accuracy_notes,
    accuracy_rows,
    confusion_rows,
    moved_sentence,
    no_curve_sentence,
)
from ui.cohort.state import CohortState
from ui.cutoff.prevalence import PAGE_FIELD
from ui.cutoff_control import cutoff_control, draw_cutoff_buttons, draw_cutoff_fields
from ui.figure import draw_figure
from ui.section import section
from ui.study_table import study_table


@dataclass(frozen=True, eq=False)
class HeldTables:
    """Tables behind two figures of a curve."""

    curve: ThresholdCurve
    strips: FigureTable
    accuracy: FigureTable


def draw_move(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw the section; its controls rerun what follows from the cutoff and nothing else."""
    st.header("Move the cutoff", anchor="move")
    if isinstance(analysis.curve, Absent):
        st.markdown(no_curve_sentence(analysis.cohort))
        return
    _draw_moving(state, analysis, analysis.curve)


@section
def _draw_moving(state: CohortState, analysis: CohortAnalysis, curve: ThresholdCurve) -> None:
    cutoff = _read_cutoff(state, curve)
    at = curve.at(cutoff, state.choices.prevalence)
    st.html(f'<p class="gp-moved" role="status" aria-live="polite">{escape(moved_sentence(at))}</p>')
    dark, synthetic = st.context.theme.type == "dark", analysis.cohort.is_synthetic
    held = _held_tables(state, curve)
    st.html(study_table(CONFUSION_HEADINGS, confusion_rows(at), "gp-confusion", name="Calls at the cutoff"))
    left, right = st.columns(2, gap="large")
    with left:
        draw_figure(
            ratio_strips_figure(curve, at, dark=dark, synthetic=synthetic),
            held.strips,
            page="cutoff",
        )
    with right:
        draw_figure(
            cutoff_roc_figure(curve, at, dark=dark, synthetic=synthetic),
            cutoff_roc_table(curve, at),
            page="cutoff",
        )
    draw_figure(
        accuracy_by_cutoff_figure(curve, at, dark=dark, synthetic=synthetic),
        held.accuracy,
        page="cutoff",
    )
    _draw_accuracy(state, at, repeats=analysis.cohort.n_repeats > 0)


def _held_tables(state: CohortState, curve: ThresholdCurve) -> HeldTables:
    """The tables that no cutoff changes, written once: of many rows they take longer than all the rest."""
    key = state.key("cutoff.tables")
    held: HeldTables | None = st.session_state.get(key)
    if held is None or held.curve is not curve:
        held = HeldTables(curve, ratio_strips_table(curve), accuracy_by_cutoff_table(curve))
        st.session_state[key] = held
    return held


def _draw_accuracy(state: CohortState, at: AtCutoff, *, repeats: bool) -> None:
    kind = st.radio(
        "Intervals of sensitivity and specificity",
        list(IntervalKind),
        key=state.key("cutoff.intervals"),
        persist_state="session",
        horizontal=True,
    )
    notes = " ".join(accuracy_notes(at, repeats=repeats))
    st.html(
        study_table(
            ACCURACY_HEADINGS,
            accuracy_rows(at, kind or IntervalKind.WILSON),
            "gp-measures",
            name="Accuracy at the cutoff",
        )
        + '<p class="gp-small gp-notes">Likelihood ratios: log intervals (Simel). Predictive values: logit '
        f"intervals (Mercaldo) at the prevalence given, which is taken as known. {escape(notes)}</p>"
    )


def _read_cutoff(state: CohortState, curve: ThresholdCurve) -> float:
    """Draw the controls."""
    control = cutoff_control(state.key("cutoff.slider"), state.key("cutoff.typed"), cutoff_range(curve))
    wide, narrow, other = st.columns([3, 1, 1], vertical_alignment="bottom", gap="medium")
    draw_cutoff_fields(control, wide, narrow)
    percent = other.number_input(
        "Prevalence of adenocarcinoma (%)",
        min_value=0.01,
        max_value=99.99,
        value=None,
        step=1.0,
        format="%.10g",
        placeholder="none",
        key=state.key(PAGE_FIELD),
        persist_state="session",
        help="Above 0 and below 100 %, where the test is used. Without it there are no predictive values: "
        "the share in the table is how it was made.",
    )
    prevalence = None if percent is None else float(Decimal(repr(percent)) / 100)
    if prevalence != state.choices.prevalence:
        state.choices = replace(state.choices, prevalence=prevalence)
        st.rerun()  # the model's decision curve below rests on it too
    draw_cutoff_buttons(control, curve, state.key("cutoff.published"), state.key("cutoff.best"))
    return control.number
