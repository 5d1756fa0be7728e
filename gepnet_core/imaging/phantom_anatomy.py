"""The organs of the phantom: a schematic upper abdomen as an ordered list of (tissue, solid).

Later entries are painted over earlier ones. Millimetres; x to the patient's left, y to the back, z to the
head; the origin is in the middle of the body at the level of the porta hepatis. The shapes are drawn by hand
to be recognisable; they describe no person.
"""

from __future__ import annotations

from enum import IntEnum
from math import cos, pi, sin

import numpy as np

from gepnet_core.imaging.phantom_shapes import (
    Coverage,
    Ellipsoid,
    Loft,
    Outline,
    Plane,
    Point,
    Solid,
    Tube,
)

RIB_SPACING_MM = 27.0
VERTEBRA_SPACING_MM = 30.0
# Bones repeat over more height than any sensible stack, so that other stacks are complete too.
_REPEATS = range(-8, 9)


class Tissue(IntEnum):
    """What a voxel is made of."""

    AIR = 0
    FAT = 1
    SKIN = 2
    MUSCLE = 3
    LIVER = 4
    LESION = 5
    NECROSIS = 6
    SPLEEN = 7
    SPLEEN_RED_PULP = 8
    ARTERY = 9
    PORTAL_VEIN = 10
    HEPATIC_VEIN = 11
    INFERIOR_VENA_CAVA = 12
    RENAL_CORTEX = 13
    RENAL_MEDULLA = 14
    PANCREAS = 15
    GUT_WALL = 16
    GUT_CONTENT = 17
    GAS = 18
    BILE = 19
    BONE_CORTEX = 20
    BONE_MARROW = 21
    CORD = 22
    LUNG = 23


# HU of tissues whose enhancement the phantom does not follow: usual textbook magnitudes.
FIXED_HU: dict[Tissue, float] = {
    Tissue.AIR: -1000.0,
    Tissue.FAT: -100.0,
    Tissue.SKIN: 20.0,
    Tissue.GUT_CONTENT: 32.0,
    Tissue.GAS: -950.0,
    Tissue.BILE: 8.0,
    Tissue.BONE_CORTEX: 520.0,
    Tissue.BONE_MARROW: 145.0,
    Tissue.CORD: 35.0,
    Tissue.LUNG: -830.0,
}

Organ = tuple[Tissue, Solid]


class GasUnderSurface:
    """The part of a hollow organ above its fluid level: gas collects towards the front of a supine patient."""

    def __init__(self, lumen: Solid, level_y_mm: float) -> None:
        self._lumen = lumen
        self._level_y_mm = level_y_mm

    def cover(self, plane: Plane, z_mm: float) -> Coverage | None:
        lumen = self._lumen.cover(plane, z_mm)
        if lumen is None:
            return None
        y = plane.y_mm[lumen.window[0]]
        above = np.clip((np.float32(self._level_y_mm) - y) / np.float32(plane.edge_mm) + 0.5, 0.0, 1.0)
        return Coverage(lumen.row, lumen.column, lumen.values * above.astype(np.float32)[:, None])


class Mottled:
    """Bands within an organ: the uneven early enhancement of the spleen's red and white pulp."""

    def __init__(self, organ: Solid, wavelength_mm: float) -> None:
        self._organ = organ
        self._frequency = np.float32(2.0 * np.pi / wavelength_mm)

    def cover(self, plane: Plane, z_mm: float) -> Coverage | None:
        organ = self._organ.cover(plane, z_mm)
        if organ is None:
            return None
        x = plane.x_mm[organ.window[1]][None, :] * self._frequency
        y = plane.y_mm[organ.window[0]][:, None] * self._frequency
        z = np.float32(z_mm) * self._frequency
        bands = np.sin(x + 1.3 * np.sin(0.6 * y + 0.3 * z)) * np.sin(0.8 * y + 1.1 * np.sin(0.5 * x) + 0.4 * z)
        return Coverage(organ.row, organ.column, organ.values * (0.5 + 0.5 * bands).astype(np.float32))


def _mirrored(right_half: tuple[Point, ...]) -> tuple[Point, ...]:
    """Close a half outline, from front to back midline, with its mirror image."""
    return right_half + tuple((-x, y) for x, y in reversed(right_half) if abs(x) > 1e-9)


