"""The table behind a result, as it may leave the session: read cells, and codes in place of identifiers."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from gepnet_core.cohort.cohort import DIAGNOSES, PATTERNS, UNKNOWN, Cohort, Way
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.schema import NUMERIC, Kind, load_dictionary, says_yes
from gepnet_core.cohort.rows.cell_schema import meant
from gepnet_core.cohort.rows.read_columns import SITE, SITE_LETTER, SYNTHETIC
from gepnet_core.cohort.tables.any_table import parse_float
from gepnet_core.cohort.tables.csv_text import csv_text, escape_formula

_RAGGED = "this line had another number of cells than the headings"
_NOT_UNDERSTOOD = "not understood"

IDENTIFYING = {"patient_id": "P", SITE: SITE_LETTER}
"""Columns whose cells may name somebody, with the letter that a code in their place begins with."""


def shareable_table(cohort: Cohort, *, with_identifiers: bool) -> str:
    """All cells that were read, under the dictionary's names, in the order of the file.

    Read with `shareable_mapping` it gives the same cohort: cells stand as they were typed, except that each
    different patient and hospital becomes a number, and a cell that is neither the number nor the label that
    its column asks for, and so may be a name, is said to be that; unless identifiers are asked for.

    Parameters
    ----------
    cohort : Cohort
    with_identifiers : bool
        Whether codes of patients and hospitals, and cells that were not understood, stay as they are.
    """
    names = [name for name in load_dictionary().columns if name in cohort.positions]
    columns = [_cells(cohort, name) for name in names]
    if not with_identifiers:
        columns = [
            _coded(cells, IDENTIFYING[name])
            if name in IDENTIFYING
            else _understood(cells, name, cohort.mapping)
            for name, cells in zip(names, columns, strict=True)
        ]
    width = len(cohort.table.headings)
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(names)
    for record, cells in zip(cohort.table.rows, zip(*columns, strict=True), strict=True):
        # A line of the wrong width was read as nothing, and must not become a row that can be read.
        whole = len(record.cells) == width
        writer.writerow([escape_formula(cell) for cell in cells] if whole else [_RAGGED])
    return out.getvalue()


def shareable_mapping(mapping: ColumnMapping) -> ColumnMapping:
    """What of a mapping still has to be said where the headings are the dictionary's names."""
    return replace(mapping, columns={})


def judged_rows(cohort: Cohort) -> str:
    """What the rule says of each row, beside its diagnosis and why it is counted or not, as CSV."""
    criteria = cohort.criteria
    words: dict[str, list[str | None]] = {
        "diagnosis": [*DIAGNOSES[::-1], None],
        "met": ["no", "yes", None],
        "pattern": [*map(str, PATTERNS), None],
        "source": ["reader", "derived"],
        "call": ["net", "adenocarcinoma", None],
    }
    return csv_text(
        {
            "row": k + 1,
            "line": record.line,
            "counted_as": Way(cohort.ways[k]).name.lower(),
            "diagnosis": words["diagnosis"][cohort.diagnosis[k]],
            **{f"{phase}_ratio": _number(ratios[k]) for phase, ratios in criteria.ratios.items()},
            "ratio_at_or_below_cutoff": words["met"][criteria.ratio_met[k]],
            "pattern": words["pattern"][criteria.pattern[k]],
            "pattern_source": None
            if criteria.pattern[k] == UNKNOWN
            else words["source"][int(criteria.pattern_is_derived[k])],
            "call": words["call"][criteria.both[k]],
        }
        for k, record in enumerate(cohort.table.rows)
    )


def _cells(cohort: Cohort, name: str) -> list[str]:
    place = cohort.positions[name]
    return [row.cells[place] if place < len(row.cells) else "" for row in cohort.table.rows]


def _understood(cells: Sequence[str], name: str, mapping: ColumnMapping) -> list[str]:
    """Cells that stay unread when they are read again, without what they held."""
    dictionary = load_dictionary()
    kind = dictionary.columns[name].kind
    if kind is Kind.TEXT:
        return list(cells)

    def may_leave(cell: str) -> bool:
        if dictionary.is_missing(cell):
            return True
        if kind in NUMERIC:
            return parse_float(cell) is not None
        return meant(cell, name, mapping) is not None or (name == SYNTHETIC and says_yes(cell))

    # Each different cell is looked at once.
    taken = {cell: cell if may_leave(cell) else _NOT_UNDERSTOOD for cell in set(cells)}
    return [taken[cell] for cell in cells]


def _coded(cells: Sequence[str], letter: str) -> list[str]:
    """Codes by first appearance; what means a missing value stays."""
    is_missing = load_dictionary().is_missing
    found: dict[str, str] = {}
    return [
        cell if is_missing(cell) else found.setdefault(cell.strip(), f"{letter}{len(found) + 1}")
        for cell in cells
    ]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
