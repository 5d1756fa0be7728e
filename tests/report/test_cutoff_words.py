"""What is said of a cutoff: counts first, the shown cutoff calls the same rows, reasons."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.cohort.analysis import Absent
from gepnet_core.cohort.dictionary.mapping import ColumnMapping, RowUnit
from gepnet_core.cohort.parts.threshold_curve import threshold_curve
from gepnet_core.numbers import format_proportion
from gepnet_core.report.cutoff.cutoff_words import (
    IntervalKind,
    accuracy_notes,
    accuracy_rows,
    cohort_sentence,
    confusion_rows,
    midpoint_text,
    moved_sentence,
    no_curve_sentence,
    observed_cutoff,
    published_rows,
    published_sentences,
    short_cutoff,
    shown_cutoff,
    with_interval,
)
from gepnet_core.statistics.intervals import ConfidenceInterval
from gepnet_core.statistics.roc.curve import Direction, OperatingPoint, roc_curve
from tests.cohort.small_cohorts import AC, NET, cohort_of, reference
from tests.cohort.small_cohorts import example as example_cohort
from tests.report.cohorts import example, of_rows

CURVE = threshold_curve(example_cohort())
HAP = "patient_id,diagnosis,hap_lesion_hu,hap_liver_hu"


# --- cutoffs as they are shown


def test_a_shown_cutoff_keeps_its_side_of_the_published_one() -> None:
    assert shown_cutoff(0.898) == "0.898"
    assert (shown_cutoff(0.8979), shown_cutoff(0.89801)) == ("0.8979", "0.89801")
    assert (shown_cutoff(0.9), shown_cutoff(math.nextafter(0.898, 1))) == ("0.900", "0.8980000000000001")
    assert (shown_cutoff(-math.inf), shown_cutoff(math.inf)) == ("calls nobody", "calls everybody")


def test_an_observed_ratio_is_rounded_up_and_a_midpoint_to_the_nearest() -> None:
    # pROC: the best cutoff of the example, 0.8915662650602410 (74/83), midpoint 0.897910792104589.
    (best,) = CURVE.roc.best_by_youden()
    assert short_cutoff(best) == Decimal("0.892")
    assert midpoint_text(best) == "0.8979"  # 0.898 would be the published one
    close = OperatingPoint(0.8001, 0.80015, 1, 0, 2, 2)
    assert (short_cutoff(close), midpoint_text(close)) == (Decimal("0.8001"), "0.80015")
    last = OperatingPoint(2 / 3, None, 2, 2, 2, 2)
    assert (short_cutoff(last), midpoint_text(last)) == (Decimal("0.667"), "none: no ratio beyond")
    nobody = OperatingPoint(-math.inf, None, 0, 0, 2, 2)
    assert (short_cutoff(nobody), midpoint_text(nobody)) == (None, "calls nobody")


ratios = st.lists(
    st.builds(lambda a, b: a / b, st.integers(-50, 300), st.integers(20, 120)), min_size=1, max_size=12
)


@given(ratios, ratios)
def test_what_is_shown_calls_the_same_rows(ours: list[float], theirs: list[float]) -> None:
    curve = roc_curve(ours, theirs, Direction.LOW)
    for point in curve.points:
        short = short_cutoff(point)
        assert short is not None
        shown = [float(short)] + ([] if point.midpoint is None else [float(midpoint_text(point))])
        for cutoff in shown:
            again = curve.at(cutoff)
            assert (again.true_positives, again.false_positives) == (
                point.true_positives,
                point.false_positives,
            )


@pytest.mark.parametrize(
    ("ratio", "shown"),
    [
        (0.8602, "0.861"),
        (0.86, "0.860"),
        (0.8979, "0.8979"),
        (0.898, "0.898"),
        (0.8981, "0.899"),
        (70 / 66, "1.061"),
    ],
)
def test_an_observed_ratio_as_a_cutoff_takes_in_its_own_row(ratio: float, shown: str) -> None:
    assert observed_cutoff(ratio) == shown
    assert float(shown) >= ratio and (float(shown) <= 0.898) == (ratio <= 0.898)


def test_an_infinite_cutoff_says_whom_it_calls() -> None:
    assert observed_cutoff(float("-inf")) == "calls nobody"


def test_an_interval_below_0_has_no_dash() -> None:
    interval = ConfidenceInterval(-0.02, 0.31, 0.95, "any")
    assert with_interval(0.145, interval) == "0.145 (95 % CI -0.020 to 0.310)"
    assert with_interval(1.0, None) == "1.000"
    assert with_interval(0.99999, None) == "0.99999"  # not the 1 that it is not


# --- the published cutoff


def test_the_example_prints_the_studys_numbers() -> None:
    analysis = example()
    rows = {name: (here, study) for name, here, study in published_rows(
        analysis.frozen, analysis.markers["hap_ratio"]
    )}  # fmt: skip
    # Wilson by R's prop.test: ratio_0.898_se_low 0.628623523597739, _high 0.930213464369374.
    assert rows["Sensitivity for adenocarcinoma"] == ("19 of 23 (82.6 %, 95 % CI 62.9-93.0)",) * 2
    assert rows["Specificity for adenocarcinoma"] == ("18 of 23 (78.3 %, 95 % CI 58.1-90.3)",) * 2
    # "an AUC of 0.856 (95%CI=0.749-0.963)" is printed; pROC 1.18 of the example has 0.7490668 to 0.9635986.
    assert rows["Area under the ROC curve (AUC), DeLong"] == (
        "0.856 (95 % CI 0.749-0.964)",
        "0.856 (95 % CI 0.749-0.963), formula not named",
    )
    assert rows["AUC, DeLong on the logit scale"][1] == "not printed"


def test_the_sentence_of_the_study_names_its_patients_and_what_is_missing() -> None:
    analysis = of_rows(HAP, f"a,{AC},40,60", f"b,{AC},,", f"c,{NET},80,60", f"d,{NET},70,60")
    said = published_sentences(analysis.frozen, analysis.markers["hap_ratio"])
    assert said[0].startswith("The study chose 0.898 on the same 46 patients")
    assert "sensitivity and specificity for adenocarcinoma: expect lower ones" in said[0]
    assert "1 row that counts has no HAP ratio." in said
    # One adenocarcinoma has no spread: said, not left blank.
    rows = {name: here for name, here, _ in published_rows(analysis.frozen, analysis.markers["hap_ratio"])}
    assert rows["Area under the ROC curve (AUC), DeLong"] == "1.000, no interval"
    assert any(sentence.startswith("DeLong's interval of the AUC: a class has a single") for sentence in said)


def test_an_interval_beyond_1_is_explained() -> None:
    # By hand: 3 of 4 pairs are in order, SE = sqrt(0.125 / 2 + 0.125 / 2) = 0.354, upper limit 1.443.
    beyond = of_rows(HAP, f"a,{AC},40,60", f"b,{AC},75,60", f"c,{NET},80,60", f"d,{NET},70,60")
    said = published_sentences(beyond.frozen, beyond.markers["hap_ratio"])
    assert "DeLong's interval is not cut off at 0 and 1; the one on the logit scale stays inside." in said
    inside = example()
    assert "cut off" not in " ".join(published_sentences(inside.frozen, inside.markers["hap_ratio"]))


def test_without_a_diagnosis_there_is_nobody_and_no_area() -> None:
    analysis = of_rows(HAP, f"c,{NET},80,60", f"d,{NET},70,60")
    marker = analysis.markers["hap_ratio"]
    assert isinstance(marker, Absent)
    rows = {name: here for name, here, _ in published_rows(analysis.frozen, marker)}
    assert rows["Sensitivity for adenocarcinoma"] == "nobody"
    assert rows["Area under the ROC curve (AUC)"] == "none: a diagnosis has no such value"
    assert no_curve_sentence(analysis.cohort) == (
        "A HAP ratio is known in 0 rows of adenocarcinoma and in 2 of NET; a cutoff needs at least 1 of each."
    )


def test_lesions_of_one_patient_have_an_area_of_their_own() -> None:
    analysis = of_rows(
        HAP, f"a,{AC},40,60", f"a,{AC},75,60", f"b,{AC},50,60", f"c,{NET},80,60", f"c,{NET},44,60",
        f"d,{NET},70,60", mapping=ColumnMapping(row=RowUnit.LESION),
    )  # fmt: skip
    marker = analysis.markers["hap_ratio"]
    assert not isinstance(marker, Absent) and marker.clustered is not None
    name, here, _ = published_rows(analysis.frozen, marker)[-1]
    assert name == "AUC, several rows a patient (Obuchowski)"
    assert here == with_interval(marker.clustered.auc, marker.clustered.interval)
    assert "Rao and Scott" in " ".join(published_sentences(analysis.frozen, marker))


def test_the_cohort_is_named_with_its_rows() -> None:
    assert cohort_sentence(example_cohort(), is_example=True) == (
        "The example cohort: 46 rows, of which 23 of adenocarcinoma and 23 of NET count."
    )
    one = of_rows(HAP, f"a,{AC},40,60").cohort
    assert cohort_sentence(one, is_example=False).startswith("Your table: 1 row, of which 1 of adenoc")


# --- any cutoff


@pytest.mark.parametrize("cutoff", [0.7, 0.898, 0.93, 1.05])
def test_counts_and_intervals_are_those_of_r(cutoff: float) -> None:
    # epiR 2.0.57: see tests/reference/cutoff_analysis.R.
    r = {name: reference()[f"ratio_{cutoff:g}_{name}"] for name in ("tp", "fp", "fn", "tn", "se_low",
         "se_high", "lr_pos", "lr_neg")}  # fmt: skip
    at = CURVE.at(cutoff)
    ours, theirs, *_ = confusion_rows(at)
    assert ours[1:] == (f"{r['tp']:.0f} (true positive)", f"{r['fn']:.0f} (false negative)", "0")
    assert theirs[1:] == (f"{r['fp']:.0f} (false positive)", f"{r['tn']:.0f} (true negative)", "0")
    rows = {name: ratio for name, ratio, _ in accuracy_rows(at, IntervalKind.WILSON)}
    limits = ConfidenceInterval(r["se_low"], r["se_high"], 0.95, "Wilson")
    assert rows["Sensitivity for adenocarcinoma"] == format_proportion(int(r["tp"]), 23, limits)
    if np.isfinite(r["lr_pos"]):
        positive = rows["Likelihood ratio of a call of adenocarcinoma (LR+)"].split()[0]
        assert float(positive) == pytest.approx(r["lr_pos"], rel=0.05)
    said = moved_sentence(at)
    assert f"{r['tp']:.0f} of 23 adenocarcinomas are called adenocarcinoma" in said
    assert f"{r['tn']:.0f} of 23 NETs are called NET by the ratio alone" in said


def test_every_sentence_about_sensitivity_names_the_positive_class() -> None:
    for name, *_ in accuracy_rows(CURVE.at(0.9, 0.1), IntervalKind.WILSON):
        if "ensitivity" in name or "pecificity" in name:
            assert "for adenocarcinoma" in name


def test_clopper_and_pearson_on_request() -> None:
    rows = {name: ratio for name, ratio, _ in accuracy_rows(CURVE.at(0.898), IntervalKind.CLOPPER_PEARSON)}
    # R's binom.test(19, 23): 0.6122 to 0.9505; binom.test(18, 23): 0.5630 to 0.9254.
    assert rows["Sensitivity for adenocarcinoma"] == "19 of 23 (82.6 %, 95 % CI 61.2-95.0)"
    assert rows["Specificity for adenocarcinoma"] == "18 of 23 (78.3 %, 95 % CI 56.3-92.5)"


def test_rows_that_the_rule_cannot_call_are_counted_and_said() -> None:
    headings = "diagnosis,hap_lesion_hu,hap_liver_hu,pattern"
    cohort = cohort_of(
        headings, f"{AC},40,60,plateau", f"{AC},40,60,", f"{AC},,,plateau", f"{NET},80,60,", f"{NET},,,"
    )
    at = threshold_curve(cohort).at(0.898)
    rows = {name: cells for name, *cells in confusion_rows(at)}
    assert rows["Ratio alone: adenocarcinoma"] == ["2 (true positive)", "0 (false negative)", "1"]
    assert rows["Ratio and plateau together: adenocarcinoma"][2] == "2"
    assert rows["Ratio and plateau together: NET"] == ["0 (false positive)", "1 (true negative)", "1"]
    notes = " ".join(accuracy_notes(at, repeats=True))
    assert "Rows without a HAP ratio are not counted, adenocarcinoma to NET: 1:1." in notes
    assert "Several rows belong to one patient" in notes


def test_where_the_rule_calls_nobody_of_a_diagnosis_it_is_unknown_and_not_zero() -> None:
    at = threshold_curve(cohort_of("diagnosis,hap_ratio", f"{AC},0.5", f"{NET},0.6")).at(0.898)
    assert at.combined is None
    assert confusion_rows(at)[-1] == (
        "Ratio and plateau together",
        "unknown",
        "unknown",
        "all rows of a diagnosis",
    )
    assert {both for _, _, both in accuracy_rows(at, IntervalKind.WILSON)} == {"unknown"}
    assert moved_sentence(at).endswith("by the ratio alone.")


def test_a_zero_count_has_a_named_rule_and_its_reason() -> None:
    at = CURVE.at(0.3)  # below every NET
    rows = {name: ratio for name, ratio, _ in accuracy_rows(at, IntervalKind.WILSON)}
    shown = rows["Likelihood ratio of a call of adenocarcinoma (LR+)"]
    tp = at.ratio.counts.tp
    half_added = (tp + 0.5) / 24 / (0.5 / 24)  # Haldane's, a closed form
    assert shown.startswith(f"not defined; with 0.5 added to each count {half_added:.1f} (95 % CI ")
    assert any("there is no false positive" in note for note in accuracy_notes(at, repeats=False))
    everybody = CURVE.at(9.0)
    assert any("everybody is called positive" in note for note in accuracy_notes(everybody, repeats=False))


# --- predictive values


def test_predictive_values_need_a_prevalence_and_counts() -> None:
    rows = {name: text for name, text, _ in accuracy_rows(CURVE.at(0.3, 0.1), IntervalKind.WILSON)}
    assert (
        rows["Positive predictive value, adenocarcinoma at a prevalence of 10.0 %"] == "100.0 %, no interval"
    )
    rows = {name: text for name, text, _ in accuracy_rows(CURVE.at(9.0, 0.1), IntervalKind.WILSON)}
    assert rows["Negative predictive value, NET at a prevalence of 10.0 %"] == "not defined"
