"""The guided path: one goal, one thing to do on a live control, one question a step."""

from __future__ import annotations

from types import MappingProxyType

import streamlit as st

from gepnet_core.teaching.guided_path import Control, PathStep, check_step, load_path
from ui.plain_text import as_text
from ui.teach.state import Part, key, open_part

WHERE = MappingProxyType(
    {
        Control.PRESET: Part.LAB,
        Control.ROI: Part.LAB,
        Control.STEATOSIS: Part.LAB,
        Control.DELAY: Part.LAB,
        Control.CUTOFF: Part.EXPLORER,
        Control.PREVALENCE: Part.EXPLORER,
        Control.QUIZ: Part.QUIZ,
    }
)
"""In which part each control is."""

_STEP = key("path.step")


def draw_path() -> None:
    """Draw the step that the session is at, or the way onto the path."""
    steps = load_path()
    number = st.session_state.get(_STEP)
    if number is None:
        st.button(
            f"Be guided through it in {len(steps)} steps",
            key=key("path.start"),
            on_click=_go,
            args=(0,),
            help="Each step has one goal, one thing to do below, and one question. Leave it when you like.",
        )
        return
    with st.container(border=True, key=key("path")):
        _draw_step(steps[number], number, len(steps))


def _draw_step(step: PathStep, number: int, n_steps: int) -> None:
    st.markdown(f"**Step {number + 1} of {n_steps}. {as_text(step.goal)}**")
    part = WHERE[step.control]
    st.markdown(as_text(step.action))
    st.button(f"Show “{part}” below", key=key(f"path.show.{step.id}"), on_click=open_part, args=(part,))
    texts = {choice.id: choice.text for choice in step.choices}
    taken = st.radio(
        step.question,
        list(texts),
        index=None,
        format_func=texts.__getitem__,
        key=key(f"path.answer.{step.id}"),
        persist_state="session",
    )
    # A line stands there in every run: the page below does not jump when the answer is given.
    with st.container(key=key("path.feedback")):
        if taken is None:
            st.markdown("Choose one: what speaks for or against it then stands here.")
        else:
            outcome = check_step(step.id, taken)
            st.markdown(f"**{'Right.' if outcome.is_right else 'Not so.'}** {as_text(outcome.feedback)}")
    with st.container(horizontal=True):
        st.button("Back", key=key("path.back"), on_click=_go, args=(number - 1,), disabled=number == 0)
        is_last = number + 1 == n_steps
        st.button(
            "Leave the path" if is_last else "Next step",
            key=key("path.next"),
            type="primary",
            on_click=_go,
            args=(None if is_last else number + 1,),
        )
        if not is_last:
            st.button("Leave the path", key=key("path.leave"), on_click=_go, args=(None,))


def _go(number: int | None) -> None:
    """Stand at a step, and show the part that it uses; None leaves the path."""
    st.session_state[_STEP] = number
    if number is not None:
        open_part(WHERE[load_path()[number].control])
