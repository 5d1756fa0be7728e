"""Colours and marks, without Plotly, so that a report can use them too."""

from __future__ import annotations

from dataclasses import dataclass

# Okabe M, Ito K. Color universal design (2008): blue and vermilion are told apart with any colour vision.
NET_COLOUR = "#0072B2"
ADENOCARCINOMA_COLOUR = "#D55E00"
NET_SYMBOL = "circle"
ADENOCARCINOMA_SYMBOL = "diamond"

GROUPS = {
    "net": ("NET", NET_COLOUR, NET_SYMBOL),
    "adenocarcinoma": ("Adenocarcinoma", ADENOCARCINOMA_COLOUR, ADENOCARCINOMA_SYMBOL),
}
"""Name, colour and mark of each diagnosis."""


@dataclass(frozen=True)
class Ink:
    """Colours of one theme; backgrounds are transparent and named for the contrast that was checked."""

    text: str
    muted: str
    grid: str
    hatch: str
    background: str


LIGHT = Ink(text="#1D262B", muted="#55626A", grid="#E1E6E9", hatch="#8A969D", background="#FFFFFF")
DARK = Ink(text="#E6ECEE", muted="#A9B6BC", grid="#2C383D", hatch="#74828A", background="#12181B")


def ink(dark: bool) -> Ink:
    """Colours of the theme."""
    return DARK if dark else LIGHT
