"""Structure sets: contour types, matching, and files that belong elsewhere or mean harm."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from pydicom.dataelem import DataElement

from gepnet_core.errors import DicomError
from gepnet_core.imaging.rois import rtstruct as reader
from gepnet_core.imaging.rois.locate import region_name
from gepnet_core.imaging.rois.rasterise import rasterise
from gepnet_core.imaging.rois.roi import Combine, Roi, RoiSource
from gepnet_core.imaging.rois.roi_files import read_rois
from gepnet_core.imaging.rois.roi_warnings import RoiWarning
from gepnet_core.imaging.series.study import RoiFile, read_sources, read_study
from tests.imaging.builders import FRAME_UID, SERIES_UID, UID_ROOT
from tests.imaging.region_files import (
    COLUMNS,
    N_SLICES,
    ROWS,
    codes,
    contour,
    ct_series,
    delimited,
    geometry,
    instance,
    items,
    rtstruct,
    square,
)

OTHER_FRAME = UID_ROOT + "999.1"
OTHER_SERIES = UID_ROOT + "999.2"


def n_pixels(roi: Roi, combine: Combine | None = None) -> int:
    return rasterise(roi, N_SLICES, ROWS, COLUMNS, combine).n_inside


def test_contours_land_on_their_slices_and_pixels() -> None:
    file = rtstruct({"Liver": [contour(1, square(10, 20)), contour(4, square(5, 8))]})
    (loaded,) = read_rois(file, [ct_series()])
    (roi,) = loaded.rois
    assert (loaded.series_key, loaded.matched_by, loaded.warnings) == ("series-1", "uid", ())
    assert (roi.name, roi.source, roi.combine, roi.combine_is_ambiguous) == (
        "Liver",
        RoiSource.RTSTRUCT,
        Combine.UNION,
        False,
    )
    region = rasterise(roi, N_SLICES, ROWS, COLUMNS)
    assert [(mask.slice_index, int(mask.mask.sum())) for mask in region.masks] == [(1, 100), (4, 9)]


# square(10, 30) has 400 centres, square(15, 25) has 100: the rule of C.8.8.6.3, closed forms.
@pytest.mark.parametrize(
    ("kinds", "combine", "ambiguous", "count", "warned"),
    [
        (("CLOSED_PLANAR", "CLOSED_PLANAR"), Combine.UNION, True, 400, [RoiWarning.NESTED_CONTOURS]),
        (("CLOSEDPLANAR_XOR", "CLOSEDPLANAR_XOR"), Combine.XOR, False, 300, []),
        (
            ("CLOSED_PLANAR", "CLOSEDPLANAR_XOR"),
            Combine.XOR,
            True,
            300,
            [RoiWarning.MIXED_CONTOUR_TYPES, RoiWarning.NESTED_CONTOURS],
        ),
    ],
)
def test_nested_contours(
    kinds: tuple[str, str], combine: Combine, ambiguous: bool, count: int, warned: list[str]
) -> None:
    file = rtstruct({"ring": [contour(2, square(10, 30), kinds[0]), contour(2, square(15, 25), kinds[1])]})
    (roi,) = read_rois(file, [ct_series()])[0].rois
    assert (roi.combine, roi.combine_is_ambiguous, n_pixels(roi)) == (combine, ambiguous, count)
    assert codes(roi.warnings) == warned


def test_contours_side_by_side_are_not_ambiguous() -> None:
    file = rtstruct({"two": [contour(2, square(10, 20)), contour(2, square(20, 30))]})
    (roi,) = read_rois(file, [ct_series()])[0].rois
    assert (roi.combine_is_ambiguous, roi.warnings, n_pixels(roi)) == (False, (), 200)


@pytest.mark.parametrize(
    ("kind", "pixels"),
    [
        ("POINT", [(5.0, 5.0)]),
        ("OPEN_PLANAR", square(5, 9)),
        ("OPEN_NONPLANAR", square(5, 9)),
        ("CLOSED_PLANAR", [(5.0, 5.0)]),
        ("CLOSED_PLANAR", [(5.0, 5.0), (9.0, 9.0)]),
        ("CLOSED_PLANAR", [(5.0, 5.0)] * 4),
        ("", square(5, 9)),
    ],
)
def test_what_encloses_nothing_is_left_out_with_a_warning(
    kind: str, pixels: list[tuple[float, float]]
) -> None:
    file = rtstruct({"Liver": [contour(2, square(10, 20)), contour(2, pixels, kind)]})
    (roi,) = read_rois(file, [ct_series()])[0].rois
    assert n_pixels(roi) == 100
    assert codes(roi.warnings) == [RoiWarning.CONTOURS_IGNORED]


def test_file_of_points_alone_is_refused() -> None:
    with pytest.raises(DicomError, match="no closed contour"):
        read_rois(rtstruct({"point": [contour(2, [(5.0, 5.0)], "POINT")]}), [ct_series()])


@pytest.mark.parametrize(
    "text",
    [
        "1\\2\\3\\4\\5\\6\\7\\8",
        "1\\2\\3\\4\\5\\6\\7\\8\\x",
        "nan\\2\\3\\4\\5\\6\\7\\8\\9",
        "1_0\\2\\3\\4\\5\\6\\7\\8\\9",
        "inf\\2\\3\\4\\5\\6\\7\\8\\9",
    ],
)
def test_damaged_coordinates_are_left_out(text: str) -> None:
    damaged = contour(2, square(1, 9))
    damaged.add(DataElement(0x30060050, "UT", text))
    file = rtstruct({"Liver": [contour(2, square(10, 20)), damaged]})
    (roi,) = read_rois(file, [ct_series()])[0].rois
    assert n_pixels(roi) == 100
    assert codes(roi.warnings) == [RoiWarning.CONTOURS_IGNORED]


def test_geometry_in_the_same_frame_of_reference_where_uids_are_gone() -> None:
    file = rtstruct({"Liver": [contour(1, square(10, 20), image=OTHER_SERIES + ".1")]}, series=OTHER_SERIES)
    (loaded,) = read_rois(file, [ct_series()])
    assert loaded.matched_by == "geometry"
    assert codes(loaded.warnings) == [RoiWarning.MATCHED_BY_GEOMETRY]
    assert n_pixels(loaded.rois[0]) == 100


def test_another_frame_of_reference_is_refused_although_the_numbers_fit() -> None:
    file = rtstruct({"Liver": [contour(1, square(10, 20), image=None)]}, OTHER_FRAME, OTHER_SERIES)
    with pytest.raises(DicomError, match="other images") as caught:
        read_rois(file, [ct_series()])
    assert caught.value.remedy is not None


def test_unknown_frame_of_reference_is_placed_with_a_warning() -> None:
    file = rtstruct({"Liver": [contour(1, square(10, 20), image=None)]}, OTHER_FRAME, OTHER_SERIES)
    (loaded,) = read_rois(file, [ct_series(frame_uid="")])
    assert loaded.matched_by == "geometry"
    assert codes(loaded.warnings) == [RoiWarning.PATIENT_NOT_CHECKED]


def test_images_named_but_frame_of_reference_another_is_warned() -> None:
    file = rtstruct({"Liver": [contour(1, square(10, 20))]}, frame=OTHER_FRAME)
    (loaded,) = read_rois(file, [ct_series()])
    assert loaded.matched_by == "uid"
    assert codes(loaded.warnings) == [RoiWarning.FRAME_OF_REFERENCE_DIFFERS]


def test_every_phase_that_fits_is_offered_where_uids_are_gone() -> None:
    file = rtstruct({"Liver": [contour(1, square(10, 20), image=None)]}, series=OTHER_SERIES)
    phases = [ct_series("series-1"), ct_series("series-2", SERIES_UID + ".77")]
    loaded = read_rois(file, phases)
    assert [one.series_key for one in loaded] == ["series-1", "series-2"]
    assert all(RoiWarning.SEVERAL_SERIES_FIT in codes(one.warnings) for one in loaded)


def test_contours_go_to_the_phase_that_they_name() -> None:
    second = SERIES_UID + ".77"
    file = rtstruct(
        {
            "hap": [contour(1, square(10, 20))],
            "pvp": [contour(1, square(10, 20), image=instance(1, second))],
        }
    )
    first, other = read_rois(file, [ct_series("series-1"), ct_series("series-2", second)])
    assert ([roi.name for roi in first.rois], [roi.name for roi in other.rois]) == (["hap"], ["pvp"])


# Off the stack by more than 0.1 of the spacing is between slices; 0.1 itself is still on one.
@pytest.mark.parametrize(("offset", "found"), [(0.0, True), (0.09, True), (0.11, False), (0.5, False)])
def test_planes_off_the_slices(offset: float, found: bool) -> None:
    file = rtstruct({"Liver": [contour(2 + offset, square(10, 20), image=instance(2))]})
    if found:
        (roi,) = read_rois(file, [ct_series()])[0].rois
        assert rasterise(roi, N_SLICES, ROWS, COLUMNS).masks[0].slice_index == 2
    else:
        with pytest.raises(DicomError, match="along the stack"):
            read_rois(file, [ct_series()])


def test_part_between_slices_is_left_out_with_a_count() -> None:
    file = rtstruct({"Liver": [contour(2, square(10, 20)), contour(2.5, square(10, 20), image=None)]})
    (roi,) = read_rois(file, [ct_series()])[0].rois
    assert codes(roi.warnings) == [RoiWarning.BETWEEN_SLICES]
    assert "1 of 2" in roi.warnings[0]


def test_another_patients_geometry_is_refused_with_numbers() -> None:
    file = rtstruct({"Liver": [contour(400, square(10, 20), image=None)]})
    with pytest.raises(DicomError) as caught:
        read_rois(file, [ct_series()])
    error = caught.value
    assert error.got == "contours from 1100.0 to 1100.0 mm along the stack, slices from 100.0 to 112.5 mm"
    assert None not in (error.what, error.allowed, error.remedy)


def test_contours_beside_the_image_are_refused() -> None:
    with pytest.raises(DicomError, match="beside the image"):
        read_rois(rtstruct({"Liver": [contour(2, square(500, 520))]}), [ct_series()])


def test_region_outside_does_not_hide_the_others() -> None:
    file = rtstruct({"far": [contour(2, square(500, 520))], "Liver": [contour(2, square(10, 20))]})
    (loaded,) = read_rois(file, [ct_series()])
    assert [roi.name for roi in loaded.rois] == ["Liver"]
    assert codes(loaded.warnings) == [RoiWarning.REGIONS_LEFT_OUT]


def test_contour_across_slices_is_no_contour_of_one() -> None:
    tilted = contour(2, square(10, 20))
    tilted.ContourData = [*tilted.ContourData[:11], "110.0"]
    with pytest.raises(DicomError, match="No region"):
        read_rois(rtstruct({"Liver": [tilted]}), [ct_series()])


def test_oblique_series_keeps_the_count() -> None:
    # The orientation of rt_utils/oriented_data, rounded to unit vectors.
    right = np.array([0.9541666, -0.2080757, 0.2151061])
    down = np.array([0.2785886, 0.880128, -0.3843997])
    right /= np.linalg.norm(right)
    down -= (down @ right) * right
    down /= np.linalg.norm(down)
    lift = np.cross(right, down) * 2.5
    origins = np.array([-50.0, -60.0, 100.0]) + np.arange(N_SLICES)[:, None] * lift
    where = geometry(origins_mm=origins, row_direction=right, column_direction=down)
    file = rtstruct({"Liver": [contour(3, square(10, 20), where=where)]})
    (roi,) = read_rois(file, [ct_series(where=where)])[0].rois
    region = rasterise(roi, N_SLICES, ROWS, COLUMNS)
    # Vertices lie on pixel centres; rounding to 1e-4 pixel keeps the edge rule: 10 x 10.
    assert [(mask.slice_index, int(mask.mask.sum())) for mask in region.masks] == [(3, 100)]


def test_series_without_a_position_cannot_carry_contours() -> None:
    where = geometry(1, position_is_known=False)
    with pytest.raises(DicomError, match="do not state where"):
        read_rois(rtstruct({"Liver": [contour(0, square(10, 20))]}), [ct_series(where=where)])


def test_no_series_is_a_clear_error() -> None:
    with pytest.raises(DicomError, match="images that are not here"):
        read_rois(rtstruct({"Liver": [contour(0, square(10, 20))]}), [])


def test_names_are_made_fit_to_show() -> None:
    assert region_name("Li\tver\n " + "x" * 100 + "\x00", "region 1") == "Li ver " + "x" * 57
    (nameless,) = read_rois(rtstruct({"": [contour(2, square(10, 20))]}), [ct_series()])[0].rois
    assert nameless.name == "region 1"


@pytest.mark.parametrize(
    ("limit", "value"),
    [("MAX_REGIONS", 1), ("MAX_CONTOURS", 2), ("MAX_POINTS", 11), ("MAX_FILLED_PIXELS", 200)],
)
def test_limits(limit: str, value: int, monkeypatch: pytest.MonkeyPatch) -> None:
    file = rtstruct(
        {"a": [contour(1, square(10, 20)), contour(2, square(10, 20))], "b": [contour(3, square(1, 9))]}
    )
    assert len(read_rois(file, [ct_series()])[0].rois) == 2
    monkeypatch.setattr(reader, limit, value)
    with pytest.raises(DicomError, match="too large"):
        read_rois(file, [ct_series()])


@pytest.mark.parametrize("undefined", [False, True], ids=["stated lengths", "delimited"])
@pytest.mark.parametrize("share", [0.2, 0.4, 0.6, 0.8, 0.95, 0.999])
def test_truncated_file_is_an_error_and_no_half_region(share: float, undefined: bool) -> None:
    data = rtstruct({"Liver": [contour(1, square(10, 20)), contour(2, square(10, 20))]}).data
    if undefined:
        data = delimited(data)
        assert read_rois(RoiFile(RoiSource.RTSTRUCT, data, "roi-file-1"), [ct_series()])
    with pytest.raises(DicomError) as caught:
        read_rois(RoiFile(RoiSource.RTSTRUCT, data[: int(len(data) * share)], "roi-file-1"), [ct_series()])
    assert SERIES_UID not in str(caught.value)
    assert FRAME_UID not in str(caught.value)


def test_vanished_uids_of_a_real_pair(dicom_dir: Path) -> None:
    # MANIFEST.md: the RTSTRUCT references the original TCIA instances, the CT has regenerated ones.
    (series,) = read_study(read_sources(dicom_dir / "ibsi_sts_002" / "ct")).series
    (file,) = read_study(read_sources(dicom_dir / "ibsi_sts_002" / "RS.dcm")).roi_files
    (loaded,) = read_rois(file, [series])
    assert codes(loaded.warnings) == [RoiWarning.MATCHED_BY_GEOMETRY]


@pytest.mark.parametrize("name", ["invalid_reference_rt.dcm", "non_existent_reference_rt.dcm"])
def test_real_files_with_wrong_references(name: str, dicom_dir: Path) -> None:
    folder = dicom_dir / "rt_utils" / "mock_data"
    (series,) = read_study([*read_sources(folder / "ct_1.dcm"), *read_sources(folder / "ct_2.dcm")]).series
    (file,) = read_study(read_sources(folder / name)).roi_files
    (loaded,) = read_rois(file, [series])
    assert [roi.name for roi in loaded.rois] == ["ROI-1", "ROI-2", "ROI-3", "ROI-4"]
    # Contours stand at 70, 65 and 60 mm, slices at 65 and 60 mm.
    assert all("1 of 3" in warning for roi in loaded.rois for warning in roi.warnings[:1])


def test_real_structure_set_of_another_patient_is_refused(dicom_dir: Path) -> None:
    (series,) = read_study(read_sources(dicom_dir / "totalseg_abdomen" / "ct")).series
    (file,) = read_study(read_sources(dicom_dir / "ibsi_sts_002" / "RS.dcm")).roi_files
    with pytest.raises(DicomError, match="other images"):
        read_rois(file, [series])


def test_sequence_without_items_is_no_crash() -> None:
    file = rtstruct({"Liver": [items(ContourGeometricType="CLOSED_PLANAR")]})
    with pytest.raises(DicomError, match="no closed contour"):
        read_rois(file, [ct_series()])
