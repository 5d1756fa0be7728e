"""Net benefit against dcurves, its bootstrap against rows drawn in R, closed forms, and what must hold."""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.models.decision_curve import DecisionCurve, decision_curve, net_benefit

LINES = (
    (Path(__file__).parents[1] / "reference" / "decision_curve.csv").read_text(encoding="utf-8").splitlines()
)
REFERENCE = list(csv.DictReader(line for line in LINES if not line.startswith("#")))
FIRST, SECOND = np.arange(1, 301), np.arange(1, 201)
# Rows of tests/reference/decision_curve.R, with values on the thresholds themselves.
SETS: dict[str, tuple[list[float], list[float]]] = {
    "probabilities": (
        [0.05, 0.1, 0.15, 0.2, 0.3, 0.35, 0.4, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95],
        [0.01, 0.02, 0.05, 0.05, 0.1, 0.1, 0.12, 0.2, 0.2, 0.25, 0.3, 0.35, 0.5, 0.6, 0.85],
    ),
    "test": ([0, 1, 0, *[1] * 12], [0, 0, 1, *[0] * 8, 1, 0, 0, 1]),
    "large": (((FIRST * 7919 % 89 + 8) / 100).tolist(), ((SECOND * 104729 % 83 + 1) / 100).tolist()),
}

probabilities = st.lists(st.integers(0, 20).map(lambda k: k / 20), min_size=1, max_size=30)
threshold_lists = st.lists(st.integers(1, 19).map(lambda k: k / 20), min_size=1, max_size=8)
prevalences = st.floats(0.01, 0.99)


def curve(
    positive: list[float], negative: list[float], prevalence: float, thresholds: list[float], seed: int = 1
) -> DecisionCurve:
    return decision_curve(positive, negative, prevalence, thresholds, 200, seed)


# dcurves 1.1.7 (pandas 2.3.3):
#   rows = pd.DataFrame({"event": [1] * 15 + [0] * 15, "p": <probabilities>, "test": <test>})
#   dca(rows, "event", ["p", "test"], thresholds=[.05, .1, .2, .3, .5, .8, .9, .99], prevalence=prevalence)
# and of the result the column net_benefit, printed with 12 digits:
DCURVES = """
0.1 p 0.0589473684211 0.02 -0.04 -0.0552380952381 -0.14 -0.22 0.0133333333333 0
0.1 test 0.0771929824561 0.0666666666667 0.0416666666667 0.00952380952381 -0.0933333333333 -0.633333333333 \
-1.53333333333 -17.7333333333
0.1 all 0.0526315789474 0 -0.125 -0.285714285714 -0.8 -3.5 -8 -89
0.1 none 0 0 0 0 0 0 0 0
0.3 p 0.268070175439 0.222962962963 0.146666666667 0.12 -0.02 -0.126666666667 0.04 0
0.3 test 0.252631578947 0.244444444444 0.225 0.2 0.12 -0.3 -1 -13.6
0.3 all 0.263157894737 0.222222222222 0.125 0 -0.4 -2.5 -6 -69
0.3 none 0 0 0 0 0 0 0 0
"""


@pytest.mark.parametrize("line", DCURVES.strip().splitlines())
def test_agrees_with_dcurves(line: str) -> None:
    prevalence, model, *values = line.split()
    thresholds = [0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 0.9, 0.99]
    found = curve(*SETS["test" if model == "test" else "probabilities"], float(prevalence), thresholds)
    ours = {"all": found.treat_all, "none": found.treat_none}.get(model, found.net_benefit)
    assert ours.tolist() == pytest.approx([float(x) for x in values], rel=1e-11, abs=1e-12)


@pytest.mark.parametrize("prevalence", [0.1, 0.3])
@pytest.mark.parametrize("name", SETS)
def test_intervals_agree_with_rows_drawn_in_r(name: str, prevalence: float) -> None:
    # R 4.2.2, 20000 resamples; see tests/reference/decision_curve.R
    rows = [row for row in REFERENCE if row["name"] == name and float(row["prevalence"]) == prevalence]
    thresholds = [float(row["threshold"]) for row in rows]
    positive, negative = SETS[name]
    found = decision_curve(positive, negative, prevalence, thresholds, 20_000, 7)
    assert len(rows) == 6
    for k, row in enumerate(rows):
        assert found.net_benefit[k] == pytest.approx(float(row["net_benefit"]), rel=1e-12, abs=1e-15)
        low, high = float(row["low"]), float(row["high"])
        # A percentile of few rows may fall on the next value that a resample can have.
        odds = thresholds[k] / (1 - thresholds[k])
        step = max(prevalence / len(positive), (1 - prevalence) * odds / len(negative))
        tolerance = 1.01 * step if len(positive) < 100 else max(0.05 * (high - low), 1.01 * step)
        assert (found.low[k], found.high[k]) == pytest.approx((low, high), abs=tolerance)
    assert dict(found.reasons) == {}


