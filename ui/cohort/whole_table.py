"""What holds for the cohort's table as a whole: what a row is, its ratios, its units, its decimal mark."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

import streamlit as st

from gepnet_core.cohort.dictionary.mapping import ColumnMapping, DecimalMark, RatioOrientation, RowUnit
from gepnet_core.cohort.dictionary.schema import NUMERIC, Column, load_dictionary
from gepnet_core.cohort.proposal.proposal import MappingProposal
from ui.cohort.state import CohortState
from ui.plain_text import as_text

ROWS = {RowUnit.PATIENT: "a patient", RowUnit.LESION: "a lesion; a patient may have several"}
RATIOS = {
    RatioOrientation.LESION_OVER_LIVER: "lesion / liver",
    RatioOrientation.LIVER_OVER_LESION: "liver / lesion",
}
MARKS = {
    DecimalMark.EITHER: "point or comma",
    DecimalMark.POINT: "point, 44.9",
    DecimalMark.COMMA: "comma, 44,9",
}


Option = TypeVar("Option", bound=StrEnum)


@dataclass(frozen=True)
class WholeTable:
    """What was said; ``problem`` is what is still to be said."""

    row: RowUnit
    ratio: RatioOrientation
    decimal: DecimalMark
    units: Mapping[str, str]
    problem: str | None


def ask_whole_table(
    state: CohortState, places: Mapping[str, int], start: ColumnMapping, proposal: MappingProposal
) -> WholeTable:
    """Ask, each question where the table has something that it is about.

    Parameters
    ----------
    state : CohortState
    places : mapping of column name to position in the table
    start : ColumnMapping
        What holds until the user says otherwise.
    proposal : MappingProposal
        With the reasons.
    """
    st.html('<h2 class="gp-kind">What holds for every row</h2>')
    row = _choose(state, "One row is", "row", ROWS, start.row, proposal.row_why)
    ratio, decimal = start.ratio, start.decimal
    if any(name.endswith("_ratio") for name in places):
        ratio = _choose(state, "Ratios in the table are", "ratio", RATIOS, start.ratio, proposal.ratio_why)
    columns = [load_dictionary().columns[name] for name in places]
    if any(column.kind in NUMERIC for column in columns):
        decimal = _choose(state, "Numbers are written with a decimal", "decimal", MARKS, start.decimal)
    units: dict[str, str] = {}
    problem = None
    for column in columns:
        if not column.other_units:
            continue
        unit = _ask_unit(state, column, start, proposal)
        if unit is None:
            problem = f"Say the unit of {column.name}."
        elif unit != column.unit:
            units[column.name] = unit
    return WholeTable(row, ratio, decimal, units, problem)


def _choose(
    state: CohortState,
    label: str,
    name: str,
    options: Mapping[Option, str],
    start: Option,
    why: str = "",
) -> Option:
    chosen = st.radio(
        label,
        list(options),
        index=list(options).index(start),
        format_func=lambda option: options[option],
        key=state.mapping_key(name),
        horizontal=True,
        persist_state="session",
    )
    if why:
        st.caption(as_text(why))
    return start if chosen is None else chosen


def _ask_unit(
    state: CohortState, column: Column, start: ColumnMapping, proposal: MappingProposal
) -> str | None:
    """The unit of a column's numbers; None where nobody has said it yet."""
    proposed = next((unit for unit in proposal.units if unit.name == column.name), None)
    is_open = state.saved is None and proposed is not None and proposed.unit is None
    options = [str(column.unit), *column.other_units]
    chosen = st.radio(
        f"{column.name} is in",
        options,
        index=None if is_open else options.index(start.units.get(column.name, str(column.unit))),
        key=state.mapping_key(f"unit.{column.name}"),
        horizontal=True,
        persist_state="session",
    )
    if proposed is not None:
        st.caption(as_text(proposed.why))
    return chosen
