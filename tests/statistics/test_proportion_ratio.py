"""The posterior of a ratio of two proportions against R, another integral, simulation and symmetry."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.proportions.proportion_ratio import proportion_ratio
from tests.statistics.test_intervals import reference_rows

counts = st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))


def probability_below(r: float, x: int, n: int, y: int, m: int) -> float:
    """P(X / Y <= r) over X = sin^2 t, where the density of t is bounded; QUADPACK."""
    above, below = stats.beta(x + 0.5, n - x + 0.5), stats.beta(y + 0.5, m - y + 0.5)
    end = math.asin(math.sqrt(min(r, 1.0)))
    log_b = math.lgamma(x + 0.5) + math.lgamma(n - x + 0.5) - math.lgamma(n + 1)

    def integrand(t: float) -> float:
        density = 2 * math.sin(t) ** (2 * x) * math.cos(t) ** (2 * (n - x)) * math.exp(-log_b)
        return density * below.sf(min(math.sin(t) ** 2 / r, 1.0))

    cuts = [math.asin(math.sqrt(q)) for q in above.ppf([0.001, 0.1, 0.5, 0.9, 0.999])]
    cuts += [math.asin(math.sqrt(min(1.0, r * q))) for q in below.ppf([0.02, 0.2, 0.5, 0.8, 0.98])]
    edges = sorted({0.0, end, *(c for c in cuts if c < end)})
    return sum(
        integrate.quad(integrand, low, high, epsabs=1e-11, epsrel=1e-9)[0]
        for low, high in itertools.pairwise(edges)
        if high - low > 1e-12
    )


@pytest.mark.parametrize("row", reference_rows(), ids=lambda r: f"{r['x']} of {r['n']}, {r['y']} of {r['m']}")
def test_agrees_with_r(row: dict[str, str]) -> None:
    # R 4.2.2, integrate and uniroot; see tests/reference/proportion_ratio.R
    result = proportion_ratio(*(int(row[name]) for name in ("x", "n", "y", "m")))
    for name in ("median", "low", "high"):
        assert getattr(result, name) == pytest.approx(float(row[name]), rel=1e-9)


@settings(max_examples=25)
@given(counts, counts)
def test_quantiles_hold_their_probability_by_another_integral(above, below) -> None:
    result = proportion_ratio(*above, *below)
    for bound, probability in ((result.low, 0.025), (result.median, 0.5), (result.high, 0.975)):
        assert probability_below(bound, *above, *below) == pytest.approx(probability, abs=2e-7)


@settings(max_examples=20)
@given(counts, counts)
def test_swapping_the_groups_inverts_the_ratio(above, below) -> None:
    here, swapped = proportion_ratio(*above, *below), proportion_ratio(*below, *above)
    assert here.median * swapped.median == pytest.approx(1, rel=1e-8)
    assert here.low * swapped.high == pytest.approx(1, rel=1e-8)
    assert here.high * swapped.low == pytest.approx(1, rel=1e-8)


@settings(max_examples=20)
@given(counts)
def test_equal_counts_are_centred_on_1(both) -> None:
    assert proportion_ratio(*both, *both).median == pytest.approx(1, rel=1e-9)


@settings(max_examples=20)
@given(counts, counts)
def test_one_more_above_raises_every_quantile(above, below) -> None:
    (x, n) = above
    if x < n:
        fewer, more = proportion_ratio(x, n, *below), proportion_ratio(x + 1, n, *below)
        assert (fewer.low < more.low) and (fewer.median < more.median) and (fewer.high < more.high)


@settings(max_examples=20)
@given(counts, counts, st.floats(0.5, 0.94))
def test_a_lower_level_lies_inside(above, below, level: float) -> None:
    wide, narrow = proportion_ratio(*above, *below), proportion_ratio(*above, *below, level)
    assert 0 < wide.low < narrow.low < narrow.median < narrow.high < wide.high
    assert narrow.median == pytest.approx(wide.median, rel=1e-9)


def test_more_patients_at_the_same_shares_narrow_it() -> None:
    widths = []
    for factor in (1, 4, 16, 64):
        result = proportion_ratio(2 * factor, 23 * factor, 19 * factor, 23 * factor)
        widths.append(math.log(result.high / result.low))
        assert result.raw == pytest.approx(2 / 19, rel=1e-12)
    assert all(wide / narrow > 1.8 for wide, narrow in itertools.pairwise(widths))


def test_large_counts_meet_the_normal_limit() -> None:
    # Log ratio of proportions: variance 1/x - 1/n + 1/y - 1/m (Katz et al. Biometrics 1978;34:469-474).
    x, n, y, m = 30_000, 100_000, 20_000, 100_000
    half = 1.959963984540054 * math.sqrt(1 / x - 1 / n + 1 / y - 1 / m)
    result = proportion_ratio(x, n, y, m)
    assert result.low == pytest.approx(1.5 * math.exp(-half), rel=1e-4)
    assert result.high == pytest.approx(1.5 * math.exp(half), rel=1e-4)


@pytest.mark.parametrize("cell", [(2, 23, 19, 23), (3, 23, 0, 23), (4, 23, 2, 23)])
def test_simulation_is_of_the_same_opinion(cell: tuple[int, int, int, int]) -> None:
    x, n, y, m = cell
    random = np.random.default_rng(20171)
    draws = random.beta(x + 0.5, n - x + 0.5, 200_000) / random.beta(y + 0.5, m - y + 0.5, 200_000)
    result = proportion_ratio(*cell)
    for bound, probability in ((result.low, 0.025), (result.median, 0.5), (result.high, 0.975)):
        # five standard errors of a share of 200 000 draws
        error = 5 * math.sqrt(probability * (1 - probability) / 200_000)
        assert abs(np.mean(draws <= bound) - probability) < error


def test_the_raw_ratio_is_undefined_over_nobody() -> None:
    assert proportion_ratio(3, 23, 0, 23).raw is None
    assert proportion_ratio(0, 23, 3, 23).raw == 0.0


@pytest.mark.parametrize(
    "cell", [(-1, 23, 2, 23), (24, 23, 2, 23), (1, 23, 2, 0), (1, 23, -2, 5), (0, 0, 1, 1)]
)
def test_refuses_what_is_no_proportion(cell: tuple[int, int, int, int]) -> None:
    with pytest.raises(InsufficientDataError, match="a proportion needs counts"):
        proportion_ratio(*cell)
