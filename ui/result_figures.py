"""The figures of one case, each with its table one click away."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from gepnet_core.case.assessment import Assessment
from gepnet_core.figures.case_figures import phases_figure, ratio_figure
from gepnet_core.figures.case_tables import FigureTable, phases_table, ratio_table
from gepnet_core.figures.theme import PLOT_CONFIG


def draw_figures(assessment: Assessment, *, is_synthetic: bool) -> None:
    """The ratio against the cutoff, and HU over the phases."""
    dark = st.context.theme.type == "dark"
    if assessment.ratio.value is not None:
        _draw(ratio_figure(assessment, dark=dark, synthetic=is_synthetic), ratio_table(assessment))
    if assessment.case.measurements:
        _draw(phases_figure(assessment, dark=dark, synthetic=is_synthetic), phases_table(assessment))


def _draw(figure: go.Figure, table: FigureTable) -> None:
    st.plotly_chart(figure, key=f"case.figure.{table.title}", config=dict(PLOT_CONFIG), theme=None)
    with st.expander(f"{table.title}, as a table"):
        lines = [table.columns, ("---",) * len(table.columns), *table.rows]
        st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))
