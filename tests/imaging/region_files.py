"""Region files in memory, written here element by element, and CT series for them to lie on."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import dcmread
from pydicom.dataset import Dataset

from gepnet_core.imaging.geometry import VolumeGeometry
from gepnet_core.imaging.rois.roi import RoiSource
from gepnet_core.imaging.rois.roi_warnings import split_warning
from gepnet_core.imaging.series.phase_guess import PhaseGuess
from gepnet_core.imaging.series.study import ImageSeries, RoiFile, SeriesUids
from tests.imaging.builders import FRAME_UID, SERIES_UID, STUDY_UID, to_bytes

ROWS, COLUMNS, N_SLICES = 40, 50, 6
ORIGIN = np.array([-50.0, -60.0, 100.0])
ROW_SPACING, COLUMN_SPACING, SLICE_SPACING = 0.8, 0.7, 2.5
RTSTRUCT_CLASS = "1.2.840.10008.5.1.4.1.1.481.3"
SEG_CLASS = "1.2.840.10008.5.1.4.1.1.66.4"
SR_CLASS = "1.2.840.10008.5.1.4.1.1.88.33"
SEG_INSTANCE = SERIES_UID + ".900"


def instance(index: int, series: str = SERIES_UID) -> str:
    return f"{series}.{index + 1}"


def geometry(n_slices: int = N_SLICES, **changes: Any) -> VolumeGeometry:
    heights = np.arange(n_slices)[:, None] * np.array([0.0, 0.0, SLICE_SPACING])
    values: dict[str, Any] = {
        "origins_mm": ORIGIN + heights,
        "row_direction": np.array([1.0, 0.0, 0.0]),
        "column_direction": np.array([0.0, 1.0, 0.0]),
        "row_spacing_mm": ROW_SPACING,
        "column_spacing_mm": COLUMN_SPACING,
        "rows": ROWS,
        "columns": COLUMNS,
        "slice_thickness_mm": SLICE_SPACING,
    }
    return VolumeGeometry(**{**values, **changes})


def ct_series(
    key: str = "series-1",
    series_uid: str = SERIES_UID,
    frame_uid: str = FRAME_UID,
    where: VolumeGeometry | None = None,
    **changes: Any,
) -> ImageSeries:
    """A series with headers alone; nothing of it can be decoded."""
    where = geometry() if where is None else where
    values: dict[str, Any] = {
        "key": key,
        "number": 4,
        "part": None,
        "patient": 1,
        "study": 1,
        "n_slices": where.n_slices,
        "rows": where.rows,
        "columns": where.columns,
        "geometry": where,
        "kvp": 120.0,
        "slice_thickness_mm": where.slice_thickness_mm,
        "phase_guess": PhaseGuess(None, "no word of the list"),
        "warnings": (),
        "uids": SeriesUids(
            study=STUDY_UID,
            series=series_uid,
            frame_of_reference=frame_uid,
            sop_instances=tuple(instance(index, series_uid) for index in range(where.n_slices)),
            frame_numbers=(None,) * where.n_slices,
        ),
        "frames": (),
    }
    return ImageSeries(**{**values, **changes})


def items(**elements: Any) -> Dataset:
    """A dataset of these keywords."""
    dataset = Dataset()
    for keyword, value in elements.items():
        setattr(dataset, keyword, value)
    return dataset


def codes(warnings: Sequence[str]) -> list[str]:
    return [split_warning(text)[0] for text in warnings]


def delimited(data: bytes) -> bytes:
    """The same file with sequences and items of undefined length, which end with a delimiter."""
    dataset = dcmread(BytesIO(data))

    def mark(level: Dataset) -> None:
        for element in level:
            if element.VR == "SQ":
                element.is_undefined_length = True
                for item in element.value:
                    item.is_undefined_length_sequence_item = True
                    mark(item)

    mark(dataset)
    return to_bytes(dataset)


# RT Structure Set


def contour(
    slice_index: float,
    pixels: Sequence[tuple[float, float]],
    kind: str = "CLOSED_PLANAR",
    image: str | None = "own",
    where: VolumeGeometry | None = None,
) -> Dataset:
    """A contour through pixel coordinates of a slice, which need not be whole."""
    where = geometry() if where is None else where
    lift = where.normal * (slice_index * SLICE_SPACING)
    points = [where.pixel_to_patient(0, x, y) + lift for x, y in pixels]
    found = items(
        ContourGeometricType=kind,
        NumberOfContourPoints=len(points),
        ContourData=[f"{value:.6f}" for point in points for value in point],
    )
    if image is not None:
        named = instance(int(slice_index)) if image == "own" else image
        found.ContourImageSequence = [
            items(ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2", ReferencedSOPInstanceUID=named)
        ]
    return found


def square(low: float, high: float) -> list[tuple[float, float]]:
    return [(low, low), (high, low), (high, high), (low, high)]


def rtstruct(regions: dict[str, list[Dataset]], frame: str = FRAME_UID, series: str = SERIES_UID) -> RoiFile:
    dataset = items(SOPClassUID=RTSTRUCT_CLASS, SOPInstanceUID=SERIES_UID + ".800", Modality="RTSTRUCT")
    dataset.ReferencedFrameOfReferenceSequence = [
        items(
            FrameOfReferenceUID=frame,
            RTReferencedStudySequence=[items(RTReferencedSeriesSequence=[items(SeriesInstanceUID=series)])],
        )
    ]
    dataset.StructureSetROISequence = [
        items(ROINumber=number, ROIName=name, ReferencedFrameOfReferenceUID=frame)
        for number, name in enumerate(regions, start=1)
    ]
    dataset.ROIContourSequence = [
        items(ReferencedROINumber=number, ContourSequence=contours)
        for number, contours in enumerate(regions.values(), start=1)
    ]
    return RoiFile(RoiSource.RTSTRUCT, to_bytes(dataset), "roi-file-1")


# Segmentation


def seg(
    planes: Sequence[tuple[int, float, npt.NDArray[Any]]],
    labels: Sequence[str] = ("Liver",),
    kind: str = "BINARY",
    orientation: Sequence[float] = (1, 0, 0, 0, 1, 0),
    origin: npt.NDArray[np.float64] | None = None,
    spacing: tuple[float, float] = (ROW_SPACING, COLUMN_SPACING),
    series: str = SERIES_UID,
    frame: str = FRAME_UID,
    **overrides: Any,
) -> RoiFile:
    """Planes of (segment, slice index, pixels); slice -1 or a fraction lies off the stack."""
    origin = ORIGIN if origin is None else origin
    pixels = [plane for _, _, plane in planes]
    dataset = items(
        SOPClassUID=SEG_CLASS,
        SOPInstanceUID=SEG_INSTANCE,
        Modality="SEG",
        FrameOfReferenceUID=frame,
        SegmentationType=kind,
        Rows=pixels[0].shape[0],
        Columns=pixels[0].shape[1],
        NumberOfFrames=len(pixels),
        SamplesPerPixel=1,
        PhotometricInterpretation="MONOCHROME2",
        PixelRepresentation=0,
    )
    dataset.ReferencedSeriesSequence = [items(SeriesInstanceUID=series)]
    dataset.SegmentSequence = [
        items(SegmentNumber=number, SegmentLabel=label) for number, label in enumerate(labels, start=1)
    ]
    if kind == "BINARY":
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 1, 1, 0
        bits = np.concatenate([plane.astype(bool).ravel() for plane in pixels])
        packed = np.packbits(bits, bitorder="little").tobytes()
    else:
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
        packed = b"".join(plane.astype(np.uint8).tobytes() for plane in pixels)
        if kind == "FRACTIONAL":
            dataset.MaximumFractionalValue = 200
    dataset.PixelData = packed + b"\0" * (len(packed) % 2)
    dataset["PixelData"].VR = "OB"
    dataset.SharedFunctionalGroupsSequence = [
        items(
            PlaneOrientationSequence=[items(ImageOrientationPatient=list(orientation))],
            PixelMeasuresSequence=[items(PixelSpacing=list(spacing))],
        )
    ]
    frames = []
    for segment, slice_index, _ in planes:
        position = origin + np.array([0.0, 0.0, slice_index * SLICE_SPACING])
        one = items(PlanePositionSequence=[items(ImagePositionPatient=[float(value) for value in position])])
        if kind != "LABELMAP":
            one.SegmentIdentificationSequence = [items(ReferencedSegmentNumber=segment)]
        frames.append(one)
    dataset.PerFrameFunctionalGroupsSequence = frames
    for keyword, value in overrides.items():
        setattr(dataset, keyword, value)
    return RoiFile(RoiSource.SEG, to_bytes(dataset), "roi-file-2")


# Structured Report


def coded(value: str, meaning: str, scheme: str = "DCM") -> list[Dataset]:
    return [items(CodeValue=value, CodingSchemeDesignator=scheme, CodeMeaning=meaning)]


def content(value_type: str, concept: tuple[str, str] | None = None, **elements: Any) -> Dataset:
    found = items(RelationshipType="CONTAINS", ValueType=value_type, **elements)
    if concept is not None:
        found.ConceptNameCodeSequence = coded(*concept)
    return found


def image_item(slice_index: int, series: str = SERIES_UID) -> Dataset:
    reference = items(
        ReferencedSOPClassUID="1.2.840.10008.5.1.4.1.1.2",
        ReferencedSOPInstanceUID=instance(slice_index, series),
    )
    return content("IMAGE", ReferencedSOPSequence=[reference])


def outline(
    kind: str,
    points: Sequence[float],
    slice_index: int | None = 2,
    concept: tuple[str, str] | None = ("111030", "Image Region"),
    **elements: Any,
) -> Dataset:
    found = content("SCOORD", concept, GraphicType=kind, GraphicData=list(points), **elements)
    if slice_index is not None:
        found.ContentSequence = [image_item(slice_index)]
    return found


def group(*contained: Dataset, tracking: str = "Lesion 1") -> Dataset:
    name = content("TEXT", ("112039", "Tracking Identifier"), TextValue=tracking)
    return content("CONTAINER", ("125007", "Measurement Group"), ContentSequence=[name, *contained])


def sr(*contained: Dataset) -> RoiFile:
    measurements = content("CONTAINER", ("126010", "Imaging Measurements"), ContentSequence=list(contained))
    dataset = content("CONTAINER", ("126000", "Imaging Measurement Report"), ContentSequence=[measurements])
    dataset.SOPClassUID, dataset.SOPInstanceUID, dataset.Modality = SR_CLASS, SERIES_UID + ".700", "SR"
    return RoiFile(RoiSource.SR, to_bytes(dataset), "roi-file-3")
