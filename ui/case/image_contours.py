"""Contours that came with the images: which of them is the lesion, which the liver."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

import streamlit as st

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.rois.outline import outlines
from gepnet_core.imaging.rois.roi import Combine, Roi, RoiSource
from gepnet_core.imaging.rois.roi_files import LoadedRois, read_rois
from gepnet_core.imaging.rois.roi_statistics import roi_alternatives
from gepnet_core.imaging.rois.roi_warnings import split_warning
from gepnet_core.imaging.series.study import ImagingStudy, RoiFile
from gepnet_core.imaging.volume import HuVolume
from ui.progress import progress_bar
from ui.roi_viewer.drawing import Tissue
from ui.state import AssignedContour, ImageState, combine_key, contour_key

KINDS = {
    RoiSource.RTSTRUCT: "RTSTRUCT",
    RoiSource.SEG: "DICOM SEG",
    RoiSource.SR: "DICOM SR",
    RoiSource.NIFTI: "NIfTI",
}


def by_worth(files: Sequence[RoiFile]) -> tuple[RoiFile, ...]:
    """The files of one upload, those that say most of a region first.

    Files of a later upload go behind: what was chosen by its place in the list stays what it was.
    """
    return tuple(sorted(files, key=lambda file: list(KINDS).index(file.kind)))


def draw_contours(state: ImageState) -> None:
    """Read the contours once and offer them for each open phase and tissue."""
    if state.study is None or not state.study.roi_files:
        return
    if state.loaded is None:
        _read(state, state.study)
    for problem in state.contour_problems:
        st.warning(problem)
    offered = {
        phase: [
            roi
            for loaded in state.loaded or ()
            if loaded.series_key == state.phases[phase].series_key
            for roi in loaded.rois
        ]
        for phase in state.phases
    }
    if not any(offered.values()):
        return
    st.markdown("**Contours from files** :small[used instead of drawn ovals where chosen]")
    open_series = {opened.series_key for opened in state.phases.values()}
    for note in _notes(loaded for loaded in state.loaded or () if loaded.series_key in open_series):
        st.caption(f":orange[{note}]")
    for phase, rois in offered.items():
        if not rois:
            continue
        columns = st.columns(2)
        for tissue, column in zip(Tissue, columns, strict=True):
            with column:
                _choose(state, phase, tissue, rois)


def _notes(loaded: Iterable[LoadedRois]) -> Iterator[str]:
    """What is to be known of the files whose regions are offered, once each."""
    return iter(dict.fromkeys(split_warning(text)[1] for one in loaded for text in one.warnings))


def _choose(state: ImageState, phase: Phase, tissue: Tissue, rois: list[Roi]) -> None:
    index = st.selectbox(
        f"{tissue.capitalize()}, {phase.label}",
        range(len(rois)),
        index=None,
        format_func=lambda i: f"{rois[i].name} ({KINDS[rois[i].source]})",
        key=contour_key(phase, tissue),
        persist_state="session",
        placeholder="Drawn ovals",
    )
    place = phase, tissue
    if index is None:
        state.assigned.pop(place, None)
        return
    chosen = rois[index]
    known = state.assigned.get(place)
    if known is None or known.chosen is not chosen:
        known = state.assigned[place] = AssignedContour(chosen, chosen, outlines(chosen))
    if chosen.combine_is_ambiguous:
        combine = _choose_combination(state.phases[phase].volume, chosen, combine_key(phase, tissue))
        if combine is not known.roi.combine:
            state.assigned[place] = replace(known, roi=replace(chosen, combine=combine))


def _choose_combination(volume: HuVolume, roi: Roi, key: str) -> Combine:
    """Nested contours are read in two ways in practice; both numbers stand beside the choice."""
    offered = {combine: (n, mean) for combine, n, mean in roi_alternatives(volume, roi)}
    words = {Combine.UNION: "filled", Combine.XOR: "with holes"}
    combine = st.radio(
        "Contours lie inside one another",
        list(offered),
        index=list(offered).index(roi.combine),
        format_func=lambda c: f"{words[c]}: n {offered[c][0]}, mean {offered[c][1]:.1f} HU",
        key=key,
        persist_state="session",
        help="The file does not say whether inner contours are holes. Choose what its author meant.",
    )
    return combine or roi.combine


def _read(state: ImageState, study: ImagingStudy) -> None:
    files = study.roi_files
    loaded: list[LoadedRois] = []
    problems: list[str] = []
    with progress_bar("Reading contours") as advance:
        for done, file in enumerate(files):
            advance(done, len(files))
            try:
                loaded.extend(read_rois(file, study.series, [other for other in files if other is not file]))
            except GepnetError as error:
                problems.append(f"{KINDS[file.kind]}: {error}")
    state.loaded, state.contour_problems = tuple(loaded), tuple(problems)
