"""A cohort into the session: the example at first, an own table once it is uploaded."""

from __future__ import annotations

import streamlit as st

from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.tables.csv_text import csv_text
from gepnet_core.replication.ensemble import EXAMPLE_FILE
from ui.cohort.state import CohortState, cohort_state, held_state, open_example, open_table
from ui.plain_text import as_text
from ui.study_table import study_table
from ui.uploads import release, table_uploader


def draw_intake() -> CohortState:
    """Offer the upload; the state then holds a table, or the reason why there is none, which is shown."""
    state = held_state()
    table_uploader(
        "Table with diagnoses (CSV, Excel or Parquet)",
        key=_upload_key(state),
        on_change=_take_upload,
        about="One row for each patient or lesion: diagnosis, lesion and liver HU of the hepatic artery and "
        "the portal venous phase, or the pattern. It stays in this session's memory and nowhere else.",
    )
    left, right = st.columns(2)
    left.download_button(
        "Download the example as a template",
        EXAMPLE_FILE.read_bytes(),
        file_name="gepnet-cohort-SYNTHETIC.csv",
        mime="text/csv",
        on_click="ignore",
        key=state.key("template"),
        width="stretch",
    )
    right.button(
        "Show the example again",
        key=state.key("example"),
        on_click=open_example,
        disabled=state.is_example and state.mapping in (None, state.start) and state.saved is None,
        width="stretch",
    )
    _draw_dictionary(state)
    state = cohort_state()
    if state.table is None and state.problem is not None:
        st.error(as_text(state.problem))
    return state


def _draw_dictionary(state: CohortState) -> None:
    rows = [
        {
            "column": column.name,
            "meaning": column.meaning,
            "unit": column.unit or "",
            "allowed": column.allowed_text,
        }
        for column in load_dictionary().columns.values()
    ]
    with st.expander("Which columns a table may have"):
        st.markdown(
            "Only the diagnosis and one criterion are needed: the HU of the hepatic artery phase, their "
            "ratio, or the pattern. Headings of your own are read as well; you say what they mean."
        )
        st.download_button(
            "Download the data dictionary as CSV",
            csv_text(rows),
            file_name="gepnet-data-dictionary.csv",
            mime="text/csv",
            on_click="ignore",
            key=state.key("dictionary"),
        )
        head = ("Column", "Meaning", "Unit", "Allowed")
        st.html(
            study_table(
                head,
                [tuple(row.values()) for row in rows],
                "gp-shares gp-dictionary",
                name="Columns of a table",
            )
        )


def _upload_key(state: CohortState) -> str:
    return state.key("file")


def _take_upload() -> None:
    """Callback of the uploader: another table replaces the old one, readable or not."""
    file = st.session_state.get(_upload_key(held_state()))
    if file is not None:
        release([file])
        open_table(file.getvalue())
