"""Regions on the open phases: drawn in the viewer or loaded, measured, and handed on as readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

import streamlit as st

from gepnet_core.case.measurement import Measurement
from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.rois.reading import reading_of
from gepnet_core.imaging.rois.roi import Roi, RoiStatistics
from gepnet_core.imaging.rois.roi_statistics import measure_pooled, measure_roi
from ui.case.image_phases import chosen_series
from ui.case.typed_hu import HuInput
from ui.roi_viewer.component import LoadedContour, Panel, last_drawing, roi_viewer
from ui.roi_viewer.drawing import DrawnOval, Tissue
from ui.state import AssignedContour, ImageState
from ui.study_table import plain_table, scroll_region

if TYPE_CHECKING:
    from gepnet_core.imaging.volume import HuVolume

VIEWER_KEY = "case.viewer"
STATISTICS = (
    *("Phase", "Tissue", "Regions", "n", "Mean HU", "SD"),
    *("Median", "Min to max", "P5 to P95", "Area mm²"),
)

Assigned = Mapping[tuple[Phase, Tissue], AssignedContour]


class HeldOvals(Protocol):
    """Where a session keeps what was drawn, such as `ImageState`; ``revision`` is that of the viewer."""

    ovals: tuple[DrawnOval, ...]
    revision: int


@dataclass(frozen=True)
class MeasuredTissue:
    """One tissue on one phase: its regions pooled, or why they could not be measured."""

    phase: Phase
    tissue: Tissue
    n_regions: int
    is_loaded: bool
    statistics: RoiStatistics | None
    problem: str | None


def measure_on_images(state: ImageState) -> HuInput:
    """Draw the viewer and the table of measured regions; return the measurements."""
    volumes = {phase: opened.volume for phase, opened in state.phases.items()}
    joined = measure_drawn(
        state, volumes, key=VIEWER_KEY, assigned=state.assigned, is_synthetic=state.is_example
    )
    if chosen_series() != {phase: opened.series_key for phase, opened in state.phases.items()}:
        # The boxes above say another series than the one measured: no result may stand beside them.
        note = 'The chosen series are not open yet. Press "Open these phases", or choose those that were.'
        return HuInput({}, (note, *joined.problems), state.is_example)
    return joined


def measure_drawn(
    held: HeldOvals,
    volumes: Mapping[Phase, HuVolume],
    *,
    key: str,
    assigned: Assigned = MappingProxyType({}),
    is_synthetic: bool,
) -> HuInput:
    """Draw the viewer on any volumes, and the table of what was measured; return the measurements.

    Parameters
    ----------
    held : HeldOvals
        Takes over what was drawn last on its revision.
    volumes : mapping of Phase to HuVolume
        Those that are open; the caller keeps them alive.
    key : str
        Of the viewer.
    assigned : mapping of phase and tissue to AssignedContour, optional
        Loaded regions, which stand for a tissue in place of drawn ovals.
    is_synthetic : bool
    """
    show_ovals(held, volumes, key=key, assigned=assigned)
    tissues = []
    for phase in (phase for phase in Phase if phase in volumes):
        for tissue in Tissue:
            regions, is_loaded = _regions(held.ovals, assigned, phase, tissue)
            tissues.append(_measure(volumes[phase], phase, tissue, regions, is_loaded=is_loaded))
    _draw_table(tissues)
    return _join(tissues, is_synthetic=is_synthetic)


def show_ovals(
    held: HeldOvals,
    volumes: Mapping[Phase, HuVolume],
    *,
    key: str,
    assigned: Assigned = MappingProxyType({}),
) -> None:
    """Draw the viewer alone; parameters as of `measure_drawn`."""
    drawing = last_drawing(key)
    if drawing is not None and drawing.revision == held.revision:
        held.ovals = tuple(oval for oval in drawing.ovals if oval.phase in volumes)
    roi_viewer(
        [Panel(phase, volumes[phase]) for phase in Phase if phase in volumes],
        held.ovals,
        revision=held.revision,
        confirmed=dict(_confirm(held.ovals, volumes)),
        key=key,
        loaded=[
            LoadedContour(f"{phase}-{tissue}", phase, tissue.capitalize(), contour.outlines, tissue)
            for (phase, tissue), contour in assigned.items()
            if phase in volumes
        ],
    )


def _confirm(
    ovals: Sequence[DrawnOval], volumes: Mapping[Phase, HuVolume]
) -> Iterator[tuple[str, RoiStatistics]]:
    """The library's own numbers for each oval; one that cannot be measured has none."""
    for oval in ovals:
        try:
            yield oval.id, measure_roi(volumes[oval.phase], oval.to_roi())
        except GepnetError:
            continue  # its problem is told where its tissue is measured


