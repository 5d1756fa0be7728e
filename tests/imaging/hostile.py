"""Uploads that nobody should trust, built from the phantom, in memory.

Each builder returns sources as an upload would deliver them. `canary_study` fills every identifying attribute
with strings that must never come out again.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import lru_cache
from io import BytesIO

import numpy as np
import pydicom
from pydicom.datadict import tag_for_keyword
from pydicom.dataset import Dataset
from pydicom.tag import Tag
from pydicom.uid import UID, SecondaryCaptureImageStorage, XRayRadiationDoseSRStorage

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.dicom import encode, slice_header, study_header, write_study
from gepnet_core.imaging.phantom.phantom import Phantom, make_phantom, read_scene
from gepnet_core.imaging.phantom.rois import write_rtstruct
from gepnet_core.imaging.phantom.voxels import PhantomGrid
from gepnet_core.imaging.pixels.intake import Source

SMALL_GRID = PhantomGrid(rows=96, columns=96, n_slices=8, pixel_mm=4.0, slice_mm=5.0)

Edit = Callable[[Dataset], None]


@lru_cache(maxsize=4)
def small_phantom(name: str = "net", grid: PhantomGrid = SMALL_GRID) -> Phantom:
    """A phantom small enough for many tests: 96 x 96 x 8."""
    return make_phantom(read_scene(name, grid))


def one_phase(phantom: Phantom, phase: Phase) -> Phantom:
    """The same phantom with a single phase."""
    return replace(phantom, volumes={phase: phantom.volumes[phase]})


def series(phase: Phase = Phase.HAP) -> list[Source]:
    """One sound series of one phase: the ground on which most builders work."""
    return write_study(one_phase(small_phantom(), phase))


def read(source: Source) -> Dataset:
    return pydicom.dcmread(BytesIO(source.data))


def rewritten(source: Source, edit: Edit) -> Source:
    """The file after an edit of its dataset, in explicit little endian."""
    dataset = read(source)
    edit(dataset)
    return Source(source.name, encode(Dataset(dataset)))


def with_raw(source: Source, keyword: str, vr: str, value: bytes) -> Source:
    """The file (explicit little endian) with the bytes of one attribute replaced, valid or not."""
    tag = Tag(tag_for_keyword(keyword) or 0)
    padded = value + b" " * (len(value) % 2)
    at = source.data.index(struct.pack("<HH2s", tag.group, tag.element, vr.encode()))
    (old,) = struct.unpack_from("<H", source.data, at + 6)
    data = source.data[: at + 6] + struct.pack("<H", len(padded)) + padded + source.data[at + 8 + old :]
    return Source(source.name, data)


def zipped(sources: Iterable[Source]) -> Source:
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for source in sources:
            archive.writestr(source.name, source.data)
    return Source("study.zip", buffer.getvalue())


# Files that are not what they claim to be


def truncated(fraction: float = 0.5) -> Source:
    """A DICOM file cut off: within its pixels at most fractions, within its header at small ones."""
    source = series()[0]
    return Source(source.name, source.data[: int(len(source.data) * fraction)])


def text_as_dicom() -> Source:
    return Source("slice.dcm", b"This is a note about lunch and no image at all.\n" * 20)


def zip_that_climbs_out() -> Source:
    """Entries whose paths lead out of any folder they were unpacked in."""
    content = series()[0].data
    names = (
        "../../climbed.dcm",
        "/absolute.dcm",
        "..\\..\\backslash.dcm",
        "C:\\drive.dcm",
        "inside/../../up.dcm",
    )
    return zipped(Source(name, content) for name in names)


def zip_bomb(unpacked_bytes: int = 64 * 2**20, n_entries: int = 1) -> Source:
    """Zeros that shrink a thousandfold."""
    zeros = bytes(2**20)
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for index in range(n_entries):
            with archive.open(f"{index}.dcm", "w") as entry:
                for _ in range(unpacked_bytes // len(zeros)):
                    entry.write(zeros)
    return Source("bomb.zip", buffer.getvalue())


def nested_zip(depth: int) -> Source:
    """One sound slice inside ``depth`` archives."""
    source = series()[0]
    for _ in range(depth):
        source = zipped([source])
    return source


# Series with a fault


def series_with_missing_slice(missing: int = 3) -> list[Source]:
    """``missing`` counts from the lowest slice; an inner one leaves a gap of two spacings."""
    sources = series()
    return sources[:missing] + sources[missing + 1 :]


def series_with_duplicates() -> list[Source]:
    """Every slice twice, byte for byte."""
    return [source for source in series() for _ in range(2)]


def series_with_conflicting_duplicates() -> list[Source]:
    """Every slice a second time at the same position with another instance UID and other pixels."""

    def alter(dataset: Dataset) -> None:
        dataset.SOPInstanceUID = UID(f"{dataset.SOPInstanceUID[:-4]}9999")
        pixels = dataset.pixel_array.copy()
        dataset.PixelData = (pixels + np.int16(40)).tobytes()

    sources = series()
    return [*sources, *(rewritten(source, alter) for source in sources)]


def mixed_sizes() -> list[Source]:
    """One Series Instance UID over slices of two sizes."""
    first = read(series()[0])
    other = write_study(
        one_phase(small_phantom(grid=replace(SMALL_GRID, rows=64, columns=64, pixel_mm=6.0)), Phase.HAP),
        identifiers={name: first[name].value for name in ("StudyInstanceUID", "SeriesInstanceUID")},
    )
    return [*series(), *other]


def mixed_patients() -> list[Source]:
    """Two patients in one upload, phase by phase."""
    other = write_study(
        one_phase(small_phantom("adenocarcinoma"), Phase.PVP),
        identifiers={"PatientName": "OTHER^PERSON", "PatientID": "OTHER"},
    )
    return [*series(), *other]


def without_rescale() -> list[Source]:
    def strip(dataset: Dataset) -> None:
        del dataset.RescaleSlope, dataset.RescaleIntercept, dataset.RescaleType

    return [rewritten(source, strip) for source in series()]


GARBAGE: dict[str, tuple[str, str, bytes]] = {
    "slope with a decimal comma": ("RescaleSlope", "DS", b"1,0"),
    "slope zero": ("RescaleSlope", "DS", b"0"),
    "slope infinite": ("RescaleSlope", "DS", b"inf"),
    "slope not a number": ("RescaleSlope", "DS", b"nan"),
    "slope empty": ("RescaleSlope", "DS", b""),
    "intercept words": ("RescaleIntercept", "DS", b"minus one"),
    "intercept two values": ("RescaleIntercept", "DS", b"-1024\\-1000"),
    "spacing words": ("PixelSpacing", "DS", b"four\\four"),
    "spacing one value": ("PixelSpacing", "DS", b"4"),
    "spacing zero": ("PixelSpacing", "DS", b"0\\0"),
    "spacing negative": ("PixelSpacing", "DS", b"-4\\4"),
    "position not a number": ("ImagePositionPatient", "DS", b"nan\\nan\\nan"),
    "position two values": ("ImagePositionPatient", "DS", b"0\\0"),
    "orientation all zero": ("ImageOrientationPatient", "DS", b"0\\0\\0\\0\\0\\0"),
    "orientation parallel": ("ImageOrientationPatient", "DS", b"1\\0\\0\\1\\0\\0"),
    "rows zero": ("Rows", "US", b"\x00\x00"),
    "rows enormous": ("Rows", "US", b"\xff\xff"),
    "rows odd bytes": ("Rows", "US", b"\x60\x00\x60\x00"),
    "bits stored above allocated": ("BitsStored", "US", b"\x20\x00"),
    "bits allocated thirteen": ("BitsAllocated", "US", b"\x0d\x00"),
    "instance number words": ("InstanceNumber", "IS", b"first"),
    "time words": ("AcquisitionTime", "TM", b"half past"),
    "padding words": ("PixelPaddingValue", "SS", b"\x01\x02\x03\x04"),
}
"""Header values by name of the fault: keyword, VR, bytes. Some are harmless to HU, most must be refused."""


def with_garbage(fault: str) -> list[Source]:
    """A series in which every slice has one of the `GARBAGE` values."""
    keyword, vr, value = GARBAGE[fault]
    return [with_raw(source, keyword, vr, value) for source in series()]


# Files that belong to a study but are no images to measure


def scout() -> Source:
    def relabel(dataset: Dataset) -> None:
        dataset.ImageType = ["ORIGINAL", "PRIMARY", "LOCALIZER"]
        dataset.SeriesDescription = "SCOUT"
        dataset.SeriesInstanceUID = UID("2.25.5001")
        dataset.SOPInstanceUID = UID("2.25.50011")
        dataset.SeriesNumber = 1
        dataset.ImageOrientationPatient = ["1", "0", "0", "0", "0", "-1"]

    return rewritten(series()[0], relabel)


def secondary_capture() -> Source:
    """A screenshot with the patient's name burned into the pixels."""
    header = study_header(small_phantom())
    header.SOPClassUID = SecondaryCaptureImageStorage
    header.SOPInstanceUID = UID("2.25.50021")
    header.SeriesInstanceUID = UID("2.25.5002")
    header.SeriesNumber = 900
    header.Modality = "CT"
    header.ConversionType = "WSD"
    header.ImageType = ["DERIVED", "SECONDARY", "SCREEN SAVE"]
    header.BurnedInAnnotation = "YES"
    header.SamplesPerPixel = 3
    header.PlanarConfiguration = 0
    header.PhotometricInterpretation = "RGB"
    header.Rows = header.Columns = 64
    header.BitsAllocated = header.BitsStored = 8
    header.HighBit = 7
    header.PixelRepresentation = 0
    header.PixelData = bytes(64 * 64 * 3)
    header["PixelData"].VR = "OB"
    return Source("capture.dcm", encode(header))


