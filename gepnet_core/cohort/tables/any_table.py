"""Columns of any table by their own headings, for statistics that know nothing of the data dictionary."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.tables.read import Table, read_table
from gepnet_core.errors import CohortError

_NUMBER = re.compile(r"[+-]?(\d+([.,]\d*)?|[.,]\d+)([eE][+-]?\d{1,3})?")
_LONGEST = 40


@dataclass(frozen=True)
class AnyTable:
    """Cells by heading; a heading may mean anything, and stands once."""

    table: Table

    @property
    def n_rows(self) -> int:
        """Rows below the headings."""
        return len(self.table.rows)

    def texts(self, heading: str) -> tuple[str | None, ...]:
        """Trimmed cells of a column; None where there is no value.

        Raises
        ------
        CohortError
            If no heading, or more than one, is that text, or a row has no such cell.
        """
        places = [k for k, name in enumerate(self.table.headings) if name == heading.strip()]
        if len(places) != 1:
            raise CohortError(
                "the table has no such column" if not places else "this heading stands more than once",
                got=f"{len(places)} of it",
                allowed="the text of one heading, in the same letters",
                remedy="Compare with the first line of the table.",
                field=heading.strip()[:_LONGEST],
            )
        is_missing = load_dictionary().is_missing
        cells = []
        for row in self.table.rows:
            if places[0] >= len(row.cells):
                raise CohortError(
                    "a row ends before this column",
                    got=f"line {row.line} with {len(row.cells)} cells",
                    allowed=f"{len(self.table.headings)} cells",
                    remedy="Correct the line.",
                    field=heading.strip()[:_LONGEST],
                )
            cell = row.cells[places[0]].strip()
            cells.append(None if is_missing(cell) else cell)
        return tuple(cells)

    def numbers(self, heading: str) -> tuple[float | None, ...]:
        """Numbers of a column; None where there is no value.

        Raises
        ------
        CohortError
            If there is no such column, or a cell is neither a number nor empty. The cell itself is not shown:
            it may be a name.
        """
        values = []
        for row, cell in zip(self.table.rows, self.texts(heading), strict=True):
            number = None if cell is None else parse_float(cell)
            if cell is not None and number is None:
                raise CohortError(
                    "a cell is no number",
                    got=f"other characters in line {row.line}",
                    allowed="digits with at most one decimal point or comma, or an empty cell",
                    remedy="Correct the cell, or choose another column.",
                    field=heading.strip()[:_LONGEST],
                )
            values.append(number)
        return tuple(values)


def parse_float(text: str) -> float | None:
    """A finite number with a decimal point or comma; None for any other text, nan and inf among them."""
    trimmed = text.strip().replace("\N{MINUS SIGN}", "-")
    if not trimmed.isascii() or len(trimmed) > _LONGEST or not _NUMBER.fullmatch(trimmed):
        return None
    value = float(trimmed.replace(",", "."))
    return value if abs(value) != float("inf") else None


def read_any_table(content: bytes) -> AnyTable:
    """Read a CSV, Excel or Parquet file whose first line with content is its headings.

    Raises
    ------
    CohortError
        As `gepnet_core.cohort.tables.read.read_table`.
    """
    return AnyTable(read_table(content, _any_text, first_line_is_headings=True))


def _any_text(heading: str) -> str | None:
    """Every text names a column; the delimiter that makes most of them is the right one."""
    return heading.strip() or None
