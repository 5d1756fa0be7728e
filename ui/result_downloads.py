"""The result to take away: text for the report, HTML, JSON."""

from __future__ import annotations

import json

import streamlit as st

from gepnet_core.case.assessment import Assessment
from gepnet_core.report.case.case_html import case_html
from gepnet_core.report.case.case_json import assessment_json
from gepnet_core.report.case.case_text import case_text
from gepnet_core.report.case.explanation import Explanation


def draw_downloads(assessment: Assessment, told: Explanation, *, is_synthetic: bool) -> None:
    """Offer the report as text to copy, and as files. None carries an identifier."""
    with st.expander("Text for the report"):
        st.code(case_text(told, synthetic=is_synthetic), language=None, wrap_lines=True)
    left, right = st.columns(2)
    left.download_button(
        "Report as HTML",
        lambda: case_html(assessment, synthetic=is_synthetic),
        file_name="gepnet-case-report.html",
        mime="text/html",
        on_click="ignore",
        width="stretch",
    )
    right.download_button(
        "Result as JSON",
        lambda: (
            json.dumps(assessment_json(assessment) | {"synthetic": is_synthetic}, indent=2, allow_nan=False)
            + "\n"
        ),
        file_name="gepnet-case-result.json",
        mime="application/json",
        on_click="ignore",
        width="stretch",
    )