def _column(centre: Point, points: tuple[Point, ...], inset_mm: float = 0.0) -> Loft:
    """The same cross-section at every height."""
    return Loft([Outline(0.0, centre, points)], cap_mm=1e6, inset_mm=inset_mm)


def body_wall() -> list[Organ]:
    """Skin, fat, muscle and the fat of the cavity: the same at every height, painted before the organs."""
    skin = _mirrored(
        ((0, -110), (52, -108), (104, -90), (146, -54), (167, 0), (156, 52), (120, 92), (70, 112), (26, 110), (0, 104))
    )
    muscle = _mirrored(
        ((0, -95), (52, -93), (100, -75), (136, -42), (151, 2), (140, 48), (106, 82), (62, 99), (22, 97), (0, 92))
    )
    cavity = _mirrored(
        ((0, -88), (50, -85), (93, -67), (127, -37), (140, 2), (130, 44), (98, 74), (62, 84), (30, 76), (0, 70))
    )
    return [
        (Tissue.SKIN, _column((0, 0), skin)),
        (Tissue.FAT, _column((0, 0), skin, inset_mm=2.5)),
        (Tissue.MUSCLE, _column((0, 0), muscle)),
        (Tissue.FAT, _column((0, 0), cavity)),
    ]


def _lungs() -> list[Organ]:
    """Posterior costophrenic recesses, which the upper slices cut."""
    right = [
        Outline(28, (-88, 66), ((-108, 58), (-100, 68), (-86, 75), (-72, 77), (-64, 75), (-76, 70), (-92, 62))),
        Outline(60, (-84, 58), ((-130, 26), (-121, 50), (-98, 71), (-64, 81), (-34, 74), (-24, 54), (-50, 42), (-90, 36))),
        Outline(95, (-75, 0), ((-136, 0), (-122, 50), (-64, 81), (-26, 64), (-14, 0), (-40, -70), (-90, -66), (-124, -36))),
    ]
    left = [Outline(o.z_mm + 3, (-o.centre_mm[0], o.centre_mm[1]), tuple((-x, y) for x, y in o.points)) for o in right]
    return [(Tissue.LUNG, Loft(right, cap_mm=6)), (Tissue.LUNG, Loft(left, cap_mm=6))]


def _gut() -> list[Organ]:
    stomach = [
        Outline(-26, (62, -40), ((84, -44), (78, -28), (60, -22), (40, -28), (30, -42), (42, -56), (64, -60), (80, -56))),
        Outline(10, (66, -28), ((102, -36), (100, -6), (80, 14), (54, 8), (36, -10), (34, -34), (56, -54), (84, -58))),
        Outline(50, (72, -14), ((108, -26), (108, 4), (88, 30), (58, 28), (38, 8), (36, -20), (56, -46), (86, -52))),
    ]
    lumen = Loft(stomach, cap_mm=26, inset_mm=4.5)
    colon = ((-84, -50, -62), (-52, -68, -60), (0, -74, -56), (52, -70, -52), (92, -52, -40), (112, -22, -34), (116, 14, -52))
    colon_wall = Tube(tuple((x, y, z, 15.0) for x, y, z in colon))
    colon_lumen = Tube(tuple((x, y, z, 12.5) for x, y, z in colon))
    oesophagus = ((6, 6, 120, 8.0), (8, 6, 44, 8.0), (26, 0, 34, 9.0), (46, -4, 28, 9.0))
    pancreas = ((-14, 4, -44, 12), (-10, 2, -30, 13), (4, -14, -20, 9), (28, -10, -13, 9), (56, 8, -6, 9), (82, 24, 0, 8))
    duodenum = ((-30, -16, -14, 10), (-34, 0, -26, 11), (-32, 6, -48, 11), (-30, 8, -70, 11))
    jejunum = (
        ((30, -6, -34, 10), (44, -22, -40, 11), (66, -18, -46, 11), (84, 0, -40, 11), (92, 22, -48, 11)),
        ((96, -30, -70, 11), (74, -48, -62, 12), (46, -54, -66, 12), (22, -44, -58, 11), (26, -24, -66, 11)),
        ((92, 22, -48, 11), (94, -4, -68, 11), (70, 4, -78, 11), (48, -8, -70, 11)),
    )
    mesenteric = (
        ((8, -4, -46, 2.4), (24, -14, -54, 2), (44, -34, -54, 1.6), (62, -32, -58, 1.3)),
        ((4, -10, -44, 2.6), (22, -22, -50, 2.2), (48, -4, -58, 1.8), (70, -10, -60, 1.4)),
        ((2, -14, -50, 2.2), (-6, -36, -52, 1.8), (10, -60, -56, 1.4), (34, -66, -58, 1.2)),
        ((20, -30, -22, 1.6), (44, -38, -30, 1.5), (70, -30, -34, 1.4), (94, -18, -30, 1.2)),
        ((40, -66, 6, 1.4), (66, -66, -4, 1.5), (92, -52, -14, 1.4), (112, -30, -20, 1.2)),
        ((28, -14, 18, 2.0), (34, -28, 6, 1.8), (32, -44, -8, 1.5)),
        ((96, 4, 10, 1.8), (104, -14, 20, 1.5), (106, -28, 28, 1.3)),
    )
    return [
        (Tissue.GUT_WALL, Tube(oesophagus)),
        (Tissue.GUT_WALL, Loft(stomach, cap_mm=30)),
        (Tissue.GUT_CONTENT, lumen),
        (Tissue.GAS, GasUnderSurface(lumen, -28.0)),
        (Tissue.GUT_WALL, colon_wall),
        (Tissue.GUT_CONTENT, colon_lumen),
        (Tissue.GAS, GasUnderSurface(colon_lumen, -62.0)),
        *((Tissue.PORTAL_VEIN, Tube(path)) for path in mesenteric),
        *(
            (tissue, Tube(tuple((x, y, z, r - inset) for x, y, z, r in path)))
            for path in jejunum
            for tissue, inset in ((Tissue.GUT_WALL, 0.0), (Tissue.GUT_CONTENT, 4.0))
        ),
        (Tissue.GUT_WALL, Tube(duodenum)),
        (Tissue.GUT_CONTENT, Tube(tuple((x, y, z, r - 4) for x, y, z, r in duodenum))),
        (Tissue.PANCREAS, Tube(pancreas)),
    ]


