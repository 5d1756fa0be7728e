"""Why areas, cutoffs and what is resampled of them lack a number, in full, as page and export show it."""

from __future__ import annotations

from gepnet_core.statistics.cutpoints.cutpoint import find_cutpoints
from gepnet_core.statistics.cutpoints.cutpoint_methods import YOUDEN, both_at_least, specificity_at_least
from gepnet_core.statistics.cutpoints.two_cutoffs import two_cutoffs
from gepnet_core.statistics.resampling.bootstrap import bootstrap_cutoff
from gepnet_core.statistics.resampling.cross_validation import cross_validate_cutoff
from gepnet_core.statistics.roc.auc_intervals import estimate_auc
from gepnet_core.statistics.roc.clustered_auc import clustered_auc
from gepnet_core.statistics.roc.curve import Direction

LOW = Direction.LOW
POINT = "standard error is 0 and shrinks the interval to a point: it says nothing about how sure the area is"
NOBODY = "nobody is called positive: the threshold is beyond every value"
EVERYBODY = "everybody is called positive, so that there is no neighbour"
ONE_VALUE = "a class has a single value, which says nothing about spread"


def test_an_area_of_1_has_no_spread() -> None:
    assert dict(estimate_auc([1, 2], [3, 4], LOW).reasons) == {
        "delong": f"DeLong's {POINT}",
        "logit": "an area of 0 or 1 has no logit, and so no interval on that scale",
        "nonparametric": f"the nonparametric {POINT}",
    }


def test_an_area_without_spread_between_0_and_1_has_a_logit_of_one_point() -> None:
    # Every value is the same: each pair is a tie, and the area 1/2 with a variance of 0.
    found = estimate_auc([2, 2], [2, 2], LOW)
    assert found.value == 0.5
    assert dict(found.reasons) == {"delong": f"DeLong's {POINT}", "logit": f"DeLong's {POINT}"}


def test_a_class_of_one_value_has_an_area_alone() -> None:
    fields = ("se", "delong", "logit", "nonparametric")
    assert dict(estimate_auc([1], [3, 4], LOW).reasons) == dict.fromkeys(fields, ONE_VALUE)


def test_lesions_of_one_patient_and_lesions_without_spread() -> None:
    one = clustered_auc([1, 2, 3], [True, True, False], ["a", "a", "b"], LOW)
    sentence = (
        "the lesions of a class belong to a single cluster, "
        "which says nothing about the spread between clusters"
    )
    assert dict(one.reasons) == dict.fromkeys(("se", "interval", "design_effect"), sentence)
    apart = clustered_auc([1, 2, 3, 4], [True, True, False, False], ["a", "b", "c", "d"], LOW)
    assert dict(apart.reasons) == {
        "interval": f"the clustered {POINT}",
        "design_effect": "DeLong's variance of the same lesions is 0, and nothing can be divided by it",
    }


def test_thresholds_beyond_the_values_and_none_at_all() -> None:
    # Where all values tie there is one threshold, which calls everybody.
    everybody = find_cutpoints([2, 2], [2, 2], LOW, YOUDEN)
    assert dict(everybody.reasons) == {"points.0.midpoint": EVERYBODY}
    nobody = find_cutpoints([3, 4], [1, 2], LOW, specificity_at_least(1.0))
    assert dict(nobody.reasons) == {"points.0.threshold": NOBODY, "points.0.midpoint": NOBODY}
    method = both_at_least(1.0, 1.0)
    none = find_cutpoints([1, 3], [2, 4], LOW, method)
    assert dict(none.reasons) == {
        "points": f"no threshold is allowed: {method.label}",
        "value": "there is no threshold",
    }
    assert none.points == () and none.value is None


def test_two_cutoffs_where_the_marker_points_the_other_way() -> None:
    found = two_cutoffs([3, 4], [1, 2], LOW, sensitivity=1.0, specificity=1.0)
    assert dict(found.reasons) == {
        "single": "no one cutoff reaches both the sensitivity and the specificity",
        "rule_in": "only calling nobody positive reaches the specificity: no value rules in",
        "rule_out": "only calling everybody positive reaches the sensitivity: no value rules out",
    }


def test_folds_without_a_cutoff_and_folds_that_call_nobody() -> None:
    settings = {"folds": 2, "repeats": 3, "seed": 1}
    mixed = ([1.0, 3.0, 5.0, 7.0], [2.0, 4.0, 6.0, 8.0])
    none = cross_validate_cutoff(*mixed, LOW, **settings, method=both_at_least(1.0, 1.0))
    sentence = "in every repeat there is a fold without a cutoff"
    assert dict(none.reasons) == dict.fromkeys(("sensitivity", "specificity", "youden"), sentence)
    backwards = ([5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0])
    nobody = cross_validate_cutoff(*backwards, LOW, **settings, method=specificity_at_least(1.0))
    told = "in 6 of 6 folds the cutoff calls nobody positive, and is infinite"
    assert dict(nobody.reasons) == dict.fromkeys(("cutoffs", "midpoints"), told)


def test_resamples_that_call_nobody_and_resamples_that_leave_nobody_out() -> None:
    backwards = ([5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0])
    found = bootstrap_cutoff(*backwards, LOW, 20, 1, method=specificity_at_least(1.0))
    told = "in 20 of 20 resamples the cutoff calls nobody positive, and is infinite"
    assert dict(found.reasons) == dict.fromkeys(("cutoff", "cutoff_midpoint"), told)
    # A class of one row is drawn in every resample.
    single = bootstrap_cutoff([1.0], [2.0, 3.0], LOW, 20, 1)
    fields = ("youden_oob", "sensitivity_oob", "specificity_oob", "optimism")
    left = "no resample with a cutoff leaves out rows of both classes"
    assert dict(single.reasons) == dict.fromkeys(fields, left)
