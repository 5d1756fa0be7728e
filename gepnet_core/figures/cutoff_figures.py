"""What a cutoff of the HAP ratio does in a cohort: on the ROC curve, and along all cutoffs."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from gepnet_core.case.case import study_cutoff
from gepnet_core.cohort.cohort import Floats
from gepnet_core.cohort.parts.threshold_curve import (
    AtCutoff,
    ThresholdCurve,
    WilsonBand,
    cutoff_range,
    wilson_band,
)
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
from gepnet_core.figures.drawn_sample import drawn_note, drawn_ranks
from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.palette import GROUPS, ink
from gepnet_core.figures.roc_axes import draw_roc_curve, own_mark, published_mark
from gepnet_core.figures.theme import Canvas, axis, direct_label
from gepnet_core.numbers import format_level, format_proportion
from gepnet_core.statistics.proportions.diagnostic import Share


def cutoff_roc_figure(
    curve: ThresholdCurve, current: AtCutoff, *, dark: bool, synthetic: bool = False
) -> go.Figure:
    """The ROC curve of the HAP ratio with a cutoff, its intervals, and the published cutoff.

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
    colours, published = ink(dark), curve.at(study_cutoff())
    is_own = current.cutoff != published.cutoff
    canvas = cutoff_canvas(
        f"ROC curve of the HAP ratio, n = {curve.n}", dark=dark, synthetic=synthetic, n_notes=4
    )
    marks = [published_mark(published.ratio.counts)]
    if is_own:
        marks.append(own_mark(current.cutoff, current.ratio.counts))
    draw_roc_curve(canvas, curve.roc, marks, colours)
    sensitivity, specificity = current.ratio.sensitivity.wilson, current.ratio.specificity.wilson
    canvas.shapes.append(
        {
            "type": "rect",
            "name": "Intervals",
            "x0": 1 - specificity.high,
            "x1": 1 - specificity.low,
            "y0": sensitivity.low,
            "y1": sensitivity.high,
            "line": {"color": colours.muted, "width": 1},
            "fillcolor": colours.hatch,
            "opacity": 0.25,
            "layer": "below",
        }
    )
    level = format_level(curve.level)
    notes = [
        "Positive: adenocarcinoma, at low ratios.",
        "Dotted: chance. Box:",
        f"{level} Wilson intervals of the {'own' if is_own else 'published'} cutoff.",
        drawn_note(len(curve.roc.thresholds)),
    ]
    draw_notes(canvas, notes, colours)
    return canvas.figure()


def cutoff_roc_table(curve: ThresholdCurve, current: AtCutoff) -> FigureTable:
    """The numbers of `cutoff_roc_figure`, and those of the rule with the pattern at the same cutoffs."""
    shown, columns = [curve.at(study_cutoff())], ["Share", f"{published_text()}, published"]
    if current.cutoff != shown[0].cutoff:
        shown.append(current)
        columns.append(f"{cutoff_text(current.cutoff)}, own")
    rows = []
    for way, found in (
        ("HAP ratio", [at.ratio for at in shown]),
        ("HAP ratio and plateau", [at.combined for at in shown]),
    ):
        rows += [
            (
                f"{way}: sensitivity",
                *("unknown" if one is None else _share(one.sensitivity) for one in found),
            ),
            (
                f"{way}: specificity",
                *("unknown" if one is None else _share(one.specificity) for one in found),
            ),
        ]
    return FigureTable("Cutoff on the ROC curve of the HAP ratio", tuple(columns), tuple(rows))


