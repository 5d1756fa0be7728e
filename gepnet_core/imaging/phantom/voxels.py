"""The phantom's anatomy as voxels: built once, painted with HU as often as wanted.

A voxel is one tissue, or two with a share where a surface crosses it. Nothing here knows a HU value.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gepnet_core.errors import GepnetError
from gepnet_core.imaging.geometry import VolumeGeometry
from gepnet_core.imaging.phantom.anatomy import organs
from gepnet_core.imaging.phantom.shapes import Coverage, Ellipsoid, Float32Array, Plane, Solid, Tube
from gepnet_core.imaging.phantom.tissue import Organ, Tissue
from gepnet_core.imaging.phantom.wall import body_wall
from gepnet_core.imaging.volume import BoolArray

LabelArray = npt.NDArray[np.uint8]

# A slice has thickness: a surface that slants through it is averaged over these heights, in slice spacings.
_SUBSLICES = (-1.0 / 3.0, 0.0, 1.0 / 3.0)
# Least edge width: stands for the blur of a soft-tissue kernel where pixels are finer than that.
_BLUR_MM = 1.4
_LEAST_SHARE = 1.0 / 128.0


@dataclass(frozen=True)
class PhantomGrid:
    """Sampling of the volume. The middle of the stack lies at the level of the largest lesion's default."""

    rows: int = 512
    columns: int = 512
    n_slices: int = 24
    pixel_mm: float = 0.75
    slice_mm: float = 5.0

    def __post_init__(self) -> None:
        for name, low, high in (("rows", 32, 1024), ("columns", 32, 1024), ("n_slices", 1, 200)):
            value = getattr(self, name)
            if not low <= value <= high:
                raise GepnetError(
                    f"The phantom's {name} is out of range", got=str(value), allowed=f"{low} to {high}"
                )
        for name in ("pixel_mm", "slice_mm"):
            value = getattr(self, name)
            if not 0.25 <= value <= 20.0:
                raise GepnetError(
                    f"The phantom's {name} is out of range", got=f"{value:g}", allowed="0.25 to 20 mm"
                )

    @property
    def shape(self) -> tuple[int, int, int]:
        return self.n_slices, self.rows, self.columns

    def geometry(self) -> VolumeGeometry:
        """Axial slices, slice 0 lowest; the body's middle in the middle of the image."""
        origins = np.empty((self.n_slices, 3))
        origins[:, 0] = -0.5 * (self.columns - 1) * self.pixel_mm
        origins[:, 1] = -0.5 * (self.rows - 1) * self.pixel_mm
        origins[:, 2] = (np.arange(self.n_slices) - self.n_slices // 2) * self.slice_mm
        return VolumeGeometry(
            origins_mm=origins,
            row_direction=np.array([1.0, 0.0, 0.0]),
            column_direction=np.array([0.0, 1.0, 0.0]),
            row_spacing_mm=self.pixel_mm,
            column_spacing_mm=self.pixel_mm,
            rows=self.rows,
            columns=self.columns,
            slice_thickness_mm=self.slice_mm,
        )


@dataclass(frozen=True)
class Lesion:
    """One metastasis: an ellipsoid in mm (LPS, origin at the porta hepatis); ``lobulation`` 0 is smooth."""

    centre_mm: tuple[float, float, float]
    radii_mm: tuple[float, float, float]
    lobulation: float = 0.0


LARGEST_LESION = Lesion((-98.0, -22.0, 2.0), (23.0, 21.0, 22.0))
SMALL_LESIONS = (
    Lesion((-64.0, 38.0, 8.0), (8.0, 7.0, 7.5)),
    Lesion((-6.0, -66.0, 2.0), (7.0, 6.5, 7.0)),
    Lesion((-112.0, 42.0, -20.0), (8.0, 9.0, 8.0)),
    Lesion((-58.0, -62.0, 14.0), (5.5, 5.0, 6.0)),
    Lesion((-62.0, 14.0, 34.0), (9.0, 8.0, 9.0)),
)


@dataclass(frozen=True)
class PhantomLayout:
    """Everything about the phantom that is no HU value: sampling, lesions, and what stands beside them.

    Parameters
    ----------
    grid : PhantomGrid
    lesions : tuple of Lesion
        The first is the one that is measured.
    necrotic_core : float
        Radius of the core of the first lesion as a fraction of the lesion's; 0 is none, at most 0.7.
    vessel_beside_lesion : bool
        A portal vein branch along the first lesion's inner edge: what a careless oval would include.
    """

    grid: PhantomGrid = PhantomGrid()
    lesions: tuple[Lesion, ...] = (LARGEST_LESION, *SMALL_LESIONS)
    necrotic_core: float = 0.0
    vessel_beside_lesion: bool = False

    def __post_init__(self) -> None:
        if not self.lesions:
            raise GepnetError("The phantom has no lesion", allowed="at least one")
        if not 0.0 <= self.necrotic_core <= 0.7:
            raise GepnetError(
                "The necrotic core is out of range",
                got=f"{self.necrotic_core:g}",
                allowed="0 to 0.7 of the radius",
            )
        for lesion in self.lesions:
            if not 0.0 <= lesion.lobulation <= 0.2 or not all(2.0 <= r <= 80.0 for r in lesion.radii_mm):
                raise GepnetError("A lesion is out of range", allowed="radii 2 to 80 mm, lobulation 0 to 0.2")


@dataclass(frozen=True, eq=False)
class PhantomVoxels:
    """Tissue of every voxel.

    Parameters
    ----------
    tissue : (n_slices, rows, columns) uint8
        The tissue with the larger share.
    mixed_index : (m,) int64
        Flat indices of voxels that two tissues share.
    mixed_first, mixed_second : (m,) uint8
    mixed_share : (m,) float32
        Share of the first; the second has the rest.
    """

    layout: PhantomLayout
    geometry: VolumeGeometry
    tissue: LabelArray
    mixed_index: npt.NDArray[np.int64]
    mixed_first: LabelArray
    mixed_second: LabelArray
    mixed_share: Float32Array

    def pure(self, tissue: Tissue, slice_index: int) -> BoolArray:
        """True where a voxel of the slice is this tissue alone, (rows, columns)."""
        size = self.tissue[0].size
        low, high = np.searchsorted(self.mixed_index, (slice_index * size, (slice_index + 1) * size))
        pure = np.asarray(self.tissue[slice_index] == tissue)
        pure.reshape(-1)[self.mixed_index[low:high] - slice_index * size] = False
        return pure


class _Canvas:
    """One slice being painted: two tissues and the share of the front one, per pixel."""

    def __init__(self, rows: int, columns: int) -> None:
        self.front = np.full((rows, columns), Tissue.AIR, dtype=np.uint8)
        self.back = self.front.copy()
        self.share = np.ones((rows, columns), dtype=np.float32)

    def start_from(self, other: _Canvas) -> None:
        self.front[:], self.back[:], self.share[:] = other.front, other.back, other.share

    def paint(self, tissue: Tissue, coverage: Coverage) -> None:
        """Paint over; a pixel that was mixed before keeps its larger part as the ground.

        A coverage smaller than the part that would be lost is left out instead.
        """
        window = coverage.window
        lost = np.minimum(self.share[window], 1.0 - self.share[window])
        touched = coverage.values > np.maximum(lost, np.float32(_LEAST_SHARE))
        share = np.where(coverage.values < 1.0 - _LEAST_SHARE, coverage.values, np.float32(1.0))
        front, back = self.front[window], self.back[window]
        ground = np.where(self.share[window] >= 0.5, front, back)
        np.copyto(back, ground, where=touched)
        np.copyto(front, np.uint8(tissue), where=touched)
        np.copyto(self.share[window], share, where=touched)


def _cover_slice(solid: Solid, plane: Plane, heights_mm: tuple[float, ...]) -> Coverage | None:
    """Coverage averaged over the heights within one slice."""
    parts = [part for part in (solid.cover(plane, z) for z in heights_mm) if part is not None]
    if not parts:
        return None
    top, left = min(p.row for p in parts), min(p.column for p in parts)
    bottom = max(p.row + p.values.shape[0] for p in parts)
    right = max(p.column + p.values.shape[1] for p in parts)
    total = np.zeros((bottom - top, right - left), dtype=np.float32)
    for part in parts:
        rows, columns = part.values.shape
        total[part.row - top : part.row - top + rows, part.column - left : part.column - left + columns] += (
            part.values
        )
    total /= np.float32(len(heights_mm))
    return Coverage(top, left, total)


def _lesion_organs(layout: PhantomLayout) -> list[Organ]:
    organs_: list[Organ] = []
    largest = layout.lesions[0]
    if layout.vessel_beside_lesion:
        x, y, z = largest.centre_mm
        rx, _, rz = largest.radii_mm
        beside = x + rx + 4.0
        organs_.append((Tissue.PORTAL_VEIN, Tube(((beside, y, z - rz, 5.0), (beside, y, z + rz, 5.0)))))
    organs_.extend(
        (Tissue.LESION, Ellipsoid(lesion.centre_mm, lesion.radii_mm, lobulation=lesion.lobulation))
        for lesion in layout.lesions
    )
    if layout.necrotic_core:
        core = tuple(layout.necrotic_core * r for r in largest.radii_mm)
        organs_.append(
            (Tissue.NECROSIS, Ellipsoid(largest.centre_mm, (core[0], core[1], core[2]), 0.0, lobulation=0.05))
        )
    return organs_


def build_voxels(layout: PhantomLayout) -> PhantomVoxels:
    """Turn the anatomy and the lesions into voxels.

    Parameters
    ----------
    layout : PhantomLayout

    Returns
    -------
    PhantomVoxels
    """
    grid = layout.grid
    geometry = grid.geometry()
    plane = Plane(
        x_mm=(geometry.origins_mm[0, 0] + np.arange(grid.columns) * grid.pixel_mm).astype(np.float32),
        y_mm=(geometry.origins_mm[0, 1] + np.arange(grid.rows) * grid.pixel_mm).astype(np.float32),
        edge_mm=max(_BLUR_MM, grid.pixel_mm),
    )
    wall, canvas = _Canvas(grid.rows, grid.columns), _Canvas(grid.rows, grid.columns)
    for tissue, solid in body_wall():
        coverage = solid.cover(plane, 0.0)
        if coverage is not None:
            wall.paint(tissue, coverage)
    contents = [*organs(), *_lesion_organs(layout)]
    labels = np.empty(grid.shape, dtype=np.uint8)
    mixed: list[tuple[npt.NDArray[np.int64], LabelArray, LabelArray, Float32Array]] = []
    for k in range(grid.n_slices):
        canvas.start_from(wall)
        heights = tuple(float(geometry.origins_mm[k, 2]) + step * grid.slice_mm for step in _SUBSLICES)
        for tissue, solid in contents:
            coverage = _cover_slice(solid, plane, heights)
            if coverage is not None:
                canvas.paint(tissue, coverage)
        labels[k] = np.where(canvas.share >= 0.5, canvas.front, canvas.back)
        index = np.flatnonzero((canvas.share < 1.0) & (canvas.front != canvas.back))
        flat = (canvas.front.reshape(-1), canvas.back.reshape(-1), canvas.share.reshape(-1))
        mixed.append((index + k * labels[k].size, flat[0][index], flat[1][index], flat[2][index]))
    return PhantomVoxels(
        layout,
        geometry,
        labels,
        np.concatenate([m[0] for m in mixed]),
        np.concatenate([m[1] for m in mixed]),
        np.concatenate([m[2] for m in mixed]),
        np.concatenate([m[3] for m in mixed]),
    )
