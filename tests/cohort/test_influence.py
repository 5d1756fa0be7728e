"""Leaving out each patient and each hospital: R over the example, the whole search again, small tables."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts import influence as module
from gepnet_core.cohort.parts.influence import influence
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint import find_cutpoints
from gepnet_core.statistics.cutpoints.cutpoint_methods import YOUDEN
from gepnet_core.statistics.roc.curve import Direction, roc_curve
from tests.cohort.small_cohorts import AC, NET, cohort_of, diagnoses, example, large_cohort, reference

RATIO = "diagnosis,hap_ratio"


# --- R 4.2.2 with pROC 1.18.0; see tests/reference/cutoff_analysis.R


def test_every_patient_of_the_example_agrees_with_proc_on_the_other_45() -> None:
    found = {one.rows: one for one in influence(example()).patients}
    assert set(found) == {(row,) for row in range(1, 47)}
    for (row,), one in found.items():
        names = ("n", "cutoff", "last", "youden", "auc")
        expected = {name: reference()[f"without_{row}_{name}"] for name in names}
        assert one.best is not None
        assert len(one.best.cutoffs) == expected["n"]
        ends = one.best.cutoffs[0], one.best.cutoffs[-1]
        assert ends == pytest.approx((expected["cutoff"], expected["last"]), rel=1e-12)
        assert one.best.youden == pytest.approx(expected["youden"], abs=1e-12)
        assert one.best.auc == pytest.approx(expected["auc"], abs=1e-12)


def test_the_jackknife_range_of_the_example() -> None:
    found = influence(example())
    # R: without_34_cutoff 0.860215053763441; of all others 0.891566265060241.
    (moving,) = found.moving
    assert (moving.rows, moving) == ((34,), found.patients[0])
    assert moving.shift == pytest.approx(0.860215053763441 - 0.891566265060241, abs=1e-12)
    assert found.cutoff is not None and found.youden is not None and found.auc is not None
    for spread, name in ((found.cutoff, "cutoff"), (found.youden, "youden"), (found.auc, "auc")):
        expected = [reference()[f"without_{row}_{name}"] for row in range(1, 47)]
        assert (spread.low, spread.high) == pytest.approx((min(expected), max(expected)), abs=1e-12)
    assert [one.rows for one in found.patients[1:4]] == [(1,), (2,), (3,)]  # those that move nothing, by row
    assert found.reasons == {"sites": "the table has no column of hospitals"}


# --- the whole search again


def searched(cohort: Cohort, kept: np.ndarray) -> tuple[list[float], float, float] | None:
    """Best cutoffs, index and area of some rows, by the functions for any curve."""
    ratios = cohort.criteria.ratios[Phase.HAP]
    rows = kept & cohort.eligible & ~np.isnan(ratios)
    ours, theirs = (ratios[rows & (cohort.diagnosis == code)] for code in (1, 0))
    if not len(ours) or not len(theirs):
        return None
    best = find_cutpoints(ours, theirs, Direction.LOW, YOUDEN)
    assert best.value is not None
    return [p.threshold for p in best.points], best.value, roc_curve(ours, theirs, Direction.LOW).auc


rows = st.tuples(st.sampled_from("abcde"), diagnoses, st.integers(1, 6).map(str) | st.just("")).map(",".join)


@settings(max_examples=25)
@given(st.lists(rows, max_size=14))
def test_leaving_out_a_patient_is_the_search_over_the_other_rows(lines: list[str]) -> None:
    cohort = cohort_of(f"patient_id,{RATIO}", *lines, f"x,{AC},3", f"y,{NET},4")
    found = influence(cohort)
    everyone = searched(cohort, np.ones(cohort.n_rows, dtype=bool))
    assert everyone == (found.everyone.cutoffs.tolist(), found.everyone.youden, found.everyone.auc)
    counted = {row for one in found.patients for row in one.rows}
    assert counted == set((np.flatnonzero(~np.isnan(cohort.criteria.ratios[Phase.HAP])) + 1).tolist())
    for one in found.patients:
        gone = np.array(one.rows) - 1
        (code,) = {cohort.table.rows[k].cells[0] for k in gone.tolist()}  # the rows of one patient
        kept = np.array([record.cells[0] != code for record in cohort.table.rows])
        expected = searched(cohort, kept)
        if one.best is None:
            assert expected is None and one.shift is None and one.reason is not None
        else:
            assert expected == (one.best.cutoffs.tolist(), one.best.youden, one.best.auc)
            assert one.shift == one.best.cutoffs[0] - found.everyone.cutoffs[0]
    shifts = [abs(one.shift or 0.0) for one in found.patients]
    assert shifts == sorted(shifts, reverse=True)


# --- small tables


def test_a_ratio_that_leaves_with_its_patient_is_no_cutoff_any_more() -> None:
    cohort = cohort_of(RATIO, f"{AC},0.8", f"{AC},0.9", f"{NET},1.2", f"{NET},1.3")
    found = {one.rows: one for one in influence(cohort).patients}
    without = found[2,].best
    assert without is not None and without.cutoffs.tolist() == [0.8]
    assert found[2,].shift == pytest.approx(-0.1)
    assert (found[1,].shift, found[3,].shift) == (0, 0)


def test_several_best_cutoffs_are_all_told() -> None:
    found = influence(cohort_of(RATIO, *(f"{AC},{r}" for r in (1, 3, 5)), *(f"{NET},{r}" for r in (2, 4, 6))))
    assert found.everyone.cutoffs.tolist() == [1, 3, 5]
    assert found.everyone.youden == pytest.approx(1 / 3)


def test_the_only_patient_of_a_diagnosis_cannot_be_left_out() -> None:
    found = influence(cohort_of(RATIO, f"{AC},0.8", f"{NET},1.2"))
    assert [one.best for one in found.patients] == [None, None]
    assert (found.cutoff, found.youden, found.auc) == (None, None, None)
    assert found.reasons["cutoff"] == "each patient is the only one of a diagnosis"
    assert found.moving == ()


def test_all_rows_of_a_patient_leave_together_without_the_code_in_the_result() -> None:
    lines = (f"secret,{AC},0.8", f"secret,{AC},0.95", f"b,{AC},0.9", f"c,{NET},1.2", f",{NET},1.3")
    found = influence(cohort_of(f"patient_id,{RATIO}", *lines))
    assert sorted(one.rows for one in found.patients) == [(1, 2), (3,), (4,), (5,)]
    assert "secret" not in repr(found)


def test_constant_ratios() -> None:
    found = influence(cohort_of(RATIO, *[f"{AC},0.9"] * 2, *[f"{NET},0.9"] * 2))
    assert found.everyone.cutoffs.tolist() == [0.9]
    assert (found.everyone.youden, found.everyone.auc) == (0, 0.5)
    assert found.moving == ()


# --- hospitals


def test_each_hospital_is_left_out() -> None:
    lines = (f"{AC},0.8,B", f"{NET},1.2,B", f"{AC},1.0,A", f"{NET},1.1,A", f"{AC},0.7,", f"{NET},0.9,")
    cohort = cohort_of(f"{RATIO},site", *lines)
    found = influence(cohort)
    assert [(one.site, one.rows) for one in found.sites] == [("S1", (1, 2)), ("S2", (3, 4))]
    for one in found.sites:
        kept = np.array([k + 1 not in one.rows for k in range(6)])
        assert one.best is not None
        assert searched(cohort, kept) == (one.best.cutoffs.tolist(), one.best.youden, one.best.auc)
    assert found.reasons["sites"] == "2 rows name no hospital, and are never left out with one"


def test_hospitals_stand_in_the_order_of_their_numbers_without_their_names() -> None:
    lines = [f"{(AC, NET)[k % 2]},{0.8 + k / 100},hospital {k // 2}" for k in range(24)]
    found = influence(cohort_of(f"{RATIO},site", *lines))
    assert [one.site for one in found.sites] == [f"S{k}" for k in range(1, 13)]
    assert "hospital 3" not in repr(found)


def test_hospitals_that_cannot_be_left_out() -> None:
    apart = influence(cohort_of(f"{RATIO},site", f"{AC},0.8,A", f"{NET},1.2,B"))
    assert [(one.site, one.best, one.shift) for one in apart.sites] == [
        ("S1", None, None),
        ("S2", None, None),
    ]
    assert {one.reason for one in apart.sites} == {"without it nobody of a diagnosis would be left"}
    single = influence(cohort_of(f"{RATIO},site", f"{AC},0.8,A", f"{NET},1.2,A"))
    assert (single.sites, single.reasons["sites"]) == ((), "the rows name a single hospital")
    none = influence(cohort_of(f"{RATIO},site", f"{AC},0.8,", f"{NET},1.2,"))
    assert (none.sites, none.reasons["sites"]) == ((), "no row names a hospital")


# --- size


def test_two_thousand_patients_take_a_moment() -> None:
    cohort = large_cohort(2000)
    start = time.perf_counter()
    found = influence(cohort)
    assert time.perf_counter() - start < 3  # here 0.2 s
    assert len(found.patients) == 2000


def test_equal_patients_are_left_out_once_and_too_many_different_ones_not() -> None:
    cohort = large_cohort(50_000)
    rounded = np.round(cohort.criteria.ratios[Phase.HAP], 2)
    few = replace(cohort.criteria, ratios={Phase.HAP: rounded})
    found = influence(replace(cohort, criteria=few))
    assert len(found.patients) == 50_000
    same = {id(one.best) for one in found.patients}
    assert len(same) < 1000
    many = influence(cohort)
    assert many.patients == () and many.cutoff is None
    assert many.reasons["patients"] == many.reasons["auc"]
    assert f"allowed: {module.MOST_CELLS:,}" in many.reasons["patients"]


def test_without_a_class_there_is_nothing_to_leave_out() -> None:
    with pytest.raises(InsufficientDataError, match="both classes"):
        influence(cohort_of(RATIO, f"{AC},0.8", f"{NET},"))
