"""Regions of a NIfTI label map: each label is one region (NIfTI-1 and -2 data format, nifti.nimh.nih.gov).

The file's grid must be the CT's own: axes may be permuted or flipped, nothing is resampled. The grid is
checked from the header before the voxels are unpacked, and no more is unpacked than the header promises.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from gepnet_core.errors import DicomError
from gepnet_core.imaging.geometry import FloatArray
from gepnet_core.imaging.rois.locate import (
    SLICE_TOLERANCE,
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
)
from gepnet_core.imaging.rois.roi import Roi, RoiSource, SliceMask
from gepnet_core.imaging.rois.roi_warnings import RoiWarning, worded
from gepnet_core.imaging.series.study import ImageSeries

MAX_BYTES = 600_000_000
MAX_SIDE = 8_192
MAX_LABELS = 1_000
MAX_LABEL_VALUE = 65_535
"""Limits on one file: 1,100 slices of 512 x 512 in 16 bits; TotalSegmentator has some hundred labels."""

PROBABILITY_THRESHOLD = 0.5
_HEADER_BYTES = 540
_GZIP = b"\x1f\x8b"
_RAS_TO_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True, eq=False, repr=False)
class NiftiHeader:
    """What is needed to lay the voxels on a CT. ``affine`` maps voxel indices to LPS in mm."""

    shape: tuple[int, int, int]
    affine: FloatArray
    dtype: np.dtype[np.generic]
    offset: int
    slope: float
    intercept: float

    @property
    def n_bytes(self) -> int:
        return self.offset + math.prod(self.shape) * self.dtype.itemsize


@dataclass(frozen=True, eq=False, repr=False)
class Grid:
    """The array axis that runs along the slices, and the place of each plane that has one."""

    axis: int
    placements: dict[int, PlanePlacement]


def read_nifti(data: bytes, series: Sequence[ImageSeries]) -> tuple[LoadedRois, ...]:
    """Labels of a NIfTI file on every series whose grid is the file's own.

    Raises
    ------
    DicomError
        The file is no label map, is damaged or too large, states no orientation, or is on another grid.
    """
    header = read_nifti_header(_unpacked(data, _HEADER_BYTES))
    candidates = find_candidates(series, References())
    grids = {candidate.series.key: _grid(header, candidate.series) for candidate in candidates}

    def misfit(candidate: Candidate) -> Placed:
        grid = grids[candidate.series.key]
        return Placed((), problem=grid if isinstance(grid, str) else None)

    fitting = [one for one in candidates if isinstance(grids[one.series.key], Grid)]
    if not fitting:
        return place_on_candidates(candidates, misfit, "NIfTI label map")
    raw = _unpacked(data, header.n_bytes)
    if len(raw) < header.n_bytes:
        raise DicomError(
            "The NIfTI file is cut short", got=f"{len(raw)} bytes", allowed=f"{header.n_bytes} by its header"
        )
    voxels = np.frombuffer(raw, header.dtype, math.prod(header.shape), header.offset).reshape(
        header.shape, order="F"
    )
    fractional = _holds_fractions(voxels, header)

    def place(candidate: Candidate) -> Placed:
        grid = grids[candidate.series.key]
        return _place(header, voxels, fractional, grid) if isinstance(grid, Grid) else misfit(candidate)

    return place_on_candidates(fitting, place, "NIfTI label map")


def read_nifti_header(head: bytes) -> NiftiHeader:
    """Header of a single-file NIfTI-1 or NIfTI-2.

    Raises
    ------
    DicomError
        The bytes are no such header, or what it states cannot be used.
    """
    from nibabel import Nifti1Header, Nifti2Header
    from nibabel.spatialimages import HeaderDataError
    from nibabel.wrapstruct import WrapStructError

    size = {int.from_bytes(head[:4], order) for order in ("little", "big")}
    kind: Any
    kind, length = (Nifti2Header, 540) if 540 in size else (Nifti1Header, 348)
    if not size & {348, 540} or len(head) < length:
        raise DicomError("The file is not NIfTI", got="no NIfTI header", allowed=".nii or .nii.gz")
    try:
        header: Any = kind(head[:length], check=False)
        shape = tuple(int(side) for side in header.get_data_shape())
        dtype = np.dtype(header.get_data_dtype())
        stated_slope, stated_intercept = header.get_slope_inter()
        affine = np.asarray(header.get_best_affine(), dtype=np.float64)
        offset = int(header["vox_offset"])
        oriented = int(header["sform_code"]) > 0 or int(header["qform_code"]) > 0
        unit = int(header["xyzt_units"]) & 7
        magic = bytes(header["magic"].item()).rstrip(b"\0")
    except (HeaderDataError, WrapStructError, ValueError, OverflowError) as error:
        raise DicomError("The NIfTI header is damaged", got="values that contradict the format") from error
    if not magic.startswith((b"n+1", b"n+2")):
        raise DicomError(
            "The NIfTI file holds no voxels", got="a header file", allowed="one .nii or .nii.gz file"
        )
    while len(shape) > 3 and shape[-1] == 1:
        shape = shape[:-1]
    if (
        len(shape) != 3
        or min(shape) < 1
        or max(shape) > MAX_SIDE
        or math.prod(shape) * dtype.itemsize > MAX_BYTES
        or offset < length
    ):
        raise DicomError(
            "The NIfTI file has an impossible size",
            got=" x ".join(str(side) for side in shape[:7]) or "no voxels",
            allowed=f"three axes of up to {MAX_SIDE} and {MAX_BYTES} bytes in all",
        )
    if dtype.kind not in "iuf" or dtype.itemsize > 8:
        raise DicomError(
            "The NIfTI file holds no numbers to use as labels", allowed="whole numbers or fractions"
        )
    if not oriented:
        raise DicomError(
            "The NIfTI file does not state where its voxels lie",
            got="no orientation (sform and qform unset)",
            remedy="Export the mask with its orientation.",
        )
    if unit not in (0, 2):
        raise DicomError(
            "The NIfTI file is not in millimetres", got=f"unit code {unit}", allowed="millimetres"
        )
    if not np.isfinite(affine).all():
        raise DicomError("The NIfTI header is damaged", got="an orientation that is not a number")
    slope = 1.0 if stated_slope is None else float(stated_slope)
    intercept = 0.0 if stated_intercept is None else float(stated_intercept)
    return NiftiHeader((shape[0], shape[1], shape[2]), _RAS_TO_LPS @ affine, dtype, offset, slope, intercept)


def _unpacked(data: bytes, limit: int) -> bytes:
    """Up to `limit` bytes of the file, out of gzip where it is packed: a bomb unpacks no further."""
    if not data.startswith(_GZIP):
        return data[:limit]
    try:
        return zlib.decompressobj(wbits=31).decompress(data, limit)
    except zlib.error as error:
        raise DicomError("The NIfTI file is damaged", got="data that do not unpack") from error


def _grid(header: NiftiHeader, series: ImageSeries) -> Grid | str:
    """How the file's planes lie on the series, or why they do not."""
    geometry = series.geometry
    steps = header.affine[:3, :3]
    lengths = np.linalg.norm(steps, axis=0)
    if not lengths.all():
        return "voxels without extent"
    axis = int(np.argmax(np.abs(geometry.normal @ steps) / lengths))
    step = abs(float(geometry.normal @ steps[:, axis]))
    spacing = geometry.slice_spacing_mm
    if header.shape[axis] > 1 and spacing and abs(step - spacing) > SLICE_TOLERANCE * spacing:
        return f"planes {step:.3g} mm apart, slices {spacing:.3g} mm apart"
    row_axis, column_axis = (index for index in range(3) if index != axis)
    placed: dict[int, PlanePlacement] = {}
    for index in range(header.shape[axis]):
        placement = place_plane(
            geometry,
            header.affine[:3, 3] + steps[:, axis] * index,
            steps[:, column_axis],
            steps[:, row_axis],
            (header.shape[row_axis], header.shape[column_axis]),
        )
        if isinstance(placement, PlanePlacement):
            placed[index] = placement
        elif placement is not PlaneFault.BEYOND:
            return f"a mask on another grid: {placement.value}"
    return Grid(axis, placed) if placed else "a mask on slices that are not here"


