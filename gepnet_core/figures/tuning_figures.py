"""How the tuned cutoff scatters over resamples, the published one beside it."""

from __future__ import annotations

import math

import plotly.graph_objects as go

from gepnet_core.cohort.parts.tuning import CutoffDistribution, TunedCutoff
from gepnet_core.errors import InsufficientDataError
from gepnet_core.figures.cutoff_marks import (
    CUTOFF_TITLE,
    ROOM_ABOVE,
    axis_span,
    cutoff_canvas,
    cutoff_text,
    draw_cutoffs,
    draw_notes,
    published_text,
)
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.lines import upright_line
from gepnet_core.figures.palette import ink
from gepnet_core.figures.theme import axis
from gepnet_core.numbers import format_level

_TITLE = "Tuned cutoff over resamples"


def tuned_cutoff_figure(tuned: TunedCutoff, *, dark: bool, synthetic: bool = False) -> go.Figure:
    """The cutoffs that resamples of the rows choose, with the chosen and the published one.

    Parameters
    ----------
    tuned : TunedCutoff
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the patients are invented; the corner then says so.

    Raises
    ------
    InsufficientDataError
        If there was no resampling.
    """
    found, own = _resampled(tuned)
    colours, total = ink(dark), int(found.counts.sum())
    canvas = cutoff_canvas(
        f"{_TITLE}, n = {total}", dark=dark, synthetic=synthetic, top=ROOM_ABOVE, n_notes=4
    )
    canvas.traces.append(
        {
            "type": "bar",
            "x": (found.edges[:-1] + found.edges[1:]) / 2,
            "y": found.counts,
            "width": found.edges[1:] - found.edges[:-1],
            "name": "Resamples",
            "marker": {"color": colours.hatch, "line": {"width": 0}},
            "hovertemplate": "around %{x:.3f}: %{y} resamples<extra></extra>",
        }
    )
    ends = found.edges[[0, -1]].tolist() if len(found.edges) else []
    span = axis_span([*ends, own])
    for limit in (found.low, found.high):
        if math.isfinite(limit):
            canvas.shapes.append(upright_line(limit, colours.muted, "dot", width=1))
    draw_cutoffs(canvas, own, span, colours, "tuned")
    notes = [
        f"Dotted: the middle {format_level(found.level)} of the resamples.",
        "Cutoffs: midpoints between neighbouring ratios.",
        f"{found.n_infinite} resamples chose to call nobody; not drawn." if found.n_infinite else None,
        "Rows of one patient count singly: too narrow." if "patients" in tuned.reasons else None,
    ]
    draw_notes(canvas, notes, colours)
    canvas.layout["xaxis"] = axis(colours, CUTOFF_TITLE, range=list(span))
    canvas.layout["yaxis"] = axis(colours, "Resamples (n)", rangemode="tozero")
    canvas.layout["bargap"] = 0
    return canvas.figure()


def tuned_cutoff_table(tuned: TunedCutoff) -> FigureTable:
    """The numbers of `tuned_cutoff_figure`: cutoffs, percentiles, then the bars.

    Raises
    ------
    InsufficientDataError
        As of `tuned_cutoff_figure`.
    """
    found, own = _resampled(tuned)
    middle = f"{cutoff_text(found.low)} to {cutoff_text(found.high)}"
    rows = [
        ("Published cutoff", published_text()),
        ("Tuned cutoff", cutoff_text(own)),
        (f"{format_level(found.level)} of the resamples", middle),
        ("Quartiles", ", ".join(cutoff_text(q) for q in (found.q1, found.median, found.q3))),
    ]
    if found.n_infinite:
        rows.append(("Resamples that call nobody", str(found.n_infinite)))
    for low, high, count in zip(found.edges[:-1], found.edges[1:], found.counts.tolist(), strict=True):
        if count:
            rows.append((f"Resamples from {low:.4f} to {high:.4f}", str(count)))
    return FigureTable(_TITLE, ("What", "HAP ratio, or resamples"), tuple(rows))


def _resampled(tuned: TunedCutoff) -> tuple[CutoffDistribution, float]:
    """The resamples, and the tuned cutoff as a midpoint, or as observed where it has no neighbour."""
    point = None if tuned.cutpoints is None else tuned.cutpoints.chosen
    if tuned.distribution is None or point is None:
        raise InsufficientDataError(
            "there are no resamples to draw",
            got=tuned.reasons.get("distribution"),
            allowed="a cutoff that was tuned",
        )
    return tuned.distribution, point.threshold if point.midpoint is None else point.midpoint
