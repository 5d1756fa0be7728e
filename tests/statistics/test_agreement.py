"""Kappas against epiR, psych, the jackknife and statsmodels, and what must hold of any agreement."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.readers.kappa import Weighting, agreement_table, cohen_kappa

REFERENCE = Path(__file__).parents[1] / "reference" / "agreement.csv"
Table = list[list[int]]


def reference() -> dict[str, tuple[Table, dict[str, float]]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    found: dict[str, tuple[Table, dict[str, float]]] = {}
    for row in csv.DictReader(line for line in lines if not line.startswith("#")):
        if row["kind"] == "kappa":
            table = [[int(count) for count in line.split()] for line in row["data"].split("|")]
            found.setdefault(row["name"], (table, {}))[1][row["what"]] = float(row["value"])
    return found


REFERENCES = reference()


@pytest.mark.parametrize("name", REFERENCES)
def test_agrees_with_epir_psych_and_the_definition(name: str) -> None:
    # R 4.2.2, epiR 2.0.57, psych 2.2.9; see tests/reference/agreement.R
    table, expected = REFERENCES[name]
    plain = cohen_kappa(table)
    assert plain.value == pytest.approx(expected["kappa"], rel=1e-10)
    assert plain.value == pytest.approx(expected["kappa_psych"], rel=1e-10)
    assert plain.se == pytest.approx(expected["kappa_se_psych"], rel=1e-9)
    for weighting in (Weighting.LINEAR, Weighting.QUADRATIC):
        assert cohen_kappa(table, weighting).value == pytest.approx(expected[weighting], rel=1e-10)
    assert cohen_kappa(table, Weighting.QUADRATIC).value == pytest.approx(
        expected["quadratic_psych"], rel=1e-10
    )


@pytest.mark.parametrize("name", ["fleiss", "two", "four", "unused"])
def test_weighted_standard_errors_are_near_the_jackknife(name: str) -> None:
    table, expected = REFERENCES[name]
    for weighting in (Weighting.LINEAR, Weighting.QUADRATIC):
        assert cohen_kappa(table, weighting).se == pytest.approx(expected[f"{weighting}_jackknife"], rel=0.12)


@pytest.mark.parametrize("name", REFERENCES)
def test_standard_errors_and_intervals_agree_with_statsmodels(name: str) -> None:
    # statsmodels 0.15, stats.inter_rater.cohens_kappa, itself checked against vcd.
    from statsmodels.stats.inter_rater import cohens_kappa

    table, _ = REFERENCES[name]
    for weighting, word in (
        (Weighting.NONE, None),
        (Weighting.LINEAR, "linear"),
        (Weighting.QUADRATIC, "quadratic"),
    ):
        other = cohens_kappa(np.array(table), wt=word)
        ours = cohen_kappa(table, weighting)
        assert ours.interval is not None
        assert (ours.value, ours.se, ours.interval.low, ours.interval.high) == pytest.approx(
            (other.kappa, other.std_kappa, other.kappa_low, other.kappa_upp), rel=1e-9
        )


def test_the_worked_example_of_fleiss_cohen_and_everitt() -> None:
    # Psychol Bull 1969;72:323-327: 200 cases, kappa .429, its variance .002885.
    table, _ = REFERENCES["fleiss"]
    found = cohen_kappa(table)
    assert found.value is not None and found.se is not None
    assert f"{found.value:.3f} {found.se**2:.6f}" == "0.429 0.002885"


tables = st.integers(2, 4).flatmap(
    lambda k: st.lists(st.lists(st.integers(0, 9), min_size=k, max_size=k), min_size=k, max_size=k)
)


@given(tables, st.sampled_from(Weighting))
def test_which_reader_is_first_and_which_end_of_the_order_do_not_matter(
    table: Table, weighting: Weighting
) -> None:
    here = cohen_kappa(table, weighting)
    swapped = cohen_kappa([list(row) for row in zip(*table, strict=True)], weighting)
    mirrored = cohen_kappa([row[::-1] for row in table[::-1]], weighting)
    for other in (swapped, mirrored):
        assert (here.value is None) == (other.value is None)
        if here.value is not None:
            assert other.value == pytest.approx(here.value, abs=1e-9)
            assert other.se == pytest.approx(here.se, abs=1e-7)
            assert here.value <= 1 + 1e-12


@given(st.lists(st.integers(0, 9), min_size=2, max_size=5), st.sampled_from(Weighting))
def test_perfect_agreement_is_1_without_an_interval(counts: list[int], weighting: Weighting) -> None:
    found = cohen_kappa(np.diag(counts).tolist(), weighting)
    if sum(count > 0 for count in counts) < 2:
        assert found.value is None
        return
    assert (found.value, found.se, found.interval) == (1, 0, None)
    assert set(found.reasons) == {"low", "high"}


@pytest.mark.parametrize(
    "table",
    [
        [[0, 1], [1, 0]],
        [[0, 7], [7, 0]],
        [[0, 0, 3], [0, 0, 0], [3, 0, 0]],
        [[0, 0, 1], [0, 0, 0], [1, 0, 0]],
    ],
)
@pytest.mark.parametrize("weighting", Weighting)
def test_an_interval_that_would_be_a_point_is_none(table: Table, weighting: Weighting) -> None:
    # Nobody agrees where chance alone lets half of them: (0 - 1/2) / (1 - 1/2).
    found = cohen_kappa(table, weighting)
    assert (found.value, found.se, found.interval) == (-1, 0, None)
    assert set(found.reasons) == {"low", "high"}
    assert all("interval a point" in why and "All pairs agree" not in why for why in found.reasons.values())


def test_a_small_standard_error_is_not_taken_for_none() -> None:
    # Of n = 2 m + 1 pairs one disagrees, by chance (2 m^2 + 2 m + 1) / n of them, close to half. So kappa is
    # 1 - 2 q to first order, q the share of a rare event, and its standard error 2 sqrt(q / n).
    m = 10**8
    found = cohen_kappa([[m, 1], [0, m]])
    assert found.value == pytest.approx(1 - (2 * m + 1) / (2 * m * m + 2 * m + 1), abs=1e-15)
    assert found.se == pytest.approx(2 / (2 * m + 1), rel=1e-7)
    assert found.value is not None and found.interval is not None
    assert found.interval.low < found.value < found.interval.high


def test_counts_beyond_float64_s_whole_numbers() -> None:
    # Twice as many of each pair leave kappa, and divide its standard error by sqrt(2).
    few, many = (cohen_kappa([[20 * k, 5 * k], [10 * k, 15 * k]]) for k in (1, 2**60))
    assert many.value == few.value
    assert many.se == pytest.approx((few.se or 0) / 2**30, rel=1e-15)


@given(tables)
def test_two_categories_have_one_kappa(table: Table) -> None:
    values = [cohen_kappa([row[:2] for row in table[:2]], weighting).value for weighting in Weighting]
    if values[0] is None:
        assert values == [None] * 3
    else:
        assert values == pytest.approx([values[0]] * 3, abs=1e-12)


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([], "no pair"),
        ([[0, 0], [0, 0]], "no pair"),
        ([[5, 0], [0, 0]], "Both readers"),
        ([[0, 5], [0, 0]], "Both readers"),
        ([[3, 2], [0, 0]], "The first reader"),
        ([[3, 0], [2, 0]], "The second reader"),
    ],
)
def test_a_reader_who_does_not_vary_leaves_no_kappa(table: Table, reason: str) -> None:
    for weighting in Weighting:
        found = cohen_kappa(table, weighting)
        assert (found.value, found.se, found.interval) == (None, None, None)
        assert all(reason in why for why in found.reasons.values())
        assert set(found.reasons) == {"value", "se", "low", "high"}


@pytest.mark.parametrize("table", [[[1, 2]], [[1, 2], [3]], [[1, -1], [2, 3]]])
def test_what_is_no_square_of_counts_is_refused(table: Table) -> None:
    with pytest.raises(InsufficientDataError):
        cohen_kappa(table)


def test_the_table_of_pairs() -> None:
    assert agreement_table("abca", "abba", "abc") == [[2, 0, 0], [0, 1, 0], [0, 1, 0]]
    for first, second in (("ab", "a"), ("ad", "ab")):
        with pytest.raises(InsufficientDataError):
            agreement_table(first, second, "abc")
