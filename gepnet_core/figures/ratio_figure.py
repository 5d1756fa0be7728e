"""The HAP ratio of one case against the cutoff."""

from __future__ import annotations

import plotly.graph_objects as go

from gepnet_core.case.assessment import Assessment
from gepnet_core.figures.case_scale import (
    GroupMark,
    RatioScale,
    groups_note,
    hap_ratio_text,
    ratio_scale,
    zone_note,
)
from gepnet_core.figures.palette import Ink, ink
from gepnet_core.figures.theme import Canvas, axis, blank_canvas, direct_label, note_below

RATIO_HEIGHT = 390

# Rows of the ratio figure, from below.
_ROWS = {"adenocarcinoma": 0.5, "net": 1.5, "case": 2.5}
_TOP = 3.2
# Width of a cutoff's label as a share of the axis, on a narrow screen.
_LABEL_WIDTH = 0.3
# Share of the axis at either end where the label of the case is anchored outwards.
_EDGE = 0.25
# Axis, four lines of notes, the line of intended use.
_RATIO_BOTTOM = 148


def ratio_figure(assessment: Assessment, *, dark: bool, synthetic: bool = False) -> go.Figure:
    """The HAP ratio of a case against the cutoff, with the grey zone and the study's groups as context.

    Parameters
    ----------
    assessment : Assessment
        Where the HAP ratio is unknown, the study's groups stand alone and the figure says so.
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the case is invented; the corner then says so.
    """
    return ratio_canvas(assessment, dark=dark, synthetic=synthetic).figure()


def ratio_canvas(assessment: Assessment, *, dark: bool, synthetic: bool = False) -> Canvas:
    """The values of `ratio_figure`, for a page that draws them at each change of an input."""
    colours, scale = ink(dark), ratio_scale(assessment)
    canvas = blank_canvas(
        "HAP ratio against the cutoff, n = 1",
        dark=dark,
        height=RATIO_HEIGHT,
        top=64,
        bottom=_RATIO_BOTTOM,
        sides=(16, 16),
        synthetic=synthetic,
    )
    _draw_grey_zone(canvas, assessment, scale, colours)
    _draw_cutoffs(canvas, scale, colours)
    for mark in scale.groups:
        _draw_group(canvas, mark, colours)
    _draw_case(canvas, assessment, scale, colours)
    _draw_notes(canvas, assessment, scale, colours)
    title = "Lesion / liver HU, hepatic artery phase (ratio, no unit)"
    canvas.layout["xaxis"] = axis(colours, title, range=[scale.low, scale.high])
    canvas.layout["yaxis"] = {"visible": False, "range": [0, _TOP], "fixedrange": True}
    canvas.layout["bargap"] = 0
    return canvas


def _label_above(canvas: Canvas, text: str, colours: Ink, x: float, y: float, anchor: str) -> None:
    """A label over a mark, on a ground that hides the lines and the hatch behind it."""
    canvas.annotations.append(
        direct_label(
            text, colours, x=x, y=y, xanchor=anchor, yshift=18, bgcolor=colours.background, borderpad=1
        )
    )


def _anchor(scale: RatioScale, x: float) -> str:
    """Side of a label that stays inside the axis."""
    place = (x - scale.low) / (scale.high - scale.low)
    return "left" if place < _EDGE else "right" if place > 1 - _EDGE else "center"


def _draw_group(canvas: Canvas, mark: GroupMark, colours: Ink) -> None:
    x, y = float(mark.mean), _ROWS[mark.group]
    canvas.traces.append(
        {
            "type": "scatter",
            "x": [x],
            "y": [y],
            "mode": "markers",
            "marker": {"symbol": mark.symbol, "size": 12, "color": mark.colour},
            "error_x": {
                "type": "data",
                "array": [float(mark.sd)],
                "color": mark.colour,
                "thickness": 2,
                "width": 6,
            },
            "name": mark.name,
            "hovertemplate": f"{mark.label}<extra></extra>",
        }
    )
    # From the bar's outer end inwards, so that a narrow screen cuts nothing.
    if mark.group == "net":
        _label_above(canvas, mark.label, colours, x + float(mark.sd), y, "right")
    else:
        _label_above(canvas, mark.label, colours, x - float(mark.sd), y, "left")


def _draw_case(canvas: Canvas, assessment: Assessment, scale: RatioScale, colours: Ink) -> None:
    y, text = _ROWS["case"], hap_ratio_text(assessment)
    if scale.value is None:
        _label_above(canvas, "<b>This case, unknown</b>", colours, (scale.low + scale.high) / 2, y, "center")
        return
    canvas.traces.append(
        {
            "type": "scatter",
            "x": [scale.value],
            "y": [y],
            "mode": "markers",
            "marker": {"symbol": "square", "size": 13, "color": colours.text},
            "name": "This case",
            "hovertemplate": f"This case, {text}<extra></extra>",
        }
    )
    _label_above(canvas, f"<b>This case, {text}</b>", colours, scale.value, y, _anchor(scale, scale.value))


def _draw_grey_zone(canvas: Canvas, assessment: Assessment, scale: RatioScale, colours: Ink) -> None:
    """A neutral hatch behind everything."""
    if scale.zone is None:
        return
    left, right = scale.zone
    canvas.traces.append(
        {
            "type": "bar",
            "x": [right - left],
            "base": [left],
            "y": [_TOP / 2],
            "width": [_TOP],
            "orientation": "h",
            "name": "Grey zone",
            "marker": {
                "color": "rgba(0,0,0,0)",
                "line": {"width": 0},
                "pattern": {
                    "shape": "/",
                    "size": 9,
                    "solidity": 0.12,
                    "fgcolor": colours.hatch,
                    "bgcolor": "rgba(0,0,0,0)",
                    "fillmode": "replace",
                },
            },
            "hovertemplate": f"{zone_note(assessment)}<extra></extra>",
        }
    )


def _draw_notes(canvas: Canvas, assessment: Assessment, scale: RatioScale, colours: Ink) -> None:
    """What the bars and the hatch are, below the axis."""
    lines = [groups_note().replace(" (", "<br>(")]
    if scale.zone is not None:
        note = zone_note(assessment)
        head, tail = note.split(" of ", 1)
        lines.append(f"Hatched: {head[0].lower()}{head[1:]} of<br>{tail}")
    canvas.annotations.append(note_below("<br>".join(lines), colours, yshift=-46))


def _draw_cutoffs(canvas: Canvas, scale: RatioScale, colours: Ink) -> None:
    """The published cutoff as a thin line, an own one dashed, each labelled at its end.

    The label of an own cutoff stands higher where the two would meet.
    """
    published = scale.cutoffs[0].value
    for mark in scale.cutoffs:
        is_near = abs(mark.value - published) < _LABEL_WIDTH * (scale.high - scale.low)
        canvas.shapes.append(
            {
                "type": "line",
                "x0": mark.value,
                "x1": mark.value,
                "y0": 0,
                "y1": _TOP,
                "line": {
                    "color": colours.text,
                    "width": 1.5,
                    "dash": "solid" if mark.is_published else "dash",
                },
            }
        )
        canvas.annotations.append(
            direct_label(
                mark.label,
                colours,
                x=mark.value,
                y=1,
                yref="paper",
                yanchor="bottom",
                yshift=14 if is_near and not mark.is_published else 0,
            )
        )
