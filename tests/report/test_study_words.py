"""Words on the study: digits of what was recomputed, counts first, errata of a number."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gepnet_core.replication.published import published_audit
from gepnet_core.report.study_words import (
    STATUS_MEANING,
    criteria_accuracy,
    errata_of,
    quantity_words,
    recomputed_text,
    reconstructed_text,
)
from gepnet_core.study.facts import fact

AUDIT = published_audit()


def test_the_audit_is_made_once() -> None:
    assert published_audit() is AUDIT


@pytest.mark.parametrize(
    ("fact_id", "text"),
    [
        ("plateau_sensitivity", "91.3%"),  # 21/23 of Table 1; printed 73.9%
        ("plateau_specificity", "73.9%"),  # 17/23; printed 91.3%
        ("plateau_true_positives", "21"),
        ("discussion_combined_sensitivity", "82.61%"),  # 19/23 = 0.826087, printed with two decimals
        ("shape_irregular_share_net", "0.0%"),
        ("lesion_count_sd_net", "0.00 to 9.14"),  # study/audit.md, 3
        ("hap_ratio_t", "4.723 (4.518 to 4.935)"),  # audit.md: 4.72, attainable 4.52-4.93
        ("pattern_p", "0.000016"),  # audit.md: Fisher-Freeman-Halton 1.6e-5; printed <0.001
        ("logistic_pattern_p", "0.012"),  # limits .0122-.0123 are one number with the print's digits
        ("logistic_pattern_exp_b", "0.1125 to 0.1130"),  # closer than two units of the last digit
        ("logistic_hap_ratio_low", "3.5e-9 to 9.9e-9"),
        ("figure2_hap_ratio", "-39.2% to 269.2%"),
        ("icc_size", ""),
    ],
)
def test_recomputed_with_the_digits_of_the_print(fact_id: str, text: str) -> None:
    assert recomputed_text(AUDIT.row(fact_id)) == text


def test_limits_open_to_one_side() -> None:
    row = replace(AUDIT.row("hap_ratio_t"), recomputed=None)
    assert recomputed_text(replace(row, recomputed_low=-float("inf"))) == "up to 4.935"
    assert recomputed_text(replace(row, recomputed_high=float("inf"))) == "from 4.518"
    neither = replace(row, recomputed_low=-float("inf"), recomputed_high=float("inf"))
    assert recomputed_text(neither) == ""


def test_reconstructed_only_where_there_is_one() -> None:
    row = AUDIT.row("plateau_sensitivity")
    assert reconstructed_text(replace(row, reconstructed=None)) == ""
    assert reconstructed_text(replace(row, reconstructed=21 / 23)) == "91.3%"


def test_accuracy_is_that_of_table_1_with_wilson_intervals() -> None:
    # Wilson limits as of R, prop.test(x, 23, correct = FALSE)$conf.int: 19 .6286-.9302, 18 .5810-.9034,
    # 21 .7320-.9758, 17 .5353-.8745. findings/look.md quotes the first.
    ratio, plateau, both = criteria_accuracy()
    assert ratio.sensitivity == both.sensitivity == "19 of 23 (82.6 %, 95 % CI 62.9-93.0)"
    assert ratio.specificity == "18 of 23 (78.3 %, 95 % CI 58.1-90.3)"
    assert plateau.sensitivity == both.specificity == "21 of 23 (91.3 %, 95 % CI 73.2-97.6)"
    assert plateau.specificity == "17 of 23 (73.9 %, 95 % CI 53.5-87.5)"
    assert (ratio.erratum, plateau.erratum, both.erratum) == (None, "plateau_swapped", "combination")


def test_each_number_that_is_printed_wrong_is_told_in_plain_words() -> None:
    wrong = [row for row in AUDIT.rows if row.status == "printed_wrong"]
    assert len(wrong) == 8
    for row in wrong:
        assert any(erratum.kind == "printed_wrong" for erratum in errata_of(row.fact))
    # A number that repeats another is touched by the same errata.
    assert [e.id for e in errata_of(fact("figure6_hap_ratio_auc_low"))] == ["auc_interval"]
    assert errata_of(fact("site_pancreas")) == ()


def test_quantities_start_a_line() -> None:
    assert quantity_words(fact("plateau_sensitivity")) == "Sensitivity for adenocarcinoma, plateau"
    assert quantity_words(fact("hap_ratio_t")).startswith("t, metastasis")
    assert quantity_words(fact("hap_ratio_p")).startswith("P, metastasis")


def test_each_verdict_has_its_meaning() -> None:
    assert {row.status for row in AUDIT.rows} == set(STATUS_MEANING)
