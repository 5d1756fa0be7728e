"""Calibration against glm and rms of R, closed forms, and what must hold of any predictions."""

from __future__ import annotations

import csv
import math
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.models.calibration import Calibration, CalibrationTerm, calibration
from gepnet_core.statistics.models.logistic_design import Predictor, design_of
from gepnet_core.statistics.models.logistic_regression import fit_logistic

LINES = (Path(__file__).parents[1] / "reference" / "calibration.csv").read_text(encoding="utf-8").splitlines()
REFERENCE: dict[str, dict[str, list[float]]] = {}
for _row in csv.DictReader(line for line in LINES if not line.startswith("#")):
    REFERENCE.setdefault(_row["name"], {})[_row["what"]] = [float(x) for x in _row["value"].split()]

LOGIT_FIELDS = {"intercept_at_slope_1", "intercept", "slope"}

predictions = st.lists(st.tuples(st.integers(1, 19), st.booleans()), min_size=1, max_size=60)


def split(rows: list[tuple[int, bool]]) -> tuple[np.ndarray, np.ndarray]:
    p, y = np.array(rows, dtype=float).T
    return p / 20, y


def parts(term: CalibrationTerm | None) -> tuple[float, float, float, float]:
    assert term is not None
    return term.value, term.se, term.interval.low, term.interval.high


def undefined(found: Calibration) -> set[str]:
    return {name for name in (*LOGIT_FIELDS, "scaled_brier") if getattr(found, name) is None}


# --- R 4.2.2: glm, and rms 6.5.0 for the same scores; see tests/reference/calibration.R


