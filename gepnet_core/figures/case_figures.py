"""One case as figures: HU over the phases, and the HAP ratio against the cutoff."""

from __future__ import annotations

import plotly.graph_objects as go

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.phase import Phase
from gepnet_core.errors import InsufficientDataError
from gepnet_core.figures.case_scale import (
    GroupMark,
    RatioScale,
    groups_note,
    hap_ratio_text,
    ratio_scale,
    zone_note,
)
from gepnet_core.figures.case_tables import FigureTable, phases_table, ratio_table
from gepnet_core.figures.palette import Ink, ink
from gepnet_core.figures.theme import axis, blank_figure, direct_label
from gepnet_core.numbers import format_hu

__all__ = ["FigureTable", "phases_figure", "phases_table", "ratio_figure", "ratio_table"]

PHASES_HEIGHT = 340
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


def phases_figure(assessment: Assessment, *, dark: bool, synthetic: bool = False) -> go.Figure:
    """Lesion and liver HU over the phases that were given.

    Parameters
    ----------
    assessment : Assessment
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the case is invented; the corner then says so.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    InsufficientDataError
        If no HU were given.
    """
    measurements = assessment.case.measurements
    phases = [phase for phase in Phase if phase in measurements]
    if not phases:
        raise InsufficientDataError(
            "there are no HU to draw", allowed="lesion and liver HU of at least one phase"
        )
    colours = ink(dark)
    figure = blank_figure(
        "Lesion and liver over the phases, n = 1", dark=dark, height=PHASES_HEIGHT, synthetic=synthetic
    )
    lesion = [float(measurements[phase].lesion.hu) for phase in phases]
    liver = [float(measurements[phase].liver.hu) for phase in phases]
    positions = list(range(len(phases)))
    for name, values, others, symbol, dash in (
        ("Lesion", lesion, liver, "square", "solid"),
        ("Liver", liver, lesion, "triangle-up-open", "dot"),
    ):
        texts = [format_hu(getattr(measurements[phase], name.lower()).hu) for phase in phases]
        # The higher of the two is labelled above, the lower below: labels never meet.
        above = [v > o or (v == o and name == "Lesion") for v, o in zip(values, others, strict=True)]
        figure.add_trace(
            go.Scatter(
                x=positions,
                y=values,
                mode="lines+markers",
                name=name,
                text=texts,
                cliponaxis=False,
                line={"color": colours.text if name == "Lesion" else colours.muted, "width": 2, "dash": dash},
                marker={
                    "symbol": symbol,
                    "size": 11,
                    "color": colours.text if name == "Lesion" else colours.muted,
                    "line": {"width": 2, "color": colours.text if name == "Lesion" else colours.muted},
                },
                customdata=[phase.label for phase in phases],
                hovertemplate=f"{name}, %{{customdata}}: %{{text}} HU<extra></extra>",
            )
        )
        for x, value, text, is_above in zip(positions, values, texts, above, strict=True):
            shift = 17 if is_above else -17
            figure.add_annotation(direct_label(text, colours, x=x, y=value, yshift=shift))
        figure.add_annotation(
            direct_label(
                f"<b>{name}</b>",
                colours,
                x=positions[-1],
                y=values[-1],
                xanchor="left",
                xshift=14,
                yshift=4 if above[-1] else -4,
            )
        )
    low, high = min(*lesion, *liver), max(*lesion, *liver)
    room = max(0.3 * (high - low), 6.0)
    figure.update_yaxes(**axis(colours, "Mean CT number (HU)", range=[low - room, high + room], nticks=6))
    figure.update_xaxes(
        **axis(
            colours,
            "Contrast phase",
            range=[-0.45, len(phases) - 1 + 0.55],
            tickvals=positions,
            ticktext=[
                f"{phase.label[0].upper()}{phase.label[1:-6]}<br>({phase.upper()})" for phase in phases
            ],
            showgrid=False,
        )
    )
    return figure


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
    colours, scale = ink(dark), ratio_scale(assessment)
    figure = blank_figure(
        "HAP ratio against the cutoff, n = 1",
        dark=dark,
        height=RATIO_HEIGHT,
        bottom=_RATIO_BOTTOM,
        synthetic=synthetic,
    )
    _draw_grey_zone(figure, assessment, scale, colours)
    _draw_cutoffs(figure, scale, colours)
    for mark in scale.groups:
        _draw_group(figure, mark, colours)
    _draw_case(figure, assessment, scale, colours)
    _draw_notes(figure, assessment, scale, colours)
    title = "Lesion / liver HU, hepatic artery phase (ratio, no unit)"
    figure.update_xaxes(**axis(colours, title, range=[scale.low, scale.high]))
    figure.update_yaxes(visible=False, range=[0, _TOP], fixedrange=True)
    figure.update_layout(margin={"l": 16, "r": 16, "t": 64}, bargap=0)
    return figure


