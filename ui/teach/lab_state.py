"""What the enhancement lab holds in a session: preset, settings as changed, images, ovals."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from gepnet_core.case.phase import Phase
from gepnet_core.enhancement.tissues import LesionKind
from ui.roi_viewer.drawing import DrawnOval

# Types alone: the other parts of the page open without the libraries that paint images.
if TYPE_CHECKING:
    from gepnet_core.imaging.volume import HuVolume

PaintKey = tuple[tuple[tuple[str, float], ...], float, bool]
"""HU by tissue, noise and core: a phase that has the same ones is the same image."""


@dataclass(frozen=True, eq=False)
class PaintedPhase:
    """One phase of the phantom and what it was painted from."""

    key: PaintKey
    volume: HuVolume


@dataclass
class LabState:
    """The lab of one session.

    Parameters
    ----------
    preset_id : str
        Empty until the lab is opened.
    values : dict
        Every control's number by its setting's name.
    lesion : LesionKind
        The metastasis that is the phantom's lesion.
    core_is_necrotic : bool
    painted : dict of Phase to PaintedPhase
        By the phase that was scanned.
    ovals : tuple of DrawnOval
        As the student left them.
    placed : tuple of DrawnOval
        As they were placed last.
    places_ovals : bool
        Whether they are to be placed in the next run.
    revision : int
        Of the viewer.
    """

    preset_id: str = ""
    values: dict[str, float] = field(default_factory=dict)
    lesion: LesionKind = LesionKind.HYPERVASCULAR
    core_is_necrotic: bool = False
    painted: dict[Phase, PaintedPhase] = field(default_factory=dict)
    ovals: tuple[DrawnOval, ...] = ()
    placed: tuple[DrawnOval, ...] = ()
    places_ovals: bool = False
    revision: int = 0

    def place(self, ovals: tuple[DrawnOval, ...]) -> None:
        """Put ovals where they are wanted; the viewer then takes them over."""
        self.ovals = self.placed = ovals
        self.places_ovals = False
        self.revision += 1
