"""Any column as a marker: R over the example, rows of one patient, and directions that nobody guesses."""

from __future__ import annotations

import numpy as np
import pytest

from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts.marker_accuracy import (
    REPEATS,
    compare_markers,
    marker_accuracy,
    marker_choice,
    markers,
)
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.roc.clustered_auc import clustered_auc
from gepnet_core.statistics.roc.curve import Direction
from gepnet_core.study.criteria import GroupCounts
from tests.cohort.small_cohorts import AC, NET, cohort_of, example, reference

LOW, HIGH = Direction.LOW, Direction.HIGH
MIXED = (f"p,{AC},0.7,30,a", f"p,{AC},0.8,20,a", f"q,{NET},1.1,10,a", f"r,{NET},0.75,,a", f"s,{NET},,40,a")


def mixed() -> Cohort:
    return cohort_of("patient_id,diagnosis,hap_ratio,size_mm,site", *MIXED)


# --- R 4.2.2 with pROC 1.18.0; see tests/reference/cutoff_analysis.R


def test_the_size_of_the_example_against_proc() -> None:
    found = marker_accuracy(example(), "size_mm", HIGH)
    # R: size_auc 0.598298676748582, size_low 0.429331350687869, size_high 0.767266002809296
    assert found.auc.value == found.curve.auc == pytest.approx(0.598298676748582, abs=1e-12)
    assert found.auc.delong is not None
    limits = found.auc.delong.low, found.auc.delong.high
    assert limits == pytest.approx((0.429331350687869, 0.767266002809296), abs=1e-9)
    assert (limits[0], limits[1]) == pytest.approx((reference()["size_low"], reference()["size_high"]))
    assert marker_accuracy(example(), "size_mm", LOW).auc.value == pytest.approx(1 - found.auc.value)


def test_both_ratios_in_the_same_patients_against_proc() -> None:
    found = compare_markers(example(), marker_choice("hap_ratio"), marker_choice("pvp_ratio"))
    # R: paired_z 1.75276088531352, paired_p 0.0796430597981728
    assert (found.difference.z, found.difference.p) == pytest.approx((1.75276088531352, 0.0796430597981728))
    assert found.difference.paired
    assert (found.n, found.n_one_only) == (GroupCounts(23, 23), GroupCounts(0, 0))
    assert found.reasons == {}


def test_the_study_s_area_of_the_hap_ratio() -> None:
    # Cui et al. 2017, Results: "The AUROC was 0.856 (95%CI=0.749-0.963)".
    found = marker_accuracy(example(), "hap_ratio").auc
    assert found.nonparametric is not None
    limits = found.nonparametric.low, found.nonparametric.high
    assert [f"{x:.3f}" for x in (found.value, *limits)] == ["0.856", "0.749", "0.963"]


# --- rows


def test_missing_values_are_counted_by_diagnosis() -> None:
    ratio, size = marker_accuracy(mixed(), "hap_ratio"), marker_accuracy(mixed(), "size_mm", HIGH)
    assert (ratio.n_missing, size.n_missing) == (GroupCounts(0, 1), GroupCounts(0, 1))
    # 0.7 below 1.1 and 0.75, 0.8 below 1.1 alone: 3 of 4 pairs. 30 and 20 above 10, not above 40: 2 of 4.
    assert (ratio.auc.value, size.auc.value) == (0.75, 0.5)


def test_rows_of_one_patient_get_the_clustered_area() -> None:
    found = marker_accuracy(mixed(), "hap_ratio")
    expected = clustered_auc([0.7, 0.8, 1.1, 0.75], np.array([True, True, False, False]), [1, 1, 2, 3], LOW)
    assert found.clustered == expected
    assert found.reasons == {"auc": REPEATS}
    compared = compare_markers(mixed(), marker_choice("hap_ratio"), marker_choice("size_mm", HIGH))
    assert compared.reasons == {"difference": REPEATS}
    # Rows p, p and q have both; r lacks the size, s the ratio.
    assert (compared.n, compared.n_one_only) == (GroupCounts(2, 1), GroupCounts(0, 2))


def test_without_repeats_there_is_no_clustered_area_and_a_reason() -> None:
    found = marker_accuracy(example(), "pvp_ratio")
    assert found.clustered is None
    assert found.reasons == {"clustered": "no patient has several rows"}
    without = marker_accuracy(cohort_of("diagnosis,hap_ratio", f"{AC},0.8", f"{NET},1.2"), "hap_ratio")
    assert without.reasons["clustered"].startswith("the table has no codes of patients")


def test_rows_outside_the_scope_do_not_count() -> None:
    lines = (f"{AC},0.7,30,", f"{NET},1.1,10,", f"{NET},0.2,90,no")
    cohort = cohort_of("diagnosis,hap_ratio,size_mm,scope_untreated", *lines)
    assert marker_accuracy(cohort, "hap_ratio").auc.value == 1
    assert marker_accuracy(cohort, "size_mm", HIGH).curve.n_negative == 1
    compared = compare_markers(cohort, marker_choice("hap_ratio"), marker_choice("size_mm", HIGH))
    assert compared.n == GroupCounts(1, 1)


# --- columns and directions


def test_every_column_of_numbers_is_a_marker() -> None:
    found = list(markers(example()))
    assert found[:4] == ["hap_ratio", "pvp_ratio", "ep_ratio", "hap_lesion_hu"]
    assert {"age_years", "size_mm", "lesion_count", "reader2_hap_lesion_hu"} <= set(found)
    assert "ep_ratio" not in markers(mixed())  # nothing is known of it
    lesion = marker_accuracy(example(), "hap_lesion_hu", LOW)
    assert lesion.curve.n_positive == 23 and lesion.marker.direction is LOW


def test_the_direction_is_the_study_s_or_the_caller_s_and_never_guessed() -> None:
    assert marker_choice("hap_ratio").direction is marker_choice("pvp_ratio").direction is LOW
    assert marker_choice("hap_ratio", HIGH).direction is HIGH
    for name in ("ep_ratio", "size_mm"):
        with pytest.raises(InsufficientDataError, match="point to adenocarcinoma is not said") as caught:
            marker_accuracy(example(), name)
        assert caught.value.field == "direction"


def test_a_column_that_is_not_there() -> None:
    with pytest.raises(InsufficientDataError, match="no such column of numbers") as caught:
        marker_accuracy(example(), "Mrs Example", LOW)
    assert "Mrs Example" not in str(caught.value)
    with pytest.raises(InsufficientDataError, match="no such column of numbers"):
        compare_markers(example(), marker_choice("hap_ratio"), marker_choice("neovascularity", LOW))


def test_a_cohort_without_numbers_has_no_column_to_choose() -> None:
    cohort = cohort_of("diagnosis,pattern", f"{AC},plateau", f"{NET},washout")
    with pytest.raises(InsufficientDataError, match="allowed: none: no row has a ratio, HU or another"):
        marker_accuracy(cohort, "hap_ratio")


def test_without_a_class_there_is_no_area() -> None:
    cohort = cohort_of("diagnosis,hap_ratio,size_mm", f"{AC},0.7,", f"{NET},1.1,10")
    with pytest.raises(InsufficientDataError, match="both classes"):
        marker_accuracy(cohort, "size_mm", HIGH)
    with pytest.raises(InsufficientDataError, match="both classes"):
        compare_markers(cohort, marker_choice("hap_ratio"), marker_choice("size_mm", HIGH))
