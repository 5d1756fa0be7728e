"""Bytes of a table to text: which encoding, and refusal of what is no text."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

from gepnet_core.errors import CohortError

_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NAMES = {
    "utf-8": "UTF-8",
    "utf-16-le": "UTF-16",
    "utf-16-be": "UTF-16",
    "cp1252": "Windows-1252 (Latin-1)",
    "latin-1": "Latin-1",
}
# What text of a table never holds; tab, line feed, form feed, carriage return may occur.
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")


@dataclass(frozen=True)
class DecodedText:
    """Text without byte order mark; ``is_guess`` says that the encoding was guessed."""

    text: str
    encoding: str
    is_guess: bool


def decode_text(content: bytes) -> DecodedText:
    """Decode a text table: UTF-8 and UTF-16 with or without byte order mark, else Windows-1252 or Latin-1.

    Raises
    ------
    CohortError
        If the bytes are no text.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _decoded(content[len(mark) :], encoding, is_guess=False)
    encoding = _without_mark(content)
    return _decoded(content, encoding, is_guess=encoding != "utf-8")


def has_control_characters(text: str) -> bool:
    """Whether a text holds what no text of a table does; tab and ends of lines may occur."""
    return _CONTROL.search(text) is not None


def _without_mark(content: bytes) -> str:
    """UTF-16 shows as a zero byte beside nearly every Latin letter; the rest is told by decoding."""
    sample = content[:4096]
    half = len(sample) // 2
    if half and sample[1::2].count(0) > 0.6 * half and sample[::2].count(0) < 0.1 * half:
        return "utf-16-le"
    if half and sample[::2].count(0) > 0.6 * half and sample[1::2].count(0) < 0.1 * half:
        return "utf-16-be"
    for encoding in ("utf-8", "cp1252"):
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _decoded(content: bytes, encoding: str, *, is_guess: bool) -> DecodedText:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError as error:
        raise CohortError(
            "the table's text cannot be decoded",
            got=f"bytes that are no {_NAMES[encoding]}",
            allowed="text in UTF-8, UTF-16 or Latin-1",
            remedy="Save the table again as CSV UTF-8.",
        ) from error
    if has_control_characters(text):
        raise CohortError(
            "this is no table",
            got="bytes that are no text",
            allowed="text (comma, semicolon, tab or bar between cells), Excel (.xlsx) or Parquet",
            remedy="Save the table as CSV UTF-8.",
        )
    return DecodedText(text, _NAMES[encoding], is_guess)
