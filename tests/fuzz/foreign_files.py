"""Files of other makers as seeds, where they lie beside the project: scanners, segmenters and toolkits."""

from __future__ import annotations

import struct
import warnings
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from random import Random

from pydicom import dcmread
from pydicom.errors import InvalidDicomError
from pydicom.uid import ExplicitVRLittleEndian

from gepnet_core.imaging.pixels.intake import Source
from tests.fuzz.choices import cut, damaged
from tests.fuzz.dicom_files import bent
from tests.fuzz.dicom_tree import Tree, parse_tree

_FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "dicom"
_LARGEST = 700_000
"""Bytes; a larger file says nothing that a smaller one does not, and takes longer."""


@lru_cache(maxsize=1)
def foreign_paths() -> tuple[Path, ...]:
    """DICOM and NIfTI files in the order of their names; none where the folder is missing."""
    found = (*_FOLDER.rglob("*.dcm"), *_FOLDER.rglob("*.nii.gz"), *_FOLDER.rglob("*.nii"))
    return tuple(sorted(path for path in found if path.stat().st_size <= _LARGEST))


@cache
def _tree(path: Path) -> Tree | None:
    """The file taken apart, written anew as the tree expects it; None where that cannot be done."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            dataset = dcmread(path)
            syntax = dataset.file_meta.TransferSyntaxUID
            if not syntax.is_encapsulated:
                dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
            buffer = BytesIO()
            dataset.save_as(buffer, implicit_vr=False, little_endian=True)
            tree = parse_tree(buffer.getvalue())
        except (InvalidDicomError, AttributeError, ValueError, OSError, KeyError, struct.error):
            return None
    return tree if tree.written() == buffer.getvalue() else None


def bent_foreign(random: Random) -> list[Source]:
    """One such file, bent, alone or among sound ones of its folder."""
    path = random.choice(foreign_paths())
    tree, bend = _tree(path), random.choice((cut, damaged))
    data = bend(random, path.read_bytes()) if tree is None else bent(random, tree)
    beside = [other for other in foreign_paths() if other.parent == path.parent and other != path]
    company = random.sample(beside, min(len(beside), random.choice((0, 0, 3))))
    return [Source(f"x{path.suffix}", data), *(Source(p.name, p.read_bytes()) for p in company)]
