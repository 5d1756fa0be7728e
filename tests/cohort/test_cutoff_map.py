"""The map against R, against the rule row by row, and on its edges."""

from __future__ import annotations

import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.case.case import Case
from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts.cutoff_map import CLOSEST_TOLERANCES, CutoffMap, cutoff_map, map_grid
from gepnet_core.cohort.parts.threshold_curve import CutoffRange
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.proportions.diagnostic import Counts
from gepnet_core.study.criteria import GroupCounts
from tests.cohort.small_cohorts import (
    AC,
    HU_HEADINGS,
    NET,
    cohort_of,
    diagnoses,
    example,
    large_cohort,
    lesions,
    livers,
    reference,
)

RELATIVE, LESION = PatternDefinition.LIVER_RELATIVE, PatternDefinition.LESION_HU


# --- R 4.2.2; see tests/reference/cutoff_analysis.R


@pytest.mark.parametrize(
    ("definition", "tolerances"), [(RELATIVE, (0.05, 0.2, 0.4)), (LESION, (4.5, 10.5, 25.5))]
)
def test_cells_agree_with_counts_in_r(definition: PatternDefinition, tolerances: tuple[float, ...]) -> None:
    cutoffs = (0.7, 0.898, 1.05)
    found = cutoff_map(example(), cutoffs, tolerances, definition)
    for counts, name in ((found.true_positives, "tp"), (found.true_negatives, "tn")):
        expected = [
            [reference()[f"map_{definition}_{t:g}_{c:g}_{name}"] for c in cutoffs] for t in tolerances
        ]
        assert counts.tolist() == expected
    assert (found.n_positive, found.n_negative) == (23, 23)
    # As printed there for 0.20 and 0.898: map_liver_relative_0.2_0.898 has tp 19 and tn 21.
    if definition is RELATIVE:
        assert (found.sensitivity[1, 1], found.specificity[1, 1]) == (19 / 23, 21 / 23)
        assert found.youden[1, 1] == pytest.approx(17 / 23)


def test_the_published_point_is_counted_whether_or_not_it_is_on_the_grid() -> None:
    # R: map_liver_relative_0.2_0.898 and, no change being 10.5 HU but 10, map_lesion_hu_10.5_0.898.
    for definition, tolerance in ((RELATIVE, "0.20"), (LESION, "10")):
        point = cutoff_map(example(), [0.5], [0.01], definition).published
        assert (point.cutoff, point.tolerance) == (Decimal("0.898"), Decimal(tolerance))
        assert point.counts == Counts(tp=19, fp=2, fn=4, tn=21)


def test_readers_patterns_are_passed_over_and_counted() -> None:
    found = cutoff_map(example(), [0.898], [0.2], RELATIVE)
    assert found.reader_patterns == 46
    rows = (f"{AC},40,50,40,50,washout", f"{NET},60,50,60,50,", f"{NET},60,50,,,plateau", f"{AC},40,50,,,")
    small = cutoff_map(cohort_of(HU_HEADINGS, *rows), [0.898, 1.3], [0.1], RELATIVE)
    # The reader's washout would have made a NET of the first.
    assert small.true_positives.tolist() == [[1, 1]] and small.true_negatives.tolist() == [[1, 0]]
    assert (small.reader_patterns, small.without_change) == (1, GroupCounts(1, 1))


# --- the rule row by row


def by_hand(
    cohort: Cohort, cutoffs: list[Decimal], tolerances: list[Decimal], definition: PatternDefinition
) -> tuple[list[list[int]], list[list[int]]]:
    """True positives and true negatives in exact fractions, without any array."""
    cells = [tuple(Fraction(text) for text in record.cells[1:5]) for record in cohort.table.rows]
    called = []
    for diagnosis in (AC, NET):
        group = [
            cell
            for record, cell in zip(cohort.table.rows, cells, strict=True)
            if record.cells[0] == diagnosis
        ]
        counts = []
        for tolerance in tolerances:
            row = []
            for cutoff in cutoffs:
                n = 0
                for hap, hap_liver, pvp, pvp_liver in group:
                    change = pvp / pvp_liver - hap / hap_liver if definition is RELATIVE else pvp - hap
                    n += hap / hap_liver <= Fraction(cutoff) and abs(change) <= Fraction(tolerance)
                row.append(n if diagnosis == AC else len(group) - n)
            counts.append(row)
        called.append(counts)
    return called[0], called[1]


