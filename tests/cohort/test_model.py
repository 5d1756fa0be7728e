"""A model of a cohort against glm, MASS, brglm2, pROC and a bootstrap in R, by boundaries and hostile input.

R 4.2.2 with MASS 7.3.58.2, brglm2 0.9, pROC 1.18.0 and lpSolve 5.6.18: tests/reference/cohort_model.R over
the example cohort; its output stands in cohort_model.csv.
"""

from __future__ import annotations

import csv
import hashlib
import time
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from gepnet_core.case.case import Case
from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import UNKNOWN, Cohort
from gepnet_core.cohort.parts import model as module
from gepnet_core.cohort.parts.model import CohortModel, decision_curve_of, fit_model
from gepnet_core.cohort.parts.model_predictors import (
    PATTERN_CODE,
    PLATEAU,
    RATIO_MET,
    STUDY_CANDIDATES,
    STUDY_CRITERIA,
    STUDY_REGRESSION,
)
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.models.backward_elimination import RemovalRule
from gepnet_core.statistics.models.logistic_regression import Coefficient
from gepnet_core.statistics.models.separation import Separation
from gepnet_core.study.criteria import GroupCounts
from tests.cohort.small_cohorts import AC, NET, ROOT, cohort_of, example, large_cohort

LINES = (ROOT / "tests" / "reference" / "cohort_model.csv").read_text(encoding="utf-8").splitlines()
R = {
    (row["model"], row["what"]): float(row["value"])
    for row in csv.DictReader(line for line in LINES if not line.startswith("#"))
}
MODELS = {"criteria": STUDY_CRITERIA, "study": STUDY_REGRESSION}
# A little of the bootstrap where it is not what is tested.
FEW = 60


def fitted(cohort: Cohort, *predictors: str, backward: RemovalRule | None = None) -> CohortModel:
    return fit_model(cohort, predictors, backward=backward, resamples=FEW)


def close(found: Coefficient, model: str, term: str) -> None:
    expected = {what: R[model, f"{term} {what}"] for what in ("b", "se", "p", "wald_low", "wald_high")}
    ours = (found.b, found.se, found.p, found.wald.low, found.wald.high)
    # The standard errors of glm are those of its last step but one.
    assert ours == pytest.approx(tuple(expected.values()), rel=1e-6)
    assert found.profile is not None
    limits = (R[model, f"{term} low"], R[model, f"{term} high"])
    assert (found.profile.low, found.profile.high) == pytest.approx(limits, rel=1e-6)


def test_r_read_the_very_file_that_is_shipped() -> None:
    content = (ROOT / "data" / "examples" / "cohort.csv").read_bytes()
    assert LINES[1] == f"# md5 {hashlib.md5(content, usedforsecurity=False).hexdigest()}"


@pytest.mark.parametrize("name", MODELS)
def test_terms_agree_with_glm_and_its_profile(name: str) -> None:
    # criteria: b 1.857 (SE 0.867) and 2.603 (0.949); study: -2.183 (0.871) and -10.87 (4.16)
    model = fitted(example(), *MODELS[name])
    assert (model.asked, model.kept, model.separation) == (MODELS[name], MODELS[name], None)
    for term in MODELS[name]:
        close(model.estimates.terms[term], name, term)
    intercept = model.estimates.intercept
    assert (intercept.b, intercept.se) == pytest.approx(
        (R[name, "intercept b"], R[name, "intercept se"]), rel=1e-6
    )
    assert model.estimates.log_likelihood == pytest.approx(R[name, "log_likelihood"], rel=1e-9)


@pytest.mark.parametrize("name", MODELS)
def test_probabilities_agree_with_r(name: str) -> None:
    # Brier 0.118045 and AUC 0.888469 (criteria), 0.098582 and 0.920605 (study)
    model = fitted(example(), *MODELS[name])
    assert model.calibration.brier == pytest.approx(R[name, "brier"], rel=1e-6)
    assert model.auc == pytest.approx(R[name, "auc"], rel=1e-9)
    assert model.is_event.sum() == 23 and len(model.predicted) == 46
    # Maximum likelihood: the sum of the probabilities is the number of events, and the slope is 1.
    assert model.predicted.sum() == pytest.approx(23)
    assert model.calibration.slope is not None
    assert model.calibration.slope.value == pytest.approx(1)
    assert model.optimism is not None
    assert model.optimism.auc.apparent == pytest.approx(model.auc)
    assert model.optimism.brier.apparent == pytest.approx(model.calibration.brier)


