"""A logistic model of several findings, with what is left of it on other rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts.model import REMOVE, CohortModel, decision_curve_of, fit_model
from gepnet_core.cohort.parts.model_predictors import (
    STUDY_CANDIDATES,
    STUDY_CRITERIA,
    STUDY_REGRESSION,
    predictor_columns,
)
from gepnet_core.errors import GepnetError
from gepnet_core.figures.calibration_figure import calibration_figure, calibration_table
from gepnet_core.figures.decision_curve_figure import decision_curve_figure, decision_curve_table
from gepnet_core.report.cutoff.model_words import (
    RULES,
    STEP_HEADINGS,
    decision_sentences,
    elimination_sentence,
    intercept_sentences,
    model_sentences,
    performance_sentences,
    predictor_label,
    refusal_sentence,
    separation_sentences,
    step_rows,
    term_headings,
    term_rows,
)
from gepnet_core.statistics.models.backward_elimination import RemovalRule
from ui.cohort.state import ROWS_WITHOUT_PROGRESS, CohortState
from ui.cutoff.fields import read_percent
from ui.figure import draw_figure
from ui.plain_text import as_text
from ui.study_table import study_table

SETS = {
    "The two criteria": STUDY_CRITERIA,
    "As the study's regression": STUDY_REGRESSION,
    "What differed in the study": STUDY_CANDIDATES,
}
THRESHOLDS = np.arange(1, 100) / 100

_SEED = 1
_HELD = "model.held"


@dataclass(frozen=True, eq=False)
class Held:
    """A model, or why there is none, with exactly what it rests on."""

    cohort: Cohort
    predictors: tuple[str, ...]
    rule: RemovalRule | None
    found: CohortModel | str


def draw_model(state: CohortState, analysis: CohortAnalysis) -> None:
    """Draw the section; its fields rerun nothing else."""
    st.header("A model of several findings", anchor="model")
    st.markdown(
        "Logistic regression of the diagnosis on findings of your choice. It says which findings tell the "
        "diagnoses apart in these rows beside the others. It is no rule for a patient."
    )
    if not predictor_columns(analysis.cohort):
        st.markdown("No row that counts has a finding to put into a model.")
        return
    _draw_chosen(state, analysis)


@st.fragment
def _draw_chosen(state: CohortState, analysis: CohortAnalysis) -> None:
    cohort = analysis.cohort
    names = _read_predictors(state, cohort)
    rule = st.radio(
        "Predictors leave by (backward elimination)",
        list(RULES),
        index=0,
        format_func=RULES.__getitem__,
        key=state.key("model.rule"),
        persist_state="session",
        horizontal=True,
        help=f"One after the other, the one with the largest P first, until none is above {REMOVE:g}.",
    )
    is_asked = bool(names) and cohort.n_rows <= ROWS_WITHOUT_PROGRESS
    if cohort.n_rows > ROWS_WITHOUT_PROGRESS:
        is_asked = st.button(
            "Fit the model",
            type="primary",
            key=state.key("model.fit"),
            disabled=not names,
            help=f"The table has {cohort.n_rows} rows, which takes some seconds.",
        )
    if not names:
        st.markdown("Choose at least one predictor.")
        return
    found = _model(state, cohort, names, rule, is_asked=is_asked)
    if found is None:
        st.markdown("Nothing is fitted yet under these choices.")
    elif isinstance(found, str):
        st.markdown(as_text(found))
    else:
        _draw_terms(found)
        _draw_performance(found)
        _draw_decision(state, found)


def _read_predictors(state: CohortState, cohort: Cohort) -> tuple[str, ...]:
    """The field of predictors, which begins with the study's two criteria, and the sets that fill it."""
    known, key = predictor_columns(cohort), state.key("model.predictors")
    offered = {label: [name for name in names if name in known] for label, names in SETS.items()}
    if key in st.session_state:
        # The table may have other columns since.
        st.session_state[key] = [name for name in st.session_state[key] if name in known]
    else:
        st.session_state[key] = offered["The two criteria"]
    with st.container(horizontal=True):
        for label, names in offered.items():
            st.button(
                label,
                key=state.key(f"model.set.{label}"),
                on_click=_choose,
                args=(key, names),
                disabled=not names,
            )
    chosen = st.multiselect(
        "Predictors",
        list(known),
        format_func=lambda name: predictor_label(name, cohort.settings.cutoff),
        key=key,
        persist_state="session",
        placeholder="choose findings",
        help="The pattern as one number is plateau 1, washout 2, progressive 3: it fits the study's printed "
        "regression, which does not say its coding. Findings become indicators, numbers stay numbers.",
    )
    return tuple(chosen)


def _choose(key: str, names: Sequence[str]) -> None:
    st.session_state[key] = list(names)


def _model(
    state: CohortState, cohort: Cohort, names: tuple[str, ...], rule: RemovalRule | None, *, is_asked: bool
) -> CohortModel | str | None:
    """The model of these choices in this cohort, or why there is none; None where it was not asked for."""
    key = state.key(_HELD)
    held: Held | None = st.session_state.get(key)
    if held is not None and held.cohort is cohort and (held.predictors, held.rule) == (names, rule):
        return held.found
    st.session_state.pop(key, None)
    if not is_asked:
        return None
    with st.spinner("Fitting the model, and again in each resample"):
        try:
            found: CohortModel | str = fit_model(cohort, names, backward=rule, seed=_SEED)
        except GepnetError as error:
            found = refusal_sentence(error, cohort.settings.cutoff)
    st.session_state[key] = Held(cohort, names, rule, found)
    return found


def _draw_terms(model: CohortModel) -> None:
    separation = separation_sentences(model)
    if separation:
        st.markdown(f"**{as_text(separation[0])}** {as_text(' '.join(separation[1:]))}")
    st.markdown(as_text(" ".join(model_sentences(model))))
    if model.kept:
        st.html(study_table(term_headings(model), term_rows(model), "gp-judged"))
    said = elimination_sentence(model)
    if said is not None:
        st.markdown(as_text(said))
        with st.expander("Each step of the elimination"):
            st.html(study_table(STEP_HEADINGS, step_rows(model)))
    st.markdown(as_text(" ".join(intercept_sentences(model))))


def _draw_performance(model: CohortModel) -> None:
    st.subheader("On other rows", anchor="model-calibration")
    left, right = st.columns(2, gap="large")
    with left:
        draw_figure(
            calibration_figure(model.calibration, dark=_is_dark(), synthetic=model.is_synthetic),
            calibration_table(model.calibration),
            page="cutoff",
        )
    right.markdown("\n\n".join(as_text(said) for said in performance_sentences(model)))


def _draw_decision(state: CohortState, model: CohortModel) -> None:
    st.subheader("Is it worth acting on?", anchor="model-decision")
    field, _ = st.columns(2, gap="large")
    with field:
        prevalence = read_percent(
            state,
            "model.prevalence",
            "Prevalence of adenocarcinoma where the model would be used (%)",
            None,
            highest=99.99,
            note="Never taken from the table, whose shares are its design.",
        )
    decision = decision_curve_of(model, prevalence, THRESHOLDS, _SEED)
    said = "\n\n".join(as_text(sentence) for sentence in decision_sentences(decision))
    if decision.curve is None:
        st.markdown(said)
        return
    left, right = st.columns(2, gap="large")
    with left:
        draw_figure(
            decision_curve_figure(decision.curve, dark=_is_dark(), synthetic=model.is_synthetic),
            decision_curve_table(decision.curve),
            page="cutoff",
        )
    right.markdown(said)


def _is_dark() -> bool:
    return st.context.theme.type == "dark"
