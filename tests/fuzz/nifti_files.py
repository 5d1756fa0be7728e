"""NIfTI label maps on the grid of the sound series, bent in their header, voxels and packing."""

from __future__ import annotations

import gzip
import struct
from functools import lru_cache
from random import Random

import numpy as np

from tests.fuzz.choices import WHOLE, cut, damaged
from tests.fuzz.dicom_files import phantom

# Offsets of NIfTI-1 fields (nifti1.h): dim, datatype, bitpix, pixdim, vox_offset, scl_slope, xyzt_units,
# qform_code, quatern, srow, magic.
_SHORTS = (*range(40, 56, 2), 70, 72, 252, 254)
_FLOATS = (*range(76, 108, 4), 108, 112, 116, *range(256, 328, 4))
_VALUES = (0.0, -1.0, 1.0, 0.5, 1e30, -3e38, 1e-40, float("nan"), float("inf"), 352.0, 1e9)


@lru_cache(maxsize=2)
def sound_nifti(kind: int = 1) -> bytes:
    """The first and second half of the columns as two labels."""
    import nibabel

    geometry = phantom().geometry
    voxels = np.zeros((geometry.columns, geometry.rows, geometry.n_slices), dtype=np.uint8)
    voxels[20:30, 40:50, 2:5] = 1
    voxels[50:60, 40:50, 2:5] = 2
    affine = np.eye(4)
    affine[:3, 0] = geometry.row_direction * geometry.column_spacing_mm
    affine[:3, 1] = geometry.column_direction * geometry.row_spacing_mm
    affine[:3, 2] = geometry.origins_mm[1] - geometry.origins_mm[0]
    affine[:3, 3] = geometry.origins_mm[0]
    image = (nibabel.Nifti1Image if kind == 1 else nibabel.Nifti2Image)(
        voxels, np.diag([-1.0, -1.0, 1.0, 1.0]) @ affine
    )
    return bytes(image.to_bytes())


def bent_nifti(random: Random) -> bytes:
    """One file, packed or not."""
    data = bytearray(sound_nifti(random.choice((1, 1, 1, 2))))
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        if random.random() < 0.5:
            at = random.choice(_SHORTS)
            struct.pack_into("<h", data, at, random.choice((*(w - 32768 for w in WHOLE), *WHOLE[:14])))
        else:
            struct.pack_into("<f", data, random.choice(_FLOATS), random.choice(_VALUES))
    done = bytes(data)
    how = random.random()
    if how < 0.15:
        done = damaged(random, done[:352]) + done[352:]
    elif how < 0.25:
        done = cut(random, done)
    elif how < 0.3:
        done = done + bytes(2_000_000)
    if random.random() < 0.4:
        done = gzip.compress(done, 1, mtime=0)
        if random.random() < 0.3:
            done = random.choice((damaged, cut))(random, done)
    return done
