"""What is said of a model: numbers beside their words, separation, steps, and no published probability."""

from __future__ import annotations

import math
from decimal import Decimal

import numpy as np
import pytest

from gepnet_core.cohort.analysis import Absent, AnalysisChoices, CohortAnalysis
from gepnet_core.cohort.parts.model import CohortModel, decision_curve_of, fit_model
from gepnet_core.cohort.parts.model_predictors import (
    PATTERN_CODE,
    STUDY_CANDIDATES,
    STUDY_CRITERIA,
    STUDY_REGRESSION,
    predictor_columns,
)
from gepnet_core.report.cutoff.model_words import (
    decision_sentences,
    elimination_sentence,
    intercept_sentences,
    model_sentences,
    odds_ratio_text,
    performance_sentences,
    predictor_label,
    refusal_sentence,
    separation_sentences,
    step_rows,
    term_headings,
    term_rows,
)
from gepnet_core.statistics.models.backward_elimination import RemovalRule
from tests.cohort.small_cohorts import AC, NET, cohort_of, example

PUBLISHED = Decimal("0.898")


def model(*predictors: str, backward: RemovalRule | None = None) -> CohortModel:
    return fit_model(example(), predictors, backward=backward, resamples=60)


CRITERIA = model(*STUDY_CRITERIA)
STUDY = model(*STUDY_REGRESSION)
FIVE = model(*STUDY_CANDIDATES, backward=RemovalRule.LR)
SEPARATED = model("pattern", "hap_ratio", "age_years", backward=RemovalRule.WALD)


def test_the_odds_ratio_stands_first_with_both_intervals() -> None:
    # R (tests/reference/cohort_model.R): b 1.857 and 2.603; profile 0.1526 to 3.6306 and 0.8487 to 4.7178;
    # Wald 0.1586 to 3.5554 and 0.7431 to 4.4630; P 0.0321 and 0.0061. exp(1.857) = 6.40, exp(2.603) = 13.5.
    assert term_headings(CRITERIA) == (
        "Event: adenocarcinoma",
        "Odds ratio",
        "95 % CI, profile",
        "95 % CI, Wald",
        "P, Wald",
        "B (SE)",
    )
    assert term_rows(CRITERIA) == (
        ("Ratio at or below 0.898", "6.40", "1.16 to 37.7", "1.17 to 35.0", "0.032", "1.857 (0.867)"),
        ("Plateau", "13.5", "2.34 to 112", "2.10 to 86.7", "0.006", "2.603 (0.949)"),
    )


def test_the_ratio_is_shown_for_a_step_that_patients_differ_by_and_for_one_unit_as_printed() -> None:
    # b -10.872 (SE 4.165) for one unit: -1.087 (0.416) and 0.34 for 0.1 (errata: about 0.34), 1.9e-05 for 1.
    pattern, ratio = term_rows(STUDY)
    assert ratio[0] == "Metastasis-to-liver ratio, hepatic artery phase, per 0.1"
    assert (ratio[1], ratio[5]) == ("0.34", "-1.087 (0.416)")
    assert pattern[0] == "Pattern as one number (plateau 1, washout 2, progressive 3), per step"
    assert (pattern[1], pattern[3]) == ("0.11", "0.020 to 0.62")  # printed 0.113 (0.020-0.622)
    said = " ".join(model_sentences(STUDY))
    assert "For one whole unit of the ratio on the hepatic artery phase, as the study prints it" in said
    assert "is 1.9e-05 (8.4e-10 to 0.018)" in said
    assert "whole unit" not in " ".join(model_sentences(CRITERIA))


def test_other_numbers_have_their_step_and_unit() -> None:
    found = model("age_years", "lesion_count", "hap_lesion_hu")
    assert [row[0] for row in term_rows(found)] == [
        "Age, per 10 years",
        "Number of metastases, per one more",
        "Metastasis, hepatic artery phase, per 10 HU",
    ]
    b = found.estimates.terms["age_years"].b
    assert term_rows(found)[0][1] == odds_ratio_text(10 * b)


@pytest.mark.parametrize(
    ("log_odds", "text"),
    [
        (0.0, "1.00"),
        (1e-12, "1.00"),
        (1e-4, "1.0001"),
        (-1e-4, "0.9999"),
        (math.log(0.05), "0.050"),
        (math.log(0.00099), "0.00099"),
        (math.log(12.345), "12.3"),
        (math.log(123.4), "123"),
        (math.log(1.2e6), "1.2e+06"),
        (800.0, "above 1e300"),
        (-800.0, "below 1e-300"),
        (math.inf, "no limit found"),
        (-math.inf, "no limit found"),
    ],
)
def test_an_odds_ratio_is_never_rounded_to_no_effect(log_odds: float, text: str) -> None:
    assert odds_ratio_text(log_odds) == text


