"""The page's one prevalence, which stands in two sections: what is said in one holds in the other."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import streamlit as st

from ui.cohort.state import CohortState

PAGE_FIELD = "cutoff.prevalence"
"""The field of the section that moves the cutoff."""


def read_page_prevalence(state: CohortState, name: str, label: str, note: str) -> float | None:
    """Draw the field with what is stated on the page; the fraction, None where nothing is.

    Parameters
    ----------
    state : CohortState
    name : str
        Of the widget among those of the cohort.
    label : str
        With the unit.
    note : str
        Said beside the field, before its range.
    """
    key = state.key(name)
    # What was typed here has been taken by now: the field follows the choices.
    stated = state.choices.prevalence
    st.session_state[key] = None if stated is None else float(Decimal(repr(stated)) * 100)
    st.number_input(
        label,
        min_value=0.01,
        max_value=99.99,
        value=None,
        step=1.0,
        format="%.10g",
        placeholder="none",
        key=key,
        persist_state="session",
        help=f"{note} 0.01 to 99.99 %.",
        on_change=_take,
        args=(state, key),
    )
    return stated


def _take(state: CohortState, key: str) -> None:
    """What was typed becomes the prevalence of the page, and stands in its other field too."""
    percent: float | None = st.session_state[key]
    # As typed: 29 is 0.29, and not the float below it.
    prevalence = None if percent is None else float(Decimal(repr(float(percent))) / 100)
    state.choices = replace(state.choices, prevalence=prevalence)
    st.session_state[state.key(PAGE_FIELD)] = percent
