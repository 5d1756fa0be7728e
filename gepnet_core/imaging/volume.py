"""One phase as a stack of slices in HU, kept as stored values with each slice's own rescale."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gepnet_core.imaging.geometry import FloatArray, VolumeGeometry

StoredArray = npt.NDArray[np.int16] | npt.NDArray[np.uint16]
BoolArray = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class HuVolume:
    """CT numbers of one series, or of one phase of it.

    HU = stored * slope + intercept, per slice (DICOM PS3.3 C.11.1.1.2). Stored values are kept so that a
    mean is exact and the browser computes from the same integers.

    Parameters
    ----------
    stored : (n_slices, rows, columns) int16 or uint16
    slopes, intercepts : (n_slices,) float64
    geometry : VolumeGeometry
    padding : tuple of (low, high), or None
        Inclusive range of stored values that are no measurement (PixelPaddingValue and its range limit),
        in the sign convention of ``stored``.
    """

    stored: StoredArray
    slopes: FloatArray
    intercepts: FloatArray
    geometry: VolumeGeometry
    padding: tuple[int, int] | None = None

    @property
    def n_slices(self) -> int:
        return int(self.stored.shape[0])

    def hu(self, slice_index: int) -> FloatArray:
        """HU of one slice, (rows, columns) float64. Padding is not removed; see `is_measured`."""
        stored = self.stored[slice_index].astype(np.float64)
        return np.asarray(stored * self.slopes[slice_index] + self.intercepts[slice_index], dtype=np.float64)

    def is_measured(self, slice_index: int) -> BoolArray:
        """True where a pixel of the slice is a measurement and not padding, (rows, columns)."""
        stored = self.stored[slice_index]
        if self.padding is None:
            return np.ones(stored.shape, dtype=np.bool_)
        low, high = self.padding
        return np.asarray((stored < low) | (stored > high), dtype=np.bool_)
