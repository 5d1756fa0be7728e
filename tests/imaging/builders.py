"""Tiny DICOM files in memory, with invented identifiers that no output may show."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt
from pydicom import config
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import (
    UID,
    CTImageStorage,
    EnhancedCTImageStorage,
    ExplicitVRLittleEndian,
    RLELossless,
)

CANARIES = (
    "CANARY^NAME",
    "CANARYID",
    "CANARYHOSPITAL",
    "CANARY^DOCTOR",
    "19010203",
    "19020304",
    "CANARYACCESSION",
    "CANARYCOMMENT",
)
UID_ROOT = "1.2.826.0.1.3680043.8.498."
SERIES_UID = UID_ROOT + "777.1"
STUDY_UID = UID_ROOT + "777.2"
FRAME_UID = UID_ROOT + "777.3"
ROWS, COLUMNS = 12, 10


def pixels_of(seed: int, rows: int = ROWS, columns: int = COLUMNS) -> npt.NDArray[np.int16]:
    """(rows, columns) int16 stored values from 900 to 1199."""
    return np.random.default_rng(seed).integers(900, 1200, (rows, columns)).astype(np.int16)


def set_element(dataset: Dataset, keyword: str, value: Any) -> None:
    """Set an element without validation, or remove it where the value is None."""
    if value is None:
        if keyword in dataset:
            delattr(dataset, keyword)
        return
    tag = tag_for_keyword(keyword)
    assert tag is not None, keyword
    vr = dictionary_VR(tag)
    if vr == "US or SS":
        vr = "SS" if isinstance(value, int) and value < 0 else "US"
    dataset.add(DataElement(tag, vr, value, validation_mode=config.IGNORE))


def ct_dataset(
    z: float = 0.0, pixels: npt.NDArray[Any] | None = None, index: int = 0, **overrides: Any
) -> Dataset:
    """One CT slice at height `z`; keyword arguments are DICOM keywords, None removes one."""
    pixels = pixels_of(index) if pixels is None else pixels
    dataset = Dataset()
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = f"{SERIES_UID}.{index + 1}.{abs(hash((z, index))) % 10**8}"
    dataset.PatientName = CANARIES[0]
    dataset.PatientID = CANARIES[1]
    dataset.InstitutionName = CANARIES[2]
    dataset.ReferringPhysicianName = CANARIES[3]
    dataset.PatientBirthDate = CANARIES[4]
    dataset.StudyDate = CANARIES[5]
    dataset.AccessionNumber = CANARIES[6]
    dataset.ImageComments = CANARIES[7]
    dataset.Modality = "CT"
    dataset.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    dataset.StudyInstanceUID = STUDY_UID
    dataset.SeriesInstanceUID = SERIES_UID
    dataset.FrameOfReferenceUID = FRAME_UID
    dataset.SeriesNumber = 4
    dataset.AcquisitionNumber = 1
    dataset.InstanceNumber = index + 1
    dataset.ImagePositionPatient = [-50.0, -60.0, float(z)]
    dataset.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    dataset.PixelSpacing = [0.8, 0.7]
    dataset.SliceThickness = 5.0
    dataset.KVP = 120
    dataset.RescaleSlope = 1
    dataset.RescaleIntercept = -1024
    dataset.SamplesPerPixel = 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.Rows, dataset.Columns = pixels.shape
    dataset.BitsAllocated = pixels.dtype.itemsize * 8
    dataset.BitsStored = pixels.dtype.itemsize * 8
    dataset.HighBit = pixels.dtype.itemsize * 8 - 1
    dataset.PixelRepresentation = 1 if pixels.dtype.kind == "i" else 0
    dataset.add(DataElement(0x7FE00010, "OW", pixels.astype(pixels.dtype.newbyteorder("<")).tobytes()))
    for keyword, value in overrides.items():
        set_element(dataset, keyword, value)
    return dataset


def to_bytes(dataset: Dataset, syntax: UID = ExplicitVRLittleEndian, preamble: bool = True) -> bytes:
    """Write a dataset; RLE compresses it first. Without preamble, the bare dataset."""
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = dataset.get("SOPClassUID") or CTImageStorage
    meta.MediaStorageSOPInstanceUID = dataset.get("SOPInstanceUID") or UID(SERIES_UID)
    meta.TransferSyntaxUID = ExplicitVRLittleEndian if syntax == RLELossless else syntax
    dataset.file_meta = meta
    if syntax == RLELossless:
        dataset.compress(RLELossless, generate_instance_uid=False)
    buffer = BytesIO()
    if preamble:
        dataset.save_as(buffer, enforce_file_format=True)
    else:
        del dataset.file_meta
        dataset.save_as(buffer, implicit_vr=syntax == "1.2.840.10008.1.2", little_endian=True)
    return buffer.getvalue()


def ct_slice(
    z: float = 0.0,
    pixels: npt.NDArray[Any] | None = None,
    index: int = 0,
    syntax: UID = ExplicitVRLittleEndian,
    **overrides: Any,
) -> bytes:
    """One CT slice as a file."""
    return to_bytes(ct_dataset(z, pixels, index, **overrides), syntax)


def ct_stack(n: int, spacing_mm: float = 5.0, first_z: float = 0.0, **overrides: Any) -> list[bytes]:
    """`n` slices upward from `first_z`, each with its own pixels (`pixels_of(index)`)."""
    return [ct_slice(first_z + index * spacing_mm, index=index, **overrides) for index in range(n)]


def enhanced_ct(
    heights: Sequence[float],
    slopes: Sequence[float],
    intercepts: Sequence[float],
    acquisitions: Sequence[int] | None = None,
    **overrides: Any,
) -> bytes:
    """Enhanced multi-frame CT; orientation and spacing are shared, position and rescale a frame's own."""
    frames = [pixels_of(index) for index in range(len(heights))]
    dataset = ct_dataset(0.0, frames[0])
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "SliceThickness"):
        set_element(dataset, keyword, None)
    for keyword in ("RescaleSlope", "RescaleIntercept", "KVP"):
        set_element(dataset, keyword, None)
    dataset.SOPClassUID = EnhancedCTImageStorage
    dataset.NumberOfFrames = len(frames)
    dataset.PixelData = b"".join(frame.tobytes() for frame in frames)
    orientation, measures = Dataset(), Dataset()
    orientation.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
    measures.PixelSpacing, measures.SliceThickness = [0.8, 0.7], 5.0
    shared = Dataset()
    shared.PlaneOrientationSequence = DicomSequence([orientation])
    shared.PixelMeasuresSequence = DicomSequence([measures])
    dataset.SharedFunctionalGroupsSequence = DicomSequence([shared])
    items = []
    for index, height in enumerate(heights):
        position, transform, content, item = Dataset(), Dataset(), Dataset(), Dataset()
        position.ImagePositionPatient = [-50.0, -60.0, float(height)]
        transform.RescaleSlope, transform.RescaleIntercept = slopes[index], intercepts[index]
        transform.RescaleType = "HU"
        content.FrameAcquisitionNumber = acquisitions[index] if acquisitions else 1
        item.PlanePositionSequence = DicomSequence([position])
        item.PixelValueTransformationSequence = DicomSequence([transform])
        item.FrameContentSequence = DicomSequence([content])
        items.append(item)
    dataset.PerFrameFunctionalGroupsSequence = DicomSequence(items)
    for keyword, value in overrides.items():
        set_element(dataset, keyword, value)
    return to_bytes(dataset)


def zip_of(entries: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive with these entries, names taken as they are."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in entries.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return buffer.getvalue()