def test_event_rows_and_few_rows_a_coefficient() -> None:
    said = " ".join(model_sentences(CRITERIA))
    assert "Event: adenocarcinoma" in said
    assert "46 rows, 23 of adenocarcinoma and 23 of NET" in said
    assert "fewer than 10" not in said  # 23 over 2
    five = " ".join(model_sentences(FIVE))
    assert (
        "The rarer diagnosis has 23 rows, 4.6 for each coefficient that was looked at, fewer than 10" in five
    )
    assert "chosen by the same rows" in five and "chosen by the same rows" not in said


@pytest.mark.parametrize(("n", "is_warned"), [(9, True), (10, False), (11, False)])
def test_the_warning_stands_below_ten_rows_a_coefficient(n: int, is_warned: bool) -> None:
    rows = [f"{name},{0.7 + (7 * k % 11) / 20}" for name in (AC, NET) for k in range(n)]
    found = fit_model(cohort_of("diagnosis,hap_ratio", *rows), ("hap_ratio",), backward=None, resamples=50)
    assert ("fewer than 10" in " ".join(model_sentences(found))) == is_warned


def test_rows_left_out_are_counted_by_predictor() -> None:
    rows = [f"{AC},0.7,", f"{AC},0.9,male", f"{AC},0.6,male", f"{AC},1.1,female", f"{NET},0.8,male"]
    rows += [f"{NET},1.2,female", f"{NET},,female", f"{NET},1.0,male"]
    cohort = cohort_of("diagnosis,hap_ratio,sex", *rows)
    found = fit_model(cohort, ("hap_ratio", "sex"), backward=None, resamples=50)
    assert (
        "Rows left out for a missing value: 1 of adenocarcinoma and 1 of NET (missing: Metastasis-to-liver "
        "ratio, hepatic artery phase in 1, Sex in 1)."
    ) in model_sentences(found)
    assert "left out" not in " ".join(model_sentences(CRITERIA))


def test_rows_of_one_patient_are_said() -> None:
    rows = [f"{k % 9},{AC if k % 3 else NET},{0.8 + (k * 7 % 5) / 10}" for k in range(12)]
    cohort = cohort_of("patient_id,diagnosis,hap_ratio", *rows)
    found = fit_model(cohort, ("hap_ratio",), backward=None, resamples=50)
    assert "Several rows belong to one patient" in " ".join(model_sentences(found))
    assert "standard errors are too small" in " ".join(model_sentences(found))


def test_separation_is_named_and_firths_estimates_are_shown() -> None:
    kind, estimates = separation_sentences(SEPARATED)
    assert kind.startswith("Quasi-complete separation")
    assert "Dynamic enhancement pattern alone already" in kind
    assert "no finite estimate of: Dynamic enhancement pattern: progressive against plateau." in estimates
    assert "Firth's penalised estimates" in estimates
    assert separation_sentences(CRITERIA) == ()
    assert term_headings(SEPARATED)[1:4] == (
        "Odds ratio, Firth",
        "95 % CI, penalised profile",
        "P, penalised likelihood",
    )
    assert {len(row) for row in term_rows(SEPARATED)} == {len(term_headings(SEPARATED))}
    assert "no predictor was left out" in " ".join(model_sentences(SEPARATED))
    assert elimination_sentence(SEPARATED) is None and step_rows(SEPARATED) == ()


def test_steps_have_their_rule_and_every_p() -> None:
    # R, drop1: 0.324, 0.145, 0.614, 0.0049, 0.230; then 0.285, 0.157, ...
    said = elimination_sentence(FIVE)
    assert said is not None
    assert said.startswith(
        "Backward elimination by likelihood ratio, removal above P 0.1: 3 of 5 predictors were removed"
    )
    assert said.endswith("Pattern as one number, Metastasis-to-liver ratio, hepatic artery phase.")
    first, second, _, last = step_rows(FIVE)
    assert first[1].startswith("Enhancement, hepatic artery phase: 0.324; Lymphadenopathy: 0.145; ")
    assert "Pattern as one number: 0.005" in first[1]
    assert first[2] == "Metastasis-to-liver ratio, portal venous phase"
    assert second[1].startswith("Enhancement, hepatic artery phase: 0.285; Lymphadenopathy: 0.157; ")
    assert (last[0], last[2]) == ("4", "nothing more")
    assert elimination_sentence(CRITERIA) is None


def test_where_everything_leaves_that_is_said() -> None:
    found = model("sex", backward=RemovalRule.WALD)
    assert elimination_sentence(found) == (
        "Backward elimination by Wald's test, removal above P 0.1: 1 of 1 predictors were removed; what "
        "stays: no predictor."
    )
    assert step_rows(found)[1][1] == "no predictor is left"
    assert performance_sentences(found)[0].startswith("No predictor stayed")
    assert term_rows(found) == ()


