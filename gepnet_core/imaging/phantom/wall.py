"""Body wall and skeleton of the phantom; see `phantom_anatomy` for the coordinates."""

from __future__ import annotations

from math import cos, sin

import numpy as np

from gepnet_core.imaging.phantom.shapes import Ellipsoid, Loft, Outline, Point, Tube
from gepnet_core.imaging.phantom.tissue import Organ, Tissue

RIB_SPACING_MM = 27.0
VERTEBRA_SPACING_MM = 30.0
# Bones repeat over more height than any sensible stack, so that other stacks are complete too.
_REPEATS = range(-8, 9)


def _mirrored(right_half: tuple[Point, ...]) -> tuple[Point, ...]:
    """Close a half outline, from front to back midline, with its mirror image."""
    return right_half + tuple((-x, y) for x, y in reversed(right_half) if abs(x) > 1e-9)


def _column(centre: Point, points: tuple[Point, ...], inset_mm: float = 0.0) -> Loft:
    """The same cross-section at every height."""
    return Loft([Outline(0.0, centre, points)], cap_mm=1e6, inset_mm=inset_mm)


def body_wall() -> list[Organ]:
    """Skin, fat, muscle and the fat of the cavity: the same at every height, painted before the organs."""
    skin = _mirrored(
        (
            (0, -110),
            (52, -108),
            (104, -90),
            (146, -54),
            (167, 0),
            (156, 52),
            (120, 92),
            (70, 112),
            (26, 110),
            (0, 104),
        )
    )
    muscle = _mirrored(
        (
            (0, -95),
            (52, -93),
            (100, -75),
            (136, -42),
            (151, 2),
            (140, 48),
            (106, 82),
            (62, 99),
            (22, 97),
            (0, 92),
        )
    )
    cavity = _mirrored(
        (
            (0, -88),
            (50, -85),
            (93, -67),
            (127, -37),
            (140, 2),
            (130, 44),
            (98, 74),
            (62, 84),
            (30, 76),
            (0, 70),
        )
    )
    return [
        (Tissue.SKIN, _column((0, 0), skin)),
        (Tissue.FAT, _column((0, 0), skin, inset_mm=2.5)),
        (Tissue.MUSCLE, _column((0, 0), muscle)),
        (Tissue.FAT, _column((0, 0), cavity)),
    ]


def skeleton() -> list[Organ]:
    """Vertebrae, ribs, and the muscles that lie against the spine."""
    organs: list[Organ] = []
    for side in (-1, 1):
        organs.append((Tissue.MUSCLE, Ellipsoid((side * 38.0, 84.0, 0.0), (30, 15.5, 1e4), side * 6.0)))
        organs.append((Tissue.MUSCLE, Ellipsoid((side * 31.0, 58.0, -80.0), (13, 15, 62))))
    organs.append((Tissue.MUSCLE, Ellipsoid((-9.0, 26.0, 40.0), (4.2, 17, 110), 16.0)))
    organs.append((Tissue.MUSCLE, Ellipsoid((23.0, 32.0, 40.0), (3.8, 15, 95), -14.0)))
    for k in _REPEATS:
        z = k * VERTEBRA_SPACING_MM + 6.0
        organs.append((Tissue.BONE_CORTEX, Ellipsoid((0, 94, z - 8), (4, 11, 13))))
        organs.append((Tissue.BONE_MARROW, Ellipsoid((0, 93, z - 8), (2, 8, 10))))
        for side in (-1, 1):
            organs.append(
                (Tissue.BONE_CORTEX, Ellipsoid((side * 26.0, 76.0, z + 4), (17, 4.5, 8), side * 14.0))
            )
            organs.append(
                (Tissue.BONE_MARROW, Ellipsoid((side * 26.0, 76.0, z + 4), (14, 2.5, 6), side * 14.0))
            )
    body = (
        (0, 35),
        (14, 38),
        (21, 48),
        (19, 60),
        (11, 66),
        (0, 64),
        (-11, 66),
        (-19, 60),
        (-21, 48),
        (-14, 38),
    )
    organs.append((Tissue.BONE_CORTEX, Ellipsoid((0, 73, 0), (15, 14, 1e4))))
    organs.append((Tissue.BONE_CORTEX, _column((0, 50), body)))
    organs.append((Tissue.BONE_MARROW, _column((0, 50), body, inset_mm=1.8)))
    organs.append((Tissue.FAT, Ellipsoid((0, 74, 0), (10.5, 9, 1e4))))
    organs.append((Tissue.CORD, Ellipsoid((0, 74, 0), (8.5, 7, 1e4))))
    organs.extend(_ribs())
    return organs


def _ribs() -> list[Organ]:
    """Ribs run down and forward along the chest wall, so that each slice cuts several of them obliquely."""
    organs: list[Organ] = []
    turns = np.deg2rad(np.arange(22.0, 138.1, 8.0))
    for k in _REPEATS:
        for side in (-1, 1):
            path = [
                (side * 145.0 * sin(t), 3.0 + 88.0 * cos(t), k * RIB_SPACING_MM + 60.0 - 52.0 * (t - 0.4))
                for t in turns
            ]
            organs.append((Tissue.BONE_CORTEX, Tube(tuple((x, y, z, 5.0) for x, y, z in path))))
            organs.append((Tissue.BONE_MARROW, Tube(tuple((x, y, z, 3.3) for x, y, z in path))))
    return organs
