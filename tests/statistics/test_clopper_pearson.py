"""The exact interval of a proportion against R and its own binomial tails."""

from __future__ import annotations

import csv
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import clopper_pearson_interval

REFERENCE = Path(__file__).parents[1] / "reference" / "clopper_pearson.csv"


def reference() -> list[dict[str, str]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


@pytest.mark.parametrize("row", reference(), ids=lambda row: f"{row['x']} of {row['n']}")
def test_agrees_with_binom_test_of_r(row: dict[str, str]) -> None:
    # R 4.2.2, binom.test(x, n)$conf.int; see tests/reference/clopper_pearson.R
    interval = clopper_pearson_interval(int(row["x"]), int(row["n"]))
    assert interval.low == pytest.approx(float(row["low"]), rel=1e-9, abs=1e-12)
    assert interval.high == pytest.approx(float(row["high"]), rel=1e-9)


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_each_limit_leaves_its_tail(counts: tuple[int, int]) -> None:
    x, n = counts
    interval = clopper_pearson_interval(x, n)

    def tail(p: float, ks: range) -> float:
        return sum(math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in ks)

    assert x == 0 or tail(interval.low, range(x, n + 1)) == pytest.approx(0.025, rel=1e-8)
    assert x == n or tail(interval.high, range(x + 1)) == pytest.approx(0.025, rel=1e-8)


@pytest.mark.parametrize(("x", "n"), [(-1, 23), (24, 23), (0, 0)])
def test_counts_outside_are_refused(x: int, n: int) -> None:
    with pytest.raises(InsufficientDataError):
        clopper_pearson_interval(x, n)
