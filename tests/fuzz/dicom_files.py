"""DICOM images and region files: sound ones as seeds, and ways to bend them."""

from __future__ import annotations

import struct
from copy import deepcopy
from functools import lru_cache
from io import BytesIO
from random import Random

import numpy as np
from pydicom import dcmread
from pydicom.encaps import encapsulate
from pydicom.uid import JPEG2000Lossless, JPEGLSLossless, RLELossless

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.dicom import write_study
from gepnet_core.imaging.phantom.phantom import Phantom
from gepnet_core.imaging.phantom.rois import write_rtstruct, write_seg, write_sr
from gepnet_core.imaging.pixels.intake import Source
from tests.fuzz.choices import NUMBERS, TEXTS, WHOLE, cut, damaged
from tests.fuzz.dicom_tree import LONG, UNDEFINED, Node, Tree, parse_tree
from tests.imaging import hostile

CANARY = "QZXCANARY"
"""Stands in every name of the seeds; no message may repeat it."""

_NAMES = {"PatientName": f"{CANARY}^A", "PatientID": CANARY, "InstitutionName": CANARY}
_SYNTAXES = (
    *("1.2.840.10008.1.2", "1.2.840.10008.1.2.1", "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2"),
    *("1.2.840.10008.1.2.5", "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.57"),
    *("1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2.4.80", "1.2.840.10008.1.2.4.81", "1.2.840.10008.1.3.10"),
    *("1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.100", "", "1.2", "x"),
)
_VRS = (*sorted(LONG), b"AE", b"AS", b"AT", b"CS", b"DA", b"DS", b"DT", b"FL", b"FD", b"IS", b"LO", b"UI")
_VRS_MORE = (b"US", b"SS", b"UL", b"SL", b"PN", b"TM", b"SH", b"ST", b"LT", b"\0\0", b"??")
# The elements on which decoding and geometry rest are bent far more often than others.
_CENTRAL = frozenset(
    (
        *(0x00080005, 0x00080008, 0x00080016, 0x00080060, 0x00200032, 0x00200037, 0x00280002, 0x00280004),
        *(0x00280008, 0x00280010, 0x00280011, 0x00280030, 0x00280100, 0x00280101, 0x00280102, 0x00280103),
        *(0x00280120, 0x00281052, 0x00281053, 0x00281054, 0x7FE00010, 0x52009229, 0x52009230, 0x30060039),
        *(0x30060050, 0x30060042, 0x0040A730, 0x00700022, 0x00700023, 0x00620002, 0x00620001, 0x0062000E),
    )
)


@lru_cache(maxsize=1)
def phantom() -> Phantom:
    """One phase of the small phantom."""
    return hostile.one_phase(hostile.small_phantom(), Phase.HAP)


@lru_cache(maxsize=1)
def sound_series() -> tuple[Source, ...]:
    """Its eight slices, with the canary in their names."""
    return tuple(write_study(phantom(), identifiers=_NAMES))


@lru_cache(maxsize=1)
def image_seeds() -> tuple[Tree, ...]:
    """Single slices plain and compressed in three ways, and a multi-frame image."""
    data = sound_series()[3].data
    enhanced = write_study(phantom(), enhanced=True, identifiers=_NAMES)[0].data
    return tuple(parse_tree(one) for one in (data, *_compressed(data), enhanced))


def _compressed(data: bytes) -> list[bytes]:
    from PIL import Image

    found = []
    for syntax, plugin in ((RLELossless, "pydicom"), (JPEGLSLossless, "pyjpegls")):
        dataset = dcmread(BytesIO(data))
        dataset.compress(syntax, encoding_plugin=plugin, generate_instance_uid=False)
        found.append(_file(dataset))
    dataset = dcmread(BytesIO(data))
    stored = dataset.pixel_array.astype(np.int32)
    frame = BytesIO()
    Image.fromarray((stored - stored.min()).astype(np.uint16)).save(frame, "JPEG2000", no_jp2=True)
    dataset.PixelRepresentation = 0
    dataset.PixelData = encapsulate([frame.getvalue()])
    dataset["PixelData"].is_undefined_length = True
    dataset.file_meta.TransferSyntaxUID = JPEG2000Lossless
    found.append(_file(dataset))
    return found


