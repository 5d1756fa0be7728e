"""Which images can be measured in HU: what is set aside and what is refused, in closed words."""

from __future__ import annotations

import re
from enum import StrEnum

from gepnet_core.imaging.pixels.decode import (
    JPEG_EXTENDED,
    LOSSLESS,
    LOSSY,
    MAX_PIXELS,
    UNCOMPRESSED,
    pixels_are_complete,
)
from gepnet_core.imaging.pixels.header import FrameHeader, ImageHeader
from gepnet_core.imaging.rois.roi import RoiSource
from gepnet_core.imaging.series.words import listed, tokens

CT_IMAGE_CLASSES = frozenset(
    {
        "",  # de-identified files may have lost it; Modality CT and an axial geometry then speak for it
        "1.2.840.10008.5.1.4.1.1.2",  # CT Image Storage
        "1.2.840.10008.5.1.4.1.1.2.1",  # Enhanced CT
        "1.2.840.10008.5.1.4.1.1.2.2",  # Legacy Converted Enhanced CT
    }
)
_SECONDARY_CAPTURE = "1.2.840.10008.5.1.4.1.1.7"
_DOSE_REPORTS = frozenset({"1.2.840.10008.5.1.4.1.1.88.67", "1.2.840.10008.5.1.4.1.1.88.73"})
# Enhanced, Comprehensive and Comprehensive 3D SR are the ones that may hold TID 1500 (PS3.16, PS3.3 A.35).
_MEASUREMENT_REPORTS = frozenset(f"1.2.840.10008.5.1.4.1.1.88.{n}" for n in (22, 33, 34))
# Image Type values: PS3.3 C.8.2.1.1.1 and C.8.16.1 (enhanced), with vendors' own terms seen in practice.
_REFORMATTED = listed(
    "MPR MIP MINIP REFORMATTED CPR CURVED VRT SSD MAXIMUM MINIMUM RESAMPLED VOLUME_RENDER SURFACE_RENDER"
)
_MATERIAL = listed(
    "VMI MAT_SPECIFIC MAT_REMOVED MAT_FRACTIONAL MAT_MODIFIED MAT_VALUE_BASED EFF_ATOMIC_NUM",
    "ELECTRON_DENSITY MONOENERGETIC IODINE VNC MONOE",
)
_MAPS = listed("SUBTRACTION SUBTRACT DIVISION MULTIPLICATION STD_DEVIATION QUANTITY PERFUSION")
_SCOUT_WORDS = listed(
    "scout localizer localiser topogram topogramm topograma topogramme surview scanogram scanogramme"
)
_DOSE_WORDS = listed("dose dosis dosisprotokoll dosisbericht dosimetrie dosimetria")
_REPORT_WORDS = listed("report info bericht rapport informe relatorio summary")
_MATERIAL_WORDS = listed("monoenergetic monoenergetisch monoe vnc jodkarte zeff")
_IODINE_WORDS = listed("iodine jod iode iodio yodo iodo jodium")
_IODINE_COMPANIONS = listed("map karte carte mapa mappa overlay density water wasser image")
_KEV = re.compile(r"(?<!\d)\d{2,3}\s*kev\b", re.IGNORECASE)


class SetAsideReason(StrEnum):
    """Why an image that may be sound is not offered for measuring."""

    OTHER_MODALITY = "images of another modality than CT"
    LOCALIZER = "localizer (scout) images"
    BOLUS = "bolus monitoring images (one position imaged repeatedly)"
    DOSE = "dose reports"
    CAPTURE = "secondary captures"
    REFORMATTED = "reformatted images (MPR, MIP, curved or volume rendering)"
    NOT_AXIAL = "images that are not axial"
    MATERIAL = "virtual monoenergetic, iodine or other material images"
    MAP = "calculated maps (perfusion, subtraction)"
    NOT_HU = "images whose values are not HU by their rescale type"
    BURNED_IN = "images with burned-in text"
    COLOUR = "colour images"
    DIRECTORY = "DICOMDIR index files"
    DOCUMENT = "reports and other files without images"


class Refusal(StrEnum):
    """Why a file cannot be read or an image cannot be measured. Each reads on from a count."""

    NOT_DICOM = "not DICOM. Upload the original DICOM files"
    DAMAGED = "damaged or cut off within the header. Export from the archive again"
    TRUNCATED = "truncated, so the pixel data are not complete. Export from the archive again"
    NO_PIXELS = "without pixel data. Export from the archive again"
    NO_RESCALE = (
        "without a rescale slope and intercept, so the stored values cannot be HU. "
        "Export the original CT images from the archive"
    )
    BAD_SLOPE = "with an impossible rescale slope or intercept (allowed: a finite slope above 0)"
    BIT_DEPTH = "stored in a number format that CT does not use (allowed: 8 or 16 bits, 1 sample a pixel)"
    SYNTAX = "compressed in a way that is not supported. Export uncompressed or as JPEG 2000 lossless"
    LOSSY_12_BIT = (
        "compressed as lossy 12-bit JPEG, which is not decoded and would change HU. Export uncompressed"
    )
    GEOMETRY = "without a usable position and orientation, so the slices cannot be put in order"
    FRAMES = "multi-frame without a position for each frame. Export as single CT slices"
    TOO_LARGE = "larger than the limit of 4096 x 4096 pixels"


