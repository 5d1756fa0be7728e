"""The reader's own impression, recorded before the result is shown, if the reader wants that."""

from __future__ import annotations

import streamlit as st

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.rule import Call
from gepnet_core.report.case.saved_case import Impression
from ui.state import Key, case_state

LABELS = {
    Impression.ADENOCARCINOMA: "Adenocarcinoma",
    Impression.NET: "NET",
    Impression.UNDECIDED: "Undecided",
}


def draw_impression_switch() -> None:
    """Offer to commit oneself first; stands there before anything is known, or it would come too late."""
    st.toggle(
        "Record my own impression first",
        key=Key.IMPRESSION_FIRST,
        persist_state="session",
        help="The result stays hidden until you have committed yourself.",
    )


def is_revealed(assessment: Assessment) -> bool:
    """Ask for the impression where that is wanted; return whether the result may be shown now.

    A change of the case after the reveal keeps it revealed: the impression was of this patient.
    """
    state = case_state()
    if not st.session_state.get(Key.IMPRESSION_FIRST):
        state.is_revealed = False
        return True
    if not state.is_revealed:
        impression = st.radio(
            "My impression before the result",
            list(Impression),
            format_func=LABELS.__getitem__,
            index=None,
            horizontal=True,
            key=Key.IMPRESSION,
            persist_state="session",
        )
        st.button("Reveal the result", type="primary", disabled=impression is None, on_click=_reveal)
        return False
    impression = st.session_state.get(Key.IMPRESSION)
    if impression is not None:
        st.markdown(f"Your impression: **{LABELS[impression]}**. {_comparison(impression, assessment.call)}")
    return True


def _reveal() -> None:
    case_state().is_revealed = True


def _comparison(impression: Impression, call: Call) -> str:
    if impression is Impression.UNDECIDED or call not in (Call.ADENOCARCINOMA, Call.NET):
        return ""
    return "The rule agrees." if impression.value == call.value else "The rule differs."
