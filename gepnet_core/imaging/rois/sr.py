"""Regions of a DICOM Structured Report (DICOM PS3.16 TID 1500, 1410, 1411; PS3.3 C.18.6, C.18.9).

Spatial coordinates of an image (SCOORD) have their origin at the outer corner of the top left pixel (PS3.3
C.18.6.1.1), half a pixel from its centre: 0.5 is subtracted. Values that the report states are not used: what
is shown here is measured from the pixels.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from gepnet_core.errors import DicomError
from gepnet_core.imaging.geometry import FloatArray, VolumeGeometry
from gepnet_core.imaging.pixels.dicom_parse import Element
from gepnet_core.imaging.rois.locate import (
    Candidate,
    LoadedRois,
    Placed,
    References,
    find_candidates,
    place_on_candidates,
    region_name,
    slice_of_instance,
    slice_tolerance_mm,
    slices_at,
    to_pixels,
)
from gepnet_core.imaging.rois.roi import Ellipse, Polygon, Roi, RoiSource
from gepnet_core.imaging.rois.roi_warnings import RoiWarning, worded
from gepnet_core.imaging.rois.sr_content import ContentItem, ImageReference, read_content
from gepnet_core.imaging.series.study import ImageSeries

TAGS = (0x00080005, 0x0040A040, 0x0040A043, 0x0040A730)

MEASUREMENT_GROUP = "125007"
IMAGE_REGION = "111030"
TRACKING_IDENTIFIER = "112039"
FINDING = "121071"
CORNER_TO_CENTRE = 0.5
MAX_OUTLINES = 5_000
"""Limit on one report: a reader marks some ten lesions, a program some hundred contours."""

ReadSegments = Callable[[str, frozenset[int]], tuple[LoadedRois, ...] | None]
"""Reads segments of the segmentation with an instance UID, None where that file is not here."""


@dataclass(frozen=True, eq=False, repr=False)
class _Outline:
    """One spatial coordinate and the image that it was selected from."""

    item: ContentItem
    image: ImageReference | None


@dataclass(frozen=True, eq=False, repr=False)
class _Group:
    name: str
    outlines: tuple[_Outline, ...]
    segments: tuple[tuple[str, frozenset[int]], ...]


def read_sr(
    root: Element, series: Sequence[ImageSeries], read_segments: ReadSegments
) -> tuple[LoadedRois, ...]:
    """Regions of a structured report on the series they belong to.

    Parameters
    ----------
    root : Element
        The parsed file, with the tags of `TAGS`.
    series : sequence of ImageSeries
    read_segments : callable
        How to read the segments that a group names instead of an outline.

    Raises
    ------
    DicomError
        The report holds no region, its images are not here, or its regions are elsewhere.
    """
    content = read_content(root)
    groups = tuple(_groups(content))
    by_segment = _read_segmented(groups, read_segments)
    outlined = [group for group in groups if group.outlines]
    n_outlines = sum(len(group.outlines) for group in outlined)
    if n_outlines > MAX_OUTLINES:
        raise DicomError(
            "The structured report is too large",
            got=f"{n_outlines} outlines",
            allowed=f"up to {MAX_OUTLINES}",
        )
    if not outlined:
        if by_segment:
            return by_segment
        raise _nothing_to_measure(content, groups)
    candidates = find_candidates(series, _references(outlined))

    def place(candidate: Candidate) -> Placed:
        return _place(outlined, candidate)

    return place_on_candidates(candidates, place, "structured report") + by_segment


def _groups(content: ContentItem) -> Iterator[_Group]:
    """Measurement groups; coordinates outside of any make a group with their nearest container."""
    only_image = {item.image for item in content.descendants() if item.image and not item.image.segments}
    fallback = only_image.pop() if len(only_image) == 1 else None
    pending = [content]
    number = 0
    while pending:
        container = pending.pop(0)
        inner = [child for child in container.children if child.value_type == "CONTAINER"]
        is_group = container.concept[0] == MEASUREMENT_GROUP
        if is_group:
            items = list(container.descendants())
        else:
            pending[:0] = inner
            items = [
                item
                for child in container.children
                if child.value_type != "CONTAINER"
                for item in (child, *child.descendants())
            ]
        outlines = _outlines(items, content, fallback)
        segments = tuple(
            (item.image.sop_instance, frozenset(item.image.segments))
            for item in items
            if item.image and item.image.segments
        )
        if outlines or segments:
            number += 1
            yield _Group(_group_name(items, number), outlines, segments)


def _outlines(
    items: Sequence[ContentItem], content: ContentItem, fallback: ImageReference | None
) -> tuple[_Outline, ...]:
    """Coordinates of a group, each once: viewers repeat an outline below each of its values."""
    found: dict[tuple[str, tuple[float, ...], ImageReference | None], _Outline] = {}
    for item in items:
        if item.value_type not in {"SCOORD", "SCOORD3D"}:
            continue
        image = next((one for child in item.children if (one := _image_of(child, content))), fallback)
        found.setdefault((item.graphic_type, item.points, image), _Outline(item, image))
    return tuple(found.values())


def _image_of(item: ContentItem, content: ContentItem) -> ImageReference | None:
    if item.image is not None:
        return item.image
    target = content.at(item.target) if item.target else None
    return target.image if target is not None else None


def _group_name(items: Sequence[ContentItem], number: int) -> str:
    texts = {item.concept[0]: item.text for item in reversed(items) if item.text}
    words = [texts.get(FINDING, ""), texts.get(TRACKING_IDENTIFIER, "")]
    return region_name(" ".join(word for word in words if word), f"region {number}")


def _references(groups: Sequence[_Group]) -> References:
    outlines = [outline for group in groups for outline in group.outlines]
    return References(
        sop_instances=frozenset({one.image.sop_instance for one in outlines if one.image} - {""}),
        frames_of_reference=frozenset({one.item.frame_of_reference for one in outlines} - {""}),
    )


def _place(groups: Sequence[_Group], candidate: Candidate) -> Placed:
    rois: list[Roi] = []
    n_elsewhere = 0
    for group in groups:
        shapes: list[Ellipse | Polygon] = []
        n_ignored = n_open = n_missed = 0
        for outline in group.outlines:
            shape = _closed(outline.item)
            if shape is None:
                n_ignored += 1
                continue
            placed = _on_slice(outline, shape, candidate)
            if placed is None:
                n_missed += 1
                continue
            shapes.append(placed)
            n_open += _is_open(outline.item)
        if shapes:
            rois.append(Roi(group.name, tuple(shapes), RoiSource.SR, warnings=_notes(n_ignored, n_open)))
        elif n_missed:
            n_elsewhere += 1
    if rois:
        noun = "region is" if n_elsewhere == 1 else "regions are"
        note = worded(RoiWarning.REGIONS_LEFT_OUT, f"{n_elsewhere} {noun} on other images, left out here.")
        return Placed(tuple(rois), (note,) if n_elsewhere else ())
    problem = "regions on images that are not here" if n_elsewhere else "points and lines without an area"
    return Placed((), problem=problem)


def _notes(n_ignored: int, n_open: int) -> tuple[str, ...]:
    notes = []
    if n_ignored:
        noun = "item is" if n_ignored == 1 else "items are"
        notes.append(
            worded(
                RoiWarning.CONTOURS_IGNORED,
                f"{n_ignored} {noun} a point or a line without an area, left out.",
            )
        )
    if n_open:
        notes.append(worded(RoiWarning.OPEN_OUTLINE, "The outline is not closed in the file; it was closed."))
    return tuple(notes)


def _pairs(item: ContentItem) -> FloatArray:
    size = 3 if item.value_type == "SCOORD3D" else 2
    usable = len(item.points) - len(item.points) % size
    return np.array(item.points[:usable], dtype=np.float64).reshape(-1, size)


def _is_open(item: ContentItem) -> bool:
    points = _pairs(item)
    return item.graphic_type == "POLYLINE" and not np.array_equal(points[0], points[-1])


def _closed(item: ContentItem) -> FloatArray | None:
    """Points of a graphic that encloses an area, None for points, lines and the unusable (C.18.6.1.2)."""
    points = _pairs(item)
    if not np.isfinite(points).all():
        return None
    if item.graphic_type in {"POLYLINE", "POLYGON"}:
        distinct = len(np.unique(points, axis=0))
        encloses = (
            item.graphic_type == "POLYGON" or item.concept[0] == IMAGE_REGION or not _ends_differ(points)
        )
        return points if distinct >= 3 and encloses else None
    if item.graphic_type == "CIRCLE" and item.value_type == "SCOORD":
        return points if len(points) == 2 and not np.array_equal(points[0], points[1]) else None
    if item.graphic_type == "ELLIPSE":
        if len(points) != 4 or np.array_equal(points[0], points[1]) or np.array_equal(points[2], points[3]):
            return None
        return points
    return None


def _ends_differ(points: FloatArray) -> bool:
    return len(points) < 2 or not np.array_equal(points[0], points[-1])


def _on_slice(outline: _Outline, points: FloatArray, candidate: Candidate) -> Ellipse | Polygon | None:
    series, item = candidate.series, outline.item
    if item.value_type == "SCOORD3D":
        own_frame = series.uids.frame_of_reference
        if item.frame_of_reference and own_frame and item.frame_of_reference != own_frame:
            return None
        return _spatial(item.graphic_type, points, series.geometry)
    image = outline.image
    if image is None or len(image.frames) > 1:
        return None
    slice_index = slice_of_instance(series, image.sop_instance, image.frames[0] if image.frames else None)
    return None if slice_index is None else _shape(item.graphic_type, slice_index, points - CORNER_TO_CENTRE)


def _spatial(graphic_type: str, points: FloatArray, geometry: VolumeGeometry) -> Ellipse | Polygon | None:
    heights = points @ geometry.normal
    if float(np.ptp(heights)) > 2 * slice_tolerance_mm(geometry):
        return None
    slice_index = int(slices_at(geometry, np.array([(heights.min() + heights.max()) / 2]))[0])
    return (
        None
        if slice_index < 0
        else _shape(graphic_type, slice_index, to_pixels(geometry, slice_index, points))
    )


def _shape(graphic_type: str, slice_index: int, pixels: FloatArray) -> Ellipse | Polygon:
    """The graphic in pixel coordinates with centres on integers.

    A circle is its centre and a point on it; an ellipse the ends of its major and minor axis (C.18.6.1.2).
    """
    if graphic_type == "CIRCLE":
        (cx, cy), (x, y) = pixels.tolist()
        radius = math.hypot(x - cx, y - cy)
        return Ellipse(slice_index, cx, cy, radius, radius)
    if graphic_type == "ELLIPSE":
        (ax, ay), (bx, by), (px, py), (qx, qy) = pixels.tolist()
        cx, cy = (ax + bx) / 2, (ay + by) / 2
        major, minor = math.hypot(bx - ax, by - ay) / 2, math.hypot(qx - px, qy - py) / 2
        if ay == by:
            return Ellipse(slice_index, cx, cy, major, minor)
        if ax == bx:
            return Ellipse(slice_index, cx, cy, minor, major)
        return Ellipse(slice_index, cx, cy, major, minor, math.atan2(by - ay, bx - ax))
    return Polygon(slice_index, tuple(map(tuple, pixels.tolist())))


def _read_segmented(groups: Sequence[_Group], read_segments: ReadSegments) -> tuple[LoadedRois, ...]:
    """Groups that name segments, under the names of the groups where one names one segment."""
    found: list[LoadedRois] = []
    for group in groups:
        for instance, numbers in group.segments:
            for loaded in read_segments(instance, numbers) or ():
                named = len(loaded.rois) == 1
                rois = tuple(replace(roi, name=group.name) for roi in loaded.rois) if named else loaded.rois
                found.append(replace(loaded, rois=rois))
    return tuple(found)


def _nothing_to_measure(content: ContentItem, groups: Sequence[_Group]) -> DicomError:
    if any(group.segments for group in groups):
        return DicomError(
            "The structured report names a segmentation that is not here",
            remedy="Load the segmentation file together with the report.",
        )
    n_values = sum(item.has_number for item in content.descendants())
    noun = "value" if n_values == 1 else "values"
    return DicomError(
        "The structured report holds no region on an image",
        got=f"{n_values} {noun} and no region",
        allowed="circles, ellipses and closed outlines",
        remedy="Type the values by hand, or draw the regions here.",
    )
