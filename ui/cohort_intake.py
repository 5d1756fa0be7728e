"""A cohort into the session: the example at first, an own table once it is uploaded."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.frozen_validation import FrozenValidation, validate_frozen
from gepnet_core.cohort.ratios import hap_roc, ratios_by_diagnosis
from gepnet_core.cohort.read import read_table
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.errors import GepnetError
from gepnet_core.replication.ensemble import EXAMPLE_FILE
from gepnet_core.statistics.grouped_values import GroupedValues
from gepnet_core.statistics.roc import RocCurve
from ui.progress import progress_bar
from ui.uploads import release, table_uploader

PREFIX = "cohort."
"""Keys of this page's widgets begin so."""


@dataclass(frozen=True)
class ReadCohort:
    """A cohort with all that is shown of it, computed once and not at each rerun."""

    cohort: Cohort
    validation: FrozenValidation
    ratios: tuple[GroupedValues, ...]
    curve: RocCurve | None


@dataclass
class CohortState:
    """The cohort of a session. ``content`` waits to be read, None where nothing does."""

    read: ReadCohort | None = None
    content: bytes | None = None
    problem: str | None = None
    is_example: bool = True
    upload_round: int = 0


def draw_intake() -> CohortState:
    """Offer the upload; afterwards the state holds an own table, the example, or the reason why neither."""
    state = _state()
    table_uploader(
        "Table with diagnoses (CSV or Excel)",
        key=_upload_key(state),
        on_change=_take_upload,
        about="One row for each patient: diagnosis, lesion and liver HU of the hepatic artery and the portal "
        "venous phase, or the pattern. It stays in this session's memory and nowhere else.",
    )
    left, right = st.columns(2)
    left.download_button(
        "Download the example as a template",
        EXAMPLE_FILE.read_bytes(),
        file_name="gepnet-cohort-SYNTHETIC.csv",
        mime="text/csv",
        on_click="ignore",
        key=f"{PREFIX}template",
        width="stretch",
    )
    right.button(
        "Show the example again",
        key=f"{PREFIX}example",
        on_click=_take_example,
        disabled=state.is_example and state.problem is None,
        width="stretch",
    )
    if state.read is None and state.content is None and state.problem is None:
        state.content = EXAMPLE_FILE.read_bytes()
    if state.content is not None:
        _read(state)
    if state.problem is not None:
        st.error(state.problem)
    return state


def _read(state: CohortState) -> None:
    """Read what waits, with progress; afterwards only the result is held."""
    content, state.content = state.content, None
    if content is None:
        return
    try:
        with progress_bar("Rows judged") as advance:
            cohort = read_cohort(read_table(content), progress=advance)
        ratios = ratios_by_diagnosis(cohort)
        state.read = ReadCohort(cohort, validate_frozen(cohort), ratios, hap_roc(ratios))
    except GepnetError as error:
        state.problem = str(error)


def _state() -> CohortState:
    state: CohortState = st.session_state.setdefault(f"{PREFIX}state", CohortState())
    return state


def _upload_key(state: CohortState) -> str:
    return f"{PREFIX}file.{state.upload_round}"


def _take_upload() -> None:
    """Callback of the uploader: another table replaces the old one, readable or not."""
    state = _state()
    file = st.session_state.get(_upload_key(state))
    if file is not None:
        release([file])
        _replace(file.getvalue(), is_example=False)


def _take_example() -> None:
    _replace(EXAMPLE_FILE.read_bytes(), is_example=True)


def _replace(content: bytes, *, is_example: bool) -> None:
    old = _state()
    st.session_state[f"{PREFIX}state"] = CohortState(
        content=content, is_example=is_example, upload_round=old.upload_round + 1
    )
