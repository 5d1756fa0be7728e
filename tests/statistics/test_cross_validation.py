"""Cross-validation against plain loops in R, all divisions of a tiny table, and invariants."""

from __future__ import annotations

import itertools
import math
import statistics
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint import find_cutpoints
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    CLOSEST_TOPLEFT,
    YOUDEN,
    CutpointMethod,
    both_at_least,
    least_cost,
    sensitivity_at_least,
    specificity_at_least,
)
from gepnet_core.statistics.resampling import cross_validation
from gepnet_core.statistics.resampling.cross_validation import (
    MOST_SAMPLES,
    OverRepeats,
    cross_validate_cutoff,
)
from gepnet_core.statistics.roc.curve import Direction
from tests.statistics.reference_sets import marker_sets, reference_rows

LOW, HIGH = Direction.LOW, Direction.HIGH
X, Y = [1.0, 2.0, 4.0, 6.0], [3.0, 5.0, 7.0, 8.0]

values = st.lists(st.integers(-5, 5).map(float), min_size=2, max_size=12)


# --- R 4.2.2; see tests/reference/cross_validation.R


@pytest.mark.parametrize("folds", [2, 5, 10])
@pytest.mark.parametrize("name", ["suicide", "s100b", "iris"])
def test_means_over_repeats_agree_with_plain_loops_in_r(name: str, folds: int) -> None:
    direction = LOW if name == "iris" else HIGH
    found = cross_validate_cutoff(*marker_sets()[name], direction, folds=folds, repeats=2000, seed=1)
    rows = [
        row for row in reference_rows("cross_validation") if (row["name"], row["folds"]) == (name, str(folds))
    ]
    assert [row["quantity"] for row in rows] == ["sensitivity", "specificity", "youden"]
    for row in rows:
        # Three standard errors of the difference of 1000 repeats there and 2000 here; where all repeats there
        # agree (s100b, 10 folds), what one repeat in a thousand could move.
        slack = 3 * float(row["se"]) * math.sqrt(1 + 1 / 2) or 1 / 72 / 1000
        assert getattr(found, row["quantity"]).mean == pytest.approx(float(row["mean"]), abs=slack)


# --- every division of four and four into two or four folds, and the fold's calls counted


def divisions(folds: int) -> list[tuple[int, ...]]:
    return sorted(set(itertools.permutations([k % folds for k in range(4)])))


@pytest.mark.parametrize("method", [YOUDEN, specificity_at_least(0.9)], ids=lambda method: method.name)
@pytest.mark.parametrize("folds", [2, 3, 4])
def test_agrees_with_all_divisions(folds: int, method: CutpointMethod) -> None:
    tps, fps, cutoffs = [], [], []
    for of_x, of_y in itertools.product(divisions(folds), repeat=2):
        tp = fp = 0
        for fold in range(folds):
            chosen = find_cutpoints(
                [v for v, f in zip(X, of_x, strict=True) if f != fold],
                [v for v, f in zip(Y, of_y, strict=True) if f != fold],
                LOW,
                method,
            ).chosen
            assert chosen is not None
            middle = chosen.threshold if chosen.midpoint is None else chosen.midpoint
            tp += sum(v <= middle for v, f in zip(X, of_x, strict=True) if f == fold)
            fp += sum(v <= middle for v, f in zip(Y, of_y, strict=True) if f == fold)
            cutoffs.append(chosen.threshold)
        tps.append(tp / 4)
        fps.append(fp / 4)
    repeats = 5000
    found = cross_validate_cutoff(X, Y, LOW, folds=folds, repeats=repeats, seed=3, method=method)
    both = [tp - fp for tp, fp in zip(tps, fps, strict=True)]
    for over, of in (
        (found.sensitivity, tps),
        (found.specificity, [1 - fp for fp in fps]),
        (found.youden, both),
    ):
        assert over is not None
        # five standard errors of the mean
        assert over.mean == pytest.approx(
            statistics.fmean(of), abs=5 * statistics.pstdev(of) / math.sqrt(repeats) + 1e-12
        )
        assert (over.lowest, over.highest) == (min(of), max(of))  # every division comes up
    assert set(found.cutoffs) == set(cutoffs)
    for cutoff in set(cutoffs):
        p = cutoffs.count(cutoff) / len(cutoffs)
        # Folds of a repeat go together: at most the error of the repeats.
        assert found.cutoffs.count(cutoff) / len(found.cutoffs) == pytest.approx(
            p, abs=5 * math.sqrt(p * (1 - p) / repeats) + 1e-12
        )


