"""Small volumes for tests."""

from __future__ import annotations

from functools import cache

import numpy as np

from gepnet_core.case.phase import Phase
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


LIVER_HU = {Phase.HAP: 72, Phase.PVP: 112, Phase.EP: 95}
LESION_HU = {Phase.HAP: 96, Phase.PVP: 84, Phase.EP: 80}


@cache
def synthetic_volume(phase: Phase, slices: int = 24, size: int = 512, seed: int = 7) -> HuVolume:
    """An oval body with a liver, one lesion, vessels and spine; noise of 11 HU; HU = stored - 1024."""
    random = np.random.default_rng(seed + list(Phase).index(phase))
    row, column = np.mgrid[0:size, 0:size] / size - 0.5
    noise = random.normal(0, 11, size=(8, size, size))
    stored = np.empty((slices, size, size), dtype=np.int16)
    for k in range(slices):
        z = k / max(slices - 1, 1) - 0.5
        hu = np.full((size, size), -1000.0)
        body = (column / 0.42) ** 2 + (row / 0.32) ** 2 <= 1
        hu[body] = -95
        inner = (column / 0.39) ** 2 + (row / 0.29) ** 2 <= 1
        hu[inner] = 42
        reach = max(0.05, 1 - (2.0 * z) ** 2)
        liver = ((column + 0.15) / (0.22 * reach)) ** 2 + ((row + 0.03) / (0.21 * reach)) ** 2 <= 1
        hu[liver & inner] = LIVER_HU[phase]
        away = (column + 0.2) ** 2 + (row + 0.04) ** 2 + (0.6 * z) ** 2
        hu[(away <= 0.055**2) & liver] = LESION_HU[phase]
        for x, y, radius, value in (
            (-0.02, 0.1, 0.022, 330),
            (0.04, 0.08, 0.02, 140),
            (-0.1, -0.05, 0.012, 150),
        ):
            vessel = value * {Phase.HAP: 1.0, Phase.PVP: 0.55, Phase.EP: 0.45}[phase]
            hu[(column - x) ** 2 + (row - y) ** 2 <= radius**2] = max(vessel, 60)
        hu[(column / 0.05) ** 2 + ((row - 0.18) / 0.05) ** 2 <= 1] = 420
        hu += noise[k % 8]
        stored[k] = np.clip(np.rint(hu + 1024), 0, 4095)
        stored[k][(column**2 + row**2) > 0.25] = -2000
    origins = np.column_stack(
        [np.full(slices, -180.0), np.full(slices, -180.0), -150.0 + 3.0 * np.arange(slices)]
    )
    geometry = VolumeGeometry(
        origins_mm=origins,
        row_direction=np.array([1.0, 0.0, 0.0]),
        column_direction=np.array([0.0, 1.0, 0.0]),
        row_spacing_mm=0.7,
        column_spacing_mm=0.7,
        rows=size,
        columns=size,
        slice_thickness_mm=3.0,
    )
    return HuVolume(
        stored=stored,
        slopes=np.ones(slices),
        intercepts=np.full(slices, -1024.0),
        geometry=geometry,
        padding=(-2000, -2000),
    )
