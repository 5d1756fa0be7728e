"""The explorer."""

from __future__ import annotations

import streamlit as st


def draw_explorer() -> None:
    """Draw the part."""
    st.header("Explorer")
