"""The lab."""

from __future__ import annotations

import streamlit as st


def draw_lab() -> None:
    """Draw the part."""
    st.header("Lab")
