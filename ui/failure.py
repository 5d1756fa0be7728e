"""What a user sees when a page fails, instead of a traceback."""

from __future__ import annotations

import streamlit as st

from gepnet_core.errors import GepnetError


def show_failure(error: Exception) -> bool:
    """Say calmly that a page failed.

    Parameters
    ----------
    error : Exception
        What a page let through. Only the library's own errors are quoted: they carry no identifier.

    Returns
    -------
    bool
        True: Streamlit shows nothing of its own.
    """
    if isinstance(error, GepnetError):
        st.error(str(error))
    else:
        st.error(
            f"This page could not finish ({type(error).__name__}). No result is shown, so that none can be "
            "mistaken for a complete one. What you entered is still here: change the last input, or open "
            "another page and come back."
        )
    return True
