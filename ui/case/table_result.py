"""The rows of a table with their calls: counts, filters, issues, downloads."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace

import pandas as pd
import streamlit as st

from gepnet_core.case.phase import Phase
from gepnet_core.case.rule import Call
from gepnet_core.cohort.assess_table import JudgedTable
from gepnet_core.cohort.export import shown_ratio, table_csv, table_json
from gepnet_core.cohort.tables.csv_text import escape_formula
from gepnet_core.numbers import format_likelihood_ratio
from gepnet_core.report.cohort.cohort_words import SYNTHETIC_NOTE
from gepnet_core.statistics.proportions.proportion_ratio import ProportionRatio
from ui.issues import draw_issues

PATIENT = "Patient"

CALL_WORDS = {
    Call.ADENOCARCINOMA: "Favours adenocarcinoma",
    Call.NET: "Favours NET",
    Call.NOT_CLASSIFIABLE: "Not classifiable",
    Call.WITHHELD: "Withheld",
    None: "Not judged",
}


def draw_judged(judged: JudgedTable, frame: pd.DataFrame) -> None:
    """Draw everything that a judged table says. ``frame`` is its `rows_frame`."""
    if judged.is_synthetic:
        st.markdown(f":gray-background[{SYNTHETIC_NOTE}]")
    counts = [f"{n} {_inside(CALL_WORDS[call], n)}" for call, n in judged.counts.items() if n]
    st.markdown(
        f"**{_number_of(len(judged.rows), 'row')}**: {', '.join(counts)}. "
        "The positive class is adenocarcinoma."
    )
    has_codes = any(row.patient_id for row in judged.rows)
    with_codes = has_codes and st.checkbox(
        "Show and export the codes of patient_id",
        key="table.codes",
        persist_state="session",
        help="Without it, rows carry their number alone.",
    )
    judged = replace(judged, with_patient_id=with_codes)
    _draw_rows(judged, frame)
    _draw_issues(judged)
    _draw_downloads(judged)


def _draw_rows(judged: JudgedTable, frame: pd.DataFrame) -> None:
    by_call = Counter(row.call for row in judged.rows)
    by_warning = Counter(code for row in judged.rows for code in row.warnings)
    left, right = st.columns(2)
    calls = left.multiselect(
        "Show only these calls",
        [call for call in CALL_WORDS if by_call[call]],
        format_func=lambda call: f"{CALL_WORDS[call]} ({by_call[call]})",
        key="table.filter.call",
        placeholder="all",
    )
    codes = right.multiselect(
        "Show only rows with one of these warnings",
        sorted(by_warning),
        format_func=lambda code: f"{_words(code)} ({by_warning[code]})",
        key="table.filter.warning",
        placeholder="any or none",
    )
    wanted = [
        (not calls or row.call in calls) and (not codes or bool(set(codes) & set(row.warnings)))
        for row in judged.rows
    ]
    if not all(wanted):
        st.caption(f"{_number_of(sum(wanted), 'row')} of {len(judged.rows)} shown; downloads hold all.")
    # A column that is only hidden could be shown from the toolbar, so codes are taken out.
    st.dataframe(
        frame[wanted] if judged.with_patient_id else frame[wanted].drop(columns=PATIENT),
        hide_index=True,
        height="auto",
        key="table.rows",
        alt="Rows of the table with their calls and reasons",
    )


def rows_frame(judged: JudgedTable) -> pd.DataFrame:
    """The rows as people read them, one for each of the judged table's; made once, since it takes a while.

    No cell is a formula to a spreadsheet: the toolbar of the drawn table offers a download of its own.
    """
    # Eight kinds of findings at most share their words.
    likelihoods = {ratio: _likelihood(ratio) for row in judged.rows if (ratio := row.likelihood_ratio_net)}
    cutoff = judged.settings.cutoff
    return pd.DataFrame(
        {
            "Row": row.row,
            PATIENT: escape_formula(row.patient_id or ""),
            "Call": CALL_WORDS[row.call],
            "Reason": row.reason,
            "HAP ratio": shown_ratio(row, Phase.HAP, cutoff) or "",
            "PVP ratio": shown_ratio(row, Phase.PVP, cutoff) or "",
            "Pattern": str(row.pattern or ""),
            "Pattern from": {"reader": "reader", "derived": "HU"}.get(str(row.pattern_source), ""),
            "Study's adenocarcinoma : NET": "" if row.counts is None else str(row.counts),
            "Likelihood ratio for NET (95 % interval)": ""
            if row.likelihood_ratio_net is None
            else likelihoods[row.likelihood_ratio_net],
            "Warnings": "; ".join(_words(code) for code in row.warnings),
        }
        for row in judged.rows
    )


def _likelihood(ratio: ProportionRatio) -> str:
    low, high = format_likelihood_ratio(ratio.low), format_likelihood_ratio(ratio.high)
    return f"{format_likelihood_ratio(ratio.median)} ({low} to {high})"


def _draw_issues(judged: JudgedTable) -> None:
    if judged.issues:
        stopped = judged.counts[None]
        st.markdown(
            f"**{_number_of(len(judged.issues), 'issue')}** in the cells; "
            f"{_number_of(stopped, 'row')} not judged because of them."
        )
        draw_issues(judged.issues)
    if judged.notes:
        with st.expander(_number_of(len(judged.notes), "note") + " on how the table was read"):
            for note in judged.notes:
                # As text: a note may hold characters that Markdown would take for marks.
                st.text(note)


def _draw_downloads(judged: JudgedTable) -> None:
    left, right = st.columns(2)
    left.download_button(
        "Download all rows as CSV",
        lambda: table_csv(judged),
        file_name="gepnet-table-calls.csv",
        mime="text/csv",
        on_click="ignore",
        key="table.csv",
        width="stretch",
    )
    right.download_button(
        "Download rows and issues as JSON",
        lambda: json.dumps(table_json(judged), indent=2, allow_nan=False) + "\n",
        file_name="gepnet-table-calls.json",
        mime="application/json",
        on_click="ignore",
        key="table.json",
        width="stretch",
    )


def _words(code: str) -> str:
    """A code of a warning as words: grey_zone is Grey zone."""
    return "ROI" if code == "roi" else code.replace("_", " ").capitalize().replace(" hu", " HU")


def _inside(words: str, n: int) -> str:
    """Words of a call as they stand inside a sentence, behind their number."""
    words = words[0].lower() + words[1:]
    return words if n == 1 else words.replace("favours", "favour")


def _number_of(n: int, what: str) -> str:
    return f"{n} {what}" if n == 1 else f"{n} {what}s"
