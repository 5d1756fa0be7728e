"""A field for a share, in percent on the page and a fraction behind it."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st

from ui.cohort.state import CohortState


def read_percent(
    state: CohortState,
    name: str,
    label: str,
    start: float | None,
    *,
    lowest: float = 0.01,
    highest: float = 100.0,
    note: str | None = None,
) -> float | None:
    """Draw the field; the fraction, None where it is empty.

    Parameters
    ----------
    state : CohortState
    name : str
        Of the widget among those of the cohort.
    label : str
        With the unit.
    start : float or None
        What stands in the field at first, in percent.
    lowest, highest : float
        In percent.
    note : str or None
        Said beside the field, before its range.
    """
    key = state.key(name)
    if start is not None and key not in st.session_state:
        st.session_state[key] = start
    percent = st.number_input(
        label,
        min_value=lowest,
        max_value=highest,
        value=None,
        step=1.0,
        format="%.10g",
        placeholder="none",
        key=key,
        persist_state="session",
        help=f"{note or ''} {lowest:g} to {highest:g} %.".strip(),
    )
    # As typed: 29 is 0.29, and not the float below it.
    return None if percent is None else float(Decimal(repr(float(percent))) / 100)
