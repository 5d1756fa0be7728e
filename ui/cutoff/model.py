"""A logistic model of several findings, with what is left of it on other rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from gepnet_core.cohort.analysis import Absent, CohortAnalysis
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts.model import REMOVE, CohortModel
from gepnet_core.cohort.parts.model_predictors import (
    STUDY_CANDIDATES,
    STUDY_CRITERIA,
    STUDY_REGRESSION,
    predictor_columns,
)
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
from ui.cohort.state import ROWS_WITHOUT_PROGRESS, CohortState, current_analysis
from ui.cutoff.prevalence import read_page_prevalence
from ui.figure import draw_figure
from ui.plain_text import as_text
from ui.section import pressed_button, section
from ui.study_table import study_table

SETS = {
    "The two criteria": STUDY_CRITERIA,
    "As the study's regression": STUDY_REGRESSION,
    "What differed in the study": STUDY_CANDIDATES,
}


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


@section
def _draw_chosen(state: CohortState, analysis: CohortAnalysis) -> None:
    if state.choices.prevalence != analysis.choices.prevalence:
        # Other sections were drawn at another one.
        st.rerun()
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
    is_asked = cohort.n_rows <= ROWS_WITHOUT_PROGRESS or pressed_button(
        "Fit the model",
        key=state.key("model.fit"),
        disabled=not names,
        help=f"The table has {cohort.n_rows} rows, which takes some seconds.",
    )
    current = _analysis(state, names, rule, is_asked=is_asked)
    if not names:
        st.markdown("Choose at least one predictor.")
        return
    if current is None:
        st.markdown("Nothing is fitted yet under these choices.")
        return
    with st.spinner("Fitting the model, and again in each resample"):
        model = current.model
    if isinstance(model, Absent):
        st.markdown(as_text(refusal_sentence(model, cohort.settings.cutoff)))
        return
    _draw_terms(model)
    _draw_performance(model)
    _draw_decision(state, current)


def _analysis(
    state: CohortState, names: tuple[str, ...], rule: RemovalRule | None, *, is_asked: bool
) -> CohortAnalysis | None:
    """The analysis of the page with the model of these choices; None where that was not asked for yet.

    The choices of the page, on which its export rests, are those of a model that was asked for.
    """
    current = current_analysis(state)
    if current is None:
        return None
    if (current.predictors, current.choices.removal) == (names, rule):
        return current if is_asked or current.has_computed("model") else None
    if not is_asked:
        return None
    state.choices = replace(state.choices, predictors=names, removal=rule)
    return current_analysis(state)


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


def _draw_terms(model: CohortModel) -> None:
    separation = separation_sentences(model)
    if separation:
        st.markdown(f"**{as_text(separation[0])}** {as_text(' '.join(separation[1:]))}")
    st.markdown(as_text(" ".join(model_sentences(model))))
    if model.kept:
        st.html(study_table(term_headings(model), term_rows(model), "gp-judged", name="Terms of the model"))
    said = elimination_sentence(model)
    if said is not None:
        st.markdown(as_text(said))
        with st.expander("Each step of the elimination"):
            st.html(study_table(STEP_HEADINGS, step_rows(model), name="Steps of the elimination"))
    st.markdown(as_text(" ".join(intercept_sentences(model))))


def _draw_performance(model: CohortModel) -> None:
    st.subheader("On these rows and on others", anchor="model-calibration")
    left, right = st.columns(2, gap="large")
    with left:
        draw_figure(
            calibration_figure(model.calibration, dark=_is_dark(), synthetic=model.is_synthetic),
            calibration_table(model.calibration),
            page="cutoff",
        )
    right.markdown("\n\n".join(as_text(said) for said in performance_sentences(model)))


def _draw_decision(state: CohortState, analysis: CohortAnalysis) -> None:
    st.subheader("Is it worth acting on?", anchor="model-decision")
    field, _ = st.columns(2, gap="large")
    with field:
        read_page_prevalence(
            state,
            "model.prevalence",
            "Prevalence of adenocarcinoma where the model would be used (%)",
            'The same as under "Move the cutoff". Never taken from the table, whose shares are its design.',
        )
    decision = analysis.decision
    if isinstance(decision, Absent):
        st.markdown(as_text(refusal_sentence(decision, analysis.cohort.settings.cutoff)))
        return
    left, right = st.columns(2, gap="large")
    with left:
        draw_figure(
            decision_curve_figure(decision, dark=_is_dark(), synthetic=analysis.cohort.is_synthetic),
            decision_curve_table(decision),
            page="cutoff",
        )
    right.markdown("\n\n".join(as_text(sentence) for sentence in decision_sentences(decision)))


def _is_dark() -> bool:
    return st.context.theme.type == "dark"
