"""The phantom of a quiz case: what the images of its patient would look like, and where its ovals lie."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from functools import cache

import numpy as np

from gepnet_core.enhancement.parameters import value
from gepnet_core.enhancement.tube_voltage import tube_voltage
from gepnet_core.imaging.phantom.phantom import PhantomScene, PhaseEnhancement, make_phantom, read_scene
from gepnet_core.imaging.phantom.voxels import PhantomGrid
from gepnet_core.imaging.rois.roi import Ellipse
from gepnet_core.teaching.quiz_case import QuizImage
from gepnet_core.teaching.quiz_data import load_quiz_settings

_BACKGROUND_SCENE = "net"
"""All scenes of the file share their background."""

_OWN = ("lesion", "liver", "necrosis")


@dataclass(frozen=True)
class QuizOvals:
    """Where the report's ovals lie on the phantom: in every case of the quiz the same."""

    lesion: Ellipse
    liver: Ellipse


@cache
def quiz_ovals(grid: PhantomGrid) -> QuizOvals:
    """The ovals of a grid: in the middle of the largest lesion, and in liver beside it.

    They are those of a lesion without a core, so that they tell nothing of a case.
    """
    scene = read_scene(_BACKGROUND_SCENE, grid)
    plain = replace(scene.layout, necrotic_core=0.0)
    truth = make_phantom(replace(scene, layout=plain, noise_sd_hu=0.0)).truth
    return QuizOvals(truth.lesion.oval, truth.liver.oval)


def quiz_scene(image: QuizImage, grid: PhantomGrid) -> PhantomScene:
    """Scene of a case: lesion and liver have its readings, the other organs those of the phantom.

    Parameters
    ----------
    image : QuizImage
        It names what went wrong: paint it and show the pixels alone.
    grid : PhantomGrid

    Returns
    -------
    PhantomScene
        A necrotic core has the share of the lesion's oval that the pitfall states; at another tube voltage
        the other organs are brighter as well. Its oval and phase names are the case's.
    """
    scene = read_scene(_BACKGROUND_SCENE, grid)
    phases = {}
    for phase, (lesion, liver) in image.hu.items():
        organs = _at_voltage(scene.phases[image.vessels[phase]], image.kvp)
        phases[phase] = replace(organs, lesion=float(lesion), liver=float(liver))
    core = _core(scene, grid) if image.has_necrosis else 0.0
    layout = replace(scene.layout, necrotic_core=core)
    return replace(scene, phases=phases, layout=layout, seed=image.seed)


def _core(scene: PhantomScene, grid: PhantomGrid) -> float:
    """Radius of the core as a share of the lesion's, with the pitfall's share of the oval on its slice.

    A core of radius c r has the area pi rx ry (c^2 - z^2 / rz^2) at a height z from its middle; z^2 is meant
    over the thickness of the slice.
    """
    lesion, oval = scene.layout.lesions[0], quiz_ovals(grid).lesion
    part = oval.rx * oval.ry * grid.pixel_mm**2 / (lesion.radii_mm[0] * lesion.radii_mm[1])
    off = float(np.abs(grid.geometry().slice_positions_mm - lesion.centre_mm[2]).min())
    height = (off**2 + grid.slice_mm**2 / 12) / lesion.radii_mm[2] ** 2
    return float(np.sqrt(load_quiz_settings().necrotic_share * part + height))


def _at_voltage(organs: PhaseEnhancement, kvp: int) -> PhaseEnhancement:
    """Organs at a tube voltage: what is above unenhanced blood is taken for iodine."""
    factor, unenhanced = tube_voltage(kvp).iodine_factor, value("unenhanced_blood_hu")
    return replace(
        organs,
        **{
            item.name: hu + (factor - 1) * max(hu - unenhanced, 0.0)
            for item in fields(organs)
            if item.name not in _OWN and (hu := getattr(organs, item.name)) is not None
        },
    )
