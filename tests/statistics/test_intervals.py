"""Wilson's interval against R, statsmodels and its own equation; the level of every interval."""

from __future__ import annotations

import csv
import math
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import (
    ConfidenceInterval,
    clopper_pearson_interval,
    tail_point,
    wilson_interval,
)
from gepnet_core.statistics.proportions.diagnostic import Counts, diagnostic_accuracy, likelihood_ratio
from gepnet_core.statistics.readers.icc import intraclass_correlations
from gepnet_core.statistics.readers.kappa import cohen_kappa

REFERENCE = Path(__file__).parents[1] / "reference" / "proportion_ratio.csv"


def reference_rows() -> list[dict[str, str]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("row", reference_rows(), ids=lambda row: f"{row['x']} of {row['n']}")
def test_agrees_with_prop_test_of_r(row: dict[str, str]) -> None:
    # R 4.2.2, prop.test(x, n, correct = FALSE)$conf.int; see tests/reference/proportion_ratio.R
    interval = wilson_interval(int(row["x"]), int(row["n"]))
    assert interval.low == pytest.approx(float(row["wilson_low"]), rel=1e-10, abs=1e-12)
    assert interval.high == pytest.approx(float(row["wilson_high"]), rel=1e-10)


def test_agrees_with_newcombe_1998() -> None:
    # Newcombe RG. Stat Med 1998;17:857-872, table I, method 3: 81/263, 15/148, 0/20, 1/29.
    expected = {(81, 263): (0.2553, 0.3662), (15, 148): (0.0624, 0.1605), (0, 20): (0, 0.1611)}
    expected[1, 29] = (0.0061, 0.1718)
    for (x, n), (low, high) in expected.items():
        interval = wilson_interval(x, n)
        assert (round(interval.low, 4), round(interval.high, 4)) == (low, high)


@settings(max_examples=60)
@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_is_the_set_of_proportions_that_the_score_test_keeps(counts: tuple[int, int]) -> None:
    x, n = counts
    interval = wilson_interval(x, n)
    assert 0 <= interval.low <= x / n <= interval.high <= 1
    for bound in (interval.low, interval.high):
        if 0 < bound < 1:  # at a bound the score statistic is the normal quantile, 1.959963984540054
            z = abs(x / n - bound) / math.sqrt(bound * (1 - bound) / n)
            assert z == pytest.approx(1.959963984540054, rel=1e-6)


@settings(max_examples=60)
@given(st.integers(1, 1000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_counting_the_others_mirrors_it(counts: tuple[int, int]) -> None:
    x, n = counts
    here, mirrored = wilson_interval(x, n), wilson_interval(n - x, n)
    assert here.low == pytest.approx(1 - mirrored.high, abs=1e-12)
    assert here.high == pytest.approx(1 - mirrored.low, abs=1e-12)


def test_ends_are_exactly_0_and_1() -> None:
    assert wilson_interval(0, 23).low == 0.0
    assert wilson_interval(23, 23).high == 1.0


def test_another_level_agrees_with_statsmodels() -> None:
    from statsmodels.stats.proportion import proportion_confint

    for x, n, level in ((19, 23, 0.9), (2, 23, 0.99), (5, 7, 0.5)):
        interval = wilson_interval(x, n, level)
        assert (interval.low, interval.high) == pytest.approx(
            proportion_confint(x, n, alpha=1 - level, method="wilson"), rel=1e-9
        )
        assert interval.level == level


@pytest.mark.parametrize(("x", "n"), [(0, 0), (-1, 5), (6, 5), (1, -1)])
def test_refuses_what_is_no_proportion(x: int, n: int) -> None:
    with pytest.raises(InsufficientDataError, match="a proportion needs counts"):
        wilson_interval(x, n)


WITH_A_LEVEL: dict[str, Callable[[float], object]] = {
    "tail_point": tail_point,
    "wilson": lambda level: wilson_interval(19, 23, level),
    "wilson, none": lambda level: wilson_interval(0, 23, level),
    "clopper_pearson": lambda level: clopper_pearson_interval(19, 23, level),
    "clopper_pearson, none": lambda level: clopper_pearson_interval(0, 23, level),
    "kappa": lambda level: cohen_kappa([[20, 5], [10, 15]], level=level),
    "kappa, all agree": lambda level: cohen_kappa([[20, 0], [0, 15]], level=level),
    "accuracy": lambda level: diagnostic_accuracy(Counts(19, 1, 4, 22), level=level),
    "likelihood ratio": lambda level: likelihood_ratio(19, 23, 1, 23, level),
    "intraclass": lambda level: intraclass_correlations([[1, 2], [3, 5], [4, 4]], level),
    "intraclass, all equal": lambda level: intraclass_correlations([[1, 1], [1, 1]], level),
}


@pytest.mark.parametrize("call", WITH_A_LEVEL.values(), ids=WITH_A_LEVEL)
@pytest.mark.parametrize("level", [0, 1, 1 - 2**-53, 1.5, 95, -0.5, math.nan, math.inf, -math.inf])
def test_a_level_that_is_no_fraction_is_refused(call: Callable[[float], object], level: float) -> None:
    with pytest.raises(InsufficientDataError, match="a level is a fraction"):
        call(level)


@pytest.mark.parametrize("interval", [wilson_interval, clopper_pearson_interval])
def test_levels_just_inside_have_limits(interval: Callable[..., ConfidenceInterval]) -> None:
    lowest, highest = interval(19, 23, 5e-324), interval(19, 23, 1 - 2**-52)
    assert 0 < highest.low < lowest.low <= lowest.high < highest.high < 1
    assert tail_point(5e-324) == 0.5 and tail_point(0.95) == 0.975 and tail_point(1 - 2**-52) == 1 - 2**-53
