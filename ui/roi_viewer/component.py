"""The viewer as a page calls it."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.geometry import FloatArray, VolumeGeometry
from gepnet_core.imaging.rois.roi import RoiStatistics
from gepnet_core.imaging.volume import HuVolume
from ui.roi_viewer import pixel_route
from ui.roi_viewer.assets import FOLDER, entry_url
from ui.roi_viewer.base_path import base_path
from ui.roi_viewer.drawing import Drawing, DrawnOval, Tissue, validate_drawing
from ui.roi_viewer.measure_route import numbers

MAX_PANELS = 3
_TOKENS_KEY = "_roi_viewer_tokens"

_mount = st.components.v2.component(
    "gepnet_roi_viewer",
    js=(FOLDER / "entry.js").read_text(encoding="utf-8"),
    css=(FOLDER / "viewer.css").read_text(encoding="utf-8"),
)


@dataclass(frozen=True)
class Panel:
    """One phase to show. The caller keeps the volume alive; the viewer holds it weakly."""

    phase: Phase
    volume: HuVolume


@dataclass(frozen=True)
class LoadedContour:
    """A contour read from a file, drawn read-only.

    ``outlines`` maps a slice index to closed outlines of ``(x, y)`` in pixels, centres on integers.
    """

    id: str
    phase: Phase
    label: str = field(repr=False)
    outlines: Mapping[int, Sequence[Sequence[tuple[float, float]]]] = field(repr=False)
    tissue: Tissue | None = None


def roi_viewer(
    panels: Sequence[Panel],
    rois: Sequence[DrawnOval],
    *,
    revision: int,
    confirmed: Mapping[str, RoiStatistics],
    key: str,
    loaded: Sequence[LoadedContour] = (),
    on_change: Callable[[], None] | None = None,
) -> Drawing | None:
    """Show one to three phases and return what was drawn on them last.

    Parameters
    ----------
    panels : sequence of Panel
        One to three, each phase once.
    rois : sequence of DrawnOval
        Taken over by the browser when it mounts and whenever ``revision`` rises; else it keeps its own.
    revision : int
        Raise it whenever the ROIs were replaced by anything but the drawing returned here.
    confirmed : mapping of oval id to RoiStatistics
        Python's own numbers for ``rois``; the viewer compares its live ones with them.
    key : str
        Key of the component in the session state.
    loaded : sequence of LoadedContour
    on_change : callable, optional
        Runs before the script when something was drawn; `last_drawing` gives it then already.

    Returns
    -------
    Drawing or None
        None until something was drawn since the component mounted.

    Raises
    ------
    DrawingError
        What the browser sent is no drawing.
    """
    if not 1 <= len(panels) <= MAX_PANELS or len({panel.phase for panel in panels}) != len(panels):
        raise ValueError("roi_viewer takes one to three panels, each phase once")
    result = _mount(
        key=key,
        data=viewer_data(panels, rois, revision=revision, confirmed=confirmed, loaded=loaded),
        on_drawing_change=on_change if on_change is not None else _no_callback,
    )
    drawing = result.get("drawing")
    return None if drawing is None else validate_drawing(drawing)


def last_drawing(key: str) -> Drawing | None:
    """What `roi_viewer` will return in this run, before it is called.

    With it a page measures first and hands the confirmed numbers to the viewer in the same run.
    """
    state = st.session_state.get(key)
    drawing = state.get("drawing") if isinstance(state, Mapping) else None
    return None if drawing is None else validate_drawing(drawing)


def viewer_data(
    panels: Sequence[Panel],
    rois: Sequence[DrawnOval],
    *,
    revision: int,
    confirmed: Mapping[str, RoiStatistics],
    loaded: Sequence[LoadedContour] = (),
) -> dict[str, Any]:
    """What the component's JavaScript is given. Equal input gives equal output within a session."""
    first = panels[0].volume.geometry
    return {
        "module": entry_url(),
        "panels": [_panel_data(panel, first) for panel in panels],
        "rois": [oval.to_json() for oval in rois],
        "loaded": [
            {
                "id": contour.id,
                "tissue": contour.tissue.value if contour.tissue is not None else None,
                "phase": contour.phase.value,
                "label": contour.label,
                "outlines": {
                    str(index): [[[float(x), float(y)] for x, y in outline] for outline in outlines]
                    for index, outlines in contour.outlines.items()
                },
            }
            for contour in loaded
        ],
        "revision": revision,
        "confirmed": {identity: numbers(statistics) for identity, statistics in confirmed.items()},
    }


def _panel_data(panel: Panel, first: VolumeGeometry) -> dict[str, Any]:
    volume, geometry = panel.volume, panel.volume.geometry
    label = panel.phase.label
    return {
        "phase": panel.phase.value,
        "label": label[0].upper() + label[1:],
        "url": f"{base_path()}/{pixel_route.PIXEL_PATH}/{_token(volume)}",
        "slices": volume.n_slices,
        "rows": int(volume.stored.shape[1]),
        "columns": int(volume.stored.shape[2]),
        "rowSpacing": geometry.row_spacing_mm,
        "columnSpacing": geometry.column_spacing_mm,
        "sliceSpacing": geometry.slice_spacing_mm,
        "positions": [float(position) for position in geometry.slice_positions_mm],
        "dtype": "int16" if volume.stored.dtype.kind == "i" else "uint16",
        "slopes": _per_slice(volume.slopes),
        "intercepts": _per_slice(volume.intercepts),
        "padding": None if volume.padding is None else [int(value) for value in volume.padding],
        "origin": _in_plane_origin(geometry, first),
        "letters": orientation_letters(geometry),
    }


def _token(volume: HuVolume) -> str:
    tokens: weakref.WeakKeyDictionary[HuVolume, str]
    tokens = st.session_state.setdefault(_TOKENS_KEY, weakref.WeakKeyDictionary())
    browser = st.context.cookies.get(pixel_route.BROWSER_COOKIE)
    token = tokens.get(volume)
    if token is None or not pixel_route.STORE.renew(token, volume, browser):
        token = pixel_route.STORE.issue(volume, browser)
        tokens[volume] = token
    return token


def _per_slice(values: FloatArray) -> float | list[float]:
    """One number where all slices share it, which is the usual case; else one a slice."""
    if np.all(values == values[0]):
        return float(values[0])
    return [float(value) for value in values]


def _in_plane_origin(geometry: VolumeGeometry, first: VolumeGeometry) -> list[float] | None:
    """(u, v) in mm of the first pixel along rows and columns; None where the phases lie differently."""
    same = np.allclose(geometry.row_direction, first.row_direction, atol=1e-3) and np.allclose(
        geometry.column_direction, first.column_direction, atol=1e-3
    )
    if not same:
        return None
    origin = geometry.origins_mm[0]
    return [float(origin @ geometry.row_direction), float(origin @ geometry.column_direction)]


def orientation_letters(geometry: VolumeGeometry) -> dict[str, str]:
    """Letter at each edge of the image: the patient's side that lies there.

    LPS: increasing x runs to the patient's left, y to posterior, z to the head (DICOM PS3.3 C.7.6.2.1.1).
    """
    right, left = _letter(geometry.row_direction), _letter(-geometry.row_direction)
    bottom, top = _letter(geometry.column_direction), _letter(-geometry.column_direction)
    return {"left": left, "right": right, "top": top, "bottom": bottom}


def _letter(direction: FloatArray) -> str:
    axis = int(np.abs(direction).argmax())
    return ("RL", "AP", "FH")[axis][int(direction[axis] > 0)]


def _no_callback() -> None:
    """The component's state is registered by its callback's name, so there has to be one."""
