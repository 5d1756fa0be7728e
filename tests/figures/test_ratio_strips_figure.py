"""The ratio by diagnosis: every row once as a mark and once in a bar, the cutoff across."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.cohort.parts.threshold_curve import ClassRatios, ThresholdCurve, threshold_curve
from gepnet_core.figures.drawn_sample import MOST_DRAWN
from gepnet_core.figures.ratio_strips_figure import ratio_strips_figure, ratio_strips_table
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.statistics.roc.curve import Direction, roc_curve
from tests.cohort.small_cohorts import example, large_cohort

CURVE = threshold_curve(example())
AT = CURVE.at(0.93)


def trace(figure: go.Figure, name: str) -> Any:
    return next(found for found in figure.data if found.name == name)


def texts(figure: go.Figure) -> str:
    return "\n".join(str(annotation.text) for annotation in figure.layout.annotations)


def curve_of(ours: list[float], theirs: list[float]) -> ThresholdCurve:
    none = np.empty(0)
    first, second = (ClassRatios(np.sort(values), none, none, 0, 0) for values in (ours, theirs))
    return ThresholdCurve(roc_curve(ours, theirs, Direction.LOW), first, second, 0.95, 0)


@pytest.mark.parametrize("dark", [False, True])
def test_every_patient_is_a_mark_in_the_colour_and_shape_of_its_diagnosis(dark: bool) -> None:
    figure = ratio_strips_figure(CURVE, AT, dark=dark, synthetic=True)
    for name, group, colour, symbol in (
        ("Adenocarcinoma", CURVE.adenocarcinoma, "#D55E00", "diamond"),
        ("NET", CURVE.net, "#0072B2", "circle"),
    ):
        marks, bars = trace(figure, f"{name}, patients"), trace(figure, f"{name}, bars")
        assert list(marks.x) == group.ratios.tolist()
        assert (marks.marker.color, marks.marker.symbol) == (colour, symbol)
        assert bars.marker.color == colour
        assert sum(bars.customdata) == 23
        assert max(marks.y) < min(bars.base, bars.base + min(bars.y)) + 0.01  # marks below the bars
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in texts(figure)


def test_both_diagnoses_are_on_one_scale() -> None:
    figure = ratio_strips_figure(CURVE, AT, dark=False)
    heights = [max(trace(figure, f"{name}, bars").y) for name in ("Adenocarcinoma", "NET")]
    counts = [max(trace(figure, f"{name}, bars").customdata) for name in ("Adenocarcinoma", "NET")]
    assert heights[0] / heights[1] == pytest.approx(counts[0] / counts[1])  # 23 of each


def test_counts_on_either_side_of_the_cutoff_are_said() -> None:
    said = texts(ratio_strips_figure(CURVE, AT, dark=False))
    # R: ratio_0.93_tp 19, ratio_0.93_tn 17 (tests/reference/cutoff_analysis.R).
    assert "<b>Adenocarcinoma</b>: 19 of 23 at or below the cutoff" in said
    assert "<b>NET</b>: 17 of 23 above it" in said
    assert "0.930, own" in said and "0.898, published" in said


def test_the_table_counts_every_row_in_steps() -> None:
    table = ratio_strips_table(CURVE)
    assert table.columns == ("HAP ratio, from and below", "Adenocarcinoma", "NET")
    assert [sum(int(row[k]) for row in table.rows) for k in (1, 2)] == [23, 23]
    for label, ours, theirs in table.rows:
        low, high = map(float, label.split(" to "))
        assert high - low == pytest.approx(0.05)
        for group, count in ((CURVE.adenocarcinoma, ours), (CURVE.net, theirs)):
            # A billionth away from a limit, on which some of these ratios lie.
            inside = (group.ratios >= low - 1e-9) & (group.ratios < high - 1e-9)
            assert int(count) == inside.sum()


ratios = st.lists(st.floats(-50, 1e6), min_size=1, max_size=10)


@given(ratios, ratios)
def test_nothing_is_lost_or_leaves_the_axis(ours: list[float], theirs: list[float]) -> None:
    curve = curve_of(ours, theirs)
    table = ratio_strips_table(curve)
    assert [sum(int(row[k]) for row in table.rows) for k in (1, 2)] == [len(ours), len(theirs)]
    assert len(table.rows) <= len(ours) + len(theirs)
    figure = ratio_strips_figure(curve, curve.at(0.898), dark=False)
    low, high = figure.layout.xaxis.range
    assert low < min([*ours, *theirs, 0.898]) and max([*ours, *theirs, 0.898]) < high
    assert len(trace(figure, "NET, bars").x) < 60


def test_a_large_cohort_is_thinned_in_the_marks_alone() -> None:
    curve = threshold_curve(large_cohort(10_000))
    figure = ratio_strips_figure(curve, curve.at(0.9), dark=False)
    n = len(curve.net.ratios)
    assert len(trace(figure, "NET, patients").x) == MOST_DRAWN
    assert sum(trace(figure, "NET, bars").customdata) == n
    assert f"Drawn: {MOST_DRAWN} of {max(n, 10_000 - n)}, evenly by rank." in texts(figure)