def test_the_published_regression_is_met_by_the_example_which_was_built_so() -> None:
    # Results: Exp(B) 0.113 (0.020-0.622), P 0.012; < 0.001 (0.000-0.067), P 0.009.
    terms = fitted(example(), *STUDY_REGRESSION).estimates.terms
    pattern, ratio = (terms[name] for name in STUDY_REGRESSION)
    assert np.round(np.exp([pattern.b, pattern.wald.low, pattern.wald.high]), 3).tolist() == [
        0.113,
        0.02,
        0.622,
    ]
    assert np.exp(ratio.b) < 0.001 and round(float(np.exp(ratio.wald.high)), 3) == 0.067
    assert (round(pattern.p, 3), round(ratio.p, 3)) == (0.012, 0.009)


@pytest.mark.parametrize("rule", RemovalRule)
def test_each_step_of_elimination_agrees_with_r(rule: RemovalRule) -> None:
    # drop1(test = "LRT") and summary(glm)
    model = fitted(example(), *STUDY_CANDIDATES, backward=rule)
    expected = {tuple(what.split()): value for (name, what), value in R.items() if name == f"backward_{rule}"}
    ours = {(str(k), test.name): test.p for k, step in enumerate(model.steps, start=1) for test in step.tests}
    assert ours == pytest.approx(expected, rel=1e-4)
    assert [step.removed for step in model.steps] == ["pvp_ratio", "hap_enhancement", "lymphadenopathy", None]
    assert (model.asked, model.kept) == (STUDY_CANDIDATES, STUDY_REGRESSION)
    assert (model.rule, model.remove) == (rule, 0.10)
    for term in STUDY_REGRESSION:
        close(model.estimates.terms[term], "study", term)
    # 23 rows of each diagnosis over the five that were looked at, not over the two that stay.
    assert model.per_coefficient == pytest.approx(23 / 5)


@pytest.mark.parametrize(
    ("name", "predictors", "rule", "resamples"),
    [
        ("criteria", STUDY_CRITERIA, None, 2000),
        ("study", STUDY_REGRESSION, None, 2000),
        ("five_lr", STUDY_CANDIDATES, RemovalRule.LR, 400),
    ],
)
def test_optimism_agrees_with_a_bootstrap_in_r(
    name: str, predictors: tuple[str, ...], rule: RemovalRule | None, resamples: int
) -> None:
    # 10 000 resamples in R, 4000 with elimination: AUC 0.0063, 0.0056, 0.0372; slope 0.929, 0.931, 0.694
    found = fit_model(example(), predictors, backward=rule, resamples=resamples, seed=5).optimism
    assert found is not None and found.n_resamples == resamples and found.n_failed == 0
    for what, value in (("auc", found.auc.optimism), ("brier", found.brier.optimism), ("slope", found.slope)):
        mean, error, n = (R[name, f"optimism {what} {part}"] for part in ("mean", "error", "n"))
        # Both are means over resamples: four standard errors of their difference.
        assert value == pytest.approx(mean, abs=4 * error * np.sqrt(1 + n / resamples))


def test_quasi_separation_is_named_with_firths_estimates() -> None:
    # No adenocarcinoma of the example is progressive. R: -1.618 (0.981), -3.549 (2.190), -9.491 (3.742).
    model = fitted(example(), "pattern", "hap_ratio")
    assert model.separation is not None
    assert model.separation.kind is Separation.QUASI_COMPLETE
    assert (model.separation.terms, model.separation.alone) == (("pattern=progressive",), ("pattern",))
    assert dict(model.references) == {"pattern": "plateau"}
    assert model.estimates.is_penalised
    expected = {"pattern=washout": "washout", "pattern=progressive": "progressive", "hap_ratio": "hap_ratio"}
    for term, name in expected.items():
        found = model.estimates.terms[term]
        assert (found.b, found.se) == pytest.approx(
            (R["firth", f"{name} b"], R["firth", f"{name} se"]), rel=1e-5
        )
    assert model.estimates.intercept.b == pytest.approx(R["firth", "intercept b"], rel=1e-5)
    assert model.calibration.brier == pytest.approx(R["firth", "brier"], rel=1e-5)
    assert model.optimism is not None and model.optimism.n_firth == FEW


