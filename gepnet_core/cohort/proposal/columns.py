"""For each heading of a table which column it may mean, by the dictionary, by its words or by its cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from gepnet_core.cohort.dictionary.schema import NUMERIC, Kind, load_dictionary, plain_heading
from gepnet_core.cohort.proposal.content import ColumnContent, Fit, column_content, fit, name_by_labels
from gepnet_core.cohort.proposal.heading import HeadingReading, column_of_reader, read_heading
from gepnet_core.cohort.tables.read import Table

FIRST_ROWS = 2_000
"""Rows whose cells are looked at."""

_FIRST_CELLS = 400_000
_FEWEST_ROWS = 50
_MOST_COLUMNS_BY_CONTENT = 500
_MOST_SHOWN = 3
_LARGEST_SHOWN = 10_000
"""Larger numbers may be numbers of patients, and are not shown."""


class ReadBy(StrEnum):
    """By what a heading was read."""

    DICTIONARY = "dictionary"
    WORDS = "words"
    CONTENT = "content"
    NONE = "none"


@dataclass(frozen=True)
class ReadColumn:
    """One column of the table: what it may mean, with what its heading and its first cells say.

    ``unsure`` is a sentence that the user must confirm or know; empty where there is none.
    """

    position: int
    heading: str
    name: str | None
    how: ReadBy
    why: str
    reading: HeadingReading
    content: ColumnContent
    fit: Fit = Fit.NONE
    unsure: str = ""

    @property
    def shown(self) -> str:
        """How the user finds it."""
        return f'column {self.position + 1} ("{self.heading[:40]}")'

    @property
    def examples(self) -> tuple[str, ...]:
        """Up to three different cells, of columns that hold numbers or labels alone.

        No text is shown of a column of texts or of one that is not known, nor any cell of one that may tell
        who a patient is: codes, names, numbers of many digits.
        """
        kind = None if self.name is None else load_dictionary().columns[self.name].kind
        if kind is Kind.CHOICE:
            return self.content.labels[:_MOST_SHOWN]
        content = self.content
        if self.reading.identifies or not content.is_numeric or not (kind in NUMERIC or self.name is None):
            return ()
        # Whole numbers of which none stands twice may count patients.
        may_count = not content.has_fractions and len(set(content.numbers)) == len(content.numbers)
        if max(map(abs, content.numbers)) >= _LARGEST_SHOWN or (kind is None and may_count):
            return ()
        return tuple(dict.fromkeys(content.number_cells))[:_MOST_SHOWN]


def read_columns(table: Table) -> tuple[ReadColumn, ...]:
    """Read all columns; each column of the dictionary is meant by one of them at the most."""
    width = max(1, len(table.headings))
    first = table.rows[: max(_FEWEST_ROWS, min(FIRST_ROWS, _FIRST_CELLS // width))]
    read = []
    for position, heading in enumerate(table.headings):
        cells = (row.cells[position] for row in first if position < len(row.cells))
        read.append(_read(position, heading, column_content(cells)))
    return tuple(_told_apart(_without_equal_headings(read)))


def _read(position: int, heading: str, content: ColumnContent) -> ReadColumn:
    reading = read_heading(heading)
    column = ReadColumn(position, heading, None, ReadBy.NONE, reading.why, reading, content)
    if reading.identifies or (reading.name == "patient_id" and content.looks_like_names):
        unsure = (
            f"{_capital(column.shown)} seems to tell who a patient is, and is not used. A table should not "
            "carry names or hospital numbers: leave the column out and give codes."
        )
        return replace(column, unsure=unsure, reading=replace(reading, identifies=True))
    if reading.name is None:
        return _by_content(column) if plain_heading(heading) and reading.is_open else _doubted(column)
    fits = fit(content, load_dictionary().columns[reading.name])
    if load_dictionary().recognise(heading) is not None:
        return _known(replace(column, name=reading.name, how=ReadBy.DICTIONARY, fit=fits))
    if fits is Fit.NONE:
        why = f"The heading reads like {reading.name}, but the cells are not what that column holds."
        if not content.cells:
            why = f"The heading reads like {reading.name}, but the column is empty."
        return replace(column, why=why, unsure=f"{_capital(column.shown)} is not used. {why}")
    return _doubted(replace(column, name=reading.name, how=ReadBy.WORDS, fit=fits))


def _by_content(column: ReadColumn) -> ReadColumn:
    """A column that its labels tell; numbers alone tell nothing."""
    found = None if column.position >= _MOST_COLUMNS_BY_CONTENT else name_by_labels(column.content)
    name = None if found is None else column_of_reader(found, column.reading.reader)
    if name is None:
        return column
    why = f"The heading does not say it, but the cells are labels of {name}."
    unsure = f"{_capital(column.shown)} was taken as {name} by its cells alone."
    return replace(column, name=name, how=ReadBy.CONTENT, why=why, fit=Fit.GOOD, unsure=unsure)


def _known(column: ReadColumn) -> ReadColumn:
    if column.name == "patient_id" and column.content.has_no_digits:
        unsure = (
            f"{_capital(column.shown)} holds codes without digits: if they are names, give codes instead."
        )
        return replace(column, unsure=unsure)
    if column.fit is not Fit.NONE or not column.content.cells:
        return column
    # Labels are asked about one by one, if they are few enough to be labels.
    if column.content.labels and load_dictionary().columns[column.name or ""].kind is Kind.CHOICE:
        return column
    return replace(column, unsure=f"{_capital(column.shown)} is called {column.name}, but hardly holds that.")


def _doubted(column: ReadColumn) -> ReadColumn:
    if column.reading.doubt:
        return replace(column, unsure=f"{_capital(column.shown)}: {column.reading.doubt}")
    if column.name is not None and column.reading.n_unread:
        unsure = f"{_capital(column.shown)} was read as {column.name}, but not every word was understood."
        return replace(column, unsure=unsure)
    return column


def _without_equal_headings(columns: Sequence[ReadColumn]) -> Iterator[ReadColumn]:
    """No mapping can tell columns whose headings are equal; none of them is used."""
    count = Counter(plain_heading(column.heading) for column in columns)
    for column in columns:
        if column.name is None or count[plain_heading(column.heading)] == 1:
            yield column
            continue
        why = "Other columns have the same heading, so that they cannot be told apart."
        unsure = f"{_capital(column.shown)} is not used. {why} Rename them."
        yield replace(column, name=None, how=ReadBy.NONE, why=why, unsure=unsure)


def _told_apart(columns: Iterator[ReadColumn]) -> Iterator[ReadColumn]:
    """Of several columns that mean the same the best is kept."""
    listed = list(columns)
    best: dict[str, ReadColumn] = {}
    for column in listed:
        if column.name is not None and _rank(column) > _rank(best.get(column.name, column)):
            best[column.name] = column
        elif column.name is not None:
            best.setdefault(column.name, column)
    for column in listed:
        if column.name is None or best[column.name] is column:
            yield column
            continue
        other = best[column.name].shown
        why = f"It seems to be {column.name}, but so does {other}, which was taken."
        unsure = f"{_capital(column.shown)} is not used. {why}"
        yield replace(column, name=None, how=ReadBy.NONE, why=why, unsure=unsure)


def _rank(column: ReadColumn) -> tuple[int, int, bool, int, int]:
    """What is better has the higher rank; of equals the first is kept."""
    how = [ReadBy.NONE, ReadBy.CONTENT, ReadBy.WORDS, ReadBy.DICTIONARY].index(column.how)
    filled = len(column.content.cells)
    return column.fit, how, not column.reading.doubt, -column.reading.n_unread, filled


def _capital(sentence: str) -> str:
    return sentence[0].upper() + sentence[1:]
