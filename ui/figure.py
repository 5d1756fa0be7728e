"""A figure on a page, with its table one click away."""

from __future__ import annotations

import plotly.graph_objects as go
import streamlit as st

from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.theme import PLOT_CONFIG


def draw_figure(figure: go.Figure, table: FigureTable, *, page: str) -> None:
    """Draw both; the key keeps them apart on a page and the same between reruns."""
    st.plotly_chart(figure, key=f"{page}.figure.{table.title}", config=dict(PLOT_CONFIG), theme=None)
    with st.expander(f"{table.title}, as a table"):
        lines = [table.columns, ("---",) * len(table.columns), *table.rows]
        st.markdown("\n".join(f"| {' | '.join(line)} |" for line in lines))