def test_complete_separation_has_an_answer_and_no_elimination() -> None:
    rows = [f"{AC},{0.5 + k / 100}" for k in range(8)] + [f"{NET},{1.2 + k / 50}" for k in range(8)]
    model = fitted(cohort_of("diagnosis,hap_ratio", *rows), "hap_ratio", backward=RemovalRule.LR)
    assert model.separation is not None and model.separation.kind is Separation.COMPLETE
    assert model.steps == () and "no predictor was left out" in model.reasons["steps"]
    assert model.kept == ("hap_ratio",) and model.auc == 1.0
    assert ((model.predicted > 0.5) == model.is_event).all()
    assert model.calibration.slope is None
    assert model.optimism is not None and model.optimism.slope is None


def test_a_predictor_without_effect_leaves_and_nothing_stays() -> None:
    rows = [f"{name},{sex}" for name in (AC, NET) for sex in ("male", "female") for _ in range(6)]
    # Odds ratio 1: P = 1.
    model = fitted(
        cohort_of("diagnosis,sex,hap_ratio", *(f"{row},1" for row in rows)), "sex", backward=RemovalRule.WALD
    )
    assert model.kept == () and model.estimates.terms == {}
    assert model.predicted.tolist() == [0.5] * 24 and model.auc == 0.5
    assert model.calibration.slope is None and len(model.calibration.groups) == 1


# --- which rows


def test_rows_without_a_predictor_are_counted_by_diagnosis_and_column() -> None:
    rows = (
        f"{AC},0.7,plateau,male",
        f"{AC},1.0,washout,",
        f"{AC},,plateau,female",
        f"{AC},0.9,washout,female",
        f"{AC},0.6,plateau,male",
        f"{NET},0.8,plateau,female",
        f"{NET},1.1,,male",
        f"{NET},,,",
        f"{NET},1.2,washout,male",
        "carcinoid,1.2,washout,male",
    )
    model = fitted(cohort_of("diagnosis,hap_ratio,pattern,sex", *rows), "hap_ratio", "sex")
    assert model.n == GroupCounts(3, 3) and model.n_left_out == GroupCounts(2, 1)
    assert dict(model.missing) == {"hap_ratio": GroupCounts(1, 1), "sex": GroupCounts(1, 1)}
    assert model.rows.tolist() == [0, 3, 4, 5, 6, 8]
    assert model.is_event.tolist() == [True, True, True, False, False, False]
    assert dict(model.references) == {"sex": "male"}


def test_the_ratio_criterion_is_that_of_the_cutoff_on_both_sides() -> None:
    # 44.9 / 50 is at the cutoff of 0.898 as a decimal.
    lines = [(AC, "44.9"), (AC, "44.8"), (AC, "45.0"), (NET, "44.9"), (NET, "45.0"), (NET, "45.1")]
    cohort = cohort_of("diagnosis,hap_lesion_hu,hap_liver_hu", *(f"{name},{hu},50" for name, hu in lines))
    model = fitted(cohort, RATIO_MET)
    low, high = model.predicted[[0, 2]]
    assert model.predicted.tolist() == [low, low, high, low, high, high]
    assert (low, high) == pytest.approx((2 / 3, 1 / 3))  # saturated: the observed shares
    assert str(model.cutoff) == "0.898"
    other = cohort_of(
        "diagnosis,hap_lesion_hu,hap_liver_hu",
        *(f"{name},{hu},50" for name, hu in lines),
        settings=Case(cutoff=Decimal("0.9")),
    )
    # 45.0 / 50 is at it.
    wider = fitted(other, RATIO_MET)
    assert wider.predicted.tolist() == [wider.predicted[0]] * 5 + [wider.predicted[5]]
    assert str(wider.cutoff) == "0.9"


