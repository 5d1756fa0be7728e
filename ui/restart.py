"""Says when the server does not answer, and when it no longer knows the session of a page that is still open.

A server that was restarted, or that ended the session of a browser that was away for too long, gives the page
a new, empty session. Streamlit's own page then says nothing: the old result stands, on images or a table that
are gone, until the next input. Here the page asks for a run as soon as it is connected again and sends what
stands in its fields, so that every result is worked out anew or goes, and a notice says why.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

_STYLE = Path(__file__).with_suffix(".css")
_IS_LOST = "restart.is_lost"
_SELDOM = timedelta(days=1)
"""Of the timer: it is there to be there."""

LOST_SESSION = (
    "**The server no longer knew this page and has begun a new session**: it was restarted, or the page was "
    "without connection for too long. Fields of this page were sent again, and what is shown was worked out "
    "anew from what stands in them now: check each. CT images, ovals, uploaded tables and what was entered "
    "on other pages are gone: load them again, a case from its case file."
)


def tell_of_lost_session() -> None:
    """Draw the notice of a lost session until it is dismissed.

    Only the first run of a session can tell: the fields that the browser sends are then those of an earlier
    one.
    """
    st.html(_STYLE)
    _run_on_reconnect()
    if _IS_LOST not in st.session_state:
        st.session_state[_IS_LOST] = _browser_sent_fields()
    # In every run, so that what is drawn below keeps its place.
    with st.container(key="restart-notice"):
        if st.session_state[_IS_LOST]:
            st.warning(LOST_SESSION)
            st.button("I have checked what is shown", on_click=_dismiss)


@st.fragment(run_every=_SELDOM)
def _run_on_reconnect() -> None:
    """Draws nothing: a page that has a timer asks for a run when it is connected again, one without does not.

    So it is in Streamlit 1.67 (``handleConnectionStateChanged`` of its page); a browser test holds it.
    """


def _browser_sent_fields() -> bool:
    """Whether values of widgets came with this run.

    Streamlit shows a script only those of widgets that were drawn already, so its own store is looked into;
    a test in a real browser holds that it works with the version that is locked.
    """
    context = get_script_run_ctx(suppress_warning=True)
    return context is not None and len(context.session_state._state._new_widget_state) > 0


def _dismiss() -> None:
    st.session_state[_IS_LOST] = False