def _file(dataset: object) -> bytes:
    buffer = BytesIO()
    dataset.save_as(buffer, enforce_file_format=True)  # type: ignore[attr-defined]
    return buffer.getvalue()


@lru_cache(maxsize=1)
def region_seeds() -> tuple[Tree, ...]:
    """A structure set, a report, and segmentations plain and compressed, on the sound series."""
    structures, report, masks = (w(phantom(), Phase.HAP).data for w in (write_rtstruct, write_sr, write_seg))
    return tuple(parse_tree(data) for data in (structures, report, masks, *_fractional(masks)))


def _fractional(data: bytes) -> list[bytes]:
    """The segmentation in bytes instead of bits, compressed in two ways."""
    found = []
    for syntax, plugin in ((RLELossless, "pydicom"), (JPEGLSLossless, "pyjpegls")):
        dataset = dcmread(BytesIO(data))
        values = dataset.pixel_array.astype(np.uint8) * np.uint8(255)
        dataset.SegmentationType, dataset.SegmentationFractionalType = "FRACTIONAL", "OCCUPANCY"
        dataset.MaximumFractionalValue = 255
        dataset.BitsAllocated, dataset.BitsStored, dataset.HighBit = 8, 8, 7
        dataset.PixelData = values.tobytes() + b"\0" * (values.size % 2)
        dataset["PixelData"].VR = "OB"
        dataset.compress(syntax, encoding_plugin=plugin, generate_instance_uid=False)
        found.append(_file(dataset))
    return found


def bent_image(random: Random) -> bytes:
    """One image, bent."""
    return bent(random, random.choice(image_seeds()))


def bent_region(random: Random) -> bytes:
    """One region file, bent."""
    return bent(random, random.choice(region_seeds()))


def bent(random: Random, seed: Tree) -> bytes:
    """A seed, bent in a few places or in none, and written in one of the ways to write it."""
    tree = seed.copy()
    for _ in range(random.choice((0, 1, 1, 1, 2, 3, 6))):
        _bend(random, tree)
    if random.random() < 0.2:
        syntax = random.choice(_SYNTAXES).encode()
        for node in tree.meta:
            if node.tag == 0x00020010:
                node.value = syntax + b"\0" * (len(syntax) % 2)
    how = random.random()
    data = tree.written(
        implicit=0.06 < how < 0.1, big=0.1 < how < 0.13, deflated=0.13 < how < 0.18, preamble=how > 0.03
    )
    last = random.random()
    if last < 0.1:
        return cut(random, data)
    if last < 0.2:
        return damaged(random, data)
    if last < 0.25:  # in the header alone
        return damaged(random, data[:1500]) + data[1500:]
    return data


def _bend(random: Random, tree: Tree) -> None:
    places = tree.holders()
    central = [place for place in places if place[0][place[1]].tag in _CENTRAL]
    chosen = central if central and random.random() < 0.6 else places
    if not chosen:
        return
    nodes, index = random.choice(chosen)
    node = nodes[index]
    match random.randrange(12):
        case 0 | 1 | 2 | 3:
            node.value = _value(random, node)
        case 4:
            node.length = random.choice(
                (0, 1, 2, 3, 255, 65535, 65534, UNDEFINED, UNDEFINED - 1, 2**31, 2**31 - 1, 2**24)
            )
        case 5:
            node.vr = random.choice(_VRS + _VRS_MORE)
        case 6:
            del nodes[index]
        case 7:
            copies = random.choice((1, 1, 2, 30))
            nodes[index:index] = [node.copy() for _ in range(copies)]
        case 8:
            other = random.randrange(len(nodes))
            nodes[index], nodes[other] = nodes[other], nodes[index]
        case 9:
            nodes.insert(index, _nested(random, node.tag if random.random() < 0.5 else 0x00081140))
        case 10:
            holder, place = random.choice(places)
            node.value = deepcopy(holder[place].value)
        case _:
            if isinstance(node.value, list) and node.value:
                node.value = node.value * random.choice((0, 2, 3, 200))
            else:
                node.tag = random.choice(
                    (*_CENTRAL, 0x00091001, 0xFFFEE000, 0xFFFEE00D, 0xFFFEE0DD, 0, UNDEFINED)
                )


