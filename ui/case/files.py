"""Saving the case to a file and taking it up again: a reloaded browser page is a new session."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.errors import CaseFileError
from gepnet_core.imaging.volume import HuVolume
from gepnet_core.report.case.case_file import load_case, save_case
from gepnet_core.report.case.saved_case import (
    SavedCase,
    SavedImages,
    SavedOval,
    SavedReading,
    SavedSource,
    SavedTissue,
)
from gepnet_core.study.scope import load_scope
from ui.case.typed_hu import as_sentence
from ui.roi_viewer.drawing import DrawnOval, Tissue
from ui.state import Key, Way, case_state, hu_key, scope_key, tolerance_key
from ui.uploads import release

FILE_NAME = "gepnet-case.json"
FIELDS = {
    "cutoff": Key.CUTOFF,
    "reading_error_lesion_hu": Key.ERROR_LESION,
    "reading_error_liver_hu": Key.ERROR_LIVER,
}


def draw_case_file() -> DeltaGenerator:
    """Offer the upload of the case file; return the place of `draw_save`, beside it."""
    case = case_state()
    with st.expander("Save this case, or load one"):
        st.markdown(
            "A reloaded page starts empty. A case file keeps what you typed, the ovals and your choices; it "
            "holds no pixels and no identifiers. For ovals, open the images again; contours from files are "
            "chosen anew."
        )
        save, load = st.columns(2)
        with load:
            st.file_uploader(
                "Load a case file",
                type="json",
                key=_upload_key(),
                on_change=_load,
                max_upload_size=1,
            )
        if case.file_problem is not None:
            st.error(case.file_problem)
    return save


def draw_save() -> None:
    """Offer the download of the case as it is now."""
    try:
        data = save_case(collect_case())
    except CaseFileError as error:
        st.markdown(f"The case cannot be saved yet. {as_sentence(str(error))}")
    else:
        st.download_button(
            "Save the case", data, file_name=FILE_NAME, mime="application/json", on_click="ignore"
        )


def _upload_key() -> str:
    return f"case.file.{case_state().upload_round}"


def collect_case() -> SavedCase:
    """The session's case as it is kept in a file.

    Raises
    ------
    CaseFileError
        If a field holds something that is no number.
    """
    images = case_state().images
    pretest = _text(Key.PRETEST)
    return SavedCase(
        source=SavedSource.IMAGES if st.session_state.get(Key.WAY) == Way.IMAGES else SavedSource.TYPED,
        readings=tuple(_readings()),
        ovals=tuple(
            SavedOval(o.id, SavedTissue(o.tissue), o.phase, o.slice_index, o.cx, o.cy, o.rx, o.ry)
            for o in images.ovals
        ),
        images=tuple(fingerprint(phase, opened.volume) for phase, opened in images.phases.items()),
        reader_pattern=st.session_state.get(Key.PATTERN),
        definition=st.session_state.get(Key.DEFINITION) or PatternDefinition.LIVER_RELATIVE,
        tolerances={d: text for d in PatternDefinition if (text := _text(tolerance_key(d)))},
        pretest=None if pretest is None else _percent_to_fraction(pretest),
        scope={item: state for item in load_scope() if (state := st.session_state.get(scope_key(item)))},
        impression=st.session_state.get(Key.IMPRESSION),
        **{name: _text(key) for name, key in FIELDS.items()},
    )


def _readings() -> Iterator[SavedReading]:
    for phase in Phase:
        for tissue in Tissue:
            text = _text(hu_key(phase, tissue))
            if text is not None:
                yield SavedReading(phase, SavedTissue(tissue), text)


def _text(key: str) -> str | None:
    return (st.session_state.get(key) or "").strip() or None


def _percent_to_fraction(text: str) -> str:
    try:
        return str(Decimal(text.replace(",", ".")) / 100)
    except ArithmeticError:
        return text


def fingerprint(phase: Phase, volume: HuVolume) -> SavedImages:
    """Shape and spacing of a phase's images, by which they are known again; nothing that names anyone."""
    geometry = volume.geometry
    return SavedImages(
        phase,
        geometry.rows,
        geometry.columns,
        geometry.n_slices,
        geometry.row_spacing_mm,
        geometry.column_spacing_mm,
        geometry.slice_spacing_mm,
    )


def _load() -> None:
    """Callback of the uploader: replace the case, or say why not and replace nothing."""
    case = case_state()
    file = st.session_state.get(_upload_key())
    if file is None:
        return
    release([file])
    try:
        saved = load_case(file.getvalue())
    except CaseFileError as error:
        case.file_problem = f"{error} What you had entered stays as it was."
    else:
        case.file_problem = None
        _take(saved)
    case.upload_round += 1


def _take(saved: SavedCase) -> None:
    state = st.session_state
    state[Key.WAY] = Way.IMAGES if saved.source is SavedSource.IMAGES else Way.TYPED
    for phase in Phase:
        for tissue in Tissue:
            state[hu_key(phase, tissue)] = saved.hu_text(phase, SavedTissue(tissue)) or ""
    state[Key.PATTERN] = saved.reader_pattern
    state[Key.DEFINITION] = saved.definition
    for definition in PatternDefinition:
        state[tolerance_key(definition)] = saved.tolerances.get(definition, "")
    state[Key.PRETEST] = "" if saved.pretest is None else _fraction_to_percent(saved.pretest)
    for name, key in FIELDS.items():
        state[key] = getattr(saved, name) or ""
    for item in load_scope():
        if item in saved.scope:
            state[scope_key(item)] = saved.scope[item]
    state[Key.IMPRESSION] = saved.impression
    case = case_state()
    case.is_revealed = False
    case.pending_ovals = saved
    place_pending_ovals()


def _fraction_to_percent(text: str) -> str:
    return f"{(Decimal(text.replace(',', '.')) * 100).normalize():f}"


def place_pending_ovals() -> None:
    """Put the ovals of a loaded file onto open phases whose images have the same shape."""
    case = case_state()
    saved = case.pending_ovals
    if saved is None or not case.images.phases:
        return
    known = {entry.phase: entry for entry in saved.images}
    fitting = {
        phase
        for phase, opened in case.images.phases.items()
        if known.get(phase) == fingerprint(phase, opened.volume)
    }
    ovals = tuple(
        DrawnOval(o.id, Tissue(o.tissue), o.phase, o.slice_index, o.cx, o.cy, o.rx, o.ry)
        for o in saved.ovals
        if o.phase in fitting
    )
    case.images.replace_ovals(ovals)
    case.pending_ovals = None
    n_lost = len(saved.ovals) - len(ovals)
    if n_lost:
        case.notice = (
            f"{n_lost} ovals of the case file were not placed: the open images have another shape or spacing "
            "than those they were drawn on. Open the same series for the same phase."
        )
