"""Soft-edged solids in millimetres, from which the phantom's anatomy is built.

Coordinates are DICOM's LPS: x to the patient's left, y to the back, z to the head. Each solid answers with
its coverage of the pixels of one thin plane: 1 inside, 0 outside, between them a linear edge whose width
stands for the pixel and the blur of the scanner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt

Float32Array = npt.NDArray[np.float32]
Point = tuple[float, float]

_N_ANGLES = 512
_POINTS_PER_SEGMENT = 24


@dataclass(frozen=True, eq=False)
class Plane:
    """Pixel centres of one axial plane: ``x_mm`` (columns,), ``y_mm`` (rows,), and the width of edges."""

    x_mm: Float32Array
    y_mm: Float32Array
    edge_mm: float


@dataclass(frozen=True, eq=False)
class Coverage:
    """Coverage of a rectangle of the plane that begins at ``(row, column)``; zero outside it."""

    row: int
    column: int
    values: Float32Array

    @property
    def window(self) -> tuple[slice, slice]:
        rows, columns = self.values.shape
        return slice(self.row, self.row + rows), slice(self.column, self.column + columns)


class Solid(Protocol):
    """A body with soft edges."""

    def cover(self, plane: Plane, z_mm: float) -> Coverage | None:
        """Coverage of the plane at height ``z_mm``; None where the solid does not reach it."""


def _crop(plane: Plane, low: Point, high: Point) -> tuple[slice, slice] | None:
    """Rows and columns whose centres lie in a rectangle, widened by one edge; None when there are none."""
    margin = plane.edge_mm
    top, bottom = np.searchsorted(plane.y_mm, (low[1] - margin, high[1] + margin))
    left, right = np.searchsorted(plane.x_mm, (low[0] - margin, high[0] + margin))
    if top == bottom or left == right:
        return None
    return slice(int(top), int(bottom)), slice(int(left), int(right))


def _soften(depth_mm: Float32Array, edge_mm: float) -> Float32Array:
    """Coverage from the depth below the surface: linear over one edge width, centred on the surface."""
    return np.clip(depth_mm / np.float32(edge_mm) + np.float32(0.5), 0.0, 1.0, dtype=np.float32)


@dataclass(frozen=True)
class Ellipsoid:
    """An ellipsoid, turned by ``angle_deg`` about z and leaning ``lean`` mm in (x, y) per mm of z.

    ``lobulation`` makes the surface wavy by that fraction of the radius (0 is smooth); ``lobes`` waves
    around. The waves only cut inwards, so that a sphere of ``1 - 2 * lobulation`` of the radii is inside.
    """

    centre_mm: tuple[float, float, float]
    radii_mm: tuple[float, float, float]
    angle_deg: float = 0.0
    lean: Point = (0.0, 0.0)
    lobulation: float = 0.0
    lobes: int = 5

    def cover(self, plane: Plane, z_mm: float) -> Coverage | None:
        rx, ry, rz = self.radii_mm
        height = (z_mm - self.centre_mm[2]) / rz
        if abs(height) >= 1.0:
            return None
        x0 = self.centre_mm[0] + self.lean[0] * (z_mm - self.centre_mm[2])
        y0 = self.centre_mm[1] + self.lean[1] * (z_mm - self.centre_mm[2])
        reach = max(rx, ry)
        crop = _crop(plane, (x0 - reach, y0 - reach), (x0 + reach, y0 + reach))
        if crop is None:
            return None
        x = plane.x_mm[crop[1]][None, :] - np.float32(x0)
        y = plane.y_mm[crop[0]][:, None] - np.float32(y0)
        if self.angle_deg:
            turn = np.deg2rad(self.angle_deg)
            cosine, sine = np.float32(np.cos(turn)), np.float32(np.sin(turn))
            x, y = x * cosine + y * sine, y * cosine - x * sine
        radius = np.sqrt((x / np.float32(rx)) ** 2 + (y / np.float32(ry)) ** 2 + np.float32(height**2))
        surface: Float32Array | np.float32 = np.float32(1.0)
        if self.lobulation:
            theta = np.arctan2(y, x)
            wave = np.sin(self.lobes * theta + 2.0 * height) * np.cos(2.2 * height + 0.6)
            wave = 0.6 * wave + 0.4 * np.sin((self.lobes - 2) * theta - 3.0 * height)
            surface = (1.0 - self.lobulation * (1.0 + wave)).astype(np.float32)
        depth = (surface - radius) * np.float32(min(rx, ry))
        return Coverage(crop[0].start, crop[1].start, _soften(depth.astype(np.float32), plane.edge_mm))


@dataclass(frozen=True)
class Tube:
    """A rounded tube through points ``(x, y, z, radius)`` in mm; the radius changes linearly between them."""

    points: tuple[tuple[float, float, float, float], ...]

    def cover(self, plane: Plane, z_mm: float) -> Coverage | None:
        depths: list[tuple[tuple[slice, slice], Float32Array]] = []
        for start, end in zip(self.points[:-1], self.points[1:], strict=True):
            piece = _segment_depth(plane, z_mm, start, end)
            if piece is not None:
                depths.append(piece)
        if not depths:
            return None
        top = min(crop[0].start for crop, _ in depths)
        bottom = max(crop[0].stop for crop, _ in depths)
        left = min(crop[1].start for crop, _ in depths)
        right = max(crop[1].stop for crop, _ in depths)
        union = np.full((bottom - top, right - left), -plane.edge_mm, dtype=np.float32)
        for (rows, columns), depth in depths:
            window = union[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
            np.maximum(window, depth, out=window)
        return Coverage(top, left, _soften(union, plane.edge_mm))


def _segment_depth(
    plane: Plane,
    z_mm: float,
    start: tuple[float, float, float, float],
    end: tuple[float, float, float, float],
) -> tuple[tuple[slice, slice], Float32Array] | None:
    """Depth below the surface of one tapering segment, for the pixels that it can reach."""
    widest = max(start[3], end[3])
    if not min(start[2], end[2]) - widest < z_mm < max(start[2], end[2]) + widest:
        return None
    # Cut the segment to the heights from which it reaches the plane, so that long tubes stay cheap.
    rise = end[2] - start[2]
    first, last = 0.0, 1.0
    if abs(rise) > 1e-6:
        ends = sorted(((z_mm - widest - start[2]) / rise, (z_mm + widest - start[2]) / rise))
        first, last = max(0.0, ends[0]), min(1.0, ends[1])
    xs = [start[0] + t * (end[0] - start[0]) for t in (first, last)]
    ys = [start[1] + t * (end[1] - start[1]) for t in (first, last)]
    crop = _crop(plane, (min(xs) - widest, min(ys) - widest), (max(xs) + widest, max(ys) + widest))
    if crop is None:
        return None
    x = plane.x_mm[crop[1]][None, :] - np.float32(start[0])
    y = plane.y_mm[crop[0]][:, None] - np.float32(start[1])
    z = np.float32(z_mm - start[2])
    dx, dy, dz = (np.float32(end[i] - start[i]) for i in range(3))
    along = np.clip((x * dx + y * dy + z * dz) / np.float32(dx * dx + dy * dy + dz * dz), 0.0, 1.0)
    distance = np.sqrt((x - along * dx) ** 2 + (y - along * dy) ** 2 + (z - along * dz) ** 2)
    depth = np.float32(start[3]) + along * np.float32(end[3] - start[3]) - distance
    return crop, depth.astype(np.float32)


@dataclass(frozen=True)
class Outline:
    """A closed smooth outline through ``points`` at height ``z_mm``, star-shaped as seen from ``centre_mm``."""

    z_mm: float
    centre_mm: Point
    points: tuple[Point, ...]


class Loft:
    """A solid whose cross-sections blend from outline to outline; rounded off by ``cap_mm`` at each end."""

    def __init__(self, outlines: Sequence[Outline], cap_mm: float = 0.0, inset_mm: float = 0.0) -> None:
        ordered = sorted(outlines, key=lambda outline: outline.z_mm)
        self._z_mm = np.array([outline.z_mm for outline in ordered])
        self._centres = np.array([outline.centre_mm for outline in ordered])
        self._radii = np.maximum([_polar_radii(outline) - inset_mm for outline in ordered], 0.0)
        self._cap_mm = cap_mm

    def cover(self, plane: Plane, z_mm: float) -> Coverage | None:
        low, high = self._z_mm[0], self._z_mm[-1]
        beyond = max(low - z_mm, z_mm - high, 0.0)
        if beyond > 0.0 and beyond >= self._cap_mm:
            return None
        shrink = float(np.sqrt(1.0 - (beyond / self._cap_mm) ** 2)) if beyond > 0.0 else 1.0
        radii = shrink * np.array(_blend(z_mm, self._z_mm, self._radii))
        centre = np.array(_blend(z_mm, self._z_mm, self._centres))
        angles = np.linspace(-np.pi, np.pi, _N_ANGLES + 1)
        outline_x = centre[0] + radii * np.cos(angles)
        outline_y = centre[1] + radii * np.sin(angles)
        crop = _crop(plane, (outline_x.min(), outline_y.min()), (outline_x.max(), outline_y.max()))
        if crop is None:
            return None
        x = plane.x_mm[crop[1]][None, :] - np.float32(centre[0])
        y = plane.y_mm[crop[0]][:, None] - np.float32(centre[1])
        position = (np.arctan2(y, x) + np.float32(np.pi)) * np.float32(_N_ANGLES / (2.0 * np.pi))
        index = np.minimum(position.astype(np.int32), _N_ANGLES - 1)
        # True depth is the radial one times the cosine of the outline's slant against the circle.
        slope = np.gradient(radii, angles) / np.maximum(radii, 1.0)
        cosine = (1.0 / np.sqrt(1.0 + slope**2)).astype(np.float32)
        table = radii.astype(np.float32)
        surface = table[index] + (position - index) * (table[index + 1] - table[index])
        depth = (surface - np.sqrt(x * x + y * y)) * cosine[index]
        return Coverage(crop[0].start, crop[1].start, _soften(depth, plane.edge_mm))


def _blend(
    z_mm: float, heights: npt.NDArray[np.float64], values: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Values at a height: eased between neighbouring rows, so that surfaces have no crease at an outline."""
    if len(heights) == 1 or z_mm <= heights[0]:
        return np.asarray(values[0])
    if z_mm >= heights[-1]:
        return np.asarray(values[-1])
    above = int(np.searchsorted(heights, z_mm))
    share = (z_mm - heights[above - 1]) / (heights[above] - heights[above - 1])
    return np.asarray(values[above - 1] + share * (values[above] - values[above - 1]))


def _polar_radii(outline: Outline) -> npt.NDArray[np.float64]:
    """Radius of a closed Catmull-Rom curve through the points at equally spaced angles from -pi to pi."""
    points = np.asarray(outline.points, dtype=np.float64) - np.asarray(outline.centre_mm)
    before, after, beyond = np.roll(points, 1, 0), np.roll(points, -1, 0), np.roll(points, -2, 0)
    t = np.arange(_POINTS_PER_SEGMENT)[:, None, None] / _POINTS_PER_SEGMENT
    curve = 0.5 * (
        2.0 * points
        + (after - before) * t
        + (2.0 * before - 5.0 * points + 4.0 * after - beyond) * t**2
        + (3.0 * points - before - 3.0 * after + beyond) * t**3
    )
    dense = curve.transpose(1, 0, 2).reshape(-1, 2)
    angle = np.arctan2(dense[:, 1], dense[:, 0])
    radius = np.hypot(dense[:, 0], dense[:, 1])
    wanted = np.linspace(-np.pi, np.pi, _N_ANGLES + 1)
    return np.interp(wanted, angle[np.argsort(angle)], radius[np.argsort(angle)], period=2.0 * np.pi)
