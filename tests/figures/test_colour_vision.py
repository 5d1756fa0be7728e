"""What colours tell apart, other eyes tell apart as well; where they cannot, marks or dashes do.

`python -m scripts.colour_blindness` makes the pictures to look at.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import Any

import numpy as np
import pytest

from gepnet_core.figures.palette import (
    ADENOCARCINOMA_COLOUR,
    ADENOCARCINOMA_SYMBOL,
    DARK,
    LIGHT,
    NET_COLOUR,
    NET_SYMBOL,
    Ink,
)
from gepnet_core.figures.theme import Canvas
from scripts.served import ROOT
from tests.figures.colour_vision import FAR, Vision, apart, ciede2000, told_by_colour_alone

TWO_CONES = [vision for vision in Vision if vision is not Vision.ACHROMATOPSIA]
OVERLAY = (ROOT / "ui" / "roi_viewer" / "js" / "overlay.js").read_text(encoding="utf-8")
STYLE = {
    name: (colour, dash)
    for name, colour, dash in re.findall(r'(\w+): \{ colour: "(#\w{6})", dash: \[(.*?)\] \}', OVERLAY)
}


# Sharma G, Wu W, Dalal EN. Color Res Appl 2005;30:21-30, Table 1: pairs 1, 7, 13, 17, 25, 31 and 34.
@pytest.mark.parametrize(
    ("first", "second", "difference"),
    [
        ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425),
        ((50.0, 0.0, 0.0), (50.0, -1.0, 2.0), 2.3669),
        ((50.0, 2.5, 0.0), (50.0, 0.0, -2.5), 4.3065),
        ((50.0, 2.5, 0.0), (73.0, 25.0, -18.0), 27.1492),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
        ((2.0776, 0.0795, -1.1350), (0.9033, -0.0636, -0.5514), 0.9082),
    ],
)
def test_the_ruler_measures_what_its_authors_print(first: Any, second: Any, difference: float) -> None:
    assert ciede2000(np.array(first), np.array(second)) == pytest.approx(difference, abs=5e-5)
    assert ciede2000(np.array(second), np.array(first)) == pytest.approx(difference, abs=5e-5)


def test_a_known_confusion_is_found() -> None:
    """Red and green of one brightness: far apart, and hardly so to those who lack one kind of cones."""
    red, green = "#B05050", "#5F7F3F"
    assert apart(red, green, Vision.COMMON) > 40
    assert apart(red, green, Vision.DEUTERANOPIA_VIENOT) < FAR
    assert apart(red, green, Vision.TRITANOPIA) > 40


@pytest.mark.parametrize("vision", TWO_CONES)
def test_the_two_diagnoses_are_far_apart(vision: Vision) -> None:
    assert apart(NET_COLOUR, ADENOCARCINOMA_COLOUR, vision) >= 40


def test_without_colours_the_diagnoses_have_marks() -> None:
    assert apart(NET_COLOUR, ADENOCARCINOMA_COLOUR, Vision.ACHROMATOPSIA) < FAR
    assert NET_SYMBOL != ADENOCARCINOMA_SYMBOL


@pytest.mark.parametrize("vision", TWO_CONES)
@pytest.mark.parametrize("ink", [LIGHT, DARK], ids=["light", "dark"])
def test_marks_lines_and_backgrounds_are_told_apart(ink: Ink, vision: Vision) -> None:
    named = {"NET": NET_COLOUR, "adenocarcinoma": ADENOCARCINOMA_COLOUR, "text": ink.text}
    named |= {"muted": ink.muted, "hatch": ink.hatch, "background": ink.background}
    near = {
        (a, b): round(apart(named[a], named[b], vision), 1)
        for a, b in combinations(named, 2)
        if apart(named[a], named[b], vision) < FAR
    }
    assert near == {}


@pytest.mark.parametrize("vision", Vision)
def test_outlines_in_the_viewer_differ_in_colour_or_in_dashes(vision: Vision) -> None:
    assert set(STYLE) == {"lesion", "liver", "other"}
    for (first, a), (second, b) in combinations(STYLE.values(), 2):
        assert apart(first, second, vision) >= FAR or a != b
    if vision is not Vision.ACHROMATOPSIA:
        assert apart(STYLE["lesion"][0], STYLE["liver"][0], vision) >= 20


def test_a_figure_that_tells_by_colour_alone_is_found() -> None:
    def curve(colour: str, dash: str) -> dict[str, Any]:
        return {"type": "scatter", "mode": "lines", "line": {"color": colour, "dash": dash, "width": 2}}

    alike = Canvas({}, [curve(NET_COLOUR, "solid"), curve(ADENOCARCINOMA_COLOUR, "solid")])
    assert told_by_colour_alone(alike) == [(NET_COLOUR, ADENOCARCINOMA_COLOUR, Vision.ACHROMATOPSIA)]
    dashed = Canvas({}, [curve(NET_COLOUR, "solid"), curve(ADENOCARCINOMA_COLOUR, "dash")])
    assert told_by_colour_alone(dashed) == []
