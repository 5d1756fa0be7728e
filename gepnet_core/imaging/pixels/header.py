"""What the reader takes from a DICOM header: an allowlist of tags, as numbers and internal references.

Nothing here that could name a person leaves the reader: identifiers are kept only as keyed digests that say
"same" or "other", times only to compute seconds, texts only to be compared with our own list of words.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from pydicom.tag import BaseTag

from gepnet_core.imaging.pixels.dicom_parse import MEDIA_DIRECTORY, Element, parse_dicom

_ALLOWED = {
    "charset": 0x00080005,
    "image_type": 0x00080008,
    "sop_class": 0x00080016,
    "sop_instance": 0x00080018,
    "acquisition_datetime": 0x0008002A,
    "acquisition_time": 0x00080032,
    "content_time": 0x00080033,
    "modality": 0x00080060,
    "series_description": 0x0008103E,
    "patient_id": 0x00100020,
    "kvp": 0x00180060,
    "slice_thickness": 0x00180050,
    "protocol_name": 0x00181030,
    "bolus_start_time": 0x00181042,
    "gantry_tilt": 0x00181120,
    "study_uid": 0x0020000D,
    "series_uid": 0x0020000E,
    "series_number": 0x00200011,
    "acquisition_number": 0x00200012,
    "instance_number": 0x00200013,
    "position": 0x00200032,
    "orientation": 0x00200037,
    "frame_of_reference": 0x00200052,
    "temporal_position": 0x00200100,
    "samples": 0x00280002,
    "photometric": 0x00280004,
    "frames": 0x00280008,
    "rows": 0x00280010,
    "columns": 0x00280011,
    "spacing": 0x00280030,
    "bits_allocated": 0x00280100,
    "bits_stored": 0x00280101,
    "high_bit": 0x00280102,
    "representation": 0x00280103,
    "padding": 0x00280120,
    "padding_limit": 0x00280121,
    "burned_in": 0x00280301,
    "intercept": 0x00281052,
    "slope": 0x00281053,
    "rescale_type": 0x00281054,
    "lossy": 0x00282110,
    "multi_energy": 0x00189361,
    "shared_groups": 0x52009229,
    "frame_groups": 0x52009230,
}
_MOST_MM, _LEAST_SPACING_MM = 1e6, 1e-4
"""No scanner is a kilometre long, and no pixel of CT is smaller than a wavelength of light: numbers beyond
are damage, and their squares need not be finite."""

ALLOWED_TAGS = tuple(BaseTag(tag) for tag in _ALLOWED.values())


@dataclass(frozen=True, repr=False)
class FrameHeader:
    """What one frame states of itself; None where it does not state it (or not as finite numbers)."""

    index: int
    position_mm: tuple[float, ...] | None
    orientation: tuple[float, ...] | None
    spacing_mm: tuple[float, ...] | None  # rows, columns (PixelSpacing)
    thickness_mm: float | None
    slope: float | None
    intercept: float | None
    rescale_type: str
    kvp: float | None
    acquisition: int | None
    temporal: int | None
    clock_s: float | None  # acquisition, seconds since midnight
    frame_type: tuple[str, ...]


@dataclass(frozen=True, repr=False)
class PixelSource:
    """Where the pixels of a file are: the first byte of Pixel Data's value, None where there is none."""

    data: bytes
    transfer_syntax: str
    little_endian: bool
    offset: int | None


@dataclass(frozen=True, repr=False)
class ImageHeader:
    """The allowed content of one file, and where its pixels are."""

    pixels: PixelSource
    is_directory: bool
    modality: str
    sop_class: str
    image_type: tuple[str, ...]
    description: str
    protocol: str
    series_number: int | None
    instance_number: int | None
    bolus_start_s: float | None
    content_s: float | None
    gantry_tilt_deg: float | None
    samples: int
    photometric: str
    rows: int
    columns: int
    stated_frames: int | None
    bits_allocated: int
    bits_stored: int
    high_bit: int
    signed: bool | None
    padding_raw: int | None
    padding_limit_raw: int | None
    burned_in: bool
    lossy: bool | None  # None where the header does not say
    multi_energy: bool
    patient_digest: bytes
    study_uid: str
    series_uid: str
    frame_of_reference_uid: str
    sop_instance_uid: str
    frames: tuple[FrameHeader, ...] = field(default=())


