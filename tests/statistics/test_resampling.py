"""The bootstrap of a cutoff against cutpointr, against all resamples of a tiny table, and invariants."""

from __future__ import annotations

import csv
import itertools
import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

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
from gepnet_core.statistics.resampling import bootstrap as resampling
from gepnet_core.statistics.resampling.bootstrap import MOST_RESAMPLES, bootstrap_cutoff, percentile_interval
from gepnet_core.statistics.roc.curve import Direction, roc_curve
from tests.statistics.reference_sets import marker_sets, reference_rows

LOW, HIGH = Direction.LOW, Direction.HIGH
X, Y = [1.0, 3.0, 5.0, 6.0], [2.0, 3.0, 7.0, 8.0]
EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "examples" / "cohort.csv"

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=12)


# --- R 4.2.2 with cutpointr 1.1.2; see tests/reference/cutoff_bootstrap.R


@pytest.mark.parametrize("method", [YOUDEN, CLOSEST_TOPLEFT], ids=lambda method: method.name)
@pytest.mark.parametrize("name", ["suicide", "s100b"])
def test_the_rows_left_out_and_the_cutoffs_agree_with_cutpointr(name: str, method: CutpointMethod) -> None:
    n, runs = 20_000, 2000
    found = bootstrap_cutoff(*marker_sets()[name], HIGH, n, 1, method=method)
    rows = {
        row["quantity"]: (float(row["value"]), row["se"])
        for row in reference_rows("cutoff_bootstrap")
        if (row["name"], row["method"]) == (name, method.name)
    }
    for quantity, (value, se) in rows.items():
        if quantity.startswith("share"):
            ours = np.isclose(found.midpoints, float(quantity.split()[1]), rtol=0, atol=1e-8).mean()
        elif "quantile" in quantity:
            p = float(quantity.split()[-1])
            limit = found.cutoff_midpoint.low if p < 0.5 else found.cutoff_midpoint.high
            assert limit >= value - 1e-9 if quantity.startswith("from") else limit <= value + 1e-9
            continue
        else:
            ours = getattr(found, quantity)
        # Three standard errors of the difference of both bootstraps.
        assert ours == pytest.approx(value, abs=3 * float(se) * math.sqrt(1 + runs / n))
    assert {"youden_oob", "sensitivity_oob", "specificity_oob", "optimism"} < set(rows)
    assert len(rows) >= 11


# --- every resample of four and four, one by one: 4^4 x 4^4 equally likely


def tuned(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float]:
    """Strictest cutoff with the largest Youden's index where low is positive, and its midpoint."""
    observed = sorted({*ours, *theirs})
    # In whole numbers, as both classes have four rows.
    scores = [sum(a <= c for a in ours) - sum(b <= c for b in theirs) for c in observed]
    k = scores.index(max(scores))
    return observed[k], (observed[k] + observed[k + 1]) / 2 if k + 1 < len(observed) else observed[k]


@dataclass
class AllResamples:
    """Probability of each cutoff and of each midpoint, and means over the resamples that leave rows out."""

    cutoffs: dict[float, float] = field(default_factory=dict)
    midpoints: dict[float, float] = field(default_factory=dict)
    means: dict[str, float] = field(default_factory=dict)


@pytest.fixture(scope="module")
def all_resamples() -> AllResamples:
    found = AllResamples()
    judged: dict[str, list[float]] = {
        "sensitivity_oob": [],
        "specificity_oob": [],
        "youden_oob": [],
        "optimism": [],
    }
    draws = list(itertools.product(range(4), repeat=4))
    for i in draws:
        left_x = [X[k] for k in set(range(4)) - set(i)]
        ours = [X[k] for k in i]
        for j in draws:
            theirs = [Y[k] for k in j]
            cutoff, midpoint = tuned(ours, theirs)
            found.cutoffs[cutoff] = found.cutoffs.get(cutoff, 0) + 1 / 4**8
            found.midpoints[midpoint] = found.midpoints.get(midpoint, 0) + 1 / 4**8
            left_y = [Y[k] for k in set(range(4)) - set(j)]
            if left_x and left_y:
                se = sum(a <= midpoint for a in left_x) / len(left_x)
                sp = sum(b > midpoint for b in left_y) / len(left_y)
                own = sum(a <= cutoff for a in ours) / 4 - sum(b <= cutoff for b in theirs) / 4
                for name, value in zip(judged, (se, sp, se + sp - 1, own - (se + sp - 1)), strict=True):
                    judged[name].append(value)
    found.means = {name: statistics.fmean(one) for name, one in judged.items()}
    return found


