"""Zip archives of an upload: bent directories, bombs of several shapes, paths that lead out, many files."""

from __future__ import annotations

import io
import warnings
import zipfile
from functools import lru_cache
from random import Random

from gepnet_core.imaging.pixels.intake import Source
from tests.fuzz.choices import WHOLE, cut, damaged
from tests.fuzz.dicom_files import bent_image, bent_region, sound_series

_NAMES = (
    *(
        "../up.dcm",
        "/root.dcm",
        "C:\\x.dcm",
        "a/../../b",
        "\\\\server\\x",
        "a\0b.dcm",
        "." * 300,
        "x" * 60_000,
    ),
    *(
        "slice.dcm",
        "SLICE.DCM",
        "__MACOSX/x",
        ".DS_Store",
        "a//b",
        "",
        " ",
        "inner.zip",
        "mask.nii.gz",
        "é\u202e.dcm",
    ),
)
# Each file of the second is small enough to be taken for an image; together they are a bomb.
_BOMBS = ((10_000, 0), (700, 2_000_000), (1, 30_000_000))
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def bent_upload(random: Random) -> list[Source]:
    """An archive beside a sound slice."""
    data = _archive(random, depth=0)
    how = random.random()
    if how < 0.3:
        data = damaged(random, data)
    elif how < 0.4:
        data = cut(random, data)
    elif how < 0.6:
        data = _directory_bent(random, data)
    return [sound_series()[0], Source("study.zip", data)]


def _archive(random: Random, depth: int) -> bytes:
    if random.random() < 0.05:
        return _filled(*random.choice(_BOMBS))
    buffer = io.BytesIO()
    with (
        warnings.catch_warnings(),
        zipfile.ZipFile(buffer, "w", random.choice(_METHODS), compresslevel=1) as archive,
    ):
        warnings.simplefilter("ignore")  # a name may stand twice
        for _ in range(random.choice((0, 1, 2, 4))):
            archive.writestr(_name(random), _content(random, depth))
    return buffer.getvalue()


@lru_cache(maxsize=len(_BOMBS))
def _filled(count: int, size: int) -> bytes:
    """So many files of so many zeros."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for k in range(count):
            archive.writestr(f"{k}.dcm", bytes(size))
    return buffer.getvalue()


def _name(random: Random) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo("x")
    entry.filename = random.choice(_NAMES)
    entry.compress_type = random.choice(_METHODS)
    return entry


def _content(random: Random, depth: int) -> bytes:
    kind = random.randrange(5)
    if kind == 0 and depth < 4:
        return _archive(random, depth + 1)
    if kind == 1:
        return bent_image(random)
    if kind == 2:
        return bent_region(random)
    return random.choice(sound_series()).data


def _directory_bent(random: Random, data: bytes) -> bytes:
    """One field of the central directory, or of its end record, says something else."""
    out = bytearray(data)
    mark = random.choice((b"PK\x01\x02", b"PK\x01\x02", b"PK\x05\x06", b"PK\x03\x04"))
    at = out.find(mark) if random.random() < 0.5 else out.rfind(mark)
    if at < 0:
        return data
    offset = random.randrange(4, 46 if mark == b"PK\x01\x02" else 22)
    value = random.choice((*WHOLE, 2**31, 2**32 - 1, 1_400_000_000, 1, 8, 12, 14, 99))
    size = random.choice((1, 2, 4))
    out[at + offset : at + offset + size] = (value & (256**size - 1)).to_bytes(size, "little")
    return bytes(out)
