"""Contrast of the figures' colours on the backgrounds of both themes (WCAG 2.2, 1.4.3 and 1.4.11)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from gepnet_core.figures.palette import ADENOCARCINOMA_COLOUR, DARK, LIGHT, NET_COLOUR, Ink

ROOT = Path(__file__).resolve().parents[2]


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("ink", [LIGHT, DARK])
def test_text_has_4_5_and_marks_have_3(ink: Ink) -> None:
    for colour in (ink.text, ink.muted):
        assert contrast(colour, ink.background) >= 4.5
    for colour in (NET_COLOUR, ADENOCARCINOMA_COLOUR, ink.hatch):
        assert contrast(colour, ink.background) >= 3


@pytest.mark.parametrize(("name", "ink"), [("light", LIGHT), ("dark", DARK)])
def test_backgrounds_and_text_are_those_of_the_app(name: str, ink: Ink) -> None:
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))["theme"][name]
    assert (theme["backgroundColor"], theme["textColor"]) == (ink.background, ink.text)


# Viénot F, Brettel H, Mollon JD. Color Res Appl 1999;24:243-252: linear RGB as a deuteranope sees it.
DEUTERANOPIA = ((0.29275, 0.70725, 0.0), (0.29275, 0.70725, 0.0), (-0.02234, 0.02234, 1.0))


def test_the_diagnoses_differ_for_a_deuteranope() -> None:
    seen = []
    for colour in (NET_COLOUR, ADENOCARCINOMA_COLOUR):
        linear = [(int(colour[i : i + 2], 16) / 255) ** 2.2 for i in (1, 3, 5)]
        seen.append([sum(w * c for w, c in zip(row, linear, strict=True)) for row in DEUTERANOPIA])
    # One is blue (more short-wave light than long-wave), the other yellow (the reverse).
    net, adenocarcinoma = seen
    assert net[2] > 2 * net[0]
    assert adenocarcinoma[0] > 2 * adenocarcinoma[2]
