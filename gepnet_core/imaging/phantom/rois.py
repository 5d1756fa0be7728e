"""The phantom's true ovals as ROI files: RT Structure Set, Segmentation and Structured Report.

They refer to the single-frame files of `phantom_dicom.write_study`, one ROI file a phase. The Segmentation
and the report hold the oval itself; the structure set's polygon runs on the oval and holds no pixel more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from pydicom.dataset import Dataset
from pydicom.uid import UID, CTImageStorage, RTStructureSetStorage

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.dicom import (
    encode,
    fill,
    instance_uid,
    phantom_uid,
    phase_header,
    slice_header,
    study_header,
)
from gepnet_core.imaging.phantom.phantom import Phantom
from gepnet_core.imaging.phantom.truth import TruthOval
from gepnet_core.imaging.pixels.intake import Source
from gepnet_core.imaging.rois.rasterise import ellipse_mask
from gepnet_core.imaging.rois.roi import Ellipse

_CONTOUR_POINTS = 96
_DATE, _TIME = "20000101", "110000"
_COLOURS = {"lesion": [230, 159, 0], "liver": [86, 180, 233], "necrosis": [204, 121, 167]}


def true_ovals(phantom: Phantom) -> dict[str, TruthOval]:
    """Ovals by tissue, in the order in which the files number them."""
    ovals = {"lesion": phantom.truth.lesion, "liver": phantom.truth.liver}
    if phantom.truth.necrosis is not None:
        ovals["necrosis"] = phantom.truth.necrosis
    return ovals


def _image_reference(phantom: Phantom, phase: Phase, slice_index: int) -> Dataset:
    image = Dataset()
    image.ReferencedSOPClassUID = CTImageStorage
    image.ReferencedSOPInstanceUID = instance_uid(phantom, phase, slice_index)
    return image


def _oval_points_mm(phantom: Phantom, oval: Ellipse) -> list[str]:
    """Points on the oval in patient coordinates, as decimal strings of at most 16 characters."""
    turns = np.arange(_CONTOUR_POINTS) * (2.0 * np.pi / _CONTOUR_POINTS)
    values: list[str] = []
    for turn in turns:
        point = phantom.geometry.pixel_to_patient(
            oval.slice_index, oval.cx + oval.rx * float(np.cos(turn)), oval.cy + oval.ry * float(np.sin(turn))
        )
        values.extend(f"{coordinate:.5f}" for coordinate in point)
    return values


def write_rtstruct(phantom: Phantom, phase: Phase, identifiers: Mapping[str, Any] | None = None) -> Source:
    """The true ovals as an RT Structure Set (PS3.3 A.19) on one phase."""
    series = phase_header(phantom, phase).SeriesInstanceUID
    header = study_header(phantom)
    frame_of_reference = header.FrameOfReferenceUID
    header.SOPClassUID = RTStructureSetStorage
    header.SOPInstanceUID = phantom_uid(phantom.scene, "rtstruct", phase.value)
    header.SeriesInstanceUID = phantom_uid(phantom.scene, "rtstruct series", phase.value)
    header.Modality = "RTSTRUCT"
    header.SeriesNumber = 101
    header.StructureSetLabel = "PHANTOM"
    header.StructureSetDate, header.StructureSetTime = _DATE, _TIME
    referenced_series, referenced_study, frame = Dataset(), Dataset(), Dataset()
    referenced_series.SeriesInstanceUID = series
    referenced_series.ContourImageSequence = [
        _image_reference(phantom, phase, k) for k in range(phantom.geometry.n_slices)
    ]
    referenced_study.ReferencedSOPClassUID = UID("1.2.840.10008.3.1.2.3.1")
    referenced_study.ReferencedSOPInstanceUID = header.StudyInstanceUID
    referenced_study.RTReferencedSeriesSequence = [referenced_series]
    frame.FrameOfReferenceUID = frame_of_reference
    frame.RTReferencedStudySequence = [referenced_study]
    header.ReferencedFrameOfReferenceSequence = [frame]
    structures, contours, observations = [], [], []
    for number, (name, true) in enumerate(true_ovals(phantom).items(), start=1):
        structure, region, contour, observation = Dataset(), Dataset(), Dataset(), Dataset()
        structure.ROINumber = number
        structure.ReferencedFrameOfReferenceUID = frame_of_reference
        structure.ROIName = name
        structure.ROIGenerationAlgorithm = "MANUAL"
        contour.ContourImageSequence = [_image_reference(phantom, phase, true.oval.slice_index)]
        contour.ContourGeometricType = "CLOSED_PLANAR"
        contour.NumberOfContourPoints = _CONTOUR_POINTS
        contour.ContourData = _oval_points_mm(phantom, true.oval)
        region.ROIDisplayColor = _COLOURS[name]
        region.ContourSequence = [contour]
        region.ReferencedROINumber = number
        observation.ObservationNumber = observation.ReferencedROINumber = number
        observation.RTROIInterpretedType = ""
        observation.ROIInterpreter = ""
        structures.append(structure)
        contours.append(region)
        observations.append(observation)
    header.StructureSetROISequence = structures
    header.ROIContourSequence = contours
    header.RTROIObservationsSequence = observations
    header.ApprovalStatus = "UNAPPROVED"
    fill(header, identifiers or {})
    return Source(f"{phase.value}-rtstruct.dcm", encode(header))


def _fix_moment(header: Dataset, phantom: Phantom, kind: str, phase: Phase) -> None:
    """Replace what highdicom takes from clock and chance, so that equal phantoms give equal bytes."""
    header.ContentDate = header.SeriesDate = header.InstanceCreationDate = _DATE
    header.ContentTime = header.SeriesTime = header.InstanceCreationTime = _TIME
    organisation = phantom_uid(phantom.scene, kind, "dimensions", phase.value)
    for item in header.get("DimensionOrganizationSequence", []):
        item.DimensionOrganizationUID = organisation
    for item in header.get("DimensionIndexSequence", []):
        item.DimensionOrganizationUID = organisation
    for item in header.get("ContributingEquipmentSequence", []):
        item.ContributionDateTime = _DATE + _TIME


def write_seg(phantom: Phantom, phase: Phase, identifiers: Mapping[str, Any] | None = None) -> Source:
    """The true ovals as a binary DICOM Segmentation (PS3.3 A.51) on one phase."""
    import highdicom as hd
    from pydicom.sr.codedict import codes

    geometry = phantom.geometry
    images = [slice_header(phantom, phase, k) for k in range(geometry.n_slices)]
    labels = np.zeros((geometry.n_slices, geometry.rows, geometry.columns), dtype=np.uint8)
    segments = []
    types = {"lesion": codes.SCT.NeoplasmMetastatic, "liver": codes.SCT.Liver, "necrosis": codes.SCT.Tissue}
    for number, (name, true) in enumerate(true_ovals(phantom).items(), start=1):
        oval = true.oval
        inside = ellipse_mask(oval, geometry.rows, geometry.columns)
        rows, columns = inside.mask.shape
        window = labels[
            oval.slice_index, inside.row : inside.row + rows, inside.column : inside.column + columns
        ]
        window[inside.mask] = number
        segments.append(
            hd.seg.SegmentDescription(
                segment_number=number,
                segment_label=name,
                segmented_property_category=codes.SCT.Tissue,
                segmented_property_type=types[name],
                algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
                tracking_uid=phantom_uid(phantom.scene, "segment", name, phase.value),
                tracking_id=name,
            )
        )
    header = hd.seg.Segmentation(
        source_images=images,
        pixel_array=labels,
        segmentation_type=hd.seg.SegmentationTypeValues.BINARY,
        segment_descriptions=segments,
        series_instance_uid=phantom_uid(phantom.scene, "seg series", phase.value),
        series_number=102,
        sop_instance_uid=phantom_uid(phantom.scene, "seg", phase.value),
        instance_number=1,
        manufacturer="PHANTOM",
        manufacturer_model_name="SCHEMATIC ABDOMEN",
        software_versions="1",
        device_serial_number="1",
    )
    _fix_moment(header, phantom, "seg", phase)
    fill(header, identifiers or {})
    return Source(f"{phase.value}-seg.dcm", encode(header))


def write_sr(phantom: Phantom, phase: Phase, identifiers: Mapping[str, Any] | None = None) -> Source:
    """The true ovals as ellipses of a TID 1500 report with their mean HU before noise, on one phase.

    Coordinates of an SCOORD have their origin at the outer corner of the top left pixel (PS3.3 C.18.6.1.2),
    half a pixel before its centre.
    """
    import highdicom as hd
    from pydicom.sr.codedict import codes

    images = [slice_header(phantom, phase, k) for k in range(phantom.geometry.n_slices)]
    groups = []
    for name, true in true_ovals(phantom).items():
        oval = true.oval
        x, y = oval.cx + 0.5, oval.cy + 0.5
        horizontal = [[x - oval.rx, y], [x + oval.rx, y]]
        vertical = [[x, y - oval.ry], [x, y + oval.ry]]
        # The major axis stands first (PS3.3 C.18.6.1.1).
        ends = horizontal + vertical if oval.rx >= oval.ry else vertical + horizontal
        region = hd.sr.ImageRegion(
            graphic_type=hd.sr.GraphicTypeValues.ELLIPSE,
            graphic_data=np.array(ends),
            source_image=hd.sr.SourceImageForRegion.from_source_image(images[oval.slice_index]),
        )
        mean = hd.sr.Measurement(
            name=codes.DCM.AttenuationCoefficient,
            value=true.hu[phase],
            unit=codes.UCUM.HounsfieldUnit,
            derivation=codes.SCT.Mean,
        )
        groups.append(
            hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
                tracking_identifier=hd.sr.TrackingIdentifier(
                    uid=phantom_uid(phantom.scene, "sr region", name, phase.value), identifier=name
                ),
                referenced_region=region,
                finding_type=codes.SCT.Liver if name == "liver" else codes.SCT.NeoplasmMetastatic,
                measurements=[mean],
            )
        )
    observer = hd.sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=hd.sr.DeviceObserverIdentifyingAttributes(
            uid=phantom_uid(phantom.scene, "observer")
        ),
    )
    content = hd.sr.MeasurementReport(
        observation_context=hd.sr.ObservationContext(observer_device_context=observer),
        procedure_reported=codes.LN.CTUnspecifiedBodyRegion,
        imaging_measurements=groups,
    )
    header = hd.sr.Comprehensive3DSR(
        evidence=images,
        content=content[0],
        series_instance_uid=phantom_uid(phantom.scene, "sr series", phase.value),
        series_number=103,
        sop_instance_uid=phantom_uid(phantom.scene, "sr", phase.value),
        instance_number=1,
        manufacturer="PHANTOM",
        is_complete=True,
    )
    _fix_moment(header, phantom, "sr", phase)
    fill(header, identifiers or {})
    return Source(f"{phase.value}-sr.dcm", encode(header))
