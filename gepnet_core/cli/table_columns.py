"""Columns that a command is told to read from any table, and what is said of that table."""

from __future__ import annotations

import csv
from argparse import ArgumentTypeError
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gepnet_core.cli.read_file import read_bytes
from gepnet_core.cohort.dictionary.schema import says_yes
from gepnet_core.cohort.tables.any_table import AnyTable, parse_float, read_any_table
from gepnet_core.errors import CohortError

_LONGEST_SHOWN = 60
_MOST_CATEGORIES = 100
_LARGEST_NUMBER = 1e300
_SYNTHETIC = "Rows of this table are synthetic: invented patients, nobody's data."

Label = str | float
"""What tells categories apart: the number where a text is one, so that 1 and 1.0 are the same."""


@dataclass(frozen=True)
class NumberColumn:
    """Numbers, None where missing."""

    values: tuple[float | None, ...]


@dataclass(frozen=True)
class LabelColumn:
    """Texts, None where missing; texts that are one number are spelled as where it stands first."""

    values: tuple[str | None, ...]

    @property
    def labels(self) -> tuple[str, ...]:
        """The different texts in the order in which they stand first."""
        return tuple(dict.fromkeys(value for value in self.values if value is not None))


def name_list(fewest: int, most: int | None = None) -> Callable[[str], tuple[str, ...]]:
    """A reader of ``A,B,...``: so many different texts; one with a comma stands in quotation marks."""
    allowed = (
        f"{fewest} or more" if most is None else str(fewest) if most == fewest else f"{fewest} to {most}"
    )

    def _read(text: str) -> tuple[str, ...]:
        names = split_list(text)
        if len(names) < fewest or (most is not None and len(names) > most):
            raise ArgumentTypeError(f"{len(names)} given, {allowed} needed with a comma between them")
        if len({label_of(name) for name in names}) < len(names):
            raise ArgumentTypeError("one of them stands twice; name each once")
        return names

    return _read


def split_list(text: str) -> tuple[str, ...]:
    """The trimmed parts of a list with commas.

    Raises
    ------
    argparse.ArgumentTypeError
        If a part is empty or a quotation mark is not closed.
    """
    try:
        rows = list(csv.reader([text], strict=True, skipinitialspace=True))
    except csv.Error:
        raise ArgumentTypeError("a quotation mark is not closed, or stands inside a text") from None
    names = tuple(part.strip() for row in rows for part in row)
    if not names or not all(names):
        raise ArgumentTypeError("there is nothing between two commas, or nothing at all")
    return names


def label_of(text: str) -> Label:
    """What a text is compared by."""
    number = parse_float(text)
    return text.strip() if number is None else number


def read_table_file(path: Path) -> AnyTable:
    """The table in a file.

    Raises
    ------
    CohortError
        If it cannot be read or is no table.
    """
    return read_any_table(read_bytes(path, "FILE"))


def label_column(table: AnyTable, heading: str) -> LabelColumn:
    """A column of categories.

    Raises
    ------
    CohortError
        As `AnyTable.texts`.
    """
    spelled: dict[Label, str] = {}
    cells = table.texts(heading)
    return LabelColumn(
        tuple(None if cell is None else spelled.setdefault(label_of(cell), cell) for cell in cells)
    )


def number_column(table: AnyTable, heading: str) -> NumberColumn:
    """A column of numbers.

    Raises
    ------
    CohortError
        As `AnyTable.numbers`, and where a number is too large.
    """
    numbers = table.numbers(heading)
    _check_size(table, heading, numbers)
    return NumberColumn(numbers)


def read_column(table: AnyTable, heading: str, as_categories: str) -> NumberColumn | LabelColumn:
    """A column of numbers where every cell that is not empty is one; of categories where none is.

    Parameters
    ----------
    table : AnyTable
    heading : str
    as_categories : str
        What the user can do where numbers are meant as categories.

    Raises
    ------
    CohortError
        As `AnyTable.texts`, and where some cells are numbers and others are not: a mistyped number must not
        turn measurements into categories.
    """
    cells = table.texts(heading)
    numbers = [None if cell is None else parse_float(cell) for cell in cells]
    others = [i for i, cell in enumerate(cells) if cell is not None and numbers[i] is None]
    given = sum(cell is not None for cell in cells)
    if not others:
        _check_size(table, heading, numbers)
        return NumberColumn(tuple(numbers))
    if len(others) == given:
        return label_column(table, heading)
    raise CohortError(
        "the column holds numbers and other text",
        got=f"{given - len(others)} numbers and {len(others)} other cells, "
        f"the first in line {table.table.rows[others[0]].line}",
        allowed="numbers alone, or text alone; empty cells are missing values",
        remedy=f"Correct the cells, or {as_categories}.",
        field=heading,
    )


def check_number_of_categories(heading: str, n: int) -> None:
    """Refuse a column of text with so many different ones that it is no column of categories.

    Raises
    ------
    CohortError
        If there are more than a hundred.
    """
    if n > _MOST_CATEGORIES:
        raise CohortError(
            "the column holds too many different texts",
            got=str(n),
            allowed=f"at most {_MOST_CATEGORIES} categories",
            remedy="Choose another column; this one may be an identifier.",
            field=heading,
        )


def in_order(labels: Sequence[str]) -> tuple[str, ...]:
    """Labels sorted: numbers by size and before text, text by its letters."""
    return tuple(sorted(labels, key=_order))


def table_notes(table: AnyTable) -> tuple[str, ...]:
    """What was passed over or guessed in reading, and whether rows are invented."""
    # Other columns may be short or stand twice: that is no fault where they are not asked for.
    places = [k for k, heading in enumerate(table.table.headings) if heading == "synthetic"]
    is_invented = any(
        k < len(row.cells) and says_yes(row.cells[k]) for row in table.table.rows for k in places
    )
    return (*table.table.notes, _SYNTHETIC) if is_invented else table.table.notes


def shown(text: str) -> str:
    """A text of the table as a terminal can take it: no control characters, not too long."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= _LONGEST_SHOWN else plain[:_LONGEST_SHOWN] + "..."


def _check_size(table: AnyTable, heading: str, numbers: Sequence[float | None]) -> None:
    """Refuse numbers with which no sum can be made in float64."""
    for row, number in zip(table.table.rows, numbers, strict=True):
        if number is not None and abs(number) > _LARGEST_NUMBER:
            raise CohortError(
                "a number is too large",
                got=f"more than {_LARGEST_NUMBER:g} in line {row.line}",
                allowed=f"at most {_LARGEST_NUMBER:g} in size",
                remedy="Correct the cell.",
                field=heading,
            )


def _order(label: str) -> tuple[bool, float, str]:
    number = parse_float(label)
    return (number is None, 0.0 if number is None else number, label)
