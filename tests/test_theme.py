"""Contrast of the theme's colours, by WCAG 2.2 (definitions of relative luminance and contrast ratio)."""

from __future__ import annotations

import tomllib

import pytest

from scripts.served import ROOT

THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"]
NET, ADENOCARCINOMA = "#0072B2", "#D55E00"


def _linear(colour: str) -> list[float]:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]


def contrast(first: str, second: str) -> float:
    light, dark = sorted(
        (
            sum(w * c for w, c in zip((0.2126, 0.7152, 0.0722), _linear(colour), strict=True))
            for colour in (first, second)
        ),
        reverse=True,
    )
    return (light + 0.05) / (dark + 0.05)


def _lab(colour: str) -> tuple[float, float, float]:
    # sRGB to CIELAB under D65 (IEC 61966-2-1; CIE 15).
    red, green, blue = _linear(colour)
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.95047
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.08883
    fx, fy, fz = (v ** (1 / 3) if v > (6 / 29) ** 3 else v * (29 / 6) ** 2 / 3 + 4 / 29 for v in (x, y, z))
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def difference(first: str, second: str) -> float:
    return float(sum((a - b) ** 2 for a, b in zip(_lab(first), _lab(second), strict=True)) ** 0.5)


def test_the_ruler_itself() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)  # WCAG: the largest ratio
    assert contrast("#777777", "#FFFFFF") == pytest.approx(
        4.48, abs=0.005
    )  # the well-known grey just below 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("ink", ["textColor", "linkColor", "primaryColor"])
@pytest.mark.parametrize("paper", ["backgroundColor", "secondaryBackgroundColor"])
def test_text_can_be_read(mode: str, ink: str, paper: str) -> None:
    assert contrast(THEME[mode][ink], THEME[mode][paper]) >= 4.5


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("diagnosis", [NET, ADENOCARCINOMA])
def test_the_accent_is_not_taken_for_a_diagnosis(mode: str, diagnosis: str) -> None:
    assert difference(THEME[mode]["primaryColor"], diagnosis) >= 35


@pytest.mark.parametrize("font", ["font", "codeFont"])
def test_fonts_are_the_systems_own(font: str) -> None:
    assert "http" not in THEME[font]
    assert "fontFaces" not in THEME
