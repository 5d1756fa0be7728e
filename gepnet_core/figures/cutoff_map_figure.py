"""The rule over cutoffs and tolerances as a map, the published point on it."""

from __future__ import annotations

from enum import StrEnum

import numpy as np
import plotly.graph_objects as go
from plotly.colors import get_colorscale

from gepnet_core.cohort.parts.cutoff_map import CutoffMap
from gepnet_core.figures.cutoff_marks import (
    CUTOFF_TITLE,
    axis_span,
    cutoff_canvas,
    cutoff_text,
    draw_notes,
    published_text,
)
from gepnet_core.figures.drawn_sample import drawn_note, drawn_ranks
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.palette import LIGHT, ink
from gepnet_core.figures.theme import SMALL_SIZE, axis, direct_label
from gepnet_core.numbers import format_proportion
from gepnet_core.statistics.intervals import wilson_interval
from gepnet_core.study.criteria import load_criteria

# Cividis: Nunez JR, Anderton CR, Renslow RS. PLoS One 2018;13:e0199239, made for colour-blind readers.
COLOURS = "Cividis"

_ROOM = 0.03
"""Room at either end of the axis of tolerances, as a share of it."""

_TITLE = "The rule by cutoff and tolerance"


class MapMeasure(StrEnum):
    """What the colours of a map show, in words."""

    YOUDEN = "Youden's index"
    SENSITIVITY = "Sensitivity for adenocarcinoma"
    SPECIFICITY = "Specificity for adenocarcinoma"


def cutoff_map_figure(
    found: CutoffMap, measure: MapMeasure = MapMeasure.YOUDEN, *, dark: bool, synthetic: bool = False
) -> go.Figure:
    """A measure of the combined rule over cutoffs and tolerances; dots are where Youden's index is best.

    Parameters
    ----------
    found : CutoffMap
    measure : MapMeasure
        In the colours.
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the patients are invented; the corner then says so.
    """
    colours, point = ink(dark), found.published
    n, m, youden = found.n_positive, found.n_negative, found.youden
    canvas = cutoff_canvas(
        f"{_TITLE}, n = {n + m}", dark=dark, synthetic=synthetic, sides=(60, 82), n_notes=6
    )
    lines, columns = found.best.nonzero()
    drawn = drawn_ranks(len(lines))
    if measure is MapMeasure.YOUDEN:
        cells, unit = youden, "no unit"
        lowest, highest = min(0.0, float(youden.min())), max(0.0, float(youden.max())) or 1.0
        dots = f"Dots: best index {youden.max():.3f}, in {len(lines)} of {youden.size} cells."
    else:
        cells = found.sensitivity if measure is MapMeasure.SENSITIVITY else found.specificity
        lowest, highest, unit = 0.0, 1.0, "share"
        dots = "Dots: where Youden's index is best."
    cutoff, tolerance = float(point.cutoff), float(point.tolerance)
    canvas.traces.extend(
        [
            {
                "type": "heatmap",
                "x": found.cutoffs,
                "y": found.tolerances,
                "z": cells,
                "zmin": lowest,
                "zmax": highest,
                "colorscale": get_colorscale(COLOURS),
                "name": str(measure),
                "customdata": np.dstack([found.true_positives, found.true_negatives]),
                "hovertemplate": f"cutoff %{{x:.3f}}, tolerance %{{y:.3g}}: {measure} %{{z:.3f}}<br>"
                f"%{{customdata[0]}} of {n} adenocarcinomas, %{{customdata[1]}} of {m} NETs<extra></extra>",
                "colorbar": {
                    "title": {
                        "text": f"{measure} ({unit})",
                        "side": "right",
                        "font": {"size": SMALL_SIZE, "color": colours.muted},
                    },
                    "thickness": 12,
                    "x": 1.02,
                    "xpad": 2,
                    "outlinewidth": 0,
                    "tickfont": {"size": SMALL_SIZE, "color": colours.text},
                },
            },
            {
                "type": "scatter",
                "x": found.cutoffs[columns[drawn]],
                "y": found.tolerances[lines[drawn]],
                "mode": "markers",
                "name": "Best cells",
                "marker": {"symbol": "circle", "size": 3, "color": LIGHT.text},
                "hoverinfo": "skip",
            },
            {
                "type": "scatter",
                "x": [cutoff],
                "y": [tolerance],
                "mode": "markers",
                "name": "Published cutoff, default tolerance",
                "marker": {
                    "symbol": "square",
                    "size": 12,
                    "color": LIGHT.background,
                    "line": {"color": LIGHT.text, "width": 2},
                },
                "hovertemplate": "published cutoff, default tolerance<extra></extra>",
            },
        ]
    )
    canvas.annotations.append(
        direct_label(
            f"{published_text()}, published",
            colours,
            x=cutoff,
            y=tolerance,
            yshift=18,
            bgcolor=colours.background,
            borderpad=1,
        )
    )
    counts = point.counts
    notes = [
        f"Square: published; assumed tolerance {point.tolerance}:",
        f"{counts.tp} of {n} adenocarcinomas, {counts.tn} of {m} NETs.",
        dots,
        "Pattern derived from HU of two phases; readers'",
        f"patterns of {found.reader_patterns} rows are not used.",
        drawn_note(len(lines)),
    ]
    draw_notes(canvas, notes, colours)
    canvas.layout["xaxis"] = axis(
        colours,
        CUTOFF_TITLE,
        range=list(axis_span(found.cutoffs[[0, -1]].tolist())),
        showgrid=False,
    )
    bottom, top = min(found.tolerances[0], tolerance), max(found.tolerances[-1], tolerance)
    room = _ROOM * (top - bottom) or tolerance
    canvas.layout["yaxis"] = axis(
        colours,
        f"Tolerance of a plateau ({load_criteria().definitions[found.definition].unit})",
        range=[bottom - room, top + room],
        showgrid=False,
    )
    return canvas.figure()


def cutoff_map_table(found: CutoffMap) -> FigureTable:
    """The published point, and for each tolerance the cutoffs with the largest index."""
    n, m, point = found.n_positive, found.n_negative, found.published
    counts, youden, rows = point.counts, found.youden, []
    shares = _share(counts.tp, n), _share(counts.tn, m)
    index = counts.tp / n + counts.tn / m - 1
    rows.append((f"{point.tolerance}, default", f"{published_text()}, published", *shares, f"{index:.3f}"))
    for line in drawn_ranks(len(found.tolerances)).tolist():
        (best,) = np.nonzero(youden[line] == youden[line].max())
        first, last = (cutoff_text(float(found.cutoffs[k])) for k in best[[0, -1]])
        rows.append(
            (
                f"{found.tolerances[line]:.6g}",
                first if first == last else f"{first} to {last}",
                _share(int(found.true_positives[line, best[0]]), n),
                _share(int(found.true_negatives[line, best[0]]), m),
                f"{youden[line, best[0]]:.3f}",
            )
        )
    unit = load_criteria().definitions[found.definition].unit
    columns = (
        f"Tolerance ({unit})",
        "Best cutoffs",
        "Sensitivity at the first",
        "Specificity",
        "Youden's index",
    )
    return FigureTable(_TITLE, columns, tuple(rows))


def _share(count: int, n: int) -> str:
    return format_proportion(count, n, wilson_interval(count, n))
