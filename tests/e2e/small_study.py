"""A generated three-phase study, small enough that a browser takes it quickly."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import replace

from playwright.sync_api import FilePayload

from gepnet_core.case.phase import Phase
from gepnet_core.imaging.phantom.dicom import write_study
from gepnet_core.imaging.phantom.phantom import Phantom, make_phantom, read_scene
from gepnet_core.imaging.phantom.voxels import PhantomGrid
from tests.e2e.independent_hu import Stack, read_stack

GRID = PhantomGrid(rows=192, columns=192, n_slices=6, pixel_mm=2.0, slice_mm=5.0)


def make_small_phantom() -> Phantom:
    scene = read_scene("net")
    return make_phantom(replace(scene, layout=replace(scene.layout, grid=GRID), seed=7))


def study_files(phantom: Phantom) -> dict[str, bytes]:
    """Files by name, such as ``hap/0001.dcm``."""
    return {source.name: source.data for source in write_study(phantom)}


def stacks_of(study: Mapping[str, bytes]) -> dict[Phase, Stack]:
    return {
        phase: read_stack(data for name, data in study.items() if name.startswith(f"{phase}/"))
        for phase in Phase
    }


def many_files(study: Mapping[str, bytes]) -> list[FilePayload]:
    return [
        {"name": name.replace("/", "_"), "mimeType": "application/dicom", "buffer": data}
        for name, data in study.items()
    ]


def one_zip(study: Mapping[str, bytes]) -> list[FilePayload]:
    """One zip with folders inside folders."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in study.items():
            archive.writestr(f"export/disc 1/{name}", data)
    return [{"name": "study.zip", "mimeType": "application/zip", "buffer": buffer.getvalue()}]
