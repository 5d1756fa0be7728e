"""A file of a table to headings and rows of text, whatever its format; nothing is interpreted here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.tables.decode_text import decode_text
from gepnet_core.cohort.tables.read_csv import csv_records
from gepnet_core.cohort.tables.read_excel import excel_records
from gepnet_core.cohort.tables.read_parquet import parquet_records
from gepnet_core.cohort.tables.records import (
    HEADER_WITHIN,
    MOST_BYTES,
    MOST_CELLS,
    MOST_COLUMNS,
    MOST_ROWS,
    Recognise,
    Record,
    count_recognised,
    too_many_rows,
)
from gepnet_core.errors import CohortError

_ZIP, _OLD_EXCEL, _PARQUET = b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"PAR1"


@dataclass(frozen=True)
class Table:
    """Headings and rows as they stand in the file. ``notes`` say what was passed over or guessed."""

    headings: tuple[str, ...]
    rows: tuple[Record, ...]
    notes: tuple[str, ...]


def read_table(
    content: bytes,
    recognise: Recognise | None = None,
    *,
    first_line_is_headings: bool = False,
    most_rows: int = MOST_ROWS,
    most_bytes: int = MOST_BYTES,
) -> Table:
    """Read a table from the bytes of a CSV, Excel or Parquet file.

    Parameters
    ----------
    content : bytes
        Text with comma, semicolon, tab or bar between cells, in UTF-8, UTF-16 or Latin-1; or .xlsx; or
        Parquet.
    recognise : callable, optional
        Heading to column name, None for a heading that means nothing; the data dictionary's by default.
        It tells headings from lines above them, and the right delimiter from others.
    first_line_is_headings : bool
        True takes the first line with content, whatever it holds.
    most_rows, most_bytes : int
        The largest table that is read.

    Raises
    ------
    CohortError
        If the file is empty, no table, too large, or has a quotation mark that is never closed.
    """
    recognise = recognise or load_dictionary().recognise
    find_headings: Recognise = _nothing if first_line_is_headings else recognise
    if len(content) > most_bytes:
        raise CohortError(
            "the table is too large",
            got=f"{len(content) / 1e6:.0f} MB",
            allowed=f"at most {most_bytes // 1_000_000} MB",
            remedy="Keep the columns that are needed, or split the table.",
        )
    if content.startswith(_OLD_EXCEL):
        raise CohortError(
            "this format of table is not read",
            got="an old Excel file (.xls)",
            allowed="CSV, Excel (.xlsx) or Parquet",
            remedy="Save the table as CSV UTF-8 or as .xlsx.",
        )
    if content.startswith(_PARQUET):
        records = parquet_records(content, most_rows, most_bytes)
        return _with_headings(records, [], _nothing, most_rows, fill=True)
    if content.startswith(_ZIP):
        records, notes = excel_records(content, most_rows, most_bytes)
        return _with_headings(records, notes, find_headings, most_rows, fill=True)
    decoded = decode_text(content)
    notes = [f"The text was taken as {decoded.encoding}."] if decoded.is_guess else []
    return _with_headings(csv_records(decoded.text, recognise), notes, find_headings, most_rows, fill=False)


def _nothing(heading: str) -> None:
    """No heading is known: of equals the first line is taken."""


def header_index(records: Sequence[Record], recognise: Recognise) -> int:
    """Which of the first records names most columns; the first record with content where none names any."""
    first = [record for record in records[:HEADER_WITHIN] if not record.is_empty]
    if not first:
        raise CohortError(
            "the table is empty",
            got="no line with content",
            allowed="one line of headings and one line for each patient",
            remedy="Begin with the template.",
        )
    return records.index(max(first, key=lambda record: count_recognised(record.cells, recognise)))


def _with_headings(
    records: Iterable[Record], notes: list[str], recognise: Recognise, most_rows: int, *, fill: bool
) -> Table:
    """Tell headings from rows. ``fill`` adds the empty cells that a spreadsheet does not store."""
    kept, empty = _with_content(records, most_rows + HEADER_WITHIN)
    start = header_index(kept, recognise)
    header, rows = kept[start], tuple(kept[start + 1 :])
    if len(rows) > most_rows:
        raise too_many_rows(most_rows)
    if not rows:
        raise CohortError(
            "the table has headings but no rows",
            got=f"headings in line {header.line} and nothing below",
            allowed="one line for each patient below the headings",
            remedy="Add the patients, or begin with the template.",
        )
    if start:
        above = ", ".join(str(record.line) for record in kept[:start])
        notes = [
            *notes,
            f"The headings stand in line {header.line}; what is above was not read (line {above}).",
        ]
    inside = [line for line in empty if header.line < line < rows[-1].line]
    if inside:
        notes = [*notes, f"Lines without content were passed over: {_numbered(inside)}."]
    headings = _without_empty_end(tuple(cell.strip() for cell in header.cells), 0)
    width = len(headings)
    fitted = [row if len(row.cells) == width else _fitted(row, width, fill=fill) for row in rows]
    return Table(headings, tuple(fitted), tuple(notes))


def _with_content(records: Iterable[Record], most: int) -> tuple[list[Record], list[int]]:
    """The records that hold anything, one more than ``most`` at the most, and the lines of the others."""
    kept: list[Record] = []
    empty: list[int] = []
    n_cells = 0
    for record in records:
        width = len(record.cells)
        n_cells += width
        if width > MOST_COLUMNS:
            raise CohortError(
                "the table has too many columns",
                got=f"{width} in line {record.line}",
                allowed=f"at most {MOST_COLUMNS}",
                remedy="Keep the columns that are needed.",
            )
        if n_cells > MOST_CELLS:
            raise CohortError(
                "the table has too many cells",
                got=f"more than {MOST_CELLS} up to line {record.line}",
                allowed=f"at most {MOST_CELLS}",
                remedy="Keep the columns that are needed.",
            )
        if record.is_empty:
            empty.append(record.line)
            continue
        kept.append(record)
        if len(kept) > most:
            break
    return kept, empty


def _fitted(row: Record, width: int, *, fill: bool) -> Record:
    """A row without empty cells beyond the headings; filled up where the format leaves empty cells out."""
    cells = _without_empty_end(row.cells, width)
    return replace(row, cells=cells + ("",) * (width - len(cells)) if fill else cells)


def _without_empty_end(cells: tuple[str, ...], fewest: int) -> tuple[str, ...]:
    end = len(cells)
    while end > fewest and not cells[end - 1].strip():
        end -= 1
    return cells[:end]


def _numbered(lines: Sequence[int], most: int = 10) -> str:
    shown = ", ".join(map(str, lines[:most]))
    return shown if len(lines) <= most else f"{shown} and {len(lines) - most} more"
