"""The table behind a figure, for those who read numbers or hear them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FigureTable:
    """The numbers behind a figure, as text ready to be read."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
