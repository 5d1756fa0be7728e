"""DICOM bytes to the raw values of chosen tags. Nothing outside the list of tags is kept.

pydicom's dataset reader walks the file. Values stay undecoded bytes until one of the accessors below is
asked, so that pydicom validates nothing and warns of nothing (its warnings quote values).
"""

from __future__ import annotations

import math
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO

from pydicom.charset import convert_encodings, decode_bytes
from pydicom.dataset import Dataset
from pydicom.errors import BytesLengthException, InvalidDicomError
from pydicom.filereader import read_dataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.tag import BaseTag

from gepnet_core.errors import DicomError

IMPLICIT_LITTLE = "1.2.840.10008.1.2"
EXPLICIT_LITTLE = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG = "1.2.840.10008.1.2.2"
MEDIA_DIRECTORY = "1.2.840.10008.1.3.10"

PREAMBLE_LENGTH = 128
# A deflated 512 x 512 slice inflates to about half a megabyte; an enhanced one of 1,000 frames to 0.5 GB.
MAX_INFLATED_BYTES = 1_200_000_000
MAX_INFLATE_RATIO = 1100  # the ratio that zlib can reach at most is 1032 (zlib technical details)
_PIXEL_TAGS = frozenset((0x7FE00008, 0x7FE00009, 0x7FE00010))
_LONG_VRS = (b"OB", b"OW", b"OD", b"OF", b"OL", b"OV", b"UN", b"SQ", b"UT", b"UC", b"UR", b"SV", b"UV")
_SHORT_VRS = (
    *(b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"LT"),
    *(b"PN", b"SH", b"SL", b"SS", b"ST", b"TM", b"UI", b"UL", b"US"),
)
_KNOWN_VRS = frozenset((*_LONG_VRS, *_SHORT_VRS))
# Errors that pydicom's reader raises on damaged files.
PARSE_ERRORS = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    NotImplementedError,
    EOFError,
    OSError,
    OverflowError,
    RecursionError,
    struct.error,
    zlib.error,
    BytesLengthException,
    InvalidDicomError,
)


class NotDicomError(DicomError):
    """Bytes that are no DICOM file at all."""


@dataclass(frozen=True, repr=False)
class Element:
    """Accessors over the raw elements of one dataset or sequence item."""

    dataset: Dataset
    values: dict[int, bytes]
    little_endian: bool
    charset: str

    @classmethod
    def of(cls, dataset: Dataset, little_endian: bool, charset: str) -> Element:
        """Wrap a dataset; its undecoded values are gathered once, which halves the time of a header."""
        values = {
            int(tag): bytes(item.value)
            for tag, item in dataset.items()
            if isinstance(item.value, (bytes, bytearray))
        }
        return cls(dataset, values, little_endian, charset)

    def _raw(self, tag: int) -> bytes | None:
        return self.values.get(tag)

    def ascii(self, tag: int) -> str:
        """Value of a code, UID or number string; empty where it is absent."""
        raw = self._raw(tag)
        return "" if raw is None else raw.decode("ascii", "replace").strip(" \0\t\r\n")

    def text(self, tag: int) -> str:
        """Value of a text in the file's character set; empty where it is absent."""
        raw = self._raw(tag)
        if raw is None:
            return ""
        if raw.isascii() and b"\x1b" not in raw:
            return raw.decode("ascii").strip(" \0")
        try:
            encodings = convert_encodings(self.charset.split("\\") if self.charset else "")
            return str(decode_bytes(raw, encodings, set())).strip(" \0")
        except PARSE_ERRORS:
            return raw.decode("utf-8", "replace").strip(" \0")

    def words(self, tag: int) -> tuple[str, ...]:
        """Values of a multi-valued code string, in upper case."""
        text = self.ascii(tag)
        return tuple(part.strip().upper() for part in text.split("\\")) if text else ()

    def floats(self, tag: int, count: int) -> tuple[float, ...] | None:
        """Exactly `count` finite numbers of a decimal string, or None."""
        parts = self.ascii(tag).replace(",", "\\").split("\\") if count > 1 else [self.ascii(tag)]
        if len(parts) != count:
            return None
        try:
            numbers = tuple(float(part) for part in parts if "_" not in part)
        except ValueError:
            return None
        return numbers if len(numbers) == count and all(map(math.isfinite, numbers)) else None

    def number(self, tag: int) -> float | None:
        """One finite number of a decimal string, or None."""
        numbers = self.floats(tag, 1)
        return numbers[0] if numbers else None

    def integer(self, tag: int) -> int | None:
        """Whole number of an integer string, or None."""
        number = self.number(tag)
        return int(number) if number is not None and number.is_integer() and abs(number) < 2**31 else None

    def unsigned(self, tag: int) -> int | None:
        """First value of a binary 16- or 32-bit unsigned element, or None."""
        raw = self._raw(tag)
        size = {2: 2, 4: 4}.get(len(raw), 2) if raw else 0
        if raw is None or len(raw) < 2:
            return None
        return int.from_bytes(raw[:size], "little" if self.little_endian else "big")

    def float64(self, tag: int) -> float | None:
        """A binary double (FD) where finite, or None."""
        raw = self._raw(tag)
        if raw is None or len(raw) < 8:
            return None
        number = float(struct.unpack("<d" if self.little_endian else ">d", raw[:8])[0])
        return number if math.isfinite(number) else None

    def items(self, tag: int) -> tuple[Element, ...]:
        """Items of a sequence; empty where it is absent or empty. DicomError where it is damaged."""
        if tag not in self.dataset:
            return ()
        try:
            value = self.dataset[BaseTag(tag)].value
        except PARSE_ERRORS as error:
            raise _damaged() from error
        if not isinstance(value, DicomSequence):  # several numbers or texts, by a wrong VR
            return ()
        return tuple(Element.of(item, self.little_endian, self.charset) for item in value)


