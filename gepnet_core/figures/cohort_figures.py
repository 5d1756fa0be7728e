"""The figures of a cohort as one HTML file that needs no network: hover, save as SVG."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from html import escape

import plotly.graph_objects as go

from gepnet_core.cohort.analysis import CohortAnalysis
from gepnet_core.cohort.parts.cutoff_map import CutoffMap
from gepnet_core.cohort.parts.model import CohortModel
from gepnet_core.cohort.parts.threshold_curve import ThresholdCurve
from gepnet_core.figures.calibration_figure import calibration_figure
from gepnet_core.figures.cutoff_figures import accuracy_by_cutoff_figure, cutoff_roc_figure
from gepnet_core.figures.cutoff_map_figure import cutoff_map_figure
from gepnet_core.figures.decision_curve_figure import decision_curve_figure
from gepnet_core.figures.study_figures import ratios_figure
from gepnet_core.figures.theme import FONT, PLOT_CONFIG
from gepnet_core.figures.tuning_figures import tuned_cutoff_figure
from gepnet_core.statistics.models.decision_curve import DecisionCurve
from gepnet_core.study.criteria import load_criteria


def cohort_figures_html(analysis: CohortAnalysis, notes: Sequence[str]) -> str:
    """All figures that the cohort allows, one below the other, in the light theme.

    Parameters
    ----------
    analysis : CohortAnalysis
    notes : sequence of str
        Said above them.
    """
    synthetic = analysis.cohort.is_synthetic
    parts = []
    for place, figure in enumerate(_figures(analysis, synthetic)):
        parts.append(
            figure.to_html(
                full_html=False,
                include_plotlyjs=place == 0,
                config=dict(PLOT_CONFIG),
                # Without a name of its own Plotly draws one by chance, and no two exports would be equal.
                div_id=f"figure-{place + 1}",
            )
        )
    lines = "".join(f"<p>{escape(note)}</p>" for note in notes)
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Figures of a cohort</title>\n'
        f"<style>body{{max-width:52rem;margin:2rem auto;padding:0 1rem;font-family:{FONT}}}</style></head>\n"
        f"<body><h1>Figures of a cohort</h1>{lines}\n{''.join(parts)}</body></html>\n"
    )


def _figures(analysis: CohortAnalysis, synthetic: bool) -> Iterator[go.Figure]:
    look = {"dark": False, "synthetic": synthetic}
    if analysis.ratios:
        yield ratios_figure(analysis.ratios, **look)
    if isinstance(analysis.curve, ThresholdCurve):
        yield cutoff_roc_figure(analysis.curve, analysis.curve.at(load_criteria().hap_ratio_cutoff), **look)
        yield accuracy_by_cutoff_figure(
            analysis.curve, analysis.curve.at(load_criteria().hap_ratio_cutoff), **look
        )
    if analysis.tuned.distribution is not None:
        yield tuned_cutoff_figure(analysis.tuned, **look)
    for found in analysis.maps.values():
        if isinstance(found, CutoffMap):
            yield cutoff_map_figure(found, dark=False, synthetic=synthetic)
    if isinstance(analysis.model, CohortModel):
        yield calibration_figure(analysis.model.calibration, **look)
    if isinstance(analysis.decision, DecisionCurve):
        yield decision_curve_figure(analysis.decision, **look)
