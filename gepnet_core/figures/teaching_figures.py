"""How samples differ from the patients that they are drawn from, and how sure a student may be."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Protocol

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from gepnet_core.figures.cutoff_marks import CUTOFF_TITLE, cutoff_text
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.lines import diagonal, label_above, upright_line
from gepnet_core.figures.palette import ink
from gepnet_core.figures.theme import axis, blank_canvas, direct_label, note_below
from gepnet_core.numbers import format_level, format_percent, format_proportion, rounded_beside
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.models.calibration import Calibration
from gepnet_core.study.criteria import load_criteria

Floats = NDArray[np.float64]

DRAWS_HEIGHT = 380
CONFIDENCE_HEIGHT = 430

_DECIMALS = 3
_MOST_BINS = 40
_NARROWEST_BIN = 0.005
_NOTE_YSHIFT = -50
_ROOM = 0.05
"""Free at either end of an axis, as a share of it."""

_READING_HEIGHT = 0.34
"""Height of the line for one more reading, in units of the strips' upright axis."""

_EDGE = 0.25
"""Share of the axis at either end where a label is anchored so that it stays inside."""


class ManyDraws(Protocol):
    """Many samples, such as `gepnet_core.teaching.sampling.Draws`.

    That is built on a higher floor, so that this module says what it needs of it.
    """

    @property
    def n(self) -> int: ...
    @property
    def areas(self) -> Floats: ...
    @property
    def cutoffs(self) -> Floats: ...
    @property
    def flattery(self) -> Floats: ...
    @property
    def true_area(self) -> float: ...
    @property
    def true_cutoff(self) -> float: ...
    def middle(self, values: Floats) -> ConfidenceInterval: ...


class OneDraw(Protocol):
    """The sample that is looked at, such as `gepnet_core.teaching.sampling.Draw`."""

    @property
    def area(self) -> float: ...
    @property
    def cutoff(self) -> float: ...
    @property
    def flattery(self) -> float: ...


def auc_draws_figure(draws: ManyDraws, present: OneDraw | None, *, dark: bool) -> go.Figure:
    """The area under the ROC curve over many samples, with that of all patients and of a present sample."""
    title = f"AUC, {draws.n} draws of {_sizes()}"
    return _draws_figure(
        draws,
        draws.areas,
        title,
        "AUC (no unit)",
        draws.true_area,
        None if present is None else present.area,
        "all patients",
        dark,
        _shown,
    )


def cutoff_draws_figure(draws: ManyDraws, present: OneDraw | None, *, dark: bool) -> go.Figure:
    """The best cutoff over many samples, with that of all patients and of a present sample."""
    title = f"Best cutoff, {draws.n} draws of {_sizes()}"
    return _draws_figure(
        draws,
        draws.cutoffs,
        title,
        CUTOFF_TITLE,
        draws.true_cutoff,
        None if present is None else present.cutoff,
        "all patients",
        dark,
        cutoff_text,
    )


def flattery_draws_figure(draws: ManyDraws, present: OneDraw | None, *, dark: bool) -> go.Figure:
    """By how much a cutoff looks better in the sample that chose it than it is in all patients."""
    title = f"How the best cutoff flatters, {draws.n} draws"
    return _draws_figure(
        draws,
        draws.flattery,
        title,
        "Apparent minus true Youden's index (no unit)",
        0.0,
        None if present is None else present.flattery,
        "no flattery",
        dark,
        _shown,
    )


def mark_reading(strips: go.Figure, ratio: float, *, dark: bool) -> go.Figure:
    """Add a reading below the patients of `ratio_strips_figure`, as a star that belongs to neither diagnosis.

    Parameters
    ----------
    strips : Figure
        Changed in place: its axes grow where they do not hold the reading.
    ratio : float
        Lesion HU by liver HU on the hepatic artery phase.
    dark : bool
        Theme of the page.
    """
    colours = ink(dark)
    low, high = strips.layout.xaxis.range
    room = _ROOM * (high - low)
    span = [min(low, ratio - room), max(high, ratio + room)]
    bottom, top = strips.layout.yaxis.range
    strips.update_layout(xaxis_range=span, yaxis_range=[bottom - _READING_HEIGHT, top])
    strips.add_scatter(
        x=[ratio],
        y=[bottom - _READING_HEIGHT / 2],
        mode="markers",
        name="Lab's metastasis",
        marker={"symbol": "star", "size": 13, "color": colours.text},
        hovertemplate="Lab's metastasis: %{x:.3f}<extra></extra>",
    )
    is_left = ratio < sum(span) / 2
    strips.add_annotation(
        **direct_label(
            "Lab's metastasis",
            colours,
            x=ratio,
            y=bottom - _READING_HEIGHT / 2,
            xanchor="left" if is_left else "right",
            xshift=10 if is_left else -10,
            yanchor="middle",
            bgcolor=colours.background,
        )
    )
    return strips


def draws_table(draws: ManyDraws, present: OneDraw | None) -> FigureTable:
    """The numbers of the three figures of draws; the present sample has a column where there is one."""
    rows = []
    for name, values, true, here, text in (
        ("AUC", draws.areas, _shown(draws.true_area), None if present is None else present.area, _shown),
        (
            "Best cutoff of the HAP ratio",
            draws.cutoffs,
            cutoff_text(draws.true_cutoff),
            None if present is None else present.cutoff,
            cutoff_text,
        ),
        (
            "Apparent minus true Youden's index",
            draws.flattery,
            "none",
            None if present is None else present.flattery,
            _shown,
        ),
    ):
        middle = draws.middle(values)
        between = f"{text(middle.low)} to {text(middle.high)}"
        own = () if here is None else (text(here),)
        rows.append((name, true, *own, text(float(values.mean())), between))
    level = format_level(draws.middle(draws.areas).level)
    own = () if present is None else ("This sample",)
    columns = ("", "All patients", *own, f"Mean of {draws.n} draws", f"{level} of the draws")
    return FigureTable(f"Samples of {_sizes()}", columns, tuple(rows))


