"""The HAP ratio of every patient by diagnosis, with a cutoff."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from gepnet_core.cohort.cohort import DIAGNOSES, Floats
from gepnet_core.cohort.parts.threshold_curve import AtCutoff, ThresholdCurve
from gepnet_core.figures.cutoff_marks import (
    RATIO_TITLE,
    ROOM_ABOVE,
    axis_span,
    cutoff_canvas,
    draw_cutoffs,
    draw_notes,
)
from gepnet_core.figures.drawn_sample import drawn_note, drawn_ranks
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.palette import GROUPS, ink
from gepnet_core.figures.theme import axis, direct_label
from gepnet_core.numbers import RATIO_DECIMALS, format_percent

_BINS = 40
"""About so many bars over the range of the ratios."""

_ROW = 1.2
"""Height of a diagnosis: marks below its base line, bars on it, its label above them."""

_BAR_HEIGHT = 0.62
_STRIP = (-0.1, -0.2, -0.15, -0.25, -0.05)
"""Where marks stand below the bars; neighbours in rank beside each other, the same at each drawing."""


def ratio_strips_figure(
    curve: ThresholdCurve, current: AtCutoff, *, dark: bool, synthetic: bool = False
) -> go.Figure:
    """The HAP ratio of every patient by diagnosis, as bars and as marks, with the cutoff.

    Parameters
    ----------
    curve : ThresholdCurve
    current : AtCutoff
        From the same curve.
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the patients are invented; the corner then says so.
    """
    colours, counts, bins = ink(dark), current.ratio.counts, _binned(curve)
    canvas = cutoff_canvas(
        f"HAP ratio by diagnosis, n = {curve.n}",
        dark=dark,
        synthetic=synthetic,
        top=ROOM_ABOVE,
        sides=(16, 16),
        # As many as its neighbour on the page has, so that both axes stand level.
        n_notes=4,
    )
    groups = {"adenocarcinoma": curve.adenocarcinoma.ratios, "net": curve.net.ratios}
    tallest = max(float(tally.max()) / len(groups[group]) for group, tally in bins.tallies.items())
    said = {
        "adenocarcinoma": f"{counts.tp} of {counts.n_positive} at or below the cutoff",
        "net": f"{counts.tn} of {counts.n_negative} above it",
    }
    for k, (group, ratios) in enumerate(groups.items()):
        base, (name, colour, symbol) = _ROW * k, GROUPS[group]
        drawn = ratios[drawn_ranks(len(ratios))]
        canvas.traces.extend(
            [
                {
                    "type": "bar",
                    "x": bins.lows + bins.step / 2,
                    "y": bins.tallies[group] / len(ratios) / tallest * _BAR_HEIGHT,
                    "base": base,
                    "width": bins.step,
                    "name": f"{name}, bars",
                    "marker": {"color": colour, "opacity": 0.4, "line": {"width": 0}},
                    "customdata": bins.tallies[group],
                    "hovertemplate": f"{name}: %{{customdata}} of {len(ratios)} around %{{x}}<extra></extra>",
                },
                {
                    "type": "scatter",
                    "x": drawn,
                    "y": base + np.resize(_STRIP, len(drawn)),
                    "mode": "markers",
                    "name": f"{name}, patients",
                    "marker": {"symbol": symbol, "size": 7, "color": colour, "opacity": 0.85},
                    "hovertemplate": f"{name}: %{{x:.3f}}<extra></extra>",
                },
            ]
        )
        canvas.annotations.append(
            direct_label(
                f"<b>{name}</b>: {said[group]}",
                colours,
                xref="paper",
                x=1,
                xanchor="right",
                y=base + _BAR_HEIGHT + 0.12,
                bgcolor=colours.background,
            )
        )
    span = axis_span([float(bins.lows[0]), float(bins.lows[-1]) + bins.step, current.cutoff])
    draw_cutoffs(canvas, current.cutoff, span, colours)
    notes = [
        f"Bars: share of each diagnosis in steps of {bins.step:g};",
        f"the tallest is {format_percent(tallest)}. Marks: one a row.",
        drawn_note(max(map(len, groups.values()))),
    ]
    draw_notes(canvas, notes, colours)
    canvas.layout["xaxis"] = axis(colours, RATIO_TITLE, range=list(span))
    canvas.layout["yaxis"] = {"visible": False, "range": [-0.32, 2 * _ROW - 0.3], "fixedrange": True}
    canvas.layout["bargap"] = 0
    return canvas.figure()


def ratio_strips_table(curve: ThresholdCurve) -> FigureTable:
    """The bars of `ratio_strips_figure`."""
    bins = _binned(curve)
    tallies = zip(*(bins.tallies[diagnosis].tolist() for diagnosis in DIAGNOSES), strict=True)
    rows = tuple(
        (f"{low:.6g} to {low + bins.step:.6g}", str(ours), str(theirs))
        for low, (ours, theirs) in zip(bins.lows.tolist(), tallies, strict=True)
        if ours or theirs
    )
    columns = ("HAP ratio, from and below", *(GROUPS[diagnosis][0] for diagnosis in DIAGNOSES))
    return FigureTable("HAP ratio by diagnosis", columns, rows)


@dataclass(frozen=True, eq=False)
class _Bins:
    """Steps of the ratio from ``lows`` on, and how many of each diagnosis lie in each."""

    lows: Floats
    step: float
    tallies: dict[str, NDArray[np.int64]]


def _binned(curve: ThresholdCurve) -> _Bins:
    """Both diagnoses in the same steps, which are round numbers."""
    both = [curve.adenocarcinoma.ratios, curve.net.ratios]
    lowest, highest = min(float(r[0]) for r in both), max(float(r[-1]) for r in both)
    least = max((highest - lowest) / _BINS, 10.0**-RATIO_DECIMALS)
    power = 10.0 ** math.floor(math.log10(least))
    step = next(power * k for k in (1.0, 2.0, 5.0, 10.0) if power * k >= least)
    places = [np.floor(ratios / step).astype(np.int64) for ratios in both]
    first = min(int(place[0]) for place in places)
    n = max(int(place[-1]) for place in places) - first + 1
    tallies = (np.bincount(place - first, minlength=n) for place in places)
    lows: Floats = np.arange(first, first + n, dtype=np.float64) * step
    return _Bins(lows, step, dict(zip(DIAGNOSES, tallies, strict=True)))
