"""The tuned cutoff over resamples beside the published one."""

from __future__ import annotations

from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest

from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts.tuning import TunedCutoff, tune
from gepnet_core.errors import InsufficientDataError
from gepnet_core.figures.tuning_figures import tuned_cutoff_figure, tuned_cutoff_table
from gepnet_core.intended_use import INTENDED_USE
from gepnet_core.statistics.cutpoints.cutpoint_methods import YOUDEN, CutpointMethod, specificity_at_least
from tests.cohort.small_cohorts import AC, NET, cohort_of, example
from tests.figures.phone import cut_notes

RATIO = "diagnosis,hap_ratio"
MIXED = (f"{AC},0.7", f"{AC},0.9", f"{NET},0.8", f"{NET},1.0")


def tuned(cohort: Cohort, method: CutpointMethod = YOUDEN) -> TunedCutoff:
    return tune(cohort, method, resamples=300, seed=7, folds=2, repeats=2)


def texts(figure: go.Figure) -> str:
    return "\n".join(str(annotation.text) for annotation in figure.layout.annotations)


def bars(figure: go.Figure) -> Any:
    (found,) = figure.data
    return found


@pytest.mark.parametrize("dark", [False, True])
def test_the_bars_are_the_distribution_with_both_cutoffs(dark: bool) -> None:
    result = tuned(example())
    spread = result.distribution
    assert spread is not None
    figure = tuned_cutoff_figure(result, dark=dark, synthetic=True)
    assert list(bars(figure).y) == spread.counts.tolist() and sum(bars(figure).y) == 300
    assert "n = 300" in figure.layout.title.text
    lines = {(shape.line.dash, round(shape.x0, 4)) for shape in figure.layout.shapes}
    # R: hap_best_1_threshold 0.897910792104589 (tests/reference/example_cohort.csv).
    limits = {("dot", round(limit, 4)) for limit in (spread.low, spread.high)}
    assert lines == {("solid", 0.898), ("dash", 0.8979), *limits}
    assert "0.898, published" in texts(figure) and "0.8979, tuned" in texts(figure)
    assert f"<b>SYNTHETIC</b><br>{INTENDED_USE}" in texts(figure)
    assert cut_notes(figure) == []
    low, high = figure.layout.xaxis.range
    assert low <= spread.edges[0] and spread.edges[-1] <= high


def test_the_table_has_the_percentiles_and_every_bar() -> None:
    result = tuned(example())
    assert result.distribution is not None
    rows = {row[0]: row[1] for row in tuned_cutoff_table(result).rows}
    assert (rows["Published cutoff"], rows["Tuned cutoff"]) == ("0.898", "0.8979")
    assert sum(int(count) for what, count in rows.items() if what.startswith("Resamples from")) == 300
    low, high = map(float, rows["95 % of the resamples"].split(" to "))
    assert (low, high) == pytest.approx((result.distribution.low, result.distribution.high), abs=5e-4)


def test_cutoffs_that_call_nobody_are_said_and_not_drawn() -> None:
    result = tuned(cohort_of(RATIO, *MIXED), specificity_at_least(1.0))
    assert result.distribution is not None and result.distribution.n_infinite
    figure = tuned_cutoff_figure(result, dark=False)
    n = result.distribution.n_infinite
    assert f"{n} resamples chose to call nobody; not drawn." in texts(figure)
    assert sum(bars(figure).y) == 300 - n
    assert np.isfinite(figure.layout.xaxis.range).all()
    assert ("Resamples that call nobody", str(n)) in tuned_cutoff_table(result).rows


def test_rows_of_one_patient_are_said() -> None:
    lines = [f"{code},{line}" for code, line in zip("aabc", MIXED, strict=True)]
    repeated = tuned(cohort_of(f"patient_id,{RATIO}", *lines))
    assert "count singly" in texts(tuned_cutoff_figure(repeated, dark=False))
    assert "count singly" not in texts(tuned_cutoff_figure(tuned(example()), dark=False))


def test_a_single_cutoff_in_all_resamples_can_be_drawn() -> None:
    apart = [f"{AC},0.5"] * 3 + [f"{NET},1.5"] * 3
    figure = tuned_cutoff_figure(tuned(cohort_of(RATIO, *apart)), dark=False)
    assert list(bars(figure).y) == [300]
    assert bars(figure).x[0] == pytest.approx(1.0)


def test_without_resamples_there_is_no_figure_but_a_reason() -> None:
    result = tuned(cohort_of(RATIO, f"{AC},0.8", f"{NET},1.2"))
    for draw in (lambda: tuned_cutoff_figure(result, dark=False), lambda: tuned_cutoff_table(result)):
        with pytest.raises(InsufficientDataError, match=r"no resamples to draw; got .* 1:1"):
            draw()
