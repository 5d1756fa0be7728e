"""Reading CT beside SimpleITK: the same files, from disk to HU in memory."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import SimpleITK
from pydicom.uid import UID, ExplicitVRLittleEndian, RLELossless

from benchmarks.timing import Timing, milliseconds
from gepnet_core.imaging.phantom.dicom import write_study
from gepnet_core.imaging.phantom.phantom import make_phantom, read_scene
from gepnet_core.imaging.phantom.voxels import PhantomGrid
from gepnet_core.imaging.pixels.intake import Source, read_sources
from gepnet_core.imaging.series.study import read_study, read_volume
from gepnet_core.imaging.volume import HuVolume

SLICES = 60
REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "dicom"


@cache
def three_phases(syntax: UID = ExplicitVRLittleEndian) -> list[Source]:
    """The phantom's three phases, 60 slices of 512 x 512 each."""
    phantom = make_phantom(read_scene("net", PhantomGrid(n_slices=SLICES, slice_mm=2.0)))
    return write_study(phantom, syntax=syntax)


def sixty_slices(syntax: UID = ExplicitVRLittleEndian) -> list[Source]:
    """The hepatic artery phase alone."""
    return three_phases(syntax)[:SLICES]


def read_ours(folder: Path) -> HuVolume:
    """From a folder to HU: headers, checks, order, pixels."""
    return read_volume(read_study(read_sources(folder)).series[0])


def read_itk(files: list[str]) -> np.ndarray:
    """The same files, their order already known, to an array of HU."""
    reader = SimpleITK.ImageSeriesReader()
    reader.SetFileNames(files)
    return np.asarray(SimpleITK.GetArrayFromImage(reader.Execute()))


def _beside(name: str, folder: Path, goal: float | None) -> list[Timing]:
    files = [str(path) for path in sorted(folder.iterdir())]
    ours, itk = _in_turns(lambda: read_ours(folder), lambda: read_itk(files))
    ratio = tuple(a / b for a, b in zip(ours, itk, strict=True))
    return [
        Timing(f"Read {len(files)} slices, {name}", ours),
        Timing(f"SimpleITK, the same {len(files)}", itk),
        Timing(f"Ours, times SimpleITK, {name}", ratio, "", goal=goal),
    ]


def _in_turns(
    ours: Callable[[], object], theirs: Callable[[], object]
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Turn by turn, so that what else the machine does falls on both alike."""
    ours(), theirs()
    pairs = [
        (milliseconds(ours, repeat=1, warm_up=0)[0], milliseconds(theirs, repeat=1, warm_up=0)[0])
        for _ in range(7)
    ]
    return tuple(a for a, _ in pairs), tuple(b for _, b in pairs)


def run() -> list[Timing]:
    """Uncompressed and RLE slices of the phantom; JPEG 2000 and JPEG-LS where the real files are."""
    timings: list[Timing] = []
    for name, syntax, goal in (
        ("uncompressed", ExplicitVRLittleEndian, 1.2),
        ("RLE", RLELossless, None),
    ):
        with tempfile.TemporaryDirectory() as folder:
            for source in sixty_slices(syntax):
                (Path(folder) / Path(source.name).name).write_bytes(source.data)
            timings += _beside(name, Path(folder), goal)
    for name, folder_name, goal in (
        ("JPEG 2000", "totalseg_abdomen/ct", 1.2),
        ("JPEG-LS", "ohif_nlst_sybil/ct", None),
    ):
        if (REAL / folder_name).exists():
            timings += _beside(name, REAL / folder_name, goal)
    return timings
