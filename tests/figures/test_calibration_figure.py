"""Calibration of a model as a figure: every group with its counts and interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gepnet_core.cohort.parts.model import fit_model
from gepnet_core.cohort.parts.model_predictors import STUDY_CRITERIA
from gepnet_core.figures.calibration_figure import calibration_figure, calibration_table
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.statistics.models.calibration import calibration
from tests.cohort.small_cohorts import example
from tests.figures.phone import cut_notes

FOUND = fit_model(example(), STUDY_CRITERIA, backward=None, resamples=50).calibration


def texts(figure: go.Figure) -> list[str]:
    return [str(annotation.text) for annotation in figure.layout.annotations]


def points(figure: go.Figure) -> Any:
    (found,) = figure.data
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_every_group_has_its_point_interval_and_count(dark: bool) -> None:
    figure = calibration_figure(FOUND, dark=dark, synthetic=True)
    drawn = points(figure)
    # Counts of the cells: 2:14 neither, 0:3 and 2:4 one of both, 19:2 both (data/study/criteria.toml).
    assert list(drawn.text) == ["2 of 16", "2 of 9", "19 of 21"]
    assert drawn.y == pytest.approx((2 / 16, 2 / 9, 19 / 21))
    # Wilson by R's prop.test: 3.5-36.0 %, 6.3-54.7 %, 71.1-97.3 %.
    tops = np.array(drawn.y) + np.array(drawn.error_y.array)
    bottoms = np.array(drawn.y) - np.array(drawn.error_y.arrayminus)
    assert tops == pytest.approx([0.360, 0.547, 0.973], abs=5e-4)
    assert bottoms == pytest.approx([0.035, 0.063, 0.711], abs=5e-4)
    assert {"2 of 16", "2 of 9", "19 of 21"} < set(texts(figure))
    assert "Above: adenocarcinomas of each, in order." in " ".join(texts(figure))
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in texts(figure)
    assert "n = 46" in figure.layout.title.text
    assert "these rows made the model" in " ".join(texts(figure))
    assert cut_notes(figure) == []


def test_the_ideal_runs_from_corner_to_corner() -> None:
    (line,) = calibration_figure(FOUND, dark=False).layout.shapes
    assert (line.x0, line.y0, line.x1, line.y1) == (0, 0, 1, 1)
    assert line.line.dash == "dot"


def test_counts_of_many_groups_stand_in_the_table_alone() -> None:
    p = np.linspace(0.01, 0.99, 100)
    found = calibration(p, np.arange(100) % 2, 10)
    figure = calibration_figure(found, dark=False)
    assert len(points(figure).x) == 10
    assert not [text for text in texts(figure) if text.endswith(" of 10")]
    assert "10 to 10 rows each; counts in the table." in " ".join(texts(figure))
    assert len(calibration_table(found).rows) == 10


@pytest.mark.parametrize(
    "predicted",
    [(0.0, 1.0), (0.2, 0.21, 0.22, 0.23, 0.24), (0.96, 0.97, 0.98, 0.99, 1.0), (0.24, 0.8, 0.945)],
)
def test_counts_stand_beside_each_other_and_inside(predicted: tuple[float, ...]) -> None:
    found = calibration(np.repeat(predicted, 10), np.arange(10 * len(predicted)) % 2, len(predicted))
    figure = calibration_figure(found, dark=True)
    counts = [a for a in figure.layout.annotations if a.text == "5 of 10"]
    places = [count.x for count in counts]
    assert len(places) == len(predicted) and places == sorted(places)
    assert min(np.diff(places)) >= 0.24 - 1e-9
    # At 400 pixels the axes are 288 wide and a count of 8 letters 52.
    margin, (low, high) = figure.layout.margin, figure.layout.xaxis.range
    assert low - (high - low) * margin.l / 288 <= places[0] - 0.1
    assert places[-1] + 0.1 <= high + (high - low) * margin.r / 288
    assert {count.y for count in counts} == {1} and {count.yref for count in counts} == {"paper"}


def test_the_table_has_ranges_means_and_intervals() -> None:
    table = calibration_table(FOUND)
    # R: fitted probabilities of the four cells, 1 / (1 + exp(2.644)) = 0.066 and so on.
    assert table.rows == (
        ("0.066", "0.066", "2 of 16 (12.5 %, 95 % CI 3.5-36.0)"),
        ("0.313 to 0.490", "0.431", "2 of 9 (22.2 %, 95 % CI 6.3-54.7)"),
        ("0.860", "0.860", "19 of 21 (90.5 %, 95 % CI 71.1-97.3)"),
    )
    assert len(table.columns) == 3


def test_one_row_can_be_drawn() -> None:
    figure = calibration_figure(calibration([0.4], [1], 10), dark=False)
    assert list(points(figure).text) == ["1 of 1"]
