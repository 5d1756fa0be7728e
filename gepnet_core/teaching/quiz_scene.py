"""The phantom of a quiz case: what the images of its patient would look like."""

from __future__ import annotations

from dataclasses import fields, replace

from gepnet_core.enhancement.parameters import value
from gepnet_core.enhancement.tube_voltage import tube_voltage
from gepnet_core.imaging.phantom.phantom import PhantomScene, PhaseEnhancement, read_scene
from gepnet_core.imaging.phantom.voxels import PhantomGrid
from gepnet_core.teaching.quiz_case import QuizImage
from gepnet_core.teaching.quiz_data import load_quiz_settings

_BACKGROUND_SCENE = "net"
"""All scenes of the file share their background."""

_OWN = ("lesion", "liver", "necrosis")


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
        A necrotic core has the share of the lesion's cross-section that the pitfall states; at another tube
        voltage the other organs are brighter as well. Its oval and phase names are the case's.
    """
    scene = read_scene(_BACKGROUND_SCENE, grid)
    phases = {}
    for phase, (lesion, liver) in image.hu.items():
        organs = _at_voltage(scene.phases[image.vessels[phase]], image.kvp)
        phases[phase] = replace(organs, lesion=float(lesion), liver=float(liver))
    # Areas go with the square of radii.
    core = load_quiz_settings().necrotic_share ** 0.5 if image.has_necrosis else 0.0
    layout = replace(scene.layout, necrotic_core=core)
    return replace(scene, phases=phases, layout=layout, seed=image.seed)


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
