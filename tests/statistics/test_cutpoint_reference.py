"""Cutpoints against cutpointr, OptimalCutpoints and pROC."""

from __future__ import annotations

import math
from collections.abc import Callable
from fractions import Fraction

import pytest

from gepnet_core.statistics.cutpoints.cutpoint import Cutpoints, find_cutpoints
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    CLOSEST_TOPLEFT,
    YOUDEN,
    CutpointMethod,
    least_cost,
    sensitivity_at_least,
    specificity_at_least,
)
from gepnet_core.statistics.roc.curve import Direction
from tests.statistics.reference_sets import marker_sets, reference_rows

SETS = marker_sets()


# --- R 4.2.2: cutpointr 1.1.2, OptimalCutpoints 1.1.5, pROC 1.18.0; see tests/reference/cutpoint.R


def numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


def method_of(row: dict[str, str]) -> CutpointMethod:
    first, second, third = (math.nan if word == "NA" else float(word) for word in list(row.values())[6:9])
    x, y = SETS[row["name"]]
    methods: dict[str, Callable[[], CutpointMethod]] = {
        "youden": lambda: YOUDEN,
        "closest_topleft": lambda: CLOSEST_TOPLEFT,
        "sensitivity_at_least": lambda: sensitivity_at_least(first),
        "specificity_at_least": lambda: specificity_at_least(first),
        "cost_of_the_rows": lambda: least_cost(first, second, Fraction(len(x), len(x) + len(y))),
        "least_cost": lambda: least_cost(first, second, third),
    }
    return methods[row["method"]]()


def found_of(row: dict[str, str]) -> Cutpoints:
    return find_cutpoints(*SETS[row["name"]], Direction(row["direction"]), method_of(row))


def of(source: str) -> pytest.MarkDecorator:
    rows = [row for row in reference_rows("cutpoint") if row["source"] == source]
    return pytest.mark.parametrize(
        "row", rows, ids=lambda row: " ".join(list(row.values())[i] for i in (0, 1, 5, 6, 7, 8))
    )


@of("cutpointr")
def test_every_tied_threshold_agrees_with_cutpointr(row: dict[str, str]) -> None:
    found = found_of(row)
    expected = sorted(
        zip(*(numbers(row[name]) for name in ("threshold", "sensitivity", "specificity")), strict=True)
    )
    assert sorted((p.threshold, p.sensitivity, p.specificity) for p in found.points) == [
        pytest.approx(one, rel=1e-12) for one in expected
    ]
    x, y = SETS[row["name"]]
    rows_together = len(x) + len(y) if row["method"] == "cost_of_the_rows" else 1  # R adds up, here: per row
    assert found.value is not None
    assert found.value * rows_together == pytest.approx(float(row["value"]), rel=1e-12)


@of("OptimalCutpoints")
def test_the_chosen_threshold_and_the_cost_agree_with_optimalcutpoints(row: dict[str, str]) -> None:
    found = found_of(row)
    finite = [point.threshold for point in found.points if math.isfinite(point.threshold)]
    if row["method"] != "least_cost":
        assert found.chosen is not None
        # It takes observed values alone, and prints nothing where only calling nobody will do.
        expected = numbers(row["threshold"]) or [-math.inf if row["direction"] == "low" else math.inf]
        assert [found.chosen.threshold] == expected
        return
    assert found.value is not None
    value = found.value / float(row["second"])  # in units of a false positive
    if len(finite) == len(found.points):
        assert sorted(finite) == sorted(numbers(row["threshold"]))
        assert value == pytest.approx(float(row["value"]), abs=1e-10)  # it rounds to ten decimals
    else:
        assert value <= float(row["value"]) + 1e-10


@of("pROC")
def test_thresholds_of_least_cost_agree_with_proc(row: dict[str, str]) -> None:
    found = found_of(row)
    everybody = math.inf if row["direction"] == "low" else -math.inf
    ours = []
    for point in found.points:
        if not point.true_positives and not point.false_positives:
            ours.append((point.threshold, 0.0, 1.0))
        else:
            middle = everybody if point.midpoint is None else point.midpoint
            ours.append((middle, point.sensitivity, point.specificity))
    expected = zip(*(numbers(row[name]) for name in ("threshold", "sensitivity", "specificity")), strict=True)
    # It compares in float64 and loses one tie: 0.9 + 3 * 0.94 = 0.96 + 3 * 0.92.
    if (row["name"], row["first"], row["second"], row["third"]) == ("iris", "1", "3", "0.5"):
        ours.remove((1.55, 0.9, 0.94))
    assert sorted(ours) == [pytest.approx(one, rel=1e-12) for one in sorted(expected)]


def test_the_reference_has_ties_and_calls_of_nobody() -> None:
    rows = reference_rows("cutpoint")
    assert len(rows) == 294
    assert sum(len(row["threshold"].split()) > 1 for row in rows) >= 5
    assert sum("Inf" in row["threshold"].split() for row in rows) >= 5
