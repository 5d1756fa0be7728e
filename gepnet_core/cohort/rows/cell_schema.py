"""The data dictionary as a schema of cells: which are plain, and which must be looked at one by one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from gepnet_core.cohort.dictionary.mapping import ColumnMapping, DecimalMark
from gepnet_core.cohort.dictionary.schema import NUMERIC, Kind, load_dictionary
from gepnet_core.cohort.dictionary.table_cells import allowed_value, is_liver

if TYPE_CHECKING:
    import pandas as pd
    from pandera.pandas import DataFrameSchema

PLAIN_DECIMALS = 6
"""Numbers with no more decimals than these are whole millionths, which float64 and int64 hold exactly."""

_SEPARATOR = {DecimalMark.POINT: r"\.", DecimalMark.COMMA: ",", DecimalMark.EITHER: "[.,]"}


def plain_number(decimal: DecimalMark) -> str:
    """Regular expression of a number that needs no closer look."""
    return rf"[+-]?[0-9]{{1,7}}({_SEPARATOR[decimal]}[0-9]{{1,{PLAIN_DECIMALS}}})?"


def failing_cells(
    texts: pd.DataFrame, numbers: pd.DataFrame, schema: tuple[DataFrameSchema, DataFrameSchema]
) -> dict[str, NDArray[np.bool_]]:
    """For each column which cells break the schema; a missing cell breaks nothing."""
    failing = {str(name): np.zeros(len(texts), dtype=bool) for name in texts.columns}
    for frame, part in ((texts, schema[0]), (numbers, schema[1])):
        for name, rows in _failures(frame, part).items():
            failing[name][rows] = True
    return failing


def cell_schema(texts: pd.DataFrame, mapping: ColumnMapping) -> tuple[DataFrameSchema, DataFrameSchema]:
    """What the cells of a table may be: first as text, then those that are numbers by their size.

    Parameters
    ----------
    texts : DataFrame of str
        Columns named as in the dictionary.
    mapping : ColumnMapping
        Its labels are allowed beside the dictionary's, in any letters that `allowed_value` reads.
    """
    import pandera.pandas as pa

    number = pa.Check.str_matches(f"^{plain_number(mapping.decimal)}$")
    text_checks: dict[str, list[pa.Check]] = {}
    number_checks: dict[str, list[pa.Check]] = {}
    for name in map(str, texts.columns):
        column = load_dictionary().columns[name]
        if column.kind is Kind.CHOICE:
            text_checks[name] = [pa.Check.isin(_known_labels(texts[name], name, mapping))]
        elif column.kind in NUMERIC:
            text_checks[name] = [number]
            limits = []
            if column.lowest is not None and column.highest is not None:
                limits.append(pa.Check.in_range(float(column.lowest), float(column.highest)))
            if is_liver(name):
                limits.append(pa.Check.gt(0))
            if column.kind is Kind.WHOLE:
                limits.append(pa.Check(lambda values: values % 1 == 0))
            number_checks[name] = limits
    return (
        pa.DataFrameSchema(
            {name: pa.Column(None, checks, nullable=True) for name, checks in text_checks.items()}
        ),
        pa.DataFrameSchema(
            {name: pa.Column(None, checks, nullable=True) for name, checks in number_checks.items()}
        ),
    )


def _known_labels(cells: pd.Series, name: str, mapping: ColumnMapping) -> list[str]:
    """The spellings among the cells that mean an allowed value."""
    return [label for label in cells.dropna().unique().tolist() if meant(label, name, mapping) is not None]


def meant(label: str, name: str, mapping: ColumnMapping) -> str | None:
    """The allowed value of a column that a label means: by the mapping, else by the dictionary."""
    told = mapping.values.get(name, {}).get(label.strip().casefold())
    return told or allowed_value(label.strip(), load_dictionary().columns[name])


def _failures(frame: pd.DataFrame, schema: DataFrameSchema) -> Mapping[str, list[int]]:
    from pandera.errors import SchemaErrors

    try:
        schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        cases = errors.failure_cases
        return {str(name): rows["index"].astype(int).tolist() for name, rows in cases.groupby("column")}
    return {}
