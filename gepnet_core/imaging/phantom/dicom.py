"""The phantom as DICOM files, in memory, with an invented patient.

Single-frame CT Image Storage (PS3.3 A.3) or Enhanced CT Image Storage (A.38), one series a phase. Everything
is a function of the scene: UIDs are hashes of it under the root 2.25 (PS3.5 B.2), and no clock is read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import numpy as np
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import (
    UID,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from gepnet_core.case.phase import Phase
from gepnet_core.errors import GepnetError
from gepnet_core.imaging.phantom.phantom import Phantom, PhantomScene
from gepnet_core.imaging.pixels.intake import Source

TRANSFER_SYNTAXES: Final = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    DeflatedExplicitVRLittleEndian,
    RLELossless,
)

# Middle of the delays in the study's protocol is what the scan times stand for.
SECONDS_AFTER_INJECTION: Final[Mapping[Phase, int]] = {Phase.HAP: 28, Phase.PVP: 72, Phase.EP: 150}
SERIES_DESCRIPTION: Final[Mapping[Phase, str]] = {
    Phase.HAP: "ARTERIAL PHASE 5.0",
    Phase.PVP: "PORTAL VENOUS PHASE 5.0",
    Phase.EP: "EQUILIBRIUM PHASE 5.0",
}
_DATE = "20000101"
_IMPLEMENTATION = UID("2.25.213184316547382310447126571103906321011")


def phantom_uid(scene: PhantomScene, *parts: object) -> UID:
    """A UID that depends on the scene and the parts alone: the root 2.25 and 128 bits of a SHA-256."""
    digest = hashlib.sha256(repr((scene, parts)).encode()).digest()
    return UID(f"2.25.{int.from_bytes(digest[:16], 'big')}")


def series_number(phase: Phase) -> int:
    return 2 + list(Phase).index(phase)


def instance_uid(phantom: Phantom, phase: Phase, slice_index: int) -> UID:
    """SOP Instance UID of one single-frame slice."""
    return phantom_uid(phantom.scene, "instance", phase.value, slice_index)


def _clock(seconds: int) -> str:
    """A DICOM time that many seconds after the injection began, at ten o'clock."""
    return f"10{seconds // 60:02d}{seconds % 60:02d}"


def study_header(phantom: Phantom) -> Dataset:
    """Patient, study and frame of reference: the same in every file of the phantom."""
    header = Dataset()
    header.SpecificCharacterSet = "ISO_IR 100"
    header.StudyDate = header.SeriesDate = header.AcquisitionDate = header.ContentDate = _DATE
    header.StudyTime = _clock(0)
    header.AccessionNumber = ""
    header.Manufacturer = "PHANTOM"
    header.ManufacturerModelName = "SCHEMATIC ABDOMEN"
    header.ReferringPhysicianName = ""
    header.StudyDescription = "LIVER THREE PHASE PHANTOM"
    header.PatientName = "PHANTOM^EXAMPLE"
    header.PatientID = "PHANTOM"
    header.PatientBirthDate = ""
    header.PatientSex = "O"
    header.StudyInstanceUID = phantom_uid(phantom.scene, "study")
    header.StudyID = "1"
    header.FrameOfReferenceUID = phantom_uid(phantom.scene, "frame of reference")
    header.PositionReferenceIndicator = ""
    return header


def phase_header(phantom: Phantom, phase: Phase, *, enhanced: bool = False) -> Dataset:
    """What all slices of a phase share, without pixels."""
    volume = phantom.volumes[phase]
    time = _clock(SECONDS_AFTER_INJECTION[phase])
    header = study_header(phantom)
    header.ImageType = (
        ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"] if enhanced else ["ORIGINAL", "PRIMARY", "AXIAL"]
    )
    header.SOPClassUID = EnhancedCTImageStorage if enhanced else CTImageStorage
    header.Modality = "CT"
    header.SeriesTime = header.ContentTime = header.AcquisitionTime = time
    header.SeriesDescription = SERIES_DESCRIPTION[phase]
    header.SeriesInstanceUID = phantom_uid(phantom.scene, "series", phase.value, enhanced)
    header.SeriesNumber = series_number(phase)
    header.AcquisitionNumber = 1
    header.PatientPosition = "FFS"
    header.BodyPartExamined = "ABDOMEN"
    header.ContrastBolusAgent = "PHANTOM CONTRAST"
    header.ContrastBolusRoute = "IV"
    header.ContrastBolusStartTime = _clock(0)
    header.KVP = "120"
    header.SamplesPerPixel = 1
    header.PhotometricInterpretation = "MONOCHROME2"
    header.Rows, header.Columns = volume.geometry.rows, volume.geometry.columns
    header.BitsAllocated = header.BitsStored = 16
    header.HighBit = 15
    header.PixelRepresentation = 1
    if volume.padding is not None:
        header.PixelPaddingValue = volume.padding[0]
    if not enhanced:
        _add_slice_constants(header, phantom, phase)
    return header


