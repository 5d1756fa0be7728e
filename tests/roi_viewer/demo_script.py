"""Page of the demonstration: three synthetic phases in the viewer, and Python's own numbers beside it."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import streamlit as st

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.rois.roi import RoiStatistics
from gepnet_core.imaging.volume import HuVolume
from tests.roi_viewer.volumes import synthetic_volume
from ui.roi_viewer.component import LoadedContour, Panel, last_drawing, roi_viewer
from ui.roi_viewer.drawing import DrawnOval, Tissue


def measure(volume: HuVolume, oval: DrawnOval) -> RoiStatistics | None:
    """The oval's statistics straight from NumPy."""
    row, column = np.mgrid[0 : volume.stored.shape[1], 0 : volume.stored.shape[2]]
    dx, dy = (column - oval.cx) / oval.rx, (row - oval.cy) / oval.ry
    inside = (dx * dx + dy * dy <= 1) & volume.is_measured(oval.slice_index)
    hu = volume.hu(oval.slice_index)[inside]
    if hu.size == 0:
        return None
    return RoiStatistics(
        n=int(hu.size),
        mean_hu=float(hu.mean()),
        sd_hu=float(hu.std(ddof=1)) if hu.size > 1 else None,
        min_hu=float(hu.min()),
        max_hu=float(hu.max()),
        median_hu=float(np.median(hu)),
        p5_hu=float(np.percentile(hu, 5)),
        p95_hu=float(np.percentile(hu, 95)),
        area_mm2=float(hu.size * volume.geometry.pixel_area_mm2),
        volume_mm3=None,
        slices=(oval.slice_index,),
    )


def page_viewer() -> None:
    state = st.session_state
    if "volumes" not in state:
        count = int(st.query_params.get("phases", "3"))
        state.volumes = {phase: synthetic_volume(phase) for phase in list(Phase)[:count]}
        state.ovals, state.revision, state.runs = (), 0, 0
    state.runs += 1
    if state.runs > 1:
        time.sleep(float(st.query_params.get("slow", "0")))
    st.subheader("Viewer demonstration")
    if st.button("Repaint"):
        # Others with the same pixels: the viewer cannot know.
        state.volumes = {phase: replace(volume) for phase, volume in state.volumes.items()}
    if st.button("Replace by an example"):
        state.revision += 1
        state.ovals = (
            DrawnOval("x1", Tissue.LESION, Phase.HAP, 12, 153.0, 235.0, 20.0, 20.0),
            DrawnOval("x2", Tissue.LIVER, Phase.HAP, 12, 210.0, 300.0, 18.0, 14.0),
        )
    drawing = last_drawing("demo")
    if drawing is not None and drawing.revision == state.revision:
        state.ovals = drawing.ovals
    confirmed = {}
    for oval in state.ovals:
        statistics = measure(state.volumes[oval.phase], oval)
        if statistics is not None:
            confirmed[oval.id] = statistics
    if st.query_params.get("wrong"):
        confirmed = {key: replace(value, mean_hu=value.mean_hu + 1) for key, value in confirmed.items()}
    outline = [(90, 180), (240, 190), (250, 320), (120, 340)]
    loaded = [LoadedContour("c1", Phase.PVP, "Liver, RTSTRUCT", {30: [outline]}, Tissue.LIVER)]
    roi_viewer(
        [Panel(phase, volume) for phase, volume in state.volumes.items()],
        state.ovals,
        revision=state.revision,
        confirmed=confirmed,
        key="demo",
        loaded=loaded if st.query_params.get("loaded") else (),
    )
    lines = [
        f"{oval.id} {oval.tissue} {oval.phase} slice {oval.slice_index} n={confirmed[oval.id].n} "
        f"mean={confirmed[oval.id].mean_hu:.6f} sd={confirmed[oval.id].sd_hu or 0:.6f}"
        for oval in state.ovals
        if oval.id in confirmed
    ]
    st.text("Python: " + ("; ".join(lines) or "nothing"))
    st.button("Rerun")
    st.text(f"runs={state.runs}")


def page_other() -> None:
    st.subheader("Another page")


st.set_page_config(page_title="Viewer demonstration", layout="wide")
st.navigation(
    [
        st.Page(page_viewer, title="Viewer", url_path="viewer", default=True),
        st.Page(page_other, title="Other", url_path="other"),
    ]
).run()
