"""Where the app is mounted: the prefix that Streamlit adds to its own routes alone."""

from __future__ import annotations

import streamlit as st


def base_path() -> str:
    """Prefix of every URL of the app ("" or "/prefix")."""
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    return f"/{base}" if base else ""
