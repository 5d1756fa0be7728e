"""HU over time after an injection: vessels, liver and two metastases, with the delays of the scans."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import plotly.graph_objects as go
from numpy.typing import NDArray

from gepnet_core.enhancement.protocol import study_window_s
from gepnet_core.enhancement.time_attenuation import LAST_S, TimeAttenuation, TissueHu
from gepnet_core.enhancement.tissues import LesionKind
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.lines import label_above, upright_line
from gepnet_core.figures.palette import (
    ADENOCARCINOMA_COLOUR,
    ADENOCARCINOMA_SYMBOL,
    NET_COLOUR,
    NET_SYMBOL,
    Ink,
    ink,
)
from gepnet_core.figures.theme import Canvas, axis, blank_canvas, direct_label, note_below
from gepnet_core.numbers import format_hu

TIME_ATTENUATION_HEIGHT = 500

_EVERY = 4
"""Every fourth sample is drawn, one a second: the curves bend over tens of seconds."""

_LINE_PX = 15
_TOP, _BOTTOM, _SIDES = 92, 142, (56, 96)
_NOTE_YSHIFT = -50
_ROOM = 0.06
"""Free above and below the curves, as a share of their range."""

LESION_NAMES = {LesionKind.HYPERVASCULAR: "NET-like", LesionKind.HYPOVASCULAR: "Adenocarcinoma-like"}
"""What the two metastases are called where there is little room."""


@dataclass(frozen=True)
class _Curve:
    """One tissue: how it is drawn, what stands at its end, and whether its HU stand at the delays."""

    name: str
    at_end: str
    hu: NDArray[Any]
    colour: str
    dash: str
    symbol: str
    is_measured: bool

    @property
    def n_lines(self) -> int:
        return self.at_end.count("<br>") + 1


def time_attenuation_figure(
    course: TimeAttenuation, lesion: LesionKind, *, dark: bool, synthetic: bool = True
) -> go.Figure:
    """Noise-free HU from 0 to 240 s, with HU of lesion and liver at the delays.

    Parameters
    ----------
    course : TimeAttenuation
    lesion : LesionKind
        The metastasis that is measured; the other is drawn thin.
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the corner says that the curves are invented.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    colours = ink(dark)
    canvas = blank_canvas(
        "HU over time, one simulated patient",
        dark=dark,
        height=TIME_ATTENUATION_HEIGHT,
        top=_TOP,
        bottom=_BOTTOM,
        sides=_SIDES,
        synthetic=synthetic,
    )
    curves = _curves(course, lesion, colours)
    low = min(0.0, *(float(curve.hu.min()) for curve in curves))
    high = max(float(curve.hu.max()) for curve in curves)
    room = _ROOM * (high - low)
    span = (low - room, high + room)
    _draw_delays(canvas, course, colours)
    for curve in curves:
        canvas.traces.append(_line(curve, course))
    for curve in curves:
        canvas.traces.append(_marks(curve, course))
    measured = [curve for curve in curves if curve.is_measured]
    _draw_hu(canvas, measured, course, colours)
    _draw_names(canvas, curves, span, colours)
    notes = (
        "Shaded and dotted: when the study scanned.",
        "Lines: when these phases are scanned.",
        "Numbers: lesion and liver HU before noise.",
    )
    canvas.annotations.append(note_below("<br>".join(notes), colours, yshift=_NOTE_YSHIFT))
    canvas.layout["xaxis"] = axis(
        colours, "Time from the start of the injection (s)", range=[0, LAST_S], dtick=60, showgrid=False
    )
    canvas.layout["yaxis"] = axis(colours, "CT number (HU)", range=list(span), nticks=7)
    return canvas.figure()


