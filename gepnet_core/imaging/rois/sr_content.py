"""The content tree of a DICOM Structured Report, read tolerantly (DICOM PS3.3 C.17.3, C.18).

Real reports leave out values that the standard requires; an item is taken for what it holds, and one damaged
item spoils no other.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from gepnet_core.errors import DicomError
from gepnet_core.imaging.pixels.dicom_parse import Element

CONTENT_SEQUENCE = 0x0040A730
MAX_DEPTH = 32
MAX_ITEMS = 200_000
MAX_GRAPHIC_POINTS = 500_000


@dataclass(frozen=True)
class ImageReference:
    """The image, or frames or segments of it, that an item names."""

    sop_instance: str
    frames: tuple[int, ...]
    segments: tuple[int, ...]


@dataclass(frozen=True, eq=False, repr=False)
class ContentItem:
    """One item: its kind, its concept as ``(code value, meaning)``, its value, and what it contains.

    ``points`` are the numbers of a spatial coordinate, pairs for SCOORD and triples for SCOORD3D.
    """

    value_type: str
    concept: tuple[str, str]
    text: str
    has_number: bool
    graphic_type: str
    points: tuple[float, ...]
    frame_of_reference: str
    image: ImageReference | None
    target: tuple[int, ...]
    children: tuple[ContentItem, ...]

    def descendants(self) -> Iterator[ContentItem]:
        """Every item below this one, depth first."""
        for child in self.children:
            yield child
            yield from child.descendants()

    def at(self, path: tuple[int, ...]) -> ContentItem | None:
        """Item that a by-reference relationship names, counted from 1, the root first (C.17.3.2.5)."""
        item = self
        for number in path[1:]:
            if not 1 <= number <= len(item.children):
                return None
            item = item.children[number - 1]
        return item


def read_content(root: Element) -> ContentItem:
    """Content tree of a report.

    Raises
    ------
    DicomError
        The tree is deeper or larger than any report.
    """
    return _item(root, 0, [0])


def _item(element: Element, depth: int, count: list[int]) -> ContentItem:
    count[0] += 1
    if depth > MAX_DEPTH or count[0] > MAX_ITEMS:
        raise DicomError(
            "The structured report is too large",
            got=f"more than {MAX_DEPTH} levels or {MAX_ITEMS} items",
            remedy="Export the measurements alone.",
        )
    value_type = element.ascii(0x0040A040)
    return ContentItem(
        value_type=value_type,
        concept=_code(element, 0x0040A043),
        text=_text(element, value_type),
        has_number=any(measured.ascii(0x0040A30A) for measured in element.items(0x0040A300)),
        graphic_type=element.ascii(0x00700023),
        points=_float32s(element, 0x00700022) if value_type in {"SCOORD", "SCOORD3D"} else (),
        frame_of_reference=element.ascii(0x30060024),
        image=_image(element) if value_type in {"IMAGE", "COMPOSITE"} else None,
        target=_unsigned32s(element, 0x0040DB73),
        children=tuple(_item(child, depth + 1, count) for child in element.items(CONTENT_SEQUENCE)),
    )


def _code(element: Element, tag: int) -> tuple[str, str]:
    items = element.items(tag)
    return (items[0].ascii(0x00080100), items[0].text(0x00080104)) if items else ("", "")


def _text(element: Element, value_type: str) -> str:
    if value_type == "CODE":
        return _code(element, 0x0040A168)[1]
    return element.text(0x0040A160) if value_type == "TEXT" else ""


def _image(element: Element) -> ImageReference | None:
    items = element.items(0x00081199)
    if not items:
        return None
    one = items[0]
    frames = tuple(int(word) for word in one.words(0x00081160) if word.isascii() and word.isdigit())
    segments = tuple(
        int.from_bytes(pair, "little" if one.little_endian else "big")
        for pair in _chunks(one.values.get(0x0062000B, b""), 2)
    )
    return ImageReference(one.ascii(0x00081155), frames, segments)


def _chunks(raw: bytes, size: int) -> list[bytes]:
    return [raw[begin : begin + size] for begin in range(0, len(raw) - size + 1, size)]


def _float32s(element: Element, tag: int) -> tuple[float, ...]:
    """Values of a binary float element (FL)."""
    raw = element.values.get(tag, b"")
    count = len(raw) // 4
    if count > MAX_GRAPHIC_POINTS:
        raise DicomError(
            "A region of the structured report has too many points",
            allowed=f"up to {MAX_GRAPHIC_POINTS} numbers",
        )
    return struct.unpack(f"{'<' if element.little_endian else '>'}{count}f", raw[: 4 * count])


def _unsigned32s(element: Element, tag: int) -> tuple[int, ...]:
    little = element.little_endian
    return tuple(
        int.from_bytes(chunk, "little" if little else "big")
        for chunk in _chunks(element.values.get(tag, b""), 4)
    )
