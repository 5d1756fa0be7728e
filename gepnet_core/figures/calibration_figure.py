"""Predicted probabilities of a model against what happened, in groups of neighbouring predictions."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from gepnet_core.figures.cutoff_marks import cutoff_canvas, draw_notes
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.lines import diagonal
from gepnet_core.figures.palette import ink
from gepnet_core.figures.theme import axis, direct_label
from gepnet_core.numbers import format_level, format_proportion
from gepnet_core.statistics.models.calibration import Calibration, CalibrationGroup

_TITLE = "Calibration of the model"
_TOP = 58
"""Height above the axes for the counts, in pixels."""

_MOST_LABELS = 5
"""Counts of more groups would lie on each other on a narrow screen."""

_LABEL_WIDTH = 0.24
"""Width of a count as a share of the axis, on a narrow screen."""

_LAST_PLACE = 0.96
"""The middle of a count that ends where the figure does."""


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
    canvas = cutoff_canvas(f"{_TITLE}, n = {found.n}", dark=dark, synthetic=synthetic, top=_TOP, n_notes=5)
    canvas.shapes.append(diagonal(colours))
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
    if are_labelled:
        for group, place in zip(groups, _places(groups), strict=True):
            canvas.annotations.append(
                direct_label(_count(group), colours, x=place, y=1, yref="paper", yanchor="bottom")
            )
    level, sizes = format_level(groups[0].wilson.level), [group.n for group in groups]
    notes = [
        "Squares: groups of neighbouring rows by",
        f"prediction, {level} Wilson intervals.",
        "Above: adenocarcinomas of each, in order."
        if are_labelled
        else f"{min(sizes)} to {max(sizes)} rows each; counts in the table.",
        "Dotted: ideal.",
        "Apparent: these rows made the model.",
    ]
    draw_notes(canvas, notes, colours)
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


def _places(groups: Sequence[CalibrationGroup]) -> list[float]:
    """Where counts stand side by side, each as near above its group as the others allow."""
    places: list[float] = []
    for group in groups:
        places.append(max([group.mean_predicted, *(last + _LABEL_WIDTH for last in places[-1:])]))
    end = _LAST_PLACE
    for k in reversed(range(len(places))):
        places[k] = min(places[k], end)
        end = places[k] - _LABEL_WIDTH
    return places
