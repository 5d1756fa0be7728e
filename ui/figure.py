"""A figure on a page: the chart with its name, and its table one click away."""

from __future__ import annotations

from typing import Any

import plotly.graph_objects as go
import streamlit as st
from plotly.basedatatypes import BaseFigure

from gepnet_core.figures.figure_table import FigureTable
from gepnet_core.figures.theme import PLOT_CONFIG, Canvas
from ui.study_table import plain_table, scroll_region


class _AsDrawn(BaseFigure):  # type: ignore[misc]  # untyped
    """A canvas that Streamlit takes for a figure: it asks for `to_dict` alone.

    To build a figure of Plotly and copy it out again takes a third of a rerun of the page of a case.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._values = canvas.values()

    def to_dict(self) -> dict[str, Any]:
        """What is sent to the browser."""
        return self._values


def draw_figure(figure: go.Figure | Canvas, table: FigureTable, *, page: str) -> None:
    """Draw both; the key keeps them apart on a page and the same between reruns."""
    title = f"{table.title}, as a table"
    st.plotly_chart(
        _AsDrawn(figure) if isinstance(figure, Canvas) else figure,
        key=f"{page}.figure.{table.title}",
        config=dict(PLOT_CONFIG),
        theme=None,
        alt=f"{table.title}. The numbers stand below it, as a table.",
    )
    with st.expander(title):
        numbers = plain_table(table.columns, table.rows, "gp-numbers")
        st.html(scroll_region(title, numbers, "gp-behind"))
