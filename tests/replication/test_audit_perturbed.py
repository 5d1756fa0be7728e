"""Verdicts are earned: with one printed number changed, the verdict that rests on it changes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest

from gepnet_core.replication.audit import kappa
from gepnet_core.replication.audit.audit import audit
from gepnet_core.replication.audit.rows import AuditStatus, Range
from gepnet_core.study.facts import FactKind, load_facts
from tests.replication.perturbation import changed

CONSISTENT, WRONG = AuditStatus.CONSISTENT, AuditStatus.PRINTED_WRONG
UNDECLARED, ASSUMPTION = AuditStatus.UNDECLARED, AuditStatus.ASSUMPTION
UNKNOWN = AuditStatus.NOT_RECOMPUTABLE
AUDIT = audit()

CASES = [
    # what is changed, the row that is looked at, the verdict as printed, the verdict then
    # Counts and shares
    ({"n_net": "24"}, "n_net", CONSISTENT, WRONG),
    ({"hap_enhancement_hyper_net": "16"}, "n_net", CONSISTENT, WRONG),
    ({"hap_enhancement_hyper_net": "16"}, "hap_enhancement_hypo_net", CONSISTENT, WRONG),
    ({"hap_enhancement_hyper_net": "16"}, "hap_enhancement_hyper_share_net", CONSISTENT, WRONG),
    ({"lymphadenopathy_present_share_net": "0.305"}, "lymphadenopathy_present_share_net", CONSISTENT, WRONG),
    ({"distribution_diffuse_share_net": "0.783"}, "distribution_diffuse_share_net", WRONG, CONSISTENT),
    ({"men_net": "12"}, "women_net", CONSISTENT, WRONG),
    ({"site_pancreas": "7"}, "site_gastric", CONSISTENT, WRONG),
    ({"grade_poor_adenocarcinoma": "5"}, "grade_moderate_adenocarcinoma", CONSISTENT, WRONG),
    ({"hap_ratio_true_positives": "18"}, "hap_ratio_true_positives", CONSISTENT, WRONG),
    ({"hap_ratio_sensitivity": "0.827"}, "hap_ratio_sensitivity", CONSISTENT, WRONG),
    ({"hap_ratio_specificity": "0.80"}, "hap_ratio_true_negatives", CONSISTENT, WRONG),
    # Plateau and the combination
    ({"plateau_true_positives": "21"}, "plateau_true_positives", WRONG, CONSISTENT),
    ({"plateau_specificity": "0.739"}, "plateau_specificity", WRONG, CONSISTENT),
    ({"combined_true_positives": "20"}, "combined_true_positives", ASSUMPTION, WRONG),
    ({"combined_true_positives": "16"}, "combined_true_negatives", ASSUMPTION, WRONG),
    ({"combined_sensitivity": "0.870"}, "combined_sensitivity", ASSUMPTION, WRONG),
    # the plateau counts as the text prints them fit neither AND nor OR
    (
        {"pattern_plateau_adenocarcinoma": "17", "pattern_plateau_net": "2"},
        "combined_true_positives",
        ASSUMPTION,
        WRONG,
    ),
    # Tests of Table 1
    ({"hap_enhancement_chi2": "4.335"}, "hap_enhancement_chi2", CONSISTENT, UNDECLARED),
    ({"hap_enhancement_chi2": "5.001"}, "hap_enhancement_chi2", CONSISTENT, WRONG),
    ({"lymphadenopathy_p": "0.076"}, "lymphadenopathy_p", CONSISTENT, UNDECLARED),
    ({"shape_chi2": "2.091"}, "shape_chi2", UNDECLARED, CONSISTENT),
    ({"shape_p": "0.15"}, "shape_p", UNDECLARED, CONSISTENT),
    ({"shape_p": "0.49"}, "shape_p", UNDECLARED, WRONG),
    ({"pattern_p": "<0.00001"}, "pattern_p", CONSISTENT, WRONG),
    # Means, SDs, Z
    ({"age_mean_net": "54.44"}, "age_mean_net", CONSISTENT, WRONG),
    ({"size_mean_net": "44.56"}, "size_sd_net", CONSISTENT, WRONG),
    ({"n_net": "22"}, "size_mean_net", CONSISTENT, WRONG),
    ({"lesion_count_mean_net": "13.47"}, "lesion_count_mean_net", CONSISTENT, WRONG),
    ({"lesion_count_uncountable": "60"}, "lesion_count_sd_net", UNDECLARED, CONSISTENT),
    ({"lesion_count_uncountable": "21"}, "lesion_count_sd_net", UNDECLARED, CONSISTENT),
    ({"lesion_count_uncountable": "21"}, "lesion_count_sd_adenocarcinoma", UNDECLARED, UNDECLARED),
    ({"lesion_count_uncountable": "22"}, "lesion_count_sd_adenocarcinoma", UNDECLARED, CONSISTENT),
    ({"age_min_net": "55"}, "age_min_net", CONSISTENT, WRONG),
    ({"age_min_net": "41"}, "age_min_net", CONSISTENT, WRONG),  # Figure 3 shows a woman of 40
    ({"age_max_adenocarcinoma": "69"}, "age_max_adenocarcinoma", CONSISTENT, WRONG),  # Figure 4: 70
    ({"size_z": "-1.150"}, "size_z", UNDECLARED, WRONG),
    ({"size_p": "0.25"}, "size_p", UNDECLARED, UNDECLARED),
    ({"size_p": "0.26"}, "size_p", UNDECLARED, WRONG),
    ({"size_z": "-0.485", "size_p": "0.63"}, "size_p", UNDECLARED, CONSISTENT),  # the t test's
    # Ratios
    ({"hap_ratio_t": "4.95"}, "hap_ratio_t", CONSISTENT, WRONG),
    ({"hap_ratio_t": "4.95"}, "hap_ratio_sd_net", CONSISTENT, WRONG),
    ({"hap_ratio_mean_net": "1.18"}, "hap_ratio_mean_net", CONSISTENT, WRONG),
    ({"pvp_ratio_mean_adenocarcinoma": "0.66"}, "pvp_ratio_mean_adenocarcinoma", CONSISTENT, WRONG),
    ({"pvp_ratio_sd_net": "0.29"}, "pvp_ratio_sd_net", CONSISTENT, WRONG),
    ({"pvp_ratio_sd_adenocarcinoma": "0.21"}, "pvp_ratio_t", CONSISTENT, WRONG),
    ({"pvp_ratio_p": "0.007"}, "pvp_ratio_p", UNDECLARED, WRONG),
    ({"pvp_ratio_p": "0.01"}, "pvp_ratio_p", UNDECLARED, CONSISTENT),  # so coarse that both tests print it
    ({"pvp_ratio_sd_adenocarcinoma": "0.27"}, "pvp_ratio_p", UNDECLARED, CONSISTENT),
    ({"hap_ratio_p": "<0.00001"}, "hap_ratio_p", CONSISTENT, WRONG),
    # ROC
    ({"hap_ratio_auc": "0.8552"}, "hap_ratio_auc", CONSISTENT, WRONG),
    (
        {"hap_ratio_auc_low": "0.745", "hap_ratio_auc_high": "0.968"},
        "hap_ratio_auc_low",
        UNDECLARED,
        CONSISTENT,
    ),
    ({"hap_ratio_auc_low": "0.760"}, "hap_ratio_auc_high", UNDECLARED, WRONG),
    ({"hap_ratio_cutoff": "1.300"}, "hap_ratio_cutoff", UNKNOWN, WRONG),
    # Logistic regression
    ({"logistic_pattern_exp_b": "0.115"}, "logistic_pattern_exp_b", UNDECLARED, WRONG),
    ({"logistic_pattern_high": "0.70"}, "logistic_pattern_low", UNDECLARED, WRONG),
    ({"logistic_pattern_p": "0.013"}, "logistic_pattern_p", CONSISTENT, WRONG),
    # a wider interval, which an indicator of plateau can have
    (
        {"logistic_pattern_low": "0.019", "logistic_pattern_high": "0.672"},
        "logistic_pattern_exp_b",
        UNDECLARED,
        CONSISTENT,
    ),
    ({"logistic_hap_ratio_p": "0.06"}, "logistic_hap_ratio_high", CONSISTENT, WRONG),
    ({"logistic_hap_ratio_p": "0.041"}, "logistic_hap_ratio_p", CONSISTENT, WRONG),
    ({"logistic_hap_ratio_low": "0.001"}, "logistic_hap_ratio_low", CONSISTENT, WRONG),
    # with the means exchanged, Exp(B) below 1 models NET, as the text says
    (
        {"hap_ratio_mean_net": "0.77", "hap_ratio_mean_adenocarcinoma": "1.15"},
        "logistic_hap_ratio_exp_b",
        UNDECLARED,
        CONSISTENT,
    ),
    # Readers
    ({"kappa_distribution": "0.939"}, "kappa_distribution", CONSISTENT, WRONG),
    ({"kappa_pattern": "0.999"}, "kappa_pattern", CONSISTENT, WRONG),
    ({"kappa_lymphadenopathy": "0.999"}, "kappa_lymphadenopathy", CONSISTENT, WRONG),
    ({"icc_size": "1.864"}, "icc_size", UNKNOWN, WRONG),
    # Cases and repetitions
    ({"figure2_age": "78"}, "figure2_age", CONSISTENT, WRONG),
    ({"figure2_hap_ratio": "2.900"}, "figure2_hap_ratio", UNKNOWN, WRONG),
    ({"abstract_pattern_p": "0.001"}, "abstract_pattern_p", CONSISTENT, WRONG),
    ({"abstract_lymphadenopathy_p": "0.039"}, "abstract_lymphadenopathy_p", CONSISTENT, WRONG),
    ({"discussion_combined_sensitivity": "0.8261"}, "discussion_combined_sensitivity", WRONG, ASSUMPTION),
    ({"figure1_pvp_ratio_mean_net": "0.82"}, "figure1_pvp_ratio_mean_net", CONSISTENT, WRONG),
]


@pytest.fixture(scope="module", autouse=True)
def each_pair_of_readers_is_searched_once() -> Iterator[None]:
    """Most misprints leave the kappas alone, and their tables are searched through by the thousand."""
    search = kappa.disagreements
    found: dict[tuple[tuple[int, ...], Range], list[kappa.Moves]] = {}

    def remembered(first: list[int], printed: Range) -> list[kappa.Moves]:
        key = tuple(first), printed
        if key not in found:
            found[key] = search(first, printed)
        return found[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kappa, "disagreements", remembered)
        yield


@pytest.mark.parametrize(
    ("change", "row", "before", "after"), CASES, ids=[f"{next(iter(c))}: {r}" for c, r, _, _ in CASES]
)
def test_the_verdict_follows_the_numbers(
    change: dict[str, str], row: str, before: AuditStatus, after: AuditStatus
) -> None:
    assert AUDIT.row(row).status is before
    assert audit(changed(**change)).row(row).status is after


@pytest.mark.parametrize("fact_id", [f.id for f in load_facts().values() if f.kind is not FactKind.METHOD])
def test_a_wild_misprint_of_any_number_is_seen_as_wrong(fact_id: str) -> None:
    value = load_facts()[fact_id].value
    # A mean of whole numbers without limits is bound by GRIM alone, which one hundredth more violates here.
    free = fact_id.startswith(("size_mean", "lesion_count_mean"))
    misprint = str(value + Decimal("0.01") if free else 37 * value + 1)
    assert audit(changed(**{fact_id: misprint})).row(fact_id).status is WRONG