@dataclass(frozen=True, repr=False)
class ParsedFile:
    """The chosen tags of one file and where its pixel data begin.

    ``media_class`` is MediaStorageSOPClassUID of the file meta information, which marks a DICOMDIR.
    ``data`` is what the offsets count in: the file, or its inflated dataset.
    ``pixel_offset`` is the first byte of the pixel data's value; None where the file has none.
    ``pixel_length`` is its stated length, None where undefined (encapsulated).
    """

    root: Element
    data: bytes
    transfer_syntax: str
    media_class: str
    little_endian: bool
    pixel_offset: int | None
    pixel_length: int | None


def parse_dicom(data: bytes, tags: Sequence[int]) -> ParsedFile:
    """Read the named tags of a DICOM file up to its pixel data (PS3.10 section 7, PS3.5 section 7).

    Parameters
    ----------
    data : bytes
        The file, with or without preamble and file meta information.
    tags : sequence of int
        Tags to keep, such as ``0x00280010``.

    Raises
    ------
    NotDicomError
        The bytes are not DICOM.
    DicomError
        They are, but the header is damaged.
    """
    is_marked = data[PREAMBLE_LENGTH : PREAMBLE_LENGTH + 4] == b"DICM"
    syntax, media_class, start = _read_meta(data)
    if syntax == DEFLATED_LITTLE:
        data, start = _inflate(data[start:]), 0
    try:
        implicit, little = _encoding(data, start, syntax)
    except NotDicomError as error:
        if is_marked:  # DICOM, then, but cut off before its first element
            raise _damaged() from error
        raise
    stream = BytesIO(data)
    stream.seek(start)
    try:
        dataset = read_dataset(
            stream, implicit, little, stop_when=_at_pixels, specific_tags=list(map(BaseTag, tags))
        )
        root = Element.of(dataset, little, "")
    except PARSE_ERRORS as error:
        raise _damaged() from error
    assumed = IMPLICIT_LITTLE if implicit else EXPLICIT_LITTLE if little else EXPLICIT_BIG
    offset, length = _pixel_value(data, stream.tell(), little)
    return ParsedFile(
        root=replace(root, charset=root.ascii(0x00080005)),
        data=data,
        transfer_syntax=syntax or assumed,
        media_class=media_class,
        little_endian=little,
        pixel_offset=offset,
        pixel_length=length,
    )


