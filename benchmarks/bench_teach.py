"""The enhancement lab: what a control costs, linked numbers alone and with the three phases painted anew."""

from __future__ import annotations

from collections.abc import Iterator
from unittest.mock import PropertyMock, patch

import streamlit as st
from streamlit.testing.v1 import AppTest

from benchmarks.timing import Timing, milliseconds
from gepnet_core.enhancement.preset_reading import phantom_tissues
from gepnet_core.enhancement.presets import load_presets
from gepnet_core.enhancement.settings import change_settings
from gepnet_core.enhancement.time_attenuation import simulate
from gepnet_core.imaging.phantom.enhancement import paint_enhancement, prepare_teaching_phantom
from scripts.served import ROOT
from tests.pages.case_steps import rested


def run() -> list[Timing]:
    """Curves, images, and the whole page as it answers to a slider."""
    preset = load_presets()["typical_adenocarcinoma"]
    prepared = prepare_teaching_phantom()
    values = iter(range(10_000))

    def render() -> None:
        settings = change_settings(preset.settings, {"liver.fat_percent": float(next(values) % 40)})
        tissues = phantom_tissues(simulate(settings), preset.lesion)
        paint_enhancement(prepared, tissues, settings.pixel_sd_hu)

    # Without a browser Streamlit's cookies are no cookies, and the viewer's tokens cannot be bound to them.
    with patch.object(type(st.context), "cookies", PropertyMock(return_value={})):
        pages = _page_timings(values)
    return [
        Timing("Teaching: curves and three phases anew", milliseconds(render, repeat=15), goal=300),
        *pages,
    ]


def _page_timings(values: Iterator[int]) -> list[Timing]:
    """The page as it answers; one that failed is no answer."""
    page = AppTest.from_file(str(ROOT / "ui" / "router.py"), default_timeout=60).run()
    rested(page.switch_page(str(ROOT / "pages" / "teach.py")).run())

    def move_oval() -> None:
        lab = page.session_state["teach.state"].lab
        rois = [{**oval.to_json(), "cx": oval.cx + next(values) % 2} for oval in lab.ovals]
        drawing = {"revision": lab.revision, "sequence": 1, "rois": rois}
        page.session_state["teach.lab.viewer"] = {"drawing": drawing}
        rested(page.run())

    def move_fat() -> None:
        rested(page.slider(key="teach.lab.liver.fat_percent").set_value(float(next(values) % 40)).run())

    return [
        Timing("Teaching: the page after an oval was moved", milliseconds(move_oval, repeat=9), goal=150),
        Timing("Teaching: the page after a slider was moved", milliseconds(move_fat, repeat=9), goal=300),
    ]
