"""NIfTI label maps: every axis order of one mask, and files that are no mask of these images."""

from __future__ import annotations

import gzip
import itertools
import struct
from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import numpy.typing as npt
import pytest

from gepnet_core.errors import DicomError
from gepnet_core.imaging.rois import nifti as reader
from gepnet_core.imaging.rois.rasterise import rasterise
from gepnet_core.imaging.rois.roi import Roi, RoiSource
from gepnet_core.imaging.rois.roi_files import LoadedRois, read_rois
from gepnet_core.imaging.rois.roi_warnings import RoiWarning
from gepnet_core.imaging.series.study import RoiFile, read_sources, read_study
from tests.imaging.region_files import (
    COLUMN_SPACING,
    COLUMNS,
    N_SLICES,
    ORIGIN,
    ROW_SPACING,
    ROWS,
    SLICE_SPACING,
    codes,
    ct_series,
    geometry,
)

# NIfTI is RAS, DICOM LPS: the first two axes change their sign.
AFFINE = np.diag([-1.0, -1.0, 1.0, 1.0]) @ np.array(
    [
        [COLUMN_SPACING, 0.0, 0.0, ORIGIN[0]],
        [0.0, ROW_SPACING, 0.0, ORIGIN[1]],
        [0.0, 0.0, SLICE_SPACING, ORIGIN[2]],
        [0.0, 0.0, 0.0, 1.0],
    ]
)


def labels(seed: int = 0) -> npt.NDArray[np.uint8]:
    """(column, row, slice) labels 0, 1 and 5 without symmetry."""
    chosen = np.random.default_rng(seed).choice([0, 1, 5], size=(COLUMNS, ROWS, N_SLICES), p=[0.8, 0.1, 0.1])
    return chosen.astype(np.uint8)


def file_of(data: bytes) -> RoiFile:
    return RoiFile(RoiSource.NIFTI, data, "roi-file-1")


def written(
    voxels: npt.NDArray[Any],
    affine: npt.NDArray[np.float64] = AFFINE,
    kind: Any = nibabel.Nifti1Image,
    **header: Any,
) -> bytes:
    image = kind(voxels, affine)
    for field, value in header.items():
        image.header[field] = value
    data: bytes = image.to_bytes()
    return data


def load(data: bytes, **changes: Any) -> LoadedRois:
    (loaded,) = read_rois(file_of(data), [ct_series(**changes)])
    return loaded


def as_volume(roi: Roi) -> npt.NDArray[np.bool_]:
    """(column, row, slice), as NIfTI counts."""
    filled = np.zeros((N_SLICES, ROWS, COLUMNS), dtype=bool)
    for one in rasterise(roi, N_SLICES, ROWS, COLUMNS).masks:
        height, width = one.mask.shape
        filled[one.slice_index, one.row : one.row + height, one.column : one.column + width] = one.mask
    return filled.transpose()


def reoriented(
    voxels: npt.NDArray[Any], order: tuple[int, ...], flips: tuple[bool, ...]
) -> tuple[npt.NDArray[Any], npt.NDArray[np.float64]]:
    """The same mask in the same place with other axes."""
    affine = AFFINE.copy()
    for axis, flip in enumerate(flips):
        if flip:
            affine[:3, 3] += affine[:3, axis] * (voxels.shape[axis] - 1)
            affine[:3, axis] *= -1
            voxels = np.flip(voxels, axis)
    return voxels.transpose(order), np.column_stack([affine[:, list(order)], affine[:, 3]])


@pytest.mark.parametrize("flips", list(itertools.product([False, True], repeat=3)))
@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_all_48_axis_orders_hold_the_same_voxels(order: tuple[int, ...], flips: tuple[bool, ...]) -> None:
    voxels, affine = reoriented(labels(), order, flips)
    loaded = load(written(np.ascontiguousarray(voxels), affine))
    assert [roi.name for roi in loaded.rois] == ["label 1", "label 5"]
    assert np.array_equal(as_volume(loaded.rois[0]), labels() == 1)
    assert np.array_equal(as_volume(loaded.rois[1]), labels() == 5)


def test_match_is_by_geometry_and_says_that_nothing_checks_the_patient() -> None:
    loaded = load(written(labels()))
    assert (loaded.matched_by, codes(loaded.warnings)) == ("geometry", [RoiWarning.PATIENT_NOT_CHECKED])


