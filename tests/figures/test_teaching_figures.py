"""Figures of the teaching page: what is drawn is what was computed, at the width of a phone."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gepnet_core.figures.frequency_tree_figure import frequency_tree_figure, frequency_tree_table
from gepnet_core.figures.ratio_strips_figure import ratio_strips_figure
from gepnet_core.figures.teaching_figures import (
    auc_draws_figure,
    confidence_figure,
    confidence_table,
    cutoff_draws_figure,
    draws_table,
    flattery_draws_figure,
    mark_reading,
)
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.statistics.models.calibration import calibration
from gepnet_core.statistics.proportions.diagnostic import Counts, diagnostic_accuracy
from gepnet_core.teaching.natural_frequencies import natural_frequencies
from gepnet_core.teaching.sampling import (
    Population,
    draw_many,
    draw_sample,
    ensemble_population,
    population_group,
)

TREE = natural_frequencies(diagnostic_accuracy(Counts(19, 2, 4, 21), 0.05))
DRAWS = draw_many(ensemble_population(), 2017, 500)
DRAW = draw_sample(ensemble_population(), 2017, 0)
STATED = calibration([0.5, 0.6, 0.9, 0.9, 0.9, 1, 1, 0.7, 0.7, 0.5], [0, 1, 1, 1, 0, 1, 1, 1, 0, 0], 10)
PIXELS_PER_LETTER = 7.2
"""Width of a letter of 12 pixels, at most, on average over a line."""


def texts(figure: go.Figure) -> list[str]:
    return [str(annotation.text) for annotation in figure.layout.annotations]


def lines(figure: go.Figure, dash: str) -> list[float]:
    return [shape.x0 for shape in figure.layout.shapes if shape.type == "line" and shape.line.dash == dash]


# --- the tree


@pytest.mark.parametrize("dark", [False, True])
def test_the_tree_has_every_number_once(dark: bool) -> None:
    figure = frequency_tree_figure(TREE, dark=dark)
    said = texts(figure)
    for box in (
        "<b>1000</b><br>patients",
        "<b>50</b><br>Adenocarcinoma",
        "<b>950</b><br>NET",
        "<b>41</b> rightly called<br>Adenocarcinoma",
        "<b>9</b> wrongly called<br>NET",
        "<b>83</b> wrongly called<br>Adenocarcinoma",
        "<b>867</b> rightly called<br>NET",
    ):
        assert said.count(box) == 1
    notes = next(text for text in said if "41 + 83" in text)
    assert "Called adenocarcinoma: 41 + 83 = 124, rightly 33.3 %." in notes
    assert "Called NET: 867 + 9 = 876, rightly 99.01 %." in notes
    assert "Positive class: adenocarcinoma" in notes and INTENDED_USE in said


def test_wrong_calls_are_dashed_and_diagnoses_have_their_colours() -> None:
    boxes = [shape for shape in frequency_tree_figure(TREE, dark=False).layout.shapes if shape.type == "rect"]
    assert [(box.line.color, box.line.dash) for box in boxes[1:]] == [
        ("#D55E00", "solid"),
        ("#D55E00", "solid"),
        ("#D55E00", "dash"),
        ("#0072B2", "solid"),
        ("#0072B2", "dash"),
        ("#0072B2", "solid"),
    ]


@pytest.mark.parametrize("of", [100, 1000, 10_000])
@pytest.mark.parametrize("prevalence", [0.001, 0.5, 0.999])
def test_words_stay_in_their_boxes_at_400_pixels(of: int, prevalence: float) -> None:
    tree = natural_frequencies(diagnostic_accuracy(Counts(19, 2, 4, 21), prevalence), of)
    figure = frequency_tree_figure(tree, dark=False)
    low, high = figure.layout.xaxis.range
    width = (400 - figure.layout.margin.l - figure.layout.margin.r) / (high - low)
    boxes = [shape for shape in figure.layout.shapes if shape.type == "rect"]
    for box in boxes:
        label = next(
            a
            for a in figure.layout.annotations
            if a.x == pytest.approx((box.x0 + box.x1) / 2) and a.y == pytest.approx((box.y0 + box.y1) / 2)
        )
        parts = str(label.text).replace("<b>", "").replace("</b>", "").split("<br>")
        assert max(map(len, parts)) * PIXELS_PER_LETTER <= (box.x1 - box.x0) * width
        assert low <= box.x0 < box.x1 <= high
    for one, other in combinations(boxes, 2):  # none upon another
        beside = one.x1 < other.x0 or other.x1 < one.x0
        assert beside or one.y1 < other.y0 or other.y1 < one.y0
    longest = max((line for text in texts(figure) for line in text.split("<br>")), key=lambda line: len(line))
    assert len(longest) * 6.5 <= 400


def test_the_table_of_the_tree_adds_up() -> None:
    table = frequency_tree_table(TREE)
    assert table.rows == (
        ("Adenocarcinoma", "41", "9", "50"),
        ("NET", "83", "867", "950"),
        ("All", "124", "876", "1000"),
        ("Of those called so, rightly", "33.3 %", "99.01 %", ""),
    )
    assert {len(row) for row in table.rows} == {len(table.columns)}


def test_nobody_called_is_said_and_invented_patients_are_marked() -> None:
    nobody = natural_frequencies(diagnostic_accuracy(Counts(0, 0, 23, 23), 0.1))
    figure = frequency_tree_figure(nobody, dark=False, synthetic=True)
    assert any("0 + 0 = 0, nobody is." in text for text in texts(figure))
    assert frequency_tree_table(nobody).rows[3][1] == "unknown"
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in texts(figure)


# --- draws


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("draw", "values", "true", "here"),
    [
        (auc_draws_figure, DRAWS.areas, DRAWS.true_area, DRAW.area),
        (cutoff_draws_figure, DRAWS.cutoffs, DRAWS.true_cutoff, DRAW.cutoff),
        (flattery_draws_figure, DRAWS.flattery, 0.0, DRAW.flattery),
    ],
)
def test_every_draw_is_in_a_bar_and_truth_and_sample_are_marked(
    draw: Any, values: np.ndarray, true: float, here: float, dark: bool
) -> None:
    figure = draw(DRAWS, DRAW, dark=dark)
    (bars,) = figure.data
    assert int(np.sum(bars.y)) == 500
    centre = float(np.sum(np.asarray(bars.x) * np.asarray(bars.y))) / 500
    assert centre == pytest.approx(float(values.mean()), abs=float(np.max(bars.width)) / 2)
    assert lines(figure, "solid") == [true] and lines(figure, "dash") == [here]
    middle = DRAWS.middle(values)
    assert lines(figure, "dot") == [middle.low, middle.high]
    assert "500 draws" in figure.layout.title.text
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in texts(figure)
    low, high = figure.layout.xaxis.range
    assert low < min(float(values.min()), true, here) and max(float(values.max()), true, here) < high
    labels = [a for a in figure.layout.annotations if a.yanchor == "bottom" and a.y == 1]
    assert [label.x for label in labels] == [true, here]
    assert labels[0].yshift != labels[1].yshift  # they may stand at the same place
    assert labels[1].text.endswith(", this sample")
    if draw is cutoff_draws_figure:
        assert labels[0].text == "0.8979, all patients"


def test_the_table_of_draws_has_their_numbers() -> None:
    table = draws_table(DRAWS, DRAW)
    assert table.title == "Samples of 23 + 23"
    auc, cutoff, flattery = table.rows
    # R (tests/reference/teaching.R): 0.874 and 0.870; 0.89792 and 1.059; 0.652 - 0.559.
    assert auc[:3] == ("AUC", "0.874", "0.870")
    # With the digit that tells it from the published 0.898, as the words have it.
    assert cutoff[1:3] == ("0.8979", "1.059")
    assert flattery[1:3] == ("none", "0.093")
    assert auc[3] == f"{DRAWS.areas.mean():.3f}"
    low, high = map(float, auc[4].split(" to "))
    inside = np.count_nonzero((low - 5e-4 <= DRAWS.areas) & (high + 5e-4 >= DRAWS.areas))
    assert inside >= 475


@pytest.mark.parametrize("draw", [auc_draws_figure, cutoff_draws_figure, flattery_draws_figure])
def test_without_a_present_sample_only_the_truth_is_marked(draw: Any) -> None:
    figure = draw(DRAWS, None, dark=False)
    assert len(lines(figure, "solid")) == 1 and lines(figure, "dash") == []
    assert not any("this sample" in text for text in texts(figure))
    # At 400 pixels the title has room for about 40 letters.
    assert len(figure.layout.title.text) <= 40


def test_without_a_present_sample_the_table_has_no_column_for_it() -> None:
    table, other = draws_table(DRAWS, None), draws_table(DRAWS, DRAW)
    assert table.columns == ("", "All patients", "Mean of 500 draws", "95 % of the draws")
    assert table.rows == tuple((*row[:2], *row[3:]) for row in other.rows)


# --- the lab's reading among the patients


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(
    ("ratio", "anchor"), [(-0.2, "left"), (0.885, "left"), (1.6, "right"), (2.6, "right")]
)
def test_a_reading_of_the_lab_is_a_star_below_the_patients(ratio: float, anchor: str, dark: bool) -> None:
    at = DRAW.curve.at(0.898)
    strips, plain = (ratio_strips_figure(DRAW.curve, at, dark=dark, synthetic=True) for _ in range(2))
    figure = mark_reading(strips, ratio, dark=dark)
    star, patients = figure.data[-1], figure.data[:-1]
    assert (star.marker.symbol, list(star.x)) == ("star", [ratio])
    # Neither diagnosis counts it, and its colour is of neither.
    assert [len(trace.x) for trace in patients] == [len(trace.x) for trace in plain.data]
    assert star.marker.color not in {trace.marker.color for trace in patients}
    low, high = figure.layout.xaxis.range
    old = plain.layout.xaxis.range
    assert low < ratio < high and low <= old[0] and old[1] <= high
    bottom = figure.layout.yaxis.range[0]
    lowest = min(min(trace.y) for trace in patients if trace.type == "scatter")
    assert bottom < star.y[0] < lowest
    label = next(a for a in figure.layout.annotations if a.text == "Lab's metastasis")
    assert (label.x, label.y, label.xanchor) == (ratio, star.y[0], anchor)


def test_draws_that_are_all_equal_can_be_drawn() -> None:
    group = population_group(np.array([0.5]), np.array([True]))
    known = Population(group, population_group(np.array([1.5]), np.array([False])), 1)
    draws, draw = draw_many(known, 1, 7), draw_sample(known, 1, 0)
    for make in (auc_draws_figure, cutoff_draws_figure, flattery_draws_figure):
        figure = make(draws, draw, dark=False)
        assert list(figure.data[0].y) == [7]
        low, high = figure.layout.xaxis.range
        assert low < high


# --- confidence


@pytest.mark.parametrize("dark", [False, True])
def test_confidence_against_being_right(dark: bool) -> None:
    figure = confidence_figure(STATED, dark=dark)
    (marks,) = figure.data
    # R: right by confidence 0 1 0.5 0.666666666666667 1
    assert list(marks.x) == pytest.approx([0.5, 0.6, 0.7, 0.9, 1.0])
    assert list(marks.y) == pytest.approx([0, 1, 0.5, 2 / 3, 1])
    assert [text.strip() for text in marks.text] == ["0 of 2", "1 of 1", "1 of 2", "2 of 3", "2 of 2"]
    # R: wilson of 90 % 0.207659600802048 0.938508055279604
    assert 2 / 3 - marks.error_y.arrayminus[3] == pytest.approx(0.207659600802048)
    assert 2 / 3 + marks.error_y.array[3] == pytest.approx(0.938508055279604)
    assert min(marks.error_y.array) >= 0 and min(marks.error_y.arrayminus) >= 0
    diagonal = figure.layout.shapes[0]
    assert (diagonal.x0, diagonal.y0, diagonal.x1, diagonal.y1) == (0, 0, 1, 1)
    assert "n = 10" in figure.layout.title.text
    # A label at 100 % stands left of its mark, where there is room.
    assert marks.textposition[-1] == "middle left" and marks.textposition[0] == "middle right"


def test_the_table_of_confidence() -> None:
    table = confidence_table(STATED)
    assert table.rows[3] == ("90.0 %", "2 of 3 (66.7 %, 95 % CI 20.8-93.9)")
    assert len(table.rows) == 5
