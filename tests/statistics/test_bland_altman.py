"""Limits of agreement against base R, the papers of Bland and Altman, an integral, and what must hold."""

from __future__ import annotations

import csv
import math
import time
from pathlib import Path

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.readers.bland_altman import BlandAltman, bland_altman

LINES = (
    (Path(__file__).parents[1] / "reference" / "bland_altman.csv").read_text(encoding="utf-8").splitlines()
)
REFERENCE = list(csv.DictReader(line for line in LINES if not line.startswith("#")))
TWO_SD = math.erf(math.sqrt(2))  # the share of a normal distribution within 2 SD

readings = st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=3, max_size=30)


def values_of(row: dict[str, str]) -> tuple[np.ndarray, np.ndarray]:
    """The values of a row; those of the 300 rows are remainders, as in the script."""
    if row["name"] == "rows300":
        i = np.arange(1, 301)
        return i * 7919.0 % 61, i * 104729.0 % 53 + 3
    return np.array(row["first"].split(), dtype=float), np.array(row["second"].split(), dtype=float)


PEFR = values_of(REFERENCE[0])


def numbers_of(found: BlandAltman) -> dict[str, float]:
    """All numbers of a result without reasons, under the names of the reference."""
    assert found.mean_interval is not None and found.sd is not None and found.within_case_sd is not None
    numbers = {
        "mean": found.mean_difference,
        "mean_low": found.mean_interval.low,
        "mean_high": found.mean_interval.high,
        "sd": found.sd,
        "within": found.within_case_sd,
    }
    for name, limit in (("lower", found.lower), ("upper", found.upper)):
        assert limit is not None and limit.interval is not None
        numbers |= {name: limit.value, f"{name}_low": limit.interval.low, f"{name}_high": limit.interval.high}
    if (bias := found.proportional_bias) is not None and bias.interval is not None and bias.p is not None:
        numbers |= {"slope": bias.slope, "slope_p": bias.p}
        numbers |= {"slope_low": bias.interval.low, "slope_high": bias.interval.high}
    return numbers


@pytest.mark.parametrize("row", REFERENCE, ids=lambda row: f"{row['name']} {row['level']}")
def test_agrees_with_r(row: dict[str, str]) -> None:
    # R 4.2.2: t.test, pt with noncentrality, lm; see tests/reference/bland_altman.R
    level = float(row["level"])
    found = bland_altman(*values_of(row), level, level)
    ours = numbers_of(found)
    for name in ours:
        assert ours[name] == pytest.approx(float(row[name]), rel=1e-9, abs=1e-12), name
    assert ("slope" in ours) == (row["slope"] != "NA")
    assert found.mean_interval is not None and found.lower is not None and found.lower.interval is not None
    assert (found.mean_interval.method, found.lower.interval.method) == ("t", "exact (noncentral t)")
    assert (found.coverage, found.mean_interval.level, found.lower.interval.level) == (level, level, level)


# --- papers


def test_the_example_of_1986() -> None:
    # Lancet 1986;327:307-310: large meter minus mini meter, mean difference -2.1 l/min, SD 38.8, mean -+ 2 SD
    # -79.7 and 75.5 l/min; 95 % interval of the bias -22.0 to 17.8 l/min.
    found = numbers_of(bland_altman(*PEFR, TWO_SD))
    assert [round(found[name], 1) for name in ("mean", "sd")] == [-2.1, 38.8]
    assert found["lower"] == pytest.approx(-79.7, abs=0.1)  # printed from the rounded mean and SD
    assert found["upper"] == pytest.approx(75.5, abs=0.1)
    assert (found["mean_low"], found["mean_high"]) == pytest.approx((-22.0, 17.8), abs=0.1)
    # Their intervals of the limits, -114.3 to -45.1 and 40.9 to 110.1, are from a normal approximation and
    # symmetric; the exact ones reach farther out (Carkeet 2015).
    assert found["lower_low"] < -114.3 < found["lower_high"] < -45.1
    assert 40.9 < found["upper_low"] < 110.1 < found["upper_high"]


def test_the_limits_of_a_large_table_approach_the_approximation() -> None:
    """Bland and Altman 1999, section 2: the SE of a limit is s sqrt(1/n + z^2 / (2 (n - 1)))."""
    rng = np.random.default_rng(1)
    n = 100_000
    start = time.perf_counter()
    found = numbers_of(bland_altman(rng.normal(50, 9, n), rng.normal(51, 9, n)))
    assert time.perf_counter() - start < 5  # here 0.02 s
    z = 1.959963984540054
    half = z * found["sd"] * math.sqrt(1 / n + z * z / (2 * (n - 1)))
    for name in ("lower", "upper"):
        assert (found[f"{name}_low"], found[f"{name}_high"]) == pytest.approx(
            (found[name] - half, found[name] + half), abs=2e-3
        )
    assert found["within"] == pytest.approx(9, rel=0.01)