def _liver() -> list[Organ]:
    right = [
        Outline(-58, (-106, 6), ((-130, 8), (-124, -22), (-112, -38), (-98, -34), (-90, -10), (-90, 16), (-100, 34), (-118, 34))),
        Outline(-28, (-92, 0), ((-136, 4), (-124, -36), (-98, -60), (-68, -70), (-46, -58), (-46, -30), (-52, -4), (-60, 20), (-84, 44), (-108, 56), (-126, 40))),
        Outline(0, (-78, -4), ((-137, 2), (-125, -36), (-97, -62), (-58, -78), (-22, -74), (-16, -46), (-34, -24), (-33, 2), (-36, 20), (-52, 32), (-78, 52), (-106, 62), (-128, 42))),
        Outline(34, (-74, -6), ((-136, 0), (-124, -38), (-94, -65), (-52, -81), (-14, -72), (-4, -40), (-10, -8), (-16, 18), (-40, 44), (-78, 64), (-108, 56), (-127, 36))),
        Outline(64, (-72, -10), ((-124, -6), (-112, -40), (-88, -62), (-50, -74), (-20, -62), (-8, -36), (-12, -6), (-24, 18), (-52, 38), (-86, 40), (-110, 24))),
    ]
    left = [
        Outline(-26, (-14, -64), ((-44, -70), (-16, -80), (10, -76), (22, -66), (6, -54), (-18, -50), (-40, -54))),
        Outline(0, (-4, -64), ((-50, -72), (-12, -84), (28, -79), (54, -66), (36, -50), (2, -42), (-30, -38), (-54, -50))),
        Outline(34, (4, -58), ((-50, -72), (-10, -84), (40, -80), (82, -62), (72, -50), (30, -38), (-10, -26), (-48, -40))),
        Outline(56, (2, -54), ((-46, -66), (-10, -78), (32, -76), (62, -62), (52, -48), (24, -36), (-14, -28), (-46, -42))),
    ]
    return [
        (Tissue.LIVER, Loft(right, cap_mm=26)),
        (Tissue.LIVER, Loft(left, cap_mm=14)),
        (Tissue.LIVER, Ellipsoid((-18, -2, 14), (13, 13, 26))),
    ]