def test_no_probability_follows_from_the_study_and_the_own_intercept_is_the_designs() -> None:
    published, own = intercept_sentences(CRITERIA)
    assert "The study prints no intercept" in published
    assert "no probability of a single patient follows" in published
    # Results: Exp (B) = 0.113, 0.020-0.622; Exp (B) < 0.001.
    assert "Exp(B) 0.113 (0.020-0.622) of the pattern and < 0.001 of one unit of the ratio" in published
    # R: intercept -2.644
    assert "B -2.644" in own and "23 adenocarcinomas to 23 NETs" in own
    assert "nothing of a single patient" in own


def test_apparent_numbers_stand_beside_corrected_ones() -> None:
    # R: AUC 0.8885, Brier 0.1180; 0.25 = 1/2 * 1/2.
    first, second, third, *rest = performance_sentences(CRITERIA)
    assert "slope is 1 by construction" in first
    found = CRITERIA.optimism
    assert found is not None and found.slope is not None
    assert second.startswith(f"AUC 0.888 on these rows, {found.auc.value:.3f} corrected for optimism;")
    assert f"Brier score 0.118, corrected {found.brier.value:.3f} (0.250 for" in second
    assert "Bootstrap of 60 resamples, built anew in each, seed 1" in second
    assert f"slope of about {found.slope:.2f}" in third and "too extreme" in third
    assert f"{found.n_firth} resamples were separated" in " ".join(rest)
    assert "elimination included" in performance_sentences(FIVE)[1]


def test_firths_slope_is_not_called_one() -> None:
    slope = SEPARATED.calibration.slope
    assert slope is not None and slope.value > 1
    assert f"slope is {slope.value:.2f}: Firth's estimates are drawn" in performance_sentences(SEPARATED)[0]


def test_without_resampling_the_reason_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gepnet_core.cohort.parts.model.MOST_FITTED_ROWS", 1)
    said = performance_sentences(model(*STUDY_CRITERIA))
    assert len(said) == 2
    assert "AUC is 0.888" in said[1] and "take too long" in said[1]


def test_without_a_prevalence_the_reason_stands_alone() -> None:
    absent = CohortAnalysis(example()).decision
    assert isinstance(absent, Absent)
    said = refusal_sentence(absent, PUBLISHED)
    assert said.startswith("No prevalence of adenocarcinoma is stated") and said.endswith("is asked.")


def test_where_the_model_is_worth_acting_on() -> None:
    thresholds = np.array([0.02, 0.1, 0.3, 0.5, 0.9])
    # R: net benefit at 0.1 is 0.2435 and all treated 0.2222; at 0.5 0.1870 and nobody treated 0. At 0.02
    # everybody has a probability above it, at 0.9 nobody (the largest, 0.8604, becomes 0.7254).
    curve = decision_curve_of(CRITERIA, 0.3, thresholds, seed=1)
    said = " ".join(decision_sentences(curve))
    pairs = zip(curve.low.tolist(), curve.treat_all.tolist(), strict=True)
    sure = sum(low > max(everybody, 0) for low, everybody in pairs)  # to treat none is worth 0
    assert 0 < sure < 3 and f"the whole 95 % interval lies above both at {sure} of them" in said
    assert "prevalence of adenocarcinoma of 30 %" in said
    assert "better than acting on all and on none at 3 of 5 thresholds, from 10 % to 50 %" in said
    assert "expect less elsewhere" in said
    nowhere = decision_sentences(decision_curve_of(CRITERIA, 0.3, [0.02, 0.9], seed=1))
    assert "At no threshold" in nowhere[1]


def test_every_predictor_has_a_name_and_the_criterion_its_cutoff() -> None:
    labels = [predictor_label(name, PUBLISHED) for name in predictor_columns(example())]
    assert len(set(labels)) == len(labels) and all(labels)
    assert labels[:3] == ["Ratio at or below 0.898", "Plateau", "Pattern as one number"]
    assert predictor_label("hap_ratio_met", Decimal("0.9")) == "Ratio at or below 0.9"
    assert "progressive" not in predictor_label(PATTERN_CODE, PUBLISHED)


def test_a_refusal_names_the_predictor_at_fault() -> None:
    for predictors, words in (
        (("pattern", "plateau"), "Plateau: a predictor follows from others"),
        (("second_reading",), "A model needs predictors"),
        ((), "No predictor was chosen."),
    ):
        absent = CohortAnalysis(example(), AnalysisChoices(predictors=predictors)).model
        assert isinstance(absent, Absent)
        assert refusal_sentence(absent, PUBLISHED).startswith(words)
