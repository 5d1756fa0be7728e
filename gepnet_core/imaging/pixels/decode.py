"""Pixel data to stored values, one frame at a time.

Uncompressed frames are read in place. Compressed ones go to pydicom's decoders: RLE in pydicom itself,
JPEG-LS with CharLS, JPEG lossless and JPEG 2000 with GDCM (which holds the interpreter's lock: threads win
nothing). Decoders are written in C and the files may be hostile: a frame's
own size is compared with the header's before it is decoded, and the result's size afterwards.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import numpy.typing as npt

from gepnet_core.errors import DicomError
from gepnet_core.imaging.pixels.codestream import codestream_size
from gepnet_core.imaging.pixels.dicom_parse import (
    DEFLATED_LITTLE,
    EXPLICIT_BIG,
    EXPLICIT_LITTLE,
    IMPLICIT_LITTLE,
    PARSE_ERRORS,
)
from gepnet_core.imaging.pixels.header import ImageHeader
from gepnet_core.imaging.pixels.quiet import quiet_pydicom

StoredFrame = npt.NDArray[np.int16] | npt.NDArray[np.uint16]

UNCOMPRESSED = frozenset({IMPLICIT_LITTLE, EXPLICIT_LITTLE, DEFLATED_LITTLE, EXPLICIT_BIG})
RLE = "1.2.840.10008.1.2.5"
LOSSLESS = frozenset(
    {
        RLE,
        "1.2.840.10008.1.2.4.57",  # JPEG lossless, process 14
        "1.2.840.10008.1.2.4.70",  # JPEG lossless, process 14, selection value 1
        "1.2.840.10008.1.2.4.80",  # JPEG-LS lossless
        "1.2.840.10008.1.2.4.90",  # JPEG 2000 lossless
    }
)
JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"
JPEG_2000_EITHER = "1.2.840.10008.1.2.4.91"  # with loss or without
LOSSY = frozenset(
    {
        "1.2.840.10008.1.2.4.50",  # JPEG baseline, 8 bits
        JPEG_EXTENDED,
        "1.2.840.10008.1.2.4.81",  # JPEG-LS near-lossless
        JPEG_2000_EITHER,
    }
)
JPEG_LS = frozenset({"1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81"})
MAX_PIXELS = 4096 * 4096
_UNDEFINED = 0xFFFFFFFF


def pixels_are_complete(header: ImageHeader) -> bool:
    """False where the file ends before its pixel data do; read without decoding."""
    source = header.pixels
    if source.offset is None:
        return False
    if source.transfer_syntax in UNCOMPRESSED:
        needed = header.rows * header.columns * (header.bits_allocated // 8) * len(header.frames)
        return len(source.data) - source.offset >= needed
    return _fragments_end(source.data, source.offset)


def _fragments_end(data: bytes, position: int) -> bool:
    """Walk the fragments of encapsulated pixel data (PS3.5 A.4). True where each is whole."""
    fragments = 0
    while position + 8 <= len(data):
        tag = data[position : position + 4]
        length = int.from_bytes(data[position + 4 : position + 8], "little")
        if tag == b"\xfe\xff\xdd\xe0":
            return fragments > 1
        if tag != b"\xfe\xff\x00\xe0" or length == _UNDEFINED:
            return False
        position += 8 + length
        fragments += 1
    # Some writers leave out the delimiter. The first item is the offset table, so an image needs two.
    return position == len(data) and fragments > 1


def decode_frame(header: ImageHeader, index: int) -> StoredFrame:
    """Stored values of one frame, before rescale.

    Parameters
    ----------
    header : ImageHeader
        Of a monochrome image of 8 or 16 bits allocated.
    index : int
        Frame, from 0.

    Returns
    -------
    (rows, columns) int16 where PixelRepresentation is 1, else uint16
        Bits above HighBit are removed and the sign extended (PS3.5 8.1.1).

    Raises
    ------
    DicomError
        The frame does not decode to what the header states.
    """
    syntax = header.pixels.transfer_syntax
    pixels = _uncompressed(header, index) if syntax in UNCOMPRESSED else _compressed(header, index)
    if syntax not in UNCOMPRESSED and syntax != RLE:
        # JPEG decoders give values, not words: pydicom has already matched their sign to the header's.
        return pixels.astype(np.int16) if header.signed else pixels.astype(np.uint16)
    return _stored_values(pixels, header)


def _uncompressed(header: ImageHeader, index: int) -> npt.NDArray[Any]:
    source = header.pixels
    size = header.bits_allocated // 8
    order = "<" if source.little_endian else ">"
    count = header.rows * header.columns
    offset = (source.offset or 0) + index * count * size
    if offset + count * size > len(source.data):
        raise DicomError("An image ends before its pixel data are complete", got="a truncated file")
    kind = "i" if header.signed else "u"
    # 8-bit pixels in 16-bit words of a big endian file would be swapped in pairs; CT does not use them.
    flat = np.frombuffer(source.data, dtype=f"{order}{kind}{size}", count=count, offset=offset)
    return flat.reshape(header.rows, header.columns)


def _compressed(header: ImageHeader, index: int) -> npt.NDArray[Any]:
    from pydicom.encaps import get_frame
    from pydicom.pixels.decoders.base import get_decoder
    from pydicom.uid import UID

    source = header.pixels
    stream = BytesIO(source.data)  # shares the bytes until written to
    stream.seek(source.offset or 0)
    options: dict[str, Any] = {
        "rows": header.rows,
        "columns": header.columns,
        "number_of_frames": 1,
        "samples_per_pixel": 1,
        "bits_allocated": header.bits_allocated,
        "bits_stored": header.bits_stored,
        "pixel_representation": int(bool(header.signed)),
        "photometric_interpretation": "MONOCHROME2",
        "pixel_keyword": "PixelData",
    }
    try:
        frame = get_frame(stream, index, number_of_frames=len(header.frames))
        _check_declared_size(header, frame)
        with quiet_pydicom():
            decoder = get_decoder(UID(source.transfer_syntax))
            pixels, _ = decoder.as_array(
                _encapsulate(frame),
                index=0,
                raw=True,
                decoding_plugin=_plugin(source.transfer_syntax, decoder.available_plugins),
                **options,
            )
    except DicomError:
        raise
    except (*PARSE_ERRORS, RuntimeError, MemoryError) as error:
        raise _undecodable() from error
    if pixels.shape != (header.rows, header.columns) or pixels.dtype.itemsize > 2:
        raise _undecodable()
    return pixels


def _plugin(syntax: str, available: tuple[str, ...]) -> str:
    """RLE is pydicom's own; CharLS (pyjpegls) takes half of GDCM's time for JPEG-LS; GDCM does the rest."""
    if syntax == RLE:
        return "pydicom"
    return "pyjpegls" if syntax in JPEG_LS and "pyjpegls" in available else "gdcm"


def _encapsulate(frame: bytes) -> bytes:
    """One frame as encapsulated pixel data: an empty offset table and one fragment (PS3.5 A.4)."""
    padded = frame + b"\0" * (len(frame) % 2)
    item = b"\xfe\xff\x00\xe0"
    return item + b"\0\0\0\0" + item + len(padded).to_bytes(4, "little") + padded


def _check_declared_size(header: ImageHeader, frame: bytes) -> None:
    if header.pixels.transfer_syntax == RLE:
        return
    size = codestream_size(frame)
    if size is None:
        raise _undecodable()
    if (size.rows, size.columns, size.components) != (header.rows, header.columns, 1) or size.precision > 16:
        raise DicomError(
            "A compressed image does not have the size that its header states",
            got=f"{size.rows} x {size.columns} pixels of {size.components} samples and {size.precision} bits",
            allowed=f"{header.rows} x {header.columns} pixels of 1 sample and up to 16 bits",
            remedy="Export the image again from the archive, uncompressed.",
        )


def _undecodable() -> DicomError:
    return DicomError(
        "An image could not be decompressed",
        got="damaged or truncated compressed pixel data",
        remedy="Export the series again from the archive, uncompressed if possible.",
    )


def _stored_values(pixels: npt.NDArray[Any], header: ImageHeader) -> StoredFrame:
    """Keep the stored bits alone: raise HighBit to the top of 16 bits, then lower, sign extended."""
    bits = header.bits_stored
    native = np.ascontiguousarray(pixels, dtype=pixels.dtype.newbyteorder("="))
    if native.dtype.itemsize == 1:
        native = native.astype(np.int16 if native.dtype.kind == "i" else np.uint16)
    words = native.view(np.uint16)
    if bits < 16:
        words = np.left_shift(words, np.uint16(15 - header.high_bit))
    if header.signed:
        return np.asarray(np.right_shift(words.view(np.int16), np.int16(16 - bits)), dtype=np.int16)
    return np.asarray(np.right_shift(words, np.uint16(16 - bits)), dtype=np.uint16)
