"""Page of the demonstration: three synthetic phases in the viewer, and Python's own numbers beside it."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np
import streamlit as st

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.geometry import VolumeGeometry
from gepnet_core.imaging.roi import RoiStatistics
from gepnet_core.imaging.volume import HuVolume
from ui.roi_viewer.component import LoadedContour, Panel, last_drawing, roi_viewer
from ui.roi_viewer.drawing import DrawnOval, Tissue

LIVER_HU = {Phase.HAP: 72, Phase.PVP: 112, Phase.EP: 95}
LESION_HU = {Phase.HAP: 96, Phase.PVP: 84, Phase.EP: 80}


def synthetic_volume(phase: Phase, slices: int = 60, size: int = 512, seed: int = 7) -> HuVolume:
    """An oval body with a liver, one lesion, vessels and spine; noise of 11 HU; HU = stored - 1024."""
    random = np.random.default_rng(seed + list(Phase).index(phase))
    row, column = np.mgrid[0:size, 0:size] / size - 0.5
    noise = random.normal(0, 11, size=(8, size, size))
    stored = np.empty((slices, size, size), dtype=np.int16)
    for k in range(slices):
        z = k / max(slices - 1, 1) - 0.5
        hu = np.full((size, size), -1000.0)
        body = (column / 0.42) ** 2 + (row / 0.32) ** 2 <= 1
        hu[body] = -95
        inner = (column / 0.39) ** 2 + (row / 0.29) ** 2 <= 1
        hu[inner] = 42
        reach = max(0.05, 1 - (2.0 * z) ** 2)
        liver = ((column + 0.15) / (0.22 * reach)) ** 2 + ((row + 0.03) / (0.21 * reach)) ** 2 <= 1
        hu[liver & inner] = LIVER_HU[phase]
        away = (column + 0.2) ** 2 + (row + 0.04) ** 2 + (0.6 * z) ** 2
        hu[(away <= 0.055**2) & liver] = LESION_HU[phase]
        for x, y, radius, value in (
            (-0.02, 0.1, 0.022, 330),
            (0.04, 0.08, 0.02, 140),
            (-0.1, -0.05, 0.012, 150),
        ):
            vessel = value * {Phase.HAP: 1.0, Phase.PVP: 0.55, Phase.EP: 0.45}[phase]
            hu[(column - x) ** 2 + (row - y) ** 2 <= radius**2] = max(vessel, 60)
        hu[(column / 0.05) ** 2 + ((row - 0.18) / 0.05) ** 2 <= 1] = 420
        hu += noise[k % 8]
        stored[k] = np.clip(np.rint(hu + 1024), 0, 4095)
        stored[k][(column**2 + row**2) > 0.25] = -2000
    origins = np.column_stack(
        [np.full(slices, -180.0), np.full(slices, -180.0), -150.0 + 3.0 * np.arange(slices)]
    )
    geometry = VolumeGeometry(
        origins_mm=origins,
        row_direction=np.array([1.0, 0.0, 0.0]),
        column_direction=np.array([0.0, 1.0, 0.0]),
        row_spacing_mm=0.7,
        column_spacing_mm=0.7,
        rows=size,
        columns=size,
        slice_thickness_mm=3.0,
    )
    return HuVolume(
        stored=stored,
        slopes=np.ones(slices),
        intercepts=np.full(slices, -1024.0),
        geometry=geometry,
        padding=(-2000, -2000),
    )


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
    st.subheader("Viewer demonstration")
    if st.button("Replace by an example"):
        state.revision += 1
        state.ovals = (
            DrawnOval("x1", Tissue.LESION, Phase.HAP, 30, 153.0, 235.0, 20.0, 20.0),
            DrawnOval("x2", Tissue.LIVER, Phase.HAP, 30, 210.0, 300.0, 18.0, 14.0),
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
        from dataclasses import replace

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