def time_attenuation_table(course: TimeAttenuation) -> FigureTable:
    """HU of every tissue at the delays, with the study's delays beside them."""
    delays, rows = course.settings.protocol.delays_s, []
    for phase, hu in course.at_phases.items():
        low, high = study_window_s(phase)
        window = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        values = (hu.aorta_hu, hu.portal_vein_hu, hu.liver_hu, *(hu.lesion_hu(kind) for kind in LesionKind))
        rows.append(
            (
                f"{phase.label[0].upper()}{phase.label[1:]} ({phase.upper()})",
                f"{delays[phase]:g}",
                window,
                *(format_hu(value) for value in values),
            )
        )
    columns = (
        "Phase",
        "Delay (s)",
        "In the study (s)",
        "Aorta (HU)",
        "Portal vein (HU)",
        "Liver (HU)",
        *(f"{LESION_NAMES[kind]} metastasis (HU)" for kind in LesionKind),
    )
    return FigureTable("HU over time, at the delays", columns, tuple(rows))


def _curves(course: TimeAttenuation, lesion: LesionKind, colours: Ink) -> list[_Curve]:
    def metastasis(kind: LesionKind, hu: NDArray[Any], colour: str, symbol: str) -> _Curve:
        name = LESION_NAMES[kind].replace("Adenocarcinoma", "Adeno-<br>carcinoma")
        is_measured = kind is lesion
        return _Curve(
            f"{LESION_NAMES[kind]} metastasis",
            f"<b>{name}</b>" if is_measured else name,
            hu,
            colour,
            "solid",
            symbol,
            is_measured,
        )

    return [
        _Curve("Aorta", "Aorta", course.aorta_hu, colours.muted, "solid", "line-ew-open", False),
        _Curve(
            "Portal vein", "Portal vein", course.portal_vein_hu, colours.muted, "dash", "line-ew-open", False
        ),
        _Curve("Liver", "<b>Liver</b>", course.liver_hu, colours.text, "dot", "triangle-up-open", True),
        metastasis(LesionKind.HYPERVASCULAR, course.hypervascular_hu, NET_COLOUR, NET_SYMBOL),
        metastasis(
            LesionKind.HYPOVASCULAR, course.hypovascular_hu, ADENOCARCINOMA_COLOUR, ADENOCARCINOMA_SYMBOL
        ),
    ]


def _line(curve: _Curve, course: TimeAttenuation) -> dict[str, Any]:
    return {
        "type": "scatter",
        "x": course.time_s[::_EVERY],
        "y": curve.hu[::_EVERY],
        "mode": "lines",
        "name": curve.name,
        "line": {"color": curve.colour, "width": 2.5 if curve.is_measured else 1.25, "dash": curve.dash},
        "hovertemplate": f"{curve.name}, %{{x:.0f}} s: %{{y:.1f}} HU<extra></extra>",
    }


def _marks(curve: _Curve, course: TimeAttenuation) -> dict[str, Any]:
    """The curve at the delays."""
    delays = course.settings.protocol.delays_s
    values = [_of(curve, course.at(delay)) for delay in delays.values()]
    return {
        "type": "scatter",
        "x": list(delays.values()),
        "y": values,
        "mode": "markers",
        "name": f"{curve.name} at the delays",
        "text": [format_hu(value) for value in values],
        "customdata": [phase.upper() for phase in delays],
        "marker": {
            "symbol": curve.symbol,
            "size": 10 if curve.is_measured else 6,
            "color": curve.colour,
            "line": {"width": 2 if curve.is_measured else 1, "color": curve.colour},
        },
        "hovertemplate": f"{curve.name}, %{{customdata}} at %{{x:g}} s: %{{text}} HU<extra></extra>",
    }


def _of(curve: _Curve, hu: TissueHu) -> float:
    return {
        "Aorta": hu.aorta_hu,
        "Portal vein": hu.portal_vein_hu,
        "Liver": hu.liver_hu,
        **{f"{LESION_NAMES[kind]} metastasis": hu.lesion_hu(kind) for kind in LesionKind},
    }[curve.name]


