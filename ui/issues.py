"""Issues of a table, cell by cell, as both pages that read tables show them."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import streamlit as st

from gepnet_core.cohort.dictionary.table_cells import Issue
from gepnet_core.cohort.tables.csv_text import escape_formula
from ui.page_registry import ROOT
from ui.study_table import scroll_region

HEADINGS = ("Row", "Line of the file", "Column", "Value", "Problem", "Remedy")


def draw_issues(issues: Sequence[Issue]) -> None:
    """Draw where each is, what is wrong and what to do, in full. No cell is a formula to a spreadsheet."""
    st.html(ROOT / "ui" / "issues.css")
    head = "".join(f'<th scope="col">{heading}</th>' for heading in HEADINGS)
    st.html(
        scroll_region(
            "Issues of the table by row",
            f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(map(_row, issues))}</tbody></table>",
            "gp-issues",
        )
    )


def _row(issue: Issue) -> str:
    texts = (
        str(issue.row),
        str(issue.line),
        issue.column,
        escape_formula(issue.value),
        escape_formula(issue.problem),
        issue.remedy,
    )
    # On a phone the headings are gone, and each cell says its own.
    cells = "".join(
        f'<td data-heading="{heading}">{escape(text)}</td>'
        for heading, text in zip(HEADINGS, texts, strict=True)
    )
    return f"<tr>{cells}</tr>"
