"""The cohort that a session looks at: its table, what its columns mean, and its analysis."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TYPE_CHECKING

import streamlit as st

from gepnet_core.case.case import Case
from gepnet_core.cohort.analysis import AnalysisChoices, CohortAnalysis
from gepnet_core.cohort.cohort import Cohort, Pick
from gepnet_core.cohort.dictionary.columns import match_columns
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, parse_mapping
from gepnet_core.cohort.proposal.heading import recognise_words
from gepnet_core.cohort.proposal.proposal import MappingProposal, propose_mapping
from gepnet_core.cohort.proposal.table import ProposedLabel, labels_of
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.rows.patients import one_row_a_patient
from gepnet_core.cohort.tables.read import Table, read_table
from gepnet_core.errors import GepnetError
from gepnet_core.replication.ensemble import EXAMPLE_FILE
from ui.examples import made_once
from ui.progress import progress_bar

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from gepnet_core.figures.figure_table import FigureTable

PREFIX = "cohort."
"""Keys of widgets that belong to the cohort begin so."""

ROWS_WITHOUT_PROGRESS = 2_000
"""So many rows are read in less than a second."""

BYTES_WITHOUT_PROGRESS = 300_000


class Counting(StrEnum):
    """Which rows count where a patient has several."""

    EVERY_ROW = "every_row"
    FIRST = "first"
    LARGEST = "largest"


@dataclass
class CohortState:
    """The cohort of a session.

    Attributes
    ----------
    content : bytes or None
        A file that waits to be read.
    table, proposal
        None where the file is no table; ``problem`` then says why.
    saved : ColumnMapping or None
        The user's own mapping file, which then stands for the proposal.
    is_confirmed : bool
        Whether the user, or nothing unsure, lets columns count as they are chosen.
    mapping : ColumnMapping or None
        None as long as the user has to say what columns mean.
    settings, counting, choices
        What the analysis rests on beside the table; ``choice_problem`` says why ``settings`` are not what
        stands on the page.
    problem : str or None
        Why there is no table or no cohort.
    cohort : Cohort or None
        Every row, read by ``cohort_from``; ``analysis`` belongs to ``analysed_from``. Both are made anew when
        that changes.
    labels : dict
        Labels in columns of fixed values, by name of the column and position in the table.
    figures : dict
        Drawn ones of ``analysis``, by name and theme.
    """

    content: bytes | None = None
    table: Table | None = None
    proposal: MappingProposal | None = None
    saved: ColumnMapping | None = None
    is_confirmed: bool = False
    mapping: ColumnMapping | None = None
    mapping_problem: str | None = None
    settings: Case = field(default_factory=Case)
    choice_problem: str | None = None
    counting: Counting = Counting.EVERY_ROW
    choices: AnalysisChoices = field(default_factory=AnalysisChoices)
    problem: str | None = None
    is_example: bool = True
    round: int = 0
    mapping_round: int = 0
    mapping_uploads: int = 0
    cohort: Cohort | None = None
    cohort_from: tuple[ColumnMapping, Case] | None = None
    analysis: CohortAnalysis | None = None
    analysed_from: tuple[ColumnMapping, Case, Counting] | None = None
    labels: dict[tuple[str, int], tuple[tuple[ProposedLabel, ...], str]] = field(default_factory=dict)
    figures: dict[tuple[str, bool], tuple[go.Figure, FigureTable]] = field(default_factory=dict)

    def key(self, name: str) -> str:
        """Key of a widget; another table has other widgets."""
        return f"{PREFIX}{self.round}.{name}"

    def mapping_key(self, name: str) -> str:
        """Key of a widget that a mapping file sets; another file has other widgets."""
        return self.key(f"mapping.{self.mapping_round}.{name}")

    @property
    def panel_key(self) -> str:
        """Under it the session holds whether the panel of columns is open."""
        return self.mapping_key("panel")

    @property
    def start(self) -> ColumnMapping:
        """The mapping that the panel of columns begins with."""
        if self.saved is not None:
            return self.saved
        return ColumnMapping() if self.proposal is None else self.proposal.mapping()


def held_state() -> CohortState:
    """The cohort of this session, its file perhaps still to be read; the example where there was none."""
    if f"{PREFIX}state" not in st.session_state:
        open_example()
    state: CohortState = st.session_state[f"{PREFIX}state"]
    return state


def cohort_state() -> CohortState:
    """The cohort of this session, read; the example where there was none yet."""
    state = held_state()
    place = st.empty()  # in every run, so that what is drawn below keeps its place
    if state.content is None:
        return state
    if len(state.content) > BYTES_WITHOUT_PROGRESS:
        with place, st.spinner("Reading the table"):
            _read_content(state, state.content)
    else:
        _read_content(state, state.content)
    return state


def open_example() -> None:
    """Look at the example cohort."""
    open_table(EXAMPLE_FILE.read_bytes(), is_example=True)


def open_table(content: bytes, *, is_example: bool = False) -> None:
    """Look at another table; what was known of the old one is forgotten, readable or not."""
    old: CohortState | None = st.session_state.get(f"{PREFIX}state")
    for key in [key for key in st.session_state if str(key).startswith(PREFIX)]:
        del st.session_state[key]
    st.session_state[f"{PREFIX}state"] = CohortState(
        content=content, is_example=is_example, round=0 if old is None else old.round + 1
    )


def use_mapping(state: CohortState, content: bytes) -> None:
    """Take the columns of a table as a mapping file says, at once; ``mapping_problem`` says why it cannot."""
    state.mapping_problem = None
    if state.table is None:
        return
    try:
        mapping = parse_mapping(content.decode("utf-8-sig", errors="replace"))
        match = match_columns(state.table.headings, mapping)
    except GepnetError as error:
        state.mapping_problem = str(error)
        return
    state.saved = state.mapping = mapping
    state.is_confirmed = True
    state.mapping_round += 1
    # What the mapping lacks is asked for in the panel.
    st.session_state[state.panel_key] = not _suffice(match.positions)


def current_cohort(state: CohortState) -> Cohort | None:
    """Every row of the table under exactly this mapping and these settings; None, with the problem noted."""
    place = st.empty()  # in every run, as above
    if state.table is None:
        return None
    if state.mapping is None or state.choice_problem is not None:
        state.problem = state.choice_problem
        return None
    wanted = (state.mapping, state.settings)
    if state.cohort_from != wanted:
        state.cohort, state.problem, state.cohort_from = None, None, None
        # Chosen for columns that there may be no longer.
        state.choices = replace(state.choices, tests={}, predictors=None)
        try:
            with place.container():
                state.cohort = _read(state, state.table, state.mapping)
        except GepnetError as error:
            state.problem = str(error)
        # Last: a run that is broken off has read nothing.
        state.cohort_from = wanted
    return state.cohort


def current_analysis(state: CohortState) -> CohortAnalysis | None:
    """The analysis of exactly this mapping and these choices; None, with the problem noted, without one."""
    cohort = current_cohort(state)
    if cohort is None or state.mapping is None:
        state.analysis = state.analysed_from = None
        return None
    wanted = (state.mapping, state.settings, state.counting)
    if state.analysis is None or state.analysed_from != wanted:
        state.analysis, state.problem = None, None
        state.figures.clear()
        try:
            state.analysis = CohortAnalysis(_counted(state, cohort), state.choices)
        except GepnetError as error:
            state.problem = str(error)
        state.analysed_from = wanted
    elif state.choices != state.analysis.choices:
        state.analysis = state.analysis.with_choices(state.choices)
    return state.analysis


def labels_in(state: CohortState, name: str, position: int) -> tuple[tuple[ProposedLabel, ...], str]:
    """Labels of a column of fixed values, counted once, and what is unsure of them."""
    if state.table is None:
        return (), ""
    if (name, position) not in state.labels:
        state.labels[name, position] = labels_of(state.table, name, position)
    return state.labels[name, position]


def kept_figure(
    state: CohortState, name: str, dark: bool, draw: Callable[[], tuple[go.Figure, FigureTable]]
) -> tuple[go.Figure, FigureTable]:
    """A figure of the analysis with its table, drawn once for each theme."""
    if (name, dark) not in state.figures:
        state.figures[name, dark] = draw()
    return state.figures[name, dark]


@made_once
def _example() -> tuple[Table, MappingProposal, Cohort]:
    """The example, as each session sees it first; nothing of a user is in it."""
    table = read_table(EXAMPLE_FILE.read_bytes())
    proposal = propose_mapping(table)
    return table, proposal, read_cohort(table, proposal.mapping(), Case())


def _read_content(state: CohortState, content: bytes) -> None:
    """Read what waits. It waits on until that is done: a run may be broken off."""
    try:
        if state.is_example:
            state.table, state.proposal, _ = _example()
        else:
            table = read_table(content, recognise_words)
            state.proposal = propose_mapping(table)
            state.table = table
    except GepnetError as error:
        state.problem = str(error)
    else:
        names = {column.name for column in state.proposal.columns if column.name is not None}
        state.is_confirmed = not state.proposal.unsure and _suffice(names)
        state.mapping = state.proposal.mapping() if state.is_confirmed else None
    state.content = None


def _suffice(names: Collection[str]) -> bool:
    """Whether diagnoses and a criterion are among the columns."""
    criteria = ({"hap_lesion_hu", "hap_liver_hu"}, {"hap_ratio"}, {"pattern"})
    return "diagnosis" in names and any(wanted <= set(names) for wanted in criteria)


def _read(state: CohortState, table: Table, mapping: ColumnMapping) -> Cohort:
    if state.is_example and state.saved is None and (mapping, state.settings) == (state.start, Case()):
        return _example()[2]
    if len(table.rows) <= ROWS_WITHOUT_PROGRESS:
        return read_cohort(table, mapping, state.settings)
    with st.spinner(f"Reading {len(table.rows)} rows"), progress_bar("Rows looked at one by one") as advance:
        return read_cohort(table, mapping, state.settings, progress=advance)


def _counted(state: CohortState, cohort: Cohort) -> Cohort:
    if state.counting is Counting.EVERY_ROW:
        return cohort
    return one_row_a_patient(cohort, Pick(state.counting))
