"""A logistic model from columns of a table: outcome, predictors and their codes, rows that are complete."""

from __future__ import annotations

from argparse import ArgumentTypeError
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gepnet_core.cli.arguments import UsageError
from gepnet_core.cli.table_columns import (
    Label,
    LabelColumn,
    NumberColumn,
    check_number_of_categories,
    in_order,
    label_column,
    label_of,
    read_column,
    split_list,
)
from gepnet_core.cohort.tables.any_table import AnyTable, parse_float
from gepnet_core.errors import CohortError
from gepnet_core.statistics.models.logistic_design import Predictor
from gepnet_core.statistics.models.logistic_likelihood import Array

Codes = Mapping[str, float]
"""The number of each text of a column."""


@dataclass(frozen=True)
class Outcome:
    """Which class is the event: its text, that of the other class, and each row; None where missing."""

    column: str
    event: str
    other: str
    values: tuple[bool | None, ...]


@dataclass(frozen=True)
class ModelRows:
    """The rows in which outcome and all predictors have a value.

    ``references`` names the category that the indicators of a text column are compared with.
    """

    event: NDArray[np.bool_]
    predictors: tuple[Predictor, ...]
    references: Mapping[str, str]
    missing: Mapping[str, int]
    n_left_out: int


def read_codes(words: Sequence[str], names: Sequence[str]) -> dict[str, Codes]:
    """The codes of ``COL=a:1,b:2,...``, by column.

    Raises
    ------
    UsageError
        If the column is no predictor or has two codes, or a code is not text, colon and number.
    """
    codes: dict[str, Codes] = {}
    for word in words:
        # A heading may hold an equals sign itself.
        name = max((n for n in names if word.strip().startswith(f"{n}=")), key=len, default=None)
        if name is None or name in codes:
            raise UsageError(
                "a column has two codes" if name in codes else "the code belongs to no predictor",
                got=repr(word.partition("=")[0][:40]),
                allowed="COL=text:number,text:number,... with COL one of --predictors, each once",
                field="--code",
            )
        codes[name] = _pairs(word.strip()[len(name) + 1 :], name)
    return codes


def read_outcome(table: AnyTable, column: str, positive: str) -> Outcome:
    """The outcome of each row.

    Raises
    ------
    GepnetError
        If the column does not hold exactly two classes, one of which is ``positive``.
    """
    labels = label_column(table, column)
    if len(labels.labels) != 2:
        raise CohortError(
            "the outcome does not hold two classes",
            got=f"{len(labels.labels)} different texts",
            allowed="two, besides empty cells",
            remedy="Choose another column, or join classes.",
            field="--outcome",
        )
    event = next((label for label in labels.labels if label_of(label) == label_of(positive)), None)
    if event is None:
        raise UsageError(
            "no row has that outcome",
            got=repr(positive[:40]),
            allowed="the text of one of the two classes in the column, in the same letters",
            field="--positive",
        )
    (other,) = (label for label in labels.labels if label != event)
    return Outcome(column, event, other, tuple(None if x is None else x == event for x in labels.values))


def complete_rows(
    table: AnyTable, outcome: Outcome, names: Sequence[str], codes: Mapping[str, Codes]
) -> ModelRows:
    """Read the predictors and keep the rows without a missing value.

    Raises
    ------
    CohortError
        If a column is absent, mixes numbers with text, or holds a text that its code does not name.
    """
    columns: dict[str, NumberColumn | LabelColumn] = {
        name: NumberColumn(_coded(table, name, codes[name]))
        if name in codes
        else read_column(table, name, "give each text its number with --code")
        for name in names
    }
    rows = [
        i
        for i, has_event in enumerate(outcome.values)
        if has_event is not None and all(columns[name].values[i] is not None for name in names)
    ]
    references: dict[str, str] = {}
    predictors = []
    for name in names:
        column = columns[name]
        cells = [column.values[i] for i in rows]
        if isinstance(column, NumberColumn):
            predictors.append(Predictor(name, (name,), np.array(cells, dtype=float).reshape(-1, 1)))
        else:
            predictor, references[name] = _indicators(name, [str(cell) for cell in cells])
            predictors.append(predictor)
    missing = {name: columns[name].values.count(None) for name in names}
    return ModelRows(
        event=np.array([outcome.values[i] for i in rows], dtype=bool),
        predictors=tuple(predictors),
        references=references,
        missing={outcome.column: outcome.values.count(None), **missing},
        n_left_out=table.n_rows - len(rows),
    )


def _pairs(text: str, name: str) -> Codes:
    """``a:1,b:2`` to numbers by text."""
    try:
        parts = split_list(text)
    except ArgumentTypeError as error:
        raise UsageError(str(error), field=f"--code {name}") from None
    found: dict[Label, tuple[str, float]] = {}
    for part in parts:
        label, colon, digits = part.rpartition(":")
        number = parse_float(digits)
        if not colon or not label.strip() or number is None or "," in digits:
            raise UsageError(
                "a code is a text, a colon and a number",
                got=repr(part[:40]),
                allowed="such as plateau:1,washout:2",
                field=f"--code {name}",
            )
        if label_of(label) in found:
            raise UsageError("a text has two numbers", got=repr(label[:40]), field=f"--code {name}")
        found[label_of(label)] = (label.strip(), number)
    return dict(found.values())


def _coded(table: AnyTable, name: str, codes: Codes) -> tuple[float | None, ...]:
    numbers: dict[Label, float] = {label_of(label): number for label, number in codes.items()}
    cells = table.texts(name)
    foreign = [i for i, cell in enumerate(cells) if cell is not None and label_of(cell) not in numbers]
    if foreign:
        raise CohortError(
            "the code does not name every text of the column",
            got=f"{len(foreign)} other cells, the first in line {table.table.rows[foreign[0]].line}",
            allowed=f"the {len(numbers)} texts of the code, in the same letters, or an empty cell",
            remedy="Complete the code.",
            field=name,
        )
    return tuple(None if cell is None else numbers[label_of(cell)] for cell in cells)


def _indicators(name: str, cells: Sequence[str]) -> tuple[Predictor, str]:
    """One indicator for each category but the first in order, which is the reference."""
    categories = in_order(list(dict.fromkeys(cells)))
    if len(categories) < 2:
        raise CohortError(
            "a predictor does not vary",
            got=f"{len(categories)} different texts in the rows without a missing value",
            remedy="Leave it out.",
            field=name,
        )
    check_number_of_categories(name, len(categories))
    if len(categories) == len(cells):
        raise CohortError(
            "every row has its own text in this predictor",
            got=f"{len(cells)} texts in as many rows",
            allowed="categories that rows share, or numbers",
            remedy="Leave it out; it may be an identifier.",
            field=name,
        )
    reference, *others = categories
    columns: Array = np.array([[float(cell == other) for other in others] for cell in cells])
    return Predictor(name, tuple(f"{name}={other}" for other in others), columns), reference