def test_patterns_that_follow_from_the_hu_count_and_are_said() -> None:
    headings = "diagnosis,hap_lesion_hu,hap_liver_hu,pvp_lesion_hu,pvp_liver_hu,pattern"
    rows = [
        *[f"{AC},40,50,60,75,plateau"] * 3,
        f"{AC},40,50,30,75,",
        f"{NET},60,50,60,75,",
        *[f"{NET},60,50,30,75,washout"] * 3,
        f"{NET},60,50,60,75,plateau",
    ]
    cohort = cohort_of(headings, *rows)
    model = fitted(cohort, PLATEAU)
    assert model.n == GroupCounts(4, 5) and model.n_left_out == GroupCounts(0, 0)
    assert model.reasons["pattern"] == "2 of the patterns follow from the HU, not from a reader"
    assert "pattern" not in fitted(cohort, "pvp_lesion_hu").reasons
    assert "pattern" not in fitted(example(), PLATEAU).reasons


def test_rows_of_one_patient_are_said_to_make_errors_too_small() -> None:
    rows = [f"{k},{AC if k % 2 else NET},{0.8 + (k * 7 % 5) / 10}" for k in range(12)]
    headings = "patient_id,diagnosis,hap_ratio"
    assert "patients" not in fitted(cohort_of(headings, *rows), "hap_ratio").reasons
    repeated = fitted(cohort_of(headings, *rows, rows[0]), "hap_ratio")
    assert "standard errors are too small" in repeated.reasons["patients"]
    # A repeat without the predictor is not in the model.
    alone = fitted(cohort_of(headings, *rows, f"0,{NET},"), "hap_ratio")
    assert "patients" not in alone.reasons


# --- refused


@pytest.mark.parametrize("names", [(), ("hap_ratio", "hap_ratio"), ("grade",), ("diagnosis",), ("nonsense",)])
def test_predictors_that_there_are_not_are_refused(names: tuple[str, ...]) -> None:
    with pytest.raises(InsufficientDataError, match="each once"):
        fitted(example(), *names)


@pytest.mark.parametrize("remove", [0.0, 1.0, -0.1, float("nan")])
def test_a_removal_that_is_no_fraction_is_refused(remove: float) -> None:
    with pytest.raises(InsufficientDataError, match="a P for removal is a fraction"):
        fit_model(example(), ("hap_ratio",), backward=RemovalRule.LR, remove=remove)


def test_a_predictor_that_follows_from_others_is_named() -> None:
    with pytest.raises(InsufficientDataError, match="follows from others") as caught:
        fitted(example(), "pattern", PLATEAU)
    assert caught.value.field == PLATEAU


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([f"{AC},0.7,male", f"{AC},0.8,female"], "both diagnoses"),
        ([f"{AC},0.7,male", f"{NET},,female"], "both diagnoses"),
        ([f"{AC},0.7,male", f"{NET},0.9,male", f"{NET},0.8,male"], "does not vary"),
        ([f"{AC},0.7,male", f"{NET},0.9,female"], "fewer rows than coefficients"),
    ],
)
def test_tables_that_have_no_model_are_refused(rows: list[str], words: str) -> None:
    with pytest.raises(InsufficientDataError, match=words):
        fitted(cohort_of("diagnosis,hap_ratio,sex", *rows), "hap_ratio", "sex")


# --- decision curve


@pytest.mark.parametrize("name", MODELS)
def test_net_benefit_agrees_with_r_at_a_stated_prevalence(name: str) -> None:
    # Criteria at 0.3: 0.2595, 0.2435, 0.2283, 0.2217, 0.1870, 0.1058
    model = fitted(example(), *MODELS[name])
    thresholds = [0.05, 0.1, 0.2, 0.3, 0.5, 0.7]
    curve = decision_curve_of(model, 0.3, thresholds, seed=1, n_resamples=50)
    expected = [R[name, f"net_benefit {t:g}"] for t in thresholds]
    assert curve.net_benefit == pytest.approx(expected, rel=1e-9)
    assert (curve.prevalence, curve.n_positive, curve.n_negative) == (0.3, 23, 23)


def test_without_a_prevalence_there_is_no_curve_but_a_reason() -> None:
    with pytest.raises(InsufficientDataError, match="no prevalence of adenocarcinoma is stated"):
        decision_curve_of(fitted(example(), *STUDY_CRITERIA), None, [0.1], seed=1)


