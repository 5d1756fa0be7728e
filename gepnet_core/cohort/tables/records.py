"""Lines of a table with their cells as text, and how much of it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from gepnet_core.errors import CohortError

MOST_BYTES = 50_000_000
MOST_ROWS = 100_000
COHORT_MOST_BYTES = 400_000_000
COHORT_MOST_ROWS = 1_000_000
"""For a cohort, of which every row is a patient or a lesion."""

MOST_COLUMNS = 16_384
"""As many as an Excel sheet can have."""

MOST_CELLS = 100_000_000
"""Against files whose few bytes stand for endless empty cells."""

HEADER_WITHIN = 25
"""Headings are looked for in so many first lines."""

Recognise = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Record:
    """One line of a table: its number in the file (or sheet) and its cells, as text."""

    line: int
    cells: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether no cell holds anything."""
        # Joined, since a generator over the cells costs three times as much.
        return not "".join(self.cells).strip()


def most_unpacked_bytes(most_bytes: int) -> int:
    """How much a compressed file may unpack to, against files that are small and unpack without end."""
    return min(10 * most_bytes, 2_000_000_000)


def too_many_rows(most_rows: int) -> CohortError:
    """What is said of a table that is too long."""
    return CohortError(
        "the table has too many rows",
        got=f"more than {most_rows}",
        allowed=f"at most {most_rows}",
        remedy="Split the table.",
    )


def count_recognised(cells: Sequence[str], recognise: Recognise) -> int:
    """How many different columns the cells name."""
    return len({name for cell in cells if (name := recognise(cell)) is not None})
