"""A DICOM file as a tree that may be bent: each element's tag, VR, stated length and value are free.

Only well-formed explicit little endian is parsed (the seeds are written so); anything may be written.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

LONG = frozenset((b"OB", b"OW", b"OD", b"OF", b"OL", b"OV", b"UN", b"SQ", b"UT", b"UC", b"UR", b"SV", b"UV"))
UNDEFINED = 0xFFFFFFFF
_META_END = 0x00030000


@dataclass
class Node:
    """One element; ``length`` replaces the true one where it is not None."""

    tag: int
    vr: bytes
    value: bytes | list[list[Node]]
    length: int | None = None

    def copy(self) -> Node:
        """The same element, to be bent apart from this one; several times faster than `copy.deepcopy`."""
        value = self.value
        if not isinstance(value, bytes):
            value = [[node.copy() for node in item] for item in value]
        return Node(self.tag, self.vr, value, self.length)

    def written(self, *, implicit: bool = False, big: bool = False) -> bytes:
        """The element as bytes."""
        order = ">" if big else "<"
        head = struct.pack(order + "HH", self.tag >> 16, self.tag & 0xFFFF)
        if isinstance(self.value, bytes):
            body = self.value
        else:
            items = []
            for item in self.value:
                inner = b"".join(node.written(implicit=implicit, big=big) for node in item)
                items.append(struct.pack(order + "HHL", 0xFFFE, 0xE000, len(inner)) + inner)
            body = b"".join(items)
        length = len(body) if self.length is None else self.length
        if implicit:
            return head + struct.pack(order + "L", length & UNDEFINED) + body
        if self.vr in LONG:
            return head + self.vr + b"\0\0" + struct.pack(order + "L", length & UNDEFINED) + body
        return head + self.vr + struct.pack(order + "H", length & 0xFFFF) + body


@dataclass
class Tree:
    """File meta information and dataset."""

    meta: list[Node]
    nodes: list[Node]

    def copy(self) -> Tree:
        return Tree([node.copy() for node in self.meta], [node.copy() for node in self.nodes])

    def written(
        self, *, implicit: bool = False, big: bool = False, deflated: bool = False, preamble: bool = True
    ) -> bytes:
        """The file as bytes."""
        meta = b"".join(node.written() for node in self.meta)
        body = b"".join(node.written(implicit=implicit, big=big) for node in self.nodes)
        if deflated:
            packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
            body = packer.compress(body) + packer.flush()
        return (bytes(128) + b"DICM" if preamble else b"") + meta + body

    def holders(self) -> list[tuple[list[Node], int]]:
        """Every element with the list that holds it."""
        return list(_holders(self.nodes))


def _holders(nodes: list[Node]) -> Iterator[tuple[list[Node], int]]:
    for index, node in enumerate(nodes):
        yield nodes, index
        if isinstance(node.value, list):
            for item in node.value:
                yield from _holders(item)


def parse_tree(data: bytes) -> Tree:
    """The tree of a sound explicit little endian file."""
    nodes = _nodes(data, 132, len(data))
    return Tree([n for n in nodes if n.tag < _META_END], [n for n in nodes if n.tag >= _META_END])


def _nodes(data: bytes, at: int, end: int) -> list[Node]:
    found = []
    while at < end:
        group, element, vr = struct.unpack_from("<HH2s", data, at)
        if vr in LONG:
            (length,) = struct.unpack_from("<L", data, at + 8)
            at += 12
        else:
            (length,) = struct.unpack_from("<H", data, at + 6)
            at += 8
        tag = group << 16 | element
        if length == UNDEFINED:
            # Encapsulated pixel data, the last element of our seeds.
            found.append(Node(tag, vr, data[at:end], UNDEFINED))
            return found
        value = data[at : at + length]
        found.append(Node(tag, vr, _items(data, at, at + length) if vr == b"SQ" else value))
        at += length
    return found


def _items(data: bytes, at: int, end: int) -> list[list[Node]]:
    items = []
    while at < end:
        (length,) = struct.unpack_from("<L", data, at + 4)
        items.append(_nodes(data, at + 8, at + 8 + length))
        at += 8 + length
    return items