def test_the_bootstrap_has_the_distribution_of_rows_drawn() -> None:
    """Binomial counts in turn against rows drawn one by one: the same share of resamples at each value."""
    positive, negative = SETS["probabilities"]
    level = 0.8
    found = decision_curve(positive, negative, 0.5, [0.5], 100_000, 3, level)
    # At t = 0.5 and p = 0.5 the benefit is (TP - FP) / 30: of 15 draws each at 6 / 15 and 3 / 15.
    from scipy.stats import binom

    exact = np.convolve(binom.pmf(range(16), 15, 6 / 15), binom.pmf(range(16), 15, 3 / 15)[::-1])
    differences = np.arange(-15, 16)
    below = np.cumsum(exact)
    low, high = (differences[np.searchsorted(below, share)] for share in (0.1, 0.9))
    assert (found.low[0] * 30, found.high[0] * 30) == pytest.approx((low, high))
    assert found.net_benefit[0] * 30 == pytest.approx(6 - 3)


# --- closed forms


def test_net_benefit_by_hand() -> None:
    # 0.8 x 0.2 - 0.1 x 0.8 x 0.25 / 0.75 = 0.16 - 0.026667
    assert net_benefit(0.8, 0.9, 0.2, 0.25) == pytest.approx(0.8 * 0.2 - 0.1 * 0.8 / 3)
    # Vickers and Elkin 2006: at a threshold equal to the prevalence treating all is worth nothing.
    assert net_benefit(1, 0, 0.2, 0.2) == pytest.approx(0, abs=1e-15)
    assert net_benefit(0, 1, 0.2, 0.7) == 0
    assert net_benefit([1, 0.5], [1, 1], 0.3, [0.1, 0.9]) == pytest.approx([0.3, 0.15])


@pytest.mark.parametrize(("threshold", "benefit"), [(0.4999, 0.3), (0.5, 0.3), (0.5001, 0.0)])
def test_a_probability_on_the_threshold_is_called(threshold: float, benefit: float) -> None:
    found = curve([0.5, 0.5], [0.1, 0.2], 0.3, [threshold])
    assert found.net_benefit[0] == pytest.approx(benefit)


@given(prevalences, threshold_lists)
def test_a_perfect_test_is_worth_the_prevalence_at_every_threshold(p: float, t: list[float]) -> None:
    found = curve([1, 1, 1], [0, 0], p, t)
    assert found.net_benefit == pytest.approx(np.full(len(t), p))
    assert np.isnan(found.low).all() and np.isnan(found.high).all()
    assert set(found.reasons) == {"low", "high"}


# --- what cannot be said is said


@pytest.mark.parametrize(("positive", "negative"), [([0.4], [0.6]), ([0.4], [0.2]), ([0.5] * 9, [0.5] * 4)])
def test_rows_that_are_called_alike_have_no_interval(positive: list[float], negative: list[float]) -> None:
    found = curve(positive, negative, 0.2, [0.1, 0.5, 0.9])
    assert np.isfinite(found.net_benefit).all()
    assert np.isnan(found.low).all() and np.isnan(found.high).all()
    assert "shrink to a point" in found.reasons["low"]


def test_only_the_thresholds_between_values_have_an_interval() -> None:
    found = curve([0.3, 0.6], [0.4, 0.5], 0.2, [0.2, 0.35, 0.45, 0.55, 0.7])
    assert np.isnan(found.low).tolist() == np.isnan(found.high).tolist() == [True, False, False, False, True]
    assert (found.net_benefit[0], found.net_benefit[-1]) == (found.treat_all[0], found.treat_none[-1])