def test_phases_on_one_grid_are_all_offered() -> None:
    loaded = read_rois(file_of(written(labels())), [ct_series("series-1"), ct_series("series-2")])
    assert [one.series_key for one in loaded] == ["series-1", "series-2"]
    assert all(RoiWarning.SEVERAL_SERIES_FIT in codes(one.warnings) for one in loaded)


@pytest.mark.parametrize("kind", [nibabel.Nifti1Image, nibabel.Nifti2Image])
@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.int32, np.uint16, np.float32, np.float64])
def test_formats_and_types(kind: Any, dtype: Any) -> None:
    for pack in (bytes, gzip.compress):
        loaded = load(pack(written(labels().astype(dtype), kind=kind)))
        assert np.array_equal(as_volume(loaded.rois[1]), labels() == 5)


def test_big_endian_file() -> None:
    image = nibabel.Nifti1Image(labels().astype(">i2"), AFFINE, nibabel.Nifti1Header(endianness=">"))
    assert image.to_bytes()[:4] == struct.pack(">i", 348)
    assert np.array_equal(as_volume(load(image.to_bytes()).rois[1]), labels() == 5)


def test_scaling_of_the_header_is_used() -> None:
    data = bytearray(written((labels() * 2).astype(np.int16)))
    data[112:120] = struct.pack("<ff", 0.5, 0.0)  # scl_slope and scl_inter (nifti1.h)
    assert [roi.name for roi in load(bytes(data)).rois] == ["label 1", "label 5"]


def test_fractions_count_from_half_on() -> None:
    values = np.zeros((COLUMNS, ROWS, N_SLICES), dtype=np.float32)
    values[3, :4, 2] = (0.49, 0.5, 0.51, 1.0)
    (roi,) = load(written(values)).rois
    assert as_volume(roi)[3, :4, 2].tolist() == [False, True, True, True]
    assert codes(roi.warnings) == [RoiWarning.THRESHOLDED]


@pytest.mark.parametrize("bad", [1.5, -1.0, 65_536.0, np.nan, np.inf])
def test_image_instead_of_a_mask_is_refused(bad: float) -> None:
    values = np.zeros((COLUMNS, ROWS, N_SLICES), dtype=np.float32)
    values[0, 0, 0], values[1, 1, 1] = bad, 7
    with pytest.raises(DicomError, match="not a label map"):
        load(written(values))


def test_too_many_labels_are_no_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_LABELS", 1)
    with pytest.raises(DicomError, match="more than 1 different"):
        load(written(labels()))


def test_empty_mask_is_refused() -> None:
    with pytest.raises(DicomError, match="no labelled voxel"):
        load(written(np.zeros((COLUMNS, ROWS, N_SLICES), dtype=np.uint8)))


# Corners may stand 0.05 pixel off and no further.
@pytest.mark.parametrize(("shift", "fits"), [(0.04, True), (0.06, False), (0.5, False)])
def test_shifted_grid(shift: float, fits: bool) -> None:
    affine = AFFINE.copy()
    affine[0, 3] += shift * COLUMN_SPACING
    if fits:
        assert np.array_equal(as_volume(load(written(labels(), affine)).rois[1]), labels() == 5)
    else:
        with pytest.raises(DicomError, match="another grid"):
            load(written(labels(), affine))


def test_resampled_and_turned_masks_are_refused() -> None:
    coarse = AFFINE @ np.diag([1.0, 1.0, 2.0, 1.0])
    with pytest.raises(DicomError, match=r"planes 5 mm apart, slices 2\.5 mm apart"):
        load(written(labels(), coarse))
    with pytest.raises(DicomError, match="another grid"):
        load(written(labels(), AFFINE @ np.diag([2.0, 2.0, 1.0, 1.0])))
    c, s = np.cos(0.1), np.sin(0.1)
    turn = np.array([[c, -s, 0, 0], [s, c, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]])
    with pytest.raises(DicomError, match="another grid"):
        load(written(labels(), turn @ AFFINE))


def test_missing_right_left_conversion_would_be_seen() -> None:
    # A mask written with DICOM's axes as if they were NIfTI's lies mirrored, off this off-centre image.
    with pytest.raises(DicomError, match=r"another grid|are not here"):
        load(written(labels(), np.diag([-1.0, -1.0, 1.0, 1.0]) @ AFFINE))