@pytest.mark.parametrize("direction", Direction)
def test_agrees_with_all_resamples(all_resamples: AllResamples, direction: Direction) -> None:
    sign = 1 if direction is LOW else -1
    n = 40_000
    found = bootstrap_cutoff([sign * x for x in X], [sign * y for y in Y], direction, n, 7)
    for drawn, expected in (
        (found.cutoffs, all_resamples.cutoffs),
        (found.midpoints, all_resamples.midpoints),
    ):
        assert {sign * value for value in drawn} <= set(expected)
        for value, p in expected.items():
            # five standard errors of a share of n draws
            assert drawn.count(sign * value) / n == pytest.approx(p, abs=5 * math.sqrt(p * (1 - p) / n))
    for name, mean in all_resamples.means.items():
        assert getattr(found, name) == pytest.approx(mean, abs=5 / math.sqrt(n))
    # All rows of one class are in the resample with probability 4!/4^4.
    assert found.n_oob / n == pytest.approx((1 - math.factorial(4) / 4**4) ** 2, abs=0.01)
    assert (found.n_without, dict(found.reasons)) == (0, {})


# --- plain properties


def example() -> tuple[list[float], list[float]]:
    with EXAMPLE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return (
        [float(row["hap_ratio"]) for row in rows if row["diagnosis"] == "adenocarcinoma"],
        [float(row["hap_ratio"]) for row in rows if row["diagnosis"] == "net"],
    )


def test_the_example_is_quick_repeatable_and_less_good_out_of_bag() -> None:
    ours, theirs = example()
    start = time.perf_counter()
    found = bootstrap_cutoff(ours, theirs, LOW, 2000, 1)
    assert time.perf_counter() - start < 2  # 0.01 s here
    assert found == bootstrap_cutoff(ours, theirs, LOW, 2000, 1)
    assert found.auc != bootstrap_cutoff(ours, theirs, LOW, 2000, 2).auc
    assert found.youden_apparent == pytest.approx(
        19 / 23 + 18 / 23 - 1
    )  # 19 and 18 of 23, the study's counts
    assert found.youden_oob is not None and found.youden_oob < found.youden_apparent
    assert found.auc.low < roc_curve(ours, theirs, LOW).auc < found.auc.high
    assert found.cutoff_midpoint.low < 0.898 < found.cutoff_midpoint.high
    assert (found.n, found.seed, len(found.cutoffs), len(found.midpoints)) == (2000, 1, 2000, 2000)


@settings(max_examples=40)
@given(values, values, st.sampled_from(Direction), st.integers(0, 100))
def test_mirroring_marker_and_direction_mirrors_the_cutoffs(x, y, direction, seed) -> None:
    other = HIGH if direction is LOW else LOW
    here = bootstrap_cutoff(x, y, direction, 20, seed)
    there = bootstrap_cutoff([-v for v in x], [-v for v in y], other, 20, seed)
    assert (here.auc, here.youden_apparent, here.youden_oob, here.n_oob) == (
        there.auc,
        there.youden_apparent,
        there.youden_oob,
        there.n_oob,
    )
    assert here.cutoffs == tuple(-v for v in there.cutoffs)
    assert here.midpoints == tuple(-v for v in there.midpoints)
    assert (here.cutoff.low, here.cutoff.high) == pytest.approx((-there.cutoff.high, -there.cutoff.low))


@settings(max_examples=40)
@given(values, values, st.sampled_from(Direction))
def test_cutoffs_are_observed_and_numbers_in_range(x, y, direction) -> None:
    found = bootstrap_cutoff(x, y, direction, 20, 1)
    assert set(found.cutoffs) <= set(x) | set(y)
    assert 0 <= found.auc.low <= found.auc.high <= 1
    assert found.youden_oob is None or -1 <= found.youden_oob <= 1
    sign = 1 if direction is LOW else -1
    assert all(sign * c <= sign * m for c, m in zip(found.cutoffs, found.midpoints, strict=True))


def test_one_row_of_a_class_is_never_left_out() -> None:
    found = bootstrap_cutoff([1.0], [0.5, 2.0, 3.0], LOW, 50, 1)
    assert (found.youden_oob, found.n_oob) == (None, 0)


def test_separate_classes_agree_in_every_resample() -> None:
    found = bootstrap_cutoff([1.0, 2.0], [3.0, 4.0], LOW, 200, 1)
    assert (found.auc.low, found.auc.high) == (1, 1)
    assert set(found.cutoffs) == {1.0, 2.0}


