from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import DicomError
from gepnet_core.imaging.series.ordering import spacing_warnings
from gepnet_core.imaging.series.study import ImageSeries, ImagingStudy, Source, read_study, read_volume
from tests.imaging.builders import SERIES_UID, ct_slice, ct_stack, enhanced_ct, pixels_of


def study_of(*files: bytes) -> ImagingStudy:
    return read_study([Source("x.dcm", data) for data in files])


def only(study: ImagingStudy) -> ImageSeries:
    assert len(study.series) == 1, (study.problems, study.set_aside)
    return study.series[0]


STACK = ct_stack(6)


def heights(series: ImageSeries) -> list[float]:
    return [round(float(value), 6) for value in series.geometry.slice_positions_mm]


@given(st.permutations(range(6)))
@settings(max_examples=20, deadline=None)
def test_order_follows_geometry_whatever_the_order_of_upload(order):
    series = only(study_of(*[STACK[index] for index in order]))
    assert heights(series) == [0.0, 5.0, 10.0, 15.0, 20.0, 25.0]
    volume = read_volume(series)
    for index in range(6):
        np.testing.assert_array_equal(volume.stored[index], pixels_of(index))
    assert series.warnings == ()


def test_slice_zero_is_the_lowest_where_instances_run_from_the_head():
    files = [ct_slice(100.0 - 5 * index, index=index) for index in range(4)]
    series = only(study_of(*files))
    assert heights(series) == [85.0, 90.0, 95.0, 100.0]
    np.testing.assert_array_equal(read_volume(series).stored[0], pixels_of(3))


def test_slice_zero_is_the_lowest_for_a_patient_on_the_belly():
    """Head first prone: rows run to the patient's right; the cross product points to the feet or the head."""
    prone: dict[str, Any] = {"ImageOrientationPatient": [-1, 0, 0, 0, 1, 0]}
    series = only(study_of(*ct_stack(4, **prone)))
    assert [float(origin[2]) for origin in series.geometry.origins_mm] == [0.0, 5.0, 10.0, 15.0]


def test_rescale_belongs_to_each_slice():
    files = [
        ct_slice(5.0 * index, index=index, RescaleSlope=slope, RescaleIntercept=intercept)
        for index, (slope, intercept) in enumerate([(1, -1024), (2, -2000), (0.5, 10.5)])
    ]
    volume = read_volume(only(study_of(*files)))
    for index, (slope, intercept) in enumerate([(1, -1024), (2, -2000), (0.5, 10.5)]):
        np.testing.assert_allclose(volume.hu(index), pixels_of(index) * slope + intercept)


@pytest.mark.parametrize(("gap", "warned"), [(5.0, False), (5.25, False), (5.26, True), (9.0, True)])
def test_uneven_spacing_is_said(gap, warned):
    found = spacing_warnings(np.cumsum([0.0, 5.0, 5.0, gap, 5.0, 5.0]))
    assert bool(found) is warned


@pytest.mark.parametrize(
    ("lost", "words"), [([3], "1 slice is missing"), ([3, 4, 7], "3 slices are missing")]
)
def test_missing_slices_are_counted_and_placed(lost, words):
    files = [data for index, data in enumerate(ct_stack(10)) if index not in lost]
    series = only(study_of(*files))
    assert series.warnings[0].startswith(words)
    assert "between slices 3 and 4" in series.warnings[0]


def test_positions_rounded_to_a_tenth_are_even():
    """0.625 mm written with one decimal: 0.6 and 0.7 alternate."""
    assert spacing_warnings(np.round(np.arange(20) * 0.625, 1)) == ()


def test_duplicates_are_used_once_and_said():
    stack = ct_stack(3)
    series = only(study_of(*stack, stack[1], stack[2]))
    assert series.n_slices == 3
    assert series.warnings == ("2 images were given more than once; each is used once.",)


def test_duplicates_without_uids_are_told_by_their_bytes():
    stack = ct_stack(3, SOPInstanceUID="", SeriesInstanceUID="", StudyInstanceUID="")
    series = only(study_of(*stack, stack[1]))
    assert series.n_slices == 3
    assert series.warnings == ("1 image was given more than once; each is used once.",)


def test_series_with_empty_uids_are_told_by_their_headers():
    blank: dict[str, Any] = {"SOPInstanceUID": "", "SeriesInstanceUID": "", "StudyInstanceUID": ""}
    first = ct_stack(3, SeriesDescription="ART", **blank)
    second = ct_stack(3, SeriesDescription="PV", **blank)
    study = study_of(*first, *second)
    assert [series.n_slices for series in study.series] == [3, 3]
    assert [series.study for series in study.series] == [None, None]