def read_header(data: bytes, key: bytes) -> ImageHeader:
    """Read the allowed tags of one file.

    Parameters
    ----------
    data : bytes
        One DICOM file.
    key : bytes
        Secret of this reading, so that a digest of a patient's identifier means nothing elsewhere.

    Raises
    ------
    DicomError
        The bytes are not DICOM or end within the header.
    """
    parsed = parse_dicom(data, ALLOWED_TAGS)
    root, tag = parsed.root, _ALLOWED
    patient = root.text(tag["patient_id"])
    bits_stored = root.unsigned(tag["bits_stored"]) or 0
    high_bit = root.unsigned(tag["high_bit"])
    representation = root.unsigned(tag["representation"])
    return ImageHeader(
        pixels=PixelSource(parsed.data, parsed.transfer_syntax, parsed.little_endian, parsed.pixel_offset),
        is_directory=parsed.media_class == MEDIA_DIRECTORY,
        modality=root.ascii(tag["modality"]).upper(),
        sop_class=root.ascii(tag["sop_class"]),
        image_type=root.words(tag["image_type"]),
        description=root.text(tag["series_description"]),
        protocol=root.text(tag["protocol_name"]),
        series_number=root.integer(tag["series_number"]),
        instance_number=root.integer(tag["instance_number"]),
        bolus_start_s=seconds_of_day(root.ascii(tag["bolus_start_time"])),
        content_s=seconds_of_day(root.ascii(tag["content_time"])),
        gantry_tilt_deg=root.number(tag["gantry_tilt"]),
        samples=root.unsigned(tag["samples"]) or 1,
        photometric=root.ascii(tag["photometric"]).upper(),
        rows=root.unsigned(tag["rows"]) or 0,
        stated_frames=root.integer(tag["frames"]),
        columns=root.unsigned(tag["columns"]) or 0,
        bits_allocated=root.unsigned(tag["bits_allocated"]) or 0,
        bits_stored=bits_stored,
        high_bit=bits_stored - 1 if high_bit is None else high_bit,
        signed={0: False, 1: True}.get(representation) if representation is not None else None,
        padding_raw=root.unsigned(tag["padding"]),
        padding_limit_raw=root.unsigned(tag["padding_limit"]),
        burned_in=root.ascii(tag["burned_in"]).upper() == "YES",
        lossy={"00": False, "01": True}.get(root.ascii(tag["lossy"])),
        multi_energy=root.ascii(tag["multi_energy"]).upper() == "YES",
        patient_digest=hashlib.blake2b(patient.encode(), key=key, digest_size=16).digest()
        if patient
        else b"",
        study_uid=root.ascii(tag["study_uid"]),
        series_uid=root.ascii(tag["series_uid"]),
        frame_of_reference_uid=root.ascii(tag["frame_of_reference"]),
        sop_instance_uid=root.ascii(tag["sop_instance"]),
        frames=_frames(root),
    )


def seconds_of_day(time: str) -> float | None:
    """Seconds since midnight of a DICOM time HHMMSS.FFFFFF (PS3.5 table 6.2-1, TM), or None.

    Colons of the old ACR-NEMA form are accepted; minutes and seconds are required, since a phase cannot be
    told from an hour and a minute alone.
    """
    text = time.replace(":", "")
    whole, _, fraction = text.partition(".")
    if len(whole) != 6 or not whole.isascii() or not whole.isdigit():
        return None
    if fraction and not (fraction.isascii() and fraction.isdigit()):
        return None
    hour, minute, second = int(whole[:2]), int(whole[2:4]), int(whole[4:])
    if hour > 23 or minute > 59 or second > 60:
        return None
    return hour * 3600 + minute * 60 + second + (float("0." + fraction) if fraction else 0.0)


