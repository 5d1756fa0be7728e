"""CT images into the session: an upload, or the example."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.pixels.intake import Source
from gepnet_core.imaging.series.study import ImagingStudy, read_study
from ui.case.image_contours import by_worth
from ui.case.image_phases import open_guessed_phases
from ui.examples import example_images
from ui.progress import progress_bar
from ui.roi_viewer.drawing import Tissue
from ui.state import ImageState, case_state, contour_key, series_key
from ui.uploads import release

UPLOAD_HELP = (
    "All CT files of the examination: many files, or one zip with any folders inside, DICOMDIR or not. "
    "Contours too: RTSTRUCT, DICOM SEG, SR or NIfTI. They stay in this session's memory and nowhere else."
)


def draw_upload() -> None:
    """Offer the upload and the example; what is read goes into the session, and the uploader is cleared.

    Images replace what was open; contours alone are added to it.
    """
    case = case_state()
    as_files, as_folder = st.tabs(["Files or zip", "Folder"])
    with as_files:
        files = st.file_uploader(
            "CT images, and contours if there are any",
            accept_multiple_files=True,
            key=f"case.files.{case.upload_round}",
            help=UPLOAD_HELP,
        )
    with as_folder:
        folder = st.file_uploader(
            "A folder with CT images, and contours if there are any",
            accept_multiple_files="directory",
            key=f"case.folder.{case.upload_round}",
            help=UPLOAD_HELP,
        )
    if st.button("Open the example study", help="Three phases of a phantom, SYNTHETIC: no patient."):
        with st.spinner("Making the example"):
            sources = example_images()
        _read(sources, is_example=True)
    uploaded = [*(files or []), *(folder or [])]
    if uploaded:
        own = [Source(file.name, file.getvalue()) for file in uploaded]
        release(uploaded)
        _read(own, is_example=False)


def draw_summary(study: ImagingStudy, *, is_example: bool) -> None:
    """Say what was found, and what was set aside and why."""
    if is_example:
        st.markdown(
            ":gray-background[SYNTHETIC example: a phantom with known HU, no patient.] "
            "Draw an oval on the lesion and one on the liver in each phase."
        )
    n = len(study.series)
    st.markdown(f"{n} CT series found." if n != 1 else "One CT series found.")
    for problem in study.problems:
        st.warning(problem)
    if study.set_aside:
        n_aside = sum(aside.count for aside in study.set_aside)
        with st.expander(f"{n_aside} files set aside" if n_aside != 1 else "One file set aside"):
            for aside in study.set_aside:
                st.markdown(f"- {aside.count} x {aside.reason}")


def _read(sources: Sequence[Source], *, is_example: bool) -> None:
    """Read the headers; the images replace what was open, an error replaces nothing."""
    case = case_state()
    try:
        with progress_bar("Reading headers") as advance:
            study = read_study(sources, advance)
    except GepnetError as error:
        case.notice = str(error)
    else:
        study = replace(study, roi_files=by_worth(study.roi_files))
        if study.roi_files and not study.series and case.images.study is not None:
            _add_contours(case.images, study)
            case.notice = None
        elif study.series:
            case.images_were_replaced = case.images.study is not None
            case.images = ImageState(study=study, is_example=is_example, revision=case.images.revision + 1)
            if case.images_were_replaced:
                gc.collect()  # as in ui/state.py: nothing of the former images may stay for long
            for phase in Phase:
                st.session_state.pop(series_key(phase), None)
                for tissue in Tissue:
                    st.session_state.pop(contour_key(phase, tissue), None)
            case.notice = None
            if is_example:
                with progress_bar("Reading pixels") as advance:
                    open_guessed_phases(case.images, advance)
        else:
            case.notice = _nothing_found(study)
    case.upload_round += 1
    st.rerun()


def _add_contours(images: ImageState, added: ImagingStudy) -> None:
    """Contours that came without images belong to those that are open."""
    if images.study is not None:
        images.study = replace(images.study, roi_files=(*images.study.roi_files, *added.roi_files))
        images.loaded = None


def _nothing_found(study: ImagingStudy) -> str:
    """Why an upload gave no series."""
    reasons = [*study.problems, *(f"{aside.count} x {aside.reason}" for aside in study.set_aside)]
    listed = "\n".join(f"- {reason}" for reason in reasons)
    return f"No CT series could be read from these files. What was open stays as it was.\n\n{listed}"