def test_at_the_share_of_the_table_the_probabilities_stay() -> None:
    model = fitted(example(), *STUDY_CRITERIA)
    # Thresholds on the fitted probabilities themselves, a hair above and below.
    p = float(model.predicted.max())
    curve = decision_curve_of(model, 0.5, [p - 1e-9, p + 1e-9], seed=1, n_resamples=20)
    # 19 of 23 and 2 of 23 are low and plateau (Table 1 with the rule of AND).
    odds = p / (1 - p)
    assert curve.net_benefit == pytest.approx([0.5 * 19 / 23 - 0.5 * 2 / 23 * odds, 0.0], abs=1e-6)


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -1.0, 2.0, float("nan"), float("inf")])
def test_a_prevalence_that_is_no_fraction_is_refused(prevalence: float) -> None:
    model = fitted(example(), *STUDY_CRITERIA)
    with pytest.raises(InsufficientDataError, match="prevalence"):
        decision_curve_of(model, prevalence, [0.1], seed=1)


# --- many rows


def large(n: int) -> Cohort:
    drawn = large_cohort(n)
    derived = np.zeros(n, dtype=bool)
    return replace(drawn, criteria=replace(drawn.criteria, pattern_is_derived=derived))


@pytest.mark.soak
def test_a_hundred_thousand_rows_take_a_few_seconds() -> None:
    cohort = large(100_000)
    start = time.process_time()
    model = fit_model(cohort, ("hap_ratio", "pvp_ratio", PLATEAU), backward=RemovalRule.LR)
    assert time.process_time() - start < 20  # here 2 s
    assert model.optimism is None and "take too long" in model.reasons["optimism"]
    assert len(model.calibration.groups) == 10
    n_known = int((cohort.criteria.pattern != UNKNOWN).sum())
    assert model.n.adenocarcinoma + model.n.net == n_known
    # The ratio was drawn from normal distributions whose logarithm of the density ratio has a slope below 0.
    assert model.estimates.terms["hap_ratio"].b < 0


def test_few_different_rows_are_resampled_however_many_there_are() -> None:
    model = fit_model(large(50_000), STUDY_CRITERIA, backward=None)
    assert model.optimism is not None and model.optimism.n_resamples == module.RESAMPLES
    assert abs(model.optimism.auc.optimism) < 0.001


def test_fewer_resamples_are_drawn_of_many_different_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    n = len(set(zip(example_patterns(), example().criteria.ratios[Phase.HAP].tolist(), strict=True)))
    monkeypatch.setattr(module, "MOST_FITTED_ROWS", n * 100)
    model = fit_model(example(), STUDY_REGRESSION, backward=None)
    assert model.optimism is not None and model.optimism.n_resamples == 100
    assert model.reasons["resamples"] == f"100 of 500 resamples were drawn, since {n} rows differ"
    monkeypatch.setattr(module, "MOST_FITTED_ROWS", n * 50 - 1)
    without = fit_model(example(), STUDY_REGRESSION, backward=None)
    assert without.optimism is None and f"{n} different rows take too long" in without.reasons["optimism"]


def test_separation_of_too_many_rows_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_SEPARATED_ROWS", 45)
    with pytest.raises(InsufficientDataError, match="quasi-complete separation of 46 rows, by pattern alone"):
        fitted(example(), "pattern", "hap_ratio")
    assert fitted(example(), *STUDY_REGRESSION).separation is None


def test_extreme_numbers_have_an_answer_or_a_reason() -> None:
    rows = [f"{AC if k % 2 else NET},{size}" for k, size in enumerate(["1e-9", "0.5", "2", "1999", "7", "3"])]
    model = fitted(cohort_of("diagnosis,size_mm,hap_ratio", *(f"{row},1" for row in rows)), "size_mm")
    assert np.isfinite(model.predicted).all()


def test_the_pattern_as_a_number_is_one_two_three() -> None:
    model = fitted(example(), PATTERN_CODE)
    expected = {"plateau": 1.0, "washout": 2.0, "progressive": 3.0}
    terms = model.estimates
    column = [expected[str(x)] for x in example_patterns()]
    eta = terms.intercept.b + terms.terms[PATTERN_CODE].b * np.array(column)
    assert model.predicted == pytest.approx(1 / (1 + np.exp(-eta)), rel=1e-9)


def example_patterns() -> list[str]:
    with (ROOT / "data" / "examples" / "cohort.csv").open(encoding="utf-8") as file:
        return [row["pattern"] for row in csv.DictReader(file)]
