"""Where the pixels of a stack of parallel slices lie in the patient.

Pixel coordinates are ``(x, y)`` = (column, row) with pixel centres on integers. Slice 0 is the lowest
along the normal that points to the patient's head. Patient coordinates are DICOM's LPS, in mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from gepnet_core.errors import DicomError

FloatArray = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class VolumeGeometry:
    """Geometry of parallel slices, spaced uniformly or not.

    Parameters
    ----------
    origins_mm : (n_slices, 3) float64
        Centre of the first pixel of each slice (ImagePositionPatient).
    row_direction, column_direction : (3,) float64
        Unit vectors along increasing column and increasing row index (ImageOrientationPatient).
    row_spacing_mm, column_spacing_mm : float
        Distance between centres of adjacent rows and of adjacent columns (PixelSpacing).
    rows, columns : int
    slice_thickness_mm : float or None
        As the header states it; None where it does not.
    spacing_is_known : bool
        False where the header states no pixel spacing. The spacings are then 1 and mean nothing; areas,
        volumes and millimetres are unknown.
    position_is_known : bool
        False where the header states no usable position or orientation (single slices alone). Nothing can
        be placed by patient coordinates then.

    Notes
    -----
    The mapping is DICOM PS3.3 C.7.6.2.1.1, equation C.7.6.2.1-1.
    """

    origins_mm: FloatArray
    row_direction: FloatArray
    column_direction: FloatArray
    row_spacing_mm: float
    column_spacing_mm: float
    rows: int
    columns: int
    slice_thickness_mm: float | None = None
    spacing_is_known: bool = True
    position_is_known: bool = True

    @property
    def n_slices(self) -> int:
        return int(self.origins_mm.shape[0])

    @property
    def normal(self) -> FloatArray:
        """Unit normal in the sense of increasing slice index (positive z for axial stacks)."""
        normal = np.cross(self.row_direction, self.column_direction)
        normal = normal / np.linalg.norm(normal)
        if self.n_slices > 1 and float((self.origins_mm[-1] - self.origins_mm[0]) @ normal) < 0:
            normal = -normal
        return np.asarray(normal, dtype=np.float64)

    @property
    def slice_positions_mm(self) -> FloatArray:
        """(n_slices,) position of each slice along the normal."""
        return np.asarray(self.origins_mm @ self.normal, dtype=np.float64)

    @property
    def slice_spacing_mm(self) -> float | None:
        """Median distance of neighbouring slices; the thickness of a single slice; None if unknown."""
        if self.n_slices > 1:
            return float(np.median(np.diff(self.slice_positions_mm)))
        return self.slice_thickness_mm

    @property
    def pixel_area_mm2(self) -> float | None:
        """Area of a pixel; None where the header states no pixel spacing."""
        return self.row_spacing_mm * self.column_spacing_mm if self.spacing_is_known else None

    def _require_known(self) -> None:
        if not (self.spacing_is_known and self.position_is_known):
            raise DicomError(
                "Nothing can be placed on this series by patient coordinates",
                got="images without pixel spacing or position",
                remedy="Draw the region on the image, or export the original images from the archive.",
            )

    def patient_to_pixel(self, points_mm: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Map patient points to ``(x, y, position along the normal in mm)``.

        Parameters
        ----------
        points_mm : (n, 3) float64

        Returns
        -------
        x, y, position_mm : (n,) float64 each
            Column and row relative to the nearest slice's own origin, so that a tilted gantry is honoured.

        Raises
        ------
        DicomError
            Pixel spacing or position is unknown.
        """
        self._require_known()
        points = np.atleast_2d(np.asarray(points_mm, dtype=np.float64))
        position = points @ self.normal
        nearest = np.abs(position[:, None] - self.slice_positions_mm[None, :]).argmin(axis=1)
        offset = points - self.origins_mm[nearest]
        x = offset @ self.row_direction / self.column_spacing_mm
        y = offset @ self.column_direction / self.row_spacing_mm
        return x, y, position

    def pixel_to_patient(self, slice_index: int, x: float, y: float) -> FloatArray:
        """Patient coordinates (3,) in mm of a point in pixel coordinates; DicomError where unknown."""
        self._require_known()
        return np.asarray(
            self.origins_mm[slice_index]
            + self.row_direction * (x * self.column_spacing_mm)
            + self.column_direction * (y * self.row_spacing_mm),
            dtype=np.float64,
        )
