"""How a quiz begins: one of one's own, one that a link brings, and the link for a class."""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

import streamlit as st

from gepnet_core.errors import GepnetError
from gepnet_core.report.teaching.quiz_words import HOW_IT_GOES, KIND_NAMES, LINK_WARNING, spec_words
from gepnet_core.teaching.quiz import (
    HIGHEST_SEED,
    LINK_PARAMETER,
    MOST_CASES,
    QuizSpec,
    make_quiz,
    parse_quiz_link,
    quiz_link_parameters,
)
from gepnet_core.teaching.quiz_data import QuizKind
from ui.teach.quiz_state import QuizState
from ui.teach.state import key

N_CASES = 6
"""Cases of a quiz where nothing else is asked for."""

_CASES, _KINDS = key("quiz.n_cases"), key("quiz.kinds")


def draw_start(state: QuizState) -> None:
    """Draw the quiz of the link, where the address has one, else the choice of one's own."""
    st.markdown(HOW_IT_GOES)
    text = st.query_params.get(LINK_PARAMETER)
    if text is not None:
        try:
            spec = parse_quiz_link(text)
        except GepnetError as error:
            st.error(str(error))
        else:
            _draw_offer(state, spec)
            return
    _draw_choice(state)


def draw_link(spec: QuizSpec) -> None:
    """Draw the address of a quiz, to be copied, and what it gives away."""
    parameters = quiz_link_parameters(make_quiz(spec.seed, spec.n_cases, spec.kinds))
    st.code(f"{st.context.url or ''}?{urlencode(parameters)}", language=None, wrap_lines=True)
    st.caption(LINK_WARNING)


def start_another(state: QuizState, spec: QuizSpec) -> None:
    """Callback of a button: other cases in the same number and of the same kinds."""
    _leave_link()
    state.start(QuizSpec(_new_seed(), spec.n_cases, spec.kinds))


def _draw_offer(state: QuizState, spec: QuizSpec) -> None:
    st.markdown(f"**This link brings a quiz of {spec_words(spec)}.** Whoever opens it gets the same cases.")
    with st.container(horizontal=True):
        st.button(
            "Start this quiz",
            key=key("quiz.start_link"),
            type="primary",
            on_click=state.start,
            args=(spec,),
        )
        st.button("Choose a quiz of my own", key=key("quiz.leave_link"), on_click=_leave_link)


def _draw_choice(state: QuizState) -> None:
    st.session_state.setdefault(_CASES, N_CASES)
    st.session_state.setdefault(_KINDS, list(QuizKind))
    narrow, wide = st.columns([1, 3], gap="large")
    narrow.number_input(
        f"Cases (1 to {MOST_CASES})",
        min_value=1,
        max_value=MOST_CASES,
        step=1,
        key=_CASES,
        persist_state="session",
        help="At least one of each kind.",
    )
    wide.pills(
        "Kinds of cases",
        list(QuizKind),
        selection_mode="multi",
        format_func=KIND_NAMES.__getitem__,
        key=_KINDS,
        persist_state="session",
        help="They come mixed: a case does not say which kind it is.",
    )
    problem = None
    try:
        _chosen(0)
    except GepnetError as error:
        problem = str(error)
        st.error(problem)
    with st.container(horizontal=True):
        st.button(
            "Start a quiz",
            key=key("quiz.start"),
            type="primary",
            on_click=_start_own,
            args=(state,),
            disabled=problem is not None,
        )
        st.button(
            "Link for a class",
            key=key("quiz.link"),
            on_click=_make_link,
            args=(state,),
            disabled=problem is not None,
            help="New cases under an address that gives everybody the same. It holds a number for the cases, "
            "how many and of which kinds, and nothing of anybody.",
        )
    if state.class_seed is not None and problem is None:
        spec = _chosen(state.class_seed)
        st.markdown(f"Link to a quiz of {spec_words(spec)}:")
        draw_link(spec)


def _chosen(seed: int) -> QuizSpec:
    """The fields as they stand, with a seed."""
    return QuizSpec(seed, int(st.session_state[_CASES]), tuple(st.session_state[_KINDS]))


def _start_own(state: QuizState) -> None:
    _leave_link()
    state.start(_chosen(_new_seed()))


def _make_link(state: QuizState) -> None:
    state.class_seed = _new_seed()


def _leave_link() -> None:
    """The address no longer names a quiz."""
    if LINK_PARAMETER in st.query_params:
        del st.query_params[LINK_PARAMETER]


def _new_seed() -> int:
    return secrets.randbelow(HIGHEST_SEED + 1)
