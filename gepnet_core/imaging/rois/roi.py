"""Regions of interest as shapes on slices, and what was measured inside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from gepnet_core.imaging.volume import BoolArray


class RoiSource(StrEnum):
    """Where a region came from, in falling order of worth as evidence of a reader's own contour."""

    RTSTRUCT = "rtstruct"
    SEG = "seg"
    SR = "sr"
    NIFTI = "nifti"
    DRAWN = "drawn"


class Combine(StrEnum):
    """How several shapes on one slice make one region."""

    UNION = "union"
    XOR = "exclusive_or"


@dataclass(frozen=True)
class Ellipse:
    """An oval in pixel coordinates of one slice; centres of pixels are on integers.

    ``angle_rad`` turns the axis ``rx`` from the direction of increasing x towards increasing y.
    """

    slice_index: int
    cx: float
    cy: float
    rx: float
    ry: float
    angle_rad: float = 0.0


@dataclass(frozen=True)
class Polygon:
    """A closed polygon in pixel coordinates ``(x, y)`` of one slice; the last vertex joins the first."""

    slice_index: int
    vertices: tuple[tuple[float, float], ...]


@dataclass(frozen=True, eq=False)
class SliceMask:
    """Voxels of one slice, as a mask of the rectangle that begins at ``(row, column)``."""

    slice_index: int
    row: int
    column: int
    mask: BoolArray


Shape = Ellipse | Polygon | SliceMask


@dataclass(frozen=True, eq=False)
class Roi:
    """One named region: shapes on one or more slices of one volume.

    ``name`` is what its author called it. It is shown in that user's picker and command output alone.
    """

    name: str
    shapes: tuple[Shape, ...]
    source: RoiSource
    combine: Combine = Combine.UNION
    combine_is_ambiguous: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class RoiStatistics:
    """HU inside one region. Every statistic is of measured pixels; padding is left out and counted.

    ``sd_hu`` divides by n - 1 and is None for a single pixel. ``area_mm2`` is None where the region spans
    several slices.
    """

    n: int
    mean_hu: float
    sd_hu: float | None
    min_hu: float
    max_hu: float
    median_hu: float
    p5_hu: float
    p95_hu: float
    area_mm2: float | None
    volume_mm3: float | None
    slices: tuple[int, ...]
    n_padding: int = 0
    warnings: tuple[str, ...] = field(default=())
