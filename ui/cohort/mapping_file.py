"""The mapping of a cohort's columns as a file: kept for the next table like it, and taken up again."""

from __future__ import annotations

import streamlit as st

from gepnet_core.cohort.dictionary.mapping import ColumnMapping, mapping_text
from ui.cohort.state import CohortState, use_mapping
from ui.plain_text import as_text
from ui.uploads import release

FILE_NAME = "gepnet-mapping.json"


def draw_mapping_file(state: CohortState, mapping: ColumnMapping | None) -> None:
    """Offer the download of a mapping, which is None where there is none yet, and the upload of one."""
    st.html('<h2 class="gp-kind">Keep this for the next table</h2>')
    st.markdown("A mapping file holds headings and labels of your table, and no other cell.")
    left, right = st.columns(2, gap="medium")
    left.download_button(
        "Download this mapping",
        "" if mapping is None else mapping_text(mapping),
        file_name=FILE_NAME,
        mime="application/json",
        on_click="ignore",
        key=state.key("mapping_download"),
        disabled=mapping is None,
    )
    with right:
        st.file_uploader(
            "Use a saved mapping",
            type="json",
            key=_upload_key(state),
            on_change=_take_mapping,
            args=[state],
            max_upload_size=1,
        )
    if state.mapping_problem is not None:
        st.error(as_text(state.mapping_problem))


def _upload_key(state: CohortState) -> str:
    return state.key(f"mapping_file.{state.mapping_uploads}")


def _take_mapping(state: CohortState) -> None:
    """Callback of the uploader: the file counts at once, or it is said why it cannot."""
    file = st.session_state.get(_upload_key(state))
    if file is not None:
        release([file])
        state.mapping_uploads += 1
        use_mapping(state, file.getvalue())
