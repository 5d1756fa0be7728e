"""What the labels in columns of fixed values mean: asked where the dictionary does not know them."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

import streamlit as st

from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.schema import Column, Kind, load_dictionary
from gepnet_core.cohort.dictionary.table_cells import allowed_value
from gepnet_core.cohort.proposal.table import ProposedLabel
from ui.cohort.state import CohortState, labels_in
from ui.plain_text import spoken

NOT_SAID = "not said"
LEFT_OUT = {
    "diagnosis": "A row whose label is not said has no diagnosis and is left out.",
    "pattern": "A row whose label is not said has a cell to mend and is left out.",
}
MISSING = "A label that is not said is an issue, and the cell counts as missing."
_LONGEST = 60

Values = Mapping[str, Mapping[str, str]]
"""For each column what its labels mean."""


def ask_labels(state: CohortState, places: Mapping[str, int], start: ColumnMapping) -> Values:
    """Ask what each label means that the dictionary does not know.

    Parameters
    ----------
    state : CohortState
    places : mapping of column name to position in the table
    start : ColumnMapping
        What labels mean until the user says otherwise.
    """
    found: dict[str, Mapping[str, str]] = {}
    for column in load_dictionary().columns.values():
        if column.kind is Kind.CHOICE and column.name in places:
            meant = _ask_column(state, column, places[column.name], start.values.get(column.name, {}))
            if meant:
                found[column.name] = meant
    return found


def _ask_column(
    state: CohortState, column: Column, position: int, before: Mapping[str, str]
) -> dict[str, str]:
    labels, unsure = labels_in(state, column.name, position)
    asked = [
        label
        for label in labels
        if allowed_value(label.label, column) is None or label.label.casefold() in before
    ]
    there = {label.label.casefold() for label in asked}
    # Labels of a mapping file that this table lacks stay in it.
    meant = {label: value for label, value in before.items() if label not in there}
    if not labels and unsure:
        st.html(f'<p class="gp-small">{escape(unsure)}</p>')
    if asked:
        st.html(
            f'<h2 class="gp-kind">What the labels of {column.name} mean</h2>'
            f'<p class="gp-small">{LEFT_OUT.get(column.name, MISSING)}</p>'
        )
    for k, label in enumerate(asked):
        # Another column that is taken as this one has labels of its own.
        key = state.mapping_key(f"label.{column.name}.{position}.{k}")
        # A mapping file says all that is known: what it lacks is not guessed.
        guess = None if state.saved is not None else label.value
        value = _ask_label(column, k, label, before.get(label.label.casefold(), guess), key)
        if value is not None:
            meant[label.label] = value
    return meant


def _ask_label(column: Column, k: int, label: ProposedLabel, start: str | None, key: str) -> str | None:
    left, right = st.columns([3, 5], vertical_alignment="center", gap="medium")
    rows = "row" if label.count == 1 else "rows"
    left.html(
        f'<div class="gp-heading"><strong>{escape(label.label[:_LONGEST])}</strong> '
        f'<span class="gp-place">{label.count} {rows}</span></div>'
    )
    options = ["", *column.allowed]
    chosen = right.selectbox(
        f"Meaning of label {k + 1} of {column.name}, {spoken(label.label)}",
        options,
        index=options.index(start or ""),
        format_func=lambda option: option.replace("_", " ") if option else NOT_SAID,
        key=key,
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen or None
