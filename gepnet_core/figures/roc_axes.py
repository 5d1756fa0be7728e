"""The ROC curve of the HAP ratio on its axes with cutoffs on it, as every figure of it draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from gepnet_core.figures.cutoff_marks import cutoff_text, published_text
from gepnet_core.figures.drawn_sample import drawn_ranks
from gepnet_core.figures.lines import diagonal
from gepnet_core.figures.palette import Ink
from gepnet_core.figures.theme import Canvas, axis, direct_label
from gepnet_core.statistics.proportions.diagnostic import Counts
from gepnet_core.statistics.roc.curve import RocCurve


@dataclass(frozen=True)
class MarkedCutoff:
    """A cutoff on the curve; ``glyph`` is its symbol as a letter."""

    name: str
    label: str
    symbol: str
    glyph: str
    counts: Counts


def published_mark(counts: Counts) -> MarkedCutoff:
    """The published cutoff, as a square."""
    return MarkedCutoff("Published cutoff", f"{published_text()}, published", "square", "\u25a0", counts)


def own_mark(cutoff: float, counts: Counts) -> MarkedCutoff:
    """Another cutoff, as a cross."""
    return MarkedCutoff("Own cutoff", f"{cutoff_text(cutoff)}, own", "cross", "\u271a", counts)


def draw_roc_curve(canvas: Canvas, roc: RocCurve, marks: Sequence[MarkedCutoff], colours: Ink) -> None:
    """The curve from nobody to everybody, chance as a dotted line, and cutoffs with their counts.

    The counts stand in the lower right corner, which a good curve leaves free: beside a cutoff that calls
    many there is no room on a narrow screen.
    """
    ranks = drawn_ranks(len(roc.thresholds))
    canvas.traces.append(
        {
            "type": "scatter",
            "x": np.append(0.0, 1 - roc.specificities[ranks]),
            "y": np.append(0.0, roc.sensitivities[ranks]),
            "mode": "lines",
            "name": "ROC curve",
            "line": {"color": colours.text, "width": 2},
            "text": ["nobody", *(f"at or below {ratio:.3f}" for ratio in roc.thresholds[ranks].tolist())],
            "hovertemplate": "%{text}: sensitivity %{y:.3f}, 1 - specificity %{x:.3f}<extra></extra>",
        }
    )
    canvas.shapes.append(diagonal(colours))
    canvas.traces.extend(
        {
            "type": "scatter",
            "x": [mark.counts.fp / mark.counts.n_negative],
            "y": [mark.counts.tp / mark.counts.n_positive],
            "mode": "markers",
            "name": mark.name,
            "marker": {"symbol": mark.symbol, "size": 12, "color": colours.text},
            "hovertemplate": f"{mark.label}<extra></extra>",
        }
        for mark in marks
    )
    canvas.annotations.append(
        direct_label(
            "<br>".join(map(_words, marks)),
            colours,
            x=1,
            y=0.02,
            xanchor="right",
            yanchor="bottom",
            align="left",
            bgcolor=colours.background,
        )
    )
    canvas.layout["xaxis"] = axis(colours, "1 - specificity (share of NETs)", range=[-0.02, 1.02])
    canvas.layout["yaxis"] = axis(colours, "Sensitivity (share of adenocarcinomas)", range=[-0.02, 1.02])


def _words(mark: MarkedCutoff) -> str:
    counts = mark.counts
    return (
        f"{mark.glyph} <b>{mark.label}</b><br>{counts.tp} of {counts.n_positive} adenocarcinomas,"
        f"<br>{counts.tn} of {counts.n_negative} NETs"
    )