def test_resamples_do_not_depend_on_how_many_are_tuned_together(monkeypatch: pytest.MonkeyPatch) -> None:
    ours, theirs = example()
    whole = bootstrap_cutoff(ours, theirs, LOW, 4000, 1)
    monkeypatch.setattr(resampling, "BLOCK_ROWS", 46 * 7)
    parts = bootstrap_cutoff(ours, theirs, LOW, 4000, 1)
    assert parts == whole


# --- other methods


def test_what_is_apparent_is_the_chosen_cutoff_s() -> None:
    ours, theirs = example()
    for method in (
        CLOSEST_TOPLEFT,
        sensitivity_at_least(0.9),
        specificity_at_least(0.9),
        least_cost(1, 5, 0.2),
    ):
        found = bootstrap_cutoff(ours, theirs, LOW, 200, 1, method=method)
        chosen = find_cutpoints(ours, theirs, LOW, method).chosen
        assert chosen is not None and found.method == method
        assert found.youden_apparent == chosen.youden
        assert (found.sensitivity_apparent, found.specificity_apparent) == (
            chosen.sensitivity,
            chosen.specificity,
        )
        assert found.youden_oob is not None
        assert found.sensitivity_oob is not None and found.specificity_oob is not None
        assert found.youden_oob == pytest.approx(found.sensitivity_oob + found.specificity_oob - 1)
        assert found.auc == bootstrap_cutoff(ours, theirs, LOW, 200, 1).auc  # the same resamples
    # A cutoff with a sensitivity of 0.9 where it was chosen has less on the rows left out.
    wide = bootstrap_cutoff(ours, theirs, LOW, 2000, 1, method=sensitivity_at_least(0.9))
    assert wide.sensitivity_oob is not None and wide.sensitivity_oob < 0.9 <= wide.sensitivity_apparent


def test_resamples_without_a_cutoff_are_counted_and_left_out() -> None:
    # Two draws of 1 and 3 against 2 reach both unless they are 3 and 3: 1 of 4.
    found = bootstrap_cutoff([1.0, 3.0], [2.0], LOW, 4000, 1, method=both_at_least(0.5, 1))
    assert found.n_without == sum(map(math.isnan, found.cutoffs)) == sum(map(math.isnan, found.midpoints))
    assert found.n_without / 4000 == pytest.approx(1 / 4, abs=5 * math.sqrt(3 / 16 / 4000))
    assert {value for value in found.cutoffs if not math.isnan(value)} == {1.0}
    assert (found.cutoff.low, found.cutoff.high) == (1.0, 1.0)
    # The one negative row is in every resample.
    assert (found.n_oob, found.sensitivity_oob, found.optimism) == (0, None, None)
    assert set(found.reasons) == {"youden_oob", "sensitivity_oob", "specificity_oob", "optimism"}


def test_no_resample_with_a_cutoff_is_nan_with_a_reason() -> None:
    # Both resamples draw 3 and 3: a chance of 1 in 16.
    seed = next(
        seed
        for seed in range(200)
        if bootstrap_cutoff([1.0, 3.0], [2.0], LOW, 2, seed, method=both_at_least(0.5, 1)).n_without == 2
    )
    found = bootstrap_cutoff([1.0, 3.0], [2.0], LOW, 2, seed, method=both_at_least(0.5, 1))
    for interval in (found.cutoff, found.cutoff_midpoint):
        assert math.isnan(interval.low) and math.isnan(interval.high)
    assert {"cutoff", "cutoff_midpoint", "youden_oob"} <= set(found.reasons)
    assert (found.sensitivity_apparent, found.specificity_apparent) == (0.5, 1)


def test_a_method_that_finds_nothing_on_the_rows_is_refused() -> None:
    with pytest.raises(InsufficientDataError, match=r"finds no cutoff.*sensitivity of at least 0\.9"):
        bootstrap_cutoff([1.0, 3.0], [2.0, 4.0], LOW, 20, 1, method=both_at_least(0.9, 0.9))


@pytest.mark.parametrize("direction", Direction)
def test_cutoffs_that_call_nobody_are_infinite_and_are_told(direction: Direction) -> None:
    # The most extreme row is a negative; a resample without it has a cutoff.
    sign = 1 if direction is LOW else -1
    x, y = [sign * v for v in (2.0, 3.0, 4.0)], [sign * v for v in (1.0, 5.0, 6.0)]
    found = bootstrap_cutoff(x, y, direction, 3000, 1, method=specificity_at_least(1))
    n_infinite = sum(map(math.isinf, found.cutoffs))
    p = 1 - (2 / 3) ** 3  # that the row is drawn
    assert n_infinite / 3000 == pytest.approx(p, abs=5 * math.sqrt(p * (1 - p) / 3000))
    assert [math.isinf(v) for v in found.cutoffs] == [math.isinf(v) for v in found.midpoints]
    infinite, finite = (
        (found.cutoff.low, found.cutoff.high) if direction is LOW else (found.cutoff.high, found.cutoff.low)
    )
    assert (infinite, finite) == (-sign * math.inf, sign * 4.0)
    assert f"in {n_infinite} of 3000 resamples" in found.reasons["cutoff"]
    assert (found.sensitivity_apparent, found.specificity_apparent, found.youden_apparent) == (0, 1, 0)
    assert found.sensitivity_oob is not None and 0 < found.sensitivity_oob < 1


