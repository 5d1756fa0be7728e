"""What is said of a tuned cutoff: sums that add up, every tie under both conventions, reasons."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from gepnet_core.case.case import study_cutoff
from gepnet_core.cohort.parts.threshold_curve import threshold_curve
from gepnet_core.cohort.parts.tuning import TunedCutoff, tune
from gepnet_core.errors import InsufficientDataError
from gepnet_core.report.cutoff.tuning_words import (
    JUDGED_HEADINGS,
    MOST_TIED,
    TIED_HEADINGS,
    judged_rows,
    optimism_sentence,
    plan_rows,
    spread_sentence,
    tied_rows,
    tied_sentence,
    too_few_sentence,
    tuning_notes,
    zone_rows,
    zone_sentences,
)
from gepnet_core.statistics.cutpoints.cutpoint import find_cutpoints
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    YOUDEN,
    CutpointMethod,
    both_at_least,
    specificity_at_least,
)
from gepnet_core.statistics.cutpoints.two_cutoffs import two_cutoffs
from gepnet_core.statistics.roc.curve import Direction
from tests.cohort.small_cohorts import AC, NET, cohort_of, example

RATIO = "diagnosis,hap_ratio"


def tuned(*lines: str, method: CutpointMethod = YOUDEN, folds: int = 5, repeats: int = 4) -> TunedCutoff:
    cohort = cohort_of(RATIO, *lines) if lines else example()
    return tune(cohort, method, resamples=200, seed=1, folds=folds, repeats=repeats)


def scored(apparent: float, left_out: float | None) -> TunedCutoff:
    """The example, with other indices."""
    found = tuned()
    assert found.bootstrap is not None
    return replace(
        found,
        bootstrap=replace(
            found.bootstrap,
            youden_apparent=apparent,
            youden_oob=left_out,
            reasons={"youden_oob": "no resample leaves out rows of both classes"},
        ),
    )


# --- judged


def test_the_published_cutoff_stands_first_and_the_tuned_one_is_judged_three_ways() -> None:
    rows = judged_rows(tuned())
    assert {len(row) for row in rows} == {len(JUDGED_HEADINGS)}
    # R: ratio_0.898_tp 19, _tn 18; the best cutoff, without_1_cutoff 0.891566265060241, calls the same.
    assert rows[0] == ("Published, unchanged", "0.898", "19 of 23 (82.6 %)", "18 of 23 (78.3 %)", "0.609")
    assert rows[1][1:] == ("0.892", "19 of 23 (82.6 %)", "18 of 23 (78.3 %)", "0.609")
    assert rows[2][1] == "chosen anew in each of 200 resamples"
    assert rows[3][1] == "chosen anew without each of 5 folds, 4 times"
    shares = [float(re.findall(r"[\d.]+", cell)[0]) for cell in rows[2][2:4]]
    # Means of sensitivity and specificity add up to the mean index.
    assert sum(shares) / 100 - 1 == pytest.approx(float(rows[2][4]), abs=0.002)


@pytest.mark.parametrize(
    ("apparent", "left_out", "words"),
    [
        (0.652, 0.518, "0.65; on rows left out 0.52: expect about 0.13 less elsewhere."),
        # 0.142 would be 0.14, but 0.66 less 0.51 is 0.15.
        (0.656, 0.514, "0.66; on rows left out 0.51: expect about 0.15 less elsewhere."),
        (0.5, 0.5, "0.50; on rows left out 0.50: resampling shows no loss."),
        (0.5, 0.52, "0.50; on rows left out 0.52: resampling shows no loss."),
        (
            0.5,
            None,
            "0.50; on rows left out it is not known: no resample leaves out rows of both classes.",
        ),
    ],
)
def test_optimism_is_one_sentence_that_adds_up(apparent: float, left_out: float | None, words: str) -> None:
    said = optimism_sentence(scored(apparent, left_out))
    assert said == f"On the rows that chose it the cutoff scores a Youden's index of {words}"


def test_too_few_rows_are_a_reason_and_no_table_of_zeros() -> None:
    found = tuned(f"{AC},0.5", f"{NET},1.2", f"{NET},1.3")
    assert optimism_sentence(found).startswith("Nothing could be tuned: rows with a HAP ratio")
    assert [row[0] for row in judged_rows(found)] == ["Published, unchanged"]
    assert spread_sentence(found) is None
    assert tuning_notes(found) == (
        "Rows with a HAP ratio, adenocarcinoma to NET: 1:2; allowed: at least 2 of each.",
    )


def test_more_folds_than_rows_are_said_and_the_rest_stands() -> None:
    lines = [f"{AC},{0.5 + k / 10}" for k in range(4)] + [f"{NET},{0.75 + k / 10}" for k in range(4)]
    found = tuned(*lines, folds=6)
    assert [row[0].split(",")[0] for row in judged_rows(found)] == ["Published", "Tuned", "Tuned"]
    assert tuning_notes(found) == (
        "Each fold needs a row of each class: 6 folds, 4 rows in the smaller class.",
    )


# --- ties and spread


def test_every_tie_is_listed_under_both_conventions() -> None:
    # Youden's index is 1/2 at 1 and at 3: by hand.
    found = find_cutpoints([1, 3], [2, 4], Direction.LOW, YOUDEN)
    rows = tied_rows(found)
    assert {len(row) for row in rows} == {len(TIED_HEADINGS)}
    assert rows == (
        ("1.000, judged", "1.500", "1 of 2", "2 of 2", "0.500"),
        ("3.000", "3.500", "2 of 2", "1 of 2", "0.500"),
    )
    said = tied_sentence(found)
    assert said.startswith("2 cutoffs are equally good (largest Youden's index).")
    assert said.endswith("It calls ratios at or below 1.000 adenocarcinoma.")


def test_very_many_ties_are_counted_and_some_listed() -> None:
    values = np.arange(200.0)
    found = find_cutpoints(values[::2], values[1::2], Direction.LOW, YOUDEN)
    assert len(found.points) == 100
    assert len(tied_rows(found)) == MOST_TIED
    assert tied_sentence(found).startswith(
        f"100 cutoffs are equally good (largest Youden's index); {MOST_TIED} "
    )


def test_a_cutoff_that_calls_nobody_has_words_and_no_number() -> None:
    lines = (f"{AC},0.7", f"{AC},0.9", f"{NET},0.6", f"{NET},1.0")
    found = tuned(*lines, method=specificity_at_least(1.0), folds=2)
    assert found.cutpoints is not None
    assert tied_rows(found.cutpoints)[0][:2] == ("calls nobody, judged", "calls nobody")
    assert tied_sentence(found.cutpoints).endswith("It calls nobody adenocarcinoma.")
    assert judged_rows(found)[1][1:3] == ("calls nobody", "0 of 2 (0.0 %)")
    said = spread_sentence(found)
    assert said is not None and "between a cutoff that calls nobody and " in said


def test_a_method_that_finds_nothing_says_so() -> None:
    found = tuned(method=both_at_least(1.0, 1.0))
    assert found.cutpoints is not None and tied_rows(found.cutpoints) == ()
    assert tied_sentence(found.cutpoints).startswith("There is no such cutoff: no threshold is allowed")
    assert optimism_sentence(found).startswith("Nothing could be tuned: no threshold is allowed")


def test_the_spread_is_that_of_the_resamples() -> None:
    found = tuned()
    assert found.distribution is not None
    said = spread_sentence(found)
    assert said is not None and said.startswith("In 95 % of 200 resamples the tuned cutoff lies between ")
    shown = [float(number) for number in re.findall(r"\d\.\d+", said)]
    spread = found.distribution
    assert shown == pytest.approx([spread.low, spread.high, spread.q1, spread.q3, spread.median], abs=5e-4)


# --- grey zone and next study


def test_zones_add_up_and_both_cutoffs_say_what_they_reach() -> None:
    # By hand: rule in at 1 (no NET at or below), rule out at 5 (all adenocarcinomas at or below).
    found = two_cutoffs([1, 3, 5], [2, 4, 6], Direction.LOW, sensitivity=1.0, specificity=1.0)
    assert zone_sentences(found) == (
        "At or below 1.000 favours adenocarcinoma: specificity 3 of 3 (100.0 %).",
        "Above 5.000 favours NET: sensitivity for adenocarcinoma 3 of 3 (100.0 %).",
        "4 of 6 rows (66.7 %) lie in the grey zone and get no call.",
        "The rows chose this themselves: expect less in others.",
    )
    assert zone_rows(found) == (
        ("Adenocarcinoma", "1 of 3 (33.3 %)", "2 of 3 (66.7 %)", "0 of 3 (0.0 %)"),
        ("NET", "0 of 3 (0.0 %)", "2 of 3 (66.7 %)", "1 of 3 (33.3 %)"),
    )


def test_one_cutoff_that_reaches_both_leaves_no_grey_zone() -> None:
    found = two_cutoffs([1, 2], [3, 4], Direction.LOW, sensitivity=0.9, specificity=0.9)
    said = zone_sentences(found)
    assert said[0] == (
        "One cutoff reaches both: at or below 2.000 sensitivity for adenocarcinoma 2 of 2 (100.0 %), "
        "specificity 2 of 2 (100.0 %). There is no grey zone."
    )
    assert [row[2] for row in zone_rows(found)] == ["0 of 2 (0.0 %)", "0 of 2 (0.0 %)"]


def test_a_zone_without_an_end_says_why() -> None:
    found = two_cutoffs([2, 3], [1, 4], Direction.LOW, sensitivity=1.0, specificity=1.0)
    assert zone_sentences(found)[0] == (
        "Only calling nobody positive reaches the specificity: no value rules in."
    )
    every = two_cutoffs([1, 4], [2, 3], Direction.LOW, sensitivity=1.0, specificity=1.0)
    assert zone_sentences(every)[1].startswith("Only calling everybody positive reaches the sensitivity")


def test_the_next_study_is_planned_with_the_published_cutoff() -> None:
    at = threshold_curve(example()).at(study_cutoff())
    rows = plan_rows(at, 0.10, 0.4)
    assert [row[0] for row in rows] == [
        "Ratio alone: sensitivity 82.6 %, specificity 78.3 %",
        "Ratio and plateau together: sensitivity 82.6 %, specificity 91.3 %",
    ]
    for _, ours, theirs, total in rows:
        n, m = int(ours), int(theirs)
        assert int(total) == max(-(-n * 10 // 4), -(-m * 10 // 6))
    # Wilson's half-width at 46/56 by prop.test(46, 56, correct=FALSE): (0.9000 - 0.7016) / 2 = 0.0992.
    assert rows[0][1] == "56"
    assert plan_rows(at, 0.10, None)[0][3] == "share not stated"
    with pytest.raises(InsufficientDataError):
        plan_rows(at, 0.10, 1.0)


def test_a_rule_that_calls_nobody_is_not_planned() -> None:
    at = threshold_curve(cohort_of(RATIO, f"{AC},0.5", f"{NET},0.6")).at(Decimal("0.898"))
    assert [row[0].split(":")[0] for row in plan_rows(at, 0.1, None)] == ["Ratio alone"]


def test_too_few_ratios_are_counted_by_diagnosis() -> None:
    curve = threshold_curve(
        cohort_of("diagnosis,hap_lesion_hu,hap_liver_hu", f"{AC},40,60", f"{NET},70,60", f"{NET},80,60")
    )
    assert too_few_sentence(curve.roc) == (
        "Too few to choose a cutoff: a HAP ratio is known in 1 of adenocarcinoma and 2 of NET; at least 2 of "
        "each are needed."
    )
