"""Sections of a page: what is changed in one makes that one anew, unless more was changed in the same moment.

Streamlit calls it a fragment and knows of a message from the browser only the fragment of what changed first.
A field that is left and a control elsewhere that is tapped, without time between press and release as on a
touch screen, come in one message: the control would stand as it was tapped, beside numbers of before. So a
section looks for what else changed and then has the whole page made anew.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from ui.turns import in_turn

P = ParamSpec("P")


def section(draw: Callable[P, None]) -> Callable[P, None]:
    """Decorate a function that draws a section of a page, in its turn.

    A button in it has to say what it does in ``on_click`` (``pressed_button`` where that is to be drawn with
    what it asks for): the value of ``st.button`` does not outlive the page that is made anew.
    """
    return section_at_once(in_turn()(draw))


def section_at_once(draw: Callable[P, None]) -> Callable[P, None]:
    """Decorate a function that draws a section quickly, while others wait for their turn."""

    @st.fragment
    @wraps(draw)
    def drawn(*args: P.args, **kwargs: P.kwargs) -> None:
        if _more_changed():
            st.rerun()
        draw(*args, **kwargs)

    return drawn


def pressed_button(label: str, *, key: str, disabled: bool = False, help: str | None = None) -> bool:
    """A primary button of a section; True once after it was pressed, in whichever run draws it next."""
    pressed = f"{key}.pressed"
    st.button(
        label,
        type="primary",
        key=key,
        disabled=disabled,
        help=help,
        on_click=st.session_state.__setitem__,
        args=(pressed, True),
    )
    return bool(st.session_state.pop(pressed, False))


def _more_changed() -> bool:
    """Whether the browser changed a field that is of none of the sections that are made anew.

    Streamlit 1.67 has no public name for it; a test in a real browser holds that it works.
    """
    context = get_script_run_ctx(suppress_warning=True)
    if context is None or not context.fragment_ids_this_run:
        return False
    state, drawn_anew = context.session_state._state, context.fragment_ids_this_run
    known = state._new_widget_state.widget_metadata
    return any(
        state._widget_changed(field)
        for field in state._new_widget_state
        if field in known and known[field].fragment_id not in drawn_anew
    )