def _retroperitoneum() -> list[Organ]:
    organs: list[Organ] = []
    for side, x0, z0 in ((-1, -57.0, -60.0), (1, 62.0, -40.0)):
        y0 = 40.0
        lean = (-0.10 * side, -0.08)
        tilt = -25.0 * side
        organs.append((Tissue.FAT, Ellipsoid((x0, y0, z0), (31, 28, 57), tilt, lean)))
        organs.append((Tissue.RENAL_CORTEX, Ellipsoid((x0, y0, z0), (24, 22, 52), tilt, lean, 0.02, 6)))
        for level in range(-3, 4):
            reach = 1.0 - (level / 4.2) ** 2
            for step in range(6):
                turn = pi * (step / 3.0 + level / 6.0)
                dz = 11.0 * level
                centre = (
                    x0 + lean[0] * dz + 13.0 * reach * cos(turn),
                    y0 + lean[1] * dz + 12.0 * reach * sin(turn),
                    z0 + dz,
                )
                organs.append((Tissue.RENAL_MEDULLA, Ellipsoid(centre, (5.6, 5.2, 5.8))))
        organs.append((Tissue.FAT, Ellipsoid((x0 - 6 * side, y0 - 2, z0), (10, 7, 26), tilt, lean)))
        organs.append((Tissue.FAT, Ellipsoid((x0 - 16 * side, y0 - 7, z0), (12, 6, 16), tilt, lean)))
        adrenal_x = x0 - 20.0 * side
        organs.extend(
            (Tissue.PANCREAS, Tube(((adrenal_x, 22, z0 + 60, 2.6), (adrenal_x + dx, 38, z0 + 52, 2.2))))
            for dx in (-5.0, 7.0)
        )
    return organs


def _spleen() -> list[Organ]:
    outlines = [
        Outline(-18, (116, 38), ((126, 14), (132, 34), (118, 58), (102, 62), (106, 46), (112, 26))),
        Outline(12, (114, 30), ((124, -10), (136, 14), (129, 42), (106, 66), (82, 70), (92, 50), (104, 26), (110, 4))),
        Outline(42, (112, 26), ((122, -14), (132, 8), (126, 36), (106, 58), (82, 62), (90, 44), (102, 22), (108, 0))),
    ]
    spleen = Loft(outlines, cap_mm=20)
    return [(Tissue.SPLEEN, spleen), (Tissue.SPLEEN_RED_PULP, Mottled(spleen, 15.0))]


def _skeleton() -> list[Organ]:
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
            organs.append((Tissue.BONE_CORTEX, Ellipsoid((side * 26.0, 76.0, z + 4), (17, 4.5, 8), side * 14.0)))
            organs.append((Tissue.BONE_MARROW, Ellipsoid((side * 26.0, 76.0, z + 4), (14, 2.5, 6), side * 14.0)))
    body = ((0, 35), (14, 38), (21, 48), (19, 60), (11, 66), (0, 64), (-11, 66), (-19, 60), (-21, 48), (-14, 38))
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
    turns = np.deg2rad(np.arange(22.0, 138.0, 4.0))
    for k in _REPEATS:
        for side in (-1, 1):
            path = [
                (side * 145.0 * sin(t), 3.0 + 88.0 * cos(t), k * RIB_SPACING_MM + 60.0 - 52.0 * (t - 0.4))
                for t in turns
            ]
            organs.append((Tissue.BONE_CORTEX, Tube(tuple((x, y, z, 5.0) for x, y, z in path))))
            organs.append((Tissue.BONE_MARROW, Tube(tuple((x, y, z, 3.3) for x, y, z in path))))
    return organs


def _great_vessels() -> list[Organ]:
    aorta = ((8, 23, 200, 11.5), (10, 23, 0, 11), (6, 24, -200, 9.5))
    cava = ((-26, 4, 75, 13), (-27, 12, 40, 13), (-25, 21, 0, 12), (-22, 24, -40, 12), (-20, 26, -200, 11))
    celiac = ((10, 14, 2, 3.6), (7, 3, 3, 3.4), (-12, -2, 0, 2.8), (-30, -20, -2, 2.4), (-44, -24, 4, 2.0), (-66, -20, 10, 1.5))
    splenic = ((7, 3, 3, 3.0), (24, 8, 8, 2.8), (40, 4, 4, 2.7), (60, 18, 8, 2.6), (88, 34, 6, 2.2))
    mesenteric = ((9, 13, -12, 3.6), (8, 3, -22, 3.5), (8, -2, -80, 3.4))
    renal = ((12, 25, -26, 2.8), (34, 32, -34, 2.6), (48, 36, -38, 2.4))
    organs: list[Organ] = [
        (Tissue.INFERIOR_VENA_CAVA, Tube(cava)),
        (Tissue.INFERIOR_VENA_CAVA, Tube(((-22, 22, -32, 6), (2, 10, -32, 4), (28, 22, -36, 5), (48, 34, -40, 4)))),
        (Tissue.INFERIOR_VENA_CAVA, Tube(((-24, 24, -46, 6), (-38, 28, -48, 5), (-48, 34, -50, 4)))),
    ]
    organs.extend((Tissue.ARTERY, Tube(path)) for path in (aorta, celiac, splenic, mesenteric, renal))
    return organs


