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
_LOST_ON = "restart.lost_on"
_SELDOM = timedelta(days=1)
"""Of the timer: it is there to be there."""

LOST_SESSION = (
    "**The server no longer knew this page and has begun a new session**: it was restarted, or the page was "
    "without connection for too long."
)
SENT_AGAIN = (
    "Fields of this page were sent again, and what is shown was worked out anew from what stands in them "
    "now: check each. What was entered on other pages is gone."
)
NOT_SENT_AGAIN = "What had been entered on this page is gone."
OWN_TABLE = "An own table is gone, with all that was chosen for it: upload it again"
UNTIL_THEN = "Until then the invented example stands here."
GONE = {
    "": "CT images, ovals and a table of patients are gone: choose the files again. What was saved comes "
    "back from its case file.",
    "cohort": f"{OWN_TABLE}. {UNTIL_THEN}",
    "cutoff": f"{OWN_TABLE} on Explore a cohort. {UNTIL_THEN}",
    "teach": "A quiz that was begun and samples that were drawn are gone: begin them again.",
}
"""What no browser sends again, by the address of the page that held it, and what to do."""


def lost_words(page: str, lost_on: str) -> str:
    """What a page says of a session that was lost, which showed when the page ``lost_on`` was open."""
    sent = SENT_AGAIN if page == lost_on else NOT_SENT_AGAIN
    return "\n\n".join(words for words in (f"{LOST_SESSION} {sent}", GONE.get(page, "")) if words)


def tell_of_lost_session(page: str) -> None:
    """Draw the notice of a lost session until it is dismissed.

    Only the first run of a session can tell: the fields that the browser sends are then those of an earlier
    one.

    Parameters
    ----------
    page : str
        Address of the page that is about to be drawn.
    """
    st.html(_STYLE)
    _run_on_reconnect()
    if _LOST_ON not in st.session_state:
        st.session_state[_LOST_ON] = page if _browser_sent_fields() else None
    lost_on = st.session_state[_LOST_ON]
    # In every run, so that what is drawn below keeps its place.
    with st.container(key="restart-notice"):
        if lost_on is not None:
            st.warning(lost_words(page, lost_on))
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
    st.session_state[_LOST_ON] = None
