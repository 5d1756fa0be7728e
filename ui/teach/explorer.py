"""The explorer: cutoff, prevalence and sample move together, and what follows from them is counted."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from html import escape

import streamlit as st

from gepnet_core.cohort.parts.threshold_curve import AtCutoff, ThresholdCurve, cutoff_range, threshold_curve
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.figures.cutoff_figures import cutoff_roc_figure, cutoff_roc_table
from gepnet_core.figures.ratio_strips_figure import ratio_strips_figure, ratio_strips_table
from gepnet_core.figures.teaching_figures import mark_reading
from gepnet_core.replication.ensemble import EXAMPLE_FILE
from gepnet_core.report.cutoff.cutoff_words import (
    ACCURACY_HEADINGS,
    CONFUSION_HEADINGS,
    accuracy_notes,
    confusion_rows,
    moved_sentence,
)
from gepnet_core.report.teaching.explorer_words import (
    discrimination_rows,
    example_sentence,
    lab_sentence,
    sample_sentence,
)
from gepnet_core.study.criteria import load_criteria
from gepnet_core.teaching.sampling import MOST_DRAWS, Draw, draw_sample, ensemble_population
from ui.cutoff_control import cutoff_control, draw_cutoff_buttons, draw_cutoff_fields
from ui.figure import draw_figure
from ui.page_registry import ROOT
from ui.section import section
from ui.study_table import study_table
from ui.teach.explorer_draws import draw_many_samples
from ui.teach.explorer_state import SEED, ExplorerState
from ui.teach.explorer_worth import draw_worth
from ui.teach.state import TeachState, key, teach_state


def draw_explorer() -> None:
    """Draw the part; its controls rerun it and nothing else of the page."""
    st.html(ROOT / "ui" / "cutoff.css")
    place = st.empty()
    with place, st.spinner("Reading the example cohort"):
        example = _example_curve()
    place.empty()
    _draw_moving(teach_state(), example)


@cache
def _example_curve() -> ThresholdCurve:
    """The example cohort, whose patients are invented; nothing of a user is in it."""
    return threshold_curve(read_cohort(read_table(EXAMPLE_FILE.read_bytes())))


@section
def _draw_moving(state: TeachState, example: ThresholdCurve) -> None:
    st.header("Move the cutoff", anchor="teach-cutoff")
    sample = _draw_patients(state.explorer)
    curve = example if sample is None else sample.curve
    # The slider keeps its bounds from sample to sample: nothing jumps under the reader's hand.
    control = cutoff_control(key("explorer.slider"), key("explorer.typed"), cutoff_range(example))
    wide, narrow = st.columns([3, 1], vertical_alignment="bottom", gap="medium")
    draw_cutoff_fields(control, wide, narrow)
    draw_cutoff_buttons(control, curve, key("explorer.published"), key("explorer.best"))
    cutoff = Decimal(repr(control.number))
    at = curve.at(cutoff)
    st.html(f'<p class="gp-moved" role="status" aria-live="polite">{escape(moved_sentence(at))}</p>')
    reading = state.lab_reading
    if reading is not None:
        st.markdown(lab_sentence(reading.hap_ratio, reading.pattern, cutoff))
    st.html(study_table(CONFUSION_HEADINGS, confusion_rows(at), "gp-confusion", name="Calls at the cutoff"))
    _draw_figures(state, curve, at)
    notes = " ".join(accuracy_notes(at, repeats=False))
    st.html(
        study_table(ACCURACY_HEADINGS, discrimination_rows(at), "gp-measures", name="Accuracy at the cutoff")
        + '<p class="gp-small gp-teach-notes">Intervals of sensitivity and specificity: Wilson. Likelihood '
        f"ratios: log intervals (Simel). No prevalence is in these numbers. {escape(notes)}</p>"
    )
    draw_worth(curve, cutoff, reading, is_sample=sample is not None)
    draw_many_samples(state.explorer, sample)


def _draw_patients(state: ExplorerState) -> Draw | None:
    """Whose patients are looked at: the example cohort, or the sample that is returned."""
    sizes = load_criteria().group_sizes
    with st.container(horizontal=True):
        st.button(
            f"Draw another {sizes.adenocarcinoma} + {sizes.net}",
            key=key("explorer.another"),
            on_click=state.draw_another,
            disabled=state.n_drawn >= MOST_DRAWS,
        )
        st.button(
            "Back to the example cohort",
            key=key("explorer.example"),
            on_click=state.look_at_example,
            disabled=not state.looks_at_sample,
        )
    place = st.empty()  # in every run, so that what is drawn below keeps its place
    sample = None
    said = example_sentence()
    if state.looks_at_sample:
        with place, st.spinner("Drawing patients"):
            population = ensemble_population()
            number = state.n_drawn - 1
            if state.draw is None or state.draw.number != number:
                state.draw = draw_sample(population, SEED, number)
        sample, said = state.draw, sample_sentence(state.draw, population)
    place.html(f'<p class="gp-teach-patients" role="status" aria-live="polite">{escape(said)}</p>')
    return sample


def _draw_figures(state: TeachState, curve: ThresholdCurve, at: AtCutoff) -> None:
    dark = st.context.theme.type == "dark"
    strips = ratio_strips_figure(curve, at, dark=dark, synthetic=True)
    if state.lab_reading is not None:
        mark_reading(strips, float(state.lab_reading.hap_ratio), dark=dark)
    left, right = st.columns(2, gap="large")
    with left:
        draw_figure(strips, ratio_strips_table(curve), page="teach")
    with right:
        draw_figure(
            cutoff_roc_figure(curve, at, dark=dark, synthetic=True),
            cutoff_roc_table(curve, at),
            page="teach",
        )
