"""Lines of a table with their cells as text, and how much of it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

MOST_BYTES = 50_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 16_384
"""As many as an Excel sheet can have."""

HEADER_WITHIN = 25
"""Headings are looked for in so many first lines."""

Recognise = Callable[[str], str | None]


@dataclass(frozen=True)
class Record:
    """One line of a table: its number in the file (or sheet) and its cells, as text."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        return not any(cell.strip() for cell in self.cells)


def count_recognised(cells: Sequence[str], recognise: Recognise) -> int:
    """How many different columns the cells name."""
    return len({name for cell in cells if (name := recognise(cell)) is not None})