def _spacing(phantom: Phantom) -> list[str]:
    geometry = phantom.geometry
    return [f"{geometry.row_spacing_mm:.10g}", f"{geometry.column_spacing_mm:.10g}"]


def _orientation(phantom: Phantom) -> list[str]:
    geometry = phantom.geometry
    return [f"{value:.10g}" for value in (*geometry.row_direction, *geometry.column_direction)]


def _position(phantom: Phantom, slice_index: int) -> list[str]:
    return [f"{value:.10g}" for value in phantom.geometry.origins_mm[slice_index]]


def _add_rescale(header: Dataset, phantom: Phantom, phase: Phase) -> None:
    volume = phantom.volumes[phase]
    header.RescaleSlope = f"{volume.slopes[0]:.10g}"
    header.RescaleIntercept = f"{volume.intercepts[0]:.10g}"
    header.RescaleType = "HU"


def _add_window(header: Dataset) -> None:
    header.WindowCenter, header.WindowWidth = "90", "150"
    header.WindowCenterWidthExplanation = "LIVER"


def _add_slice_constants(header: Dataset, phantom: Phantom, phase: Phase) -> None:
    header.PixelSpacing = _spacing(phantom)
    header.ImageOrientationPatient = _orientation(phantom)
    header.SliceThickness = f"{phantom.scene.layout.grid.slice_mm:.10g}"
    header.SpacingBetweenSlices = header.SliceThickness
    _add_rescale(header, phantom, phase)
    _add_window(header)


def slice_header(phantom: Phantom, phase: Phase, slice_index: int) -> Dataset:
    """The complete header of one single-frame slice, without pixels."""
    header = phase_header(phantom, phase)
    header.SOPInstanceUID = instance_uid(phantom, phase, slice_index)
    # Instance numbers count from the head down, as scanners do: order must come from the geometry.
    header.InstanceNumber = phantom.geometry.n_slices - slice_index
    header.ImagePositionPatient = _position(phantom, slice_index)
    header.SliceLocation = header.ImagePositionPatient[2]
    return header


def encode(header: Dataset, syntax: UID = ExplicitVRLittleEndian) -> bytes:
    """A dataset as a DICOM file (PS3.10), byte for byte the same each time."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = header.SOPClassUID
    meta.MediaStorageSOPInstanceUID = header.SOPInstanceUID
    meta.TransferSyntaxUID = syntax
    meta.ImplementationClassUID = _IMPLEMENTATION
    meta.ImplementationVersionName = "PHANTOM"
    file = FileDataset("", header, file_meta=meta, preamble=b"\0" * 128)
    if syntax == RLELossless and "PixelData" in header:
        meta.TransferSyntaxUID = ExplicitVRLittleEndian
        file.compress(RLELossless, generate_instance_uid=False)
    buffer = BytesIO()
    dcmwrite(buffer, file, enforce_file_format=True)
    return buffer.getvalue()


def _attach(header: Dataset, stored: np.ndarray[Any, np.dtype[Any]]) -> None:
    header.PixelData = np.ascontiguousarray(stored).astype("<i2", copy=False).tobytes()
    header["PixelData"].VR = "OW"


def fill(header: Dataset, identifiers: Mapping[str, Any]) -> None:
    """Set attributes by keyword, for instance a patient's name, replacing what stands there."""
    for keyword, value in identifiers.items():
        setattr(header, keyword, value)


