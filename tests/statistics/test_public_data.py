"""Areas, their intervals, every coordinate and the best cutoffs of public data against pROC and cutpointr.

R 4.2.2, pROC 1.18.0, cutpointr 1.1.2; tests/reference/public_data.R wrote the data and the numbers.
"""

from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise
from typing import Any

import pytest

from gepnet_core.statistics.intervals import ConfidenceInterval, clopper_pearson_interval, wilson_interval
from gepnet_core.statistics.roc.auc_intervals import estimate_auc
from gepnet_core.statistics.roc.curve import Direction, OperatingPoint, RocCurve, delong_interval, roc_curve
from tests.reference.public.public_data import EXACT, EXPECTED, classes, table

Expected = dict[str, Any]
CURVES: list[Expected] = EXPECTED["curves"]
each_curve = pytest.mark.parametrize(
    "expected", CURVES, ids=lambda one: f"{one['data']} {one['marker']} {one['direction']}"
)


def arguments(expected: Expected) -> tuple[list[float], list[float], Direction]:
    ours, theirs = classes(*(expected[name] for name in ("data", "outcome", "positive", "marker")))
    return ours, theirs, Direction(expected["direction"])


def curve_of(expected: Expected) -> RocCurve:
    return roc_curve(*arguments(expected))


def near(expected: object) -> Any:
    return pytest.approx(expected, rel=EXACT, abs=EXACT)


def limits(interval: ConfidenceInterval | None) -> tuple[float, float]:
    assert interval is not None
    return interval.low, interval.high


def rows_of_r(expected: Expected) -> list[dict[str, float]]:
    """pROC's coordinates, the strictest first, without the one that calls nobody."""
    names = list(expected["coords"])
    rows = [dict(zip(names, row, strict=True)) for row in zip(*expected["coords"].values(), strict=True)]
    rows.sort(key=lambda row: row["tp"] + row["fp"])
    assert rows[0]["tp"] == rows[0]["fp"] == 0
    return rows[1:]


# --- the data are what their publications say


def test_the_data_have_the_published_sizes() -> None:
    # Turck et al. 2010: 113 patients, 41 with a poor outcome; von Glischinski et al.: 532 persons, 36 with an
    # attempt; Hosmer and Lemeshow 1989: 189 births, 59 of low weight; Trichopoulos et al. 1976: 83 cases.
    found = {
        data: Counter(row[outcome] for row in table(data))
        for data, outcome in {(one["data"], one["outcome"]) for one in CURVES if one["outcome"] != "vs"}
    }
    assert found == {
        "asah": {"Good": 72, "Poor": 41},
        "suicide": {"no": 496, "yes": 36},
        "birthwt": {"0": 130, "1": 59},
        "infert": {"0": 165, "1": 83},
        "mtcars": {"0": 19, "1": 13},
    }


def test_both_directions_many_ties_and_few_are_among_them() -> None:
    assert {one["direction"] for one in CURVES} == {"low", "high"}
    levels = {one["marker"]: len(one["coords"]["threshold"]) - 1 for one in CURVES}
    assert (levels["spontaneous"], levels["wfns"], levels["dsi"]) == (3, 5, 12)
    assert levels["ndka"] > 100


# --- areas


@each_curve
def test_area_and_standard_error(expected: Expected) -> None:
    found = estimate_auc(*arguments(expected))
    assert curve_of(expected).auc == near(expected["auc"])
    assert curve_of(expected).auc == near(expected["cutpointr"]["cutoff"]["auc"])
    assert (found.value, found.se) == near((expected["auc"], expected["se"]))
    assert (found.reasons, found.delong) == ({}, delong_interval(*arguments(expected)))


@each_curve
@pytest.mark.parametrize(("level", "name"), [(0.95, "delong"), (0.90, "delong_90")])
def test_delong_s_interval(level: float, name: str, expected: Expected) -> None:
    low, high = limits(delong_interval(*arguments(expected), level))
    # pROC keeps its limits within 0 and 1.
    assert (max(low, 0), min(high, 1)) == near(tuple(expected[name]))


@each_curve
def test_logit_and_nonparametric_intervals(expected: Expected) -> None:
    found = estimate_auc(*arguments(expected))
    assert found.logit is not None and limits(found.logit) == near(tuple(expected["logit"]))
    assert found.nonparametric is not None
    assert limits(found.nonparametric) == near(tuple(expected["nonparametric"]))


