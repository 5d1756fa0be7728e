"""The organs of the phantom: a schematic upper abdomen as an ordered list of (tissue, solid).

Later entries are painted over earlier ones. Millimetres; x to the patient's left, y to the back, z to the
head; the origin is in the middle of the body at the level of the porta hepatis. The shapes are drawn by hand
to be recognisable; they describe no person.
"""

from __future__ import annotations

from math import cos, pi, sin

import numpy as np

from gepnet_core.imaging.phantom.shapes import (
    Coverage,
    Ellipsoid,
    Loft,
    Outline,
    Plane,
    Solid,
    Tube,
)
from gepnet_core.imaging.phantom.tissue import Organ, Tissue
from gepnet_core.imaging.phantom.vessels import great_vessels, liver_vessels, mesenteric_vessels
from gepnet_core.imaging.phantom.wall import skeleton


class GasUnderSurface:
    """The part of a hollow organ above its fluid level: gas rises to the front of a supine patient."""

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
        bands = np.sin(x + 1.3 * np.sin(0.6 * y + 0.3 * z)) * np.sin(
            0.8 * y + 1.1 * np.sin(0.5 * x) + 0.4 * z
        )
        return Coverage(organ.row, organ.column, organ.values * (0.5 + 0.5 * bands).astype(np.float32))


def _lungs() -> list[Organ]:
    """Posterior costophrenic recesses, which the upper slices cut."""
    right = [
        Outline(
            28, (-88, 66), ((-108, 58), (-100, 68), (-86, 75), (-72, 77), (-64, 75), (-76, 70), (-92, 62))
        ),
        Outline(
            60,
            (-84, 58),
            ((-130, 26), (-121, 50), (-98, 71), (-64, 81), (-34, 74), (-24, 54), (-50, 42), (-90, 36)),
        ),
        Outline(
            95,
            (-75, 0),
            ((-136, 0), (-122, 50), (-64, 81), (-26, 64), (-14, 0), (-40, -70), (-90, -66), (-124, -36)),
        ),
    ]
    left = [
        Outline(o.z_mm + 3, (-o.centre_mm[0], o.centre_mm[1]), tuple((-x, y) for x, y in o.points))
        for o in right
    ]
    return [(Tissue.LUNG, Loft(right, cap_mm=6)), (Tissue.LUNG, Loft(left, cap_mm=6))]


