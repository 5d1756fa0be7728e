"""Figures 1 and 6 of the study, drawn from a cohort beside what the study prints of them."""

from __future__ import annotations

from collections.abc import Sequence

import plotly.graph_objects as go

from gepnet_core.case.case import study_cutoff
from gepnet_core.figures.drawn_sample import drawn_note, drawn_ranks
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.palette import GROUPS, Ink, ink
from gepnet_core.figures.roc_axes import draw_roc_curve, published_mark
from gepnet_core.figures.theme import Canvas, axis, blank_canvas, note_below
from gepnet_core.statistics.groups.grouped_values import GroupedValues, box_of
from gepnet_core.statistics.proportions.diagnostic import Counts
from gepnet_core.statistics.roc.curve import RocCurve
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.facts import fact

HEIGHT = 430

_NOTE_YSHIFT = -64
_BOX_WIDTH = 0.5
_PRINTED_AT = 0.38
"""Where the printed mean stands, right of the middle of its box."""

_JITTER = (0.0, 0.11, -0.11, 0.055, -0.055)
"""Neighbours in rank stand beside each other, the same at each drawing."""


def ratios_figure(quantities: Sequence[GroupedValues], *, dark: bool, synthetic: bool = False) -> go.Figure:
    """Every patient's ratio with its box, the printed mean and SD beside it (Figure 1).

    Parameters
    ----------
    quantities : sequence of GroupedValues
        ``HAP ratio`` and ``PVP ratio``, with the groups of the study.
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the patients are invented; the corner then says so.
    """
    colours = ink(dark)
    size = sum(len(values) for values in quantities[0].groups.values())
    canvas = blank_canvas(
        f"Metastasis-to-liver ratio, n = {size}", dark=dark, height=HEIGHT, bottom=150, synthetic=synthetic
    )
    ticks: list[tuple[int, str]] = []
    for quantity in quantities:
        for group, values in quantity.groups.items():
            name, colour, symbol = GROUPS[group]
            x = len(ticks) + (len(ticks) >= len(quantity.groups))  # a gap between the phases
            ticks.append((x, f"{_short(name)}<br>{quantity.quantity.split()[0]}"))
            _draw_box(canvas, x, values, f"{quantity.quantity}, {name}", (colour, symbol))
            _draw_printed(canvas, x, *_printed(quantity, group), colours)
    shown = [v for quantity in quantities for values in quantity.groups.values() for v in values]
    for quantity in quantities:
        for group in quantity.groups:
            mean, sd = map(float, _printed(quantity, group))
            shown += [mean - sd, mean + sd]
    lowest, highest = min(0.0, *shown), max(shown)
    room = 0.06 * (highest - lowest)
    canvas.layout["xaxis"] = axis(
        colours,
        "",
        range=[-0.6, ticks[-1][0] + 0.6],
        tickvals=[x for x, _ in ticks],
        ticktext=[text for _, text in ticks],
        showgrid=False,
    )
    canvas.layout["yaxis"] = axis(
        colours,
        "Lesion / liver HU (ratio, no unit)",
        range=[lowest - (room if lowest < 0 else 0), highest + room],
    )
    note = "Box: quartiles; whiskers up to 1.5 box lengths.<br>Open square: printed mean ± SD."
    largest = max(len(values) for quantity in quantities for values in quantity.groups.values())
    if (thinned := drawn_note(largest)) is not None:
        note += f"<br>{thinned}"
    canvas.annotations.append(note_below(note, colours, yshift=_NOTE_YSHIFT))
    return canvas.figure()


def roc_figure(curve: RocCurve, *, dark: bool, synthetic: bool = False) -> go.Figure:
    """The ROC curve of the HAP ratio with the published cutoff on it (Figure 6).

    Parameters
    ----------
    curve : RocCurve
        Adenocarcinoma positive, low ratios positive.
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the patients are invented; the corner then says so.
    """
    colours, point = ink(dark), curve.at(float(study_cutoff()))
    counts = Counts(
        point.true_positives,
        point.false_positives,
        point.n_positive - point.true_positives,
        point.n_negative - point.false_positives,
    )
    canvas = blank_canvas(
        f"ROC curve of the HAP ratio, n = {curve.n_positive + curve.n_negative}",
        dark=dark,
        height=HEIGHT,
        bottom=150,
        synthetic=synthetic,
    )
    draw_roc_curve(canvas, curve, [published_mark(counts)], colours)
    note = "Positive: adenocarcinoma, at low ratios.<br>Square: the published cutoff. Dotted: chance."
    if (thinned := drawn_note(len(curve.thresholds))) is not None:
        note += f"<br>{thinned}"
    canvas.annotations.append(note_below(note, colours, yshift=_NOTE_YSHIFT))
    return canvas.figure()