@pytest.mark.parametrize(
    "method",
    [
        CLOSEST_TOPLEFT,
        sensitivity_at_least(1),
        specificity_at_least(1),
        least_cost(1, 9, 0.1),
        least_cost(9, 1, 0.9),
    ],
    ids=lambda method: method.name,
)
@pytest.mark.parametrize(
    ("x", "y"),
    [
        ([1.0], [2.0]),
        ([2.0], [1.0]),
        ([1.0], [1.0]),
        ([4.0] * 5, [4.0, 4.0]),
        ([1.0, 2.0], [0.0, 3.0]),
    ],
)
def test_few_or_equal_values_with_every_method(method: CutpointMethod, x, y) -> None:
    found = bootstrap_cutoff(x, y, LOW, 50, 1, method=method)
    assert found.n_without == 0
    assert {value for value in found.cutoffs if math.isfinite(value)} <= {*x, *y}
    assert (found.n_oob == 0) == (found.youden_oob is None) == ("youden_oob" in found.reasons)
    assert found.youden_oob is None or -1 <= found.youden_oob <= 1


@given(st.lists(st.floats(-1e300, 1e300), min_size=1, max_size=30), st.floats(0.01, 0.99))
def test_percentiles_are_numpy_s(drawn: list[float], level: float) -> None:
    interval = percentile_interval(np.array(drawn), level)
    expected = np.quantile(drawn, [0.5 - level / 2, 0.5 + level / 2])
    assert (interval.low, interval.high) == pytest.approx(tuple(expected), rel=1e-9, abs=1e-300)


def test_percentiles_of_infinities() -> None:
    # Between an infinity and a number lies infinity.
    interval = percentile_interval(np.array([-math.inf, -math.inf, 1.0, 2.0, 3.0]), 0.3)
    assert interval.low == -math.inf
    assert interval.high == pytest.approx(1.6)
    ends = percentile_interval(np.array([-1.7e308, 1.7e308]), 0.5)
    assert [ends.low, ends.high] == pytest.approx([-0.85e308, 0.85e308])


# --- size


def test_many_rows_stay_within_memory_and_time() -> None:
    rng = np.random.default_rng(2017)
    ours, theirs = rng.normal(0, 1, 50_000), rng.normal(1, 1, 50_000)
    start = time.perf_counter()
    found = bootstrap_cutoff(ours, theirs, LOW, 20, 1)
    assert time.perf_counter() - start < 10  # 0.3 s here
    # The area of two normals one SD apart is Phi(1 / sqrt 2) = 0.76025 (Green and Swets 1966).
    assert found.auc.low == pytest.approx(0.76025, abs=0.01)
    assert found.cutoff.low == pytest.approx(0.5, abs=0.15)  # midway, by symmetry


def test_numbers_near_the_end_of_float64() -> None:
    found = bootstrap_cutoff([-1.6e308, 1.0], [1.7e308, 1.5e308], LOW, 20, 1)
    assert all(map(math.isfinite, found.midpoints))


@pytest.mark.parametrize("n", [-1, 0, 1, MOST_RESAMPLES + 1])
def test_the_number_of_resamples_has_limits(n: int) -> None:
    with pytest.raises(InsufficientDataError, match="needs resamples"):
        bootstrap_cutoff(X, Y, LOW, n, 1)


@pytest.mark.parametrize("level", [-0.5, 0.0, 1.0, 1.5, math.nan])
def test_a_level_is_a_fraction(level: float) -> None:
    with pytest.raises(InsufficientDataError, match="level"):
        bootstrap_cutoff(X, Y, LOW, 10, 1, level)


def test_a_seed_is_not_negative() -> None:
    with pytest.raises(InsufficientDataError, match="seed"):
        bootstrap_cutoff(X, Y, LOW, 10, -1)


@pytest.mark.parametrize(("x", "y"), [([], [1.0]), ([1.0], []), ([math.nan], [1.0])])
def test_what_is_no_marker_is_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(InsufficientDataError):
        bootstrap_cutoff(x, y, LOW, 10, 1)
