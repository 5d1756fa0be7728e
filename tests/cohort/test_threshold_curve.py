"""Accuracy at any cutoff: R over the example, the rule row by row, the ends of every scale."""

from __future__ import annotations

import math
import time
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gepnet_core.case.case import Case
from gepnet_core.cohort.cohort import DIAGNOSES, UNKNOWN
from gepnet_core.cohort.parts.frozen_validation import validate_frozen, ways_to_call
from gepnet_core.cohort.parts.threshold_curve import (
    ClassRatios,
    CutoffRange,
    ThresholdCurve,
    cutoff_range,
    threshold_curve,
    wilson_band,
)
from gepnet_core.errors import InsufficientDataError
from gepnet_core.statistics.intervals import wilson_interval
from gepnet_core.statistics.roc.curve import Direction, roc_curve
from gepnet_core.study.criteria import GroupCounts
from tests.cohort.small_cohorts import (
    AC,
    HU_HEADINGS,
    NET,
    cohort_of,
    diagnoses,
    example,
    lesions,
    livers,
    patterns,
    reference,
)

CURVE = threshold_curve(example())


# --- R 4.2.2; see tests/reference/cutoff_analysis.R


@pytest.mark.parametrize("cutoff", ["0.7", "0.898", "0.93", "1.05"])
@pytest.mark.parametrize("way", ["ratio", "rule"])
def test_both_ways_to_call_agree_with_r(way: str, cutoff: str) -> None:
    at = CURVE.at(Decimal(cutoff), prevalence=0.1)
    found = at.ratio if way == "ratio" else at.combined
    expected = {
        name[len(f"{way}_{cutoff}_") :]: x
        for name, x in reference().items()
        if name.startswith(f"{way}_{cutoff}_")
    }
    assert found is not None and len(expected) == 16
    counts = found.counts
    assert [counts.tp, counts.fp, counts.fn, counts.tn] == [expected[n] for n in ("tp", "fp", "fn", "tn")]
    for side, share in (("se", found.sensitivity), ("sp", found.specificity)):
        limits = expected[f"{side}_low"], expected[f"{side}_high"]
        assert (share.wilson.low, share.wilson.high) == pytest.approx(limits, abs=1e-12)
    for name, ratio in (("lr_pos", found.lr_positive), ("lr_neg", found.lr_negative)):
        if ratio.interval is None:  # no false positive, of which R says Inf; or no false negative
            assert expected[name] == (math.inf if ratio.value is None else ratio.value)
        else:
            limits = expected[f"{name}_low"], expected[f"{name}_high"]
            assert ratio.value == pytest.approx(expected[name], rel=1e-12)
            assert (ratio.interval.low, ratio.interval.high) == pytest.approx(limits, rel=1e-9)
    assert (found.ppv, found.npv) == pytest.approx((expected["ppv"], expected["npv"]), rel=1e-12)


def test_some_of_r_s_numbers_in_print() -> None:
    at = CURVE.at(0.93).ratio
    # pROC 1.18.0 and prop.test: 19 of 23 and 17 of 23; specificity 0.5353094 to 0.8745201
    assert (at.counts.tp, at.counts.tn) == (19, 17)
    assert (at.specificity.wilson.low, at.specificity.wilson.high) == pytest.approx(
        (0.5353, 0.8745), abs=5e-5
    )


def test_the_whole_curve_agrees_with_proc() -> None:
    n = len(CURVE.roc.thresholds)
    for name, values in (("se", CURVE.roc.sensitivities), ("sp", CURVE.roc.specificities)):
        expected = [reference()[f"curve_{k}_{name}"] for k in range(1, n + 1)]
        assert f"curve_{n + 1}_{name}" not in reference()
        assert values == pytest.approx(expected, abs=1e-12)
    by_hand = CURVE.roc.sensitivities + CURVE.roc.specificities - 1
    assert pytest.approx(by_hand, abs=1e-12) == CURVE.roc.youdens


# --- the rule itself


def test_at_the_published_cutoff_it_is_the_frozen_validation() -> None:
    at, frozen = CURVE.at(Decimal("0.898")), validate_frozen(example())
    for found, name in ((at.ratio, "hap_ratio"), (at.combined, "combined")):
        one = frozen.criterion(name)
        assert found is not None
        assert (found.sensitivity.count, found.specificity.count) == (
            one.sensitivity.count,
            one.specificity.count,
        )
    # Results (Cui et al. 2017): 19 and 18 of 23 for the ratio, 19 and 21 for both.
    assert at.combined is not None
    assert (at.ratio.counts.tp, at.ratio.counts.tn) == (19, 18)
    assert (at.combined.counts.tp, at.combined.counts.tn) == (19, 21)
    assert at.reasons == {}


