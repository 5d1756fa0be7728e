"""The example cohort measured by the library and by R: tests/reference/example_cohort.R.

R 4.2.2 with pROC 1.18.0, epiR 2.0.57 and psych 2.2.9. R prints 15 digits.
"""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from gepnet_core.replication.ensemble import EXAMPLE_FILE, load_example
from gepnet_core.replication.logistic import fit_logistic
from gepnet_core.replication.measures import kappa, mann_whitney_z, measure_cohort, single_iccs
from gepnet_core.statistics.groups.contingency import chi_square, fisher_freeman_halton
from gepnet_core.statistics.groups.summary_t import Summary, pooled_t, welch_t
from gepnet_core.statistics.intervals import clopper_pearson_interval, wilson_interval
from gepnet_core.statistics.roc.curve import Direction, delong_interval, roc_curve
from tests.replication.independent_check import measure

LINES = (
    (Path(__file__).parents[1] / "reference" / "example_cohort.csv").read_text(encoding="utf-8").splitlines()
)
R = {row["name"]: float(row["value"]) for row in csv.DictReader(x for x in LINES if not x.startswith("#"))}
EXAMPLE = load_example()
AC = EXAMPLE["diagnosis"] == "adenocarcinoma"
MEASURED = measure_cohort(EXAMPLE)
INDEPENDENT = measure(pd.read_csv(EXAMPLE_FILE))

FEATURES = ("distribution", "shape", "hap_enhancement", "pattern", "lymphadenopathy")
GROUPS = {"net": "net", "adenocarcinoma": "ac"}
CLOSED = {
    "hap_ratio_auc": "hap_auc",
    "hap_ratio_auc_low": "hanley_low",
    "hap_ratio_auc_high": "hanley_high",
    "hap_ratio_cutoff": "hap_best_1_threshold",
    "hap_ratio_true_positives": "hap_best_1_tp",
    "hap_ratio_true_negatives": "hap_best_1_tn",
    "plateau_true_positives": "plateau_tp",
    "plateau_true_negatives": "plateau_tn",
    "combined_true_positives": "combined_tp",
    "combined_true_negatives": "combined_tn",
    "hap_ratio_sensitivity": "ratio_se_exact_est",
    "hap_ratio_specificity": "ratio_sp_exact_est",
    "plateau_sensitivity": "plateau_se_exact_est",
    "plateau_specificity": "plateau_sp_exact_est",
    "combined_sensitivity": "combined_se_exact_est",
    "combined_specificity": "combined_sp_exact_est",
    "pattern_p": "pattern_fisher_p",
    "shape_chi2": "shape_yates",  # the one feature that the study tested with the continuity correction
    "shape_p": "shape_yates_p",
    "icc_size": "icc_size_mm_ICC2",
    "icc_lesion_hu": "icc_hap_lesion_hu_ICC2",
    "icc_liver_hu": "icc_hap_liver_hu_ICC2",
    **{f"{phase}_ratio_{what}": f"{phase}_{what}" for phase in ("hap", "pvp") for what in ("t", "p")},
    **{
        f"{phase}_ratio_{what}_{group}": f"{phase}_{what}_{short}"
        for phase in ("hap", "pvp")
        for what in ("mean", "sd")
        for group, short in GROUPS.items()
    },
    **{f"size_{what}": f"size_mm_{what}" for what in ("z", "p")},
    **{f"lesion_count_{what}": f"lesion_count_{what}" for what in ("z", "p")},
    **{
        f"{feature}_{what}": f"{feature}_{ours}"
        for feature in ("distribution", "hap_enhancement", "lymphadenopathy")
        for what, ours in (("chi2", "chi2"), ("p", "chi2_p"))
    },
    **{f"kappa_{feature}": f"kappa_{feature}_psych" for feature in FEATURES},
}


