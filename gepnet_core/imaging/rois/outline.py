"""Closed outlines of regions, to draw them over the image. Nothing is measured from an outline."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np

from gepnet_core.imaging.rois.roi import Ellipse, Polygon, Roi, Shape, SliceMask
from gepnet_core.imaging.volume import BoolArray

Point = tuple[float, float]
Outline = tuple[Point, ...]

ELLIPSE_POINTS = 72
MAX_POINTS = 400
"""An outline with more corners is drawn with every k-th of them; on a screen nobody sees the difference."""


def outlines(roi: Roi) -> Mapping[int, tuple[Outline, ...]]:
    """Closed outlines of a region by slice.

    Parameters
    ----------
    roi : Roi

    Returns
    -------
    mapping of slice index to tuple of outlines
        Each outline is a tuple of ``(x, y)`` in pixels, centres on integers; the last joins the first. A mask
        is outlined along the edges of its pixels, which lie at half integers.
    """
    found: dict[int, list[Outline]] = {}
    for shape in roi.shapes:
        found.setdefault(shape.slice_index, []).extend(_thinned(line) for line in _trace(shape))
    return {index: tuple(lines) for index, lines in found.items()}


def _trace(shape: Shape) -> Iterator[Outline]:
    if isinstance(shape, Polygon):
        yield shape.vertices
    elif isinstance(shape, Ellipse):
        yield tuple(_on_ellipse(shape, 2 * math.pi * k / ELLIPSE_POINTS) for k in range(ELLIPSE_POINTS))
    else:
        yield from _trace_mask(shape)


def _on_ellipse(oval: Ellipse, t: float) -> Point:
    u, v = oval.rx * math.cos(t), oval.ry * math.sin(t)
    cos, sin = math.cos(oval.angle_rad), math.sin(oval.angle_rad)
    return oval.cx + u * cos - v * sin, oval.cy + u * sin + v * cos


def _thinned(outline: Outline) -> Outline:
    step = math.ceil(len(outline) / MAX_POINTS)
    return tuple((round(x, 2), round(y, 2)) for x, y in outline[:: max(step, 1)])


def _trace_mask(shape: SliceMask) -> Iterator[Outline]:
    """Follow the edges between inside and outside, inside always on the right.

    Where two pixels touch at a corner alone, both loops pass through it; either continuation closes.
    """
    mask = np.pad(shape.mask, 1)
    onward: dict[tuple[int, int], list[tuple[int, int]]] = {}

    def add(pixels: BoolArray, start: tuple[int, int], end: tuple[int, int]) -> None:
        for row, column in np.argwhere(pixels).tolist():
            onward.setdefault((row + start[0], column + start[1]), []).append((row + end[0], column + end[1]))

    inside = mask[1:-1, 1:-1]
    add(inside & ~mask[:-2, 1:-1], (0, 0), (0, 1))
    add(inside & ~mask[1:-1, 2:], (0, 1), (1, 1))
    add(inside & ~mask[2:, 1:-1], (1, 1), (1, 0))
    add(inside & ~mask[1:-1, :-2], (1, 0), (0, 0))
    while onward:
        first = corner = next(iter(onward))
        loop: list[tuple[int, int]] = []
        while True:
            loop.append(corner)
            following = onward[corner].pop()
            if not onward[corner]:
                del onward[corner]
            corner = following
            if corner == first:
                break
        yield tuple(
            (shape.column + column - 0.5, shape.row + row - 0.5)
            for before, (row, column), after in zip(
                loop[-1:] + loop[:-1], loop, loop[1:] + loop[:1], strict=True
            )
            if not (before[0] == row == after[0] or before[1] == column == after[1])
        )
