"""Is a file NIfTI? Told by its ending or its own mark, without reading it."""

from __future__ import annotations

from gepnet_core.imaging.pixels.intake import Source

# NIfTI-1 and NIfTI-2 headers begin with their length, 348 or 540 (nifti1.h, nifti2.h: sizeof_hdr).
_HEADER_LENGTHS = tuple(length.to_bytes(4, order) for length in (348, 540) for order in ("little", "big"))
_GZIP = b"\x1f\x8b"


def is_nifti(source: Source) -> bool:
    """True for an unpacked NIfTI header, and for anything gzipped or named as NIfTI."""
    if source.data[:4] in _HEADER_LENGTHS:
        return True
    return source.name.lower().endswith((".nii", ".nii.gz")) or source.data[:2] == _GZIP