def _values(plane: npt.NDArray[np.generic], header: NiftiHeader) -> FloatArray:
    """Voxel values of a plane by the header's scaling: value = stored * slope + intercept."""
    return np.asarray(plane, dtype=np.float64) * header.slope + header.intercept


def _holds_fractions(voxels: npt.NDArray[np.generic], header: NiftiHeader) -> bool:
    """True for a mask of fractions 0 to 1, False for whole labels.

    Raises
    ------
    DicomError
        The values are neither: the file is an image and not a mask.
    """
    low, high, whole = math.inf, -math.inf, True
    for index in range(header.shape[2]):
        values = _values(voxels[:, :, index], header)
        low, high = min(low, float(values.min())), max(high, float(values.max()))
        whole = whole and bool((values == np.rint(values)).all())
    if whole and low >= 0 and high <= MAX_LABEL_VALUE:
        return False
    if low >= 0 and high <= 1:
        return True
    raise DicomError(
        "The NIfTI file is not a label map",
        got=f"values from {low:g} to {high:g}" + ("" if whole else ", not whole numbers"),
        allowed=f"whole labels from 0 to {MAX_LABEL_VALUE}, or fractions from 0 to 1",
        remedy="Load the mask; CT images are read as DICOM.",
    )


def _place(header: NiftiHeader, voxels: npt.NDArray[np.generic], fractional: bool, grid: Grid) -> Placed:
    laid: dict[int, list[SliceMask]] = {}
    n_beyond = 0
    for index in range(header.shape[grid.axis]):
        values = _values(np.moveaxis(voxels, grid.axis, 0)[index], header)
        plane = (values >= PROBABILITY_THRESHOLD).astype(np.int64) if fractional else values.astype(np.int64)
        labels = [int(label) for label in np.unique(plane) if label != 0]
        if labels and index not in grid.placements:
            n_beyond += 1
            continue
        for label in labels:
            laid.setdefault(label, []).append(lay(plane == label, grid.placements[index]))
        if len(laid) > MAX_LABELS:
            raise DicomError(
                "The NIfTI file is not a label map",
                got=f"more than {MAX_LABELS} different values",
                allowed=f"up to {MAX_LABELS} labels",
            )
    if not laid:
        return Placed((), problem="no labelled voxel on the slices")
    notes: tuple[str, ...] = ()
    if fractional:
        sentence = f"The mask holds fractions; voxels from {PROBABILITY_THRESHOLD:g} on were counted."
        notes = (worded(RoiWarning.THRESHOLDED, sentence),)
    warnings: tuple[str, ...] = ()
    if n_beyond:
        sentence = f"{n_beyond} planes of the mask lie on slices that are not here, left out."
        warnings = (worded(RoiWarning.BETWEEN_SLICES, sentence),)
    rois = tuple(
        Roi(f"label {label}", tuple(laid[label]), RoiSource.NIFTI, warnings=notes) for label in sorted(laid)
    )
    return Placed(rois, warnings)