def accuracy_by_cutoff_figure(
    curve: ThresholdCurve, current: AtCutoff, *, dark: bool, synthetic: bool = False
) -> go.Figure:
    """Sensitivity, specificity and Youden's index of the ratio along all cutoffs, with both cutoffs.

    Parameters as of `cutoff_roc_figure`.
    """
    colours, roc, bounds = ink(dark), curve.roc, cutoff_range(curve)
    canvas = cutoff_canvas(
        f"Accuracy by cutoff of the HAP ratio, n = {curve.n}", dark=dark, synthetic=synthetic, top=ROOM_ABOVE
    )
    ranks = drawn_ranks(len(roc.thresholds))
    span = axis_span([float(bounds.lowest), float(bounds.highest), current.cutoff])
    # Below the first ratio nobody is called; beyond the last one nothing changes any more.
    ends = min(span[0], roc.thresholds[0]), max(span[1], roc.thresholds[-1])
    cutoffs = np.concatenate(([ends[0]], roc.thresholds[ranks], [ends[1]]))
    tp, fp = (
        np.concatenate(([0], counts[ranks], counts[-1:]))
        for counts in (roc.true_positives, roc.false_positives)
    )
    for name, counts, n, group, dash in (
        ("Sensitivity", tp, roc.n_positive, "adenocarcinoma", "solid"),
        ("Specificity", roc.n_negative - fp, roc.n_negative, "net", "dash"),
    ):
        _draw_band(canvas, cutoffs, wilson_band(counts, n, curve.level), name, GROUPS[group][1])
        _draw_steps(canvas, cutoffs, counts / n, name, GROUPS[group][1], dash)
    youden = tp / roc.n_positive - fp / roc.n_negative
    _draw_steps(canvas, cutoffs, youden, "Youden's index", colours.text, "dot")
    best = int(youden.argmax())
    for text, place in (
        ("<b>Specificity</b>", {"xref": "paper", "x": 0.01, "xanchor": "left", "y": 1.07}),
        ("<b>Sensitivity</b>", {"xref": "paper", "x": 0.99, "xanchor": "right", "y": 1.07}),
        ("<b>Youden</b>", {"x": cutoffs[best], "y": youden[best] / 2, "bgcolor": colours.background}),
    ):
        canvas.annotations.append(direct_label(text, colours, **place))
    draw_cutoffs(canvas, current.cutoff, span, colours)
    notes = [
        "Positive: adenocarcinoma, at or below the cutoff.",
        f"Bands: {format_level(curve.level)} pointwise Wilson intervals.",
        drawn_note(len(roc.thresholds)),
    ]
    draw_notes(canvas, notes, colours)
    canvas.layout["xaxis"] = axis(colours, CUTOFF_TITLE, range=list(span))
    canvas.layout["yaxis"] = axis(
        colours, "Share; Youden's index (no unit)", range=[min(-0.04, float(youden.min()) - 0.04), 1.14]
    )
    return canvas.figure()


def accuracy_by_cutoff_table(curve: ThresholdCurve) -> FigureTable:
    """The corners of `accuracy_by_cutoff_figure`, as fractions with their intervals."""
    roc, ranks = curve.roc, drawn_ranks(len(curve.roc.thresholds))
    columns = (
        roc.thresholds,
        roc.true_positives,
        roc.sensitivities,
        curve.sensitivity_band.low,
        curve.sensitivity_band.high,
        roc.n_negative - roc.false_positives,
        roc.specificities,
        curve.specificity_band.low,
        curve.specificity_band.high,
        curve.roc.youdens,
    )
    rows = tuple(
        (
            cutoff_text(ratio),
            f"{tp} of {roc.n_positive}",
            f"{se:.3f} ({se_low:.3f}-{se_high:.3f})",
            f"{tn} of {roc.n_negative}",
            f"{sp:.3f} ({sp_low:.3f}-{sp_high:.3f})",
            f"{youden:.3f}",
        )
        for ratio, tp, se, se_low, se_high, tn, sp, sp_low, sp_high, youden in zip(
            *(column[ranks].tolist() for column in columns), strict=True
        )
    )
    level = format_level(curve.level)
    headings = (
        "HAP ratio at or below",
        "Adenocarcinomas at or below",
        f"Sensitivity ({level} CI)",
        "NETs above",
        f"Specificity ({level} CI)",
        "Youden's index",
    )
    thinned = drawn_note(len(roc.thresholds))
    title = "Accuracy by cutoff of the HAP ratio"
    return FigureTable(f"{title}. {thinned}" if thinned else title, headings, rows)


def _draw_steps(canvas: Canvas, xs: Floats, ys: Floats, name: str, colour: str, dash: str) -> None:
    canvas.traces.append(
        {
            "type": "scatter",
            "x": xs,
            "y": ys,
            "mode": "lines",
            "name": name,
            "line": {"color": colour, "width": 2, "shape": "hv", "dash": dash},
            "hovertemplate": f"cutoff %{{x:.3f}}: {name} %{{y:.3f}}<extra></extra>",
        }
    )


def _draw_band(canvas: Canvas, xs: Floats, band: WilsonBand, name: str, colour: str) -> None:
    red, green, blue = (int(colour[k : k + 2], 16) for k in (1, 3, 5))
    for end, ys in (("low", band.low), ("high", band.high)):
        canvas.traces.append(
            {
                "type": "scatter",
                "x": xs,
                "y": ys,
                "mode": "lines",
                "name": f"{name}, {end}",
                "line": {"width": 0, "shape": "hv"},
                "fill": "tonexty" if end == "high" else "none",
                "fillcolor": f"rgba({red},{green},{blue},0.18)",
                "hoverinfo": "skip",
            }
        )


def _share(share: Share) -> str:
    return format_proportion(share.count, share.n, share.wilson)
