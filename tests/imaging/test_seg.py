"""Segmentations: against highdicom's own reading, on grids that fit and that do not."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import UID

from gepnet_core.errors import DicomError
from gepnet_core.imaging.rois import seg as reader
from gepnet_core.imaging.rois.rasterise import rasterise
from gepnet_core.imaging.rois.roi import Roi, RoiSource
from gepnet_core.imaging.rois.roi_files import read_rois
from gepnet_core.imaging.rois.roi_warnings import RoiWarning
from gepnet_core.imaging.series.study import RoiFile, read_sources, read_study
from tests.imaging.builders import SERIES_UID, UID_ROOT
from tests.imaging.region_files import (
    COLUMN_SPACING,
    COLUMNS,
    N_SLICES,
    ORIGIN,
    ROW_SPACING,
    ROWS,
    codes,
    ct_series,
    geometry,
    instance,
    items,
    seg,
)

BoolArray = npt.NDArray[np.bool_]


def pattern(seed: int = 0, rows: int = ROWS, columns: int = COLUMNS) -> BoolArray:
    """A mask without symmetry, so that no flip or turn goes unseen."""
    return np.random.default_rng(seed).random((rows, columns)) < 0.3


def as_volume(roi: Roi) -> BoolArray:
    filled = np.zeros((N_SLICES, ROWS, COLUMNS), dtype=bool)
    for one in rasterise(roi, N_SLICES, ROWS, COLUMNS).masks:
        height, width = one.mask.shape
        filled[one.slice_index, one.row : one.row + height, one.column : one.column + width] = one.mask
    return filled


def test_frames_land_on_their_slices() -> None:
    first, second = pattern(1), pattern(2)
    (loaded,) = read_rois(seg([(1, 1, first), (1, 4, second)]), [ct_series()])
    (roi,) = loaded.rois
    expected = np.zeros((N_SLICES, ROWS, COLUMNS), dtype=bool)
    expected[1], expected[4] = first, second
    assert (roi.name, roi.source, loaded.matched_by) == ("Liver", RoiSource.SEG, "uid")
    assert np.array_equal(as_volume(roi), expected)


def test_overlapping_segments_keep_their_own_pixels() -> None:
    first, second = pattern(1), pattern(2)
    assert (first & second).any()
    (loaded,) = read_rois(seg([(1, 2, first), (2, 2, second)], ["Liver", "Lesion"]), [ct_series()])
    assert [roi.name for roi in loaded.rois] == ["Liver", "Lesion"]
    assert np.array_equal(as_volume(loaded.rois[0])[2], first)
    assert np.array_equal(as_volume(loaded.rois[1])[2], second)


def test_label_map_names_segments_by_value() -> None:
    values = np.zeros((ROWS, COLUMNS), dtype=np.uint8)
    values[3:9, 4:20], values[20:25, 30:40] = 1, 2
    (loaded,) = read_rois(seg([(0, 3, values)], ["Liver", "Lesion"], "LABELMAP"), [ct_series()])
    assert np.array_equal(as_volume(loaded.rois[0])[3], values == 1)
    assert np.array_equal(as_volume(loaded.rois[1])[3], values == 2)


# MaximumFractionalValue is 200 here: 99 is below half, 100 is half, 101 above.
def test_fractions_count_from_half_on() -> None:
    values = np.zeros((ROWS, COLUMNS), dtype=np.uint8)
    values[0, :4] = (99, 100, 101, 200)
    (roi,) = read_rois(seg([(1, 2, values)], kind="FRACTIONAL"), [ct_series()])[0].rois
    assert np.flatnonzero(as_volume(roi)[2]).tolist() == [1, 2, 3]
    assert codes(roi.warnings) == [RoiWarning.THRESHOLDED]
    assert "0.5" in roi.warnings[0]


@pytest.mark.parametrize(
    ("orientation", "origin", "shape", "turn"),
    [
        ((-1, 0, 0, 0, 1, 0), (COLUMNS - 1, 0), (ROWS, COLUMNS), lambda mask: mask[:, ::-1]),
        ((1, 0, 0, 0, -1, 0), (0, ROWS - 1), (ROWS, COLUMNS), lambda mask: mask[::-1]),
        ((0, 1, 0, 1, 0, 0), (0, 0), (COLUMNS, ROWS), lambda mask: mask.T),
        ((0, -1, 0, 1, 0, 0), (0, ROWS - 1), (COLUMNS, ROWS), lambda mask: mask.T[::-1]),
    ],
)
def test_flips_and_turns_in_the_plane_are_resolved(
    orientation: tuple[float, ...], origin: tuple[int, int], shape: tuple[int, int], turn: Any
) -> None:
    mask = pattern(5, *shape)
    transposed = orientation[0] == 0
    file = seg(
        [(1, 2, mask)],
        orientation=orientation,
        origin=ORIGIN + np.array([origin[0] * COLUMN_SPACING, origin[1] * ROW_SPACING, 0.0]),
        spacing=(COLUMN_SPACING, ROW_SPACING) if transposed else (ROW_SPACING, COLUMN_SPACING),
    )
    (roi,) = read_rois(file, [ct_series()])[0].rois
    assert np.array_equal(as_volume(roi)[2], turn(mask))


def test_smaller_extent_on_the_same_grid_is_laid_in_place() -> None:
    mask = pattern(3, 10, 12)
    file = seg([(1, 2, mask)], origin=ORIGIN + np.array([7 * COLUMN_SPACING, 5 * ROW_SPACING, 0.0]))
    (roi,) = read_rois(file, [ct_series()])[0].rois
    expected = np.zeros((ROWS, COLUMNS), dtype=bool)
    expected[5:15, 7:19] = mask
    assert np.array_equal(as_volume(roi)[2], expected)


# Corners may stand 0.05 pixel off, for the rounding of decimal strings, and no further.
@pytest.mark.parametrize(("shift", "fits"), [(0.0, True), (0.04, True), (0.06, False), (0.5, False)])
def test_shifted_grid(shift: float, fits: bool) -> None:
    file = seg([(1, 2, pattern())], origin=ORIGIN + np.array([shift * COLUMN_SPACING, 0.0, 0.0]))
    if fits:
        assert np.array_equal(as_volume(read_rois(file, [ct_series()])[0].rois[0])[2], pattern())
    else:
        with pytest.raises(DicomError, match="another grid"):
            read_rois(file, [ct_series()])


@pytest.mark.parametrize(
    "spacing", [(ROW_SPACING * 1.01, COLUMN_SPACING), (ROW_SPACING / 2, COLUMN_SPACING / 2)]
)
def test_other_pixel_size_is_refused(spacing: tuple[float, float]) -> None:
    with pytest.raises(DicomError, match="its pixels are not the pixels of the images"):
        read_rois(seg([(1, 2, pattern())], spacing=spacing), [ct_series()])


def test_tilted_planes_are_refused() -> None:
    tilt = np.deg2rad(5)
    file = seg([(1, 2, pattern())], orientation=(1, 0, 0, 0, float(np.cos(tilt)), float(np.sin(tilt))))
    with pytest.raises(DicomError, match="another grid"):
        read_rois(file, [ct_series()])


def test_plane_between_slices_is_refused() -> None:
    with pytest.raises(DicomError, match="between two slices"):
        read_rois(seg([(1, 2, pattern()), (1, 2.5, pattern())]), [ct_series()])


def test_planes_beyond_the_stack_are_left_out_with_a_count() -> None:
    (loaded,) = read_rois(seg([(1, 2, pattern()), (1, N_SLICES + 3, pattern())]), [ct_series()])
    assert codes(loaded.warnings) == [RoiWarning.BETWEEN_SLICES]
    assert as_volume(loaded.rois[0]).sum() == pattern().sum()


def test_other_plane_distance_is_refused() -> None:
    file = seg([(1, 2, pattern())])
    dataset = dcmread(BytesIO(file.data))
    dataset.SharedFunctionalGroupsSequence[0].PixelMeasuresSequence[0].SpacingBetweenSlices = 5.0
    out = BytesIO()
    dataset.save_as(out)
    with pytest.raises(DicomError, match=r"planes 5 mm apart, slices 2\.5 mm apart"):
        read_rois(RoiFile(RoiSource.SEG, out.getvalue(), "roi-file-1"), [ct_series()])


def test_frames_without_a_plane_follow_the_images_they_name() -> None:
    bare = items(
        SegmentIdentificationSequence=[items(ReferencedSegmentNumber=1)],
        DerivationImageSequence=[
            items(
                SourceImageSequence=[
                    items(
                        ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2",
                        ReferencedSOPInstanceUID=instance(3),
                    )
                ]
            )
        ],
    )
    file = seg(
        [(1, 2, pattern())], SharedFunctionalGroupsSequence=[], PerFrameFunctionalGroupsSequence=[bare]
    )
    unplaced = ct_series(where=geometry(position_is_known=False))
    (roi,) = read_rois(file, [unplaced])[0].rois
    assert np.array_equal(as_volume(roi)[3], pattern())


@pytest.mark.parametrize("bad", [{"NumberOfFrames": 3}, {"Rows": ROWS + 8}, {"Rows": 0}, {"Columns": 60_000}])
def test_header_that_contradicts_the_pixels_is_refused(bad: dict[str, Any]) -> None:
    with pytest.raises(DicomError):
        read_rois(seg([(1, 2, pattern())], **bad), [ct_series()])


def test_empty_and_nameless_segmentations_are_refused() -> None:
    with pytest.raises(DicomError, match="empty"):
        read_rois(seg([(1, 2, np.zeros((ROWS, COLUMNS), dtype=bool))]), [ct_series()])
    with pytest.raises(DicomError, match="names no segment"):
        read_rois(seg([(1, 2, pattern())], []), [ct_series()])


@pytest.mark.parametrize("limit", ["MAX_FRAMES", "MAX_SEGMENTS"])
def test_limits(limit: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file = seg([(1, 1, pattern()), (2, 2, pattern())], ["a", "b"])
    assert len(read_rois(file, [ct_series()])[0].rois) == 2
    monkeypatch.setattr(reader, limit, 1)
    with pytest.raises(DicomError):
        read_rois(file, [ct_series()])


@pytest.mark.parametrize("share", [0.3, 0.6, 0.9, 0.99])
def test_truncated_file_is_refused(share: float) -> None:
    data = seg([(1, 1, pattern()), (1, 2, pattern())]).data
    with pytest.raises(DicomError) as caught:
        read_rois(RoiFile(RoiSource.SEG, data[: int(len(data) * share)], "roi-file-1"), [ct_series()])
    assert SERIES_UID not in str(caught.value)


def test_frame_of_reference_decides_where_uids_are_gone() -> None:
    gone = UID_ROOT + "999.5"
    (loaded,) = read_rois(seg([(1, 2, pattern())], series=gone), [ct_series()])
    assert loaded.matched_by == "geometry"
    with pytest.raises(DicomError, match="other images"):
        read_rois(seg([(1, 2, pattern())], series=gone, frame=gone), [ct_series()])


# highdicom reads these files on its own path; ours must hold the same pixels, plane by plane.
@pytest.mark.parametrize(
    ("ct", "file"),
    [
        ("dcmqi_liver3/ct", "dcmqi_liver3/partial_overlaps.dcm"),
        ("dcmqi_liver3/ct", "dcmqi_liver3/liver.dcm"),
        ("dcmqi_liver3/ct", "pydicom_files/liver_1frame.dcm"),
        ("pydicom_files/dicomdirtests/77654033/CT2", "highdicom_files/seg_image_ct_binary.dcm"),
        ("pydicom_files/dicomdirtests/77654033/CT2", "highdicom_files/seg_image_ct_binary_overlap.dcm"),
        ("pydicom_files/dicomdirtests/77654033/CT2", "highdicom_files/seg_image_ct_binary_fractional.dcm"),
        ("highdicom_files/ct_image.dcm", "highdicom_files/seg_image_ct_binary_single_frame.dcm"),
    ],
)
def test_highdicom_reads_the_same_pixels(ct: str, file: str, dicom_dir: Path) -> None:
    import highdicom

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        segmentation = highdicom.seg.segread(dicom_dir / file)
        expected = {
            segmentation.get_segment_description(number).segment_label: int(
                (segmentation.get_volume(segment_numbers=[number]).array >= 0.5).sum()
            )
            for number in segmentation.segment_numbers
        }
    (series,) = read_study(read_sources(dicom_dir / ct)).series
    (roi_file,) = read_study(read_sources(dicom_dir / file)).roi_files
    (loaded,) = read_rois(roi_file, [series])
    found = {
        roi.name: rasterise(roi, series.n_slices, series.rows, series.columns).n_inside for roi in loaded.rois
    }
    assert found == expected


def test_big_endian_file_holds_the_pixels_of_its_little_endian_twin(dicom_dir: Path) -> None:
    (series,) = read_study(read_sources(dicom_dir / "dcmqi_liver3" / "ct")).series
    counted = []
    for name in ("liver_1frame.dcm", "liver_expb_1frame.dcm"):
        (roi_file,) = read_study(read_sources(dicom_dir / "pydicom_files" / name)).roi_files
        (roi,) = read_rois(roi_file, [series])[0].rois
        counted.append(np.concatenate([np.flatnonzero(shape.mask) for shape in roi.shapes]))  # type: ignore[union-attr]
    assert counted[0].size == 36233  # highdicom's count of the little endian file
    assert np.array_equal(counted[0], counted[1])


def test_real_segmentation_of_another_patient_is_refused(dicom_dir: Path) -> None:
    (series,) = read_study(read_sources(dicom_dir / "totalseg_abdomen" / "ct")).series
    (roi_file,) = read_study(read_sources(dicom_dir / "dcmqi_liver3" / "liver.dcm")).roi_files
    with pytest.raises(DicomError, match="other images"):
        read_rois(roi_file, [series])


def compressed_seg(syntax: str, frame: bytes) -> RoiFile:
    """A segmentation of one frame whose pixel data are that codestream."""
    plain = seg([(1, 2, np.ones((ROWS, COLUMNS)))], kind="FRACTIONAL")
    dataset = dcmread(BytesIO(plain.data))
    dataset.file_meta.TransferSyntaxUID = UID(syntax)
    dataset.PixelData = encapsulate([frame])
    dataset["PixelData"].is_undefined_length = True
    out = BytesIO()
    dataset.save_as(out)
    return RoiFile(RoiSource.SEG, out.getvalue(), "roi-file-1")


@pytest.mark.parametrize(
    ("syntax", "frame"),
    [("1.2.840.10008.1.2.5", b"\xff" * 80), ("1.2.840.10008.1.2.4.80", b"\xff\xd8\xff\xf7")],
)
def test_a_damaged_compressed_frame_is_refused(syntax: str, frame: bytes) -> None:
    """What pydicom raises where no decoder takes a frame is a RuntimeError."""
    with pytest.raises(DicomError, match="pixels cannot be read"):
        read_rois(compressed_seg(syntax, frame), [ct_series()])


def test_a_compressed_frame_of_another_size_is_refused_before_it_is_decoded() -> None:
    # SOF of ISO/IEC 10918-1 B.2.2: length, precision, rows, columns, components.
    frame = b"\xff\xd8\xff\xc3" + struct.pack(">HBHHB", 11, 8, 60_000, 50_000, 1) + b"\x01\x11\x00\xff\xd9"
    with pytest.raises(DicomError, match=f"frame of 50000 x 60000 pixels; allowed: {COLUMNS} x {ROWS}"):
        read_rois(compressed_seg("1.2.840.10008.1.2.4.70", frame), [ct_series()])
