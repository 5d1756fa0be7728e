"""What the columns of the cohort's table mean: as proposed, until the user says otherwise."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from gepnet_core.cohort.dictionary.columns import check_usable, match_columns
from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.schema import load_dictionary
from gepnet_core.cohort.proposal.proposal import MappingProposal
from gepnet_core.cohort.tables.read import Table
from gepnet_core.errors import GepnetError
from ui.cohort.headings import ask_headings
from ui.cohort.labels import ask_labels
from ui.cohort.mapping_file import draw_mapping_file
from ui.cohort.state import CohortState
from ui.cohort.whole_table import ask_whole_table
from ui.plain_text import as_text

MOST_SENTENCES = 20


def draw_columns(state: CohortState) -> None:
    """Draw the panel; afterwards ``state.mapping`` is what counts, None where the user has to say more."""
    if state.table is None or state.proposal is None:
        return
    with st.expander(
        "How the columns were taken",
        expanded=not state.is_confirmed,
        key=state.panel_key,
        on_change="rerun",
    ):
        _draw_unsure(state.proposal.unsure, is_confirmed=state.is_confirmed)
        mapping = _ask(state, state.table, state.proposal)
        if not state.is_confirmed:
            st.button(
                "Use these columns",
                type="primary",
                key=state.key("use_columns"),
                on_click=_confirm,
                args=[state],
                disabled=mapping is None,
            )
        draw_mapping_file(state, mapping)
    state.mapping = mapping if state.is_confirmed else None
    if state.mapping is None:
        st.markdown(
            "No result: the columns above have to be mended."
            if state.is_confirmed
            else "No result yet: look at the columns above and press **Use these columns**."
        )


def _confirm(state: CohortState) -> None:
    """Callback: from now on what is chosen counts at once."""
    state.is_confirmed = True
    st.session_state[state.panel_key] = False


def _draw_unsure(sentences: Sequence[str], *, is_confirmed: bool) -> None:
    if not sentences:
        return
    st.markdown("Asked before you confirmed:" if is_confirmed else "**Please confirm or mend:**")
    shown = [escape(sentence) for sentence in sentences[:MOST_SENTENCES]]
    if more := len(sentences) - len(shown):
        shown.append(f"{more} more, at their columns below.")
    st.html(f'<ul class="gp-unsure">{"".join(f"<li>{sentence}</li>" for sentence in shown)}</ul>')


def _ask(state: CohortState, table: Table, proposal: MappingProposal) -> ColumnMapping | None:
    """Ask for everything that a mapping holds; None where the answers contradict or do not suffice."""
    start = state.start
    headings = ask_headings(state, proposal.columns, start)
    values = ask_labels(state, headings.places, start)
    whole = ask_whole_table(state, headings.places, start, proposal)
    if not headings.are_told_apart:
        return None
    recognise = load_dictionary().recognise
    mapping = ColumnMapping(
        {
            heading: name
            for position, name in headings.names.items()
            if name != recognise(heading := table.headings[position])
        },
        values,
        whole.decimal,
        whole.row,
        whole.ratio,
        whole.units,
    )
    problem = whole.problem or _unusable(table, mapping)
    if problem is not None:
        st.error(problem)
        return None
    return mapping


def _unusable(table: Table, mapping: ColumnMapping) -> str | None:
    """Why no result can rest on these columns; None where one can."""
    try:
        match = match_columns(table.headings, mapping)
    except GepnetError as error:
        return as_text(str(error))
    if "diagnosis" not in match.positions:
        return "No column is taken as the diagnosis: say which one tells NET from adenocarcinoma."
    try:
        check_usable(match)
    except GepnetError:
        # Its own words tell those who have no panel to rename columns.
        return (
            "No criterion yet: say above which columns hold the HU of lesion and liver in the hepatic artery "
            "phase (hap_lesion_hu and hap_liver_hu), their ratio (hap_ratio), or the pattern."
        )
    return None
