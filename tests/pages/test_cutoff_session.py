"""The page of the cutoff over page changes and another table, and what a move costs the server."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from gepnet_core.cohort.analysis import CohortAnalysis
from tests.cohort.small_cohorts import example, large_cohort
from tests.pages.cohort_steps import COHORT, pick, rested, rows, said, upload
from tests.pages.cutoff_steps import (
    ADENOCARCINOMA,
    CUTOFF,
    NET,
    Opened,
    counts,
    move,
    table,
    type_in,
    typed,
    visit,
)
from ui.cohort.state import CohortState

# --- the session


def test_cutoff_and_choices_survive_a_visit_to_another_page(open_page: Opened) -> None:
    page = type_in(open_page(CUTOFF), "Exactly", 0.92345)
    page = type_in(page, "Seed", 5)
    page = pick(page, "What the map shows", "Specificity for adenocarcinoma")
    before = rows(page)
    page = visit(visit(page, "study.py"), CUTOFF)
    assert (typed(page, "Exactly").value, page.slider[0].value) == (0.92345, 0.923)
    assert typed(page, "Seed").value == 5
    assert rows(page) == before


def test_nothing_of_an_old_cohort_stands_after_another_table(open_page: Opened) -> None:
    page = type_in(open_page(CUTOFF), "Exactly", 0.5)
    page = type_in(page, "Prevalence of adenocarcinoma (%)", 10.0)
    page = upload(visit(page, COHORT), table(*[ADENOCARCINOMA] * 3, *[NET] * 4))
    page = visit(page, CUTOFF)
    assert (typed(page, "Exactly").value, page.slider[0].value) == (0.898, 0.898)
    assert typed(page, "Prevalence of adenocarcinoma (%)").value is None
    assert "Your table: 7 rows, of which 3 of adenocarcinoma and 4 of NET count." in said(page)
    assert counts(page, "Ratio alone") == [3, 0, 0, 4]
    assert "of 23 adenocarcinomas" not in said(page).replace("19 of 23 (82.6 %", "")
    assert "CANARY" not in said(page)


# --- what a move costs the server


def _move_alone() -> None:
    """A page that is the fragment: what runs when the cutoff moves, and how long."""
    import time

    import streamlit as st

    from ui.cutoff.move import draw_move

    started = time.process_time()
    draw_move(st.session_state["cohort.state"], st.session_state["analysis"])
    st.session_state["seconds"] = time.process_time() - started


@pytest.mark.parametrize(("n", "most"), [(46, 0.12), (100_000, 0.5)])
def test_a_move_is_answered_in_time(n: int, most: float) -> None:
    cohort = example() if n == 46 else large_cohort(n)
    page = AppTest.from_function(_move_alone, default_timeout=60)
    page.session_state["cohort.state"] = CohortState()
    page.session_state["analysis"] = CohortAnalysis(cohort)
    page = rested(page.run())
    seconds = []
    for cutoff in (0.9, 0.91, 0.92):
        page = move(page, cutoff)
        assert f"At or below {cutoff:.3f}" in said(page)
        seconds.append(page.session_state["seconds"])
    assert min(seconds) <= most
