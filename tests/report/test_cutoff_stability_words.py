"""What is said of how steady a cutoff is: what is marked, what was passed over, who moves it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from gepnet_core.case.pattern import PatternDefinition
from gepnet_core.cohort.parts.cutoff_map import cutoff_map
from gepnet_core.cohort.parts.influence import influence
from gepnet_core.report.cutoff.stability_words import (
    MOST_PATIENTS,
    PATIENT_HEADINGS,
    SITE_HEADINGS,
    definition_label,
    influence_sentences,
    map_sentences,
    patient_rows,
    site_rows,
)
from tests.cohort.small_cohorts import AC, HU_HEADINGS, NET, cohort_of, example, reference

RELATIVE, LESION = PatternDefinition.LIVER_RELATIVE, PatternDefinition.LESION_HU
RATIO = "patient_id,diagnosis,hap_ratio"


def test_a_definition_names_its_unit() -> None:
    assert definition_label(LESION).endswith("(tolerance in HU)")
    assert definition_label(RELATIVE).endswith("(tolerance in ratio)")


def test_the_square_is_counted_and_its_tolerance_is_an_assumption() -> None:
    said = map_sentences(cutoff_map(example(), [0.7, 0.898, 1.05], [0.05, 0.2, 0.4], RELATIVE))
    # R: map_liver_relative_0.2_0.898_tp 19, _tn 21.
    assert said[0] == (
        "Square: the published cutoff 0.898 with a tolerance of 0.20 (ratio), which is assumed: 19 of 23 "
        "adenocarcinomas are called adenocarcinoma, 21 of 23 NETs are called NET."
    )
    assert "a reader's pattern is passed over in 46 of 46 rows" in said[1]
    assert len(said) == 3  # nobody lacks a phase


def test_the_best_region_is_that_of_r() -> None:
    cutoffs, tolerances = (0.7, 0.898, 1.05), (0.05, 0.2, 0.4)
    said = map_sentences(cutoff_map(example(), cutoffs, tolerances, RELATIVE))[-1]
    # Counted by R at the nine points: map_liver_relative_<tolerance>_<cutoff>_tp and _tn.
    points = [[f"map_liver_relative_{t:g}_{c:g}" for c in cutoffs] for t in tolerances]
    right = [[reference()[f"{name}_tp"] + reference()[f"{name}_tn"] for name in line] for line in points]
    index = np.array(right) / 23 - 1
    lines, columns = (index >= index.max() - 1e-9).nonzero()
    assert said.startswith(
        f"The largest Youden's index, {index.max():.3f}, is reached in {len(lines)} of 9 combinations: "
    )
    assert f"cutoffs {cutoffs[columns.min()]:.3f}" in said
    assert f"tolerances {tolerances[lines.min()]:g}" in said
    assert "At the square it is 0.739." in said  # 17/23
    assert said.endswith("expect less in others.")


def test_a_region_with_gaps_says_so_and_a_whole_one_does_not() -> None:
    lines = (f"{AC},50,100,50,100,", f"{NET},60,100,20,100,")
    found = cutoff_map(cohort_of(HU_HEADINGS, *lines), [0.5, 0.55], [0.1, 0.2], RELATIVE)
    assert "though not in every" not in map_sentences(found)[-1]
    # The lower cutoff misses the adenocarcinoma, the wider tolerance takes in the NET only at the higher one.
    gaps = cutoff_map(cohort_of(HU_HEADINGS, *lines), [0.5, 0.6], [0.1, 0.4], RELATIVE)
    assert "reached in 3 of 4 combinations" in map_sentences(gaps)[-1]
    assert ", though not in every combination of these." in map_sentences(gaps)[-1]


def test_rows_without_a_phase_are_counted_out() -> None:
    lines = (f"{AC},50,100,50,100,plateau", f"{AC},50,100,,,plateau", f"{NET},60,100,20,100,")
    said = map_sentences(cutoff_map(cohort_of(HU_HEADINGS, *lines), [0.55], [0.1], RELATIVE))
    assert "passed over in 1 of 2 rows" in said[1]
    assert said[2] == "1 row lacks a phase and is left out."


# --- patients


def test_the_jackknife_range_is_that_of_r() -> None:
    said = " ".join(influence_sentences(influence(example())))
    low, high = (
        [
            f(reference()[f"without_{row}_{name}"] for row in range(1, 47))
            for name in ("cutoff", "youden", "auc")
        ]
        for f in (min, max)
    )
    # R: 0.860215053763441 without row 34, 0.891566265060241 without any other. As a cutoff 0.860 would leave
    # out the very row.
    assert (low[0], high[0]) == (0.860215053763441, 0.891566265060241)
    assert "lies between 0.861 and 0.892" in said
    assert f"Youden's index between {low[1]:.3f} and {high[1]:.3f}" in said
    assert f"the AUC between {low[2]:.3f} and {high[2]:.3f}; 1 of them moves the cutoff." in said


def test_the_most_influential_patients_come_first_by_row_number() -> None:
    rows = patient_rows(influence(example()))
    assert len(rows) == MOST_PATIENTS and {len(row) for row in rows} == {len(PATIENT_HEADINGS)}
    assert rows[0][:3] == ("34", "0.861", "-0.031")
    # Then by the change of the index, of which R has the largest without these, then by that of the area.
    changes = {
        row: (
            abs(reference()[f"without_{row}_youden"] - 14 / 23),
            abs(reference()[f"without_{row}_auc"] - 453 / 529),
        )
        for row in range(1, 47)
        if row != 34
    }
    shown = [changes[int(row[0])] for row in rows[1:]]
    expected = sorted(changes.values(), reverse=True)[:9]
    assert np.array(shown) == pytest.approx(np.array(expected), abs=1e-12)


def test_all_rows_of_a_patient_go_together_and_a_last_one_has_a_reason() -> None:
    found = influence(
        cohort_of(RATIO, *[f"a,{AC},0.{k}" for k in range(1, 8)], f"b,{NET},1.1", f"c,{NET},1.2")
    )
    rows = {name: cells for name, *cells in patient_rows(found)}
    assert rows["1, 2, 3, 4, 5 and 2 more"] == ["without it nobody of a diagnosis would be left", "", "", ""]
    assert "none of them moves the cutoff" in " ".join(influence_sentences(found))


def test_nobody_to_leave_out_is_a_reason() -> None:
    said = influence_sentences(influence(cohort_of(RATIO, f"a,{AC},0.5", f"b,{NET},1.1")))
    assert said == (
        "With everybody the largest Youden's index, 1.000, is reached by calling adenocarcinoma at or below "
        "0.500.",
        "Each patient is the only one of a diagnosis.",
    )


def test_tied_best_cutoffs_are_counted() -> None:
    lines = (f"a,{AC},1", f"b,{NET},2", f"c,{AC},3", f"d,{NET},4")
    said = influence_sentences(influence(cohort_of(RATIO, *lines)))[0]
    assert said.endswith("at or below 1.000, the strictest of 2 equally good ones.")


def test_hospitals_are_numbers_and_never_names() -> None:
    lines = [
        f"p{k},{AC if k % 2 else NET},{0.6 + k / 20 + (0.2 if k % 2 == 0 else 0)},Zzcanary {k % 3}"
        for k in range(12)
    ]
    found = influence(cohort_of(f"{RATIO},site", *lines))
    rows = site_rows(found)
    assert {len(row) for row in rows} == {len(SITE_HEADINGS)}
    assert [row[0] for row in rows] == ["S1", "S2", "S3"] and [row[1] for row in rows] == ["4"] * 3
    everything = " ".join(
        [*influence_sentences(found), *map(" ".join, rows), *map(" ".join, patient_rows(found))]
    )
    assert not re.search("zzcanary", everything, re.IGNORECASE)
