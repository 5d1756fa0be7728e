"""Cells of a table as columns of text, and plain cells as numbers, all rows at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.schema import NUMERIC, load_dictionary
from gepnet_core.cohort.rows.cell_schema import PLAIN_DECIMALS, plain_number
from gepnet_core.cohort.tables.read import Table

if TYPE_CHECKING:
    import pandas as pd

MILLION = 10**PLAIN_DECIMALS


def text_columns(table: Table, positions: Mapping[str, int]) -> pd.DataFrame:
    """Trimmed cells by the dictionary's names; what means no value is missing, and so is what a row lacks."""
    import pandas as pd

    missing = load_dictionary().missing_words
    columns = {}
    for name, place in positions.items():
        cells = pd.Series(
            [row.cells[place] if place < len(row.cells) else "" for row in table.rows], dtype="str"
        )
        trimmed = cells.str.strip()
        columns[name] = trimmed.mask((trimmed == "") | trimmed.str.lower().isin(missing))
    return pd.DataFrame(columns)


def number_columns(texts: pd.DataFrame, mapping: ColumnMapping) -> pd.DataFrame:
    """Columns of numbers in the dictionary's units; NaN where a cell is missing or is no plain number."""
    import pandas as pd

    plain = plain_number(mapping.decimal)
    columns = {}
    for name in map(str, texts.columns):
        if load_dictionary().columns[name].kind in NUMERIC:
            cells = texts[name]
            cells = cells.where(cells.str.fullmatch(plain).fillna(value=False).astype(bool))
            values = cells.str.replace(",", ".", regex=False).astype("float64").to_numpy()
            factor = mapping.factor(name)
            columns[name] = values if factor == 1 else millionths(values) * float(factor) / MILLION
    return pd.DataFrame(columns, index=texts.index)


def millionths(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Numbers of at most six decimals as whole millionths, exact in float64.

    The quotient of two of them is the rounded quotient of the decimals, which that of the floats need not be.
    """
    whole: NDArray[np.float64] = np.rint(values * MILLION)
    return whole
