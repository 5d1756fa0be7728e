"""What the print leaves open: two figures rebuilt from the example cohort, ranges over cohorts that fit."""

from __future__ import annotations

from html import escape

import streamlit as st

from gepnet_core.figures.study_figures import ratios_figure, ratios_table, roc_figure, roc_table
from gepnet_core.replication.ensemble import RANGE_MEANS, ensemble_ranges, load_quantities
from gepnet_core.replication.rebuilt_figures import example_ratios, example_roc
from gepnet_core.report.study_words import range_rows
from ui.figure import draw_figure


def draw_rebuilt_figures() -> None:
    """Draw Figures 1 and 6 from the example cohort."""
    st.header("Figures 1 and 6, rebuilt", anchor="rebuilt")
    st.markdown(
        "**SYNTHETIC: invented patients.** The study shows no patient's values. A search found 46 invented "
        "patients that reproduce its printed numbers; these figures are theirs. Very many other cohorts fit "
        "as well: means, counts and AUC are the study's, the single points are not."
    )
    dark = st.context.theme.type == "dark"
    left, right = st.columns(2, gap="large")
    with left:
        draw_figure(
            ratios_figure(example_ratios(), dark=dark, synthetic=True),
            ratios_table(example_ratios()),
            page="study",
        )
    with right:
        draw_figure(
            roc_figure(example_roc(), dark=dark, synthetic=True), roc_table(example_roc()), page="study"
        )


def draw_ranges() -> None:
    """Draw the range of each quantity over the shipped cohorts."""
    members = load_quantities()
    st.header("What the print leaves open", anchor="open")
    st.markdown(
        f"{len(members)} such cohorts were found from different seeds. Each reproduces all "
        f"{members[0].constraints} printed numbers that can hold together, and in each the pattern follows "
        "from the HU under both definitions. Where they differ, the print does not decide."
    )
    columns, rows = range_rows(ensemble_ranges())
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in columns)
    body = "".join(
        f'<tr><th scope="row">{escape(label)}</th>'
        + "".join(f'<td class="gp-together">{escape(text)}</td>' for text in numbers)
        + "</tr>"
        for label, *numbers in rows
    )
    st.html(
        f'<table class="gp-study-table gp-ranges"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'
        f'<p class="gp-small">{escape(RANGE_MEANS)}</p>'
    )
