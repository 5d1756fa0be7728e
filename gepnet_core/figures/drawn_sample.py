"""Which of very many points are drawn, and how the reader is told."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

MOST_DRAWN = 500
"""Points of one trace, and rows of one table, beyond which more would only cost time."""


def drawn_ranks(n: int) -> NDArray[np.int64]:
    """Indices of ``n`` ordered points that are drawn: all, or evenly spaced ones with both ends."""
    if n <= MOST_DRAWN:
        return np.arange(n, dtype=np.int64)
    return np.arange(MOST_DRAWN, dtype=np.int64) * (n - 1) // (MOST_DRAWN - 1)


def drawn_note(n: int) -> str | None:
    """What is to be said where not all of ``n`` points are drawn; None where all are."""
    return f"Drawn: {MOST_DRAWN} of {n}, evenly by rank." if n > MOST_DRAWN else None