def burned_in_slice() -> Source:
    """An axial CT slice that says that text is burned into it."""

    def mark(dataset: Dataset) -> None:
        dataset.BurnedInAnnotation = "YES"
        dataset.SeriesInstanceUID = UID("2.25.5003")
        dataset.SOPInstanceUID = UID("2.25.50031")

    return rewritten(series()[0], mark)


def dose_report() -> Source:
    header = study_header(small_phantom())
    header.SOPClassUID = XRayRadiationDoseSRStorage
    header.SOPInstanceUID = UID("2.25.50041")
    header.SeriesInstanceUID = UID("2.25.5004")
    header.Modality = "SR"
    header.SeriesNumber = 997
    header.SeriesDescription = "Dose Report"
    header.ValueType = "CONTAINER"
    header.ContinuityOfContent = "SEPARATE"
    header.CompletionFlag, header.VerificationFlag = "COMPLETE", "UNVERIFIED"
    return Source("dose.dcm", encode(header))


def rtstruct_of_another_patient() -> Source:
    """Contours 400 mm away, in a frame of reference and with images that no one uploaded."""
    stranger = write_rtstruct(small_phantom("adenocarcinoma"), Phase.HAP)

    def move(dataset: Dataset) -> None:
        for region in dataset.ROIContourSequence:
            for contour in region.ContourSequence:
                points = np.array(contour.ContourData, dtype=float).reshape(-1, 3) + np.array(
                    [0.0, 0.0, 400.0]
                )
                contour.ContourData = [f"{value:.4f}" for value in points.ravel()]

    return rewritten(stranger, move)


