"""Figures of one case: HU over the phases here, the HAP ratio in its own module, each with its table."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import plotly.graph_objects as go

from gepnet_core.case.assessment import Assessment
from gepnet_core.case.phase import Phase
from gepnet_core.errors import InsufficientDataError
from gepnet_core.figures.case_tables import phases_table, ratio_table
from gepnet_core.figures.palette import Ink, ink
from gepnet_core.figures.ratio_figure import ratio_canvas, ratio_figure
from gepnet_core.figures.theme import Canvas, axis, blank_canvas, direct_label
from gepnet_core.numbers import format_hu

__all__ = ["phases_canvas", "phases_figure", "phases_table", "ratio_canvas", "ratio_figure", "ratio_table"]

PHASES_HEIGHT = 340


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
    return phases_canvas(assessment, dark=dark, synthetic=synthetic).figure()


def phases_canvas(assessment: Assessment, *, dark: bool, synthetic: bool = False) -> Canvas:
    """The values of `phases_figure`, for a page that draws them at each change of an input."""
    measurements = assessment.case.measurements
    phases = [phase for phase in Phase if phase in measurements]
    if not phases:
        raise InsufficientDataError(
            "there are no HU to draw", allowed="lesion and liver HU of at least one phase"
        )
    colours = ink(dark)
    canvas = blank_canvas(
        "Lesion and liver over the phases, n = 1", dark=dark, height=PHASES_HEIGHT, synthetic=synthetic
    )
    lesion = _Tissue("Lesion", [measurements[p].lesion.hu for p in phases], colours.text, "square", "solid")
    liver = _Tissue(
        "Liver", [measurements[p].liver.hu for p in phases], colours.muted, "triangle-up-open", "dot"
    )
    # The higher of the two is labelled above, the lower below: labels never meet.
    lesion_above = [v >= o for v, o in zip(lesion.values, liver.values, strict=True)]
    _draw_tissue(canvas, lesion, phases, lesion_above, colours)
    _draw_tissue(canvas, liver, phases, [not above for above in lesion_above], colours)
    low, high = min(*lesion.values, *liver.values), max(*lesion.values, *liver.values)
    room = max(0.3 * (high - low), 6.0)
    canvas.layout["yaxis"] = axis(colours, "Mean CT number (HU)", range=[low - room, high + room], nticks=6)
    canvas.layout["xaxis"] = axis(
        colours,
        "Contrast phase",
        range=[-0.45, len(phases) - 1 + 0.55],
        tickvals=list(range(len(phases))),
        ticktext=[f"{p.label[0].upper()}{p.label[1:-6]}<br>({p.upper()})" for p in phases],
        showgrid=False,
    )
    return canvas


@dataclass(frozen=True)
class _Tissue:
    """One line of the phases figure."""

    name: str
    hu: list[Decimal | float]
    colour: str
    symbol: str
    dash: str

    @property
    def values(self) -> list[float]:
        return [float(hu) for hu in self.hu]


def _draw_tissue(
    canvas: Canvas, tissue: _Tissue, phases: list[Phase], above: list[bool], colours: Ink
) -> None:
    """A line with every value beside its mark and the name at its end."""
    texts = [format_hu(hu) for hu in tissue.hu]
    canvas.traces.append(
        {
            "type": "scatter",
            "x": list(range(len(phases))),
            "y": tissue.values,
            "mode": "lines+markers",
            "name": tissue.name,
            "text": texts,
            "cliponaxis": False,
            "line": {"color": tissue.colour, "width": 2, "dash": tissue.dash},
            "marker": {
                "symbol": tissue.symbol,
                "size": 11,
                "color": tissue.colour,
                "line": {"width": 2, "color": tissue.colour},
            },
            "customdata": [phase.label for phase in phases],
            "hovertemplate": f"{tissue.name}, %{{customdata}}: %{{text}} HU<extra></extra>",
        }
    )
    canvas.annotations.extend(
        direct_label(text, colours, x=x, y=y, yshift=17 if is_above else -17)
        for x, (y, text, is_above) in enumerate(zip(tissue.values, texts, above, strict=True))
    )
    canvas.annotations.append(
        direct_label(
            f"<b>{tissue.name}</b>",
            colours,
            x=len(phases) - 1,
            y=tissue.values[-1],
            xanchor="left",
            xshift=14,
            yshift=4 if above[-1] else -4,
        )
    )