def _clock(datetime: str) -> float | None:
    """Seconds since midnight of a DICOM date and time YYYYMMDDHHMMSS.FFFFFF&ZZXX (DT), or None."""
    local = datetime.partition("+")[0].partition("-")[0]
    return seconds_of_day(local[8:])


def _frames(root: Element) -> tuple[FrameHeader, ...]:
    groups = root.items(_ALLOWED["frame_groups"])
    if not groups:
        return (_plain_frame(root),)
    shared = root.items(_ALLOWED["shared_groups"])
    defaults = shared[0] if shared else None
    clock = _clock(root.ascii(_ALLOWED["acquisition_datetime"]))
    return tuple(_enhanced_frame(index, item, defaults, clock) for index, item in enumerate(groups))


def _spacing(stated: tuple[float, ...] | None) -> tuple[float, ...] | None:
    """Pixel spacing where it is possible, else None: unknown."""
    if stated is None or min(stated) < _LEAST_SPACING_MM or max(stated) > _MOST_MM:
        return None
    return stated


def _possible(stated: tuple[float, ...] | None) -> tuple[float, ...] | None:
    """Coordinates or directions where they are possible, else None: unknown."""
    return stated if stated is not None and max(map(abs, stated)) <= _MOST_MM else None


def _plain_frame(root: Element) -> FrameHeader:
    tag = _ALLOWED
    clock = seconds_of_day(root.ascii(tag["acquisition_time"]))
    if clock is None:
        clock = _clock(root.ascii(tag["acquisition_datetime"]))
    return FrameHeader(
        index=0,
        position_mm=_possible(root.floats(tag["position"], 3)),
        orientation=_possible(root.floats(tag["orientation"], 6)),
        spacing_mm=_spacing(root.floats(tag["spacing"], 2)),
        thickness_mm=root.number(tag["slice_thickness"]),
        slope=root.number(tag["slope"]),
        intercept=root.number(tag["intercept"]),
        rescale_type=root.ascii(tag["rescale_type"]).upper(),
        kvp=root.number(tag["kvp"]),
        acquisition=root.integer(tag["acquisition_number"]),
        temporal=root.integer(tag["temporal_position"]),
        clock_s=clock,
        frame_type=(),
    )


def _enhanced_frame(index: int, own: Element, shared: Element | None, clock: float | None) -> FrameHeader:
    """One frame of an enhanced multi-frame image (PS3.3 C.7.6.16, functional groups).

    A group stands either in the frame's own item or in the shared item, never in both.
    """

    def group(sequence: int) -> Element | None:
        for holder in (own, shared):
            items = holder.items(sequence) if holder is not None else ()
            if items:
                return items[0]
        return None

    position = group(0x00209113)
    orientation = group(0x00209116)
    measures = group(0x00289110)
    transform = group(0x00289145)
    content = group(0x00209111)
    xray = group(0x00189325)
    frame_type = group(0x00189329)
    own_clock = _clock(content.ascii(0x00189074)) if content else None
    return FrameHeader(
        index=index,
        position_mm=_possible(position.floats(0x00200032, 3)) if position else None,
        orientation=_possible(orientation.floats(0x00200037, 6)) if orientation else None,
        spacing_mm=_spacing(measures.floats(0x00280030, 2)) if measures else None,
        thickness_mm=measures.number(0x00180050) if measures else None,
        slope=transform.number(0x00281053) if transform else None,
        intercept=transform.number(0x00281052) if transform else None,
        rescale_type=transform.ascii(0x00281054).upper() if transform else "",
        kvp=xray.number(0x00180060) if xray else None,
        acquisition=content.unsigned(0x00209156) if content else None,
        temporal=content.unsigned(0x00209128) if content else None,
        clock_s=own_clock if own_clock is not None else clock,
        frame_type=frame_type.words(0x00089007) if frame_type else (),
    )
