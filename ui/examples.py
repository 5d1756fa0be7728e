"""Invented patients and images that every session is shown alike: made when first asked for, kept for all.

They hold nothing of a user, and making them takes seconds.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, wraps
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from gepnet_core.imaging.phantom.phantom import PreparedPhantom
    from gepnet_core.imaging.pixels.intake import Source

EXAMPLE_SCENE = "net"

Made = TypeVar("Made")


def made_once(make: Callable[[], Made]) -> Callable[[], Made]:
    """Keep what a function without arguments makes.

    Who asks meanwhile waits: a class that opens an example at once would make it thirty times, one beside the
    other.
    """
    kept, making = cache(make), Lock()

    @wraps(make)
    def asked() -> Made:
        with making:
            return kept()

    return asked


@made_once
def example_images() -> tuple[Source, ...]:
    """The files of the example study: three phases of a phantom with known HU."""
    from gepnet_core.imaging.phantom.dicom import write_study
    from gepnet_core.imaging.phantom.phantom import make_phantom, read_scene

    return tuple(write_study(make_phantom(read_scene(EXAMPLE_SCENE))))


@made_once
def teaching_phantom() -> PreparedPhantom:
    """The anatomy and the noise of every lesson; its arrays cannot be written to."""
    from gepnet_core.imaging.phantom.enhancement import prepare_teaching_phantom

    prepared = prepare_teaching_phantom()
    voxels = prepared.voxels
    for labels in (voxels.tissue, voxels.mixed_index, voxels.mixed_first, voxels.mixed_second):
        labels.flags.writeable = False
    for values in (voxels.mixed_share, *prepared.unit_noise.values()):
        values.flags.writeable = False
    return prepared