def refusal_sentence(refusal: Refusal, count: int) -> str:
    """One sentence about all the files with one kind of fault."""
    return f"{count} {'file was' if count == 1 else 'files were'} left out: {refusal.value}."


def roi_kind(header: ImageHeader) -> RoiSource | None:
    """Kind of the regions that a DICOM file may hold, or None where it holds none."""
    if header.sop_class in _DOSE_REPORTS:
        return None
    if header.modality == "RTSTRUCT":
        return RoiSource.RTSTRUCT
    if header.modality == "SEG":
        return RoiSource.SEG
    if header.modality == "SR" and header.sop_class in _MEASUREMENT_REPORTS | {""}:
        return RoiSource.SR
    return None


def file_refusal(header: ImageHeader) -> Refusal | None:
    """Fault that keeps a CT file from being decoded, or None."""
    syntax = header.pixels.transfer_syntax
    if not 0 < header.rows * header.columns <= MAX_PIXELS:
        return Refusal.TOO_LARGE if header.rows * header.columns else Refusal.NO_PIXELS
    if header.pixels.offset is None:
        return Refusal.NO_PIXELS
    sound_bits = header.bits_allocated in (8, 16) and header.signed is not None
    if not sound_bits or not 1 < header.bits_stored <= header.high_bit + 1 <= header.bits_allocated:
        return Refusal.BIT_DEPTH
    if syntax == JPEG_EXTENDED and header.bits_stored > 8:
        return Refusal.LOSSY_12_BIT
    if syntax not in UNCOMPRESSED | LOSSLESS | LOSSY:
        return Refusal.SYNTAX
    if (header.stated_frames or 1) != len(header.frames):
        return Refusal.FRAMES
    return None if pixels_are_complete(header) else Refusal.TRUNCATED


def set_aside_reason(header: ImageHeader) -> SetAsideReason | None:
    """Reason to set a whole file aside, or None for a CT image that may be measured."""
    if header.is_directory:
        return SetAsideReason.DIRECTORY
    words = tokens(header.description)
    kinds = _image_type_words(header.image_type)
    if header.sop_class in _DOSE_REPORTS or (words & _DOSE_WORDS and words & _REPORT_WORDS):
        return SetAsideReason.DOSE
    if header.modality != "CT":
        # Files without a modality are no images; an index or a note.
        if header.modality in {"", "SR", "PR", "KO", "DOC", "RTPLAN", "RTSTRUCT", "SEG"} or not header.rows:
            return SetAsideReason.DOCUMENT
        return SetAsideReason.OTHER_MODALITY
    if header.sop_class.startswith(_SECONDARY_CAPTURE) or "SCREEN SAVE" in header.image_type:
        return SetAsideReason.CAPTURE
    if header.sop_class not in CT_IMAGE_CLASSES:
        return SetAsideReason.DOCUMENT
    if "LOCALIZER" in kinds or words & _SCOUT_WORDS:
        return SetAsideReason.LOCALIZER
    if header.burned_in:
        return SetAsideReason.BURNED_IN
    if header.samples > 1 or (header.photometric and not header.photometric.startswith("MONOCHROME")):
        return SetAsideReason.COLOUR
    if kinds & _MATERIAL or words & _MATERIAL_WORDS or _KEV.search(header.description):
        return SetAsideReason.MATERIAL
    if words & _IODINE_WORDS and words & _IODINE_COMPANIONS:
        return SetAsideReason.MATERIAL
    if kinds & _MAPS:
        return SetAsideReason.MAP
    if kinds & _REFORMATTED or words & {"mip", "minip", "vrt"}:
        return SetAsideReason.REFORMATTED
    return None


def frame_set_aside_reason(frame: FrameHeader) -> SetAsideReason | None:
    """Reason to set one frame aside, or None."""
    kinds = _image_type_words(frame.frame_type)
    if "LOCALIZER" in kinds:
        return SetAsideReason.LOCALIZER
    if kinds & _MATERIAL:
        return SetAsideReason.MATERIAL
    if kinds & _MAPS:
        return SetAsideReason.MAP
    if kinds & _REFORMATTED:
        return SetAsideReason.REFORMATTED
    # US is "unspecified" (PS3.3 C.11.1.1.2): kept with a warning, since some writers put it on sound CT.
    if frame.rescale_type not in {"", "HU", "US"}:
        return SetAsideReason.NOT_HU
    if frame.orientation is not None and not _is_axial(frame.orientation):
        return SetAsideReason.NOT_AXIAL
    return None


def frame_refusal(frame: FrameHeader) -> Refusal | None:
    """Fault that keeps the frame's stored values from being HU, or None."""
    if frame.slope is None or frame.intercept is None:
        return Refusal.NO_RESCALE
    if not 0 < frame.slope <= 1000 or abs(frame.intercept) > 100_000:
        return Refusal.BAD_SLOPE
    return None


def _image_type_words(values: tuple[str, ...]) -> frozenset[str]:
    """Each value, and each of its words: Siemens writes "CT_SOM5 MPR" as one value."""
    return frozenset(values) | {word for value in values for word in value.split()}


def _is_axial(orientation: tuple[float, ...]) -> bool:
    """True where the normal of the slice points along the body's axis more than along any other."""
    rx, ry, rz, cx, cy, cz = orientation
    normal = (abs(ry * cz - rz * cy), abs(rz * cx - rx * cz), abs(rx * cy - ry * cx))
    return normal[2] >= max(normal[0], normal[1])
