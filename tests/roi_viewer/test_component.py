"""What Python tells the browser, and what a page gets back."""

from __future__ import annotations

import gc
import json
from dataclasses import replace

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.rois.roi import RoiStatistics
from tests.roi_viewer.volumes import small_volume
from ui.roi_viewer import pixel_route
from ui.roi_viewer.component import LoadedContour, Panel, orientation_letters, roi_viewer, viewer_data
from ui.roi_viewer.drawing import DrawnOval, Tissue

OVAL = DrawnOval("r1", Tissue.LIVER, Phase.HAP, 1, 2.0, 1.5, 1.25, 1.0)
STATISTICS = RoiStatistics(3, 41.25, None, 40.0, 42.0, 41.0, 40.0, 42.0, 1.2, None, (1,))


@pytest.fixture(autouse=True)
def session(monkeypatch):
    """A session state of this test alone."""
    import streamlit as st

    state: dict[str, object] = {}
    monkeypatch.setattr(st, "session_state", state)
    return state


def data_of(*panels, **fields):
    given = {"rois": [OVAL], "revision": 3, "confirmed": {"r1": STATISTICS}, **fields}
    return viewer_data(panels, given.pop("rois"), **given)


def test_everything_is_json_and_complete() -> None:
    volume = small_volume(padding=(-2000, -1990))
    sent = json.loads(json.dumps(data_of(Panel(Phase.HAP, volume)), allow_nan=False))
    (panel,) = sent["panels"]
    assert panel["phase"] == "hap" and panel["label"] == "Hepatic artery phase"
    assert (panel["slices"], panel["rows"], panel["columns"]) == (3, 4, 5)
    assert (panel["rowSpacing"], panel["columnSpacing"]) == (0.8, 0.5)
    assert panel["positions"] == [-10.0, -7.5, -5.0] and panel["sliceSpacing"] == 2.5
    assert panel["dtype"] == "int16" and panel["padding"] == [-2000, -1990]
    assert panel["slopes"] == 1.0 and panel["intercepts"] == -1024.0
    assert sent["rois"] == [OVAL.to_json()]
    assert sent["revision"] == 3
    assert sent["confirmed"] == {"r1": {"n": 3, "mean": 41.25, "sd": None}}


def test_a_rescale_that_differs_by_slice_is_sent_by_slice() -> None:
    volume = small_volume(dtype=np.uint16, slopes=np.array([1.0, 2.0, 1.0]))
    (panel,) = data_of(Panel(Phase.HAP, volume))["panels"]
    assert panel["slopes"] == [1.0, 2.0, 1.0] and panel["dtype"] == "uint16"


def test_one_volume_keeps_its_token_over_reruns_and_each_has_its_own() -> None:
    first, second = small_volume(), small_volume()
    panels = [Panel(Phase.HAP, first), Panel(Phase.PVP, second)]
    before, after = data_of(*panels), data_of(*panels)
    assert before == after
    urls = [panel["url"] for panel in after["panels"]]
    assert urls[0] != urls[1]
    token = urls[0].removeprefix("/ct/")
    assert pixel_route.STORE.open(token, None) is first


def test_the_session_key_holds_no_pixels(session) -> None:
    volume = small_volume()
    token = data_of(Panel(Phase.HAP, volume))["panels"][0]["url"].removeprefix("/ct/")
    del volume
    gc.collect()
    assert pixel_route.STORE.open(token, None) is None
    assert all(len(tokens) == 0 for tokens in session.values())


def test_contours_are_sent_by_slice() -> None:
    contour = LoadedContour("c1", Phase.HAP, "Liver", {2: [[(0, 1), (2, 1), (2, 3)]]}, Tissue.LIVER)
    (sent,) = data_of(Panel(Phase.HAP, small_volume()), loaded=[contour])["loaded"]
    assert sent["outlines"] == {"2": [[[0.0, 1.0], [2.0, 1.0], [2.0, 3.0]]]}
    assert sent["tissue"] == "liver"


def test_letters_of_an_axial_slice() -> None:
    assert orientation_letters(small_volume().geometry) == {
        "left": "R",
        "right": "L",
        "top": "A",
        "bottom": "P",
    }
    turned = replace(small_volume().geometry, row_direction=np.array([0.0, 0.0, -1.0]))
    assert orientation_letters(turned)["left"] == "H"


def test_phases_that_lie_differently_share_no_in_plane_origin() -> None:
    flipped = small_volume(row_direction=(-1.0, 0.0, 0.0))
    panels = data_of(Panel(Phase.HAP, small_volume()), Panel(Phase.PVP, flipped))["panels"]
    assert panels[0]["origin"] == [-100.0, -90.0]
    assert panels[1]["origin"] is None


@pytest.mark.parametrize("phases", [[], [Phase.HAP, Phase.HAP]])
def test_one_to_three_phases_each_once(phases) -> None:
    with pytest.raises(ValueError, match="one to three"):
        roi_viewer([Panel(phase, small_volume()) for phase in phases], [], revision=0, confirmed={}, key="v")


def page_with_a_viewer() -> None:
    import streamlit as st

    from gepnet_core.case.phase import Phase
    from tests.roi_viewer.volumes import small_volume
    from ui.roi_viewer.component import Panel, last_drawing, roi_viewer

    if "volume" not in st.session_state:
        st.session_state.volume = small_volume()
    early = last_drawing("viewer")
    drawing = roi_viewer(
        [Panel(Phase.HAP, st.session_state.volume)], [], revision=0, confirmed={}, key="viewer"
    )
    st.text(f"{early == drawing} {drawing and len(drawing.ovals)}")


def test_a_page_mounts_it_and_reads_the_drawing_before_and_after(monkeypatch) -> None:
    monkeypatch.undo()
    page = AppTest.from_function(page_with_a_viewer, default_timeout=20).run()
    assert not page.exception
    assert page.text[0].value == "True None"
    assert page.get("bidi_component")
