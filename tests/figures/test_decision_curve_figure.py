"""A decision curve as a figure: the model, all, none, and a band only where there is one."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gepnet_core.cohort.parts.model import decision_curve_of, fit_model
from gepnet_core.cohort.parts.model_predictors import STUDY_CRITERIA
from gepnet_core.figures.decision_curve_figure import decision_curve_figure, decision_curve_table
from gepnet_core.figures.drawn_sample import MOST_DRAWN
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.statistics.models.decision_curve import DecisionCurve, decision_curve
from tests.cohort.small_cohorts import example
from tests.figures.phone import cut_notes

THRESHOLDS = np.arange(1, 100) / 100


def curve_of_the_criteria(prevalence: float) -> DecisionCurve:
    model = fit_model(example(), STUDY_CRITERIA, backward=None, resamples=50)
    return decision_curve_of(model, prevalence, THRESHOLDS, seed=1, n_resamples=200)


CURVE = curve_of_the_criteria(0.3)


def texts(figure: go.Figure) -> str:
    return "\n".join(str(annotation.text) for annotation in figure.layout.annotations)


def traces(figure: go.Figure, name: str) -> list[Any]:
    return [found for found in figure.data if found.name == name]


@pytest.mark.parametrize("dark", [False, True])
def test_model_all_and_none_are_drawn_at_every_threshold(dark: bool) -> None:
    figure = decision_curve_figure(CURVE, dark=dark, synthetic=True)
    for name, values in (
        ("Model", CURVE.net_benefit),
        ("Act on all", CURVE.treat_all),
        ("Act on none", CURVE.treat_none),
    ):
        (line,) = traces(figure, name)
        assert list(line.x) == (100 * THRESHOLDS).tolist()
        assert list(line.y) == values.tolist()
    # R (tests/reference/cohort_model.R): 0.2435 at 0.1, 0.1870 at 0.5
    (line,) = traces(figure, "Model")
    assert (line.y[9], line.y[49]) == pytest.approx((0.243478260869565, 0.18695652173913))
    assert len({line.line.dash for line in figure.data if line.name != "Band"}) == 3
    assert figure.layout.title.text == "Decision curve, prevalence 30 %, n = 46"
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in texts(figure)
    assert "these rows made the model" in texts(figure)
    assert "none where all agree" in texts(figure)
    assert cut_notes(figure) == []


def test_the_axis_holds_the_prevalence_and_leaves_the_fall_of_all() -> None:
    low, high = decision_curve_figure(CURVE, dark=False).layout.yaxis.range
    assert low < 0 and high > 0.3 > CURVE.net_benefit.max()
    assert low > CURVE.treat_all.min()


def test_the_band_closes_around_each_run_of_thresholds_that_has_one() -> None:
    (band,) = traces(decision_curve_figure(CURVE, dark=False), "Band")
    there = np.flatnonzero(~np.isnan(CURVE.low))
    assert len(band.x) == 2 * len(there)
    assert (min(band.x), max(band.x)) == (100 * THRESHOLDS[there[0]], 100 * THRESHOLDS[there[-1]])
    assert np.isfinite(np.asarray(band.y)).all()
    # Apart from 0.2 to 0.8 nobody is called wrongly: two runs with nothing between.
    apart = decision_curve([0.2, 0.8, 0.9], [0.1, 0.2, 0.15], 0.4, [0.12, 0.5, 0.85], 100, 1)
    assert len(traces(decision_curve_figure(apart, dark=False), "Band")) == 1
    gap = decision_curve([0.7, 0.8, 0.9], [0.1, 0.2, 0.3], 0.4, [0.15, 0.25, 0.5, 0.75, 0.85], 100, 1)
    assert np.isnan(gap.low).tolist() == [False, False, True, False, False]
    assert [len(run.x) for run in traces(decision_curve_figure(gap, dark=False), "Band")] == [4, 4]


def test_without_any_interval_there_is_no_band_but_a_note() -> None:
    found = decision_curve([0.6], [0.5], 0.2, [0.1, 0.9], 50, 1)
    figure = decision_curve_figure(found, dark=True)
    assert traces(figure, "Band") == [] and "none where all agree" in texts(figure)
    assert [row[2] for row in decision_curve_table(found).rows] == ["none", "none"]


def test_the_table_has_every_threshold() -> None:
    table = decision_curve_table(CURVE)
    assert len(table.rows) == 99 and all(len(row) == len(table.columns) for row in table.rows)
    assert [table.rows[k][0] for k in (0, 9)] == ["1.0 %", "10.0 %"]
    # R: 0.2435; treating all at 0.1 and a prevalence of 0.3: 0.3 - 0.7 / 9 = 0.2222
    assert (table.rows[9][1], table.rows[9][3], table.rows[9][4]) == ("0.243", "0.222", "0.000")


def test_a_prevalence_with_a_fraction_is_shown_as_stated() -> None:
    figure = decision_curve_figure(curve_of_the_criteria(0.125), dark=False)
    assert "prevalence 12.5 %" in figure.layout.title.text


def test_very_many_thresholds_are_thinned_and_quick() -> None:
    found = decision_curve([0.2, 0.6, 0.7], [0.1, 0.3, 0.6], 0.3, np.linspace(0.001, 0.999, 5000), 50, 1)
    start = time.process_time()
    figure = decision_curve_figure(found, dark=False)
    assert time.process_time() - start < 2
    assert len(traces(figure, "Model")[0].x) == MOST_DRAWN
    assert f"Drawn: {MOST_DRAWN} of 5000" in texts(figure)