def test_smaller_extent_on_the_same_grid_is_laid_in_place() -> None:
    part = AFFINE.copy()
    part[:3, 3] = (AFFINE @ np.array([7, 5, 1, 1]))[:3]
    (_, roi) = load(written(labels()[7:30, 5:20, 1:4], part)).rois
    expected = np.zeros((COLUMNS, ROWS, N_SLICES), dtype=bool)
    expected[7:30, 5:20, 1:4] = labels()[7:30, 5:20, 1:4] == 5
    assert np.array_equal(as_volume(roi), expected)


def test_planes_beyond_the_loaded_slices_are_left_out_with_a_count() -> None:
    (loaded,) = read_rois(file_of(written(labels())), [ct_series(where=geometry(4))])
    assert codes(loaded.warnings)[-1] == RoiWarning.BETWEEN_SLICES
    assert np.array_equal(as_volume(loaded.rois[0])[:, :, :4], (labels() == 1)[:, :, :4])


def test_file_without_orientation_is_refused() -> None:
    data = bytearray(written(labels()))
    data[252:256] = bytes(4)  # qform_code and sform_code (nifti1.h)
    with pytest.raises(DicomError, match="does not state where"):
        load(bytes(data))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("xyzt_units", 1),
        ("datatype", 128),
        ("datatype", 32),
        ("datatype", 9999),
        ("dim", [4, COLUMNS, ROWS, N_SLICES, 2, 1, 1, 1]),
        ("dim", [2, COLUMNS, ROWS, 1, 1, 1, 1, 1]),
        ("dim", [3, COLUMNS, ROWS, -1, 1, 1, 1, 1]),
        ("dim", [3, 32767, 32767, 32767, 1, 1, 1, 1]),
        ("vox_offset", 0),
        ("srow_x", [np.nan] * 4),
        ("srow_x", [0.0] * 4),
        ("magic", b"ni1"),
        ("magic", b"xyz"),
    ],
)
def test_header_that_cannot_be_used_is_refused(field: str, value: Any) -> None:
    header = nibabel.Nifti1Image(labels(), AFFINE).header.copy()
    header["magic"], header["vox_offset"], header["sform_code"] = b"n+1", 352, 1
    header[field] = value
    with pytest.raises(DicomError):
        load(header.binaryblock + b"\0" * 4 + labels().tobytes(order="F"))


def test_four_dimensions_of_one_volume_are_one_volume() -> None:
    assert np.array_equal(as_volume(load(written(labels()[..., None])).rois[1]), labels() == 5)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.5, 0.99])
@pytest.mark.parametrize("packed", [False, True])
def test_truncated_file_is_refused(share: float, packed: bool) -> None:
    data = gzip.compress(written(labels())) if packed else written(labels())
    with pytest.raises(DicomError):
        load(data[: int(len(data) * share)])


def test_bomb_unpacks_no_further_than_its_header_promises() -> None:
    # 200 MB of zeros behind an honest small header: only the promised bytes are unpacked.
    bomb = gzip.compress(written(labels()) + b"\0" * 200_000_000, compresslevel=9)
    assert np.array_equal(as_volume(load(bomb).rois[1]), labels() == 5)
    assert len(reader._unpacked(bomb, 10_000)) == 10_000


def test_bomb_that_promises_too_much_is_refused_by_its_grid_before_unpacking() -> None:
    header = nibabel.Nifti1Image(labels(), AFFINE).header.copy()
    header["dim"] = [3, 1024, 1024, 500, 1, 1, 1, 1]
    header["magic"], header["vox_offset"], header["sform_code"] = b"n+1", 352, 1
    bomb = gzip.compress(header.binaryblock + b"\0" * 50_000_000)
    with pytest.raises(DicomError, match="reaches beyond the images"):
        load(bomb)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x1f\x8b", b"\x1f\x8bgarbage", b"hello", b"\0" * 400, gzip.compress(b"hello", mtime=0)],
    ids=["empty", "magic alone", "magic and garbage", "text", "zeros", "packed text"],
)
def test_what_is_no_nifti_is_refused(data: bytes) -> None:
    with pytest.raises(DicomError):
        load(data)


def test_real_mask_of_another_patient_is_refused(dicom_dir: Path) -> None:
    (series,) = read_study(read_sources(dicom_dir / "totalseg_abdomen" / "ct")).series
    (file,) = read_study(read_sources(dicom_dir / "ibsi_sts_002" / "CT_mask.nii.gz")).roi_files
    with pytest.raises(DicomError, match="No region"):
        read_rois(file, [series])
