"""Soft-edged solids in millimetres, from which the phantom's anatomy is built.

Coordinates are DICOM's LPS: x to the patient's left, y to the back, z to the head. Each solid answers with
its coverage of the pixels of one thin plane: 1 inside, 0 outside, between them a linear edge whose width
stands for the pixel and the blur of the scanner.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Float32Array = npt.NDArray[np.float32]
Point = tuple[float, float]

# Outlines are tabulated finely enough to be looked up without interpolation: 0.12 mm apart at 150 mm.
_N_TURNS = 8192
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
    share = depth_mm / np.float32(edge_mm) + np.float32(0.5)
    return np.asarray(np.clip(share, np.float32(0.0), np.float32(1.0)), dtype=np.float32)


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
        low, high = self._segment_reach
        near = np.flatnonzero((low < z_mm) & (z_mm < high))
        pieces = (_segment_depth(plane, z_mm, self.points[i], self.points[i + 1]) for i in near)
        depths = [piece for piece in pieces if piece is not None]
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

    @cached_property
    def _segment_reach(self) -> tuple[FloatArray, FloatArray]:
        """Lowest and highest height that each segment can reach."""
        z, radius = np.array(self.points)[:, 2], np.array(self.points)[:, 3]
        widest = np.maximum(radius[:-1], radius[1:])
        return np.minimum(z[:-1], z[1:]) - widest, np.maximum(z[:-1], z[1:]) + widest


def _segment_depth(
    plane: Plane,
    z_mm: float,
    start: tuple[float, float, float, float],
    end: tuple[float, float, float, float],
) -> tuple[tuple[slice, slice], Float32Array] | None:
    """Depth below the surface of one tapering segment, for the pixels that it can reach."""
    widest = max(start[3], end[3])
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
    """A closed smooth outline through ``points`` at one height; star-shaped as seen from the centre."""

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
        radii = shrink * _blend(z_mm, self._z_mm, self._radii)
        centre = _blend(z_mm, self._z_mm, self._centres)
        outline_x = centre[0] + radii * _TURN_X
        outline_y = centre[1] + radii * _TURN_Y
        crop = _crop(plane, (outline_x.min(), outline_y.min()), (outline_x.max(), outline_y.max()))
        if crop is None:
            return None
        x = plane.x_mm[crop[1]][None, :] - np.float32(centre[0])
        y = plane.y_mm[crop[0]][:, None] - np.float32(centre[1])
        index = _turn(x, y)
        # True depth is the radial one times the cosine of the outline's slant against the circle. At a sharp
        # tip that grows without bound along the ray, so the slant counts to 60 degrees only.
        slope = np.gradient(radii, _TURN_ANGLE) / np.maximum(radii, 1.0)
        cosine = np.maximum(1.0 / np.sqrt(1.0 + slope**2), 0.5).astype(np.float32)
        surface = radii.astype(np.float32)
        depth = (surface[index] - np.sqrt(x * x + y * y)) * cosine[index]
        return Coverage(crop[0].start, crop[1].start, _soften(depth, plane.edge_mm))


# Directions are numbered by the turn y / (|x| + |y|), continued around the square: rising with the angle, and
# many times cheaper than it for a whole image.
_TURN_STEPS = (np.arange(_N_TURNS) + 0.5) * (4.0 / _N_TURNS) - 1.0
_DIAMOND_X = np.where(_TURN_STEPS < 1.0, 1.0 - np.abs(_TURN_STEPS), np.abs(_TURN_STEPS - 2.0) - 1.0)
_DIAMOND_Y = np.where(_TURN_STEPS < 1.0, _TURN_STEPS, 2.0 - _TURN_STEPS)
_TURN_ANGLE = np.unwrap(np.arctan2(_DIAMOND_Y, _DIAMOND_X))
_TURN_X, _TURN_Y = np.cos(_TURN_ANGLE), np.sin(_TURN_ANGLE)


def _turn(x: Float32Array, y: Float32Array) -> npt.NDArray[np.int32]:
    """Index of the direction of each (x, y) into tables of `_N_TURNS` directions."""
    turn = y / (np.abs(x) + np.abs(y) + np.float32(1e-6))
    turn = np.where(x < 0.0, np.float32(2.0) - turn, turn)
    index = ((turn + np.float32(1.0)) * np.float32(_N_TURNS / 4.0)).astype(np.int32)
    return np.minimum(index, _N_TURNS - 1, out=index)


def _blend(z_mm: float, heights: FloatArray, values: FloatArray) -> FloatArray:
    """Values at a height, linear between the neighbouring rows, constant beyond the first and last."""
    if len(heights) == 1 or z_mm <= heights[0]:
        return np.asarray(values[0])
    if z_mm >= heights[-1]:
        return np.asarray(values[-1])
    above = int(np.searchsorted(heights, z_mm))
    share = (z_mm - heights[above - 1]) / (heights[above] - heights[above - 1])
    return np.asarray(values[above - 1] + share * (values[above] - values[above - 1]))


def _polar_radii(outline: Outline) -> FloatArray:
    """Radius of a closed Catmull-Rom curve through the points, one for each tabulated direction."""
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
    order = np.argsort(angle)
    radii = np.interp(_TURN_ANGLE, angle[order], radius[order], period=2.0 * np.pi)
    return np.asarray(radii, dtype=np.float64)
