"""Where ovals belong on the phantom, and the exact HU inside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.phantom.tissue import Tissue
from gepnet_core.imaging.phantom.voxels import PhantomVoxels
from gepnet_core.imaging.rois.roi import Ellipse
from gepnet_core.imaging.volume import BoolArray

# Share of the lesion's radii that its oval spans: inside the waves of the greatest lobulation.
_LESION_OVAL_SHARES = (0.66, 0.58, 0.5, 0.42, 0.34, 0.26, 0.2, 0.15, 0.1)
_LIVER_OVAL_RADII_MM = (11.0, 10.0, 9.0, 8.0, 7.0, 6.0, 5.0, 4.0)


@dataclass(frozen=True)
class TruthOval:
    """An oval that holds voxels of one tissue alone, and that tissue's HU on each phase before noise."""

    oval: Ellipse
    hu: Mapping[Phase, float]


@dataclass(frozen=True)
class PhantomTruth:
    """Ovals and HU. ``necrosis`` is None without a necrotic core."""

    lesion: TruthOval
    liver: TruthOval
    necrosis: TruthOval | None = None

    def ratio(self, phase: Phase) -> float:
        """Metastasis-to-liver ratio of the phase, before noise."""
        return self.lesion.hu[phase] / self.liver.hu[phase]


def place_ovals(voxels: PhantomVoxels, hu: Mapping[Phase, Mapping[Tissue, float]]) -> PhantomTruth:
    """Put one oval in the largest lesion and one in vessel-free liver beside it, on the same slice.

    Raises
    ------
    GepnetError
        No pure lesion or liver on the lesion's slice (too coarse a grid, too large a core).
    """
    layout, geometry = voxels.layout, voxels.geometry
    lesion = layout.lesions[0]
    slice_index = int(np.abs(geometry.slice_positions_mm - lesion.centre_mm[2]).argmin())
    centre = (
        (lesion.centre_mm[0] - geometry.origins_mm[0, 0]) / geometry.column_spacing_mm,
        (lesion.centre_mm[1] - geometry.origins_mm[0, 1]) / geometry.row_spacing_mm,
    )
    radii = (lesion.radii_mm[0] / geometry.column_spacing_mm, lesion.radii_mm[1] / geometry.row_spacing_mm)
    lesion_sizes = [(share * radii[0], share * radii[1]) for share in _LESION_OVAL_SHARES]
    liver_sizes = [
        (r / geometry.column_spacing_mm, r / geometry.row_spacing_mm) for r in _LIVER_OVAL_RADII_MM
    ]

    y, x = np.ogrid[: geometry.rows, : geometry.columns]
    in_lesion = ((x - centre[0]) / radii[0]) ** 2 + ((y - centre[1]) / radii[1]) ** 2 <= 1.0

    def largest(tissue: Tissue, sizes: list[tuple[float, float]]) -> TruthOval:
        pure = voxels.pure(tissue, slice_index)
        if tissue is not Tissue.LIVER:
            pure = pure & in_lesion
        oval = _largest_pure_oval(pure, slice_index, centre, sizes)
        return TruthOval(oval, {phase: values[tissue] for phase, values in hu.items()})

    necrosis = largest(Tissue.NECROSIS, lesion_sizes) if layout.necrotic_core else None
    return PhantomTruth(largest(Tissue.LESION, lesion_sizes), largest(Tissue.LIVER, liver_sizes), necrosis)


def _largest_pure_oval(
    pure: BoolArray, slice_index: int, centre: tuple[float, float], sizes: list[tuple[float, float]]
) -> Ellipse:
    """The largest oval whose bounding box is pure, as near the centre as possible, centred on a pixel."""
    # A summed-area table counts the pure pixels of any box in four look-ups.
    table = np.zeros((pure.shape[0] + 1, pure.shape[1] + 1), dtype=np.int64)
    table[1:, 1:] = pure.cumsum(axis=0, dtype=np.int64).cumsum(axis=1)
    for rx, ry in sizes:
        half_x, half_y = int(rx), int(ry)  # centres of pixels reach no further
        width, height = 2 * half_x + 1, 2 * half_y + 1
        if width > pure.shape[1] or height > pure.shape[0] or min(rx, ry) < 1.0:
            continue
        box = (
            table[height:, width:]
            - table[:-height, width:]
            - table[height:, :-width]
            + table[:-height, :-width]
        )
        rows, columns = np.nonzero(box == width * height)
        if rows.size == 0:
            continue
        y, x = rows + half_y, columns + half_x
        nearest = int(((x - centre[0]) ** 2 + (y - centre[1]) ** 2).argmin())
        return Ellipse(slice_index, float(x[nearest]), float(y[nearest]), round(rx, 2), round(ry, 2))
    raise GepnetError(
        "No oval of one tissue fits on the phantom's lesion slice",
        allowed="a finer grid, a larger lesion or a smaller necrotic core",
    )
