"""How every figure looks: colours, marks, margins, fonts, in a light and a dark theme."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import plotly.graph_objects as go

from gepnet_core.figures.palette import Ink, ink
from gepnet_core.intended_use import INTENDED_USE

FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif"
FONT_SIZE = 13
SMALL_SIZE = 12
TOP = 40
SIDES = (56, 24)
BOTTOM = 104
"""Height below the axis in pixels: ticks, title, a note, the line of intended use."""

PLOT_CONFIG: MappingProxyType[str, Any] = MappingProxyType(
    {
        "displaylogo": False,
        "displayModeBar": "hover",
        "modeBarButtons": [["toImage"]],
        "scrollZoom": False,
        "doubleClick": "reset",
        "responsive": True,
        "toImageButtonOptions": {"format": "svg", "filename": "gepnet-figure"},
    }
)
"""Config of every figure: the mode bar appears on hover and only saves the image."""


@dataclass(frozen=True)
class Canvas:
    """Parts of a figure, collected as plain values.

    They are put together once and unchecked: Plotly's check of every property takes four times as long as
    all the rest, at each change of an input. The tests check every figure that they draw instead.
    """

    layout: dict[str, Any]
    traces: list[dict[str, Any]] = field(default_factory=list)
    annotations: list[dict[str, Any]] = field(default_factory=list)
    shapes: list[dict[str, Any]] = field(default_factory=list)

    def values(self) -> dict[str, Any]:
        """The figure as Plotly writes it, with its lists as they are: nobody changes them afterwards."""
        layout = {**self.layout, "annotations": self.annotations}
        if self.shapes:
            layout["shapes"] = self.shapes
        return {"data": self.traces, "layout": layout}

    def figure(self) -> go.Figure:
        """The finished figure."""
        # Plotly uses pandas where it finds it, half-imported by another thread too: this waits for its end.
        import pandas  # noqa: F401

        return go.Figure(**self.values(), _validate=False)


def blank_canvas(
    title: str,
    *,
    dark: bool,
    height: int,
    top: int = TOP,
    bottom: int = BOTTOM,
    sides: tuple[int, int] = SIDES,
    synthetic: bool = False,
) -> Canvas:
    """The common frame without data.

    Parameters
    ----------
    title : str
        Says what is shown and of how many.
    dark : bool
        Theme of the page that it stands on; the background is transparent.
    height : int
        In pixels.
    top, bottom : int
        Height above and below the axes, in pixels.
    sides : tuple of int
        Width left and right of the axes, in pixels.
    synthetic : bool
        Whether the data are invented; the corner then says so.
    """
    colours = ink(dark)
    intended_use = {
        "text": f"<b>SYNTHETIC</b><br>{INTENDED_USE}" if synthetic else INTENDED_USE,
        "xref": "paper",
        "x": 0,
        "yref": "paper",
        "y": 0,
        "yshift": 4 - bottom,
        "xanchor": "left",
        "yanchor": "bottom",
        "align": "left",
        "showarrow": False,
        "font": {"size": 11, "color": colours.muted},
    }
    layout = {
        # An empty one: without any, Plotly takes its own, of which half would be overruled and half stay.
        "template": {"data": {"scatter": [{"type": "scatter"}]}},
        "title": {
            "text": title,
            "x": 0,
            "xref": "container",
            "y": 1,
            "yref": "container",
            "yanchor": "top",
            "pad": {"t": 6, "l": 16},
            "font": {"size": 14, "color": colours.text, "weight": 600},
        },
        "height": height,
        "margin": {"l": sides[0], "r": sides[1], "t": top, "b": bottom, "autoexpand": False},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": FONT_SIZE, "color": colours.text},
        "showlegend": False,
        "hoverlabel": {"font": {"family": FONT, "size": FONT_SIZE}},
        "dragmode": False,
        "modebar": {"bgcolor": "rgba(0,0,0,0)", "color": colours.muted, "activecolor": colours.text},
    }
    return Canvas(layout, annotations=[intended_use])


def axis(colours: Ink, title: str, **options: object) -> dict[str, Any]:
    """Settings of one axis with its quantity and unit."""
    return {
        "title": {"text": title, "font": {"size": SMALL_SIZE, "color": colours.muted}, "standoff": 8},
        "gridcolor": colours.grid,
        "linecolor": colours.muted,
        "tickcolor": colours.muted,
        "tickfont": {"size": SMALL_SIZE, "color": colours.text},
        "ticks": "outside",
        "ticklen": 4,
        "showline": True,
        "zeroline": False,
        "fixedrange": True,
        **options,
    }


def note_below(text: str, colours: Ink, *, yshift: int) -> dict[str, Any]:
    """Small print between the axis and the line of intended use, so many pixels below the axis (negative)."""
    return direct_label(
        text,
        colours,
        xref="paper",
        x=0,
        yref="paper",
        y=0,
        yshift=yshift,
        xanchor="left",
        yanchor="top",
        align="left",
    )


def direct_label(text: str, colours: Ink, **place: object) -> dict[str, Any]:
    """An annotation without arrow, for labels that stand beside what they name."""
    return {
        "text": text,
        "showarrow": False,
        "font": {"size": SMALL_SIZE, "color": colours.text},
        **place,
    }
