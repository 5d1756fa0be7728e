"""What is said of other measures: their side, their areas, the difference in the same patients."""

from __future__ import annotations

from gepnet_core.cohort.analysis import Absent
from gepnet_core.cohort.parts.marker_accuracy import compare_markers, marker_accuracy, marker_choice
from gepnet_core.report.cohort.description_words import column_label
from gepnet_core.report.cutoff.measure_words import (
    AREA_HEADINGS,
    area_notes,
    area_row,
    comparison_sentences,
)
from gepnet_core.statistics.roc.curve import Direction
from tests.cohort.small_cohorts import AC, NET, cohort_of, example, reference

HAP, PVP = marker_choice("hap_ratio"), marker_choice("pvp_ratio")


def test_an_area_stands_with_its_side_and_counts() -> None:
    row = area_row("size_mm", marker_accuracy(example(), "size_mm", Direction.HIGH))
    assert len(row) == len(AREA_HEADINGS)
    assert row[0] == "Size of the largest metastasis, mm: high values"
    assert row[1] == "23 and 23"
    # pROC: size_auc 0.598298676748582, size_low 0.429331350687869, size_high 0.767266002809296.
    auc, low, high = (reference()[f"size_{name}"] for name in ("auc", "low", "high"))
    assert row[2] == f"{auc:.3f} (95 % CI {low:.3f}-{high:.3f})"
    other = area_row("size_mm", marker_accuracy(example(), "size_mm", Direction.LOW))
    assert other[0].endswith(": low values") and other[2].startswith(f"{1 - auc:.3f} ")


def test_no_area_is_no_zero() -> None:
    row = area_row("pvp_ratio", Absent("whatever"))
    assert row == (column_label("pvp_ratio"), "", "none: a diagnosis has no such value", "")


def test_a_shrunken_interval_says_so() -> None:
    found = marker_accuracy(
        cohort_of("diagnosis,hap_ratio", f"{AC},1", f"{AC},2", f"{NET},3", f"{NET},4"), "hap_ratio"
    )
    assert area_row("hap_ratio", found)[2:] == ("1.000 (95 % CI 1.000-1.000)", "1.000, no interval")
    notes = area_notes(found)
    assert len(notes) == 2 and "says nothing about how sure the area is" in notes[0]


def test_lesions_of_one_patient_have_one_interval() -> None:
    lines = [f"a,{AC},0.5", f"a,{AC},0.9", f"b,{AC},0.6", f"c,{NET},0.8", f"c,{NET},1.1", f"d,{NET},1.2"]
    found = marker_accuracy(cohort_of("patient_id,diagnosis,hap_ratio", *lines), "hap_ratio")
    row = area_row("hap_ratio", found)
    assert row[2].endswith("several rows a patient (Obuchowski)") and row[3] == "-"


def test_both_ratios_in_the_same_patients() -> None:
    (said,) = comparison_sentences(compare_markers(example(), HAP, PVP))
    assert said.startswith(
        "Rows with both: 23 of adenocarcinoma, 23 of NET. AUC 0.856 of metastasis-to-liver"
    )
    # pROC's roc.test, paired: paired_z 1.75276088531352, paired_p 0.0796430597981728.
    assert f"P = {reference()['paired_p']:.3f}, DeLong's paired test" in said
    assert "First minus second: 0.127 (95 % CI -0.015 to 0.268)" in said


def test_rows_with_one_of_them_and_repeats_are_said() -> None:
    headings = "patient_id,diagnosis,hap_ratio,pvp_ratio"
    lines = [f"a,{AC},0.5,0.4", f"a,{AC},0.7,0.9", f"b,{AC},0.6,", f"c,{NET},0.8,0.6", f"d,{NET},0.65,1.0"]
    said = comparison_sentences(compare_markers(cohort_of(headings, *lines), HAP, PVP))
    assert said[0].startswith("Rows with both: 2 of adenocarcinoma, 2 of NET.")
    assert "1 row has only one of them." in said
    assert said[-1].startswith("Several rows belong to one patient: ")


def test_equal_orders_have_no_p() -> None:
    headings = "diagnosis,hap_ratio,pvp_ratio"
    lines = [f"{AC},0.5,0.4", f"{AC},0.9,0.8", f"{NET},0.7,0.6", f"{NET},1.2,1.0"]
    said = comparison_sentences(compare_markers(cohort_of(headings, *lines), HAP, PVP))
    assert "First minus second: 0.000 (95 % CI 0.000 to 0.000), no P." in said[0]
    assert any("nothing to measure the difference by" in sentence for sentence in said[1:])
