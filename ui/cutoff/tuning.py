"""A cutoff chosen on the cohort itself, judged on rows that did not choose it."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from gepnet_core.cohort.analysis import AnalysisChoices, CohortAnalysis
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts.ratios import FEWEST
from gepnet_core.cohort.parts.threshold_curve import ThresholdCurve
from gepnet_core.cohort.parts.tuning import TunedCutoff
from gepnet_core.figures.tuning_figures import tuned_cutoff_figure, tuned_cutoff_table
from gepnet_core.report.cutoff.tuning_words import (
    JUDGED_HEADINGS,
    TIED_HEADINGS,
    judged_rows,
    optimism_sentence,
    spread_sentence,
    tied_rows,
    tied_sentence,
    too_few_sentence,
    tuning_notes,
)
from ui.cohort.state import CohortState
from ui.cutoff.known_curve import known_curve
from ui.cutoff.method import read_method, read_settings
from ui.figure import draw_figure
from ui.plain_text import as_text
from ui.section import pressed_button, section
from ui.study_table import study_table

MOST_AT_ONCE = 10_000_000
"""Rows times samples that take less than a second."""


@dataclass(frozen=True, eq=False)
class Judged:
    """A tuned cutoff with exactly what it rests on."""

    cohort: Cohort
    settings: tuple[object, ...]
    tuned: TunedCutoff


def draw_tuning(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw the section; its fields rerun nothing else."""
    st.header("A cutoff of your own", anchor="own")
    curve = known_curve(analysis)
    if curve is None:
        return
    if min(curve.roc.n_positive, curve.roc.n_negative) < FEWEST:
        st.markdown(too_few_sentence(curve.roc))
        return
    _draw_own(state, analysis, curve)


@section
def _draw_own(state: CohortState, analysis: CohortAnalysis, curve: ThresholdCurve) -> None:
    method = read_method(state)
    if method is None:
        return
    choices = read_settings(state, method, min(curve.roc.n_positive, curve.roc.n_negative))
    state.choices = choices
    at_once = curve.n * (choices.resamples + choices.folds * choices.repeats) <= MOST_AT_ONCE
    is_asked = at_once or pressed_button(
        "Tune and judge",
        key=state.key("cutoff.tune"),
        help=f"Chooses the cutoff again and again in {curve.n} rows, which takes some seconds.",
    )
    judged = _judged(state, analysis, choices, is_asked=is_asked)
    if judged is None:
        st.markdown("Nothing is judged yet under these choices.")
        return
    _draw_judged(analysis, judged)


def _judged(
    state: CohortState, analysis: CohortAnalysis, choices: AnalysisChoices, *, is_asked: bool
) -> TunedCutoff | None:
    """What these choices give in this cohort; None where it was not asked for yet."""
    key = state.key("cutoff.judged")
    settings = (choices.method, choices.resamples, choices.folds, choices.repeats, choices.seed)
    held: Judged | None = st.session_state.get(key)
    if held is not None and held.cohort is analysis.cohort and held.settings == settings:
        return held.tuned
    if not is_asked:
        return None
    with st.spinner(f"Choosing the cutoff in {choices.resamples} resamples and {choices.folds} folds"):
        tuned = analysis.with_choices(choices).tuned
    st.session_state[key] = Judged(analysis.cohort, settings, tuned)
    return tuned


def _draw_judged(analysis: CohortAnalysis, tuned: TunedCutoff) -> None:
    st.markdown(f"**{as_text(optimism_sentence(tuned))}**")
    notes = " ".join(tuning_notes(tuned))
    st.html(study_table(JUDGED_HEADINGS, judged_rows(tuned), "gp-judged", name="The tuned cutoff, judged"))
    if notes:
        st.caption(as_text(notes))
    left, right = st.columns(2, gap="large")
    spread = spread_sentence(tuned)
    if spread is not None:
        with left:
            dark = st.context.theme.type == "dark"
            draw_figure(
                tuned_cutoff_figure(tuned, dark=dark, synthetic=analysis.cohort.is_synthetic),
                tuned_cutoff_table(tuned),
                page="cutoff",
            )
        right.markdown(as_text(spread))
    with right:
        if tuned.cutpoints is not None:
            st.markdown(as_text(tied_sentence(tuned.cutpoints)))
            if tuned.cutpoints.points:
                st.html(
                    study_table(TIED_HEADINGS, tied_rows(tuned.cutpoints), "gp-tied", name="Best cutoffs")
                )
