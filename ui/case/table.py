"""A table of patients: upload, columns, choices for every row, and the rows with their calls."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from gepnet_core.case.case import Case
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.assess_table import JudgedTable, assess_table
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.export import template_csv
from gepnet_core.cohort.tables.read import Table, read_table
from gepnet_core.errors import GepnetError
from gepnet_core.study.facts import DATA_DIRECTORY
from ui.case.table_choices import read_table_choices
from ui.case.table_columns import draw_columns
from ui.case.table_result import draw_judged, rows_frame
from ui.progress import progress_bar
from ui.study_table import plain_table, scroll_region
from ui.uploads import release, table_uploader

PREFIX = "table."
"""Keys of this part's widgets begin so."""

ROWS_WITHOUT_PROGRESS = 800
"""So many rows are judged in about half a second."""


@dataclass
class TableState:
    """The table of a session: its cells, what its columns were said to mean, and the calls."""

    table: Table | None = None
    mapping: ColumnMapping = field(default_factory=ColumnMapping)
    problem: str | None = None
    upload_round: int = 0
    judged: tuple[JudgedTable, pd.DataFrame] | None = None
    judged_from: tuple[ColumnMapping, Case] | None = None


def render_case_table() -> None:
    """Draw the part of the page for a table of patients."""
    state = _state()
    _draw_upload(state)
    if state.problem is not None:
        st.error(state.problem)
    if state.table is None:
        return
    st.button("Remove the table", key=f"{PREFIX}remove", on_click=_remove)
    mapping = draw_columns(state.table, state.mapping)
    settings = read_table_choices()
    if mapping is None or settings is None:
        # What stands beside this says what to mend; no call is shown until then.
        state.judged = state.judged_from = None
        return
    state.mapping = mapping
    draw_judged(*_judged(state, state.table, mapping, settings))


def _state() -> TableState:
    state: TableState = st.session_state.setdefault(f"{PREFIX}state", TableState())
    return state


def _draw_upload(state: TableState) -> None:
    st.markdown(
        "One row for each patient with lesion and liver HU, without any diagnosis: each row gets one call "
        "and one reason, by the same criteria as a single case."
    )
    table_uploader(
        "Table (CSV, Excel or Parquet)",
        key=_upload_key(state),
        on_change=_take_upload,
        about="It stays in this session's memory and nowhere else. Codes of patients show only if you ask.",
    )
    template, example = st.columns(2)
    template.download_button(
        "Download the template",
        template_csv(),
        file_name="gepnet-table-template.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"{PREFIX}template",
        width="stretch",
    )
    example.button(
        "Open the example table",
        key=f"{PREFIX}example",
        on_click=_take_example,
        help="SYNTHETIC: invented values, no patient.",
        width="stretch",
    )
    title = "Which columns a table may have"
    with st.expander(title):
        head = ("Column", "Meaning", "Unit", "Allowed")
        st.html(scroll_region(title, plain_table(head, _column_help(), "gp-numbers"), "gp-behind"))


def _column_help() -> list[tuple[str, str, str, str]]:
    """The columns that a call looks at, from the data dictionary."""
    columns = load_dictionary().columns
    phases = [f"{phase}_{tissue}_hu" for phase in Phase for tissue in ("lesion", "liver")]
    scope = [name for name in columns if name.startswith(load_dictionary().scope_prefix)]
    return [
        (name, columns[name].meaning, columns[name].unit or "", columns[name].allowed_text)
        for name in ("patient_id", *phases, "pattern", *scope)
    ]


def _upload_key(state: TableState) -> str:
    return f"{PREFIX}file.{state.upload_round}"


def _take_upload() -> None:
    """Callback of the uploader: another table replaces the old one and its calls, readable or not."""
    state = _state()
    file = st.session_state.get(_upload_key(state))
    if file is not None:
        release([file])
        _replace(file.getvalue())


def _take_example() -> None:
    _replace((DATA_DIRECTORY / "examples" / "hu_table.csv").read_bytes())


def _replace(content: bytes) -> None:
    _remove()
    state = _state()
    try:
        state.table = read_table(content)
    except GepnetError as error:
        state.problem = str(error)


def _remove() -> None:
    """Forget the table and what was chosen for it; the next uploader is an empty one."""
    upload_round = _state().upload_round
    for key in [key for key in st.session_state if str(key).startswith(PREFIX)]:
        del st.session_state[key]
    st.session_state[f"{PREFIX}state"] = TableState(upload_round=upload_round + 1)


def _judged(
    state: TableState, table: Table, mapping: ColumnMapping, settings: Case
) -> tuple[JudgedTable, pd.DataFrame]:
    """The calls for exactly these columns and choices; made anew when either changed."""
    if state.judged is not None and state.judged_from == (mapping, settings):
        return state.judged
    state.judged = state.judged_from = None
    if len(table.rows) <= ROWS_WITHOUT_PROGRESS:
        judged = assess_table(table, mapping, settings, with_patient_id=True)
    else:
        with progress_bar("Rows judged") as advance:
            judged = assess_table(table, mapping, settings, with_patient_id=True, progress=advance)
    state.judged, state.judged_from = (judged, rows_frame(judged)), (mapping, settings)
    return state.judged
