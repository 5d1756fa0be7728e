"""The parts of an analysis: computed once, kept where nothing that they rest on changed."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from gepnet_core.cohort import analysis as module
from gepnet_core.cohort.analysis import Absent, AnalysisChoices, CohortAnalysis
from gepnet_core.cohort.parts.model import CohortModel
from gepnet_core.cohort.parts.model_predictors import STUDY_CANDIDATES, STUDY_REGRESSION
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.statistics.cutpoints.cutpoint_methods import CLOSEST_TOPLEFT
from gepnet_core.statistics.models.backward_elimination import RemovalRule
from tests.cohort.small_cohorts import example

QUICK = AnalysisChoices(resamples=20, repeats=2)
PARTS = ("frozen", "description", "curve", "tuned", "at_published_cutoff", "model", "decision")
MODEL = {"model", "decision"}


def kept(one: CohortAnalysis, other: CohortAnalysis) -> set[str]:
    """Parts of the first that the second holds without computing them."""
    return {name for name in PARTS if vars(other).get(name) is vars(one)[name]}


@pytest.mark.parametrize(
    ("choices", "anew"),
    [
        (QUICK, set()),
        (replace(QUICK, prevalence=0.3), {"at_published_cutoff", "decision"}),
        (replace(QUICK, tests={"age_years": "mann_whitney"}), {"description"}),
        (replace(QUICK, seed=2), {"tuned"} | MODEL),
        (replace(QUICK, zone=(0.95, 0.9)), {"tuned"}),
        (replace(QUICK, method=CLOSEST_TOPLEFT), {"tuned"}),
        (replace(QUICK, predictors=("sex",)), MODEL),
        (replace(QUICK, removal=RemovalRule.WALD), MODEL),
    ],
)
def test_only_what_rests_on_a_changed_choice_is_computed_anew(
    choices: AnalysisChoices, anew: set[str]
) -> None:
    analysis = CohortAnalysis(example(), QUICK)
    for name in PARTS:
        getattr(analysis, name)
    other = analysis.with_choices(choices)
    assert other.choices is choices
    assert kept(analysis, other) == set(PARTS) - anew


def test_without_a_ratio_what_rests_on_it_is_absent_with_the_reason() -> None:
    text = "diagnosis,pattern\nnet,washout\nadenocarcinoma,plateau\n"
    analysis = CohortAnalysis(read_cohort(read_table(text.encode())), QUICK)
    assert isinstance(analysis.curve, Absent) and analysis.curve.reason
    assert analysis.at_published_cutoff is analysis.curve
    assert set(map(id, analysis.maps.values())) == {id(analysis.curve)}
    assert analysis.roc is None
    assert analysis.frozen.criterion("plateau").sensitivity.value == 1


def test_the_curve_of_the_figure_is_the_one_that_the_cutoff_moves_on() -> None:
    analysis = CohortAnalysis(example(), QUICK)
    assert not isinstance(analysis.curve, Absent)
    assert analysis.roc is analysis.curve.roc


def of_text(text: str, choices: AnalysisChoices = QUICK) -> CohortAnalysis:
    return CohortAnalysis(read_cohort(read_table(text.encode())), choices)


def test_the_model_is_of_the_two_criteria_where_nothing_is_asked() -> None:
    analysis = CohortAnalysis(example(), QUICK)
    assert not analysis.has_computed("model")
    model = analysis.model
    assert isinstance(model, CohortModel) and analysis.has_computed("model")
    assert (analysis.predictors, model.asked) == (("hap_ratio_met", "plateau"),) * 2
    # R (tests/reference/cohort_model.csv): criteria hap_ratio_met b, plateau b.
    assert [model.estimates.terms[name].b for name in model.asked] == pytest.approx(
        [1.857025036, 2.603038637], abs=1e-8
    )
    assert model.optimism is not None and model.optimism.seed == QUICK.seed


def test_what_was_asked_for_is_fitted_and_eliminated() -> None:
    asked = replace(QUICK, predictors=STUDY_CANDIDATES, removal=RemovalRule.LR)
    model = CohortAnalysis(example(), asked).model
    assert isinstance(model, CohortModel)
    assert (model.asked, model.kept, model.rule) == (STUDY_CANDIDATES, STUDY_REGRESSION, RemovalRule.LR)


def test_a_decision_curve_stands_only_at_a_stated_prevalence() -> None:
    without = CohortAnalysis(example(), QUICK).decision
    assert isinstance(without, Absent) and without.reason.startswith("no prevalence of adenocarcinoma")
    found = CohortAnalysis(example(), replace(QUICK, prevalence=0.3)).decision
    assert not isinstance(found, Absent)
    # R (tests/reference/cohort_model.csv): criteria net_benefit 0.1, 0.2 and 0.5
    assert found.net_benefit[[9, 19, 49]] == pytest.approx([0.2434782609, 0.2282608696, 0.1869565217])
    assert len(found.thresholds) == 99


@pytest.mark.parametrize(
    ("predictors", "words"),
    [((), "no predictor was chosen"), (("tumour",), "each once"), (("pattern", "plateau"), "follows from")],
)
def test_predictors_without_a_model_have_a_reason(predictors: tuple[str, ...], words: str) -> None:
    analysis = CohortAnalysis(example(), replace(QUICK, predictors=predictors, prevalence=0.3))
    assert isinstance(analysis.model, Absent) and words in analysis.model.reason
    assert analysis.decision is analysis.model


def test_one_criterion_alone_is_the_model_of_a_cohort_that_has_no_other() -> None:
    rows = [*["net,washout"] * 3, "net,plateau", *["adenocarcinoma,plateau"] * 3, "adenocarcinoma,washout"]
    model = of_text("\n".join(["diagnosis,pattern", *rows])).model
    assert isinstance(model, CohortModel) and model.asked == ("plateau",)
    assert model.estimates.terms["plateau"].b == pytest.approx(math.log(9))  # 3 * 3 / (1 * 1)


def test_of_many_rows_a_model_is_fitted_only_where_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_ROWS_UNASKED", 45)
    unasked = CohortAnalysis(example(), QUICK)
    assert isinstance(unasked.model, Absent) and unasked.predictors == ()
    assert "the table has 46 rows; of more than 45 " in unasked.model.reason
    asked = CohortAnalysis(example(), replace(QUICK, predictors=("plateau",)))
    assert isinstance(asked.model, CohortModel)
    monkeypatch.setattr(module, "MOST_ROWS_UNASKED", 46)
    assert isinstance(CohortAnalysis(example(), QUICK).model, CohortModel)
