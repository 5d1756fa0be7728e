"""Small volumes for tests."""

from __future__ import annotations

import numpy as np

from gepnet_core.imaging.geometry import VolumeGeometry
from gepnet_core.imaging.volume import HuVolume


def small_volume(slices=3, rows=4, columns=5, dtype=np.int16, row_direction=(1.0, 0.0, 0.0), **fields):
    count = np.arange(slices * rows * columns, dtype=np.int64)
    stored = (count.reshape(slices, rows, columns) * 7 - 50) % 3000
    z = -10.0 + 2.5 * np.arange(slices)
    geometry = VolumeGeometry(
        origins_mm=np.column_stack([np.full(slices, -100.0), np.full(slices, -90.0), z]),
        row_direction=np.array(row_direction),
        column_direction=np.array([0.0, 1.0, 0.0]),
        row_spacing_mm=0.8,
        column_spacing_mm=0.5,
        rows=rows,
        columns=columns,
    )
    given = {"slopes": np.ones(slices), "intercepts": np.full(slices, -1024.0), "padding": None, **fields}
    return HuVolume(stored=stored.astype(dtype), geometry=geometry, **given)
