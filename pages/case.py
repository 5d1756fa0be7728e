"""Check a case: HU values or CT images of one patient to one result; or a table of patients."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from ui.case.choices import Choices, read_choices
from ui.case.files import draw_case_file, draw_save, place_pending_ovals
from ui.case.typed_hu import HuInput, read_typed_hu
from ui.result import draw_result
from ui.section import section_at_once
from ui.state import Key, Way, case_state, start_new_case
from ui.turns import in_turn


def draw_page() -> None:
    """One question, two ways in, one result."""
    st.title("Check a case")
    st.markdown(
        "Liver metastasis on dynamic CT: well-differentiated GEP NET, or GEP adenocarcinoma? "
        "Two criteria of one published study of 23 and 23 patients, with the evidence behind them."
    )
    way = st.segmented_control(
        "How the HU come in",
        list(Way),
        # Not set in the state: what a browser sends to a server that was restarted would go.
        default=Way.TYPED if Key.WAY not in st.session_state else None,
        required=True,
        key=Key.WAY,
        persist_state="session",
    )
    # Each way in brings its libraries only when it is taken: the page opens in half the time.
    if way is Way.TABLE:
        _draw_table()
    elif way is Way.IMAGES:
        _draw_measured()
    else:
        _draw_notices()
        _draw_case(None)


@in_turn()
def _draw_table() -> None:
    from ui.case.table import render_case_table

    render_case_table()


@in_turn()
def _draw_measured() -> None:
    _draw_notices()
    _draw_case(_measure_on_images())


def _draw_notices() -> None:
    """What a case file or other images left to be said."""
    waiting = case_state().pending_ovals
    if waiting is not None and waiting.ovals:
        st.info(
            f"The case file holds {len(waiting.ovals)} ovals. They are placed when the images that they were "
            "drawn on are open, the same series for the same phase."
        )
    if case_state().images_were_replaced:
        st.info(
            "Other images are open now. Pattern, scope answers, pre-test probability and impression are "
            "kept: check that they fit, or start a new case."
        )
    notice = case_state().notice
    if notice is not None:
        st.error(notice)


def _draw_case(measured: HuInput | None) -> None:
    """What is asked and answered; where nothing was measured on images, HU are typed."""
    inputs, result = st.columns([5, 7], gap="large")
    with inputs:
        fields = st.container()
        choices = read_choices()
        st.button("Start a new case", on_click=start_new_case, help="Forgets all inputs, images and ovals.")
    with result:
        place = st.container(key="case.result")
    save = draw_case_file()
    if measured is None:
        with fields:
            _judge_typed(choices, place, save)
    else:
        _draw_result(measured, choices, place, save)


@section_at_once
def _judge_typed(choices: Choices, place: DeltaGenerator, save: DeltaGenerator) -> None:
    """Fields and result alone are made anew as HU are typed, in half the time of the whole page."""
    _draw_result(read_typed_hu(), choices, place, save)


def _draw_result(hu: HuInput, choices: Choices, place: DeltaGenerator, save: DeltaGenerator) -> None:
    """The answer, and the case file that it would be saved in."""
    with place:
        draw_result(hu, choices)
    with save:
        draw_save()


def _measure_on_images() -> HuInput:
    """The way in by images: upload, phases, contours, viewer."""
    from ui.case.image_contours import draw_contours
    from ui.case.image_intake import draw_summary, draw_upload
    from ui.case.image_phases import draw_phase_choice
    from ui.case.image_rois import measure_on_images

    state = case_state().images
    if state.study is None:
        draw_upload()
        return HuInput({}, ())
    draw_summary(state.study, is_example=state.is_example)
    with st.expander("Open other images, or add contours"):
        draw_upload()
    draw_phase_choice(state)
    if not state.phases:
        return HuInput({}, ())
    place_pending_ovals()
    draw_contours(state)
    return measure_on_images(state)


draw_page()
