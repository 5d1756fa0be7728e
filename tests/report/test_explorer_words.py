"""Words of the explorer: counts by hand, boundaries of the cutoff, and what is unknown stays so."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from gepnet_core.case.pattern import EnhancementPattern
from gepnet_core.case.rule import Call
from gepnet_core.cohort.parts.threshold_curve import threshold_curve
from gepnet_core.errors import InsufficientDataError
from gepnet_core.report.teaching.explorer_words import (
    Way,
    cells_sentence,
    design_prevalence,
    discrimination_rows,
    example_sentence,
    lab_call,
    lab_sentence,
    lab_worth_sentence,
    predictive_rows,
    prevalence_sentence,
    sample_sentence,
    way_accuracies,
    way_sentence,
)
from gepnet_core.teaching.natural_frequencies import natural_frequencies
from gepnet_core.teaching.sampling import draw_sample, ensemble_population
from tests.cohort.small_cohorts import example

PLATEAU, WASHOUT, PROGRESSIVE = EnhancementPattern
CURVE = threshold_curve(example())
PUBLISHED = Decimal("0.898")


# --- ways to call


def test_each_way_has_its_own_counts() -> None:
    # The study: 19 of 23 and 18 of 23 by the ratio, 19 of 23 and 21 of 23 with plateau.
    found = way_accuracies(CURVE.at(PUBLISHED, 0.05), 0.05)
    assert list(found) == list(Way)
    assert {way: (a.counts.tp, a.counts.fp, a.counts.fn, a.counts.tn) for way, a in found.items()} == {
        Way.RATIO: (19, 5, 4, 18),
        Way.BOTH: (19, 2, 4, 21),
        Way.STUDY: (19, 2, 4, 21),
    }
    # Bayes by hand at 5 %: .05*19 / (.05*19 + .95*5) = 0.95 / 5.7, and 0.95 / (0.95 + 1.9).
    assert found[Way.RATIO].ppv == pytest.approx(1 / 6, abs=1e-15)
    assert found[Way.STUDY].ppv == pytest.approx(1 / 3, abs=1e-15)


def test_another_cutoff_moves_all_but_the_study_s_rule() -> None:
    # Counted in data/examples/cohort.csv: 10 adenocarcinomas and 1 NET at or below 0.8.
    at = CURVE.at(0.8, 0.5)
    found = way_accuracies(at, 0.5)
    assert (found[Way.RATIO].counts.tp, found[Way.RATIO].counts.fp) == (10, 1)
    assert (found[Way.STUDY].counts.tp, found[Way.STUDY].counts.fp) == (19, 2)
    assert way_sentence(Way.RATIO, at, found[Way.RATIO], is_sample=False) == (
        "Ratio at or below 0.800, whatever the pattern, in the example cohort: 10 of 23 adenocarcinomas and "
        "22 of 23 NETs called rightly."
    )
    assert way_sentence(Way.BOTH, at, found[Way.BOTH], is_sample=True).startswith(
        "Ratio at or below 0.800 and plateau, in this sample: "
    )
    assert way_sentence(Way.STUDY, at, found[Way.STUDY], is_sample=True) == (
        "Ratio at or below 0.898 and plateau, in the study itself: 19 of 23 adenocarcinomas and 21 of 23 "
        "NETs called rightly. Neither the cutoff above nor a sample moves it."
    )


@pytest.mark.parametrize("prevalence", [0.0, 1.0, -0.1, float("nan")])
def test_a_prevalence_that_is_none_is_refused(prevalence: float) -> None:
    with pytest.raises(InsufficientDataError, match="prevalence"):
        way_accuracies(CURVE.at(PUBLISHED), prevalence)


# --- rows


def test_measures_are_parted_by_what_needs_a_prevalence() -> None:
    at = CURVE.at(PUBLISHED, 0.05)
    alone, worth = discrimination_rows(at), predictive_rows(at)
    assert [name.split(",")[0] for name, _, _ in worth] == [
        "Positive predictive value",
        "Negative predictive value",
    ]
    assert not any("redictive" in name or "prevalence" in name for name, _, _ in alone)
    assert alone[0][:2] == ("Sensitivity for adenocarcinoma", "19 of 23 (82.6 %, 95 % CI 62.9-93.0)")
    # By hand: 1/6 and 1/3; and .95*18 / (.95*18 + .05*4) = 17.1 / 17.3.
    assert worth[0][1].startswith("16.7 % (95 % CI ") and worth[0][2].startswith("33.3 % (95 % CI ")
    assert worth[1][1].startswith("98.8 % (95 % CI ")


# --- prevalence and cells


def test_half_and_half_is_the_design_and_all_else_an_assumption() -> None:
    assert design_prevalence() == Decimal("0.5")
    said = prevalence_sentence(Decimal("50.0") / 100)
    assert said == "50 % is the study's own half and half: its design, and no prevalence of any clinic."
    for other in ("0.4999", "0.5001", "0.05"):
        assert prevalence_sentence(Decimal(other)).startswith("Assumed of other patients: ")


def test_the_cells_name_their_cutoff() -> None:
    assert cells_sentence(0.05, 100).startswith(
        "Of 100 such patients at a prevalence of 5.0 %, by the study's joint counts at its own cutoff, 0.898."
    )


# --- patients: numbers of the sample by R (tests/reference/teaching.R)


def test_whose_patients_are_looked_at() -> None:
    population = ensemble_population()
    assert example_sentence().startswith("The example cohort: 23 adenocarcinomas and 23 NETs, invented")
    assert sample_sentence(draw_sample(population, 2017, 0), population) == (
        "Sample 1 of seed 2017: 23 adenocarcinomas and 23 NETs, drawn from 5060 invented patients. AUC of "
        "the ratio for adenocarcinoma 0.870 (95 % CI 0.768-0.971), true 0.874; best cutoff 1.059, the "
        "midpoint of two ratios, true 0.8979."
    )


# --- the lab's reading


@pytest.mark.parametrize(
    ("ratio", "pattern", "calls"),
    [
        (Fraction("0.898"), PLATEAU, (Call.ADENOCARCINOMA, Call.ADENOCARCINOMA)),
        (Fraction("0.8979"), WASHOUT, (Call.ADENOCARCINOMA, Call.NET)),
        (Fraction("0.8981"), PLATEAU, (Call.NET, Call.NET)),
        # Measured: equal within the noise of a float, and beyond it.
        (0.898 * (1 + 1e-10), PLATEAU, (Call.ADENOCARCINOMA, Call.ADENOCARCINOMA)),
        (0.898 * (1 + 1e-8), PLATEAU, (Call.NET, Call.NET)),
        (0.885, None, (Call.ADENOCARCINOMA, Call.NOT_CLASSIFIABLE)),
        (1.2, None, (Call.NET, Call.NET)),
        (-0.1, PROGRESSIVE, (Call.ADENOCARCINOMA, Call.NET)),
    ],
)
def test_the_lab_s_reading_is_called_as_any_case(
    ratio: Fraction | float, pattern: EnhancementPattern | None, calls: tuple[Call, Call]
) -> None:
    alone, both = (lab_call(way, ratio, pattern, PUBLISHED) for way in (Way.RATIO, Way.BOTH))
    assert (alone, both) == calls
    # The frozen rule has the published cutoff whatever the slider says.
    assert lab_call(Way.STUDY, ratio, pattern, Decimal("0.2")) is both


def test_the_lab_s_reading_in_words() -> None:
    assert lab_sentence(0.885, PLATEAU, PUBLISHED) == (
        "The lab's metastasis (star): ratio 0.885, plateau. At the cutoff 0.898 the ratio alone favours "
        "adenocarcinoma; with the pattern the rule favours adenocarcinoma."
    )
    assert lab_sentence(0.885, None, Decimal("0.88")).endswith(
        "ratio 0.885, pattern not known. At the cutoff 0.880 the ratio alone favours NET; with the pattern "
        "the rule favours NET."
    )
    unknown = lab_sentence(0.885, None, PUBLISHED)
    assert unknown.endswith("the rule makes no call, since the pattern is not known.")
    # A digit more where three would put it on the other side.
    assert "ratio 0.8981, plateau" in lab_sentence(Fraction("0.8981"), PLATEAU, PUBLISHED)


def test_who_shares_the_call_of_the_lab_s_reading() -> None:
    tree = natural_frequencies(way_accuracies(CURVE.at(PUBLISHED, 0.05), 0.05)[Way.STUDY])
    # 50 x 19/23 = 41.3 and 950 x 2/23 = 82.6; 41 + 83 and 9 + 867.
    assert lab_worth_sentence(Call.ADENOCARCINOMA, tree) == (
        "The lab's metastasis is called adenocarcinoma this way. So are 124 of 1000 such patients, 41 of "
        "them rightly."
    )
    assert "So are 876 of 1000 such patients, 867 of them rightly." in lab_worth_sentence(Call.NET, tree)
    assert "makes no call" in lab_worth_sentence(Call.NOT_CLASSIFIABLE, tree)