@pytest.mark.parametrize("name", REFERENCE)
def test_agrees_with_glm(name: str) -> None:
    expected = REFERENCE[name]
    found = calibration(expected["p"], expected["y"])
    assert dict(found.reasons) == {}
    assert found.scaled_brier is not None
    assert [found.brier] == pytest.approx(expected["brier"], rel=1e-12)
    assert [found.scaled_brier] == pytest.approx(expected["scaled"], rel=1e-10)
    assert [found.in_the_large] == pytest.approx(expected["in_the_large"], rel=1e-10, abs=1e-14)
    assert parts(found.intercept_at_slope_1) == pytest.approx(expected["at_1"], rel=1e-6, abs=1e-9)
    assert parts(found.intercept) == pytest.approx(expected["intercept"], rel=1e-6, abs=1e-9)
    assert parts(found.slope) == pytest.approx(expected["slope"], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("n_groups", [4, 10])
@pytest.mark.parametrize("name", REFERENCE)
def test_groups_agree_with_cut_at_the_quantiles(name: str, n_groups: int) -> None:
    expected = REFERENCE[name]
    groups = calibration(expected["p"], expected["y"], n_groups).groups
    ours = [x for group in groups for x in (group.n, group.n_event, group.mean_predicted)]
    assert ours == pytest.approx(expected[f"groups {n_groups}"], rel=1e-12)
    limits = [x for group in groups for x in (group.wilson.low, group.wilson.high)]
    assert limits == pytest.approx(expected[f"wilson {n_groups}"], rel=1e-9, abs=1e-12)


# --- closed forms


def test_four_by_hand() -> None:
    # (0.2^2 + 0.4^2 + 0.4^2 + 0.1^2) / 4 = 0.0925; of 0.5 (1 - 0.5): 1 - 0.0925 / 0.25 = 0.63; 0.5 - 0.475
    found = calibration([0.2, 0.4, 0.6, 0.9], [0, 0, 1, 1], 2)
    assert found.brier == pytest.approx(0.0925)
    assert found.scaled_brier == pytest.approx(0.63)
    assert (found.mean_predicted, found.observed) == pytest.approx((0.525, 0.5))
    assert found.in_the_large == pytest.approx(-0.025)
    assert [(g.lowest, g.highest, g.n_event, g.n, g.observed) for g in found.groups] == [
        (0.2, 0.4, 0, 2, 0.0),
        (0.6, 0.9, 2, 2, 1.0),
    ]
    assert undefined(found) == {"intercept", "slope"}  # 0.4 and 0.6 separate the classes


def test_two_predictions_have_the_slope_of_a_two_by_two_table() -> None:
    """With two values the model is saturated: slope (logit o2 - logit o1) / (logit p2 - logit p1)."""
    p, y = np.repeat([0.2, 0.7], [10, 20]), np.repeat([1, 0, 1, 0], [3, 7, 12, 8])
    found = calibration(p, y)
    logit_p, logit_o = [math.log(x / (1 - x)) for x in (0.2, 0.7)], [math.log(3 / 7), math.log(12 / 8)]
    slope = (logit_o[1] - logit_o[0]) / (logit_p[1] - logit_p[0])
    assert parts(found.slope)[0] == pytest.approx(slope, rel=1e-9)
    assert parts(found.intercept)[0] == pytest.approx(logit_o[0] - slope * logit_p[0], rel=1e-9)
    se = math.sqrt(1 / 3 + 1 / 7 + 1 / 12 + 1 / 8) / (logit_p[1] - logit_p[0])
    assert parts(found.slope)[1] == pytest.approx(se, rel=1e-7)
    assert found.slope is not None and found.intercept is not None and found.intercept_at_slope_1 is not None
    assert found.slope.interval.method == "profile likelihood"
    assert found.intercept.interval.method == found.intercept_at_slope_1.interval.method == "Wald"


@pytest.mark.parametrize("p", [0.5, 0.1 + 0.2, 1e-300, 1 - 2**-53])
def test_one_prediction_for_all_has_an_intercept_and_no_slope(p: float) -> None:
    # logit o - logit p with standard error sqrt(1 / 3 + 1 / 7)
    found = calibration([p] * 10, [1] * 3 + [0] * 7)
    logit = math.log(p) - math.log1p(-p)
    value, se, low, high = parts(found.intercept_at_slope_1)
    assert (value, se) == pytest.approx((math.log(3 / 7) - logit, math.sqrt(1 / 3 + 1 / 7)), rel=1e-9)
    assert (low, high) == pytest.approx((value - 1.959963984540054 * se, value + 1.959963984540054 * se))
    assert undefined(found) == {"intercept", "slope"}
    assert "do not vary" in found.reasons["slope"]
    assert [(group.n, group.n_event) for group in found.groups] == [(10, 3)]


def test_rounding_of_one_prediction_is_no_variation() -> None:
    found = calibration([0.3, 0.1 + 0.2] * 5, [1, 0, 0, 1, 1, 0, 0, 0, 1, 0])
    assert "do not vary" in found.reasons["slope"]


def test_the_very_rows_of_the_fit_are_calibrated_by_construction() -> None:
    rng = np.random.default_rng(3)
    x = rng.normal(size=200)
    y = rng.random(200) < 1 / (1 + np.exp(-0.5 - 2 * x))
    fit = fit_logistic(design_of([Predictor("x", ("x",), x[:, None])], y))
    found = calibration(1 / (1 + np.exp(-fit.intercept.b - fit.terms["x"].b * x)), y)
    assert found.in_the_large == pytest.approx(0, abs=1e-12)
    assert parts(found.slope)[0] == pytest.approx(1, abs=1e-9)
    assert parts(found.intercept)[0] == pytest.approx(0, abs=1e-9)
    assert parts(found.intercept_at_slope_1)[0] == pytest.approx(0, abs=1e-9)


# --- what cannot be said is said


@pytest.mark.parametrize("ends", [[0.0], [1.0], [0.0, 1.0]])
def test_certain_predictions_have_no_logit_but_scores_and_groups(ends: list[float]) -> None:
    p, y = [0.2, 0.4, 0.6, 0.8, *ends], [0, 1, 0, 1, *([0] * len(ends))]
    found = calibration(p, y)
    assert undefined(found) == LOGIT_FIELDS == set(found.reasons)
    assert all("exactly 0 or 1 has no logit" in reason for reason in found.reasons.values())
    assert found.brier == pytest.approx(sum((a - b) ** 2 for a, b in zip(p, y, strict=True)) / len(p))
    assert sum(group.n for group in found.groups) == len(p)


@pytest.mark.parametrize("outcome", [0, 1])
@pytest.mark.parametrize("p", [[0.3], [0.3, 0.6, 0.9]])
def test_one_class_has_scores_alone(p: list[float], outcome: int) -> None:
    found = calibration(p, [outcome] * len(p))
    assert undefined(found) == {*LOGIT_FIELDS, "scaled_brier"} == set(found.reasons)
    assert all("one class" in reason for reason in found.reasons.values())
    assert found.brier == pytest.approx(np.mean([(x - outcome) ** 2 for x in p]))
    assert found.in_the_large == pytest.approx(outcome - np.mean(p))


@pytest.mark.parametrize("y", [[0, 0, 1, 1], [1, 1, 0, 0]])
def test_separated_classes_have_no_slope(y: list[int]) -> None:
    found = calibration([0.1, 0.2, 0.6, 0.7], y)
    assert undefined(found) == {"intercept", "slope"} == set(found.reasons)
    assert "separate the classes" in found.reasons["slope"]
    # sum of 1 / (1 + exp(-(a + logit p))) over the rows is the number of events
    value = parts(found.intercept_at_slope_1)[0]
    total = sum(1 / (1 + math.exp(-value) * (1 - p) / p) for p in (0.1, 0.2, 0.6, 0.7))
    assert total == pytest.approx(2)


def test_predictions_next_to_certainty_that_fail() -> None:
    """Between logits of -690 and 37 hardly any intercept is better than another, which its SE must say."""
    found = calibration([1e-300, 1 - 2**-53], [1, 0])
    term = found.intercept_at_slope_1
    assert (term is None) == ("intercept_at_slope_1" in found.reasons)
    assert term is None or term.se > 1e6
    assert "separate" in found.reasons["slope"]
    assert found.brier == pytest.approx(1)


@pytest.mark.parametrize(
    ("p", "y", "expected"),
    [
        ([], [], "predicted probability and an outcome"),
        ([0.5, 0.5], [1], "predicted probability and an outcome"),
        ([[0.5]], [[1]], "predicted probability and an outcome"),
        (0.5, 1, "predicted probability and an outcome"),
        ([0.5, math.nan], [1, 0], "is a fraction"),
        ([0.5, math.inf], [1, 0], "is a fraction"),
        ([0.5, 1.0000001], [1, 0], "is a fraction"),
        ([0.5, -1e-300], [1, 0], "is a fraction"),
        ([0.5, 0.6], [1, 2], "the event or not"),
        ([0.5, 0.6], [1, math.nan], "the event or not"),
        ([0.5, 0.6], [1, 0.5], "the event or not"),
    ],
)
def test_what_is_no_prediction_with_an_outcome_is_refused(p, y, expected: str) -> None:
    with pytest.raises(InsufficientDataError, match=expected):
        calibration(p, y)


@pytest.mark.parametrize("n_groups", [0, -3])
def test_rows_need_a_group(n_groups: int) -> None:
    with pytest.raises(InsufficientDataError, match="put into groups"):
        calibration([0.5, 0.6], [1, 0], n_groups)


@pytest.mark.parametrize("n_groups", [5, 6, 10**15])
def test_more_groups_than_rows_leave_each_value_alone(n_groups: int) -> None:
    groups = calibration([0.4, 0.1, 0.4, 0.9, 0.2], [1, 0, 0, 1, 1], n_groups).groups
    assert [(g.lowest, g.highest, g.n, g.n_event) for g in groups] == [
        (0.1, 0.1, 1, 0),
        (0.2, 0.2, 1, 1),
        (0.4, 0.4, 2, 1),
        (0.9, 0.9, 1, 1),
    ]


# --- invariants


@given(predictions, st.integers(1, 12))
def test_groups_hold_each_row_once_and_ties_together(rows: list[tuple[int, bool]], n_groups: int) -> None:
    p, y = split(rows)
    groups = calibration(p, y, n_groups).groups
    assert 1 <= len(groups) <= n_groups
    assert sum(group.n for group in groups) == len(p)
    assert sum(group.n_event for group in groups) == y.sum()
    assert sum(group.n * group.mean_predicted for group in groups) == pytest.approx(p.sum())
    for group in groups:
        within = (p >= group.lowest) & (p <= group.highest)
        assert (within.sum(), y[within].sum()) == (group.n, group.n_event)
        assert group.wilson.low <= group.observed <= group.wilson.high
    for one, other in pairwise(groups):
        assert one.highest < other.lowest


@given(predictions)
def test_the_order_of_the_rows_and_the_name_of_the_event_do_not_matter(rows: list[tuple[int, bool]]) -> None:
    p, y = split(rows)
    here, back, other = calibration(p, y), calibration(p[::-1], y[::-1]), calibration(1 - p, 1 - y)
    assert undefined(here) == undefined(back) == undefined(other)
    assert back.groups == here.groups
    assert (back.brier, other.brier) == pytest.approx((here.brier, here.brier))
    assert other.in_the_large == pytest.approx(-here.in_the_large, abs=1e-12)
    for name in LOGIT_FIELDS - undefined(here):
        one, mirrored = getattr(here, name), getattr(other, name)
        assert getattr(back, name).value == pytest.approx(one.value, abs=1e-7)
        sign = 1 if name == "slope" else -1
        assert mirrored.value == pytest.approx(sign * one.value, abs=1e-7)
        assert mirrored.se == pytest.approx(one.se, rel=1e-6)


@given(predictions)
def test_scores_keep_within_their_bounds(rows: list[tuple[int, bool]]) -> None:
    p, y = split(rows)
    found = calibration(p, y)
    assert 0 <= found.brier <= 1
    assert abs(found.in_the_large) <= 1
    # Murphy's decomposition says that Brier's score is at least the square of the bias.
    assert found.brier >= found.in_the_large**2 - 1e-12
    assert found.scaled_brier is None or found.scaled_brier <= 1
    for name in LOGIT_FIELDS - undefined(found):
        value, se, low, high = parts(getattr(found, name))
        assert low < value < high and se > 0


@given(predictions, st.floats(0.3, 3), st.floats(-2, 2))
def test_a_change_of_the_logits_changes_slope_and_intercept_in_turn(
    rows: list[tuple[int, bool]], stretch: float, shift: float
) -> None:
    """Of logits a + b x the fitted slope is that of x over b, and the intercept loses slope times a."""
    p, y = split(rows)
    here = calibration(p, y)
    assume(here.slope is not None)
    changed = calibration(1 / (1 + np.exp(-shift) * ((1 - p) / p) ** stretch), y)
    slope, intercept = parts(here.slope)[0], parts(here.intercept)[0]
    assert parts(changed.slope)[0] == pytest.approx(slope / stretch, rel=1e-5, abs=1e-7)
    assert parts(changed.intercept)[0] == pytest.approx(
        intercept - slope / stretch * shift, rel=1e-5, abs=1e-6
    )


@pytest.mark.parametrize("is_calibrated", [True, False])
def test_a_hundred_thousand_rows(is_calibrated: bool) -> None:
    rng = np.random.default_rng(2017)
    logits = rng.normal(-1, 1.5, 100_000)
    p, truth = 1 / (1 + np.exp(-logits)), logits if is_calibrated else 0.6 * logits + 0.3
    y = rng.random(100_000) < 1 / (1 + np.exp(-truth))
    start = time.perf_counter()
    found = calibration(p, y)
    assert time.perf_counter() - start < 15  # here 1 s
    expected = (0.0, 1.0) if is_calibrated else (0.3, 0.6)
    assert (parts(found.intercept)[0], parts(found.slope)[0]) == pytest.approx(expected, abs=0.04)
    assert [group.n for group in found.groups] == [10_000] * 10
    if is_calibrated:
        assert all(abs(group.observed - group.mean_predicted) < 0.02 for group in found.groups)
