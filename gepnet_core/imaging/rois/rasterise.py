"""Which pixels belong to a region: the pixel-centre rule, and nothing else.

A pixel belongs to a shape when its centre does. Centres are on integers. The rules on a boundary are fixed,
so that the browser and Python count the same pixels:

* an ellipse holds its own boundary: ``dx = (x - cx) / rx; dy = (y - cy) / ry; dx * dx + dy * dy <= 1``;
* a polygon is even-odd; a centre on a left or upper edge is inside, on a right or lower edge outside, so that
  two polygons sharing an edge share no pixel.

On four real structure sets this rule reproduces plastimatch and the IBSI reference mask voxel for voxel; scan
conversion that rounds vertices to pixels (cv2.fillPoly) adds 3 to 13 % of the voxels.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gepnet_core.errors import MeasurementError
from gepnet_core.imaging.geometry import FloatArray
from gepnet_core.imaging.rois.roi import Combine, Ellipse, Polygon, Roi, Shape, SliceMask
from gepnet_core.imaging.volume import BoolArray

MAX_ROW_CROSSINGS = 20_000_000
"""Limit on (edge, row) pairs of one polygon: half a second of work. A real outline has some thousands."""

MAX_COORDINATE = 1e7
"""Limit on coordinates in pixels: hundreds of times the largest image, far from where float64 gets coarse."""

_CROSSINGS_AT_ONCE = 1_000_000


@dataclass(frozen=True, eq=False)
class RasterisedRegion:
    """Pixels of a region inside the image, one mask a slice, and how many fell outside it.

    ``n_outside`` counts pixels beyond the image up to one image width or height away, and all pixels on
    slices that do not exist.
    """

    masks: tuple[SliceMask, ...]
    n_inside: int
    n_outside: int


@dataclass(frozen=True)
class _Window:
    """Half-open rectangle of pixels."""

    row: int
    column: int
    rows: int
    columns: int

    @property
    def is_empty(self) -> bool:
        return self.rows <= 0 or self.columns <= 0


_ANYWHERE = _Window(-(2**40), -(2**40), 2**41, 2**41)


def ellipse_mask(ellipse: Ellipse, rows: int, columns: int) -> SliceMask:
    """Pixels of an image of ``rows`` x ``columns`` whose centre is in the ellipse.

    Only the bounding box is looked at. With ``angle_rad == 0`` the arithmetic is exactly
    ``dx = (x - cx) / rx; dy = (y - cy) / ry; dx * dx + dy * dy <= 1`` in float64, which the viewer repeats.

    Raises
    ------
    MeasurementError
        A number is not finite, or a semi-axis is not positive.
    """
    _require_ellipse(ellipse)
    return _ellipse_in(ellipse, _clip(_ellipse_box(ellipse), _Window(0, 0, rows, columns)))


def polygon_mask(polygon: Polygon, rows: int, columns: int) -> SliceMask:
    """Pixels of an image of ``rows`` x ``columns`` whose centre is in the polygon, by the even-odd rule.

    Raises
    ------
    MeasurementError
        A vertex is not finite, or the outline is too long to be one.
    """
    vertices = _vertices(polygon)
    return _polygon_in(polygon, vertices, _clip(_polygon_box(vertices), _Window(0, 0, rows, columns)))


def rasterise(
    roi: Roi, n_slices: int, rows: int, columns: int, combine: Combine | None = None
) -> RasterisedRegion:
    """Pixels of a region on a stack of ``n_slices`` images of ``rows`` x ``columns``.

    Parameters
    ----------
    roi : Roi
    n_slices, rows, columns : int
    combine : Combine, optional
        How shapes on one slice join; the region's own rule where None.

    Returns
    -------
    RasterisedRegion
        Masks in the order of slices, without empty ones.
    """
    rule = roi.combine if combine is None else combine
    by_slice: dict[int, list[Shape]] = {}
    for shape in roi.shapes:
        by_slice.setdefault(shape.slice_index, []).append(shape)
    # One image width beyond each edge is looked at to say how much of a region is cut off; farther is not
    # worth the memory that a hostile file could ask for.
    wide = _Window(-rows, -columns, 3 * rows, 3 * columns)
    image = _Window(0, 0, rows, columns)
    masks: list[SliceMask] = []
    n_inside = n_outside = 0
    for slice_index in sorted(by_slice):
        whole = _joined(by_slice[slice_index], wide, rule)
        n_whole = int(np.count_nonzero(whole.mask))
        if not 0 <= slice_index < n_slices:
            n_outside += n_whole
            continue
        part = _cut(whole, image)
        n_part = int(np.count_nonzero(part.mask))
        n_inside += n_part
        n_outside += n_whole - n_part
        if n_part:
            masks.append(part)
    return RasterisedRegion(tuple(masks), n_inside, n_outside)


def shapes_overlap(shapes: Sequence[Shape], rows: int, columns: int) -> bool:
    """True where two shapes on one slice share a pixel, so that union and exclusive or differ."""
    by_slice: dict[int, list[Shape]] = {}
    for shape in shapes:
        by_slice.setdefault(shape.slice_index, []).append(shape)
    image = _Window(0, 0, rows, columns)
    for on_slice in by_slice.values():
        if len(on_slice) < 2:
            continue
        frame = _common_rectangle(on_slice, image)
        covered: BoolArray = np.zeros((frame.rows, frame.columns), dtype=np.bool_)
        for shape in on_slice:
            mask = _shape_in(shape, image)
            part = _part_of(covered, frame, mask)
            if (part & mask.mask).any():
                return True
            part |= mask.mask
    return False


def united(masks: Sequence[SliceMask]) -> tuple[SliceMask, ...]:
    """Union of masks, one a slice, in the order of slices: each pixel once."""
    by_slice: dict[int, list[SliceMask]] = {}
    for mask in masks:
        by_slice.setdefault(mask.slice_index, []).append(mask)
    return tuple(_joined(by_slice[index], _ANYWHERE, Combine.UNION) for index in sorted(by_slice))


def _shape_in(shape: Shape, window: _Window) -> SliceMask:
    if isinstance(shape, SliceMask):
        return _cut(shape, window)
    if isinstance(shape, Ellipse):
        _require_ellipse(shape)
        return _ellipse_in(shape, _clip(_ellipse_box(shape), window))
    vertices = _vertices(shape)
    return _polygon_in(shape, vertices, _clip(_polygon_box(vertices), window))


def _require_ellipse(ellipse: Ellipse) -> None:
    numbers = (ellipse.cx, ellipse.cy, ellipse.rx, ellipse.ry, ellipse.angle_rad)
    if not all(abs(number) <= MAX_COORDINATE for number in numbers):
        raise MeasurementError(
            "The oval has a position or size that is not a number or far from any image",
            allowed=f"finite numbers within {MAX_COORDINATE:.0f} pixels",
        )
    if ellipse.rx <= 0 or ellipse.ry <= 0:
        raise MeasurementError(
            "The oval has no extent",
            got=f"semi-axes {ellipse.rx:g} and {ellipse.ry:g} pixels",
            allowed="semi-axes above 0",
        )


def _ellipse_box(ellipse: Ellipse) -> tuple[float, float, float, float]:
    """Low x, low y, high x, high y of the ellipse."""
    if ellipse.angle_rad == 0.0:
        half_width, half_height = ellipse.rx, ellipse.ry
    else:
        cosine, sine = math.cos(ellipse.angle_rad), math.sin(ellipse.angle_rad)
        half_width = math.hypot(ellipse.rx * cosine, ellipse.ry * sine)
        half_height = math.hypot(ellipse.rx * sine, ellipse.ry * cosine)
    return (
        ellipse.cx - half_width,
        ellipse.cy - half_height,
        ellipse.cx + half_width,
        ellipse.cy + half_height,
    )


def _ellipse_in(ellipse: Ellipse, window: _Window) -> SliceMask:
    if window.is_empty:
        return _empty(ellipse.slice_index)
    x = np.arange(window.column, window.column + window.columns, dtype=np.float64)
    y = np.arange(window.row, window.row + window.rows, dtype=np.float64)
    # A semi-axis may be so small that the quotient overflows: infinity is outside, as it should be.
    with np.errstate(over="ignore"):
        if ellipse.angle_rad == 0.0:
            dx = (x - ellipse.cx) / ellipse.rx
            dy = (y - ellipse.cy) / ellipse.ry
            mask = (dx * dx)[None, :] + (dy * dy)[:, None] <= 1.0
        else:
            cosine, sine = math.cos(ellipse.angle_rad), math.sin(ellipse.angle_rad)
            right, down = (x - ellipse.cx)[None, :], (y - ellipse.cy)[:, None]
            along = (right * cosine + down * sine) / ellipse.rx
            across = (down * cosine - right * sine) / ellipse.ry
            mask = along * along + across * across <= 1.0
    return SliceMask(ellipse.slice_index, window.row, window.column, np.asarray(mask, dtype=np.bool_))


def _vertices(polygon: Polygon) -> FloatArray:
    vertices = np.asarray(polygon.vertices, dtype=np.float64).reshape(-1, 2)
    # A comparison with NaN is false, so this refuses it too.
    if not (np.abs(vertices) <= MAX_COORDINATE).all():
        raise MeasurementError(
            "An outline has a vertex that is not a number or far from any image",
            allowed=f"finite coordinates within {MAX_COORDINATE:.0f} pixels",
        )
    return vertices


def _polygon_box(vertices: FloatArray) -> tuple[float, float, float, float] | None:
    if len(vertices) < 3:
        return None
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    return float(low[0]), float(low[1]), float(high[0]), float(high[1])


def _polygon_in(polygon: Polygon, vertices: FloatArray, window: _Window) -> SliceMask:
    """Even-odd fill: each crossing of an edge with a row of centres toggles the pixels from there rightwards.

    Edges own their upper end and not their lower one, so that a vertex on a row counts once
    (O'Rourke, Computational Geometry in C, 2nd edition, 7.4).
    """
    if window.is_empty:
        return _empty(polygon.slice_index)
    following = np.roll(vertices, -1, axis=0)
    # Each edge runs downwards, so that an edge shared by two outlines is computed alike in both.
    downwards = (vertices[:, 1] <= following[:, 1])[:, None]
    upper, lower = np.where(downwards, vertices, following), np.where(downwards, following, vertices)
    x0, y0, x1, y1 = upper[:, 0], upper[:, 1], lower[:, 0], lower[:, 1]
    # The rows y with y0 <= y < y1, inside the window.
    last_row = window.row + window.rows
    first = np.clip(np.ceil(y0), window.row, last_row).astype(np.int64)
    stop = np.clip(np.ceil(y1), window.row, last_row).astype(np.int64)
    counts = stop - first
    if int(counts.sum()) > MAX_ROW_CROSSINGS:
        raise MeasurementError(
            "An outline is too long to be the outline of a region",
            got=f"{len(vertices)} vertices that cross {int(counts.sum())} rows of pixels",
            allowed=f"up to {MAX_ROW_CROSSINGS} crossings",
        )
    crossing = np.flatnonzero(counts)
    toggles = np.zeros((window.rows, window.columns + 1), dtype=np.int64)
    ends = np.cumsum(counts[crossing])
    begin = 0
    while begin < len(crossing):
        reached = int(ends[begin - 1]) if begin else 0
        end = max(begin + 1, int(np.searchsorted(ends, reached + _CROSSINGS_AT_ONCE, side="right")))
        crossed = counts[crossing[begin:end]]
        edge = np.repeat(crossing[begin:end], crossed)
        within = np.arange(len(edge)) - np.repeat(ends[begin:end] - crossed - reached, crossed)
        row = first[edge] + within
        at = x0[edge] + (row - y0[edge]) * ((x1[edge] - x0[edge]) / (y1[edge] - y0[edge]))
        column = np.clip(np.ceil(at) - window.column, 0, window.columns).astype(np.int64)
        flat = (row - window.row) * (window.columns + 1) + column
        toggles += np.bincount(flat, minlength=toggles.size).reshape(toggles.shape)
        begin = end
    inside = np.cumsum(toggles[:, :-1], axis=1) % 2 == 1
    return SliceMask(polygon.slice_index, window.row, window.column, np.asarray(inside, dtype=np.bool_))


def _clip(box: tuple[float, float, float, float] | None, window: _Window) -> _Window:
    """Pixels of the window that the box may touch, with one pixel to spare against rounding."""
    if box is None:
        return _Window(0, 0, 0, 0)
    left = max(window.column, math.floor(max(box[0], window.column)) - 1)
    top = max(window.row, math.floor(max(box[1], window.row)) - 1)
    right = min(window.column + window.columns, math.ceil(min(box[2], window.column + window.columns)) + 2)
    bottom = min(window.row + window.rows, math.ceil(min(box[3], window.row + window.rows)) + 2)
    return _Window(top, left, bottom - top, right - left)


def _cut(mask: SliceMask, window: _Window) -> SliceMask:
    top = max(mask.row, window.row)
    left = max(mask.column, window.column)
    bottom = min(mask.row + mask.mask.shape[0], window.row + window.rows)
    right = min(mask.column + mask.mask.shape[1], window.column + window.columns)
    if bottom <= top or right <= left:
        return _empty(mask.slice_index)
    part = mask.mask[top - mask.row : bottom - mask.row, left - mask.column : right - mask.column]
    return SliceMask(mask.slice_index, top, left, part)


def _joined(shapes: Sequence[Shape], window: _Window, rule: Combine) -> SliceMask:
    """Shapes of one slice as one mask on their common rectangle, drawn one after the other."""
    if len(shapes) == 1:
        return _shape_in(shapes[0], window)
    frame = _common_rectangle(shapes, window)
    canvas: BoolArray = np.zeros((frame.rows, frame.columns), dtype=np.bool_)
    for shape in shapes:
        mask = _shape_in(shape, window)
        part = _part_of(canvas, frame, mask)
        if rule is Combine.UNION:
            part |= mask.mask
        else:
            part ^= mask.mask
    return SliceMask(shapes[0].slice_index, frame.row, frame.column, canvas)


def _common_rectangle(shapes: Sequence[Shape], window: _Window) -> _Window:
    """Smallest rectangle of pixels that holds what each shape may cover in the window."""
    found = [one for shape in shapes if not (one := _rectangle(shape, window)).is_empty]
    if not found:
        return _Window(0, 0, 0, 0)
    top, left = min(one.row for one in found), min(one.column for one in found)
    bottom = max(one.row + one.rows for one in found)
    right = max(one.column + one.columns for one in found)
    return _Window(top, left, bottom - top, right - left)


def _rectangle(shape: Shape, window: _Window) -> _Window:
    if isinstance(shape, SliceMask):
        cut = _cut(shape, window)
        return _Window(cut.row, cut.column, *cut.mask.shape)
    if isinstance(shape, Ellipse):
        _require_ellipse(shape)
        return _clip(_ellipse_box(shape), window)
    return _clip(_polygon_box(_vertices(shape)), window)


def _part_of(canvas: BoolArray, frame: _Window, mask: SliceMask) -> BoolArray:
    """View of the canvas under a mask; empty where the mask is."""
    if not mask.mask.size:
        return canvas[:0, :0]
    height, width = mask.mask.shape
    row, column = mask.row - frame.row, mask.column - frame.column
    return canvas[row : row + height, column : column + width]


def _empty(slice_index: int) -> SliceMask:
    nothing: npt.NDArray[np.bool_] = np.zeros((0, 0), dtype=np.bool_)
    return SliceMask(slice_index, 0, 0, nothing)
