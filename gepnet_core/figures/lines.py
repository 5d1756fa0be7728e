"""Lines across the axes with the labels above them, as several figures draw them."""

from __future__ import annotations

from typing import Any

from gepnet_core.figures.palette import Ink
from gepnet_core.figures.theme import direct_label

_EDGE = 0.25
"""Share of the axis at either end where a label is anchored so that it stays inside."""


def upright_line(value: float, colour: str, dash: str, *, width: float = 1.5) -> dict[str, Any]:
    """A line at a value of the x axis, over the whole height."""
    return {
        "type": "line",
        "x0": value,
        "x1": value,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": colour, "width": width, "dash": dash},
    }


def label_above(
    text: str, value: float, span: tuple[float, float], colours: Ink, *, yshift: int = 0
) -> dict[str, Any]:
    """The label of an upright line, above the axes and within their span; raised by so many pixels."""
    place = (value - span[0]) / (span[1] - span[0])
    return direct_label(
        text,
        colours,
        x=value,
        xanchor="left" if place < _EDGE else "right" if place > 1 - _EDGE else "center",
        y=1,
        yref="paper",
        yanchor="bottom",
        yshift=yshift,
    )


def diagonal(colours: Ink) -> dict[str, Any]:
    """A dotted line from 0 to 1 in both axes: chance on a ROC curve, the ideal of a calibration."""
    return {
        "type": "line",
        "x0": 0,
        "y0": 0,
        "x1": 1,
        "y1": 1,
        "line": {"color": colours.muted, "width": 1, "dash": "dot"},
    }
