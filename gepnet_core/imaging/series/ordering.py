"""Slices of one acquisition in order along their normal, and what is irregular about them."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from gepnet_core.imaging.geometry import FloatArray, VolumeGeometry
from gepnet_core.imaging.pixels.header import FrameHeader, ImageHeader

# Positions are written with a precision of 0.1 mm at worst; two slices nearer than this share a position.
SAME_POSITION_MM = 0.01
SPACING_TOLERANCE_MM = 0.1
# DICOM asks for orthogonal unit vectors (PS3.3 C.7.6.2.1.1); written numbers deviate by rounding.
ORIENTATION_TOLERANCE = 1e-3
TILT_TOLERANCE_DEG = 0.5


@dataclass(frozen=True, repr=False)
class SliceReference:
    """One frame of one file, before and after ordering."""

    header: ImageHeader
    frame: FrameHeader

    @property
    def order_hint(self) -> tuple[float, int, int, int]:
        """Order of acquisition, as far as the header tells."""
        clock = self.frame.clock_s if self.frame.clock_s is not None else self.header.content_s
        return (
            -1.0 if clock is None else clock,
            self.frame.acquisition or 0,
            self.header.instance_number or 0,
            self.frame.index,
        )


@dataclass(frozen=True, repr=False)
class Stack:
    """Ordered slices, one a position. ``n_acquisitions`` counts the stacks of its series and shape."""

    slices: tuple[SliceReference, ...]
    geometry: VolumeGeometry
    warnings: tuple[str, ...]
    n_acquisitions: int = 1


def has_sound_orientation(frame: FrameHeader) -> bool:
    """True where the position is stated and the orientation is of two orthogonal unit vectors."""
    if frame.position_mm is None or frame.orientation is None:
        return False
    row, column = np.array(frame.orientation[:3]), np.array(frame.orientation[3:])
    lengths = abs(float(np.linalg.norm(row)) - 1), abs(float(np.linalg.norm(column)) - 1)
    return max(*lengths, abs(float(row @ column))) <= ORIENTATION_TOLERANCE


def upward_normal(frame: FrameHeader) -> FloatArray:
    """Unit normal (3,) of an axial frame, pointing to the patient's head (increasing z of LPS)."""
    if frame.orientation is None:
        return np.array([0.0, 0.0, 1.0])
    normal = np.cross(frame.orientation[:3], frame.orientation[3:])
    normal = normal / np.linalg.norm(normal)
    return np.asarray(normal if normal[2] >= 0 else -normal, dtype=np.float64)


def height_mm(reference: SliceReference, normal: FloatArray) -> float:
    """Position of a slice along the normal."""
    return float(np.dot(reference.frame.position_mm or (0.0, 0.0, 0.0), normal))


def ordered_stack(slices: list[SliceReference], warnings: tuple[str, ...] = ()) -> Stack:
    """Order slices of distinct positions from feet to head, and say what is irregular.

    Parameters
    ----------
    slices : list of SliceReference
        Of one size and orientation; at most one may lack a sound position (a single slice).
    warnings : tuple of str
        What is already known about them.

    Returns
    -------
    Stack
        Slice 0 is the lowest along the normal.
    """
    first = slices[0].frame
    normal = upward_normal(first)
    slices = sorted(slices, key=lambda reference: height_mm(reference, normal))
    heights = np.array([height_mm(reference, normal) for reference in slices])
    located = has_sound_orientation(first)
    orientation = first.orientation if located and first.orientation else (1.0, 0, 0, 0, 1.0, 0)
    row, column = (np.array(part, dtype=np.float64) for part in (orientation[:3], orientation[3:]))
    origins = np.array([reference.frame.position_mm or (0.0, 0.0, 0.0) for reference in slices])
    spacing = first.spacing_mm
    geometry = VolumeGeometry(
        origins_mm=origins.astype(np.float64),
        row_direction=row / np.linalg.norm(row),
        column_direction=column / np.linalg.norm(column),
        row_spacing_mm=spacing[0] if spacing else 1.0,
        column_spacing_mm=spacing[1] if spacing else 1.0,
        rows=slices[0].header.rows,
        columns=slices[0].header.columns,
        slice_thickness_mm=first.thickness_mm if first.thickness_mm and first.thickness_mm > 0 else None,
        spacing_is_known=spacing is not None,
        position_is_known=located,
    )
    found = (
        *warnings,
        *_unknown_geometry(geometry),
        *spacing_warnings(heights),
        *_tilt_warning(slices, origins, heights, normal),
    )
    return Stack(tuple(slices), geometry, found)


def _unknown_geometry(geometry: VolumeGeometry) -> tuple[str, ...]:
    found: list[str] = []
    if not geometry.spacing_is_known:
        found.append("The header states no pixel spacing: areas and the millimetre scale are unknown.")
    if not geometry.position_is_known:
        found.append(
            "The header states no usable position: loaded regions cannot be placed on this slice, "
            "drawn ones can."
        )
    return tuple(found)


def spacing_warnings(heights_mm: FloatArray) -> tuple[str, ...]:
    """Say where slices are missing or unevenly spaced.

    Parameters
    ----------
    heights_mm : (n,) float64
        Increasing positions along the normal.
    """
    if heights_mm.size < 3:
        return ()
    gaps = np.diff(heights_mm)
    usual = float(np.median(gaps))
    tolerance = max(SPACING_TOLERANCE_MM, 0.05 * usual) + 1e-6  # on the bound is within, for rounded numbers
    missing: list[str] = []
    n_missing = 0
    uneven = False
    for index, gap in enumerate(gaps):
        if abs(gap - usual) <= tolerance:
            continue
        lost = round(float(gap) / usual) - 1
        if lost >= 1 and abs(gap - (lost + 1) * usual) <= tolerance * (lost + 1):
            n_missing += lost
            missing.append(f"{index + 1} and {index + 2}")
        else:
            uneven = True
    found: list[str] = []
    if missing:
        places = ", ".join(missing[:3]) + (" and elsewhere" if len(missing) > 3 else "")
        noun = "slice is" if n_missing == 1 else "slices are"
        found.append(f"{n_missing} {noun} missing (between slices {places}, counted from the lowest).")
    if uneven:
        found.append(
            f"The distance between slices varies from {gaps.min():.2f} to {gaps.max():.2f} mm; "
            "volumes are approximate."
        )
    return tuple(found)


def _tilt_warning(
    slices: list[SliceReference], origins: FloatArray, heights: FloatArray, normal: FloatArray
) -> tuple[str, ...]:
    """Gantry tilt: the origins drift within the slice plane, or the header states an angle."""
    stated = slices[0].header.gantry_tilt_deg or 0.0
    drift = 0.0
    if len(slices) > 1:
        step = origins[-1] - origins[0]
        rise = float(heights[-1] - heights[0])
        drift = math.degrees(math.atan2(float(np.linalg.norm(step - rise * normal)), rise))
    tilt = max(abs(stated), drift)
    if tilt <= TILT_TOLERANCE_DEG:
        return ()
    return (f"The gantry was tilted by {tilt:.0f} degrees; each slice is measured in its own plane.",)
