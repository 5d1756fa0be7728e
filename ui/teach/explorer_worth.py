"""Prevalence under the reader's hand: what a call is worth, in whole patients."""

from __future__ import annotations

from decimal import Decimal
from html import escape

import streamlit as st

from gepnet_core.cohort.parts.threshold_curve import ThresholdCurve
from gepnet_core.figures.frequency_tree_figure import frequency_tree_figure, frequency_tree_table
from gepnet_core.report.cutoff.cutoff_words import ACCURACY_HEADINGS
from gepnet_core.report.teaching.explorer_words import (
    Way,
    cells_sentence,
    design_prevalence,
    lab_call,
    lab_worth_sentence,
    predictive_rows,
    prevalence_sentence,
    way_accuracies,
    way_sentence,
)
from gepnet_core.report.teaching.teaching_words import CELL_HEADINGS, cell_rows, frequency_sentences
from gepnet_core.teaching.natural_frequencies import SIZES, cell_frequencies, natural_frequencies
from ui.figure import draw_figure
from ui.slider_field import SliderField
from ui.study_table import study_table
from ui.teach.state import LabReading, key

_LOWEST_PERCENT, _HIGHEST_PERCENT = Decimal("0.01"), Decimal("99.99")


def draw_worth(
    curve: ThresholdCurve, cutoff: Decimal, reading: LabReading | None, *, is_sample: bool
) -> None:
    """Draw the section for the patients and the cutoff that stand above it."""
    st.header("Set the prevalence", anchor="teach-prevalence")
    prevalence = _read_prevalence()
    of, way = _read_choices()
    at = curve.at(cutoff, float(prevalence))
    accuracies = way_accuracies(at, float(prevalence))
    if way not in accuracies:
        st.markdown("This way calls nobody of a diagnosis in these patients.")
        return
    tree = natural_frequencies(accuracies[way], of)
    said = [way_sentence(way, at, accuracies[way], is_sample=is_sample), *frequency_sentences(tree)]
    if reading is not None:
        call = lab_call(way, reading.hap_ratio, reading.pattern, cutoff)
        said.append(lab_worth_sentence(call, tree))
    left, right = st.columns(2, gap="large")
    with left:
        dark = st.context.theme.type == "dark"
        draw_figure(
            frequency_tree_figure(tree, dark=dark, synthetic=way is not Way.STUDY),
            frequency_tree_table(tree),
            page="teach",
        )
    with right:
        lines = "".join(f"<p>{escape(sentence)}</p>" for sentence in said)
        st.html(f'<div class="gp-teach-said" role="status" aria-live="polite">{lines}</div>')
    st.html(
        study_table(
            ACCURACY_HEADINGS, predictive_rows(at), "gp-measures", name="Predictive values at the cutoff"
        )
        + '<p class="gp-small">In the patients and at the cutoff above. Logit intervals (Mercaldo) at the '
        "prevalence given, which is taken as known.</p>"
    )
    st.subheader("Both criteria in one patient", anchor="teach-cells")
    st.html(
        f'<p class="gp-small">{escape(cells_sentence(float(prevalence), of))}</p>'
        + study_table(
            CELL_HEADINGS,
            cell_rows(cell_frequencies(float(prevalence), of)),
            "gp-teach-cells",
            name="Both criteria in one patient",
        )
    )


def _read_prevalence() -> Decimal:
    control = SliderField(
        key("explorer.prevalence_slider"),
        key("explorer.prevalence"),
        Decimal(1),
        Decimal(99),
        Decimal(1),
        design_prevalence() * 100,
    )
    wide, narrow = st.columns([3, 1], vertical_alignment="bottom", gap="medium")
    control.settle()
    control.draw_slider(wide, "Prevalence of adenocarcinoma (%), the positive class", "%.10g")
    control.draw_field(
        narrow,
        "Prevalence exactly (%)",
        _LOWEST_PERCENT,
        _HIGHEST_PERCENT,
        f"{_LOWEST_PERCENT} to {_HIGHEST_PERCENT} %, where the criteria are used.",
    )
    prevalence = Decimal(repr(control.number)) / 100
    st.html(f'<p class="gp-small gp-teach-design">{escape(prevalence_sentence(prevalence))}</p>')
    return prevalence


def _read_choices() -> tuple[int, Way]:
    left, right = st.columns([1, 2], gap="large")
    with left:
        of = st.segmented_control(
            "Of how many such patients",
            SIZES,
            default=1000,
            required=True,
            key=key("explorer.of"),
            persist_state="session",
        )
    with right:
        way = st.radio(
            "Called by", list(Way), key=key("explorer.way"), persist_state="session", horizontal=True
        )
    return of, way or Way.RATIO
