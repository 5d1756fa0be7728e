"""One case as figures: HU over the phases, and the HAP ratio against the cutoff."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.case import study_cutoff
from gepnet_core.case.phase import Phase
from gepnet_core.errors import InsufficientDataError
from gepnet_core.figures.theme import (
    ADENOCARCINOMA_COLOUR,
    ADENOCARCINOMA_SYMBOL,
    NET_COLOUR,
    NET_SYMBOL,
    FigureTable,
    Ink,
    axis,
    blank_figure,
    direct_label,
    ink,
)
from gepnet_core.numbers import format_decimal, format_hu, format_ratio
from gepnet_core.study.criteria import load_criteria
from gepnet_core.study.facts import fact

PHASES_HEIGHT = 340
RATIO_HEIGHT = 340

_GROUPS = {
    "net": ("NET", NET_COLOUR, NET_SYMBOL),
    "adenocarcinoma": ("Adenocarcinoma", ADENOCARCINOMA_COLOUR, ADENOCARCINOMA_SYMBOL),
}
# Rows of the ratio figure, from below.
_ROWS = {"adenocarcinoma": 0.5, "net": 1.5, "case": 2.5}
_TOP = 3.2


def phases_figure(assessment: Assessment, *, dark: bool, synthetic: bool = False) -> go.Figure:
    """Lesion and liver HU over the phases that were given.

    Parameters
    ----------
    assessment : Assessment
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the case is invented; the corner then says so.

    Returns
    -------
    plotly.graph_objects.Figure

    Raises
    ------
    InsufficientDataError
        If no HU were given.
    """
    measurements = assessment.case.measurements
    phases = [phase for phase in Phase if phase in measurements]
    if not phases:
        raise InsufficientDataError(
            "there are no HU to draw", allowed="lesion and liver HU of at least one phase"
        )
    colours = ink(dark)
    figure = blank_figure(
        "Lesion and liver over the phases, n = 1", dark=dark, height=PHASES_HEIGHT, synthetic=synthetic
    )
    lesion = [float(measurements[phase].lesion.hu) for phase in phases]
    liver = [float(measurements[phase].liver.hu) for phase in phases]
    positions = list(range(len(phases)))
    for name, values, others, symbol, dash in (
        ("Lesion", lesion, liver, "square", "solid"),
        ("Liver", liver, lesion, "triangle-up-open", "dot"),
    ):
        texts = [format_hu(getattr(measurements[phase], name.lower()).hu) for phase in phases]
        # The higher of the two is labelled above, the lower below: labels never meet.
        above = [v > o or (v == o and name == "Lesion") for v, o in zip(values, others, strict=True)]
        figure.add_trace(
            go.Scatter(
                x=positions,
                y=values,
                mode="lines+markers",
                name=name,
                text=texts,
                cliponaxis=False,
                line={"color": colours.text if name == "Lesion" else colours.muted, "width": 2, "dash": dash},
                marker={
                    "symbol": symbol,
                    "size": 11,
                    "color": colours.text if name == "Lesion" else colours.muted,
                    "line": {"width": 2, "color": colours.text if name == "Lesion" else colours.muted},
                },
                customdata=[phase.label for phase in phases],
                hovertemplate=f"{name}, %{{customdata}}: %{{text}} HU<extra></extra>",
            )
        )
        for x, value, text, is_above in zip(positions, values, texts, above, strict=True):
            shift = 17 if is_above else -17
            figure.add_annotation(direct_label(text, colours, x=x, y=value, yshift=shift))
        figure.add_annotation(
            direct_label(
                f"<b>{name}</b>",
                colours,
                x=positions[-1],
                y=values[-1],
                xanchor="left",
                xshift=14,
                yshift=4 if above[-1] else -4,
            )
        )
    low, high = min(*lesion, *liver), max(*lesion, *liver)
    room = max(0.3 * (high - low), 6.0)
    figure.update_yaxes(**axis(colours, "Mean CT number (HU)", range=[low - room, high + room], nticks=6))
    figure.update_xaxes(
        **axis(
            colours,
            "Contrast phase",
            range=[-0.45, len(phases) - 1 + 0.55],
            tickvals=positions,
            ticktext=[
                f"{phase.label[0].upper()}{phase.label[1:-6]}<br>({phase.upper()})" for phase in phases
            ],
            showgrid=False,
        )
    )
    return figure


def phases_table(assessment: Assessment) -> FigureTable:
    """The numbers of `phases_figure`, with the ratio of each phase; no rows where no HU were given."""
    rows = []
    for phase in Phase:
        measurement = assessment.case.measurements.get(phase)
        if measurement is not None:
            rows.append(
                (
                    f"{phase.label[0].upper()}{phase.label[1:]} ({phase.upper()})",
                    format_hu(measurement.lesion.hu),
                    format_hu(measurement.liver.hu),
                    _hap_text(assessment) if phase is Phase.HAP else format_ratio(measurement.exact_ratio),
                )
            )
    return FigureTable(
        "Lesion and liver over the phases",
        ("Phase", "Lesion (HU)", "Liver (HU)", "Lesion / liver"),
        tuple(rows),
    )


def ratio_figure(assessment: Assessment, *, dark: bool, synthetic: bool = False) -> go.Figure:
    """The HAP ratio of a case against the cutoff, with the grey zone and the study's groups as context.

    Parameters
    ----------
    assessment : Assessment
        Where the HAP ratio is unknown, the study's groups stand alone and the figure says so.
    dark : bool
        Theme of the page.
    synthetic : bool
        Whether the case is invented; the corner then says so.
    """
    colours = ink(dark)
    n = load_criteria().group_sizes
    figure = blank_figure(
        "HAP ratio against the cutoff, n = 1", dark=dark, height=RATIO_HEIGHT, synthetic=synthetic
    )
    means = {group: float(fact(f"hap_ratio_mean_{group}").value) for group in _GROUPS}
    sds = {group: float(fact(f"hap_ratio_sd_{group}").value) for group in _GROUPS}
    shown = [m + sign * sds[g] for g, m in means.items() for sign in (-1, 1)]
    shown += [float(assessment.ratio.cutoff)]
    if assessment.ratio.value is not None:
        shown.append(assessment.ratio.value)
    low, high = min(shown) - 0.12, max(shown) + 0.12
    _draw_grey_zone(figure, assessment, colours, low, high)
    _draw_cutoffs(figure, assessment, colours)
    for group, (label, colour, symbol) in _GROUPS.items():
        figure.add_trace(
            go.Scatter(
                x=[means[group]],
                y=[_ROWS[group]],
                mode="markers",
                marker={"symbol": symbol, "size": 12, "color": colour},
                error_x={"type": "data", "array": [sds[group]], "color": colour, "thickness": 2, "width": 6},
                name=label,
                hovertemplate=f"{label}: mean {means[group]:.2f}, SD {sds[group]:.2f}<extra></extra>",
            )
        )
        text = f"{label}, mean {means[group]:.2f} ± SD {sds[group]:.2f} (n = {getattr(n, group)})"
        figure.add_annotation(
            direct_label(text, colours, x=means[group], y=_ROWS[group], yshift=17, **_backed(colours))
        )
    if assessment.ratio.value is not None:
        figure.add_trace(
            go.Scatter(
                x=[assessment.ratio.value],
                y=[_ROWS["case"]],
                mode="markers",
                marker={"symbol": "square", "size": 13, "color": colours.text},
                name="This case",
                hovertemplate=f"This case: {_hap_text(assessment)}<extra></extra>",
            )
        )
    label = (
        "HAP ratio of this case: unknown"
        if assessment.ratio.value is None
        else f"This case, {_hap_text(assessment)}"
    )
    place = (low + high) / 2 if assessment.ratio.value is None else assessment.ratio.value
    figure.add_annotation(
        direct_label(f"<b>{label}</b>", colours, x=place, y=_ROWS["case"], yshift=18, **_backed(colours))
    )
    figure.update_xaxes(
        **axis(colours, "Lesion / liver HU, hepatic artery phase (ratio, no unit)", range=[low, high])
    )
    figure.update_yaxes(visible=False, range=[0, _TOP], fixedrange=True)
    figure.update_layout(margin={"l": 16, "r": 16, "t": 64}, bargap=0)
    return figure


def ratio_table(assessment: Assessment) -> FigureTable:
    """The numbers of `ratio_figure`."""
    rows = [("This case", _hap_text(assessment), "")]
    zone = assessment.grey_zone
    own = not assessment.case.has_study_cutoff
    rows.append(
        ("Cutoff, published", format_decimal(study_cutoff(), 1), "at or below points to adenocarcinoma")
    )
    if own:
        rows.append(("Cutoff, own", format_decimal(assessment.case.cutoff, 1), "used for this case"))
    if zone is not None:
        cutoff = assessment.ratio.cutoff
        rows.append(
            (
                "Grey zone",
                f"{format_ratio(zone.low, cutoff)} to {format_ratio(zone.high, cutoff)}",
                _assumption(assessment),
            )
        )
    sizes = load_criteria().group_sizes
    for group, (label, _, _) in _GROUPS.items():
        mean, sd = fact(f"hap_ratio_mean_{group}"), fact(f"hap_ratio_sd_{group}")
        rows.append((f"{label}, study", str(mean.value), f"mean of {getattr(sizes, group)}; SD {sd.value}"))
    return FigureTable("HAP ratio against the cutoff", ("What", "HAP ratio", "Note"), tuple(rows))


def _hap_text(assessment: Assessment) -> str:
    hap = assessment.case.measurements.get(Phase.HAP)
    if hap is None:
        return "unknown"
    return format_ratio(hap.exact_ratio, assessment.ratio.cutoff, at_cutoff=assessment.ratio.at_cutoff)


def _assumption(assessment: Assessment) -> str:
    error = assessment.case.reading_error
    return (
        f"assumes an error of one reading of {format_decimal(error.lesion_hu)} HU (lesion) and "
        f"{format_decimal(error.liver_hu)} HU (liver)"
    )


def _backed(colours: Ink) -> dict[str, Any]:
    """A background for labels that a line or the hatch may run behind."""
    return {"bgcolor": colours.background, "borderpad": 1, "opacity": 1}


def _draw_grey_zone(figure: go.Figure, assessment: Assessment, colours: Ink, low: float, high: float) -> None:
    """A neutral hatch behind everything, cut at the edges of the axis, with its assumption."""
    zone = assessment.grey_zone
    if zone is None or zone.high <= zone.low:
        return
    left, right = max(zone.low, low), min(zone.high, high)
    figure.add_trace(
        go.Bar(
            x=[right - left],
            base=[left],
            y=[_TOP / 2],
            width=[_TOP],
            orientation="h",
            name="Grey zone",
            marker={
                "color": "rgba(0,0,0,0)",
                "line": {"width": 0},
                "pattern": {
                    "shape": "/",
                    "size": 9,
                    "solidity": 0.12,
                    "fgcolor": colours.hatch,
                    "bgcolor": "rgba(0,0,0,0)",
                    "fillmode": "replace",
                },
            },
            hovertemplate=f"Grey zone {zone.low:.3f} to {zone.high:.3f}<extra></extra>",
        )
    )
    error = assessment.case.reading_error
    figure.add_annotation(
        direct_label(
            f"Hatched: grey zone, assuming a reading error of {format_decimal(error.lesion_hu)} HU "
            "(lesion), "
            f"{format_decimal(error.liver_hu)} HU (liver)",
            colours,
            xref="paper",
            x=0,
            yref="paper",
            y=0,
            yshift=-72,
            xanchor="left",
            yanchor="bottom",
        )
    )


def _draw_cutoffs(figure: go.Figure, assessment: Assessment, colours: Ink) -> None:
    """The published cutoff as a thin line, an own one dashed, each labelled at its end."""
    lines = [(study_cutoff(), "published", "solid", 2)]
    if not assessment.case.has_study_cutoff:
        lines.append((assessment.case.cutoff, "own", "dash", 16))
    for value, origin, dash, shift in lines:
        x = float(value)
        figure.add_shape(
            type="line", x0=x, x1=x, y0=0, y1=_TOP, line={"color": colours.text, "width": 1.5, "dash": dash}
        )
        figure.add_annotation(
            direct_label(
                f"{format_decimal(value, 1)}, {origin}",
                colours,
                x=x,
                y=1,
                yref="paper",
                yanchor="bottom",
                yshift=shift - 2,
            )
        )