def test_sizes_and_orientations_of_one_series_are_listed_apart():
    wide = ct_slice(10.0, pixels_of(9, rows=8, columns=20), index=9)
    study = study_of(*ct_stack(2), wide)
    assert [(series.n_slices, series.columns) for series in study.series] == [(2, 10), (1, 20)]
    assert all("different sizes or orientations" in series.warnings[0] for series in study.series)
    assert [series.part for series in study.series] == [(1, 2), (2, 2)]


def test_acquisitions_of_one_series_are_listed_apart():
    files = [
        ct_slice(
            5.0 * level,
            index=10 * phase + level,
            AcquisitionNumber=phase + 2,
            AcquisitionTime=f"10{phase}000",
        )
        for phase in range(3)
        for level in range(4)
    ]
    files = files[::-1][::2] + files[::-1][1::2]
    study = study_of(*files)
    assert [series.n_slices for series in study.series] == [4, 4, 4]
    assert [series.part for series in study.series] == [(1, 3), (2, 3), (3, 3)]
    for phase, series in enumerate(study.series):
        np.testing.assert_array_equal(read_volume(series).stored[2], pixels_of(10 * phase + 2))
        assert "3 acquisitions" in series.warnings[0]


def test_step_and_shoot_is_one_acquisition():
    """One AcquisitionNumber a slice, or one for a few neighbours, is how axial scans are numbered."""
    single = [ct_slice(5.0 * index, index=index, AcquisitionNumber=index) for index in range(5)]
    assert only(study_of(*single)).n_slices == 5
    pairs = [ct_slice(5.0 * index, index=index, AcquisitionNumber=index // 2) for index in range(6)]
    assert only(study_of(*pairs)).warnings == ()


def test_repeated_positions_are_split_by_order():
    """Three passes without acquisition numbers, first in sweeps and then position by position."""
    sweeps = [
        ct_slice(5.0 * level, index=4 * phase + level, AcquisitionNumber=None)
        for phase in range(3)
        for level in range(4)
    ]
    study = study_of(*reversed(sweeps))
    assert [series.n_slices for series in study.series] == [4, 4, 4]
    np.testing.assert_array_equal(read_volume(study.series[1]).stored[0], pixels_of(4))
    cine = [
        ct_slice(5.0 * level, index=2 * level + phase, AcquisitionNumber=2 * level + phase)
        for level in range(4)
        for phase in range(2)
    ]
    study = study_of(*cine)
    assert [series.n_slices for series in study.series] == [4, 4]
    np.testing.assert_array_equal(read_volume(study.series[1]).stored[3], pixels_of(7))


def test_phases_of_unequal_length_are_split_where_positions_come_again():
    files = [ct_slice(5.0 * level, index=level, AcquisitionNumber=None) for level in range(6)]
    files += [ct_slice(5.0 * level, index=6 + level, AcquisitionNumber=None) for level in range(3)]
    assert [series.n_slices for series in study_of(*files).series] == [6, 3]


def test_temporal_positions_are_split():
    files = [
        ct_slice(5.0 * level, index=3 * phase + level, TemporalPositionIdentifier=phase + 1)
        for phase in range(2)
        for level in range(3)
    ]
    assert [series.n_slices for series in study_of(*files).series] == [3, 3]


@pytest.mark.parametrize(("n", "offered"), [(1, 1), (3, 3), (4, 4), (5, 0)])
def test_one_position_imaged_often_is_bolus_monitoring(n, offered):
    files = [ct_slice(50.0, index=index, AcquisitionNumber=index + 1) for index in range(n)]
    study = study_of(*files)
    assert len(study.series) == offered
    assert sum(one.count for one in study.set_aside if "bolus" in one.reason) == (0 if offered else n)


def test_named_monitoring_is_set_aside_at_once():
    study = study_of(ct_slice(50.0, SeriesDescription="PreMonitoring"))
    assert study.series == ()
    assert study.set_aside[0].reason == "bolus monitoring images (one position imaged repeatedly)"
    assert len(study_of(*ct_stack(5, SeriesDescription="Abdomen bolus PV")).series) == 1


@pytest.mark.parametrize(("degrees", "warned"), [(0.0, False), (0.4, False), (0.6, True), (15.0, True)])
def test_gantry_tilt_is_said(degrees, warned):
    """Tilted slices: the table moves along z, the normal leans; origins drift within the slice plane."""
    angle = np.radians(degrees)
    orientation = [1, 0, 0, 0, float(np.cos(angle)), float(-np.sin(angle))]
    series = only(study_of(*ct_stack(5, ImageOrientationPatient=orientation)))
    assert any(f"tilted by {degrees:.0f} degrees" in warning for warning in series.warnings) is warned
    assert len(series.warnings) == warned


def test_slices_without_position_are_refused_but_a_single_one_is_measured():
    study = study_of(*ct_stack(3, ImagePositionPatient=None))
    assert study.series == ()
    assert study.problems[0].startswith("3 files were left out: without a usable position")
    series = only(study_of(ct_slice(ImagePositionPatient=None)))
    assert not series.geometry.position_is_known
    assert "no usable position" in series.warnings[0]
    np.testing.assert_allclose(read_volume(series).hu(0), pixels_of(0) - 1024.0)
    with pytest.raises(DicomError, match="patient coordinates"):
        series.geometry.pixel_to_patient(0, 1.0, 1.0)


@pytest.mark.parametrize("position", [["nan", "0", "0"], ["0", "0"], ["inf", "0", "1"], ["", "", ""]])
def test_positions_that_are_no_numbers_are_no_positions(position):
    good = ct_stack(3)
    marked = ct_slice(20.0, index=7, ImagePositionPatient=[111.5, 222.5, 20.5])
    bad = marked.replace(b"111.5\\222.5\\20.5", "\\".join(position).encode().ljust(16), 1)
    assert bad != marked
    study = study_of(*good, bad)
    assert only(study).n_slices == 3
    assert study.problems[0].startswith("1 file was left out: without a usable position")


@pytest.mark.parametrize(
    "orientation", [[1, 0, 0, 0, 2, 0], [1, 0, 0, 0.9, 0.1, 0], [1, 0, 0, 1, 0, 0], [0, 0, 0, 0, 0, 0]]
)
def test_orientations_that_are_no_unit_vectors_are_refused(orientation):
    study = study_of(*ct_stack(3, ImageOrientationPatient=orientation))
    assert study.series == ()
    assert study.problems[0].startswith("3 files were left out: without a usable position")


def test_missing_pixel_spacing_leaves_areas_unknown():
    series = only(study_of(*ct_stack(3, PixelSpacing=None)))
    assert series.geometry.pixel_area_mm2 is None
    assert "areas and the millimetre scale are unknown" in series.warnings[0]
    assert only(study_of(*ct_stack(3))).geometry.pixel_area_mm2 == pytest.approx(0.56)


@pytest.mark.parametrize("spacing", [[0.0, 0.0], [-1.0, 1.0], [0.8, 0.0]])
def test_impossible_pixel_spacing_is_unknown(spacing):
    series = only(study_of(*ct_stack(3, PixelSpacing=spacing)))
    assert series.geometry.pixel_area_mm2 is None


def test_padding_that_differs_below_air_is_one_range_and_in_tissue_an_error():
    files = [ct_slice(0.0, PixelPaddingValue=-2000), ct_slice(5.0, index=1, PixelPaddingValue=-1500)]
    assert read_volume(only(study_of(*files))).padding == (-2000, -1500)
    mixed = [ct_slice(0.0, PixelPaddingValue=-2000), ct_slice(5.0, index=1, PixelPaddingValue=1100)]
    series = only(study_of(*mixed))
    assert any("padding value" in warning for warning in series.warnings)
    with pytest.raises(DicomError, match="different padding"):
        read_volume(series)


def test_padding_is_left_out_of_what_is_measured():
    pixels = pixels_of(0)
    pixels[0, :] = -2000
    volume = read_volume(only(study_of(ct_slice(pixels=pixels, PixelPaddingValue=63536))))
    assert volume.is_measured(0).sum() == 110


def test_signed_beside_unsigned_slices():
    unsigned = pixels_of(1).astype(np.uint16)
    twelve: dict[str, Any] = {"BitsStored": 12, "HighBit": 11}
    volume = read_volume(only(study_of(ct_slice(0.0), ct_slice(5.0, unsigned, index=1, **twelve))))
    assert volume.stored.dtype == np.int16
    np.testing.assert_array_equal(volume.stored[1], unsigned)
    with pytest.raises(DicomError, match="mixes signed and unsigned"):
        read_volume(only(study_of(ct_slice(0.0), ct_slice(5.0, unsigned, index=1))))


def test_an_enhanced_image_is_a_series_of_frames():
    series = only(study_of(enhanced_ct([10, 0, 5], [1.0, 2.0, 0.5], [-1024, 0, -1000.5])))
    assert heights(series) == [0.0, 5.0, 10.0]
    assert series.uids.frame_numbers == (2, 3, 1)
    volume = read_volume(series)
    np.testing.assert_allclose(volume.hu(0), pixels_of(1) * 2.0)
    np.testing.assert_allclose(volume.hu(1), pixels_of(2) * 0.5 - 1000.5)
    np.testing.assert_allclose(volume.hu(2), pixels_of(0) - 1024.0)


def test_acquisitions_of_an_enhanced_image_are_listed_apart():
    data = enhanced_ct([0, 5, 0, 5], [1.0] * 4, [-1024] * 4, [1, 1, 2, 2])
    study = study_of(data)
    assert [series.uids.frame_numbers for series in study.series] == [(1, 2), (3, 4)]


def test_uids_of_single_images():
    series = only(study_of(*ct_stack(2)))
    assert series.uids.series == SERIES_UID
    assert series.uids.frame_numbers == (None, None)
    assert len(set(series.uids.sop_instances)) == 2
