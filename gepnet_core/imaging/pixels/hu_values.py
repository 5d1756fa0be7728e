"""Stored frames of one stack to one HU volume: a common number type, and the padding in its convention."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from gepnet_core.errors import DicomError
from gepnet_core.imaging.geometry import VolumeGeometry
from gepnet_core.imaging.pixels.decode import decode_frame
from gepnet_core.imaging.pixels.header import ImageHeader
from gepnet_core.imaging.series.ordering import SliceReference
from gepnet_core.imaging.volume import HuVolume, StoredArray

MAX_VOLUME_BYTES = 2_000_000_000
# HU that tissue can have; padding inside would take measured pixels out.
TISSUE_HU = (-200.0, 300.0)
# Nothing measured lies below air by more than noise: padding below it may be widened without harm.
BELOW_AIR_HU = -1024.0


def padding_range(header: ImageHeader) -> tuple[int, int] | None:
    """Stored values that are padding, both ends included (PS3.3 C.7.5.1.1.2), or None.

    The element is 16 bits wide. Where pixels are signed its bits are read as signed too, whatever its VR
    says: 63536 in a signed image is -2000. A signed value written in fewer bits is extended from BitsStored.
    """
    if header.padding_raw is None:
        return None
    ends = [_in_pixel_sign(header.padding_raw, header)]
    if header.padding_limit_raw is not None:
        ends.append(_in_pixel_sign(header.padding_limit_raw, header))
    return min(ends), max(ends)


def _in_pixel_sign(raw: int, header: ImageHeader) -> int:
    bits = raw & 0xFFFF
    if not header.signed:
        return bits
    if 1 < header.bits_stored < 16 and (1 << (header.bits_stored - 1)) <= bits < (1 << header.bits_stored):
        return bits - (1 << header.bits_stored)
    return bits - 0x10000 if bits >= 0x8000 else bits


def common_padding(slices: Sequence[SliceReference]) -> tuple[int, int] | None:
    """One padding range for a whole stack.

    Raises
    ------
    DicomError
        Slices state different padding, and one range over all would hold values of tissue or air.
    """
    ranges = [padding_range(reference.header) for reference in slices]
    if len(set(ranges)) == 1:
        return ranges[0]
    stated = [found for found in ranges if found is not None]
    low, high = min(found[0] for found in stated), max(found[1] for found in stated)
    if all(_hu(reference, high) < BELOW_AIR_HU for reference in slices):
        return low, high
    raise DicomError(
        "The slices of a series state different padding values",
        allowed="one value, or values below air",
        remedy="Export the original CT images from the archive.",
    )


def padding_is_in_tissue(slices: Sequence[SliceReference]) -> bool:
    """True where a stated padding value stands for HU that tissue can have."""
    for reference in slices:
        found = padding_range(reference.header)
        if found is None:
            continue
        low, high = _hu(reference, found[0]), _hu(reference, found[1])
        if low <= TISSUE_HU[1] and high >= TISSUE_HU[0]:
            return True
    return False


def _hu(reference: SliceReference, stored: int) -> float:
    return stored * (reference.frame.slope or 0.0) + (reference.frame.intercept or 0.0)


def is_stored_signed(headers: Sequence[ImageHeader]) -> bool:
    """Whether one signed (else unsigned) 16-bit type holds all slices.

    Raises
    ------
    DicomError
        Signed slices stand beside unsigned ones of 16 stored bits.
    """
    if not any(header.signed for header in headers):
        return False
    if any(not header.signed and header.bits_stored > 15 for header in headers):
        raise DicomError(
            "A series mixes signed and unsigned 16-bit images",
            remedy="Export the original CT images from the archive.",
        )
    return True


def volume_of(
    slices: Sequence[SliceReference],
    geometry: VolumeGeometry,
    progress: Callable[[int, int], None] | None = None,
) -> HuVolume:
    """Decode ordered slices into one volume.

    Parameters
    ----------
    slices : sequence of SliceReference
        In the order of `geometry`.
    progress : callable, optional
        Called with (slices decoded, slices in all).

    Raises
    ------
    DicomError
        A slice does not decode, or the slices do not go together.
    """
    n = len(slices)
    shape = (n, geometry.rows, geometry.columns)
    if 2 * n * geometry.rows * geometry.columns > MAX_VOLUME_BYTES:
        raise DicomError(
            "A series is too large to be measured here",
            got=f"{n} slices of {geometry.rows} x {geometry.columns}",
            allowed=f"up to {MAX_VOLUME_BYTES / 1e9:.0f} GB of pixels",
            remedy="Upload a reconstruction with thicker slices.",
        )
    is_signed = is_stored_signed([reference.header for reference in slices])
    stored: StoredArray = np.empty(shape, np.int16) if is_signed else np.empty(shape, np.uint16)
    for index, reference in enumerate(slices):
        stored[index] = decode_frame(reference.header, reference.frame.index)
        if progress is not None:
            progress(index + 1, n)
    return HuVolume(
        stored=stored,
        slopes=np.array([reference.frame.slope for reference in slices], dtype=np.float64),
        intercepts=np.array([reference.frame.intercept for reference in slices], dtype=np.float64),
        geometry=geometry,
        padding=common_padding(slices),
    )
