"""Structured reports: shapes, where they sit by half a pixel, reports without regions, and damage."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from pydicom.dataset import Dataset

from gepnet_core.errors import DicomError
from gepnet_core.imaging.rois import sr as reader
from gepnet_core.imaging.rois import sr_content
from gepnet_core.imaging.rois.rasterise import rasterise
from gepnet_core.imaging.rois.roi import Ellipse, Polygon, Roi, RoiSource
from gepnet_core.imaging.rois.roi_files import read_rois
from gepnet_core.imaging.rois.roi_warnings import RoiWarning
from gepnet_core.imaging.series.study import RoiFile, SeriesUids, read_sources, read_study
from tests.imaging.builders import FRAME_UID, SERIES_UID, STUDY_UID, UID_ROOT
from tests.imaging.region_files import (
    COLUMNS,
    N_SLICES,
    ROWS,
    SEG_INSTANCE,
    codes,
    content,
    ct_series,
    geometry,
    group,
    image_item,
    instance,
    items,
    outline,
    seg,
    sr,
)

BOX = (10.0, 12.0, 20.0, 12.0, 20.0, 22.0, 10.0, 22.0, 10.0, 12.0)


def only(file: RoiFile) -> Roi:
    (loaded,) = read_rois(file, [ct_series()])
    (roi,) = loaded.rois
    return roi


def n_pixels(roi: Roi) -> int:
    return rasterise(roi, N_SLICES, ROWS, COLUMNS).n_inside


def test_box_has_its_origin_at_the_outer_corner() -> None:
    # PS3.3 C.18.6.1.1: (0, 0) is the outer corner of the first pixel. 10..20 are then pixels 10 to 19.
    (mask,) = rasterise(only(sr(group(outline("POLYLINE", BOX)))), N_SLICES, ROWS, COLUMNS).masks
    rows, columns = np.nonzero(mask.mask)
    assert (mask.slice_index, mask.mask.sum()) == (2, 100)
    assert (columns.min() + mask.column, columns.max() + mask.column) == (10, 19)
    assert (rows.min() + mask.row, rows.max() + mask.row) == (12, 21)


def test_circle_is_its_centre_and_a_point_on_it() -> None:
    # A000328: a circle of radius 10 around a pixel centre holds 317 centres.
    roi = only(sr(group(outline("CIRCLE", (20.5, 20.5, 20.5, 10.5)))))
    assert roi.shapes == (Ellipse(2, 20, 20, 10, 10),)
    assert n_pixels(roi) == 317


@pytest.mark.parametrize(
    ("points", "expected"),
    [
        ((10.5, 20.5, 30.5, 20.5, 20.5, 14.5, 20.5, 26.5), Ellipse(2, 20, 20, 10, 6)),
        ((20.5, 10.5, 20.5, 30.5, 14.5, 20.5, 26.5, 20.5), Ellipse(2, 20, 20, 6, 10)),
        (
            (14.5, 14.5, 26.5, 26.5, 23.5, 17.5, 17.5, 23.5),
            Ellipse(2, 20, 20, math.sqrt(72), math.sqrt(18), math.pi / 4),
        ),
    ],
)
def test_ellipse_is_the_ends_of_its_axes(points: tuple[float, ...], expected: Ellipse) -> None:
    (shape,) = only(sr(group(outline("ELLIPSE", points)))).shapes
    assert isinstance(shape, Ellipse)
    for name in ("slice_index", "cx", "cy", "rx", "ry", "angle_rad"):
        assert getattr(shape, name) == pytest.approx(getattr(expected, name), abs=1e-6)


def test_open_outline_counts_only_as_an_image_region() -> None:
    roi = only(sr(group(outline("POLYLINE", BOX[:8]))))
    assert n_pixels(roi) == 100
    assert codes(roi.warnings) == [RoiWarning.OPEN_OUTLINE]
    with pytest.raises(DicomError, match="without an area"):
        read_rois(sr(group(outline("POLYLINE", BOX[:8], concept=("111030X", "Path")))), [ct_series()])


@pytest.mark.parametrize(
    ("kind", "points"),
    [
        ("POINT", (5.0, 5.0)),
        ("MULTIPOINT", BOX),
        ("POLYLINE", (5.0, 5.0, 9.0, 9.0)),
        ("POLYLINE", (5.0, 5.0, 9.0, 9.0, 5.0, 5.0)),
        ("POLYLINE", ()),
        ("CIRCLE", (5.0, 5.0)),
        ("CIRCLE", (5.0, 5.0, 5.0, 5.0)),
        ("ELLIPSE", (5.0, 5.0, 9.0, 9.0)),
        ("ELLIPSE", (5.0, 5.0, 5.0, 5.0, 4.0, 5.0, 6.0, 5.0)),
        ("CIRCLE", (math.nan, 5.0, 5.0, 9.0)),
        ("", BOX),
    ],
)
def test_what_has_no_area_is_left_out_with_a_warning(kind: str, points: tuple[float, ...]) -> None:
    roi = only(sr(group(outline("POLYLINE", BOX), outline(kind, points))))
    assert n_pixels(roi) == 100
    assert codes(roi.warnings) == [RoiWarning.CONTOURS_IGNORED]


def test_outline_repeated_below_each_value_is_one_region() -> None:
    values = []
    for _ in range(3):
        value = content("NUM", ("112031", "Attenuation Coefficient"))
        value.ContentSequence = [outline("POLYLINE", BOX, concept=None)]
        values.append(value)  # no MeasuredValueSequence, as in a real OHIF file
    roi = only(sr(group(*values)))
    assert len(roi.shapes) == 1
    assert isinstance(roi.shapes[0], Polygon)


def test_groups_are_regions_with_their_names() -> None:
    finding = content("CODE", ("121071", "Finding"))
    finding.ConceptCodeSequence = [
        items(CodeValue="52988006", CodingSchemeDesignator="SCT", CodeMeaning="Lesion")
    ]
    file = sr(
        group(finding, outline("POLYLINE", BOX), tracking="7"),
        group(outline("CIRCLE", (5.5, 5.5, 8.5, 5.5)), tracking=""),
    )
    (loaded,) = read_rois(file, [ct_series()])
    assert [roi.name for roi in loaded.rois] == ["Lesion 7", "region 2"]
    assert loaded.matched_by == "uid"
    assert loaded.rois[0].source is RoiSource.SR


def test_groups_go_to_the_phase_that_they_name() -> None:
    second = SERIES_UID + ".77"
    there = outline("POLYLINE", BOX, None)
    there.ContentSequence = [image_item(3, second)]
    file = sr(group(outline("POLYLINE", BOX), tracking="hap"), group(there, tracking="pvp"))
    first, other = read_rois(file, [ct_series("series-1"), ct_series("series-2", second)])
    assert ([roi.name for roi in first.rois], [roi.name for roi in other.rois]) == (["hap"], ["pvp"])
    assert codes(first.warnings) == [RoiWarning.REGIONS_LEFT_OUT]


def test_image_by_reference_and_image_of_the_whole_report() -> None:
    # The reference counts from the root: 1 = root, its 1st child, that one's 1st child (PS3.3 C.17.3.2.5).
    by_reference = outline("POLYLINE", BOX, None)
    pointer = items(RelationshipType="SELECTED FROM", ReferencedContentItemIdentifier=[1, 1, 1])
    by_reference.ContentSequence = [pointer]
    assert n_pixels(only(sr(image_item(2), image_item(4), group(by_reference)))) == 100
    # One image in the whole report is the image of an outline that names none.
    assert n_pixels(only(sr(image_item(2), group(outline("POLYLINE", BOX, None))))) == 100
    with pytest.raises(DicomError):
        read_rois(sr(image_item(2), image_item(4), group(outline("POLYLINE", BOX, None))), [ct_series()])


def test_frame_of_a_multi_frame_image() -> None:
    uids = SeriesUids(
        STUDY_UID, SERIES_UID, FRAME_UID, (instance(0),) * N_SLICES, tuple(range(1, N_SLICES + 1))
    )
    series = ct_series(uids=uids)
    named = outline("POLYLINE", BOX, 0)
    named.ContentSequence[0].ReferencedSOPSequence[0].ReferencedFrameNumber = 4
    (loaded,) = read_rois(sr(group(named)), [series])
    assert rasterise(loaded.rois[0], N_SLICES, ROWS, COLUMNS).masks[0].slice_index == 3
    with pytest.raises(DicomError, match="images that are not here"):
        read_rois(sr(group(outline("POLYLINE", BOX, 0))), [series])


def spatial(
    kind: str, pixels: list[tuple[float, float]], slice_index: float = 2, frame: str = FRAME_UID
) -> Dataset:
    points = [geometry().pixel_to_patient(0, x, y) + np.array([0, 0, 2.5 * slice_index]) for x, y in pixels]
    return content(
        "SCOORD3D",
        ("111030", "Image Region"),
        GraphicType=kind,
        GraphicData=[float(value) for point in points for value in point],
        ReferencedFrameOfReferenceUID=frame,
    )


def test_coordinates_in_the_patient_need_no_image() -> None:
    square = [(9.5, 11.5), (19.5, 11.5), (19.5, 21.5), (9.5, 21.5)]
    (loaded,) = read_rois(sr(group(spatial("POLYGON", square))), [ct_series()])
    assert (loaded.matched_by, n_pixels(loaded.rois[0])) == ("geometry", 100)
    (circle,) = read_rois(
        sr(group(spatial("ELLIPSE", [(10, 20), (30, 20), (20, 14), (20, 26)]))), [ct_series()]
    )[0].rois
    found = circle.shapes[0]
    assert isinstance(found, Ellipse)
    assert (found.cx, found.cy, found.rx, found.ry) == pytest.approx((20, 20, 10, 6), abs=1e-4)


def test_coordinates_in_another_frame_of_reference_or_between_slices_are_refused() -> None:
    square = [(9.5, 11.5), (19.5, 11.5), (19.5, 21.5), (9.5, 21.5)]
    with pytest.raises(DicomError, match="other images"):
        read_rois(sr(group(spatial("POLYGON", square, frame=UID_ROOT + "999.1"))), [ct_series()])
    with pytest.raises(DicomError):
        read_rois(sr(group(spatial("POLYGON", square, 2.5))), [ct_series()])


def test_images_that_are_not_here_are_refused() -> None:
    gone = outline("POLYLINE", BOX, None)
    gone.ContentSequence = [image_item(2, UID_ROOT + "999.4")]
    with pytest.raises(DicomError, match="images that are not here"):
        read_rois(sr(group(gone)), [ct_series()])


def segment_item(*numbers: int) -> Dataset:
    reference = items(
        ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.66.4",
        ReferencedSOPInstanceUID=SEG_INSTANCE,
        ReferencedSegmentNumber=list(numbers),
    )
    return content("IMAGE", ("121191", "Referenced Segment"), ReferencedSOPSequence=[reference])


def test_segment_is_read_from_its_file_under_the_name_of_the_group() -> None:
    mask = np.zeros((ROWS, COLUMNS), dtype=bool)
    mask[3:9, 4:20] = True
    segmentation = seg([(1, 2, mask), (2, 3, ~mask)], ["Liver", "Rest"])
    report = sr(group(segment_item(1), tracking="Group 1"))
    (loaded,) = read_rois(report, [ct_series()], [segmentation])
    assert [(roi.name, n_pixels(roi)) for roi in loaded.rois] == [("Group 1", 96)]
    with pytest.raises(DicomError, match="segmentation that is not here"):
        read_rois(report, [ct_series()])


def test_report_of_values_alone_says_so() -> None:
    value = content("NUM", ("112031", "Attenuation Coefficient"))
    value.MeasuredValueSequence = [items(NumericValue="97.5")]
    with pytest.raises(DicomError, match="1 value and no region") as caught:
        read_rois(sr(group(value)), [ct_series()])
    assert caught.value.remedy == "Type the values by hand, or draw the regions here."


def test_deep_and_wide_trees_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    deep = outline("POLYLINE", BOX)
    for _ in range(sr_content.MAX_DEPTH):
        deep = content("CONTAINER", ("1", "Nest"), ContentSequence=[deep])
    with pytest.raises(DicomError, match="too large"):
        read_rois(sr(deep), [ct_series()])
    many = sr(group(outline("POLYLINE", BOX)), group(outline("POLYLINE", BOX)))
    monkeypatch.setattr(reader, "MAX_OUTLINES", 1)
    with pytest.raises(DicomError, match="2 outlines"):
        read_rois(many, [ct_series()])
    monkeypatch.setattr(sr_content, "MAX_ITEMS", 5)
    with pytest.raises(DicomError, match="too large"):
        read_rois(sr(group(outline("POLYLINE", BOX)), group(outline("POLYLINE", BOX))), [ct_series()])


def test_too_many_points_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sr_content, "MAX_GRAPHIC_POINTS", 9)
    with pytest.raises(DicomError, match="too many points"):
        read_rois(sr(group(outline("POLYLINE", BOX))), [ct_series()])


@pytest.mark.parametrize("share", [0.3, 0.5, 0.7, 0.9, 0.99])
def test_truncated_file_is_refused(share: float) -> None:
    data = sr(group(outline("POLYLINE", BOX)), group(outline("CIRCLE", (20.5, 20.5, 20.5, 10.5)))).data
    with pytest.raises(DicomError) as caught:
        read_rois(RoiFile(RoiSource.SR, data[: int(len(data) * share)], "roi-file-1"), [ct_series()])
    assert SERIES_UID not in str(caught.value)


# What the real reports of the test data hold: none of these has its images among the files.
@pytest.mark.parametrize(
    ("file", "message"),
    [
        ("ohif_sr/sr_arrow_ellipse_mr.dcm", "images that are not here"),
        ("ohif_sr/sr_bidirectional_length_mr.dcm", "without an area"),
        ("ohif_sr/sr_idc_prostatex.dcm", "other images"),
        ("dcmjs_files/structured_report.dcm", "images that are not here"),
        ("dcmjs_files/sample-sr.dcm", "without an area"),
        ("dcmqi_liver3/derived_sr_tid1500_dcmqi.dcm", "segmentation that is not here"),
    ],
)
def test_real_reports_of_other_images_are_refused(file: str, message: str, dicom_dir: Path) -> None:
    (series,) = read_study(read_sources(dicom_dir / "dcmqi_liver3" / "ct")).series
    (roi_file,) = read_study(read_sources(dicom_dir / file)).roi_files
    with pytest.raises(DicomError, match=message):
        read_rois(roi_file, [series])


def test_real_report_with_its_segmentation(dicom_dir: Path) -> None:
    (series,) = read_study(read_sources(dicom_dir / "dcmqi_liver3" / "ct")).series
    (report,) = read_study(
        read_sources(dicom_dir / "dcmqi_liver3" / "derived_sr_tid1500_dcmqi.dcm")
    ).roi_files
    (segmentation,) = read_study(read_sources(dicom_dir / "dcmqi_liver3" / "liver.dcm")).roi_files
    (loaded,) = read_rois(report, [series], [segmentation])
    (roi,) = loaded.rois
    # oracles.json: 107098 voxels in this segment.
    assert rasterise(roi, series.n_slices, series.rows, series.columns).n_inside == 107_098


def test_real_highdicom_reports(dicom_dir: Path) -> None:
    (series,) = read_study(read_sources(dicom_dir / "highdicom_files" / "ct_image.dcm")).series
    shapes: dict[str, object] = {}
    for name in ("sr_document.dcm", "sr_document_with_multiple_groups.dcm"):
        (roi_file,) = read_study(read_sources(dicom_dir / "highdicom_files" / name)).roi_files
        shapes |= {roi.name: roi.shapes[0] for roi in read_rois(roi_file, [series])[0].rois}
    assert shapes["Spinal cord Planar ROI Measurements"] == Ellipse(0, 57.5, 51.5, 11, 11)
    assert shapes["Nodule LungNodule0001"] == Ellipse(0, 44.5, 54.5, 10, 10)
    assert isinstance(shapes["Aorta Aorta0001"], Polygon)