def test_thresholds_at_the_ends_of_float64() -> None:
    t = [5e-324, 1e-300, 1 - 2**-53]
    found = curve([0.0, 1.0, 1e-300], [0.0, 1.0, 0.5], 0.3, t)
    assert found.net_benefit[:2] == pytest.approx([0.2, 0.2])
    # Odds of 2^53 - 1 against one of three negatives
    assert found.net_benefit[2] == pytest.approx(0.1 - 0.7 / 3 * (2**53 - 1))
    assert np.isfinite(found.low).all() and np.isfinite(found.treat_all).all()


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"positive": []}, "both classes"),
        ({"negative": []}, "both classes"),
        ({"positive": [[0.1]]}, "both classes"),
        ({"positive": [0.1, math.nan]}, "predicted probability"),
        ({"negative": [0.1, 1.1]}, "predicted probability"),
        ({"negative": [-1e-300]}, "predicted probability"),
        ({"positive": [math.inf]}, "predicted probability"),
        ({"prevalence": 0.0}, "prevalence"),
        ({"prevalence": 1.0}, "prevalence"),
        ({"prevalence": math.nan}, "prevalence"),
        ({"thresholds": []}, "thresholds"),
        ({"thresholds": 0.5}, "thresholds"),
        ({"thresholds": [0.0, 0.5]}, "threshold probability"),
        ({"thresholds": [0.5, 1.0]}, "threshold probability"),
        ({"thresholds": [math.nan]}, "threshold probability"),
        ({"n_resamples": 1}, "resamples"),
        ({"n_resamples": 100_001}, "resamples"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_has_no_curve_is_refused(changes: dict, expected: str) -> None:
    arguments = {
        "positive": [0.5],
        "negative": [0.5],
        "prevalence": 0.5,
        "thresholds": [0.5],
        "n_resamples": 9,
        "seed": 1,
    }
    with pytest.raises(InsufficientDataError, match=expected):
        decision_curve(**(arguments | changes))


@pytest.mark.parametrize(
    ("se", "sp"), [(1.1, 0.5), (-0.1, 0.5), (0.5, 1.1), (0.5, math.nan), (math.nan, 0.5)]
)
def test_what_is_no_sensitivity_or_specificity_is_refused(se: float, sp: float) -> None:
    with pytest.raises(InsufficientDataError, match="sensitivity and specificity"):
        net_benefit(se, sp, 0.5, 0.5)


# --- invariants


@given(probabilities, probabilities, prevalences, threshold_lists)
def test_no_curve_is_above_the_prevalence_or_below_treating_all_negatives(
    x: list[float], y: list[float], p: float, t: list[float]
) -> None:
    found = curve(x, y, p, t)
    floor = -(1 - p) * np.array(t) / (1 - np.array(t))
    for values in (found.net_benefit, found.low, found.high, found.treat_all):
        there = ~np.isnan(values)
        assert (values[there] <= p + 1e-12).all() and (values[there] >= floor[there] - 1e-9).all()
    there = ~np.isnan(found.low)
    assert (found.low[there] <= found.high[there]).all()
    assert found.treat_all == pytest.approx(p + floor)


@given(probabilities, probabilities, prevalences, threshold_lists)
def test_counts_by_brute_force(x: list[float], y: list[float], p: float, t: list[float]) -> None:
    expected = [
        sum(v >= k for v in x) / len(x) * p - sum(v >= k for v in y) / len(y) * (1 - p) * k / (1 - k)
        for k in t
    ]
    assert curve(x, y, p, t).net_benefit == pytest.approx(expected, abs=1e-12)


@given(probabilities, probabilities, threshold_lists, st.integers(0, 99))
def test_seed_order_of_rows_and_of_thresholds(
    x: list[float], y: list[float], t: list[float], seed: int
) -> None:
    here, back = curve(x, y, 0.3, t, seed), curve(x[::-1], y[::-1], 0.3, t[::-1], seed)
    assert back.net_benefit[::-1].tolist() == here.net_benefit.tolist()
    np.testing.assert_array_equal(back.low[::-1], here.low)
    np.testing.assert_array_equal(back.high[::-1], here.high)


@settings(max_examples=30)
@given(probabilities, probabilities)
def test_a_lower_level_lies_inside(x: list[float], y: list[float]) -> None:
    wide = decision_curve(x, y, 0.3, [0.2, 0.5], 200, 1, 0.95)
    narrow = decision_curve(x, y, 0.3, [0.2, 0.5], 200, 1, 0.5)
    there = ~np.isnan(wide.low)
    assert (wide.low[there] <= narrow.low[there]).all() and (narrow.high[there] <= wide.high[there]).all()
    assert (wide.level, narrow.level) == (0.95, 0.5)


def test_another_seed_gives_other_limits() -> None:
    limits = {tuple(curve(*SETS["large"], 0.3, [0.4], seed).low) for seed in range(5)}
    assert len(limits) > 1


def test_a_hundred_thousand_rows() -> None:
    rng = np.random.default_rng(2017)
    ours, theirs = 1 / (1 + np.exp(-rng.normal([[1], [-1]], 1, (2, 50_000))))
    start = time.perf_counter()
    found = decision_curve(ours, theirs, 0.2, np.arange(1, 100) / 100, 5000, 1)
    assert time.perf_counter() - start < 10  # here 0.6 s
    # The error of the share of 50 000 rows, weighted
    k = 29
    se, sp = (ours >= 0.3).mean(), (theirs < 0.3).mean()
    error = math.sqrt(0.2**2 * se * (1 - se) / 50_000 + (0.8 * 0.3 / 0.7) ** 2 * sp * (1 - sp) / 50_000)
    assert found.high[k] - found.low[k] == pytest.approx(2 * 1.96 * error, rel=0.05)