def roi_of_three_pixels() -> Source:
    """A structure set on the hepatic artery phase whose region holds the centres of three pixels in a row."""
    phantom = small_phantom()
    index = phantom.truth.lesion.oval.slice_index
    x, y = phantom.truth.lesion.oval.cx, phantom.truth.lesion.oval.cy
    corners = ((x - 0.4, y - 0.4), (x + 2.4, y - 0.4), (x + 2.4, y + 0.4), (x - 0.4, y + 0.4))

    def shrink(dataset: Dataset) -> None:
        contour = dataset.ROIContourSequence[0].ContourSequence[0]
        points = [phantom.geometry.pixel_to_patient(index, *corner) for corner in corners]
        contour.ContourData = [f"{value:.5f}" for point in points for value in point]
        contour.NumberOfContourPoints = len(points)

    return rewritten(write_rtstruct(phantom, Phase.HAP), shrink)


def roi_outside_the_image() -> Source:
    """A structure set of the right frame of reference whose region lies beside the image."""

    def move(dataset: Dataset) -> None:
        for region in dataset.ROIContourSequence:
            for contour in region.ContourSequence:
                points = np.array(contour.ContourData, dtype=float).reshape(-1, 3) + np.array(
                    [5000.0, 0.0, 0.0]
                )
                contour.ContourData = [f"{value:.4f}" for value in points.ravel()]

    return rewritten(write_rtstruct(small_phantom(), Phase.HAP), move)


def whole_messy_study() -> list[Source]:
    """Three sound phases together with what else stands in a real study."""
    return [*write_study(small_phantom()), scout(), secondary_capture(), dose_report(), text_as_dicom()]


def slice_without_pixels() -> Source:
    header = slice_header(small_phantom(), Phase.HAP, 0)
    return Source("header.dcm", encode(header))
