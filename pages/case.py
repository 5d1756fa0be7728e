"""Check a case: HU values or CT images of one patient to one result; or a table of patients."""

from __future__ import annotations

import streamlit as st

from ui.case.choices import read_choices
from ui.case.files import draw_case_file, place_pending_ovals
from ui.case.typed_hu import HuInput, read_typed_hu
from ui.result import draw_result
from ui.state import Key, Way, case_state, start_new_case


def draw_page() -> None:
    """One question, two ways in, one result."""
    st.title("Check a case")
    st.markdown(
        "Liver metastasis on dynamic CT: well-differentiated GEP NET, or GEP adenocarcinoma? "
        "Two criteria of one published study of 23 and 23 patients, with the evidence behind them."
    )
    if Key.WAY not in st.session_state:
        st.session_state[Key.WAY] = Way.TYPED
    way = st.segmented_control(
        "How the HU come in", list(Way), key=Key.WAY, required=True, persist_state="session"
    )
    # Each way in brings its libraries only when it is taken: the page opens in half the time.
    if way is Way.TABLE:
        from ui.case.table import render_case_table

        render_case_table()
        return
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
    images = _measure_on_images() if way is Way.IMAGES else None
    inputs, result = st.columns([5, 7], gap="large")
    with inputs:
        hu = read_typed_hu() if images is None else images
        choices = read_choices()
        st.button("Start a new case", on_click=start_new_case, help="Forgets all inputs, images and ovals.")
    with result, st.container(key="case.result"):
        draw_result(hu, choices)
    draw_case_file()


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
