"""The bootstrap of the area against pROC, the closed form of its variance, and the area of each resample."""

from __future__ import annotations

import math
import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import multivariate_normal

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.resampling.auc_bootstrap import bootstrap_auc
from gepnet_core.statistics.resampling.bootstrap import MOST_RESAMPLES, bootstrap_cutoff, resampled_areas
from gepnet_core.statistics.resampling.cutoff_tuning import prepared_rows
from gepnet_core.statistics.roc.curve import Direction, roc_curve
from tests.statistics.reference_sets import reference_rows

LOW, HIGH = Direction.LOW, Direction.HIGH
X, Y = [1.0, 3.0, 5.0, 6.0, 6.0], [2.0, 3.0, 7.0, 8.0]

values = st.lists(st.integers(-5, 5).map(float), min_size=1, max_size=12)


@pytest.mark.parametrize("row", reference_rows("resampling"), ids=lambda row: row["name"])
def test_the_interval_agrees_with_proc(row: dict[str, str]) -> None:
    # pROC 1.18.0, ci.auc(method = "bootstrap", boot.stratified = TRUE), 20000 resamples of another generator;
    # see tests/reference/resampling.R. 0.01 is five of the standard errors of such a limit.
    ours, theirs = ([float(x) for x in row[name].split()] for name in ("positive", "negative"))
    found = bootstrap_auc(ours, theirs, LOW, 20_000, 1).interval
    assert (found.low, found.high) == pytest.approx((float(row["low"]), float(row["high"])), abs=0.01)


@pytest.mark.parametrize("direction", Direction)
def test_the_standard_error_is_that_of_all_resamples(direction: Direction) -> None:
    # The ideal bootstrap (Efron and Tibshirani 1993, section 6.2). A pair of rows wins 1, 1/2 or 0. With v
    # the variance of all wins, v_i and v_j those of the rows' means, (v + (m - 1) v_i + (n - 1) v_j) / (n m).
    sign = -1 if direction is HIGH else 1
    n, m = len(X), len(Y)
    wins = [[(a < b) + (a == b) / 2 for b in Y] for a in X]
    by_row, by_column = np.mean(wins, axis=1), np.mean(wins, axis=0)
    variance = (np.var(wins) + (m - 1) * by_row.var() + (n - 1) * by_column.var()) / (n * m)
    found = bootstrap_auc([sign * x for x in X], [sign * y for y in Y], direction, MOST_RESAMPLES, 5)
    # An SD of so many resamples has a relative error of about sqrt(1 / 2n); five of them.
    assert found.se == pytest.approx(math.sqrt(variance), rel=5 * math.sqrt(0.5 / MOST_RESAMPLES))


@settings(max_examples=50)
@given(values, values, st.sampled_from(Direction), st.integers(0, 10**6))
def test_the_area_of_a_resample_is_that_of_its_rows(x, y, direction, seed) -> None:
    rng = np.random.default_rng(seed)
    rows = prepared_rows(x, y, direction)
    of_x, of_y = (rng.multinomial(size, [1 / size] * size, 5) for size in (len(x), len(y)))
    areas = resampled_areas(rows, of_x, of_y)
    for k in range(5):
        # The rows rise, low positive.
        drawn = np.repeat(rows.ours, of_x[k]), np.repeat(rows.theirs, of_y[k])
        assert areas[k] == roc_curve(*drawn, LOW).auc


@settings(max_examples=25)
@given(values, values, st.sampled_from(Direction), st.integers(0, 100))
def test_the_same_seed_gives_the_interval_beside_the_cutoff(x, y, direction, seed) -> None:
    found = bootstrap_auc(x, y, direction, 30, seed, 0.9)
    assert found.interval == bootstrap_cutoff(x, y, direction, 30, seed, 0.9).auc
    assert found == bootstrap_auc(x, y, direction, 30, seed, 0.9)
    assert (found.n, found.seed, found.interval.level) == (30, seed, 0.9)
    assert 0 <= found.interval.low <= found.interval.high <= 1


@pytest.mark.parametrize(
    ("x", "y", "auc"),
    [([1.0], [2.0], 1.0), ([2.0], [1.0], 0.0), ([1.0], [1.0], 0.5), ([1.0, 2.0], [3.0, 4.0], 1.0),
     ([7.0] * 9, [7.0] * 4, 0.5), ([-1e300, 1e-300], [1e300, 2e300], 1.0)],
)  # fmt: skip
def test_resamples_that_agree(x: list[float], y: list[float], auc: float) -> None:
    found = bootstrap_auc(x, y, LOW, 20, 1)
    assert (found.interval.low, found.interval.high, found.se) == (auc, auc, 0)


def test_many_rows_stay_within_memory_and_time() -> None:
    rng = np.random.default_rng(2017)
    ours, theirs = rng.normal(0, 1, 5000), rng.normal(1, 1, 5000)
    start = time.perf_counter()
    found = bootstrap_auc(ours, theirs, LOW, 2000, 1)
    assert time.perf_counter() - start < 10  # 0.3 s here; all counts at once would need 160 MB
    # Normals one SD apart: the area is Phi(1 / sqrt 2) = 0.76025; one row beats two of the other class with
    # the bivariate normal probability of correlation one half at the same point.
    twice = float(multivariate_normal([0, 0], [[1, 0.5], [0.5, 1]]).cdf([math.sqrt(0.5)] * 2))
    assert found.interval.low < 0.76025 < found.interval.high
    assert found.se == pytest.approx(math.sqrt(2 * (twice - 0.76025**2) / 5000), rel=0.06)


@pytest.mark.parametrize("n", [-1, 0, 1, MOST_RESAMPLES + 1])
def test_the_number_of_resamples_has_limits(n: int) -> None:
    with pytest.raises(InsufficientDataError, match="needs resamples"):
        bootstrap_auc(X, Y, LOW, n, 1)


def test_a_seed_is_not_negative() -> None:
    with pytest.raises(InsufficientDataError, match="seed"):
        bootstrap_auc(X, Y, LOW, 10, -1)


@pytest.mark.parametrize("level", [-0.5, 0.0, 1.0, 1.5, math.nan])
def test_a_level_is_a_fraction(level: float) -> None:
    with pytest.raises(InsufficientDataError, match="level"):
        bootstrap_auc(X, Y, LOW, 10, 1, level)


@pytest.mark.parametrize(("x", "y"), [([], [1.0]), ([1.0], []), ([math.nan], [1.0])])
def test_what_is_no_marker_is_refused(x: list[float], y: list[float]) -> None:
    with pytest.raises(InsufficientDataError):
        bootstrap_auc(x, y, LOW, 10, 1)