def _gut() -> list[Organ]:
    stomach = [
        Outline(
            -26,
            (62, -40),
            ((84, -44), (78, -28), (60, -22), (40, -28), (30, -42), (42, -56), (64, -60), (80, -56)),
        ),
        Outline(
            10,
            (66, -28),
            ((102, -36), (100, -6), (80, 14), (54, 8), (36, -10), (34, -34), (56, -54), (84, -58)),
        ),
        Outline(
            50,
            (72, -14),
            ((108, -26), (108, 4), (88, 30), (58, 28), (38, 8), (36, -20), (56, -46), (86, -52)),
        ),
    ]
    lumen = Loft(stomach, cap_mm=26, inset_mm=4.5)
    colon = (
        (-84, -50, -62),
        (-52, -68, -60),
        (0, -74, -56),
        (52, -70, -52),
        (92, -52, -40),
        (112, -22, -34),
        (116, 14, -52),
    )
    colon_wall = Tube(tuple((x, y, z, 15.0) for x, y, z in colon))
    colon_lumen = Tube(tuple((x, y, z, 12.5) for x, y, z in colon))
    oesophagus = ((6, 6, 120, 8.0), (8, 6, 44, 8.0), (26, 0, 34, 9.0), (46, -4, 28, 9.0))
    pancreas = (
        (-14, 4, -44, 12),
        (-10, 2, -30, 13),
        (4, -14, -20, 9),
        (28, -10, -13, 9),
        (56, 8, -6, 9),
        (82, 24, 0, 8),
    )
    duodenum = ((-30, -16, -14, 10), (-34, 0, -26, 11), (-32, 6, -48, 11), (-30, 8, -70, 11))
    jejunum = (
        ((30, -6, -34, 10), (44, -22, -40, 11), (66, -18, -46, 11), (84, 0, -40, 11), (92, 22, -48, 11)),
        ((96, -30, -70, 11), (74, -48, -62, 12), (46, -54, -66, 12), (22, -44, -58, 11), (26, -24, -66, 11)),
        ((92, 22, -48, 11), (94, -4, -68, 11), (70, 4, -78, 11), (48, -8, -70, 11)),
    )
    return [
        (Tissue.GUT_WALL, Tube(oesophagus)),
        (Tissue.GUT_WALL, Loft(stomach, cap_mm=30)),
        (Tissue.GUT_CONTENT, lumen),
        (Tissue.GAS, GasUnderSurface(lumen, -28.0)),
        (Tissue.GUT_WALL, colon_wall),
        (Tissue.GUT_CONTENT, colon_lumen),
        (Tissue.GAS, GasUnderSurface(colon_lumen, -62.0)),
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
        Outline(
            -58,
            (-106, 6),
            ((-130, 8), (-124, -22), (-112, -38), (-98, -34), (-90, -10), (-90, 16), (-100, 34), (-118, 34)),
        ),
        Outline(
            -28,
            (-92, 0),
            (
                (-136, 4),
                (-124, -36),
                (-98, -60),
                (-68, -70),
                (-46, -58),
                (-46, -30),
                (-52, -4),
                (-60, 20),
                (-84, 44),
                (-108, 56),
                (-126, 40),
            ),
        ),
        Outline(
            0,
            (-78, -4),
            (
                (-137, 2),
                (-125, -36),
                (-97, -62),
                (-58, -78),
                (-22, -74),
                (-16, -46),
                (-34, -24),
                (-33, 2),
                (-36, 20),
                (-52, 32),
                (-78, 52),
                (-106, 62),
                (-128, 42),
            ),
        ),
        Outline(
            34,
            (-74, -6),
            (
                (-136, 0),
                (-124, -38),
                (-94, -65),
                (-52, -81),
                (-14, -72),
                (-4, -40),
                (-10, -8),
                (-16, 18),
                (-40, 44),
                (-78, 64),
                (-108, 56),
                (-127, 36),
            ),
        ),
        Outline(
            64,
            (-72, -10),
            (
                (-124, -6),
                (-112, -40),
                (-88, -62),
                (-50, -74),
                (-20, -62),
                (-8, -36),
                (-12, -6),
                (-24, 18),
                (-52, 38),
                (-86, 40),
                (-110, 24),
            ),
        ),
    ]
    left = [
        Outline(
            -26, (-14, -64), ((-44, -70), (-16, -80), (10, -76), (22, -66), (6, -54), (-18, -50), (-40, -54))
        ),
        Outline(
            0,
            (-4, -64),
            ((-50, -72), (-12, -84), (28, -79), (54, -66), (36, -50), (2, -42), (-30, -38), (-54, -50)),
        ),
        Outline(
            34,
            (4, -58),
            ((-50, -72), (-10, -84), (40, -80), (82, -62), (72, -50), (30, -38), (-10, -26), (-48, -40)),
        ),
        Outline(
            56,
            (2, -54),
            ((-46, -66), (-10, -78), (32, -76), (62, -62), (52, -48), (24, -36), (-14, -28), (-46, -42)),
        ),
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
        organs.append((Tissue.RENAL_CORTEX, Ellipsoid((x0, y0, z0), (24, 22, 52), tilt, lean)))
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
        Outline(
            12,
            (114, 30),
            ((124, -10), (136, 14), (129, 42), (106, 66), (82, 70), (92, 50), (104, 26), (110, 4)),
        ),
        Outline(
            42,
            (112, 26),
            ((122, -14), (132, 8), (126, 36), (106, 58), (82, 62), (90, 44), (102, 22), (108, 0)),
        ),
    ]
    spleen = Loft(outlines, cap_mm=20)
    return [(Tissue.SPLEEN, spleen), (Tissue.SPLEEN_RED_PULP, Mottled(spleen, 15.0))]


def organs() -> list[Organ]:
    """Everything inside the body wall but the lesions, in painting order."""
    return [
        *_lungs(),
        *mesenteric_vessels(),
        *_gut(),
        *_spleen(),
        *_liver(),
        *_retroperitoneum(),
        *skeleton(),
        *great_vessels(),
        *liver_vessels(),
        (Tissue.GUT_WALL, Ellipsoid((-58, -42, -40), (15.5, 18.5, 22.5), 30.0)),
        (Tissue.BILE, Ellipsoid((-58, -42, -40), (13.5, 16.5, 20.5), 30.0)),
    ]
