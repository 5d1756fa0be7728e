"""The figures of one case, each with its table one click away."""

from __future__ import annotations

import streamlit as st

from gepnet_core.case.assessment import Assessment
from gepnet_core.figures.case_figures import phases_canvas, ratio_canvas
from gepnet_core.figures.case_tables import phases_table, ratio_table
from ui.figure import draw_figure


def draw_figures(assessment: Assessment, *, page: str, is_synthetic: bool) -> None:
    """The ratio against the cutoff, and HU over the phases; ``page`` begins the keys."""
    dark = st.context.theme.type == "dark"
    if assessment.ratio.value is not None:
        draw_figure(
            ratio_canvas(assessment, dark=dark, synthetic=is_synthetic), ratio_table(assessment), page=page
        )
    if assessment.case.measurements:
        draw_figure(
            phases_canvas(assessment, dark=dark, synthetic=is_synthetic),
            phases_table(assessment),
            page=page,
        )
