"""Colours as other eyes see them, how far two are apart, and what a figure tells by colour alone."""

from __future__ import annotations

from enum import StrEnum
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from gepnet_core.figures.theme import Canvas

Array = NDArray[np.float64]
FAR = 12.0
"""Colours of marks so far apart in CIEDE2000 are told apart side by side; 1 is what can just be seen."""


class Vision(StrEnum):
    """A simulation: whose, and of what."""

    COMMON = "common"
    PROTANOPIA_VIENOT = "protanopia, Viénot"
    DEUTERANOPIA_VIENOT = "deuteranopia, Viénot"
    PROTANOPIA = "protanopia, Machado"
    DEUTERANOPIA = "deuteranopia, Machado"
    TRITANOPIA = "tritanopia, Machado"
    ACHROMATOPSIA = "achromatopsia"


# On linear RGB. Viénot F, Brettel H, Mollon JD. Color Res Appl 1999;24:243-252.
# Machado GM, Oliveira MM, Fernandes LAF. IEEE Trans Vis Comput Graph 2009;15:1291-1298: severity 1.0, the
# authors' table at inf.ufrgs.br/~oliveira/pubs_files/CVD_Simulation/CVD_Simulation.html.
# Without any cones: luminance alone (IEC 61966-2-1).
_MATRICES: dict[Vision, list[list[float]]] = {
    Vision.COMMON: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    Vision.PROTANOPIA_VIENOT: [[0.11238, 0.88762, 0], [0.11238, 0.88762, 0], [0.00401, -0.00401, 1]],
    Vision.DEUTERANOPIA_VIENOT: [[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]],
    Vision.PROTANOPIA: [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    Vision.DEUTERANOPIA: [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    Vision.TRITANOPIA: [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
    Vision.ACHROMATOPSIA: [[0.2126, 0.7152, 0.0722]] * 3,
}
_TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
_WHITE = np.array([0.95047, 1.0, 1.08883])  # D65


def seen(colour: str, vision: Vision) -> Array:
    """A colour such as ``#0072B2`` as linear RGB, within what a screen shows."""
    encoded = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    return np.clip(np.array(_MATRICES[vision]) @ linear, 0.0, 1.0)


def lab(linear: Array) -> Array:
    """CIELAB under D65 of linear RGB."""
    share = _TO_XYZ @ linear / _WHITE
    root = np.where(share > (6 / 29) ** 3, np.cbrt(share), share * (29 / 6) ** 2 / 3 + 4 / 29)
    return np.array([116 * root[1] - 16, 500 * (root[0] - root[1]), 200 * (root[1] - root[2])])


def ciede2000(first: Array, second: Array) -> float:
    """Difference of two colours in CIELAB (Sharma G, Wu W, Dalal EN. Color Res Appl 2005;30:21-30)."""
    (l1, a1, b1), (l2, a2, b2) = first.tolist(), second.tolist()
    mean = (np.hypot(a1, b1) + np.hypot(a2, b2)) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25.0**7))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1, h2 = (np.degrees(np.arctan2(b, stretch * a)) % 360 for a, b in ((a1, b1), (a2, b2)))
    turn = 0.0 if c1 * c2 == 0 else (h2 - h1 + 180) % 360 - 180
    middle = h1 + h2 if c1 * c2 == 0 else h1 + turn / 2
    light, chroma = (l1 + l2) / 2, (c1 + c2) / 2
    t = 1 - 0.17 * _cos(middle - 30) + 0.24 * _cos(2 * middle)
    t += 0.32 * _cos(3 * middle + 6) - 0.20 * _cos(4 * middle - 63)
    s_light = 1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2)
    s_chroma, s_hue = 1 + 0.045 * chroma, 1 + 0.015 * chroma * t
    around = 60 * np.exp(-((((middle % 360) - 275) / 25) ** 2))
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + 25.0**7)) * np.sin(np.radians(around))
    d_light, d_chroma = (l2 - l1) / s_light, (c2 - c1) / s_chroma
    d_hue = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / s_hue
    return float(np.sqrt(d_light**2 + d_chroma**2 + d_hue**2 + rotation * d_chroma * d_hue))


def _cos(degrees: float) -> float:
    return float(np.cos(np.radians(degrees)))


def apart(first: str, second: str, vision: Vision) -> float:
    """How far two colours are apart to that vision."""
    return ciede2000(lab(seen(first, vision)), lab(seen(second, vision)))


def look(trace: dict[str, Any]) -> tuple[str, tuple[object, ...]] | None:
    """Colour of a curve or of marks, and all else by which it is known; None where it draws neither."""
    mode, line, marker = trace.get("mode", ""), trace.get("line", {}), trace.get("marker", {})
    if trace.get("type") != "scatter":
        return None
    if "lines" in mode and line.get("width", 2):
        form = (
            line.get("dash", "solid"),
            line.get("width"),
            marker.get("symbol") if "markers" in mode else None,
        )
        return line["color"], form
    if "markers" in mode:
        return marker["color"], (marker.get("symbol", "circle"),)
    return None


def told_by_colour_alone(canvas: Canvas) -> list[tuple[str, str, str]]:
    """Pairs of a figure with the same form whose colours some eye takes for one."""
    looks = {one for one in map(look, canvas.traces) if one is not None and one[0].startswith("#")}
    return [
        (first, second, vision)
        for (first, a), (second, b) in combinations(sorted(looks, key=str), 2)
        for vision in Vision
        if first != second and a == b and apart(first, second, vision) < FAR
    ]
