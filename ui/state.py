"""The case that a session holds: keys of its widgets, and what no widget holds.

Widgets keep their values over page changes (``persist_state="session"``). Everything here belongs to one
session and is gone with it.
"""

from __future__ import annotations

import gc
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import streamlit as st

from gepnet_core.case.case import ScopeState
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.report.case.saved_case import SavedCase
from gepnet_core.study.scope import load_scope
from ui.roi_viewer.drawing import DrawnOval, Tissue

# Types alone: a case that is typed starts without the libraries that read images.
if TYPE_CHECKING:
    from gepnet_core.imaging.rois.outline import Outline
    from gepnet_core.imaging.rois.roi import Roi
    from gepnet_core.imaging.rois.roi_files import LoadedRois
    from gepnet_core.imaging.series.study import ImagingStudy
    from gepnet_core.imaging.volume import HuVolume


class Way(StrEnum):
    """How the HU of a case come in."""

    TYPED = "Type HU"
    IMAGES = "Measure on images"
    TABLE = "A table of patients"


class Key(StrEnum):
    """Keys of the case's widgets in the session state."""

    WAY = "case.way"
    PATTERN = "case.pattern"
    DEFINITION = "case.definition"
    CUTOFF = "case.cutoff"
    PRETEST = "case.pretest"
    ERROR_LESION = "case.error_lesion"
    ERROR_LIVER = "case.error_liver"
    IMPRESSION_FIRST = "case.impression_first"
    IMPRESSION = "case.impression"


def hu_key(phase: Phase, tissue: Tissue) -> str:
    """Key of the text field of one HU, after the cohort table's column."""
    return f"case.{phase}_{tissue}_hu"


def scope_key(item: str) -> str:
    """Key of the answer to one scope item."""
    return f"case.scope.{item}"


def tolerance_key(definition: str) -> str:
    """Key of the tolerance of one definition."""
    return f"case.tolerance.{definition}"


def series_key(phase: Phase) -> str:
    """Key of the choice of a series for one phase."""
    return f"case.series.{phase}"


def contour_key(phase: Phase, tissue: Tissue) -> str:
    """Key of the choice of a loaded contour for one tissue on one phase."""
    return f"case.contour.{phase}.{tissue}"


def combine_key(phase: Phase, tissue: Tissue) -> str:
    """Key of the choice of how nested contours combine."""
    return f"case.combine.{phase}.{tissue}"


@dataclass
class OpenPhase:
    """One phase that the user confirmed, decoded."""

    series_key: str
    volume: HuVolume


@dataclass(frozen=True, eq=False)
class AssignedContour:
    """A loaded region that stands for a tissue, with its outlines for the viewer.

    ``chosen`` is the region of the file, ``roi`` the same with nested contours combined as the user said.
    """

    chosen: Roi
    roi: Roi
    outlines: Mapping[int, tuple[Outline, ...]]


@dataclass
class ImageState:
    """The images of a session's case and what was drawn on them."""

    study: ImagingStudy | None = None
    is_example: bool = False
    phases: dict[Phase, OpenPhase] = field(default_factory=dict)
    ovals: tuple[DrawnOval, ...] = ()
    revision: int = 0
    loaded: tuple[LoadedRois, ...] | None = None
    contour_problems: tuple[str, ...] = ()
    assigned: dict[tuple[Phase, Tissue], AssignedContour] = field(default_factory=dict)

    def replace_ovals(self, ovals: tuple[DrawnOval, ...]) -> None:
        """Set the ovals from elsewhere than the viewer, which then takes them over."""
        self.ovals = ovals
        self.revision += 1


@dataclass
class CaseState:
    """What a session holds of its case beside the widgets."""

    images: ImageState = field(default_factory=ImageState)
    upload_round: int = 0
    is_revealed: bool = False
    notice: str | None = None
    file_problem: str | None = None
    pending_ovals: SavedCase | None = None
    images_were_replaced: bool = False


def case_state() -> CaseState:
    """The case of this session; made on first use."""
    state: CaseState = st.session_state.setdefault("case", CaseState())
    return state


def start_new_case() -> None:
    """Forget everything of the case; a callback of a button.

    Each field is set empty and not deleted: the browser keeps the value of a field whose key is gone, and
    would send the former patient's again.
    """
    upload_round = case_state().upload_round
    had_images = case_state().images.study is not None
    for key in [key for key in st.session_state if str(key).startswith("case")]:
        if key != Key.WAY:
            del st.session_state[key]
    for key, empty in _empty_fields().items():
        st.session_state[key] = empty
    case_state().upload_round = upload_round + 1
    if had_images:
        gc.collect()  # pixels that only refer to each other are of the former patient still


def _empty_fields() -> dict[str, Any]:
    """Every field of a case as it stands before anything was entered."""
    texts = [Key.CUTOFF, Key.PRETEST, Key.ERROR_LESION, Key.ERROR_LIVER]
    return {
        **{hu_key(phase, tissue): "" for phase in Phase for tissue in Tissue},
        **{scope_key(item): ScopeState.UNKNOWN for item in load_scope()},
        **{tolerance_key(definition): "" for definition in PatternDefinition},
        **{str(key): "" for key in texts},
        Key.PATTERN: None,
        Key.DEFINITION: PatternDefinition.LIVER_RELATIVE,
        Key.IMPRESSION: None,
        Key.IMPRESSION_FIRST: False,
    }
