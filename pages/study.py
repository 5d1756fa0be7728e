"""The study: what was studied, what holds, what is printed wrong, what is not known."""

from __future__ import annotations

import streamlit as st

from gepnet_core.replication.published import published_audit
from ui.page_registry import ROOT
from ui.study.card import draw_card, draw_not_given, draw_other_evidence
from ui.study.cohorts import draw_ranges, draw_rebuilt_figures
from ui.study.errata import draw_errata
from ui.study.numbers import draw_numbers
from ui.study.summary import draw_summary
from ui.turns import in_turn


@in_turn()
def draw_page() -> None:
    """The answer first, then each number, what is wrong with the print, use and limits."""
    for style in ("result.css", "study.css"):
        st.html(ROOT / "ui" / style)
    st.title("The study")
    draw_summary()
    draw_numbers(published_audit())
    draw_errata()
    draw_rebuilt_figures()
    draw_ranges()
    draw_card()
    draw_other_evidence()
    draw_not_given()


draw_page()