# --- plain properties


def test_separate_classes_with_a_gap_are_called_right_and_a_constant_is_called_positive() -> None:
    apart = cross_validate_cutoff([1.0, 2.0, 3.0], [13.0, 14.0, 15.0, 16.0], LOW, folds=3, repeats=4, seed=1)
    assert apart.sensitivity == apart.specificity == apart.youden == OverRepeats(1.0, 1.0, 1.0)
    assert set(apart.cutoffs) == {2.0, 3.0}
    assert (apart.n_repeats, apart.n_without, dict(apart.reasons)) == (4, 0, {})
    constant = cross_validate_cutoff([7.0] * 5, [7.0] * 3, LOW, folds=3, repeats=4, seed=1)
    assert (constant.sensitivity, constant.specificity) == (OverRepeats(1, 1, 1), OverRepeats(0, 0, 0))
    assert set(constant.cutoffs) == set(constant.midpoints) == {7.0}


def test_two_rows_of_each_class() -> None:
    # Without 1: 2 to 3 or 4, cutoff 2. Without 2: cutoff 1, midpoint 2 or 2.5, which calls 2 and not 3.
    found = cross_validate_cutoff([1.0, 2.0], [3.0, 4.0], LOW, folds=2, repeats=50, seed=1)
    assert found.sensitivity == OverRepeats(1, 1, 1)
    # 3 is left out with midpoint (1 + 4) / 2 or (2 + 4) / 2 = 3, on which it is called.
    assert found.specificity is not None
    assert (found.specificity.lowest, found.specificity.highest) == (0.5, 1)
    assert set(found.midpoints) == {2.0, 2.5, 3.0}


@settings(max_examples=30)
@given(values, values, st.sampled_from(Direction), st.integers(0, 1000), st.data())
def test_mirroring_marker_and_direction_mirrors_the_cutoffs(x, y, direction, seed, data) -> None:
    folds = data.draw(st.integers(2, min(len(x), len(y))))
    other = HIGH if direction is LOW else LOW
    method = data.draw(
        st.sampled_from([YOUDEN, CLOSEST_TOPLEFT, specificity_at_least(0.9), least_cost(2, 1, 0.3)])
    )
    # The rows are divided in rising order, low positive: the same in both.
    here = cross_validate_cutoff(x, y, direction, folds=folds, repeats=3, seed=seed, method=method)
    there = cross_validate_cutoff(
        [-v for v in x], [-v for v in y], other, folds=folds, repeats=3, seed=seed, method=method
    )
    assert (here.sensitivity, here.specificity, here.youden) == (
        there.sensitivity,
        there.specificity,
        there.youden,
    )
    assert here.cutoffs == tuple(-v for v in there.cutoffs)
    assert here.midpoints == tuple(-v for v in there.midpoints)


@settings(max_examples=30)
@given(values, values, st.sampled_from(Direction), st.data())
def test_shares_are_of_all_rows_and_cutoffs_observed(x, y, direction, data) -> None:
    folds = data.draw(st.integers(2, min(len(x), len(y))))
    found = cross_validate_cutoff(x, y, direction, folds=folds, repeats=5, seed=1)
    assert len(found.cutoffs) == len(found.midpoints) == 5 * folds
    assert set(found.cutoffs) <= {*x, *y}
    assert found.sensitivity is not None and found.specificity is not None and found.youden is not None
    for share, n in ((found.sensitivity.lowest, len(x)), (found.specificity.highest, len(y))):
        assert share * n == pytest.approx(round(share * n), abs=1e-9)
    for one in (found.sensitivity, found.specificity):
        assert 0 <= one.lowest <= one.mean + 1e-12 and one.mean - 1e-12 <= one.highest <= 1
    assert found.youden.mean == pytest.approx(found.sensitivity.mean + found.specificity.mean - 1)


