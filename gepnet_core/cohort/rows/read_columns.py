"""All columns of the dictionary that a table has, as numbers and labels; cells that break it are issues."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gepnet_core.cohort.cohort import UNKNOWN, Codes, Floats, Mask
from gepnet_core.cohort.dictionary.columns import columns_of_a_call
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.schema import Kind, load_dictionary
from gepnet_core.cohort.dictionary.table_cells import Issue, RowReader
from gepnet_core.cohort.rows.cell_schema import cell_schema, failing_cells, meant
from gepnet_core.cohort.rows.text_columns import number_columns, text_columns
from gepnet_core.cohort.tables.read import Table

if TYPE_CHECKING:
    import pandas as pd

SITE, SITE_LETTER = "site", "S"
"""The column of hospitals, and what a number in place of a hospital's name begins with."""

SYNTHETIC = "synthetic"
"""The column that says that a row is invented."""

Labels = NDArray[np.object_]


@dataclass(frozen=True, eq=False)
class Columns:
    """Columns by the dictionary's names, one entry a row.

    Attributes
    ----------
    numbers : mapping of column name to floats
        NaN where a cell is missing or breaks the dictionary.
    labels : mapping of column name to texts
        None likewise; of a choice the allowed value that the label means.
    decimals : mapping of column name to floats
        With how many decimals each number of a ratio is written.
    missing, failing : mapping of column name to mask
        Which cells hold no value, and which break the dictionary.
    invented : texts
        What the column ``synthetic`` holds, each once.
    issues : tuple of Issue
        Of those cells, the columns that a call looks at excepted: their rows are read one by one.
    """

    n_rows: int
    numbers: Mapping[str, Floats]
    labels: Mapping[str, Labels]
    decimals: Mapping[str, Floats]
    missing: Mapping[str, Mask]
    failing: Mapping[str, Mask]
    invented: tuple[str, ...]
    issues: tuple[Issue, ...]

    def codes(self, name: str, words: Sequence[str]) -> Codes:
        """Labels by their place among the words; `UNKNOWN` where missing, or the table has no such column."""
        codes = np.full(self.n_rows, UNKNOWN, dtype=np.int8)
        if name in self.labels:
            for place, word in enumerate(words):
                codes[self.labels[name] == str(word)] = place
        return codes

    def any_failing(self, names: Collection[str]) -> Mask:
        """Rows in which a cell of one of the columns breaks the dictionary."""
        rows = np.zeros(self.n_rows, dtype=bool)
        for name in names:
            if name in self.failing:
                rows |= self.failing[name]
        return rows

    def any_holding(self, label: str, prefix: str) -> Mask:
        """Rows in which one of the columns whose name begins so holds a label."""
        rows = np.zeros(self.n_rows, dtype=bool)
        for name, labels in self.labels.items():
            if name.startswith(prefix):
                rows |= labels == label
        return rows


def read_columns(table: Table, positions: Mapping[str, int], mapping: ColumnMapping) -> Columns:
    """Read every column; cells that are no plain value are looked at one by one.

    Parameters
    ----------
    table : Table
    positions : mapping of column name to place among the headings
    mapping : ColumnMapping
    """
    texts = text_columns(table, positions)
    frame = number_columns(texts, mapping)
    failing = failing_cells(texts, frame, cell_schema(texts, mapping))
    numbers = {
        name: np.where(failing[name], np.nan, frame[name].to_numpy(dtype=float))
        for name in map(str, frame.columns)
    }
    labels = {
        name: _labels(texts[name], name, mapping) for name in map(str, texts.columns) if name not in numbers
    }
    issues: list[Issue] = []
    for name in set(failing) - columns_of_a_call():
        for row in np.flatnonzero(failing[name]).tolist():
            record = table.rows[row]
            if positions[name] < len(record.cells):
                reader = RowReader(row + 1, record.line, {name: record.cells[positions[name]]}, mapping)
                if name in numbers:
                    numbers[name][row] = reader.quantity(name)
                else:
                    reader.choice(name, stops_the_call=False)
                issues += reader.issues
    decimals = {name: _decimals(texts[name]) for name in numbers if name.endswith("_ratio")}
    return Columns(
        n_rows=len(table.rows),
        numbers=numbers,
        labels=labels,
        decimals=decimals,
        missing={name: texts[name].isna().to_numpy() for name in failing},
        failing=failing,
        invented=tuple(texts[SYNTHETIC].dropna().unique()) if SYNTHETIC in failing else (),
        issues=tuple(issues),
    )


def _labels(texts: pd.Series, name: str, mapping: ColumnMapping) -> Labels:
    """The allowed value that each label of a choice means, or the text itself; None where there is none.

    A hospital is numbered by where it stands first: its name is nobody's business in a result.
    """
    import pandas as pd

    places, words = pd.factorize(texts)
    if load_dictionary().columns[name].kind is Kind.CHOICE:
        values: list[str | None] = [meant(str(word), name, mapping) for word in words]
    elif name == SITE:
        values = [f"{SITE_LETTER}{number}" for number in range(1, len(words) + 1)]
    else:
        values = [str(word) for word in words]
    # Missing cells have the place -1, which is the None at the end.
    labels: Labels = np.array([*values, None], dtype=object)[places]
    return labels


def _decimals(texts: pd.Series) -> Floats:
    """How many digits stand after the decimal mark."""
    marks = texts.str.replace(",", ".", regex=False).str.find(".").to_numpy(dtype=float, na_value=-1)
    lengths = texts.str.len().to_numpy(dtype=float, na_value=0)
    return np.where(marks < 0, 0.0, lengths - marks - 1)