def _liver_vessels() -> list[Organ]:
    portal = (
        ((-4, -10, -80, 6), (-3, -12, -40, 6.5), (0, -12, -24, 7.5), (-18, -18, -10, 7.5), (-38, -20, 2, 7.5)),
        ((0, -12, -24, 6), (24, -2, -17, 5), (52, 16, -8, 4.5), (80, 32, 0, 4), (98, 42, 6, 3)),
        ((-38, -20, 2, 7), (-60, -14, 6, 6.5), (-76, -8, 8, 6)),
        ((-76, -8, 8, 5), (-84, -30, 20, 4), (-94, -46, 34, 2.8), (-104, -48, 48, 1.6)),
        ((-84, -30, 20, 2.8), (-68, -50, 24, 2.2), (-62, -64, 30, 1.4)),
        ((-76, -8, 8, 5), (-94, 16, 0, 4), (-108, 30, -14, 3), (-116, 30, -32, 1.8)),
        ((-94, 16, 0, 3), (-92, 38, 10, 2.4), (-100, 48, 24, 1.4)),
        ((-108, 30, -14, 2.2), (-90, 34, -22, 1.6), (-80, 30, -30, 1.2)),
        ((-76, -8, 8, 3.4), (-82, -24, -10, 2.8), (-88, -36, -28, 1.8), (-96, -36, -44, 1.2)),
        ((-38, -20, 2, 5.5), (-32, -38, 10, 5), (-24, -56, 14, 4.5)),
        ((-24, -56, 14, 3.4), (2, -62, 18, 2.8), (28, -66, 22, 2), (48, -64, 28, 1.2)),
        ((-24, -56, 14, 3), (-20, -68, 2, 2.4), (-4, -72, -10, 1.5)),
        ((-24, -56, 14, 2.6), (-36, -66, 22, 2), (-40, -70, 36, 1.3)),
    )
    hepatic = (
        ((-28, 8, 56, 7), (-54, 12, 46, 6), (-84, 16, 28, 4.5), (-106, 20, 8, 3), (-118, 18, -14, 1.6)),
        ((-54, 12, 46, 4), (-72, 34, 32, 3), (-86, 48, 18, 1.6)),
        ((-84, 16, 28, 3), (-108, -4, 30, 2.4), (-122, -8, 22, 1.4)),
        ((-28, 6, 56, 6), (-42, -18, 44, 5), (-56, -42, 24, 3.8), (-64, -54, 6, 2.6), (-70, -58, -14, 1.5)),
        ((-56, -42, 24, 2.8), (-80, -52, 18, 2), (-100, -52, 10, 1.3)),
        ((-26, 4, 57, 5.5), (-10, -24, 50, 4.5), (6, -48, 38, 3.2), (26, -60, 30, 2), (52, -62, 24, 1.3)),
        ((-10, -24, 50, 3), (-14, -48, 40, 2.2), (-12, -66, 30, 1.3)),
    )
    organs: list[Organ] = [(Tissue.HEPATIC_VEIN, Tube(path)) for path in hepatic]
    organs.extend((Tissue.PORTAL_VEIN, Tube(path)) for path in portal)
    return organs


def organs() -> list[Organ]:
    """Everything inside the body wall but the lesions, in painting order."""
    return [
        *_lungs(),
        *_gut(),
        *_spleen(),
        *_liver(),
        *_retroperitoneum(),
        *_skeleton(),
        *_great_vessels(),
        *_liver_vessels(),
        (Tissue.GUT_WALL, Ellipsoid((-58, -42, -40), (15.5, 18.5, 22.5), 30.0)),
        (Tissue.BILE, Ellipsoid((-58, -42, -40), (13.5, 16.5, 20.5), 30.0)),
    ]
