"""The bootstrap against pROC, against all resamples of a tiny table counted one by one, and invariants."""

from __future__ import annotations

import csv
import itertools
import math
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics import resampling
from gepnet_core.statistics.resampling import MOST_RESAMPLES, bootstrap_cutoff
from gepnet_core.statistics.roc import Direction, roc_curve

LOW, HIGH = Direction.LOW, Direction.HIGH
X, Y = [1.0, 3.0, 5.0, 6.0], [2.0, 3.0, 7.0, 8.0]
EXAMPLE = Path(__file__).resolve().parents[2] / "data" / "examples" / "cohort.csv"

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=12)


def reference() -> list[dict[str, str]]:
    path = Path(__file__).parents[1] / "reference" / "resampling.csv"
    lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("row", reference(), ids=lambda row: row["name"])
def test_the_interval_of_the_area_agrees_with_proc(row: dict[str, str]) -> None:
    # pROC 1.18.0, ci.auc(method = "bootstrap", boot.stratified = TRUE), 20000 resamples of another generator;
    # see tests/reference/resampling.R. 0.01 is five of the standard errors of such a limit.
    ours, theirs = ([float(x) for x in row[name].split()] for name in ("positive", "negative"))
    found = bootstrap_cutoff(ours, theirs, LOW, 20_000, 1)
    assert (found.auc.low, found.auc.high) == pytest.approx((float(row["low"]), float(row["high"])), abs=0.01)


# --- every resample of four and four, one by one: 4^4 x 4^4 equally likely


def tuned(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float]:
    """Strictest cutoff with the largest Youden's index where low is positive, and its midpoint."""
    observed = sorted({*ours, *theirs})
    # In whole numbers, as both classes have four rows.
    scores = [sum(a <= c for a in ours) - sum(b <= c for b in theirs) for c in observed]
    k = scores.index(max(scores))
    return observed[k], (observed[k] + observed[k + 1]) / 2 if k + 1 < len(observed) else observed[k]


@pytest.fixture(scope="module")
def all_resamples() -> tuple[dict[float, float], dict[float, float], float]:
    """Probability of each cutoff and of each midpoint, and Youden's index on the rows left out."""
    cutoffs: dict[float, float] = {}
    midpoints: dict[float, float] = {}
    judged = []
    draws = list(itertools.product(range(4), repeat=4))
    for i in draws:
        left_x = [X[k] for k in set(range(4)) - set(i)]
        ours = [X[k] for k in i]
        for j in draws:
            cutoff, midpoint = tuned(ours, [Y[k] for k in j])
            cutoffs[cutoff] = cutoffs.get(cutoff, 0) + 1 / 4**8
            midpoints[midpoint] = midpoints.get(midpoint, 0) + 1 / 4**8
            left_y = [Y[k] for k in set(range(4)) - set(j)]
            if left_x and left_y:
                judged.append(
                    sum(a <= midpoint for a in left_x) / len(left_x)
                    - sum(b <= midpoint for b in left_y) / len(left_y)
                )
    return cutoffs, midpoints, sum(judged) / len(judged)


@pytest.mark.parametrize("direction", Direction)
def test_agrees_with_all_resamples(all_resamples, direction: Direction) -> None:
    cutoffs, midpoints, youden = all_resamples
    sign = 1 if direction is LOW else -1
    n = 40_000
    found = bootstrap_cutoff([sign * x for x in X], [sign * y for y in Y], direction, n, 7)
    for drawn, expected in ((found.cutoffs, cutoffs), (found.midpoints, midpoints)):
        assert {sign * value for value in drawn} <= set(expected)
        for value, p in expected.items():
            # five standard errors of a share of n draws
            assert drawn.count(sign * value) / n == pytest.approx(p, abs=5 * math.sqrt(p * (1 - p) / n))
    assert found.youden_oob == pytest.approx(youden, abs=5 / math.sqrt(n))
    # All rows of one class are in the resample with probability 4!/4^4.
    assert found.n_oob / n == pytest.approx((1 - math.factorial(4) / 4**4) ** 2, abs=0.01)


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


def test_resamples_do_not_depend_on_how_many_are_drawn_together(monkeypatch: pytest.MonkeyPatch) -> None:
    # A block draws all of one class first, so the stream differs; the estimates agree within chance.
    ours, theirs = example()
    whole = bootstrap_cutoff(ours, theirs, LOW, 4000, 1)
    monkeypatch.setattr(resampling, "_BLOCK_ROWS", 46 * 7)
    parts = bootstrap_cutoff(ours, theirs, LOW, 4000, 1)
    assert len(parts.cutoffs) == 4000
    assert (parts.auc.low, parts.auc.high) == pytest.approx((whole.auc.low, whole.auc.high), abs=0.02)
    assert parts.youden_oob == pytest.approx(whole.youden_oob, abs=0.02)


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


def test_a_seed_is_not_negative() -> None:
    with pytest.raises(InsufficientDataError, match="seed"):
        bootstrap_cutoff(X, Y, LOW, 10, -1)


@pytest.mark.parametrize(("x", "y"), [([], [1.0]), ([1.0], []), ([math.nan], [1.0])])
def test_what_is_no_marker_is_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(InsufficientDataError):
        bootstrap_cutoff(x, y, LOW, 10, 1)
