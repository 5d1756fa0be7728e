"""What each refusal of the statistics says in full: the problem, what was got, what is allowed, a remedy."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal

import numpy as np
import pytest

from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    both_at_least,
    least_cost,
    sensitivity_at_least,
    specificity_at_least,
)
from gepnet_core.statistics.cutpoints.cutpoint_spec import parse_method
from gepnet_core.statistics.granularity import attainable_squares, attainable_sums, largest_sd
from gepnet_core.statistics.groups.contingency import chi_square, fisher_freeman_halton
from gepnet_core.statistics.groups.group_description import describe
from gepnet_core.statistics.groups.group_tests import mann_whitney, student_t
from gepnet_core.statistics.groups.grouped_values import box_of
from gepnet_core.statistics.groups.mcnemar import mcnemar_exact
from gepnet_core.statistics.groups.multiplicity import holm
from gepnet_core.statistics.groups.summary_t import Summary, pooled_t, welch_t
from gepnet_core.statistics.intervals import clopper_pearson_interval, tail_point, wilson_interval
from gepnet_core.statistics.models.calibration import calibration
from gepnet_core.statistics.models.decision_curve import decision_curve, net_benefit
from gepnet_core.statistics.models.logistic_design import Predictor, design_of
from gepnet_core.statistics.proportions.clustered_proportion import clustered_proportion
from gepnet_core.statistics.proportions.diagnostic import (
    Counts,
    count_at,
    diagnostic_accuracy,
    likelihood_ratio,
)
from gepnet_core.statistics.proportions.proportion_ratio import proportion_ratio
from gepnet_core.statistics.proportions.sample_size import n_for_wilson_half_width, total_to_recruit
from gepnet_core.statistics.readers.bland_altman import bland_altman
from gepnet_core.statistics.readers.icc import intraclass_correlations
from gepnet_core.statistics.readers.kappa import agreement_table, cohen_kappa
from gepnet_core.statistics.resampling.bootstrap import bootstrap_cutoff
from gepnet_core.statistics.resampling.cross_validation import cross_validate_cutoff
from gepnet_core.statistics.roc.auc_comparison import Marker, compare_paired_aucs
from gepnet_core.statistics.roc.clustered_auc import clustered_auc
from gepnet_core.statistics.roc.curve import Direction, roc_curve
from gepnet_core.statistics.roc.placements import delong_variance

LOW = Direction.LOW
ONES = [1.0, 2.0, 3.0]
EVENT = np.array([True, False, True, False])


def predictor(*values: float, name: str = "age") -> Predictor:
    return Predictor(name, (name,), np.array(values)[:, None])


CASES: list[tuple[Callable[[], object], str]] = [
    # intervals, proportions
    (lambda: tail_point(0), "a level is a fraction; got 0; allowed: between 0 and 1."),
    (lambda: tail_point(1), "a level is a fraction; got 1; allowed: between 0 and 1."),
    (
        lambda: wilson_interval(4, 3),
        "a proportion needs counts; got 4 of 3; allowed: 0 <= successes <= n, n >= 1.",
    ),
    (
        lambda: clopper_pearson_interval(0, 0),
        "a proportion needs counts; got 0 of 0; allowed: 0 <= successes <= n, n >= 1.",
    ),
    (
        lambda: Counts(0, 1, 0, 2),
        "a 2x2 table needs both classes; got 0 and 3; "
        "allowed: counts of at least 0, at least 1 of each class.",
    ),
    (
        lambda: count_at(ONES, ONES, LOW, math.nan),
        "the cutoff is no number; allowed: a number in the marker's unit.",
    ),
    (
        lambda: diagnostic_accuracy(Counts(1, 1, 1, 1), 1.0),
        "a prevalence is a fraction; got 1; allowed: above 0 and below 1.",
    ),
    (
        lambda: likelihood_ratio(3, 2, 1, 5),
        "a likelihood ratio needs counts; got 3 of 2 and 1 of 5; allowed: 0 <= count <= n.",
    ),
    (
        lambda: clustered_proportion([True, False], ["a"]),
        "a share needs rows, each with its cluster; got 2 rows and 1 clusters; "
        "allowed: as many of one as of the other, at least 1.",
    ),
    (
        lambda: proportion_ratio(1, 2, 3, 2),
        "a proportion needs counts; got 3 of 2; allowed: 0 <= count <= n, n >= 1.",
    ),
    (
        lambda: n_for_wilson_half_width(1.5, 0.1),
        "a proportion is a fraction; got 1.5; allowed: from 0 to 1.",
    ),
    (
        lambda: n_for_wilson_half_width(0.5, 0.0),
        "half the width of an interval is a fraction; got 0; allowed: from 0.0001 to below 1.",
    ),
    (
        lambda: total_to_recruit(0, 0, 0.5),
        "a study needs cases; got 0 and 0; allowed: at least 0, not both 0.",
    ),
    (
        lambda: total_to_recruit(1, 1, 0.0),
        "the prevalence is out of range; got 0; allowed: above 0 and below 1.",
    ),
    # printed means
    (lambda: attainable_sums(Decimal("1.0"), 0), "a mean needs values; got 0; allowed: n >= 1."),
    (
        lambda: attainable_squares(3, Decimal("-0.1"), 1),
        "an SD needs values; got n = 1, SD = -0.1; allowed: n >= 2, SD >= 0.",
    ),
    (lambda: largest_sd(3, 1, 0, 5), "limits in order and two values are needed; got 0, 5, n = 1."),
    # readers
    (
        lambda: bland_altman(ONES, ONES, coverage=1.0),
        "a share is a fraction; got 1; allowed: above 0 and below 1.",
    ),
    (
        lambda: bland_altman(ONES, [1.0]),
        "differences need two readings of each case; got 3 and 1; "
        "allowed: as many of the one as of the other, at least 1.",
    ),
    (
        lambda: bland_altman(ONES, [1.0, 2.0, math.nan]),
        "differences need finite readings; allowed: no missing value, none beyond 1e+290 in size.",
    ),
    (
        lambda: intraclass_correlations([[1.0, 2.0]]),
        "an intraclass correlation needs a table of readings; got 1 x 2; "
        "allowed: at least 2 cases and 2 readers, finite values.",
    ),
    (
        lambda: intraclass_correlations([[1.0, 2.0], [1.0]]),
        "an intraclass correlation needs a table of readings; got rows of different lengths or what is no "
        "number; allowed: as many readings of each case.",
    ),
    (
        lambda: agreement_table(["x"], ["x", "y"], ["x", "y"]),
        "agreement needs pairs of listed categories; got 1 and 2 readings; "
        "allowed: as many of one reader as of the other, each in the list.",
    ),
    (
        lambda: cohen_kappa([[1, 2], [3]]),
        "agreement needs a square table of counts; allowed: counts from 0.",
    ),
    # curves and areas
    (
        lambda: roc_curve([ONES], ONES, LOW),
        "an ROC curve needs one value a row; got arrays of 2 and 1 dimensions; allowed: 1 and 1.",
    ),
    (
        lambda: roc_curve([], ONES, LOW),
        "an ROC curve needs both classes; got 0 and 3; allowed: at least 1 and 1.",
    ),
    (
        lambda: roc_curve([math.nan], ONES, LOW),
        "an ROC curve needs finite values; allowed: no missing value, no infinity.",
    ),
    (
        lambda: roc_curve(ONES, ONES, LOW).at(math.nan),
        "the cutoff is no number; allowed: a number in the marker's unit.",
    ),
    (
        lambda: delong_variance(np.array([3]), np.array([1, 2])),
        "DeLong's variance needs two values of each class; got 1 and 2; allowed: at least 2 and 2.",
    ),
    (
        lambda: compare_paired_aucs(Marker(ONES, ONES, LOW), Marker(ONES, [1.0, 2.0], LOW)),
        "paired markers need the same patients; got 3 and 3 rows beside 3 and 2; "
        "allowed: classes of the same size.",
    ),
    (
        lambda: clustered_auc(ONES, [True, False], ["a", "b", "c"], LOW),
        "values, classes and clusters are columns of one table; got shapes (3,), (2,) and (3,); "
        "allowed: shape (n,), the same of all.",
    ),
    (
        lambda: clustered_auc(ONES, [1, 0, 1], ["a", "b", "c"], LOW),
        "a class is yes or no; got int64; allowed: booleans without a missing one.",
    ),
    (
        lambda: clustered_auc(ONES, [True, False, True], np.array(["a", None, "c"], dtype=object), LOW),
        "a cluster is missing or no name; got NoneType and str; allowed: whole numbers, or words that are "
        "not blank. Name the patient of each lesion.",
    ),
    # cutoffs
    (
        lambda: sensitivity_at_least(1.5),
        "a required sensitivity is a fraction; got 1.5; allowed: above 0 and at most 1.",
    ),
    (
        lambda: specificity_at_least(0.0),
        "a required specificity is a fraction; got 0.0; allowed: above 0 and at most 1.",
    ),
    (
        lambda: both_at_least(0.5, -1.0),
        "a required specificity is a fraction; got -1.0; allowed: above 0 and at most 1.",
    ),
    (
        lambda: least_cost(0.0, 1.0, 0.5),
        "a false negative has a cost; got 0.0; allowed: finite, above 0.",
    ),
    (
        lambda: least_cost(1.0, math.inf, 0.5),
        "a false positive has a cost; got inf; allowed: finite, above 0.",
    ),
    (
        lambda: least_cost(1.0, 1.0, 1.0),
        "a prevalence is a fraction; got 1.0; allowed: above 0 and below 1.",
    ),
    (
        lambda: parse_method("sensitivity_at_least=a"),
        "this is no method of choosing a cutoff; got 'sensitivity_at_least=a'; allowed: youden, "
        "closest_topleft, sensitivity_at_least=N, specificity_at_least=N, both_at_least=N,N, "
        "least_cost=N,N,N. Write numbers after = with commas between them, such as sensitivity_at_least=0.9.",
    ),
    # resampling
    (
        lambda: bootstrap_cutoff(ONES, ONES, LOW, 1, 0),
        "a bootstrap needs resamples; got 1; allowed: 2 to 100000.",
    ),
    (
        lambda: bootstrap_cutoff(ONES, ONES, LOW, 2, -1),
        "a seed is a whole number; got -1; allowed: at least 0.",
    ),
    (
        lambda: cross_validate_cutoff(ONES, ONES, LOW, folds=4, repeats=1, seed=0),
        "each fold needs a row of each class; got 4 folds, 3 rows in the smaller class; "
        "allowed: 2 folds to as many as the smaller class has rows.",
    ),
    (
        lambda: cross_validate_cutoff(ONES, ONES, LOW, folds=2, repeats=1, seed=-1),
        "a seed is a whole number; got -1; allowed: at least 0.",
    ),
    (
        lambda: cross_validate_cutoff(ONES, ONES, LOW, folds=2, repeats=0, seed=0),
        "cross-validation needs repeats; got 0; allowed: 1 to 50000.",
    ),
    # groups
    (lambda: box_of([]), "a box needs finite values; got 0; allowed: at least 1."),
    (
        lambda: chi_square([[1, 2, 3], [3, 4, 5]], yates=True),
        "the continuity correction is for four cells; got 2 x 3.",
    ),
    (
        lambda: chi_square([[1, 2]]),
        "independence needs a table; allowed: 2 x 2 or more, rows of one length.",
    ),
    (lambda: fisher_freeman_halton([[1, -2], [3, 4]]), "a count is negative; allowed: counts from 0."),
    (lambda: chi_square([[0, 0], [3, 4]]), "a row or column of the table is empty. Leave it out."),
    (lambda: mann_whitney([1.0, 1.0], [1.0]), "ranks need values that differ; got one value in both groups."),
    (
        lambda: student_t([1.0], ONES),
        "a group has too few values; got 1 in the first and 3 in the second; allowed: at least 2 in each.",
    ),
    (
        lambda: student_t([1.0, 1e305], ONES),
        "a value is not finite or too large; allowed: at most 1e+300 in size.",
    ),
    (
        lambda: describe([1.0, math.inf]),
        "a group is described by finite values; allowed: no missing value, no infinity.",
    ),
    (
        lambda: pooled_t(Summary(1.0, 0.0, 5), Summary(2.0, 0.0, 1)),
        "a t test needs groups that vary; got n 5 and 1, SD 0 and 0; allowed: n >= 2, SD >= 0, one above 0.",
    ),
    (
        lambda: welch_t(Summary(1.0, -0.5, 5), Summary(2.0, 1.0, 4)),
        "a t test needs groups that vary; got n 5 and 4, SD -0.5 and 1; "
        "allowed: n >= 2, SD >= 0, one above 0.",
    ),
    (lambda: mcnemar_exact(-1, 2), "a count is negative; got -1 and 2; allowed: 0 or more."),
    (
        lambda: holm([0.5, 1.5]),
        "a P value is a probability; allowed: from 0 to 1, or None where a test gave none.",
    ),
    # models
    (
        lambda: design_of([predictor(1, 2, 3, 4)], np.array([True] * 4)),
        "a logistic model needs both classes; got 4 with the event and 0 without; "
        "allowed: at least 1 and 1, in rows without a missing value.",
    ),
    (
        lambda: design_of([Predictor("many", ("a", "b", "c", "d"), np.eye(4))], EVENT),
        "there are fewer rows than coefficients; got 4 rows, 5 coefficients. "
        "Leave out predictors, above all text with many different values.",
    ),
    (
        lambda: calibration([0.5], [1], n_groups=0),
        "rows are put into groups; got 0; allowed: at least 1.",
    ),
    (
        lambda: calibration([0.5, 0.5], [1]),
        "calibration needs a predicted probability and an outcome of each row; got 2 and 1; "
        "allowed: as many of the one as of the other, at least 1.",
    ),
    (
        lambda: calibration([1.5], [1]),
        "a predicted probability is a fraction; allowed: from 0 to 1, none missing.",
    ),
    (
        lambda: calibration([0.5], [2]),
        "an outcome is the event or not; allowed: 1 or 0, none missing.",
    ),
    (
        lambda: net_benefit(0.5, 0.5, 0.0, 0.5),
        "a prevalence is a fraction; got 0; allowed: above 0 and below 1.",
    ),
    (
        lambda: net_benefit(1.5, 0.5, 0.5, 0.5),
        "sensitivity and specificity are fractions; allowed: from 0 to 1.",
    ),
    (
        lambda: net_benefit(0.5, 0.5, 0.5, 1.0),
        "a threshold probability is a fraction; allowed: above 0 and below 1.",
    ),
    (
        lambda: decision_curve([0.5], [0.5], 0.5, [], 2, 0),
        "a decision curve needs thresholds; allowed: a list of at least 1.",
    ),
    (
        lambda: decision_curve([], [0.5], 0.5, [0.5], 2, 0),
        "a decision curve needs both classes; allowed: at least 1 row of each.",
    ),
    (
        lambda: decision_curve([1.5], [0.5], 0.5, [0.5], 2, 0),
        "a predicted probability is a fraction; allowed: from 0 to 1, none missing.",
    ),
]


@pytest.mark.parametrize(("act", "sentence"), CASES, ids=range(len(CASES)))
def test_the_sentence_of_each_refusal(act: Callable[[], object], sentence: str) -> None:
    with pytest.raises(InsufficientDataError) as caught:
        act()
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("predictors", "field", "sentence"),
    [
        (
            [predictor(1, 2, 3, math.nan)],
            "age",
            "a predictor lacks a value; allowed: numbers in all rows. "
            "Leave out rows without a value, or the predictor.",
        ),
        (
            [predictor(1e101, 2, 3, 4)],
            "age",
            "the numbers of a predictor are too large or too small; allowed: from 1e-100 to 1e+100 in size. "
            "Use another unit.",
        ),
        (
            [predictor(2, 2, 2, 2)],
            "age",
            "a predictor does not vary; got one value in all rows without a missing value. Leave it out.",
        ),
        (
            [predictor(1, 2, 3, 4), predictor(2, 4, 6, 8, name="years")],
            "years",
            "a predictor follows from others; got predictor 2 is a combination of those named before it. "
            "Leave one of them out.",
        ),
    ],
)
def test_a_refused_predictor_is_named_as_the_field(predictors, field: str, sentence: str) -> None:
    with pytest.raises(InsufficientDataError) as caught:
        design_of(predictors, EVENT)
    assert (caught.value.field, str(caught.value)) == (field, sentence)
