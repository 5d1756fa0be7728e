"""The teaching phantom repainted from HU by tissue and phase, and where careful and careless ovals lie on it.

It takes plain HU and knows nothing of where they come from. The anatomy is prepared once (seconds) and holds
a necrotic core and a portal vein branch beside the lesion for every lesson: a core that is not necrotic is
painted as lesion. A change of HU then repaints labels and adds the prepared noise (some tens of
milliseconds).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import cache
from types import MappingProxyType

import numpy as np

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.phantom.phantom import (
    TEACHING_GRID,
    Phantom,
    PhantomScene,
    PhaseEnhancement,
    PreparedPhantom,
    paint,
    prepare,
    read_scene,
)
from gepnet_core.imaging.phantom.tissue import Tissue
from gepnet_core.imaging.phantom.truth import place_ovals
from gepnet_core.imaging.phantom.voxels import PhantomGrid, PhantomLayout, PhantomVoxels
from gepnet_core.imaging.rois.rasterise import ellipse_mask
from gepnet_core.imaging.rois.roi import Ellipse

# Radius of the core as a part of the lesion's.
CORE_SHARE = 0.65
REQUIRED_TISSUES = ("lesion", "liver", "artery", "portal_vein")
# An eighth of a HU: rounding moves a ratio by less than 0.001, as much as the third decimal shows.
_HU_STEP = 0.125
_WHOLE_LESION_SHARE = 0.75
_TUMOUR_SHARE = 0.6
# The oval over the lesion's inner edge, in mm: its centre inside the edge, and its radii.
_EDGE_OVAL_MM = (2.0, 9.0, 8.0)


@dataclass(frozen=True)
class TeachingOvals:
    """Ovals on the lesion's slice.

    Parameters
    ----------
    tumour : Ellipse
        Tissue that enhances alone: in the middle, or in the rim where the core is necrotic.
    whole_lesion : Ellipse
        Core and rim.
    tumour_and_vessel : Ellipse
        Across the edge: lesion, the portal vein branch beside it, and some liver.
    liver : Ellipse
        Liver without vessels.
    """

    tumour: Ellipse
    whole_lesion: Ellipse
    tumour_and_vessel: Ellipse
    liver: Ellipse

    def lesion_oval(self, name: str) -> Ellipse:
        """One of the lesion's ovals by its name here.

        Raises
        ------
        GepnetError
            If there is none of the name.
        """
        named = {
            "tumour": self.tumour,
            "whole_lesion": self.whole_lesion,
            "tumour_and_vessel": self.tumour_and_vessel,
        }
        if name not in named:
            raise GepnetError("There is no such oval", got=name, allowed=", ".join(named))
        return named[name]


def teaching_layout(grid: PhantomGrid = TEACHING_GRID) -> PhantomLayout:
    """The anatomy of every lesson."""
    return PhantomLayout(grid=grid, necrotic_core=CORE_SHARE, vessel_beside_lesion=True)


@cache
def _background() -> Mapping[Phase, PhaseEnhancement]:
    """Organs that the lessons leave as they are, from data/examples/phantom.toml."""
    return read_scene("net").phases


def enhanced_scene(
    tissue_hu: Mapping[Phase, Mapping[str, float]],
    noise_sd_hu: float,
    *,
    core_is_necrotic: bool = False,
    seed: int = 1,
    grid: PhantomGrid = TEACHING_GRID,
) -> PhantomScene:
    """The teaching phantom with HU by tissue and phase.

    Parameters
    ----------
    tissue_hu : mapping of Phase to mapping of tissue to HU
        Tissues are named as the fields of `PhaseEnhancement`; lesion, liver, artery and portal_vein are
        required, others keep the phantom's own HU. Absolute HU, steatosis included.
    noise_sd_hu : float
    core_is_necrotic : bool
        False paints the core as lesion.
    seed : int
        Of the noise.
    grid : PhantomGrid

    Returns
    -------
    PhantomScene
        For `prepare` once and `paint` at every change.

    Raises
    ------
    GepnetError
        If a required tissue is missing, a name is no tissue, or a number is out of range.
    """
    known = {item.name for item in fields(PhaseEnhancement)}
    phases = {}
    for phase, values in tissue_hu.items():
        missing = [name for name in REQUIRED_TISSUES if name not in values]
        unknown = sorted(set(values) - known)
        if missing or unknown:
            raise GepnetError(
                f"The tissues of the phantom's {phase.label} do not fit",
                got=", ".join([*(f"no {name}" for name in missing), *unknown]),
                allowed=", ".join(sorted(known)),
            )
        painted = dict(values)
        if not core_is_necrotic:
            painted["necrosis"] = values["lesion"]
        phases[phase] = replace(_background()[phase], **painted)
    return PhantomScene(phases, teaching_layout(grid), noise_sd_hu=noise_sd_hu, hu_step=_HU_STEP, seed=seed)


def prepare_teaching_phantom(seed: int = 1, grid: PhantomGrid = TEACHING_GRID) -> PreparedPhantom:
    """Anatomy and unit noise of all phases: keep it while HU and the noise's SD change."""
    scene = PhantomScene(_background(), teaching_layout(grid), noise_sd_hu=1.0, hu_step=_HU_STEP, seed=seed)
    return prepare(scene)