def _draw_delays(canvas: Canvas, course: TimeAttenuation, colours: Ink) -> None:
    """The study's windows behind, the delays of these scans as lines with a label each, one above another."""
    for k, (phase, delay) in enumerate(course.settings.protocol.delays_s.items()):
        low, high = study_window_s(phase)
        if low == high:
            canvas.shapes.append(upright_line(low, colours.hatch, "dot", width=3))
        else:
            canvas.shapes.append(
                {
                    "type": "rect",
                    "x0": low,
                    "x1": high,
                    "yref": "paper",
                    "y0": 0,
                    "y1": 1,
                    "line": {"width": 0},
                    "fillcolor": colours.hatch,
                    "opacity": 0.35,
                    "layer": "below",
                }
            )
        canvas.shapes.append(upright_line(delay, colours.text, "solid", width=1))
        label = f"{phase.upper()} {delay:g} s"
        canvas.annotations.append(label_above(label, delay, (0.0, LAST_S), colours, yshift=_LINE_PX * k))


def _draw_hu(canvas: Canvas, measured: Sequence[_Curve], course: TimeAttenuation, colours: Ink) -> None:
    """HU of lesion and liver beside their marks: the higher one above, the lower one below."""
    for delay in course.settings.protocol.delays_s.values():
        hu = course.at(delay)
        ordered = sorted(measured, key=lambda curve: _of(curve, hu))
        for curve, yshift in zip(ordered, (-16, 16), strict=True):
            value = _of(curve, hu)
            text = f"<b>{format_hu(value)}</b>" if curve.name != "Liver" else format_hu(value)
            canvas.annotations.append(
                direct_label(
                    text,
                    colours,
                    x=delay,
                    y=value,
                    yshift=yshift,
                    xanchor="left",
                    xshift=3,
                    name="hu",
                    bgcolor=colours.background,
                    borderpad=0,
                )
            )


def _draw_names(canvas: Canvas, curves: Sequence[_Curve], span: tuple[float, float], colours: Ink) -> None:
    """The names at the ends of the curves, moved apart where the ends lie close together."""
    hu_per_px = (span[1] - span[0]) / (TIME_ATTENUATION_HEIGHT - _TOP - _BOTTOM)
    ordered = sorted(curves, key=lambda curve: float(curve.hu[-1]))
    heights = [curve.n_lines * _LINE_PX * hu_per_px for curve in ordered]
    ends = [float(curve.hu[-1]) for curve in ordered]
    for curve, y in zip(ordered, spread(ends, heights, span[0]), strict=True):
        canvas.annotations.append(
            direct_label(curve.at_end, colours, x=LAST_S, y=y, xanchor="left", xshift=6, align="left")
        )


def spread(wanted: Sequence[float], heights: Sequence[float], floor: float) -> list[float]:
    """Middles of labels near where they are wanted that do not overlap.

    Parameters
    ----------
    wanted : sequence of float
        Middles in rising order.
    heights : sequence of float
        Of each label.
    floor : float
        No label reaches below it.

    Returns
    -------
    list of float
        Groups of labels that touch are moved as one, so that they stay centred on where they are wanted.
    """
    groups: list[list[int]] = []
    for i in range(len(wanted)):
        groups.append([i])
        while len(groups) > 1 and _top(groups[-2], wanted, heights, floor) > _bottom(
            groups[-1], wanted, heights, floor
        ):
            groups[-2:] = [groups[-2] + groups[-1]]
    placed = []
    for group in groups:
        y = _bottom(group, wanted, heights, floor)
        for i in group:
            placed.append(y + heights[i] / 2)
            y += heights[i]
    return placed


def _bottom(group: Sequence[int], wanted: Sequence[float], heights: Sequence[float], floor: float) -> float:
    """Lower edge of a stack of labels whose middles are on average where they are wanted."""
    below, shifts = 0.0, 0.0
    for i in group:
        shifts += wanted[i] - below - heights[i] / 2
        below += heights[i]
    return max(floor, shifts / len(group))


def _top(group: Sequence[int], wanted: Sequence[float], heights: Sequence[float], floor: float) -> float:
    return _bottom(group, wanted, heights, floor) + sum(heights[i] for i in group)
