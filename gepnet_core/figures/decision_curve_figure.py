"""Net benefit of acting on a model, on everybody and on nobody, over threshold probabilities."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import plotly.graph_objects as go

from gepnet_core.figures.cutoff_marks import cutoff_canvas, draw_notes
from gepnet_core.figures.drawn_sample import drawn_note, drawn_ranks
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.palette import Ink, ink
from gepnet_core.figures.theme import Canvas, axis
from gepnet_core.numbers import format_level, format_percent, rounded_beside
from gepnet_core.statistics.models.decision_curve import DecisionCurve

_TITLE = "Decision curve of the model"
_BELOW, _ABOVE = 0.35, 1.15
"""How far the axis reaches below 0 and up, in prevalences: acting on all falls without end."""

_DECIMALS = 3
_LINES = (
    ("Model", "solid", 2.0),
    ("Act on all", "dash", 1.5),
    ("Act on none", "dot", 1.5),
)


def decision_curve_figure(found: DecisionCurve, *, dark: bool, synthetic: bool = False) -> go.Figure:
    """Net benefit of the model with its band, of acting on all and of acting on none.

    Parameters
    ----------
    found : DecisionCurve
        The positive class is adenocarcinoma; thresholds rise.
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the patients are invented; the corner then says so.
    """
    colours, n = ink(dark), found.n_positive + found.n_negative
    canvas = cutoff_canvas(
        f"Decision curve, prevalence {100 * found.prevalence:.4g} %, n = {n}",
        dark=dark,
        synthetic=synthetic,
        n_notes=6,
    )
    _draw_band(canvas, found, colours)
    ranks = drawn_ranks(len(found.thresholds))
    values = (found.net_benefit, found.treat_all, found.treat_none)
    for (name, dash, width), benefit in zip(_LINES, values, strict=True):
        canvas.traces.append(
            {
                "type": "scatter",
                "x": 100 * found.thresholds[ranks],
                "y": benefit[ranks],
                "mode": "lines",
                "name": name,
                "line": {"color": colours.text, "width": width, "dash": dash},
                "hovertemplate": f"{name}, threshold %{{x:.1f}} %: %{{y:.3f}}<extra></extra>",
            }
        )
    notes = [
        "Solid: model. Dashed: act on all.",
        "Dotted: act on none. To act is to treat",
        "as adenocarcinoma, from the threshold on.",
        f"Band: {format_level(found.level)} of {found.n_resamples} resamples"
        + (";" if found.reasons else "."),
        "none where all agree." if found.reasons else None,
        "Apparent: these rows made the model.",
        drawn_note(len(found.thresholds)),
    ]
    draw_notes(canvas, notes, colours)
    canvas.layout["xaxis"] = axis(colours, "Threshold probability of adenocarcinoma (%)", range=[0, 100])
    canvas.layout["yaxis"] = axis(
        colours,
        "Net benefit per patient",
        range=[-_BELOW * found.prevalence, _ABOVE * found.prevalence],
    )
    return canvas.figure()


def decision_curve_table(found: DecisionCurve) -> FigureTable:
    """The numbers of `decision_curve_figure`."""
    rows = tuple(
        (
            format_percent(float(found.thresholds[k])),
            _benefit(float(found.net_benefit[k])),
            "none"
            if np.isnan(found.low[k])
            else f"{_benefit(float(found.low[k]))} to {_benefit(float(found.high[k]))}",
            _benefit(float(found.treat_all[k])),
            _benefit(float(found.treat_none[k])),
        )
        for k in drawn_ranks(len(found.thresholds)).tolist()
    )
    columns = (
        "Threshold probability",
        "Net benefit of the model, true positives per patient",
        format_level(found.level) + " of the resamples",
        "Act on all",
        "Act on none",
    )
    return FigureTable(_TITLE, columns, rows)


def _draw_band(canvas: Canvas, found: DecisionCurve, colours: Ink) -> None:
    """A closed area for each run of thresholds with an interval."""
    red, green, blue = (int(colours.hatch[k : k + 2], 16) for k in (1, 3, 5))
    for run in _runs(found):
        canvas.traces.append(
            {
                "type": "scatter",
                "x": 100 * np.concatenate([found.thresholds[run], found.thresholds[run][::-1]]),
                "y": np.concatenate([found.low[run], found.high[run][::-1]]),
                "mode": "lines",
                "name": "Band",
                "line": {"width": 0},
                "fill": "toself",
                "fillcolor": f"rgba({red},{green},{blue},0.3)",
                "hoverinfo": "skip",
            }
        )


def _runs(found: DecisionCurve) -> Iterator[np.ndarray]:
    there = np.flatnonzero(~np.isnan(found.low))
    for run in np.split(there, np.flatnonzero(np.diff(there) > 1) + 1):
        if len(run):
            yield run[drawn_ranks(len(run))]


def _benefit(value: float) -> str:
    return rounded_beside(value, (0,), _DECIMALS)
