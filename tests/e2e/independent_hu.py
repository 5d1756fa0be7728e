"""HU by pydicom and NumPy alone: what the page's numbers are held against. Imports nothing of the project."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
from pydicom import dcmread
from pydicom.dataset import Dataset


@dataclass(frozen=True, eq=False)
class Stack:
    """Slices of one series from the lowest patient z up, in HU, with their spacing."""

    hu: np.ndarray
    row_spacing: float
    column_spacing: float

    @property
    def rows(self) -> int:
        return int(self.hu.shape[1])

    @property
    def columns(self) -> int:
        return int(self.hu.shape[2])


def read_stack(files: Iterable[Path | bytes]) -> Stack:
    """Files of one series: ordered by Image Position (Patient), rescaled slice by slice."""
    headers = [dcmread(BytesIO(file) if isinstance(file, bytes) else file) for file in files]
    headers.sort(key=lambda header: float(header.ImagePositionPatient[2]))
    row_spacing, column_spacing = (float(value) for value in headers[0].PixelSpacing)
    return Stack(np.stack([_hu(header) for header in headers]), row_spacing, column_spacing)


def _hu(header: Dataset) -> np.ndarray:
    stored = header.pixel_array.astype(np.float64)
    return stored * float(header.RescaleSlope) + float(header.RescaleIntercept)


def is_inside(stack: Stack, cx: float, cy: float, rx: float, ry: float) -> np.ndarray:
    """Pixels of one slice whose centre, at whole (column, row), lies in the ellipse or on it."""
    row, column = np.mgrid[0 : stack.rows, 0 : stack.columns]
    inside: np.ndarray = ((column - cx) / rx) ** 2 + ((row - cy) / ry) ** 2 <= 1
    return inside


def ellipse_hu(stack: Stack, slice_index: int, cx: float, cy: float, rx: float, ry: float) -> np.ndarray:
    """HU of the pixels of an ellipse; slice 0 is the lowest."""
    values: np.ndarray = stack.hu[slice_index][is_inside(stack, cx, cy, rx, ry)]
    return values
