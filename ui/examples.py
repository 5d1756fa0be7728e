"""Invented images that every session is shown alike: made when first asked for, then kept for all.

They hold nothing of a user, and making them takes seconds. Who asks meanwhile waits: a class that opens
them at once would make them thirty times, one beside the other.
"""

from __future__ import annotations

from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gepnet_core.imaging.phantom.phantom import PreparedPhantom
    from gepnet_core.imaging.pixels.intake import Source

EXAMPLE_SCENE = "net"

_MAKING_IMAGES = Lock()
_MAKING_PHANTOM = Lock()


def example_images() -> tuple[Source, ...]:
    """The files of the example study: three phases of a phantom with known HU."""
    with _MAKING_IMAGES:
        return _images()


def teaching_phantom() -> PreparedPhantom:
    """The anatomy and the noise of every lesson; its arrays cannot be written to."""
    with _MAKING_PHANTOM:
        return _phantom()


@cache
def _images() -> tuple[Source, ...]:
    from gepnet_core.imaging.phantom.dicom import write_study
    from gepnet_core.imaging.phantom.phantom import make_phantom, read_scene

    return tuple(write_study(make_phantom(read_scene(EXAMPLE_SCENE))))


@cache
def _phantom() -> PreparedPhantom:
    from gepnet_core.imaging.phantom.enhancement import prepare_teaching_phantom

    prepared = prepare_teaching_phantom()
    voxels = prepared.voxels
    for labels in (voxels.tissue, voxels.mixed_index, voxels.mixed_first, voxels.mixed_second):
        labels.flags.writeable = False
    for values in (voxels.mixed_share, *prepared.unit_noise.values()):
        values.flags.writeable = False
    return prepared