def ratios_table(quantities: Sequence[GroupedValues]) -> FigureTable:
    """The numbers of `ratios_figure`."""
    rows = []
    for quantity in quantities:
        for group, values in quantity.groups.items():
            box, (mean, sd) = box_of(values), _printed(quantity, group)
            rows.append(
                (
                    f"{quantity.quantity}, {GROUPS[group][0]}",
                    str(len(values)),
                    f"{min(values):.3f} to {max(values):.3f}",
                    f"{box.q1:.3f}, {box.median:.3f}, {box.q3:.3f}",
                    f"{sum(values) / len(values):.3f}",
                    f"{mean} ± {sd}",
                )
            )
    columns = ("Ratio and group", "n", "Range", "Quartiles", "Mean", "Printed mean ± SD")
    return FigureTable("Metastasis-to-liver ratio by group", columns, tuple(rows))


def roc_table(curve: RocCurve) -> FigureTable:
    """The numbers of `roc_figure` beside those printed in Figure 6."""
    (best, *_), point = curve.best_by_youden(), curve.at(float(study_cutoff()))
    best_cutoff = "" if best.midpoint is None else f"{best.midpoint:.4f}"
    n_negative, printed_sizes = point.n_negative, load_criteria().group_sizes
    rows = (
        ("AUC", f"{curve.auc:.4f}", str(fact("hap_ratio_auc").value)),
        ("Cutoff with the largest Youden's index (midpoint)", best_cutoff, str(study_cutoff())),
        (
            "Adenocarcinomas at or below the published cutoff",
            f"{point.true_positives} of {point.n_positive}",
            f"{fact('hap_ratio_true_positives').count} of {printed_sizes.adenocarcinoma}",
        ),
        (
            "NETs above the published cutoff",
            f"{n_negative - point.false_positives} of {n_negative}",
            f"{fact('hap_ratio_true_negatives').count} of {printed_sizes.net}",
        ),
    )
    return FigureTable("ROC curve of the HAP ratio", ("What", "This cohort", "Printed"), rows)


def _draw_box(canvas: Canvas, x: int, values: Sequence[float], name: str, style: tuple[str, str]) -> None:
    colour, symbol = style
    box = box_of(values)
    canvas.traces.append(
        {
            "type": "box",
            "x": [x],
            "lowerfence": [box.low_whisker],
            "q1": [box.q1],
            "median": [box.median],
            "q3": [box.q3],
            "upperfence": [box.high_whisker],
            "name": name,
            "width": _BOX_WIDTH,
            "line": {"color": colour, "width": 1.5},
            "fillcolor": "rgba(0,0,0,0)",
            "hoverinfo": "skip",
        }
    )
    ordered = sorted(values)
    ranked = [ordered[k] for k in drawn_ranks(len(ordered)).tolist()]
    canvas.traces.append(
        {
            "type": "scatter",
            "x": [x + _JITTER[k % len(_JITTER)] for k in range(len(ranked))],
            "y": ranked,
            "mode": "markers",
            "name": f"{name}, patients",
            "marker": {"symbol": symbol, "size": 7, "color": colour, "opacity": 0.85},
            "hovertemplate": f"{name}: %{{y:.3f}}<extra></extra>",
        }
    )


def _draw_printed(canvas: Canvas, x: int, mean: str, sd: str, colours: Ink) -> None:
    canvas.traces.append(
        {
            "type": "scatter",
            "x": [x + _PRINTED_AT],
            "y": [float(mean)],
            "mode": "markers",
            "name": "Printed mean ± SD",
            "marker": {"symbol": "square-open", "size": 9, "color": colours.text, "line": {"width": 2}},
            "error_y": {
                "type": "data",
                "array": [float(sd)],
                "color": colours.text,
                "thickness": 1.5,
                "width": 4,
            },
            "hovertemplate": f"printed {mean} ± {sd}<extra></extra>",
        }
    )


def _printed(quantity: GroupedValues, group: str) -> tuple[str, str]:
    """Mean and SD as the study prints them for a ratio and a group."""
    ratio = quantity.quantity.lower().replace(" ", "_")
    return str(fact(f"{ratio}_mean_{group}").value), str(fact(f"{ratio}_sd_{group}").value)


def _short(name: str) -> str:
    """A group's name where four stand beside each other on a phone."""
    return name if len(name) < 6 else "Adeno-<br>carcinoma"
