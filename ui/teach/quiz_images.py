"""The images of a case: pixels, and ovals that lie in the same place in every case."""

from __future__ import annotations

from collections.abc import Iterator

import streamlit as st

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.phantom import TEACHING_GRID, make_phantom
from gepnet_core.imaging.rois.roi import Ellipse
from gepnet_core.report.teaching.quiz_words import IMAGES
from gepnet_core.teaching.quiz_case import QuizImage
from gepnet_core.teaching.quiz_scene import quiz_ovals, quiz_scene
from ui.case.image_rois import show_ovals
from ui.roi_viewer.drawing import DrawnOval, Tissue
from ui.teach.quiz_state import CaseImages, QuizState
from ui.teach.state import key


def draw_images(state: QuizState, image: QuizImage) -> None:
    """Draw the three phases. What the image was painted with stays here: the browser is sent pixels."""
    st.markdown(IMAGES)
    with st.container(key=key("quiz.images")):
        name = key(state.field_name("viewer"))
        images = state.images
        if images is None or images.name != name:
            with st.spinner("Painting the images"):
                volumes = make_phantom(quiz_scene(image, TEACHING_GRID)).volumes
                images = state.images = CaseImages(name, volumes, tuple(_ovals()))
        show_ovals(images, images.volumes, key=name)


def _ovals() -> Iterator[DrawnOval]:
    """The report's ovals on every phase."""
    ovals = quiz_ovals(TEACHING_GRID)
    for phase in Phase:
        yield _drawn(Tissue.LESION, phase, ovals.lesion)
        yield _drawn(Tissue.LIVER, phase, ovals.liver)


def _drawn(tissue: Tissue, phase: Phase, oval: Ellipse) -> DrawnOval:
    return DrawnOval(f"{tissue}-{phase}", tissue, phase, oval.slice_index, oval.cx, oval.cy, oval.rx, oval.ry)