def _write_slices(
    phantom: Phantom, phase: Phase, syntax: UID, identifiers: Mapping[str, Any]
) -> list[Source]:
    sources = []
    for k in range(phantom.geometry.n_slices):
        header = slice_header(phantom, phase, k)
        fill(header, identifiers)
        _attach(header, phantom.volumes[phase].stored[k])
        sources.append(Source(f"{phase.value}/{k + 1:04d}.dcm", encode(header, syntax)))
    return sources


def _write_enhanced(phantom: Phantom, phase: Phase, syntax: UID, identifiers: Mapping[str, Any]) -> Source:
    """One multi-frame file: geometry and rescale stand in the functional groups (PS3.3 C.7.6.16)."""
    header = phase_header(phantom, phase, enhanced=True)
    header.SOPInstanceUID = phantom_uid(phantom.scene, "enhanced", phase.value)
    header.InstanceNumber = 1
    header.NumberOfFrames = phantom.geometry.n_slices
    header.PixelPresentation = "MONOCHROME"
    header.VolumetricProperties = "VOLUME"
    header.VolumeBasedCalculationTechnique = "NONE"
    header.BurnedInAnnotation = "NO"
    header.LossyImageCompression = "00"
    header.PresentationLUTShape = "IDENTITY"
    header.AcquisitionDateTime = _DATE + header.AcquisitionTime
    shared, measures, orientation, rays = Dataset(), Dataset(), Dataset(), Dataset()
    measures.PixelSpacing = _spacing(phantom)
    measures.SliceThickness = measures.SpacingBetweenSlices = f"{phantom.scene.layout.grid.slice_mm:.10g}"
    orientation.ImageOrientationPatient = _orientation(phantom)
    rays.KVP = 120.0
    shared.PixelMeasuresSequence = [measures]
    shared.PlaneOrientationSequence = [orientation]
    shared.CTXRayDetailsSequence = [rays]
    header.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for k in range(phantom.geometry.n_slices):
        frame, content, place, rescale, window = Dataset(), Dataset(), Dataset(), Dataset(), Dataset()
        content.FrameAcquisitionDateTime = content.FrameReferenceDateTime = header.AcquisitionDateTime
        content.FrameAcquisitionNumber = 1
        content.StackID = "1"
        content.InStackPositionNumber = k + 1
        place.ImagePositionPatient = _position(phantom, k)
        _add_rescale(rescale, phantom, phase)
        _add_window(window)
        frame.FrameContentSequence = [content]
        frame.PlanePositionSequence = [place]
        frame.PixelValueTransformationSequence = [rescale]
        frame.FrameVOILUTSequence = [window]
        frames.append(frame)
    header.PerFrameFunctionalGroupsSequence = frames
    fill(header, identifiers)
    _attach(header, phantom.volumes[phase].stored)
    return Source(f"{phase.value}.dcm", encode(header, syntax))


def write_study(
    phantom: Phantom,
    *,
    syntax: UID = ExplicitVRLittleEndian,
    enhanced: bool = False,
    identifiers: Mapping[str, Any] | None = None,
) -> list[Source]:
    """Write every phase of the phantom as DICOM.

    Parameters
    ----------
    phantom : Phantom
    syntax : UID
        One of `TRANSFER_SYNTAXES`; all are lossless, so that the HU read back are the phantom's exactly.
    enhanced : bool
        One Enhanced CT file a phase instead of one file a slice.
    identifiers : mapping of keyword to value, optional
        Written over the invented header, at the top level of every file.

    Returns
    -------
    list of Source
        Phases in order of time, slices from low to high.

    Raises
    ------
    GepnetError
        The transfer syntax is none of the offered ones.
    """
    if syntax not in TRANSFER_SYNTAXES:
        raise GepnetError(
            "The phantom cannot be written in this transfer syntax",
            allowed=", ".join(known.name for known in TRANSFER_SYNTAXES),
        )
    sources: list[Source] = []
    for phase in phantom.volumes:
        if enhanced:
            sources.append(_write_enhanced(phantom, phase, syntax, identifiers or {}))
        else:
            sources.extend(_write_slices(phantom, phase, syntax, identifiers or {}))
    return sources
