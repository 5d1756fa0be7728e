"""Chi-square and the exact test of a table of counts, against R, all permutations and their symmetries."""

from __future__ import annotations

import csv
import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.contingency import chi_square, fisher_freeman_halton

REFERENCE = Path(__file__).parents[1] / "reference" / "contingency.csv"
Table = list[list[int]]


def reference() -> list[dict[str, str]]:
    lines = REFERENCE.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(line for line in lines if not line.startswith("#")))


def table_of(row: dict[str, str]) -> Table:
    return [[int(count) for count in line.split()] for line in row["rows"].split("|")]


@pytest.mark.parametrize("row", reference(), ids=lambda row: row["name"])
def test_agrees_with_chisq_test_and_fisher_test_of_r(row: dict[str, str]) -> None:
    # R 4.2.2, chisq.test with and without correct, fisher.test; see tests/reference/contingency.R
    table = table_of(row)
    plain = chi_square(table)
    assert plain.statistic == pytest.approx(float(row["chi2"]), rel=1e-11)
    assert plain.df == int(row["df"])
    assert plain.p == pytest.approx(float(row["p"]), rel=1e-10)
    # R adds probabilities up to a relative 1e-7 above the observed one; here ties are whole numbers.
    assert fisher_freeman_halton(table) == pytest.approx(float(row["fisher"]), rel=1e-8)
    if row["yates"] != "NA":
        corrected = chi_square(table, yates=True)
        assert corrected.statistic == pytest.approx(float(row["yates"]), rel=1e-11, abs=1e-15)
        assert corrected.p == pytest.approx(float(row["yates_p"]), rel=1e-10)


def test_agrees_with_the_lady_tasting_tea() -> None:
    # Fisher RA. The design of experiments, 1935, chapter 2: 8 cups, 3 of 4 right. One-sided 17/70, and the
    # table is symmetric, so two-sided 34/70.
    assert fisher_freeman_halton([[3, 1], [1, 3]]) == pytest.approx(34 / 70, rel=1e-15)


small = st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=2).filter(
    lambda table: (
        all(map(sum, table)) and all(map(sum, zip(*table, strict=True))) and sum(map(sum, table)) <= 8
    )
)


@settings(max_examples=25)
@given(small)
def test_is_the_share_of_permutations_at_most_as_probable(table: Table) -> None:
    """Patients keep their row; their columns are dealt in every order. Counting is the definition."""
    rows = [i for i, row in enumerate(table) for _ in range(sum(row))]
    columns = [j for row in table for j, count in enumerate(row) for _ in range(count)]
    seen: dict[tuple[int, ...], int] = {}
    for order in itertools.permutations(range(len(columns))):
        cells = [0] * 6
        for row, position in zip(rows, order, strict=True):
            cells[3 * row + columns[position]] += 1
        seen[tuple(cells)] = seen.get(tuple(cells), 0) + 1
    observed = seen[tuple(itertools.chain(*table))]
    share = sum(count for count in seen.values() if count <= observed) / sum(seen.values())
    assert fisher_freeman_halton(table) == pytest.approx(share, rel=1e-12)


tables = st.integers(2, 3).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 9), min_size=width, max_size=width), min_size=2, max_size=3
    ).filter(lambda table: all(map(sum, table)) and all(map(sum, zip(*table, strict=True))))
)


@settings(max_examples=50)
@given(tables)
def test_neither_order_nor_direction_matters_and_p_is_a_probability(table: Table) -> None:
    turned = [list(column) for column in zip(*table[::-1], strict=True)]
    assert fisher_freeman_halton(turned) == pytest.approx(fisher_freeman_halton(table), rel=1e-13)
    assert chi_square(turned).statistic == pytest.approx(chi_square(table).statistic, rel=1e-12, abs=1e-12)
    assert 0 < fisher_freeman_halton(table) <= 1
    assert 0 <= chi_square(table).p <= 1


def test_the_correction_never_turns_a_difference_round() -> None:
    # |observed - expected| is 0.5 in each cell: nothing is left of it (R: 0, P 1).
    assert chi_square([[5, 6], [18, 17]], yates=True).statistic == 0
    # 0.25 in each cell: not -0.25 squared.
    assert chi_square([[1, 1], [1, 2]], yates=True).statistic == 0


@pytest.mark.parametrize(
    "table", [[[1, 2]], [[1], [2]], [[1, 2], [3]], [[1, -1], [2, 3]], [[0, 0], [1, 2]], [[0, 1], [0, 2]], []]
)
def test_what_is_no_table_is_refused(table: Table) -> None:
    for test in (chi_square, fisher_freeman_halton):
        with pytest.raises(InsufficientDataError):
            test(table)


def test_the_correction_is_for_four_cells() -> None:
    with pytest.raises(InsufficientDataError, match="four cells"):
        chi_square([[6, 21], [15, 2], [2, 1]], yates=True)


def test_the_smallest_expected_count() -> None:
    # Shape, Table 1: 2 irregular of 46, 23 in each group.
    assert chi_square([[23, 21], [0, 2]]).smallest_expected == 1
