"""A figure on a page: the chart with its name, and its table one click away."""

from __future__ import annotations

from html import escape

import plotly.graph_objects as go
import streamlit as st

from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.theme import PLOT_CONFIG
from ui.study_table import study_table


def draw_figure(figure: go.Figure, table: FigureTable, *, page: str) -> None:
    """Draw both; the key keeps them apart on a page and the same between reruns."""
    title = f"{table.title}, as a table"
    st.plotly_chart(
        figure,
        key=f"{page}.figure.{table.title}",
        config=dict(PLOT_CONFIG),
        theme=None,
        alt=f"{table.title}. The numbers stand below it, as a table.",
    )
    with st.expander(title):
        # It scrolls in its own place: with a name and a stop of the Tab key, so by keyboard too.
        st.html(
            f'<div class="gp-behind" role="region" aria-label="{escape(title)}" tabindex="0">'
            f"{study_table(table.columns, table.rows, 'gp-numbers')}</div>"
        )