rows = st.tuples(diagnoses, lesions, livers, lesions, livers).map(",".join)
FIXED = [f"{AC},44.9,50,54.9,50,", f"{NET},44.9,50,34.9,50,", f"{NET},50,50,59.9,50,", f"{AC},45,50,55.1,50,"]


@settings(max_examples=20)
@given(st.lists(rows, max_size=30), st.sampled_from([RELATIVE, LESION]), st.data())
def test_every_cell_is_the_rule_row_by_row(
    lines: list[str], definition: PatternDefinition, data: st.DataObject
) -> None:
    # Ratios of 0.8, 0.898, 1 and changes of 0.2, 10, 0 and so on lie exactly on lines of the grid.
    cohort = cohort_of(HU_HEADINGS, *(f"{line}," for line in lines), *FIXED)
    steps = st.lists(st.integers(5, 15), min_size=1, max_size=4, unique=True).map(sorted)
    cutoffs = sorted({*(Decimal(k) / 10 for k in data.draw(steps)), Decimal("0.898")})
    unit = Decimal("0.02") if definition is RELATIVE else Decimal(1)
    tolerances = sorted({*(unit * k for k in data.draw(steps)), Decimal(0), 10 * unit})
    found = cutoff_map(cohort, [float(c) for c in cutoffs], [float(t) for t in tolerances], definition)
    expected = by_hand(cohort, cutoffs, tolerances, definition)
    assert (found.true_positives.tolist(), found.true_negatives.tolist()) == expected


@pytest.mark.parametrize(("away", "is_plateau"), [("0", True), ("0.0001", False), ("-0.0001", True)])
def test_a_change_on_the_tolerance_is_plateau(away: str, is_plateau: bool) -> None:
    hap, pvp = Decimal("44.9"), Decimal("44.9") + 10 + Decimal(away)
    cohort = cohort_of(HU_HEADINGS, f"{AC},{hap},50,{pvp},50,", f"{NET},60,50,60,50,")
    for definition, tolerance in ((RELATIVE, 0.2), (LESION, 10.0)):
        assert cutoff_map(cohort, [0.898], [tolerance], definition).true_positives[0, 0] == is_plateau


def test_a_cutoff_beside_the_ratio() -> None:
    cohort = cohort_of(HU_HEADINGS, f"{AC},44.9,50,44.9,50,", f"{NET},60,50,60,50,")
    found = cutoff_map(cohort, [0.8979999, 0.898, 0.8980001], [0.0], RELATIVE)
    assert found.true_positives.tolist() == [[0, 1, 1]]


def test_a_hairs_breadth_beyond_the_tolerance_is_plateau_as_everywhere() -> None:
    # 0.2 in float64 is no difference of two quotients; up to 1e-9 counts as equal, as in pattern_codes.
    cohort = cohort_of(HU_HEADINGS, f"{AC},44.9,50,54.9,50,", f"{NET},60,50,60,50,")
    change = float(cohort.criteria.changes[RELATIVE][0])
    grid = [change - 3e-9 - CLOSEST_TOLERANCES, change - 2e-9, change + 1e-6]
    assert cutoff_map(cohort, [1.0], grid, RELATIVE).true_positives.tolist() == [[0], [0], [1]]
    assert cutoff_map(cohort, [1.0], [change - 5e-10], RELATIVE).true_positives.tolist() == [[1]]


# --- the best region