def confidence_figure(confidence: Calibration, *, dark: bool) -> go.Figure:
    """How often a student was right, by stated confidence, with Wilson intervals.

    Parameters
    ----------
    confidence : Calibration
        Of `gepnet_core.teaching.quiz_grading.QuizScore`: stated confidence as the probability of being right.
    dark : bool
        Theme of the page.
    """
    colours, groups = ink(dark), confidence.groups
    stated = np.array([group.mean_predicted for group in groups])
    right = np.array([group.observed for group in groups])
    canvas = blank_canvas(
        f"Right by stated confidence, n = {confidence.n}", dark=dark, height=CONFIDENCE_HEIGHT, bottom=126
    )
    canvas.shapes.append(diagonal(colours))
    canvas.traces.append(
        {
            "type": "scatter",
            "x": stated,
            "y": right,
            "mode": "markers+text",
            "name": "Answers",
            "marker": {"size": 9, "color": colours.text},
            "error_y": {
                "type": "data",
                "symmetric": False,
                "array": np.array([group.wilson.high for group in groups]) - right,
                "arrayminus": right - np.array([group.wilson.low for group in groups]),
                "color": colours.muted,
                "thickness": 1.5,
                "width": 4,
            },
            "text": [f" {group.n_event} of {group.n}" for group in groups],
            "textposition": ["middle left" if x > 1 - _EDGE / 2 else "middle right" for x in stated.tolist()],
            "textfont": {"color": colours.text},
            "hovertemplate": "stated %{x:.0%}: right in %{text}<extra></extra>",
        }
    )
    level = format_level(groups[0].wilson.level)
    notes = ["Dotted: confidence fits; below it, too sure.", f"Bars: {level} Wilson intervals."]
    canvas.annotations.append(note_below("<br>".join(notes), colours, yshift=_NOTE_YSHIFT))
    canvas.layout["xaxis"] = axis(colours, "Stated confidence", range=[0.44, 1.06], tickformat=".0%")
    canvas.layout["yaxis"] = axis(colours, "Right (share of answers)", range=[-0.04, 1.06], tickformat=".0%")
    return canvas.figure()


def confidence_table(confidence: Calibration) -> FigureTable:
    """The numbers of `confidence_figure`."""
    rows = tuple(
        (format_percent(group.mean_predicted), format_proportion(group.n_event, group.n, group.wilson))
        for group in confidence.groups
    )
    return FigureTable("Right by stated confidence", ("Stated confidence", "Right"), rows)


def _draws_figure(
    draws: ManyDraws,
    values: Floats,
    title: str,
    quantity: str,
    true: float,
    here: float | None,
    truth: str,
    dark: bool,
    text: Callable[[float], str],
) -> go.Figure:
    """A histogram of draws; the truth as a solid line, a present sample dashed."""
    colours, edges = ink(dark), _edges(values)
    counts, _ = np.histogram(values, edges)
    canvas = blank_canvas(title, dark=dark, height=DRAWS_HEIGHT, top=72, bottom=126, synthetic=True)
    canvas.traces.append(
        {
            "type": "bar",
            "x": (edges[:-1] + edges[1:]) / 2,
            "y": counts,
            "width": np.diff(edges),
            "name": "Draws",
            "marker": {"color": colours.hatch, "line": {"width": 0}},
            "hovertemplate": "around %{x:.3f}: %{y} draws<extra></extra>",
        }
    )
    marks = [(true, truth, "solid")]
    if here is not None:
        marks.append((here, "this sample", "dash"))
    ends = [float(edges[0]), float(edges[-1]), *(value for value, _, _ in marks)]
    room = _ROOM * (max(ends) - min(ends))
    span = min(ends) - room, max(ends) + room
    middle = draws.middle(values)
    for limit in (middle.low, middle.high):
        canvas.shapes.append(upright_line(limit, colours.muted, "dot", width=1))
    for k, (value, label, dash) in enumerate(marks):
        canvas.shapes.append(upright_line(value, colours.text, dash))
        canvas.annotations.append(label_above(f"{text(value)}, {label}", value, span, colours, yshift=15 * k))
    note = f"Dotted: {format_level(middle.level)} of the draws lie between."
    canvas.annotations.append(note_below(note, colours, yshift=_NOTE_YSHIFT))
    canvas.layout["xaxis"] = axis(colours, quantity, range=list(span))
    canvas.layout["yaxis"] = axis(colours, "Draws (n)", rangemode="tozero")
    canvas.layout["bargap"] = 0
    return canvas.figure()


def _edges(values: Floats) -> Floats:
    """Bins of one width over the values; one bin where all are equal."""
    low, high = float(values.min()), float(values.max())
    n = max(1, min(_MOST_BINS, math.ceil((high - low) / _NARROWEST_BIN)))
    half = 0.0 if high > low else _NARROWEST_BIN / 2
    return np.linspace(low - half, high + half, n + 1)


def _sizes() -> str:
    n = load_criteria().group_sizes
    return f"{n.adenocarcinoma} + {n.net}"


def _shown(value: float) -> str:
    return rounded_beside(value, (0, 1), _DECIMALS)