rows = st.tuples(diagnoses, lesions | st.just(""), livers, lesions | st.just(""), livers, patterns)


def line(row: tuple[str, ...]) -> str:
    diagnosis, hap, hap_liver, pvp, pvp_liver, pattern = row
    pairs = [(hap, hap_liver if hap else ""), (pvp, pvp_liver if pvp else "")]
    return ",".join([diagnosis, *(cell for pair in pairs for cell in pair), pattern])


@settings(max_examples=15)
@given(st.lists(rows, min_size=1, max_size=40), st.sampled_from(["0.7", "0.8", "0.88", "0.898", "1", "1.2"]))
def test_every_row_is_called_as_the_rule_calls_it(found: list[tuple[str, ...]], cutoff: str) -> None:
    # One row of each class has a ratio, without which there is no curve.
    lines = [line(row) for row in [*found, (AC, "40", "50", "", "", ""), (NET, "60", "50", "", "", "")]]
    cohort = cohort_of(HU_HEADINGS, *lines)
    judged = cohort_of(HU_HEADINGS, *lines, settings=Case(cutoff=Decimal(cutoff)))
    at = threshold_curve(cohort).at(Decimal(cutoff))
    for name, accuracy, left in (
        ("hap_ratio", at.ratio, at.without_ratio),
        ("combined", at.combined, at.uncalled),
    ):
        met = ways_to_call(judged)[name]
        ours, theirs = (met[judged.of(diagnosis)] for diagnosis in DIAGNOSES)
        assert left == GroupCounts(int((ours == UNKNOWN).sum()), int((theirs == UNKNOWN).sum()))
        if accuracy is None:
            assert (ours == UNKNOWN).all() or (theirs == UNKNOWN).all()
            assert "can call no" in at.reasons["combined"]
        else:
            counts = accuracy.counts
            assert (counts.tp, counts.fn) == ((ours == 1).sum(), (ours == 0).sum())
            assert (counts.fp, counts.tn) == ((theirs == 1).sum(), (theirs == 0).sum())
    assert ("without_ratio" in at.reasons) == (at.without_ratio != GroupCounts(0, 0))
    assert ("uncalled" in at.reasons) == (at.uncalled != GroupCounts(0, 0))


def test_a_ratio_on_the_cutoff_is_positive_as_decimals_are_compared() -> None:
    # 44.9 / 50 is 0.898 as decimals; 44.91 / 50 is beyond it.
    curve = threshold_curve(
        cohort_of("diagnosis,hap_lesion_hu,hap_liver_hu", f"{AC},44.9,50", f"{AC},44.91,50", f"{NET},60,50")
    )
    assert curve.at(Decimal("0.898")).ratio.counts.tp == 1
    assert curve.at(0.898).ratio.counts.tp == 1
    assert curve.at(Decimal("0.8979999")).ratio.counts.tp == 0
    assert curve.at(Decimal("0.8982")).ratio.counts.tp == 2


def test_rows_that_the_rule_cannot_call_change_with_the_cutoff() -> None:
    curve = threshold_curve(
        cohort_of(
            "diagnosis,hap_ratio,pattern",
            f"{AC},0.8,plateau",
            f"{AC},0.85,",
            f"{NET},1.2,",
            f"{NET},,washout",
        )
    )
    low, high = curve.at(0.82), curve.at(0.9)
    # At 0.82 the ratio 0.85 is high, which is NET whatever the pattern; at 0.9 the pattern would decide.
    assert low.combined is not None and high.combined is not None
    assert (low.uncalled, high.uncalled) == (GroupCounts(0, 0), GroupCounts(1, 0))
    assert (low.combined.counts.fn, high.combined.counts.fn) == (1, 0)
    # The NET without a ratio is called by its washout, and missing from the ratio alone.
    assert high.combined.counts.tn == 2 and high.ratio.counts.n_negative == 1
    assert high.without_ratio == GroupCounts(0, 1)
    assert high.reasons["without_ratio"].endswith("adenocarcinoma to NET: 0:1")


