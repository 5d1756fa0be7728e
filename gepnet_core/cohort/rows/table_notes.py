"""What a user should know of a table beyond its rows. No note quotes a code or a heading."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence

from gepnet_core.cohort.dictionary.columns import ColumnMatch, columns_of_a_call
from gepnet_core.cohort.dictionary.schema import NUMERIC, Kind, load_dictionary
from gepnet_core.cohort.tables.read import Table


def reading_notes(table: Table, match: ColumnMatch) -> list[str]:
    """What a user should know of how a table to be judged was taken: columns, words, shared codes."""
    used = columns_of_a_call()
    idle = [name for name in match.positions if name not in used]
    notes = [f"Columns that a call does not look at: {', '.join(idle)}."] if idle else []
    return [*notes, *cell_notes(table, match, used), *_note_on_codes(table, match)]


def cell_notes(table: Table, match: ColumnMatch, used: Collection[str]) -> list[str]:
    """Columns that were not read, words that were taken as missing, and numbers of two ways of writing."""
    dictionary = load_dictionary()
    notes = []
    if match.unused:
        places = ", ".join(str(position + 1) for position in match.unused[:20])
        more = f" and {len(match.unused) - 20} more" if len(match.unused) > 20 else ""
        notes.append(f"Columns that mean nothing here and were not read: column {places}{more}.")
    words: Counter[str] = Counter()
    marks: set[str] = set()
    for name, position in match.positions.items():
        if name not in used:
            continue
        column = dictionary.columns[name]
        cells = Counter(record.cells[position] for record in table.rows if position < len(record.cells))
        for text, count in cells.items():
            cell = text.strip()
            if column.kind in NUMERIC and not dictionary.is_missing(cell):
                marks |= {mark for mark in ".," if mark in cell}
            elif cell and column.kind is not Kind.TEXT and cell.casefold() not in column.allowed:
                words[cell.casefold()] += count * dictionary.is_missing(cell)
    notes += [
        f"Cells with {word!r} were taken as missing: {count}."
        for word, count in sorted(words.items())
        if count
    ]
    if len(marks) > 1:
        notes.append(
            "Numbers with a decimal point and with a decimal comma both occur; each was read as such."
        )
    return notes


def _note_on_codes(table: Table, match: ColumnMatch) -> list[str]:
    """Rows that share a patient's code, without the code."""
    position = match.positions.get("patient_id")
    if position is None:
        return []
    rows_of: dict[str, list[int]] = {}
    for number, record in enumerate(table.rows, start=1):
        code = record.cells[position].strip() if position < len(record.cells) else ""
        if code:
            rows_of.setdefault(code, []).append(number)
    shared: Sequence[list[int]] = [rows for rows in rows_of.values() if len(rows) > 1]
    if not shared:
        return []
    shown = "; ".join(", ".join(map(str, rows[:5])) for rows in shared[:5])
    more = "; and more" if len(shared) > 5 or any(len(rows) > 5 for rows in shared) else ""
    return [
        f"patient_id is the same in several rows, each of which was judged by itself: rows {shown}{more}."
    ]