@each_curve
def test_the_area_is_the_sum_of_trapezoids_under_r_s_coordinates(expected: Expected) -> None:
    corners = [(0.0, 0.0), *((1 - row["specificity"], row["sensitivity"]) for row in rows_of_r(expected))]
    area = sum((x2 - x1) * (y1 + y2) / 2 for (x1, y1), (x2, y2) in pairwise(corners))
    assert curve_of(expected).auc == near(area)


# --- coordinates


@each_curve
def test_every_coordinate(expected: Expected) -> None:
    curve, rows = curve_of(expected), rows_of_r(expected)
    assert (curve.n_positive, curve.n_negative) == (expected["n_positive"], expected["n_negative"])
    assert len(curve.points) == len(rows)
    beyond = math.inf if curve.direction is Direction.LOW else -math.inf
    for point, row in zip(curve.points, rows, strict=True):
        tp, fp = point.true_positives, point.false_positives
        fn, tn = point.n_positive - tp, point.n_negative - fp
        assert (tp, fp, fn, tn) == (row["tp"], row["fp"], row["fn"], row["tn"])
        assert (beyond if point.midpoint is None else point.midpoint) == near(float(row["threshold"]))
        assert (point.sensitivity, point.specificity) == near((row["sensitivity"], row["specificity"]))
        assert point.youden == near(row["youden"] - 1)  # pROC's is sensitivity + specificity


@each_curve
def test_counts_at_the_threshold_and_at_the_midpoint_are_those_of_the_coordinate(expected: Expected) -> None:
    curve = curve_of(expected)
    for point, row in zip(curve.points, rows_of_r(expected), strict=True):
        for cutoff in (point.threshold, float(row["threshold"])):
            there = curve.at(cutoff)
            assert (there.true_positives, there.false_positives) == (row["tp"], row["fp"])


@each_curve
def test_wilson_and_clopper_pearson_at_every_coordinate(expected: Expected) -> None:
    counts = expected["coords"]
    for name, column, n in (
        ("sensitivity", counts["tp"], expected["n_positive"]),
        ("specificity", counts["tn"], expected["n_negative"]),
    ):
        shares = expected["shares"][name]
        wilson = [limits(wilson_interval(count, n)) for count in column]
        assert wilson == [
            near(pair) for pair in zip(shares["wilson_low"], shares["wilson_high"], strict=True)
        ]
        exact = [limits(clopper_pearson_interval(count, n)) for count in column]
        assert exact == [near(pair) for pair in zip(shares["exact_low"], shares["exact_high"], strict=True)]


# --- best cutoffs


def counts_of(point: OperatingPoint) -> tuple[int, int]:
    return point.true_positives, point.false_positives


@each_curve
def test_the_cutoffs_with_the_largest_youden_s_index_are_proc_s(expected: Expected) -> None:
    best = expected["best"]
    rows = zip(best["threshold"], best["tp"], best["fp"], strict=True)
    # At an index of 0 pROC also lists the threshold that calls nobody, which is no point of ours.
    theirs = {(tp, fp): float(threshold) for threshold, tp, fp in rows if tp or fp}
    curve = curve_of(expected)
    ours = {counts_of(point): point.midpoint for point in curve.best_by_youden()}
    beyond = math.inf if curve.direction is Direction.LOW else -math.inf
    assert {key: beyond if value is None else value for key, value in ours.items()} == near(theirs)


@each_curve
def test_the_cutoffs_with_the_largest_youden_s_index_are_cutpointr_s(expected: Expected) -> None:
    ours = curve_of(expected).best_by_youden()
    for kind in ("cutoff", "midpoint"):
        found = expected["cutpointr"][kind]
        theirs = sorted(value for value in map(float, found["at"]) if math.isfinite(value))
        assert sorted(
            # cutpointr, too, keeps the observed value where there is no neighbour.
            point.threshold if kind == "cutoff" or point.midpoint is None else point.midpoint
            for point in ours
        ) == near(theirs)
        assert [point.youden for point in ours] == near(found["youden"][: len(ours)])


def test_what_the_introduction_to_cutpointr_prints() -> None:
    # "An introduction to cutpointr", its first example: AUC 0.9238, cutpoint 2, sum of both 1.7518.
    (expected,) = [one for one in CURVES if (one["data"], one["direction"]) == ("suicide", "high")]
    curve = curve_of(expected)
    (best,) = curve.best_by_youden()
    assert (round(curve.auc, 4), best.threshold, round(best.youden + 1, 4)) == (0.9238, 2, 1.7518)