@pytest.mark.parametrize("n", [2, 5, 40, 1000, 20_000])
@pytest.mark.parametrize(("coverage", "level"), [(0.95, 0.95), (0.8, 0.99), (0.999, 0.9)])
def test_the_tails_beyond_the_limits_of_a_limit(n: int, coverage: float, level: float) -> None:
    """The noncentral t by its definition: a normal variable over an independent chi, integrated.

    P(T <= t) is the integral over u of Phi(t u - delta) times the density of chi / sqrt(df).
    """
    from scipy.integrate import quad
    from scipy.special import gammaln, ndtr, ndtri

    df, delta = n - 1, float(ndtri(0.5 + coverage / 2)) * math.sqrt(n)

    def tail(t: float) -> float:
        def integrand(u: float) -> float:
            log_density = math.log(2) + df / 2 * math.log(df / 2) - gammaln(df / 2)
            log_density += (df - 1) * math.log(u) - df * u * u / 2
            return math.exp(log_density) * float(ndtr(t * u - delta))

        around = 8 / math.sqrt(2 * df)
        low, high = max(1e-12, 1 - around), 1 + around
        return float(quad(integrand, low, high, limit=400, epsabs=1e-12)[0])

    differences = np.tile([-1.0, 1.0], n // 2) if n % 2 == 0 else np.array([*[-1.0, 1.0] * (n // 2), 0.0])
    found = bland_altman(differences, np.zeros(n), coverage, level)
    assert found.upper is not None and found.upper.interval is not None and found.sd is not None
    for limit, share in (
        (found.upper.interval.low, 0.5 - level / 2),
        (found.upper.interval.high, 0.5 + level / 2),
    ):
        assert tail(limit * math.sqrt(n) / found.sd) == pytest.approx(share, abs=1e-8)


# --- what cannot be said is said


def test_one_case_has_a_difference_and_nothing_more() -> None:
    found = bland_altman([3.0], [1.0])
    assert (found.n, found.mean_difference, found.means.tolist(), found.differences.tolist()) == (
        1,
        2,
        [2],
        [2],
    )
    undefined = ("mean_interval", "sd", "lower", "upper", "within_case_sd", "proportional_bias")
    assert [getattr(found, name) for name in undefined] == [None] * 6
    assert set(found.reasons) == set(undefined)
    assert "single case" in found.reasons["sd"]


def test_two_cases_have_limits_and_no_slope() -> None:
    found = bland_altman([1.0, 2.0], [2.0, 1.0])
    assert found.sd == pytest.approx(math.sqrt(2))
    assert found.within_case_sd == pytest.approx(1)
    assert found.proportional_bias is None
    assert set(found.reasons) == {"proportional_bias"}


@pytest.mark.parametrize("shift", [0.0, 0.1, -7.3, 1e6])
def test_equal_differences_have_limits_without_intervals(shift: float) -> None:
    first = np.array([0.3, 0.7, 1.1, 2.9])
    found = bland_altman(first + shift, first)  # of which rounding makes no two equal
    assert found.mean_difference == pytest.approx(shift)
    assert (found.sd, found.within_case_sd, found.mean_interval) == (0, 0, None)
    assert found.lower is not None and found.upper is not None
    assert (found.lower.value, found.upper.value) == pytest.approx((shift, shift))
    assert (found.lower.interval, found.upper.interval) == (None, None)
    bias = found.proportional_bias
    assert bias is not None and (bias.interval, bias.p) == (None, None)
    assert bias.slope == pytest.approx(0, abs=1e-9)
    assert set(found.reasons) == {
        "mean_interval",
        "lower.interval",
        "upper.interval",
        "proportional_bias.interval",
        "proportional_bias.p",
    }


def test_all_readings_zero() -> None:
    found = bland_altman([0, 0, 0], [0, 0, 0])
    assert (found.mean_difference, found.sd, found.mean_interval) == (0, 0, None)
    assert "same mean" in found.reasons["proportional_bias"]


def test_equal_means_have_no_slope() -> None:
    found = bland_altman([1, 2, 3], [3, 2, 1])
    assert found.proportional_bias is None
    assert found.sd == pytest.approx(2)
    assert set(found.reasons) == {"proportional_bias"}


def test_one_reading_proportional_to_the_other_lies_on_a_line() -> None:
    # d = 0.2 x on the mean 1.1 x: slope 2 / 11.
    found = bland_altman([1.2, 2.4, 3.6, 6.0], [1, 2, 3, 5])
    assert found.proportional_bias is not None
    assert found.proportional_bias.slope == pytest.approx(2 / 11)
    assert (found.proportional_bias.interval, found.proportional_bias.p) == (None, None)
    assert "lie on a line" in found.reasons["proportional_bias.p"]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([], [], "two readings of each case"),
        ([1, 2], [1], "two readings of each case"),
        ([[1, 2]], [[1, 2]], "two readings of each case"),
        (5.0, 5.0, "two readings of each case"),
        ([1, math.nan], [1, 2], "finite readings"),
        ([1, 2], [1, math.inf], "finite readings"),
        ([1, 2], [-math.inf, 1], "finite readings"),
        ([1, 1.1e290], [1, 2], "finite readings"),
    ],
)
def test_what_is_no_pair_of_readings_is_refused(first, second, expected: str) -> None:
    with pytest.raises(InsufficientDataError, match=expected):
        bland_altman(first, second)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 1.5, math.nan])
