"""What a compressed frame says of its own size, read before a decoder is trusted with it.

JPEG 2000: ISO/IEC 15444-1 A.5.1 (SIZ). JPEG and JPEG-LS: ISO/IEC 10918-1 B.2.2 and 14495-1 C.2.2 (SOF).
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

_JP2_SIGNATURE = b"\x00\x00\x00\x0cjP  "
# Start-of-frame markers: baseline to lossless Huffman, their arithmetic forms, and JPEG-LS (F7).
_FRAME_MARKERS = frozenset(
    (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0), 0xF7)
)
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD8)))


@dataclass(frozen=True)
class CodestreamSize:
    """Rows, columns, samples a pixel and bits a sample."""

    rows: int
    columns: int
    components: int
    precision: int


def codestream_size(frame: bytes) -> CodestreamSize | None:
    """Size that a JPEG, JPEG-LS or JPEG 2000 frame declares; None where it declares none."""
    try:
        if frame[:8] == _JP2_SIGNATURE or frame[:2] == b"\xff\x4f":
            return _jpeg_2000_size(frame)
        return _jpeg_size(frame) if frame[:2] == b"\xff\xd8" else None
    except (struct.error, IndexError):
        return None


def _jpeg_2000_size(frame: bytes) -> CodestreamSize | None:
    start = 0
    if frame[:8] == _JP2_SIGNATURE:
        start = frame.find(b"jp2c") + 4
    if frame[start : start + 4] != b"\xff\x4f\xff\x51":
        return None
    width, height, left, top = struct.unpack(">4L", frame[start + 8 : start + 24])
    components = struct.unpack(">H", frame[start + 40 : start + 42])[0]
    return CodestreamSize(height - top, width - left, components, (frame[start + 42] & 0x7F) + 1)


def _jpeg_size(frame: bytes) -> CodestreamSize | None:
    position = 2
    while position + 4 <= len(frame):
        if frame[position] != 0xFF:
            return None
        marker = frame[position + 1]
        if marker == 0xFF:
            position += 1
        elif marker in _STANDALONE:
            position += 2
        elif marker in _FRAME_MARKERS:
            precision, rows, columns, components = struct.unpack(">BHHB", frame[position + 4 : position + 10])
            return CodestreamSize(rows, columns, components, precision)
        else:
            position += 2 + struct.unpack(">H", frame[position + 2 : position + 4])[0]
    return None
