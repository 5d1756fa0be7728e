"""The published cutoff first, then the tuned one: the statistics of the ratio, bounds, reasons."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gepnet_core.case.phase import Phase
from gepnet_core.cohort.cohort import Cohort
from gepnet_core.cohort.parts import tuning
from gepnet_core.cohort.parts.marker_accuracy import REPEATS
from gepnet_core.cohort.parts.tuning import CutoffDistribution, Expected, NextStudy, TunedCutoff, tune
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.cutpoints.cutpoint_methods import (
    YOUDEN,
    CutpointMethod,
    both_at_least,
    sensitivity_at_least,
    specificity_at_least,
)
from gepnet_core.statistics.cutpoints.two_cutoffs import two_cutoffs
from gepnet_core.statistics.resampling.bootstrap import bootstrap_cutoff
from gepnet_core.statistics.resampling.cross_validation import cross_validate_cutoff
from gepnet_core.statistics.roc.curve import Direction
from tests.cohort.small_cohorts import AC, NET, cohort_of, example, reference

RATIO = "diagnosis,hap_ratio"
TEN = tuple(f"{AC},{0.6 + k / 20}" for k in range(5)) + tuple(f"{NET},{0.75 + k / 10}" for k in range(5))


def tuned(cohort: Cohort, method: CutpointMethod = YOUDEN, **options: object) -> TunedCutoff:
    settings = {"resamples": 300, "seed": 7, "folds": 5, "repeats": 4, **options}
    return tune(cohort, method, **settings)  # type: ignore[arg-type]


def classes(cohort: Cohort) -> tuple[np.ndarray, np.ndarray]:
    return cohort.classes(cohort.criteria.ratios[Phase.HAP])


def test_the_published_cutoff_stands_first_and_unchanged() -> None:
    found = tuned(example())
    assert found.published is not None and found.published.combined is not None
    # R: ratio_0.898_tp 19, _tn 18; rule_0.898_tn 21. See tests/reference/cutoff_analysis.R.
    assert (found.published.cutoff, found.published.ratio.counts.tp) == (0.898, 19)
    assert found.published.ratio.counts.tn == reference()["ratio_0.898_tn"] == 18
    assert found.published.combined.counts.tn == reference()["rule_0.898_tn"] == 21


def test_the_tuned_cutoff_of_the_example_is_that_of_proc() -> None:
    found = tuned(example())
    assert found.cutpoints is not None and found.cutpoints.chosen is not None and found.apparent is not None
    # R: hap_best_1_threshold 0.897910792104589 (tests/reference/example_cohort.csv), the only one.
    (point,) = found.cutpoints.points
    assert point.midpoint == pytest.approx(0.897910792104589, abs=1e-12)
    assert found.apparent.cutoff == point.threshold
    counts = found.apparent.ratio.counts
    assert (counts.tp, counts.tn) == (19, 18)
    assert found.cutpoints.value == pytest.approx(14 / 23)


def test_resampling_is_that_of_the_statistics_with_the_same_seed() -> None:
    found = tuned(example())
    ours, theirs = classes(example())
    assert found.bootstrap == bootstrap_cutoff(ours, theirs, Direction.LOW, 300, 7, method=YOUDEN)
    assert found.cross_validation == cross_validate_cutoff(
        ours, theirs, Direction.LOW, folds=5, repeats=4, seed=7, method=YOUDEN
    )
    assert found.bootstrap is not None and found.bootstrap.youden_oob is not None
    assert found.bootstrap.youden_apparent == pytest.approx(14 / 23)
    # Tuned on the rows themselves a cutoff looks better than on rows left out.
    assert found.bootstrap.youden_oob < found.bootstrap.youden_apparent
    assert found.bootstrap.optimism is not None and found.bootstrap.optimism > 0
    assert dict(found.reasons) == {"zone": "two cutoffs were not asked for"}


def test_two_cutoffs_with_a_grey_zone_on_request() -> None:
    found = tuned(example(), zone=(0.95, 0.95))
    ours, theirs = classes(example())
    assert found.zone == two_cutoffs(ours, theirs, Direction.LOW, sensitivity=0.95, specificity=0.95)
    assert "zone" not in found.reasons
    assert found.zone is not None and found.zone.grey_share > 0


# --- the distribution


def test_the_distribution_is_of_the_midpoints_of_the_resamples() -> None:
    found = tuned(example())
    assert found.bootstrap is not None and found.distribution is not None
    spread, midpoints = found.distribution, np.array(found.bootstrap.midpoints)
    expected = np.quantile(midpoints, [0.025, 0.25, 0.5, 0.75, 0.975])
    assert [spread.low, spread.q1, spread.median, spread.q3, spread.high] == pytest.approx(expected.tolist())
    assert (spread.counts.sum(), spread.n_infinite, spread.level) == (300, 0, 0.95)
    assert spread.edges[0] <= midpoints.min() and midpoints.max() <= spread.edges[-1]
    inside = (midpoints >= spread.edges[3]) & (midpoints < spread.edges[4])
    assert spread.counts[3] == inside.sum()


def test_cutoffs_that_call_nobody_are_in_no_bin() -> None:
    # Full specificity of overlapping classes: where the lowest value drawn is a NET's, nobody is called.
    lines = (f"{AC},0.7", f"{AC},0.9", f"{NET},0.8", f"{NET},1.0")
    found = tuned(cohort_of(RATIO, *lines), specificity_at_least(1.0), folds=2)
    assert found.distribution is not None and found.bootstrap is not None
    assert found.distribution.n_infinite == sum(map(math.isinf, found.bootstrap.cutoffs)) > 0
    assert found.distribution.counts.sum() == 300 - found.distribution.n_infinite
    assert found.distribution.low == -math.inf


@given(st.lists(st.floats(-1e6, 1e6), max_size=30))
def test_every_value_has_its_bin_and_none_is_too_narrow(values: list[float]) -> None:
    edges = tuning._edges(np.array(values))
    assert (len(edges) == 0) == (not values)
    if values:
        assert edges[0] <= min(values) and max(values) <= edges[-1]
        assert (np.diff(edges) > 0.009).all() and len(edges) <= 41
        assert np.histogram(values, edges)[0].sum() == len(values)


# --- the next study


def test_cases_for_the_next_study() -> None:
    # In R the smallest n from which on prop.test(round(p * n), n, correct = FALSE) stays within 0.10 either
    # side: next_study_se 56 for 19 of 23, next_study_sp 64 for 18 of 23.
    expected = NextStudy(Expected.PUBLISHED, 19 / 23, 18 / 23, 0.1, 56, 64)
    assert (reference()["next_study_se"], reference()["next_study_sp"]) == (56, 64)
    assert tuned(example()).next_study == expected


def test_the_next_study_planned_with_the_tuned_cutoff_takes_the_rows_left_out() -> None:
    found = tuned(example(), expected=Expected.TUNED, half_width=0.05)
    assert found.bootstrap is not None and found.next_study is not None
    oob = found.bootstrap.sensitivity_oob, found.bootstrap.specificity_oob
    assert (found.next_study.sensitivity, found.next_study.specificity) == oob
    published = tuned(example(), half_width=0.05).next_study
    # Nearer to one half an interval is wider: the tuned cutoff needs more.
    assert published is not None and found.next_study.n_net > published.n_net > 4 * 50


# --- bounds and reasons


def test_resamples_and_repeats_are_bounded_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tuning, "MOST_DRAWN_ROWS", 4000)
    found = tuned(example(), resamples=1000, repeats=90)
    # 4000 / 46 is 86, below the fewest; 4000 / (46 * 5) is 17.
    assert found.bootstrap is not None and found.bootstrap.n == 200
    assert found.reasons["resamples"] == "200 of 1000 were drawn, since there are 46 rows"
    assert found.cross_validation is not None and found.cross_validation.repeats == 17
    assert found.reasons["repeats"] == "17 of 90 were made, since there are 46 rows"
    monkeypatch.setattr(tuning, "MOST_DRAWN_ROWS", 46 * 250)
    found = tuned(example(), resamples=1000)
    assert found.bootstrap is not None and found.bootstrap.n == 250
    assert "resamples" not in tuned(example(), resamples=250).reasons


def test_the_bound_is_what_it_says() -> None:
    assert (tuning.MOST_DRAWN_ROWS, tuning.FEWEST_RESAMPLES) == (50_000_000, 200)


def test_one_of_a_class_is_judged_by_the_published_cutoff_alone() -> None:
    found = tuned(cohort_of(RATIO, f"{AC},0.8", f"{NET},1.1", f"{NET},1.2"))
    assert found.published is not None and found.published.ratio.counts.tp == 1
    for name in (
        "cutpoints",
        "apparent",
        "bootstrap",
        "distribution",
        "cross_validation",
        "zone",
        "next_study",
    ):
        assert getattr(found, name) is None
        assert "adenocarcinoma to NET: 1:2; allowed: at least 2 of each" in found.reasons[name]
    assert "published" not in found.reasons


def test_without_a_class_there_are_only_reasons() -> None:
    found = tuned(cohort_of(RATIO, f"{AC},0.8", f"{AC},0.9", f"{NET},"))
    assert found.published is None
    assert found.reasons["published"] == found.reasons["bootstrap"]
    assert "adenocarcinoma to NET: 2:0" in found.reasons["published"]


def test_more_folds_than_rows_and_a_method_that_finds_nothing() -> None:
    found = tuned(cohort_of(RATIO, *TEN), folds=6)
    assert found.cross_validation is None and found.bootstrap is not None
    assert found.reasons["cross_validation"].endswith("6 folds, 5 rows in the smaller class")
    reversed_classes = cohort_of(RATIO, f"{AC},1.2", f"{AC},1.3", f"{NET},0.7", f"{NET},0.8")
    nothing = tuned(reversed_classes, both_at_least(0.9, 0.9))
    assert nothing.cutpoints is not None and nothing.cutpoints.points == ()
    for name in ("apparent", "bootstrap", "distribution", "cross_validation"):
        assert getattr(nothing, name) is None
        assert "sensitivity of at least 0.9" in nothing.reasons[name]


def test_rows_of_one_patient_are_told() -> None:
    lines = [f"{code},{line}" for code, line in zip("aabcdefghi", TEN, strict=True)]
    found = tuned(cohort_of(f"patient_id,{RATIO}", *lines))
    assert found.reasons["patients"] == REPEATS
    assert found.bootstrap is not None


def test_another_method_is_used_throughout() -> None:
    found = tuned(example(), sensitivity_at_least(0.95))
    assert found.cutpoints is not None and found.bootstrap is not None and found.apparent is not None
    assert found.apparent.ratio.counts.tp >= 22
    assert found.bootstrap.method == found.cutpoints.method == sensitivity_at_least(0.95)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("resamples", 1),
        ("seed", -1),
        ("folds", 1),
        ("folds", 0),
        ("repeats", 0),
        ("zone", (0.0, 0.9)),
        ("half_width", 0.0),
    ],
)
def test_settings_out_of_range_are_refused(name: str, value: object) -> None:
    with pytest.raises(InsufficientDataError):
        tuned(example(), YOUDEN, **{name: value})


def test_a_distribution_is_plain_data() -> None:
    found = tuned(example()).distribution
    assert isinstance(found, CutoffDistribution)
    assert found.counts.dtype == np.int64 and len(found.edges) == len(found.counts) + 1