def _label_above(figure: go.Figure, text: str, colours: Ink, x: float, y: float, anchor: str) -> None:
    """A label over a mark, on a ground that hides the lines and the hatch behind it."""
    figure.add_annotation(
        direct_label(
            text, colours, x=x, y=y, xanchor=anchor, yshift=18, bgcolor=colours.background, borderpad=1
        )
    )


def _anchor(scale: RatioScale, x: float) -> str:
    """Side of a label that stays inside the axis."""
    place = (x - scale.low) / (scale.high - scale.low)
    return "left" if place < _EDGE else "right" if place > 1 - _EDGE else "center"


def _draw_group(figure: go.Figure, mark: GroupMark, colours: Ink) -> None:
    x, y = float(mark.mean), _ROWS[mark.group]
    figure.add_trace(
        go.Scatter(
            x=[x],
            y=[y],
            mode="markers",
            marker={"symbol": mark.symbol, "size": 12, "color": mark.colour},
            error_x={
                "type": "data",
                "array": [float(mark.sd)],
                "color": mark.colour,
                "thickness": 2,
                "width": 6,
            },
            name=mark.name,
            hovertemplate=f"{mark.label}<extra></extra>",
        )
    )
    # From the bar's outer end inwards, so that a narrow screen cuts nothing.
    if mark.group == "net":
        _label_above(figure, mark.label, colours, x + float(mark.sd), y, "right")
    else:
        _label_above(figure, mark.label, colours, x - float(mark.sd), y, "left")


def _draw_case(figure: go.Figure, assessment: Assessment, scale: RatioScale, colours: Ink) -> None:
    y, text = _ROWS["case"], hap_ratio_text(assessment)
    if scale.value is None:
        _label_above(figure, "<b>This case, unknown</b>", colours, (scale.low + scale.high) / 2, y, "center")
        return
    figure.add_trace(
        go.Scatter(
            x=[scale.value],
            y=[y],
            mode="markers",
            marker={"symbol": "square", "size": 13, "color": colours.text},
            name="This case",
            hovertemplate=f"This case, {text}<extra></extra>",
        )
    )
    _label_above(figure, f"<b>This case, {text}</b>", colours, scale.value, y, _anchor(scale, scale.value))


def _draw_grey_zone(figure: go.Figure, assessment: Assessment, scale: RatioScale, colours: Ink) -> None:
    """A neutral hatch behind everything."""
    if scale.zone is None:
        return
    left, right = scale.zone
    figure.add_trace(
        go.Bar(
            x=[right - left],
            base=[left],
            y=[_TOP / 2],
            width=[_TOP],
            orientation="h",
            name="Grey zone",
            marker={
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
            hovertemplate=f"{zone_note(assessment)}<extra></extra>",
        )
    )


def _draw_notes(figure: go.Figure, assessment: Assessment, scale: RatioScale, colours: Ink) -> None:
    """What the bars and the hatch are, below the axis."""
    lines = [groups_note().replace(" (", "<br>(")]
    if scale.zone is not None:
        note = zone_note(assessment)
        head, tail = note.split(" of ", 1)
        lines.append(f"Hatched: {head[0].lower()}{head[1:]} of<br>{tail}")
    figure.add_annotation(
        direct_label(
            "<br>".join(lines),
            colours,
            xref="paper",
            x=0,
            yref="paper",
            y=0,
            yshift=-46,
            xanchor="left",
            yanchor="top",
            align="left",
        )
    )


def _draw_cutoffs(figure: go.Figure, scale: RatioScale, colours: Ink) -> None:
    """The published cutoff as a thin line, an own one dashed, each labelled at its end.

    The label of an own cutoff stands higher where the two would meet.
    """
    published = scale.cutoffs[0].value
    for mark in scale.cutoffs:
        is_near = abs(mark.value - published) < _LABEL_WIDTH * (scale.high - scale.low)
        figure.add_shape(
            type="line",
            x0=mark.value,
            x1=mark.value,
            y0=0,
            y1=_TOP,
            line={"color": colours.text, "width": 1.5, "dash": "solid" if mark.is_published else "dash"},
        )
        figure.add_annotation(
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
