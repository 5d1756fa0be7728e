"""A bar with a count for anything that lasts longer than a second."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

Advance = Callable[[int, int], None]
"""Called with how many are done and how many there are."""


@contextmanager
def progress_bar(what: str) -> Iterator[Advance]:
    """Show a bar while something runs; it is gone when that ends.

    The bar is redrawn at most once a percent, so that a fast loop does not wait for it.
    """
    bar = st.empty()
    shown = -1

    def advance(done: int, total: int) -> None:
        nonlocal shown
        percent = 100 * done // total if total else 0
        if percent != shown:
            shown = percent
            bar.progress(percent, f"{what}: {done} of {total}")

    try:
        yield advance
    finally:
        bar.empty()