def _value(random: Random, node: Node) -> bytes | list[list[Node]]:
    value = node.value
    if isinstance(value, list):
        if not value or random.random() < 0.3:
            return random.choice((b"", b"\0\0", b"text"))
        return (
            random.sample(value, len(value))
            if random.random() < 0.5
            else value[: random.randrange(len(value))]
        )
    if node.tag == 0x7FE00010:
        return _pixels(random, value)
    if node.vr in (b"US", b"SS", b"UL", b"SL") and random.random() < 0.85:
        return random.choice(WHOLE).to_bytes(2 if node.vr in (b"US", b"SS") else 4, "little")
    if node.vr in (b"FL", b"FD") and random.random() < 0.85:
        number = random.choice((0.0, -1.0, 1e30, 3e38, float("nan"), float("inf"), 1e-40))
        return struct.pack("<f" if node.vr == b"FL" else "<d", number) * random.choice((1, 2, 3, 4))
    if node.vr in (b"DS", b"IS") and random.random() < 0.85:
        parts = value.split(b"\\")
        for _ in range(random.choice((1, 1, 2, len(parts)))):
            parts[random.randrange(len(parts))] = random.choice(NUMBERS).encode("utf-8")
        if random.random() < 0.1:
            parts = parts * random.choice((0, 2, 3, 1000))
        return b"\\".join(parts)[:65_534]
    if random.random() < 0.5:
        return random.choice(TEXTS).encode("utf-8", "surrogatepass")[:65_534]
    return damaged(random, value)


def _pixels(random: Random, value: bytes) -> bytes:
    kind = random.randrange(5)
    if kind == 0:
        return cut(random, value)
    if kind == 1:  # item headers and the head of the codestream
        return damaged(random, value[:200], 4) + value[200:]
    if kind == 2:
        at = random.randrange(min(len(value), 160) + 1)
        return value[:at] + random.choice(WHOLE).to_bytes(2, "big") + value[at + 2 :]
    if kind == 3:
        return random.choice(
            (b"", b"\xfe\xff\x00\xe0" * 50, value + value, b"\xfe\xff\x00\xe0\0\0\0\0" * 3000)
        )
    return damaged(random, value)


def _nested(random: Random, tag: int) -> Node:
    """A sequence in a sequence in a sequence, with or without lengths."""
    depth = random.choice((1, 5, 40, 400, 3000))
    head = struct.pack("<HH", tag >> 16, tag & 0xFFFF)
    if random.random() < 0.5:
        body = (head + b"SQ\0\0\xff\xff\xff\xff" + b"\xfe\xff\x00\xe0\xff\xff\xff\xff") * depth
        return Node(tag, b"SQ", b"\xfe\xff\x00\xe0\xff\xff\xff\xff" + body, UNDEFINED)
    inner = b""
    for _ in range(min(depth, 400)):
        item = b"\xfe\xff\x00\xe0" + struct.pack("<L", len(inner)) + inner
        inner = head + b"SQ\0\0" + struct.pack("<L", len(item)) + item
    return Node(tag, b"SQ", b"\xfe\xff\x00\xe0" + struct.pack("<L", len(inner)) + inner)