def test_r_read_the_very_file_that_is_shipped() -> None:
    assert LINES[1] == f"# md5 {hashlib.md5(EXAMPLE_FILE.read_bytes(), usedforsecurity=False).hexdigest()}"


@pytest.mark.parametrize(("ours", "theirs"), CLOSED.items(), ids=CLOSED)
def test_what_the_cohort_is_measured_to_have_agrees_with_r(ours: str, theirs: str) -> None:
    assert MEASURED[ours] == pytest.approx(R[theirs], rel=1e-9)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    {
        "hap_auc": "auc",
        "hanley_low": "auc_low",
        "hanley_high": "auc_high",
        "hap_best_1_threshold": "cutoff",
        "pattern_fisher_p": "pattern_p",
        "shape_yates": "shape_chi2",
        "lymphadenopathy_chi2": "nodes_chi2",
        "size_mm_z": "size_z",
        "lesion_count_z": "count_z",
        "hap_t": "hap_t",
        "pvp_p": "pvp_p",
        "glm_pattern_exp_b": "pattern_or",
        "glm_pattern_low": "pattern_or_low",
        "glm_hap_ratio_high": "ratio_or_high",
        "glm_hap_ratio_p": "ratio_wald_p",
        "kappa_pattern_epir": "kappa_pattern",
        "icc_size_mm_ICC2": "icc_size_mm",
    }.items(),
)
def test_the_independent_checker_agrees_with_r(theirs: str, ours: str) -> None:
    assert INDEPENDENT[ours] == pytest.approx(R[theirs], rel=1e-6 if theirs.startswith("glm") else 1e-9)


@pytest.mark.parametrize("term", ["pattern", "hap_ratio"])
def test_the_odds_ratios_agree_with_glm(term: str) -> None:
    # glm with epsilon 1e-14; both end where rounding stops them.
    for ours in ("exp_b", "low", "high", "p"):
        assert MEASURED[f"logistic_{term}_{ours}"] == pytest.approx(R[f"glm_{term}_{ours}"], rel=1e-6)


def test_coefficients_and_log_likelihood_agree_with_glm() -> None:
    code = np.array([["plateau", "washout", "progressive"].index(x) + 1.0 for x in EXAMPLE["pattern"]])
    fit = fit_logistic(np.column_stack([code, EXAMPLE["hap_ratio"]]), AC)
    assert fit is not None
    terms = ("intercept", "pattern", "hap_ratio")
    assert fit.b == pytest.approx([R[f"glm_{term}_b"] for term in terms], rel=1e-6)
    assert fit.se == pytest.approx([R[f"glm_{term}_se"] for term in terms], rel=1e-6)
    assert fit.log_likelihood == pytest.approx(R["glm_log_likelihood"], rel=1e-9)


@pytest.mark.parametrize("phase", ["hap", "pvp"])
def test_roc_curve_and_delong_agree_with_proc(phase: str) -> None:
    positive, negative = EXAMPLE[f"{phase}_ratio"][AC], EXAMPLE[f"{phase}_ratio"][~AC]
    curve = roc_curve(positive, negative, Direction.LOW)
    limits = delong_interval(positive, negative, Direction.LOW)
    assert curve.auc == pytest.approx(R[f"{phase}_auc"], rel=1e-9)
    assert (limits.low, limits.high) == pytest.approx(
        (R[f"{phase}_delong_low"], R[f"{phase}_delong_high"]), rel=1e-9
    )
    best = curve.best_by_youden()
    assert len(best) == R[f"{phase}_best_n"] == 1
    assert best[0].midpoint == pytest.approx(R[f"{phase}_best_1_threshold"], rel=1e-12)
    assert best[0].true_positives == R[f"{phase}_best_1_tp"]
    assert best[0].n_negative - best[0].false_positives == R[f"{phase}_best_1_tn"]
    assert best[0].youden == pytest.approx(R[f"{phase}_best_1_youden"], rel=1e-9)


