"""Where the regions of a file belong: which series, which slice, which pixels.

By UID where the file names images that are at hand (DICOM PS3.3 C.8.8.5, C.8.20.2, C.17.3); otherwise by
geometry, and only inside one frame of reference (PS3.3 C.7.4.1): two coordinate systems that share no origin
must not be laid over each other because their numbers happen to fit.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np
import numpy.typing as npt

from gepnet_core.errors import DicomError
from gepnet_core.imaging.geometry import FloatArray, VolumeGeometry
from gepnet_core.imaging.rois.roi import Roi, SliceMask
from gepnet_core.imaging.rois.roi_warnings import RoiWarning, worded
from gepnet_core.imaging.series.study import ImageSeries
from gepnet_core.imaging.volume import BoolArray

MatchedBy = Literal["uid", "geometry"]
IntArray = npt.NDArray[np.int64]

SLICE_TOLERANCE = 0.1
"""Share of the slice spacing within which a plane lies on a slice: headers round to 0.01 to 0.1 mm."""

MIN_SLICE_TOLERANCE_MM = 0.05
GRID_TOLERANCE_PIXELS = 0.05
"""How far the corners of a mask may stand from pixel centres: rounding of decimal strings only."""

MAX_NAME_LENGTH = 64


@dataclass(frozen=True, repr=False)
class References:
    """UIDs that a region file names. Never shown."""

    sop_instances: frozenset[str] = frozenset()
    series: frozenset[str] = frozenset()
    frames_of_reference: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False, repr=False)
class Candidate:
    """A series that a region file may belong to, and why."""

    series: ImageSeries
    matched_by: MatchedBy
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class LoadedRois:
    """Regions of one file on one series."""

    series_key: str
    rois: tuple[Roi, ...]
    matched_by: MatchedBy
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Placed:
    """What a reader could put on one series; ``problem`` says why nothing, where nothing."""

    rois: tuple[Roi, ...]
    warnings: tuple[str, ...] = ()
    problem: str | None = None


class PlaneFault(Enum):
    """Why a plane of a mask has no place on a series."""

    UNPLACED = "the images do not state where they lie"
    OFF_GRID = "its pixels are not the pixels of the images"
    LARGER = "it reaches beyond the images"
    BETWEEN = "it lies between two slices"
    BEYOND = "no slice of the series is near"


@dataclass(frozen=True)
class PlanePlacement:
    """A plane of a mask on one slice: turned by transposing, then flipped, then moved by whole pixels."""

    slice_index: int
    row: int
    column: int
    transposed: bool
    flip_rows: bool
    flip_columns: bool


def find_candidates(series: Sequence[ImageSeries], references: References) -> tuple[Candidate, ...]:
    """Series that the file's references allow, by UID where one fits, else by frame of reference.

    Raises
    ------
    DicomError
        No series is there, or the file is of another frame of reference than every series.
    """
    if not series:
        raise DicomError(
            "The region file refers to images that are not here",
            got="no CT series",
            remedy="Load the CT images together with the region file.",
        )
    by_instance = [one for one in series if references.sop_instances.intersection(_instances(one))]
    by_series = [one for one in series if one.uids.series and one.uids.series in references.series]
    by_uid = by_instance or by_series
    if by_uid:
        return tuple(Candidate(one, "uid", _uid_warnings(one, references)) for one in by_uid)
    same, unknown = [], []
    for one in series:
        frame = one.uids.frame_of_reference
        if not frame or not references.frames_of_reference:
            unknown.append(one)
        elif frame in references.frames_of_reference:
            same.append(one)
    if not same and not unknown:
        raise DicomError(
            "The region file refers to other images than these",
            got="another frame of reference and none of the images it names",
            allowed="the images on which the regions were drawn",
            remedy="Load the CT series that belongs to this region file.",
        )
    if same:
        note = worded(
            RoiWarning.MATCHED_BY_GEOMETRY,
            "The images that the file names are not here; the regions were placed by position in the same "
            "frame of reference.",
        )
        return tuple(Candidate(one, "geometry", (note,)) for one in same)
    stranger = worded(
        RoiWarning.PATIENT_NOT_CHECKED,
        "Only position ties the regions to these images; check that both are of one patient and one phase.",
    )
    return tuple(Candidate(one, "geometry", (stranger,)) for one in unknown)


def place_on_candidates(
    candidates: Sequence[Candidate], place: Callable[[Candidate], Placed], what: str
) -> tuple[LoadedRois, ...]:
    """Ask `place` for the regions on every candidate and keep the series where some could be placed.

    Raises
    ------
    DicomError
        Nothing could be placed anywhere.
    """
    loaded: list[LoadedRois] = []
    problem: str | None = None
    for candidate in candidates:
        placed = place(candidate)
        if placed.rois:
            warnings = candidate.warnings + placed.warnings
            loaded.append(LoadedRois(candidate.series.key, placed.rois, candidate.matched_by, warnings))
        else:
            problem = problem or placed.problem
    if not loaded:
        raise DicomError(
            f"No region of the {what} lies on the images",
            got=problem,
            allowed="regions on the slices of a loaded CT series",
            remedy="Load the CT series on which the regions were drawn, or draw them here.",
        )
    if len(loaded) > 1 and all(one.matched_by == "geometry" for one in loaded):
        note = worded(
            RoiWarning.SEVERAL_SERIES_FIT,
            f"The regions fit {len(loaded)} series equally; choose the one on which they were drawn.",
        )
        return tuple(
            LoadedRois(one.series_key, one.rois, one.matched_by, (*one.warnings, note)) for one in loaded
        )
    return tuple(loaded)


def is_placed(geometry: VolumeGeometry) -> bool:
    """True where patient coordinates can be mapped to pixels."""
    return geometry.spacing_is_known and geometry.position_is_known


def slice_tolerance_mm(geometry: VolumeGeometry) -> float:
    """How far from a slice a plane may lie and still be of that slice."""
    spacing = geometry.slice_spacing_mm
    if spacing is None:
        return MIN_SLICE_TOLERANCE_MM
    return max(MIN_SLICE_TOLERANCE_MM, SLICE_TOLERANCE * spacing)


def slices_at(geometry: VolumeGeometry, positions_mm: FloatArray) -> IntArray:
    """Slice index of each position along the normal, -1 where no slice is within the tolerance."""
    if not is_placed(geometry):
        return np.full(len(positions_mm), -1, dtype=np.int64)
    places = geometry.slice_positions_mm  # ascending, as the normal points to increasing indices
    right = np.clip(np.searchsorted(places, positions_mm), 0, len(places) - 1)
    left = np.maximum(right - 1, 0)
    nearest = np.where(
        np.abs(positions_mm - places[left]) <= np.abs(places[right] - positions_mm), left, right
    )
    close = np.abs(places[nearest] - positions_mm) <= slice_tolerance_mm(geometry)
    return np.asarray(np.where(close, nearest, -1), dtype=np.int64)


def to_pixels(geometry: VolumeGeometry, slice_index: int, points_mm: FloatArray) -> FloatArray:
    """``(x, y)`` of patient points (n, 3) on one slice, as (n, 2); PS3.3 C.7.6.2.1.1 solved."""
    offset = points_mm - geometry.origins_mm[slice_index]
    return np.stack(
        [
            offset @ geometry.row_direction / geometry.column_spacing_mm,
            offset @ geometry.column_direction / geometry.row_spacing_mm,
        ],
        axis=1,
    )


def place_plane(
    geometry: VolumeGeometry,
    first_mm: FloatArray,
    column_step_mm: FloatArray,
    row_step_mm: FloatArray,
    shape: tuple[int, int],
) -> PlanePlacement | PlaneFault:
    """Find the slice and whole-pixel place of a plane of a mask.

    Parameters
    ----------
    geometry : VolumeGeometry
    first_mm : (3,) float64
        Centre of pixel (0, 0) of the mask, LPS.
    column_step_mm, row_step_mm : (3,) float64
        From one column, and from one row, to the next.
    shape : (rows, columns) of the mask
    """
    if not is_placed(geometry):
        return PlaneFault.UNPLACED
    rows, columns = shape
    corners = np.stack(
        [
            first_mm,
            first_mm + column_step_mm * (columns - 1),
            first_mm + row_step_mm * (rows - 1),
            first_mm + column_step_mm,
            first_mm + row_step_mm,
        ]
    )
    positions = corners @ geometry.normal
    tolerance = slice_tolerance_mm(geometry)
    if float(np.ptp(positions)) > 2 * tolerance:
        return PlaneFault.OFF_GRID
    middle = float(positions[:3].mean())
    slice_index = int(slices_at(geometry, np.array([middle]))[0])
    if slice_index < 0:
        gap = float(np.abs(geometry.slice_positions_mm - middle).min())
        spacing = geometry.slice_spacing_mm
        between = spacing is not None and gap < spacing - tolerance
        return PlaneFault.BETWEEN if between else PlaneFault.BEYOND
    pixels = to_pixels(geometry, slice_index, corners)
    whole = np.rint(pixels)
    if float(np.abs(pixels - whole).max()) > GRID_TOLERANCE_PIXELS:
        return PlaneFault.OFF_GRID
    column_step, row_step = whole[3] - whole[0], whole[4] - whole[0]
    transposed = bool(column_step[0] == 0)
    along_x, along_y = (row_step, column_step) if transposed else (column_step, row_step)
    if abs(along_x[0]) != 1 or along_x[1] != 0 or abs(along_y[1]) != 1 or along_y[0] != 0:
        return PlaneFault.OFF_GRID
    opposite = whole[1] + whole[2] - whole[0]
    low, high = np.minimum(whole[0], opposite), np.maximum(whole[0], opposite)
    if low.min() < 0 or high[0] > geometry.columns - 1 or high[1] > geometry.rows - 1:
        return PlaneFault.LARGER
    return PlanePlacement(
        slice_index=slice_index,
        row=int(low[1]),
        column=int(low[0]),
        transposed=transposed,
        flip_rows=bool(along_y[1] < 0),
        flip_columns=bool(along_x[0] < 0),
    )


def lay(mask: BoolArray, placement: PlanePlacement) -> SliceMask:
    """A plane of a mask as a mask of its slice, cropped to its true pixels."""
    turned = mask.T if placement.transposed else mask
    if placement.flip_rows:
        turned = turned[::-1]
    if placement.flip_columns:
        turned = turned[:, ::-1]
    rows, columns = np.flatnonzero(turned.any(axis=1)), np.flatnonzero(turned.any(axis=0))
    if not len(rows):
        return SliceMask(placement.slice_index, placement.row, placement.column, turned[:0, :0])
    cropped = turned[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return SliceMask(
        placement.slice_index,
        placement.row + int(rows[0]),
        placement.column + int(columns[0]),
        np.ascontiguousarray(cropped),
    )


def slice_of_instance(series: ImageSeries, sop_instance: str, frame: int | None) -> int | None:
    """Slice that shows the image, or the frame of it, that a file names; None where there is none."""
    found = [
        index
        for index, instance in enumerate(series.uids.sop_instances)
        if instance == sop_instance and (frame is None or series.uids.frame_numbers[index] in (None, frame))
    ]
    # A multi-frame image named without its frame is no place.
    return found[0] if len(found) == 1 else None


def region_name(text: str, fallback: str) -> str:
    """A name fit to show: printable, on one line, of bounded length."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:MAX_NAME_LENGTH].strip() or fallback


def _instances(series: ImageSeries) -> frozenset[str]:
    return frozenset(instance for instance in series.uids.sop_instances if instance)


def _uid_warnings(series: ImageSeries, references: References) -> tuple[str, ...]:
    found = []
    if references.sop_instances and not references.sop_instances.intersection(_instances(series)):
        found.append(
            worded(
                RoiWarning.MATCHED_BY_GEOMETRY,
                "The file names this series but none of its images; the regions were placed by position.",
            )
        )
    frame = series.uids.frame_of_reference
    if frame and references.frames_of_reference and frame not in references.frames_of_reference:
        found.append(
            worded(
                RoiWarning.FRAME_OF_REFERENCE_DIFFERS,
                "The file names these images but another frame of reference; check where its regions lie.",
            )
        )
    return tuple(found)
