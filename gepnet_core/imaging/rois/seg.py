"""Regions of a DICOM Segmentation: one mask a frame and segment (DICOM PS3.3 A.51, C.8.20).

A mask is laid on the CT only where its pixels are the CT's pixels; it is never resampled. pydicom decodes
frame by frame, which also reads big endian files; highdicom refuses these.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from gepnet_core.errors import DicomError
from gepnet_core.imaging.pixels.codestream import codestream_size
from gepnet_core.imaging.pixels.dicom_parse import PARSE_ERRORS, Element
from gepnet_core.imaging.rois.locate import (
    Candidate,
    LoadedRois,
    Placed,
    PlaneFault,
    PlanePlacement,
    References,
    find_candidates,
    lay,
    place_on_candidates,
    place_plane,
    region_name,
    slice_of_instance,
)
from gepnet_core.imaging.rois.roi import Roi, RoiSource, SliceMask
from gepnet_core.imaging.rois.roi_warnings import RoiWarning, worded
from gepnet_core.imaging.series.study import ImageSeries
from gepnet_core.imaging.volume import BoolArray

FRACTIONAL_THRESHOLD = 0.5
"""A voxel of a fractional segment counts from half of the maximum on."""

MAX_FRAMES = 20_000
MAX_SEGMENTS = 1_000
MAX_SIDE = 4_096
"""Limits on one file: CT has at most 1,024 rows, a whole body with a hundred organs some 10,000 frames."""

SPACING_TOLERANCE = 0.01

FRAME_OF_REFERENCE = 0x00200052
REFERENCED_SERIES_SEQUENCE = 0x00081115
SEGMENT_SEQUENCE = 0x00620002
SHARED_GROUPS = 0x52009229
FRAME_GROUPS = 0x52009230
SOP_INSTANCE = 0x00080018
TAGS = (
    0x00080005,
    SOP_INSTANCE,
    FRAME_OF_REFERENCE,
    REFERENCED_SERIES_SEQUENCE,
    0x00280008,
    0x00280010,
    0x00280011,
    0x00620001,
    SEGMENT_SEQUENCE,
    0x0062000E,
    SHARED_GROUPS,
    FRAME_GROUPS,
)


@dataclass(frozen=True, eq=False, repr=False)
class Frame:
    """Where one frame says that it lies. ``segment`` is None in a label map, where pixels name it."""

    segment: int | None
    position_mm: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    spacing_mm: tuple[float, ...] | None
    slice_spacing_mm: float | None
    sources: tuple[tuple[str, int | None], ...]


@dataclass(frozen=True, eq=False, repr=False)
class SegmentMask:
    """True pixels of one segment in one frame."""

    segment: int
    frame: int
    mask: BoolArray


def read_seg(
    root: Element, data: bytes, series: Sequence[ImageSeries], only: frozenset[int] | None = None
) -> tuple[LoadedRois, ...]:
    """Segments of a segmentation on the series they belong to.

    Parameters
    ----------
    root : Element
        The parsed file, with the tags of `TAGS`.
    data : bytes
        The whole file.
    series : sequence of ImageSeries
    only : frozenset of int, optional
        Numbers of the segments to read; all where None.

    Raises
    ------
    DicomError
        The file cannot be decoded, exceeds the limits, or its grid is not that of the images.
    """
    rows, columns = root.unsigned(0x00280010) or 0, root.unsigned(0x00280011) or 0
    frames = _frames(root)
    stated = root.integer(0x00280008)
    if stated is None:
        # The count may be absent where there is one frame (C.7.6.6 asks for it; real files leave it out).
        frames = frames[:1]
    elif stated != len(frames):
        raise DicomError(
            "The segmentation contradicts itself", got=f"{stated} frames, places for {len(frames)}"
        )
    if not (0 < rows <= MAX_SIDE and 0 < columns <= MAX_SIDE and 0 < len(frames) <= MAX_FRAMES):
        raise DicomError(
            "The segmentation has an impossible size",
            got=f"{len(frames)} frames of {columns} x {rows} pixels",
            allowed=f"1 to {MAX_FRAMES} frames of up to {MAX_SIDE} x {MAX_SIDE} pixels",
        )
    labels = {
        number: region_name(item.text(0x00620005), f"segment {number}")
        for item in root.items(SEGMENT_SEQUENCE)
        if (number := item.unsigned(0x00620004)) is not None and (only is None or number in only)
    }
    if not labels or len(labels) > MAX_SEGMENTS:
        raise DicomError(
            "The segmentation names no segment" if not labels else "The segmentation has too many segments",
            got=f"{len(labels)} segments",
            allowed=f"1 to {MAX_SEGMENTS}",
        )
    candidates = find_candidates(series, _references(root, frames))
    # Decoding is the costly part: a file whose planes fit no series is refused before.
    if not any(
        max(rows, columns) <= max(one.series.rows, one.series.columns)
        and min(rows, columns) <= min(one.series.rows, one.series.columns)
        for one in candidates
    ):
        problem = f"masks of {columns} x {rows} pixels: {PlaneFault.LARGER.value}"
        return place_on_candidates(candidates, lambda _: Placed((), problem=problem), "segmentation")
    kind = root.ascii(0x00620001)
    layings = {one.series.key: _Laying(one.series, frames, (rows, columns)) for one in candidates}
    is_empty = True
    for mask in _masks(data, kind, root.unsigned(0x0062000E), frames, labels, (rows, columns)):
        is_empty = False
        for laying in layings.values():
            laying.add(mask)
    if is_empty:
        raise DicomError(
            "The segmentation is empty", got="no pixel in any segment", allowed="at least one pixel"
        )

    def place(candidate: Candidate) -> Placed:
        return layings[candidate.series.key].placed(labels, kind)

    return place_on_candidates(candidates, place, "segmentation")


def _frames(root: Element) -> tuple[Frame, ...]:
    shared_items = root.items(SHARED_GROUPS)
    shared = shared_items[0] if shared_items else None
    return tuple(_frame(item, shared) for item in root.items(FRAME_GROUPS))


def _frame(own: Element, shared: Element | None) -> Frame:
    """One frame; a functional group stands in its own item or in the shared one (PS3.3 C.7.6.16)."""

    def group(sequence: int) -> Element | None:
        for holder in (own, shared):
            items = holder.items(sequence) if holder is not None else ()
            if items:
                return items[0]
        return None

    identification, position = group(0x0062000A), group(0x00209113)
    orientation, measures, derivation = group(0x00209116), group(0x00289110), group(0x00089124)
    sources = derivation.items(0x00082112) if derivation else ()
    return Frame(
        segment=identification.unsigned(0x0062000B) if identification else None,
        position_mm=position.floats(0x00200032, 3) if position else None,
        orientation=orientation.floats(0x00200037, 6) if orientation else None,
        spacing_mm=measures.floats(0x00280030, 2) if measures else None,
        slice_spacing_mm=measures.number(0x00180088) if measures else None,
        sources=tuple((one.ascii(0x00081155), one.integer(0x00081160)) for one in sources),
    )


def _references(root: Element, frames: Sequence[Frame]) -> References:
    listed = root.items(REFERENCED_SERIES_SEQUENCE)
    named = {instance for frame in frames for instance, _ in frame.sources}
    if not named:
        named = {image.ascii(0x00081155) for one in listed for image in one.items(0x0008114A)}
    return References(
        sop_instances=frozenset(named - {""}),
        series=frozenset({one.ascii(0x0020000E) for one in listed} - {""}),
        frames_of_reference=frozenset({root.ascii(FRAME_OF_REFERENCE)} - {""}),
    )


def _masks(
    data: bytes,
    kind: str,
    maximum: int | None,
    frames: Sequence[Frame],
    labels: dict[int, str],
    shape: tuple[int, int],
) -> Iterator[SegmentMask]:
    for index, pixels in enumerate(_decoded(data, len(frames), shape)):
        segment = frames[index].segment
        if kind == "LABELMAP":
            for number in np.unique(pixels):
                if int(number) in labels:
                    yield SegmentMask(int(number), index, np.asarray(pixels == number, dtype=np.bool_))
        elif segment in labels and segment is not None:
            # BINARY holds 0 and 1; FRACTIONAL holds 0 to MaximumFractionalValue (C.8.20.2.3).
            limit = FRACTIONAL_THRESHOLD * (maximum or 255) if kind == "FRACTIONAL" else 1
            mask = np.asarray(pixels >= limit, dtype=np.bool_)
            if mask.any():
                yield SegmentMask(segment, index, mask)


def _decoded(data: bytes, n_frames: int, shape: tuple[int, int]) -> Iterator[npt.NDArray[np.integer[Any]]]:
    """Frames one after the other, so that the file is never whole in memory as pixels."""
    from pydicom import dcmread
    from pydicom.encaps import generate_frames
    from pydicom.pixels.utils import iter_pixels

    try:
        dataset = dcmread(BytesIO(data), force=True)
        meta = getattr(dataset, "file_meta", None)
        syntax = getattr(meta, "TransferSyntaxUID", None)
        if syntax is not None and syntax.is_encapsulated:
            for frame in generate_frames(dataset.PixelData, number_of_frames=n_frames):
                _check_codestream(frame, shape)
        count = 0
        for pixels in iter_pixels(dataset, raw=True):
            if pixels.shape != shape or count >= n_frames:
                raise DicomError(
                    "The segmentation's pixels do not match its header", got="another size or count"
                )
            count += 1
            yield pixels
    except DicomError:
        raise
    # RuntimeError is pydicom's word for a frame that no decoder takes.
    except (*PARSE_ERRORS, RuntimeError, MemoryError) as error:
        raise DicomError(
            "The segmentation's pixels cannot be read",
            got="damaged data or an unknown compression",
            remedy="Export the segmentation without compression.",
        ) from error
    if count != n_frames:
        raise DicomError(
            "The segmentation is cut short", got=f"{count} frames", allowed=f"the {n_frames} of its header"
        )


def _check_codestream(frame: bytes, shape: tuple[int, int]) -> None:
    """Refuse a compressed frame that states another size before a decoder makes room for it."""
    size = codestream_size(frame)
    if size is not None and (size.rows, size.columns) != shape:
        raise DicomError(
            "The segmentation's pixels do not match its header",
            got=f"a compressed frame of {size.columns} x {size.rows} pixels",
            allowed=f"{shape[1]} x {shape[0]} pixels",
        )


class _Laying:
    """Masks being laid on one series, cropped as they come, until one does not fit."""

    def __init__(self, series: ImageSeries, frames: Sequence[Frame], shape: tuple[int, int]) -> None:
        self.series = series
        self.frames = frames
        self.shape = shape
        self.laid: dict[int, list[SliceMask]] = {}
        self.n_beyond = 0
        self.problem = _spacing_problem(series, frames)

    def add(self, one: SegmentMask) -> None:
        """Lay one mask on its slice."""
        if self.problem is not None:
            return
        placement = _placement(self.series, self.frames[one.frame], self.shape)
        if placement is PlaneFault.BEYOND:
            self.n_beyond += 1
        elif isinstance(placement, PlaneFault):
            self.problem = f"a mask on another grid: {placement.value}"
        else:
            self.laid.setdefault(one.segment, []).append(lay(one.mask, placement))

    def placed(self, labels: dict[int, str], kind: str) -> Placed:
        """The segments, in the order in which the file names them."""
        if self.problem is not None or not self.laid:
            return Placed((), problem=self.problem or "masks on slices that are not here")
        notes: tuple[str, ...] = ()
        if kind == "FRACTIONAL":
            sentence = (
                f"The segment holds fractions; pixels from {FRACTIONAL_THRESHOLD:g} of the maximum on count."
            )
            notes = (worded(RoiWarning.THRESHOLDED, sentence),)
        warnings: tuple[str, ...] = ()
        if self.n_beyond:
            noun = "mask lies" if self.n_beyond == 1 else "masks lie"
            sentence = f"{self.n_beyond} {noun} on slices that are not here, left out."
            warnings = (worded(RoiWarning.BETWEEN_SLICES, sentence),)
        rois = tuple(
            Roi(labels[number], tuple(self.laid[number]), RoiSource.SEG, warnings=notes)
            for number in labels
            if number in self.laid
        )
        return Placed(rois, warnings)


def _spacing_problem(series: ImageSeries, frames: Sequence[Frame]) -> str | None:
    spacing = series.geometry.slice_spacing_mm
    stated = next((frame.slice_spacing_mm for frame in frames if frame.slice_spacing_mm), None)
    if series.n_slices > 1 and spacing and stated and abs(stated - spacing) > SPACING_TOLERANCE * spacing:
        return f"planes {stated:g} mm apart, slices {spacing:g} mm apart"
    return None


def _placement(series: ImageSeries, frame: Frame, shape: tuple[int, int]) -> PlanePlacement | PlaneFault:
    """By the frame's own plane; by the image it was drawn on where it states no plane (C.8.20.2)."""
    geometry = series.geometry
    if frame.position_mm is None or frame.orientation is None or frame.spacing_mm is None:
        named = (slice_of_instance(series, instance, number) for instance, number in frame.sources)
        found = {index for index in named if index is not None}
        if len(found) != 1:
            return PlaneFault.BEYOND
        if shape != (geometry.rows, geometry.columns):
            return PlaneFault.OFF_GRID
        return PlanePlacement(found.pop(), 0, 0, False, False, False)
    row_direction, column_direction = np.array(frame.orientation[:3]), np.array(frame.orientation[3:])
    row_spacing, column_spacing = frame.spacing_mm
    return place_plane(
        geometry,
        np.array(frame.position_mm),
        row_direction * column_spacing,
        column_direction * row_spacing,
        shape,
    )
