"""Regions of an RT Structure Set: planar contours in patient coordinates (DICOM PS3.3 C.8.8.5, C.8.8.6).

Contours of one region on one slice join by union when they are CLOSED_PLANAR and by exclusive or when they
are CLOSEDPLANAR_XOR (C.8.8.6.3). Writers in the wild also use CLOSED_PLANAR for holes: where such contours of
one region overlap, the region is marked as ambiguous and can be measured both ways.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    is_placed,
    place_on_candidates,
    region_name,
    slice_tolerance_mm,
    slices_at,
    to_pixels,
)
from gepnet_core.imaging.rois.rasterise import shapes_overlap
from gepnet_core.imaging.rois.roi import Combine, Polygon, Roi, RoiSource
from gepnet_core.imaging.rois.roi_warnings import RoiWarning, worded
from gepnet_core.imaging.series.study import ImageSeries

FRAME_OF_REFERENCE = 0x00200052
REFERENCED_SOP_INSTANCE = 0x00081155
SERIES_INSTANCE = 0x0020000E
REFERENCED_FRAME_OF_REFERENCE_SEQUENCE = 0x30060010
STRUCTURE_SET_ROI_SEQUENCE = 0x30060020
ROI_CONTOUR_SEQUENCE = 0x30060039
CONTOUR_DATA = 0x30060050
TAGS = (
    0x00080005,
    FRAME_OF_REFERENCE,
    REFERENCED_FRAME_OF_REFERENCE_SEQUENCE,
    STRUCTURE_SET_ROI_SEQUENCE,
    ROI_CONTOUR_SEQUENCE,
)

MAX_REGIONS = 1_000
MAX_CONTOURS = 100_000
MAX_POINTS = 3_000_000
MAX_FILLED_PIXELS = 2_000_000_000
"""Limits on one file: a whole-body plan has some hundred regions, 10,000 contours and a million points, and
their bounding boxes hold 100 million pixels together."""

PIXEL_DECIMALS = 4
"""Pixel coordinates are rounded to 1e-4: coordinates in the file have 0.001 to 0.01 mm, and the noise of
float64 must not decide whether a centre that lies exactly on an outline is inside."""


@dataclass(frozen=True, eq=False, repr=False)
class Contour:
    """One closed contour: (n, 3) LPS points in mm, its type, and the images it names."""

    points_mm: FloatArray
    exclusive: bool
    sop_instances: frozenset[str]


@dataclass(frozen=True, eq=False, repr=False)
class ContourRegion:
    """One region of the file as it stands there."""

    name: str
    contours: tuple[Contour, ...]
    n_ignored: int


def read_rtstruct(root: Element, series: Sequence[ImageSeries]) -> tuple[LoadedRois, ...]:
    """Regions of a structure set on the series they belong to.

    Parameters
    ----------
    root : Element
        The parsed file, with the tags of `TAGS`.
    series : sequence of ImageSeries

    Raises
    ------
    DicomError
        The file holds no closed contour, exceeds the limits, or no contour lies on the images.
    """
    regions = _regions(root)
    if not any(region.contours for region in regions):
        raise DicomError(
            "The structure set holds no closed contour",
            got=f"{len(regions)} regions without one",
            allowed="CLOSED_PLANAR or CLOSEDPLANAR_XOR contours",
        )
    candidates = find_candidates(series, _references(root, regions))
    owned = frozenset(instance for one in series for instance in one.uids.sop_instances if instance)

    def place(candidate: Candidate) -> Placed:
        return _place(regions, candidate, owned)

    return place_on_candidates(candidates, place, "structure set")


def _regions(root: Element) -> tuple[ContourRegion, ...]:
    names = {
        item.integer(0x30060022): item.text(0x30060026) for item in root.items(STRUCTURE_SET_ROI_SEQUENCE)
    }
    drawn = root.items(ROI_CONTOUR_SEQUENCE)
    if len(drawn) > MAX_REGIONS:
        raise DicomError(
            "The structure set is too large", got=f"{len(drawn)} regions", allowed=f"up to {MAX_REGIONS}"
        )
    found = []
    n_contours = n_points = 0
    for index, item in enumerate(drawn):
        contours: list[Contour] = []
        n_ignored = 0
        for contour_item in item.items(0x30060040):
            n_contours += 1
            contour = _contour(contour_item)
            if contour is None:
                n_ignored += 1
            else:
                contours.append(contour)
                n_points += len(contour.points_mm)
            if n_contours > MAX_CONTOURS or n_points > MAX_POINTS:
                raise DicomError(
                    "The structure set is too large",
                    got=f"more than {MAX_CONTOURS} contours or {MAX_POINTS} points",
                    remedy="Export only the regions that you want to measure.",
                )
        name = region_name(names.get(item.integer(0x30060084), ""), f"region {index + 1}")
        found.append(ContourRegion(name, tuple(contours), n_ignored))
    return tuple(found)


def _contour(item: Element) -> Contour | None:
    """A closed contour of at least three points, or None for points, open lines and single-point contours."""
    kind = item.ascii(0x30060042)
    if kind not in {"CLOSED_PLANAR", "CLOSEDPLANAR_XOR"}:
        return None
    points = _points(item.ascii(CONTOUR_DATA))
    if points is None or len(np.unique(points, axis=0)) < 3:
        return None
    instances = frozenset(image.ascii(REFERENCED_SOP_INSTANCE) for image in item.items(0x30060016)) - {""}
    return Contour(points, kind == "CLOSEDPLANAR_XOR", instances)


def _points(text: str) -> FloatArray | None:
    """(n, 3) numbers of a decimal string, or None where it is not one."""
    if "_" in text:  # Python's and NumPy's parsers would read 1_0 as 10
        return None
    try:
        numbers = np.array(text.split("\\"), dtype=np.float64)
    except ValueError:
        return None
    if numbers.size < 9 or numbers.size % 3 or not np.isfinite(numbers).all():
        return None
    return numbers.reshape(-1, 3)


def _references(root: Element, regions: Sequence[ContourRegion]) -> References:
    frames = {root.ascii(FRAME_OF_REFERENCE)}
    series: set[str] = set()
    listed: set[str] = set()
    for frame in root.items(REFERENCED_FRAME_OF_REFERENCE_SEQUENCE):
        frames.add(frame.ascii(FRAME_OF_REFERENCE))
        for study in frame.items(0x30060012):
            for one in study.items(0x30060014):
                series.add(one.ascii(SERIES_INSTANCE))
                listed.update(image.ascii(REFERENCED_SOP_INSTANCE) for image in one.items(0x30060016))
    frames.update(item.ascii(0x30060024) for item in root.items(STRUCTURE_SET_ROI_SEQUENCE))
    named = {
        instance for region in regions for contour in region.contours for instance in contour.sop_instances
    }
    return References(
        # What a contour itself names is more exact than the list for the whole file.
        sop_instances=frozenset((named or listed) - {""}),
        series=frozenset(series - {""}),
        frames_of_reference=frozenset(frames - {""}),
    )


def _place(regions: Sequence[ContourRegion], candidate: Candidate, owned: frozenset[str]) -> Placed:
    own = frozenset(candidate.series.uids.sop_instances)
    rois: list[Roi] = []
    n_missed = n_off = 0
    filled = [0]
    for region in regions:
        # A contour that names an image of another loaded series belongs there.
        mine = [one for one in region.contours if not one.sop_instances & owned or one.sop_instances & own]
        if not mine:
            continue
        roi, on_slices = _roi(region, mine, candidate.series.geometry, filled)
        if roi is not None:
            rois.append(roi)
        elif on_slices:
            n_off += 1
        else:
            n_missed += 1
    warnings = []
    if rois and n_missed + n_off:
        noun = "region lies" if n_missed + n_off == 1 else "regions lie"
        warnings.append(
            worded(RoiWarning.REGIONS_LEFT_OUT, f"{n_missed + n_off} {noun} outside these images, left out.")
        )
    return Placed(
        tuple(rois), tuple(warnings), None if rois else _mismatch(regions, candidate, n_missed, n_off)
    )


def _roi(
    region: ContourRegion, contours: Sequence[Contour], geometry: VolumeGeometry, filled: list[int]
) -> tuple[Roi | None, bool]:
    """The region on the slices, or None where nothing of it is on the image; and whether slices were met.

    ``filled`` counts the pixels of all bounding boxes so far, the work that filling the contours will take.
    """
    normal = geometry.normal
    heights = [contour.points_mm @ normal for contour in contours]
    low = np.array([float(one.min()) for one in heights])
    high = np.array([float(one.max()) for one in heights])
    indices = slices_at(geometry, (low + high) / 2)
    flat = high - low <= 2 * slice_tolerance_mm(geometry)
    shapes: list[Polygon] = []
    exclusive: set[bool] = set()
    on_image = False
    for contour, index, is_flat in zip(contours, indices, flat, strict=True):
        if index < 0 or not is_flat:
            continue
        pixels = np.round(to_pixels(geometry, int(index), contour.points_mm), PIXEL_DECIMALS)
        shapes.append(Polygon(int(index), tuple(map(tuple, pixels.tolist()))))
        exclusive.add(contour.exclusive)
        (left, top), (right, bottom) = pixels.min(axis=0), pixels.max(axis=0)
        on_image |= bool(
            right >= 0 and bottom >= 0 and left <= geometry.columns - 1 and top <= geometry.rows - 1
        )
        width = min(right, geometry.columns) - max(left, 0)
        height = min(bottom, geometry.rows) - max(top, 0)
        filled[0] += int(max(width, 0) * max(height, 0))
    if filled[0] > MAX_FILLED_PIXELS:
        raise DicomError(
            "The structure set is too large",
            got="contours that cover the images many times over",
            remedy="Export only the regions that you want to measure.",
        )
    if not on_image:
        return None, bool(shapes)
    warnings = []
    if region.n_ignored:
        noun = "contour is" if region.n_ignored == 1 else "contours are"
        warnings.append(
            worded(
                RoiWarning.CONTOURS_IGNORED,
                f"{region.n_ignored} {noun} a point, an open line or damaged, and left out.",
            )
        )
    if len(shapes) < len(contours):
        warnings.append(
            worded(
                RoiWarning.BETWEEN_SLICES,
                f"{len(contours) - len(shapes)} of {len(contours)} contours lie on no slice here, left out.",
            )
        )
    if len(exclusive) > 1:
        warnings.append(
            worded(
                RoiWarning.MIXED_CONTOUR_TYPES,
                "The region mixes contours that join and that cut out; all were taken as cutting out.",
            )
        )
    overlap = False in exclusive and shapes_overlap(shapes, geometry.rows, geometry.columns)
    if overlap:
        warnings.append(
            worded(
                RoiWarning.NESTED_CONTOURS,
                "Contours lie inside one another and the file does not say whether the inner ones are holes. "
                "Taken as filled; compare both readings.",
            )
        )
    roi = Roi(
        name=region.name,
        shapes=tuple(shapes),
        source=RoiSource.RTSTRUCT,
        combine=Combine.XOR if True in exclusive else Combine.UNION,
        combine_is_ambiguous=overlap,
        warnings=tuple(warnings),
    )
    return roi, True


def _mismatch(regions: Sequence[ContourRegion], candidate: Candidate, n_missed: int, n_off: int) -> str:
    """Why no region lies on the series, in numbers that carry no identifier."""
    if n_off and not n_missed:
        return "contours beside the image"
    if not is_placed(candidate.series.geometry):
        return "images that do not state where they lie"
    normal = candidate.series.geometry.normal
    heights = np.concatenate([one.points_mm @ normal for region in regions for one in region.contours])
    places = candidate.series.geometry.slice_positions_mm
    return (
        f"contours from {heights.min():.1f} to {heights.max():.1f} mm along the stack, "
        f"slices from {places.min():.1f} to {places.max():.1f} mm"
    )
