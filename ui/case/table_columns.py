"""What the columns and labels of a table mean, asked only where the headings do not say it."""

from __future__ import annotations

import streamlit as st

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.dictionary.columns import ColumnMatch, check_usable, columns_of_a_call, match_columns
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.dictionary.table_cells import allowed_value
from gepnet_core.cohort.tables.read import Table
from gepnet_core.errors import GepnetError

FIELDS = (
    *(f"{phase}_{tissue}_hu" for phase in Phase for tissue in ("lesion", "liver")),
    "pattern",
    "patient_id",
)
MOST_LABELS = 12
"""A column with more unknown labels than that holds no patterns."""


def draw_columns(table: Table, mapping: ColumnMapping) -> ColumnMapping | None:
    """Ask for columns and labels where the dictionary does not recognise all of them.

    Parameters
    ----------
    table : Table
    mapping : ColumnMapping
        What was said so far.

    Returns
    -------
    ColumnMapping or None
        None where a call cannot rest on what was said; the reason is shown.
    """
    problem = _problem(table, ColumnMapping())
    if problem is not None or mapping.columns or _unknown_headings(table):
        asked = _ask_columns(table, problem)
        if asked is None:
            return None
        mapping = asked
    problem = _problem(table, mapping)
    if problem is not None:
        st.error(problem)
        return None
    return _ask_labels(table, mapping)


def _problem(table: Table, mapping: ColumnMapping) -> str | None:
    """Why the columns do not suffice; None where they do."""
    try:
        check_usable(match_columns(table.headings, mapping, columns_of_a_call()))
    except GepnetError as error:
        return str(error)
    return None


def _unknown_headings(table: Table) -> list[str]:
    recognise = load_dictionary().recognise
    return [heading for heading in table.headings if heading and recognise(heading) is None]


def _ask_columns(table: Table, problem: str | None) -> ColumnMapping | None:
    """Ask which heading stands for each field; None while two answers or two headings contradict."""
    n_unknown = len(_unknown_headings(table))
    label = "Which column is which" + (f" ({n_unknown} not recognised)" if n_unknown else "")
    with st.expander(label, expanded=problem is not None):
        headings = list(dict.fromkeys(heading for heading in table.headings if heading))
        recognise = load_dictionary().recognise
        chosen: dict[str, str | None] = {}
        left, right = st.columns(2)
        for i, name in enumerate(FIELDS):
            alike = [heading for heading in headings if recognise(heading) == name]
            heading = (left, right)[i % 2].selectbox(
                f"{name}: {load_dictionary().columns[name].meaning}",
                headings,
                index=headings.index(alike[0]) if len(alike) == 1 else None,
                placeholder="choose one" if alike else "not in this table",
                key=f"table.column.{name}",
                persist_state="session",
            )
            if heading is None and len(alike) > 1:
                st.error(f"{len(alike)} columns mean {name}. Choose the one that is meant.")
                return None
            if heading is None:
                continue
            if heading in chosen:
                st.error(f"One column was chosen for {chosen[heading]} and for {name}. Choose another.")
                return None
            chosen[heading] = name
        # A heading that names a field but was not chosen for it is not used.
        for heading in headings:
            if heading not in chosen and recognise(heading) in FIELDS:
                chosen[heading] = None
    return ColumnMapping(chosen)


def _ask_labels(table: Table, mapping: ColumnMapping) -> ColumnMapping:
    """Ask what words of the pattern column mean that the dictionary does not know."""
    labels = _unknown_labels(table, match_columns(table.headings, mapping, columns_of_a_call()))
    if not labels or len(labels) > MOST_LABELS:
        return mapping
    meant: dict[str, str] = {}
    with st.expander("What the labels of the pattern mean", expanded=True):
        st.markdown("A row whose label means nothing is not judged.")
        for i, label in enumerate(labels):
            pattern = st.selectbox(
                f"Pattern label {i + 1}: {label[:40]}",
                list(EnhancementPattern),
                index=None,
                placeholder="not said",
                key=f"table.label.{i}",
                persist_state="session",
            )
            if pattern is not None:
                meant[label] = str(pattern)
    return ColumnMapping(mapping.columns, {"pattern": meant}, mapping.decimal) if meant else mapping


def _unknown_labels(table: Table, match: ColumnMatch) -> list[str]:
    position = match.positions.get("pattern")
    if position is None:
        return []
    dictionary = load_dictionary()
    column = dictionary.columns["pattern"]
    cells = (row.cells[position].strip() for row in table.rows if position < len(row.cells))
    unknown = (c for c in cells if allowed_value(c, column) is None and not dictionary.is_missing(c))
    return list({cell.casefold(): cell for cell in unknown}.values())