def test_the_order_of_the_rows_means_nothing_and_the_seed_everything() -> None:
    x, y = marker_sets()["s100b"]
    found = cross_validate_cutoff(x, y, HIGH, folds=5, repeats=20, seed=1)
    assert found == cross_validate_cutoff(x[::-1], y[::-1], HIGH, folds=5, repeats=20, seed=1)
    assert found.cutoffs != cross_validate_cutoff(x, y, HIGH, folds=5, repeats=20, seed=2).cutoffs
    # A stream a repeat: more repeats begin with the same.
    more = cross_validate_cutoff(x, y, HIGH, folds=5, repeats=30, seed=1)
    assert more.cutoffs[:100] == found.cutoffs
    assert (found.folds, found.repeats, found.seed, found.method) == (5, 20, 1, YOUDEN)


def test_what_is_honest_is_less_than_what_is_apparent() -> None:
    # Markers that say nothing. The largest Youden's index is the one-sided Kolmogorov-Smirnov statistic, with
    # the mean sqrt(pi / 8) / sqrt(n m / (n + m)) = 0.185 (Smirnov 1939); cross-validated nothing is left.
    rng = np.random.default_rng(4)
    apparent, honest = [], []
    for _ in range(60):
        x, y = rng.normal(size=23), rng.normal(size=23)
        best = find_cutpoints(x, y, LOW, YOUDEN).value
        found = cross_validate_cutoff(x, y, LOW, folds=10, repeats=20, seed=1).youden
        assert best is not None and found is not None
        apparent.append(best)
        honest.append(found.mean)
    assert statistics.fmean(apparent) == pytest.approx(0.185, abs=0.05)
    assert statistics.fmean(honest) == pytest.approx(0, abs=0.05)


@pytest.mark.parametrize("rows", [8, 24, 100])
def test_divisions_do_not_depend_on_how_many_are_tuned_together(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = cross_validate_cutoff(X, Y, LOW, folds=3, repeats=7, seed=1)
    monkeypatch.setattr(cross_validation, "BLOCK_ROWS", rows)
    assert cross_validate_cutoff(X, Y, LOW, folds=3, repeats=7, seed=1) == whole


# --- folds without a cutoff, and cutoffs that call nobody


def test_repeats_with_a_fold_without_a_cutoff_are_left_out_and_counted() -> None:
    # The two positives part the folds. Without 4, 1 is told from all; without 1, 4 lies above 2 or 3.
    never = cross_validate_cutoff(
        [1.0, 4.0], [2.0, 3.0], LOW, folds=2, repeats=5, seed=1, method=both_at_least(0.5, 0.9)
    )
    assert (never.n_repeats, never.n_without) == (0, 5)
    assert (never.sensitivity, never.specificity, never.youden) == (None, None, None)
    assert set(never.reasons) == {"sensitivity", "specificity", "youden"}
    assert sum(map(math.isnan, never.cutoffs)) == sum(map(math.isnan, never.midpoints)) == 5
    # Of three positives two stay: both reach where 1 is among them.
    some = cross_validate_cutoff(
        [1.0, 4.0, 4.0, 1.0], [2.0, 3.0], LOW, folds=2, repeats=400, seed=1, method=both_at_least(0.5, 0.9)
    )
    # The two of 1 fall into one fold in 1 of 3 divisions, and the other fold has none.
    assert some.n_repeats + some.n_without == 400
    assert some.n_without / 400 == pytest.approx(1 / 3, abs=5 * math.sqrt(2 / 9 / 400))
    assert some.sensitivity is not None and some.reasons == {}


def test_cutoffs_that_call_nobody_are_infinite_and_are_told() -> None:
    found = cross_validate_cutoff(
        [3.0, 4.0, 5.0], [1.0, 1.0, 9.0], LOW, folds=3, repeats=5, seed=1, method=specificity_at_least(1)
    )
    # One of the two negatives of 1 is always there.
    assert set(found.cutoffs) == {-math.inf}
    assert (found.sensitivity, found.specificity) == (OverRepeats(0, 0, 0), OverRepeats(1, 1, 1))
    assert found.reasons["cutoffs"] == ("in 15 of 15 folds the cutoff calls nobody positive, and is infinite")


@pytest.mark.parametrize(
    "method",
    [
        YOUDEN,
        CLOSEST_TOPLEFT,
        sensitivity_at_least(1),
        specificity_at_least(1),
        least_cost(1, 1, 0.123456789),
    ],
    ids=lambda method: method.name,
)
@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([1.0, 1.0], [1.0, 1.0]),
        ([1.0, 2.0], [3.0, 4.0]),
        ([3.0, 4.0], [1.0, 2.0]),
        ([-1e300, 1e-300, 1e300], [5e-324, 1e300]),
    ],
)
def test_few_or_equal_or_extreme_values(method: CutpointMethod, x, y) -> None:
    found = cross_validate_cutoff(x, y, LOW, folds=2, repeats=3, seed=1, method=method)
    assert (found.n_repeats, found.n_without) == (3, 0)
    assert {value for value in found.cutoffs if math.isfinite(value)} <= {*x, *y}
    assert found.youden is not None and -1 <= found.youden.lowest <= found.youden.highest <= 1


