"""Chi-square and the exact test of a table of counts, against R, all permutations and their symmetries."""

from __future__ import annotations

import csv
import itertools
import math
import time
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.groups.contingency import chi_square, fisher_freeman_halton
from gepnet_core.statistics.groups.table_network import _MOST_WORK, TableNetwork

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
    # R adds up the logarithms of its factorials, which costs digits where there are thousands of cases.
    near = 1e-10 if sum(map(sum, table)) < 1000 else 1e-8
    assert fisher_freeman_halton(table) == pytest.approx(float(row["fisher"]), rel=near, abs=0)
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


def _fillings(left: tuple[int, ...], total: int) -> list[tuple[int, ...]]:
    """Every column with this total that fits into what is left of the rows."""
    return [cells for cells in itertools.product(*(range(k + 1) for k in left)) if sum(cells) == total]


def _by_enumeration(table: Table) -> Fraction:
    """Every table with the totals of this one by its probability, in whole numbers."""

    def weight(column: tuple[int, ...]) -> int:
        return math.factorial(sum(column)) // math.prod(map(math.factorial, column))

    found = {(tuple(map(sum, table)), 1): 1}
    columns = list(zip(*table, strict=True))
    for column in columns:
        further: dict[tuple[tuple[int, ...], int], int] = {}
        for (left, so_far), n in found.items():
            for cells in _fillings(left, sum(column)):
                key = tuple(a - b for a, b in zip(left, cells, strict=True)), so_far * weight(cells)
                further[key] = further.get(key, 0) + n
        found = further
    observed = math.prod(map(weight, columns))
    all_weights = [(so_far, n * so_far) for (_, so_far), n in found.items()]
    return Fraction(sum(n for w, n in all_weights if w <= observed), sum(n for _, n in all_weights))


larger = st.integers(3, 5).flatmap(
    lambda width: st.lists(
        st.lists(st.integers(0, 3), min_size=width, max_size=width), min_size=3, max_size=4
    ).filter(
        lambda table: (
            all(map(sum, table)) and all(map(sum, zip(*table, strict=True))) and sum(map(sum, table)) <= 14
        )
    )
)


@settings(max_examples=30, deadline=None)
@given(larger)
def test_is_the_sum_over_all_tables_of_several_rows(table: Table) -> None:
    assert fisher_freeman_halton(table) == pytest.approx(float(_by_enumeration(table)), rel=1e-12, abs=0)


@pytest.mark.parametrize("n", [20, 200, 500])
def test_a_small_p_keeps_its_digits(n: int) -> None:
    # Nobody of one column in the other row: two tables of C(2n, n).
    assert fisher_freeman_halton([[n, 0], [0, n]]) == pytest.approx(2 / math.comb(2 * n, n), rel=1e-11, abs=0)


def test_thousands_of_cases_cost_no_digits() -> None:
    table = [[1600, 880, 20], [1530, 940, 30]]
    columns, first = [3130, 1820, 50], 2500
    ways = [[math.comb(column, k) for k in range(column + 1)] for column in columns]
    observed = ways[0][1600] * ways[1][880] * ways[2][20]
    weights = [
        ways[0][first - b - c] * ways[1][b] * ways[2][c]
        for c in range(columns[2] + 1)
        for b in range(columns[1] + 1)
        if 0 <= first - b - c <= columns[0]
    ]
    share = Fraction(sum(weight for weight in weights if weight <= observed), sum(weights))
    assert fisher_freeman_halton(table) == pytest.approx(float(share), rel=1e-11, abs=0)


@pytest.mark.parametrize("table", [[[300] * 4] * 2, [[1] * 9] * 2, [[2, 2, 2]] * 3])
def test_of_the_most_probable_table_the_p_is_1(table: Table) -> None:
    assert fisher_freeman_halton(table) == 1


@pytest.mark.parametrize("name", ["job", "mehta_patel", "hundreds"])
@pytest.mark.soak
def test_tables_of_many_rows_take_seconds_at_most(name: str) -> None:
    (row,) = [row for row in reference() if row["name"] == name]
    begun = time.process_time()
    fisher_freeman_halton(table_of(row))
    assert time.process_time() - begun < 4


@pytest.mark.parametrize(
    "table",
    [
        [[68, 20, 15, 5], [119, 84, 54, 29], [26, 17, 14, 14], [7, 94, 10, 16]],  # HairEyeColor of R
        [[200, 100, 50, 40, 30, 25, 20, 15, 10, 10], [180, 110, 60, 35, 33, 28, 14, 17, 8, 12]],
        [[4] * 5] * 5,
        [[10] * 100] * 2,
        [[100] * 10] * 10,
    ],
    ids=["hair and eyes", "2 x 10", "5 x 5", "2 x 100", "10 x 10"],
)
def test_too_many_tables_are_refused_within_seconds(table: Table) -> None:
    begun = time.process_time()
    with pytest.raises(InsufficientDataError, match="too many tables") as raised:
        fisher_freeman_halton(table)
    assert time.process_time() - begun < 6
    assert raised.value.remedy == "Chi-square serves at this size."


def test_what_is_left_of_forty_rows_has_a_code_and_of_one_more_not() -> None:
    # 3^39 codes of what is left of 39 rows of two fit into 62 bits, 3^40 do not.
    assert 3**39 < 2**62 < 3**40
    assert TableNetwork([2] * 40, [40, 40]).n_stages == 2
    with pytest.raises(InsufficientDataError, match="too many tables"):
        TableNetwork([2] * 41, [41, 41])


def test_all_steps_take_their_work_from_one_limit() -> None:
    network = TableNetwork([2, 2], [2, 2])
    network.work(_MOST_WORK - 1)
    network.work(1)
    with pytest.raises(InsufficientDataError, match="too many tables"):
        network.work(1)


def test_five_thousand_cases_are_counted_and_one_more_is_not() -> None:
    # R 4.2.2: fisher.test(rbind(c(2490, 10), c(2480, 20)))$p.value
    found = fisher_freeman_halton([[2490, 10], [2480, 20]])
    assert found == pytest.approx(0.0977294129071091, rel=1e-10, abs=0)
    for table in ([[2490, 10], [2481, 20]], [[10**15, 10**14], [1, 10**15]]):
        with pytest.raises(InsufficientDataError, match="too many tables"):
            fisher_freeman_halton(table)


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
