"""The enhancement lab: preset, controls, curves over time, the phantom in the viewer, the rule's answer."""

from __future__ import annotations

import streamlit as st

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.phase import Phase
from gepnet_core.enhancement.presets import Preset
from gepnet_core.enhancement.settings import EnhancementSettings
from gepnet_core.enhancement.time_attenuation import simulate
from gepnet_core.errors import GepnetError
from gepnet_core.figures.time_attenuation_figure import time_attenuation_figure, time_attenuation_table
from gepnet_core.report.teaching.lab_words import (
    PROMISE_HEADINGS,
    answer_sentence,
    promise_rows,
    promise_sentence,
    protocol_sentences,
)
from ui.case.choices import Choices
from ui.case.image_rois import measure_drawn
from ui.case.typed_hu import HuInput
from ui.figure import draw_figure
from ui.plain_text import as_text
from ui.result import STYLE, draw_assessment, draw_no_result, judge
from ui.section import section
from ui.study_table import study_table
from ui.teach.lab_controls import (
    changed_names,
    draw_controls,
    draw_more_controls,
    draw_presets,
    load_preset,
    settings_of,
)
from ui.teach.lab_images import place_ovals, shown_volumes
from ui.teach.lab_state import LabState
from ui.teach.state import LabReading, key, teach_state

VIEWER_KEY = key("lab.viewer")
PAGE = key("lab")
_NO_CHOICES = Choices({"reader_pattern": None}, ())
"""The pattern is derived from HU, and nothing is answered of a patient."""


@section
def draw_lab() -> None:
    """Draw the part; a change in it draws nothing else of the page."""
    st.html(STYLE)
    st.header("Enhancement lab")
    lab = teach_state().lab
    preset = draw_presets(lab)
    controls, curves = st.columns([5, 7], gap="large")
    with controls:
        answer = st.container(key=key("lab.answer"))
        draw_controls(lab)
        _draw_buttons(lab)
    draw_more_controls(lab)
    try:
        settings = settings_of(lab)
        course = simulate(settings)
        volumes = shown_volumes(lab, preset, course)
    except GepnetError as error:
        # Nothing is simulated with such settings, so nothing of the former ones may stand.
        teach_state().lab_reading = None
        draw_no_result([str(error)])
        return
    with curves:
        dark = st.context.theme.type == "dark"
        draw_figure(
            time_attenuation_figure(course, lab.lesion, dark=dark), time_attenuation_table(course), page=PAGE
        )
    if lab.places_ovals:
        place_ovals(lab, preset)
    st.subheader("The images, with the ovals that are measured")
    hu = measure_drawn(lab, volumes, key=VIEWER_KEY, is_synthetic=True)
    with st.container(key=key("lab.result")):
        assessment = _judge(hu)
        teach_state().lab_reading = _reading(assessment)
        _draw_promise(lab, preset, settings, hu)
        if assessment is not None:
            draw_assessment(assessment, page=PAGE, is_synthetic=True)
    with answer:
        said = "No result: see below the images." if assessment is None else answer_sentence(assessment)
        st.markdown(f"**{as_text(said)}**")


def _draw_buttons(lab: LabState) -> None:
    with st.container(horizontal=True):
        st.button(
            "Reset to the preset",
            key=key("lab.reset"),
            on_click=load_preset,
            args=(lab, lab.preset_id),
            help="Every control and the ovals as the preset says.",
        )
        st.button(
            "Place the ovals again",
            key=key("lab.place"),
            on_click=_want_ovals,
            args=(lab,),
            help="The ovals alone, on all three phases. Controls stay.",
        )


def _want_ovals(lab: LabState) -> None:
    lab.places_ovals = True


def _judge(hu: HuInput) -> Assessment | None:
    if not hu.measurements and not hu.problems:
        draw_no_result(['There is no oval. Draw one on lesion and liver, or press "Place the ovals again".'])
        return None
    return judge(hu, _NO_CHOICES)


def _reading(assessment: Assessment | None) -> LabReading | None:
    if assessment is None or assessment.ratio.value is None:
        return None
    return LabReading(assessment.ratio.value, assessment.pattern.value)


def _draw_promise(lab: LabState, preset: Preset, settings: EnhancementSettings, hu: HuInput) -> None:
    changed, sd_hu = changed_names(lab), settings.pixel_sd_hu
    st.subheader("Promised and measured")
    st.markdown(as_text(promise_sentence(preset, hu.measurements.get(Phase.HAP), sd_hu, changed)))
    st.html(
        study_table(
            PROMISE_HEADINGS,
            promise_rows(preset, hu.measurements, sd_hu, changed),
            "gp-ranges",
            name="Promised and measured",
        )
    )
    for sentence in protocol_sentences(settings):
        st.markdown(as_text(sentence))