def _regions(
    ovals: Sequence[DrawnOval], assigned: Assigned, phase: Phase, tissue: Tissue
) -> tuple[Sequence[Roi], bool]:
    """The regions of a tissue: the loaded one where one is assigned, else the drawn ovals."""
    loaded = assigned.get((phase, tissue))
    if loaded is not None:
        return [loaded.roi], True
    return [oval.to_roi() for oval in ovals if (oval.phase, oval.tissue) == (phase, tissue)], False


def _measure(
    volume: HuVolume, phase: Phase, tissue: Tissue, regions: Sequence[Roi], *, is_loaded: bool
) -> MeasuredTissue:
    statistics = problem = None
    if regions:
        try:
            statistics = measure_pooled(volume, regions)
        except GepnetError as error:
            problem = str(error)
    return MeasuredTissue(phase, tissue, len(regions), is_loaded, statistics, problem)


def _join(tissues: Sequence[MeasuredTissue], *, is_synthetic: bool) -> HuInput:
    """Lesion and liver of each phase as a measurement, and what still lacks."""
    measurements: dict[Phase, Measurement] = {}
    problems = [
        f"{tissue.tissue.capitalize()}, {tissue.phase.label}: {tissue.problem}"
        for tissue in tissues
        if tissue.problem is not None
    ]
    by_phase: dict[Phase, Mapping[Tissue, MeasuredTissue]] = {}
    for measured in tissues:
        by_phase[measured.phase] = {**by_phase.get(measured.phase, {}), measured.tissue: measured}
    for phase, pair in by_phase.items():
        lesion, liver = pair[Tissue.LESION], pair[Tissue.LIVER]
        if lesion.statistics is not None and liver.statistics is not None:
            try:
                measurements[phase] = Measurement(
                    phase,
                    reading_of(lesion.statistics, lesion.n_regions),
                    reading_of(liver.statistics, liver.n_regions),
                )
            except GepnetError as error:
                problems.append(str(error))
        elif (lesion.statistics is None) != (liver.statistics is None) and not (
            lesion.problem or liver.problem
        ):
            missing = Tissue.LESION if lesion.statistics is None else Tissue.LIVER
            problems.append(f"The {missing} has no region yet in the {phase.label}.")
    return HuInput(measurements, tuple(problems), is_synthetic)


def _draw_table(tissues: Sequence[MeasuredTissue]) -> None:
    """What was measured by tissue, every number that a reader may want to check."""
    rows = [row for row in map(_row, tissues) if row is not None]
    if not rows:
        return
    pooled = [f"{t.tissue} {t.phase.upper()}" for t in tissues if t.n_regions > 1 and not t.is_loaded]
    if pooled:
        st.markdown(f"Several ovals of one tissue are pooled, each pixel counted once: {', '.join(pooled)}.")
    title = "All statistics by tissue: median, percentiles, area"
    with st.expander(title):
        st.html(scroll_region(title, plain_table(STATISTICS, rows, "gp-numbers"), "gp-behind"))


def _row(tissue: MeasuredTissue) -> tuple[str, ...] | None:
    if tissue.statistics is None:
        return None
    s = tissue.statistics
    regions = (
        "1 loaded"
        if tissue.is_loaded
        else "1 drawn"
        if tissue.n_regions == 1
        else f"{tissue.n_regions} pooled"
    )
    sd = "" if s.sd_hu is None else f"{s.sd_hu:.1f}"
    area = "several slices" if s.area_mm2 is None else f"{s.area_mm2:.0f}"
    return (
        *(tissue.phase.upper(), tissue.tissue.capitalize(), regions, str(s.n), f"{s.mean_hu:.1f}", sd),
        *(
            f"{s.median_hu:.1f}",
            f"{s.min_hu:.0f} to {s.max_hu:.0f}",
            f"{s.p5_hu:.1f} to {s.p95_hu:.1f}",
            area,
        ),
    )
