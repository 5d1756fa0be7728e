"""The quiz."""

from __future__ import annotations

import streamlit as st


def draw_quiz() -> None:
    """Draw the part."""
    st.header("Quiz")