# --- what is refused


@pytest.mark.parametrize(
    ("folds", "fits"), [(1, False), (2, True), (4, True), (5, False), (0, False), (-1, False)]
)
def test_folds_are_2_to_the_size_of_the_smaller_class(folds: int, fits: bool) -> None:
    for x, y in ((X, [*Y, 9.0, 10.0]), ([*X, 9.0, 10.0], Y)):
        if fits:
            assert cross_validate_cutoff(x, y, LOW, folds=folds, repeats=1, seed=0).folds == folds
        else:
            with pytest.raises(InsufficientDataError, match="row of each class"):
                cross_validate_cutoff(x, y, LOW, folds=folds, repeats=1, seed=0)


@pytest.mark.parametrize(("x", "y"), [([1.0], [2.0]), ([1.0], [2.0, 3.0, 4.0])])
def test_a_single_row_cannot_be_divided(x: list[float], y: list[float]) -> None:
    with pytest.raises(InsufficientDataError, match="1 rows in the smaller class"):
        cross_validate_cutoff(x, y, LOW, folds=2, repeats=1, seed=0)


@pytest.mark.parametrize("repeats", [-1, 0, MOST_SAMPLES // 4 + 1])
def test_repeats_have_limits(repeats: int) -> None:
    with pytest.raises(InsufficientDataError, match="needs repeats"):
        cross_validate_cutoff(X, Y, LOW, folds=4, repeats=repeats, seed=1)


def test_a_seed_is_not_negative() -> None:
    with pytest.raises(InsufficientDataError, match="seed"):
        cross_validate_cutoff(X, Y, LOW, folds=2, repeats=1, seed=-1)


@pytest.mark.parametrize(("x", "y"), [([], [1.0]), ([1.0], []), ([math.nan, 1.0], [1.0, 2.0])])
def test_what_is_no_marker_is_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(InsufficientDataError):
        cross_validate_cutoff(x, y, LOW, folds=2, repeats=1, seed=1)


def test_many_rows_and_many_folds_stay_within_memory_and_time() -> None:
    rng = np.random.default_rng(2017)
    x, y = rng.normal(0, 1, 20_000), rng.normal(1, 1, 20_000)
    start = time.perf_counter()
    found = cross_validate_cutoff(x, y, LOW, folds=10, repeats=3, seed=1)
    leave_two_out = cross_validate_cutoff(x[:1000], y[:1000], LOW, folds=1000, repeats=1, seed=1)
    assert time.perf_counter() - start < 20  # 0.2 s here
    assert found.youden is not None and leave_two_out.youden is not None
    # Normals one SD apart: 2 Phi(1/2) - 1 = 0.3829 at the cutoff midway.
    assert found.youden.mean == pytest.approx(0.3829, abs=0.02)
    assert leave_two_out.youden.mean == pytest.approx(0.3829, abs=0.08)