def test_the_best_region_is_every_tied_cell() -> None:
    lines = (f"{AC},40,50,40,50,", f"{NET},60,50,60,50,", f"{NET},40,50,60,50,")
    found = cutoff_map(cohort_of(HU_HEADINGS, *lines), [0.7, 0.8, 1.1, 1.2], [0.0, 0.3, 0.4], RELATIVE)
    # Apart where the cutoff is 0.8 to below 1.2 and the tolerance below 0.4, the second NET's change.
    assert found.best.tolist() == [[False, True, True, False], [False, True, True, False], [False] * 4]
    assert found.youden[found.best].tolist() == [1.0] * 4
    assert found.youden[0].tolist() == [0, 1, 1, 0.5]


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
def test_ties_of_the_best_region_are_ties_of_fractions(n: int, m: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    tp, tn = rng.integers(0, n + 1, (4, 5)), rng.integers(0, m + 1, (4, 5))
    base = cutoff_map(example(), [0.898], [0.2], RELATIVE)
    found = CutoffMap(
        RELATIVE, np.arange(5.0), np.arange(4.0), tp, tn, n, m, GroupCounts(0, 0), 0, base.published
    )
    exact = [
        [Fraction(int(a), n) + Fraction(int(b), m) - 1 for a, b in zip(*x, strict=True)]
        for x in zip(tp, tn, strict=True)
    ]
    top = max(map(max, exact))
    assert found.best.tolist() == [[cell == top for cell in row] for row in exact]
    assert found.youden == pytest.approx(np.array(exact, dtype=float), abs=1e-12)


# --- grids and refusals


def test_the_grid_holds_the_default_tolerance() -> None:
    bounds = CutoffRange(Decimal("0.15"), Decimal("2.05"), Decimal("0.001"))
    for definition, default, last in ((RELATIVE, 0.2, 0.6), (LESION, 10.0, 30.0)):
        cutoffs, tolerances = map_grid(bounds, definition)
        assert (len(cutoffs), cutoffs[0], cutoffs[-1]) == (100, 0.15, 2.05)
        assert (len(tolerances), tolerances[0], tolerances[-1]) == (61, 0, last)
        assert default in tolerances.tolist()


@pytest.mark.parametrize(
    ("cutoffs", "tolerances", "what"),
    [
        ([], [0.2], "cutoffs are no grid"),
        ([0.9, 0.9], [0.2], "cutoffs are no grid"),
        ([0.9, 0.8], [0.2], "cutoffs are no grid"),
        ([np.nan], [0.2], "cutoffs are no grid"),
        ([[0.9]], [0.2], "cutoffs are no grid"),
        ([0.9], [np.inf], "tolerances are no grid"),
        ([0.9], [-0.1, 0.2], "tolerances are no grid"),
        ([0.9], [0.2, 0.2 + 1e-8], "tolerances are no grid"),
    ],
)
def test_what_is_no_grid_is_refused(cutoffs: list[float], tolerances: list[float], what: str) -> None:
    with pytest.raises(InsufficientDataError, match=what):
        cutoff_map(example(), cutoffs, tolerances, RELATIVE)


def test_without_two_phases_there_is_no_map() -> None:
    cohort = cohort_of(HU_HEADINGS, f"{AC},40,50,,,plateau", f"{NET},60,50,60,50,")
    with pytest.raises(InsufficientDataError, match="got 0:1 rows"):
        cutoff_map(cohort, [0.9], [0.2], RELATIVE)


def test_the_settings_of_the_cohort_do_not_matter() -> None:
    lines = (f"{AC},40,50,40,50,", f"{NET},60,50,60,50,")
    one, other = (
        cutoff_map(cohort_of(HU_HEADINGS, *lines, settings=case), [0.7, 0.9], [0.1], RELATIVE)
        for case in (Case(), Case(cutoff=Decimal(2), definition=LESION))
    )
    assert one.true_positives.tolist() == other.true_positives.tolist() == [[0, 1]]


@pytest.mark.soak
def test_a_map_of_a_hundred_thousand_rows_is_quick() -> None:
    cohort = large_cohort(100_000)
    start = time.perf_counter()
    found = cutoff_map(cohort, np.linspace(0.3, 1.8, 100), np.linspace(0, 0.6, 60), RELATIVE)
    assert time.perf_counter() - start < 2  # each row with each cell would take 10 s; here 0.03
    ratios, changes = cohort.criteria.ratios[Phase.HAP], cohort.criteria.changes[RELATIVE]
    called = (ratios <= found.cutoffs[50]) & (np.abs(changes) <= found.tolerances[30])
    assert found.true_positives[30, 50] == (cohort.of(AC) & called).sum()
    assert found.true_negatives[30, 50] == (cohort.of(NET) & ~called).sum()
