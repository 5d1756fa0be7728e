"""How a cutoff of one's own is chosen: the method with its requirements, and how it is judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from gepnet_core.cohort.analysis import AnalysisChoices
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    CLOSEST_TOPLEFT,
    YOUDEN,
    CutpointMethod,
    both_at_least,
    least_cost,
    sensitivity_at_least,
    specificity_at_least,
)
from ui.cohort.state import CohortState
from ui.cutoff.fields import read_percent

METHODS = {
    "youden": "Largest Youden's index",
    "closest_topleft": "Closest to the upper left corner of the ROC curve",
    "sensitivity_at_least": "Sensitivity for adenocarcinoma of at least ...",
    "specificity_at_least": "Specificity for adenocarcinoma of at least ...",
    "both_at_least": "Sensitivity and specificity of at least ...",
    "least_cost": "Least cost of wrong calls",
}
"""Names of `gepnet_core.statistics.cutpoints.cutpoint_spec.METHODS` as choices."""

_MOST_RESAMPLES, _MOST_FOLDS, _MOST_REPEATS = 10_000, 50, 1_000
_LARGEST_SEED = 2**32 - 1


def read_method(state: CohortState) -> CutpointMethod | None:
    """Draw the method and its numbers; None as long as one is missing."""
    name = st.selectbox(
        "How the cutoff is chosen",
        list(METHODS),
        format_func=METHODS.__getitem__,
        key=state.key("cutoff.method"),
        persist_state="session",
    )
    if name == "youden":
        return YOUDEN
    if name == "closest_topleft":
        return CLOSEST_TOPLEFT
    if name == "least_cost":
        return _read_costs(state)
    wanted = []
    columns = st.columns(2)
    for column, share in zip(columns, ("sensitivity", "specificity"), strict=True):
        if name in (f"{share}_at_least", "both_at_least"):
            with column:
                wanted.append(
                    read_percent(
                        state,
                        f"cutoff.least_{share}",
                        f"{share.capitalize()} for adenocarcinoma, at least (%)",
                        90.0,
                    )
                )
    return _of_shares(name, wanted)


def read_settings(state: CohortState, method: CutpointMethod, smaller: int) -> AnalysisChoices:
    """Draw how the cutoff is judged; the choices of the analysis with all of it.

    ``smaller`` is how many rows the smaller diagnosis has: more folds than that there cannot be.
    """
    usual = AnalysisChoices()
    with st.expander("Resamples, folds, repeats, seed"):
        left, right = st.columns(2)
        with left:
            resamples = _read_whole(
                state, "resamples", "Bootstrap resamples (n)", usual.resamples, 50, _MOST_RESAMPLES
            )
            seed = _read_whole(state, "seed", "Seed (whole number)", usual.seed, 0, _LARGEST_SEED)
        with right:
            folds = _read_whole(
                state, "folds", "Folds of the cross-validation (n)", min(usual.folds, smaller), 2, _MOST_FOLDS
            )
            repeats = _read_whole(
                state, "repeats", "Repeats of the cross-validation (n)", usual.repeats, 1, _MOST_REPEATS
            )
        st.caption(
            "Each diagnosis is resampled and divided for itself; the cutoff is chosen anew each time. The "
            "same seed gives the same numbers."
        )
    return replace(state.choices, method=method, resamples=resamples, folds=folds, repeats=repeats, seed=seed)


def _read_whole(state: CohortState, name: str, label: str, start: int, low: int, high: int) -> int:
    key = state.key(f"cutoff.{name}")
    if st.session_state.get(key) is None:
        st.session_state[key] = start
    number = st.number_input(
        label,
        min_value=low,
        max_value=high,
        step=1,
        key=key,
        persist_state="session",
        required=True,
        help=f"{low} to {high}.",
    )
    return start if number is None else int(number)


def _read_costs(state: CohortState) -> CutpointMethod | None:
    columns = st.columns(3)
    costs = [
        column.number_input(
            label,
            min_value=0.001,
            max_value=1e6,
            value=None,
            format="%.10g",
            placeholder="any unit, the same in both",
            key=state.key(f"cutoff.cost_{name}"),
            persist_state="session",
            help="Above 0. Only the ratio of both costs matters.",
        )
        for column, name, label in zip(
            columns,
            ("fn", "fp"),
            ("Cost of an adenocarcinoma called NET", "Cost of a NET called adenocarcinoma"),
            strict=False,
        )
    ]
    with columns[2]:
        prevalence = read_percent(
            state, "cutoff.cost_prevalence", "Prevalence of adenocarcinoma (%)", None, highest=99.99
        )
    of_fn, of_fp = costs
    if prevalence is None or of_fn is None or of_fp is None:
        st.markdown("Give both costs and the prevalence of adenocarcinoma where the test is used.")
        return None
    return least_cost(of_fn, of_fp, prevalence)


def _of_shares(name: str, wanted: Sequence[float | None]) -> CutpointMethod | None:
    shares = [share for share in wanted if share is not None]
    if len(shares) < len(wanted):
        st.markdown("Say what is to be reached at least.")
        return None
    if name == "both_at_least":
        return both_at_least(*shares)
    return sensitivity_at_least(*shares) if name == "sensitivity_at_least" else specificity_at_least(*shares)
