"""Outlines of a loaded region for the viewer, which draws lines and knows no masks."""

from __future__ import annotations

import math
from collections import defaultdict

import numpy as np

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.roi import Ellipse, Polygon, Roi, Shape, SliceMask
from ui.roi_viewer.component import LoadedContour
from ui.roi_viewer.drawing import Tissue

ELLIPSE_VERTICES = 72
Outline = list[tuple[float, float]]
_Corner = tuple[int, int]


def loaded_contour(
    roi: Roi, *, identity: str, phase: Phase, label: str, tissue: Tissue | None = None
) -> LoadedContour:
    """The region as read-only lines for `roi_viewer`.

    Parameters
    ----------
    roi : Roi
        In pixel coordinates of the phase's volume.
    identity : str
        Unique among the contours of one viewer.
    label : str
        Shown beside the lines, in that user's own viewer.
    """
    outlines: dict[int, list[Outline]] = defaultdict(list)
    for shape in roi.shapes:
        outlines[shape.slice_index].extend(outline_of(shape))
    return LoadedContour(id=identity, phase=phase, label=label, outlines=dict(outlines), tissue=tissue)


def outline_of(shape: Shape) -> list[Outline]:
    """Closed lines around a shape, in pixels with centres on integers; a mask's run along pixel edges."""
    if isinstance(shape, Polygon):
        return [list(shape.vertices)]
    if isinstance(shape, Ellipse):
        return [_ellipse_outline(shape)]
    return _mask_outlines(shape)


def _ellipse_outline(ellipse: Ellipse) -> Outline:
    cosine, sine = math.cos(ellipse.angle_rad), math.sin(ellipse.angle_rad)
    turns = [2 * math.pi * k / ELLIPSE_VERTICES for k in range(ELLIPSE_VERTICES)]
    axes = [(ellipse.rx * math.cos(turn), ellipse.ry * math.sin(turn)) for turn in turns]
    return [(ellipse.cx + u * cosine - v * sine, ellipse.cy + u * sine + v * cosine) for u, v in axes]


def _mask_outlines(shape: SliceMask) -> list[Outline]:
    """Walk the edges between inside and outside; inside lies to the right of the way (y points down)."""
    steps = _edges(np.pad(shape.mask, 1))
    outlines = []
    while steps:
        start = next(iter(steps))
        corner, way = start, (0, 0)
        outline: Outline = []
        while True:
            corner, way, turned = _step(steps, corner, way)
            if turned:
                outline.append(turned)
            if corner == start:
                break
        outlines.append([(shape.column + x - 1.5, shape.row + y - 1.5) for x, y in outline])
    return outlines


def _edges(padded: np.ndarray) -> dict[_Corner, list[_Corner]]:
    """From each corner of the pixel grid, the unit steps along the border that begin there."""
    steps: dict[_Corner, list[_Corner]] = defaultdict(list)
    across = padded[1:, :] != padded[:-1, :]
    for y, x in zip(*(index.tolist() for index in across.nonzero()), strict=True):
        if padded[y + 1, x]:  # inside below: walk to the right along its upper edge
            steps[x, y + 1].append((1, 0))
        else:
            steps[x + 1, y + 1].append((-1, 0))
    along = padded[:, 1:] != padded[:, :-1]
    for y, x in zip(*(index.tolist() for index in along.nonzero()), strict=True):
        if padded[y, x + 1]:  # inside on the right: walk up along its left edge
            steps[x + 1, y + 1].append((0, -1))
        else:
            steps[x + 1, y].append((0, 1))
    return steps


def _step(
    steps: dict[_Corner, list[_Corner]], corner: _Corner, way: _Corner
) -> tuple[_Corner, _Corner, tuple[float, float] | None]:
    """One edge further: the next corner, the way taken, and the corner left if the line bends there."""
    choices = steps[corner]
    # Where two pixels touch at a corner alone, turning right keeps them apart (4-neighbours).
    right = (-way[1], way[0])
    taken = right if right in choices else choices[0]
    choices.remove(taken)
    if not choices:
        del steps[corner]
    bend = (float(corner[0]), float(corner[1])) if taken != way else None
    return (corner[0] + taken[0], corner[1] + taken[1]), taken, bend