def test_rows_of_one_patient_are_told() -> None:
    lines = (f"p,{AC},0.8", f"p,{AC},0.9", f"q,{NET},1.2")
    at = threshold_curve(cohort_of("patient_id,diagnosis,hap_ratio", *lines)).at(0.898)
    assert at.reasons["patients"].startswith("several rows belong to one patient")
    assert "patients" not in CURVE.at(0.898).reasons


# --- Wilson's band


@given(st.integers(1, 300), st.floats(0.5, 0.999))
def test_the_band_is_wilson_s_interval_at_every_count(n: int, level: float) -> None:
    band = wilson_band(np.arange(n + 1), n, level)
    for count in {0, 1, n // 2, n - 1, n}:
        one = wilson_interval(count, n, level)
        assert (band.low[count], band.high[count]) == pytest.approx((one.low, one.high), abs=1e-12)
    assert (band.low[0], band.high[n]) == (0, 1)


def test_the_bands_belong_to_their_curves() -> None:
    for band, shares in (
        (CURVE.sensitivity_band, CURVE.roc.sensitivities),
        (CURVE.specificity_band, CURVE.roc.specificities),
    ):
        assert band.low.shape == shares.shape
        assert (band.low <= shares).all() and (shares <= band.high).all()


# --- the slider


def test_the_slider_holds_the_ratios_and_the_published_cutoff() -> None:
    # R: quantile(hap, c(0.01, 0.99)) is 0.23702946 and 1.95662651; a twentieth of the distance on either
    # side gives 0.151 and 2.043, outwards to 0.01.
    assert cutoff_range(CURVE) == CutoffRange(Decimal("0.15"), Decimal("2.05"), Decimal("0.001"))


def curve_of(ours: list[float], theirs: list[float]) -> ThresholdCurve:
    first, second = (
        ClassRatios(np.sort(values), np.sort(values), np.empty(0), 0, 0) for values in (ours, theirs)
    )
    return ThresholdCurve(roc_curve(ours, theirs, Direction.LOW), first, second, 0.95, 0)


@pytest.mark.parametrize(
    ("ours", "theirs", "bounds"),
    [
        ([1.5], [1.6], ("0.86", "1.64")),  # all above the published cutoff
        ([0.2], [0.3], ("0.16", "0.94")),  # all below
        ([0.898], [0.898], ("0.89", "0.9")),
        ([-500.0], [1e6], ("0.01", "10")),  # what a case refuses is left out
    ],
)
def test_bounds_of_the_slider(ours: list[float], theirs: list[float], bounds: tuple[str, str]) -> None:
    found = cutoff_range(curve_of(ours, theirs))
    assert (found.lowest, found.highest) == (Decimal(bounds[0]), Decimal(bounds[1]))


ratios = st.lists(st.floats(-10, 1e6), min_size=1, max_size=8)


@given(ratios, ratios)
def test_the_published_cutoff_is_a_step_of_any_slider_and_a_case_takes_its_ends(
    ours: list[float], theirs: list[float]
) -> None:
    found = cutoff_range(curve_of(ours, theirs))
    published = Decimal("0.898")
    assert found.lowest <= published <= found.highest
    assert (published - found.lowest) % found.step == 0
    assert Case(cutoff=found.lowest).cutoff < Case(cutoff=found.highest).cutoff


# --- ends


def test_extremes_of_the_cutoff_and_refusals() -> None:
    assert (CURVE.at(-math.inf).ratio.counts.tp, CURVE.at(math.inf).ratio.counts.fp) == (0, 23)
    assert "nobody is called positive" in CURVE.at(-math.inf).ratio.reasons["lr_positive.value"]
    with pytest.raises(InsufficientDataError, match="no number"):
        CURVE.at(math.nan)
    with pytest.raises(InsufficientDataError, match="prevalence is a fraction"):
        CURVE.at(0.9, prevalence=1.0)
    with pytest.raises(InsufficientDataError, match="both classes"):
        threshold_curve(cohort_of("diagnosis,hap_ratio", f"{AC},0.8", f"{NET},"))


@pytest.mark.soak
def test_a_slider_over_a_hundred_thousand_rows_stays_quick() -> None:
    rng = np.random.default_rng(2017)
    curve = curve_of(rng.normal(0.77, 0.2, 50_000).tolist(), rng.normal(1.15, 0.33, 50_000).tolist())
    curve.at(0.9)
    start = time.perf_counter()
    for cutoff in np.linspace(0.5, 1.5, 100).tolist():
        curve.at(cutoff)
    assert time.perf_counter() - start < 3  # 30 ms each; here 0.1 ms
