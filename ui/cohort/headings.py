"""Which column of the dictionary each heading means: asked where the dictionary does not know it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from gepnet_core.cohort.dictionary.mapping import ColumnMapping
from gepnet_core.cohort.dictionary.schema import load_dictionary, plain_heading
from gepnet_core.cohort.proposal.proposal import ProposedColumn
from ui.cohort.state import CohortState
from ui.plain_text import spoken

NOT_USED = "not used"
MOST_ASKED = 20
"""Headings that are asked about one below the other; of further ones the user picks."""

_LONGEST = 60

Names = dict[int, str | None]
"""What the columns mean, by position in the table."""


@dataclass(frozen=True)
class Headings:
    """What was said. ``places`` has the first position of each column of the dictionary.

    ``are_told_apart`` is False where two headings are said to mean the same.
    """

    names: Names
    places: Mapping[str, int]
    are_told_apart: bool


def ask_headings(state: CohortState, columns: Sequence[ProposedColumn], start: ColumnMapping) -> Headings:
    """Ask what headings mean; where two are said to mean the same, an error stands beside the second.

    Headings that are empty or equal are left out: no mapping can tell them apart.

    Parameters
    ----------
    state : CohortState
    columns : sequence of ProposedColumn
        As many as the table has headings.
    start : ColumnMapping
        What they mean until the user says otherwise.
    """
    known = _known(columns)
    names: Names = {position: start.recognise(columns[position].heading) for position in known}
    toggle, further = state.mapping_key("recognised"), state.mapping_key("further")
    is_toggled = bool(st.session_state.get(toggle, False))
    asked = [
        position
        for position, name in names.items()
        if is_toggled
        or known[position] is None
        or name != known[position]
        or _was_changed(state, position, name)
    ]
    shown = _shown(state, asked, names, st.session_state.get(further) or ())
    taken = {name: position for position, name in names.items() if name and position not in shown}
    are_told_apart = True
    if shown:
        st.html('<h2 class="gp-kind">What the headings mean</h2>')
    for position in shown:
        name = names[position] = _ask(state, position, columns[position], names[position])
        other = position if name is None else taken.setdefault(name, position)
        if other != position:
            are_told_apart = False
            st.error(
                f"Columns {other + 1} and {position + 1} are both taken as {name}. Choose another meaning "
                f"for one of them, or “{NOT_USED}”."
            )
    rest = [position for position in asked if position not in shown]
    _ask_further(rest, columns, further)
    _draw_recognised([p for p in known if p not in asked], known, columns)
    st.toggle("Change the recognised columns too", key=toggle, persist_state="session")
    return Headings(names, taken, are_told_apart)


def _known(columns: Sequence[ProposedColumn]) -> Names:
    """What the dictionary says of each heading that can be told apart."""
    plain = [plain_heading(column.heading) for column in columns]
    count = Counter(plain)
    recognise = load_dictionary().recognise
    return {
        position: recognise(columns[position].heading)
        for position, words in enumerate(plain)
        if words and count[words] == 1
    }


def _was_changed(state: CohortState, position: int, name: str | None) -> bool:
    return bool(st.session_state.get(_key(state, position), name or "") != (name or ""))


def _key(state: CohortState, position: int) -> str:
    return state.mapping_key(f"column.{position}")


def _shown(
    state: CohortState, asked: Sequence[int], names: Mapping[int, str | None], picked: Sequence[int]
) -> list[int]:
    """Those that mean something, were changed or picked; of the others the first, as room allows."""
    first = {p for p in asked if names[p] or p in picked or _was_changed(state, p, names[p])}
    others = [p for p in asked if p not in first]
    return sorted([*first, *others[: max(0, MOST_ASKED - len(first))]])


def _ask(state: CohortState, position: int, column: ProposedColumn, name: str | None) -> str | None:
    dictionary = load_dictionary().columns
    left, right = st.columns([3, 5], vertical_alignment="center", gap="medium")
    examples = " · ".join(escape(cell[:_LONGEST]) for cell in column.examples)
    left.html(
        f'<div class="gp-heading"><strong>{escape(column.heading[:_LONGEST])}</strong> '
        f'<span class="gp-place">column {position + 1}{": " if examples else ""}{examples}</span>'
        f"<p>{escape(column.why)}</p></div>"
    )
    options = ["", *dictionary]
    chosen = right.selectbox(
        f"Meaning of column {position + 1}, {spoken(column.heading)}",
        options,
        index=options.index(name or ""),
        # What follows a semicolon says how a column is used; the list of columns has it in full.
        format_func=lambda option: (
            f"{option}: {dictionary[option].meaning.split(';')[0]}" if option else NOT_USED
        ),
        key=_key(state, position),
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen or None


def _ask_further(rest: Sequence[int], columns: Sequence[ProposedColumn], key: str) -> None:
    """Where there are too many headings to ask about all of them."""
    picked = st.session_state.get(key) or []
    if not rest and not picked:
        return
    st.multiselect(
        f"{len(rest)} further columns are not used. Ask about these too",
        sorted({*rest, *picked}),
        format_func=lambda position: f"column {position + 1}: {columns[position].heading[:_LONGEST]}",
        key=key,
        placeholder="choose columns",
        persist_state="session",
    )


def _draw_recognised(
    positions: Sequence[int], known: Mapping[int, str | None], columns: Sequence[ProposedColumn]
) -> None:
    """Headings that the dictionary knows, in one paragraph."""
    if not positions:
        return
    named = []
    for position in positions:
        heading, name = columns[position].heading, str(known[position])
        meant = "" if plain_heading(heading) == name else f" ({name})"
        named.append(f'<span class="gp-together">{escape(heading[:_LONGEST])}{meant}</span>')
    n = len(positions)
    st.html(
        f'<p class="gp-recognised"><strong>{n} {"heading" if n == 1 else "headings"}</strong> the data '
        f"dictionary knows: {', '.join(named)}.</p>"
    )