def _damaged() -> DicomError:
    return DicomError("A DICOM header is damaged", got="a file that ends or breaks within its header")


def _at_pixels(tag: BaseTag, vr: str | None, length: int) -> bool:
    return tag in _PIXEL_TAGS


def _read_meta(data: bytes) -> tuple[str, str, int]:
    """Transfer syntax and media class ('' where unknown), offset of the dataset; explicit little endian."""
    start = PREAMBLE_LENGTH + 4 if data[PREAMBLE_LENGTH : PREAMBLE_LENGTH + 4] == b"DICM" else 0
    position, syntax, media_class = start, "", ""
    while data[position : position + 2] == b"\x02\x00" and position + 8 <= len(data):
        vr = data[position + 4 : position + 6]
        if vr not in _KNOWN_VRS:
            break
        if vr in _LONG_VRS:
            length, header = int.from_bytes(data[position + 8 : position + 12], "little"), 12
        else:
            length, header = int.from_bytes(data[position + 6 : position + 8], "little"), 8
        value = data[position + header : position + header + length]
        if data[position : position + 4] == b"\x02\x00\x10\x00":
            syntax = value.decode("ascii", "replace").strip(" \0")
        elif data[position : position + 4] == b"\x02\x00\x02\x00":
            media_class = value.decode("ascii", "replace").strip(" \0")
        position += header + length
    return syntax, media_class, position


def _encoding(data: bytes, start: int, syntax: str) -> tuple[bool, bool]:
    """(implicit VR, little endian), looked up in the first element where the syntax is missing."""
    head = data[start : start + 8]
    if len(head) < 8:
        raise NotDicomError("A file is not DICOM", got="a file that ends before its first element")
    explicit_head = head[4:6] in _KNOWN_VRS
    if syntax:
        little = syntax != EXPLICIT_BIG
        return not explicit_head, little  # the file itself is believed: some writers name the wrong syntax
    group_little, group_big = int.from_bytes(head[:2], "little"), int.from_bytes(head[:2], "big")
    if explicit_head and group_little in (0x0008, 0x0010, 0x0018, 0x0020, 0x0028):
        return False, True
    if explicit_head and group_big in (0x0008, 0x0010, 0x0018, 0x0020, 0x0028):
        return False, False
    length = int.from_bytes(head[4:8], "little")
    if group_little in (0x0008, 0x0010, 0x0018, 0x0020, 0x0028) and length <= len(data):
        return True, True
    raise NotDicomError(
        "A file is not DICOM", got="a file without a DICOM header", remedy="Upload the original DICOM files."
    )


def _inflate(packed: bytes) -> bytes:
    """Inflate a deflated dataset (PS3.5 A.5) within limits."""
    limit = min(MAX_INFLATED_BYTES, max(len(packed) * MAX_INFLATE_RATIO, 65_536))
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        inflated = inflater.decompress(packed, limit)
    except zlib.error as error:
        raise DicomError("A deflated DICOM file is damaged", got="data that do not inflate") from error
    if inflater.unconsumed_tail:
        raise DicomError(
            "A deflated DICOM file is too large", got="more than the limit", allowed=f"{limit} bytes inflated"
        )
    return inflated


def _pixel_value(data: bytes, position: int, little: bool) -> tuple[int | None, int | None]:
    """Offset and length of the value of Pixel Data (7FE0,0010) whose element begins at `position`."""
    order = "<" if little else ">"
    if position + 8 > len(data):
        return None, None
    if struct.unpack(order + "HH", data[position : position + 4]) != (0x7FE0, 0x0010):
        return None, None
    if data[position + 4 : position + 6] in (b"OW", b"OB", b"UN"):
        if position + 12 > len(data):
            return None, None
        length = struct.unpack(order + "L", data[position + 8 : position + 12])[0]
        offset = position + 12
    else:
        length = struct.unpack(order + "L", data[position + 4 : position + 8])[0]
        offset = position + 8
    return offset, None if length == 0xFFFFFFFF else int(length)
