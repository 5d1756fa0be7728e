"""The controls of a cutoff of the HAP ratio, wherever one is moved: slider, field, and the named cutoffs."""

from __future__ import annotations

from decimal import Decimal

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from gepnet_core.case.case import CUTOFF_HIGHEST, study_cutoff
from gepnet_core.cohort.parts.threshold_curve import CutoffRange, ThresholdCurve
from gepnet_core.report.cutoff.cutoff_words import short_cutoff
from gepnet_core.statistics.cutpoints.cutpoint import preferred
from ui.slider_field import SliderField


def cutoff_control(slider_key: str, field_key: str, bounds: CutoffRange) -> SliderField:
    """A cutoff that begins at the published one."""
    return SliderField(slider_key, field_key, bounds.lowest, bounds.highest, bounds.step, study_cutoff())


def draw_cutoff_fields(control: SliderField, wide: DeltaGenerator, narrow: DeltaGenerator) -> None:
    """Draw slider and field into two columns."""
    control.settle()
    control.draw_slider(
        wide, "Cutoff of the HAP ratio (no unit); at or below it favours adenocarcinoma", "%.3f"
    )
    control.draw_field(
        narrow,
        "Exactly (no unit)",
        control.step,
        Decimal(CUTOFF_HIGHEST),
        f"Above 0, at most {CUTOFF_HIGHEST}. A ratio equal to the cutoff favours adenocarcinoma.",
    )


def draw_cutoff_buttons(
    control: SliderField, curve: ThresholdCurve, published_key: str, best_key: str
) -> None:
    """Draw the ways to the published cutoff and to the best one of these rows."""
    tied = curve.roc.best_by_youden()
    best = short_cutoff(preferred(tied))
    # Lesions below 0 HU can make the best cutoff one that the field does not take.
    is_allowed = best is not None and control.step <= best <= CUTOFF_HIGHEST
    with st.container(horizontal=True):
        st.button(
            f"Published {study_cutoff()}",
            key=published_key,
            on_click=control.move,
            args=(study_cutoff(),),
        )
        st.button(
            f"Best Youden here, {best}",
            key=best_key,
            on_click=control.move,
            args=(best,),
            disabled=not is_allowed,
            help="The largest Youden's index on these rows themselves: it flatters. "
            + (f"{len(tied)} cutoffs share it; this is the strictest." if len(tied) > 1 else ""),
        )
