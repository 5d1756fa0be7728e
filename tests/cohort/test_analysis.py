"""The parts of an analysis: computed once, kept where nothing that they rest on changed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gepnet_core.cohort.analysis import Absent, AnalysisChoices, CohortAnalysis
from gepnet_core.cohort.read_cohort import read_cohort
from gepnet_core.cohort.tables.read import read_table
from gepnet_core.statistics.cutpoints.cutpoint_methods import CLOSEST_TOPLEFT
from tests.cohort.small_cohorts import example

QUICK = AnalysisChoices(resamples=20, repeats=2)
PARTS = ("frozen", "description", "curve", "tuned", "at_published_cutoff")


def kept(one: CohortAnalysis, other: CohortAnalysis) -> set[str]:
    """Parts of the first that the second holds without computing them."""
    return {name for name in PARTS if vars(other).get(name) is vars(one)[name]}


@pytest.mark.parametrize(
    ("choices", "anew"),
    [
        (QUICK, set()),
        (replace(QUICK, prevalence=0.3), {"at_published_cutoff"}),
        (replace(QUICK, tests={"age_years": "mann_whitney"}), {"description"}),
        (replace(QUICK, seed=2), {"tuned"}),
        (replace(QUICK, zone=(0.95, 0.9)), {"tuned"}),
        (replace(QUICK, method=CLOSEST_TOPLEFT), {"tuned"}),
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
