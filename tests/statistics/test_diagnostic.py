"""A 2x2 table against epiR, closed forms and invariants."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.proportions.diagnostic import (
    Counts,
    count_at,
    diagnostic_accuracy,
    likelihood_ratio,
)
from gepnet_core.statistics.roc.curve import Direction, roc_curve

LOW, HIGH = Direction.LOW, Direction.HIGH

classes = st.lists(st.integers(-6, 6).map(float), min_size=1, max_size=20)
counts = st.integers(0, 400)
tables = st.builds(Counts, st.integers(1, 400), counts, counts, st.integers(1, 400))


def reference() -> list[dict[str, str]]:
    path = Path(__file__).parents[1] / "reference" / "diagnostic.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


# --- epiR 2.0.57 on R 4.2.2; see tests/reference/diagnostic.R


@pytest.mark.parametrize("row", reference(), ids=lambda r: f"{r['tp']} {r['fp']} {r['fn']} {r['tn']}")
def test_agrees_with_epir(row: dict[str, str]) -> None:
    table = Counts(*(int(row[cell]) for cell in ("tp", "fp", "fn", "tn")))
    found = diagnostic_accuracy(table, float(row["prevalence"]))
    for name, share in (("se", found.sensitivity), ("sp", found.specificity)):
        assert share.value == pytest.approx(float(row[name]), rel=1e-12)
        for method, limits in (("wilson", share.wilson), ("exact", share.clopper_pearson)):
            expected = [float(row[f"{name}_{method}_{end}"]) for end in ("low", "high")]
            assert (limits.low, limits.high) == pytest.approx(expected, rel=1e-9)
    for name, ratio in (("lrp", found.lr_positive), ("lrn", found.lr_negative)):
        assert ratio.value == pytest.approx(float(row[name]), rel=1e-12)
        assert ratio.interval is not None and ratio.half_added is None
        assert (ratio.interval.low, ratio.interval.high) == pytest.approx(
            (float(row[f"{name}_low"]), float(row[f"{name}_high"])), rel=1e-9
        )
    # R takes the predictive values from the odds: prevalence odds times likelihood ratio.
    assert found.ppv == pytest.approx(float(row["ppv"]), rel=1e-12)
    assert found.npv == pytest.approx(float(row["npv"]), rel=1e-12)
    assert dict(found.reasons) == {}


# --- counts at a cutoff


@pytest.mark.parametrize(
    ("direction", "cutoff", "expected"),
    [
        (LOW, 0.897, Counts(0, 0, 2, 2)),
        (LOW, 0.898, Counts(1, 1, 1, 1)),
        (LOW, 0.899, Counts(1, 2, 1, 0)),
        (HIGH, 0.897, Counts(2, 2, 0, 0)),
        (HIGH, 0.898, Counts(2, 2, 0, 0)),
        (HIGH, 0.899, Counts(1, 1, 1, 1)),
        (LOW, math.inf, Counts(2, 2, 0, 0)),
        (HIGH, math.inf, Counts(0, 0, 2, 2)),
    ],
)
def test_the_cutoff_itself_is_positive(direction: Direction, cutoff: float, expected: Counts) -> None:
    assert count_at([0.898, 1.2], [0.898, 0.899], direction, cutoff) == expected


def test_a_cutoff_that_is_no_number_is_refused() -> None:
    with pytest.raises(InsufficientDataError, match="cutoff is no number"):
        count_at([1], [2], LOW, math.nan)


@given(classes, classes, st.integers(-7, 7), st.sampled_from(Direction))
def test_counts_are_those_of_the_curve_and_of_its_mirror(x, y, cutoff, direction) -> None:
    found = count_at(x, y, direction, cutoff)
    point = roc_curve(x, y, direction).at(cutoff)
    assert (found.tp, found.fp) == (point.true_positives, point.false_positives)
    assert (found.n_positive, found.n_negative) == (len(x), len(y))
    other = HIGH if direction is LOW else LOW
    assert found == count_at([-v for v in x], [-v for v in y], other, -cutoff)


# --- zeros


def test_no_false_positive_has_no_positive_likelihood_ratio() -> None:
    found = diagnostic_accuracy(Counts(2, 0, 21, 23), 0.5)
    assert (found.lr_positive.value, found.lr_positive.interval) == (None, None)
    # (2.5 / 24) / (0.5 / 24), and log limits with 1/2.5 - 1/24 + 1/0.5 - 1/24
    assert found.lr_positive.half_added is not None
    value, interval = found.lr_positive.half_added
    assert value == pytest.approx(5, rel=1e-12)
    factor = math.exp(1.959963984540054 * math.sqrt(1 / 2.5 - 1 / 24 + 1 / 0.5 - 1 / 24))
    assert (interval.low, interval.high) == pytest.approx((5 / factor, 5 * factor), rel=1e-12)
    assert found.ppv == 1.0
    assert set(found.reasons) == {f"lr_positive.{field}" for field in ("value", "low", "high")}
    assert "no false positive" in found.reasons["lr_positive.value"]
    assert found.lr_negative.half_added is None


def test_no_true_positive_has_a_ratio_of_0_without_an_interval() -> None:
    found = diagnostic_accuracy(Counts(0, 3, 10, 7), 0.5)
    assert found.lr_positive.value == 0
    assert found.lr_positive.interval is None and found.lr_positive.half_added is not None
    assert set(found.reasons) == {"lr_positive.low", "lr_positive.high"}
    assert "no true positive" in found.reasons["lr_positive.low"]
    assert found.ppv == 0


def test_nobody_called_positive_leaves_no_positive_value() -> None:
    found = diagnostic_accuracy(Counts(0, 0, 10, 7), 0.25)
    assert (found.lr_positive.value, found.ppv) == (None, None)
    assert found.npv == 0.75  # the prevalence itself
    assert found.reasons["ppv"] == found.reasons["lr_positive.value"]
    assert found.lr_negative.value == 1
    assert "everybody is called negative" in found.reasons["lr_negative"]


def test_everybody_called_positive_leaves_no_negative_value() -> None:
    found = diagnostic_accuracy(Counts(10, 7, 0, 0), 0.25)
    assert (found.lr_negative.value, found.npv, found.ppv) == (None, None, 0.25)
    assert found.lr_positive.interval is not None
    assert (found.lr_positive.interval.low, found.lr_positive.interval.high) == (1, 1)
    assert "everybody is called positive" in found.reasons["lr_positive"]
    assert "nobody is called negative" in found.reasons["npv"]


# --- prevalence


def test_without_a_prevalence_there_is_no_predictive_value() -> None:
    found = diagnostic_accuracy(Counts(19, 5, 4, 18))
    assert (found.prevalence, found.ppv, found.npv) == (None, None, None)
    assert "23 of 46" in found.reasons["ppv"] and "23 of 46" in found.reasons["npv"]


@pytest.mark.parametrize("prevalence", [0, 1, -0.1, 50, math.nan, math.inf])
def test_a_prevalence_is_a_fraction(prevalence: float) -> None:
    with pytest.raises(InsufficientDataError, match="above 0 and below 1"):
        diagnostic_accuracy(Counts(19, 5, 4, 18), prevalence)


@given(tables)
def test_at_the_table_s_own_share_predictive_values_are_shares_of_its_rows(table: Counts) -> None:
    total = table.n_positive + table.n_negative
    found = diagnostic_accuracy(table, table.n_positive / total)
    assert found.ppv == pytest.approx(table.tp / (table.tp + table.fp), rel=1e-9)
    assert found.npv == pytest.approx(table.tn / (table.tn + table.fn), rel=1e-9)


@given(tables, st.floats(0.001, 0.999))
def test_exchanging_the_classes_exchanges_the_predictive_values(table: Counts, prevalence: float) -> None:
    here = diagnostic_accuracy(table, prevalence)
    there = diagnostic_accuracy(Counts(table.tn, table.fn, table.fp, table.tp), 1 - prevalence)
    assert here.ppv == pytest.approx(there.npv, rel=1e-9, abs=1e-12)
    assert here.sensitivity == there.specificity


@given(*[st.integers(1, 300)] * 2, *[st.integers(0, 300)] * 2)
def test_exchanging_above_and_below_inverts_the_ratio(x: int, y: int, more_x: int, more_y: int) -> None:
    n, m = x + more_x, y + more_y
    here, there = likelihood_ratio(x, n, y, m), likelihood_ratio(y, m, x, n)
    assert here.value is not None and here.interval is not None
    assert there.value is not None and there.interval is not None
    assert here.value * there.value == pytest.approx(1, rel=1e-9)
    assert here.interval.low * there.interval.high == pytest.approx(1, rel=1e-9)
    assert here.interval.low <= here.value <= here.interval.high


# --- intervals of predictive values


def test_predictive_intervals_are_mercaldos_logit_intervals() -> None:
    # Mercaldo ND et al. Stat Med 2007;26:2170-2183: logit PPV = log(Se p / ((1 - Sp)(1 - p))), with variance
    # (1 - Se) / (n1 Se) + Sp / (n0 (1 - Sp)), and likewise of NPV; here written out for 19/23, 18/23, p 0.1.
    p, se, sp, n = 0.1, 19 / 23, 18 / 23, 23
    found = diagnostic_accuracy(Counts(19, 5, 4, 18), p)
    ppv, npv = found.ppv_interval, found.npv_interval
    assert ppv is not None and npv is not None
    for interval, odds, variance in (
        (ppv, se * p / ((1 - sp) * (1 - p)), (1 - se) / (n * se) + sp / (n * (1 - sp))),
        (npv, sp * (1 - p) / ((1 - se) * p), se / (n * (1 - se)) + (1 - sp) / (n * sp)),
    ):
        half = 1.959963984540054 * math.sqrt(variance)
        expected = [1 / (1 + math.exp(-(math.log(odds) + sign * half))) for sign in (-1, 1)]
        assert [interval.low, interval.high] == pytest.approx(expected, rel=1e-9)


def test_intervals_of_predictive_values_need_a_prevalence_and_counts() -> None:
    without = diagnostic_accuracy(Counts(19, 5, 4, 18))
    assert (without.ppv_interval, without.npv_interval) == (None, None)
    assert without.reasons["ppv"] and without.reasons["npv"]
    found = diagnostic_accuracy(Counts(19, 0, 4, 23), 0.1)
    assert found.ppv_interval is None and "no false positive" in found.reasons["lr_positive.low"]
    assert found.npv_interval is not None
    narrow = diagnostic_accuracy(Counts(19, 5, 4, 18), 0.1, level=0.9).npv_interval
    assert narrow is not None and narrow.level == 0.9


@given(
    st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.integers(1, 40), st.floats(1e-9, 0.999999)
)
def test_a_predictive_value_lies_in_its_interval(tp: int, fp: int, fn: int, tn: int, p: float) -> None:
    accuracy = diagnostic_accuracy(Counts(tp, fp, fn, tn), p)
    for value, interval in (
        (accuracy.ppv, accuracy.ppv_interval),
        (accuracy.npv, accuracy.npv_interval),
    ):
        assert value is not None and interval is not None
        assert 0 <= interval.low <= value * (1 + 1e-12) and value <= interval.high * (1 + 1e-12) <= 1 + 1e-12


@pytest.mark.parametrize("cell", [(0, 2, 0, 5), (5, 0, 1, 0), (-1, 2, 3, 4), (1, 2, 3, -1)])
def test_what_is_no_table_is_refused(cell: tuple[int, int, int, int]) -> None:
    with pytest.raises(InsufficientDataError, match="2x2 table"):
        Counts(*cell)


@pytest.mark.parametrize("cell", [(3, 2, 1, 2), (1, 2, 3, 2), (-1, 2, 1, 2), (0, 0, 1, 2), (1, 2, 0, 0)])
def test_what_is_no_proportion_is_refused(cell: tuple[int, int, int, int]) -> None:
    with pytest.raises(InsufficientDataError, match="likelihood ratio needs counts"):
        likelihood_ratio(*cell)
