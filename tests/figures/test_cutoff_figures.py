"""The ROC curve and the accuracy along all cutoffs: every corner, both cutoffs, the same in the tables."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gepnet_core.cohort.parts.threshold_curve import AtCutoff, ThresholdCurve, threshold_curve
from gepnet_core.figures.cutoff_figures import (
    accuracy_by_cutoff_figure,
    accuracy_by_cutoff_table,
    cutoff_roc_figure,
    cutoff_roc_table,
)
from gepnet_core.figures.cutoff_marks import cutoff_text
from gepnet_core.figures.drawn_sample import MOST_DRAWN
from gepnet_core.intended_use import INTENDED_USE
from tests.cohort.small_cohorts import AC, NET, cohort_of, example, large_cohort, reference
from tests.figures.phone import cut_notes

CURVE = threshold_curve(example())
OWN, PUBLISHED = CURVE.at(0.93), CURVE.at(0.898)
FIGURES = pytest.mark.parametrize("draw", [cutoff_roc_figure, accuracy_by_cutoff_figure])


def trace(figure: go.Figure, name: str) -> Any:
    return next(found for found in figure.data if found.name == name)


def texts(figure: go.Figure) -> str:
    return "\n".join(str(annotation.text) for annotation in figure.layout.annotations)


# --- the ROC curve


def test_the_curve_has_every_corner_and_both_cutoffs() -> None:
    figure = cutoff_roc_figure(CURVE, OWN, dark=False)
    curve = trace(figure, "ROC curve")
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 0, 1, 1)
    # pROC: curve_1_se and so on, see tests/reference/cutoff_analysis.R.
    assert list(curve.y[1:]) == pytest.approx([reference()[f"curve_{k}_se"] for k in range(1, 43)])
    published, own = trace(figure, "Published cutoff"), trace(figure, "Own cutoff")
    assert (published.x[0], published.y[0]) == (5 / 23, 19 / 23)
    assert (own.x[0], own.y[0]) == (6 / 23, 19 / 23)
    assert published.marker.symbol != own.marker.symbol


def test_the_box_is_the_intervals_of_the_cutoff_in_force() -> None:
    for at, word, key in ((OWN, "own", "ratio_0.93"), (PUBLISHED, "published", "ratio_0.898")):
        figure = cutoff_roc_figure(CURVE, at, dark=True)
        (box,) = [shape for shape in figure.layout.shapes if shape.type == "rect"]
        limits = [reference()[f"{key}_{name}"] for name in ("sp_high", "sp_low", "se_low", "se_high")]
        assert [1 - box.x0, 1 - box.x1, box.y0, box.y1] == pytest.approx(limits)
        assert f"95 % Wilson intervals of the {word} cutoff" in texts(figure)
    assert [found.name for found in figure.data] == ["ROC curve", "Published cutoff"]


def test_counts_stand_beside_the_marks_and_in_the_table() -> None:
    said = texts(cutoff_roc_figure(CURVE, OWN, dark=False))
    assert "<b>0.898, published</b><br>19 of 23 adenocarcinomas,<br>18 of 23 NETs" in said
    assert "<b>0.930, own</b><br>19 of 23 adenocarcinomas,<br>17 of 23 NETs" in said
    table = cutoff_roc_table(CURVE, OWN)
    assert table.columns == ("Share", "0.898, published", "0.930, own")
    assert table.rows[1] == (
        "HAP ratio: specificity",
        "18 of 23 (78.3 %, 95 % CI 58.1-90.3)",
        "17 of 23 (73.9 %, 95 % CI 53.5-87.5)",
    )
    assert table.rows[3][1].startswith("21 of 23")
    assert cutoff_roc_table(CURVE, PUBLISHED).columns == ("Share", "0.898, published")


def test_a_rule_that_calls_nobody_is_unknown_in_the_table() -> None:
    curve = threshold_curve(cohort_of("diagnosis,hap_ratio", f"{AC},0.7", f"{AC},0.8", f"{NET},1.2"))
    rows = cutoff_roc_table(curve, curve.at(0.75)).rows
    # No pattern is known: the ratio 0.8 is called at 0.75 alone, as a NET.
    assert rows[2] == ("HAP ratio and plateau: sensitivity", "unknown", "0 of 1 (0.0 %, 95 % CI 0.0-79.3)")


# --- along all cutoffs


def test_accuracy_at_every_ratio_with_its_band() -> None:
    figure = accuracy_by_cutoff_figure(CURVE, OWN, dark=False)
    ratios = CURVE.roc.thresholds
    for name, start, key, colour in (
        ("Sensitivity", 0, "se", "#D55E00"),
        ("Specificity", 1, "sp", "#0072B2"),
    ):
        line = trace(figure, name)
        assert (line.line.shape, line.line.color) == ("hv", colour)
        assert list(line.x[1:-1]) == list(ratios) and line.x[0] < ratios[0] and line.x[-1] > ratios[-1]
        assert line.y[0] == start and line.y[-1] == 1 - start
        expected = [reference()[f"curve_{k}_{key}"] for k in range(1, 43)]
        assert list(line.y[1:-1]) == pytest.approx(expected)
        low, high = trace(figure, f"{name}, low"), trace(figure, f"{name}, high")
        assert (np.array(low.y) <= np.array(line.y)).all() and (np.array(line.y) <= np.array(high.y)).all()
        assert (low.fill, high.fill) == ("none", "tonexty")
        # R: Wilson at 0.898, ratio_0.898_se_low and so on; the step at or below it.
        k = int(np.searchsorted(line.x, 0.898, side="right")) - 1
        limits = [reference()[f"ratio_0.898_{key}_{end}"] for end in ("low", "high")]
        assert [low.y[k], high.y[k]] == pytest.approx(limits)
    youden = trace(figure, "Youden's index")
    assert max(youden.y) == pytest.approx(14 / 23)
    dashes = {trace(figure, name).line.dash for name in ("Sensitivity", "Specificity", "Youden's index")}
    assert len(dashes) == 3  # told apart without colour


def test_both_cutoffs_are_lines_with_labels() -> None:
    figure = accuracy_by_cutoff_figure(CURVE, OWN, dark=False)
    lines = [(shape.x0, shape.x1, shape.line.dash) for shape in figure.layout.shapes]
    assert lines == [(0.898, 0.898, "solid"), (0.93, 0.93, "dash")]
    labels = {label.text: label.yshift for label in figure.layout.annotations}
    assert labels["0.930, own"] > labels["0.898, published"]  # they are near each other
    alone = accuracy_by_cutoff_figure(CURVE, PUBLISHED, dark=False)
    assert [shape.x0 for shape in alone.layout.shapes] == [0.898]
    low, high = figure.layout.xaxis.range
    assert low < 0.15 and high > 2.05  # the range of the slider


def test_the_table_has_a_row_for_every_ratio() -> None:
    table = accuracy_by_cutoff_table(CURVE)
    assert len(table.rows) == len(CURVE.roc.thresholds) == 42
    rows = {row[0]: row for row in table.rows}
    # 19 of 23 and 18 of 23 with the intervals of prop.test.
    assert rows["0.892"] == (
        "0.892",
        "19 of 23",
        "0.826 (0.629-0.930)",
        "18 of 23",
        "0.783 (0.581-0.903)",
        "0.609",
    )
    assert table.title == "Accuracy by cutoff of the HAP ratio"
    assert all(len(row) == len(table.columns) for row in table.rows)


# --- any cohort


@FIGURES
@pytest.mark.parametrize("at", [OWN, PUBLISHED])
def test_no_note_is_cut_off_on_a_phone(draw: Any, at: AtCutoff) -> None:
    assert cut_notes(draw(CURVE, at, dark=False, synthetic=True)) == []


@FIGURES
@pytest.mark.parametrize("dark", [False, True])
def test_the_corner_says_what_it_is(draw: Any, dark: bool) -> None:
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in texts(draw(CURVE, OWN, dark=dark, synthetic=True))
    assert "SYNTHETIC" not in texts(draw(CURVE, OWN, dark=dark))
    assert "n = 46" in draw(CURVE, OWN, dark=dark).layout.title.text


@FIGURES
def test_a_large_cohort_is_drawn_thinned_and_says_so(draw: Any) -> None:
    curve = threshold_curve(large_cohort(5000))
    figure = draw(curve, curve.at(0.9), dark=False)
    assert max(len(found.x) for found in figure.data) <= MOST_DRAWN + 2
    assert f"Drawn: {MOST_DRAWN} of 5000, evenly by rank." in texts(figure)
    table = accuracy_by_cutoff_table(curve)
    assert len(table.rows) == MOST_DRAWN
    assert table.title == f"Accuracy by cutoff of the HAP ratio. Drawn: {MOST_DRAWN} of 5000, evenly by rank."
    assert "Drawn" not in texts(draw(CURVE, OWN, dark=False))


@FIGURES
@pytest.mark.parametrize("cutoff", [-np.inf, np.inf, -5.0, 1e6])
def test_extreme_cutoffs_can_be_drawn(draw: Any, cutoff: float) -> None:
    figure = draw(CURVE, CURVE.at(cutoff), dark=False)
    assert all(np.isfinite(np.asarray(found.x, dtype=float)).all() for found in figure.data)
    assert all(np.isfinite(figure.layout.xaxis.range))
    if np.isinf(cutoff):
        assert [shape.x0 for shape in figure.layout.shapes if shape.yref == "paper"] in ([], [0.898])


@FIGURES
def test_one_row_of_each_can_be_drawn(draw: Any) -> None:
    curve: ThresholdCurve = threshold_curve(cohort_of("diagnosis,hap_ratio", f"{AC},0.898", f"{NET},0.898"))
    figure = draw(curve, curve.at(0.898), dark=False)
    assert figure.layout.xaxis.range[0] < figure.layout.xaxis.range[1]
    assert "n = 2" in figure.layout.title.text


def test_a_cutoff_is_never_written_as_the_published_one() -> None:
    assert [cutoff_text(x) for x in (0.898, 0.8979, 0.89801, 0.93)] == ["0.898", "0.8979", "0.89801", "0.930"]
    assert (cutoff_text(-np.inf), cutoff_text(np.inf)) == ("below every ratio", "above every ratio")


@FIGURES
def test_a_figure_of_46_rows_is_quick(draw: Any) -> None:
    draw(CURVE, OWN, dark=False)
    start = time.process_time()
    for _ in range(10):
        draw(CURVE, OWN, dark=False)
    assert time.process_time() - start < 0.6  # 15 ms each are wanted; here 4 to 8
