"""Every printed number: as printed, recomputed, and the verdict; quote, reason and proof on demand."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from html import escape

import streamlit as st

from gepnet_core.replication.audit.audit import Audit, AuditRow
from gepnet_core.replication.audit.rows import AuditStatus
from gepnet_core.report.study_words import (
    GROUP_NAMES,
    STATUS_MEANING,
    errata_of,
    quantity_words,
    recomputed_text,
    reconstructed_text,
)
from ui.study.errata import erratum_anchor

TABLE_HEIGHT = 420
ALL = "all"
FIRST_SHOWN = "plateau_sensitivity"
"""The number that stands open first: the one that is asked for most."""
FILTERS = (
    ALL,
    AuditStatus.PRINTED_WRONG,
    AuditStatus.UNDECLARED,
    AuditStatus.ASSUMPTION,
    AuditStatus.NOT_RECOMPUTABLE,
)


EVERY_ROW = "In the order of the paper; numbers that it prints again stand there again."


class Key(StrEnum):
    """Keys of this part's widgets; ``ROUND`` counts the tables, so that a new one has nothing selected."""

    FILTER = "study.filter"
    CHOSEN = "study.chosen"
    ROUND = "study.round"


def draw_numbers(audit: Audit) -> None:
    """Draw the filters, the table and the chosen number."""
    counts = audit.counts()
    consistent = counts[AuditStatus.CONSISTENT]
    st.header("Every printed number", anchor="numbers")
    st.markdown(
        f"{len(audit.rows)} printed results, each recomputed from the other printed numbers: "
        f"{consistent} are consistent. Reconstructed is what the example cohort has, SYNTHETIC, which a "
        "search made to fit. Select a row, or choose below the table, for the quote, the reason and the "
        "proof."
    )
    if Key.FILTER not in st.session_state:
        st.session_state[Key.FILTER] = ALL
    shown = st.segmented_control(
        "Show",
        FILTERS,
        key=Key.FILTER,
        required=True,
        format_func=lambda kind: f"{_label(kind)} ({len(audit.rows) if kind == ALL else counts[kind]})",
        persist_state="session",
    )
    rows = [row for row in audit.rows if shown in (ALL, row.status)]
    # Under every filter: were it absent under one, all below would be drawn anew and open lines closed.
    st.caption(EVERY_ROW if shown is None or shown == ALL else STATUS_MEANING[AuditStatus(shown)])
    _draw_table(rows, str(shown))
    _draw_choice(rows)


def table_columns(rows: Sequence[AuditRow]) -> dict[str, list[str]]:
    """The table as text by column."""
    return {
        "Quantity": [quantity_words(row.fact) for row in rows],
        "Group": [GROUP_NAMES[row.fact.group] for row in rows],
        "Printed": [row.printed for row in rows],
        "Recomputed": [recomputed_text(row) for row in rows],
        "Reconstructed": [reconstructed_text(row) for row in rows],
        "Verdict": [_label(row.status) for row in rows],
        "Place": [row.fact.place for row in rows],
    }


def _draw_table(rows: Sequence[AuditRow], shown: str) -> None:
    key = f"study.rows.{shown}.{st.session_state.setdefault(Key.ROUND, 0)}"
    st.dataframe(
        table_columns(rows),
        key=key,
        hide_index=True,
        height=TABLE_HEIGHT if len(rows) > 10 else "auto",
        on_select=lambda: _choose_row(key, [row.id for row in rows]),
        selection_mode="single-row",
        column_config={
            "Quantity": st.column_config.TextColumn(width=270),
            "Group": st.column_config.TextColumn(width=128),
            "Printed": st.column_config.TextColumn(alignment="right", width=76),
            "Recomputed": st.column_config.TextColumn(alignment="right", width=140),
            "Reconstructed": st.column_config.TextColumn(alignment="right", width=118),
            "Verdict": st.column_config.TextColumn(width=122),
        },
        alt="Printed numbers, recomputed, with verdict and place",
    )


def _draw_choice(rows: Sequence[AuditRow]) -> None:
    by_id = {row.id: row for row in rows}
    if st.session_state.get(Key.CHOSEN) not in by_id:
        st.session_state[Key.CHOSEN] = FIRST_SHOWN if FIRST_SHOWN in by_id else rows[0].id
    chosen = st.selectbox(
        "Quote, reason and proof of",
        list(by_id),
        key=Key.CHOSEN,
        format_func=lambda fact_id: _name(by_id[fact_id]),
        on_change=_unselect_row,
        persist_state="session",
    )
    with st.container(key="study.number"):
        st.html(number_html(by_id[chosen]))


def number_html(row: AuditRow) -> str:
    """One number with its place, quote, verdict, reason and proof."""
    fact = row.fact
    lines = [
        ("Printed", f"{escape(row.printed)} <span class='gp-place'>({escape(fact.place)})</span>"),
        ("Quote", f"<q>{escape(' '.join(fact.quote.split()))}</q>"),
        ("Recomputed", escape(recomputed_text(row) or "Nothing: see the reason.")),
    ]
    if row.reconstructed is not None:
        text = f"{escape(reconstructed_text(row))} in the example cohort, SYNTHETIC"
        lines.append(("Reconstructed", text))
    lines.append(("Verdict", f"<strong>{_label(row.status)}.</strong> {STATUS_MEANING[row.status]}"))
    lines.append(("Reason", escape(row.note)))
    if row.proof is not None:
        lines.append(("Proof", escape(row.proof)))
    links = ", ".join(
        f'<a href="#{erratum_anchor(erratum.id)}">{escape(erratum.title)}</a>' for erratum in errata_of(fact)
    )
    if links:
        lines.append(("In plain words", links))
    said = "".join(f"<dt>{name}</dt><dd>{text}</dd>" for name, text in lines)
    title = escape(f"{quantity_words(fact)} ({GROUP_NAMES[fact.group]})")
    return f'<div class="gp-number" role="status" aria-live="polite"><h3>{title}</h3><dl>{said}</dl></div>'


def _name(row: AuditRow) -> str:
    return f"{quantity_words(row.fact)} ({GROUP_NAMES[row.fact.group]}), {row.printed}, {row.fact.place}"


def _label(kind: str) -> str:
    """A verdict as it starts a line."""
    return kind.replace("_", " ").capitalize()


def _choose_row(key: str, ids: Sequence[str]) -> None:
    """Callback of the table: the selected row is the chosen number."""
    selected = st.session_state[key].selection.rows
    if selected:
        st.session_state[Key.CHOSEN] = ids[selected[0]]


def _unselect_row() -> None:
    """Callback of the choice: a row that is selected in the table would be another number's."""
    st.session_state[Key.ROUND] += 1
