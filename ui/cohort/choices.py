"""How the rows of a cohort are judged, and which of them count."""

from __future__ import annotations

import streamlit as st

from gepnet_core.case.case import Case
from gepnet_core.cohort.dictionary.mapping import RowUnit
from gepnet_core.errors import GepnetError
from ui.case.pattern_choices import read_definition
from ui.cohort.state import CohortState, Counting, current_cohort
from ui.plain_text import as_text

SIZE = "size_mm"
COUNTINGS = {
    Counting.EVERY_ROW: "every row; intervals allow for it",
    Counting.FIRST: "the first row of each patient",
    Counting.LARGEST: "the largest lesion of each patient",
}


def draw_choices(state: CohortState) -> None:
    """Draw the panel; afterwards settings and counting of the state are what was chosen."""
    panel = st.expander("How rows are judged", key=state.key("judged"))
    with panel:
        problems: list[str] = []
        definition, tolerance = read_definition(state.key, problems)
        st.caption("The cutoff of the HAP ratio is the published one: this page tunes nothing.")
        if not problems:
            try:
                state.settings = Case(
                    definition=definition, tolerances={} if tolerance is None else {definition: tolerance}
                )
            except GepnetError as error:
                problems.append(str(error))
        state.choice_problem = as_text(" ".join(problems)) if problems else None
    cohort = current_cohort(state)
    repeats = 0 if cohort is None or cohort.mapping.row is not RowUnit.LESION else cohort.n_repeats
    if cohort is None or not repeats:
        state.counting = Counting.EVERY_ROW
        return
    has_sizes = SIZE in cohort.numbers
    with panel:
        options = [option for option in Counting if has_sizes or option is not Counting.LARGEST]
        said = "row shares" if repeats == 1 else "rows share"
        chosen = st.radio(
            f"{repeats} {said} the code of an earlier patient. Count",
            options,
            index=0,
            format_func=COUNTINGS.__getitem__,
            key=state.key(f"counting.{has_sizes}"),
            persist_state="session",
        )
        if not has_sizes:
            st.caption(f"The largest lesion cannot be told without a column {SIZE}.")
    state.counting = chosen or Counting.EVERY_ROW