@pytest.mark.parametrize("phase", ["hap", "pvp"])
def test_both_t_tests_agree_with_r(phase: str) -> None:
    ratio = EXAMPLE[f"{phase}_ratio"]
    net, ac = (Summary(float(x.mean()), float(x.std(ddof=1)), len(x)) for x in (ratio[~AC], ratio[AC]))
    pooled, welch = pooled_t(net, ac), welch_t(net, ac)
    assert (pooled.t, pooled.p) == pytest.approx((R[f"{phase}_t"], R[f"{phase}_p"]), rel=1e-9)
    assert (welch.t, welch.df, welch.p) == pytest.approx(
        [R[f"{phase}_welch_{what}"] for what in ("t", "df", "p")], rel=1e-9
    )


@pytest.mark.parametrize("column", ["size_mm", "lesion_count"])
def test_mann_whitney_z_agrees_with_wilcox_test_whichever_group_comes_first(column: str) -> None:
    values = EXAMPLE[column]
    for first, second in ((values[AC], values[~AC]), (values[~AC], values[AC])):
        assert mann_whitney_z(first, second) == pytest.approx(R[f"{column}_z"], rel=1e-9)


@pytest.mark.parametrize("feature", FEATURES)
def test_tests_of_table_1_agree_with_r(feature: str) -> None:
    values = EXAMPLE[feature]
    levels = sorted(set(values))
    table = [[int((values[group] == level).sum()) for group in (AC, ~AC)] for level in levels]
    plain = chi_square(table)
    assert (plain.statistic, plain.p) == pytest.approx(
        (R[f"{feature}_chi2"], R[f"{feature}_chi2_p"]), rel=1e-9
    )
    assert fisher_freeman_halton(table) == pytest.approx(R[f"{feature}_fisher_p"], rel=1e-9)
    if len(levels) == 2:
        yates = chi_square(table, yates=True)
        assert (yates.statistic, yates.p) == pytest.approx(
            (R[f"{feature}_yates"], R[f"{feature}_yates_p"]), rel=1e-9
        )


@pytest.mark.parametrize("rule", ["ratio", "plateau", "combined"])
def test_intervals_of_sensitivity_and_specificity_agree_with_epir(rule: str) -> None:
    tp, fp, fn, tn = (int(R[f"{rule}_{cell}"]) for cell in ("tp", "fp", "fn", "tn"))
    for what, x, n in (("se", tp, tp + fn), ("sp", tn, tn + fp)):
        for method, interval in (("wilson", wilson_interval), ("exact", clopper_pearson_interval)):
            limits = interval(x, n)
            assert (limits.low, limits.high) == pytest.approx(
                [R[f"{rule}_{what}_{method}_{end}"] for end in ("low", "high")], rel=1e-9
            )


@pytest.mark.parametrize("feature", FEATURES)
def test_kappa_agrees_with_psych_and_epir(feature: str) -> None:
    value = kappa(EXAMPLE[feature], EXAMPLE[f"reader2_{feature}"])
    assert value == pytest.approx(R[f"kappa_{feature}_psych"], rel=1e-9)
    assert value == pytest.approx(R[f"kappa_{feature}_epir"], rel=1e-9)


@pytest.mark.parametrize("column", ["size_mm", "hap_lesion_hu", "hap_liver_hu"])
def test_all_three_single_iccs_agree_with_psych(column: str) -> None:
    values = single_iccs(EXAMPLE[column], EXAMPLE[f"reader2_{column}"])
    assert values == pytest.approx([R[f"icc_{column}_ICC{form}"] for form in (1, 2, 3)], rel=1e-9)
    # Spearman-Brown: the mean of two readers, psych's ICC1k, ICC2k and ICC3k
    assert [2 * x / (1 + x) for x in values] == pytest.approx(
        [R[f"icc_{column}_ICC{form}k"] for form in (1, 2, 3)], rel=1e-9
    )