def paint_enhancement(
    prepared: PreparedPhantom,
    tissue_hu: Mapping[Phase, Mapping[str, float]],
    noise_sd_hu: float,
    *,
    core_is_necrotic: bool = False,
) -> Phantom:
    """Repaint the prepared phantom; parameters and errors as of `enhanced_scene`."""
    scene = enhanced_scene(
        tissue_hu,
        noise_sd_hu,
        core_is_necrotic=core_is_necrotic,
        seed=prepared.seed,
        grid=prepared.voxels.layout.grid,
    )
    return paint(prepared, scene)


def teaching_ovals(prepared: PreparedPhantom, *, core_is_necrotic: bool = False) -> TeachingOvals:
    """Where the ovals of a lesson lie; they depend on the anatomy alone."""
    voxels = prepared.voxels
    truth = place_ovals(voxels, {})
    geometry, lesion = voxels.geometry, voxels.layout.lesions[0]
    slice_index = truth.lesion.oval.slice_index
    columns_per_mm, rows_per_mm = 1.0 / geometry.column_spacing_mm, 1.0 / geometry.row_spacing_mm

    def oval(x_mm: float, radius_x_mm: float, radius_y_mm: float) -> Ellipse:
        return Ellipse(
            slice_index,
            round((x_mm - float(geometry.origins_mm[0, 0])) * columns_per_mm, 2),
            round((lesion.centre_mm[1] - float(geometry.origins_mm[0, 1])) * rows_per_mm, 2),
            round(radius_x_mm * columns_per_mm, 2),
            round(radius_y_mm * rows_per_mm, 2),
        )

    centre_x_mm, (radius_x_mm, radius_y_mm, _) = lesion.centre_mm[0], lesion.radii_mm
    middle = oval(centre_x_mm, _TUMOUR_SHARE * radius_x_mm, _TUMOUR_SHARE * radius_y_mm)
    inside_mm, edge_x_mm, edge_y_mm = _EDGE_OVAL_MM
    return TeachingOvals(
        tumour=truth.lesion.oval if core_is_necrotic else middle,
        whole_lesion=oval(centre_x_mm, _WHOLE_LESION_SHARE * radius_x_mm, _WHOLE_LESION_SHARE * radius_y_mm),
        tumour_and_vessel=oval(centre_x_mm + radius_x_mm - inside_mm, edge_x_mm, edge_y_mm),
        liver=truth.liver.oval,
    )


def tissue_shares(voxels: PhantomVoxels, oval: Ellipse) -> Mapping[str, float]:
    """Parts of an oval by tissue, voxels of two tissues counted in part; they sum to 1.

    The mean HU before noise is the sum of part times HU.
    """
    grid = voxels.layout.grid
    inside = ellipse_mask(oval, grid.rows, grid.columns)
    rows, columns = np.nonzero(inside.mask)
    first = oval.slice_index * grid.rows * grid.columns
    flat = first + (rows + inside.row) * grid.columns + columns + inside.column
    part = np.zeros(len(Tissue))
    where = np.searchsorted(voxels.mixed_index, flat)
    is_mixed = voxels.mixed_index[np.minimum(where, len(voxels.mixed_index) - 1)] == flat
    mixed = where[is_mixed]
    share = voxels.mixed_share[mixed].astype(np.float64)
    np.add.at(part, voxels.tissue.reshape(-1)[flat[~is_mixed]], 1.0)
    np.add.at(part, voxels.mixed_first[mixed], share)
    np.add.at(part, voxels.mixed_second[mixed], 1.0 - share)
    part /= len(flat)
    return MappingProxyType({tissue.name.lower(): float(part[tissue]) for tissue in Tissue if part[tissue]})