def test_a_share_is_between_0_and_1(share: float) -> None:
    for shares in ((share, 0.95), (0.95, share)):
        with pytest.raises(InsufficientDataError, match="a share is a fraction"):
            bland_altman([1, 2, 3], [2, 2, 2], *shares)


# --- invariants


@pytest.mark.parametrize("unit", [2.0**-960, 1e-300, 1e-9, 1e9, 1e287])
def test_any_unit_gives_the_same_numbers(unit: float) -> None:
    first, second = PEFR
    here, there = (
        numbers_of(bland_altman(first, second)),
        numbers_of(bland_altman(unit * first, unit * second)),
    )
    for name, value in here.items():
        expected = value if name.startswith("slope") else value * unit
        assert there[name] == pytest.approx(expected, rel=1e-9, abs=0), name


def test_the_largest_readings_at_the_highest_level_have_finite_limits() -> None:
    found = numbers_of(bland_altman([1e290, -1e290], [-1e290, 1e290], 1 - 2**-50, 1 - 2**-50))
    assert all(math.isfinite(value) for value in found.values())
    assert found["sd"] == pytest.approx(math.sqrt(8) * 1e290)


@given(readings, st.integers(-1000, 1000))
def test_exchanging_the_readings_mirrors_and_a_shift_moves(rows: list[tuple[int, int]], shift: int) -> None:
    a, b = np.array(rows, dtype=float).T
    assume((a - b).std() > 0)
    here, there, moved = bland_altman(a, b), bland_altman(b, a), bland_altman(a + shift, b)
    assert there.sd == pytest.approx(here.sd)
    assert there.mean_difference == pytest.approx(-here.mean_difference)
    assert moved.mean_difference == pytest.approx(here.mean_difference + shift)
    for one, other in ((here.lower, there.upper), (here.upper, there.lower)):
        assert (
            one is not None and other is not None and one.interval is not None and other.interval is not None
        )
        assert (other.value, other.interval.low, other.interval.high) == pytest.approx(
            (-one.value, -one.interval.high, -one.interval.low), abs=1e-9
        )
    one_bias, other_bias = here.proportional_bias, there.proportional_bias
    assert (one_bias is None) == (other_bias is None)
    if one_bias is not None and other_bias is not None:
        assert other_bias.slope == pytest.approx(-one_bias.slope, abs=1e-9)
        assert other_bias.p == (None if one_bias.p is None else pytest.approx(one_bias.p, abs=1e-9))


@given(readings)
def test_the_parts_fit_together(rows: list[tuple[int, int]]) -> None:
    a, b = np.array(rows, dtype=float).T
    assume((a - b).std() > 0)
    found = bland_altman(a, b)
    assert found.differences.tolist() == (a - b).tolist()
    assert found.means.tolist() == ((a + b) / 2).tolist()
    ours = numbers_of(found)
    assert ours["lower_low"] < ours["lower"] < ours["lower_high"]
    assert ours["upper_low"] < ours["upper"] < ours["upper_high"]
    assert ours["mean_low"] < ours["mean"] < ours["mean_high"]
    assert ours["within"] * math.sqrt(2) == pytest.approx(ours["sd"])
    assert (ours["upper"] - ours["lower"]) / 2 == pytest.approx(1.959963984540054 * ours["sd"])
    # An exact interval reaches farther outwards than inwards.
    assert ours["upper_high"] - ours["upper"] > ours["upper"] - ours["upper_low"]


def test_the_limits_hold_the_stated_share_at_the_stated_confidence() -> None:
    """Of many samples from a known normal distribution, 95 % have an interval that holds the true limit."""
    rng = np.random.default_rng(2017)
    inside = 0
    for _ in range(1000):
        found = bland_altman(rng.normal(1, 2, 8), np.zeros(8))
        assert found.upper is not None and found.upper.interval is not None
        inside += found.upper.interval.low <= 1 + 2 * 1.959963984540054 <= found.upper.interval.high
    assert 930 <= inside <= 970  # 950 -+ 2.9 standard errors
