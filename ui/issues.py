"""Issues of a table, cell by cell, as both pages that read tables show them."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from gepnet_core.cohort.dictionary.table_cells import Issue
from gepnet_core.cohort.tables.csv_text import escape_formula


def draw_issues(issues: Sequence[Issue], *, key: str) -> None:
    """Draw where each is, what is wrong and what to do. No cell is a formula to a spreadsheet."""
    st.dataframe(
        [
            {
                "Row": issue.row,
                "Line of the file": issue.line,
                "Column": issue.column,
                "Value": escape_formula(issue.value),
                "Problem": escape_formula(issue.problem),
                "Remedy": issue.remedy,
            }
            for issue in issues
        ],
        hide_index=True,
        key=key,
        alt="Issues of the table by row",
    )
