"""Predicted probabilities of a model against what happened, in groups of neighbouring predictions."""

from __future__ import annotations

import plotly.graph_objects as go

from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.palette import ink
from gepnet_core.figures.theme import axis, blank_canvas, direct_label, note_below
from gepnet_core.numbers import format_level, format_proportion
from gepnet_core.statistics.calibration import Calibration, CalibrationGroup

HEIGHT = 430

_BOTTOM = 172
_NOTE_YSHIFT = -50
_TITLE = "Calibration of the model"
_MOST_LABELS = 5
"""Counts of more groups would lie on each other on a narrow screen."""

_EDGE = 0.1
"""Share of the axis at either end where a count is anchored so that it stays inside."""


def calibration_figure(found: Calibration, *, dark: bool, synthetic: bool = False) -> go.Figure:
    """Observed share of adenocarcinomas against the mean prediction of each group.

    Parameters
    ----------
    found : Calibration
        Of a model on the rows that it was fitted to; the event is adenocarcinoma.
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the patients are invented; the corner then says so.
    """
    colours, groups = ink(dark), found.groups
    canvas = blank_canvas(
        f"{_TITLE}, n = {found.n}", dark=dark, height=HEIGHT, bottom=_BOTTOM, synthetic=synthetic
    )
    canvas.shapes.append(
        {
            "type": "line",
            "name": "Ideal",
            "x0": 0,
            "y0": 0,
            "x1": 1,
            "y1": 1,
            "line": {"color": colours.muted, "width": 1, "dash": "dot"},
        }
    )
    canvas.traces.append(
        {
            "type": "scatter",
            "x": [group.mean_predicted for group in groups],
            "y": [group.observed for group in groups],
            "mode": "markers",
            "name": "Groups",
            "marker": {"symbol": "square", "size": 10, "color": colours.text},
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": [group.wilson.high - group.observed for group in groups],
                "arrayminus": [group.observed - group.wilson.low for group in groups],
                "color": colours.muted,
                "thickness": 1.5,
                "width": 4,
            },
            "text": [_count(group) for group in groups],
            "hovertemplate": "predicted %{x:.3f}, observed %{y:.3f}, %{text}<extra></extra>",
        }
    )
    are_labelled = len(groups) <= _MOST_LABELS
    for group in groups if are_labelled else ():
        is_low = group.observed < 0.5
        canvas.annotations.append(
            direct_label(
                _count(group),
                colours,
                x=group.mean_predicted,
                y=group.wilson.high if is_low else group.wilson.low,
                xanchor=_anchor(group.mean_predicted),
                yanchor="bottom" if is_low else "top",
                bgcolor=colours.background,
            )
        )
    level, sizes = format_level(groups[0].wilson.level), [group.n for group in groups]
    notes = [
        "Squares: groups of neighbouring rows by",
        f"prediction, {level} Wilson intervals.",
        None if are_labelled else f"{min(sizes)} to {max(sizes)} rows each; counts in the table.",
        "Dotted: ideal.",
        "Apparent: these rows made the model.",
    ]
    canvas.annotations.append(
        note_below("<br>".join(note for note in notes if note), colours, yshift=_NOTE_YSHIFT)
    )
    canvas.layout["xaxis"] = axis(colours, "Predicted probability of adenocarcinoma", range=[-0.02, 1.02])
    canvas.layout["yaxis"] = axis(colours, "Observed share of adenocarcinomas", range=[-0.04, 1.04])
    return canvas.figure()


def calibration_table(found: Calibration) -> FigureTable:
    """The numbers of `calibration_figure`."""
    rows = tuple(
        (
            _range(group),
            f"{group.mean_predicted:.3f}",
            format_proportion(group.n_event, group.n, group.wilson),
        )
        for group in found.groups
    )
    return FigureTable(_TITLE, ("Predicted probability", "Mean", "Adenocarcinomas observed"), rows)


def _range(group: CalibrationGroup) -> str:
    low, high = (f"{limit:.3f}" for limit in (group.lowest, group.highest))
    return low if low == high else f"{low} to {high}"


def _count(group: CalibrationGroup) -> str:
    return f"{group.n_event} of {group.n}"


def _anchor(place: float) -> str:
    return "left" if place < _EDGE else "right" if place > 1 - _EDGE else "center"
